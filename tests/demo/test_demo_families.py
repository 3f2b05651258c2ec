"""Pagers, stamps and traps of the four platforms beside NukeViet; robustness of all five."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.demo import DemoPortal, GoldArticle, Request, Response, build

Get = Callable[..., Response]
Find = Callable[[str], DemoPortal]
PAGER = "/DesktopModule/UIArticleInMenu/ArticleInMenuPagination.aspx/LoadArticle"


def post(portal: DemoPortal, target: str, form: dict[str, str]) -> str:
    return portal.respond(Request(target, "POST", body=urlencode(form).encode())).text


# -- Tân Dân


def channel_titles(page: str) -> list[str]:
    return re.findall(r'<label class="channel-news-title"><a href="([^"]+)"', page)


def test_a_postback_turns_the_page_and_the_last_page_comes_again_for_ever(portal: Find) -> None:
    tandan = portal("tandan-sharepoint")
    path = "/portal/Pages/Tin-tuc.aspx"
    first = tandan.respond(Request(path)).text
    assert "__doPostBack(&#39;ctl00$PlaceHolderMain$ListNews$gv&#39;,&#39;Page$2&#39;)" in first
    seen = channel_titles(first)
    for number in range(2, 6):
        seen += channel_titles(post(tandan, path, {"__EVENTARGUMENT": f"Page${number}"}))
    assert sorted(seen) == sorted(gold.urls[0] for gold in tandan.articles if gold.visible)
    last, beyond = (post(tandan, path, {"__EVENTARGUMENT": f"Page${n}"}) for n in (5, 77))
    assert channel_titles(last) == channel_titles(beyond)
    assert "Page$Next" in beyond


def test_the_next_postback_goes_on_from_the_view_state(portal: Find) -> None:
    tandan = portal("tandan-sharepoint")
    path = "/portal/Pages/Tin-tuc.aspx"
    state = re.search(r'id="__VIEWSTATE" value="([^"]+)"', tandan.respond(Request(path)).text)
    assert state
    form = {"__EVENTARGUMENT": "Page$Next", "__VIEWSTATE": state[1]}
    by_next = channel_titles(post(tandan, path, form))
    assert by_next == channel_titles(post(tandan, path, {"__EVENTARGUMENT": "Page$2"}))


def test_a_sharepoint_article_has_its_traps_around_the_body(
    portal: Find, ordinary: Callable[[DemoPortal], GoldArticle]
) -> None:
    tandan = portal("tandan-sharepoint")
    gold = ordinary(tandan)
    page = tandan.respond(Request(gold.urls[0])).text
    assert '<p class="tandan-p-article-main"></p>' in page
    year, month, day = (gold.published or "").split("-")
    assert f"Đăng ngày {day} - {month} - {year}<" in page
    assert page.index("người đang online") < page.index("tandan-p-article-news-title")
    assert re.search(r">100%<", page)
    assert re.search(r"\(\d\d/\d\d/\d{4} \d{1,2}:\d\d (?:CH|SA)\)", page)
    twin = re.search(r'href="(/portal/pages/print\.aspx\?p=\d+)"', page)
    assert twin and gold.paragraphs[0] in tandan.respond(Request(twin[1])).text


# -- UIArticle


def row_links(page: str) -> list[str]:
    return re.findall(r'<h2 class="Title"><a href="([^"]+)"', page)


def test_the_ajax_pager_answers_rows_and_beyond_the_end_an_empty_fragment(portal: Find) -> None:
    uiarticle = portal("uiarticle")
    page = uiarticle.respond(Request("/tin-tuc-su-kien")).text
    ids = dict(re.findall(r'var (article_category_id|site_id) = "(\d+)"', page))
    form = {**ids, "page_size": "15", "keyword": "", "lang": "vi-VN"}
    seen = row_links(page)
    assert row_links(post(uiarticle, PAGER, {**form, "page": "1"})) == seen
    for number in (2, 3):
        fragment = post(uiarticle, PAGER, {**form, "page": str(number)})
        assert "<html" not in fragment
        seen += row_links(fragment)
    assert sorted(seen) == sorted(gold.urls[0] for gold in uiarticle.articles if gold.visible)
    assert row_links(post(uiarticle, PAGER, {**form, "page": "4"})) == []
    assert row_links(post(uiarticle, PAGER, {**form, "page": "2", "site_id": "1"})) == []
    assert uiarticle.respond(Request(PAGER)).status == 405


def test_stamps_stand_before_or_after_the_title_or_only_in_the_list(portal: Find) -> None:
    uiarticle = portal("uiarticle")
    places = set()
    for gold in uiarticle.articles:
        if not gold.visible:
            continue
        page = uiarticle.respond(Request(gold.urls[0])).text
        stamp = page.find('<div class="PostDate">')
        if stamp < 0:
            assert gold.published is None
            places.add("list" if gold.listed_published else "nowhere")
        else:
            assert gold.published
            places.add("before" if stamp < page.index("ArticleHeader") else "after")
    assert places == {"before", "after", "list", "nowhere"}


def test_pictures_have_the_alternative_text_that_leaks(
    portal: Find, ordinary: Callable[[DemoPortal], GoldArticle]
) -> None:
    uiarticle = portal("uiarticle")
    assert 'alt="anh tin bai"' in uiarticle.respond(Request(ordinary(uiarticle).urls[0])).text


# -- Thanh Hoá


def test_a_thanh_hoa_page_has_slogan_file_names_and_counters_in_two_lines(
    portal: Find, ordinary: Callable[[DemoPortal], GoldArticle]
) -> None:
    thanhhoa = portal("thanhhoa-web-trang-chu")
    gold = ordinary(thanhhoa)
    page = thanhhoa.respond(Request(gold.urls[0])).text
    assert re.search(r"Đăng lúc: (?:\d\d:\d\d:\d\d )?\d\d/\d\d/\d{4} \(GMT\+7\)", page)
    assert page.index("PHẤN ĐẤU") < page.index(f">{gold.title}</h1>")
    assert re.search(r"<div>Hôm nay:</div>\n<div>[\d,]+</div>", page)
    image = next(image for image in gold.images if image.caption)
    name = next(line for line in gold.residue if line.endswith(".png"))
    assert image.caption and image.caption.startswith("( ") and image.caption.endswith(")")
    assert page.index(name + "&nbsp;") < page.index(image.caption)


def test_a_query_turns_pages_and_the_calendar_never_ends(portal: Find, get: Get) -> None:
    thanhhoa = portal("thanhhoa-web-trang-chu")
    first, second = (get(thanhhoa, f"/web/trang-chu/tin-tuc{q}").text for q in ("", "?page=2"))
    links = [re.findall(r'class="ten-tin" href="([^"]+)"', page) for page in (first, second)]
    assert links[0] and links[1] and not set(links[0]) & set(links[1])
    empty = get(thanhhoa, "/web/trang-chu/tin-tuc?page=500")
    assert empty.status == 200 and "ten-tin" not in empty.text
    target = "/web/trang-chu/lich-cong-tac"
    days = set()
    for _ in range(30):
        after = re.findall(r'href="([^"]+ngay=[^"]+)"', get(thanhhoa, target).text)
        target = after[-1]
        days.add(target)
    assert len(days) == 30


def test_an_entity_stands_literally_in_an_address(portal: Find) -> None:
    thanhhoa = portal("thanhhoa-web-trang-chu")
    assert any("hdnd-amp;-ubnd/" in gold.urls[0] for gold in thanhhoa.articles)


# -- Liferay


def test_the_long_query_turns_pages_and_items_come_twice(portal: Find, get: Get) -> None:
    liferay = portal("liferay")
    page, seen = get(liferay, "/tin-tuc").text, []
    for _ in range(10):
        links = re.findall(r'class="asset-title"><a href="([^"]+)"', page)
        assert links[::2] == links[1::2]
        seen += links[::2]
        after = re.search(r'<li><a href="([^"]+)">Tiếp theo', page)
        if not after or "javascript" in after[1]:
            break
        assert "p_p_id=101_INSTANCE_" in after[1] and "_cur=" in after[1]
        page = get(liferay, after[1].replace("&amp;", "&")).text
    assert sorted(seen) == sorted(gold.urls[0] for gold in liferay.articles if gold.visible)


def test_language_links_nest_without_end(portal: Find, get: Get) -> None:
    liferay = portal("liferay")
    target = "/tin-tuc"
    for depth in range(1, 6):
        target = re.findall(r'<a href="(/en/[^"]*)">EN', get(liferay, target).text)[0]
        assert target.count("/en") == depth
    page = get(liferay, "/vi/en/vi/tin-tuc")
    assert page.status == 200 and "asset-abstract" in page.text
    switch = get(liferay, "/c/portal/update_language?languageId=en_US")
    assert "GUEST_LANGUAGE_ID" in (switch.header("Set-Cookie") or "")


def test_liferay_leaves_null_before_titles_and_stray_ends_of_paragraphs(
    portal: Find, get: Get
) -> None:
    liferay = portal("liferay")
    pages = [get(liferay, gold.urls[0]).text for gold in liferay.articles if gold.visible]
    assert any(re.search(r'content-title">null', page) for page in pages)
    assert all('journal-content-article">\n</p>' in page for page in pages)
    assert all(re.search(r"\d\d/\d\d/\d{4} \| \d\d:\d\d [AP]M", page) for page in pages)
    assert any("| 12:00 AM" in page for page in pages)
    assert all("Thống kê truy cập Thống kê truy cập" in page for page in pages)


# -- all of them

PORTALS = build(articles_per_portal=25)


@settings(max_examples=150, deadline=None)
@given(
    path=st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=60),
    cookie=st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=30),
    body=st.binary(max_size=60),
    which=st.integers(0, 4),
)
def test_no_request_makes_a_portal_raise(path: str, cookie: str, body: bytes, which: int) -> None:
    for method in ("GET", "POST"):
        request = Request("/" + path, method, {"cookie": cookie}, body)
        response = PORTALS[which].respond(request)
        assert response.status in (200, 301, 302, 304, 404, 405)


@pytest.mark.parametrize("number", ["²", "-1", "9" * 5000, "", "1e3"])
def test_page_numbers_that_are_none_do_no_harm(number: str) -> None:
    nukeviet, tandan, uiarticle, thanhhoa, liferay = PORTALS
    assert nukeviet.respond(Request(f"/thong-bao/page-{number}/")).status in (200, 301)
    form = urlencode({"__EVENTARGUMENT": f"Page${number}"}).encode()
    assert tandan.respond(Request("/portal/Pages/Tin-tuc.aspx", "POST", body=form)).status == 200
    form = urlencode({"page": number, "page_size": number}).encode()
    assert uiarticle.respond(Request(PAGER, "POST", body=form)).status == 200
    assert thanhhoa.respond(Request(f"/web/trang-chu/tin-tuc?page={number}")).status == 200
    target = re.sub(r"_cur=\d+", f"_cur={number}", "/tin-tuc?_101_INSTANCE_k21403Zq7Wx2_cur=1")
    assert liferay.respond(Request(target)).status == 200


def test_robots_texts_are_ordinary(portals: list[DemoPortal]) -> None:
    for portal in portals:
        robots = portal.respond(Request("/robots.txt"))
        assert robots.text.startswith("User-agent: *\n")
        assert (robots.header("Content-Type") or "").startswith("text/plain")
