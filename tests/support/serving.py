"""`khotin serve` as a process of its own."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

START_S = 30


@contextmanager
def served(*words: object) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running `khotin serve` and its first line; killed at the end if it still runs."""
    command = [sys.executable, "-m", "crawler.cli", "serve", *map(str, words)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline()
    finally:
        process.kill()
        process.communicate()


def address_in(line: str) -> str:
    found = re.search(r"http://[\d.:]+/", line)
    assert found is not None, line
    return found[0]
