"""A portal as the registry knows it: plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from crawler.urls import host_of

Level = Literal["province", "department", "district", "commune", "party", "assembly", "other"]
Tls = Literal["unverified"]
Status = Literal["unverified", "live", "moved", "closed"]
LEVELS: tuple[Level, ...] = get_args(Level)
STATUSES: tuple[Status, ...] = get_args(Status)
UNKNOWN_PROVINCE = "chưa rõ"  # "not known": the province of a record whose body is not identified


@dataclass(frozen=True, slots=True)
class Portal:
    """One portal: who publishes, where, and on which software.

    `province` is the one of before July 2025, however the portal lives on. `units_old` and
    `units_new` are codes of units_old.tsv and units_new.tsv: what the portal speaks for, and
    where that ground went. `platform` None means: recognise it on the fly. `start_pages` empty
    means the home page `url`. `hosts` are further host names of the same portal. `valid_from`
    and `valid_to` say when the portal itself spoke for its units (None = not known). `tls`
    "unverified": its certificate chain is broken and accepted all the same, as somebody saw on
    `tls_date` and explains in `tls_note`.
    """

    id: str
    name: str
    url: str | None
    level: Level
    province: str
    units_old: tuple[str, ...] = ()
    units_new: tuple[str, ...] = ()
    platform: str | None = None
    start_pages: tuple[str, ...] = ()
    status: Status = "unverified"
    status_date: str | None = None
    successor: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    hosts: tuple[str, ...] = ()
    delay_s: float | None = None
    tls: Tls | None = None
    tls_date: str | None = None
    tls_note: str | None = None
    note: str | None = None

    def unit_ids(self) -> tuple[str, ...]:
        """Ids of the `units` table: "old:382", "new:16531"."""
        old = (f"old:{code}" for code in self.units_old)
        return (*old, *(f"new:{code}" for code in self.units_new))

    def all_hosts(self) -> tuple[str, ...]:
        """The host of `url` and the further ones, in small letters, ports left out."""
        hosts = [host_of(self.url)] if self.url else []
        hosts += [host_of(f"//{host}") for host in self.hosts]
        return tuple(dict.fromkeys(hosts))


def host_key(host: str) -> str:
    """What two spellings of one host share: small letters, no port, no leading "www."."""
    return host_of(f"//{host.strip()}").rstrip(".").removeprefix("www.")
