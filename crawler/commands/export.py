"""khotin export: articles as CSV or JSONL."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import BinaryIO

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from crawler.archive.db import Archive
from crawler.archive.export import FORMATS, Exported, Format, whole_file
from crawler.archive.export import Progress as Report
from crawler.archive.export import export as write_articles
from crawler.archive.selection import Selection, parse_day
from crawler.archive.spreadsheet import CELL_LIMIT
from crawler.portals.model import LEVELS

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}


class Day(click.ParamType[date]):
    """A day written as 2024-03-31 or 31/03/2024."""

    name = "day"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        option = param.opts[0] if param is not None else "the day"
        return value if isinstance(value, date) else parse_day(str(value), option)


@click.command()
@click.option(
    "--format",
    "file_format",
    type=click.Choice(FORMATS),
    help="csv or jsonl; by default what the name of the output ends with, else csv.",
)
@click.option("--portal", "portals", multiple=True, metavar="ID", help="Only this portal; repeat.")
@click.option("--province", help="Only portals of this province, with or without tone marks.")
@click.option("--level", type=click.Choice(LEVELS), help="Only portals of this level.")
@click.option("--from", "first_day", type=Day(), help="Published on this day or later.")
@click.option("--to", "last_day", type=Day(), help="Published on this day or earlier.")
@click.option("--query", help="Only articles with these words; a phrase in double quotes.")
@click.option(
    "--flag", "flags", multiple=True, metavar="NAME", help="Only articles with this flag; repeat."
)
@click.option(
    "--without-flag",
    "without_flags",
    multiple=True,
    metavar="NAME",
    help="Only articles without this flag; repeat.",
)
@click.option("--raw", is_flag=True, help="CSV with cells as they are, and no byte order mark.")
@click.option(
    "--separator",
    type=click.Choice(tuple(SEPARATORS)),
    default="comma",
    show_default=True,
    help="Between the cells of a CSV.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, allow_dash=True),
    default=Path("-"),
    help="File to write; - is the standard output (the default).",
)
@click.option("--force", is_flag=True, help="Replace the output file if it is there.")
@click.option(
    "--db",
    type=click.Path(path_type=Path),
    default=Path("archive.db"),
    show_default=True,
    help="The archive to export from.",
)
def export(
    file_format: Format | None,
    portals: tuple[str, ...],
    province: str | None,
    level: str | None,
    first_day: date | None,
    last_day: date | None,
    query: str | None,
    flags: tuple[str, ...],
    without_flags: tuple[str, ...],
    raw: bool,
    separator: str,
    output: Path,
    force: bool,
    db: Path,
) -> None:
    """Write articles as CSV for spreadsheets or JSONL for programs, oldest article number first.

    Days are those of Vietnam and both included: 2024-03-31 or 31/03/2024.
    """
    selection = Selection(
        portals, province, level, first_day, last_day, query, flags, without_flags
    )
    chosen: Format = file_format or ("jsonl" if output.suffix == ".jsonl" else "csv")
    with (
        Archive.open(db, readonly=True) as archive,
        _output(output, force) as out,
        _progress() as report,
    ):
        done = write_articles(
            archive, out, chosen, selection,
            raw=raw, separator=SEPARATORS[separator], progress=report,
        )  # fmt: skip
    _tell(done, output)


@contextmanager
def _output(path: Path, force: bool) -> Iterator[BinaryIO]:
    """The file, or the standard output as bytes: no line ends are translated on the way."""
    if str(path) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with whole_file(path, force=force) as out:
        yield out


@contextmanager
def _progress() -> Iterator[Report]:
    """A bar on the terminal; silence where nobody looks."""
    console = Console(stderr=True)
    columns = (TextColumn("export"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    quiet = not console.is_terminal or sys.stdout.isatty()
    with Progress(*columns, console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task("export", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _tell(done: Exported, output: Path) -> None:
    place = "" if str(output) == "-" else f" to {output}"
    if done.articles == 0:
        click.echo(f"no article fits what was asked; 0 articles written{place}", err=True)
        return
    noun = "article" if done.articles == 1 else "articles"
    click.echo(f"{done.articles:,} {noun} written{place}", err=True)
    if done.long_cells:
        click.echo(
            f"{done.long_cells:,} cells are longer than {CELL_LIMIT:,} characters: a spreadsheet "
            "cuts them, JSONL (--format jsonl) does not",
            err=True,
        )
