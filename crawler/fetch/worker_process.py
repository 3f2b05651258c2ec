"""The inside of a reader process: its limits, and one page at a time.

Nothing here raises towards the pool. lxml's exceptions do not pickle (a `cannot pickle` error
would replace the cause), so what goes back is the pickle of a plain record, made here.
"""

from __future__ import annotations

import ctypes
import importlib
import math
import os
import pickle
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.fetch.outcomes import Outcome, ReadOk, ReadProblem
from crawler.reader.model import Page, Reading

if TYPE_CHECKING:
    from crawler.reader.repetition import Repeated

ReadFunction = Callable[[Page, str | None, "Repeated | None"], Reading]

EXIT_MEMORY = 77  # exit status of a worker that ran out of memory; any number pebble does not use
NEAR_LIMIT = 0.6  # share of the address space above which a parse error is put down to memory:
# libxml2 grows buffers by doubling, so it fails well before the last byte is taken
DETAIL_CHARS = 500  # of an error message; a parser may quote its whole input

_PR_SET_PDEATHSIG = 1  # from linux/prctl.h


def read_page(page: Page, profile_id: str | None, repeated: Repeated | None) -> Reading:
    """Read one page with the profile named, or recognise its platform when none is.

    `repeated` is what is known to repeat on its portal.
    """
    # Imported in the worker alone: the process that fetches parses nothing and needs no parser.
    from crawler.platforms import get_profile  # noqa: PLC0415
    from crawler.reader import read  # noqa: PLC0415

    return read(page, get_profile(profile_id) if profile_id is not None else None, repeated)


def prepare(parent_pid: int, memory_bytes: int, function: ReadFunction) -> None:
    """Put the limits of a reader process in force. Runs once, when the process starts."""
    # pebble's handler is Python code, which cannot run inside lxml: a worker stuck there would
    # hold up the whole pool until pebble gives up waiting (3 s) and kills it.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        _die_with_parent(parent_pid)
    _lower_limit(resource.RLIMIT_AS, memory_bytes)
    _lower_limit(resource.RLIMIT_CORE, 0)
    if function is read_page:
        _warm_up()


def run(
    function: ReadFunction,
    page: Page,
    profile_id: str | None,
    repeated: Repeated | None,
    cpu_limit_s: float,
) -> bytes:
    """Read a page within `cpu_limit_s` seconds of CPU; the pickle of the Outcome.

    A worker that ran out of memory is not fit to go on (the parser may have lost half a tree), so
    it ends with EXIT_MEMORY and the pool replaces it.
    """
    started = time.process_time()
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    # The pool's time-out lives in the parent. This one holds when the parent is stopped or gone.
    resource.setrlimit(resource.RLIMIT_CPU, (_cpu_ceiling(started + cpu_limit_s, hard), hard))
    try:
        reading = function(page, profile_id, repeated)
        return pickle.dumps(ReadOk(reading, time.process_time() - started))
    except MemoryError:
        os._exit(EXIT_MEMORY)
    except Exception as error:
        if _near_memory_limit():
            os._exit(EXIT_MEMORY)
        problem: Outcome = ReadProblem("error", describe(error), {"body_bytes": len(page.body)})
        return pickle.dumps(problem)
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def describe(error: BaseException) -> str:
    """An exception in one line: type, message, and where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {str(error)[:DETAIL_CHARS]}{where}"


def _die_with_parent(parent_pid: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) was refused")
    # The signal comes only for a death after the call; a parent that died before is not told.
    if os.getppid() != parent_pid:
        os._exit(1)


def _lower_limit(limit: int, value: int) -> None:
    _, hard = resource.getrlimit(limit)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (value, value))


def _cpu_ceiling(seconds: float, hard: int) -> int:
    ceiling = math.ceil(seconds)
    return ceiling if hard == resource.RLIM_INFINITY else min(ceiling, hard)


def _warm_up() -> None:
    """Load the reader before the first page, so that no page pays for it out of its own time."""
    try:
        importlib.import_module("crawler.reader")
        importlib.import_module("crawler.platforms")
    except ImportError as error:
        # Not fatal here: a worker that dies at start breaks the pool without saying why, while
        # the same import in read_page gives each page its own record with the cause.
        print(f"khotin reader process: {describe(error)}", file=sys.stderr)  # noqa: T201


def _near_memory_limit() -> bool:
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return limit != resource.RLIM_INFINITY and _peak_bytes() >= NEAR_LIMIT * limit


def _peak_bytes() -> int:
    """The most address space this process ever had; where /proc is absent, resident memory."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    line = next((line for line in status.splitlines() if line.startswith("VmPeak:")), "VmPeak: 0")
    return int(line.split()[1]) * 1024
