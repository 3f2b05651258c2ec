"""The registry: every portal record, by id, host and province."""

from __future__ import annotations

import difflib
import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from crawler.errors import RecordError, UsageError
from crawler.portals.crosscheck import cross_check
from crawler.portals.model import Portal, host_key
from crawler.portals.record_files import Finding, Record, read_file
from crawler.text import fold

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
