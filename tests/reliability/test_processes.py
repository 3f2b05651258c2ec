"""Several processes round one archive, and the death of any of them."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from crawler.archive.db import Archive
from crawler.exits import Exit
from tests.support.crawling import wait_for
from tests.support.kills import start, workplace
from tests.support.long import LONG
from tests.support.serving import address_in, served
from tests.support.soundness import faults, leftovers
from tests.support.towns import Towns

LIMIT_S = 120


class Hold:
    """Holds every answer back from the `number`-th request on, until it is let go."""

    def __init__(self, towns: Towns, number: int) -> None:
        self.reached, self.passed = threading.Event(), threading.Event()
        self._number = number
        towns.trigger = self

    def __call__(self, ask: object, kind: str, count: int) -> None:
        if count >= self._number:
            self.reached.set()
            self.passed.wait(LIMIT_S)


def readers_of(pid: int) -> list[int]:
    """The reader processes of a crawl. multiprocessing's resource tracker is none."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
            words = (status.parent / "cmdline").read_bytes()
        except OSError:
            continue  # it has ended meanwhile
        if fields[1] == str(pid) and fields[0] != "Z" and b"spawn_main" in words:
            found.append(int(status.parent.name))
    return found


def is_alive(pid: int) -> bool:
    try:
        return (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split())[0] != "Z"
    except OSError:
        return False


def done_and_sound(process: subprocess.Popen[str], db: Path, towns: Towns) -> None:
    out, err = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 0, err
    assert json.loads(out)["state"] == "done"
    with closing(sqlite3.connect(db)) as conn:
        assert conn.execute("SELECT count(*) FROM articles").fetchone() == (towns.expected,)
        assert conn.execute("SELECT kind, detail FROM problems").fetchall() == []
    assert faults(db) + leftovers(db) == []


def test_of_two_crawls_started_together_one_is_refused_and_the_other_unharmed(
    tmp_path: Path, untouched: Towns
) -> None:
    place = workplace(tmp_path, untouched)
    hold = Hold(untouched, 1)
    both = [start(place, untouched), start(place, untouched)]
    wait_for(lambda: any(process.poll() is not None for process in both))
    hold.passed.set()
    refused, working = sorted(both, key=lambda process: process.poll() is None)
    _, said = refused.communicate(timeout=LIMIT_S)
    assert refused.returncode == Exit.ARCHIVE
    assert f"is in use by another khotin (process {working.pid})" in said
    done_and_sound(working, place.db, untouched)
    assert untouched.asked.total() == len(untouched.asked)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
@pytest.mark.parametrize("victims", [pytest.param(1, marks=LONG), 2], ids=["one", "all"])
def test_readers_that_are_killed_cost_no_page(
    tmp_path: Path, untouched: Towns, victims: int
) -> None:
    place = workplace(tmp_path, untouched)
    hold = Hold(untouched, 12)
    process = start(place, untouched, KHOTIN_READERS=2)
    wait_for(hold.reached.is_set, process)
    wait_for(lambda: len(readers_of(process.pid)) == 2, process)
    for pid in readers_of(process.pid)[:victims]:
        os.kill(pid, signal.SIGKILL)
    hold.passed.set()
    done_and_sound(process, place.db, untouched)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_a_killed_crawl_leaves_no_process_and_no_lock(tmp_path: Path, untouched: Towns) -> None:
    place = workplace(tmp_path, untouched)
    hold = Hold(untouched, 12)
    process = start(place, untouched, KHOTIN_READERS=2)
    wait_for(hold.reached.is_set, process)
    wait_for(lambda: len(readers_of(process.pid)) == 2, process)
    readers = readers_of(process.pid)
    process.kill()
    process.communicate(timeout=LIMIT_S)
    hold.passed.set()
    Archive.open(place.db).close()
    wait_for(lambda: not any(map(is_alive, readers)))


def ask(address: str) -> Callable[[], int]:
    def asked() -> int:
        with urllib.request.urlopen(address, timeout=30) as answer:
            answer.read()
            return int(answer.status)

    return asked


@LONG
def test_a_crawl_killed_while_it_is_read_goes_on_and_the_readers_too(
    copied: Path, untouched: Towns
) -> None:
    """A server shows the archive, and a query stands open in it, while crawls are killed."""
    place = workplace(copied.parent, untouched)
    with served("--db", copied, "--port", 0) as (_, line), closing(sqlite3.connect(copied)) as old:
        page = ask(f"{address_in(line)}archive/articles.json?_size=1")
        old.execute("BEGIN")
        before = old.execute("SELECT count(*), max(id) FROM captures").fetchone()
        for number in (3, 9):
            hold = Hold(untouched, number)
            process = start(place, untouched)
            wait_for(hold.reached.is_set, process)
            assert page() == 200
            process.kill()
            process.communicate(timeout=LIMIT_S)
            hold.passed.set()
            untouched.forget()
        assert page() == 200
        process = start(place, untouched)
        done_and_sound(process, copied, untouched)
        assert page() == 200
        # The open query has seen nothing of it all; the log could not be emptied under it.
        assert old.execute("SELECT count(*), max(id) FROM captures").fetchone() == before
        old.execute("COMMIT")
        assert old.execute("SELECT count(*) FROM captures").fetchone()[0] > before[0]
    log = copied.with_name("archive.db-wal")
    with Archive.open(copied) as archive:
        archive.checkpoint()
        assert log.stat().st_size == 0


@LONG
def test_a_crawl_asked_to_stop_by_a_service_manager_ends_as_interrupted(
    tmp_path: Path, untouched: Towns
) -> None:
    place = workplace(tmp_path, untouched)
    hold = Hold(untouched, 10)
    process = start(place, untouched)
    wait_for(hold.reached.is_set, process)
    process.terminate()
    time.sleep(0.2)
    hold.passed.set()
    _, err = process.communicate(timeout=LIMIT_S)
    assert process.returncode == Exit.INTERRUPTED, err
    assert faults(place.db) + leftovers(place.db) == []
