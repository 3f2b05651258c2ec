"""What crashes and full disks cost: crawls stopped at seeded points, then gone on with."""

from __future__ import annotations

import random
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from bench import results
from tests.support.disks import CannotMountError
from tests.support.filling import filled
from tests.support.kills import killed_crawl, plan
from tests.support.towns import Towns

HOSTS = 10
DISK_HOSTS = 3
DISK_ARTICLES = 40
DISK_KIB = (60, 16_000)  # from less than an empty archive takes to more than these portals fill


def run(seed: int, kills: int, articles: int, disks: int) -> dict[str, Any]:
    """The figures of a crawl killed so often, and of crawls onto so many small disks.

    Ends with an error that says what was not as promised, after the figures are written.
    """
    taken_on = results.machine()
    click.echo(f"seed {seed}: the same points again with --seed {seed}")
    data: dict[str, Any] = {"seed": seed, "wrong": []}
    if kills:
        data["kills"] = _killed(seed, kills, articles, data["wrong"])
    if disks:
        data["disks"] = _filled(seed, disks, data["wrong"])
    click.echo(f"\nwritten to {results.write('reliability', data, taken_on)}")
    if data["wrong"]:
        raise click.ClickException("not as promised:\n" + "\n".join(data["wrong"]))
    return data


def _killed(seed: int, kills: int, articles: int, wrong: list[str]) -> dict[str, Any]:
    with Towns(HOSTS, articles) as towns, tempfile.TemporaryDirectory() as folder:
        planned = plan(seed, kills, towns.requests)
        figures = killed_crawl(Path(folder), towns, planned, seed, say=click.echo)
    row = figures.as_row()
    results.show(f"kill -9 at {figures.kills} points, seed {seed}", [row])
    click.echo(f"\nkilled at: {dict(figures.killed_at)}")
    wrong += figures.wrong
    return {
        **row,
        "killed at": dict(figures.killed_at),
        "under way": figures.under_way,
        "repeated": [asdict(kill) for kill in figures.repeats],
    }


def _filled(seed: int, disks: int, wrong: list[str]) -> list[dict[str, Any]]:
    """Crawls onto small disks, from one that holds nothing to one that holds nearly all."""
    chance = random.Random(seed)
    rows = []
    with Towns(DISK_HOSTS, DISK_ARTICLES) as towns:
        for kib in sorted(chance.randrange(*DISK_KIB) for _ in range(disks)):
            with tempfile.TemporaryDirectory() as folder:
                try:
                    found = filled(Path(folder), towns, kib)
                except CannotMountError as error:
                    click.echo(f"full disks left out: {error}")
                    return []
            wrong += [f"disk of {kib} KiB: {fault}" for fault in found.wrong]
            rows.append({**asdict(found), "wrong": len(found.wrong)})
    results.show(f"disks that fill up, seed {seed}; {towns.expected} articles in all", rows)
    return rows
