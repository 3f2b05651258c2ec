"""RSS, Atom and sitemaps: sound ones, broken ones, and pages in their place."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.platforms import get_profile
from crawler.reader import Link, Page, Reading, read
from crawler.reader.feeds import looks_like_xml

URL = "https://quethuong.example/rss/tin-tuc/"
HOST = "https://quethuong.example"
RSS = """<?xml version="1.0" encoding="utf-8"?>
<?xml-stylesheet type="text/xsl" href="/a.xsl"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>Cổng thông tin</title><link>https://quethuong.example/</link>
<atom:link href="https://quethuong.example/rss/tin-tuc/" rel="self"/>
<item><title><![CDATA[Họp dân <b>xã</b> & phường]]></title>
<link>https://quethuong.example/tin-tuc/hop-dan-514.html</link>
<guid isPermaLink="false">news_514</guid><pubDate>Thu, 08 Oct 2026 08:10:00 GMT</pubDate>
<description><![CDATA[<img src="/a.jpg"> Lời dẫn]]></description></item>
<item><title>Ra qu&#226;n</title><link>/tin-tuc/ra-quan-515.html?utm_source=rss</link></item>
<item><title>Không địa chỉ</title></item>
<item><title>Họp dân</title><link>https://quethuong.example/tin-tuc/hop-dan-514.html</link></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>
<link href="/atom" rel="self"/><entry><title type="html">Họp  dân</title>
<link rel="self" href="/atom/1"/><link rel="alternate" href="/tin-tuc/hop-dan-514.html">
</link></entry></feed>"""
SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"
 xmlns:xhtml="http://www.w3.org/1999/xhtml">
<url><xhtml:link rel="alternate" href="/en/a"/><loc> https://quethuong.example/tin-tuc/a-7.html
</loc><lastmod>2026-01-01</lastmod><image:image><image:loc>/a.jpg</image:loc></image:image></url>
<url><loc>https://quethuong.example/thong-bao/</loc></url>
<url><loc>https://quethuong.example/users/login/</loc></url></urlset>"""
INDEX = """<sitemapindex><sitemap><loc>/sitemap-vi.news.xml</loc></sitemap>
<sitemap><loc>https://quethuong.example/sitemap?p=2</loc></sitemap></sitemapindex>"""


def reading(body: str | bytes, content_type: str | None = None, url: str = URL) -> Reading:
    data = body.encode() if isinstance(body, str) else body
    headers = (("content-type", content_type),) if content_type else ()
    return read(Page(data, url, headers), get_profile("nukeviet"))


def told(links: list[Link]) -> list[tuple[str, str, str | None, str | None]]:
    return [(e.url.removeprefix(HOST), e.kind, e.native_id, e.text) for e in links]


def test_an_rss_feed_is_a_listing_of_its_articles() -> None:
    found = reading(RSS, "application/rss+xml")
    assert (found.kind, found.reason, found.platform) == ("listing", None, "nukeviet")
    assert told(found.links) == [
        ("/tin-tuc/hop-dan-514.html", "article", "514", "Họp dân <b>xã</b> & phường"),
        ("/tin-tuc/ra-quan-515.html", "article", "515", "Ra quân"),
    ]


def test_an_atom_feed_gives_its_alternate_links() -> None:
    assert told(reading(ATOM).links) == [("/tin-tuc/hop-dan-514.html", "article", "514", "Họp dân")]


def test_a_permanent_guid_stands_in_for_a_missing_link() -> None:
    feed = "<rss><channel><item><guid>{0}/tin-tuc/a-7.html</guid></item></channel></rss>"
    assert told(reading(feed.format(HOST)).links) == [("/tin-tuc/a-7.html", "article", "7", None)]
    opaque = feed.replace("<guid>", '<guid isPermaLink="false">')
    assert reading(opaque.format(HOST)).links == []


def test_what_a_feed_announces_is_an_article_whatever_its_address() -> None:
    feed = "<rss><channel><item><link>/ky-hop</link></item></channel></rss>"
    found = read(Page(feed.encode(), URL), get_profile("uiarticle"))
    assert told(found.links) == [("/ky-hop", "article", None, None)]


def test_a_sitemap_gives_pages_by_what_their_addresses_promise() -> None:
    found = reading(SITEMAP, "text/xml")
    assert found.kind == "listing"
    assert told(found.links) == [
        ("/tin-tuc/a-7.html", "article", "7", None),
        ("/thong-bao/", "listing", None, None),
    ]


def test_an_index_of_sitemaps_gives_sitemaps() -> None:
    assert told(reading(INDEX, url=f"{HOST}/sitemap.xml").links) == [
        ("/sitemap-vi.news.xml", "sitemap", None, None),
        ("/sitemap?p=2", "sitemap", None, None),
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("</channel></rss>", ""),
        lambda text: text.replace("</item>", "", 1),
        lambda text: text.replace("<title>Ra", "<title>A & B &nbsp; &khong; <br> Ra"),
        lambda text: text.replace("<channel>", "<channel><p><b>"),
        lambda text: "\n\n \ufeff" + text,
        lambda text: text.replace("Lời dẫn", "Lời \x00\x01 dẫn"),
        lambda text: text.replace("utf-8", "utf-16"),
        lambda text: text.replace("utf-8", "idna"),
        lambda text: text.replace("<rss", "<!-- ghi chú --><!DOCTYPE rss><rss"),
        lambda text: text + "<script>alert(1)</script>",
    ],
)
def test_a_broken_feed_still_gives_its_articles(change: Callable[[str], str]) -> None:
    found = reading(change(RSS), "text/xml")
    assert found.kind == "listing"
    assert "514" in {link.native_id for link in found.links}


@pytest.mark.parametrize("charset", ["utf-16", "utf-8-sig"])
def test_a_feed_in_another_encoding_is_read(charset: str) -> None:
    assert reading(RSS.encode(charset)).links[1].text == "Ra quân"


def test_a_feed_under_a_wrong_header_is_read() -> None:
    found = reading(RSS, "text/html; charset=iso-8859-1")
    assert found.links[0].text == "Họp dân <b>xã</b> & phường"


def test_entities_are_not_expanded_and_files_not_read() -> None:
    bomb = '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "/etc/passwd">]>'
    item = "<item><title>&b;&f;</title><link>/a-7.html</link></item>"
    assert "root:" not in str(reading(f"{bomb}<rss><channel>{item}</channel></rss>"))


@pytest.mark.parametrize("body", ["<rss></rss>", "<urlset/>", "<rss version='2.0'><channel>"])
def test_an_empty_feed_is_an_empty_listing(body: str) -> None:
    found = reading(body)
    assert (found.kind, found.links) == ("listing", [])


def test_a_page_in_place_of_a_feed_is_a_page() -> None:
    markup = "<!DOCTYPE html><head><title>RSS</title></head><body><a href='/rss/a/'>x</a></body>"
    assert reading(markup, "application/rss+xml").links != []
    assert not looks_like_xml(markup)


@pytest.mark.parametrize(
    ("head", "feed"),
    [
        ("<?xml version='1.0'?><rss>", True),
        ("\ufeff<feed xmlns='x'>", True),
        ("<rdf:RDF xmlns='x'>", True),
        ("<?xml version='1.0'?><!DOCTYPE html><html>", False),
        ("<!-- <rss> --><html>", False),
        ("<!-- never closed <rss>", False),
        ("User-agent: *\nDisallow:", False),
        ("", False),
    ],
)
def test_a_feed_is_known_by_its_first_element(head: str, feed: bool) -> None:
    assert looks_like_xml(head) is feed


@given(st.integers(0, len(RSS)), st.integers(0, 60), st.text(max_size=20))
def test_a_mangled_feed_never_raises(start: int, length: int, text: str) -> None:
    body = (RSS[:start] + text + RSS[start + length :]).encode("utf-8", "replace")
    first = reading(body)
    assert first.kind in ("article", "listing", "other", "rejected")
    assert all(link.url.startswith(("http://", "https://")) for link in first.links)
