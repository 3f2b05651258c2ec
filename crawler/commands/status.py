"""`khotin status`: how each portal stands, for people and for monitors."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from crawler.archive.db import Archive
from crawler.archive.status import STANDINGS, WRONG, PortalStatus, portal_statuses
from crawler.commands.crawl_view import PLAIN_WIDTH
from crawler.errors import UsageError
from crawler.exits import Exit
from crawler.fetch.alert_settings import AlertSettings
from crawler.fetch.alerts import send_test
from crawler.fetch.limits import PREFIX

_STYLE = {"failed": "red", "suspect": "yellow", "overdue": "yellow", "well": "green"}


@click.command()
@click.argument("portals", nargs=-1, metavar="[PORTAL]...")
@click.option(
    "--db",
    type=click.Path(path_type=Path),
    default=Path("archive.db"),
    show_default=True,
    help="The archive.",
)
@click.option("--wrong", "only_wrong", is_flag=True, help="Only portals that somebody must see to.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a portal and line.")
@click.option(
    "--alert-test", is_flag=True, help="Send a test message by every way of alert that is set up."
)
def status(
    portals: tuple[str, ...], db: Path, only_wrong: bool, as_json: bool, alert_test: bool
) -> None:
    """Show how each portal stands: its last visit, what it gave, when it is due.

    What is wrong comes first. The exit status is 0 when all is well, 3 when a portal failed, 6
    when one is suspect (it answers, and gives nothing or far less than it used to) or overdue.
    """
    if alert_test:
        sys.exit(_test_alerts(db))
    with Archive.open(db, readonly=True) as archive:
        found = portal_statuses(archive, datetime.now(UTC))
    if portals:
        found = _named(found, portals)
    shown = [one for one in found if one.standing in WRONG] if only_wrong else found
    if as_json:
        for one in shown:
            click.echo(json.dumps(one.as_json(), ensure_ascii=False))
    else:
        _print(found, shown)
    sys.exit(_exit(found))


def _named(found: Sequence[PortalStatus], ids: Sequence[str]) -> list[PortalStatus]:
    known = {one.portal_id: one for one in found}
    missing = [id_ for id_ in ids if id_ not in known]
    if missing:
        raise UsageError(
            f"{missing[0]} was never crawled into this archive: `khotin status` lists what was, "
            f"`khotin crawl {missing[0]}` begins"
        )
    return [known[id_] for id_ in dict.fromkeys(ids)]


def _exit(found: Sequence[PortalStatus]) -> Exit:
    standings = {one.standing for one in found}
    if "failed" in standings:
        return Exit.FAILED
    return Exit.SUSPECT if standings & WRONG else Exit.DONE


def _test_alerts(db: Path) -> Exit:
    settings = AlertSettings.from_environment()
    if not settings.channels:
        raise UsageError(
            "no way of alert is set up: docs/operating.md names the variables, such as "
            f"{PREFIX}ALERT_COMMAND, {PREFIX}ALERT_WEBHOOK and {PREFIX}ALERT_MAIL_TO"
        )
    failed = send_test(db, settings)
    for name in settings.channels:
        click.echo(f"{name}: {failed.get(name, 'sent')}")
    return Exit.FAILED if failed else Exit.DONE


def _print(found: Sequence[PortalStatus], shown: Sequence[PortalStatus]) -> None:
    if not found:
        click.echo("no portal has been crawled into this archive yet")
        return
    console = Console() if sys.stdout.isatty() else Console(width=PLAIN_WIDTH)
    if shown:
        console.print(_table(shown))
    counts = Counter(one.standing for one in found)
    told = [f"{counts[name]} {name}" for name in STANDINGS if counts[name]]
    console.print(f"{len(found)} portals: {', '.join(told)}", highlight=False)


def _table(shown: Sequence[PortalStatus]) -> Table:
    table = Table("portal", "stands", "because", "articles", "new", "changed", "gone", "newest",
                  "last visit", "next visit", box=None)  # fmt: skip
    for one in shown:
        because = "; ".join(filter(None, (one.why, *one.events)))
        table.add_row(
            one.portal_id,
            f"[{_STYLE[one.standing]}]{one.standing}[/]"
            if one.standing in _STYLE
            else one.standing,
            because,
            *map(str, (one.articles, one.articles_new, one.articles_changed, one.articles_gone)),
            one.newest or "",
            _clock(one.last_visit_at),
            _clock(one.next_visit_at),
        )
    return table


def _clock(stamp: str | None) -> str:
    return (stamp or "")[:16].replace("T", " ")
