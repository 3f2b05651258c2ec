from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest
from sqlite_utils import Database

from crawler.archive.captures import committed_ends
from crawler.archive.db import Archive
from crawler.archive.migrations import MIGRATIONS, known_names, rebuild_search, reshape_articles
from tests.archive.conftest import Crawl

CHECK = "INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)"


def found(crawl: Crawl, words: str) -> list[int]:
    return [
        row[0]
        for row in crawl.rows(
            "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? ORDER BY rowid", words
        )
    ]


def check(crawl: Crawl) -> None:
    """FTS5's own comparison of index and articles, which PRAGMA integrity_check does not make."""
    crawl.archive.conn.execute(CHECK)
    assert crawl.one("PRAGMA integrity_check") == "ok"
    assert crawl.rows("PRAGMA foreign_key_check") == []


def test_every_table_is_strict(archive: Archive) -> None:
    lax = [
        name
        for name, kind, strict in archive.conn.execute(
            "SELECT name, type, strict FROM pragma_table_list WHERE schema = 'main'"
        )
        if kind == "table" and not strict and not name.startswith(("sqlite_", "_sqlite_"))
    ]
    assert lax == []


def test_a_wrong_type_is_refused(archive: Archive) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="cannot store TEXT"):
        archive.conn.execute(
            "INSERT INTO captures(portal_id, url, kind, status, fetched_at, payload_digest, "
            "size_bytes) VALUES ('x', 'u', 'article', 'not a number', 't', 'd', 1)"
        )


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO frontier(key, portal_id, url, kind, origin) "
        "VALUES ('k', 'none', 'u', 'start', 'o')",
        "INSERT INTO tags VALUES (999, 'x')",
        "INSERT INTO portal_units VALUES ('song-lam', 'old:999')",
        "DELETE FROM portals",
    ],
)
def test_foreign_keys_hold(crawl: Crawl, statement: str) -> None:
    crawl.seed()
    crawl.article("1", title="Một")
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        crawl.archive.db.execute(statement)


def test_nothing_is_deleted_behind_the_programs_back(archive: Archive) -> None:
    """ON DELETE actions make sqlite-utils' transform() impossible inside a migration."""
    actions = {
        action
        for table in archive.db.table_names()
        for (action,) in archive.conn.execute(
            "SELECT on_delete FROM pragma_foreign_key_list(?)", (table,)
        )
    }
    assert actions == {"NO ACTION"}


def test_the_index_follows_inserts_updates_and_deletes(crawl: Crawl) -> None:
    crawl.seed()
    one = crawl.article("1", title="Đảng uỷ", text="Họp sáng nay")
    two = crawl.article("2", title="Thành uỷ", text="Họp chiều nay")
    assert found(crawl, "hop") == [one.article_id, two.article_id]
    crawl.next_run()
    crawl.article("1", title="Đảng uỷ", text="Dời sang mai")
    assert found(crawl, "sang mai") == [one.article_id]
    assert found(crawl, '"sang nay"') == []
    check(crawl)
    with crawl.archive.atomic() as db:
        for table in ("tags", "images", "attachments", "article_urls", "versions"):
            db.execute(f"DELETE FROM {table} WHERE article_id = 2")
        db.execute("UPDATE frontier SET article_id = NULL WHERE article_id = 2")
        db.execute("DELETE FROM articles WHERE id = 2")
    assert found(crawl, "thanh") == []
    check(crawl)


def test_a_replaced_row_leaves_no_stale_words(crawl: Crawl) -> None:
    """Without recursive_triggers a REPLACE keeps the old words in the index."""
    crawl.seed()
    crawl.article("1", title="Việc cũ")
    columns = [
        name
        for name, hidden in crawl.rows("SELECT name, hidden FROM pragma_table_xinfo('articles')")
        if not hidden
    ]
    picked = ", ".join("'Việc mới'" if name == "title" else name for name in columns)
    with crawl.archive.atomic() as db:
        db.execute("PRAGMA defer_foreign_keys=ON")
        db.execute(f"REPLACE INTO articles({', '.join(columns)}) SELECT {picked} FROM articles")
    assert found(crawl, "moi") == [1]
    assert found(crawl, "cu") == []
    check(crawl)


