"""What pages of `khotin serve` cost on a large archive, kind by kind, with no crawl beside it."""

from __future__ import annotations

import os
import random
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from bench import results
from bench.load_archive import make_archive
from bench.load_site import COMMON, RARE
from bench.load_watch import PROC, percentile
from tests.support.serving import address_in, served

PORTALS = 100
LATER = "_sort_desc=published_at&_next=2020-01-01T00~3A00~3A00~2B07~3A00%2C1"
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def run(articles: int, rounds: int, seed: int, db: Path | None = None) -> dict[str, Any]:
    """Ask every kind of page `rounds` times, by turns, and print wall and CPU time of each.

    `db` is an archive that such a run left, or one to be made there; without it, none is left.
    """
    taken_on = results.machine()
    with _archive(db, articles, seed) as path, served("--db", path, "--port", 0) as (server, line):
        kinds = _ask(address_in(line).rstrip("/"), server.pid, articles, rounds, seed)
        server.terminate()
        server.communicate(timeout=30)
    rows = [
        {
            "page": kind,
            "answers": len(took),
            "p50 ms": 1000 * percentile([wall for wall, _ in took], 0.5),
            "p95 ms": 1000 * percentile([wall for wall, _ in took], 0.95),
            "CPU ms": 1000 * sum(cpu for _, cpu in took) / len(took),
        }
        for kind, took in kinds.items()
    ]
    results.show(f"Pages of `khotin serve`, {articles:,} articles, seed {seed}", rows)
    data = {"articles": articles, "seed": seed, "pages": rows}
    click.echo(f"\nwritten to {results.write('pages', data, taken_on)}")
    return data


@contextmanager
def _archive(db: Path | None, articles: int, seed: int) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = db or Path(folder) / "archive.db"
        if not path.exists():
            click.echo(f"an archive of {articles:,} articles is made")
            make_archive(path, PORTALS, articles // PORTALS, seed)
        yield path


def _ask(
    base: str, pid: int, articles: int, rounds: int, seed: int
) -> dict[str, list[tuple[float, float]]]:
    """Seconds of wall time, and of CPU time of the server, of each answer by kind of page."""
    chance = random.Random(seed)
    took: dict[str, list[tuple[float, float]]] = {}
    for turn in range(rounds + 1):
        for kind, path in pages(chance, articles).items():
            used, begun = _cpu_s(pid), time.monotonic()
            try:
                with urllib.request.urlopen(base + path, timeout=60) as answer:
                    answer.read()
            except urllib.error.HTTPError as error:
                raise click.ClickException(f"{path}: {error}") from error
            if turn:  # the first opens files and fills caches
                cost = (time.monotonic() - begun, _cpu_s(pid) - used)
                took.setdefault(kind, []).append(cost)
    return took


def pages(chance: random.Random, articles: int) -> dict[str, str]:
    """One address of each kind of page. Words of searches are as frequent as their kind says.

    A later page begins behind an article of 2020: half of them are newer.
    """

    def search(text: str) -> str:
        return f"/archive/articles?_search={quote(text)}"

    portal = f"tai-{chance.randrange(PORTALS):03d}"
    three = " ".join(chance.sample(COMMON, 3))
    start = chance.randrange(len(COMMON) - 1)
    return {
        "front page": "/",
        "table": "/archive/articles",
        "table of a portal": f"/archive/articles?portal_id={portal}",
        "table of a year": f"/archive/articles?year={chance.randint(2015, 2024)}",
        "table, a later page": f"/archive/articles?{LATER}",
        "article": f"/archive/articles/{chance.randint(1, articles)}",
        "search: rare word": search(chance.choice(RARE[2_000:])),
        "search: two words": search(" ".join(chance.sample(RARE[20:800], 2))),
        "search: common word": search(chance.choice(COMMON)),
        "search: three common words": search(three),
        "search: phrase": search(f'"{" ".join(COMMON[start : start + 2])}"'),
        "search in a portal": f"{search(three)}&portal_id={portal}",
        "search, a later page": f"{search(three)}&{LATER}",
    }


def _cpu_s(pid: int) -> float:
    fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND
