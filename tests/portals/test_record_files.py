"""Record files: what is read, what is refused and how, and what is written."""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.errors import RecordError
from crawler.portals import record_files
from crawler.portals.model import LEVELS, STATUSES, Portal
from crawler.portals.record_files import FIELDS, append, read_file, render, render_file, schema

GOOD: dict[str, Any] = {"id": "a-b", "name": "Huyện A", "level": "district"}
FULL = Portal(
    id="samson-thanhhoa",
    name='Thành phố "Sầm Sơn" \\ \x7f\t',
    url="https://samson.thanhhoa.gov.vn/",
    level="district",
    province="Thanh Hóa",
    units_old=("382",),
    units_new=("16516", "16531"),
    platform="tandan-sharepoint",
    start_pages=("https://samson.thanhhoa.gov.vn/tin-tuc/",),
    status="moved",
    status_date="2025-09-01",
    successor="thoxuan-thanhhoa",
    valid_from="2012-01-01",
    valid_to="2025-07-01",
    hosts=("www.samson.thanhhoa.gov.vn",),
    delay_s=5.0,
    tls="unverified",
    tls_date="2025-08-01",
    tls_note="chuỗi chứng thư thiếu một mắt xích",
    note="một ghi chú",
)


def write(folder: Path, text: str, name: str = "thanh-hoa.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def record_text(**fields: str) -> str:
    lines = {"id": '"a"', "name": '"A"', "level": '"other"', **fields}
    body = "\n".join(f"{key} = {value}" for key, value in lines.items())
    return f'province = "Thanh Hóa"\n[[portal]]\n{body}\n'


def test_the_fields_written_are_those_of_the_schema_and_of_the_portal() -> None:
    properties = schema()["$defs"]["portal"]["properties"]
    assert list(properties) == list(FIELDS)
    assert {*FIELDS, "province"} == set(Portal.__dataclass_fields__)
    assert properties["level"]["enum"] == list(LEVELS)
    assert properties["status"]["enum"] == list(STATUSES)


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


def test_a_record_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    small = Portal("b", "B", None, "other", "Thanh Hóa")
    path = write(tmp_path, render_file("Thanh Hóa", [FULL, small]))
    found, findings = read_file(path)
    assert findings == []
    assert [record.portal for record in found] == [FULL, small]
    assert [record.path for record in found] == [path, path]


@given(st.text(min_size=1, max_size=50), st.text(min_size=1, max_size=50))
def test_any_text_survives_being_written(name: str, note: str) -> None:
    text = render(Portal("a", name, None, "other", "Thanh Hóa", note=note))
    row = tomllib.loads(text)["portal"][0]
    assert (row["name"], row["note"]) == (name, note)


@pytest.mark.parametrize(
    ("fields", "field", "expected"),
    [
        ({"id": '"Sầm Sơn"'}, "id", "small letters"),
        ({"name": '""'}, "name", "the Vietnamese name"),
        ({"name": "7"}, "name", "the Vietnamese name"),
        ({"level": '"town"'}, "level", "province, department, district"),
        ({"url": '"samson.thanhhoa.gov.vn"'}, "url", "the home page, like https://"),
        ({"url": '"ftp://a.vn/"'}, "url", "the home page"),
        ({"units_old": "382"}, "units_old", "a list of codes"),
        ({"units_old": "[382]"}, "units_old", "an administrative code in quotes"),
        ({"units_old": '["382", "382"]'}, "units_old", "a list of codes"),
        ({"platform": "[]"}, "platform", "a platform profile"),
        ({"start_pages": '["/tin-tuc"]'}, "start_pages", "an address like"),
        ({"status": '"dead"'}, "status", "unverified, live, moved or closed"),
        ({"status": '"live"'}, None, "'status_date' is a required property"),
        ({"successor": '"b"'}, None, "'status' is a dependency of 'successor'"),
        ({"valid_from": "2025-07-01"}, "valid_from", "a day like 2025-07-01, in quotes"),
        ({"valid_to": '"1/7/2025"'}, "valid_to", "a day like"),
        ({"hosts": '["https://a.vn"]'}, "hosts", "a host name in small letters"),
        ({"delay_s": "-1"}, "delay_s", "seconds between two requests"),
        ({"delay_s": '"5"'}, "delay_s", "seconds between two requests"),
        ({"tls": '"off"'}, "tls", "unverified, where a broken certificate chain"),
        ({"tls": '"unverified"'}, None, "'tls_date' is a dependency of 'tls'"),
        ({"tls_note": '"why"'}, None, "'tls' is a dependency of 'tls_note'"),
        ({"nmae": '"x"'}, None, "'nmae' was unexpected"),
    ],
)
def test_a_wrong_field_is_named_with_what_was_expected(
    tmp_path: Path, fields: dict[str, str], field: str | None, expected: str
) -> None:
    path = write(tmp_path, record_text(**fields))
    found, findings = read_file(path)
    assert found == []
    assert findings[0].field == field
    assert findings[0].portal_id is not None
    assert expected in str(findings[0])
    assert str(path) in str(findings[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("province = \n", "is not valid TOML"),
        ("[[portal]]\nid = 'a'\n", "'province' is a required property"),
        ('province = "Thanh Hóa"\n', "'portal' is a required property"),
        ('province = "Thanh Hóa"\nportal = 3\n', "3 is not of type 'array'"),
        ('province = "Thanh Hóa"\nportal = ["a"]\n', "is not of type 'object'"),
        ("province = 38\nportal = []\n", "the province of before 1 July 2025"),
    ],
)
def test_a_broken_file_is_one_finding_not_a_crash(tmp_path: Path, text: str, expected: str) -> None:
    found, findings = read_file(write(tmp_path, text))
    assert found == []
    assert expected in str(findings[0])


def test_a_file_that_is_not_utf8_says_so(tmp_path: Path) -> None:
    path = tmp_path / "thanh-hoa.toml"
    path.write_bytes("province = 'Thanh Hóa'".encode("utf-16"))
    assert "is not UTF-8" in str(read_file(path)[1][0])


def test_a_good_record_stays_beside_a_broken_one(tmp_path: Path) -> None:
    text = record_text() + '[[portal]]\nid = "b"\n'
    found, findings = read_file(write(tmp_path, text))
    assert [record.portal.id for record in found] == ["a"]
    assert {finding.portal_id for finding in findings} == {"b"}


_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "id": st.sampled_from(["a", "a-b", "A", "a--b", "", "a_b", "a\n", 3]),
    "name": st.sampled_from(["x", "", "x" * 201, None, ["x"]]),
    "level": st.sampled_from([*LEVELS, "town", 1, ["district"]]),
    "url": st.sampled_from(["http://a.vn/", "http://a.vn", "http://a.vn/#x", "/x", "http:///x"]),
    "units_old": st.sampled_from([[], ["38"], ["38", "38"], ["1"], [38], "38", [["38"]]]),
    "units_new": st.sampled_from([["00001"], ["0001"], [""], {}]),
    "platform": st.sampled_from(["nukeviet", "", "NukeViet"]),
    "start_pages": st.sampled_from([[], ["http://a.vn/"], ["http://a.vn"], [1]]),
    "status": st.sampled_from([*STATUSES, "dead", 0, []]),
    "status_date": st.sampled_from(["2025-07-01", "2025-13-01", "x", 20250701]),
    "successor": st.sampled_from(["b", "B", 1]),
    "valid_from": st.sampled_from(["2025-07-01", "2025-7-1"]),
    "hosts": st.sampled_from([["a.vn"], ["a.vn:81"], ["A.vn"], ["http://a.vn"], ["a.vn", "a.vn"]]),
    "delay_s": st.sampled_from([0, 2.5, 3600, 3601, -0.1, True, "1"]),
    "note": st.sampled_from(["x", "", "x" * 501]),
    "nmae": st.just("x"),
}


