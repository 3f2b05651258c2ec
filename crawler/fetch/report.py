"""What a crawl did, portal by portal, and the exit status that follows from it."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from crawler.archive.clock import iso
from crawler.archive.days import next_midnight
from crawler.archive.frontier import Frontier
from crawler.archive.health import cause_of
from crawler.archive.runs import PortalRun
from crawler.exits import Exit
from crawler.portals.model import Portal

PortalState = Literal["done", "budget", "deferred", "failed", "suspect", "interrupted"]

# Reasons that say something of a portal, not of our fetching: its dead links, wishes and moves,
# and pages that are no content. All others are failures.
_EXPECTED = ("gone", "robots", "moved to ", "too many redirects")
_NO_PORTAL = ("gone", "block page", "maintenance", "moved to ", "taken over")
_COUNTED = (
    "pages",
    "articles_new",
    "articles_changed",
    "articles_same",
    "listings",
    "other",
    "rejected",
    "failed",
)
_EXIT: dict[PortalState, Exit] = {
    "done": Exit.DONE,
    "suspect": Exit.SUSPECT,
    "deferred": Exit.DEFERRED,
    "budget": Exit.BUDGET,
    "failed": Exit.FAILED,
    "interrupted": Exit.INTERRUPTED,
}
_WORST: tuple[PortalState, ...] = (
    "interrupted",
    "failed",
    "budget",
    "deferred",
    "suspect",
    "done",
)


@dataclass(frozen=True, slots=True)
class PortalReport:
    """One portal in one run. `why` says in a few words what ended it, None when all is done.

    `pages` counts captures (robots.txt left out), `pending` addresses not fetched yet,
    `next_due_at` when the first that must wait is due (ISO 8601), None when none must.
    `not_before` is when it may be asked again at all, after quiet hours or a day's budget.
    `recleaned` counts stored articles that were read anew, knowing more of what repeats; `salvaged`
    those of `pages` that a killed crawl had received and this one took from its records. `events`
    are those that this run was the first to see (crawler.archive.events).
    """

    portal_id: str
    name: str
    state: PortalState
    why: str | None = None
    pages: int = 0
    articles_new: int = 0
    articles_changed: int = 0
    articles_same: int = 0
    listings: int = 0
    other: int = 0
    rejected: int = 0
    failed: int = 0
    pending: int = 0
    next_due_at: str | None = None
    reasons: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    recleaned: int = 0
    salvaged: int = 0
    events: tuple[str, ...] = ()
    not_before: str | None = None


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """A run over some portals. `archive` is the path of archive.db."""

    run_id: int
    archive: str
    portals: tuple[PortalReport, ...]
    seconds: float

    @property
    def state(self) -> PortalState:
        """The worst of the portals' states."""
        states = {portal.state for portal in self.portals}
        return next((state for state in _WORST if state in states), "done")

    @property
    def exit_status(self) -> Exit:
        """By the table in crawler/exits.py."""
        return _EXIT[self.state]

    @property
    def pages(self) -> int:
        return sum(portal.pages for portal in self.portals)

    @property
    def articles_new(self) -> int:
        return sum(portal.articles_new for portal in self.portals)

    def as_json(self) -> dict[str, Any]:
        """JSON-ready values, with `state` and `exit_status`."""
        return {**asdict(self), "state": self.state, "exit_status": int(self.exit_status)}


@dataclass(frozen=True, slots=True)
class RunEnd:
    """How a run as a whole ended.

    `ended_by`: "budget", "interrupted" or None. `left`: origins that were left in this run, and
    why. `stopped`: portals that reached their own budget, and which. `reached`: the budget of the
    run that was reached, in words. `spent_days`: portals whose budget is that of the day.
    `quiet_until`: when the quiet hours that ended the run are over.
    """

    run_id: int
    ended_by: str | None
    left: Mapping[str, str]
    stopped: Mapping[str, str]
    reached: str | None = None
    spent_days: Collection[str] = ()
    quiet_until: datetime | None = None

    def not_before(self, portal_id: str) -> datetime | None:
        """When this portal may be asked again, where quiet hours or the day's budget forbid it."""
        if self.quiet_until is not None:
            return self.quiet_until
        return next_midnight(datetime.now(UTC)) if portal_id in self.spent_days else None


