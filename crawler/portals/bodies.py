"""Which body a site says that it speaks for, by the words in which it names itself.

Since July 2025 communes take over hosts of abolished districts: the address stays, the office
behind it is another, and its news must not be stored as the district's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from crawler.portals.units import load_units
from crawler.text import fold

_RANKS = {
    "xa": 3, "phuong": 3, "thi tran": 3, "dac khu": 3,
    "huyen": 2, "quan": 2, "thi xa": 2, "thanh pho": 2, "tp": 2,
}  # fmt: skip
_RANK = re.compile(r"\b(thi tran|dac khu|thi xa|thanh pho|phuong|huyen|quan|xa|tp)[. ]\s*(?=\w)")
_WORD = re.compile(r"\w+")
NAME_WORDS = 5  # no unit's name is longer


@dataclass(frozen=True, slots=True)
class NamedBody:
    """A unit below the province as a text names it, folded: rank ("xa", "huyen"…) and name."""

    rank: str
    name: str

    def __str__(self) -> str:
        return f"{self.rank} {self.name}"


def named_body(text: str) -> NamedBody | None:
    """The unit below the province that a title or name speaks of; None when it names none.

    Where it names several, the lowest counts, "xã A, huyện B" being xã A; of equals the first.
    Only names that the lists of units have, of either scheme, are taken for units.
    """
    folded = fold(text)
    found: list[tuple[int, int, NamedBody]] = []
    for match in _RANK.finditer(folded):
        rank = "thanh pho" if match[1] == "tp" else match[1]
        name = _known_name(_RANKS[rank], folded[match.end() :])
        if name is not None:
            found.append((-_RANKS[rank], match.start(), NamedBody(rank, name)))
    return min(found, default=(0, 0, None), key=lambda entry: entry[:2])[2]


def is_other_body(before: str, now: str) -> NamedBody | None:
    """The body that `now` names, when `before` names another; None when both may be one."""
    old, new = named_body(before), named_body(now)
    if old is None or new is None or old == new:
        return None
    # A town that became a town of another rank keeps its portal: only a change of level, or of
    # the name, makes another body.
    same_level = _RANKS[old.rank] == _RANKS[new.rank]
    return None if same_level and old.name == new.name else new


def _known_name(level: int, after: str) -> str | None:
    """The longest name of a unit of this level that the text begins with, without its blanks:
    Krông Ana is written Krông A Na as well."""
    words = [match[0] for match in _WORD.finditer(after[:80])][:NAME_WORDS]
    names = _names(level)
    for count in range(len(words), 0, -1):
        name = "".join(words[:count])
        if name in names:
            return name
    return None


@cache
def _names(level: int) -> frozenset[str]:
    """Of all units of a level, whatever their rank: towns are raised from one to another."""
    found = set()
    for unit in load_units():
        rank = fold(unit.type)
        if _RANKS.get(rank) == level:
            found.add("".join(_WORD.findall(fold(unit.name).removeprefix(f"{rank} "))))
    return frozenset(found)
