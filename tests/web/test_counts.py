from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from datasette.database import Database, QueryInterrupted  # type: ignore[import-untyped]

from crawler.archive.db import Archive
from crawler.web import broad, views
from crawler.web.counts import COLUMNS, Counts, question
from crawler.web.site import close_site, make_site
from tests.web.conftest import Ask

FOUND = "rowid in (select rowid from articles_fts where articles_fts match escape_fts(:search))"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every query that reaches SQLite."""
    sent: list[str] = []
    run = Database.execute

    async def noted(self: Any, sql: str, *values: Any, **options: Any) -> Any:
        sent.append(" ".join(sql.split()))
        return await run(self, sql, *values, **options)

    monkeypatch.setattr(Database, "execute", noted)
    return sent


@pytest.fixture
def plan(sample: Path) -> Iterator[Any]:
    """The lines of SQLite's plan for a query."""
    with Archive.open(sample, readonly=True) as archive:
        archive.conn.create_function("escape_fts", 1, str, deterministic=True)

        def lines(sql: str) -> list[str]:
            rows = archive.conn.execute(f"EXPLAIN QUERY PLAN {sql}", {"search": "uy"})
            return [row[3] for row in rows]

        yield lines


@pytest.mark.parametrize(
    "path",
    ["", "?_search=uy", "?portal_id=bien-xanh", "?year__gt=2016", "?author__notnull=1",
     "?_where=id<20", "?_search=uy&category=x"],
)  # fmt: skip
def test_all_counts_of_a_page_are_one_question(ask: Ask, asked: list[str], path: str) -> None:
    assert ask(f"/archive/articles{path}").status_code == 200
    counting = [sql for sql in asked if re.search(r"count\(\*\).* from articles ", sql)]
    assert len(counting) == 1
    assert counting[0].startswith("with counted as materialized")


@pytest.mark.parametrize("share", [-1.0, 0.05, 2.0])
@pytest.mark.parametrize(
    "query",
    [
        "", "_search=uy", '_search="thanh uy"', "_search=khongcotunay", "portal_id=bien-xanh",
        "year=2017&_search=le hoi", "year__gt=2016&_search=uy", "province__contains=a",
        "level__notnull=1&portal_id__in=nui-cao,dang-bo", "year__isnull=1", "portal_id=none",
        "_facet_size=1", "_facet=category&_search=uy", "category=Thông báo", "_search_title=thanh",
        "_where=id<20&_search=uy", "_search=th*&_searchmode=raw", "_facet_array=flags",
    ],
)  # fmt: skip
def test_counts_and_facets_are_those_of_plain_datasette(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, query: str, share: float
) -> None:
    monkeypatch.setattr(broad, "BROAD", share)
    path = f"/archive/articles.json?{quote(query, safe='=&*')}"

    def answer() -> Any:
        found = ask(path)
        assert found.status_code == 200
        data = found.json()
        return data["rows"], data["filtered_table_rows_count"], data["facet_results"]

    ours = answer()
    monkeypatch.setattr(views, "counts_for", lambda *values: None)
    assert ours == answer()


def test_facets_of_later_pages_are_of_all_that_was_found(ask: Ask) -> None:
    first = ask("/archive/articles.json?_search=uy&_size=5").json()
    second = ask(first["next_url"].partition("localhost")[2]).json()
    assert [row for row in second["rows"] if row in first["rows"]] == []

    def numbers(page: Any) -> dict[str, int]:
        facet = page["facet_results"]["portal_id"]["results"]
        return {value["value"]: value["count"] for value in facet}

    assert numbers(second) == numbers(first)
    assert sum(numbers(first).values()) == first["filtered_table_rows_count"]


@pytest.mark.parametrize("where", ["", f"where +{FOUND}", f"where year = 2017 and +{FOUND}"])
def test_counting_reads_an_index_and_no_article(plan: Any, where: str) -> None:
    touched = [line for line in plan(question(where, True)) if re.search(r" articles\b", line)]
    assert len(touched) == 1
    assert "COVERING INDEX articles_counts" in touched[0]


@pytest.mark.parametrize(
    "where", ["", "where level = 'district'", f"where year = 2017 and {FOUND}"]
)
def test_counting_in_the_order_of_the_index_sorts_no_articles(plan: Any, where: str) -> None:
    lines = plan(question(where, True))
    assert "USE TEMP B-TREE FOR GROUP BY" not in lines[: lines.index("SCAN counted")]


def test_counting_the_articles_of_a_portal_begins_where_they_stand(plan: Any) -> None:
    lines = plan(question("where portal_id = 'nui-cao'", True, True))
    assert any("COVERING INDEX articles_counts (portal_id=?)" in line for line in lines)


def test_counting_by_other_columns_reads_each_article_once_and_in_order(plan: Any) -> None:
    lines = plan(question("where category = 'Thông báo'", False))
    assert "SCAN articles" in lines


def test_what_a_rare_word_finds_is_looked_up(plan: Any) -> None:
    lines = plan(question(f"where {FOUND}", False))
    assert any("articles USING INTEGER PRIMARY KEY" in line for line in lines)


