"""What a page is after all, once it was read: an article, or only something that looks like one.

The reader of structure finds a text on any page. Here its find is held against what else the page
says: that the article is gone, that one must log in, that the text is the record of a document or
the first item of a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from crawler.platforms.profile import Profile
from crawler.reader import select
from crawler.reader.anchor import PROSE_CHARS
from crawler.reader.blocks import Block, Item, Picture
from crawler.reader.container import page_items
from crawler.reader.document import Document
from crawler.reader.kinds import SMALL_CHARS, is_hijacked, visible_text
from crawler.reader.links import addresses
from crawler.reader.model import Link, Reading
from crawler.reader.notices import Notice, may_hold_notice, notice, says_broken
from crawler.reader.ownership import is_parked
from crawler.reader.titles import clean_title
from crawler.text import fold
from crawler.urls import path_and_query

SHORT_CHARS = 1_500  # an article that says more is one, whatever line stands in it
REST_CHARS = 600  # what else an undated notice may say: apologies, a telephone number
DATED_REST_CHARS = 150  # a page about a lost article may keep its stamp, hardly its text
FEW_LINKS = 3  # links to articles; fewer are no list
LIST_ITEM_LINES = 8  # of a list's item between its headline and its excerpt: stamp, counters, file
HEAD_LINES = 4
RECORD_LABELS = 4
RECORD_PROSE = 2  # so many unlabelled paragraphs are an article, whatever table stands below it
PARAGRAPH_CHARS = 120
HOLLOW_CHARS = 60
FILLING_CHARS = 200
SURE = 0.5
NEAR_LEVELS = 3  # from a body up to the box that holds its article
MESSAGE_CHARS = 320
MESSAGE_LINES = 3
OWN_CHARS = 25  # below its heading a page that is no list says at least so much
_LOGIN = re.compile(r"^\W*(?:trang |form |vui long |moi )?(?:dang nhap|log ?in|sign ?in)\b")
_LOGIN_ASKED = re.compile(
    r"^\W*(?:ban|quy (?:vi|khach)|vui long|xin|hay|you)\b.{0,20}\b(?:dang nhap|log in|sign in)\b"
    r".{0,20}\b(?:de|truoc khi|to)\b"
)
LOGIN_WORDS = 6
LOGIN_CHARS = 300  # a page that says no more around its button is a form to log in, whatever title
HEADLINE_WORDS = 7
_HEADINGS = ("h1", "h2", "h3", "h4", "h5")
_SHOWN = frozenset(("iframe", "video", "embed", "object", "img", "textarea"))
_TITLE_PARTS = re.compile(r"\s+[-–|:»>]+\s+|\s*[|»]\s*")
_MASTHEAD = re.compile(
    r"(?:^|[\s_-])(?:logo|banner|masthead|brand|site-?name|header)", re.IGNORECASE
)
# The fields that the state's decree on portals asks of every record of a document, and those that
# every record of an administrative procedure has.
_RECORD_LABEL = re.compile(
    r"^\W*(so(?: ?/ ?|, | va | )?ky hieu|so hieu(?: van ban)?|ky hieu"
    r"|ngay (?:ban hanh|ky|(?:co )?hieu luc|het hieu luc|dang cong bao)"
    r"|(?:co quan|don vi|noi|cap) ban hanh|nguoi ky|chuc (?:vu|danh)(?: nguoi ky)?"
    r"|(?:the )?loai(?: van ban)?|hinh thuc van ban|linh vuc(?: van ban)?|trich yeu(?: noi dung)?"
    r"|(?:tep|file|van ban|tai lieu)(?: tin)? (?:dinh kem|kem theo)|tinh trang(?: hieu luc)?"
    r"|hieu luc|(?:ma|ten|cap|loai)(?: so)? thu tuc"
    r"|(?:co quan|cap|cach thuc|doi tuong|trinh tu|ket qua) thuc hien|thoi (?:han|gian) giai quyet"
    r"|(?:le )?phi|thanh phan ho so|can cu phap ly)\s*(?:[:|]|$)"
)


def refuse_article(document: Document, reading: Reading) -> str | None:
    """Why what was read as an article is none: the reason of a rejected page, or None."""
    if is_hijacked(reading.title, reading.text):
        return "gambling words"
    told = [*filter(None, (reading.lead, *(reading.text or "").splitlines()))]
    chars = sum(map(len, told))
    if chars > SHORT_CHARS:
        return None
    reason = _own_notice(reading, told)
    if reason is not None or reading.published_at is not None or not reading.by_structure:
        return reason
    if _asks_to_log_in(document, sure=True):
        return "login"
    if chars > REST_CHARS:
        return None
    if chars <= MESSAGE_CHARS and any(map(says_broken, told)):
        return "error page"
    return "block page" if _asks_for_captcha(document) else _page_notice(document)


def is_message(document: Document, reading: Reading) -> bool:
    """Whether the text is a number, or an undated line or two on a page with nothing round them:
    what a server or a program says, whatever it is; no portal's article stands so alone."""
    told = [*filter(None, (reading.lead, *(reading.text or "").splitlines()))]
    if reading.published_at or reading.images or reading.attachments or reading.author:
        return False
    chars = sum(map(len, told))
    if told and not any(letter.isalpha() for line in told for letter in line):
        return True  # the numbers of a pager
    if len(told) > MESSAGE_LINES or chars > MESSAGE_CHARS:
        return False
    return sum(1 for element in document.root.iter("a") if element.get("href")) < FEW_LINKS


