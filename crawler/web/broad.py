"""Searches that find a large part of the archive, answered by walking indexes.

SQLite looks every article that a search found up in the table, for the rows and for the counts:
with 90,000 found of 100,000, 155 and 220 ms of CPU. Walking the index of a column and asking of
each entry whether it was found takes 12 and 48 ms. For a search that finds little it is the other
way round, and SQLite cannot know which it is: it does not guess what a search finds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from datasette.database import QueryInterrupted  # type: ignore[import-untyped]
from datasette.utils import sqlite3  # type: ignore[import-untyped]

BROAD = 0.05  # of all articles: rows and counts together take the same time in both ways
_FOUND = "rowid in (select rowid from articles_fts where"

_broad: ContextVar[bool] = ContextVar("khotin_broad", default=False)


async def is_broad(database: Any, args: Any) -> bool:
    """Whether the search of a request finds so much that indexes should be walked.

    `args` are the request's. False where there is no search, or none that SQLite understands.
    """
    words = args.get("_search")
    if not words:
        return False
    asked = ":words" if args.get("_searchmode") == "raw" else "escape_fts(:words)"
    # Counting further than that would cost as much as the page itself.
    enough = "SELECT CAST(:broad * count(*) AS INTEGER) + 1 FROM articles"
    try:
        answer = await database.execute(
            "SELECT (SELECT count(*) FROM (SELECT 1 FROM articles_fts WHERE articles_fts MATCH "
            f"{asked} LIMIT ({enough}))), (SELECT count(*) FROM articles)",
            {"words": words, "broad": BROAD},
        )
    except (QueryInterrupted, sqlite3.OperationalError):
        return False  # what is wrong with it, the page itself will say
    found, articles = answer.rows[0]
    return bool(found > BROAD * articles)


@contextmanager
def walking(broad: bool) -> Iterator[None]:
    """Within it, queries for what a search found walk indexes, where `broad`."""
    token = _broad.set(broad)
    try:
        yield
    finally:
        _broad.reset(token)


def walked(sql: str) -> str:
    """The query as it is to be run: a plus keeps SQLite from looking rows up by that column."""
    return sql.replace(_FOUND, f"+{_FOUND}") if _broad.get() else sql
