"""`khotin crawl`: fetch portals into an archive."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from crawler.archive.clock import now_iso
from crawler.archive.db import Archive
from crawler.archive.methods import said_of, text_methods
from crawler.archive.schedule import due, next_due
from crawler.commands.crawl_view import PLAIN_WIDTH, report_table, summary, view_for
from crawler.commands.logs import log_to_stderr
from crawler.commands.streams import unheard
from crawler.errors import ArchiveError, LockedError, UsageError
from crawler.exits import Exit
from crawler.fetch.alert_settings import AlertSettings
from crawler.fetch.alerts import tell_of_error
from crawler.fetch.limits import PREFIX
from crawler.portals.model import Portal
from crawler.portals.registry import Registry

if TYPE_CHECKING:
    from crawler.fetch.report import CrawlReport


@click.command()
@click.argument("portals", nargs=-1, metavar="[PORTAL]...")
@click.option("--all", "all_portals", is_flag=True, help="Every portal of the registry.")
@click.option("--province", help="The portals of a province (names of before July 2025).")
@click.option(
    "--due",
    "only_due",
    is_flag=True,
    help="Of these (of all, when none are named) only the portals whose visit is due.",
)
@click.option("--max-pages", type=click.IntRange(1), help="End the run after so many pages.")
@click.option("--max-seconds", type=click.FloatRange(0.1), help="End the run after so long.")
@click.option(
    "--db",
    type=click.Path(path_type=Path),
    default=Path("archive.db"),
    show_default=True,
    help="The archive; made when it is not there.",
)
@click.option(
    "--allow-private", is_flag=True, help="Also ask loopback and private addresses (intranets)."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@click.option("--verbose", "-v", is_flag=True, help="Log what the crawl decides.")
def crawl(
    portals: tuple[str, ...],
    all_portals: bool,
    province: str | None,
    only_due: bool,
    max_pages: int | None,
    max_seconds: float | None,
    db: Path,
    allow_private: bool,
    as_json: bool,
    verbose: bool,
) -> None:
    """Fetch portals, named by their ids, into an archive.

    A run goes on until nothing is left to do or a budget is reached; the next one fetches what
    is new and no stored article again. Ctrl-C ends it gracefully. Crawling public portals needs
    KHOTIN_CONTACT, a web page or mail address that goes into the User-Agent.
    """
    everything = all_portals or (only_due and not portals and province is None)
    chosen = choose(Registry.load(), portals, everything, province)
    if only_due:
        chosen = _due(chosen, db)
    settings: dict[str, Any] = {}
    if max_pages is not None:
        settings[PREFIX + "PAGES_MAX"] = max_pages
    if max_seconds is not None:
        settings[PREFIX + "SECONDS_MAX"] = max_seconds
    # Scrapy is slow to import, and `khotin crawl --help` needs none of it.
    from crawler.fetch.run import crawl as run_crawl  # noqa: PLC0415

    messages = Console(stderr=True)
    log_to_stderr(logging.INFO if verbose else logging.WARNING)
    try:
        with view_for(messages, len(chosen)) as view:
            report = run_crawl(
                chosen, db, allow_private=allow_private, settings=settings, progress=view
            )
    except KeyboardInterrupt:
        sys.exit(Exit.INTERRUPTED)
    with unheard():
        _print(report, as_json)
    sys.exit(report.exit_status)


def _print(report: CrawlReport, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
        return
    output = Console()
    if not output.is_terminal:
        output = Console(width=PLAIN_WIDTH)
    output.print(report_table(report))
    output.print(summary(report), highlight=False, markup=False, soft_wrap=True)
    methods = said_of(text_methods(Path(report.archive), [p.portal_id for p in report.portals]))
    if methods is not None:
        output.print(methods, highlight=False, markup=False, soft_wrap=True)


def _due(portals: Sequence[Portal], db: Path) -> list[Portal]:
    """Those of the portals that are due. Ends the command, as done, when none is; as deferred,
    when another crawl is at work on the archive: what is due then comes after it."""
    try:
        with Archive.open(db) as archive:
            wanted = due(archive, [portal.id for portal in portals], datetime.now(UTC))
            following = None if wanted else next_due(archive, [portal.id for portal in portals])
    except LockedError as error:
        click.echo(f"khotin: {error}", err=True)
        sys.exit(Exit.DEFERRED)
    except ArchiveError as error:
        # By the clock nobody sees the exit status.
        tell_of_error(db, error, AlertSettings.from_environment())
        raise
    if not wanted:
        at = f" before {following:%Y-%m-%d %H:%M} (+07:00)" if following else ""
        click.echo(f"nothing is due{at}: `khotin schedule list` shows the next visits", err=True)
        sys.exit(Exit.DONE)
    click.echo(f"{len(wanted)} of {len(portals)} portals are due", err=True)
    by_id = {portal.id: portal for portal in portals}
    return [by_id[id_] for id_ in wanted]


def choose(
    registry: Registry, ids: Sequence[str], all_portals: bool, province: str | None
) -> list[Portal]:
    """The portals asked for. UsageError when one is unknown, closed, or there is none.

    Portals that were not named one by one are left out when they are closed, over (`valid_to`)
    or have no address; how many is said on stderr.
    """
    if bool(ids) + all_portals + (province is not None) != 1:
        raise UsageError(
            "name the portals to crawl, or give --all, --province NAME or --due; "
            "`khotin portals list` shows their ids"
        )
    if ids:
        return [_open(registry.get(id_)) for id_ in dict.fromkeys(ids)]
    found = registry.all() if province is None else registry.province(province)
    if not found:
        raise UsageError(
            f"no portal is recorded for the province {province!r}; "
            "`khotin portals list` shows the provinces (names of before July 2025)"
        )
    today = now_iso()[:10]
    usable = [portal for portal in found if _is_usable(portal, today)]
    if not usable:
        raise UsageError(f"all {len(found)} portals are closed or have no url in their records")
    if len(usable) < len(found):
        left = len(found) - len(usable)
        click.echo(f"{left} of {len(found)} portals left out: closed, or without a url", err=True)
    return usable


def _is_usable(portal: Portal, today: str) -> bool:
    """Whether there is anything to ask for: an address, and the body behind it still its own."""
    over = portal.valid_to is not None and portal.valid_to <= today
    return portal.status != "closed" and portal.url is not None and not over


def _open(portal: Portal) -> Portal:
    if portal.status == "closed":
        since = f" since {portal.status_date}" if portal.status_date else ""
        after = f"; its successor is {portal.successor}" if portal.successor else ""
        raise UsageError(f"the portal {portal.id} is closed{since}{after}")
    return portal
