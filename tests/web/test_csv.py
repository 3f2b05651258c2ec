"""The .csv of the web pages: whole, safe for spreadsheets, bounded in memory, honest at errors."""

from __future__ import annotations

import asyncio
import csv
import http.client
import io
import itertools
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import uvicorn

from crawler.archive.db import Archive
from crawler.web import views
from crawler.web.site import close_site, make_site
from tests.support.sample_archive import SPOILED_TITLE, make_archive

Ask = Callable[..., Any]


def read_csv(answer: Any, *, raw: bool = False) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    text = answer.content.decode("utf-8" if raw else "utf-8-sig")
    assert text.startswith("\ufeff") is False
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_table_comes_whole_without_being_told_to_stream(ask: Ask) -> None:
    found = read_csv(ask("/archive/articles.csv"))
    assert len(found) == 60
    assert "folded" not in found[0]
    assert ask("/archive/articles.csv").content.startswith(b"\xef\xbb\xbfid,portal_id,")


def test_all_pages_of_a_long_table_come(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "CSV_PAGE_ROWS", 7)
    assert len({row["id"] for row in read_csv(ask("/archive/articles.csv?_sort=year"))}) == 60


@pytest.mark.parametrize("sort", ["", "&_sort=category", "&_sort_desc=year", "&_sort=author"])
def test_no_row_comes_twice_or_never_when_many_have_the_same_value(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    monkeypatch.setattr(views, "CSV_PAGE_ROWS", 7)
    found = [int(row["id"]) for row in read_csv(ask(f"/archive/articles.csv?_stream=1{sort}"))]
    assert sorted(found) == list(range(1, 61))


def test_a_page_comes_when_a_page_is_asked_for(ask: Ask) -> None:
    assert len(read_csv(ask("/archive/articles.csv?_size=5"))) == 5


def test_filters_searches_columns_and_labels_hold_for_csv(ask: Ask) -> None:
    found = read_csv(ask("/archive/articles.csv?_search=thanh+uy&_col=portal_id&_labels=on"))
    assert len(found) == 12
    assert set(found[0]) == {"id", "portal_id", "portal_id_label"}
    assert {row["portal_id_label"] for row in found if row["portal_id"] == "nui-cao"} <= {
        "Cổng thông tin điện tử huyện Núi Cao"
    }


def test_a_formula_is_made_safe_unless_raw_text_is_asked_for(ask: Ask) -> None:
    assert read_csv(ask("/archive/articles.csv?id=4"))[0]["title"] == "'" + SPOILED_TITLE
    raw = ask("/archive/articles.csv?id=4&_raw=1")
    assert read_csv(raw, raw=True)[0]["title"] == SPOILED_TITLE
    assert raw.content.startswith(b"id,")


def test_a_row_and_a_query_come_as_safe_csv_too(ask: Ask) -> None:
    assert read_csv(ask("/archive/articles/4.csv"))[0]["title"] == "'" + SPOILED_TITLE
    query = urlencode({"sql": "select '=1+1' as f, -5 as n, x'00ff' as b, null as o"})
    assert read_csv(ask(f"/archive.csv?{query}")) == [
        {"f": "'=1+1", "n": "-5", "b": "2 bytes", "o": ""}
    ]


def test_wrong_sql_is_a_400_and_no_file(ask: Ask) -> None:
    for sql in ("select nothing from nowhere", "delete from articles"):
        answer = ask(f"/archive.csv?{urlencode({'sql': sql})}")
        assert answer.status_code == 400
        assert "text/html" in answer.headers["content-type"]


@pytest.fixture
def heavy(tmp_path: Path) -> Path:
    """An archive whose 40 articles have texts of 1 MB each: one page of them is 40 MB."""
    path = make_archive(tmp_path / "archive.db", 40, edits=0)
    with Archive.open(path) as archive, archive.atomic() as db:
        db.execute("UPDATE articles SET text = ? || id", ["x" * 1_000_000])
    return path


def test_rows_too_large_for_one_answer_are_streamed_in_smaller_pages(
    heavy: Path, request: pytest.FixtureRequest
) -> None:
    before = csv.field_size_limit(2_000_000)
    request.addfinalizer(lambda: csv.field_size_limit(before))
    site = make_site(heavy)
    try:
        found = read_csv(asyncio.run(site.client.get("/archive/articles.csv")))
        assert len(found) == 40
        assert all(len(row["text"]) > 1_000_000 for row in found)
        answer = asyncio.run(site.client.get("/archive/articles.json?_size=max"))
        assert answer.status_code == 400
        assert "larger than 20 MB" in answer.text
    finally:
        close_site(site)


@contextmanager
def listening(site: Any) -> Iterator[int]:
    """The site behind a real server; its port."""
    server = uvicorn.Server(uvicorn.Config(site.app(), port=0, log_level="critical"))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join()
    listener.close()


def test_an_error_in_the_middle_breaks_the_download_off(
    sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "CSV_PAGE_ROWS", 7)
    good, asked = views._lines, itertools.count(1)

    def fails_later(*words: Any) -> str:
        if next(asked) == 3:
            raise sqlite3.OperationalError("disk I/O error")
        return good(*words)

    monkeypatch.setattr(views, "_lines", fails_later)
    site = make_site(sample)
    with listening(site) as port:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        client.request("GET", "/archive/articles.csv")
        answer = client.getresponse()
        assert answer.status == 200
        with pytest.raises(http.client.IncompleteRead) as caught:
            answer.read()
        client.close()
    close_site(site)
    assert b"disk I/O error" not in caught.value.partial  # Datasette writes it among the rows
