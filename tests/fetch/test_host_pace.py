"""A host that refuses us is asked more slowly from then on, by the next runs too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.archive.clock import iso
from crawler.archive.db import Archive
from crawler.archive.pace import paces, put_pace
from crawler.fetch.host_paces import HostPaces
from crawler.fetch.limits import Limits
from tests.support.crawling import Crawl, crawl, portal, query
from tests.support.news import add_articles, article_path, list_body, news_site
from tests.support.site import Answer, Seen, Site

WAIT_PAGE = (
    "<!doctype html><html><head><title>Hãy đợi...</title></head><body><div class='floodblocker'>"
    "Hệ thống đang từ chối truy cập của bạn.</div></body></html>"
)
DELAY_S = 0.15
REFUSALS = {
    "busy": (Answer(503, "<p>bận</p>"), "HTTP 503"),
    "limit": (Answer(429, "<p>bận</p>", {"Retry-After": "1"}), "HTTP 429"),
    "block": (Answer(200, WAIT_PAGE), "block page"),
}
ROWS = "SELECT host, delay_s, refusals, reason FROM host_pace"


def limits(**settings: object) -> Limits:
    return Limits.from_settings({f"KHOTIN_{name}": value for name, value in settings.items()})


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db") as opened:
        yield opened


def once(site: Site, path: str, answer: Answer) -> None:
    """The path gives this answer to its first request, and its own from then on."""
    kept = site.answers[path]

    def respond(seen: Seen) -> Answer:
        site.answers[path] = kept
        return answer

    site.answers[path] = respond


def ordered(site: Site) -> list[Seen]:
    return sorted(site.log, key=lambda request: request.began)


def gaps(log: list[Seen]) -> list[float]:
    return [later.began - earlier.ended for earlier, later in pairwise(log)]


@dataclass
class Runs:
    """Two crawls of the same sites: their logs by site, and the archive after each."""

    first: dict[str, list[Seen]]
    second: dict[str, list[Seen]]
    raised: list[tuple[object, ...]]
    done: Crawl


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    """Each site refuses one article once in the first run; in the second it has ten more."""
    folder = tmp_path_factory.mktemp("pace")
    with ExitStack() as stack:
        sites = {id_: stack.enter_context(Site()) for id_ in REFUSALS}
        portals = []
        for number, (id_, site) in enumerate(sites.items(), 2):
            news_site(site, 5, 5)
            once(site, article_path(1), REFUSALS[id_][0])
            portals.append(portal(id_, site.listen(f"127.0.0.{number}"), delay_s=DELAY_S))
        assert crawl(folder, portals).report["state"] == "done"
        raised = query(folder / "archive.db", f"{ROWS} ORDER BY host")
        first = {id_: ordered(site) for id_, site in sites.items()}
        for site in sites.values():
            site.log.clear()
            site.page("/", list_body(add_articles(site, range(21, 31))), "Trang chủ")
        done = crawl(folder, portals, KHOTIN_PACE_GOOD_ANSWERS=6)
        yield Runs(first, {id_: ordered(site) for id_, site in sites.items()}, raised, done)


@pytest.mark.parametrize("id_", REFUSALS)
def test_a_refusal_doubles_the_delay_of_its_host(runs: Runs, id_: str) -> None:
    log = runs.first[id_]
    asked = next(n for n, seen in enumerate(log) if seen.path == article_path(1))
    # One more may have gone out at the old pace while a page was read that is a block page.
    assert min(gaps(log[asked + 1 :])) >= 2 * DELAY_S
    assert min(gaps(log[: asked + 1])) < 2 * DELAY_S


def test_the_raised_delay_is_stored_with_its_reason(runs: Runs) -> None:
    wanted = enumerate((reason for _, reason in REFUSALS.values()), 2)
    assert runs.raised == [(f"127.0.0.{n}", 2 * DELAY_S, 1, reason) for n, reason in wanted]


@pytest.mark.parametrize("id_", REFUSALS)
def test_the_next_run_begins_with_it_and_good_answers_end_it(runs: Runs, id_: str) -> None:
    found = gaps(runs.second[id_])
    assert runs.done.portals[id_]["articles_new"] == 10
    assert min(found[:5]) >= 2 * DELAY_S
    assert DELAY_S <= min(found[7:]) < 2 * DELAY_S
    assert runs.done.query(ROWS) == []


def test_a_host_without_a_delay_keeps_none(archive: Archive) -> None:
    book = HostPaces(archive, limits())
    assert book.delay_s("127.0.0.2", 0.0) == 0.0
    book.refused("127.0.0.2", "HTTP 503")
    assert book.delay_s("127.0.0.2", 0.0) == 0.0
    assert paces(archive) == {}


def test_a_delay_doubles_to_its_cap_and_never_beyond_what_the_portal_asks(
    archive: Archive,
) -> None:
    book = HostPaces(archive, limits(PACE_MAX_S=15))
    assert book.delay_s("a.example", 2.5) == 2.5
    found = []
    for _ in range(4):
        book.refused("a.example", "block page")
        found.append(book.delay_s("a.example", 2.5))
    assert found == [5.0, 10.0, 15.0, 15.0]
    assert paces(archive)["a.example"].refusals == 4
    assert book.delay_s("a.example", 40.0) == 40.0


def test_good_answers_halve_it_and_one_refusal_begins_the_count_anew(archive: Archive) -> None:
    book = HostPaces(archive, limits(PACE_GOOD_ANSWERS=3))
    book.delay_s("a.example", 2.0)
    book.refused("a.example", "HTTP 429")
    book.refused("a.example", "HTTP 429")
    for _ in range(2):
        book.good("a.example")
    book.refused("a.example", "HTTP 429")
    assert book.delay_s("a.example", 2.0) == 16.0
    found = []
    for _ in range(9):
        book.good("a.example")
        found.append(book.delay_s("a.example", 2.0))
    assert found == [16, 16, 8, 8, 8, 4, 4, 4, 2]
    assert paces(archive) == {}


@pytest.mark.parametrize(("hours", "delay_s"), [(23, 40.0), (25, 20.0), (49, 10.0)])
def test_days_without_a_refusal_halve_it_too(
    archive: Archive, hours: float, delay_s: float
) -> None:
    at = iso(datetime.now(UTC) - timedelta(hours=hours))
    put_pace(archive, "a.example", 40.0, 3, "block page", at)
    assert HostPaces(archive, limits()).delay_s("a.example", 2.5) == delay_s


def test_after_weeks_the_host_is_asked_as_usual(archive: Archive) -> None:
    at = iso(datetime.now(UTC) - timedelta(days=40))
    put_pace(archive, "a.example", 60.0, 3, "block page", at)
    assert HostPaces(archive, limits()).delay_s("a.example", 2.5) == 2.5
    assert paces(archive) == {}
