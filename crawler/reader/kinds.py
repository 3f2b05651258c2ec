"""What kind of answer a page is, before anything is read from it: what is refused, and why."""

from __future__ import annotations

import json
import re

from crawler.platforms import load_profiles
from crawler.platforms.profile import Profile
from crawler.reader import select
from crawler.reader.decode import is_utf16
from crawler.reader.document import Document
from crawler.reader.notices import notice
from crawler.reader.ownership import framed_address
from crawler.text import fold
from crawler.urls import normalise

_BINARY = (
    b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"Rar!",
    b"RIFF", b"\x1f\x8b", b"BM", b"ID3", b"\x00\x00\x01\x00", b"wOF",
)  # fmt: skip
_TEXT_TYPES = ("html", "xml", "text/plain", "json", "text/x-", "javascript", "octet-stream")
SMALL_CHARS = 1_500  # an error, block or login page says little; an article may mention any of it
SMALL_MARKUP = 20_000
TITLE_WORDS = 6  # "404 - Không tìm thấy trang" is short; a headline about an error is not

_BLOCK_TITLE = re.compile(
    r"\b(attention required|just a moment|access denied|request rejected|forbidden|blocked"
    r"|too many requests|ddos|captcha|are you (a )?(human|robot)|hay doi|tu choi truy cap"
    r"|truy cap bi (chan|tu choi)|kiem tra trinh duyet|checking your browser)\b"
)
_BLOCK_TEXT = re.compile(
    r"(tu choi truy cap cua ban|truy cap cua ban (da )?bi (chan|tu choi)|your ip .{0,40}blocked"
    r"|verify (that )?you are (a )?human|the requested url was rejected|incident id|ray id)"
)
_ERROR_TITLE = re.compile(
    r"^\W*(?:http|loi|error)?\W*(?:400|401|403|404|410|500|502|503|504)\b(?=\W*(?:$|error|loi|not"
    r"|forbidden|bad|internal|service|gateway|unauthorized|gone|page|oops|khong|trang))"
    r"|\b(page not found|not found|server error|runtime error|bad gateway|service unavailable"
    r"|khong tim thay|khong ton tai|loi truy cap|da xay ra loi|trang loi|application error)\b"
)
_ERROR_TEXT = re.compile(
    r"^\W*(?:http|loi|error)?\W*(?:400|401|403|404|410|500|502|503|504)\W.{0,30}\b(?:error|loi"
    r"|not found|forbidden|unavailable|gateway|khong (?:tim thay|ton tai|co quyen))\b"
    r"|^.{0,60}\b(?:page not found|server error in|runtime error|khong tim thay (?:trang|noi dung)"
    r"|(?:trang|noi dung|bai viet)( nay)?( ban (?:yeu cau|tim))?( da bi xoa hoac)? khong ton tai)\b"
)
# One page is kept from visitors: no reason to leave its whole host alone.
_NO_PERMISSION = re.compile(
    r"\b(?:shared with you|you need permission|request access|sharepoint"
    r"|(?:khong|chua) (?:co|du|duoc cap) quyen)\b"
)
_TITLE_PARTS = re.compile(r"\s+[-|:»>]+\s+|\s*[|»]\s*")
_REFRESH = re.compile(r"^\s*[\d.]*+\s*[;,]?\s*(?:url\s*=\s*)?['\"]?\s*([^'\"\s]+)", re.IGNORECASE)
_SCRIPT_REFRESH = re.compile(
    r"\blocation(?:\.href|\.replace|\.assign)?\s*(?:=|\()\s*(['\"])([^'\"<>\s]{1,2000})\1"
)
# What the page of a script shows until the script has run.
_WAITING = re.compile(
    r"^\W*(?:(?:trang |ung dung )?dang (?:tai|khoi dong|xu ly)\b|loading\b|please wait"
    r"|vui long (?:cho|doi)|xin (?:cho|doi)|.{0,80}\bjavascript\b)"
)
WAITING_CHARS = 200
# A challenge of a flood blocker: a script sets a cookie and asks for the page again.
_COOKIE_CHALLENGE = re.compile(r"document\s*\.\s*cookie\s*=(?!=)")
_ASKS_AGAIN = re.compile(r"\blocation\s*(?:\.\s*(?:reload|replace|assign|href)\b|=(?!=))")
_IIS_DIRECTORY = re.compile(r"^\S+ - /\S*$")
REFRESH_CHARS = 200  # a page that says more is content, although it refreshes itself
_GAMBLING = re.compile(
    r"\b(nha cai|ca do|ca cuoc|song bai|casino|baccarat|no hu|slot game|quay hu|tai xiu|xoc dia"
    r"|ban ca doi|game bai(?: doi thuong)?|lo de online|keo nha cai|link vao \w+88|\w*bet88"
    # Folded, "chốt số liệu", "đàn dê" and "rác đổi thưởng" are near: no shorter words than these.
    r"|soi cau|chot so (?:lo|de)|(?:ty le|soi) keo|keo bong da|da ga truc tiep|xo so truc tuyen"
    r"|slot (?:online|gacor)|gacor|togel|judi (?:bola|online))\b"
)
# The same words as they are written, with and without accents: looked for before anything is
# folded, because folding every article costs more than reading it.
_GAMBLING_HINTS = (
    "nhà cái", "nha cai", "cá độ", "ca do", "cá cược", "ca cuoc", "sòng bài", "song bai", "casino",
    "baccarat", "nổ hũ", "no hu", "slot", "quay hũ", "quay hu", "tài xỉu", "tai xiu", "xóc đĩa",
    "xoc dia", "soi cầu", "soi cau", "tỷ lệ kèo", "ty le keo", "soi kèo", "soi keo", "togel",
    "judi", "gacor", "bắn cá", "ban ca", "game bài", "game bai", "lô đề", "lo de", "88 ",
)  # fmt: skip
GAMBLING_WORDS = 4  # one word may be news about arrests; a hijacked page is full of them
# News about gambling speaks of police and courts; a page that advertises it does not.
_LAW = re.compile(
    r"\b(cong an|bat giu|bat qua tang|triet pha|triet xoa|khoi to|bi can|bi cao|danh bac|toi pham"
    r"|vien kiem sat|toa an|xu phat|dieu tra|doi tuong|duong day|phong ngua|phong chong|te nan"
    r"|vi pham|phap luat|tuyen truyen|canh giac|kiem tra)\b"
)


