"""The registry: every portal record, by id, host and province."""

from __future__ import annotations

import difflib
import math
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from crawler.errors import RecordError, UsageError
from crawler.portals.model import Portal, host_key
from crawler.portals.provinces import province_names
from crawler.portals.records import Finding, Record, read_file
from crawler.portals.units import Scheme, unit_codes
from crawler.text import fold, nfc
from crawler.urls import normalise, path_and_query

BUILT_IN = Path(__file__).parent / "records"
FOLDERS_VARIABLE = "KHOTIN_RECORDS"  # further folders, separated like PATH


class Registry:
    """All portals, in the order of their files and of the records in them."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._records = {record.portal.id: record for record in records}
        self._by_host: dict[str, list[Portal]] = defaultdict(list)
        self._by_province: dict[str, list[Portal]] = defaultdict(list)
        for record in self._records.values():
            portal = record.portal
            self._by_province[fold(portal.province)].append(portal)
            for key in dict.fromkeys(map(host_key, portal.all_hosts())):
                self._by_host[key].append(portal)

    @classmethod
    def load(
        cls,
        folder: Path | None = None,
        extra: Iterable[Portal] = (),
        also: Sequence[Path] = (),
    ) -> Registry:
        """Our own records, those of KHOTIN_RECORDS and of the folders `also`.

        With `folder`, the records of that folder take the place of our own and KHOTIN_RECORDS.
        RecordError names file, record, field and what was expected.
        """
        records, findings = read_records([*([folder] if folder else default_folders()), *also])
        records += [Record(portal, None) for portal in extra]
        findings += cross_check(records)
        if wrong := [finding for finding in findings if finding.severity == "error"]:
            more = f" ({len(wrong) - 1} more errors)" if len(wrong) > 1 else ""
            raise RecordError(f"{wrong[0]}{more}; `khotin portals check` lists all")
        return cls(records)

    def all(self) -> list[Portal]:
        return [record.portal for record in self._records.values()]

    def get(self, portal_id: str) -> Portal:
        """The portal of that id; UsageError naming the nearest ids when there is none."""
        record = self._records.get(portal_id)
        if record is None:
            hint = self._hint(portal_id) or "; `khotin portals list` shows all"
            raise UsageError(f"no portal has the id {portal_id!r}{hint}")
        return record.portal

    def source(self, portal_id: str) -> Path | None:
        """The file that the record stands in."""
        return self._records[portal_id].path if portal_id in self._records else None

    def by_host(self, host: str) -> list[Portal]:
        """The portals on a host; "www.", port and capitals do not matter."""
        return list(self._by_host.get(host_key(host), ()))

    def province(self, name: str) -> list[Portal]:
        """The portals of a province of before July 2025; accents and capitals do not matter."""
        return list(self._by_province.get(fold(name), ()))

    def _hint(self, text: str) -> str:
        """Portals that were perhaps meant: by host, by part of the id, by name, by likeness."""
        key = fold(text)
        near = (
            [portal.id for portal in self.by_host(text)]
            or [name for name in self._records if key in name.split("-")]
            or [portal.id for portal in self.all() if key and key in fold(portal.name)]
            or difflib.get_close_matches(key, self._records, n=3, cutoff=0.6)
        )
        return f"; did you mean {' or '.join(near[:3])}?" if near else ""


def default_folders() -> list[Path]:
    """Our own records, then the folders that KHOTIN_RECORDS names."""
    named = os.environ.get(FOLDERS_VARIABLE, "").split(os.pathsep)
    return [BUILT_IN, *(Path(name).expanduser() for name in named if name)]


def read_records(
    folders: Sequence[Path], *, thorough: bool = False
) -> tuple[list[Record], list[Finding]]:
    """The records of all *.toml files of the folders; UsageError when a folder is missing."""
    records: list[Record] = []
    findings: list[Finding] = []
    for folder in dict.fromkeys(folder.resolve() for folder in folders):
        if not folder.is_dir():
            raise UsageError(f"there is no folder {folder} with portal records; make it first")
        for path in sorted(folder.glob("*.toml")):
            found, wrong = read_file(path, thorough=thorough)
            records += found
            findings += wrong
    return records, findings


def cross_check(records: Sequence[Record]) -> list[Finding]:
    """What no schema sees: names twice, and references that lead nowhere."""
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
        for field, message in _wrong_references(portal, ids):
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
