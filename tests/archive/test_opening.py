from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.archive.db import Archive
from crawler.archive.migrations import MIGRATIONS, applied_names, known_names
from crawler.errors import ArchiveError
from crawler.exits import Exit

HOLDER = """
import sys, time
from pathlib import Path
from crawler.archive.db import Archive
with Archive.open(Path(sys.argv[1])):
    print("open", flush=True)
    time.sleep(60)
"""


def remount_readonly(folder: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)


def test_opening_makes_the_archive_and_its_tables(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive.db") as archive:
        tables = set(archive.db.table_names())
    assert {"portals", "units", "articles", "versions", "captures", "frontier", "runs"} <= tables


def test_a_connection_has_every_setting_that_the_archive_relies_on(archive: Archive) -> None:
    settings = {
        name: archive.conn.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
    }
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 1,
        "foreign_keys": 1,
        "recursive_triggers": 1,
    }


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with Archive.open(path) as archive:
        before = list(archive.conn.execute("SELECT name, sql FROM sqlite_master ORDER BY name"))
        steps = applied_names(archive.db)
    with Archive.open(path) as archive:
        after = list(archive.conn.execute("SELECT name, sql FROM sqlite_master ORDER BY name"))
        assert MIGRATIONS.pending(archive.db) == []
    assert (before, steps) == (after, known_names())


def test_an_archive_of_a_newer_khotin_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with Archive.open(path) as archive:
        archive.db.execute(
            "INSERT INTO _sqlite_migrations(migration_set, name, applied_at) "
            "VALUES ('khotin', 'm9999_from_the_future', '2030')"
        )
    for readonly in (False, True):
        with pytest.raises(ArchiveError, match=r"newer khotin .*m9999.*install that version"):
            Archive.open(path, readonly=readonly)


def test_an_older_archive_is_brought_up_to_date_by_a_writer_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "archive.db"
    Archive.open(path).close()
    coming = MIGRATIONS._Migration("m0002_coming", lambda db: db.execute("CREATE TABLE x(y)"))
    monkeypatch.setattr(MIGRATIONS, "_migrations", [*MIGRATIONS._migrations, coming])
    with pytest.raises(ArchiveError, match=r"older khotin .*m0002_coming.*`khotin upgrade`"):
        Archive.open(path, readonly=True)
    Archive.open(path).close()
    with Archive.open(path, readonly=True) as archive:
        assert "x" in archive.db.table_names()


def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    path.write_bytes(b"%PDF-1.7 " * 1000)
    for readonly in (False, True):
        with pytest.raises(ArchiveError, match="not a database"):
            Archive.open(path, readonly=readonly)
    assert path.read_bytes() == b"%PDF-1.7 " * 1000


def test_the_database_of_another_program_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "places.db"
    with sqlite3.connect(path) as conn:
        conn.execute("CREATE TABLE bookmarks(url)")
    conn.close()
    with pytest.raises(ArchiveError, match=r"another program.*bookmarks"):
        Archive.open(path)
    conn = sqlite3.connect(path)
    assert [name for (name,) in conn.execute("SELECT name FROM sqlite_master")] == ["bookmarks"]
    conn.close()


