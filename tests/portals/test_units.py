"""The compiled lists of administrative units."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from crawler.portals.units import (
    REFORM,
    Unit,
    UnitIndex,
    label,
    load_units,
    named,
    same_name,
    short_name,
    unit_codes,
    unit_index,
)

FOLDER = Path(__file__).parents[2] / "crawler" / "portals"


def level(unit: Unit) -> str:
    return {2: "province", 3: "district", 5: "commune"}[len(unit.code)]


def test_the_lists_hold_every_unit_of_both_schemes() -> None:
    counts = Counter((unit.id.partition(":")[0], level(unit)) for unit in load_units())
    assert counts == {
        ("old", "province"): 63,
        ("old", "district"): 696,
        ("old", "commune"): 10_035,
        ("new", "province"): 34,
        ("new", "commune"): 3_321,
    }


def test_ids_are_unique_and_parents_exist_one_level_up() -> None:
    units = load_units()
    by_id = {unit.id: unit for unit in units}
    assert len(by_id) == len(units)
    for unit in units:
        if level(unit) == "province":
            assert unit.parent_id is None
        else:
            parent = by_id[unit.parent_id or ""]
            assert len(parent.code) < len(unit.code)
            assert parent.id[:4] == unit.id[:4]


def test_every_old_unit_has_successors_and_every_new_unit_an_origin() -> None:
    reached: set[str] = set()
    for unit in load_units():
        if unit.id.startswith("old:"):
            assert unit.successor_ids, unit
            reached.update(unit.successor_ids)
        else:
            assert unit.successor_ids == ()
    assert reached == {unit.id for unit in load_units() if unit.id.startswith("new:")}


def test_a_districts_successors_are_those_of_its_communes() -> None:
    index = unit_index()
    for unit in load_units():
        if level(unit) == "district" and index.children(unit.id):
            communes = index.children(unit.id)
            expected = {new for commune in communes for new in commune.successor_ids}
            assert set(unit.successor_ids) == expected, unit.name


def test_communes_go_to_the_province_that_their_province_went_to() -> None:
    index = unit_index()
    for unit in load_units():
        if unit.id.startswith("old:") and level(unit) == "commune":
            provinces = {index.province_of(index.by_id[new]).id for new in unit.successor_ids}
            assert provinces == set(index.province_of(unit).successor_ids), index.path(unit)


def test_only_the_day_of_the_reform_is_known() -> None:
    for unit in load_units():
        old = unit.id.startswith("old:")
        assert (unit.valid_from, unit.valid_to) == ((None, REFORM) if old else (REFORM, None))


def test_names_begin_with_their_type_and_are_composed() -> None:
    for unit in load_units():
        kind = "thành phố" if unit.type.startswith("thành phố") else unit.type
        assert unit.name.startswith(f"{kind.capitalize()} "), unit
        assert re.fullmatch(r"\S+( \S+)+", unit.name), unit


@pytest.mark.parametrize(
    ("unit_id", "path", "successors"),
    [
        ("old:382", "Thành phố Sầm Sơn, Tỉnh Thanh Hóa", {"Phường Sầm Sơn", "Phường Nam Sầm Sơn"}),
        ("old:02", "Tỉnh Hà Giang", {"Tỉnh Tuyên Quang"}),
        ("old:755", "Huyện Côn Đảo, Tỉnh Bà Rịa - Vũng Tàu", {"Đặc khu Côn Đảo"}),
        ("new:16531", "Phường Sầm Sơn, Tỉnh Thanh Hóa", set()),
    ],
)
def test_known_units_are_where_they_should_be(
    unit_id: str, path: str, successors: set[str]
) -> None:
    index = unit_index()
    unit = index.by_id[unit_id]
    assert index.path(unit) == path
    assert {index.by_id[new].name for new in unit.successor_ids} == successors


def test_a_split_commune_keeps_its_parts_but_not_those_of_a_namesake() -> None:
    """Phường 4 of Tân An (Long An) did not become a ward of Tây Ninh, 93 km away."""
    index = unit_index()
    tan_an = named(index.children("old:80"), "Thành phố Tân An")[0]
    ward = named(index.children(tan_an.id), "Phường 4")[0]
    names = {index.by_id[new].name for new in ward.successor_ids}
    assert names == {"Phường Long An"}


def test_codes_alone_are_those_of_the_units() -> None:
    for scheme in ("old", "new"):
        codes = {unit.code for unit in load_units() if unit.id.startswith(scheme)}
        assert unit_codes("old" if scheme == "old" else "new") == codes


def test_the_lists_stay_below_one_megabyte_each() -> None:
    for name in ("units_old.tsv", "units_new.tsv"):
        assert (FOLDER / name).stat().st_size < 1_000_000


def test_the_lists_name_their_source_and_licence() -> None:
    text = (FOLDER / "UNITS.md").read_text(encoding="utf-8")
    assert "vietnamadminunits" in text
    assert "MIT License" in text
    assert "Copyright (c) 2025 Tran Ngoc Minh Hieu" in text


def test_one_name_in_two_spellings_is_the_same_and_a_vowel_mark_is_not() -> None:
    assert same_name("Xã Thuỷ  Nguyên") == same_name("xã Thủy Nguyên")
    assert same_name("Xã M’Drắk") == same_name("Xã M'Drắk")
    assert same_name("Hoằng Phú") != same_name("Hoằng Phụ")
    assert same_name("Đăk Hà") != same_name("Đắk Hà")


def test_labels_are_what_host_names_use() -> None:
    assert label("Huyện Bạch Thông") == "bachthong"
    assert label("Huyện Bạch Thông", with_type=True) == "huyenbachthong"
    assert label("Huyện Cư M'gar") == "cumgar"
    assert label("Quận 12") == "quan12"
    assert short_name("Thành phố Đà Nẵng") == "Đà Nẵng"


def test_an_index_finds_predecessors() -> None:
    old = Unit("old:1", "1", "Xã A", "xã", None, None, None, ("new:9", "new:8"))
    new = Unit("new:9", "9", "Xã B", "xã", None, None, None, ())
    assert UnitIndex([old, new]).predecessors("new:9") == [old]
    assert UnitIndex([old, new]).predecessors("new:7") == []
