"""How a visit to a portal went, in figures, and whether that is what earlier visits gave.

A portal whose site has changed still answers 200 and still costs requests: only the figures show
that it gives nothing any more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from statistics import median
from typing import Any

from crawler.archive.db import Archive

VISITS = 10  # earlier visits that a visit is held against
ENOUGH = 3  # articles in a visit from which shares of them say anything
SHRUNK = 0.25  # of the usual length: an article's text is rarely that short by chance
FIELDS = ("title", "published_at", "author", "lead", "text")
_NEEDED = ("title", "published_at", "text")  # a site that stops giving these has changed


@dataclass(frozen=True, slots=True)
class Measures:
    """One visit in figures.

    `listed`: links to articles on start pages, feeds and first pages of listings; None when a part
    of the visit was not counted (a run that was killed and continued). `articles`: read in this
    visit, known ones that were looked at again included. `coverage`: share of them that has each
    field, 0 to 1. `median_chars`: length of their text. `by_structure`: share that the platform's
    profile did not fit, None on portals without a profile. `newest_days`: age of the portal's
    newest article at the end of the visit.
    """

    pages: int = 0
    listed: int | None = None
    not_modified: int = 0
    articles: int = 0
    coverage: Mapping[str, float] = field(default_factory=dict)
    median_chars: int | None = None
    by_structure: float | None = None
    newest_days: float | None = None

    def as_json(self) -> dict[str, Any]:
        """JSON-ready values."""
        return asdict(self)


def measure(
    archive: Archive,
    run_id: int,
    portal_id: str,
    now: datetime,
    listed: int | None,
    *,
    has_profile: bool,
) -> Measures:
    """The figures of one portal in one run, from what the run has stored."""
    pages, not_modified = archive.conn.execute(
        "SELECT coalesce(sum(pages), 0), coalesce(sum(not_modified), 0) FROM portal_runs "
        "WHERE run_id = ? AND portal_id = ?",
        (run_id, portal_id),
    ).fetchone()
    rows = archive.conn.execute(
        f"SELECT text_method, coalesce(length(text), 0), {', '.join(FIELDS)} FROM articles "
        "WHERE id IN (SELECT article_id FROM frontier WHERE portal_id = ? AND run_id = ? "
        "AND kind = 'article' AND state = 'done' AND reason IS NULL)",
        (portal_id, run_id),
    ).fetchall()
    count = len(rows)
    structure = sum((row[0] or "").startswith("generic:") for row in rows)
    return Measures(
        pages=pages,
        listed=listed,
        not_modified=not_modified,
        articles=count,
        coverage={
            name: round(sum(bool(row[2 + place]) for row in rows) / count, 3)
            for place, name in enumerate(FIELDS)
        }
        if count
        else {},
        median_chars=round(median(row[1] for row in rows)) if count else None,
        by_structure=round(structure / count, 3) if count and has_profile else None,
        newest_days=_newest_days(archive, portal_id, now),
    )


def suspicion(now: Measures, reasons: Mapping[str, int], before: Sequence[Measures]) -> str | None:
    """What is wrong with a portal that answered, in a few words; None when nothing is.

    `reasons`: the visit's rejections and failures, counted. `before`: earlier visits that were
    well, in any order.
    """
    return (
        _refused(now, reasons)
        or _gives_less(now, before)
        or _lost_fields(now, before)
        or _other_layout(now, before)
    )


def earlier(archive: Archive, portal_id: str, run_id: int) -> list[Measures]:
    """The figures of the last visits before this run that were well, newest first."""
    rows = archive.conn.execute(
        "SELECT measures FROM portal_runs WHERE portal_id = ? AND run_id < ? "
        "AND state IN ('done', 'budget', 'deferred') AND measures != '{}' "
        "ORDER BY run_id DESC LIMIT ?",
        (portal_id, run_id, VISITS),
    )
    return [Measures(**json.loads(text)) for (text,) in rows]


def put_measures(
    archive: Archive, run_id: int, portal_id: str, state: str, why: str | None, found: Measures
) -> None:
    """Keep how a visit ended, and its figures."""
    with archive.atomic() as db:
        db.execute(
            "UPDATE portal_runs SET state = ?, why = ?, measures = ? "
            "WHERE run_id = ? AND portal_id = ?",
            (state, why, json.dumps(found.as_json()), run_id, portal_id),
        )


def _refused(now: Measures, reasons: Mapping[str, int]) -> str | None:
    blocked = reasons.get("block page", 0)
    if blocked and blocked * 2 >= now.pages:
        return f"blocked: {blocked} of {now.pages} answers were block pages"
    moved = {reason: count for reason, count in reasons.items() if reason.startswith("moved to ")}
    if moved and sum(moved.values()) * 2 >= now.pages:
        return max(moved, key=moved.__getitem__)
    foreign = reasons.get("foreign host", 0)
    if foreign and foreign * 2 >= now.pages:
        return f"moved or hijacked: {foreign} of {now.pages} pages belong to another host"
    return None


def _gives_less(now: Measures, before: Sequence[Measures]) -> str | None:
    """Nothing, or less than half of what it gave. Pages that had not changed list nothing."""
    known = [visit.listed for visit in before if visit.listed and not visit.not_modified]
    if now.listed is None or now.not_modified or not known:
        return None
    usual = median(known)
    if now.listed == 0:
        return f"layout changed or emptied: lists no article, {usual:.0f} before"
    if now.listed < usual / 2:
        return f"lists {now.listed} articles, {usual:.0f} before"
    return None


def _lost_fields(now: Measures, before: Sequence[Measures]) -> str | None:
    known = [visit for visit in before if visit.articles >= ENOUGH]
    if now.articles < ENOUGH or not known:
        return None
    for name in _NEEDED:
        usual = median(visit.coverage.get(name, 0.0) for visit in known)
        share = now.coverage.get(name, 0.0)
        if share < usual / 2:
            return f"layout changed: {name} on {share:.0%} of the articles, {usual:.0%} before"
    usual = median(visit.median_chars or 0 for visit in known)
    if now.median_chars is not None and now.median_chars < usual * SHRUNK:
        return f"layout changed: articles of {now.median_chars} characters, {usual:.0f} before"
    return None


def _other_layout(now: Measures, before: Sequence[Measures]) -> str | None:
    known = [
        visit.by_structure
        for visit in before
        if visit.by_structure is not None and visit.articles >= ENOUGH
    ]
    if now.by_structure is None or now.articles < ENOUGH or not known:
        return None
    usual = median(known)
    if now.by_structure - usual >= 0.5:
        return (
            f"layout changed: the profile did not fit {now.by_structure:.0%} of the articles, "
            f"{usual:.0%} before"
        )
    return None


def _newest_days(archive: Archive, portal_id: str, now: datetime) -> float | None:
    (newest,) = archive.conn.execute(
        "SELECT max(published_date) FROM articles WHERE portal_id = ? AND published_date <= ?",
        (portal_id, now.date().isoformat()),
    ).fetchone()
    if newest is None:
        return None
    noon = datetime.fromisoformat(f"{newest}T12:00:00+07:00")
    return round(max(0.0, (now - noon).total_seconds() / 86_400), 1)
