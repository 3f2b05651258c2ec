"""Lists filled by a script: what a page asks for, what an answer says, and how each ends."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.platforms import get_profile, load_profiles, recognise
from crawler.reader import Link, Page, Reading, read
from crawler.reader.script_lists import MAX_LISTS

HOST = "https://quechau.example"
LOAD = "/tin-tuc?p_p_id=news_INSTANCE_a1B2c3D4e5F6&p_p_lifecycle=2&p_p_resource_id=loadPage"
NEXT = "&pageNum={0}&recordPerPage=10"
VINH_PHUC = "/APIVP/api/DSTinTuc/QUERYDATA"
FORM = (
    "do=QUERYDATA&fieldOrder=CreatedDate&UrlList=%2Fct%2Fcms%2Ftintuc%2FLists%2FSuKien"
    "&start={0}&length=10"
)
ZONE = "/api/NewsZone/NewsZone"
CMSVIEW = "/DesktopModules/cmsview/api/NewsContent/listnew?PortalId=0&ModuleId=512&GetType=3"


def page_of(markup: str, place: str = "/tin-tuc") -> Page:
    text = f"<html><head><title>Tin tức</title></head><body><a href='/'>Trang chủ</a>{markup}"
    headers = (("content-type", "text/html; charset=utf-8"),)
    return Page(f"{text}</body></html>".encode(), HOST + place, headers)


def asked(markup: str, platform: str, place: str = "/tin-tuc") -> list[Link]:
    """The lists that a page's script fills."""
    reading = read(page_of(markup, place), get_profile(platform))
    assert reading.kind == "listing"
    profile = get_profile(platform)
    return [link for link in reading.links if profile.list_at(link.url, link.method)]


def answer(
    body: str | bytes | Any,
    place: str = LOAD + NEXT.format(1),
    platform: str | None = "liferay",
    form: str | None = None,
) -> Reading:
    """A server's answer, read; anything but text is sent as JSON."""
    if not isinstance(body, str | bytes):
        body = json.dumps(body, ensure_ascii=False)
    page = Page(
        body.encode() if isinstance(body, str) else body,
        HOST + place,
        (("content-type", "application/json; charset=utf-8"),),
        request_method="GET" if form is None else "POST",
        request_body=form,
    )
    return read(page, get_profile(platform) if platform else None)


def items(number: int = 3, first: int = 0) -> list[dict[str, Any]]:
    return [
        {"urlDetail": f"/news/-/details/{57_000 + n}/xa-hop-ban-viec-{n}"}
        for n in range(first, first + number)
    ]


def found(reading: Reading, kind: str) -> list[Link]:
    return [link for link in reading.links if link.kind == kind]


@pytest.mark.parametrize(
    "written",
    [
        LOAD,
        LOAD.replace("&", "&amp;"),
        LOAD.replace("/", "\\/").replace("&", "\\u0026"),
        LOAD.replace("&", "\\x26").replace("=", "\\x3d"),
        HOST + LOAD + "&pageNum=7",
    ],
)
def test_a_page_asks_for_the_list_that_its_script_fills(written: str) -> None:
    (link,) = asked(f"<script>var loadPageURL = '{written}';</script>", "liferay")
    assert link == Link(HOST + LOAD + NEXT.format(1), "listing")


def test_a_page_without_all_that_a_list_needs_asks_for_none() -> None:
    page = page_of("<script>var Catname = 'Ab12==';</script>")
    links = read(page, get_profile("vccorp")).links
    assert not [link for link in links if link.method == "POST"]


@pytest.mark.parametrize(
    "markup",
    [
        "<script>load({Catname: 'Qk9+/==', LanguageId: \"TG5n\", Site: 'U2l0'})</script>",
        "<input type='hidden' id='Catname' value='Qk9+/=='><input id='LanguageId' value='TG5n'>"
        "<input name='Site' value='U2l0'>",
        "<div data-catname='Qk9+/==' data-languageid='TG5n' data-site='U2l0'></div>",
    ],
)
def test_the_opaque_fields_of_a_form_are_taken_from_the_page(markup: str) -> None:
    (link,) = asked(markup, "vccorp")
    assert (link.url, link.method, link.kind) == (HOST + ZONE, "POST", "listing")
    assert dict(parse_qsl(link.form or "")) == {
        "PageIndex": "1",
        "PageSize": "10",
        "Catname": "Qk9+/==",
        "LanguageId": "TG5n",
        "Site": "U2l0",
    }


