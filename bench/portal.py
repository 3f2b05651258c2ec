"""The captured portal crawled over HTTP: with its profile, recognised, and by structure alone."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import click

from bench import results
from bench.crawls import crawled
from tests.support.answers import from_archive
from tests.support.crawling import portal
from tests.support.egov import CAPTURES, visible_gold
from tests.support.replay import ReplayServer
from tests.support.report import Report
from tests.support.scoring import score
from tests.support.shared import MISSING, shared_path
from tests.support.surroundings import egov_surroundings

PORTAL = "captured"
WAYS: dict[str, str | None] = {
    "profile": "nukeviet",
    "recognised": None,
    "generic": "generic",
}


def run(failures: int = 0) -> dict[str, Any] | None:
    """Crawl the portal's first state in each way; None where the captures are missing."""
    if shared_path(CAPTURES) is None:
        click.echo(f"portal: skipped, {MISSING}")
        return None
    taken_on = results.machine()
    crawls, scores = [], []
    for name, platform in WAYS.items():
        crawl, report = _crawl(name, platform)
        crawls.append(crawl)
        scores.append(report.numbers())
        if failures:
            click.echo(f"\n{name}:\n{report.failures(failures)}")
    results.show("Crawl of the captured portal from its home page", crawls)
    results.show("What is stored, against the gold", scores)
    data = {"crawls": crawls, "scores": scores}
    click.echo(f"\nwritten to {results.write('portal', data, taken_on)}")
    return data


def _crawl(name: str, platform: str | None) -> tuple[dict[str, Any], Report]:
    with ReplayServer() as server, tempfile.TemporaryDirectory() as folder:
        done = crawled(Path(folder), [portal(PORTAL, server.base, platform=platform)])
        told = done.portals[PORTAL]
        stored = from_archive(done.db, PORTAL, server.gold_url)
        requests = len(server.hits)
    gold = {row.url: row for row in visible_gold(1).values()}
    report = Report(name)
    found = dict(stored.values())
    for url, row in gold.items():
        if url in found:
            report.add(score(found[url], row, egov_surroundings()))
        else:
            report.missing.append(f"{row.key} {url}")
    crawl = {
        "crawl": name,
        "ended": told["state"],
        "requests": requests,
        "articles": len(stored),
        "of the gold": len(report.pages),
        "others": len(stored) - len(report.pages),
        "listings": told["listings"],
        "rejected": told["rejected"],
        "failed": told["failed"],
        "seconds": told["seconds"],
    }
    return crawl, report
