"""Waiting and holding back: over runs, for the readers, and by budget."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from twisted.python.failure import Failure
from twisted.web._newclient import ParseError, ResponseFailed

from crawler.fetch.addresses import AddressClass
from crawler.fetch.budget import Budget
from crawler.fetch.failures import classify_failure
from crawler.fetch.limits import Limits
from crawler.fetch.session import CrawlSession
from crawler.portals.model import Portal
from crawler.reader.model import Page
from tests.support.crawling import crawl, portal
from tests.support.news import article_body, article_path, news_site
from tests.support.site import Answer, Seen, Site


def limits(**settings: object) -> Limits:
    return Limits.from_settings({f"KHOTIN_{name}": value for name, value in settings.items()})


def test_a_host_that_asked_to_wait_is_left_alone_by_the_next_run_too(tmp_path: Path) -> None:
    with Site() as site:
        news_site(site, 4, 4)
        page = site.answers[article_path(2)]
        assert isinstance(page, Answer)

        def respond(seen: Seen) -> Answer:
            site.answers[article_path(2)] = page
            return Answer(503, headers={"Retry-After": "5"})

        site.answers[article_path(2)] = respond
        portals = [portal("p", site.listen("127.0.0.2"))]
        first = crawl(tmp_path, portals, KHOTIN_PATIENCE_S=1)
        assert first.report["state"] == "deferred"
        assert first.report["exit_status"] == 5
        assert crawl(tmp_path, portals).report["state"] == "done"
        log = sorted(site.log, key=lambda seen: seen.began)
    asked = next(n for n, seen in enumerate(log) if seen.path == article_path(2))
    assert log[asked + 1].began - log[asked].ended >= 4.9
    assert all(later.began >= earlier.ended for earlier, later in pairwise(log))


def test_a_site_that_refuses_page_after_page_is_left(tmp_path: Path) -> None:
    with Site() as site:
        news_site(site, 12, 12)
        site.page("/", "<a href='/tin-tuc/'>Tin tức</a>")
        for number in range(1, 13):
            site.answers[article_path(number)] = Answer(403, "<p>từ chối</p>")
        done = crawl(
            tmp_path, [portal("p", site.listen("127.0.0.2"), delay_s=0.1)], KHOTIN_ORIGIN_REFUSALS=4
        )
        refused = [path for path in site.paths() if "bai-viet" in path]
    assert (done.portals["p"]["state"], done.portals["p"]["why"]) == ("failed", "HTTP 403")
    assert 4 <= len(refused) <= 5  # one may be under way while the fourth is stored
    assert done.portals["p"]["pending"] > 0


@pytest.fixture
def session(tmp_path: Path) -> CrawlSession:
    made = Portal("p", "P", "http://127.0.0.2/", "district", "Thanh Hóa", platform="nukeviet")
    settings = limits(READERS=1, READER_BACKLOG=2)
    return CrawlSession.open([made], tmp_path / "archive.db", settings)


def test_fetching_holds_back_while_the_readers_are_behind(session: CrawlSession) -> None:
    body = f"<html><body>{article_body(1)}</body></html>".encode()
    try:
        assert not session.hold_back()
        futures = [session.pool.submit(Page(body, "http://127.0.0.2/a"), None) for _ in range(3)]
        assert session.hold_back()
        for future in futures:
            future.result(timeout=60)
        assert not session.hold_back()
    finally:
        session.end("finished")


def test_delays_are_the_portals_then_of_loopback_then_the_platforms(
    session: CrawlSession,
) -> None:
    try:
        row = session.frontier.peek(session.frontier.origins()[0], 0.0)
        assert row is not None
        assert session.delay_s(row, AddressClass.LOOPBACK) == 0
        assert session.delay_s(row, AddressClass.PUBLIC) == 2.5
        session.portals["p"] = Portal(
            "p", "P", "http://127.0.0.2/", "district", "Thanh Hóa", delay_s=9.0
        )
        assert session.delay_s(row, AddressClass.LOOPBACK) == 9.0
    finally:
        session.end("finished")


def test_a_budget_counts_by_portal_and_in_all() -> None:
    budget = Budget(limits(PAGES_MAX=3, PORTAL_PAGES_MAX=2))
    for portal_id in ("a", "a"):
        assert budget.allows(portal_id)
        budget.spend(portal_id)
    assert not budget.allows("a")
    assert budget.allows("b")
    assert budget.stopped_portals == {"a": "2 pages of a portal"}
    assert budget.reached() is None
    budget.spend("b")
    assert budget.reached() == "3 pages"


def bad_status_line() -> Exception:
    # Twisted's classes are not typed.
    broken: Any = ParseError("non-integer status code", b"HTTP/1.1 no")  # type: ignore[no-untyped-call]
    return ResponseFailed([Failure(broken)])  # type: ignore[no-untyped-call]


def test_the_time_of_a_budget_counts_from_the_start_of_the_engine() -> None:
    budget = Budget(limits(SECONDS_MAX=0.05))
    time.sleep(0.06)
    assert budget.reached() is None
    budget.begin()
    assert budget.reached() is None
    assert 0 < (budget.seconds_left or 0) <= 0.05
    time.sleep(0.06)
    assert budget.reached() == "time"


@pytest.mark.parametrize(
    ("error", "kind", "again"),
    [
        (bad_status_line(), "bad answer", False),
        (ValueError("Invalid URI"), "invalid address", False),
        (RuntimeError("something new"), "connection lost", True),
    ],
)
def test_a_failure_is_told_by_what_is_behind_it(error: Exception, kind: str, again: bool) -> None:
    found = classify_failure(Failure(error))  # type: ignore[no-untyped-call]
    assert (found.kind, found.again) == (kind, again)
