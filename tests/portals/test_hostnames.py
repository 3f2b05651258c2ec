"""What a host name alone tells, and where it must not pretend to."""

from __future__ import annotations

import pytest

from crawler.errors import UsageError
from crawler.portals.hostnames import bodies
from crawler.portals.model import UNKNOWN_PROVINCE
from crawler.portals.provinces import find_province, load_provinces, province_names
from crawler.portals.registry import Registry


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("thanhhoa.gov.vn", "Tỉnh Thanh Hóa (--level province)"),
        ("www.HANOI.gov.vn", "Thành phố Hà Nội (--level province)"),
        ("soxaydung.ninhthuan.gov.vn", "Sở Xây dựng tỉnh Ninh Thuận (--level department)"),
        ("congansonla.gov.vn", "Công an tỉnh Sơn La (--level department)"),
        (
            "dbndhanoi.gov.vn",
            "Đoàn đại biểu Quốc hội và Hội đồng nhân dân thành phố Hà Nội (--level assembly)",
        ),
        ("hdnd.thuathienhue.gov.vn", "Hội đồng nhân dân tỉnh Thừa Thiên Huế (--level assembly)"),
        ("tpthuduc.hochiminhcity.gov.vn", "Thành phố Thủ Đức, Thành phố Hồ Chí Minh"),
        ("quan12.hochiminhcity.gov.vn", "Quận 12, Thành phố Hồ Chí Minh"),
        ("tplaocai.laocai.gov.vn", "Thành phố Lào Cai, Tỉnh Lào Cai (--level district)"),
        ("tuangiao.gov.vn", "Huyện Tuần Giáo, Tỉnh Điện Biên (--level district)"),
        ("chora.babe.gov.vn", "Thị trấn Chợ Rã, Huyện Ba Bể, Tỉnh Bắc Kạn (--level commune)"),
        ("camtam.camthuy.thanhhoa.gov.vn", "Xã Cẩm Tâm, Huyện Cẩm Thủy, Tỉnh Thanh Hóa"),
        ("xagiapho.hatinh.gov.vn", "Xã Gia Phố, Huyện Hương Khê, Tỉnh Hà Tĩnh"),
        ("phuong1-govap.hochiminhcity.gov.vn", "Phường 1, Quận Gò Vấp, Thành phố Hồ Chí Minh"),
        ("anhao.gialai.gov.vn", "Xã Ân Hảo, Tỉnh Gia Lai (--level commune)"),
        ("laichau.dcs.vn", "Tỉnh Lai Châu (--level party)"),
        ("dilinh.lamdong.dcs.vn", "Huyện Di Linh, Tỉnh Lâm Đồng (--level party)"),
        ("huyenuybudop.vn", "Huyện Bù Đốp, Tỉnh Bình Phước (--level party)"),
        ("tuyengiaobinhphuoc.org.vn", "Ban Tuyên giáo Tỉnh ủy Bình Phước (--level party)"),
    ],
)
def test_a_host_name_of_a_known_shape_tells_its_body(host: str, expected: str) -> None:
    found = bodies(host)
    assert len(found) == 1, [str(body) for body in found]
    assert str(found[0]).startswith(expected)


def test_a_commune_on_a_merged_provinces_host_keeps_its_former_province() -> None:
    assert [body.province for body in bodies("anhao.gialai.gov.vn")] == ["Bình Định"]
    assert [body.province for body in bodies("longha.dongnai.gov.vn")] == ["Bình Phước"]


def test_a_label_of_a_district_and_of_a_new_commune_stays_open() -> None:
    levels = {body.level for body in bodies("sonduong.tuyenquang.gov.vn")}
    assert levels == {"district", "commune"}


def test_two_communes_that_fold_to_one_label_stay_open() -> None:
    names = {body.unit.name for body in bodies("hoangphu.hoanghoa.thanhhoa.gov.vn") if body.unit}
    assert names == {"Xã Hoằng Phú", "Xã Hoằng Phụ"}


@pytest.mark.parametrize(
    "host",
    [
        "14.225.252.124",
        "localhost",
        "vn",
        "gov.vn",
        "example.com",
        "dailocrt.vn",
        "ubmttq.baoloc.lamdong.gov.vn",
        "nobody.thanhhoa.gov.vn",
        "a.b.c.thanhhoa.gov.vn",
    ],
)
def test_other_host_names_tell_nothing(host: str) -> None:
    assert bodies(host) == []


def test_a_certain_guess_never_contradicts_the_registry() -> None:
    certain = wrong = 0
    for portal in Registry.load().all():
        found = bodies(portal.all_hosts()[0]) if portal.url else []
        if len(found) == 1 and portal.province != UNKNOWN_PROVINCE:
            certain += 1
            body = found[0]
            wrong += (body.level, body.province) != (portal.level, portal.province)
            if body.unit is not None and portal.units_old and body.unit.id.startswith("old:"):
                wrong += body.unit.code not in portal.units_old
    assert wrong == 0
    assert certain >= 550


def test_there_are_63_provinces_and_a_name_for_not_known() -> None:
    assert len(load_provinces()) == 63
    assert len(province_names()) == 64
    assert UNKNOWN_PROVINCE in province_names()
    labels = [label for province in load_provinces() for label in province.labels]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Thanh Hóa", "Thanh Hóa"),
        ("tinh thanh hoa", "Thanh Hóa"),
        ("BA RIA - VUNG TAU", "Bà Rịa - Vũng Tàu"),
        ("TP. Hồ Chí Minh", "Thành phố Hồ Chí Minh"),
        ("đăk lăk", "Đắk Lắk"),
    ],
)
def test_a_province_is_found_without_its_accents(text: str, name: str) -> None:
    assert find_province(text).name == name


def test_an_unknown_province_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean Thanh Hóa"):
        find_province("Thanh Hoas")
    with pytest.raises(UsageError, match=r"provinces\.tsv"):
        find_province("Paris")
