"""khotin portals list, show, check: what is printed, and the exit statuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.cli import main
from crawler.portals.model import Portal
from crawler.portals.record_files import render_file
from crawler.portals.registry import BUILT_IN, Registry

OWN = len(Registry.load(BUILT_IN).all())
ODD = Portal("odd", "[red]Đỏ[/red] :smile:", "https://odd.vn/", "other", "Thanh Hóa")


def khotin(*words: str) -> Result:
    return CliRunner().invoke(main, ["portals", *words])


def folder_with(path: Path, *portals: Portal) -> str:
    text = render_file("Thanh Hóa", list(portals))
    (path / "mine.toml").write_text(text, encoding="utf-8")
    return str(path)


def test_the_list_shows_one_line_a_portal_and_their_number() -> None:
    result = khotin("list", "--province", "thanh hoa", "--level", "district")
    assert result.exit_code == 0
    assert "samson-thanhhoa" in result.stdout
    assert "Thành phố Sầm Sơn" in result.stdout
    assert "tamdiep-ninhbinh" not in result.stdout
    rows = [line for line in result.stdout.splitlines() if "district" in line]
    assert result.stderr == f"{len(rows)} portals\n"


def test_filters_narrow_together_and_json_is_for_programs() -> None:
    words = ("list", "--platform", "tandan-sharepoint", "--status", "unverified", "--json")
    all_of_it = json.loads(khotin(*words).stdout)
    communes = json.loads(khotin(*words, "--level", "commune").stdout)
    assert {portal["platform"] for portal in all_of_it} == {"tandan-sharepoint"}
    assert {portal["level"] for portal in communes} == {"commune"}
    assert 0 < len(communes) < len(all_of_it)


def test_portals_without_a_platform_are_listed_as_none() -> None:
    found = json.loads(khotin("list", "--platform", "none", "--json").stdout)
    assert {portal["platform"] for portal in found} == {None}


def test_the_portal_of_no_known_province_can_be_listed() -> None:
    found = json.loads(khotin("list", "--province", "chua ro", "--json").stdout)
    assert [portal["id"] for portal in found] == ["huyen-uy-chua-ro"]
    assert "(no url)" in khotin("list", "--province", "chưa rõ").stdout


def test_a_filter_that_nothing_fits_gives_an_empty_list() -> None:
    result = khotin("list", "--status", "closed", "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("list", "--province", "Thanh Hoas"), "did you mean Thanh Hóa"),
        (("list", "--platform", "nukevit"), "nukeviet"),
        (("list", "--level", "town"), "'town' is not one of"),
        (("show", "samson"), "did you mean samson-thanhhoa?"),
        (("--records", "/nowhere/at/all", "list"), "there is no folder /nowhere/at/all"),
    ],
)
def test_wrong_words_end_with_the_status_for_usage(words: tuple[str, ...], expected: str) -> None:
    result = khotin(*words)
    assert result.exit_code == 2
    assert expected in result.stderr


def test_a_portal_is_shown_with_its_units_by_name() -> None:
    result = khotin("show", "samson-thanhhoa")
    assert result.exit_code == 0
    assert "units_old    382  Thành phố Sầm Sơn, Tỉnh Thanh Hóa\n" in result.stdout
    assert "             16531  Phường Sầm Sơn, Tỉnh Thanh Hóa\n" in result.stdout
    assert "successor    -\n" in result.stdout
    assert "thanh-hoa.toml" in result.stdout


def test_a_portal_is_shown_as_json() -> None:
    data = json.loads(khotin("show", "samson-thanhhoa", "--json").stdout)
    assert data["units_old"] == ["382"]
    assert data["units"]["new:16531"] == "Phường Sầm Sơn, Tỉnh Thanh Hóa"
    assert data["file"].endswith("thanh-hoa.toml")


def test_the_portal_without_a_url_is_shown(tmp_path: Path) -> None:
    result = khotin("show", "huyen-uy-chua-ro")
    assert result.exit_code == 0
    assert "url          -\n" in result.stdout


def test_a_folder_of_ones_own_is_listed_and_names_are_no_markup(tmp_path: Path) -> None:
    result = khotin("--records", folder_with(tmp_path, ODD), "list", "--level", "other")
    assert "[red]Đỏ[/red] :smile:" in result.stdout


def test_a_broken_record_of_ones_own_stops_the_list(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, ODD)
    path = tmp_path / "mine.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("other", "town"), encoding="utf-8")
    result = khotin("--records", folder, "list")
    assert result.exit_code == 2
    assert f"{path}: odd: level: expected province, department" in result.stderr


def test_the_check_of_our_own_records_ends_well() -> None:
    result = khotin("check")
    assert result.exit_code == 0
    assert f"{OWN} records, 0 errors, " in result.stdout


def test_the_check_ends_badly_when_a_record_is_wrong(tmp_path: Path) -> None:
    twin = Portal("samson-thanhhoa", "Sầm Sơn", "https://twin.vn/", "other", "Thanh Hóa")
    result = khotin("--records", folder_with(tmp_path, twin), "check")
    assert result.exit_code == 3
    assert "error: " in result.stdout
    assert "this id is also used in" in result.stdout
    assert f"{OWN + 1} records, 1 errors" in result.stdout


def test_the_check_as_json_counts_and_lists(tmp_path: Path) -> None:
    twin = Portal("samson-thanhhoa", "Sầm Sơn", "https://twin.vn/", "other", "Thanh Hóa")
    result = khotin("--records", folder_with(tmp_path, twin), "check", "--json")
    data = json.loads(result.stdout)
    assert (data["records"], data["errors"]) == (OWN + 1, 1)
    assert data["findings"][0]["severity"] == "error"
    assert data["findings"][0]["path"] == str(tmp_path / "mine.toml")


@pytest.mark.parametrize("command", ["list", "show", "add", "check"])
def test_every_command_has_help(command: str) -> None:
    result = khotin(command, "--help")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) > 5
