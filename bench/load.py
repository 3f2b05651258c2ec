"""A long crawl of many portals with faults, read by a visitor meanwhile: what grows, what breaks.

The crawl is `khotin crawl` and the visitor's server `khotin serve`, processes as anybody starts
them. When a crawl is done before the time is over, the next begins: it finds news and looks at
what is due again.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from bench import results
from bench.load_archive import make_archive
from bench.load_watch import Sample, Visitor, ends, look, percentile, slope_mb
from crawler.exits import Exit
from tests.support.crawling import ROOT
from tests.support.serving import address_in, served

SAMPLE_S = 5.0
END_S = 120.0  # a crawl that was told to end at a time has so long to do so
PORTAL = """
[[portal]]
id = "{id}"
name = "Cổng thông tin {id}"
url = "{url}"
level = "other"
platform = "generic"
"""
# Waits that would leave a loopback crawl idle; limits stay as they are for everybody.
SETTINGS = {
    "KHOTIN_ANSWER_TIMEOUT_S": "5",
    "KHOTIN_RETRY_BASE_S": "1",
    "KHOTIN_PATIENCE_S": "30",
    "KHOTIN_PACE_MAX_S": "0.2",
}
# What no log of a sound run has; a warning may.
UNHANDLED = re.compile(
    r"^Traceback|Unhandled|was never retrieved|failed on this page", re.MULTILINE
)
WELL = frozenset((Exit.DONE, Exit.FAILED, Exit.BUDGET, Exit.DEFERRED, Exit.SUSPECT))


@dataclass
class Watched:
    """What was seen of one crawl after another; samples are of the process with the most pages."""

    crawls: list[list[Sample]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    pages: int = 0
    seconds: float = 0.0

    @property
    def longest(self) -> list[Sample]:
        return max(self.crawls, key=lambda samples: samples[-1].pages if samples else 0)


def run(
    minutes: float,
    portals: int,
    articles: int,
    faults: float,
    seed: int,
    keep: Path | None = None,
    stored: int = 0,
) -> dict[str, Any]:
    """Crawl for so long, and print what grew, what broke and how long pages took.

    The archive begins with `stored` articles. It is left in the folder `keep`, or removed.
    ClickException when something broke.
    """
    taken_on = results.machine()
    click.echo(f"seed {seed}: {portals} portals of {articles} articles, {faults:.0%} faults")
    watched = Watched()
    with _folder(keep) as folder, _site(portals, articles, faults, seed) as site:
        db = folder / "archive.db"
        if stored:
            click.echo(
                f"an archive of {make_archive(db, portals, stored // portals, seed)} articles"
            )
        records = _records(folder, site.urls)
        _crawl(db, records, list(site.urls), 2.0, None, watched)  # makes the archive
        watched = Watched()
        with served("--db", db, "--port", 0) as (process, line):
            visitor = Visitor(address_in(line).rstrip("/"), seed)
            visitor.start()
            _crawl_for(minutes * 60, db, records, list(site.urls), visitor, watched)
            visitor.stop()
            process.terminate()
            _, said = process.communicate(timeout=30)
        watched.errors += UNHANDLED.findall(said)
        watched.errors += [f"visitor: {wrong}" for wrong in visitor.wrong]
        watched.errors += _problems(db)
    data = _figures(watched, visitor, site.answered)
    results.show(f"Load, {minutes:g} minutes, seed {seed}", [data["crawl"]])
    results.show("Open files and threads of the main process", data["ends"])
    results.show("Pages of `khotin serve` meanwhile", data["pages"])
    for error in watched.errors[:20]:
        click.echo(f"wrong: {error}")
    click.echo(f"\nanswered: {site.answered}")
    data |= {"seed": seed, "errors": watched.errors, "answered": site.answered}
    click.echo(f"written to {results.write('load', data, taken_on)}")
    if watched.errors:
        raise click.ClickException(f"{len(watched.errors)} things went wrong")
    return data


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True)
        yield keep
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@dataclass
class _Site:
    urls: dict[str, str]
    answered: dict[str, int] = field(default_factory=dict)


@contextmanager
def _site(portals: int, articles: int, faults: float, seed: int) -> Iterator[_Site]:
    """The portals in a process of their own; afterwards what they answered."""
    words = map(str, (portals, articles, faults, seed))
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.load_site", *words],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None and process.stdin is not None
    site = _Site(json.loads(process.stdout.readline()))
    try:
        yield site
    finally:
        process.stdin.close()
        site.answered |= json.loads(process.stdout.readline() or "{}")
        process.wait(30)


def _records(folder: Path, urls: dict[str, str]) -> Path:
    records = folder / "records"
    records.mkdir()
    portals = "".join(PORTAL.format(id=id_, url=url) for id_, url in urls.items())
    text = f'province = "Thanh Hóa"\n{portals}'
    (records / "thanh-hoa.toml").write_text(text, encoding="utf-8")
    return records


def _crawl_for(
    seconds: float, db: Path, records: Path, ids: list[str], visitor: Visitor, watched: Watched
) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > SAMPLE_S:
        _crawl(db, records, ids, left, visitor, watched)


def _crawl(
    db: Path,
    records: Path,
    ids: list[str],
    seconds: float,
    visitor: Visitor | None,
    watched: Watched,
) -> None:
    """One `khotin crawl` that ends at a time, or before; sampled while it runs."""
    command = [sys.executable, "-m", "crawler.cli", "crawl", *ids, "--db", str(db)]
    command += ["--allow-private", "--max-seconds", str(round(seconds, 1))]
    environment = {**os.environ, **SETTINGS, "KHOTIN_RECORDS": str(records)}
    samples: list[Sample] = []
    begun = time.monotonic()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said)
        before, _ = _stored(db)
        while True:
            try:
                process.wait(SAMPLE_S)
                break
            except subprocess.TimeoutExpired:
                at_s = time.monotonic() - begun
            pages, articles = _stored(db)
            sample = look(process.pid, at_s, pages - before)
            if sample is not None and at_s < seconds:  # later it only tidies up
                samples.append(sample)
            if visitor is not None:
                visitor.know(articles)
            if at_s > seconds + END_S:
                process.kill()
                watched.errors.append(f"the crawl did not end {END_S:g} s after its time")
        said.seek(0)
        text = said.read()
    pages, _ = _stored(db)
    watched.crawls.append(samples)
    watched.pages += pages - before
    watched.seconds += time.monotonic() - begun
    watched.statuses.append(process.returncode)
    watched.errors += UNHANDLED.findall(text)
    if process.returncode not in WELL:
        watched.errors.append(f"the crawl ended with {process.returncode}: {text[-2000:]}")


def _stored(db: Path) -> tuple[int, int]:
    """Pages of all runs, and the newest article's number; (0, 0) before there is an archive."""
    if not db.exists():
        return 0, 0
    with closing(sqlite3.connect(f"{db.as_uri()}?mode=ro", uri=True, timeout=10)) as conn:
        try:
            (pages,) = conn.execute("SELECT coalesce(sum(pages), 0) FROM portal_runs").fetchone()
            (newest,) = conn.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()
        except sqlite3.OperationalError:  # its tables are being made
            return 0, 0
    return int(pages), int(newest)


