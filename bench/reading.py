"""How fast and how well a page is read: the captured portal, all readers in one run.

Readers take turns over batches of pages, in an order that rotates, so that a busy machine slows
all of them alike. Times are CPU time of this process; compare the ratios, not the milliseconds.
"""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Sequence
from statistics import median
from typing import Any

import click

from bench import results
from bench.readers import (
    FLOOR,
    LEARNED,
    OURS,
    TRAFILATURA,
    Reader,
    learn_from,
    page_of,
    readers,
)
from tests.support.egov import CAPTURES, Capture, Gold, scored_pages
from tests.support.report import Report
from tests.support.scoring import Answer, score
from tests.support.shared import MISSING, shared_path
from tests.support.surroundings import egov_surroundings

# What is asked of the two ways a crawl reads, whatever the machine.
MOST_FLOORS = 3.0  # times the parser's floor that a page of a known platform may cost
LEAST_FASTER = 2.0  # times that a page of an unknown one is faster than trafilatura
BATCH = 20  # pages: long enough for a reader to have the processor's cache to itself


def run(rounds: int, pages: int | None = None, failures: int = 0) -> dict[str, Any] | None:
    """Measure every reader; None where the captures are missing.

    `pages` limits the number of pages, `failures` is how many failures of ours to print.
    """
    if shared_path(CAPTURES) is None:
        click.echo(f"reader: skipped, {MISSING}")
        return None
    logging.disable(logging.CRITICAL)  # other people's warnings about single pages
    taken_on = results.machine()
    work = list(scored_pages(1))[:pages]
    found = readers(learn_from(page_of(capture) for capture, _ in scored_pages(1)))
    for reader in found.values():  # imports, caches and compiled selectors are not measured
        reader(work[0][0])
    times = [_round(found, [page for page, _ in work], turn) for turn in range(rounds)]
    speed = _speed(times)
    reports = [_report(name, reader, work) for name, reader in found.items() if name != FLOOR]
    results.show(f"CPU ms a page, median of {rounds} rounds over {len(work)} pages", speed)
    asked = _asked({row["reader"]: row["ms/page"] for row in speed})
    results.show("Asked of the speed", asked)
    results.show("Against the gold", [report.numbers() for report in reports])
    if failures:
        click.echo(f"\n{reports[0].failures(failures)}")
    data = {
        "speed": speed,
        "asked": asked,
        "scores": [report.numbers() for report in reports],
        "rounds": times,
    }
    click.echo(f"\nwritten to {results.write('reader', data, taken_on)}")
    return data


def _round(found: dict[str, Reader], pages: Sequence[Capture], turn: int) -> dict[str, float]:
    """CPU milliseconds a page of each reader, in one pass over the pages."""
    names = list(found)
    total = dict.fromkeys(names, 0)
    gc.collect()
    for number, first in enumerate(range(0, len(pages), BATCH)):
        start = (number + turn) % len(names)
        for name in names[start:] + names[:start]:
            begun = time.process_time_ns()
            for page in pages[first : first + BATCH]:
                found[name](page)
            total[name] += time.process_time_ns() - begun
    return {name: nanoseconds / len(pages) / 1e6 for name, nanoseconds in total.items()}


def _speed(times: Sequence[dict[str, float]]) -> list[dict[str, Any]]:
    middle = {name: median(turn[name] for turn in times) for name in times[0]}
    return [
        {
            "reader": name,
            "ms/page": value,
            "least": min(turn[name] for turn in times),
            "most": max(turn[name] for turn in times),
            f"times {OURS}": value / middle[OURS],
            f"{TRAFILATURA} is slower by": middle[TRAFILATURA] / value,
        }
        for name, value in middle.items()
    ]


def _asked(ms: dict[str, float]) -> list[dict[str, Any]]:
    """The two ratios that are promised, and whether they are met in this run."""
    floors, faster = ms[OURS] / ms[FLOOR], ms[TRAFILATURA] / ms[LEARNED]
    return [
        {
            "ratio": f"{OURS} / {FLOOR}",
            "is": floors,
            "asked": f"at most {MOST_FLOORS:g}",
            "": "met" if floors <= MOST_FLOORS else "not met",
        },
        {
            "ratio": f"{TRAFILATURA} / {LEARNED}",
            "is": faster,
            "asked": f"at least {LEAST_FASTER:g}",
            "": "met" if faster >= LEAST_FASTER else "not met",
        },
    ]


def _report(name: str, reader: Reader, work: Sequence[tuple[Capture, Gold]]) -> Report:
    report = Report(name)
    for page, gold in work:
        report.add(score(reader(page) or Answer(), gold, egov_surroundings()))
    return report