def _own_notice(reading: Reading, told: list[str]) -> Notice | None:
    """The notice among the lines of an article, when the rest is too little for one."""
    lines = [line for line in (reading.title, *told) if line]
    if not any(may_hold_notice(line) for line in lines):
        return None
    found = {line: said for line in lines if (said := notice(line)) is not None}
    if not found:
        return None
    reason = next(iter(found.values()))
    rest = sum(len(line) for line in told if line not in found)
    stamp = reading.published_raw or ""
    is_dated = reading.published_at is not None and not any(stamp in line for line in found)
    if not is_dated:
        return reason if rest <= REST_CHARS else None
    return reason if reason == "error page" and rest <= DATED_REST_CHARS else None


def refuse_other(document: Document, articles: int, promised: str | None) -> str | None:
    """Why a page without an article is no content either, or None. `articles`: links to them."""
    head = document.head_title
    if is_hijacked(head, head) and is_hijacked(head, visible_text(document, 4 * SMALL_CHARS)):
        return "gambling words"
    few = articles < FEW_LINKS
    if _asks_to_log_in(document, sure=few):
        return "login"
    for part in _TITLE_PARTS.split(head or ""):
        said = notice(part)
        if said == "error page" or (said and few):
            return said
    small = len(visible_text(document, SMALL_CHARS)) <= SMALL_CHARS
    if small and few:
        if is_parked(document):
            return "foreign host"
        if _asks_for_captcha(document):
            return "block page"
    in_paragraphs = small or promised == "article"
    return _page_notice(document, few and small, in_paragraphs, loose=in_paragraphs and few)


def _page_notice(
    document: Document, anything: bool = True, in_paragraphs: bool = True, *, loose: bool = False
) -> Notice | None:
    """The first notice that stands on the page by itself and is no link; without `anything` only
    of errors, without `in_paragraphs` only as a heading. `loose`: in any words."""
    if not loose and not may_hold_notice("\n".join(document.root.itertext(with_tail=True))):
        return None
    for item in page_items(document.root):
        if not isinstance(item, Block) or item.link_chars * 2 > len(item.text):
            continue
        said = notice(item.text)
        if said is None and loose and says_broken(item.text):
            said = "error page"
        if said is None or not (anything or said == "error page"):
            continue
        if in_paragraphs or item.kind == "h":
            return said
    return None


