"""Steps that bring archive.db to this khotin's schema, recorded in the database by name.

A step that has been released is never edited: a change is a new step below the last one.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from crawler.archive import schema

MIGRATIONS = Migrations("khotin")


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
