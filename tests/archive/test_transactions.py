from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from crawler.archive.db import Archive
from crawler.errors import ArchiveError


def keys(archive: Archive) -> list[str]:
    return [key for (key,) in archive.conn.execute("SELECT key FROM meta ORDER BY key")]


def put(archive: Archive, key: str) -> None:
    archive.db.execute("INSERT INTO meta VALUES (?, '')", (key,))


def test_a_block_is_stored_as_a_whole(archive: Archive) -> None:
    with archive.atomic():
        put(archive, "a")
        put(archive, "b")
    assert keys(archive) == ["a", "b"]


def test_an_error_takes_everything_back(archive: Archive) -> None:
    with pytest.raises(ZeroDivisionError), archive.atomic():
        put(archive, "a")
        raise ZeroDivisionError
    assert keys(archive) == []
    assert not archive.conn.in_transaction


def test_an_inner_block_can_fail_alone(archive: Archive) -> None:
    with archive.atomic():
        put(archive, "outer")
        with pytest.raises(ZeroDivisionError), archive.atomic():
            put(archive, "inner")
            raise ZeroDivisionError
        put(archive, "after")
    assert keys(archive) == ["after", "outer"]


def test_blocks_nest_to_any_depth(archive: Archive) -> None:
    with archive.atomic():
        put(archive, "1")
        with archive.atomic():
            put(archive, "2")
            with pytest.raises(ZeroDivisionError), archive.atomic():
                put(archive, "3")
                with archive.atomic():
                    put(archive, "4")
                raise ZeroDivisionError
            with archive.atomic():
                put(archive, "5")
    assert keys(archive) == ["1", "2", "5"]


def test_an_outer_error_takes_finished_inner_blocks_back(archive: Archive) -> None:
    with pytest.raises(ZeroDivisionError), archive.atomic():
        with archive.atomic():
            put(archive, "inner")
        raise ZeroDivisionError
    assert keys(archive) == []


def test_a_keyboard_interrupt_takes_everything_back(archive: Archive) -> None:
    with pytest.raises(KeyboardInterrupt), archive.atomic():
        put(archive, "a")
        raise KeyboardInterrupt
    assert keys(archive) == []


def test_a_transaction_that_reads_first_waits_for_another_writer(archive: Archive) -> None:
    """A deferred BEGIN would fail at once with "database is locked" here, whatever the time-out."""
    other = sqlite3.connect(archive.path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO meta VALUES ('other', '')")
    timer = threading.Timer(0.3, lambda: other.execute("COMMIT"))
    timer.start()
    with archive.atomic() as db:
        assert db.execute("SELECT count(*) FROM meta").fetchone() == (1,)
        put(archive, "mine")
    timer.join()
    other.close()
    assert keys(archive) == ["mine", "other"]


def test_a_program_that_holds_the_database_is_named_as_the_cause(archive: Archive) -> None:
    archive.conn.execute("PRAGMA busy_timeout=10")
    other = sqlite3.connect(archive.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(ArchiveError, match="held by another program"), archive.atomic():
        put(archive, "mine")
    other.close()


def test_a_full_disk_is_an_archive_error_and_leaves_the_archive_usable(archive: Archive) -> None:
    pages = archive.conn.execute("PRAGMA page_count").fetchone()[0]
    archive.conn.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(ArchiveError, match=r"is full.*free some space"), archive.atomic():
        for number in range(10_000):
            put(archive, f"key {number}" * 50)
    assert keys(archive) == []
    assert not archive.conn.in_transaction
    archive.conn.execute("PRAGMA max_page_count=1000000")
    put(archive, "after")
    assert keys(archive) == ["after"]


def test_errors_of_the_program_stay_what_they_are(archive: Archive) -> None:
    with pytest.raises(sqlite3.IntegrityError), archive.atomic():
        put(archive, "a")
        put(archive, "a")
    with pytest.raises(sqlite3.OperationalError, match="no such table"), archive.atomic() as db:
        db.execute("SELECT * FROM nowhere")


def test_a_checkpoint_empties_the_write_ahead_log(archive: Archive) -> None:
    put(archive, "a")
    log = Path(f"{archive.path}-wal")
    assert log.stat().st_size > 0
    archive.checkpoint()
    assert log.stat().st_size == 0
