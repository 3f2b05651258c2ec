"""The command behind the gate: every figure beside its floor, and the update of the floors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from tests.accuracy.corpora import is_absent
from tests.accuracy.floors import FILE, dump, load
from tests.accuracy.gate import COMMAND, RefusedError, Run, change, falls, gone, update
from tests.accuracy.tables import DOCUMENT, beside, section, write_section
from tests.support.gold import FOLDER
from tests.support.shared import MISSING

_PATH = click.Path(path_type=Path)


@click.command()
@click.option("--update", "updates", is_flag=True, help="Raise floors, take in what is new.")
@click.option("--lower", metavar="REASON", help="With --update: lower floors too, for this reason.")
@click.option("--only", multiple=True, metavar="CORPUS", help="A corpus or all of a group (gold).")
@click.option("--markdown", is_flag=True, help="Print the tables of the floors; measure nothing.")
@click.option("--gold", type=_PATH, default=FOLDER, help="Another folder of fixtures.")
@click.option("--floors", "file", type=_PATH, default=FILE, help="Another floors file.")
@click.option("--document", type=_PATH, default=DOCUMENT, help="Where an update writes its tables.")
def main(
    updates: bool,
    lower: str | None,
    only: tuple[str, ...],
    markdown: bool,
    gold: Path,
    file: Path,
    document: Path,
) -> None:
    """Print every measure of reading now, beside its floor. Exit status 1: something fell."""
    floors = load(file)
    if markdown:
        click.echo(section(floors))
        return
    if lower is not None and not (updates and lower.strip()):
        raise click.UsageError("--lower wants a reason, and --update beside it")
    run = Run(gold)
    names = _chosen(run.names, only)
    measured = [run.measured(name) for name in names]
    click.echo(beside(floors, measured))
    if is_absent("egov"):
        click.echo(f"\negov: skipped, {MISSING}")
    dropped = _chosen(gone(floors, run), only)
    if not updates:
        told = [str(fall) for now in measured for fall in falls(floors, now)]
        told += [text for now in measured if (text := change(floors, now))]
        told += [f"{name} has floors and is no more" for name in dropped]
        _end(told)
        return
    try:
        new = update(floors, measured, dropped, lower, date.today().isoformat())
    except RefusedError as refused:
        raise click.ClickException(_refusal(refused)) from refused
    file.write_text(dump(new), encoding="utf-8")
    write_section(new, document)
    click.echo(f"\nwritten: {file.name} and the tables of {document.name}")


def _chosen(names: Sequence[str], only: tuple[str, ...]) -> list[str]:
    """The names that are asked for, all where nothing is."""
    return [
        name
        for name in names
        if not only or any(name == one or name.startswith(f"{one}/") for one in only)
    ]


def _end(told: list[str]) -> None:
    if not told:
        click.echo("\nNothing fell.")
        return
    lines = "\n".join(told)
    raise click.ClickException(f"below the floors, or without floors:\n{lines}")


def _refusal(refused: RefusedError) -> str:
    lines = [str(fall) for fall in refused.falls]
    lines += [f"{name} has floors and is no more" for name in refused.dropped]
    if any(fall.is_required for fall in refused.falls):
        lines.append("Nothing written. What is required is never lowered: mend the reader.")
    else:
        lines.append(
            "Nothing written. Mend the reader; or, where the figures are right to fall, say why: "
            f'{COMMAND} --update --lower "REASON"'
        )
    return "an update would lower floors:\n" + "\n".join(lines)
