"""A page parsed once: metadata, base address, and what the parser had to drop."""

from __future__ import annotations

import pytest

from crawler.reader.document import Document, parse

URL = "https://quethuong.example/tin-tuc/hop-dan-12.html"


def document(markup: str, url: str | None = URL) -> Document:
    found = parse(markup, url)
    assert found is not None
    return found


def test_meta_tags_are_found_by_name_property_and_http_equiv() -> None:
    page = document(
        '<meta name="Author" content=" Lan  Anh "><meta property="og:title" content="Nhan đề">'
        '<meta http-equiv="Refresh" content="0"><meta itemprop="x" content="y"><meta name="a">'
        '<meta property="article:tag" content="Đảng"><meta property="article:tag" content="Dân">'
    )
    assert page.meta("author") == "Lan Anh"
    assert page.meta("og:nothing", "og:title") == "Nhan đề"
    assert page.meta("refresh", "x") == "0"
    assert page.metas["article:tag"] == ["Đảng", "Dân"]
    assert page.meta("a") is None


def test_an_empty_meta_tag_is_passed_over() -> None:
    page = document('<meta name="author" content=""><meta name="author" content="Lan Anh">')
    assert page.meta("author") == "Lan Anh"


@pytest.mark.parametrize(
    ("head", "base"),
    [
        ("", URL),
        ('<base href="http://daksong.example/">', "http://daksong.example/"),
        ('<base href="/muc/">', "https://quethuong.example/muc/"),
        ('<base target="_blank"><base href="/muc/">', "https://quethuong.example/muc/"),
        ('<base href="/muc/"><base href="/khac/">', "https://quethuong.example/muc/"),
        ('<base href="javascript:void(0)">', URL),
        ('<base href="">', URL),
    ],
)
def test_links_are_relative_to_the_base(head: str, base: str) -> None:
    assert document(f"<head>{head}</head><body>x").base == base


def test_a_file_without_an_address_may_still_have_a_base() -> None:
    assert document("<p>x", None).base is None
    assert document('<base href="/muc/"><p>x', None).base is None
    assert document('<base href="http://a.example/"><p>x', None).base == "http://a.example/"


@pytest.mark.parametrize(
    "head",
    [
        '<link rel="canonical" href="https://a.example/b/c-5.html">',
        '<meta property="og:url" content="https://a.example/b/c-5.html">',
    ],
)
def test_a_file_without_an_address_may_know_where_it_was(head: str) -> None:
    assert document(f"{head}<p>x", None).base == "https://a.example/b/c-5.html"
    assert document(f"{head}<p>x").base == URL
    assert document(head.replace("https://a.example", "") + "<p>x", None).base is None


def test_json_ld_of_an_article_is_read_wherever_it_stands() -> None:
    page = document(
        '<script type="application/ld+json">{"@type":"Organization","name":"Cổng"}</script>'
        '<script type="application/ld+json">{"@graph":[{"@type":["NewsArticle"],'
        '"headline":" Nhan  đề ","author":{"name":"Lan Anh"},"image":["a"],"datePublished":""}]}'
        "</script>"
    )
    assert page.jsonld == {"headline": "Nhan đề", "author": "Lan Anh"}


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 5000, "null", '"x"', "[1,2]", '{"@graph":{"a":1}}']
)
def test_broken_json_ld_says_nothing(text: str) -> None:
    assert document(f'<script type="application/ld+json">{text}</script>').jsonld == {}


def test_the_title_of_a_picture_is_not_that_of_the_page() -> None:
    page = document("<head></head><body><svg><title>Biểu tượng</title></svg></body>")
    assert page.head_title is None
    assert document("<title> Cổng \n thông tin </title>").head_title == "Cổng thông tin"


def test_the_canonical_link_is_absolute() -> None:
    assert document('<link rel="canonical" href="/a-1.html">').canonical_link == (
        "https://quethuong.example/a-1.html"
    )
    assert document('<link rel="canonical" href=""><p>x').canonical_link is None


@pytest.mark.parametrize(
    ("markup", "language"),
    [
        ('<html lang="vi-VN"><p>x', "vi"),
        ('<html lang="VI"><p>x', "vi"),
        ('<meta http-equiv="content-language" content="vi"><p>x', "vi"),
        ("<p>x", None),
        ('<html lang="@"><p>x', None),
    ],
)
def test_the_language_is_what_the_page_says(markup: str, language: str | None) -> None:
    assert document(markup).language == language


@pytest.mark.parametrize(
    "markup",
    ["", "  \n", "<!doctype html>", "<!-- x -->", "<!", '<?xml version="1.0"?>', "<?php ?>"],
)
def test_a_text_without_any_element_is_no_document(markup: str) -> None:
    assert parse(markup, URL) is None


def test_control_characters_are_gone_before_anybody_reads_them() -> None:
    page = document("<p>ng\x00ày\x01 mai &#1;&#x1F;&#0; và &#x3A;&#10; &#38;&#160;hết")
    text = page.root.text_content()
    assert not [char for char in text if ord(char) < 32 and char not in "\n\t\r\f"]
    assert text.split() == ["ng", "ày", "mai", "và", ":", "&", "hết"]


def test_comments_are_left_out_without_their_tails() -> None:
    assert document("<p>một <!-- không --> hai</p>").root.text_content() == "một  hai"


def nested(depth: int) -> str:
    return f"<html><body>{'<div>' * depth}trong{'</div>' * depth}<p>sau</p></body></html>"


def test_two_thousand_levels_are_parsed_whole() -> None:
    page = document(nested(2000))
    assert page.root.text_content() == "trongsau"
    assert page.flags == []


@pytest.mark.parametrize("depth", [2100, 5000, 100_000])
def test_deeper_pages_are_flagged_because_the_parser_drops_the_rest(depth: int) -> None:
    page = document(nested(depth))
    assert "sau" not in page.root.text_content()
    assert page.flags == ["truncated_parse"]


def test_the_flag_is_set_behind_a_hundred_other_errors_too() -> None:
    page = document("</p></x><q:>&nope;" * 500 + nested(5000))
    assert page.flags == ["truncated_parse"]


def test_a_long_text_is_parsed_whole() -> None:
    page = document(f"<body><p>{'chữ ' * 3_000_000}</p><p>sau</p></body>")
    assert page.root.text_content().endswith("sau")
    assert page.flags == []


def test_broken_markup_is_no_truncation() -> None:
    assert document("</p></div><b><i></b></i><p>x<td>&nbsp;&nope;<q:r>").flags == []
