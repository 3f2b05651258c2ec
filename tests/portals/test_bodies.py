from __future__ import annotations

import pytest

from crawler.portals.bodies import is_other_body, named_body
from crawler.portals.registry import Registry
from crawler.portals.units import load_units


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("Cổng thông tin điện tử huyện Thọ Xuân - tỉnh Thanh Hóa", "huyen thoxuan"),
        ("CỔNG THÔNG TIN ĐIỆN TỬ HUYỆN KRÔNG ANA", "huyen krongana"),
        ("Trang thông tin điện tử xã Quảng Lưu, huyện Quảng Xương", "xa quangluu"),
        ("Cổng TTĐT TP. Sầm Sơn", "tp samson"),
        ("Thị xã Sầm Sơn", "thi xa samson"),
        ("UBND Quận 1", "quan 1"),
        ("Đặc khu Phú Quốc", "dac khu phuquoc"),
        ("Trang chủ", None),
        ("Xã hội số và đời sống", None),
        ("Tỉnh Thanh Hóa", None),
        ("", None),
    ],
)
def test_a_site_is_known_by_the_lowest_body_that_it_names(text: str, body: str | None) -> None:
    found = named_body(text)
    expected = None if body is None else body.replace("tp ", "thanh pho ")
    assert (None if found is None else str(found)) == expected


@pytest.mark.parametrize(
    ("before", "now", "other"),
    [
        ("Huyện Thọ Xuân", "Trang thông tin điện tử xã Thọ Xuân", True),
        ("Thành phố Tam Điệp", "Cổng TTĐT phường Tam Điệp", True),
        ("Huyện Kim Sơn", "Xã Phát Diệm", True),
        ("Huyện Kim Sơn", "Huyện Nho Quan", True),
        ("Thị xã Sầm Sơn", "Thành phố Sầm Sơn", False),
        ("Huyện Kim Sơn", "Trang chủ", False),
        ("Huyện Kim Sơn", "Cổng thông tin điện tử huyện Kim Sơn, xã hội học tập", False),
        ("Trang tin", "Xã Thọ Xuân", False),
    ],
)
def test_another_body_is_one_of_another_level_or_name(before: str, now: str, other: bool) -> None:
    assert (is_other_body(before, now) is not None) is other


def test_units_are_found_by_their_own_names() -> None:
    units = [unit for unit in load_units() if unit.type in ("huyện", "thị xã", "phường", "xã")]
    missed = [unit.name for unit in units if named_body(f"Cổng thông tin {unit.name}") is None]
    assert missed == []


def test_no_record_of_the_registry_names_a_body_other_than_its_own_twice() -> None:
    portals = [portal for portal in Registry.load().all() if portal.level == "district"]
    named = [portal for portal in portals if named_body(portal.name) is not None]
    assert len(named) > 0.9 * len(portals)
    assert not [p.id for p in named if is_other_body(p.name, f"Trang chủ - {p.name}")]
