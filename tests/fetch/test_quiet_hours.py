"""Quiet hours and a day's pages, as the server sees them, and what follows for the next visit."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.archive.clock import VIETNAM
from crawler.archive.days import next_midnight
from crawler.errors import UsageError
from crawler.fetch.quiet import QuietHours
from tests.support.crawling import crawl, crawl_until, portal, query
from tests.support.news import news_site
from tests.support.site import Site

BEFORE_S = 14  # of crawling before quiet hours begin: longer than a slow machine takes to start
PAGES = "SELECT pages FROM portal_days WHERE portal_id = ?"
NEXT = "SELECT next_visit_at FROM schedule WHERE portal_id = ?"


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-02T{clock}+07:00")


@pytest.mark.parametrize(
    ("hours", "moment", "until"),
    [
        ("08:00-17:00", "07:59:59", None),
        ("08:00-17:00", "08:00:00", "2026-03-02T17:00:00+07:00"),
        ("08:00-17:00", "17:00:00", None),
        ("07:30-11:30, 13:00-17:00", "11:00:00", "2026-03-02T11:30:00+07:00"),
        ("07:30-13:00,13:00-17:00", "11:00:00", "2026-03-02T17:00:00+07:00"),
        ("22:00-06:00", "23:30:00", "2026-03-03T06:00:00+07:00"),
        ("22:00-06:00", "05:59:00", "2026-03-02T06:00:00+07:00"),
        ("22:00-06:00", "12:00:00", None),
        ("", "12:00:00", None),
    ],
)
def test_a_time_is_in_quiet_hours_until_their_end(
    hours: str, moment: str, until: str | None
) -> None:
    found = QuietHours.parse(hours).until(at(moment))
    assert (found.isoformat() if found else None) == until


def test_quiet_hours_are_those_of_vietnam_wherever_the_crawler_is() -> None:
    quiet = QuietHours.parse("08:00-17:00")
    assert quiet.until(datetime(2026, 3, 2, 2, 0, tzinfo=UTC)) == at("17:00:00")
    assert quiet.until(datetime(2026, 3, 2, 12, 0, tzinfo=UTC)) is None


@pytest.mark.parametrize("text", ["8-17", "08:00", "08:00-08:00", "08:00-25:00", "soon", "a-b"])
def test_what_is_no_span_is_refused_by_name(text: str) -> None:
    with pytest.raises(UsageError, match="KHOTIN_QUIET_HOURS must be spans"):
        QuietHours.parse(text)


def test_hours_that_leave_no_time_are_refused() -> None:
    with pytest.raises(UsageError, match="leave no time"):
        QuietHours.parse("00:00-12:00,12:00-00:00")


def test_in_quiet_hours_nothing_is_asked_and_the_visit_waits_for_their_end(tmp_path: Path) -> None:
    now = datetime.now(VIETNAM)
    begin, end = now + timedelta(seconds=BEFORE_S), now + timedelta(hours=2)
    quiet = f"{begin:%H:%M:%S}-{end:%H:%M:%S}"
    begins_s = time.monotonic() + BEFORE_S
    with Site() as site:
        news_site(site, 60, 60)
        portals = [portal("p", site.listen("127.0.0.2"), delay_s=0.5)]
        first = crawl(tmp_path, portals, KHOTIN_QUIET_HOURS=quiet)
        asked = len(site.log)
        second = crawl(tmp_path, portals, KHOTIN_QUIET_HOURS=quiet)
        assert len(site.log) == asked > 1
        assert max(seen.began for seen in site.log) < begins_s + 0.1
    shown = f"{end:%Y-%m-%dT%H:%M:%S}+07:00"
    for done in (first, second):
        assert (done.report["state"], done.report["exit_status"]) == ("deferred", 5)
        assert done.portals["p"]["why"] == f"deferred until {shown}: quiet hours"
        assert done.query(NEXT, "p") == [(shown,)]


def test_a_visit_that_would_fall_into_quiet_hours_is_planned_for_their_end(tmp_path: Path) -> None:
    now = datetime.now(VIETNAM)
    begin, end = now + timedelta(hours=1), now - timedelta(hours=1)
    with Site() as site:
        news_site(site, 2, 2)
        quiet = f"{begin:%H:%M}-{end:%H:%M}"
        settings: dict[str, Any] = {"KHOTIN_QUIET_HOURS": quiet, "KHOTIN_VISIT_MAX_S": 30_000}
        done = crawl(tmp_path, [portal("p", site.listen())], **settings)
    assert done.report["state"] == "done"
    ((due,),) = done.query(NEXT, "p")
    assert due[11:16] == f"{end:%H:%M}"
    assert datetime.fromisoformat(due) > now + timedelta(hours=6)


def test_a_days_pages_are_counted_over_runs_and_go_on_after_midnight(tmp_path: Path) -> None:
    with Site() as site:
        news_site(site, 12, 12)
        base = site.listen("127.0.0.2")
        portals = [portal("a", base), portal("b", base)]
        first = crawl(tmp_path, portals, KHOTIN_PORTAL_DAY_PAGES=5)
        pages = [path for path in site.paths() if path != "/robots.txt"]
        assert len(pages) == 10  # a portal that is done for the day holds up no other on its site
        second = crawl(tmp_path, portals, KHOTIN_PORTAL_DAY_PAGES=5)
        assert [path for path in site.paths() if path != "/robots.txt"] == pages
        third = crawl(tmp_path, portals, KHOTIN_PORTAL_DAY_PAGES=7)
        assert len(site.paths()) - len(pages) <= 4 + 2
    midnight = next_midnight(datetime.now(UTC))
    for done in (first, second):
        assert (done.report["state"], done.report["exit_status"]) == ("budget", 4)
        assert "5 pages of a portal and day" in done.portals["a"]["why"]
    assert third.query(PAGES, "a") == third.query(PAGES, "b") == [(7,)]
    ((due,),) = third.query(NEXT, "b")
    assert datetime.fromisoformat(due) == midnight


def test_a_killed_run_has_counted_what_it_asked_for(tmp_path: Path) -> None:
    with Site() as site:
        news_site(site, 60, 60)
        portals = [portal("p", site.listen("127.0.0.2"), delay_s=0.05)]
        crawl_until(tmp_path, portals, lambda: len(site.log) > 12)
        asked = sum(path != "/robots.txt" for path in site.paths())
    ((pages,),) = query(tmp_path / "archive.db", PAGES, "p")
    assert asked <= pages <= asked + 1
