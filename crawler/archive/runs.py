"""Runs of the crawl: begun, resumed, counted, finished; and the problems met on the way."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from crawler import __version__
from crawler.archive.clock import now_iso
from crawler.archive.db import Archive
from crawler.archive.values import storable, storable_or_none

RunState = Literal["running", "done", "budget", "deferred", "failed", "interrupted"]
Stage = Literal["fetch", "robots", "capture", "read", "store", "alert"]
Counter = Literal[
    "pages",
    "articles_new",
    "articles_changed",
    "articles_same",
    "listings",
    "other",
    "rejected",
    "failed",
    "articles_gone",
    "not_modified",
]
_COUNTERS = (
    "pages, articles_new, articles_changed, articles_same, listings, other, rejected, failed, "
    "articles_gone, not_modified"
)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the crawl. `resumed`: it was begun by a process that was killed."""

    id: int
    started_at: str
    resumed: bool


@dataclass(frozen=True, slots=True)
class PortalRun:
    """What a run did at one portal; counts of pages and what they were, `seconds` it took."""

    run_id: int
    portal_id: str
    seeded_at: str | None
    finished_at: str | None
    pages: int
    articles_new: int
    articles_changed: int
    articles_same: int
    listings: int
    other: int
    rejected: int
    failed: int
    articles_gone: int
    not_modified: int
    reasons: dict[str, int]
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that went wrong with one address: where, what kind, and the numbers of it."""

    stage: Stage
    kind: str
    detail: str | None = None
    numbers: Mapping[str, object] = field(default_factory=dict)


def start_or_resume(
    archive: Archive, portals: Sequence[str], args: Mapping[str, object] | None = None
) -> Run:
    """Begin a run over these portals, or go on with one over the same portals that was killed.

    An unfinished run over other portals is closed as interrupted: its rows stay in the
    frontier, and the next run over its portals finds them.
    """
    wanted = sorted(set(portals))
    with archive.atomic() as db:
        resumed: Run | None = None
        unfinished = db.execute(
            "SELECT id, started_at, args FROM runs WHERE state = 'running' ORDER BY id"
        ).fetchall()
        for run_id, started_at, text in unfinished:
            if json.loads(text).get("portals") == wanted:
                resumed = Run(run_id, started_at, True)
        for run_id, _, _ in unfinished:
            if resumed is None or run_id != resumed.id:
                _finish(db.conn, run_id, "interrupted")
        if resumed is not None:
            return resumed
        started_at = now_iso()
        text = json.dumps({**(args or {}), "portals": wanted}, ensure_ascii=False, default=str)
        cursor = db.execute(
            "INSERT INTO runs(started_at, state, args, version) VALUES (?, 'running', ?, ?)",
            (started_at, text, __version__),
        )
        assert cursor.lastrowid is not None
        return Run(cursor.lastrowid, started_at, False)


def finish(archive: Archive, run_id: int, state: RunState) -> None:
    """End a run, and move the write-ahead log into the database file."""
    with archive.atomic() as db:
        _finish(db.conn, run_id, state)
    archive.checkpoint()


def finish_portal(archive: Archive, run_id: int, portal_id: str, seconds: float) -> None:
    """A portal has nothing left to do in this run. `seconds` add up over resumed runs."""
    with archive.atomic() as db:
        _touch(db.conn, run_id, portal_id)
        db.execute(
            "UPDATE portal_runs SET finished_at = ?, seconds = coalesce(seconds, 0) + ? "
            "WHERE run_id = ? AND portal_id = ?",
            (now_iso(), seconds, run_id, portal_id),
        )


def portal_runs(archive: Archive, run_id: int) -> list[PortalRun]:
    """What a run did, a row per portal in the order of their ids."""
    rows = archive.db.query(
        f"SELECT run_id, portal_id, seeded_at, finished_at, {_COUNTERS}, reasons, seconds "
        "FROM portal_runs WHERE run_id = ? ORDER BY portal_id",
        (run_id,),
    )
    return [PortalRun(**{**dict(row), "reasons": json.loads(row["reasons"])}) for row in rows]


def bump(
    conn: sqlite3.Connection,
    run_id: int,
    portal_id: str,
    counters: Sequence[Counter],
    reason: str | None = None,
) -> None:
    """Count one page under each of `counters`, and its reason, in the caller's transaction."""
    _touch(conn, run_id, portal_id)
    if counters:
        sets = ", ".join(f"{name} = {name} + 1" for name in counters)
        conn.execute(
            f"UPDATE portal_runs SET {sets} WHERE run_id = ? AND portal_id = ?", (run_id, portal_id)
        )
    if reason:
        where = (run_id, portal_id)
        (text,) = conn.execute(
            "SELECT reasons FROM portal_runs WHERE run_id = ? AND portal_id = ?", where
        ).fetchone()
        reasons = json.loads(text)
        reason = storable(reason)
        reasons[reason] = reasons.get(reason, 0) + 1
        conn.execute(
            "UPDATE portal_runs SET reasons = ? WHERE run_id = ? AND portal_id = ?",
            (json.dumps(reasons, ensure_ascii=False, sort_keys=True), *where),
        )


def add_problem(
    archive: Archive,
    problem: Problem,
    *,
    run_id: int | None = None,
    portal_id: str | None = None,
    url: str | None = None,
) -> None:
    """Record a problem. `numbers` must be JSON-ready; what is not is written as text."""
    with archive.atomic() as db:
        db.execute(
            "INSERT INTO problems(at, run_id, portal_id, url, stage, kind, detail, numbers) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                now_iso(),
                run_id,
                portal_id,
                storable_or_none(url),
                problem.stage,
                storable(problem.kind),
                storable_or_none(problem.detail),
                storable(json.dumps(dict(problem.numbers), ensure_ascii=False, default=str)),
            ),
        )


def _touch(conn: sqlite3.Connection, run_id: int, portal_id: str) -> None:
    conn.execute(
        "INSERT OR IGNORE INTO portal_runs(run_id, portal_id) VALUES (?, ?)", (run_id, portal_id)
    )


def _finish(conn: sqlite3.Connection, run_id: int, state: RunState) -> None:
    conn.execute(
        "UPDATE runs SET state = ?, finished_at = ? WHERE id = ?", (state, now_iso(), run_id)
    )
