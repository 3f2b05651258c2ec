"""What robots.txt of an origin decided, and until when that holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from crawler.archive.clock import now_iso
from crawler.archive.db import Archive

RobotsDecision = Literal["rules", "allow", "deny", "wait"]


@dataclass(frozen=True, slots=True)
class RobotsRow:
    """One row of `robots`.

    `decision`: "rules" (obey `body`), "allow" (there is none), "deny" (refused for all), "wait"
    (it could not be had; ask again). `expires_at` in Unix seconds.
    """

    origin: str
    decision: RobotsDecision
    body: str | None
    status: int | None
    fetched_at: str
    expires_at: float
    capture_id: int | None


def get_robots(archive: Archive, origin: str) -> RobotsRow | None:
    """The stored decision of an origin (scheme://host:port), expired or not."""
    row = archive.conn.execute(
        "SELECT origin, decision, body, status, fetched_at, expires_at, capture_id "
        "FROM robots WHERE origin = ?",
        (origin,),
    ).fetchone()
    return None if row is None else RobotsRow(*row)


def put_robots(
    archive: Archive,
    origin: str,
    decision: RobotsDecision,
    *,
    expires_at: float,
    body: str | None = None,
    status: int | None = None,
    capture_id: int | None = None,
) -> None:
    """Store a decision in place of the one before."""
    with archive.atomic() as db:
        db.execute(
            "INSERT INTO robots(origin, decision, body, status, fetched_at, expires_at, "
            "capture_id) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT(origin) DO UPDATE SET "
            "decision = excluded.decision, body = excluded.body, status = excluded.status, "
            "fetched_at = excluded.fetched_at, expires_at = excluded.expires_at, "
            "capture_id = coalesce(excluded.capture_id, capture_id)",
            (origin, decision, body, status, now_iso(), expires_at, capture_id),
        )
