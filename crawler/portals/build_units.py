"""Compile units_old.tsv and units_new.tsv from the data files of two packages (see UNITS.md).

    python -m crawler.portals.build_units VIETNAMADMINUNITS.whl VIETNAM_PROVINCES.whl

A tool for maintainers, run when a source has a new release; khotin itself reads only the TSV.
Everything that is written comes from vietnamadminunits; vietnam-provinces is the second
opinion: the build stops when the two do not name the same provinces and communes.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import unicodedata
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from crawler.errors import UsageError
from crawler.portals.units import REFORM, same_name

COLUMNS = ("code", "name", "type", "parent", "valid_from", "valid_to", "successors")
TYPES = ("thành phố", "thị trấn", "thị xã", "đặc khu", "phường", "huyện", "quận", "tỉnh", "xã")

Converter = Mapping[str, Mapping[str, Mapping[str, list[object]]]]
Successors = dict[str, set[str]]  # code in the old scheme -> codes in the new scheme


@dataclass(frozen=True, slots=True)
class OldCommune:
    """One row of the pre-reform list. `code` is empty for the five districts without communes."""

    key: str  # "tinhx_huyeny_xaz": how the converter names it
    province: tuple[str, str]  # code, name
    district: tuple[str, str]
    code: str
    name: str


def read_old(db: sqlite3.Connection) -> list[OldCommune]:
    rows = db.execute(
        "select provinceKey, districtKey, wardKey, provinceCode, province, districtCode, district,"
        " wardCode, ward from admin_units_legacy"
    )
    return [
        OldCommune(f"{p}_{d}_{w or ''}", (pc, _name(pn)), (dc, _name(dn)), wc or "", _name(wn))
        for p, d, w, pc, pn, dc, dn, wc, wn in rows
    ]


def read_new(
    db: sqlite3.Connection,
) -> tuple[dict[str, tuple[str, str]], dict[str, tuple[str, str, str]]]:
    """New provinces: key -> (code, name). New communes: key -> (code, name, province code)."""
    provinces: dict[str, tuple[str, str]] = {}
    communes: dict[str, tuple[str, str, str]] = {}
    rows = db.execute(
        "select provinceKey, wardKey, provinceCode, province, wardCode, ward from admin_units"
    )
    for province, ward, province_code, province_name, code, name in rows:
        provinces[province] = (province_code, _name(province_name))
        communes[f"{province}_{ward}"] = (code, _name(name), province_code)
    return provinces, communes


def commune_successors(
    converter: Converter, old: Iterable[OldCommune]
) -> tuple[dict[str, set[str]], list[tuple[str, str]]]:
    """Old key -> new keys, and the (old, new) pairs left out as mistaken."""
    by_key = {commune.key: commune for commune in old}
    whole: dict[str, set[str]] = defaultdict(set)  # all of it, or the larger part
    parts: dict[str, set[str]] = defaultdict(set)
    for province, wards in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, keys in wards.items():
            for key in keys:
                whole[str(key)].add(f"{province}_{ward}")
    for province, splits in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for key, targets in splits.items():
            for target in targets:
                assert isinstance(target, dict)
                new = f"{province}_{target['newWardKey']}"
                (whole if target["isDefaultNewWard"] else parts)[key].add(new)
    mistaken = mistaken_parts(whole, parts, by_key)
    result = {key: whole[key] | parts[key] for key in {*whole, *parts}}
    for key, new in mistaken:
        result[key].discard(new)
    return result, mistaken


def mistaken_parts(
    whole: Mapping[str, set[str]],
    parts: Mapping[str, set[str]],
    by_key: Mapping[str, OldCommune],
) -> list[tuple[str, str]]:
    """Pairs (old, new) that the converter has only because two communes share a name.

    It finds the parts of a split commune by name within the merged province, so a commune also
    receives the parts of its namesakes: phường 4 of Tân An got Tân Ninh, 93 km away, from the
    phường 4 of Tây Ninh. A pair is mistaken when no other commune of the own district went to
    the new unit and one of a namesake's district did.
    """
    ground: dict[str, set[str]] = defaultdict(set)  # district -> new units its communes went to
    namesakes: dict[tuple[str, str], set[str]] = defaultdict(set)  # -> districts that have one
    for key, news in whole.items():
        district = by_key[key].district[0]
        ground[district] |= news
        for new in news:
            namesakes[_merged_province_and_name(key, new)].add(district)
    pairs = []
    for key, new in ((key, new) for key, news in parts.items() for new in sorted(news)):
        own = by_key[key].district[0]
        others = namesakes[_merged_province_and_name(key, new)] - {own}
        if new not in ground[own] and any(new in ground[other] for other in others):
            pairs.append((key, new))
    return pairs


def _merged_province_and_name(key: str, new: str) -> tuple[str, str]:
    return new.split("_", maxsplit=1)[0], key.rsplit("_", 1)[1]


def build(adminunits: Path) -> tuple[list[list[str]], list[list[str]], list[str]]:
    """Rows of units_old.tsv and of units_new.tsv, and the pairs left out, in words."""
    with zipfile.ZipFile(adminunits) as wheel, sqlite3.connect(":memory:") as db:
        db.deserialize(wheel.read("vietnamadminunits/data/dataset.db"))
        converter = json.loads(wheel.read("vietnamadminunits/data/converter_2025.json"))
        old = read_old(db)
        provinces, communes = read_new(db)
    by_key = {commune.key: commune for commune in old}
    went, mistaken = commune_successors(converter, old)
    if missing := [key for key in by_key if not went.get(key)]:
        raise UsageError(f"{len(missing)} old communes have no successor, first {missing[:3]}")
    successors: Successors = defaultdict(set)
    for key, news in went.items():
        codes = {communes[new][0] for new in news}
        successors[by_key[key].code] |= codes
        successors[by_key[key].district[0]] |= codes
    province_codes = {key.split("_")[0]: commune.province[0] for key, commune in by_key.items()}
    for province, olds in converter["DICT_PROVINCE"].items():
        for key in olds:
            successors[province_codes[key]].add(provinces[province][0])
    left_out = [
        f"{by_key[key].name}, {by_key[key].district[1]} → {communes[new][1]}"
        for key, new in mistaken
    ]
    return old_rows(old, successors), new_rows(provinces.values(), communes.values()), left_out


def old_rows(old: Iterable[OldCommune], successors: Successors) -> list[list[str]]:
    rows: dict[str, tuple[str, str]] = {}
    for commune in old:
        rows[commune.province[0]] = (commune.province[1], "")
        rows[commune.district[0]] = (commune.district[1], commune.province[0])
        if commune.code:
            rows[commune.code] = (commune.name, commune.district[0])
    return [
        [code, name, unit_type(code, name), parent, "", REFORM, " ".join(sorted(successors[code]))]
        for code, (name, parent) in sorted(rows.items(), key=_by_level)
    ]


def new_rows(
    provinces: Iterable[tuple[str, str]], communes: Iterable[tuple[str, str, str]]
) -> list[list[str]]:
    rows = {code: (name, "") for code, name in provinces}
    rows |= {code: (name, parent) for code, name, parent in communes}
    return [
        [code, name, unit_type(code, name), parent, REFORM, "", ""]
        for code, (name, parent) in sorted(rows.items(), key=_by_level)
    ]


def unit_type(code: str, name: str) -> str:
    """The type that the name begins with; cities of province rank are told apart by the code."""
    kind = next(kind for kind in TYPES if name.casefold().startswith(kind))
    return "thành phố trực thuộc trung ương" if kind == "thành phố" and len(code) == 2 else kind


def compare(rows: Iterable[list[str]], provinces: Path) -> int:
    """How many communes have another code in vietnam-provinces; UsageError if names differ."""
    with zipfile.ZipFile(provinces) as wheel:
        nested = json.loads(wheel.read("vietnam_provinces/data/nested-divisions.json"))
    ours = {(row[3], same_name(row[1])): row[0] for row in rows if len(row[0]) == 5}
    theirs = {
        (f"{province['code']:02d}", same_name(ward["name"])): f"{ward['code']:05d}"
        for province in nested
        for ward in province["wards"]
    }
    if ours.keys() != theirs.keys():
        odd = sorted(ours.keys() ^ theirs.keys())
        raise UsageError(f"the two packages differ in {len(odd)} communes, first {odd[:3]}")
    return sum(code != theirs[key] for key, code in ours.items())


def _name(text: str | None) -> str:
    """A unit's name in NFC, single blanks, its type with one capital (not "Thành Phố")."""
    name = " ".join(unicodedata.normalize("NFC", text or "").split())
    for kind in TYPES:
        if name.casefold().startswith(f"{kind} "):
            return kind.capitalize() + name[len(kind) :]
    return name


def _by_level(item: tuple[str, tuple[str, str]]) -> tuple[int, str]:
    return len(item[0]), item[0]


def write(path: Path, rows: Iterable[list[str]]) -> None:
    lines = ["\t".join(COLUMNS), *("\t".join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


@click.command()
@click.argument("adminunits", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("provinces", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=None)
def main(adminunits: Path, provinces: Path, folder: Path | None) -> None:
    """Write units_old.tsv and units_new.tsv from the two wheels."""
    old, new, left_out = build(adminunits)
    other_codes = compare(new, provinces)
    folder = folder or Path(__file__).parent
    write(folder / "units_old.tsv", old)
    write(folder / "units_new.tsv", new)
    for rows, name in ((old, "old"), (new, "new")):
        click.echo(f"{name}: {dict(Counter(row[2] for row in rows))}")
    click.echo(f"communes with another code in vietnam-provinces: {other_codes}")
    click.echo(f"pairs left out as mistaken: {len(left_out)}")
    for pair in left_out:
        click.echo(f"  {pair}")


if __name__ == "__main__":
    sys.exit(main())
