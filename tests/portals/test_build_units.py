"""The tool that compiles the lists of units, on wheels of a few invented units."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.errors import UsageError
from crawler.portals.build_units import OldCommune, build, compare, main, mistaken_parts

# province key, district key, ward key, then codes and names
OLD = [
    ("tinha", "huyenx", "xamot", "02", "Tỉnh A", "011", "Huyện X", "00001", "Xã Một"),
    ("tinha", "huyenx", "xahai", "02", "Tỉnh A", "011", "Huyện  X", "00002", "Xã Hai"),
    ("tinhb", "huyeny", "xahai", "04", "Tỉnh B", "021", "Huyện Y", "00003", "Xã Hai"),
    ("tinhb", "huyeny", "xaba", "04", "Tỉnh B", "021", "Huyện Y", "00004", "Xã Ba"),
    ("tinhb", "huyendao", None, "04", "Tỉnh B", "022", "Huyện Đảo", None, None),
]
NEW = [
    ("tinhb", "xamot", "04", "Tỉnh B", "00001", "Xã Một"),
    ("tinhb", "xaba", "04", "Tỉnh B", "00004", "Xã Ba"),
    ("tinhb", "dackhudao", "04", "Tỉnh B", "00009", "Đặc khu Đảo"),
]


def target(key: str, *, default: bool) -> dict[str, object]:
    return {"newWardKey": key, "isDefaultNewWard": default}


CONVERTER = {
    "DICT_PROVINCE": {"tinhb": ["tinha", "tinhb"]},
    "DICT_PROVINCE_WARD_NO_DIVIDED": {
        "tinhb": {
            "xamot": ["tinha_huyenx_xamot"],
            "xaba": ["tinhb_huyeny_xaba"],
            "dackhudao": ["tinhb_huyendao_"],
        }
    },
    "DICT_PROVINCE_WARD_DIVIDED": {
        "tinhb": {
            "tinha_huyenx_xahai": [target("xamot", default=True), target("xaba", default=False)],
            "tinhb_huyeny_xahai": [target("xaba", default=True), target("xamot", default=False)],
        }
    },
}


def admin_wheel(path: Path, new: Sequence[tuple[str, ...]] = NEW) -> Path:
    db = sqlite3.connect(":memory:")
    db.execute(
        "create table admin_units_legacy (provinceKey, districtKey, wardKey, provinceCode,"
        " province, districtCode, district, wardCode, ward)"
    )
    db.executemany(f"insert into admin_units_legacy values ({','.join('?' * 9)})", OLD)
    db.execute(
        "create table admin_units (provinceKey, wardKey, provinceCode, province, wardCode, ward)"
    )
    db.executemany(f"insert into admin_units values ({','.join('?' * 6)})", new)
    db.commit()
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("vietnamadminunits/data/dataset.db", db.serialize())
        wheel.writestr("vietnamadminunits/data/converter_2025.json", json.dumps(CONVERTER))
    db.close()
    return path


def province_wheel(path: Path, names: dict[int, str]) -> Path:
    wards = [{"code": code, "name": name} for code, name in names.items()]
    nested = [{"code": 4, "name": "B", "wards": wards}]
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("vietnam_provinces/data/nested-divisions.json", json.dumps(nested))
    return path


def test_communes_districts_and_provinces_get_their_successors(tmp_path: Path) -> None:
    old, new, left_out = build(admin_wheel(tmp_path / "a.whl"))
    assert [row[:4] + row[6:] for row in old] == [
        ["02", "Tỉnh A", "tỉnh", "", "04"],
        ["04", "Tỉnh B", "tỉnh", "", "04"],
        ["011", "Huyện X", "huyện", "02", "00001"],
        ["021", "Huyện Y", "huyện", "04", "00004"],
        ["022", "Huyện Đảo", "huyện", "04", "00009"],
        ["00001", "Xã Một", "xã", "011", "00001"],
        ["00002", "Xã Hai", "xã", "011", "00001"],
        ["00003", "Xã Hai", "xã", "021", "00004"],
        ["00004", "Xã Ba", "xã", "021", "00004"],
    ]
    assert [row[0] for row in new] == ["04", "00001", "00004", "00009"]
    assert left_out == ["Xã Hai, Huyện X → Xã Ba", "Xã Hai, Huyện Y → Xã Một"]


def test_a_part_without_a_namesake_stays_however_far_it_lies() -> None:
    one = OldCommune("a_x_xamot", ("02", "A"), ("011", "X"), "00001", "Xã Một")
    other = OldCommune("a_y_xaba", ("02", "A"), ("012", "Y"), "00002", "Xã Ba")
    whole = {one.key: {"b_xamot"}, other.key: {"b_xaba"}}
    parts = {one.key: {"b_xaba"}}
    assert mistaken_parts(whole, parts, {one.key: one, other.key: other}) == []


def test_other_spellings_are_the_same_name_and_other_codes_are_counted(tmp_path: Path) -> None:
    rows = [
        ["00001", "Xã Hòa An", "xã", "04", "", "", ""],
        ["04", "Tỉnh B", "tỉnh", "", "", "", ""],
    ]
    same = province_wheel(tmp_path / "p.whl", {1: "Xã Hoà An"})
    assert compare(rows, same) == 0
    recoded = province_wheel(tmp_path / "q.whl", {7: "Xã  Hoà An"})
    assert compare(rows, recoded) == 1


def test_the_build_stops_when_the_packages_name_different_communes(tmp_path: Path) -> None:
    admin = admin_wheel(tmp_path / "a.whl")
    provinces = province_wheel(tmp_path / "p.whl", {1: "Xã Một", 4: "Xã Bốn", 9: "Đặc khu Đảo"})
    with pytest.raises(UsageError, match="differ in 2 communes"):
        compare(build(admin)[1], provinces)


def test_the_command_writes_both_lists(tmp_path: Path) -> None:
    admin = admin_wheel(tmp_path / "a.whl")
    provinces = province_wheel(tmp_path / "p.whl", {1: "Xã Một", 4: "Xã Ba", 9: "Đặc khu Đảo"})
    result = CliRunner().invoke(main, [str(admin), str(provinces), "--folder", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "pairs left out as mistaken: 2" in result.output
    new = (tmp_path / "units_new.tsv").read_text(encoding="utf-8")
    assert new.splitlines()[1] == "04\tTỉnh B\ttỉnh\t\t2025-07-01\t\t"
    old = (tmp_path / "units_old.tsv").read_text(encoding="utf-8")
    assert "00001\tXã Một\txã\t011\t\t2025-07-01\t00001\n" in old
