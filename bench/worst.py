"""The worst pages in full size, in the worker pool: what they cost, and how they end."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import click

from bench import results
from crawler.fetch.outcomes import ReadOk
from crawler.fetch.workers import MEMORY_BYTES, TIMEOUT_S, ReaderPool
from crawler.reader.model import Page
from tests.support.worst_pages import LAST, URL, page, worst_pages

GOOD_EVERY = 4  # one ordinary page beside so many bad ones


def run(size: int) -> dict[str, Any]:
    """Read every worst page of this size, ordinary pages among them; the figures."""
    taken_on = results.machine()
    pages = worst_pages(size)
    ordinary = Page(page().encode(), URL)
    started = time.monotonic()
    with ReaderPool() as pool:
        futures = {name: pool.submit(Page(body, URL), "generic") for name, body in pages.items()}
        good = [pool.submit(ordinary, "generic") for _ in range(len(pages) // GOOD_EVERY)]
        outcomes = {name: future.result() for name, future in futures.items()}
        answered = sum(isinstance(future.result(), ReadOk) for future in good)
        rebuilds = pool.rebuilds
    ends: Counter[str] = Counter()
    costs = {}
    for name, outcome in outcomes.items():
        if isinstance(outcome, ReadOk):
            whole = LAST.strip() in (outcome.reading.text or "")
            flagged = "truncated_parse" in outcome.reading.flags
            ends["whole" if whole else "flagged" if flagged else outcome.reading.kind] += 1
            costs[name] = outcome.cpu_s
        else:
            ends[outcome.kind] += 1
            click.echo(f"{outcome.kind}: {name}, {len(pages[name])} bytes")
    slowest = sorted(costs, key=costs.__getitem__, reverse=True)[:10]
    figures = {
        "pages": len(pages),
        "size": size,
        **dict(sorted(ends.items())),
        "slowest CPU s": max(costs.values(), default=0.0),
        "ordinary pages answered": f"{answered} of {len(good)}",
        "pools rebuilt": rebuilds,
        "total s": time.monotonic() - started,
    }
    results.show(f"Worst pages, within {TIMEOUT_S:g} s and {MEMORY_BYTES} bytes each", [figures])
    results.show("The slowest", [{"page": name, "CPU s": costs[name]} for name in slowest])
    click.echo(f"\nwritten to {results.write('worst', figures, taken_on)}")
    return figures
