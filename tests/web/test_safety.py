"""What the served archive refuses: writing, flooding, framing, scripts, peeping."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from crawler.archive.captures import open_writer
from crawler.archive.db import Archive
from crawler.archive.runs import start_or_resume
from crawler.errors import ArchiveError
from crawler.web.limits import AnswerTooLarge, limit_memory
from crawler.web.server import is_loopback
from crawler.web.site import close_site, copy_snapshot, make_site
from tests.support.sample_archive import PORTALS, make_archive, put, reading

Ask = Callable[..., Any]


def sql(text: str, ending: str = ".json") -> str:
    return f"/archive{ending}?{urlencode({'sql': text})}"


@pytest.mark.parametrize(
    "path",
    ["/", "/archive", "/archive/articles", "/archive/articles/1", "/archive/articles.csv",
     "/archive/articles.json", "/nope", "/khotin/khotin.css", "/-/static/table.js", "/-/threads",
     "/tim?q=a", "/-/metadata.json"],
)  # fmt: skip
def test_every_answer_carries_the_security_headers(ask: Ask, path: str) -> None:
    headers = ask(path).headers
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "Accept-Language" in headers["vary"]


@pytest.mark.parametrize(
    "path",
    ["/", "/archive", "/archive/articles?_search=dang", "/archive/articles/1", "/nope",
     "/archive/captures/1", "/archive?sql=select+1", "/archive?sql=select+nothing"],
)  # fmt: skip
def test_no_page_has_inline_scripts_or_styles(ask: Ask, path: str) -> None:
    page = ask(path).text
    for inline in ("<script>", "<style", " style=", " onclick=", "javascript:"):
        assert inline not in page


@pytest.mark.parametrize("name", ["databases", "threads", "actor", "permissions", "auth-token"])
def test_the_operators_pages_of_datasette_are_closed(ask: Ask, name: str) -> None:
    for path in (f"/-/{name}", f"/-/{name}.json"):
        assert ask(path).status_code == 404


def test_no_page_tells_where_the_archive_lies(ask: Ask, sample: Path) -> None:
    for path in ("/", "/archive", "/archive.json", "/-/metadata.json", "/-/settings.json", "/nope"):
        assert str(sample.parent) not in ask(path).text


def test_writing_is_impossible(ask: Ask, site: Any, sample: Path) -> None:
    for text in ("delete from articles", "pragma journal_mode=delete", "attach 'x' as y"):
        assert ask(sql(text)).status_code == 400
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        asyncio.run(site.get_database("archive").execute("update articles set title = ''"))
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = asyncio.run(site.client.request(method, "/archive/articles"))
        assert answer.status_code == 405
        assert "content-security-policy" in answer.headers


def test_a_huge_value_and_many_large_rows_are_refused(ask: Ask) -> None:
    assert "too big" in ask(sql("select randomblob(1000000000)")).text
    many = (
        "with recursive n(i) as (select 1 union all select i+1 from n where i < 900) "
        "select hex(zeroblob(900000)) from n"
    )
    answer = ask(sql(many))
    assert answer.status_code == 400
    assert "larger than 20 MB" in answer.text


def test_the_limit_counts_each_answer_by_itself() -> None:
    conn = sqlite3.connect(":memory:")
    limit_memory(conn, answer_bytes=100_000)
    for _ in range(5):
        assert len(conn.execute("select hex(zeroblob(30000))").fetchone()[0]) == 60_000
    with pytest.raises(AnswerTooLarge) as caught:
        conn.execute("select hex(zeroblob(30000)) union all select hex(zeroblob(30001))").fetchall()
    assert caught.value.limit_bytes == 100_000
    conn.close()


def test_a_runaway_query_is_stopped_and_explained(ask: Ask) -> None:
    endless = "with recursive n(i) as (select 1 union all select i+1 from n) select count(*) from n"
    answer = ask(sql(endless, ""))
    assert answer.status_code == 400
    assert "Truy vấn chạy quá 1.000 ms" in answer.text


def test_sql_can_be_switched_off(sample: Path) -> None:
    site = make_site(sample, allow_sql=False)
    try:
        assert asyncio.run(site.client.get(sql("select 1"))).status_code == 403
        assert asyncio.run(site.client.get("/archive/articles?_where=1")).status_code == 403
        page = asyncio.run(site.client.get("/archive/articles"))
        assert page.status_code == 200
        assert "sql=" not in page.text
        assert "sql-editor" not in asyncio.run(site.client.get("/archive")).text
    finally:
        close_site(site)


@pytest.mark.parametrize(
    ("host", "only_here"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False),
     ("192.168.1.5", False), ("kho.example", False)],
)  # fmt: skip
def test_loopback_addresses_are_known(host: str, only_here: bool) -> None:
    assert is_loopback(host) == only_here


def add_article(path: Path, number: int) -> None:
    with Archive.open(path) as archive, open_writer(archive) as writer:
        run = start_or_resume(archive, [portal.id for portal in PORTALS])
        put(archive, writer, run.id, number, reading(number), b"late")


def count_of(site: Any) -> int:
    answer = asyncio.run(site.client.get("/archive/articles.json?_size=0"))
    return int(answer.json()["filtered_table_rows_count"])


def test_a_live_site_sees_what_a_crawl_adds_and_does_not_stop_it(tmp_path: Path) -> None:
    path = make_archive(tmp_path / "archive.db", 5, edits=0)
    site = make_site(path)
    try:
        assert count_of(site) == 5
        add_article(path, 77)
        assert count_of(site) == 6
        assert asyncio.run(site.client.get("/archive.db")).status_code == 403
    finally:
        close_site(site)


def test_a_snapshot_holds_what_is_in_the_log_and_stays_as_it_is(tmp_path: Path) -> None:
    path = make_archive(tmp_path / "archive.db", 5, edits=0)
    copy = tmp_path / "copy.db"
    with Archive.open(path) as archive:  # open: its rows may still be in the write-ahead log
        with open_writer(archive) as writer:
            run = start_or_resume(archive, [portal.id for portal in PORTALS])
            put(archive, writer, run.id, 88, reading(88), b"log")
        copy_snapshot(path, copy)
    site = make_site(copy, immutable=True)
    try:
        assert count_of(site) == 6
        add_article(path, 99)
        assert count_of(site) == 6
        assert asyncio.run(site.client.get("/archive.db")).content[:15] == b"SQLite format 3"
    finally:
        close_site(site)
    assert sorted(item.name for item in tmp_path.glob("copy*")) == ["copy.db"]


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="there is no archive"):
        make_site(tmp_path / "none.db")
    (tmp_path / "text.db").write_text("no database, but long enough to be looked at " * 20)
    with pytest.raises(ArchiveError, match="not a database"):
        make_site(tmp_path / "text.db")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to read-only folders")
def test_an_archive_in_a_read_only_folder_is_served_as_it_lies(tmp_path: Path) -> None:
    folder = tmp_path / "disc"
    folder.mkdir()
    path = make_archive(folder / "archive.db", 5, edits=0)
    folder.chmod(0o555)
    try:
        site = make_site(path)
        assert count_of(site) == 5
        close_site(site)
    finally:
        folder.chmod(0o755)
