"""Which stored articles are looked at again, to see edits and removals, and when.

An article changes most while it is young. So the time to the next look is a quarter of its age,
and at least twice the last one while nothing changes.
"""

from __future__ import annotations

import time
from datetime import datetime

from crawler.archive.db import Archive
from crawler.archive.frontier_rows import FrontierRow

FIRST_S = 86_400.0
WIDEN = 2.0
AGE_SHARE = 0.25
LAST_S = 180 * 86_400.0
PRIORITY = 350  # behind all that may be new, before the older pages of listings


def revisit_after_s(age_s: float, unchanged: int) -> float:
    """Seconds until an article of this age is looked at again.

    `unchanged`: how many looks in a row have found nothing changed.
    """
    widened = FIRST_S * WIDEN ** min(unchanged, 10)
    return min(max(FIRST_S, widened, age_s * AGE_SHARE), LAST_S)


class Revisits:
    """Part of the frontier: rows of kind "article" that have given one."""

    archive: Archive

    def plan_revisit(self, row: FrontierRow, born: str | None, *, changed: bool) -> None:
        """The article behind this row was just looked at: write down when to do so again.

        `born`: when it was published or first seen (ISO 8601, a day or a time), None when the look
        did not tell: then what is stored counts.
        """
        born = born or self._born(row.article_id)
        unchanged = 0 if changed else row.unchanged + 1
        now = time.time()
        age_s = max(0.0, now - _unix(born)) if born else 0.0
        self.archive.conn.execute(
            "UPDATE frontier SET revisit_at = ?, unchanged = ? WHERE id = ?",
            (now + revisit_after_s(age_s, unchanged), unchanged, row.id),
        )

    def reopen_due(self, portal_id: str, run_id: int, limit: int, now: float) -> int:
        """Make up to `limit` rows whose article is to be looked at again pending; how many."""
        with self.archive.atomic() as db:
            return db.execute(
                "UPDATE frontier SET state = 'pending', due_at = 0, attempts = 0, reason = NULL, "
                "run_id = ?, priority = ? WHERE id IN (SELECT id FROM frontier "
                "WHERE portal_id = ? AND revisit_at <= ? AND state IN ('done', 'failed') "
                "AND run_id IS NOT ? ORDER BY revisit_at LIMIT ?)",
                (run_id, PRIORITY, portal_id, now, run_id, limit),
            ).rowcount

    def put_validators(self, row_id: int, etag: str | None, last_modified: str | None) -> None:
        """What the last answer said of its state, to be sent back with the next request."""
        self.archive.conn.execute(
            "UPDATE frontier SET etag = ?, last_modified = ? WHERE id = ?",
            (etag, last_modified, row_id),
        )

    def mark_back(self, article_id: int) -> None:
        """The portal has this article, perhaps again."""
        self.archive.conn.execute(
            "UPDATE articles SET gone_at = NULL WHERE id = ? AND gone_at IS NOT NULL", (article_id,)
        )

    def _born(self, article_id: int | None) -> str | None:
        found = self.archive.conn.execute(
            "SELECT coalesce(published_at, first_captured_at) FROM articles WHERE id = ?",
            (article_id,),
        ).fetchone()
        return None if found is None else found[0]

    def mark_gone(self, article_id: int, seen_at: str) -> bool:
        """The portal has this article no more; whether that is new. Its text stays."""
        with self.archive.atomic() as db:
            found = db.execute(
                "UPDATE articles SET gone_at = ? WHERE id = ? AND gone_at IS NULL "
                # Another address of it is still to be asked: it may only have moved.
                "AND NOT EXISTS (SELECT 1 FROM frontier WHERE portal_id = articles.portal_id "
                "AND native_id = articles.native_id AND state = 'pending')",
                (seen_at, article_id),
            )
            return found.rowcount == 1


def _unix(text: str) -> float:
    """A stored day (its noon) or time as Unix seconds."""
    return datetime.fromisoformat(text if "T" in text else f"{text}T12:00:00+07:00").timestamp()
