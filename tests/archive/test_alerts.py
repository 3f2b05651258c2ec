"""When an operator is told of a portal, and when not."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from crawler.archive.alerts import News, news, note_told
from crawler.archive.db import Archive
from crawler.archive.migrations import MIGRATIONS
from crawler.archive.runs import Problem, add_problem
from crawler.archive.status import PortalStatus, Standing
from tests.archive.conftest import Crawl

NOW = datetime(2026, 11, 1, 5, tzinfo=UTC)


def status(crawl: Crawl, standing: Standing, why: str | None = None, **more: Any) -> PortalStatus:
    return PortalStatus(crawl.portal.id, crawl.portal.name, standing, why, None, None, 4, **more)


def told(crawl: Crawl, found: PortalStatus, now: datetime = NOW, days: float = 0) -> list[News]:
    """What a run that ends so says, and remembers to have said."""
    crawl.seed()
    remind = timedelta(days=days) if days else None
    said = news(crawl.archive, [found], now, remind)
    note_told(crawl.archive, said, now)
    return said


def kinds(said: list[News]) -> list[tuple[str, str | None]]:
    return [(one.kind, one.was) for one in said]


def test_a_portal_that_is_well_is_not_told_of(crawl: Crawl) -> None:
    assert told(crawl, status(crawl, "well")) == []
    assert told(crawl, status(crawl, "never visited")) == []


def test_trouble_is_told_once_and_its_end_once(crawl: Crawl) -> None:
    bad = status(crawl, "suspect", "blocked: 3 of 4 answers were block pages")
    assert kinds(told(crawl, bad)) == [("trouble", None)]
    assert told(crawl, bad) == []
    assert kinds(told(crawl, status(crawl, "well"))) == [("recovered", "suspect")]
    assert told(crawl, status(crawl, "well")) == []


def test_figures_that_change_are_no_news_but_another_cause_is(crawl: Crawl) -> None:
    told(crawl, status(crawl, "suspect", "blocked: 3 of 4 answers were block pages"))
    assert told(crawl, status(crawl, "suspect", "blocked: 9 of 9 answers were block pages")) == []
    other = status(crawl, "suspect", "layout changed: title on 10% of the articles, 99% before")
    assert kinds(told(crawl, other)) == [("trouble", "suspect")]
    assert kinds(told(crawl, status(crawl, "failed", "dns"))) == [("trouble", "suspect")]


def test_a_visit_that_was_not_finished_says_nothing_either_way(crawl: Crawl) -> None:
    assert told(crawl, status(crawl, "unfinished", "3 addresses left")) == []
    told(crawl, status(crawl, "failed", "dns"))
    assert told(crawl, status(crawl, "unfinished", "3 addresses left")) == []
    assert kinds(told(crawl, status(crawl, "well"))) == [("recovered", "failed")]


def test_an_event_that_begins_is_news_and_its_end_is_not_unless_all_is_well(crawl: Crawl) -> None:
    tls = ("certificate since 2026-10-01",)
    assert kinds(told(crawl, status(crawl, "failed", "tls", events=tls))) == [("trouble", None)]
    assert told(crawl, status(crawl, "failed", "tls", events=tls)) == []
    both = (*tls, "moved since 2026-10-30")
    again = told(crawl, status(crawl, "failed", "tls", events=both))
    assert kinds(again) == [("trouble", "failed")]
    assert told(crawl, status(crawl, "failed", "tls", events=tls)) == []
    assert kinds(told(crawl, status(crawl, "well", events=tls))) == [("recovered", "failed")]
    assert kinds(told(crawl, status(crawl, "well"))) == [("recovered", "well")]
    assert crawl.one("SELECT count(*) FROM portal_alerts") == 0


def test_an_event_of_a_portal_that_is_well_is_told(crawl: Crawl) -> None:
    seen = status(crawl, "well", events=("moved since 2026-10-30",))
    assert kinds(told(crawl, seen)) == [("trouble", None)]
    assert told(crawl, seen) == []


def test_what_is_still_wrong_is_told_again_where_that_is_wished(crawl: Crawl) -> None:
    bad = status(crawl, "failed", "dns")
    told(crawl, bad)
    later = NOW + timedelta(days=6, hours=23)
    assert told(crawl, bad, later, days=7) == []
    assert told(crawl, bad, later + timedelta(hours=2)) == []
    assert kinds(told(crawl, bad, later + timedelta(hours=2), 7)) == [("reminder", "failed")]
    assert told(crawl, bad, later + timedelta(hours=4), days=7) == []


def test_what_was_not_said_is_news_again(crawl: Crawl) -> None:
    crawl.seed()
    bad = status(crawl, "failed", "dns")
    assert news(crawl.archive, [bad], NOW) == news(crawl.archive, [bad], NOW) != []


def test_problems_of_before_there_were_alerts_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as old:
        db = Database(old)
        MIGRATIONS.apply(db, stop_before="m0005_alerts")
        db.execute(
            "INSERT INTO problems(id, at, url, stage, kind) VALUES (7, '2026', 'u', 'fetch', 'dns')"
        )
        old.commit()
    with Archive.open(path) as archive:
        add_problem(archive, Problem("alert", "command", "ended with 1"))
        rows = archive.conn.execute("SELECT id, stage FROM problems ORDER BY id").fetchall()
    assert [tuple(row) for row in rows] == [(7, "fetch"), (8, "alert")]
