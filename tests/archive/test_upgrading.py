from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from crawler.archive import migrations, schema
from crawler.archive.db import Archive
from crawler.archive.migrations import MIGRATIONS, known_names
from crawler.cli import main
from tests.support.sample_archive import make_archive

INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'articles'"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """An archive with 20 articles, as khotin made it before articles were indexed newest first."""
    path = make_archive(tmp_path / "kho.db", 20)
    with closing(sqlite3.connect(path)) as conn, conn:
        for name in ("year", "province", "level"):
            conn.execute(f"DROP INDEX articles_{name}")
            conn.execute(f"CREATE INDEX articles_{name} ON articles({name})")
        conn.execute("DROP INDEX articles_counts")
        conn.execute("DELETE FROM _sqlite_migrations WHERE name = 'm0006_newest_first'")
    return path


def test_an_upgraded_archive_has_the_indexes_of_a_new_one(old: Path, tmp_path: Path) -> None:
    with Archive.open(old) as upgraded, Archive.open(tmp_path / "new.db") as new:
        assert dict(map(tuple, upgraded.conn.execute(INDEXES))) == dict(
            map(tuple, new.conn.execute(INDEXES))
        )
        count = "SELECT count(*) FROM articles INDEXED BY articles_counts"
        assert upgraded.conn.execute(count).fetchone()[0] == 20
        assert upgraded.conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_an_upgrade_that_was_cut_short_is_taken_again(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(old)) as conn:
        before = dict(conn.execute(INDEXES).fetchall())
    statements = schema.NEWEST_FIRST
    monkeypatch.setattr(schema, "NEWEST_FIRST", (*statements[:3], "CREATE INDEX torn"))
    with pytest.raises(sqlite3.OperationalError):
        Archive.open(old)
    with closing(sqlite3.connect(old)) as conn:
        assert dict(conn.execute(INDEXES).fetchall()) == before
    monkeypatch.setattr(schema, "NEWEST_FIRST", statements)
    with Archive.open(old) as archive:
        assert "articles_counts" in dict(map(tuple, archive.conn.execute(INDEXES)))


def test_the_upgrade_says_which_step_it_is_at(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "TELL_S", 0.0)
    monkeypatch.setattr(migrations, "STILL_OPERATIONS", 10)
    result = CliRunner().invoke(main, ["upgrade", "--db", str(old)])
    lines = result.output.splitlines()
    assert lines[:2] == ["step 1 of 1: newest first", "step 1 of 1: newest first, for 0 s"]
    assert lines[-1] == f"{old} is up to date"
    again = CliRunner().invoke(main, ["upgrade", "--db", str(old)])
    assert again.output == f"{old} is up to date\n"


def test_steps_are_told_one_by_one_and_all_taken() -> None:
    told: list[str] = []
    with Database(memory=True) as db:
        migrations.upgrade(db, told.append)
        assert MIGRATIONS.pending(db) == []
    places = [f"step {n + 1} of {len(known_names())}" for n in range(len(known_names()))]
    assert [line.partition(":")[0] for line in told] == places
