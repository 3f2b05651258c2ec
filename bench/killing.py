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
from bench.demo_site import Ask, DemoSite
from crawler.demo import build
from tests.support.crawl_orders import CrawlOrder, begin_crawl, crawl_here, portal_record

Here = Callable[[Ask, int], bool]
Articles = Counter[tuple[str, str]]

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
        whole = Path(folder) / "whole.db"
        crawl_here(_order(site, whole))
        undisturbed, once = _articles(whole), Counter(site.asked)
        for name, points in CASES.items():
            archive = Path(folder) / f"{len(rows)}.db"
            rows.append(_case(site, archive, name, points, undisturbed, once))
    results.show(f"kill -9 and resume; undisturbed: {undisturbed.total()} articles", rows)
    data = {"rows": rows, "articles": undisturbed.total(), "requests": once.total()}
    click.echo(f"\nwritten to {results.write('kill', data, taken_on)}")
    return data


def _case(
    site: DemoSite,
    archive: Path,
    name: str,
    points: tuple[Here, ...],
    undisturbed: Articles,
    once: Counter[Ask],
) -> dict[str, Any]:
    asked: Counter[Ask] = Counter()
    killed_at: list[str] = []
    for here in points:
        killed_at += _killed(site, archive, here)
        asked += site.asked
    before = sum(_articles(archive).values())
    site.forget()
    report = crawl_here(_order(site, archive))
    asked += site.asked
    found = _articles(archive)
    again = asked - once
    return {
        "killed": name,
        "at": ", ".join(killed_at),
        "articles before": before,
        "after": found.total(),
        "lost": (undisturbed - found).total(),
        "extra": (found - undisturbed).total(),
        "duplicates": found.total() - len(found),
        "pages refetched": again.total(),
        "archive": "intact" if report["state"] == "done" and _intact(archive) else "DAMAGED",
    }


def _killed(site: DemoSite, archive: Path, here: Here) -> list[str]:
    """Crawl until the request is asked, kill, and say which request it was."""
    site.forget()
    place: list[str] = []
    process = begin_crawl(_order(site, archive))

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


def _order(site: DemoSite, archive: Path) -> CrawlOrder:
    records = [portal_record(p.id, site.homes[p.id], p.platform) for p in site.portals]
    return CrawlOrder(records, str(archive))


def _articles(archive: Path) -> Articles:
    """What is stored, by what makes an article one: portal, title, stamp and words."""
    with closing(sqlite3.connect(archive)) as db:
        rows = db.execute("SELECT portal_id, native_id FROM articles").fetchall()
    return Counter((portal, native) for portal, native in rows)


def _intact(archive: Path) -> bool:
    with closing(sqlite3.connect(archive)) as db:
        whole = bool(db.execute("PRAGMA integrity_check").fetchone() == ("ok",))
        db.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES('integrity-check', 1)")
        claimed = db.execute("SELECT count(*) FROM frontier WHERE state = 'claimed'").fetchone()
    return whole and bool(claimed == (0,))