def refuse_bytes(body: bytes, content_type: str | None, status: int) -> str | None:
    """Why these bytes are no page to read, or None."""
    if status >= 400:
        return f"HTTP {status}"
    if not body.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        return "empty"
    kind = (content_type or "").lower()
    is_text = not kind or any(name in kind for name in _TEXT_TYPES)
    if body[:64].lstrip().startswith(_BINARY) or not is_text:
        return "not HTML"
    return "not HTML" if _mostly_controls(body[:1024]) else None


def refuse_page(document: Document, profile: Profile | None) -> str | None:
    """Why this parsed page is no content, by what it is made of and what its head says: "not
    HTML", "empty", "needs JavaScript", "block page", "error page", "server page", or None.
    """
    if _is_json(document.markup):
        return "not HTML"
    reason = _refuse_shell(document)
    if reason is not None:
        return reason
    profiles = [profile] if profile and profile.block_page else list(load_profiles().values())
    small = len(document.markup) < SMALL_MARKUP
    if small and any(
        pattern.search(document.markup) for one in profiles for pattern in one.block_page
    ):
        return "block page"
    reason = _refuse_server_page(document)
    if reason is not None:
        return reason
    title = _telling_title(document.head_title or "")
    if not title and not small:
        return None
    text = fold(visible_text(document, SMALL_CHARS + 1))
    if len(text) > SMALL_CHARS or _is_marked_article(document, profile):
        return None
    if _BLOCK_TITLE.search(title) or _BLOCK_TEXT.search(text):
        return "error page" if _NO_PERMISSION.search(text) else "block page"
    if _ERROR_TITLE.search(title) or _ERROR_TEXT.search(text):
        return "error page"
    return None


def _refuse_shell(document: Document) -> str | None:
    """Why a page that shows hardly anything shows nothing."""
    if document.meta("refresh"):
        return None
    root = document.root
    if any(element.get("href") for element in root.iter("a")):
        return None
    text = visible_text(document, WAITING_CHARS)
    scripts = list(root.iter("script"))
    if not text:
        if any(
            _COOKIE_CHALLENGE.search(script.text or "") and _ASKS_AGAIN.search(script.text or "")
            for script in scripts
        ):
            return "block page"
        if any("_Incapsula_" in (frame.get("src") or "") for frame in root.iter("iframe")):
            return "block page"
    if notice(text) == "block page":
        return "block page"
    is_waiting = len(text) <= WAITING_CHARS and _WAITING.match(fold(text))
    # Scripts from elsewhere make a page; one that stands in it would have made it by now.
    from_elsewhere = any(script.get("src") for script in scripts)
    if not is_waiting and _shows_anything(document):
        is_way = any(True for _ in root.iter("frame", "iframe")) or any(
            _SCRIPT_REFRESH.search(script.text or "") for script in scripts
        )
        return None if text or is_way or not from_elsewhere else "needs JavaScript"
    return "needs JavaScript" if from_elsewhere else "empty"


