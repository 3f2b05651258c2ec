"""A seeded generator of Vietnamese officialese: choices, slots, a cast of officials.

The words are data (`grammar/*.toml`); this module only puts them together. The same random
generator state gives the same text.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{([^{}]*)\}")
_DISTRICTS_END = date(2025, 7, 1)  # districts were abolished: the portal goes on as a commune's
_TERM_STARTS = (2011, 2016, 2021, 2026)


@lru_cache(maxsize=1)
def load_grammar() -> Mapping[str, Any]:
    """All grammar files as one mapping: `common` and, under `topics`, one table per topic."""
    folder = Path(__file__).parent / "grammar"
    common = tomllib.loads((folder / "common.toml").read_text(encoding="utf-8"))
    topics: dict[str, Any] = {}
    for name in ("party", "society"):
        topics |= tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
    return {"common": common, "topics": topics}


@dataclass(frozen=True, slots=True)
class Place:
    """An invented unit: `kind` is what it was until July 2025."""

    name: str
    kind: str  # huyện, thị xã, thành phố
    communes: tuple[str, ...]

    def kind_on(self, day: date) -> str:
        if day < _DISTRICTS_END:
            return self.kind
        return "xã" if self.kind == "huyện" else "phường"

    def committee_on(self, day: date) -> str:
        kinds = {"huyện": "Huyện ủy", "thị xã": "Thị ủy", "thành phố": "Thành ủy"}
        kind = self.kind_on(day)
        return kinds.get(kind, f"Đảng ủy {kind}")


def make_place(name: str, kind: str, number: int) -> Place:
    """The place with its share of the invented commune names; `number` picks the share."""
    names: list[str] = load_grammar()["common"]["departments"]["communes"]
    share = 8
    first = number * share % len(names)
    return Place(name, kind, tuple((names + names)[first : first + share]))


def person(rng: Random, *, woman: bool | None = None) -> str:
    """An invented full name."""
    names = load_grammar()["common"]["names"]
    is_woman = rng.random() < 0.3 if woman is None else woman
    suffix = "f" if is_woman else "m"
    parts = (names["surnames"], names[f"middle_{suffix}"], names[f"given_{suffix}"])
    return " ".join(rng.choice(part) for part in parts)


def capitalise(text: str) -> str:
    """The text with its first letter as a capital; the rest stays."""
    return text[:1].upper() + text[1:]


def decimal(value: float) -> str:
    """A number with one decimal, in Vietnamese notation."""
    return f"{value:.1f}".replace(".", ",")


class Writer:
    """Writes the pieces of one article: fixed facts (place, day, officials), free choices."""

    def __init__(self, rng: Random, place: Place, day: date, cast_seed: str) -> None:
        self.rng = rng
        self.place = place
        self.day = day
        common = load_grammar()["common"]
        self._rules: Mapping[str, list[str]] = common["rules"]
        self._departments: list[str] = common["departments"]["names"]
        self.used_pictures: set[int] = set()
        self._bags: dict[str, list[str]] = {}
        self._slots = self._unit_slots() | self._time_slots()
        self._calls: dict[str, Callable[[], str]] = {
            "nguoi": lambda: person(self.rng, woman=False),
            "nguoi_nu": lambda: person(self.rng, woman=True),
            "pt": lambda: decimal(self.rng.uniform(82, 100)) + "%",
            "pt_nho": lambda: decimal(self.rng.uniform(1, 19)) + "%",
            "tien": self._billions,
            "tien_nho": lambda: f"{self.rng.randrange(40, 990, 5)} triệu đồng",
            "phong": lambda: self.rng.choice(self._departments),
            "duong": lambda: person(self.rng, woman=False),
            "cs1": self._sub_unit,
            "vb": self.citation,
            "ngay_so": lambda: self._date_text(self.day + timedelta(self.rng.randrange(3, 40))),
        }
        self._cast_official(cast_seed)

    def _unit_slots(self) -> dict[str, str]:
        kind = self.place.kind_on(self.day)
        is_commune = self.day >= _DISTRICTS_END
        commune = self.rng.choice(self.place.communes)
        unit = f"{kind} {self.place.name}"
        town = unit if is_commune else f"{self._sub_kind()} {commune}"
        hamlets = "các thôn" if self.place.kind == "huyện" else "các khu phố"
        below = hamlets if is_commune else self._sub_units()
        return {
            "c": kind,
            "ten": self.place.name,
            "dp": unit,
            "dp_hoa": capitalise(unit),
            "uy": self.place.committee_on(self.day),
            "ubnd": f"UBND {kind}",
            "hdnd": f"HĐND {kind}",
            "mttq": f"Ủy ban MTTQ Việt Nam {kind}",
            "cs": below,
            "xa": town,
            "Xa": capitalise(town),
            "xa_ten": commune,
        }

    def _sub_kind(self) -> str:
        return "xã" if self.place.kind == "huyện" else "phường"

    def _sub_units(self) -> str:
        return "các xã, thị trấn" if self.place.kind == "huyện" else "các xã, phường"

    def _sub_unit(self) -> str:
        kind = self._sub_kind()
        if self.day >= _DISTRICTS_END:
            kind = "thôn" if kind == "xã" else "khu phố"
        return f"{kind} {self.rng.choice(self.place.communes)}"

    def _time_slots(self) -> dict[str, str]:
        day = self.day
        event = day - timedelta(self.rng.choice((0, 0, 0, 1, 1, 2)))
        shapes = (
            f"{event.day:02}/{event.month}",
            f"ngày {event.day:02}/{event.month:02}/{event.year}",
            f"{event.day}-{event.month}",
            f"ngày {event.day}-{event.month}",
            f"{event.day:02}/{event.month:02}/{event.year}",
            f"ngày {event.day}/{event.month}",
        )
        when = f"{self.rng.choice(('sáng', 'chiều', 'sáng', 'tối'))} {self.rng.choice(shapes)}"
        if self.rng.random() < 0.2:
            when = f"ngày {event.day}/{event.month}/{event.year}"
        occasions = {7: "nhân kỷ niệm Ngày Thương binh - Liệt sĩ (27/7)", 12: "nhân ngày 22/12"}
        return {
            "nam": str(day.year),
            "namsau": str(day.year + 1),
            "namtruoc": str(day.year - 1),
            "namcuoi": str(day.year + 5),
            "thang": str(day.month),
            "khi": capitalise(when),
            "khi_thuong": self.rng.choice((when, when, "vừa qua")),
            "dip": occasions.get(day.month, "nhân dịp Tết Nguyên đán"),
        }

    def _cast_official(self, cast_seed: str) -> None:
        roles: list[str] = load_grammar()["common"]["roles"]["names"]
        term = max(start for start in _TERM_STARTS if start <= max(self.day.year, 2011))
        kind = self.place.kind_on(self.day)
        first, second = self.rng.sample(range(len(roles)), 2)
        for slot, index in (("ct", first), ("pb", second)):
            role = self._fill(roles[index])
            woman = True if "Phụ nữ" in role else None
            if role.startswith(("Trưởng Công an", "Chỉ huy trưởng")):
                woman = False
            name = person(Random(f"{cast_seed}:{kind}:{term}:{index}"), woman=woman)
            self._slots |= {
                slot: f"đồng chí {name}",
                f"{slot}_hoa": f"Đồng chí {name}, {role}",
                capitalise(slot): f"Đồng chí {name}",
                f"{slot}_role": role,
            }

    def _billions(self) -> str:
        value = self.rng.choice((self.rng.uniform(1, 30), self.rng.uniform(30, 900)))
        return f"{decimal(value)} tỷ đồng"

    @staticmethod
    def _date_text(day: date) -> str:
        return f"{day.day:02}/{day.month}/{day.year}"

    def citation(self) -> str:
        """The number of an official document of before the article's day, as it is cited."""
        rng = self.rng
        issued = self._date_text(self.day - timedelta(rng.randrange(10, 700)))
        number = rng.randrange(3, 3900)
        kind = self.place.kind_on(self.day)
        return rng.choice(
            (
                f"Kế hoạch số {number % 400 + 1}/KH-UBND ngày {issued} của UBND {kind}",
                f"Quyết định số {number}/QĐ-UBND ngày {issued}",
                f"Nghị quyết số {number % 90 + 1:02}-NQ/TU ngày {issued} của Tỉnh ủy",
                f"Công văn số {number}/UBND-VP, ngày {issued}",
                f"Chỉ thị số {number % 40 + 1}-CT/TU ngày {issued}",
                f"Nghị quyết số {number % 60 + 1}/{self.day.year - 1}/NQ-HĐND",
                f"Thông báo số {number % 500 + 1}-TB/TU ngày {issued}",
            )
        )

    def write(self, template: str, *, introduce: bool = False) -> str:
        """Fills a template; `introduce` names the main official with the office held."""
        if introduce:
            template = template.replace("{Ct}", "{ct_hoa}")
            template = template.replace("{ct}", "{ct}, {ct_role},", 1)
        text = self._fill(template)
        text = re.sub(r"\s+", " ", text).replace(",,", ",").replace(",.", ".").strip()
        return capitalise(text)

    def slot(self, name: str) -> str:
        """The value of a slot as it stands inside a sentence."""
        return self._slot(name)

    def choose(self, templates: list[str]) -> str:
        return self.write(self.rng.choice(templates))

    def choose_once(self, templates: list[str]) -> str:
        """Like `choose`, but no template twice before all were used."""
        key = templates[0]
        if not self._bags.get(key):
            self._bags[key] = self.rng.sample(templates, len(templates))
        return self.write(self._bags[key].pop())

    def _fill(self, template: str) -> str:
        while match := _CHOICE.search(template):
            choice = self.rng.choice(match[1].split("|"))
            template = template[: match.start()] + choice + template[match.end() :]
        return _SLOT.sub(lambda match: self._slot(match[1]), template)

    def _slot(self, name: str) -> str:
        if name.startswith("n "):
            low, high = (int(part) for part in name[2:].split())
            value = self.rng.randint(low, high)
            is_year = low > 1900 and high < 2100
            return str(value) if is_year else f"{value:,}".replace(",", ".")
        if name in self._slots:
            return self._slots[name]
        if name in self._calls:
            return self._calls[name]()
        return self._fill(self._next_alternative(name))

    def _next_alternative(self, rule: str) -> str:
        """A random alternative of a rule, none twice before all were used."""
        left = self._bags.get(rule)
        if not left:
            left = self._bags[rule] = list(self._rules[rule])
            self.rng.shuffle(left)
        return left.pop()


# Open syllables whose tone mark stands on another letter in the older spelling.
_OLDER = {
    "ủy": "uỷ", "Ủy": "Uỷ", "hóa": "hoá", "Hóa": "Hoá", "hòa": "hoà", "Hòa": "Hoà",
    "khóa": "khoá", "tỏa": "toả", "thủy": "thuỷ", "Thủy": "Thuỷ", "họa": "hoạ",
    "khỏe": "khoẻ", "tòa": "toà", "Tòa": "Toà", "xóa": "xoá", "lũy": "luỹ",
}  # fmt: skip
_OLDER_WORD = re.compile(r"\b(" + "|".join(_OLDER) + r")\b")


def older_spelling(text: str) -> str:
    """The text with the tone marks of uỷ, hoà, khoá placed as many portals still place them."""
    return _OLDER_WORD.sub(lambda match: _OLDER[match[1]], text)
