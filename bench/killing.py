"""What `kill -9` costs: a crawl is killed at a chosen request, resumed, and compared.

The server kills: when it gets the request that a case names, the crawling process dies before
the answer. The archive after the resume is held against one of a crawl that nobody disturbed.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from bench import results
from bench.crawls import REAL, crawled
from bench.demo_site import Ask, DemoSite
from crawler.demo import build
from tests.support.crawling import portal, start

Here = Callable[[Ask, int], bool]
Articles = Counter[tuple[str, ...]]

# Requests of a pager beyond the first page, on the platforms that the demo has.
_PAGERS = ("/page-2/", "/page-3/", "PageIndex=2", "_cur=2", "LoadArticle", "page=2")


def _in_pager(ask: Ask, number: int) -> bool:
    return any(mark in ask[1] for mark in _PAGERS)


CASES: dict[str, tuple[Here, ...]] = {
    "at robots.txt": (lambda ask, number: ask[1].endswith("/robots.txt") and number > 2,),
    "in a pager": (_in_pager,),
    "among the articles": (lambda ask, number: number == 150,),
    "twice, again in the resume": (_in_pager, lambda ask, number: number > 20),
}


def run(articles: int) -> dict[str, Any]:
    """Kill and resume at each point; `articles` are those of one demo portal."""
    taken_on = results.machine()
    rows: list[dict[str, Any]] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        DemoSite(build(articles_per_portal=articles)) as site,
    ):
        undisturbed = _articles(crawled(_new(folder, "whole"), _records(site)).db)
        once = Counter(site.asked)
        for name, points in CASES.items():
            own = _new(folder, str(len(rows)))
            rows.append(_case(site, own, name, points, undisturbed, once))
    results.show(f"kill -9 and resume; undisturbed: {undisturbed.total()} articles", rows)
    data = {"rows": rows, "articles": undisturbed.total(), "requests": once.total()}
    click.echo(f"\nwritten to {results.write('kill', data, taken_on)}")
    return data


def _case(
    site: DemoSite,
    folder: Path,
    name: str,
    points: tuple[Here, ...],
    undisturbed: Articles,
    once: Counter[Ask],
) -> dict[str, Any]:
    asked: Counter[Ask] = Counter()
    killed_at: list[str] = []
    for here in points:
        killed_at += _killed(site, folder, here)
        asked += site.asked
    before = _articles(folder / "archive.db").total()
    site.forget()
    archive = crawled(folder, _records(site)).db
    asked += site.asked
    found = _articles(archive)
    again = asked - once
    return {
        "killed": name,
        "at": ", ".join(killed_at),
        "articles before": before,
        "after": found.total(),
        "lost": (undisturbed - found).total(),
        "stored twice": (found - undisturbed).total(),
        "pages refetched": again.total(),
        "archive": "intact" if _intact(archive) else "DAMAGED",
    }


def _killed(site: DemoSite, folder: Path, here: Here) -> list[str]:
    """Crawl until the request is asked, kill, and say which request it was."""
    site.forget()
    place: list[str] = []
    process = start(folder, _records(site), **REAL)

    def kill(ask: Ask, number: int) -> None:
        if not place and here(ask, number):
            process.kill()
            process.wait()
            place.append(f"{ask[0]} {ask[1].partition('/')[2][:40]}")

    site.trigger = kill
    process.communicate()
    if not place:
        raise click.ClickException("the crawl ended before it came to the request to kill it at")
    return place


def _records(site: DemoSite) -> list[dict[str, Any]]:
    return [portal(p.id, site.homes[p.id], platform=p.platform) for p in site.portals]


def _new(folder: str, name: str) -> Path:
    own = Path(folder) / name
    own.mkdir()
    return own


def _articles(archive: Path) -> Articles:
    """What is stored: portal, title, stamp and words, so that a second copy counts twice."""
    sql = "SELECT portal_id, title, published_at, text_sha256 FROM articles"
    with closing(sqlite3.connect(archive)) as db:
        return Counter(tuple(map(str, row)) for row in db.execute(sql))


def _intact(archive: Path) -> bool:
    with closing(sqlite3.connect(archive)) as db:
        whole = bool(db.execute("PRAGMA integrity_check").fetchone() == ("ok",))
        db.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES('integrity-check', 1)")
        claimed = db.execute("SELECT count(*) FROM frontier WHERE state = 'claimed'").fetchone()
    return whole and bool(claimed == (0,))
