"""Whose page it is: what a page says about its own host, held against where it came from.

A portal's name can lead to somebody else's pages: the domain expired and was registered again, a
server answers for a name that it does not know with another body's portal. Such a page names its
own host in its canonical link or og:url and links to it. One sign alone proves nothing: templates
keep the address of the vendor's demo or of localhost, reprints name the paper they are from, and
one body has several names.
"""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import urlsplit

from crawler.portals.model import host_key
from crawler.reader.document import Document
from crawler.reader.model import Page
from crawler.urls import host_of, normalise

LINKS = 3  # so many links to the host that a page claims, and none to its own
TELLING_CHARS = 4  # a shorter label of a host (tx, xa) names nobody
# Below these second-level names of a country's domain, bodies register their own.
_SECOND_LEVEL = frozenset(
    "gov com org net edu ac dcs info name int health biz pro co or go mil".split()
)
_TELL_NOTHING = frozenset(
    "www portal cong congthongtin cttdt mobile static cdn media demo test gov com thudo".split()
)
_PARKING = re.compile(r"\bparking|park(?:ing)?logic|\bbodis\.|hugedomains|afternic|\bsedo", re.I)
_LOCAL = re.compile(
    r"^(?:localhost|[^.]+|[\d.]+|\[.*\]|.*:.*|.+\.(?:local|localhost|lan|internal|test|invalid))$"
)


def foreign_host(document: Document, page: Page) -> str | None:
    """The host of another body that the page belongs to, or None: it is the portal's own.

    Foreign is a page that was fetched outside of the portal's hosts (`page.own_hosts`, where they
    are known), one that is a frame around another site, and one whose own claims all name a host
    unrelated to its address while its links lead there and not home.
    """
    own = host_of(page.url) if page.url else ""
    if not own:
        return None
    if page.own_hosts and host_key(own) not in page.own_hosts:
        return own
    if _LOCAL.match(own):
        return None  # an address by number, or a copy on loopback: nothing to compare names with
    framed = framed_address(document)
    if framed is not None and not any(
        is_related(host_of(framed), host) for host in (own, *page.own_hosts)
    ):
        return host_of(framed)
    claimed = _claimed_host(document)
    if claimed is None or any(is_related(claimed, host) for host in (own, *page.own_hosts)):
        return None
    linked = _linked_hosts(document)
    home = sum(n for host, n in linked.items() if is_related(host, own) or host in page.own_hosts)
    away = sum(n for host, n in linked.items() if is_related(host, claimed))
    return claimed if away >= LINKS and not home and away * 2 > linked.total() else None


def is_parked(document: Document) -> bool:
    """Whether a page without content is that of a domain's seller: titled with the bare name of
    its own host, or made by a parking service."""
    own = host_of(document.url) if document.url else ""
    title = (document.head_title or "").strip().lower()
    if own and not _LOCAL.match(own) and host_key(title) == host_key(own) and "." in title:
        return True
    sources = (e.get("src") or e.get("href") or "" for e in document.root.iter("script", "iframe"))
    return any(_PARKING.search(source) for source in sources)


def framed_address(document: Document) -> str | None:
    """The address of the one frame that is all of a page, absolute, or None."""
    frames = list(document.root.iter("frame"))
    if len(frames) != 1:
        return None
    return normalise(frames[0].get("src") or "", document.base)


def credible_canonical(document: Document) -> str | None:
    """The canonical address that a page declares, unless it can only be the template's: one of no
    public host, or the front page of another site."""
    said = document.canonical_link
    if said is None or document.url is None:
        return said
    own, host = host_of(document.url), host_of(said)
    if host == own:
        return said
    if _LOCAL.match(host) and not _LOCAL.match(own):
        return None
    is_front = urlsplit(said).path in ("", "/") and not urlsplit(said).query
    return None if is_front and not is_related(host, own) else said


def is_related(one: str, other: str) -> bool:
    """Whether two hosts may be one body's: the same site, or a telling label in common."""
    first, second = host_key(one), host_key(other)
    if first == second or _site(first) == _site(second):
        return True
    return bool(_telling(first) & _telling(second))


def _claimed_host(document: Document) -> str | None:
    """The one public host that the page's own addresses agree on."""
    said = [document.canonical_link]
    said += [normalise(url, document.base) for url in document.metas.get("og:url", ())]
    hosts = {host_key(host_of(url)) for url in said if url}
    if len(hosts) != 1:
        return None
    (host,) = hosts
    return None if not host or _LOCAL.match(host) else host


def _linked_hosts(document: Document) -> Counter[str]:
    """How often links name each host in full; links without a host say nothing."""
    found: Counter[str] = Counter()
    for element in document.root.iter("a"):
        href = (element.get("href") or "").strip()
        if href[:4].lower() == "http" or href.startswith("//"):
            url = normalise(href, document.url)
            if url:
                found[host_key(host_of(url))] += 1
    return found


def _site(host: str) -> str:
    """The registered domain: two labels, three where a country sorts its bodies by kind."""
    labels = host.split(".")
    kept = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else 2
    return ".".join(labels[-kept:])


def _telling(host: str) -> set[str]:
    labels = host.split(".")[:-1]
    return {label for label in labels if len(label) >= TELLING_CHARS} - _TELL_NOTHING
