"""`khotin read` through the command group, as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crawler.cli import main
from crawler.exits import Exit

URL = "https://minhson.example/tin-tuc/huyen-uy-tong-ket-cong-tac-nam-514.html"
TITLE = "Huyện ủy tổng kết công tác năm 2023"
TEXT = (
    "Sáng ngày 05/01, Huyện ủy tổ chức hội nghị tổng kết công tác năm 2023, triển khai nhiệm vụ "
    "trọng tâm năm 2024 tới các chi, đảng bộ trực thuộc."
)
NUKEVIET = f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{TITLE}</title>
<meta name="generator" content="NukeViet v4.5"></head><body>
<div class="news_column"><h1 class="title" itemprop="headline">{TITLE}</h1>
<span class="h5">Thứ sáu - 05/01/2024 15:10</span>
<div id="news-bodyhtml" class="bodytext"><p>{TEXT}</p><p><img src="/uploads/a.jpg"></p></div>
<p class="text-right"><strong>Tác giả: </strong>Lan Anh</p></div>
<a href="/thong-bao/ra-quan-515.html">Ra quân</a></body></html>"""
PLAIN = (
    f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><p>{TEXT}</p></body></html>"
)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["read", *map(str, arguments)])


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "bài viết.html"
    path.write_text(NUKEVIET, encoding="utf-8")
    return path


def test_a_bare_file_is_recognised_and_read(saved: Path) -> None:
    result = run(saved)
    (found,) = objects(result)
    assert result.exit_code == Exit.DONE
    assert (found["path"], found["platform"], found["kind"]) == (str(saved), "nukeviet", "article")
    assert (found["title"], found["text"], found["author"]) == (TITLE, TEXT, "Lan Anh")
    assert found["published_at"] == "2024-01-05T15:10:00+07:00"
    assert (found["url"], found["native_id"]) == (None, None)
    assert "links" not in found


def test_an_address_makes_links_and_pictures_absolute(saved: Path) -> None:
    (found,) = objects(run(saved, "--url", URL, "--links"))
    assert (found["url"], found["native_id"], found["canonical_url"]) == (URL, "514", URL)
    assert [image["url"] for image in found["images"]] == ["https://minhson.example/uploads/a.jpg"]
    assert [link["native_id"] for link in found["links"]] == ["515"]


def test_every_key_of_a_reading_is_printed(saved: Path) -> None:
    (found,) = objects(run(saved))
    asked = (
        "url kind reason platform native_id canonical_url title lead text published_at"
        " published_raw updated_at author source category tags images attachments citations"
        " language"
    )
    assert set(asked.split()) <= set(found)
    assert (found["lead"], found["tags"], found["citations"]) == (None, [], [])


def test_a_missing_file_does_not_keep_the_others_from_being_read(
    saved: Path, tmp_path: Path
) -> None:
    result = run(saved, tmp_path / "fehlt.html", tmp_path, saved)
    found = objects(result)
    assert result.exit_code == Exit.FAILED
    assert [entry["kind"] for entry in found] == ["article", "rejected", "rejected", "article"]
    assert "cannot read the file" in found[1]["reason"]
    assert "fehlt.html" in result.stderr
    assert "No such file" in result.stderr


def test_what_is_no_page_is_an_answer_too(tmp_path: Path) -> None:
    flood = "<title>Hãy đợi...</title><div class='floodblocker'>59 giây</div>"
    bodies = {
        b"": "empty",
        b"   \n": "empty",
        b"%PDF-1.7\n": "not HTML",
        b"PK\x03\x04": "not HTML",
        bytes(range(1, 32)) * 20: "not HTML",
        b'{"a": [1, 2]}': "not HTML",
        flood.encode(): "block page",
    }
    paths = [tmp_path / f"tệp-{number}.bin" for number in range(len(bodies))]
    for path, body in zip(paths, bodies, strict=True):
        path.write_bytes(body)
    result = run(*paths)
    found = objects(result)
    assert [entry["reason"] for entry in found] == list(bodies.values())
    assert {(entry["kind"], entry["title"]) for entry in found} == {("rejected", None)}
    assert result.exit_code == Exit.DONE


