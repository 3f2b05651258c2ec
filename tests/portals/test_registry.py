"""The registry: finding portals, and refusing records that contradict each other."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.errors import RecordError, UsageError
from crawler.portals.model import Portal
from crawler.portals.record_files import render_file
from crawler.portals.registry import FOLDERS_VARIABLE, Registry

A = Portal("sam-son", "Thành phố Sầm Sơn", "https://a.vn/", "district", "Thanh Hóa")
B = Portal("tho-xuan", "Huyện Thọ Xuân", "https://b.vn/", "district", "Thanh Hóa")


def folder_with(path: Path, *portals: Portal, province: str = "Thanh Hóa") -> Path:
    path.mkdir(exist_ok=True)
    text = render_file(province, list(portals))
    (path / "thanh-hoa.toml").write_text(text, encoding="utf-8")
    return path


def test_a_folder_of_records_is_loaded_alone(tmp_path: Path) -> None:
    registry = Registry.load(folder_with(tmp_path, A, B))
    assert registry.all() == [A, B]
    assert registry.get("sam-son") == A
    assert registry.source("sam-son") == tmp_path / "thanh-hoa.toml"
    assert registry.source("nobody") is None


def test_extra_portals_come_last_and_have_no_file(tmp_path: Path) -> None:
    registry = Registry.load(folder_with(tmp_path, A), extra=[B])
    assert registry.all() == [A, B]
    assert registry.source("tho-xuan") is None


def test_the_folders_of_the_variable_are_loaded_beside_our_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = folder_with(tmp_path / "one", A)
    second = folder_with(tmp_path / "two", B)
    monkeypatch.setenv(FOLDERS_VARIABLE, f"{first}{os.pathsep}{second}")
    registry = Registry.load()
    assert registry.get("sam-son") == A
    assert registry.get("tho-xuan") == B
    assert len(registry.all()) > 800


def test_a_folder_named_twice_is_read_once(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, A)
    assert Registry.load(folder, also=[folder]).all() == [A]


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no folder .*missing"):
        Registry.load(tmp_path / "missing")


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("sam-sonn", "sam-son"),
        ("SAM-SON", "sam-son"),
        ("xuan", "tho-xuan"),
        ("Thọ Xuân", "tho-xuan"),
        ("tho xuan", "tho-xuan"),
        ("www.b.vn", "tho-xuan"),
    ],
)
def test_an_unknown_id_suggests_the_nearest(tmp_path: Path, asked: str, meant: str) -> None:
    registry = Registry.load(folder_with(tmp_path, A, B))
    with pytest.raises(UsageError, match=f"did you mean {meant}") as error:
        registry.get(asked)
    assert asked in str(error.value)


def test_an_id_like_no_other_points_to_the_list(tmp_path: Path) -> None:
    registry = Registry.load(folder_with(tmp_path, A))
    with pytest.raises(UsageError, match="khotin portals list"):
        registry.get("qqq")


def test_a_host_is_found_with_its_twins(tmp_path: Path) -> None:
    portal = replace(A, url="http://1.2.3.4:81/", hosts=("www.c.vn",))
    registry = Registry.load(folder_with(tmp_path, portal))
    for host in ("1.2.3.4", "1.2.3.4:81", "C.VN", "www.c.vn", "c.vn:443", "c.vn."):
        assert registry.by_host(host) == [portal], host
    assert registry.by_host("d.vn") == []
    assert portal.all_hosts() == ("1.2.3.4", "www.c.vn")


def test_a_province_is_found_without_accents(tmp_path: Path) -> None:
    registry = Registry.load(folder_with(tmp_path, A))
    assert registry.province("thanh hoa") == [A]
    assert registry.province("Nghệ An") == []


@pytest.mark.parametrize(
    ("portals", "expected"),
    [
        ([A, replace(B, id="sam-son")], "sam-son: id: this id is also used in"),
        ([A, replace(B, url="http://www.a.vn/")], "a.vn already belongs to sam-son"),
        ([A, replace(B, hosts=("a.vn",))], "a.vn already belongs to sam-son"),
        ([replace(A, successor="x", status="moved", status_date="2025-07-01")], "successor"),
        ([replace(A, successor="sam-son", status="moved", status_date="2025-07-01")], "no other"),
        ([replace(A, units_old=("999",))], r"units_old\.tsv has no code '999'"),
        ([replace(A, units_new=("99999",))], r"units_new\.tsv has no code '99999'"),
        ([replace(A, valid_from="2025-07-01", valid_to="2025-07-01")], "is not after valid_from"),
        ([replace(A, valid_from="2025-02-31")], "a day of the calendar"),
        ([replace(A, url="https://a.vn/a/../b")], "url: expected https://a.vn/b; found"),
        ([replace(A, start_pages=("https://A.vn/",))], "start_pages: expected https://a.vn/"),
        ([replace(A, name="Sa\u0302\u0300m Sơn")], "Unicode NFC"),
        ([replace(A, delay_s=float("nan"))], "expected seconds"),
    ],
)
def test_records_that_make_no_sense_are_refused(
    tmp_path: Path, portals: list[Portal], expected: str
) -> None:
    with pytest.raises(RecordError, match=expected) as error:
        Registry.load(folder_with(tmp_path, *portals))
    assert "thanh-hoa.toml" in str(error.value)
    assert "khotin portals check" in str(error.value)


def test_a_province_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, replace(A, province="Thanh Hoá"), province="Thanh Hoá")
    with pytest.raises(RecordError, match="'Thanh Hoá' is no province"):
        Registry.load(folder)


def test_a_broken_record_is_refused_with_the_number_of_others(tmp_path: Path) -> None:
    text = render_file("Thanh Hóa", [A, B]).replace('"district"', '"town"')
    (tmp_path / "thanh-hoa.toml").write_text(text, encoding="utf-8")
    with pytest.raises(RecordError, match=r"sam-son: level: expected .*'town' \(1 more errors\)"):
        Registry.load(tmp_path)


def test_two_portals_share_a_host_under_different_paths_or_at_different_times(
    tmp_path: Path,
) -> None:
    below = replace(A, id="c", url="https://a.vn/web/xa-c/")
    before = replace(B, id="d", url="https://d.vn/", valid_to="2025-07-01")
    after = replace(B, id="e", url="https://d.vn/", valid_from="2025-07-01")
    registry = Registry.load(folder_with(tmp_path, A, below, before, after))
    assert registry.by_host("a.vn") == [A, below]
    assert registry.by_host("d.vn") == [before, after]


def test_a_healthy_registry_needs_no_schema_library() -> None:
    """jsonschema takes longer to import than all records to load; every start would pay."""
    program = (
        "import sys\nfrom crawler.portals.registry import Registry\n"
        "assert len(Registry.load().all()) > 800\nassert 'jsonschema' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_unit_ids_are_those_of_the_units_table() -> None:
    portal = replace(A, units_old=("382",), units_new=("16516", "16531"))
    assert portal.unit_ids() == ("old:382", "new:16516", "new:16531")
