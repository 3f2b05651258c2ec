"""The 63 provinces of before July 2025: name, code and the labels their host names use."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from crawler.errors import UsageError
from crawler.portals.model import UNKNOWN_PROVINCE
from crawler.portals.units import short_name
from crawler.text import fold

_TYPE = re.compile(r"^(?:tinh|thanh pho|tp\.?)\s+")  # of a name that is folded


@dataclass(frozen=True, slots=True)
class Province:
    """`labels` are the last label before .gov.vn: thanhhoa, or hanoi and thudo."""

    code: str
    name: str
    labels: tuple[str, ...]

    @property
    def slug(self) -> str:
        """The name of its record file: thanh-hoa."""
        return slug(self.name)

    @property
    def unit_id(self) -> str:
        return f"old:{self.code}"


@cache
def load_provinces() -> tuple[Province, ...]:
    text = (Path(__file__).parent / "provinces.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return tuple(Province(code, name, tuple(labels.split())) for code, name, labels in rows)


@cache
def province_names() -> frozenset[str]:
    """What a record file may name as its province."""
    return frozenset({UNKNOWN_PROVINCE, *(province.name for province in load_provinces())})


def find_province(text: str) -> Province:
    """The province of that name, accents and capitals aside; UsageError naming the nearest."""
    known = {fold(short_name(province.name)): province for province in load_provinces()}
    key = _TYPE.sub("", fold(text))
    if key in known:
        return known[key]
    near = [known[name].name for name in difflib.get_close_matches(key, known, n=3)]
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    raise UsageError(
        f"no province of before July 2025 is called {text!r}{hint}"
        " (all 63 names are in crawler/portals/provinces.tsv)"
    )


def slug(name: str) -> str:
    """A file name for a Vietnamese name: "Bà Rịa - Vũng Tàu" -> "ba-ria-vung-tau"."""
    words = "".join(char if char.isalnum() else " " for char in fold(short_name(name)))
    return "-".join(words.split())
