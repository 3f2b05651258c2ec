"""Every record proved: against the schema, against each other, against units and profiles."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from crawler.portals.crosscheck import cross_check
from crawler.portals.model import UNKNOWN_PROVINCE, Portal, host_key
from crawler.portals.provinces import slug
from crawler.portals.record_files import Finding, Record
from crawler.portals.registry import BUILT_IN, read_records
from crawler.portals.units import unit_index
from crawler.urls import host_of


def check_records(
    folders: Sequence[Path], known_platforms: Collection[str]
) -> tuple[list[Record], list[Finding]]:
    """All records of the folders and everything found about them, errors first.

    A platform without a profile is a warning: such a portal is read by the generic rules.
    """
    records, findings = read_records(folders, thorough=True)
    findings += cross_check(records)
    for record in records:
        findings += _warnings(record, known_platforms)
        if record.path and record.path.parent == BUILT_IN:
            findings += _place(record.path, record.portal)
    return records, sorted(findings, key=lambda finding: finding.severity != "error")


def _warnings(record: Record, known_platforms: Collection[str]) -> Iterator[Finding]:
    portal = record.portal
    if portal.platform is not None and portal.platform not in known_platforms:
        message = f"no profile is called {portal.platform!r}; the generic rules read the portal"
        yield _warning(record, "platform", message)
    own = {host_key(host) for host in portal.all_hosts()}
    for url in portal.start_pages:
        if host_key(host_of(url)) not in own:
            yield _warning(record, "start_pages", f"{url} is not on a host of this portal")
    if portal.url is None and portal.start_pages:
        yield _warning(record, "start_pages", "the portal has no url, and is not crawled")
    if portal.tls is not None and not (portal.url or "").startswith("https:"):
        yield _warning(record, "tls", "the portal's url is not https, so there is no certificate")
    for message in _lost_successors(portal):
        yield _warning(record, "units_new", message)


def _lost_successors(portal: Portal) -> Iterator[str]:
    """Old units whose ground went to none of the new units that the record names."""
    index = unit_index()
    new = {f"new:{code}" for code in portal.units_new}
    for code in portal.units_old:
        unit = index.by_id.get(f"old:{code}")
        if unit is not None and not new & set(unit.successor_ids):
            yield f"none of them is a successor of {unit.name} ({code})"


def _place(path: Path, portal: Portal) -> Iterator[Finding]:
    if path.stem != slug(portal.province):
        message = f"records of {portal.province} belong in {slug(portal.province)}.toml"
        yield Finding("error", path, portal.id, "province", message)
    if portal.province == UNKNOWN_PROVINCE and portal.units_old:
        yield Finding("error", path, portal.id, "units_old", "a known unit has a known province")


def _warning(record: Record, field: str, message: str) -> Finding:
    return Finding("warning", record.path, record.portal.id, field, message)