def test_the_folded_column_follows_its_article(crawl: Crawl) -> None:
    crawl.seed()
    crawl.article("1", title="Đảng ĐẢNG", lead="ðặc Ðiểm", text=None)
    assert crawl.one("SELECT folded FROM articles") == "Dảng DẢNG\ndặc Diểm\n"


def rename_column(db: Database) -> None:
    db.table("articles").transform(rename={"agency_code": "organ_code"})


def drop_column(db: Database) -> None:
    db.table("articles").transform(drop=["agency_code"])


@pytest.mark.parametrize("change", [rename_column, drop_column])
def test_a_reshaped_table_keeps_search_and_all_that_follows(
    crawl: Crawl, change: Callable[[Database], None]
) -> None:
    crawl.seed()
    one = crawl.article("1", title="Đảng uỷ")
    with crawl.archive.atomic() as db:
        reshape_articles(db, change)
    assert "agency_code" not in crawl.archive.db.table("articles").columns_dict
    assert found(crawl, '"dang uy"') == [one.article_id]
    crawl.archive.db.execute("UPDATE articles SET title = 'Thành uỷ'")
    assert found(crawl, "dang") == []
    assert found(crawl, "thanh") == [one.article_id]
    check(crawl)
    [strict] = crawl.rows("SELECT strict FROM pragma_table_list WHERE name = 'articles'")
    assert strict == (1,)


def test_a_transform_alone_would_break_search(crawl: Crawl) -> None:
    """What reshape_articles() is for: the day this test fails, it may go."""
    crawl.seed()
    crawl.article("1", title="Đảng uỷ")
    with crawl.archive.atomic() as db:
        rename_column(db)
    names = [name for (name,) in crawl.rows("SELECT name FROM sqlite_master")]
    assert "articles_ai" not in names
    assert "folded" not in crawl.archive.db.table("articles").columns_dict


def test_the_index_can_be_built_anew(crawl: Crawl) -> None:
    crawl.seed()
    crawl.article("1", title="Đảng uỷ")
    with crawl.archive.atomic() as db:
        db.execute("INSERT INTO articles_fts(articles_fts) VALUES ('delete-all')")
    assert found(crawl, "dang") == []
    rebuild_search(crawl.archive.db)
    assert found(crawl, "dang") == [1]
    check(crawl)


def test_a_step_that_fails_leaves_the_archive_as_it_was(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(db: Database) -> None:
        db.execute("CREATE TABLE half(x)")
        raise ZeroDivisionError

    steps = [*MIGRATIONS._migrations, MIGRATIONS._Migration("m0002_half", half)]
    monkeypatch.setattr(MIGRATIONS, "_migrations", steps)
    path = archive.path
    archive.close()
    with pytest.raises(ZeroDivisionError):
        Archive.open(path)
    monkeypatch.undo()
    with Archive.open(path) as again:
        assert "half" not in again.db.table_names()


def test_steps_are_named_in_order() -> None:
    names = known_names()
    assert names == sorted(names)
    assert [name[:6] for name in names] == [f"m{n:04d}_" for n in range(1, len(names) + 1)]


def test_no_foreign_key_is_looked_up_without_an_index(archive: Archive) -> None:
    """Deleting or checking a parent row would otherwise scan its children."""
    small = {"robots", "problems", "portal_runs", "portal_events", "portal_units", "walk_items"}
    rare = {("frontier", "referrer_id"), ("frontier", "walk_id"), ("frontier", "run_id"),
            ("frontier", "article_id"), ("article_urls", "portal_id")}  # fmt: skip
    bare = []
    for table in set(archive.db.table_names()) - small:
        first = {
            columns[0] for index in archive.db.table(table).indexes if (columns := index.columns)
        }
        for key in archive.db.table(table).foreign_keys:
            if key.column not in first and (table, key.column) not in rare:
                bare.append((table, key.column))
    assert bare == []


def test_a_fresh_archive_has_no_files_to_repair(archive: Archive) -> None:
    assert committed_ends(archive.conn) == {}
