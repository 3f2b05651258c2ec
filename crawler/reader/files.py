"""Files that an article gives away: links, viewers, embedded documents, download handlers.

A file is known by an extension (in the path, in the query, in the link's own text), by the
`download` attribute, or by a handler whose name says that it hands out files.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

from lxml.html import HtmlElement

from crawler.reader.select import inline_text
from crawler.text import squeeze

_TYPES = "pdf|docx?|docm|xlsx?|xlsm|pptx?|ppsx?|odt|ods|odp|rtf|zip|rar|7z|csv|epub|tiff?"
_ENDING = re.compile(rf"\.(?:{_TYPES})$", re.IGNORECASE)
# Liferay sets an id behind the name: /documents/20182/0/Ke-hoach.pdf/9f2c…
_IN_PATH = re.compile(rf"\.(?:{_TYPES})(?:/[0-9a-f-]{{8,}})?/?$", re.IGNORECASE)
_IN_TEXT = re.compile(rf"\.(?:{_TYPES})\s*(?:\(.{{1,20}}\))?$", re.IGNORECASE)
_HANDLER = re.compile(
    r"(?:^|[/_.-])(?:download(?:s?file|attach\w*)?|downfile|taifile|tai-?(?:file|ve|xuong)"
    r"|get_?(?:file|attach\w*)|attach(?:ment)?s?|file_?handler|dinh-?kem|viewfile|openfile)"
    r"(?:\.(?:ashx|aspx|php|jsp|do))?(?:$|/)",
    re.IGNORECASE,
)
_SAYS_FILE = re.compile(
    r"\b(?:tải (?:về|xuống|file|tệp|tập tin|tài liệu|văn bản)|download|đính kèm|tệp tin|tập tin"
    r"|file)\b",
    re.IGNORECASE,
)
# A viewer shows the file that it is given here.
_VIEWER = re.compile(
    r"(?:docs|drive)\.google\.com/(?:viewer|gview|viewerng/viewer)|view\.officeapps\.live\.com/op/"
    r"|/viewerjs(?:/|$|#)|/pdfjs?/|/web/viewer\.html|pdf-?viewer",
    re.IGNORECASE,
)
_GIVEN_IN = ("url", "src", "file", "pdf", "document", "link", "path")
_QUOTED = re.compile(r"""['"]([^'"\s]{3,500})['"]""")
_EMBEDDING = {"iframe": "src", "embed": "src", "object": "data"}


def file_links(box: HtmlElement) -> list[HtmlElement]:
    """Elements of the box that give a file away, in document order: links, viewers, embeds."""
    return [
        element
        for element in box.iter("a", "iframe", "embed", "object")
        if (address := file_address(element)) is not None and address
    ]


def file_address(element: HtmlElement) -> str | None:
    """The address of the file behind an element as written, None when it leads to none."""
    if element.tag in _EMBEDDING:
        return _embedded(element)
    href = (element.get("href") or "").strip()
    if not href or href.startswith("#") or href.lower().startswith(("javascript:", "data:")):
        return _called(f"{href} {element.get('onclick') or ''}")
    if _VIEWER.search(href) and (inner := _given(href)):
        return inner
    return href if _is_file(href, element) else None


def file_name(element: HtmlElement) -> str | None:
    """What the page calls the file: the link's text, the name it is saved under, a title."""
    strong = next(iter(element.iter("strong")), None)
    text = inline_text(strong if strong is not None else element)
    saved = squeeze(element.get("download") or "")
    title = squeeze(element.get("title") or "")
    if element.tag in _EMBEDDING:
        return title or None
    return text or (saved if _ENDING.search(saved) else "") or title or None


def _is_file(href: str, link: HtmlElement) -> bool:
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    if parts.scheme not in ("", "http", "https"):
        return False
    if _IN_PATH.search(unquote(parts.path)):
        return True
    queried = [value for _, value in parse_qsl(parts.query)] if "." in parts.query else []
    if any(_ENDING.search(value.strip()) for value in queried) or "download=1" in parts.query:
        return True
    if link.get("download") is not None and not _is_picture(parts.path):
        return True
    handler = _HANDLER.search(parts.path) is not None
    if not handler and not parts.query and "/" not in parts.path.strip("/"):
        return False
    text = inline_text(link)
    if _IN_TEXT.search(text):
        return True
    return handler and bool(parts.query or re.search(r"\d", parts.path)) and _says_file(link, text)


def _says_file(link: HtmlElement, text: str) -> bool:
    return bool(_SAYS_FILE.search(text) or _SAYS_FILE.search(link.get("title") or "")) or (
        not text and next(link.iter("img"), None) is not None
    )


def _is_picture(path: str) -> bool:
    return path.lower().endswith((".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp"))


def _embedded(element: HtmlElement) -> str | None:
    address = (element.get(_EMBEDDING[element.tag]) or "").strip()
    if not address and element.tag == "object":
        names = ("src", "movie", "filename")
        params = [p for p in element.iter("param") if (p.get("name") or "").lower() in names]
        address = next((value for p in params if (value := (p.get("value") or "").strip())), "")
    if not address:
        return None
    if _VIEWER.search(address) and (inner := _given(address)):
        return inner
    kind = (element.get("type") or "").lower()
    bare = address.partition("#")[0]
    told = kind.startswith("application/") and "flash" not in kind and element.tag != "iframe"
    try:
        path = urlsplit(bare).path
    except ValueError:
        return None
    return bare if told or _IN_PATH.search(unquote(path)) else None


def _given(address: str) -> str | None:
    """The file that a viewer's address carries, in its query or behind its hash."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    for name, value in parse_qsl(parts.query):
        if name.lower() in _GIVEN_IN and value.strip():
            return value.strip()
    inner = unquote(parts.fragment).strip()
    return inner if _ENDING.search(inner) else None


def _called(script: str) -> str | None:
    """The file named in a call: `window.open('/uploads/a.pdf')`."""
    for found in _QUOTED.finditer(script):
        if _ENDING.search(unquote(found[1]).partition("?")[0]):
            return found[1]
        if _HANDLER.search(found[1].partition("?")[0]) and "?" in found[1]:
            return found[1]
    return None