def test_every_list_of_a_page_is_asked_for_once() -> None:
    calls = "".join(f"getNewsBlockContents(0, {n % 3 + 500}, 3, 'x');" for n in range(9))
    links = asked(f"<script>{calls}</script>", "dnn")
    assert [dict(parse_qsl(urlsplit(link.url).query))["ModuleId"] for link in links] == [
        "500",
        "501",
        "502",
    ]


def test_a_page_that_names_a_thousand_lists_asks_for_few() -> None:
    names = "".join(f"<a href='/ct/cms/tintuc/Lists/Muc{n}/x.aspx'>{n}</a>" for n in range(1000))
    assert len(asked(names, "vinhphuc-api", "/")) == MAX_LISTS


def test_a_page_that_is_nothing_but_its_script_is_a_listing() -> None:
    markup = (
        "<html><head><title>Tin tức</title><script src='/app.js'></script></head><body>"
        f"<script>loadPageURL = '{LOAD}'</script></body></html>"
    )
    reading = read(Page(markup.encode(), HOST + "/tin-tuc"), get_profile("liferay"))
    assert (reading.kind, len(reading.links)) == ("listing", 1)


def test_an_article_page_asks_for_no_list() -> None:
    paragraphs = "".join(
        f"<p>Đoạn {n}: Ủy ban nhân dân xã họp bàn về công tác thu gom lúa vụ mùa trong tháng, giao "
        "hạn hoàn thành cho từng thôn và phân công cán bộ.</p>"
        for n in range(6)
    )
    body = (
        f"<div class='asset-full-content'><h1 class='asset-full-content-title'>Xã họp bàn</h1>"
        "<p class='assetPublishDate'>21/07/2022 | 10:00 AM</p>"
        f"<div class='journal-content-article'>{paragraphs}</div></div>"
        f"<script>loadPageURL='{LOAD}'</script>"
    )
    reading = read(page_of(body, "/news/-/details/57000/xa-hop-ban"), get_profile("liferay"))
    assert reading.kind == "article"
    assert not [link for link in reading.links if "loadPage" in link.url]


def test_an_answer_is_a_listing_with_a_next_page() -> None:
    reading = answer({"items": items(), "totalPageNum": 4})
    assert (reading.kind, reading.reason, reading.platform) == ("listing", None, "liferay")
    articles = found(reading, "article")
    assert [link.native_id for link in articles] == ["57000", "57001", "57002"]
    assert articles[0].url == HOST + "/news/-/details/57000/xa-hop-ban-viec-0"
    (following,) = found(reading, "next")
    assert following.url == HOST + LOAD + NEXT.format(2)


@pytest.mark.parametrize("total", [4, "4", 4.0])
def test_the_last_page_that_an_answer_counts_has_no_next(total: Any) -> None:
    body = {"items": items(), "totalPageNum": total}
    assert found(answer(body, LOAD + NEXT.format(3)), "next")
    assert not found(answer(body, LOAD + NEXT.format(4)), "next")


@pytest.mark.parametrize("total", [None, "", "nhiều", -1, [], {}, True, "9" * 5000])
def test_a_total_that_is_no_number_ends_nothing(total: Any) -> None:
    assert found(answer({"items": items(), "totalPageNum": total}), "next")


def test_the_items_of_a_form_are_dated_and_addressed_by_their_list() -> None:
    entry = {
        "ID": 1234,
        "Title": "## Hội nghị &amp;lt;b&amp;gt;tổng kết&amp;lt;/b&amp;gt; năm &quot;2025&quot;",
        "CreatedDate": "2025-12-30T08:15:00",
    }
    reading = answer({"data": [entry]}, VINH_PHUC, "vinhphuc-api", FORM.format(20))
    (link,) = found(reading, "article")
    assert link == Link(
        HOST + "/ct/cms/tintuc/Lists/SuKien/View_Detail.aspx?ItemID=1234",
        "article",
        "sukien/1234",
        'Hội nghị tổng kết năm "2025"',
        published="2025-12-30T08:15:00+07:00",
    )
    (following,) = found(reading, "next")
    assert (following.method, following.url) == ("POST", HOST + VINH_PHUC)
    assert following.form == FORM.format(30)


