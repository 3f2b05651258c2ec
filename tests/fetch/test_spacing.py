"""Spacing and concurrency as the server sees them, on several loopback addresses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import pairwise

import pytest

from tests.support.crawling import Crawl, crawl, portal
from tests.support.news import add_articles, add_robots, list_body
from tests.support.site import Answer, Seen, Site

DELAY_S = 0.2
MARGIN_S = 0.05
ARTICLES = 5
PAGES = ARTICLES + 3  # with robots.txt, the home page and a try for a sitemap


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Crawl, list[Seen]]]:
    """Three addresses at one delay, the third with two sites; a fourth address without delay."""
    addresses = ("127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.4", "127.0.0.5")
    with ExitStack() as stack:
        portals = []
        sites = []
        for number, address in enumerate(addresses):
            site = stack.enter_context(Site())
            paths = add_articles(site, range(1, ARTICLES + 1))
            site.page("/", list_body(paths))
            add_robots(site)
            delay_s = 0.0 if address == "127.0.0.5" else None
            if delay_s is not None:
                for answer in site.answers.values():
                    assert isinstance(answer, Answer)
                    answer.wait_s = 0.1  # long enough for a second request to be seen beside it
            portals.append(portal(f"p{number}", site.listen(address), delay_s=delay_s))
            sites.append(site)
        done = crawl(tmp_path_factory.mktemp("spacing"), portals, KHOTIN_DELAY_LOOPBACK_S=DELAY_S)
        yield done, sorted((s for site in sites for s in site.log), key=lambda seen: seen.began)


def of(log: list[Seen], address: str) -> list[Seen]:
    return [seen for seen in log if seen.address == address]


def test_every_page_was_fetched_once(crawled: tuple[Crawl, list[Seen]]) -> None:
    done, log = crawled
    assert done.report["state"] == "done"
    assert len(log) == 5 * PAGES
    assert len({(seen.port, seen.path) for seen in log}) == len(log)


@pytest.mark.parametrize("address", ["127.0.0.2", "127.0.0.3", "127.0.0.4"])
def test_requests_to_an_address_are_at_least_the_delay_apart(
    crawled: tuple[Crawl, list[Seen]], address: str
) -> None:
    seen = of(crawled[1], address)
    assert min(later.began - earlier.ended for earlier, later in pairwise(seen)) >= DELAY_S


def test_two_sites_on_one_address_share_its_budget_and_take_turns(
    crawled: tuple[Crawl, list[Seen]],
) -> None:
    seen = of(crawled[1], "127.0.0.4")
    assert len(seen) == 2 * PAGES
    assert len({request.port for request in seen}) == 2
    longest = run = 1
    for earlier, later in pairwise(seen):
        run = run + 1 if earlier.port == later.port else 1
        longest = max(longest, run)
    assert longest <= 3


def test_addresses_do_not_wait_for_each_other_nor_for_the_heartbeat(
    crawled: tuple[Crawl, list[Seen]],
) -> None:
    one = of(crawled[1], "127.0.0.2")
    took = one[-1].began - one[0].began
    at_best = (PAGES - 1) * (DELAY_S + MARGIN_S)
    # The engine's own heartbeat would make this steps of 5 s. The pages in between must be read.
    assert at_best <= took < at_best + 3.0


def test_the_delay_of_a_portal_goes_before_that_of_its_address(
    crawled: tuple[Crawl, list[Seen]],
) -> None:
    seen = of(crawled[1], "127.0.0.5")
    assert sorted(later.began - earlier.ended for earlier, later in pairwise(seen))[2] < DELAY_S


def test_no_address_ever_has_two_requests_under_way(crawled: tuple[Crawl, list[Seen]]) -> None:
    for address in {seen.address for seen in crawled[1]}:
        for earlier, later in pairwise(of(crawled[1], address)):
            assert later.began >= earlier.ended
