"""What `khotin portals check` finds beyond what loading refuses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crawler.portals import check
from crawler.portals.check import check_records
from crawler.portals.model import Portal
from crawler.portals.record_files import render_file

GOOD = Portal(
    "samson-thanhhoa",
    "Thành phố Sầm Sơn",
    "https://samson.thanhhoa.gov.vn/",
    "district",
    "Thanh Hóa",
    units_old=("382",),
    units_new=("16516", "16531"),
    platform="nukeviet",
)


def findings(folder: Path, *portals: Portal) -> list[tuple[str, str | None, str]]:
    text = render_file("Thanh Hóa", list(portals))
    (folder / "any-name.toml").write_text(text, encoding="utf-8")
    _, found = check_records([folder], {"nukeviet"})
    return [(finding.severity, finding.field, finding.message) for finding in found]


def test_a_good_record_has_no_finding(tmp_path: Path) -> None:
    assert findings(tmp_path, GOOD) == []


def test_a_platform_without_a_profile_is_a_warning(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, replace(GOOD, platform="uiarticle"))
    assert found[:2] == ("warning", "platform")
    assert "generic rules" in found[2]


def test_a_start_page_on_another_host_is_a_warning(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, replace(GOOD, start_pages=("https://b.vn/",)))
    assert found[:2] == ("warning", "start_pages")
    own = replace(GOOD, start_pages=("https://www.samson.thanhhoa.gov.vn/tin/",))
    assert findings(tmp_path, own) == []


def test_start_pages_without_a_url_are_a_warning(tmp_path: Path) -> None:
    portal = replace(GOOD, url=None, hosts=("b.vn",), start_pages=("https://b.vn/",))
    (found,) = findings(tmp_path, portal)
    assert "has no url" in found[2]


def test_new_units_that_are_no_successors_are_a_warning(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, replace(GOOD, units_new=("00004",)))
    assert found == (
        "warning",
        "units_new",
        "none of them is a successor of Thành phố Sầm Sơn (382)",
    )


def test_all_errors_are_found_at_once_and_come_first(tmp_path: Path) -> None:
    bad = replace(GOOD, platform="x", units_old=("999",), valid_from="2025-02-30")
    found = findings(tmp_path, bad, replace(GOOD, url=None))
    assert [(severity, field) for severity, field, _ in found] == [
        ("error", "id"),
        ("error", "units_old"),
        ("error", "valid_from"),
        ("warning", "platform"),
    ]


def test_our_own_records_stand_in_the_file_of_their_province(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = render_file("Thanh Hóa", [GOOD])
    (tmp_path / "nghe-an.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(check, "BUILT_IN", tmp_path)
    _, found = check_records([tmp_path], {"nukeviet"})
    assert [str(finding) for finding in found] == [
        f"{tmp_path / 'nghe-an.toml'}: samson-thanhhoa: province:"
        " records of Thanh Hóa belong in thanh-hoa.toml"
    ]