@pytest.mark.parametrize(
    ("where", "index"),
    [
        ("", "articles_published"),
        ("where year = 2017", "articles_year"),
        ("where province = 'Lào Cai'", "articles_province"),
        ("where level = 'district'", "articles_level"),
        ("where portal_id = 'nui-cao'", "articles_stamp"),
        (f"where +{FOUND}", "articles_published"),
        (f"where portal_id = 'nui-cao' and +{FOUND}", "articles_stamp"),
    ],
)
def test_the_newest_articles_are_found_without_sorting_the_others(
    plan: Any, where: str, index: str
) -> None:
    lines = plan(f"select id, title from articles {where} order by published_at desc, id limit 51")
    assert any(f"INDEX {index}" in line for line in lines)
    assert "USE TEMP B-TREE FOR ORDER BY" not in lines


@pytest.mark.parametrize("query", ["_search=uy", "_search=uy&portal_id=bien-xanh", "year=2017", ""])
@pytest.mark.parametrize("sort", ["_sort_desc=published_at", "_sort=published_at", "_sort=year"])
@pytest.mark.parametrize("share", [-1.0, 2.0])
def test_later_pages_go_on_where_the_one_before_ended(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, query: str, sort: str, share: float
) -> None:
    monkeypatch.setattr(broad, "BROAD", share)
    path = f"/archive/articles.json?{query}&{sort}&_col=title"
    whole = ask(f"{path}&_size=max").json()["rows"]
    assert len(whole) > 3
    pages, following = [], f"{path}&_size=3"
    while following:
        page = ask(following.removeprefix("http://localhost")).json()
        pages += page["rows"]
        following = page["next_url"]
    assert pages == whole


@pytest.mark.parametrize("query", ["", "_search=uy", "portal_id=bien-xanh", "year=2017"])
@pytest.mark.parametrize("sort", ["_sort_desc=published_at", "_sort=published_at"])
def test_later_pages_go_down_an_index(
    ask: Ask, asked: list[str], plan: Any, monkeypatch: pytest.MonkeyPatch, query: str, sort: str
) -> None:
    monkeypatch.setattr(broad, "BROAD", -1.0)
    first = ask(f"/archive/articles.json?{query}&{sort}&_size=3").json()
    asked.clear()
    ask(first["next_url"].removeprefix("http://localhost"))
    (sql,) = (sql for sql in asked if sql.startswith("select id, ") and " limit 4" in sql)
    lines = plan(re.sub(r"(?<!escape_fts\():(p\d+)", "'1'", sql))
    assert any(re.search(r"articles USING INDEX articles_", line) for line in lines), lines
    assert not {"MULTI-INDEX OR", "USE TEMP B-TREE FOR ORDER BY"} & set(lines)


def test_pages_in_the_order_of_the_key_begin_at_their_row(
    ask: Ask, asked: list[str], plan: Any
) -> None:
    first = ask("/archive/articles.json?_sort=id&_size=3").json()
    asked.clear()
    ask(first["next_url"].removeprefix("http://localhost"))
    (sql,) = (sql for sql in asked if sql.startswith("select id, ") and " limit 4" in sql)
    lines = plan(re.sub(r":p\d+", "3", sql))
    assert any("PRIMARY KEY (rowid>?)" in line for line in lines)
    assert not any(line.startswith("SCAN") for line in lines)


def test_counts_that_take_too_long_are_not_begun_again_for_each_facet() -> None:
    begun = []

    async def slow(sql: str, params: Any, **options: Any) -> Any:
        begun.append(sql)
        raise QueryInterrupted("interrupted", sql, params)

    async def asking() -> None:
        counts = Counts(by_index=True)
        with pytest.raises(QueryInterrupted):
            await counts.answer(slow, "select count(*) from articles ", {}, {})
        for column in COLUMNS:
            facet = (
                f"select {column} as value, count(*) as count from ( select id from articles ) "
                f"where {column} is not null group by {column} "
                "order by count desc, value limit 16"
            )
            with pytest.raises(QueryInterrupted):
                await counts.answer(slow, facet, {}, {})

    asyncio.run(asking())
    assert len(begun) == 1


def test_the_list_of_tables_counts_no_search_index(ask: Ask, asked: list[str]) -> None:
    tables = ask("/archive.json").json()["tables"]
    counts = {table["name"]: table["count"] for table in tables}
    assert counts["articles"] == 60
    assert counts["articles_fts"] is None
    assert not [sql for sql in asked if sql.startswith("select count(*) from [articles_fts")]


def test_the_schema_is_asked_for_once_until_it_changes(
    sample: Path, tmp_path: Path, asked: list[str]
) -> None:
    path = tmp_path / "copy.db"
    shutil.copy(sample, path)
    site = make_site(path)

    def columns() -> list[str]:
        asked.clear()
        data = asyncio.run(site.client.get("/archive/articles.json?_size=1")).json()
        return list(data["columns"])

    try:
        before = columns()
        assert columns() == before
        assert not [sql for sql in asked if "sqlite_master where name" in sql]
        with closing(sqlite3.connect(path)) as conn:
            conn.execute("ALTER TABLE articles ADD COLUMN remark TEXT")
        assert columns() == [*before, "remark"]
        assert [sql for sql in asked if "sqlite_master where name" in sql]
    finally:
        close_site(site)