MANIFESTS = {
    "with a header": "url\tpath\n{url}\tbài viết.html\n\t{plain}\n",
    "columns the other way round": "path\tnote\turl\nbài viết.html\tx\t{url}\n{plain}\ty\t\n",
    "without a header": "{url}\tbài viết.html\n\t{plain}\n",
    "from Windows": "\ufeffURL\tPath\r\n{url}\tbài viết.html\r\n\r\n\t{plain}\r\n",
}


@pytest.mark.parametrize("text", MANIFESTS.values(), ids=MANIFESTS.keys())
def test_a_manifest_names_addresses_and_files(saved: Path, text: str) -> None:
    plain = saved.with_name("plain.html")
    plain.write_text(PLAIN, encoding="utf-8")
    manifest = saved.with_name("pages.tsv")
    manifest.write_text(text.format(url=URL, plain=plain), encoding="utf-8", newline="")
    result = run("--manifest", manifest)
    first, second = objects(result)
    assert result.exit_code == Exit.DONE
    assert (first["url"], first["native_id"], first["title"]) == (URL, "514", TITLE)
    assert (second["url"], second["path"], second["platform"]) == (None, str(plain), "generic")


def test_a_long_manifest_keeps_its_order(saved: Path) -> None:
    numbers = range(500, 540)
    rows = "".join(f"https://minhson.example/tin/a-{n}.html\t{saved.name}\n" for n in numbers)
    manifest = saved.with_name("pages.tsv")
    manifest.write_text(f"url\tpath\n{rows}", encoding="utf-8")
    found = objects(run("--manifest", manifest))
    assert [entry["native_id"] for entry in found] == [str(n) for n in numbers]


def test_an_address_is_given_back_as_it_was_written(saved: Path) -> None:
    url = "HTTPS://MinhSon.example:443/tin-tức/a-514.html#top"
    (found,) = objects(run(saved, "--url", url))
    assert found["url"] == url
    assert found["canonical_url"] == "https://minhson.example/tin-t%E1%BB%A9c/a-514.html"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("url\tpath\nftp://a.example/\tx.html\n", "line 2"),
        ("url\tpath\nhttp://a.example/\t\n", "line 2"),
        ("url\tpath\nhttp://a.example/\n", "line 2"),
        ("chỉ một cột\n", "line 1"),
    ],
)
def test_a_bad_manifest_is_refused_with_its_line(tmp_path: Path, text: str, problem: str) -> None:
    manifest = tmp_path / "pages.tsv"
    manifest.write_text(text, encoding="utf-8")
    result = run("--manifest", manifest)
    assert result.exit_code == Exit.USAGE
    assert problem in result.stderr and "pages.tsv" in result.stderr
    assert result.stdout == ""


def test_a_manifest_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    latin = tmp_path / "latin.tsv"
    latin.write_bytes("url\tpath\nhttp://a.example/\t\xe9.html\n".encode("latin-1"))
    assert "not UTF-8" in run("--manifest", latin).stderr
    missing = run("--manifest", tmp_path / "fehlt.tsv")
    assert missing.exit_code == Exit.USAGE
    assert "fehlt.tsv" in missing.stderr


def test_an_empty_manifest_gives_nothing(tmp_path: Path) -> None:
    manifest = tmp_path / "pages.tsv"
    manifest.write_text("url\tpath\n", encoding="utf-8")
    result = run("--manifest", manifest)
    assert (result.exit_code, result.stdout) == (Exit.DONE, "")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((), "at least one saved page"),
        (("a.html", "b.html", "--url", URL), "--manifest"),
        (("a.html", "--url", "javascript:1"), "no http or https address"),
        (("a.html", "--manifest", "b.tsv"), "not both"),
        (("a.html", "--platform", "nukevit"), "nukeviet"),
    ],
)
def test_a_wrong_command_line_says_what_to_do(arguments: tuple[str, ...], problem: str) -> None:
    result = run(*arguments)
    assert result.exit_code == Exit.USAGE
    assert problem in result.stderr
    assert result.stdout == ""


def test_a_platform_can_be_named(saved: Path) -> None:
    (found,) = objects(run(saved, "--platform", "generic"))
    assert (found["platform"], found["title"]) == ("generic", TITLE)
    assert TEXT in found["text"]


def test_help_says_what_the_command_does() -> None:
    result = run("--help")
    assert result.exit_code == 0
    for option in ("--url", "--manifest", "--platform", "--links", "--json"):
        assert option in result.stdout
