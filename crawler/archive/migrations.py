"""Steps that bring archive.db to this khotin's schema, recorded in the database by name.

A step that has been released is never edited: a change is a new step below the last one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from crawler.archive import schema

MIGRATIONS = Migrations("khotin")

TELL_S = 5.0
STILL_OPERATIONS = 100_000  # of SQLite's machine between two looks at the clock: some milliseconds


@MIGRATIONS()
def m0001_first_schema(db: Database) -> None:
    for script in (
        schema.REFERENCE,
        schema.RUNS,
        schema.CAPTURES,
        schema.ARTICLES,
        schema.FOLDED_COLUMN,
        schema.FRONTIER,
        schema.SEARCH,
    ):
        db.executescript(script)


@MIGRATIONS()
def m0002_repetition_and_citations(db: Database) -> None:
    db.executescript(schema.REPETITION)
    db.executescript(schema.CITATIONS)


@MIGRATIONS()
def m0003_watching(db: Database) -> None:
    db.executescript(schema.WATCHING)


@MIGRATIONS()
def m0004_event_dates(db: Database) -> None:
    db.executescript(schema.EVENT_DATES)


@MIGRATIONS()
def m0005_alerts(db: Database) -> None:
    db.executescript(schema.ALERTS)


@MIGRATIONS()
def m0006_newest_first(db: Database) -> None:
    for statement in schema.NEWEST_FIRST:
        db.execute(statement)


def upgrade(db: Database, tell: Callable[[str], None] | None = None) -> None:
    """Take the steps that are pending, each a transaction; `tell` hears of each, and every
    `TELL_S` seconds how long it has been at it: on a large archive a step takes minutes."""
    steps = [step.name for step in MIGRATIONS.pending(db)]
    for place, name in enumerate(steps):
        following = steps[place + 1] if place + 1 < len(steps) else None
        with _telling(db, f"step {place + 1} of {len(steps)}: {_in_words(name)}", tell):
            MIGRATIONS.apply(db, stop_before=following)


@contextmanager
def _telling(db: Database, step: str, tell: Callable[[str], None] | None) -> Iterator[None]:
    if tell is None:
        yield
        return
    began = told = time.monotonic()

    def still() -> int:
        nonlocal told
        now = time.monotonic()
        if now - told >= TELL_S:
            told = now
            tell(f"{step}, for {now - began:.0f} s")
        return 0  # anything else would end the step

    tell(step)
    db.conn.set_progress_handler(still, STILL_OPERATIONS)
    try:
        yield
    finally:
        db.conn.set_progress_handler(None, 0)


def _in_words(name: str) -> str:
    return name.partition("_")[2].replace("_", " ")


def reshape_articles(db: Database, change: Callable[[Database], None]) -> None:
    """Run a step that calls `transform()` on articles, with the search index taken off round it.

    sqlite-utils' transform() copies the table and silently loses its triggers and generated
    columns: new articles could then not be found, and the index would be malformed. Needs a
    SQLite that can drop columns (3.35).
    """
    db.executescript(schema.DROP_SEARCH)
    db.executescript("ALTER TABLE articles DROP COLUMN folded;")
    change(db)
    db.executescript(schema.FOLDED_COLUMN)
    db.executescript(schema.SEARCH)
    rebuild_search(db)


def rebuild_search(db: Database) -> None:
    """Index all articles anew from the articles table."""
    db.execute("INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")


def applied_names(db: Database) -> list[str]:
    """Names of the steps that this database has gone through, in order."""
    return [step.name for step in MIGRATIONS.applied(db)]


def known_names() -> list[str]:
    """Names of the steps that this khotin knows, in order."""
    # The set has no public list of its members; an empty database is pending all of them.
    with Database(memory=True) as empty:
        return [step.name for step in MIGRATIONS.pending(empty)]
