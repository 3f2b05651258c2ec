"""`khotin schedule`: crawl by the clock, by systemd, cron, or a process that stays."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from crawler.archive.db import Archive
from crawler.archive.schedule import Visit, visits
from crawler.commands.crawl_view import PLAIN_WIDTH
from crawler.commands.keeper import Keeper
from crawler.errors import UsageError
from crawler.exits import Exit
from crawler.fetch.limits import PREFIX

MARGIN_S = 300  # a crawl's time ends so long before the next one is started

_db = click.option(
    "--db",
    type=click.Path(path_type=Path),
    default=Path("archive.db"),
    show_default=True,
    help="The archive.",
)
_every = click.option(
    "--every",
    "minutes",
    type=click.IntRange(5, 60),
    default=60,
    show_default=True,
    help="Minutes between two looks at what is due.",
)


@click.group()
def schedule() -> None:
    """Crawl by the clock: each portal when it is due.

    How often a portal is visited follows from how often it publishes. All of these come down to
    `khotin crawl --due`, which crawls what is due and ends.
    """


@schedule.command("list")
@_db
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def list_command(db: Path, as_json: bool) -> None:
    """Show when each portal is visited next, and why then."""
    with Archive.open(db, readonly=True) as archive:
        rows = sorted(visits(archive).values(), key=lambda v: (v.next_visit_at, v.portal_id))
    if as_json:
        for row in rows:
            click.echo(json.dumps(_as_json(row), ensure_ascii=False))
        return
    if not rows:
        click.echo("no portal has been visited yet: `khotin crawl --due` begins")
        return
    console = Console() if sys.stdout.isatty() else Console(width=PLAIN_WIDTH)
    console.print(_table(rows))


@schedule.command("systemd")
@_db
@_every
@click.option("--user", help="The account to run as; else a dynamic one of systemd's own.")
def systemd_command(db: Path, minutes: int, user: str | None) -> None:
    """Print a service and a timer for systemd.

    Save the two parts under the names in their first lines, in /etc/systemd/system, then:
    systemctl daemon-reload && systemctl enable --now khotin.timer
    """
    place = _place(db)
    account = f"User={user}" if user else "DynamicUser=yes"
    words = _command(place, minutes)
    contact = os.environ.get(PREFIX + "CONTACT", "")
    click.echo(
        _UNITS.format(
            command=" ".join(_systemd_word(word) for word in words),
            folder=_systemd_word(str(place.parent)),
            bare=str(place.parent).replace("%", "%%"),  # no quotes are taken off here
            contact=_systemd_word(f"{PREFIX}CONTACT={contact}"),
            account=account,
            minutes=minutes,
            stop_s=minutes * 60,
            soon=f"{Exit.BUDGET:d} {Exit.DEFERRED:d}",
        ),
        nl=False,
    )
    _warn_about_contact(contact)


@schedule.command("cron")
@_db
@_every
def cron_command(db: Path, minutes: int) -> None:
    """Print a line for crontab."""
    place = _place(db)
    contact = os.environ.get(PREFIX + "CONTACT", "")
    when = "17 * * * *" if minutes == 60 else f"*/{minutes} * * * *"
    log = place.with_name("khotin.log")
    words = [f"{PREFIX}CONTACT={shlex.quote(contact)}", shlex.join(_command(place, minutes))]
    line = (
        f"cd {shlex.quote(str(place.parent))} && {' '.join(words)} >> {shlex.quote(str(log))} 2>&1"
    )
    # In a crontab a bare % ends the command.
    click.echo(f"{when} {line.replace('%', chr(92) + '%')}")
    _warn_about_contact(contact)


@schedule.command("run")
@_db
@_every
@click.option("--allow-private", is_flag=True, help="Also crawl loopback and private addresses.")
@click.option("--max-seconds", type=click.FloatRange(1), help="End each crawl after so long.")
@click.argument("portals", nargs=-1, metavar="[PORTAL]...")
def run_command(
    db: Path,
    minutes: int,
    allow_private: bool,
    max_seconds: float | None,
    portals: tuple[str, ...],
) -> None:
    """Stay in the foreground and crawl what is due, for containers.

    Ends with 0 on SIGTERM or SIGINT, after the crawl under way has ended; with a crawl's own
    status where going on makes no sense (a wrong command line, an archive that cannot be used).
    """
    command = [sys.executable, "-m", "crawler.cli", "crawl", "--due", "--db", str(db)]
    if allow_private:
        command.append("--allow-private")
    if max_seconds is not None:
        command += ["--max-seconds", str(max_seconds)]
    keeper = Keeper([*command, *portals], db, portals, look_every_s=minutes * 60.0)
    sys.exit(keeper.run())


def _place(db: Path) -> Path:
    place = db.absolute()
    if not place.parent.is_dir():
        raise UsageError(
            f"the folder {place.parent} does not exist: create it, then ask for the units again"
        )
    return place


def _command(db: Path, minutes: int) -> list[str]:
    """The crawl that the clock starts; it ends by itself before the next one is started."""
    beside = Path(sys.executable).with_name("khotin")
    program = str(beside) if beside.exists() else shutil.which("khotin") or "khotin"
    seconds = max(60, minutes * 60 - MARGIN_S)
    return [program, "crawl", "--due", "--max-seconds", str(seconds), "--db", str(db)]


def _systemd_word(word: str) -> str:
    """A word of a unit file: % begins a specifier there, and blanks part words."""
    escaped = word.replace("\\", "\\\\").replace("%", "%%").replace('"', '\\"').replace("$", "$$")
    return f'"{escaped}"' if any(char in word for char in " \t'\"\\") else escaped


def _warn_about_contact(contact: str) -> None:
    if not contact:
        click.echo(
            f"khotin: {PREFIX}CONTACT is not set: fill in a web page or mail address by which "
            "a portal's keeper reaches you, or no public portal is asked",
            err=True,
        )


def _table(rows: list[Visit]) -> Table:
    table = Table("portal", "next visit (+07:00)", "every", "because", "visits", "last visit")
    now = datetime.now(UTC)
    for row in rows:
        late = datetime.fromisoformat(row.next_visit_at) <= now
        table.add_row(
            row.portal_id,
            f"{row.next_visit_at[:16].replace('T', ' ')}{' due' if late else ''}",
            _span(row.interval_s),
            row.reason,
            str(row.visits),
            (row.last_visit_at or "")[:16].replace("T", " "),
            style="yellow" if late else None,
        )
    return table


def _span(seconds: int) -> str:
    return f"{seconds / 86_400:.1f} days" if seconds >= 86_400 else f"{seconds / 3600:.1f} h"


def _as_json(row: Visit) -> dict[str, Any]:
    return {name: getattr(row, name) for name in Visit.__dataclass_fields__}


_UNITS = """\
# khotin.service
[Unit]
Description=khotin: crawl the portals that are due
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart={command}
WorkingDirectory={bare}
Environment={contact}
{account}
# Budget reached and deferred: the next start goes on.
SuccessExitStatus={soon}
TimeoutStartSec={stop_s}
KillSignal=SIGINT
Nice=10
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
ReadWritePaths={folder}

# khotin.timer
[Unit]
Description=khotin: look what is due every {minutes} minutes

[Timer]
OnActiveSec=2min
OnUnitInactiveSec={minutes}min
RandomizedDelaySec=60

[Install]
WantedBy=timers.target
"""
