"""kill -9 at seeded points of a storing loop: nothing acknowledged is lost, nothing doubled."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.archive.captures import capture_ref, read_capture
from crawler.archive.db import Archive
from tests.support.long import LONG
from tests.support.storing_loop import HOME

LOOP = Path(__file__).parents[1] / "support" / "storing_loop.py"
ROOT = Path(__file__).parents[2]
ARTICLES = 60


def launch(database: Path) -> subprocess.Popen[str]:
    command = [sys.executable, str(LOOP), str(database), str(ARTICLES)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env={
        "PYTHONPATH": str(ROOT)})  # fmt: skip


def run_until(database: Path, stored: int, delay_s: float) -> list[str]:
    """Run the loop and kill it `delay_s` after that many pages; the lines that it printed."""
    process = launch(database)
    assert process.stdout is not None
    lines: list[str] = []
    with process.stdout:
        while sum(line.startswith("stored") for line in lines) < stored:
            line = process.stdout.readline()
            if not line:
                break
            lines.append(line.strip())
        time.sleep(delay_s)
        process.kill()
        lines += [line.strip() for line in process.stdout]
    process.wait()
    return lines


def pages(lines: list[str]) -> list[int]:
    return [int(line.split()[1]) for line in lines if line.startswith("stored ")]


def check_evidence(archive: Archive) -> None:
    """Every capture can be read back, and the files hold nothing else."""
    captures = archive.conn.execute("SELECT id, url FROM captures").fetchall()
    for number, url in captures:
        read = read_capture(archive.warcs, capture_ref(archive.conn, number))
        assert read.url == url
    in_files = 0
    for path in archive.warcs.glob("*.warc.gz"):
        with path.open("rb") as stream:
            records = ArchiveIterator(stream, check_digests="raise")
            in_files += sum(record.rec_type == "response" for record in records)
    assert in_files == len(captures)


@LONG
@pytest.mark.parametrize("seed", range(5))
def test_a_killed_crawl_goes_on_where_it_was(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    database = tmp_path / "archive.db"
    seen: list[int] = []
    for _ in range(2):
        lines = run_until(database, chance.randrange(2, 30), chance.uniform(0, 0.004))
        acknowledged = pages(lines)
        with Archive.open(database, readonly=True) as archive:
            stored = {url for (url,) in archive.conn.execute("SELECT url FROM captures")}
            assert {f"{HOME}{number}" for number in acknowledged} <= stored
        seen += acknowledged
    last = run_until(database, 10_000, 0)
    assert last[-1] == "finished"
    seen += pages(last)
    with Archive.open(database) as archive:
        numbers = [int(n) for (n,) in archive.conn.execute("SELECT native_id FROM articles")]
        assert sorted(numbers) == list(range(1, ARTICLES + 1))
        states = archive.conn.execute("SELECT DISTINCT state FROM frontier").fetchall()
        assert states == [("done",)]
        assert archive.conn.execute("SELECT count(*) FROM runs").fetchone() == (1,)
        assert archive.conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        archive.conn.execute(
            "INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)"
        )
        check_evidence(archive)
        captures = archive.conn.execute("SELECT count(*) FROM captures").fetchone()[0]
    # A page may be stored and its line not yet printed, but none is stored a second time.
    assert len(seen) == len(set(seen)) <= captures == ARTICLES + ARTICLES // 5
