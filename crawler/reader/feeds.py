"""RSS, Atom and sitemaps: lists of addresses in XML."""

from __future__ import annotations

from lxml import etree

from crawler.platforms.profile import Profile
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
MAX_ENTRIES = 50_000  # the sitemap protocol's own limit


def looks_like_xml(markup: str) -> bool:
    """Whether the text opens like a feed or sitemap, not like HTML."""
    head = markup[:2000].lstrip("\ufeff \t\r\n").lower()
    if head.startswith("<?xml"):
        head = head[head.find("?>") + 2 :].lstrip()
    while head.startswith("<!--") or head.startswith("<?"):
        end = head.find("-->" if head.startswith("<!--") else "?>")
        if end < 0:
            return False
        head = head[end + (3 if head.startswith("<!--") else 2) :].lstrip()
    return head.startswith(tuple(f"<{name}" for name in ("rss", "rdf:", "feed", "urlset", "sitem")))


def read_feed(markup: str, url: str | None, profile: Profile) -> list[Link] | None:
    """The links of a feed or sitemap, each once; None when the text is neither."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(_without_declaration(markup).encode(), parser=parser)
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
    address, title = None, None
    for child in entry:
        child_name = _name(child)
        if child_name in ("link", "loc") and address is None:
            address = (child.text or child.get("href") or "").strip()
        elif child_name == "title":
            title = squeeze(child.text or "")
    normal = normalise(address, base) if address else None
    if normal is None:
        return None
    kind = _kind(name, normal, profile)
    if kind is None:
        return None
    native = profile.native_id(normal) if kind == "article" else None
    return Link(profile.canonical(normal), kind, native, title or None)


def _kind(name: str, url: str, profile: Profile) -> LinkKind | None:
    kind = profile.classify(url)
    if kind == "deny":
        return None
    if name == "sitemap":
        return "sitemap"
    if name in ("item", "entry") and kind == "listing":
        return "article"  # what a feed announces is news, whatever its address looks like
    return kind


def _name(element: etree._Element) -> str:
    tag = element.tag
    return etree.QName(tag).localname.lower() if isinstance(tag, str) else ""


def _without_declaration(markup: str) -> str:
    text = markup.lstrip("\ufeff \t\r\n")
    if text.startswith("<?xml"):
        text = text[text.find("?>") + 2 :]
    return text.replace("\x00", " ")
