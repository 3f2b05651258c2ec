"""What crashes and full disks cost: `kill -9` at seeded points, resumed until the crawl is done."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import click

from bench import results
from tests.support.kills import killed_crawl, plan
from tests.support.towns import Towns

HOSTS = 10


def run(seed: int, kills: int, articles: int) -> dict[str, Any]:
    """The figures of one killed crawl over HOSTS portals of `articles` articles each."""
    taken_on = results.machine()
    click.echo(f"seed {seed}: the same kills again with --seed {seed} --kills {kills}")
    with Towns(HOSTS, articles) as towns, tempfile.TemporaryDirectory() as folder:
        planned = plan(seed, kills, towns.requests)
        figures = killed_crawl(Path(folder), towns, planned, seed, say=click.echo)
    row = figures.as_row()
    results.show(f"kill -9 at {figures.kills} points, seed {seed}", [row])
    data = {
        "seed": seed,
        "rows": [row],
        "killed_at": dict(figures.killed_at),
        "under_way": figures.under_way,
        "refetched": figures.again,
        "wrong": figures.wrong,
    }
    click.echo(f"\nkilled at: {dict(figures.killed_at)}")
    click.echo(f"written to {results.write('reliability', data, taken_on)}")
    if figures.wrong:
        raise click.ClickException("not as promised:\n" + "\n".join(figures.wrong))
    return data
