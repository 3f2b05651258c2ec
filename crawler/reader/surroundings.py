"""What stands near an article's body: its files, its labelled by-line, its section.

The box of an article is the smallest element that holds both title and body. Files and labels in
it belong to the article; the same outside of it belong to the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.reader import select
from crawler.reader.blocks import Block, Item
from crawler.reader.bylines import Byline, line_byline, looks_like_author
from crawler.reader.document import Document
from crawler.reader.files import file_links
from crawler.text import fold, squeeze
from crawler.urls import host_of, normalise

__all__ = [
    "author_near",
    "author_over",
    "box_of",
    "byline_near",
    "element_of",
    "file_links",
    "section_of",
    "signature_below",
]

LABEL_CHARS = 120
NAME_CHARS = 60
_NAME_TAGS = frozenset(("a", "span", "p", "div", "strong", "em", "address"))
_PARTS = re.compile(r"\s*[|•·]\s*")  # of a line that tells author, day and hits
_LABEL = re.compile(r":|\bbởi\s", re.IGNORECASE)
_WHEN = re.compile(r"\s+(?:vào(?: lúc| ngày)?|lúc|ngày)\s+.*$", re.IGNORECASE)
LINES_OVER = 5  # above the text: stamp, tools, the name of a section
_AUTHOR_NAMES = re.compile(r"(?:^|[\s_-])(?:author|tac-?gia|byline)(?=[\s_-]|$)", re.IGNORECASE)
_AUTHOR_ADDRESS = re.compile(r"/(?:tac-gia|author)/[^/]", re.IGNORECASE)
SECTION_CHARS = 80  # the name of a section is short; a longer link text is a headline


def box_of(body: HtmlElement, title: HtmlElement | None) -> HtmlElement:
    """The smallest element around body and title; the body alone when there is no such one."""
    if title is None:
        return body
    around = {title, *title.iterancestors()}
    for element in (body, *body.iterancestors()):
        if element in around:
            return body if element.tag in ("body", "html") else element
    return body


def element_of(root: HtmlElement, title: str | None) -> HtmlElement | None:
    """The heading, else the smallest block, that says the title and nothing else."""
    if not title:
        return None
    wanted = fold(title)
    for tags in (("h1", "h2", "h3", "h4"), ("p", "div", "span", "td", "strong")):
        for element in root.iter(*tags):
            if len(element) >= 6 or select.is_large(element):
                continue
            if fold(select.inline_text(element)) == wanted:
                return element
    return None


def byline_near(box: HtmlElement, body: HtmlElement) -> Byline:
    """Author and source that stand behind a label in the box, outside of the body."""
    author, source = None, None
    inside = set(body.iter())
    for element in box.iter("p", "div", "span", "li", "strong", "em"):
        if element in inside or len(element) > 4 or select.is_large(element):
            continue
        text = select.inline_text(element)
        if ":" not in text or len(text) > LABEL_CHARS:
            continue
        for part in _PARTS.split(text):
            found = line_byline(_WHEN.sub("", part))
            if found is not None:
                author, source = author or found.author, source or found.source
    return Byline(author, source)


def author_near(box: HtmlElement, text: HtmlElement | None) -> str | None:
    """The name in the box, above where the text begins, whose element says that it is the
    author's or that leads to the author's own page; None where several people are named so."""
    found = {
        name
        for element in takewhile(lambda one: one is not text, box.iter())
        if element.tag in _NAME_TAGS and _says_author(element)
        if len(name := select.inline_text(element)) <= NAME_CHARS and looks_like_author(name)
    }
    # "Bởi Lan Anh" around "Lan Anh" is one name.
    return next((name for name in found if all(name in other for other in found)), None)


def author_over(page: Sequence[Item], body: Sequence[Item]) -> str | None:
    """The author behind a label in the few lines above the text, beside the day and the hits
    ("Người đăng: Lan Anh | Thời gian: 12/07/2021 20:15")."""
    first = next((item for item in body if isinstance(item, Block)), None)
    blocks = [item for item in page if isinstance(item, Block)]
    at = next((at for at, block in enumerate(blocks) if block is first), 0)
    for block in reversed(blocks[max(0, at - LINES_OVER) : at]):
        if len(block.text) > LABEL_CHARS:
            continue
        for part in _PARTS.split(block.text):
            found = line_byline(_WHEN.sub("", part)) if _LABEL.search(part) else None
            if found is not None and found.author:
                return found.author
    return None


def signature_below(page: Sequence[Item], body: Sequence[Item], box: HtmlElement) -> str | None:
    """The name right below the text, set right, in bold or in italics, in the article's box but
    in none of the text's. `page` are the items of the whole page, `body` those of the text."""
    last = next((item for item in reversed(body) if isinstance(item, Block)), None)
    at = next((at for at, item in enumerate(page) if item is last), None)
    if last is None or at is None:
        return None
    block = next((item for item in page[at + 1 : at + 2] if isinstance(item, Block)), None)
    if block is None or block.link_chars or len(block.text) > NAME_CHARS:
        return None
    dressed = block.align == "right" or block.bold or block.italic
    is_inside = block.owner is not box and box in block.owner.iterancestors()
    named = dressed and is_inside and looks_like_author(block.text, dressed=True)
    return block.text if named else None


def _says_author(element: HtmlElement) -> bool:
    if "author" in (element.get("rel") or "").split() or element.get("itemprop") == "author":
        return True
    if _AUTHOR_ADDRESS.search(element.get("href") or ""):
        return True
    return bool(_AUTHOR_NAMES.search(f"{element.get('class') or ''} {element.get('id') or ''}"))


def section_of(document: Document, address: str | None, title: str | None) -> str | None:
    """The section an article stands in: named in a meta tag, in a breadcrumb, or by the link
    that leads to the folder of the article's address."""
    if section := document.meta("article:section"):
        return section
    for names in _breadcrumbs(document, title):
        return names[-1]
    return _folder_name(document, address) if address else None


def _breadcrumbs(document: Document, title: str | None) -> Iterator[list[str]]:
    for element in document.root.iter("ul", "ol", "div", "nav"):
        if "breadcrumb" in f"{element.get('class') or ''} {element.get('id') or ''}".lower():
            names = [select.inline_text(a) for a in element.iter("a")]
            names = [name for name in names if name and fold(name) != fold(title or "")]
            if len(names) >= 2:
                yield names


def _folder_name(document: Document, address: str) -> str | None:
    folder = urlsplit(address).path.rstrip("/").rpartition("/")[0]
    if folder.count("/") < 1 or not folder:
        return None
    wanted = {folder, f"{folder}/", f"{folder}.html"}
    for link in document.root.iter("a"):
        href = link.get("href") or ""
        if not href or href.startswith(("#", "javascript:")):
            continue
        url = normalise(href, document.base)
        if url is None or urlsplit(url).path not in wanted or host_of(url) != host_of(address):
            continue
        text = squeeze(select.inline_text(link))
        if 2 < len(text) <= SECTION_CHARS:
            return text
    return None
