"""What a reader process hands back: a Reading or a plain record of what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from crawler.reader.model import Reading

ProblemKind = Literal["timeout", "memory", "crash", "error", "closed"]


@dataclass(frozen=True, slots=True)
class ReadOk:
    """A page that was read. `cpu_s` is the CPU time of the reader alone, in seconds."""

    reading: Reading
    cpu_s: float = 0.0


@dataclass(frozen=True, slots=True)
class ReadProblem:
    """A page that could not be read, as it goes into the `problems` table.

    "timeout": past its wall or CPU time; "memory": past the worker's address space; "crash": the
    worker died twice on it; "error": the reader raised, or the body is over the limit; "closed":
    the pool was closed before the page was read, so the page is still to be read by a later run.
    `numbers` holds sizes, limits and statuses, units in the names.
    """

    kind: ProblemKind
    detail: str
    numbers: Mapping[str, float] = field(default_factory=dict)


Outcome = ReadOk | ReadProblem
