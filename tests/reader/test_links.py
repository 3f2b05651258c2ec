"""The links of a page: absolute, canonical, each once, and what they promise."""

from __future__ import annotations

import pytest

from crawler.platforms import get_profile
from crawler.reader.document import parse
from crawler.reader.links import MAX_LINKS, links_of
from crawler.reader.model import Link, Page

URL = "https://quethuong.example/tin-tuc/"


def links(
    inside: str, platform: str = "nukeviet", url: str | None = URL, head: str = ""
) -> list[Link]:
    markup = f"<html><head>{head}</head><body>{inside}</body></html>"
    document = parse(markup, url)
    assert document is not None
    return links_of(document, Page(markup.encode(), url), get_profile(platform))


def urls(inside: str, platform: str = "nukeviet", **more: str) -> list[str]:
    return [
        link.url.removeprefix("https://quethuong.example")
        for link in links(inside, platform, **more)
    ]


def test_links_say_what_they_promise() -> None:
    found = links(
        '<a href="/tin-tuc/hop-dan-514.html">Họp  dân</a><a href="/thong-bao/">Thông báo</a>'
        '<a href="/rss/tin-tuc/">RSS</a><a href="/sitemap.xml">Sơ đồ</a>'
        '<a href="/print/tin-tuc/hop-dan-514.html">In</a><a href="/uploads/ke-hoach.pdf">Tệp</a>'
    )
    assert [(link.kind, link.native_id, link.text) for link in found] == [
        ("article", "514", "Họp dân"),
        ("listing", None, "Thông báo"),
        ("feed", None, "RSS"),
        ("sitemap", None, "Sơ đồ"),
        ("print", "514", "In"),
        ("other", None, "Tệp"),
    ]
    assert {link.method for link in found} == {"GET"}


@pytest.mark.parametrize(
    "href",
    ["#", "#main", "javascript:void(0)", "JavaScript:;", "mailto:a@b.example", "tel:0237", "",
     "data:text/html,x", "ftp://a.example/x", "file:///etc/passwd", "http://", "http://[::1",
     "about:blank", "  "],
)  # fmt: skip
def test_what_is_no_web_address_is_no_link(href: str) -> None:
    assert urls(f'<a href="{href}">x</a>') == []


def test_denied_addresses_are_left_out() -> None:
    denied = [
        "/?nvvithemever=m&amp;nv_redirect=ab",
        "/banners/click/?id=1&amp;s=2",
        "/users/login/",
        "/sendmail/tin-tuc/a-5.html",
    ]
    assert urls("".join(f'<a href="{href}">x</a>' for href in denied)) == []


def test_an_address_stands_once_with_the_first_text_it_has() -> None:
    found = links(
        '<a href="/a/hop-514.html"><img src="x.jpg"></a><a href="/a/hop-514.html#top">Họp dân</a>'
        '<a href="/a/hop-514.html?utm_source=z">Đọc tiếp</a>'
    )
    assert [(link.url[-15:], link.text) for link in found] == [("/a/hop-514.html", "Họp dân")]


def test_the_page_does_not_link_to_itself() -> None:
    assert urls(f'<a href="{URL}">x</a><a href="/tin-tuc/#a">x</a><a href="./">x</a>') == []


def test_a_link_without_text_has_the_words_of_its_title() -> None:
    assert links('<a href="/a/" title=" Mục  A "><i></i></a>')[0].text == "Mục A"


def test_relative_links_follow_the_base() -> None:
    head = '<base href="http://daksong.example/muc/">'
    assert urls('<a href="a/">x</a><a href="/b/">y</a>', head=head) == [
        "http://daksong.example/muc/a/",
        "http://daksong.example/b/",
    ]


def test_without_any_address_only_absolute_links_are_known() -> None:
    found = links('<a href="/a/">x</a><a href="http://a.example/b/">y</a>', url=None)
    assert [link.url for link in found] == ["http://a.example/b/"]


def test_unicode_addresses_are_encoded_and_encoded_ones_are_the_same() -> None:
    assert urls(
        '<a href="/tag/bầu-cử">a</a><a href="/tag/b%e1%ba%a7u-c%e1%bb%ad">b</a>', "generic"
    ) == ["/tag/b%E1%BA%A7u-c%E1%BB%AD"]


def test_literal_entities_in_a_path_stay_as_they_are() -> None:
    assert urls(
        '<a href="/web/trang-chu/hdnd-amp;-ubnd-xa/hop.html">x</a>', "thanhhoa-web-trang-chu"
    ) == ["/web/trang-chu/hdnd-amp;-ubnd-xa/hop.html"]


def test_feeds_are_found_in_the_head_and_frames_in_the_body() -> None:
    head = (
        '<link rel="alternate" type="application/rss+xml" href="/rss/">'
        '<link rel="alternate" type="application/atom+xml" href="/atom">'
        '<link rel="alternate" hreflang="en" href="/en/"><link rel="stylesheet" href="/a.css">'
    )
    found = links('<iframe src="/khung/"></iframe><map><area href="/vung/"></map>', head=head)
    assert [(link.url.removeprefix("https://quethuong.example"), link.kind) for link in found] == [
        ("/rss/", "feed"),
        ("/atom", "feed"),
        ("/khung/", "listing"),
        ("/vung/", "listing"),
    ]


def test_language_links_of_liferay_do_not_nest() -> None:
    assert urls(
        '<a href="/en/en/tin">x</a><a href="/c/portal/update_language?languageId=en_US">y</a>'
        '<a href="/en/tin">z</a><a href="/tin">t</a>',
        "liferay",
    ) == ["/tin"]


def test_a_page_of_endless_links_is_cut() -> None:
    many = "".join(f'<a href="/lich/{n}/">x</a>' for n in range(MAX_LINKS + 50))
    assert len(links(many)) == MAX_LINKS


def test_a_query_that_chooses_a_file_is_kept() -> None:
    assert urls('<a href="/a/hop-514.html?download=1&amp;id=0">x</a>') == [
        "/a/hop-514.html?download=1&id=0"
    ]
