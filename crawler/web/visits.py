"""What the operator's pages show: how portals stand, what a run did, how visits went."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from datasette.utils.asgi import NotFound  # type: ignore[import-untyped]
from markupsafe import Markup
from sqlite_utils import Database

from crawler.archive.db import Archive
from crawler.archive.status import WRONG, PortalStatus, portal_statuses
from crawler.web.charts import Bar, column_chart
from crawler.web.language import current, say
from crawler.web.pages import DATABASE, Row, rows_of

PAGE = "/van-hanh"
RUNS_SHOWN = 40
BARS = 30  # runs or visits in a chart
REASONS_SHOWN = 6  # of a visit's rejections and failures

_COUNTED = (
    "pages", "articles_new", "articles_changed", "articles_gone", "rejected", "failed",
)  # fmt: skip
_SUMS = ", ".join(f"coalesce(sum(v.{name}), 0) AS {name}" for name in _COUNTED)
_RUNS = f"""
SELECT r.id, r.started_at, r.finished_at, r.state, count(v.portal_id) AS portals, {_SUMS},
  coalesce(sum(v.state IN ('suspect', 'failed')), 0) AS wrong
FROM runs AS r LEFT JOIN portal_runs AS v ON v.run_id = r.id
"""
_VISITS = """
SELECT v.*, r.started_at, r.state AS run_state, p.name FROM portal_runs AS v
JOIN runs AS r ON r.id = v.run_id JOIN portals AS p ON p.id = v.portal_id
"""


async def overview(datasette: Any) -> dict[str, Any]:
    """Every portal, what is wrong first, and the last runs."""
    statuses: list[PortalStatus] = await datasette.get_database(DATABASE).execute_fn(_statuses)
    runs = await rows_of(datasette, f"{_RUNS} GROUP BY r.id ORDER BY r.id DESC LIMIT ?", RUNS_SHOWN)
    bars = [
        Bar(_day(row["started_at"]), row["articles_new"], f"{PAGE}/luot/{row['id']}")
        for row in reversed(runs[:BARS])
    ]
    return {
        "statuses": statuses,
        "wrong": sum(status.standing in WRONG for status in statuses),
        "runs": runs,
        "chart": column_chart(bars, say("runs.new")),
    }


async def run_page(datasette: Any, run_id: str) -> dict[str, Any]:
    """One run: its portals, what is wrong first, and the problems it met. NotFound without one."""
    runs = await rows_of(datasette, f"{_RUNS} WHERE r.id = ? GROUP BY r.id", run_id)
    if not runs:
        raise NotFound(f"no run {run_id}")
    visits = await rows_of(
        datasette,
        f"{_VISITS} WHERE v.run_id = ? ORDER BY v.state IN ('failed', 'suspect') DESC, p.id",
        run_id,
    )
    problems = await rows_of(
        datasette,
        "SELECT stage, kind, count(*) AS times FROM problems WHERE run_id = ? "
        "GROUP BY stage, kind ORDER BY times DESC, stage, kind",
        run_id,
    )
    return {"run": runs[0], "visits": [_visit(row) for row in visits], "problems": problems}


async def portal_page(datasette: Any, portal_id: str) -> dict[str, Any]:
    """One portal: its visits as charts and table, and what befell it. NotFound without one."""
    portals = await rows_of(datasette, "SELECT * FROM portals WHERE id = ?", portal_id)
    if not portals:
        raise NotFound(f"no portal {portal_id}")
    rows = await rows_of(
        datasette, f"{_VISITS} WHERE p.id = ? ORDER BY v.run_id DESC LIMIT ?", portal_id, RUNS_SHOWN
    )
    visits = [_visit(row) for row in rows]
    events = await rows_of(
        datasette,
        "SELECT * FROM portal_events WHERE portal_id = ? ORDER BY id DESC LIMIT ?",
        portal_id,
        RUNS_SHOWN,
    )
    schedule = await rows_of(datasette, "SELECT * FROM schedule WHERE portal_id = ?", portal_id)
    return {
        "portal": portals[0],
        "visits": visits,
        "events": events,
        "schedule": schedule[0] if schedule else None,
        "new_chart": _chart(visits, "articles_new", say("visits.new")),
        "listed_chart": _chart(visits, "listed", say("visits.listed")),
    }


def _statuses(conn: sqlite3.Connection) -> list[PortalStatus]:
    # The connection is Datasette's, read-only; the archive's own words are asked through it.
    archive = Archive(Path(DATABASE), Database(conn, recursive_triggers=False), None, readonly=True)
    return portal_statuses(archive, datetime.now(UTC))


def _visit(row: Row) -> dict[str, Any]:
    """A row of portal_runs with its figures and its most frequent reasons."""
    measures = json.loads(row["measures"])
    reasons = sorted(json.loads(row["reasons"]).items(), key=lambda item: (-item[1], item[0]))
    return {
        **dict(zip(row.keys(), row, strict=True)),
        "listed": measures.get("listed"),
        "measures": measures,
        "coverage": measures.get("coverage") or {},
        "reasons": reasons[:REASONS_SHOWN],
    }


def _chart(visits: Sequence[dict[str, Any]], name: str, title: str) -> Markup:
    """A column for each visit, the oldest first; those that were not counted are left out."""
    bars = [
        Bar(_day(visit["started_at"]), visit[name], f"{PAGE}/luot/{visit['run_id']}")
        for visit in reversed(visits[:BARS])
        if visit[name] is not None
    ]
    return column_chart(bars, title)


def _day(stamp: str) -> str:
    """The label of a column: day and month, in the order of the language."""
    month, day = stamp[5:7], stamp[8:10]
    return f"{day}/{month}" if current.get() == "vi" else f"{month}-{day}"
