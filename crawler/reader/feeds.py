"""RSS, Atom and sitemaps: lists of addresses in XML."""

from __future__ import annotations

import re

from lxml import etree

from crawler.platforms.profile import Profile, UrlKind
from crawler.reader.controls import without_controls
from crawler.reader.model import Link, LinkKind
from crawler.text import squeeze
from crawler.urls import normalise

_ROOTS = {
    "rss": "feed",
    "rdf": "feed",
    "feed": "feed",
    "urlset": "sitemap",
    "sitemapindex": "sitemap",
}
# What may stand before the root element, and how it ends.
_BEFORE_ROOT = {"<!--": "-->", "<?": "?>", "<!doctype rss": ">", "<!doctype rdf": ">"}
MAX_ENTRIES = 50_000  # the sitemap protocol's own limit


def looks_like_xml(markup: str) -> bool:
    """Whether the text opens like a feed or sitemap, not like HTML."""
    head = markup[:2000].lstrip("\ufeff \t\r\n").lower()
    if head.startswith("<?xml"):
        head = head[head.find("?>") + 2 :].lstrip()
    while found := next((mark for mark in _BEFORE_ROOT if head.startswith(mark)), None):
        close = _BEFORE_ROOT[found]
        end = head.find(close)
        if end < 0:
            return False
        head = head[end + len(close) :].lstrip()
    return head.startswith(tuple(f"<{name}" for name in ("rss", "rdf:", "feed", "urlset", "sitem")))


def read_feed(markup: str, url: str | None, profile: Profile) -> list[Link] | None:
    """The links of a feed or sitemap, each once; None when the text is neither."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(without_controls(_without_declaration(markup)), parser=parser)
    except etree.XMLSyntaxError:
        return None
    if root is None or _name(root) not in _ROOTS:
        return None
    links: dict[str, Link] = {}
    for entry in root.iter():
        name = _name(entry)
        if name not in ("item", "entry", "url", "sitemap") or len(links) >= MAX_ENTRIES:
            continue
        link = _entry_link(entry, name, url, profile)
        if link is not None:
            links.setdefault(link.url, link)
    return list(links.values())


def _entry_link(
    entry: etree._Element, name: str, base: str | None, profile: Profile
) -> Link | None:
    found = _address(entry, name)
    normal = normalise(found, base) if found else None
    if normal is None:
        return None
    address = profile.address(normal)
    kind = _kind(name, address.kind)
    if kind is None or not address.canonical:
        return None
    titles = (child for child in entry if _name(child) == "title")
    title = next((text for child in titles if (text := squeeze(_text(child)))), None)
    native = address.native_id if kind == "article" else None
    return Link(address.canonical, kind, native, title)


def _address(entry: etree._Element, name: str) -> str | None:
    """The address of an entry: `loc`, RSS `link` or a permanent `guid`, Atom's alternate link."""
    wanted = ("loc",) if name in ("url", "sitemap") else ("link", "guid")
    found: dict[str, str] = {}
    for child in entry:
        child_name = _name(child)
        if child_name not in wanted:
            continue
        if child_name == "guid" and child.get("isPermaLink", "true").lower() != "true":
            continue
        if (child.get("rel") or "alternate").lower() != "alternate":
            continue
        text = _text(child).strip() or (child.get("href") or "").strip()
        if text:
            found.setdefault(child_name, text)
    return next((found[key] for key in wanted if key in found), None)


def _text(element: etree._Element) -> str:
    return "".join(str(text) for text in element.itertext())


def _kind(name: str, kind: UrlKind) -> LinkKind | None:
    if kind == "deny":
        return None
    if name == "sitemap":
        return "sitemap"
    if name in ("item", "entry") and kind == "listing":
        return "article"  # what a feed announces is news, whatever its address looks like
    return kind


def _name(element: etree._Element) -> str:
    tag = element.tag
    # A prefix that nobody declared stays in the tag of a recovered document.
    return re.split(r"[}:]", tag)[-1].lower() if isinstance(tag, str) else ""


def _without_declaration(markup: str) -> str:
    text = markup.lstrip("\ufeff \t\r\n")
    if text.startswith("<?xml"):
        text = text[text.find("?>") + 2 :]
    return text
