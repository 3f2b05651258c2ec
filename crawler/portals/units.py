"""Administrative units before and after 1 July 2025, and which became which.

The rows come from units_old.tsv and units_new.tsv; UNITS.md says where those come from.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from crawler.text import fold

Scheme = Literal["old", "new"]
SCHEMES: tuple[Scheme, ...] = ("old", "new")
REFORM = "2025-07-01"  # the two-level scheme replaced the three-level one on this day
PROVINCE_DIGITS, DISTRICT_DIGITS, COMMUNE_DIGITS = 2, 3, 5  # code lengths tell the level

_FOLDER = Path(__file__).parent
_TYPE = re.compile(
    r"^(?:thành phố|thị trấn|thị xã|đặc khu|phường|huyện|quận|tỉnh|xã)\s+", re.IGNORECASE
)
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")


@dataclass(frozen=True, slots=True)
class Unit:
    """A province, district or commune as one of the two schemes lists it.

    `id` is "old:<code>" or "new:<code>". `valid_from` is the first day and `valid_to` the first
    day no more (ISO dates, None = not known or not over). `successor_ids` of an old unit are
    the new units that its ground went to; new units have none.
    """

    id: str
    code: str
    name: str
    type: str
    parent_id: str | None
    valid_from: str | None
    valid_to: str | None
    successor_ids: tuple[str, ...]


@cache
def load_units() -> tuple[Unit, ...]:
    """All 14,149 units: old provinces, districts, communes, then new provinces, communes."""
    return tuple(unit for scheme in SCHEMES for unit in _read(scheme))


@cache
def unit_codes(scheme: Scheme) -> frozenset[str]:
    """The codes of a scheme, without building the units: what loading the registry needs."""
    lines = _file(scheme).read_text(encoding="utf-8").splitlines()[1:]
    return frozenset(line.partition("\t")[0] for line in lines)


def _file(scheme: Scheme) -> Path:
    return _FOLDER / f"units_{scheme}.tsv"


def _read(scheme: Scheme) -> Iterator[Unit]:
    for line in _file(scheme).read_text(encoding="utf-8").splitlines()[1:]:
        code, name, kind, parent, valid_from, valid_to, successors = line.split("\t")
        yield Unit(
            id=f"{scheme}:{code}",
            code=code,
            name=name,
            type=kind,
            parent_id=f"{scheme}:{parent}" if parent else None,
            valid_from=valid_from or None,
            valid_to=valid_to or None,
            successor_ids=tuple(f"new:{code}" for code in successors.split()),
        )


class UnitIndex:
    """Finds units by id, by name within a parent, and by the label that a host name gives them."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.by_id = {unit.id: unit for unit in units}
        self._children: dict[str, list[Unit]] = defaultdict(list)
        self._predecessors: dict[str, list[Unit]] = defaultdict(list)
        for unit in self.by_id.values():
            if unit.parent_id:
                self._children[unit.parent_id].append(unit)
            for successor in unit.successor_ids:
                self._predecessors[successor].append(unit)

    def children(self, unit_id: str) -> list[Unit]:
        return self._children[unit_id]

    def predecessors(self, unit_id: str) -> list[Unit]:
        return self._predecessors[unit_id]

    def communes(self, province_id: str) -> list[Unit]:
        """All communes of a province, under its districts or directly below it."""
        below = self._children[province_id]
        return [
            commune
            for unit in below
            for commune in (
                self._children[unit.id] if len(unit.code) == DISTRICT_DIGITS else (unit,)
            )
        ]

    def province_of(self, unit: Unit) -> Unit:
        while unit.parent_id:
            unit = self.by_id[unit.parent_id]
        return unit

    def path(self, unit: Unit) -> str:
        """The unit with what it lies in: "Xã Cao Sơn, Huyện Bạch Thông, Tỉnh Bắc Kạn"."""
        names = [unit.name]
        while unit.parent_id:
            unit = self.by_id[unit.parent_id]
            names.append(unit.name)
        return ", ".join(names)


@cache
def unit_index() -> UnitIndex:
    return UnitIndex(load_units())


def same_name(name: str) -> str:
    """What two spellings of one unit's name share; every vowel mark and tone still counts.

    Capitals, blanks, apostrophes and the place of the tone mark (hoà, hòa) do not.
    """
    text = unicodedata.normalize("NFD", name.casefold())
    tones = "".join(char for char in text if char in _TONES)
    letters = "".join(char for char in text if char not in _TONES)
    return "".join(char for char in unicodedata.normalize("NFC", letters) if char.isalnum()) + tones


def named(units: Iterable[Unit], name: str) -> list[Unit]:
    """The units of that full name ("Huyện Bạch Thông")."""
    key = same_name(name)
    return [unit for unit in units if same_name(unit.name) == key]


def label(name: str, *, with_type: bool = False) -> str:
    """The host-name label of a unit: "Huyện Bạch Thông" -> "bachthong", "huyenbachthong"."""
    text = name if with_type else short_name(name)
    return "".join(char for char in fold(text) if char.isalnum())


def short_name(name: str) -> str:
    """The name without its type, except where only a number would be left (Quận 1)."""
    short = _TYPE.sub("", name)
    return name if short.isdigit() else short
