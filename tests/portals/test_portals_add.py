"""khotin portals add, against real servers on loopback."""

from __future__ import annotations

import json
import socket
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crawler.cli import main
from crawler.portals.model import Portal
from crawler.portals.record_files import render_file
from crawler.portals.registry import FOLDERS_VARIABLE
from tests.support.certificates import self_signed
from tests.support.site import Answer, Site

NUKEVIET = (
    "<!doctype html><html><head><title>Trang nhất - UBND xã Thử Nghiệm</title>"
    '<meta name="generator" content="NukeViet v4.5"></head>'
    '<body><script>var nv_base_siteurl="/",nv_lang_data="vi"</script><p>tin</p></body></html>'
)
WHERE = ("--level", "commune", "--province", "thanh hoa")


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        running.answers["/"] = Answer(body=NUKEVIET)
        yield running


@pytest.fixture(autouse=True)
def no_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FOLDERS_VARIABLE, raising=False)


def add(folder: Path, *words: str, answer: str | None = None) -> Result:
    command = ["portals", "--records", str(folder), "add", "--allow-private", *words]
    return CliRunner().invoke(main, command, input=answer)


def written(folder: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for path in sorted(folder.glob("*.toml")):
        rows += tomllib.loads(path.read_text(encoding="utf-8"))["portal"]
    return rows


def test_a_portal_is_recognised_proposed_and_written(site: Site, tmp_path: Path) -> None:
    base = site.listen()
    result = add(tmp_path, f"{base}/", *WHERE, "--yes")
    assert result.exit_code == 0, result.stderr
    assert "platform recognised: nukeviet" in result.stderr
    assert f"written to {tmp_path / 'thanh-hoa.toml'}" in result.stderr
    row = {
        "id": "127-0-0-1",
        "name": "Trang nhất - UBND xã Thử Nghiệm",
        "url": f"{base}/",
        "level": "commune",
        "platform": "nukeviet",
    }
    assert written(tmp_path) == [row]
    assert tomllib.loads(result.stdout)["portal"] == [row]
    assert site.paths() == ["/robots.txt", "/"]


def test_what_was_added_is_listed_and_checked(site: Site, tmp_path: Path) -> None:
    add(tmp_path, f"{site.listen()}/", *WHERE, "--yes", "--id", "thu-nghiem", "--name", "Xã Thử")
    runner = CliRunner()
    shown = runner.invoke(
        main, ["portals", "--records", str(tmp_path), "show", "thu-nghiem", "--json"]
    )
    assert json.loads(shown.stdout)["name"] == "Xã Thử"
    checked = runner.invoke(main, ["portals", "--records", str(tmp_path), "check"])
    assert checked.exit_code == 0
    assert " 0 errors" in checked.stdout


def test_a_second_portal_of_the_province_joins_the_file(site: Site, tmp_path: Path) -> None:
    for host, name in (("127.0.0.1", "một"), ("127.0.0.2", "hai")):
        result = add(tmp_path, f"{site.listen(host)}/", *WHERE, "--yes", "--name", name)
        assert result.exit_code == 0, result.stderr
    assert [row["name"] for row in written(tmp_path)] == ["một", "hai"]
    assert [path.name for path in tmp_path.iterdir()] == ["thanh-hoa.toml"]


def test_the_folder_of_the_variable_is_written_to(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDERS_VARIABLE, str(tmp_path))
    words = ["portals", "add", "--allow-private", f"{site.listen()}/", *WHERE, "--yes"]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.stderr
    assert len(written(tmp_path)) == 1
    assert FOLDERS_VARIABLE not in result.stderr


def test_a_folder_that_no_command_reads_by_itself_is_pointed_out(
    site: Site, tmp_path: Path
) -> None:
    result = add(tmp_path / "mine", f"{site.listen()}/", *WHERE, "--yes")
    assert f"set {FOLDERS_VARIABLE}={tmp_path / 'mine'}" in result.stderr
    assert len(written(tmp_path / "mine")) == 1


def test_without_yes_the_answer_decides(site: Site, tmp_path: Path) -> None:
    url = f"{site.listen()}/"
    declined = add(tmp_path, url, *WHERE, answer="n\n")
    assert (declined.exit_code, written(tmp_path)) == (0, [])
    assert "nothing written" in declined.stderr
    unanswered = add(tmp_path, url, *WHERE, answer="")
    assert (unanswered.exit_code, written(tmp_path)) == (2, [])
    assert "add --yes" in unanswered.stderr
    agreed = add(tmp_path, url, *WHERE, answer="y\n")
    assert agreed.exit_code == 0
    assert len(written(tmp_path)) == 1


def test_a_platform_that_is_not_recognised_is_said_and_left_open(
    site: Site, tmp_path: Path
) -> None:
    site.page("/", "<p>xin chào</p>", title="Xã A")
    result = add(tmp_path, f"{site.listen()}/", *WHERE, "--yes")
    assert result.exit_code == 0
    assert "platform not recognised" in result.stderr
    assert "generic rules" in result.stderr
    assert "platform" not in written(tmp_path)[0]


def test_a_title_reaches_the_record_as_text_only(site: Site, tmp_path: Path) -> None:
    site.page("/", "x", title=" Xã &Agrave; \x1b[31m\n  đỏ\u200b &amp; xanh ")
    result = add(tmp_path, f"{site.listen()}/", *WHERE, "--yes")
    assert written(tmp_path)[0]["name"] == "Xã À [31m đỏ & xanh"
    assert "\x1b" not in result.output


def test_a_page_without_a_title_is_named_after_its_host(site: Site, tmp_path: Path) -> None:
    site.answers["/"] = Answer(body="<p>xin chào</p>")
    add(tmp_path, f"{site.listen()}/", *WHERE, "--yes")
    assert written(tmp_path)[0]["name"] == "127.0.0.1"


def test_an_old_encoding_of_the_title_is_read(site: Site, tmp_path: Path) -> None:
    page = "<html><head><title>Xã A</title></head><body>x</body></html>".encode("utf-16")
    site.answers["/"] = Answer(body=page, type="text/html")
    add(tmp_path, f"{site.listen()}/", *WHERE, "--yes")
    assert written(tmp_path)[0]["name"] == "Xã A"


def fails(folder: Path, *words: str, status: int) -> str:
    result = add(folder, *words, "--yes")
    assert result.exit_code == status, result.output
    assert written(folder) == []
    assert result.stdout == ""
    assert result.stderr.startswith("khotin: ")
    return result.stderr


def test_a_redirect_gives_the_command_for_the_new_address(site: Site, tmp_path: Path) -> None:
    site.answers["/"] = Answer(301, headers={"Location": "/trang-chu"})
    base = site.listen()
    message = fails(tmp_path, f"{base}/", *WHERE, status=3)
    assert f"khotin portals add {base}/trang-chu" in message


def test_a_page_that_refreshes_elsewhere_gives_the_command_too(site: Site, tmp_path: Path) -> None:
    refresh = '<html><meta http-equiv="refresh" content="0; URL=/vi/?a=1&amp;b=2"></html>'
    site.answers["/"] = Answer(body=refresh)
    base = site.listen()
    message = fails(tmp_path, f"{base}/", *WHERE, status=3)
    assert f"khotin portals add {base}/vi/?a=1&b=2" in message


def test_a_home_page_that_is_not_there(site: Site, tmp_path: Path) -> None:
    site.answers["/"] = Answer(404, "<p>404</p>")
    assert "answers 404" in fails(tmp_path, f"{site.listen()}/", *WHERE, status=3)


def test_a_home_page_that_is_empty(site: Site, tmp_path: Path) -> None:
    site.answers["/"] = Answer(body="\n \n")
    assert "empty page" in fails(tmp_path, f"{site.listen()}/", *WHERE, status=3)


def test_a_host_that_is_down(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    message = fails(tmp_path, f"http://127.0.0.1:{port}/", *WHERE, status=3)
    assert "cannot be reached" in message


def test_a_name_that_is_not_known(tmp_path: Path) -> None:
    message = fails(tmp_path, f"http://{'a' * 64}.vn/", *WHERE, status=3)
    assert "is not known" in message


def test_a_certificate_that_is_not_valid(site: Site, tmp_path: Path) -> None:
    base = site.listen(tls=self_signed(tmp_path).server)
    message = fails(tmp_path, f"{base}/", *WHERE, status=3)
    assert "certificate of" in message
    assert "self-signed" in message


def test_a_robots_txt_that_says_later_ends_with_its_own_status(site: Site, tmp_path: Path) -> None:
    site.answers["/robots.txt"] = Answer(503)
    assert "try later" in fails(tmp_path, f"{site.listen()}/", *WHERE, status=5)


def test_a_private_address_needs_permission(site: Site, tmp_path: Path) -> None:
    words = ["portals", "--records", str(tmp_path), "add", f"{site.listen()}/", *WHERE, "--yes"]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 3
    assert "--allow-private" in result.stderr
    assert site.log == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("samson.thanhhoa.gov.vn", "did you mean https://samson.thanhhoa.gov.vn/?"),
        ("ftp://samson.thanhhoa.gov.vn/", "is not an http(s) address"),
        ("http://", "is not an http(s) address"),
        ("http://[::1/", "is not an http(s) address"),
        ("", "is not an http(s) address"),
    ],
)
def test_an_address_that_is_none(tmp_path: Path, url: str, expected: str) -> None:
    assert expected in fails(tmp_path, url, *WHERE, status=2)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("https://samson.thanhhoa.gov.vn/",), "already, as samson-thanhhoa"),
        (("http://www.SAMSON.thanhhoa.gov.vn:80/tin/",), "already, as samson-thanhhoa"),
        (("http://127.0.0.9/",), "give --level and --province"),
        (("http://127.0.0.9/", "--level", "commune"), "give --province"),
        (("http://127.0.0.9/", *WHERE, "--id", "samson-thanhhoa"), "is taken"),
        (("http://127.0.0.9/", "--level", "commune", "--province", "Paris"), "no province"),
        (("http://lamson.tuyenquang.gov.vn/",), "give --level"),
        (("http://kimbinh.tuyenquang.gov.vn/a", "--province", "Nghệ An"), "give --level"),
    ],
)
def test_what_cannot_be_settled_is_said_before_anything_is_asked(
    tmp_path: Path, words: tuple[str, ...], expected: str
) -> None:
    assert expected in fails(tmp_path, *words, status=2)


