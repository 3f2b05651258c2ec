"""How slowly hosts that refused us are asked: the raised delay, kept over runs until it is over."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.archive.clock import now_iso
from crawler.archive.db import Archive
from crawler.archive.values import storable


@dataclass(frozen=True, slots=True)
class Pace:
    """A row of host_pace: a host's raised delay in seconds, how often it refused us since it was
    asked at its usual pace, why, and when the delay was last changed (ISO 8601 at +07:00)."""

    host: str
    delay_s: float
    refusals: int
    reason: str
    changed_at: str


def paces(archive: Archive) -> dict[str, Pace]:
    """Every host with a raised delay, by its name."""
    names = ", ".join(Pace.__dataclass_fields__)
    return {row[0]: Pace(*row) for row in archive.conn.execute(f"SELECT {names} FROM host_pace")}


def put_pace(
    archive: Archive, host: str, delay_s: float, refusals: int, reason: str, at: str | None = None
) -> Pace:
    """Write down a host's raised delay, as changed now or at `at`."""
    pace = Pace(host, delay_s, refusals, storable(reason), at or now_iso())
    with archive.atomic() as db:
        db.execute(
            "INSERT INTO host_pace(host, delay_s, refusals, reason, changed_at) "
            "VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET delay_s = excluded.delay_s, "
            "refusals = excluded.refusals, reason = excluded.reason, "
            "changed_at = excluded.changed_at",
            (pace.host, pace.delay_s, pace.refusals, pace.reason, pace.changed_at),
        )
    return pace


def drop_pace(archive: Archive, host: str) -> None:
    """The host is asked at its usual pace again."""
    with archive.atomic() as db:
        db.execute("DELETE FROM host_pace WHERE host = ?", (host,))
