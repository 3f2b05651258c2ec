"""The frontier: every address the crawl knows, what became of it, and which is next.

A row is pending until it is claimed, and a claim ends in done, retry or failed. What a page gave
(its links included) is stored in the transaction that ends its claim, so a killed crawl loses
nothing but the fetches that were under way.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, get_args

from crawler.archive.clock import now_iso
from crawler.archive.db import Archive
from crawler.archive.frontier_rows import (
    ALIAS,
    BEST_READY,
    COLUMNS,
    FIRST_WAITING,
    KIND_PRIORITY,
    MAX_SHIFT,
    RECURRING,
    FrontierRow,
    NewLink,
    RowKind,
    RowState,
)
from crawler.archive.reference import ensure_portal
from crawler.archive.revisits import Revisits
from crawler.archive.values import storable, storable_or_none
from crawler.archive.walks import PagerStep, Walks
from crawler.urls import origin_of

if TYPE_CHECKING:
    from crawler.portals.model import Portal

__all__ = ["ALIAS", "Frontier", "FrontierRow", "NewLink", "PagerStep", "RowKind", "RowState"]


class Frontier(Walks, Revisits):
    """The frontier of an archive; with `portals` only their rows are handed out.

    Every method that writes runs in the caller's transaction or in one of its own.
    """

    def __init__(self, archive: Archive, portals: Collection[str] | None = None) -> None:
        self.archive = archive
        self.portals = None if portals is None else frozenset(portals)

    # Filling

    def claimed(self) -> list[FrontierRow]:
        """The rows that were being fetched when the crawl was killed, of all portals."""
        found = self.archive.conn.execute(
            f"SELECT {COLUMNS} FROM frontier WHERE state = 'claimed' ORDER BY id"
        )
        return [FrontierRow(*row) for row in found]

    def recover(self, but: Collection[int] = ()) -> int:
        """Claims that a killed crawl left behind become pending again. How many there were.

        `but` are the ids of rows whose answers are at hand: they stay claimed until those are
        stored.
        """
        with self.archive.atomic() as db:
            return db.execute(
                "UPDATE frontier SET state = 'pending' WHERE state = 'claimed' "
                "AND id NOT IN (SELECT value FROM json_each(?))",
                (json.dumps(list(but)),),
            ).rowcount

    def add(
        self,
        portal_id: str,
        links: Iterable[NewLink],
        referrer_id: int | None = None,
        run_id: int | None = None,
    ) -> int:
        """Add addresses that are not known yet; how many rows are new or pending again.

        Another address of an article that is stored or queued (same native id) is kept as an
        alias: it is fetched only when the address before it fails.
        """
        unique: dict[str, NewLink] = {}
        for link in links:
            unique.setdefault(link.key(portal_id), link)
        if not unique:
            return 0
        count = 0
        with self.archive.atomic() as db:
            known = self._known(unique)
            for key, link in unique.items():
                if key not in known:
                    count += self._insert(db.conn, key, portal_id, link, referrer_id, run_id)
                elif link.revisit:
                    count += _reopen(db.conn, known[key], link, run_id)
        return count

    def seed(self, run_id: int, portal: Portal, start: Iterable[NewLink], revisits: int = 0) -> int:
        """Begin a portal within a run: its recurring rows and start pages become pending.

        Rows that failed after several attempts get another chance, and up to `revisits` stored
        articles are looked at again. Done once per run and portal: a resumed run continues
        instead. Returns the number of rows made pending.
        """
        with self.archive.atomic() as db:
            ensure_portal(db.conn, portal)
            seeded = db.execute(
                "INSERT INTO portal_runs(run_id, portal_id, seeded_at) VALUES (?, ?, ?) "
                "ON CONFLICT DO UPDATE SET seeded_at = excluded.seeded_at WHERE seeded_at IS NULL",
                (run_id, portal.id, now_iso()),
            )
            if seeded.rowcount == 0:
                return 0
            kinds = ", ".join("?" for _ in RECURRING)
            reopened = db.execute(
                "UPDATE frontier SET state = 'pending', due_at = 0, attempts = 0, reason = NULL, "
                f"run_id = ? WHERE portal_id = ? AND ((state = 'done' AND kind IN ({kinds}) "
                # An address that promised a list and held an article has no news to give.
                "AND (article_id IS NULL OR kind = 'start')) "
                "OR (state = 'failed' AND (kind = 'start' OR attempts > 1))) "
                "AND run_id IS NOT ? AND reason IS NOT ?",
                (run_id, portal.id, *RECURRING, run_id, ALIAS),
            )
            again = self.reopen_due(portal.id, run_id, revisits, time.time())
            return reopened.rowcount + again + self.add(portal.id, start, run_id=run_id)

    # Handing out

    def origins(self) -> list[str]:
        """Origins (scheme://host:port) that have pending rows."""
        return sorted({origin for origin, _ in self._pending_pairs()})

    def peek(self, origin: str, now: float, without: Collection[str] = ()) -> FrontierRow | None:
        """The best row of an origin that is due at `now` (Unix seconds), or None.

        Rows of the portals in `without` are passed over.

        Highest priority first, then the oldest; of rows that waited for a time, the one that
        waited longest stands for all.
        """
        found = [
            row
            for portal_id in self._portals_at(origin).difference(without)
            for row in (self._best_ready(origin, portal_id), self._first_waiting(origin, portal_id))
            if row is not None and row.due_at <= now
        ]
        return min(found, key=lambda row: (-row.priority, row.id), default=None)

    def next_due(self, origin: str, without: Collection[str] = ()) -> float | None:
        """When the next row of an origin is due (Unix seconds, 0.0 for at once), None if none.

        Rows of the portals in `without` are passed over.
        """
        times = [
            row.due_at
            for portal_id in self._portals_at(origin).difference(without)
            for row in (self._best_ready(origin, portal_id), self._first_waiting(origin, portal_id))
            if row is not None
        ]
        return min(times, default=None)

    def get(self, row_id: int) -> FrontierRow | None:
        """The row with this id."""
        return self._one(f"SELECT {COLUMNS} FROM frontier WHERE id = ?", (row_id,))

    # Ending

    def claim(self, row_id: int) -> None:
        """Take a row out for fetching; counts as one attempt."""
        with self.archive.atomic() as db:
            db.execute(
                "UPDATE frontier SET state = 'claimed', attempts = attempts + 1, claimed_at = ? "
                "WHERE id = ?",
                (now_iso(), row_id),
            )

    def release(self, row_id: int) -> None:
        """Give a claimed row back unfetched, as if it had never been taken."""
        with self.archive.atomic() as db:
            db.execute(
                "UPDATE frontier SET state = 'pending', attempts = attempts - 1, "
                "claimed_at = NULL WHERE id = ? AND state = 'claimed'",
                (row_id,),
            )

    def done(
        self,
        row_id: int,
        reason: str | None = None,
        *,
        capture_id: int | None = None,
        article_id: int | None = None,
        run_id: int | None = None,
    ) -> None:
        """The row was fetched and what it gave is stored."""
        with self.archive.atomic() as db:
            db.execute(
                "UPDATE frontier SET state = 'done', reason = ?, due_at = 0, done_at = ?, "
                "capture_id = coalesce(?, capture_id), article_id = coalesce(?, article_id), "
                "run_id = coalesce(?, run_id) WHERE id = ?",
                (storable_or_none(reason), now_iso(), capture_id, article_id, run_id, row_id),
            )

    def retry(
        self, row_id: int, due_at: float, reason: str, *, capture_id: int | None = None
    ) -> None:
        """The row is to be fetched again, not before `due_at` (Unix seconds)."""
        with self.archive.atomic() as db:
            db.execute(
                "UPDATE frontier SET state = 'pending', due_at = ?, reason = ?, "
                "capture_id = coalesce(?, capture_id) WHERE id = ?",
                (max(due_at, 0.0), storable(reason), capture_id, row_id),
            )

    def failed(
        self,
        row_id: int,
        reason: str,
        *,
        capture_id: int | None = None,
        run_id: int | None = None,
    ) -> None:
        """The row gave nothing and is not asked again in this run.

        When it was an address of an article, the newest of its aliases becomes pending:
        NukeViet answers 404 for an article that moved, and serves it at another address.
        """
        reason = storable(reason)
        with self.archive.atomic() as db:
            db.execute(
                "UPDATE frontier SET state = 'failed', reason = ?, due_at = 0, done_at = ?, "
                "capture_id = coalesce(?, capture_id), run_id = coalesce(?, run_id) WHERE id = ?",
                (reason, now_iso(), capture_id, run_id, row_id),
            )
            db.execute(
                "UPDATE frontier SET state = 'pending', reason = NULL WHERE id = ("
                "SELECT max(other.id) FROM frontier AS gone JOIN frontier AS other "
                "ON other.portal_id = gone.portal_id AND other.native_id = gone.native_id "
                "WHERE gone.id = ? AND gone.kind = 'article' "
                "AND other.state = 'done' AND other.reason = ?)",
                (row_id, ALIAS),
            )

    # Counting

    def counts(self, portal_id: str | None = None) -> dict[RowState, int]:
        """Rows per state, of one portal or of all, every state named; aliases are left out."""
        where, values = ("portal_id = ? AND", (portal_id,)) if portal_id else ("", ())
        found = dict(
            self.archive.conn.execute(
                f"SELECT state, count(*) FROM frontier WHERE {where} reason IS NOT ? "
                "GROUP BY state",
                (*values, ALIAS),
            ).fetchall()
        )
        return {state: found.get(state, 0) for state in get_args(RowState)}

    # Inside

    def _known(self, keys: Iterable[str]) -> dict[str, int]:
        # One statement for any number of keys: a list of placeholders would be another each time.
        return dict(
            self.archive.conn.execute(
                "SELECT key, id FROM frontier WHERE key IN (SELECT value FROM json_each(?))",
                (json.dumps(list(keys)),),
            ).fetchall()
        )

    def _insert(
        self,
        conn: sqlite3.Connection,
        key: str,
        portal_id: str,
        link: NewLink,
        referrer_id: int | None,
        run_id: int | None,
    ) -> int:
        """Insert one row; 1 when it is pending, 0 when it is an alias."""
        article_id, alias = self._article_behind(conn, portal_id, link)
        conn.execute(
            "INSERT INTO frontier(key, portal_id, url, method, form, kind, native_id, state, "
            "origin, priority, depth, hops, reason, referrer_id, walk_id, page_no, run_id, "
            "article_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                key,
                portal_id,
                link.url,
                link.method,
                link.form,
                link.kind,
                link.native_id,
                "done" if alias else "pending",
                origin_of(link.url),
                KIND_PRIORITY[link.kind] + max(-MAX_SHIFT, min(MAX_SHIFT, link.priority)),
                link.depth,
                link.hops,
                ALIAS if alias else None,
                referrer_id,
                link.walk_id,
                link.page_no,
                run_id,
                article_id,
            ),
        )
        if article_id is not None:
            conn.execute(
                "INSERT OR IGNORE INTO article_urls(url, portal_id, article_id) VALUES (?, ?, ?)",
                (link.url, portal_id, article_id),
            )
        return 0 if alias else 1

    def _article_behind(
        self, conn: sqlite3.Connection, portal_id: str, link: NewLink
    ) -> tuple[int | None, bool]:
        """(stored article, whether the link is only an alias) for an address not known yet."""
        if link.kind != "article" or link.native_id is None:
            return None, False
        stored = conn.execute(
            "SELECT id FROM articles WHERE portal_id = ? AND native_id = ?",
            (portal_id, link.native_id),
        ).fetchone()
        if stored:
            return stored[0], not link.revisit
        queued = conn.execute(
            "SELECT 1 FROM frontier WHERE portal_id = ? AND native_id = ? AND kind = 'article' "
            "AND state != 'failed' LIMIT 1",
            (portal_id, link.native_id),
        ).fetchone()
        return None, queued is not None and not link.revisit

    def _pending_pairs(self) -> Iterator[tuple[str, str]]:
        """(origin, portal) pairs with pending rows, jumping from one to the next in the index."""
        for due in ("due_at = 0", "due_at > 0"):
            pair: tuple[str, str] | None = ("", "")
            while pair is not None:
                pair = self.archive.conn.execute(
                    "SELECT origin, portal_id FROM frontier WHERE state = 'pending' "
                    f"AND {due} AND (origin, portal_id) > (?, ?) "
                    "ORDER BY origin, portal_id LIMIT 1",
                    pair,
                ).fetchone()
                if pair is not None and (self.portals is None or pair[1] in self.portals):
                    yield pair

    def _portals_at(self, origin: str) -> set[str]:
        found: set[str] = set()
        for due in ("due_at = 0", "due_at > 0"):
            last: tuple[str] | None = ("",)
            while last is not None:
                last = self.archive.conn.execute(
                    "SELECT portal_id FROM frontier WHERE state = 'pending' "
                    f"AND {due} AND origin = ? AND portal_id > ? ORDER BY portal_id LIMIT 1",
                    (origin, last[0]),
                ).fetchone()
                if last is not None and (self.portals is None or last[0] in self.portals):
                    found.add(last[0])
        return found

    def _best_ready(self, origin: str, portal_id: str) -> FrontierRow | None:
        return self._one(BEST_READY, (origin, portal_id))

    def _first_waiting(self, origin: str, portal_id: str) -> FrontierRow | None:
        return self._one(FIRST_WAITING, (origin, portal_id))

    def _one(self, sql: str, values: tuple[object, ...]) -> FrontierRow | None:
        row = self.archive.conn.execute(sql, values).fetchone()
        return None if row is None else FrontierRow(*row)


def _reopen(conn: sqlite3.Connection, row_id: int, link: NewLink, run_id: int | None) -> int:
    """Make an ended row pending again; its form is the new one, whose state fields still hold."""
    return conn.execute(
        "UPDATE frontier SET state = 'pending', due_at = 0, attempts = 0, reason = NULL, form = ?, "
        "run_id = coalesce(?, run_id) WHERE id = ? AND state IN ('done', 'failed') "
        "AND (? IS NULL OR run_id IS NOT ? OR kind = 'robots')",
        (link.form, run_id, row_id, run_id, run_id),
    ).rowcount
