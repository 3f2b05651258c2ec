"""How a visit to a portal went, in figures, and whether that is what earlier visits gave.

A portal whose site has changed still answers 200 and still costs requests: only the figures show
that it gives nothing any more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from itertools import pairwise
from statistics import median
from typing import Any

from crawler.archive.db import Archive
from crawler.archive.methods import STRUCTURE, SURE
from crawler.archive.store import UNCHANGED

CAUSES = ("layout changed", "blocked", "moved", "closed", "empty")
# Why a start page that answered is none of a portal → the cause. A reason that begins so counts.
_BY_REASON = {
    "block page": "blocked",
    "moved to ": "moved",
    "taken over": "moved",
    "foreign host": "moved",
    "gambling words": "moved",  # the name is in other hands
    "gone": "closed",
    "maintenance": "closed",
    "robots": "closed",
    "empty": "empty",
    "server page": "empty",  # what a web server shows where nothing was put
}
VISITS = 10  # earlier visits that a visit is held against
ENOUGH = 3  # articles in a visit from which shares of them say anything
MANY = 5  # articles gone in one visit: portals do take single ones down
SHRUNK = 0.25  # of the usual length: an article's text is rarely that short by chance
JUMP = 0.5  # by which a share must rise to be no chance
SILENT_DAYS = 30.0  # Tết and summer pauses are shorter
SILENT_PAUSES = 3.0  # times the longest pause of the last year
RHYTHM_DAYS = 365  # in which that pause is looked for
RHYTHM_ENOUGH = 20  # days with news in them, from which a rhythm can be told
FIELDS = ("title", "published_at", "author", "lead", "text")
_NEEDED = ("title", "published_at", "text")  # a site that stops giving these has changed


@dataclass(frozen=True, slots=True)
class Measures:
    """One visit in figures.

    `listed`: links to articles on start pages, feeds and first pages of listings; None when a part
    of the visit was not counted (a run that was killed and continued). `articles`: read in this
    visit, known ones that were looked at again included. `coverage`: share of them that has each
    field, 0 to 1. `median_chars`: length of their text. `by_structure`: share that the platform's
    profile did not fit, None on portals without a profile; `by_opinion`: share for which a second
    opinion was asked. `unread`: pages that were listed as articles, answered, and were none.
    `gone`: stored articles that the portal no longer has. `first_pages`: start pages, feeds and
    first pages of listings that were sent; `first_pages_kept`: those that had not changed.
    `newest_days`: age of the portal's newest article at the end of the visit;
    `longest_pause_days`: between two days with news in the year before it, None where they are
    too few to tell.
    """

    pages: int = 0
    listed: int | None = None
    not_modified: int = 0
    articles: int = 0
    coverage: Mapping[str, float] = field(default_factory=dict)
    median_chars: int | None = None
    by_structure: float | None = None
    newest_days: float | None = None
    by_opinion: float | None = None
    unread: int = 0
    gone: int = 0
    first_pages: int = 0
    first_pages_kept: int = 0
    longest_pause_days: int | None = None

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
    visit = (portal_id, run_id)
    pages, not_modified, gone = archive.conn.execute(
        "SELECT coalesce(sum(pages), 0), coalesce(sum(not_modified), 0), "
        "coalesce(sum(articles_gone), 0) FROM portal_runs WHERE portal_id = ? AND run_id = ?",
        visit,
    ).fetchone()
    rows = archive.conn.execute(
        f"SELECT coalesce(text_method, ''), coalesce(length(text), 0), {', '.join(FIELDS)} "
        "FROM articles WHERE id IN (SELECT article_id FROM frontier WHERE portal_id = ? "
        "AND run_id = ? AND kind = 'article' AND state = 'done' AND reason IS NULL)",
        visit,
    ).fetchall()
    sent, kept = _first_pages(archive, portal_id, run_id)
    count = len(rows)
    structure = sum(row[0].startswith(STRUCTURE) for row in rows)
    opinion = sum(row[0].startswith(STRUCTURE) and row[0] != SURE for row in rows)
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
        by_opinion=round(opinion / count, 3) if count else None,
        unread=_unread(archive, portal_id, run_id),
        gone=gone,
        first_pages=sent,
        first_pages_kept=kept,
        longest_pause_days=_longest_pause(archive, portal_id, now),
    )


def suspicion(now: Measures, reasons: Mapping[str, int], before: Sequence[Measures]) -> str | None:
    """What is wrong with a portal that answered: one of CAUSES, a colon and what was seen.

    None when nothing is. `reasons`: the visit's rejections and failures, counted. `before`:
    earlier visits that were well, in any order.
    """
    return (
        _refused(now, reasons)
        or _gives_less(now, reasons, before)
        or _withdrawn(now)
        or _unreadable(now, before)
        or _lost_fields(now, before)
        or _other_layout(now, before)
        or _silent(now, before)
    )


def cause_of(reason: str) -> str:
    """Which of CAUSES a start page that answered with no page of a portal stands for."""
    for beginning, cause in _BY_REASON.items():
        if reason.startswith(beginning):
            return cause
    return "layout changed"


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
        most = max(moved, key=moved.__getitem__)
        return f"moved: {moved[most]} of {now.pages} pages {most}"
    foreign = reasons.get("foreign host", 0)
    if foreign and foreign * 2 >= now.pages:
        return f"moved: {foreign} of {now.pages} pages belong to another host"
    return None


def _gives_less(
    now: Measures, reasons: Mapping[str, int], before: Sequence[Measures]
) -> str | None:
    """Nothing, or less than half of what it gave, on the part of the first pages that was sent."""
    known = [visit.listed for visit in before if visit.listed and not visit.not_modified]
    if now.listed is None or not known:
        return None
    usual = median(known)
    if now.first_pages_kept:
        # Pages that had not changed list what they did; what the others listed before is a guess,
        # so a visit of which little was sent is left to the next one that asks for everything.
        if now.first_pages < now.first_pages_kept:
            return None
        usual *= now.first_pages / (now.first_pages + now.first_pages_kept)
    if now.listed >= usual / 2:
        return None
    bare = sum(count for reason, count in reasons.items() if cause_of(reason) == "empty")
    cause = "empty" if bare else "layout changed"
    return f"{cause}: lists {now.listed or 'no'} articles, {usual:.0f} before"


def _withdrawn(now: Measures) -> str | None:
    """Most of the stored articles that were looked at again are gone."""
    looked = now.gone + now.articles
    if now.gone >= MANY and now.gone * 2 > looked:
        return f"empty: {now.gone} of {looked} articles are gone"
    return None


def _unreadable(now: Measures, before: Sequence[Measures]) -> str | None:
    """What the portal lists as articles is none any more."""
    asked = now.articles + now.unread
    if asked < ENOUGH or now.unread * 2 <= asked:
        return None
    known = [
        visit.unread / (visit.articles + visit.unread)
        for visit in before
        if visit.articles + visit.unread >= ENOUGH
    ]
    if not known and now.articles:
        return None  # a portal that we have only begun to know
    usual = median(known) if known else 0.0
    if now.unread / asked - usual < JUMP:
        return None
    return f"layout changed: {now.unread} of {asked} pages that should be articles are none"


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
    """Articles are still had, but in ways that were not needed before."""
    for name, words in (
        ("by_structure", "the profile did not fit"),
        ("by_opinion", "a second opinion was needed for"),
    ):
        share = getattr(now, name)
        known = [
            getattr(visit, name)
            for visit in before
            if getattr(visit, name) is not None and visit.articles >= ENOUGH
        ]
        if share is None or now.articles < ENOUGH or not known:
            continue
        usual = median(known)
        if share - usual >= JUMP:
            return f"layout changed: {words} {share:.0%} of the articles, {usual:.0%} before"
    return None


def _silent(now: Measures, before: Sequence[Measures]) -> str | None:
    """A portal that we knew to publish has stopped, by its own rhythm.

    One that was silent when we first came is not suspected: it never gave more.
    """
    if now.newest_days is None or now.longest_pause_days is None:
        return None
    limit = max(SILENT_DAYS, SILENT_PAUSES * now.longest_pause_days)
    lively = [visit.newest_days for visit in before if visit.newest_days is not None]
    if now.newest_days <= limit or not lively or median(lively) > limit:
        return None
    return (
        f"empty: nothing new for {now.newest_days:.0f} days, "
        f"it never paused for more than {now.longest_pause_days:.0f}"
    )


def _newest_days(archive: Archive, portal_id: str, now: datetime) -> float | None:
    (newest,) = archive.conn.execute(
        "SELECT substr(max(published_at), 1, 10) FROM articles WHERE portal_id = ? "
        "AND published_at <= ? || 'Z'",
        (portal_id, now.date().isoformat()),
    ).fetchone()
    if newest is None:
        return None
    noon = datetime.fromisoformat(f"{newest}T12:00:00+07:00")
    return round(max(0.0, (now - noon).total_seconds() / 86_400), 1)


def _first_pages(archive: Archive, portal_id: str, run_id: int) -> tuple[int, int]:
    """How many first pages this run was sent, and how many had not changed."""
    sent, kept = archive.conn.execute(
        "SELECT count(*) FILTER (WHERE reason IS NOT ?), count(*) FILTER (WHERE reason = ?) "
        "FROM frontier WHERE portal_id = ? AND run_id = ? AND state = 'done' "
        "AND kind IN ('start', 'feed', 'listing')",
        (UNCHANGED, UNCHANGED, portal_id, run_id),
    ).fetchone()
    return sent, kept


def _unread(archive: Archive, portal_id: str, run_id: int) -> int:
    """Pages that the run asked for as articles and the reader took for something else."""
    (count,) = archive.conn.execute(
        "SELECT count(*) FROM frontier JOIN captures ON captures.id = capture_id "
        "WHERE frontier.portal_id = ? AND run_id = ? AND frontier.kind = 'article' "
        "AND article_id IS NULL AND status = 200 "
        "AND captures.kind IN ('listing', 'other', 'rejected')",
        (portal_id, run_id),
    ).fetchone()
    return int(count)


def _longest_pause(archive: Archive, portal_id: str, now: datetime) -> int | None:
    """Days of the longest pause between two days with news, in the year up to the newest."""
    rows = archive.conn.execute(
        "SELECT DISTINCT substr(published_at, 1, 10) AS day FROM articles WHERE portal_id = ? "
        "AND published_at <= ? || 'Z' ORDER BY day DESC LIMIT ?",
        (portal_id, now.date().isoformat(), RHYTHM_DAYS),
    )
    days = [date.fromisoformat(text) for (text,) in rows]
    days = [day for day in days if (days[0] - day).days <= RHYTHM_DAYS]
    if len(days) < RHYTHM_ENOUGH:
        return None
    return max((later - day).days for later, day in pairwise(days))