def _refuse_server_page(document: Document) -> str | None:
    """The pages that a server makes itself name themselves in title and first heading alike."""
    title = document.head_title or ""
    heading = next((select.inline_text(e) for e in document.root.iter("h1")), "")
    if _IIS_DIRECTORY.match(title) and heading == title:
        return "server page"
    if notice(title) == "server page" and notice(heading or title) == "server page":
        return "server page"
    if notice(title) == "server page" and len(visible_text(document, SMALL_CHARS)) <= SMALL_CHARS:
        return "server page"
    # An article has a headline of its own; the trace below such a heading can be of any length.
    if heading.startswith("Server Error in '"):
        return "error page"
    return None


def refresh_target(document: Document) -> str | None:
    """Where a refresh on an otherwise empty page leads, absolute, or None. By the meta tag, or by
    a script or a frame where there is nothing else."""
    content = document.meta("refresh")
    found = _REFRESH.match(content) if content else None
    target = found.group(1) if found else None
    if target is None and next(document.root.iter("a"), None) is None:
        scripts = (element.text or "" for element in document.root.iter("script"))
        target = next((m[2] for text in scripts if (m := _SCRIPT_REFRESH.search(text))), None)
    if target is None:
        target = framed_address(document)
    if target is None or len(visible_text(document, REFRESH_CHARS)) > REFRESH_CHARS:
        return None
    address = normalise(target, document.base)
    own = normalise(document.url) if document.url else None
    return address if address != own else None


def is_hijacked(title: str | None, text: str | None) -> bool:
    """Whether title and text are full of gambling words: a hijacked page, not news."""
    told = f"{title or ''} {text or ''}"
    lowered = told.lower()
    if not any(hint in lowered for hint in _GAMBLING_HINTS):
        return False
    head, whole = fold(title or ""), fold(told)
    words = _GAMBLING.findall(whole)
    full = len(words) >= GAMBLING_WORDS and len(set(words)) >= 2
    if not full and not (len(words) >= 2 and _GAMBLING.search(head)):
        return False
    return len(_LAW.findall(whole)) * 2 < len(words)


def _telling_title(title: str) -> str:
    """The part of a title that may say what kind of page this is, folded: a few words that name
    an error or a block. "" for the headline of an article about such a thing."""
    for part in _TITLE_PARTS.split(title):
        folded = fold(part)
        told = any(p.search(folded) for p in (_BLOCK_TITLE, _ERROR_TITLE))
        if told and len(folded.split()) <= TITLE_WORDS:
            return folded
    return ""


def _is_marked_article(document: Document, profile: Profile | None) -> bool:
    """Whether the page itself says that it is an article, or has the body of one."""
    if document.meta("article:published_time") or document.meta("og:type") == "article":
        return True
    layouts = profile.layouts if profile else ()
    return any(select.first_source(document, layout.body) for layout in layouts)


def _is_json(markup: str) -> bool:
    if not markup.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(markup)
    except (ValueError, RecursionError):
        return False
    return True


def _shows_anything(document: Document) -> bool:
    """Whether there is a word, a picture or a link on the page, or a way to another one."""
    if document.meta("refresh"):
        return True
    body = document.root.find("body")
    for element in (document.root if body is None else body).iter():
        tag = element.tag
        if tag in ("img", "iframe", "frame") or (tag == "a" and element.get("href")):
            return True
        if tag not in ("script", "style", "noscript") and (element.text or "").strip():
            return True
        if (element.tail or "").strip():
            return True
    return any(_SCRIPT_REFRESH.search(e.text or "") for e in document.root.iter("script"))


def visible_text(document: Document, limit: int) -> str:
    """The text a visitor sees, on one line, cut soon after `limit` characters."""
    body = document.root.find("body")
    text = select.inline_text(body if body is not None else document.root)
    return text[: limit + 1]


def _mostly_controls(head: bytes) -> bool:
    if is_utf16(head):
        return False
    controls = sum(1 for byte in head if byte < 9 or 13 < byte < 32)
    return controls > len(head) * 0.1