def _asks_to_log_in(document: Document, *, sure: bool) -> bool:
    """Whether the page has a field for a password, and its title names it after that or a line
    asks for it; when the page has nothing else (`sure`), any heading will do."""
    root = document.root
    if not any((e.get("type") or "").lower() == "password" for e in root.iter("input")):
        return False
    said = _TITLE_PARTS.split(document.head_title or "")
    if sure:
        said += [select.inline_text(e) for e in root.iter("h1", "h2", "h3", "h4", "legend")]
        if len(visible_text(document, LOGIN_CHARS)) <= LOGIN_CHARS:
            said += [select.inline_text(e) or e.get("value") or "" for e in root.iter("button")]
            said += [e.get("value") or "" for e in root.iter("input") if e.get("type") == "submit"]
            said += [text for text in root.itertext() if _LOGIN_ASKED.match(fold(text))]
    elif document.url and path_and_query(document.url) != "/":
        said += [select.inline_text(e) for e in root.iter("h1", "h2")]
        if any(_LOGIN_ASKED.match(fold(text)) for text in root.itertext() if "nh" in text):
            return True
    return any(
        (_LOGIN.match(folded) and len(folded.split()) <= LOGIN_WORDS)
        or (sure and _LOGIN_ASKED.match(folded))
        for folded in map(fold, said)
    )


def _asks_for_captcha(document: Document) -> bool:
    """Whether all that a page wants is the answer to a riddle; a form to write to the office has
    other fields too."""
    fields = [e for e in document.root.iter("input", "textarea") if _is_written_in(e)]
    if len(fields) > 1:
        return False
    signs = document.root.iter("input", "img", "div", "iframe", "script")
    return any("captcha" in " ".join(e.attrib.values()).lower() for e in signs)


def _is_written_in(field: HtmlElement) -> bool:
    kind = (field.get("type") or "text").lower()
    return field.tag == "textarea" or kind in ("text", "email", "tel", "number", "password")


def is_hollow(reading: Reading) -> bool:
    """Whether a layout's body holds hardly a word: a picture's news, or a theme that changed."""
    return len(reading.text or "") < HOLLOW_CHARS


def fills(document: Document, body: HtmlElement, found: Reading) -> bool:
    """Whether the text that structure found is what a hollow body should hold: several lines that
    stand near the body, not in another box of the page."""
    text = found.text or ""
    if len(text) < FILLING_CHARS or (found.confidence or 0) < SURE:
        return False
    first = next(iter(text.splitlines()))
    owner = next(
        (i.owner for i in page_items(document.root) if isinstance(i, Block) and i.text == first),
        None,
    )
    if owner is None:
        return False
    near = [body, *body.iterancestors()][: NEAR_LEVELS + 1]
    around = {owner, *owner.iterancestors()}
    return any(box in around for box in near if box.tag not in ("body", "html"))


def is_record(document: Document, reading: Reading) -> bool:
    """Whether the text is the record of a document or procedure: labels with their values."""
    lines = (reading.text or "").splitlines()
    prose = [x for x in lines if len(x) >= PARAGRAPH_CHARS and not _RECORD_LABEL.match(fold(x))]
    if len(prose) >= RECORD_PROSE:
        return False
    labels = {
        found.group(1)
        for item in page_items(document.root)
        if isinstance(item, Block) and (found := _RECORD_LABEL.match(fold(item.text[:80])))
    }
    return len(labels) >= RECORD_LABELS


