"""The real command, in a process that dies at a chosen call of a real function.

    python -m tests.support.crashing POINT [POINT]... -- crawl town-0 --db archive.db

A point is `MODULE:NAME:WHEN[:N]`: at the N-th call (first by default) of that function or method
the process gets SIGKILL `before` it, `after` it, `half` way (for functions that write bytes: the
first half is written) or `during`: some milliseconds after its begin, `during=5`. With `stop` it
is halted before the call (SIGSTOP) until the test lets it go on (`let_go`). Instead of a
function `sql:WORDS` names the statements that begin with these words (none: every statement) of
the archive's own connection. `let=VALUE` sets a module's constant instead, in JSON. Nothing is
replaced but the timing: what the functions do is what they do.
"""

from __future__ import annotations

import importlib
import json
import os
import runpy
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import types
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any, NoReturn

HERE = "tests.support.crashing"


def die() -> NoReturn:
    """End as `kill -9` ends a process."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("SIGKILL cannot be survived")


def point(place: str, when: str = "before", number: int = 1) -> str:
    """The words for one point: `point("crawler.fetch.session:repair_archive", "after")`."""
    return f"{place}:{when}:{number}"


def wait_until_halted(process: subprocess.Popen[str]) -> None:
    """Wait for a process to come to its `stop`. AssertionError when it ends before."""
    while (Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split())[0] != "T":
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.01)


def let_go(process: subprocess.Popen[str]) -> None:
    """Let a halted process go on."""
    process.send_signal(signal.SIGCONT)


def install(text: str) -> None:
    """Put one point in force."""
    module_name, name, when, *rest = text.split(":")
    if module_name == "sql":
        _watch_statements(name, when, int(rest[0]) if rest else 1)
        return
    owner: Any = importlib.import_module(module_name)
    *outer, last = name.split(".")
    for part in outer:
        inner = getattr(owner, part)
        if isinstance(inner, types.ModuleType):  # a copy: only this module's calls are meant
            inner = types.SimpleNamespace(**vars(inner))
            setattr(owner, part, inner)
        owner = inner
    if when.startswith("let="):
        setattr(owner, last, json.loads(when.removeprefix("let=")))
        return
    real = owner.__dict__[last]
    kept = real.__func__ if isinstance(real, classmethod | staticmethod) else real
    wrapped: Any = _wrapped(kept, when, int(rest[0]) if rest else 1)
    setattr(owner, last, type(real)(wrapped) if kept is not real else wrapped)


def _wrapped(real: Callable[..., Any], when: str, number: int) -> Callable[..., Any]:
    calls = count(1)

    def call(*args: Any, **kwargs: Any) -> Any:
        here = next(calls) == number
        if here and when == "before":
            die()
        if here and when == "stop":
            os.kill(os.getpid(), signal.SIGSTOP)
        if here and when == "half":
            fd, data = args
            real(fd, data[: len(data) // 2])
            die()
        if here and when.startswith("during="):
            _die_in(float(when.removeprefix("during=")))
        found = real(*args, **kwargs)
        if here and when == "after":
            die()
        return found

    return call


def _die_in(milliseconds: float) -> None:
    threading.Timer(milliseconds / 1000, die).start()


def _watch_statements(words: str, when: str, number: int) -> None:
    """Die round the N-th statement: SQLite itself tells when it begins one, in scripts too."""
    connect, seen = sqlite3.connect, count(1)
    armed = threading.Event()

    def told(statement: str) -> None:
        if armed.is_set():
            die()  # the one before has ended
        if statement.lstrip().upper().startswith(words.upper()) and next(seen) == number:
            if when == "before":
                die()
            elif when == "after":
                armed.set()
            else:
                _die_in(float(when.removeprefix("during=")))

    def watched(database: Any, *args: Any, **kwargs: Any) -> sqlite3.Connection:
        conn: sqlite3.Connection = connect(database, *args, **kwargs)
        if database != ":memory:":
            conn.set_trace_callback(told)
        return conn

    sqlite3.connect = watched  # type: ignore[assignment]


def main() -> None:
    """Put the points in force, then be the command (`khotin …`, or `-m MODULE …`)."""
    at = sys.argv.index("--")
    points, words = sys.argv[1:at], sys.argv[at + 1 :]
    for text in points:
        install(text)
    if words[0] == "-m":
        sys.argv = words[1:]
        runpy.run_module(words[1], run_name="__main__", alter_sys=False)
        return
    from crawler.cli import main as khotin  # noqa: PLC0415  # after the points are in force

    sys.argv = ["khotin", *words]
    khotin()


if __name__ == "__main__":
    main()
