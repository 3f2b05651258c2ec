"""Crawls for the benchmark: in a process of their own, with readers and waits as in real life."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from crawler.fetch.limits import PREFIX, SETTINGS
from tests.support.crawling import FAST, Crawl, crawl

LIMIT_S = 1800
# The tests' settings hurry: what they change is set back to its default.
REAL: dict[str, Any] = {
    PREFIX + setting.name: setting.default for setting in SETTINGS if PREFIX + setting.name in FAST
}


def crawled(folder: Path, portals: Sequence[dict[str, Any]]) -> Crawl:
    """Crawl these portals into folder/archive.db to the end; a crawl that fails is no figure."""
    done = crawl(folder, portals, limit_s=LIMIT_S, **REAL)
    if done.error is not None or done.report["state"] != "done":
        why = {name: told["why"] for name, told in done.portals.items()} if done.report else {}
        raise click.ClickException(f"the crawl did not end well: {done.error} {why}")
    return done
