"""Damaged pages read in the worker pool: does anything escape, hang, or slow the others down?

Real and made pages are mutated at random (bytes flipped, blocks doubled, tags swapped, pages
spliced, entities and attributes of garbage, other encodings, huge repetition) and read as a crawl
reads them. An exception is a bug; a time-out or a lack of memory is a recorded problem, and
counted. The seed is printed, and what went wrong is written to a file, for `--replay`.
"""

from __future__ import annotations

import json
import time
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import click

from bench import results
from bench.mutations import MUTATIONS, mutate
from bench.readers import page_of
from crawler.demo import build
from crawler.fetch.outcomes import Outcome, ReadOk
from crawler.fetch.workers import TIMEOUT_S, ReaderPool
from crawler.reader.model import Page
from tests.support.demo_scores import DemoPages
from tests.support.egov import CAPTURES, captures
from tests.support.gold import FOLDER
from tests.support.shared import shared_path

PROFILES = (None, "generic", "nukeviet")
IN_FLIGHT = 32
SLOW_S = 2.0
# Wall time, generous because other work slows it down; beyond TIMEOUT_S of CPU a page is reported.
PATIENCE_S = 40.0
ESCAPES = results.FOLDER / "fuzz"


@dataclass
class Tally:
    """What became of the pages so far."""

    kinds: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    escapes: list[str] = field(default_factory=list)
    slowest_s: float = 0.0
    slowest: str = ""
    slow: int = 0
    hangs: int = 0
    cpu_s: float = 0.0


def run(pages: int, seed: int) -> dict[str, Any]:
    """Read so many mutated pages; the figures. Escapes are written to `.bench/fuzz/`."""
    taken_on = results.machine()
    click.echo(f"fuzz: {pages} pages, seed {seed}")
    started = time.monotonic()
    tally = Tally()
    waiting: deque[tuple[str, Page, Future[Outcome]]] = deque()
    with ReaderPool(timeout_s=PATIENCE_S) as pool:
        for name, page, profile in _mutants(pages, seed):
            waiting.append((name, page, pool.submit(page, profile)))
            while len(waiting) >= IN_FLIGHT:
                _take(tally, *waiting.popleft())
        while waiting:
            _take(tally, *waiting.popleft())
        rebuilds = pool.rebuilds
    figures = {
        "pages": pages,
        "seed": seed,
        "exceptions": len(tally.escapes),
        **{f"{kind} problems": tally.problems[kind] for kind in ("timeout", "memory", "crash")},
        "pools rebuilt": rebuilds,
        "slowest s": tally.slowest_s,
        f"over {SLOW_S:g} s": tally.slow,
        f"over {TIMEOUT_S:g} s": tally.hangs,
        "CPU ms a page": tally.cpu_s / pages * 1e3,
        "total s": time.monotonic() - started,
    }
    results.show("Mutated pages", [figures])
    results.show("What they were read as", [dict(sorted(tally.kinds.items()))])
    click.echo(f"\nslowest: {tally.slowest}\nflags: {dict(tally.flags.most_common())}")
    for escape in tally.escapes[:20]:
        click.echo(escape)
    data = {"figures": figures, "kinds": tally.kinds, "escapes": tally.escapes}
    click.echo(f"\nwritten to {results.write('fuzz', data, taken_on)}")
    return figures


def replay(path: Path) -> None:
    """Read one written page again, in this process, so that its traceback is seen."""
    from crawler.fetch.worker_process import read_page  # noqa: PLC0415  # loads the reader

    told = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    page = Page(body=path.with_suffix(".html").read_bytes(), url=told["url"])
    reading = read_page(page, told["profile"], None)
    click.echo(f"{reading.kind}, {len(reading.text or '')} characters, flags {reading.flags}")


def originals() -> list[tuple[str, Page]]:
    """The pages that are mutated: captures and seeds where they are, gold and demo pages."""
    found = [
        (f"gold/{path.parent.name}", _page(path)) for path in sorted(FOLDER.glob("*/page.html"))
    ]
    for portal in build(articles_per_portal=12):
        found += [(f"demo/{portal.id}", page) for page, _ in DemoPages(portal).pages]
    if shared_path(CAPTURES) is not None:
        found += [("captured", page_of(capture)) for capture in captures()]
    seeds = shared_path("seeds")
    if seeds is not None:
        found += [(f"seed/{path.name}", _page(path)) for path in sorted(seeds.rglob("*.html"))]
    return found


def _page(path: Path) -> Page:
    meta = path.with_name("meta.json")
    url = json.loads(meta.read_text(encoding="utf-8"))["url"] if meta.exists() else None
    return Page(body=path.read_bytes(), url=url)


def _mutants(count: int, seed: int) -> Iterator[tuple[str, Page, str | None]]:
    rng = Random(seed)
    pages = originals()
    click.echo(f"{len(pages)} originals, {len(MUTATIONS)} kinds of mutation")
    bodies = [page.body for _, page in pages]
    for number in range(count):
        name, page = rng.choice(pages)
        body, done = mutate(page.body, bodies, rng)
        profile = rng.choice(PROFILES)
        label = f"{number} {name} {'+'.join(done)} {profile or 'recognised'}"
        yield label, Page(body=body, url=page.url, headers=page.headers), profile


def _take(tally: Tally, name: str, page: Page, future: Future[Outcome]) -> None:
    outcome = future.result()
    if isinstance(outcome, ReadOk):
        tally.kinds[outcome.reading.kind] += 1
        tally.flags.update(outcome.reading.flags)
        tally.cpu_s += outcome.cpu_s
        tally.hangs += outcome.cpu_s > TIMEOUT_S
        if outcome.cpu_s > SLOW_S:
            tally.slow += 1
            click.echo(f"{outcome.cpu_s:.1f} s: {name} → {_keep(name, page)}")
        if outcome.cpu_s > tally.slowest_s:
            tally.slowest_s, tally.slowest = outcome.cpu_s, f"{name}, {len(page.body)} bytes"
        return
    tally.problems[outcome.kind] += 1
    tally.kinds["problem"] += 1
    path = _keep(name, page)
    click.echo(f"{outcome.kind}: {name}: {outcome.detail} → {path}")
    if outcome.kind == "error":
        tally.escapes.append(f"{name}: {outcome.detail} → {path}")


def _keep(name: str, page: Page) -> Path:
    ESCAPES.mkdir(parents=True, exist_ok=True)
    number, *_, profile = name.split()
    path = ESCAPES / f"{number}.html"
    path.write_bytes(page.body)
    told = {"url": page.url, "profile": None if profile == "recognised" else profile, "name": name}
    path.with_suffix(".json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    return path