def is_list_item(document: Document, profile: Profile, reading: Reading) -> bool:
    """Whether the text found is an excerpt below a link to the article that it is from."""
    first = next(iter((reading.lead or reading.text or "").splitlines()), "")
    before: list[Item] = []
    for item in page_items(document.root):
        if isinstance(item, Block) and first and first in item.text:
            if item.link_chars * 4 >= len(item.text) * 3:
                before.append(item)  # the headline of the item itself
            break
        before.append(item)
    else:
        return False
    links = {element: url for url, element, _ in addresses(document)}
    own = profile.canonical(document.url) if document.url else None
    for item in reversed(before[-LIST_ITEM_LINES:]):
        if isinstance(item, Picture) or item.link_chars * 2 <= len(item.text) < PROSE_CHARS // 2:
            continue
        if item.link_chars * 4 < len(item.text) * 3:
            return False
        inside = [links[e] for e in _links_around(item.owner) if e in links]
        kinds = [profile.address(url) for url in inside]
        return any(a.kind == "article" and a.canonical != own for a in kinds)
    return False


def is_headed(document: Document, reading: Reading) -> bool:
    """Whether the stamp stands right below the title, with no link between: the head of an
    article, even of one that is but a picture."""
    stamp, title = reading.published_raw, fold(reading.title or "")
    if not stamp:
        return False
    left = 0
    for item in page_items(document.root):
        if isinstance(item, Picture):
            continue
        if left and (item.link_chars * 2 > len(item.text) or stamp in item.text):
            return stamp in item.text
        left = HEAD_LINES if fold(item.text) == title and not item.link_chars else left - 1
        left = max(left, 0)
    return False


def _links_around(element: HtmlElement) -> list[HtmlElement]:
    above = list(element.iterancestors("a"))
    return [*element.iter("a"), *above[:1]]


def is_no_list(document: Document, profile: Profile, links: list[Link]) -> bool:
    """Whether what stands below the page's own heading is no list of articles, although boxes
    beside it are: a contact page, a chart, a gallery."""
    heading = _own_heading(document)
    if heading is None:
        return False
    articles = {link.url for link in links if link.kind == "article"}
    links_at = {element: url for url, element, _ in addresses(document)}
    listed: set[str] = set()
    words, shows = 0, False
    for element in _below(heading):
        if element.tag in _HEADINGS and select.inline_text(element):
            if not _links_around(element):
                break  # the heading of another box
        elif element.tag == "footer":
            break
        if element in links_at and (url := profile.canonical(links_at[element])) in articles:
            listed.add(url)
        words += len((element.text or "").strip()) + len((element.tail or "").strip())
        shows = shows or element.tag in _SHOWN
    if listed:
        return len(listed) < FEW_LINKS and shows
    return words >= OWN_CHARS or shows


def has_headlines(links: list[Link]) -> bool:
    """Whether several links are as long as headlines, whatever their addresses look like."""
    return sum(len((link.text or "").split()) >= HEADLINE_WORDS for link in links) >= FEW_LINKS


def _below(heading: HtmlElement) -> Iterator[HtmlElement]:
    """Every element that comes after one on its page."""
    above = {heading, *heading.iterancestors()}
    for element in [heading, *heading.iterancestors()]:
        for sibling in element.itersiblings():
            if sibling not in above and isinstance(sibling.tag, str):
                yield from (e for e in sibling.iter() if isinstance(e.tag, str))


def _own_heading(document: Document) -> HtmlElement | None:
    """The heading that says what the page's title begins with, before the name of the site."""
    parts = _TITLE_PARTS.split(document.head_title or "")
    if len(parts) < 2 or (document.url and path_and_query(document.url) == "/"):
        return None  # a title that is one name is the site's, and so is the heading that says it
    wanted = fold(parts[0])
    for element in document.root.iter("h1", "h2", "h3", "h4"):
        said = fold(clean_title(select.inline_text(element)) or "")
        if wanted and (said == wanted or (element.tag == "h1" and wanted in said)):
            is_link = next(element.iter("a"), None) is not None
            return None if is_link or _in_masthead(element) else element
    return None


def _in_masthead(element: HtmlElement) -> bool:
    """Whether an element stands in the page's banner, where the name of the site is."""
    return any(
        above.tag == "header"
        or _MASTHEAD.search(f"{above.get('class') or ''} {above.get('id') or ''}")
        for above in element.iterancestors()
    )
