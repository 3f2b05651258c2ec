"""How fast a crawl is, beside a Scrapy spider that only fetches the same addresses.

Both run in a process of their own against the same server, by turns. The demo portals have an
address each, so ours has as many requests under way as there are portals; the spider that only
fetches is measured with that concurrency and with Scrapy's usual 16.
"""

from __future__ import annotations

import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import click

from bench import results
from bench.crawls import crawled
from crawler.demo import DemoServer, build, serve
from tests.support.crawling import ROOT, portal

CONCURRENT = 16  # Scrapy's own default

Measured = dict[str, float]


def run(rounds: int, articles: int) -> dict[str, Any]:
    """Crawl demo portals with so many articles each, and fetch the same pages without more."""
    taken_on = results.machine()
    portals = build(articles_per_portal=articles)
    turns: list[dict[str, Measured]] = []
    with serve(portals) as server, tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            own = Path(folder) / str(number)
            own.mkdir()
            turns.append(_turn(server, own))
    rows = [_row(name, turns) for name in turns[0]]
    for row in rows:
        row["share of fetch only"] = row["pages/s"] / rows[-1]["pages/s"]
    results.show(f"Crawl of {len(portals)} demo portals, median of {rounds}", rows)
    data = {"rows": rows, "turns": turns, "articles_per_portal": articles}
    click.echo(f"\nwritten to {results.write('crawl', data, taken_on)}")
    return data


def _turn(server: DemoServer, folder: Path) -> dict[str, Measured]:
    """One crawl, then the same addresses with nothing but fetching."""
    records = [portal(p.id, server.url(p.id), platform=p.platform) for p in server.portals]
    found = {"khotin crawl": _timed(lambda: _crawl(folder, records))}
    urls = folder / "urls.txt"
    urls.write_text("\n".join(_captured(folder / "archive.db")), encoding="utf-8")
    for concurrent in (len(records), CONCURRENT):
        name = f"fetch only, {concurrent} at once"
        found[name] = _timed(partial(_fetch, urls, concurrent))
    return found


def _timed(work: Callable[[], Measured]) -> Measured:
    """The figures of a piece of work, with the CPU seconds of the processes it started."""
    before = _children_cpu_s()
    figures = work()
    return {**figures, "cpu_s": _children_cpu_s() - before}


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _crawl(folder: Path, records: Sequence[dict[str, Any]]) -> Measured:
    done = crawled(folder, records)
    told = done.portals.values()
    return {
        "pages": float(sum(portal["pages"] for portal in told)),
        "articles": float(sum(portal["articles_new"] for portal in told)),
        "seconds": done.report["seconds"],
    }


def _captured(archive: Path) -> list[str]:
    """Every address that the crawl fetched with GET, in order."""
    with closing(sqlite3.connect(archive)) as db:
        return [url for (url,) in db.execute("SELECT url FROM captures WHERE method = 'GET'")]


def _fetch(urls: Path, concurrent: int) -> Measured:
    command = [sys.executable, "-m", "bench.fetch_only", str(urls), str(concurrent)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    figures: Measured = json.loads(done.stdout.splitlines()[-1])
    return figures


def _row(name: str, turns: list[dict[str, Measured]]) -> dict[str, Any]:
    measured = [turn[name] for turn in turns]
    pages = median(figures["pages"] for figures in measured)
    return {
        "what": name,
        "pages": int(pages),
        "articles": int(measured[0].get("articles", 0)) or None,
        "seconds": median(figures["seconds"] for figures in measured),
        "pages/s": median(figures["pages"] / figures["seconds"] for figures in measured),
        "CPU s/1,000 pages": median(1000 * m["cpu_s"] / m["pages"] for m in measured),
    }