def _problems(db: Path) -> list[str]:
    """Faults of our own that were recorded, and an archive that is not sound."""
    with closing(sqlite3.connect(db)) as conn:
        rows = conn.execute(
            "SELECT stage || ' ' || kind || ': ' || coalesce(detail, '') FROM problems "
            "WHERE stage = 'store' OR (stage = 'read' AND kind = 'crash')"
        ).fetchall()
        (sound,) = conn.execute("PRAGMA integrity_check").fetchone()
    return [row[0] for row in rows] + ([] if sound == "ok" else [f"integrity: {sound}"])


def _figures(watched: Watched, visitor: Visitor, answered: dict[str, int]) -> dict[str, Any]:
    samples = watched.longest
    every = [seconds for values in visitor.took.values() for seconds in values]
    crawl = {
        "pages": watched.pages,
        "pages/s": watched.pages / max(1.0, watched.seconds),
        "crawls": len(watched.crawls),
        "faults": sum(answered.values()) - answered.get("page", 0),
        "unhandled": len(watched.errors),
        "MB/10,000 pages": slope_mb(samples) if len(samples) > 3 else None,
        "main MB, most": max((one.main_mb for one in samples), default=None),
        "readers MB, most": max((one.readers_mb for one in samples), default=None),
    }
    rows = []
    for name in ("descriptors", "threads", "readers", "main_mb", "readers_mb"):
        if samples:
            first, last = ends(samples, name)
            most = max(getattr(one, name) for one in samples)
            rows.append({"figure": name, "first": first, "last": last, "most": float(most)})
    pages = [
        {
            "page": kind,
            "answers": len(values),
            "p50 ms": 1000 * percentile(values, 0.5),
            "p95 ms": 1000 * percentile(values, 0.95),
            "most ms": 1000 * max(values),
        }
        for kind, values in [*visitor.took.items(), ("all", every)]
        if values
    ]
    return {
        "crawl": crawl,
        "ends": rows,
        "pages": pages,
        "statuses": watched.statuses,
        "samples": [
            [one.at_s, one.pages, one.main_mb, one.readers_mb, one.descriptors, one.threads]
            for one in samples
        ],
    }
