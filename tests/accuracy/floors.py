"""The floors file: what every corpus must be read at, and why a floor was ever lowered.

`floors.toml` holds a table a corpus: its fingerprint, its pages, and per measure the floor of each
way of reading (of counts of lost paragraphs: the ceiling). `required` stands above all that: no
update touches it, no reason lowers it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from tests.accuracy.measures import MEASURES, is_worse

FILE = Path(__file__).with_name("floors.toml")
_HEAD = """\
# What every corpus is read at. No figure may fall below; `make floors` shows all of them.
# Written by `python -m tests.accuracy --update`, which raises floors and lowers one only with
# `--lower REASON`; docs/measuring.md tells more. `required` is written by hand and never lowered.
"""


class Place(NamedTuple):
    """Where a floor stands."""

    corpus: str
    way: str
    measure: str


@dataclass(frozen=True, slots=True)
class Lowered:
    """A floor that was lowered; `end` None: it is measured no more. `on` is an ISO date."""

    way: str
    measure: str
    start: float
    end: float | None
    on: str
    reason: str


@dataclass(frozen=True, slots=True)
class Removed:
    """A corpus that was given up."""

    corpus: str
    on: str
    reason: str


@dataclass(slots=True)
class Held:
    """What the file holds about one corpus. `floors` are by (way, measure)."""

    fingerprint: str
    pages: int
    floors: dict[tuple[str, str], float]
    lowered: list[Lowered] = field(default_factory=list)


@dataclass(slots=True)
class Floors:
    """The whole file."""

    required: dict[Place, float] = field(default_factory=dict)
    corpora: dict[str, Held] = field(default_factory=dict)
    removed: list[Removed] = field(default_factory=list)

    def places(self, corpus: str) -> dict[Place, float]:
        """The floors of a corpus, each raised to what is required."""
        held = self.corpora.get(corpus)
        own = {Place(corpus, *key): value for key, value in held.floors.items()} if held else {}
        for place, least in self.required.items():
            if place.corpus == corpus and is_worse(place.measure, own.get(place, least), least):
                own[place] = least
            elif place.corpus == corpus:
                own.setdefault(place, least)
        return own


def load(path: Path = FILE) -> Floors:
    """The floors of a file; none where there is no file."""
    if not path.exists():
        return Floors()
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return Floors(
        required={
            Place(corpus, way, measure): value
            for corpus, table in data.get("required", {}).items()
            for (way, measure), value in _by_way(table)
        },
        corpora={name: _held(table) for name, table in data.get("corpora", {}).items()},
        removed=[Removed(**entry) for entry in data.get("removed", [])],
    )


def _held(table: dict[str, Any]) -> Held:
    lowered = table.get("lowered", [])
    return Held(
        fingerprint=table["fingerprint"],
        pages=table["pages"],
        floors=dict(_by_way(table)),
        lowered=[
            Lowered(e["way"], e["measure"], e["from"], e.get("to"), e["on"], e["reason"])
            for e in lowered
        ],
    )


def _by_way(table: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], float]]:
    for measure in MEASURES:
        for way, value in table.get(measure, {}).items():
            yield (way, measure), value


def dump(floors: Floors) -> str:
    """The file's text."""
    parts = [_HEAD]
    for name in dict.fromkeys(place.corpus for place in floors.required):
        own = {(p.way, p.measure): v for p, v in floors.required.items() if p.corpus == name}
        parts.append(f"[required.{_key(name)}]\n{_measures(own)}")
    for entry in floors.removed:
        parts.append(f"[[removed]]\n{_lines(asdict(entry))}")
    for name, held in sorted(floors.corpora.items()):
        head = {"fingerprint": held.fingerprint, "pages": held.pages}
        text = f"[corpora.{_key(name)}]\n{_lines(head)}{_measures(held.floors)}"
        if held.lowered:
            rows = "".join(f"    {_inline(_lowered(entry))},\n" for entry in held.lowered)
            text += f"lowered = [\n{rows}]\n"
        parts.append(text)
    return "\n".join(parts)


def _lowered(entry: Lowered) -> dict[str, Any]:
    fields = {"way": entry.way, "measure": entry.measure, "from": entry.start, "to": entry.end}
    fields |= {"on": entry.on, "reason": entry.reason}
    return {name: value for name, value in fields.items() if value is not None}


def _measures(floors: Mapping[tuple[str, str], float]) -> str:
    rows = {
        measure: {way: value for (way, name), value in floors.items() if name == measure}
        for measure in MEASURES
    }
    return "".join(f"{measure} = {_inline(ways)}\n" for measure, ways in rows.items() if ways)


def _lines(fields: Mapping[str, Any]) -> str:
    return "".join(f"{name} = {_value(value)}\n" for name, value in fields.items())


def _inline(fields: Mapping[str, Any]) -> str:
    inside = ", ".join(f"{name} = {_value(value)}" for name, value in fields.items())
    return f"{{ {inside} }}"


def _value(value: str | float) -> str:
    return json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    return name if name.isidentifier() else json.dumps(name)