@settings(max_examples=400)
@given(st.fixed_dictionaries({}, optional=_VALUES), st.sets(st.sampled_from(list(GOOD))))
def test_the_quick_look_never_passes_what_the_schema_refuses(
    fields: dict[str, Any], left_out: set[str]
) -> None:
    row = {key: value for key, value in {**GOOD, **fields}.items() if key not in left_out}
    validator = jsonschema.Draft202012Validator(schema())
    valid = validator.is_valid({"province": "x", "portal": [row]})
    assert valid or not record_files._looks_right(row)


def test_the_quick_look_passes_full_records() -> None:
    row = tomllib.loads(render(FULL))["portal"][0]
    assert record_files._looks_right(row)


def test_a_record_is_added_at_the_end_and_nothing_else_changes(tmp_path: Path) -> None:
    before = "# my own comment\n" + record_text() + "# last words\n\n\n"
    path = write(tmp_path, before)
    append(path, FULL)
    after = path.read_text(encoding="utf-8")
    assert after.startswith(before.rstrip())
    assert [record.portal.id for record in read_file(path)[0]] == ["a", FULL.id]
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert list(tmp_path.iterdir()) == [path]


def test_the_first_record_of_a_province_makes_its_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "thanh-hoa.toml"
    append(path, FULL)
    assert 'province = "Thanh Hóa"\n' in path.read_text(encoding="utf-8")
    assert read_file(path)[0][0].portal == FULL


def test_a_record_is_not_added_to_another_provinces_file(tmp_path: Path) -> None:
    path = write(tmp_path, record_text().replace("Thanh Hóa", "Nghệ An"))
    with pytest.raises(RecordError, match="is of province 'Nghệ An'"):
        append(path, FULL)


def test_a_record_that_breaks_the_schema_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "thanh-hoa.toml"
    with pytest.raises(RecordError, match="small letters"):
        append(path, Portal("Not An Id", "x", None, "other", "Thanh Hóa"))
    assert not path.exists()


def test_a_broken_file_is_not_added_to(tmp_path: Path) -> None:
    path = write(tmp_path, "province = \n")
    with pytest.raises(RecordError, match="is not valid TOML"):
        append(path, FULL)
    assert path.read_text(encoding="utf-8") == "province = \n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_names_a_way_out(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    with pytest.raises(RecordError, match="KHOTIN_RECORDS"):
        append(tmp_path / "thanh-hoa.toml", FULL)


def test_a_folder_that_is_a_file_names_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x", encoding="utf-8")
    with pytest.raises(RecordError, match="KHOTIN_RECORDS"):
        append(tmp_path / "taken" / "thanh-hoa.toml", FULL)
