"""`khotin portals add`: from an address to a record, one step after the other."""

from __future__ import annotations

import html
import os
import re
from dataclasses import dataclass
from pathlib import Path

import click

from crawler.errors import KhotinError, UsageError
from crawler.fetch.limits import Limits, defaults
from crawler.fetch.probe import Home, MovedError, Probe, ProbeError
from crawler.platforms import GENERIC, recognise
from crawler.portals.model import Level, Portal
from crawler.portals.proposal import Place, propose, settle
from crawler.portals.record_files import append, render
from crawler.portals.registry import BUILT_IN, FOLDERS_VARIABLE, Registry
from crawler.reader.decode import decode
from crawler.text import squeeze
from crawler.urls import normalise

_HEAD_CHARS = 200_000  # title and refresh stand in the head; a hostile page is not searched whole
_TITLE = re.compile(r"<title[^>]*>([^<]{1,2000})", re.IGNORECASE)
_REFRESH = re.compile(
    r"<meta[^>]{0,200}http-equiv\s*=\s*[\"']?refresh[^>]{0,200}?url\s*=\s*[\"']?([^\"'>\s]+)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line said."""

    url: str
    level: Level | None
    province: str | None
    name: str | None
    wanted_id: str | None
    yes: bool
    allow_private: bool


def add_portal(wish: Wish, folders: tuple[Path, ...]) -> None:
    """Propose, show, ask, write. What is said goes to stderr, the record to stdout."""
    registry = Registry.load(also=[folder for folder in folders if folder.is_dir()])
    place = settle(
        registry,
        wish.url,
        level=wish.level,
        province=wish.province,
        wanted_id=wish.wanted_id,
    )
    limits = Limits.from_settings({**defaults(), "KHOTIN_ALLOW_PRIVATE": wish.allow_private})
    try:
        home = Probe(limits).home(place.url)
    except MovedError as moved:
        raise _try_instead(moved, moved.target) from moved
    portal = _proposal(place, home, wish.name)
    click.echo(render(portal), nl=False)
    path = _folder(folders) / f"{place.province.slug}.toml"
    if not wish.yes and not _agreed(path):
        click.echo("nothing written", err=True)
        return
    append(path, portal)
    click.echo(f"written to {path}; next: khotin crawl {portal.id} --max-pages 20", err=True)
    if path.parent not in (BUILT_IN, *_named_folders()):
        click.echo(f"set {FOLDERS_VARIABLE}={path.parent} so that every command finds it", err=True)


def _proposal(place: Place, home: Home, name: str | None) -> Portal:
    content_type = next((value for key, value in home.headers if key == "content-type"), None)
    markup = decode(home.body, content_type).text
    head = markup[:_HEAD_CHARS]
    if not squeeze(markup):
        raise ProbeError("answer", f"{home.url} is an empty page; give a page with content")
    if refresh := _REFRESH.search(head):
        target = normalise(html.unescape(refresh[1]), base=home.url)
        if target is not None and target != home.url:
            message = f"{home.url} sends its readers on to {target}"
            raise _try_instead(ProbeError("moved", message), target)
    platform = recognise(markup, home.url, home.headers)
    if platform == GENERIC:
        click.echo(
            "platform not recognised: the record names none, and the generic rules read the portal",
            err=True,
        )
    else:
        click.echo(f"platform recognised: {platform}", err=True)
    title = _TITLE.search(head)
    return propose(
        place,
        title=html.unescape(title[1]) if title else None,
        platform=None if platform == GENERIC else platform,
        name=name,
    )


def _try_instead(error: ProbeError, target: str) -> KhotinError:
    """Redirects are reported, not followed: the record must hold the address that answers."""
    return KhotinError(f"{error}; to add that one: khotin portals add {target}")


def _folder(folders: tuple[Path, ...]) -> Path:
    """Where a new record goes: the last --records, the first of KHOTIN_RECORDS, our own."""
    named = _named_folders()
    return folders[-1] if folders else named[0] if named else BUILT_IN


def _named_folders() -> list[Path]:
    names = os.environ.get(FOLDERS_VARIABLE, "").split(os.pathsep)
    return [Path(name).expanduser() for name in names if name]


def _agreed(path: Path) -> bool:
    try:
        return click.confirm(f"Write this record to {path}?", default=False, err=True)
    except click.Abort:
        raise UsageError("nobody to ask; add --yes to write the record") from None
