"""What a person sees of a crawl, on a terminal and in a log."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from crawler.commands import crawl_view
from crawler.commands.crawl_view import report_table, summary, view_for
from crawler.exits import Exit
from crawler.fetch.report import CrawlReport, PortalReport
from crawler.fetch.session import Progress


def step(portal_id: str, what: str, **fields: Any) -> Progress:
    row: Any = SimpleNamespace(portal_id=portal_id)  # views look at nothing else of a row
    return Progress(row, what, **fields)


def shown(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def terminal() -> Console:
    return Console(file=io.StringIO(), force_terminal=True, width=120, color_system=None)


def test_a_terminal_shows_the_whole_and_each_portal() -> None:
    console = terminal()
    with view_for(console, 2) as view:
        view(step("nho", "article", change="new", waiting=3))
        view(step("lon", "retry", reason="HTTP 503", waiting=3))
    text = shown(console)
    assert "2 portals" in text
    assert "1/4" in text
    assert "1 pages, 1 new articles" in text
    assert "nho" in text
    assert "retry: HTTP 503" in text


def test_many_portals_get_no_line_each() -> None:
    console = terminal()
    with view_for(console, 500) as view:
        view(step("nho", "article", change="new", waiting=3))
    assert "nho" not in shown(console)


def test_a_log_gets_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawl_view, "LINE_EVERY_S", 0.0)
    console = Console(file=io.StringIO(), width=40)
    with view_for(console, 1) as view:
        view(step("nho", "listing", waiting=7))
        view(step("nho", "failed", reason="timeout", waiting=6))
    lines = shown(console).splitlines()
    assert len(lines) == 2
    assert "2 pages, 0 new articles" in lines[1]
    assert lines[1].endswith("(timeout 1), 6 addresses waiting")


def report(*portals: PortalReport) -> CrawlReport:
    return CrawlReport(1, "/data/archive.db", portals, 2.0)


def test_the_worst_portal_decides_state_and_exit_status() -> None:
    done = PortalReport("a", "A", "done", articles_new=3, pages=5)
    deferred = PortalReport("b", "B", "deferred", "2 addresses due later", pending=2)
    failed = PortalReport("c", "C", "failed", "start page: dns")
    assert report(done).exit_status is Exit.DONE
    assert report(done, deferred).exit_status is Exit.DEFERRED
    assert report(deferred, failed, done).exit_status is Exit.FAILED
    assert report(done, deferred).as_json()["exit_status"] == 5


def test_the_table_shows_states_reasons_and_what_is_left() -> None:
    console = Console(file=io.StringIO(), width=140)
    console.print(
        report_table(
            report(
                PortalReport(
                    "b", "B", "deferred", "[2] later", pending=2, reasons={"gone": 4}, rejected=1
                )
            )
        )
    )
    text = shown(console)
    assert "deferred" in text
    assert "[2] later; gone 4" in text


def test_a_run_without_news_says_so() -> None:
    quiet = report(PortalReport("a", "A", "done", pages=9))
    assert summary(quiet) == "nothing is new: 9 pages asked again in 2.0 s"
    busy = report(PortalReport("a", "A", "done", pages=9, articles_new=4))
    assert summary(busy).startswith("4 new articles")
    assert "4.5 pages/s" in summary(busy)
