"""kill -9 between any two steps of storing, starting, migrating and ending: nothing is lost.

The crawl is tests/support/storing_loop.py, which needs no network; it dies at the N-th call of a
real function or statement (tests/support/crashing.py).
"""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.archive.db import Archive
from crawler.archive.migrations import MIGRATIONS, known_names
from tests.support.crashing import HERE, point
from tests.support.crawling import ROOT
from tests.support.long import LONG
from tests.support.soundness import faults, leftovers

ARTICLES = 20
LOOP = "tests.support.storing_loop"
WARC, STORE = "crawler.archive.warc", "crawler.archive.store"
CAPTURES = "crawler.archive.captures"


def run(words: list[str], *points: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", HERE, *points, "--", *words]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=90, check=False
    )


def loop(db: Path, *points: str) -> subprocess.CompletedProcess[str]:
    return run(["-m", LOOP, str(db), str(ARTICLES)], *points)


def acknowledged_in(done: subprocess.CompletedProcess[str]) -> list[int]:
    """The articles that the loop was told are stored; lists have numbers below 1."""
    lines = [line.split() for line in done.stdout.splitlines() if line.startswith("stored")]
    return [int(number) for _, number in lines if int(number) > 0]


def finish(db: Path) -> None:
    done = loop(db)
    assert done.stdout.splitlines()[-1:] == ["finished"], done.stderr
    assert faults(db) == []
    assert leftovers(db) == []


@pytest.mark.parametrize(
    "points",
    [
        [
            point(f"{WARC}:os.write", "half", 3),  # half a record
            point(f"{WARC}:WarcWriter.write", "after", 2),  # record and fsync done, no row
            point(f"{WARC}:os.fsync", "before", 4),
        ],
        pytest.param(
            [
                point("sql:COMMIT", "before", 12),
                point("sql:COMMIT", "after", 13),
                point(f"{STORE}:insert_capture", "after", 3),
                point(f"{STORE}:put_article", "after", 2),
            ],
            marks=LONG,
        ),
        [
            # Killed with a tail to be cut, then in the cutting of it, before and after the copy.
            point(f"{WARC}:os.write", "half", 6),
            point(f"{WARC}:_quarantine", "before"),
            point(f"{WARC}:_free_path", "after"),
            point(f"{WARC}:_quarantine", "after"),
            point(f"{CAPTURES}:repair_archive", "after"),
            point("crawler.archive.frontier:Frontier.recover", "after"),
        ],
        [
            point("sql:PRAGMA wal_checkpoint", "before"),
            point("crawler.archive.db:Archive.checkpoint", "during=0.3"),
        ],
    ],
    ids=["record", "transaction", "resume", "checkpoint"],
)
def test_a_crawl_killed_between_two_steps_goes_on(tmp_path: Path, points: list[str]) -> None:
    db = tmp_path / "archive.db"
    acknowledged: list[int] = []
    for text in points:
        done = loop(db, text)
        assert done.returncode == -signal.SIGKILL, (text, done.stdout[-200:], done.stderr[-500:])
        acknowledged += acknowledged_in(done)
        with Archive.open(db, readonly=True) as archive:
            found = archive.conn.execute("SELECT native_id FROM articles").fetchall()
        # A page may be stored and not yet said; the other way round it is lost.
        assert set(acknowledged) <= {int(number) for (number,) in found}
    assert len(acknowledged) == len(set(acknowledged))
    finish(db)


def statements(db: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What SQLite is asked when an archive is opened; it is brought up to date by that."""
    seen: list[str] = []
    connect = sqlite3.connect

    def watched(database: object, *args: object, **kwargs: object) -> sqlite3.Connection:
        conn: sqlite3.Connection = connect(database, *args, **kwargs)  # type: ignore[call-overload]
        if database != ":memory:":
            conn.set_trace_callback(seen.append)
        return conn

    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", watched)
        Archive.open(db).close()
    return seen


def schema(db: Path) -> list[tuple[str, ...]]:
    with Archive.open(db, readonly=True) as archive:
        sql = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
        return archive.conn.execute(sql).fetchall()


def older(db: Path, before: str) -> None:
    """An archive as a khotin made it that did not know this step."""
    database = Database(db)
    database.execute("PRAGMA journal_mode=WAL")
    MIGRATIONS.apply(database, stop_before=before)
    database.close()


STEPS = known_names()


@pytest.mark.parametrize(
    "step", [STEPS[0], *(pytest.param(step, marks=LONG) for step in STEPS[1:-1]), STEPS[-1]]
)
def test_a_migration_killed_anywhere_is_finished_by_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    older(tmp_path / "whole.db", step)
    asked = statements(tmp_path / "whole.db", monkeypatch)
    begin = next(at for at, sql in enumerate(asked, 1) if sql.upper().startswith("BEGIN"))
    commit = next(at for at, sql in enumerate(asked, 1) if sql.upper().startswith("COMMIT"))
    chance = random.Random(step)
    db = tmp_path / "archive.db"
    older(db, step)
    for number in (chance.randrange(begin, commit), commit, chance.randrange(1, len(asked))):
        done = run(["upgrade", "--db", str(db)], point("sql:", "before", number))
        if done.returncode == 0:
            break  # fewer statements are left to be asked than at first
        assert done.returncode == -signal.SIGKILL, done.stderr
        with sqlite3.connect(db) as conn:
            assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        conn.close()
    done = run(["upgrade", "--db", str(db)])
    assert done.returncode == 0, done.stderr
    assert schema(db) == schema(tmp_path / "whole.db")
    finish(db)


def test_an_archive_killed_while_it_is_made_is_made_by_the_next_start(tmp_path: Path) -> None:
    db = tmp_path / "archive.db"
    for words in ("CREATE TABLE", "CREATE UNIQUE INDEX", "BEGIN", "CREATE INDEX", "COMMIT"):
        done = loop(db, point(f"sql:{words}", "after"))
        assert done.returncode == -signal.SIGKILL, done.stderr
    finish(db)


def test_of_crawls_that_start_at_the_same_instant_one_works_and_the_others_are_told(
    tmp_path: Path,
) -> None:
    db = tmp_path / "archive.db"
    command = [sys.executable, "-m", LOOP, str(db), str(ARTICLES)]
    started = [
        subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    said = [process.communicate(timeout=90) for process in started]
    # One that came late may find the work done, and ask for the start page (0) alone; what it may
    # not do is work beside another.
    lines = [line for out, _ in said for line in out.splitlines() if line.startswith("stored")]
    pages = [line for line in lines if line != "stored 0"]
    assert len(pages) == len(set(pages)) == ARTICLES + ARTICLES // 5 - 1
    for process, (_, err) in zip(started, said, strict=True):
        assert process.returncode == 0 or "is in use by another khotin" in err
    assert 0 in {process.returncode for process in started}
    finish(db)
