"""Every record that khotin brings, and the facts they were made from."""

from __future__ import annotations

import csv
from collections import Counter
from urllib.parse import urlsplit

import pytest

from crawler.portals.check import check_records
from crawler.portals.model import UNKNOWN_PROVINCE, Portal
from crawler.portals.registry import BUILT_IN, Registry
from crawler.portals.units import unit_index
from tests.support.shared import MISSING, shared_path

FOUNDING = {
    "samson-thanhhoa": ("Thành phố Sầm Sơn", "Thanh Hóa", "tandan-sharepoint"),
    "tamdiep-ninhbinh": ("Thành phố Tam Điệp", "Ninh Bình", "uiarticle"),
    "sapa-laocai": ("Thị xã Sa Pa", "Lào Cai", "uiarticle"),
    "thoxuan-thanhhoa": ("Huyện Thọ Xuân", "Thanh Hóa", "thanhhoa-web-trang-chu"),
    "huyen-uy-chua-ro": ("Huyện ủy (chưa rõ)", UNKNOWN_PROVINCE, "nukeviet"),
}


@pytest.fixture(scope="module")
def portals() -> list[Portal]:
    return Registry.load(BUILT_IN).all()


def test_no_record_has_an_error() -> None:
    records, findings = check_records([BUILT_IN], ())
    assert [str(finding) for finding in findings if finding.severity == "error"] == []
    assert {finding.field for finding in findings} <= {"platform"}
    assert len(records) >= 845


def test_the_five_founding_portals_are_there(portals: list[Portal]) -> None:
    by_id = {portal.id: portal for portal in portals}
    for portal_id, expected in FOUNDING.items():
        portal = by_id[portal_id]
        assert (portal.name, portal.province, portal.platform) == expected
        assert portal.note is not None
        assert portal.note.startswith("founding portal")


def test_the_party_committee_without_a_known_host_has_no_url(portals: list[Portal]) -> None:
    assert "huyen-uy-chua-ro" in [portal.id for portal in portals if portal.url is None]


def test_all_63_provinces_have_a_file_and_a_provincial_portal(portals: list[Portal]) -> None:
    assert len(list(BUILT_IN.glob("*.toml"))) == 64
    assert Counter(portal.level for portal in portals)["province"] >= 63


def test_new_units_are_all_successors_of_the_old_ones(portals: list[Portal]) -> None:
    index = unit_index()
    for portal in portals:
        if portal.units_old:
            units = [index.by_id[f"old:{code}"] for code in portal.units_old]
            expected = {new for unit in units for new in unit.successor_ids}
            assert {f"new:{code}" for code in portal.units_new} == expected, portal.id


def test_units_are_of_the_portals_level_and_province(portals: list[Portal]) -> None:
    digits = {"province": 2, "district": 3, "commune": 5}
    index = unit_index()
    for portal in portals:
        for code in portal.units_old:
            assert len(code) == digits.get(portal.level, len(code)), portal.id
            province = index.province_of(index.by_id[f"old:{code}"])
            assert province.name.endswith(portal.province.removeprefix("Thừa Thiên ")), portal.id


def test_most_portals_know_their_units(portals: list[Portal]) -> None:
    without = [portal.id for portal in portals if not portal.unit_ids()]
    assert len(without) <= 60, without


FACTS = shared_path("facts/hosts.csv")


@pytest.mark.skipif(FACTS is None, reason=MISSING)
def test_every_known_host_of_the_facts_is_carried_over() -> None:
    assert FACTS is not None
    registry = Registry.load(BUILT_IN)
    with FACTS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["unit"] or row["level"]]
    assert len(rows) == 844
    for row in rows:
        (portal,) = registry.by_host(row["host"])
        assert portal.province == row["province_before_2025_07"]
        expected = {"department": {"department", "assembly", "other"}}.get(row["level"])
        assert portal.level in (expected or {row["level"]})
        assert portal.name.casefold() == (row["unit"] or row["host"]).casefold()
        if portal.platform is not None:
            assert portal.platform == row["platform_guess"].removeprefix("single:")
        assert portal.url is not None
        if row["example_url"] and ":443" not in row["example_url"]:
            assert urlsplit(portal.url).scheme == urlsplit(row["example_url"]).scheme
