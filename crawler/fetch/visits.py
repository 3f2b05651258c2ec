"""After a run: when each of its portals is due again."""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.archive.db import Archive
from crawler.archive.schedule import Trouble, Visit, VisitRule, plan_next
from crawler.fetch.limits import Limits
from crawler.fetch.quiet import QuietHours
from crawler.fetch.report import PortalReport, PortalState

_TROUBLE: dict[PortalState, Trouble] = {"failed": "failed", "suspect": "suspect"}
# What is left is due as soon as it may be asked for.
_UNFINISHED: frozenset[PortalState] = frozenset(("budget", "deferred", "interrupted"))


def plan_visit(archive: Archive, report: PortalReport, limits: Limits) -> Visit:
    """Write down when the portal of this report is due again."""
    now = datetime.now(UTC)
    rule = VisitRule(
        limits.visit_base_s, limits.visit_min_s, limits.visit_max_s, limits.visit_retry_s
    )
    not_before = None
    bound = datetime.fromisoformat(report.not_before) if report.not_before is not None else now
    if report.state in _UNFINISHED:
        at = report.next_due_at if report.state == "deferred" else None
        not_before = max(bound, datetime.fromisoformat(at) if at is not None else now)
    trouble = _TROUBLE.get(report.state)
    quiet = QuietHours.parse(limits.quiet_hours)

    def allowed(due: datetime) -> datetime:
        return quiet.free_from(max(due, bound))

    return plan_next(archive, report.portal_id, now, rule, trouble, not_before, allowed)
