"""From what a page says to what is fetched next: own links only, traps cut, pagers ended."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from crawler.archive.frontier import Frontier, FrontierRow, NewLink
from crawler.archive.runs import Problem
from crawler.fetch.limits import Limits
from crawler.platforms import GENERIC, Profile, get_profile
from crawler.portals.model import Portal, host_key
from crawler.reader.model import Link, Reading
from crawler.urls import MAX_URL_CHARS, host_of, normalise

_FOLLOWED = frozenset(("article", "listing", "feed", "sitemap"))
PRINT_PRIORITY = -50


@dataclass(frozen=True, slots=True)
class Scope:
    """What belongs to a portal, and how far from its start pages a crawl goes."""

    hosts: frozenset[str]
    depth_max: int
    path_repeats_max: int
    _known: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, portal: Portal, limits: Limits) -> Scope:
        """The portal's own hosts (with and without "www.") and the run's limits."""
        hosts = {*portal.all_hosts(), *map(host_of, portal.start_pages)}
        keys = frozenset(host_key(host) for host in hosts if host)
        return cls(keys, limits.depth_max, limits.path_repeats_max)

    def owns(self, url: str) -> bool:
        """Whether a normal address (crawler.urls) is on one of the portal's hosts."""
        place = site_of(url)
        known = self._known.get(place)  # a page has hundreds of links, and few hosts
        if known is None:
            known = self._known[place] = host_key(host_of(url)) in self.hosts
        return known

    def is_trap(self, url: str) -> bool:
        """Whether an address looks like the product of a broken relative link."""
        if len(url) > MAX_URL_CHARS:
            return True
        parts = url.partition("?")[0].split("/")[3:]
        if len(parts) <= self.path_repeats_max:
            return False
        return max(Counter(filter(None, parts)).values(), default=0) > self.path_repeats_max


@dataclass(frozen=True, slots=True)
class Step:
    """What a page leads to. `complete`: it was the last page of its listing. `problem`: links of
    it that are left out."""

    links: tuple[NewLink, ...]
    complete: bool = False
    items_digest: str | None = None
    reason: str | None = None
    problem: Problem | None = None


def seeds(portal: Portal, profile: Profile | None) -> list[NewLink]:
    """Where a portal's crawl begins: its start pages, and the feeds its platform may have."""
    home = portal.url or next(iter(portal.start_pages), None)
    if home is None:
        return []
    found: dict[str, NewLink] = {}
    for url in portal.start_pages or (home,):
        address = (profile.canonical(url) if profile else normalise(url)) or url
        found[address] = NewLink(address, "start", revisit=False)
    for path in profile.start_paths if profile else ():
        address = (profile.canonical(normalise(path, home) or "")) if profile else ""
        if address and address not in found:
            kind = profile.classify(address) if profile else "listing"
            found[address] = NewLink(
                address, "feed" if kind == "feed" else "sitemap" if kind == "sitemap" else "listing"
            )
    return list(found.values())


def follow_links(row: FrontierRow, reading: Reading, scope: Scope) -> list[NewLink]:
    """The links of a page that are to be fetched, "next" left out; their depth is one more."""
    depth = row.depth + 1
    if depth > scope.depth_max:
        return []
    twins = _print_twins(row, reading)
    found = []
    for link in reading.links:
        if not scope.owns(link.url) or scope.is_trap(link.url):
            continue
        if link.kind in _FOLLOWED:
            found.append(_new_link(link, depth))
        elif link.kind == "print" and link.url in twins:
            found.append(
                NewLink(
                    link.url,
                    "print",
                    depth=depth,
                    priority=PRINT_PRIORITY,
                    revisit=reading.kind == "article",
                    native_id=twins[link.url],
                )
            )
    return found


def step(
    frontier: Frontier,
    row: FrontierRow,
    reading: Reading,
    scope: Scope,
    limits: Limits,
    run_id: int,
) -> Step:
    """What a page that was read leads to; for a listing also whether its walk goes on."""
    most = limits.entries_max if row.kind in ("feed", "sitemap") else limits.links_max
    problem = None
    if len(reading.links) >= most:
        told = f"{len(reading.links)} links were read, the first {most} are followed"
        problem = Problem("read", "many links", told, {"links": len(reading.links)})
        following = [link for link in reading.links[most:] if link.kind == "next"]
        reading = replace(reading, links=[*reading.links[:most], *following[:1]])
    return replace(_step(frontier, row, reading, scope, limits, run_id), problem=problem)


