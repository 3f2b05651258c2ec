"""When each portal is to be visited again, learned from the stamps of what it published.

Visits to many portals share one budget of requests. The delay until new articles are found, summed
over all of them, is least when the time between two visits goes with one over the square root of
how often a portal publishes: a portal with sixteen times the news is visited four times as often.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from crawler.archive.clock import iso
from crawler.archive.db import Archive

DAY_S = 86_400.0
MEMORY_S = 45 * DAY_S  # what was published longer ago than this counts for less than 1/e
TROUBLE_STEPS = 6  # a portal in trouble waits twice as long each time, this often

Trouble = Literal["failed", "suspect"]


@dataclass(frozen=True, slots=True)
class VisitRule:
    """Bounds of the time between two visits, in seconds.

    `base_s` is for a portal that publishes one article a day; `retry_s` the first wait after a
    visit that went wrong, doubled each time it does so again.
    """

    base_s: float = DAY_S
    min_s: float = 6 * 3600.0
    max_s: float = 7 * DAY_S
    retry_s: float = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class Interval:
    """Seconds between two visits, the rate they follow from (articles a day), and why."""

    seconds: float
    per_day: float
    reason: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A row of the schedule. Times are ISO 8601 at +07:00; `interval_s` in seconds."""

    portal_id: str
    next_visit_at: str
    interval_s: int
    reason: str
    visits: int
    last_visit_at: str | None


def articles_per_day(stamps: Iterable[datetime], now: datetime) -> float:
    """How often a portal publishes at present: its stamps, weighed by how recent they are.

    Stamps later than `now` are mistakes of the portal and do not count.
    """
    ages = ((now - stamp).total_seconds() for stamp in stamps)
    return sum(math.exp(-age / MEMORY_S) for age in ages if age >= 0) / MEMORY_S * DAY_S


def learned_interval(stamps: Iterable[datetime], now: datetime, rule: VisitRule) -> Interval:
    """How long to wait between two visits to a portal with these stamps."""
    rate = articles_per_day(stamps, now)
    wished = rule.base_s / math.sqrt(rate) if rate > 0 else math.inf
    seconds = min(max(wished, rule.min_s), rule.max_s)
    reason = f"{rate:.2g} articles a day" if rate >= 0.005 else "hardly any news"
    return Interval(seconds, rate, reason)


def stamps_of(archive: Archive, portal_id: str, now: datetime) -> list[datetime]:
    """Publish times of a portal's articles that still count. Days without a time are at noon."""
    since = iso(now - timedelta(seconds=6 * MEMORY_S))[:10]
    rows = archive.conn.execute(
        "SELECT published_at FROM articles WHERE portal_id = ? AND published_date >= ?",
        (portal_id, since),
    )
    return [_moment(text) for (text,) in rows]


def plan_next(
    archive: Archive,
    portal_id: str,
    now: datetime,
    rule: VisitRule,
    trouble: Trouble | None = None,
    not_before: datetime | None = None,
    allowed: Callable[[datetime], datetime] = lambda due: due,
) -> Visit:
    """A visit has ended at `now`: write down when the next one is due.

    After `trouble` the next try comes soon and then ever later, never later than without it.
    `not_before`: what is left of this visit is due then, and the next begins with it. `allowed`
    gives the first time from one on at which the portal may be asked at all.
    """
    learned = learned_interval(stamps_of(archive, portal_id, now), now, rule)
    seconds, reason = learned.seconds, learned.reason
    if trouble is not None:
        times = _troubles_in_a_row(archive, portal_id)
        wait = rule.retry_s * 2 ** min(times, TROUBLE_STEPS)
        seconds, reason = min(seconds, wait, rule.max_s), f"{trouble}: asked again sooner"
        if times >= TROUBLE_STEPS:
            seconds, reason = rule.max_s, f"{trouble} {times + 1} times in a row"
    due = now + timedelta(seconds=round(seconds))
    if not_before is not None and not_before < due:
        due, reason = max(now, not_before), "what is left of the last visit"
    due = allowed(due)
    with archive.atomic() as db:
        db.execute(
            "INSERT INTO schedule(portal_id, next_visit_at, interval_s, reason, visits, "
            "last_visit_at) VALUES (?, ?, ?, ?, 1, ?) ON CONFLICT DO UPDATE SET "
            "next_visit_at = excluded.next_visit_at, interval_s = excluded.interval_s, "
            "reason = excluded.reason, visits = visits + 1, "
            "last_visit_at = excluded.last_visit_at",
            (portal_id, iso(due), round(seconds), reason, iso(now)),
        )
    return visits(archive)[portal_id]


def visits(archive: Archive) -> dict[str, Visit]:
    """The schedule, by portal."""
    names = ", ".join(Visit.__dataclass_fields__)
    rows = archive.conn.execute(f"SELECT {names} FROM schedule")
    return {row[0]: Visit(*row) for row in rows}


def due(archive: Archive, portals: Collection[str], now: datetime) -> list[str]:
    """Those of the portals whose visit is due, the longest overdue first.

    A portal that was never visited is due at once, and comes last: what is known to publish must
    not wait for a long list of newcomers.
    """
    known = visits(archive)
    moment = iso(now)
    late = [id_ for id_ in portals if id_ in known and known[id_].next_visit_at <= moment]
    late.sort(key=lambda id_: (known[id_].next_visit_at, id_))
    return [*late, *sorted(id_ for id_ in portals if id_ not in known)]


def next_due(archive: Archive, portals: Collection[str]) -> datetime | None:
    """When the first of the portals is due; None when one of them was never visited."""
    known = visits(archive)
    if any(id_ not in known for id_ in portals):
        return None
    times = [known[id_].next_visit_at for id_ in portals]
    return datetime.fromisoformat(min(times)) if times else None


def _troubles_in_a_row(archive: Archive, portal_id: str) -> int:
    """How many visits before the present one ended badly, without a good one between."""
    rows = archive.conn.execute(
        "SELECT state FROM portal_runs WHERE portal_id = ? AND state IS NOT NULL "
        "ORDER BY run_id DESC LIMIT ?",
        (portal_id, TROUBLE_STEPS + 2),
    ).fetchall()
    count = 0
    for (state,) in rows:
        if state not in ("failed", "suspect"):
            break
        count += 1
    return max(0, count - 1)


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        return datetime.fromisoformat(f"{text[:10]}T12:00:00+07:00")
    return found
