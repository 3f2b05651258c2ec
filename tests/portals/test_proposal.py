"""From a host name to a record, without a network."""

from __future__ import annotations

import pytest

from crawler.errors import UsageError
from crawler.portals.model import Level, Portal
from crawler.portals.proposal import portal_id, propose, settle
from crawler.portals.registry import BUILT_IN, Registry

EMPTY = Registry([])


def proposed(url: str, level: Level | None = None, **words: str | None) -> Portal:
    place = settle(EMPTY, url, level=level)
    return propose(place, title=words.get("title"), platform=None, name=words.get("name"))


def test_a_district_is_proposed_with_its_old_and_new_units() -> None:
    portal = proposed("https://samson.thanhhoa.gov.vn", "district")
    assert portal == Portal(
        id="samson-thanhhoa",
        name="Thành phố Sầm Sơn",
        url="https://samson.thanhhoa.gov.vn/",
        level="district",
        province="Thanh Hóa",
        units_old=("382",),
        units_new=("16516", "16531"),
    )


def test_a_new_commune_is_proposed_with_its_new_unit_and_former_province() -> None:
    portal = proposed("https://anhao.gialai.gov.vn/")
    assert (portal.level, portal.province, portal.units_old) == ("commune", "Bình Định", ())
    assert len(portal.units_new) == 1


def test_a_department_speaks_for_its_province() -> None:
    portal = proposed("https://soyte.hatinh.gov.vn/")
    assert (portal.name, portal.units_old) == ("Sở Y tế tỉnh Hà Tĩnh", ("42",))


def test_a_given_name_goes_before_the_title_and_the_title_before_the_unit() -> None:
    url = "https://samson.thanhhoa.gov.vn/"
    named = proposed(url, "district", title="Trang chủ", name="Sầm Sơn")
    assert named.name == "Sầm Sơn"
    assert proposed(url, "district", title="Trang chủ").name == "Trang chủ"
    assert proposed(url, "district", title=" \n ").name == "Thành phố Sầm Sơn"
    assert len(proposed(url, "district", title="x" * 1000).name) == 200


def test_the_level_settles_which_of_two_bodies_it_is() -> None:
    district = proposed("https://sonduong.tuyenquang.gov.vn/", "district")
    commune = proposed("https://sonduong.tuyenquang.gov.vn/", "commune")
    assert (district.units_old != (), commune.units_old) == (True, ())
    with pytest.raises(UsageError, match="one of several bodies"):
        settle(EMPTY, "https://sonduong.tuyenquang.gov.vn/")


def test_the_province_follows_from_the_host_where_the_body_does_not() -> None:
    place = settle(EMPTY, "https://ocop.bacgiang.gov.vn/", level="other")
    assert (place.province.name, place.body) == ("Bắc Giang", None)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("samson.thanhhoa.gov.vn", "samson-thanhhoa"),
        ("www.dailocrt.vn", "dailocrt"),
        ("14.225.252.124:81", "14-225-252-124"),
        ("hoinongdanag.org.vn", "hoinongdanag-org"),
        ("phuong1-govap.hochiminhcity.gov.vn", "phuong1-govap-hochiminhcity"),
    ],
)
def test_an_id_follows_from_the_host(host: str, expected: str) -> None:
    assert portal_id(host) == expected


def test_ids_of_our_own_records_follow_from_their_hosts() -> None:
    odd = [
        portal.id
        for portal in Registry.load(BUILT_IN).all()
        if portal.url is not None and portal.id != portal_id(portal.all_hosts()[0])
    ]
    assert len(odd) <= 10, odd


def test_a_taken_id_gives_way_to_the_full_host() -> None:
    taken = Registry.load(
        extra=[Portal("dailoc-x", "A", "https://dailoc-x.gov.vn/", "other", "Hà Nội")]
    )
    assert settle(taken, "https://dailoc.x.vn/", level="other", province="Hà Nội").portal_id == (
        "dailoc-x-vn"
    )