@pytest.mark.parametrize("number", [77, "77", 77.0, " 77 "])
def test_a_number_is_an_address_however_it_is_written(number: Any) -> None:
    reading = answer({"data": [{"id": number}]}, VINH_PHUC, "vinhphuc-api", FORM.format(0))
    assert [link.native_id for link in found(reading, "article")] == ["sukien/77"]


@pytest.mark.parametrize("number", [None, True, 7.5, "", [], {}, "\ud800", 10**40])
def test_a_number_that_is_none_gives_no_address(number: Any) -> None:
    body = json.dumps({"data": [{"ID": number}]})
    reading = answer(body, VINH_PHUC, "vinhphuc-api", FORM.format(0))
    assert (reading.kind, reading.reason) == ("rejected", "no addresses in the JSON")


@pytest.mark.parametrize(
    ("said", "iso"),
    [
        ("2025-12-30T01:15:00Z", "2025-12-30T08:15:00+07:00"),
        ("/Date(1767057300000)/", "2025-12-30T08:15:00+07:00"),
        (1767057300000, "2025-12-30T08:15:00+07:00"),
        ("30/12/2025", "2025-12-30"),
        ("hôm qua", None),
        (12, None),
        (None, None),
    ],
)
def test_a_publish_time_is_read_in_any_shape(said: Any, iso: str | None) -> None:
    body = {"data": [{"ID": 1, "CreatedDate": said}]}
    reading = answer(body, VINH_PHUC, "vinhphuc-api", FORM.format(0))
    assert [link.published for link in found(reading, "article")] == [iso]


@pytest.mark.parametrize(
    "wrapped",
    [
        "{0}",
        "\ufeff{0}",
        "  \r\n{0}\n",
        "callback({0});",
        "/**/ jQuery1113_17.done( {0} )",
        ")]}}',\n{0}",
        "while(1);{0}",
        '{{"d": {0}}}',
    ],
)
def test_what_is_wrapped_around_json_is_taken_off(wrapped: str) -> None:
    body = wrapped.format(json.dumps({"items": items(), "totalPageNum": 1}))
    assert len(found(answer(body), "article")) == 3


def test_json_in_a_string_of_json_is_read() -> None:
    inner = json.dumps({"items": items(2)})
    assert len(found(answer({"d": inner}), "article")) == 2


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('{"items": [', "malformed JSON"),
        ("items", "malformed JSON"),
        ('{"items": [1, 2,]}', "malformed JSON"),
        ("[" * 100_000, "malformed JSON"),
        ('{"items": ' + "9" * 10_000 + "}", "malformed JSON"),
        ('{"error": "no permission"}', "no items in the JSON"),
        ('{"items": {"a": 1}}', "no items in the JSON"),
        ('{"items": "[không phải"}', "no items in the JSON"),
        ("7", "no items in the JSON"),
        ('{"items": [1, null, "x", [], {}]}', "no addresses in the JSON"),
        ('{"items": [{"urlDetail": "javascript:void(0)"}]}', "no addresses in the JSON"),
        ('{"items": [{"urlDetail": "http://[::1"}]}', "no addresses in the JSON"),
    ],
)
def test_an_answer_that_is_no_list_ends_with_a_reason(body: str, reason: str) -> None:
    reading = answer(body)
    assert (reading.kind, reading.reason, reading.links) == ("rejected", reason, [])


@pytest.mark.parametrize("body", ['{"items": []}', '{"items": null}'])
def test_an_empty_list_is_a_listing_at_its_end(body: str) -> None:
    reading = answer(body)
    assert (reading.kind, reading.links) == ("listing", [])


def test_html_in_place_of_json_is_told_from_a_list() -> None:
    page = "<html><head><title>Cổng</title></head><body><p>Chào mừng quý vị.</p></body></html>"
    reading = answer(page)
    assert (reading.kind, reading.reason) == ("rejected", "HTML in place of JSON")
    locked = "<html><head><title>Just a moment...</title></head><body>wait</body></html>"
    assert answer(locked).reason == "block page"


