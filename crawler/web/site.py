"""One archive as a Datasette: which file, how it is opened, which settings, which words."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from datasette.app import Datasette  # type: ignore[import-untyped]
from datasette.plugins import pm  # type: ignore[import-untyped]

from crawler.archive.db import Archive, storage_errors
from crawler.web import catalogue, plugin
from crawler.web.database import ArchiveFile
from crawler.web.language import WORDS
from crawler.web.pages import DATABASE

FOLDER = Path(__file__).parent

SETTINGS: dict[str, Any] = {
    "default_page_size": 50,
    "max_returned_rows": 1000,  # also what a CSV of a SQL query holds at most
    "sql_time_limit_ms": 1000,  # a runaway query ends; three run at once at most
    "facet_time_limit_ms": 1000,  # counts over 200,000 articles take longer than the default 200
    "suggest_facets": False,  # a query per column and page view, for suggestions nobody asked for
    "default_facet_size": 15,
    "allow_csv_stream": True,
    "max_csv_mb": 0,  # no limit: rows go out page by page, memory does not grow
    "truncate_cells_html": 300,
    "default_cache_ttl": 5,
}


def make_site(path: Path, *, immutable: bool = False, allow_sql: bool = True) -> Datasette:
    """A Datasette over one archive, read-only, with khotin's pages.

    `immutable` promises that nothing writes to the file: set it for a snapshot only. Without it
    the file is opened with mode=ro, beside a crawl if there is one. Raises ArchiveError as
    Archive.open does: missing, no archive, from another version.
    """
    with Archive.open(path, readonly=True) as archive:
        tables = set(archive.db.table_names())
    _register()
    site = Datasette(
        template_dir=str(FOLDER / "templates"),
        static_mounts=[("khotin", str(FOLDER / "static"))],
        metadata=_metadata(tables),
        settings={**SETTINGS, "default_allow_sql": allow_sql},
    )
    # Datasette takes a database's name from its file; ours is in addresses that should last.
    site.remove_database("_memory")
    site.add_database(
        ArchiveFile(site, str(path), is_mutable=not (immutable or _needs_immutable(path))),
        name=DATABASE,
    )
    return site


def close_site(site: Datasette) -> None:
    """Close the files and threads that a site holds open."""
    site.executor.shutdown(wait=True)
    for database in site.databases.values():
        database.close()


def copy_snapshot(path: Path, target: Path) -> None:
    """Copy an archive as it is now, write-ahead log included, to a file that nothing writes to.

    A crawl may go on meanwhile. Raises ArchiveError, as for a full disk.
    """
    with (
        storage_errors(target),
        Archive.open(path, readonly=True) as archive,
        closing(sqlite3.connect(target)) as copy,
    ):
        archive.conn.backup(copy)
        # The header of the copy still says WAL; an immutable file needs none.
        copy.execute("PRAGMA journal_mode=DELETE").fetchone()


def _register() -> None:
    """Make khotin's plugin known to Datasette, once per process."""
    if not pm.has_plugin("khotin"):
        pm.register(plugin, "khotin")
        # It would run beside ours and print every 404 with its local variables to the terminal.
        pm.unregister(name="datasette.handle_exception")


def _metadata(tables: set[str]) -> dict[str, Any]:
    return {
        "title": WORDS["site"]["en"],
        "description": WORDS["tagline"]["en"],
        "license": WORDS["licence"]["en"],
        "databases": {
            DATABASE: {"title": WORDS["tables"]["en"], "tables": catalogue.metadata(tables)}
        },
    }


def _needs_immutable(path: Path) -> bool:
    """Whether mode=ro fails: a WAL database in a folder where SQLite may make no shared memory.

    Archive.open has made sure that nothing is left in the log then.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as conn:
            conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        return True
    return False
