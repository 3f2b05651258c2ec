"""The links of a page and what each promises."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement

from crawler.platforms.profile import Profile
from crawler.reader import select
from crawler.reader.document import Document
from crawler.reader.model import Link, LinkKind, Page
from crawler.text import squeeze
from crawler.urls import normalise

MAX_LINKS = 2_000  # more on one page is a calendar or a directory, not news


def links_of(document: Document, page: Page, profile: Profile) -> list[Link]:
    """Every address on the page once, canonical for the platform; denied ones left out."""
    found: dict[str, Link] = {}
    own = profile.canonical(page.url) if page.url else None
    for url, element, is_feed in addresses(document):
        address = profile.address(url)
        if address.kind == "deny" or not address.canonical or address.canonical == own:
            continue
        known = found.get(address.canonical)
        if (known is not None and known.text) or len(found) >= MAX_LINKS:
            continue
        kind: LinkKind = "feed" if is_feed else address.kind
        text = _text_of(element) or squeeze(element.get("title") or "") or None
        found[address.canonical] = Link(address.canonical, kind, address.native_id, text)
    return list(found.values())


def _text_of(link: HtmlElement) -> str:
    """The text of a link; most hold nothing but text, and there are a hundred on a page."""
    return select.inline_text(link) if len(link) else squeeze(link.text or "")


def addresses(document: Document) -> Iterator[tuple[str, HtmlElement, bool]]:
    """Every normal address that the page links to, its element, and whether it is a feed's."""
    base = document.base
    for element in document.root.iter("a", "area", "link", "iframe", "frame"):
        if element.tag == "link" and not _is_feed_link(element):
            continue
        href = element.get("href") or (element.get("src") if "frame" in element.tag else None)
        if not href or href.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
            continue
        url = normalise(href, base)
        if url is None:
            continue
        yield url, element, element.tag == "link"


def _is_feed_link(element: HtmlElement) -> bool:
    kind = (element.get("type") or "").lower()
    return "alternate" in (element.get("rel") or "").lower() and ("rss" in kind or "atom" in kind)
