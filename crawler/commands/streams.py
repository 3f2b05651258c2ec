"""Standard streams that are closed, cut off or full: what was done is done all the same."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


def open_missing() -> None:
    """Open what is missing of stdin, stdout and stderr on the null device.

    Else the next file that is opened gets its number, and what a library prints goes into it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is this one


@contextmanager
def unheard() -> Iterator[None]:
    """A block that prints. Where that fails it is given up; the exit status stays the caller's.

    A stream that fails is led to the null device: Python flushes it once more when it ends, and
    would exit with a status of its own.
    """
    try:
        yield
    except OSError:
        pass  # which of the streams it was is found out below
    finally:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                _flush(stream)


def _flush(stream: TextIO) -> None:
    try:
        stream.flush()
    except OSError:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)