def test_several_bodies_of_one_label_are_listed(tmp_path: Path) -> None:
    message = fails(tmp_path, "https://yenson.tuyenquang.gov.vn/", status=2)
    assert "Huyện Yên Sơn, Tỉnh Tuyên Quang (--level district)" in message
    assert "Xã Yên Sơn, Tỉnh Tuyên Quang (--level commune)" in message


def test_an_id_that_does_not_fit_is_not_written(site: Site, tmp_path: Path) -> None:
    result = add(tmp_path, f"{site.listen()}/", *WHERE, "--yes", "--id", "Sầm Sơn")
    assert result.exit_code == 2
    assert "small letters" in result.stderr
    assert written(tmp_path) == []


def test_a_broken_file_is_found_before_anything_is_asked(site: Site, tmp_path: Path) -> None:
    (tmp_path / "thanh-hoa.toml").write_text("province = \n", encoding="utf-8")
    result = add(tmp_path, f"{site.listen()}/", *WHERE, "--yes")
    assert result.exit_code == 2
    assert "is not valid TOML" in result.stderr
    assert site.log == []


def test_another_page_of_a_host_is_a_portal_of_its_own_under_its_path(
    site: Site, tmp_path: Path
) -> None:
    """Liferay hosts serve the sites of other bodies below /web/."""
    base = site.listen()
    first = Portal("a", "A", f"{base}/web/xa-a", "commune", "Thanh Hóa")
    text = render_file("Thanh Hóa", [first])
    (tmp_path / "thanh-hoa.toml").write_text(text, encoding="utf-8")
    site.answers["/web/xa-b"] = Answer(body=NUKEVIET)
    result = add(tmp_path, f"{base}/web/xa-b", *WHERE, "--yes")
    assert result.exit_code == 0, result.stderr
    assert [row["url"] for row in written(tmp_path)] == [f"{base}/web/xa-a", f"{base}/web/xa-b"]
    assert "already, as a" in add(tmp_path, f"{base}/web/xa-a", *WHERE, "--yes").stderr
