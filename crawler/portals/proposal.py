"""A new record, proposed from an address and what its home page says. No network, no parsing."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.errors import UsageError
from crawler.portals.hostnames import Body, bodies
from crawler.portals.model import Level, Portal, host_key
from crawler.portals.provinces import Province, find_province, load_provinces
from crawler.portals.registry import Registry
from crawler.portals.units import unit_index
from crawler.text import squeeze
from crawler.urls import normalise, path_and_query

MAX_NAME_CHARS = 200
_NOT_IN_ID = re.compile(r"[^a-z0-9]+")
_GOVERNMENT = re.compile(r"(?:\.gov)?\.vn$")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a new portal belongs: settled before anything is asked of its host."""

    url: str
    portal_id: str
    level: Level
    province: Province
    body: Body | None


def portal_id(host: str) -> str:
    """samson.thanhhoa.gov.vn -> samson-thanhhoa; 14.225.252.124 -> 14-225-252-124."""
    return _NOT_IN_ID.sub("-", _GOVERNMENT.sub("", host_key(host))).strip("-")


def settle(
    registry: Registry,
    text: str,
    *,
    level: Level | None = None,
    province: str | None = None,
    wanted_id: str | None = None,
) -> Place:
    """The normal address, the id, the level and the province of a new portal.

    UsageError when the address is none, is in the registry already, or when level or province
    follow neither from the host name nor from what was given.
    """
    url = _address(text)
    _refuse_duplicate(registry, url)
    host = urlsplit(url).hostname or ""
    given = find_province(province) if province else None
    fitting = [
        body
        for body in bodies(host)
        if level in (None, body.level) and given in (None, find_province(body.province))
    ]
    if len(fitting) > 1:
        choices = "; ".join(map(str, fitting[:6]))
        raise UsageError(
            f"{host} may be one of several bodies: {choices}. Say which with --level"
            " and --province, or add the record by hand (docs/adding-a-portal.md)"
        )
    body = fitting[0] if fitting else None
    level = body.level if body else level
    known = find_province(body.province) if body else given or _province_of(host)
    if level is None or known is None:
        missing = [name for name, value in (("--level", level), ("--province", known)) if not value]
        raise UsageError(
            f"the host name {host} does not tell what body this is; give {' and '.join(missing)}"
        )
    return Place(url, _free_id(registry, host, wanted_id), level, known, body)


def propose(place: Place, *, title: str | None, platform: str | None, name: str | None) -> Portal:
    """The record: name as given, else the page's title, else the unit's or office's name."""
    unit = place.body.unit if place.body else None
    if unit is None and place.level in ("province", "department", "assembly", "other"):
        unit = unit_index().by_id[place.province.unit_id]
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    if unit is not None and unit.id.startswith("old:"):
        old = (unit.code,)
        new = tuple(successor.partition(":")[2] for successor in unit.successor_ids)
    elif unit is not None:
        new = (unit.code,)
    office = place.body.name if place.body else None
    names = (name, title, office, unit.name if unit else None, urlsplit(place.url).hostname)
    shown = next(text for text in (_one_line(text or "") for text in names) if text)
    return Portal(
        id=place.portal_id,
        name=shown[:MAX_NAME_CHARS],
        url=place.url,
        level=place.level,
        province=place.province.name,
        units_old=old,
        units_new=new,
        platform=platform,
    )


def _one_line(text: str) -> str:
    """A page's title may hold anything; control characters would reach somebody's terminal."""
    return squeeze("".join(" " if unicodedata.category(char) == "Cc" else char for char in text))


def _address(text: str) -> str:
    text = text.strip()
    url = normalise(text)
    if url is None:
        guess = normalise(f"https://{text}") if "://" not in text else None
        hint = f"; did you mean {guess}?" if guess and "." in guess else ""
        raise UsageError(f"{text!r} is not an http(s) address like https://example.gov.vn/{hint}")
    return url


def _refuse_duplicate(registry: Registry, url: str) -> None:
    for portal in registry.by_host(urlsplit(url).hostname or ""):
        if portal.url is None or path_and_query(portal.url) in ("/", path_and_query(url)):
            raise UsageError(
                f"{host_key(urlsplit(url).netloc)} is in the registry already, as {portal.id};"
                f" `khotin portals show {portal.id}` shows it"
            )


def _free_id(registry: Registry, host: str, wanted: str | None) -> str:
    taken = {portal.id for portal in registry.all()}
    if wanted is not None:
        if wanted in taken:
            raise UsageError(f"the id {wanted} is taken; choose another --id")
        return wanted
    for candidate in (portal_id(host), _NOT_IN_ID.sub("-", host_key(host)).strip("-")):
        if candidate not in taken:
            return candidate
    raise UsageError(f"the ids that follow from {host} are taken; choose one with --id")


def _province_of(host: str) -> Province | None:
    """The province at the end of a government host, whatever stands before it."""
    labels = host_key(host).split(".")
    if labels[-2:] not in (["gov", "vn"], ["dcs", "vn"]) or len(labels) < 3:
        return None
    return next((province for province in load_provinces() if labels[-3] in province.labels), None)
