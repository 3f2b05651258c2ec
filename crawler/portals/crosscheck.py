"""What no schema sees in records: names used twice, references that lead nowhere, odd values."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from crawler.portals.model import Portal, host_key
from crawler.portals.provinces import province_names
from crawler.portals.record_files import Finding, Record
from crawler.portals.units import Scheme, unit_codes
from crawler.text import nfc
from crawler.urls import normalise, path_and_query


def cross_check(records: Sequence[Record]) -> list[Finding]:
    """Everything wrong between the records, and within one beyond its schema."""
    return [*_duplicate_ids(records), *_duplicate_hosts(records), *_references(records)]


def _duplicate_ids(records: Sequence[Record]) -> Iterator[Finding]:
    seen: dict[str, Record] = {}
    for record in records:
        first = seen.setdefault(record.portal.id, record)
        if first is not record:
            message = f"this id is also used in {first.path or 'another record'}; ids are unique"
            yield Finding("error", record.path, record.portal.id, "id", message)


def _duplicate_hosts(records: Sequence[Record]) -> Iterator[Finding]:
    """Two portals may share a host only under different paths, or one after the other."""
    seen: dict[tuple[str, str], list[Portal]] = defaultdict(list)
    for record in records:
        portal = record.portal
        path = path_and_query(portal.url) if portal.url else "/"
        for key in dict.fromkeys(map(host_key, portal.all_hosts())):
            for other in seen[key, path]:
                if other.id != portal.id and _overlap(portal, other):
                    message = (
                        f"{key} already belongs to {other.id}; give the two different paths,"
                        " or valid_from and valid_to that do not overlap"
                    )
                    yield Finding("error", record.path, portal.id, "url", message)
            seen[key, path].append(portal)


def _overlap(one: Portal, other: Portal) -> bool:
    last, first = "9999", "0000"
    return (one.valid_from or first) < (other.valid_to or last) and (other.valid_from or first) < (
        one.valid_to or last
    )


def _references(records: Sequence[Record]) -> Iterator[Finding]:
    ids = {record.portal.id for record in records}
    for record in records:
        portal = record.portal
        for field, message in (*_wrong_references(portal, ids), *_wrong_values(portal)):
            yield Finding("error", record.path, portal.id, field, message)


def _wrong_references(portal: Portal, ids: set[str]) -> Iterator[tuple[str, str]]:
    if portal.province not in province_names():
        yield "province", f"{portal.province!r} is no province of crawler/portals/provinces.tsv"
    if portal.successor is not None and portal.successor not in ids - {portal.id}:
        yield "successor", f"no other portal has the id {portal.successor!r}"
    fields: tuple[tuple[str, Scheme, tuple[str, ...]], ...] = (
        ("units_old", "old", portal.units_old),
        ("units_new", "new", portal.units_new),
    )
    for field, scheme, codes in fields:
        for code in codes:
            if code not in unit_codes(scheme):
                yield field, f"crawler/portals/units_{scheme}.tsv has no code {code!r}"


def _wrong_values(portal: Portal) -> Iterator[tuple[str, str]]:
    """Values of the right shape that mean nothing: 31 February, odd addresses."""
    for field in ("status_date", "valid_from", "valid_to"):
        day: str | None = getattr(portal, field)
        if day is not None and not _is_day(day):
            yield field, f"expected a day of the calendar; found {day}"
    if portal.valid_from and portal.valid_to and portal.valid_from >= portal.valid_to:
        yield "valid_to", f"{portal.valid_to} is not after valid_from, {portal.valid_from}"
    if portal.delay_s is not None and not math.isfinite(portal.delay_s):
        yield "delay_s", f"expected seconds; found {portal.delay_s}"
    if nfc(portal.name) != portal.name:
        yield "name", "expected composed letters (Unicode NFC)"
    for field, urls in (("url", (portal.url,)), ("start_pages", portal.start_pages)):
        for url in urls:
            if url is not None and (normal := normalise(url)) != url:
                yield field, f"expected {normal or 'an http(s) address'}; found {url}"


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
