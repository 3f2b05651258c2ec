"""How each portal stands: its last visit, what it gave, what holds, when it is due."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from crawler.archive.db import Archive
from crawler.archive.events import open_events
from crawler.archive.schedule import visits

Standing = Literal["well", "unfinished", "suspect", "failed", "overdue", "never visited"]
# From the gravest on: the order in which a person wants to see them.
STANDINGS: tuple[Standing, ...] = (
    "failed", "suspect", "overdue", "unfinished", "well", "never visited",
)  # fmt: skip
WRONG: frozenset[Standing] = frozenset(("failed", "suspect", "overdue"))
IN_VAIN = 3  # visits with nothing in hand: a bad day is over by then
_REFUSALS = ("block page", "HTTP 403", "HTTP 429", "HTTP 503")
OVERDUE = 2.0  # times the interval: a visit late by more was not made, so the clock stands still

_STANDING: dict[str | None, Standing] = {
    "done": "well",
    "failed": "failed",
    "suspect": "suspect",
    "budget": "unfinished",
    "deferred": "unfinished",
    "interrupted": "unfinished",
}


@dataclass(frozen=True, slots=True)
class PortalStatus:
    """One portal. Times are ISO 8601 at +07:00. The counts `articles_…` but the first, `rejected`
    and `measures` (crawler.archive.health) are those of the last visit; `articles` are all."""

    portal_id: str
    name: str
    standing: Standing
    why: str | None
    last_visit_at: str | None
    next_visit_at: str | None
    articles: int
    articles_new: int = 0
    articles_changed: int = 0
    articles_gone: int = 0
    rejected: int = 0
    newest: str | None = None
    events: tuple[str, ...] = ()
    measures: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """JSON-ready values."""
        return asdict(self)


# The last visit that came to its end; of a portal whose first is under way, that one. The newest
# article is found by published_at, which stands in an index beside the portal: 'Z' comes after
# every time of a day.
_LAST_VISITS = """
SELECT portals.id, portals.name, last.state, last.why, last.measures, last.articles_new,
  last.articles_changed, last.articles_gone, last.rejected, runs.started_at,
  (SELECT count(*) FROM articles WHERE portal_id = portals.id) AS articles,
  (SELECT substr(max(published_at), 1, 10) FROM articles
    WHERE portal_id = portals.id AND published_at <= :today || 'Z') AS newest
FROM portals
JOIN portal_runs AS last ON last.portal_id = portals.id
JOIN runs ON runs.id = last.run_id
WHERE last.run_id = (SELECT coalesce(max(run_id) FILTER (WHERE state IS NOT NULL), max(run_id))
  FROM portal_runs WHERE portal_id = portals.id)
"""


# Of the last visits that ended: how many gave nothing at all, and why what is left still waits.
_IN_VAIN = """
SELECT sum(articles_new + articles_changed + articles_same + listings + other + not_modified = 0)
FROM (SELECT * FROM portal_runs WHERE portal_id = ? AND state IS NOT NULL
  ORDER BY run_id DESC LIMIT ?)
"""
_WAITS_FOR = """
SELECT reason FROM frontier WHERE portal_id = ? AND state = 'pending' AND reason IS NOT NULL
GROUP BY reason ORDER BY count(*) DESC, reason LIMIT 1
"""


def portal_statuses(archive: Archive, now: datetime) -> list[PortalStatus]:
    """Every portal of the archive that was ever asked for, what is wrong first."""
    scheduled = visits(archive)
    events: dict[str, list[str]] = {}
    for event in open_events(archive):
        events.setdefault(event.portal_id, []).append(
            f"{event.kind} since {event.first_seen_at[:10]}"
        )
    rows = archive.db.query(_LAST_VISITS, {"today": now.date().isoformat()})
    found = []
    for row in rows:
        visit = scheduled.get(row["id"])
        standing = _STANDING.get(row["state"], "unfinished")
        why = row["why"]
        if standing == "unfinished":
            standing, why = _in_vain(archive, row["id"]) or (standing, why)
        if visit is not None and standing not in WRONG:
            late_s = (now - datetime.fromisoformat(visit.next_visit_at)).total_seconds()
            if late_s > visit.interval_s * OVERDUE:
                standing, why = "overdue", f"due since {visit.next_visit_at[:16]}"
        found.append(
            PortalStatus(
                row["id"],
                row["name"],
                standing,
                why,
                visit.last_visit_at if visit else row["started_at"],
                visit.next_visit_at if visit else None,
                row["articles"],
                row["articles_new"],
                row["articles_changed"],
                row["articles_gone"],
                row["rejected"],
                row["newest"],
                tuple(events.get(row["id"], ())),
                json.loads(row["measures"]),
            )
        )
    return sorted(found, key=lambda one: (STANDINGS.index(one.standing), one.portal_id))


def _in_vain(archive: Archive, portal_id: str) -> tuple[Standing, str] | None:
    """A portal whose visits end unfinished, one after the other, with nothing in hand.

    It puts us off each time, so no visit of its own ever fails: only the row of them shows it.
    """
    (empty,) = archive.conn.execute(_IN_VAIN, (portal_id, IN_VAIN)).fetchone()
    if (empty or 0) < IN_VAIN:
        return None
    row = archive.conn.execute(_WAITS_FOR, (portal_id,)).fetchone()
    reason = row[0] if row else "no answer"
    cause = "blocked" if reason.startswith(_REFUSALS) else "closed"
    return "suspect", f"{cause}: {IN_VAIN} visits in a row ended with nothing in hand: {reason}"
