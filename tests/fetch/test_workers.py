"""The pool of reader processes: every page ends in an Outcome, hostile ones too."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from types import ModuleType

import pytest

from crawler.fetch import workers as pool_module
from crawler.fetch.workers import Outcome, ReaderPool, ReadOk, ReadProblem
from crawler.reader.model import Page

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WAIT_S = 60  # far beyond what any page here takes: a hang fails, a slow machine does not


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The task module; spawned workers inherit the import path that finds it."""
    monkeypatch.syspath_prepend(str(HERE))
    return importlib.import_module("worker_tasks")


MakePool = Callable[..., ReaderPool]


@pytest.fixture
def make_pool(tasks: ModuleType) -> Iterator[MakePool]:
    pools: list[ReaderPool] = []

    def make(**options: object) -> ReaderPool:
        settings: dict[str, object] = {"workers": 2, "function": tasks.act, **options}
        pools.append(ReaderPool(**settings))  # type: ignore[arg-type]
        return pools[-1]

    yield make
    for pool in pools:
        pool.close()


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    """One pool for the tests that leave it as they found it: starting workers costs a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(HERE))
        act = importlib.import_module("worker_tasks").act
        with ReaderPool(workers=2, function=act) as pool:
            yield pool


def page(command: str) -> Page:
    return Page(body=command.encode(), url="http://one.example/page")


def outcome(future: Future[Outcome]) -> Outcome:
    return future.result(timeout=WAIT_S)


def text(future: Future[Outcome]) -> str | None:
    result = outcome(future)
    assert isinstance(result, ReadOk), result
    return result.reading.text


def problem(future: Future[Outcome]) -> ReadProblem:
    result = outcome(future)
    assert isinstance(result, ReadProblem), result
    return result


def start(pool: ReaderPool) -> list[int]:
    """Start all workers; their process ids."""
    futures = [pool.submit(page("sleep 0.2")) for _ in range(pool.workers * 2)]
    return sorted({int(text(future) or 0) for future in futures})


def alive(pid: int) -> bool:
    """True while a process runs; a dead one that nobody has collected yet counts as gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def gone_within(pids: list[int], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not any(alive(pid) for pid in pids):
            return True
        time.sleep(0.02)
    return False


def test_a_page_comes_back_as_a_reading_with_the_profile_it_was_sent_with(
    pool: ReaderPool,
) -> None:
    result = outcome(pool.submit(page("echo Thành uỷ"), "nukeviet"))
    assert isinstance(result, ReadOk)
    assert result.reading.text == "Thành uỷ"
    assert result.reading.platform == "nukeviet"
    assert 0 <= result.cpu_s < 5


def test_the_real_reader_reads_in_a_worker() -> None:
    body = (
        "<html><head><title>Thành uỷ họp</title></head><body><p>Sáng 5-12, họp.</p></body></html>"
    )
    with ReaderPool(workers=1) as pool:
        result = outcome(pool.submit(Page(body=body.encode(), url="http://one.example/a-1.html")))
    assert isinstance(result, ReadOk), result
    assert result.reading.url == "http://one.example/a-1.html"
    assert result.cpu_s > 0


def test_pending_counts_what_waits_and_what_is_being_read(pool: ReaderPool) -> None:
    assert pool.pending == 0
    futures = [pool.submit(page("sleep 0.1")) for _ in range(12)]
    assert 1 <= pool.pending <= 12
    for future in futures:
        outcome(future)
    assert pool.pending == 0


def test_a_body_larger_than_the_pipe_arrives_whole(pool: ReaderPool) -> None:
    words = "đảng bộ " * 1_000_000
    assert text(pool.submit(page("echo " + words))) == words


def test_an_exception_in_the_reader_is_a_record_with_its_place(pool: ReaderPool) -> None:
    found = problem(pool.submit(page("fail no title")))
    assert found.kind == "error"
    assert "ValueError: no title" in found.detail
    assert "worker_tasks.py:" in found.detail
    assert found.numbers["body_bytes"] == len("fail no title")


def test_an_lxml_error_which_does_not_pickle_keeps_its_cause(pool: ReaderPool) -> None:
    found = problem(pool.submit(page("lxml_error")))
    assert found.kind == "error"
    assert "XMLSyntaxError" in found.detail


def test_a_reader_that_calls_exit_gives_a_record(pool: ReaderPool) -> None:
    assert problem(pool.submit(page("leave"))).kind == "error"
    assert text(pool.submit(page("echo on"))) == "on"


@pytest.mark.parametrize("name", ["unpicklable", "poison"])
def test_a_reading_that_cannot_be_carried_over_is_an_error_of_that_page_alone(
    make_pool: MakePool, tasks: ModuleType, name: str
) -> None:
    pool = make_pool(function=getattr(tasks, name))
    assert [problem(pool.submit(page("echo"))).kind for _ in range(3)] == ["error"] * 3
    assert pool.rebuilds == 0


def test_a_hostile_page_times_out_and_the_other_worker_keeps_its_pace(
    make_pool: MakePool,
) -> None:
    pool = make_pool(timeout_s=1.5)
    start(pool)
    began = time.monotonic()
    hostile = pool.submit(page("attributes 100000"))
    gaps, last = [], began
    while not hostile.done():
        text(pool.submit(page("sleep 0.02")))
        gaps.append(time.monotonic() - last)
        last = time.monotonic()
    took = time.monotonic() - began
    found = problem(hostile)
    assert found.kind == "timeout"
    assert found.numbers["timeout_s"] == 1.5
    assert 1.4 < took < 4
    assert len(gaps) > 10
    assert max(gaps) < 1.0  # with pebble's own signal handler the pause is over 3 s
    assert pool.rebuilds == 0


def test_two_hostile_pages_at_once_hold_nothing_up_for_longer_than_their_limit(
    make_pool: MakePool,
) -> None:
    pool = make_pool(timeout_s=1.0)
    start(pool)
    hostile = [pool.submit(page("spin")) for _ in range(2)]
    assert text(pool.submit(page("echo after"))) == "after"
    assert [problem(future).kind for future in hostile] == ["timeout", "timeout"]


@pytest.mark.parametrize("command", ["hog", "paragraphs 2000000"])
def test_memory_exhaustion_is_told_as_such_and_the_worker_is_replaced(
    make_pool: MakePool, command: str
) -> None:
    pool = make_pool(memory_bytes=400 * 1024**2, timeout_s=30)
    found = problem(pool.submit(page(command)))
    assert found.kind == "memory", found
    assert found.numbers["memory_bytes"] == 400 * 1024**2
    assert text(pool.submit(page("echo on"))) == "on"
    assert pool.rebuilds == 0


def test_a_page_that_kills_its_worker_every_time_is_a_crash_and_costs_no_other_page(
    pool: ReaderPool,
) -> None:
    futures = [pool.submit(page(f"echo {number}")) for number in range(5)]
    deadly = pool.submit(page("die"))
    futures += [pool.submit(page(f"echo {number}")) for number in range(5, 20)]
    assert [text(future) for future in futures] == [str(number) for number in range(20)]
    found = problem(deadly)
    assert found.kind == "crash"
    assert found.numbers["deaths"] == 2


def test_several_deadly_pages_in_a_row_cost_no_other_page(pool: ReaderPool) -> None:
    futures = [pool.submit(page("die" if number % 3 else "echo on")) for number in range(4)]
    kinds = [getattr(outcome(future), "kind", "ok") for future in futures]
    assert kinds == ["ok", "crash", "crash", "ok"]


def test_a_page_whose_worker_died_once_is_read_again(pool: ReaderPool, tmp_path: Path) -> None:
    assert text(pool.submit(page(f"die_once {tmp_path / 'marker'}"))) == "survived"


@pytest.mark.parametrize("pause_s", [0.0, 0.5])
def test_killing_an_idle_worker_loses_no_later_page(make_pool: MakePool, pause_s: float) -> None:
    pool = make_pool()
    os.kill(start(pool)[0], signal.SIGKILL)
    time.sleep(pause_s)  # before and after pebble notices
    futures = [pool.submit(page(f"echo {number}")) for number in range(10)]
    assert [text(future) for future in futures] == [str(number) for number in range(10)]


def test_killing_all_workers_again_and_again_loses_no_page(make_pool: MakePool) -> None:
    pool = make_pool()
    for round_number in range(2):
        for pid in start(pool):
            os.kill(pid, signal.SIGKILL)
        futures = [pool.submit(page(f"echo {number}")) for number in range(5)]
        assert [text(future) for future in futures] == [str(number) for number in range(5)], (
            round_number
        )
    assert pool.rebuilds >= 1


def test_workers_are_recycled_after_their_share_of_pages(make_pool: MakePool) -> None:
    pool = make_pool(workers=1, pages_per_worker=2)
    pids = [text(pool.submit(page("pid"))) for _ in range(6)]
    assert len(set(pids)) == 3
    assert pool.rebuilds == 0


def test_workers_that_cannot_start_make_every_page_a_crash_not_a_hang(
    make_pool: MakePool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    module = tmp_path / "short_lived.py"
    module.write_text("def act(page, profile_id, repeated):\n    return None\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    act = importlib.import_module("short_lived").act
    module.unlink()  # the worker, a process of its own, does not find it any more
    pool = make_pool(function=act)
    futures = [pool.submit(page("echo on")) for _ in range(3)]
    assert [problem(future).kind for future in futures] == ["crash"] * 3


def test_a_body_over_the_limit_is_not_copied_to_a_worker(
    pool: ReaderPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "MAX_BODY_BYTES", 1000)
    found = problem(pool.submit(page("echo " + "x" * 1000)))
    assert found.kind == "error"
    assert found.numbers == {"body_bytes": 1005, "max_body_bytes": 1000}


def test_a_silent_pool_is_replaced_and_the_page_read_again(
    make_pool: MakePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = make_pool(workers=1, timeout_s=0.4)
    worker = start(pool)[0]
    monkeypatch.setattr(pool_module, "STALL_GRACE_S", 3.0)
    os.kill(worker, signal.SIGSTOP)  # alive, idle, and deaf: pebble sees nothing wrong
    assert text(pool.submit(page("echo heard"))) == "heard"
    assert pool.rebuilds == 1


def test_closing_stops_the_workers_and_tells_the_pages_that_wait(make_pool: MakePool) -> None:
    pool = make_pool(timeout_s=30)
    pids = start(pool)
    futures = [pool.submit(page("sleep 20")) for _ in range(6)]
    time.sleep(0.3)
    began = time.monotonic()
    pool.close()
    assert time.monotonic() - began < 5
    assert {problem(future).kind for future in futures} == {"closed"}
    assert gone_within(pids, 1)
    assert pool.pending == 0
    assert problem(pool.submit(page("echo late"))).kind == "closed"
    pool.close()  # twice does no harm


def test_a_page_that_waits_can_be_cancelled(make_pool: MakePool) -> None:
    pool = make_pool(workers=1)
    busy = [pool.submit(page("sleep 0.4")) for _ in range(2)]
    time.sleep(0.2)
    waiting = [pool.submit(page("echo never")) for _ in range(3)]
    assert all(future.cancel() for future in waiting)
    for future in busy:
        text(future)
    assert text(pool.submit(page("echo on"))) == "on"
    assert pool.pending == 0


def test_no_process_or_thread_is_left_after_closing(make_pool: MakePool) -> None:
    def living() -> set[int | None]:
        return {child.pid for child in multiprocessing.active_children()}

    processes, threads = living(), set(threading.enumerate())
    pool = make_pool()
    start(pool)
    assert living() > processes
    pool.close()
    assert living() == processes
    assert set(threading.enumerate()) == threads


OWNER = """
import multiprocessing, sys, time
sys.path.insert(0, {here!r})
import worker_tasks
from crawler.fetch.workers import ReaderPool
from crawler.reader.model import Page

if __name__ == "__main__":
    pool = ReaderPool(workers=2, timeout_s=60, function=worker_tasks.act)
    for future in [pool.submit(Page(body=b"sleep 0.2")) for _ in range(4)]:
        future.result()
    for _ in range(4):
        pool.submit(Page(body=b"spin"))
    time.sleep(0.5)
    print(*[child.pid for child in multiprocessing.active_children()], flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the death signal of a parent is Linux's")
def test_a_killed_owner_leaves_no_worker_behind(tmp_path: Path) -> None:
    script = tmp_path / "owner.py"
    script.write_text(OWNER.format(here=str(HERE)), encoding="utf-8")
    owner = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    with owner:
        assert owner.stdout is not None
        pids = [int(word) for word in owner.stdout.readline().split()]
        assert len(pids) == 2
        assert all(alive(pid) for pid in pids)
        owner.kill()
        owner.wait()
    assert gone_within(pids, 2)


ORPHAN = """
import sys
sys.path.insert(0, {here!r})
import worker_tasks
from crawler.fetch.worker_process import run
from crawler.reader.model import Page

run(worker_tasks.act, Page(body=b"echo on"), None, None, 0.5)
run(worker_tasks.act, Page(body=b"spin"), None, None, 0.5)
"""


def test_a_worker_whose_pool_cannot_stop_it_ends_at_its_cpu_limit(tmp_path: Path) -> None:
    script = tmp_path / "orphan.py"
    script.write_text(ORPHAN.format(here=str(HERE)), encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=WAIT_S,
        check=False,
    )
    assert ended.returncode == -signal.SIGXCPU
