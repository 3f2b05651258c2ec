"""What kind of answer a page is, before anything is read from it: what is refused, and why."""

from __future__ import annotations

import re

from crawler.platforms import load_profiles
from crawler.platforms.profile import Profile
from crawler.reader import select
from crawler.reader.document import Document
from crawler.text import fold
from crawler.urls import normalise

_BINARY = (
    b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"Rar!",
    b"RIFF", b"\x1f\x8b", b"BM", b"ID3", b"\x00\x00\x01\x00", b"wOF",
)  # fmt: skip
_TEXT_TYPES = ("html", "xml", "text/plain", "json", "text/x-", "javascript", "octet-stream")
SMALL_CHARS = 1_500  # an error, block or login page says little; an article may mention any of it

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
    r"\b(404|403|500|502|503|page not found|not found|server error|runtime error|bad gateway"
    r"|service unavailable|khong tim thay|khong ton tai|loi truy cap|da xay ra loi|trang loi)\b"
)
_LOGIN_TITLE = re.compile(r"\b(dang nhap|log ?in|sign ?in|xac thuc)\b")
_REFRESH = re.compile(r"url\s*=\s*['\"]?([^'\"]+)", re.IGNORECASE)
_GAMBLING = re.compile(
    r"\b(nha cai|ca do|ca cuoc|song bai|casino|baccarat|no hu|slot game|quay hu|tai xiu|xoc dia"
    r"|ban ca doi thuong|game bai doi thuong|lo de online|keo nha cai|link vao \w+88|\w*bet88)\b"
)
GAMBLING_WORDS = 4  # one word may be news about arrests; a hijacked page is full of them


def refuse_bytes(body: bytes, content_type: str | None, status: int) -> str | None:
    """Why these bytes are no page to read, or None."""
    if status >= 400:
        return f"HTTP {status}"
    if not body.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        return "empty"
    kind = (content_type or "").lower()
    if body.startswith(_BINARY) or (kind and not any(name in kind for name in _TEXT_TYPES)):
        return "not HTML"
    head = body[:1024]
    if head.count(b"\x00") > len(head) // 2 + 8 or _mostly_controls(head):
        return "not HTML"
    return None


def refuse_page(document: Document, profile: Profile | None) -> str | None:
    """Why this parsed page is no content: "block page", "error page", "login", or None."""
    profiles = [profile] if profile and profile.block_page else list(load_profiles().values())
    small = len(document.markup) < 20_000
    if small and any(
        pattern.search(document.markup) for one in profiles for pattern in one.block_page
    ):
        return "block page"
    title = fold(document.head_title or "")
    if (
        not (_BLOCK_TITLE.search(title) or _ERROR_TITLE.search(title) or _LOGIN_TITLE.search(title))
        and not small
    ):
        return None
    text = fold(visible_text(document, SMALL_CHARS + 1))
    if len(text) > SMALL_CHARS:
        return None
    if _BLOCK_TITLE.search(title) or _BLOCK_TEXT.search(text):
        return "block page"
    if _ERROR_TITLE.search(title) or _ERROR_TITLE.search(text[:80]):
        return "error page"
    if _LOGIN_TITLE.search(title) and any(
        (element.get("type") or "").lower() == "password" for element in document.root.iter("input")
    ):
        return "login"
    return None


def refresh_target(document: Document) -> str | None:
    """Where a meta refresh on an otherwise empty page leads, absolute, or None."""
    content = document.meta("refresh")
    found = _REFRESH.search(content) if content else None
    if found is None or len(visible_text(document, 300)) > 200:
        return None
    return normalise(found.group(1).strip(), document.base)


def is_hijacked(title: str | None, text: str | None) -> bool:
    """Whether title and text are full of gambling words: a hijacked page, not news."""
    words = {found.group() for found in _GAMBLING.finditer(fold(f"{title or ''} {text or ''}"))}
    hits = len(_GAMBLING.findall(fold(f"{title or ''} {text or ''}")))
    return (bool(_GAMBLING.search(fold(title or ""))) and hits >= 2) or (
        len(words) >= 2 and hits >= GAMBLING_WORDS
    )


def visible_text(document: Document, limit: int) -> str:
    """The text a visitor sees, on one line, cut soon after `limit` characters."""
    body = document.root.find("body")
    text = select.inline_text(body if body is not None else document.root)
    return text[: limit + 1]


def _mostly_controls(head: bytes) -> bool:
    controls = sum(1 for byte in head if byte < 9 or 13 < byte < 32)
    return len(head) > 0 and controls > len(head) * 0.1 and b"\x00" not in head[:4]