def test_a_damaged_archive_says_so(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    Archive.open(path).close()
    data = bytearray(path.read_bytes())
    data[100:4096] = b"\xff" * 3996
    path.write_bytes(data)
    with pytest.raises(ArchiveError, match="damaged"):
        Archive.open(path)


def test_a_missing_archive_is_not_made_for_a_reader(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with pytest.raises(ArchiveError, match="khotin crawl"):
        Archive.open(path, readonly=True)
    with pytest.raises(ArchiveError, match="khotin crawl"):
        Archive.open(path, create=False)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_not_an_archive(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="is a folder"):
        Archive.open(tmp_path)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"elsewhere does not exist"):
        Archive.open(tmp_path / "elsewhere" / "archive.db")


def test_two_crawls_cannot_share_an_archive(archive: Archive) -> None:
    with pytest.raises(ArchiveError, match=f"in use by another khotin .process {os.getpid()}"):
        Archive.open(archive.path)


def test_an_archive_error_ends_a_command_with_its_own_status(archive: Archive) -> None:
    with pytest.raises(ArchiveError) as caught:
        Archive.open(archive.path)
    assert caught.value.exit_status is Exit.ARCHIVE


def test_a_killed_crawl_leaves_no_lock_behind(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    with pytest.raises(ArchiveError, match=f"process {process.pid}"):
        Archive.open(path)
    process.kill()
    process.wait()
    process.stdout.close()
    Archive.open(path).close()


def test_closing_lets_the_next_one_in(tmp_path: Path) -> None:
    for _ in range(3):
        Archive.open(tmp_path / "archive.db").close()


def test_a_failed_opening_lets_go_of_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    path.write_bytes(b"no database" * 100)
    with pytest.raises(ArchiveError):
        Archive.open(path)
    path.unlink()
    Archive.open(path).close()


def test_a_reader_works_beside_a_crawl_and_sees_what_is_committed(archive: Archive) -> None:
    with Archive.open(archive.path, readonly=True) as reader:
        with archive.atomic() as db:
            db.execute("INSERT INTO meta VALUES ('a', '1')")
            assert reader.conn.execute("SELECT count(*) FROM meta").fetchone() == (0,)
        assert reader.conn.execute("SELECT count(*) FROM meta").fetchone() == (1,)


def test_a_reader_cannot_write(archive: Archive) -> None:
    with (
        Archive.open(archive.path, readonly=True) as reader,
        pytest.raises(ArchiveError, match="cannot be written"),
        reader.atomic() as db,
    ):
        db.execute("INSERT INTO meta VALUES ('a', '1')")


def test_a_readonly_folder_is_refused_for_writing(tmpfs: Callable[..., Path]) -> None:
    folder = tmpfs("size=8m")
    remount_readonly(folder)
    with pytest.raises(ArchiveError, match=r"cannot be written to .*lock"):
        Archive.open(folder / "archive.db")


def test_a_readonly_folder_with_an_archive_is_refused_for_writing(
    tmpfs: Callable[..., Path],
) -> None:
    folder = tmpfs("size=8m")
    Archive.open(folder / "archive.db").close()
    remount_readonly(folder)
    with pytest.raises(ArchiveError, match="cannot be written to"):
        Archive.open(folder / "archive.db")


def test_a_finished_archive_can_be_read_in_a_readonly_folder(tmpfs: Callable[..., Path]) -> None:
    folder = tmpfs("size=8m")
    with Archive.open(folder / "archive.db") as archive:
        archive.db.execute("INSERT INTO meta VALUES ('a', '1')")
    remount_readonly(folder)
    with Archive.open(folder / "archive.db", readonly=True) as reader:
        assert reader.conn.execute("SELECT value FROM meta").fetchall() == [("1",)]


def test_an_unfinished_log_is_not_ignored_in_a_readonly_folder(
    tmpfs: Callable[..., Path], tmp_path: Path
) -> None:
    """An immutable opening would not see the rows that are still in the write-ahead log."""
    folder = tmpfs("size=8m")
    with Archive.open(tmp_path / "archive.db") as archive:
        archive.checkpoint()
        archive.db.execute("INSERT INTO meta VALUES ('a', '1')")
        for name in ("archive.db", "archive.db-wal"):
            (folder / name).write_bytes((tmp_path / name).read_bytes())
    remount_readonly(folder)
    with pytest.raises(ArchiveError):
        Archive.open(folder / "archive.db", readonly=True)


def test_opening_is_quick(archive: Archive) -> None:
    archive.close()
    begin = time.perf_counter()
    Archive.open(archive.path).close()
    assert time.perf_counter() - begin < 1.0
