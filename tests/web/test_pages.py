"""The pages: what they show, in which language, and how they take odd requests."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from datasette.database import Database  # type: ignore[import-untyped]

from crawler.archive.db import Archive
from crawler.web import broad
from crawler.web.catalogue import RESEARCH, TABLES
from crawler.web.pages import blocks, web_address
from crawler.web.site import close_site, make_site
from tests.support.sample_archive import SPOILED_TITLE, reading

Ask = Callable[..., Any]
EN = {"accept-language": "en"}


def test_the_front_page_counts_and_draws_what_is_there(ask: Ask) -> None:
    page = ask("/").text
    assert '<html lang="vi">' in page
    assert re.search(r"<strong>60</strong> <span>bài viết", page)
    assert re.search(r"<strong>3</strong> <span>cổng có bài", page)
    assert page.count('<rect class="bar"') == 11 + 3  # years 2014 to 2024, three portals
    assert 'href="/archive/articles?year=2014"' in page
    assert 'href="/archive/articles?portal_id=dang-bo"' in page
    assert "07/01/2024" in page  # the newest article
    assert "3 bài không có ngày" in page


def test_the_front_page_lists_the_researchers_tables_only(ask: Ask) -> None:
    page = ask("/").text
    for name, table in TABLES.items():
        if name != "citations":
            assert (f'href="/archive/{name}"' in page) == table.research, name


def test_the_crawlers_own_tables_are_labelled_and_within_reach(ask: Ask) -> None:
    assert "Các bảng riêng của bộ thu thập" in ask("/archive").text
    page = ask("/archive/frontier").text
    assert "Các bảng riêng của bộ thu thập." in page
    assert "bien-xanh" in page


def test_english_readers_get_english(ask: Ask) -> None:
    page = ask("/", headers=EN).text
    assert '<html lang="en">' in page
    assert "Articles per year" in page
    assert "2024-01-07 08:29" in page


def test_the_choice_of_language_is_kept_in_a_cookie(ask: Ask) -> None:
    first = ask("/archive/articles?lang=en&year=2014")
    assert '<html lang="en">' in first.text
    assert "6 rows" in first.text
    cookie = first.headers["set-cookie"]
    assert "khotin_lang=en" in cookie and "SameSite=Lax" in cookie and "HttpOnly" in cookie
    again = ask("/archive/articles", cookies={"khotin_lang": "en"})
    assert '<html lang="en">' in again.text
    assert "set-cookie" not in again.headers


def test_the_other_language_is_one_click_away_on_the_same_page(ask: Ask) -> None:
    page = ask("/archive/articles?year=2014").text
    assert 'href="/archive/articles?year=2014&amp;lang=en"' in page


def test_articles_come_newest_first_with_titles_as_links(ask: Ask) -> None:
    page = ask("/archive/articles").text
    assert re.findall(r'<a href="/archive/articles/(\d+)">', page)[0] == "60"
    assert '<time datetime="2024-01-07T08:29+07:00">07/01/2024 08:29</time>' in page


def test_a_table_page_shows_the_main_columns_and_all_when_asked(ask: Ask) -> None:
    shown = re.findall(r'data-column="(\w+)"', ask("/archive/articles?_nofacet=1").text)
    assert set(shown) == {"id", *TABLES["articles"].shown()}
    every = re.findall(r'<th[^>]*data-column="(\w+)"', ask("/archive/articles?_columns=all").text)
    assert set(every) == set(TABLES["articles"].columns) - {"folded"}
    some = re.findall(r'<th[^>]*data-column="(\w+)"', ask("/archive/articles?_col=year").text)
    assert some == ["id", "year"]
    fewer = re.findall(r'<th[^>]*data-column="(\w+)"', ask("/archive/articles?_nocol=lead").text)
    assert set(fewer) == {"id", *TABLES["articles"].shown()} - {"lead"}


def test_the_next_page_works_when_sorted_by_a_column_that_is_not_shown(ask: Ask) -> None:
    page = ask("/archive/articles?_sort=year&_size=20").text
    following = re.search(r'<a class="button" href="([^"]*_next=[^"]*)"', page)
    assert following is not None
    second = ask(following[1].replace("&amp;", "&").removeprefix("http://localhost"))
    assert second.status_code == 200
    assert "2017" in second.text


def test_paging_by_a_column_of_few_values_shows_every_row_once(ask: Ask) -> None:
    seen: list[str] = []
    path = "/archive/articles?_sort_desc=category&_size=9"
    while path:
        page = ask(path).text
        seen += re.findall(r'<td class="col-id[^>]*><a href="/archive/articles/(\d+)">', page)
        following = re.search(r'<a class="button" href="http://localhost([^"]*_next=[^"]*)"', page)
        path = following[1].replace("&amp;", "&") if following else ""
    assert sorted(map(int, seen)) == list(range(1, 61))


def test_long_texts_are_no_sort_key(ask: Ask) -> None:
    assert "_sort=published_at" in ask("/archive/articles").text
    assert "_sort=lead" not in ask("/archive/articles").text
    answer = ask("/archive/articles?_sort=text")
    assert answer.status_code in (400, 500)
    assert "Cannot sort table by text" in answer.text


def test_an_empty_archive_says_how_to_fill_it(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive.db"):
        pass
    site = make_site(tmp_path / "archive.db")
    try:
        page = asyncio.run(site.client.get("/"))
        assert page.status_code == 200
        assert "Kho chưa có bài nào" in page.text
        assert asyncio.run(site.client.get("/archive/articles")).status_code == 200
    finally:
        close_site(site)


def test_every_researchers_table_has_a_page_in_both_languages(ask: Ask) -> None:
    for name in RESEARCH:
        if name == "citations":
            continue
        for headers, language in ((EN, "en"), ({"accept-language": "vi"}, "vi")):
            answer = ask(f"/archive/{name}", headers=headers)
            assert answer.status_code == 200
            title = TABLES[name].titles["en" if language == "en" else "vi"]
            assert f"<h1>{title.replace(chr(39), '&#39;')}</h1>" in answer.text


def test_articles_are_counted_by_portal_province_level_and_year(ask: Ask) -> None:
    page = ask("/archive/articles").text
    facets = re.findall(r'class="facet-info" id="[^"]*" data-column="(\w+)"', page)
    assert set(facets) == {"portal_id", "province", "level", "year"}
    assert "Cơ quan đảng" in page
    years = re.findall(r'_id=|\?year=(\d{4})"', page)
    assert [y for y in years if y] == sorted((y for y in years if y), reverse=True)


def test_an_article_page_has_the_article_and_its_evidence(ask: Ask) -> None:
    page = ask("/archive/articles/1").text
    read = reading(0)
    assert f"{read.title} (đã sửa)</h1>" in page
    assert "01/03/2014 07:30" in page
    assert "<td>Kè số 1</td><td>80 %</td><td>đúng hạn</td>" in page
    assert "Các đại biểu thống nhất:<br>Tiếp tục thi công;<br>Báo cáo hằng tuần." in page
    assert "Quang cảnh buổi họp" in page and "Văn bản số 12.pdf" in page
    assert re.search(r"<code>sha256:[0-9a-f]{64}</code>", page)
    assert re.search(r"khotin-\S+\.warc\.gz, từ byte [\d.]+, dài \d+ byte", page)
    assert page.count('href="/archive/versions/') == 2
    assert "Nghị định số 30/2020/NĐ-CP" in page
    assert "/archive/citations?number=30/2020&amp;code=N%C4%90&amp;organ=CP" in page


def test_an_article_without_a_date_says_so(ask: Ask) -> None:
    assert "không ghi ngày" in ask("/archive/articles/17").text


def test_markup_in_the_data_stays_text(ask: Ask) -> None:
    page = ask("/archive/articles/4").text
    assert SPOILED_TITLE not in page
    assert "=HYPERLINK(&#34;http://bad.test/&#34;" in page


@pytest.mark.parametrize(
    ("address", "followed"),
    [
        ("https://a.vn/x", True),
        ("HTTP://a.vn", True),
        ("javascript:alert(1)", False),
        (None, False),
    ],
)
def test_only_web_addresses_become_links(address: str | None, followed: bool) -> None:
    assert bool(web_address(address)) == followed


def test_a_body_is_taken_apart_into_paragraphs_and_tables() -> None:
    found = blocks("Một\nhai\n\nA | B\nC | D\n\n\n\nBa | có gạch\nkhông")
    assert [block.lines for block in found] == [["Một", "hai"], [], ["Ba | có gạch", "không"]]
    assert found[1].cells == [["A", "B"], ["C", "D"]]
    assert blocks(None) == []


@pytest.mark.parametrize(
    "typed", ["thanh uy", "thành ủy", "Thành uỷ", "dang bo", "đảng bộ", '"hoi nghi so ket"']
)
def test_the_search_finds_with_and_without_marks(ask: Ask, typed: str) -> None:
    answer = ask(f"/tim?{urlencode({'q': typed})}", follow_redirects=True)
    assert answer.status_code == 200
    assert "hội nghị sơ kết" in answer.text


@pytest.mark.parametrize("typed", ['"', '""', 'a"b', '"*', "*", "NEAR(", "đảng OR", "a^b:c", "-x"])
def test_no_search_is_answered_with_an_error(ask: Ask, typed: str) -> None:
    for path in (f"/tim?{urlencode({'q': typed})}", f"/archive/articles?_search={quote(typed)}"):
        assert ask(path, follow_redirects=True).status_code == 200
    assert ask(f"/archive/articles.json?_search={quote(typed)}").status_code == 200


def test_a_search_that_finds_nothing_says_so(ask: Ask) -> None:
    page = ask("/archive/articles?_search=khongcotunay").text
    assert "Không có dòng nào" in page
    assert 'value="khongcotunay"' in page


def test_a_search_keeps_its_words_in_the_box(ask: Ask) -> None:
    answer = ask(f"/tim?{urlencode({'q': 'Đảng “bí thư”'})}")
    assert answer.status_code == 302
    page = ask(answer.headers["location"]).text
    assert 'value="Đảng &#34;bí thư&#34;"' in page


def test_an_unknown_page_is_a_plain_404_in_the_readers_language(ask: Ask) -> None:
    for path in ("/nope", "/archive/nope", "/archive/articles/99999", "/other/articles"):
        answer = ask(path)
        assert answer.status_code == 404
        assert "Không có gì ở địa chỉ này." in answer.text
    assert ask("/nope", headers=EN).text.count("There is nothing at this address.") == 1
    assert ask("/archive/nope.json").json()["status"] == 404


def test_json_has_every_column_but_the_search_copy(ask: Ask) -> None:
    data = ask("/archive/articles.json?_size=1").json()
    assert set(data["columns"]) == set(TABLES["articles"].columns) - {"folded"}
    row = json.loads(ask("/archive/articles/1.json?_shape=objects").text)["rows"][0]
    assert row["native_id"] == "1000"


def test_the_metadata_describes_every_column_with_its_unit(ask: Ask) -> None:
    tables = ask("/-/metadata.json").json()["databases"]["archive"]["tables"]
    assert tables["captures"]["columns"]["size_bytes"].endswith("[bytes]")
    assert tables["captures"]["hidden"] is True
    assert tables["articles"]["hidden"] is False
    assert tables["articles"]["facets"] == ["portal_id", "province", "level", "year"]
    assert set(tables) == set(TABLES)


@pytest.mark.parametrize("words", ["uy", "hội nghị", '"thanh uy"', "bánh chưng", "khongcotunay"])
@pytest.mark.parametrize("more", ["", "&portal_id=bien-xanh", "&_sort=year", "&_searchmode=raw"])
def test_a_search_finds_the_same_whether_it_is_broad_or_not(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, words: str, more: str
) -> None:
    path = f"/archive/articles.json?_search={quote(words)}&_facet=year&_size=max{more}"

    def answer(share: float) -> Any:
        monkeypatch.setattr(broad, "BROAD", share)
        found = ask(path).json()
        return found["rows"], found["filtered_table_rows_count"], found["facet_results"]

    walked, looked_up = answer(-1.0), answer(2.0)
    assert walked == looked_up
    assert (walked[1] > 0) == (words != "khongcotunay")


def test_only_a_broad_search_walks_indexes(
    ask: Ask, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    run = Database.execute

    async def noted(self: Any, sql: str, *values: Any, **options: Any) -> Any:
        asked.append(sql)
        return await run(self, sql, *values, **options)

    monkeypatch.setattr(Database, "execute", noted)
    for words, walks in (("lam viec", True), ("chưng", True), ("37", False), ('"', False)):
        asked.clear()
        assert ask(f"/archive/articles?_search={quote(words)}").status_code == 200
        assert any("+rowid in" in sql for sql in asked) == walks, words
