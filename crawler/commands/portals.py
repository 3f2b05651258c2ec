"""khotin portals: the registry listed, shown, extended and proved."""

from __future__ import annotations

import difflib
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from crawler.errors import UsageError
from crawler.exits import Exit
from crawler.portals.check import check_records
from crawler.portals.model import LEVELS, STATUSES, UNKNOWN_PROVINCE, Level, Portal
from crawler.portals.provinces import find_province
from crawler.portals.record_files import FIELDS, Finding, Record
from crawler.portals.registry import Registry, default_folders
from crawler.portals.units import unit_index
from crawler.text import fold

_PIPED_COLUMNS = 200  # without a terminal no line is cut to somebody else's window

Folders = tuple[Path, ...]


@click.group()
@click.option(
    "--records",
    "folders",
    multiple=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder with further portal records; the variable KHOTIN_RECORDS names some for good.",
)
@click.pass_context
def portals(context: click.Context, folders: Folders) -> None:
    """The registry: which portals there are, who publishes them, on which software."""
    context.obj = folders


@portals.command("list")
@click.option("--province", metavar="NAME", help="Only this province of before July 2025.")
@click.option("--level", type=click.Choice(LEVELS), help="Only portals of this level.")
@click.option("--platform", metavar="ID", help='Only this platform; "none" for those without one.')
@click.option("--status", type=click.Choice(STATUSES), help="Only portals of this status.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
@click.pass_obj
def list_portals(
    folders: Folders,
    province: str | None,
    level: str | None,
    platform: str | None,
    status: str | None,
    as_json: bool,
) -> None:
    """List portals; several filters narrow the list together."""
    registry = Registry.load(also=folders)
    if province is None:
        chosen = registry.all()
    elif fold(province) == fold(UNKNOWN_PROVINCE):
        chosen = registry.province(UNKNOWN_PROVINCE)
    else:
        chosen = registry.province(find_province(province).name)
    _refuse_unknown_platform(registry, platform)
    chosen = [
        portal
        for portal in chosen
        if level in (None, portal.level)
        and status in (None, portal.status)
        and platform in (None, portal.platform or "none")
    ]
    if as_json:
        click.echo(json.dumps([asdict(portal) for portal in chosen], ensure_ascii=False, indent=1))
        return
    _print_table(chosen)
    noun = "portal" if len(chosen) == 1 else "portals"
    click.echo(f"{len(chosen)} {noun}", err=True)


@portals.command()
@click.argument("portal_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@click.pass_obj
def show(folders: Folders, portal_id: str, as_json: bool) -> None:
    """Show one portal: every field of its record, and its units by name."""
    registry = Registry.load(also=folders)
    portal = registry.get(portal_id)
    source = registry.source(portal.id)
    if as_json:
        index = unit_index()
        units = {unit_id: index.path(index.by_id[unit_id]) for unit_id in portal.unit_ids()}
        data = {**asdict(portal), "units": units, "file": str(source) if source else None}
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
        return
    for field in (*FIELDS[:4], "province", *FIELDS[4:]):
        for position, text in enumerate(_shown(field, getattr(portal, field))):
            click.echo(f"{'' if position else field:<12} {text}")
    click.echo(f"{'file':<12} {source}")


@portals.command()
@click.argument("url")
@click.option("--level", type=click.Choice(LEVELS), help="Whose portal it is.")
@click.option("--province", metavar="NAME", help="The province of before July 2025.")
@click.option("--name", help="Vietnamese name; otherwise the title of the home page.")
@click.option("--id", "wanted_id", metavar="ID", help="The id; otherwise made from the host name.")
@click.option("--yes", is_flag=True, help="Write the record without asking.")
@click.option("--allow-private", is_flag=True, help="Also ask loopback and private addresses.")
@click.pass_obj
def add(
    folders: Folders,
    url: str,
    level: Level | None,
    province: str | None,
    name: str | None,
    wanted_id: str | None,
    yes: bool,
    allow_private: bool,
) -> None:
    """Propose a record for the portal at URL, and write it.

    Asks the host for robots.txt and for that one page, and recognises the platform. The record
    goes to the file of its province in the last --records folder, else in the first folder of
    KHOTIN_RECORDS, else among khotin's own.
    """
    # Network, reader and profiles take a second to import, and no other subcommand needs them.
    from crawler.commands.portals_add import Wish, add_portal  # noqa: PLC0415

    wish = Wish(url, level, province, name, wanted_id, yes, allow_private)
    add_portal(wish, folders)


@portals.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@click.pass_context
def check(context: click.Context, as_json: bool) -> None:
    """Prove every record: schema, ids, hosts, units, successors, platforms.

    Ends with 0 when no record has an error; warnings are listed and do not count.
    """
    # Slow to import: the schema checker.
    from crawler.platforms import profile_files, read_profile  # noqa: PLC0415

    folders: Folders = context.obj
    profiles = {path.stem: read_profile(path) for path in profile_files()}
    records, findings = check_records([*default_folders(), *folders], profiles)
    errors = [finding for finding in findings if finding.severity == "error"]
    if as_json:
        click.echo(json.dumps(_report(records, findings), ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            click.secho(f"{finding.severity}: {finding}", fg="red" if finding in errors else None)
        warnings = len(findings) - len(errors)
        click.echo(f"{len(records)} records, {len(errors)} errors, {warnings} warnings")
    context.exit(int(Exit.FAILED if errors else Exit.DONE))


@portals.command()
@click.argument("portal_id", metavar="ID")
@click.option(
    "--db",
    type=click.Path(path_type=Path),
    default=Path("archive.db"),
    show_default=True,
    help="The archive.",
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
def blocks(portal_id: str, db: Path, as_json: bool) -> None:
    """Show what was learned to repeat on a portal: places and texts that are no article."""
    from crawler.commands.portals_blocks import show_blocks  # noqa: PLC0415 - loads the reader

    show_blocks(portal_id, db, as_json)


def _report(records: Sequence[Record], findings: Sequence[Finding]) -> dict[str, object]:
    counts = Counter(finding.severity for finding in findings)
    rows = [
        {**asdict(finding), "path": str(finding.path) if finding.path else None}
        for finding in findings
    ]
    return {
        "records": len(records),
        "errors": counts["error"],
        "warnings": counts["warning"],
        "findings": rows,
    }


def _print_table(chosen: Sequence[Portal]) -> None:
    table = Table("id", "name", "level", "province", "platform", "status")
    table.columns[0].overflow = "fold"  # an id that is cut cannot be copied
    for portal in chosen:
        address = "" if portal.url else " (no url)"
        table.add_row(
            portal.id,
            portal.name,
            portal.level,
            portal.province,
            portal.platform or "",
            f"{portal.status}{address}",
        )
    _console().print(table)


def _shown(field: str, value: object) -> list[str]:
    """A field's value as lines; codes of units with their names."""
    if not isinstance(value, tuple):
        return ["-" if value is None else str(value)]
    if field not in ("units_old", "units_new"):
        return [str(item) for item in value] or ["-"]
    scheme = field.removeprefix("units_")
    index = unit_index()
    return [f"{code}  {index.path(index.by_id[f'{scheme}:{code}'])}" for code in value] or ["-"]


def _refuse_unknown_platform(registry: Registry, platform: str | None) -> None:
    known = sorted({portal.platform or "none" for portal in registry.all()})
    if platform is not None and platform not in known:
        near = difflib.get_close_matches(platform, known, n=3) or known
        raise UsageError(f"no record names the platform {platform!r}; there is {', '.join(near)}")


def _console() -> Console:
    """Names are shown as they are: no markup, no emoji codes."""
    width = None if sys.stdout.isatty() else _PIPED_COLUMNS
    return Console(highlight=False, markup=False, emoji=False, width=width)