def portal_report(
    frontier: Frontier,
    portal: Portal,
    run: PortalRun | None,
    end: RunEnd,
    seconds: float,
    recleaned: int = 0,
) -> PortalReport:
    """The report of one portal, from its counters and what is left of it in the frontier."""
    counts = frontier.counts(portal.id)
    pending = counts["pending"] + counts["claimed"]
    state, why = _state(frontier, portal, pending, end)
    not_before = end.not_before(portal.id) if pending else None
    numbers: dict[str, Any] = {}
    if run is not None:
        numbers = {name: getattr(run, name) for name in (*_COUNTED, "reasons")}
    return PortalReport(
        portal.id,
        portal.name,
        state,
        why,
        pending=pending,
        next_due_at=_next_due(frontier, portal.id) if pending else None,
        seconds=round(seconds, 1),
        recleaned=recleaned,
        not_before=iso(not_before) if not_before is not None else None,
        **numbers,
    )


def _state(
    frontier: Frontier, portal: Portal, pending: int, end: RunEnd
) -> tuple[PortalState, str | None]:
    failures = frontier.archive.conn.execute(
        "SELECT frontier.kind, reason, captures.kind FROM frontier "
        "LEFT JOIN captures ON captures.id = capture_id "
        "WHERE frontier.portal_id = ? AND state = 'failed' AND run_id = ? ORDER BY frontier.id",
        (portal.id, end.run_id),
    ).fetchall()
    start = next((row for row in failures if row[0] == "start"), None)
    wrong = next((row[1] for row in failures if not row[1].startswith(_EXPECTED)), None)
    abandoned = _abandoned(frontier, portal.id, end.left)
    if end.ended_by == "interrupted" and pending:
        return "interrupted", "stopped from the keyboard"
    if pending and end.quiet_until is not None:
        return "deferred", f"deferred until {iso(end.quiet_until)}: {end.reached}"
    if start is not None:
        _, reason, captured = start
        # It answered, but with no page of a portal: the site has changed, not the network.
        answered = captured == "rejected" or reason.startswith(_NO_PORTAL)
        if answered:
            return "suspect", f"{cause_of(reason)}: start page: {reason}"
        return "failed", f"start page: {reason}"
    if abandoned is not None:
        return "failed", abandoned
    if pending and (end.ended_by == "budget" or portal.id in end.stopped):
        limit = end.stopped.get(portal.id) or end.reached
        reached = f": {limit}" if limit else ""
        return "budget", f"{pending} addresses left{reached}"
    if pending:
        return "deferred", f"{pending} addresses due later"
    if wrong is not None:
        return "failed", wrong
    if _has_articles(frontier, portal.id):
        return "done", None
    return "suspect", "empty: no article was ever found"


def _abandoned(frontier: Frontier, portal_id: str, left: Mapping[str, str]) -> str | None:
    """Why a site with pending rows of this portal was left, or None."""
    origins = frontier.archive.conn.execute(
        "SELECT DISTINCT origin FROM frontier WHERE portal_id = ? AND state = 'pending'",
        (portal_id,),
    )
    return next((left[origin] for (origin,) in origins if origin in left), None)


def _has_articles(frontier: Frontier, portal_id: str) -> bool:
    found = frontier.archive.conn.execute(
        "SELECT 1 FROM articles WHERE portal_id = ? LIMIT 1", (portal_id,)
    ).fetchone()
    return found is not None


def _next_due(frontier: Frontier, portal_id: str) -> str | None:
    """When the first row that must wait may be asked; rows due at once may wait behind it."""
    (due,) = frontier.archive.conn.execute(
        "SELECT min(due_at) FROM frontier WHERE portal_id = ? AND state = 'pending' AND due_at > ?",
        (portal_id, time.time()),
    ).fetchone()
    return iso(datetime.fromtimestamp(due, UTC)) if due is not None else None
