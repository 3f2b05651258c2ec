"""How much memory one question may take.

SQLite's own length limit bounds a value, not an answer: 900 rows of 1.9 MB pass a 2 MB limit.
So rows are counted as they leave SQLite, and the answer ends when it is too large.
"""

from __future__ import annotations

import sqlite3
import sys
import weakref

VALUE_LIMIT_BYTES = 16_000_000  # the largest body that a crawl accepts is 8 MB, with its row around
ANSWER_LIMIT_BYTES = 20_000_000  # per query; a page of 500 articles takes about 4 MB


class AnswerTooLarge(sqlite3.OperationalError):
    """A query gave more than `limit_bytes`. Datasette answers it with 400."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        super().__init__(
            f"the answer is larger than {limit_bytes // 1_000_000} MB: ask for fewer rows or "
            "columns, or take all rows as CSV"
        )


class CountedRows:
    """A row factory that adds up the bytes of each cursor's rows and stops at a limit."""

    def __init__(self, limit_bytes: int = ANSWER_LIMIT_BYTES) -> None:
        self._limit_bytes = limit_bytes
        self._cursor: weakref.ref[sqlite3.Cursor] | None = None
        self._used_bytes = 0

    def __call__(self, cursor: sqlite3.Cursor, values: tuple[object, ...]) -> sqlite3.Row:
        if self._cursor is None or self._cursor() is not cursor:
            self._cursor = weakref.ref(cursor)
            self._used_bytes = 0
        self._used_bytes += sum(map(sys.getsizeof, values))
        if self._used_bytes > self._limit_bytes:
            raise AnswerTooLarge(self._limit_bytes)
        return sqlite3.Row(cursor, values)


def limit_memory(conn: sqlite3.Connection, answer_bytes: int = ANSWER_LIMIT_BYTES) -> None:
    """Bound every value and every answer of a connection."""
    conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, VALUE_LIMIT_BYTES)
    conn.row_factory = CountedRows(answer_bytes)
