"""Asking whether a page has changed instead of for the page, and when not to believe the answer.

Portals answer 304 for pages that changed, and date every answer to yesterday. So a validator is
sent only where it has proved nothing wrong yet: not to platforms known for lies, not to a site
that was caught, and not on every visit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from crawler.archive.db import Archive
from crawler.archive.frontier import FrontierRow
from crawler.fetch.exchange import Answer

NOT_MODIFIED = 304
_LIAR = "validators lie: "  # key of the meta table, before an origin
_PAGES = frozenset(("start", "feed", "sitemap", "listing", "article"))
_LISTS = frozenset(("start", "listing"))
LONGEST = 512  # characters; a longer validator is not worth its place in every request


@dataclass(frozen=True, slots=True)
class Validators:
    """What an answer says of its state; None where it does not, or says nothing of use."""

    etag: str | None = None
    last_modified: str | None = None

    @property
    def pair(self) -> tuple[str | None, str | None]:
        return self.etag, self.last_modified


def validators_of(answer: Answer) -> Validators:
    """The validators of an answer that are worth sending back."""
    etag = answer.header("etag")
    if etag is not None and (len(etag) > LONGEST or '"' not in etag):
        etag = None
    return Validators(etag, _believable(answer.header("last-modified"), answer.raw.fetched_at))


def conditions(row: FrontierRow) -> dict[str, str]:
    """Request headers that ask for this row's page only if it has changed; empty for no such row.

    A list whose pages were never all read is asked for in full: what it leads on to is needed.
    """
    if row.kind not in _PAGES or row.method != "GET" or row.done_at is None:
        return {}
    if row.kind in _LISTS and row.walk_complete_at is None:
        return {}
    found = {}
    if row.etag is not None:
        found["If-None-Match"] = row.etag
    if row.last_modified is not None:
        found["If-Modified-Since"] = row.last_modified
    return found


def was_asked(answer: Answer) -> bool:
    """Whether the request of this answer carried a condition."""
    return answer.raw.asks_by_headers


def is_lie(archive: Archive, row: FrontierRow, answer: Answer, now: Validators) -> bool:
    """Whether the page has changed under a validator that has not: its 304 would have been false.

    Known only of a page that was asked for in full.
    """
    same = (row.etag is not None and row.etag == now.etag) or (
        row.etag is None
        and now.etag is None
        and row.last_modified is not None
        and row.last_modified == now.last_modified
    )
    if not same or row.capture_id is None or answer.status != 200:
        return False
    stored = archive.conn.execute(
        "SELECT body_sha256 FROM captures WHERE id = ? AND status = 200", (row.capture_id,)
    ).fetchone()
    digest = answer.body_digest
    return stored is not None and None not in (stored[0], digest) and stored[0] != digest


def known_liars(archive: Archive) -> set[str]:
    """Origins whose validators have been caught lying."""
    rows = archive.conn.execute(
        "SELECT substr(key, ?) FROM meta WHERE key LIKE ?", (len(_LIAR) + 1, f"{_LIAR}%")
    )
    return {origin for (origin,) in rows}


def remember_liars(archive: Archive, origins: Iterable[str]) -> None:
    """From now on these are never asked whether a page has changed."""
    with archive.atomic() as db:
        db.conn.executemany(
            "INSERT OR IGNORE INTO meta(key, value) VALUES (?, ?)",
            [(f"{_LIAR}{origin}", datetime.now(UTC).date().isoformat()) for origin in origins],
        )


def _believable(text: str | None, fetched_at: datetime) -> str | None:
    """A Last-Modified that can be one: a date, and not that of the answer itself or later."""
    if text is None or len(text) > LONGEST:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return text if (fetched_at - moment).total_seconds() > 1 else None
