"""store(): everything that one fetched page gave, in one transaction that also ends its claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from crawler import __version__
from crawler.archive.articles import ArticleChange, Provenance, put_article
from crawler.archive.captures import NewCapture, insert_capture
from crawler.archive.db import Archive
from crawler.archive.frontier import Frontier, FrontierRow, NewLink
from crawler.archive.repetition import count
from crawler.archive.runs import Counter, Problem, add_problem, bump
from crawler.archive.values import storable_or_none

if TYPE_CHECKING:
    from crawler.portals.model import Portal
    from crawler.reader.model import Reading


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a claim ends. `due_at` (Unix seconds) goes with "retry"; `reason` with all but done.

    `walk_complete`: this page was the last of its listing. `items_digest`: what the listing's
    items hash to, by which an endless pager is known.
    """

    state: Literal["done", "retry", "failed"]
    reason: str | None = None
    due_at: float = 0.0
    walk_complete: bool = False
    items_digest: str | None = None


DONE = Outcome("done")
UNCHANGED = "not modified"  # reason of a row whose site says that the page is as it was
GONE = "gone"  # reason of a row whose address answers 404 or 410, or leads back to the home page


@dataclass(frozen=True, slots=True)
class Stored:
    """What store() did. `links_added` counts rows that are new or pending again."""

    capture_id: int | None
    article_id: int | None
    change: ArticleChange | None
    links_added: int


def store(
    archive: Archive,
    *,
    run_id: int,
    row: FrontierRow,
    capture: NewCapture | None,
    reading: Reading | None,
    problem: Problem | None,
    links: Sequence[NewLink],
    portal: Portal,
    outcome: Outcome = DONE,
    reader_version: str = __version__,
    profile_version: str | None = None,
    repeated_version: str = "",
    validators: tuple[str | None, str | None] | None = None,
) -> Stored:
    """Store a page in ONE transaction: after it returns, all of it survives `kill -9`.

    `capture` is None when nothing was received. The record must be on disk already (WarcWriter
    forces it there). `repeated_version` is that of what was known to repeat when the page was
    read. `validators` are ETag and Last-Modified of the answer, to be sent back next time; None
    leaves the row's as they are. Raises ArchiveError when the disk is full; nothing of the page
    is stored then and its row stays claimed, to be fetched again by the next run.
    """
    frontier = Frontier(archive)
    with archive.atomic() as db:
        capture_id = article_id = change = None
        if capture is not None:
            kind = _capture_kind(row, capture, reading)
            capture_id = insert_capture(db.conn, portal.id, kind, capture)
            if reading is not None and reading.kind == "article":
                known = repeated_version if reading.by_structure else None
                source = Provenance(
                    capture_id, capture.fetched_at, reader_version, profile_version, known
                )
                urls = (capture.url, reading.url)
                article_id, change = put_article(db.conn, portal, row, reading, source, urls)
                if change == "new" and reading.seen:
                    count(archive, portal.id, reading.seen, capture.fetched_at)
        added = frontier.add(portal.id, links, referrer_id=row.id, run_id=run_id)
        if row.kind == "next" or any(link.kind == "next" for link in links):
            frontier.remember_items(row.walk, links)
        _end(frontier, row, outcome, run_id, capture_id, article_id)
        if validators is not None and validators != (row.etag, row.last_modified):
            frontier.put_validators(row.id, *map(storable_or_none, validators))
        gone = _look_again(frontier, row, outcome, capture, reading, change)
        counters, reason = _count(row, capture, reading, change, outcome)
        if gone:
            counters.append("articles_gone")
        bump(db.conn, run_id, portal.id, counters, reason)
        if problem is not None:
            add_problem(archive, problem, run_id=run_id, portal_id=portal.id, url=row.url)
    return Stored(capture_id, article_id, change, added)


def _capture_kind(row: FrontierRow, capture: NewCapture, reading: Reading | None) -> str:
    if row.kind == "robots":
        return "robots"
    if capture.redirect_url is not None:
        return "redirect"
    return reading.kind if reading is not None else "unread"


def _end(
    frontier: Frontier,
    row: FrontierRow,
    outcome: Outcome,
    run_id: int,
    capture_id: int | None,
    article_id: int | None,
) -> None:
    if outcome.state == "retry":
        reason = outcome.reason or "retry"
        frontier.retry(row.id, outcome.due_at, reason, capture_id=capture_id)
        return
    if outcome.state == "failed":
        frontier.failed(row.id, outcome.reason or "failed", capture_id=capture_id, run_id=run_id)
        return
    # "Not modified" is no page: the row keeps the capture of the page that it speaks of.
    shown = None if outcome.reason == UNCHANGED else capture_id
    frontier.done(row.id, outcome.reason, capture_id=shown, article_id=article_id, run_id=run_id)
    if outcome.items_digest is not None:
        frontier.set_items_digest(row.id, outcome.items_digest)
    if outcome.walk_complete:
        frontier.mark_walk_complete(row.walk)


def _look_again(
    frontier: Frontier,
    row: FrontierRow,
    outcome: Outcome,
    capture: NewCapture | None,
    reading: Reading | None,
    change: ArticleChange | None,
) -> bool:
    """Plan the next look at an article; whether this one found it gone."""
    if row.kind != "article" or outcome.state == "retry":
        return False
    if change is None and row.article_id is None:
        return False  # never was an article
    born = reading.published_at if reading is not None else None
    if change == "new" and born is None and capture is not None:
        born = capture.fetched_at
    frontier.plan_revisit(row, born, changed=change in ("new", "changed"))
    if outcome.reason == UNCHANGED and row.article_id is not None:
        frontier.mark_back(row.article_id)
    if outcome.state == "failed" and outcome.reason == GONE and capture is not None:
        return row.article_id is not None and frontier.mark_gone(row.article_id, capture.fetched_at)
    return False


def _count(
    row: FrontierRow,
    capture: NewCapture | None,
    reading: Reading | None,
    change: ArticleChange | None,
    outcome: Outcome,
) -> tuple[list[Counter], str | None]:
    """Which counters of portal_runs this page moves, and under which reason."""
    counters: list[Counter] = []
    reason: str | None = None
    if capture is not None and row.kind != "robots":
        counters.append("pages")
    if outcome.state == "failed":
        counters.append("failed")
        reason = outcome.reason
    if outcome.state == "done" and outcome.reason == UNCHANGED:
        counters.append("not_modified")
    if outcome.state == "done" and reading is not None:
        counters.append(_reading_counter(reading, change))
        if reading.kind == "rejected":
            reason = reading.reason
    return counters, reason


def _reading_counter(reading: Reading, change: ArticleChange | None) -> Counter:
    if reading.kind == "article":
        if change == "new":
            return "articles_new"
        return "articles_changed" if change == "changed" else "articles_same"
    if reading.kind == "listing":
        return "listings"
    return "rejected" if reading.kind == "rejected" else "other"
