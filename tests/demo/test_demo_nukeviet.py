"""The NukeViet portal: theme cookie, feeds with wrong minutes, twins, soft errors, block page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from crawler.demo import DemoPortal, GoldArticle, Request, Response, build

Get = Callable[..., Response]


@pytest.fixture
def nukeviet(portal: Callable[[str], DemoPortal]) -> DemoPortal:
    return portal("nukeviet")


@pytest.fixture
def article(nukeviet: DemoPortal, ordinary: Callable[[DemoPortal], GoldArticle]) -> GoldArticle:
    return ordinary(nukeviet)


def test_a_link_switches_the_theme_for_all_later_pages_by_cookie(
    nukeviet: DemoPortal, article: GoldArticle, get: Get
) -> None:
    switch = get(nukeviet, "/?nvvithemever=m&nv_redirect=abc")
    assert switch.status == 302
    cookie = (switch.header("Set-Cookie") or "").split(";")[0]
    mobile = get(nukeviet, article.urls[0], cookie=cookie).text
    assert 'id="news-bodyhtml"' not in mobile and '<em class="time">' in mobile
    desktop = get(nukeviet, article.urls[0]).text
    assert 'id="news-bodyhtml"' in desktop
    back = (get(nukeviet, "/?nvvithemever=r").header("Set-Cookie") or "").split(";")[0]
    assert 'id="news-bodyhtml"' in get(nukeviet, article.urls[0], cookie=back).text


def test_a_phone_gets_the_mobile_theme_without_a_cookie(
    nukeviet: DemoPortal, article: GoldArticle, get: Get
) -> None:
    page = get(nukeviet, article.urls[0], user_agent="Mozilla/5.0 (iPhone; CPU iPhone OS 18_0)")
    assert 'class="mobile-wrap"' in page.text


def test_counters_change_with_every_hit_and_the_article_does_not(
    nukeviet: DemoPortal, article: GoldArticle, get: Get
) -> None:
    first, second = (get(nukeviet, article.urls[0]).text for _ in range(2))
    assert first != second
    counted = [
        re.findall(r"(?:Tổng lượt truy cập)</span><span>([\d,]+)", p) for p in (first, second)
    ]
    assert counted[0] and counted[0] != counted[1]
    body = re.compile(r'id="news-bodyhtml".*?</div>\n', re.S)
    bodies = [body.search(page) for page in (first, second)]
    assert bodies[0] and bodies[1] and bodies[0][0] == bodies[1][0]


def test_pages_beyond_the_end_are_empty_lists_for_ever(nukeviet: DemoPortal, get: Get) -> None:
    first = get(nukeviet, "/tin-tuc-su-kien/")
    assert 'rel="next"' in first.text
    for number in (7, 99, 99_999):
        page = get(nukeviet, f"/tin-tuc-su-kien/page-{number}/")
        assert page.status == 200
        assert "item-news" not in page.text and "pagination" not in page.text
    assert get(nukeviet, "/tin-tuc-su-kien/page-1/").header("Location") == "/tin-tuc-su-kien/"


def test_every_later_page_is_called_next_and_the_active_item_is_left_open(
    nukeviet: DemoPortal, get: Get
) -> None:
    page = get(nukeviet, "/tin-tuc-su-kien/page-2/").text
    later = re.findall(r'rel="next"[^>]*href="[^"]*page-(\d+)/"', page)
    assert len(set(later)) > 1
    assert '<li class="active"><a href="#">2</a><li>' in page


def test_list_stamps_use_the_twelve_hour_clock(nukeviet: DemoPortal, get: Get) -> None:
    page = get(nukeviet, "/tin-tuc-su-kien/").text
    assert re.search(r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d (?:AM|PM)", page)


def test_feed_minutes_are_the_month(nukeviet: DemoPortal, get: Get) -> None:
    feed = get(nukeviet, "/rss/")
    assert (feed.header("Content-Type") or "").startswith("text/xml")
    by_guid = {f"news_{gold.native_id}": gold for gold in nukeviet.articles}
    items = re.findall(
        r'<guid isPermaLink="false">(\w+)</guid>.*?<pubDate>\w+, (\d\d \w+ \d{4}) (\d\d):(\d\d)',
        feed.text,
    )
    assert len(items) == 30
    wrong = 0
    for guid, _, hour, minute in items:
        published = by_guid[guid].published or ""
        assert minute == published[5:7]
        assert (int(hour) + 7) % 24 == int(published[11:13])
        wrong += minute != published[14:16]
    assert wrong > 20


def test_microdata_dates_are_those_of_the_last_save(nukeviet: DemoPortal, get: Get) -> None:
    wrong = 0
    for gold in nukeviet.articles:
        if not gold.visible:
            continue
        page = get(nukeviet, gold.urls[0]).text
        micro = re.findall(r'itemprop="date(?:Published|Modified)">([^<]+)<', page)
        assert len(set(micro)) == 1
        wrong += micro[0] != gold.published
        meta = re.search(r'article:published_time" content="([\d-]+)\+07([\d:]+)"', page)
        assert meta and f"{meta[1]}T{meta[2]}+07:00" == gold.published
    assert wrong >= 10


def test_the_sitemap_index_leads_to_every_visible_article(nukeviet: DemoPortal, get: Get) -> None:
    assert (
        "Sitemap: http://portal.example/sitemap.xml"
        in get(nukeviet, "/robots.txt", host="portal.example").text
    )
    index = get(nukeviet, "/sitemap.xml", host="portal.example").text
    paths: list[str] = []
    for sitemap in re.findall(r"<loc>http://portal\.example([^<]+)</loc>", index):
        paths += re.findall(r"<loc>http://portal\.example([^<]+)</loc>",
                            get(nukeviet, sitemap, host="portal.example").text)  # fmt: skip
    assert {gold.urls[0] for gold in nukeviet.articles if gold.visible} <= set(paths)


def test_twins_repeat_the_article_elsewhere(
    nukeviet: DemoPortal, article: GoldArticle, get: Get
) -> None:
    for twin in ("print", "savefile"):
        page = get(nukeviet, f"/{twin}{article.urls[0]}")
        assert page.status == 200 and article.paragraphs[0] in page.text
        assert 'rel="canonical"' in page.text
    assert article.paragraphs[0] not in get(nukeviet, f"/sendmail{article.urls[0]}").text


def test_addresses_that_are_almost_right_are_redirected(
    nukeviet: DemoPortal, article: GoldArticle, get: Get
) -> None:
    path = article.urls[0]
    category = path.split("/")[1]
    for other in (
        f"/{category}/another-alias-{article.native_id}.html",
        f"/index.php?language=vi&nv=news&op={path.removesuffix('.html')[1:]}",
        f"/index.php{path}",
    ):
        response = get(nukeviet, other)
        assert (response.status, response.header("Location")) == (301, path), other
    assert get(nukeviet, f"/{category}").header("Location") == f"/{category}/"
    wrong = "thong-bao" if category != "thong-bao" else "doan-the"
    assert get(nukeviet, f"/{wrong}/x-{article.native_id}.html").status == 404


def test_unknown_paths_lead_home_and_unknown_articles_are_404(
    nukeviet: DemoPortal, get: Get
) -> None:
    home = get(nukeviet, "/khong-co-trang-nay/")
    assert (home.status, home.header("Location")) == (301, "/")
    missing = get(nukeviet, "/thong-bao/khong-co-99999.html")
    assert missing.status == 404 and "Lỗi truy cập 404" in missing.text


def test_tags_list_their_articles_by_names_with_diacritics(nukeviet: DemoPortal, get: Get) -> None:
    gold = next(gold for gold in nukeviet.articles if gold.tags and gold.visible)
    page = get(nukeviet, f"/tag/{gold.tags[0].replace(' ', '-')}")
    assert page.status == 200 and gold.title in page.text
    assert get(nukeviet, "/tag/không-có").status == 404


def test_html_is_never_cacheable_and_a_conditional_request_gets_a_false_304(
    nukeviet: DemoPortal, article: GoldArticle, get: Get
) -> None:
    page = get(nukeviet, article.urls[0])
    assert page.header("ETag") is None and "no-store" in (page.header("Cache-Control") or "")
    assert get(nukeviet, article.urls[0], if_modified_since="x").status == 304
    picture = get(nukeviet, article.images[0].url)
    again = get(nukeviet, article.images[0].url, if_none_match=picture.header("ETag") or "")
    assert again.status == 304


def test_the_block_page_comes_with_status_200_in_place_of_anything(get: Get) -> None:
    portal = build(articles_per_portal=25)[0]
    portal.flood(2)
    for path in ("/robots.txt", "/rss/"):
        blocked = get(portal, path)
        assert blocked.status == 200 and "floodblocker" in blocked.text
        assert (blocked.header("Content-Type") or "").startswith("text/html")
    assert "User-agent" in get(portal, "/robots.txt").text


def test_downloads_are_files_under_the_address_of_the_article(
    nukeviet: DemoPortal, get: Get
) -> None:
    gold = next(gold for gold in nukeviet.articles if gold.attachments and gold.visible)
    url, name = gold.attachments[0]
    assert url == f"{gold.urls[0]}?download=1&id=0"
    response = get(nukeviet, url)
    assert "attachment" in (response.header("Content-Disposition") or "")
    assert name.rsplit(".", 1)[1] in (response.header("Content-Disposition") or "")
    assert nukeviet.respond(Request(f"{gold.urls[0]}?download=1&id=99")).status == 404


def test_comments_of_readers_stand_under_some_articles_and_in_no_gold(
    nukeviet: DemoPortal, get: Get
) -> None:
    comments = 0
    for gold in nukeviet.articles:
        if not gold.visible:
            continue
        page = get(nukeviet, gold.urls[0]).text
        texts = re.findall(r'<li class="media">.*?<p>(.*?)</p>', page)
        assert not any(text in gold.text for text in texts)
        comments += len(texts)
    assert comments > 5


def test_a_picture_of_the_body_can_stand_above_it_as_well(nukeviet: DemoPortal, get: Get) -> None:
    twice = 0
    for gold in nukeviet.articles:
        assert len({image.url for image in gold.images}) == len(gold.images)
        if gold.visible and gold.images:
            twice += get(nukeviet, gold.urls[0]).text.count(f'src="{gold.images[0].url}"') == 2
    assert twice >= 2