def _step(
    frontier: Frontier,
    row: FrontierRow,
    reading: Reading,
    scope: Scope,
    limits: Limits,
    run_id: int,
) -> Step:
    links = follow_links(row, reading, scope)
    if reading.kind != "listing":
        return Step(tuple(links))
    articles = [link for link in links if link.kind == "article"]
    digest = items_digest(articles)
    following = next(
        (link for link in reading.links if link.kind == "next" and scope.owns(link.url)), None
    )
    if not articles or following is None:
        return Step(tuple(links), True, digest)
    if _seen_in_walk(frontier, row, digest, run_id):
        return Step(tuple(links), True, digest, "same items as an earlier page")
    page_no = (row.page_no or 1) + 1
    if page_no > limits.walk_pages_max:
        return Step(tuple(links), False, digest, "page limit of a listing")
    pager = frontier.follow(row.walk, row.portal_id, links)
    if pager == "stop":
        return Step(tuple(links), False, digest)
    next_link = NewLink(
        following.url,
        "next",
        method=following.method,
        form=following.form,
        depth=row.depth,
        walk_id=row.walk,
        page_no=page_no,
        revisit=pager == "again",
    )
    if read_in_run(frontier, row.portal_id, next_link, run_id):
        return Step(tuple(links), True, digest, "next page was read before")
    return Step((*links, next_link), False, digest)


def site_of(url: str) -> str:
    """Scheme and host of a normal address, as they stand there: cheaper than taking it apart."""
    return "/".join(url.split("/", 3)[:3])


def items_digest(articles: Sequence[NewLink]) -> str:
    """What the items of a listing page hash to; the order does not matter."""
    keys = sorted({link.native_id or link.url for link in articles})
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()


def moved(row: FrontierRow, target: str) -> NewLink:
    """The link that a redirect or refresh is: of the same kind and place, one hop further.

    It is asked for even if the article's number is known: the row that asked for that number is
    this one, and what stands at the target has not been read in this run.
    """
    return NewLink(
        target,
        row.kind,
        depth=row.depth,
        hops=row.hops + 1,
        walk_id=row.walk_id,
        page_no=row.page_no,
        revisit=True,
        native_id=row.native_id,
    )


def _new_link(link: Link, depth: int) -> NewLink:
    return NewLink(
        link.url,
        link.kind,
        method=link.method,
        form=link.form,
        depth=depth,
        native_id=link.native_id,
    )


def _print_twins(row: FrontierRow, reading: Reading) -> dict[str, str | None]:
    """Print views worth fetching, and the number of the article that each shows.

    That of an article whose own page has no text; from other pages those of articles that they do
    not link to, where the platform keys print views by their article's number.
    """
    prints = [link for link in reading.links if link.kind == "print"]
    if not prints:
        return {}
    own_key = get_profile(reading.platform or GENERIC).print_key == "own"
    if reading.kind == "article":
        if reading.text or row.kind == "print":
            return {}
        if own_key:
            return {prints[0].url: reading.native_id} if len(prints) == 1 else {}
        return {k.url: k.native_id for k in prints if k.native_id == reading.native_id}
    if own_key:
        return {}
    known = {link.native_id for link in reading.links if link.kind == "article"}
    return {k.url: k.native_id for k in prints if k.native_id is None or k.native_id not in known}


def _seen_in_walk(frontier: Frontier, row: FrontierRow, digest: str, run_id: int) -> bool:
    """Whether the page before had the same items, or the first page did in this run.

    Pagers without an end repeat their last page, an empty one, or begin anew.
    """
    if row.walk_id is None:
        return False
    if row.method == "POST" and row.page_no == 2:
        # Some AJAX pagers count from 0, some from 1, so the first answer may be the list page anew.
        return False
    before = frontier.get(row.referrer_id) if row.referrer_id is not None else None
    if before is not None and before.walk == row.walk and before.items_digest == digest:
        return True
    first = frontier.get(row.walk)
    return first is not None and first.run_id == run_id and first.items_digest == digest


def read_in_run(frontier: Frontier, portal_id: str, link: NewLink, run_id: int) -> bool:
    """Whether the run has fetched and ended this address already."""
    found = frontier.archive.conn.execute(
        "SELECT 1 FROM frontier WHERE key = ? AND state IN ('done', 'failed') AND run_id = ? "
        "AND done_at IS NOT NULL AND reason IS NOT 'alias'",
        (link.key(portal_id), run_id),
    ).fetchone()
    return found is not None