def test_an_answer_in_html_is_a_listing_with_dates() -> None:
    rows = "".join(
        f"<div class='news-item' data-id='{n}'><a class='news-title' "
        f"href='/tin/xa-hop-ban-{n}-426071009164250{n}.htm'>Xã họp bàn việc {n}</a>"
        f"<span class='news-time' title='13:3{n}, 10/07/2026'>8 giờ trước</span></div>"
        for n in range(3)
    )
    form = "PageIndex=2&PageSize=10&Catname=Qk9&LanguageId=1&Site=x"
    reading = answer(rows, ZONE, "vccorp", form)
    assert reading.kind == "listing"
    assert [(link.native_id, link.published) for link in found(reading, "article")] == [
        (f"426071009164250{n}", f"2026-07-10T13:3{n}:00+07:00") for n in range(3)
    ]
    (following,) = found(reading, "next")
    assert following.form == form.replace("PageIndex=2", "PageIndex=3")
    beyond = answer("<div></div>", ZONE, "vccorp", form)
    assert (beyond.kind, beyond.links) == ("listing", [])


def test_the_list_in_an_unknown_wrapping_is_found() -> None:
    rows = [{"Id": 900 + n, "Name": f"Công an xã ra quân đợt {n}"} for n in range(3)]
    for body in (rows, {"Data": {"News": rows, "Tags": []}}, {"Tags": ["a"], "Result": rows}):
        reading = answer(body, CMSVIEW + "&PageIndex=1", "dnn")
        urls = [link.url for link in found(reading, "article")]
        assert urls[0] == HOST + "/tin-tuc/cong-an-xa-ra-quan-dot-0-900"
        assert len(urls) == 3


@pytest.mark.parametrize(
    ("place", "form", "family"),
    [
        (LOAD + NEXT.format(1), None, "liferay"),
        (VINH_PHUC, FORM.format(0), "vinhphuc-api"),
        (ZONE, "PageIndex=1", "vccorp"),
        (CMSVIEW + "&PageIndex=1", None, "dnn"),
    ],
)
def test_the_address_of_an_answer_names_its_family(
    place: str, form: str | None, family: str
) -> None:
    assert recognise("", HOST + place) == family
    body = {"items": items(), "data": [{"ID": 3, "Id": 3, "Name": "Tin"}]}
    reading = answer(body if family != "vccorp" else "<a href='/x'>x</a>", place, None, form)
    assert (reading.kind, reading.platform) == ("listing", family)


def test_no_list_is_at_an_address_that_is_denied() -> None:
    for place, family in ((VINH_PHUC, "vinhphuc-api"), (ZONE, "vccorp"), (LOAD, "liferay")):
        assert get_profile(family).classify(HOST + place) == "listing"
    assert get_profile("vinhphuc-api").classify(HOST + "/APIVP/api/Other/X") == "deny"
    assert get_profile("vccorp").classify(HOST + "/api/Other") == "deny"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["items", "data", "d", "ID", "urlDetail", "Title", "totalPageNum"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
PLACES = [
    (LOAD + NEXT.format(1), "liferay", None),
    (VINH_PHUC, "vinhphuc-api", FORM.format(0)),
    (CMSVIEW + "&PageIndex=1", "dnn", None),
    (ZONE, "vccorp", "PageIndex=1"),
]


@settings(max_examples=150, deadline=None)
@given(json_values, st.sampled_from(PLACES), st.integers(0, 60))
def test_whatever_json_comes_back_ends_as_a_reading(
    value: Any, place: tuple[str, str, str | None], cut: int
) -> None:
    body = json.dumps(value)
    for text in (body, body[: max(0, len(body) - cut)]):
        reading = answer(text, place[0], place[1], place[2])
        assert reading.kind in ("listing", "rejected", "other", "article")
        if reading.kind == "rejected":
            assert reading.reason


@pytest.mark.parametrize("family", [name for name, p in load_profiles().items() if p.lists])
def test_a_hostile_page_is_searched_for_lists_quickly(family: str) -> None:
    profile = get_profile(family)
    for filler in ("loadPageURL='", "Catname=", "getNewsBlockContents(", "/ct/cms/tintuc/Lists/"):
        page = replace(page_of(""), body=(filler * 30_000).encode())
        assert read(page, profile).kind in ("listing", "other", "rejected")
