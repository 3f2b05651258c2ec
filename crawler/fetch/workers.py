"""A pool of reader processes that hostile pages can slow down, but not stop.

pebble kills and replaces a worker that exceeds its time. What this module adds: limits inside
the worker (worker_process.py), one Outcome for every page whatever happens, and a pool that is
rebuilt when it breaks as a whole (pebble's does when an idle worker dies), with nothing lost.

One supervisor thread owns the pebble pool: it starts it, feeds it and rebuilds it. This is not
only for tidiness. On Linux the death signal of a worker is tied to the *thread* that started it,
so workers started from a short-lived thread would be killed when that thread ends.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import queue
import signal
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from pebble import ProcessExpired, ProcessPool

from crawler.fetch.outcomes import Outcome, ReadOk, ReadProblem
from crawler.fetch.worker_process import (
    EXIT_MEMORY,
    ReadFunction,
    describe,
    prepare,
    read_page,
    run,
)
from crawler.reader.model import Page
from crawler.reader.repetition import Repeated

__all__ = ["Outcome", "ReadOk", "ReadProblem", "ReaderPool"]

MIN_WORKERS = 2  # one may be stuck on a hostile page until its time is up
TIMEOUT_S = 10.0  # wall seconds a page; ordinary pages take 0.005, the worst known 22
CPU_GRACE_S = 2.0  # CPU seconds beyond the time-out, so that the wall clock normally ends a page
MEMORY_BYTES = 1024**3  # address space of a worker; parsing takes about 20 times the page
MAX_BODY_BYTES = 64 * 1024**2  # larger bodies are not copied to a worker: they cannot fit there
PAGES_PER_WORKER = 1000  # then it is replaced: parsers fragment memory, and starting costs 0.5 s
PREFETCH = 2  # pages handed to pebble for each worker: one being read, one waiting beside it
MAX_DEATHS = 2  # times a page may take its worker or the pool down before it is given up
TICK_S = 0.25  # how often a busy pool is looked at for breakage; pebble's own cycle is 0.1 s
STALL_GRACE_S = 30.0  # beyond the time-outs of the pages ahead, before a silent pool is replaced


@dataclass(slots=True, eq=False)
class _Job:
    page: Page
    profile_id: str | None
    repeated: Repeated | None
    future: Future[Outcome] = field(default_factory=Future)
    deaths: int = 0
    sent_at: float = 0.0  # time.monotonic() of the last hand-over to pebble
    generation: int = 0  # of the pebble pool that has it

    def numbers(self, **more: float) -> dict[str, float]:
        return {"body_bytes": len(self.page.body), **more}


@dataclass(slots=True)
class _Done:
    job: _Job
    generation: int
    result: Future[bytes]


class ReaderPool:
    """Reads pages in worker processes; every page ends in an Outcome, never in an exception.

    `workers` defaults to the number of cores, at least two. `timeout_s` is wall time a page,
    from the moment a worker takes it; `memory_bytes` the address space of a worker; `cpu_grace_s`
    CPU seconds beyond the time-out, after which the system ends a worker. `function`
    reads a page (importable by name, since the workers are spawned, not forked).

    Outcomes are set in a thread of the pool: callbacks of the futures run there and should only
    pass the news on. Closing is the owner's duty; a killed owner takes its workers with it.
    """

    def __init__(
        self,
        workers: int | None = None,
        timeout_s: float = TIMEOUT_S,
        *,
        memory_bytes: int = MEMORY_BYTES,
        cpu_grace_s: float = CPU_GRACE_S,
        pages_per_worker: int = PAGES_PER_WORKER,
        function: ReadFunction = read_page,
    ) -> None:
        self.workers = workers or max(MIN_WORKERS, os.cpu_count() or MIN_WORKERS)
        self.timeout_s = timeout_s
        self.memory_bytes = memory_bytes
        self.cpu_grace_s = cpu_grace_s
        self.rebuilds = 0  # times the pebble pool had to be replaced
        self._pages_per_worker = pages_per_worker
        self._function = function
        self._generation = 0
        self._waiting: deque[_Job] = deque()
        self._sent: dict[_Job, None] = {}  # in the order they were handed over
        self._events: queue.SimpleQueue[_Job | _Done | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._pending = 0
        self._closed = False
        self._thread = threading.Thread(target=self._supervise, name="reader-pool", daemon=True)
        self._thread.start()

    @property
    def pending(self) -> int:
        """Pages that wait for a worker or are being read now."""
        return self._pending

    def submit(
        self, page: Page, profile_id: str | None = None, repeated: Repeated | None = None
    ) -> Future[Outcome]:
        """Queue a page. The future's result is a ReadOk or a ReadProblem, never an exception.

        `repeated`, what is known to repeat on its portal, goes along with it (about 1 KB). A
        future may be cancelled while its page still waits here.
        """
        job = _Job(page, profile_id, repeated)
        with self._lock:
            if not self._closed:
                self._pending += 1
                self._events.put(job)
                return job.future
        job.future.set_result(ReadProblem("closed", "the reader pool is closed", job.numbers()))
        return job.future

    def close(self) -> None:
        """Stop the workers at once. Pages not yet read end as ReadProblem "closed"."""
        with self._lock:
            already, self._closed = self._closed, True
        if not already:
            self._events.put(None)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def __enter__(self) -> ReaderPool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # Everything below runs in the supervisor thread.

    def _supervise(self) -> None:
        pool = self._new_pool()
        why = "the supervisor of the reader pool failed; its traceback is on stderr"
        try:
            while (event := self._next_event()) is not None or not self._closed:
                if isinstance(event, _Job):
                    self._waiting.append(event)
                elif event is not None:
                    self._take(event)
                if (self._waiting or self._sent) and not self._sound(pool):
                    pool = self._rebuild(pool)
                self._dispatch(pool)
            why = "the reader pool was closed before the page was read"
        finally:
            self._drop_all(why)
            _stop(pool)

    def _next_event(self) -> _Job | _Done | None:
        """The next event; None when the pool is to close, or when it is time to look round."""
        busy = bool(self._waiting or self._sent)
        try:
            return self._events.get(timeout=TICK_S if busy else None)
        except queue.Empty:
            return None

    def _new_pool(self) -> ProcessPool:
        self._generation += 1
        pool = ProcessPool(
            max_workers=self.workers,
            max_tasks=self._pages_per_worker,
            initializer=prepare,
            initargs=(os.getpid(), self.memory_bytes, self._function),
            context=multiprocessing.get_context("spawn"),
        )
        _ = pool.active  # starts it, in this thread
        return pool

    def _sound(self, pool: ProcessPool) -> bool:
        if not pool.active:
            return False
        oldest = next(iter(self._sent), None)
        patience = PREFETCH * self.timeout_s + STALL_GRACE_S
        return oldest is None or time.monotonic() - oldest.sent_at < patience

    def _rebuild(self, broken: ProcessPool) -> ProcessPool:
        """Replace a pool that broke as a whole; what it had goes back to the head of the queue."""
        for job in reversed(self._sent):
            self._died(job, None)
        self._sent.clear()
        _stop(broken)
        self.rebuilds += 1
        return self._new_pool()

    def _dispatch(self, pool: ProcessPool) -> None:
        while self._waiting and len(self._sent) < self.workers * PREFETCH:
            # A page under suspicion is read alone, or it would take others down with it.
            alone = self._waiting[0].deaths or any(job.deaths for job in self._sent)
            if alone and self._sent:
                return
            job = self._waiting.popleft()
            if not (job.future.running() or job.future.set_running_or_notify_cancel()):
                self._count_off()
            elif len(job.page.body) > MAX_BODY_BYTES:
                detail = f"the body is over {MAX_BODY_BYTES} bytes, too large for a reader process"
                numbers = job.numbers(max_body_bytes=MAX_BODY_BYTES)
                self._settle(job, ReadProblem("error", detail, numbers))
            elif not self._send(pool, job):
                self._waiting.appendleft(job)
                return

    def _send(self, pool: ProcessPool, job: _Job) -> bool:
        cpu_s = self.timeout_s + self.cpu_grace_s
        try:
            result = pool.schedule(
                run,
                args=(self._function, job.page, job.profile_id, job.repeated, cpu_s),
                timeout=self.timeout_s,
            )
        except RuntimeError:  # it broke since it was looked at; the next round replaces it
            return False
        job.generation, job.sent_at = self._generation, time.monotonic()
        self._sent[job] = None
        result.add_done_callback(self._announce(job))
        return True

    def _announce(self, job: _Job) -> Callable[[Future[Any]], None]:
        generation = job.generation
        return lambda result: self._events.put(_Done(job, generation, result))

    def _take(self, done: _Done) -> None:
        """Turn what pebble says of a page into its Outcome, or let the page try again."""
        job = done.job
        if job not in self._sent or done.generation != job.generation:
            return  # already taken back from a pool that was replaced
        error = done.result.exception()
        if isinstance(error, BrokenProcessPool):
            return  # _rebuild takes back all that the broken pool had, this page too
        del self._sent[job]
        if error is None:
            self._settle(job, _unpack(done.result.result()))
        elif isinstance(error, TimeoutError):
            self._settle(job, self._timeout(job))
        elif isinstance(error, ProcessExpired):
            self._expired(job, int(error.exitcode))
        else:  # the page itself could not be sent
            self._settle(job, ReadProblem("error", describe(error), job.numbers()))

    def _expired(self, job: _Job, status: int) -> None:
        if status == EXIT_MEMORY:
            detail = f"reading the page takes more than {self.memory_bytes} bytes of memory"
            numbers = job.numbers(memory_bytes=self.memory_bytes)
            self._settle(job, ReadProblem("memory", detail, numbers))
        elif status == -signal.SIGXCPU:
            self._settle(job, self._timeout(job))
        else:
            self._died(job, status)

    def _timeout(self, job: _Job) -> ReadProblem:
        detail = f"reading the page took longer than {self.timeout_s:g} s"
        return ReadProblem("timeout", detail, job.numbers(timeout_s=self.timeout_s))

    def _died(self, job: _Job, status: int | None) -> None:
        """A worker, or the whole pool, died while it had this page: once more, or give it up."""
        job.deaths += 1
        if job.deaths < MAX_DEATHS:
            self._waiting.appendleft(job)
            return
        numbers = job.numbers(deaths=job.deaths)
        if status is not None:
            numbers["exit_status"] = status
        detail = f"the reader process died {job.deaths} times on this page"
        self._settle(job, ReadProblem("crash", detail, numbers))

    def _settle(self, job: _Job, outcome: Outcome) -> None:
        self._count_off()
        job.future.set_result(outcome)

    def _count_off(self) -> None:
        with self._lock:
            self._pending -= 1

    def _drop_all(self, why: str) -> None:
        with self._lock:
            self._closed = True  # nothing more comes in
        while True:
            try:
                event = self._events.get_nowait()
            except queue.Empty:
                break
            if isinstance(event, _Job):
                self._waiting.append(event)
        for job in (*self._sent, *self._waiting):
            if job.future.running() or job.future.set_running_or_notify_cancel():
                self._settle(job, ReadProblem("closed", why, job.numbers()))
            else:
                self._count_off()
        self._sent.clear()
        self._waiting.clear()


def _unpack(payload: bytes) -> Outcome:
    try:
        outcome: Outcome = pickle.loads(payload)
    except Exception as error:  # whatever a class does when it is unpickled, it is this page's
        return ReadProblem("error", describe(error))
    return outcome


def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves this one without types
    pool.join()
