"""Where figures go: a table on the terminal and a JSON file in .bench/, with the machine."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import click

FOLDER = Path(__file__).resolve().parents[1] / ".bench"
PACKAGES = ("scrapy", "twisted", "lxml", "trafilatura", "sqlite-utils", "pebble", "warcio")
_VIETNAM = timezone(timedelta(hours=7))


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    return {
        "taken_at": datetime.now(_VIETNAM).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "system": platform.platform(),
        "cpus": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
        "packages": {name: _version(name) for name in PACKAGES},
    }


def write(name: str, data: Mapping[str, Any], taken_on: Mapping[str, Any]) -> Path:
    """Keep the figures of one part as JSON; the last run of a part replaces the one before."""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name}.json"
    text = json.dumps({"machine": dict(taken_on), **data}, ensure_ascii=False, indent=2)
    path.write_text(f"{text}\n", encoding="utf-8")
    return path


def show(title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Print rows of figures as a Markdown table under a heading."""
    click.echo(f"\n## {title}\n")
    if not rows:
        click.echo("(nothing measured)")
        return
    names = list(rows[0])
    cells = [[_cell(row.get(name)) for name in names] for row in rows]
    widths = [max(len(column) for column in columns) for columns in zip(names, *cells, strict=True)]
    lines = [[name.ljust(width) for name, width in zip(names, widths, strict=True)]]
    lines.append(["-" * width for width in widths])
    lines += [[cell.rjust(width) for cell, width in zip(row, widths, strict=True)] for row in cells]
    for line in lines:
        click.echo(f"| {' | '.join(line)} |")


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"
