"""Captions in every markup met, tied to their picture; and paragraphs that are none."""

from __future__ import annotations

import pytest

from crawler.reader.blocks import walk
from crawler.reader.captions import credit_of, split_captions
from crawler.reader.document import parse

LONG = (
    "Sáng ngày 05/01, Huyện ủy tổ chức hội nghị tổng kết công tác năm 2023, triển khai nhiệm vụ "
    "trọng tâm năm 2024 tới các chi, đảng bộ trực thuộc trong toàn huyện."
)
LATER = (
    "Phát biểu kết luận hội nghị, đồng chí Bí thư Huyện ủy ghi nhận kết quả của các đơn vị và yêu "
    "cầu khắc phục ngay những hạn chế đã được chỉ ra trong báo cáo."
)
CAPTION = "Toàn cảnh hội nghị"
IMG = '<img src="/a.jpg" alt="anh tin bai" width="600">'
Split = tuple[list[tuple[str | None, str | None]], list[str]]


def split(inside: str, *, before: str = f"<p>{LONG}</p>", after: str = f"<p>{LATER}</p>") -> Split:
    document = parse(f"<body><div>{before}{inside}{after}</div></body>", None)
    assert document is not None
    pictures, blocks = split_captions(walk(document.root.find("body")))
    return [(picture.url, picture.caption) for picture in pictures], [b.text for b in blocks]


MARKUPS = {
    "figure": f"<figure>{IMG}<figcaption>{CAPTION}</figcaption></figure>",
    "div with figure": f"<div style='text-align:center'><figure class='image'>{IMG}"
    f"<figcaption>{CAPTION}</figcaption></figure></div>",
    "next paragraph, italic": f"<p>{IMG}</p><p style='text-align:center'><em>{CAPTION}</em></p>",
    "same paragraph after a break": f"<p style='text-align:center'>{IMG}<br>{CAPTION}</p>",
    "table of two rows": f"<table><tr><td>{IMG}</td></tr><tr><td>{CAPTION}</td></tr></table>",
    "table of one cell": f"<table><tr><td>{IMG}<br><i>{CAPTION}</i></td></tr></table>",
    "div, break, span": f"<div>{IMG}<br><span style='font-size:13px'><i>{CAPTION}</i></span></div>",
    "next plain paragraph": f"<p>{IMG}</p><p>{CAPTION}</p>",
    "next centred paragraph": f"<p>{IMG}</p><p align='center'>{CAPTION}</p>",
    "a class that says so": f"<div>{IMG}<p class='image-caption'>{CAPTION}</p></div>",
    "styled italic": f"<p>{IMG}</p><p><span style='font-style: italic'>{CAPTION}</span></p>",
    "empty paragraph between": f"<p>{IMG}</p><p>&nbsp;</p><p><em>{CAPTION}</em></p>",
    "Word": f"<p class='MsoNormal'><span>{IMG}</span></p>"
    f"<p class='MsoNormal' align='center'><i><span>Toàn cảnh </span><span>hội nghị</span></i></p>",
}


@pytest.mark.parametrize("markup", MARKUPS.values(), ids=MARKUPS.keys())
def test_a_caption_is_tied_to_its_picture(markup: str) -> None:
    assert split(markup) == ([("/a.jpg", CAPTION)], [LONG, LATER])


@pytest.mark.parametrize("times", [2, 3])
def test_a_caption_printed_more_than_once_is_one(times: int) -> None:
    lines = f"<p style='text-align:center'><em>{CAPTION}</em></p>" * times
    assert split(f"<p>{IMG}</p>{lines}") == ([("/a.jpg", CAPTION)], [LONG, LATER])


def test_a_caption_equal_to_the_alternative_text_is_a_caption() -> None:
    image = f'<img src="/a.jpg" alt="{CAPTION}">'
    assert split(f"<p>{image}</p><p>{CAPTION}</p><p>{CAPTION}</p>") == (
        [("/a.jpg", CAPTION)],
        [LONG, LATER],
    )


@pytest.mark.parametrize("name", ["12.png", "hn2.jpg", "(3.JPG)", "DSC_0012.jpg (145 KB)"])
def test_a_file_name_in_the_text_marks_a_picture_and_is_no_text(name: str) -> None:
    found = split(f"<p>{IMG}</p><p>{name}</p><p>( {CAPTION})</p>")
    assert found[1] == [LONG, LATER]
    assert ("/a.jpg", f"( {CAPTION})") in found[0]


def test_captions_in_brackets_are_captions() -> None:
    assert split(f"<p>{IMG}</p><p>( {CAPTION})</p>")[0] == [("/a.jpg", f"( {CAPTION})")]


def test_every_picture_has_its_own_caption() -> None:
    second = '<img src="/b.jpg">'
    found = split(f"<p>{IMG}</p><p><em>A b</em></p><p>{LATER}</p><p>{second}<br><em>C d</em></p>")
    assert found[0] == [("/a.jpg", "A b"), ("/b.jpg", "C d")]
    assert found[1] == [LONG, LATER, LATER]


def test_a_caption_under_two_pictures_goes_to_the_nearer_one() -> None:
    found = split(f"<p>{IMG}<img src='/b.jpg'></p><p><em>{CAPTION}</em></p>")
    assert found == ([("/a.jpg", None), ("/b.jpg", CAPTION)], [LONG, LATER])


def test_a_picture_without_caption_leaves_the_paragraph_alone() -> None:
    assert split(f"<p>{IMG}</p>") == ([("/a.jpg", None)], [LONG, LATER])


@pytest.mark.parametrize(
    "markup",
    [
        "<p>Dưới đây là một số hình ảnh tại buổi lễ:</p>",
        "<p style='text-align:right'>Lan Anh</p>",
        "<ul><li>Một việc</li></ul>",
        "<blockquote><p>Lời của đồng chí Bí thư</p></blockquote>",
        "<h3>II. Phương hướng</h3>",
        "<p><b>II. Phương hướng nhiệm vụ</b></p>",
        "<table border=1><tr><td>1</td><td>Xã An</td></tr></table>",
        "<p>Dự có đồng chí An. Cùng dự có đồng chí Bình.</p>",
        "<p>Kết quả đạt được như sau:</p>",
    ],
)
def test_what_follows_a_picture_may_be_text(markup: str) -> None:
    pictures, texts = split(f"<p>{IMG}</p>{markup}")
    assert pictures == [("/a.jpg", None)]
    assert len(texts) == 3


def test_an_italic_sentence_about_accented_people_is_one_sentence() -> None:
    caption = "Đ/c Nguyễn Văn Ân phát biểu. đ/c Đỗ Ấn ghi chép"
    assert split(f"<p>{IMG}<br>{caption}</p>")[0] == [("/a.jpg", caption)]


def test_the_last_picture_of_an_article_may_lack_everything() -> None:
    assert split(f"<p>{IMG}</p>", after="") == ([("/a.jpg", None)], [LONG])
    assert split("", before="", after="") == ([], [])


@pytest.mark.parametrize(
    "lines",
    [
        f"<p><em>{CAPTION}</em></p><p>Ảnh: Long Hà</p>",
        f"<p>Ảnh: Long Hà</p><p><em>{CAPTION}</em></p>",
        f"<p><em>{CAPTION}</em><br>(Ảnh: Long Hà)</p>",
    ],
)
def test_a_credit_on_a_line_of_its_own_is_the_picture_s(lines: str) -> None:
    document = parse(f"<body><p>{LONG}</p><p>{IMG}</p>{lines}<p>{LATER}</p></body>", None)
    assert document is not None
    (picture,), blocks = split_captions(walk(document.root.find("body")))
    assert (picture.caption, picture.credit) == (CAPTION, "Long Hà")
    assert [block.text for block in blocks] == [LONG, LATER]


@pytest.mark.parametrize(
    ("line", "caption", "credit"),
    [
        ("Ảnh: Duy Thái", None, "Duy Thái"),
        ("(ảnh: Long Hà)", None, "Long Hà"),
        ("( ảnh: Long Hà)", None, "Long Hà"),
        ("(Ảnh: Ngọc Như)", None, "Ngọc Như"),
        ("Quang cảnh lễ (Ảnh: Long Hà)", "Quang cảnh lễ (Ảnh: Long Hà)", "Long Hà"),
        ("Ảnh: Toàn cảnh hội nghị", "Ảnh: Toàn cảnh hội nghị", None),
        (
            "Ảnh: Đồng chí Nguyễn Hữu Thọ-TUV",
            "Ảnh: Đồng chí Nguyễn Hữu Thọ-TUV",
            None,
        ),
        ("Toàn cảnh hội nghị", "Toàn cảnh hội nghị", None),
        ("Đại biểu (ảnh: chụp màn hình)", "Đại biểu (ảnh: chụp màn hình)", None),
    ],
)
def test_a_credit_names_a_photographer_a_caption_shows_a_scene(
    line: str, caption: str | None, credit: str | None
) -> None:
    assert credit_of(line) == (caption, credit)


SECOND = '<img src="/b.jpg" width="600">'
OTHER = "Đồng chí Nguyễn Văn An phát biểu"
BOTH = [("/a.jpg", CAPTION), ("/b.jpg", OTHER)]
GALLERIES = {
    "cells of two rows": f"<table><tr><td>{IMG}</td><td>{SECOND}</td></tr>"
    f"<tr><td>{CAPTION}</td><td>{OTHER}</td></tr></table>",
    "a cell each": f"<table><tr><td>{IMG}<br>{CAPTION}</td>"
    f"<td>{SECOND}<br>{OTHER}</td></tr></table>",
    "four rows": f"<table><tr><td>{IMG}</td></tr><tr><td>{CAPTION}</td></tr>"
    f"<tr><td>{SECOND}</td></tr><tr><td>{OTHER}</td></tr></table>",
    "items with paragraphs": f"<ul><li>{IMG}<p>{CAPTION}</p></li>"
    f"<li>{SECOND}<p>{OTHER}</p></li></ul>",
    "items with spans": f"<ul><li>{IMG}<span>{CAPTION}</span></li>"
    f"<li>{SECOND}<span>{OTHER}</span></li></ul>",
    "boxes": f"<div><div>{IMG}<div class='cap'>{CAPTION}</div></div>"
    f"<div>{SECOND}<div class='cap'>{OTHER}</div></div></div>",
    "figures in a figure": f"<figure><figure>{IMG}<figcaption>{CAPTION}</figcaption></figure>"
    f"<figure>{SECOND}<figcaption>{OTHER}</figcaption></figure></figure>",
}


@pytest.mark.parametrize("markup", GALLERIES.values(), ids=GALLERIES.keys())
def test_every_picture_of_a_gallery_has_its_line(markup: str) -> None:
    assert split(markup) == (BOTH, [LONG, LATER])


MORE_MARKUPS = {
    "figure, caption first": f"<figure><figcaption>{CAPTION}</figcaption>{IMG}</figure>",
    "figure with a paragraph": f"<figure>{IMG}<p>{CAPTION}</p></figure>",
    "definition list": f"<dl class='wp-caption'><dt>{IMG}</dt><dd>{CAPTION}</dd></dl>",
    "table with a caption tag": f"<table><caption>{CAPTION}</caption>"
    f"<tr><td>{IMG}</td></tr></table>",
    "table with an empty row": f"<table><tr><td>{IMG}</td></tr><tr><td>&nbsp;</td></tr>"
    f"<tr><td>{CAPTION}</td></tr></table>",
    "nested tables": f"<table><tr><td><table><tr><td>{IMG}</td></tr><tr><td>{CAPTION}</td></tr>"
    "</table></td></tr></table>",
    "p.Caption": f"<p>{IMG}</p><p class='Caption'>{CAPTION}</p>",
    "center": f"<center>{IMG}<br><i>{CAPTION}</i></center>",
    "bold italic": f"<p>{IMG}</p><p align='center'><strong><em>{CAPTION}</em></strong></p>",
    "heading": f"<p>{IMG}</p><h6 align='center'><em>{CAPTION}</em></h6>",
    "linked picture": f"<p><a href='/full.jpg'>{IMG}</a></p><p><em>{CAPTION}</em></p>",
    "above, italic": f"<p align='center'><em>{CAPTION}</em></p><p align='center'>{IMG}</p>",
    "above, by its class": f"<p class='image-caption'>{CAPTION}</p><p>{IMG}</p>",
}


@pytest.mark.parametrize("markup", MORE_MARKUPS.values(), ids=MORE_MARKUPS.keys())
def test_a_caption_is_tied_to_its_picture_in_rarer_markup_too(markup: str) -> None:
    assert split(markup) == ([("/a.jpg", CAPTION)], [LONG, LATER])


@pytest.mark.parametrize(
    "image",
    [
        "<img src='/blank.gif' data-src='/a.jpg'>",
        "<img src='data:image/gif;base64,AAA' data-original='/a.jpg'>",
        "<img srcset='/small.jpg 300w, /a.jpg 600w'>",
        "<img srcset='/a.jpg, /a.jpg 1x'>",
        "<img src='data:image/gif;base64,AAA' data-srcset='/a.jpg 2x, /small.jpg 1x'>",
        "<picture><source srcset='/a.webp'><img src='/a.jpg'></picture>",
    ],
)
def test_a_picture_that_loads_late_has_its_address_and_caption(image: str) -> None:
    assert split(f"<p>{image}</p><p><em>{CAPTION}</em></p>")[0] == [("/a.jpg", CAPTION)]


@pytest.mark.parametrize(
    "markup",
    [
        f"<p><em>{LATER}</em></p><p>{IMG}</p>",
        f"<p align='center'><b>{CAPTION}</b></p><p>{IMG}</p>",
        f"<p>{CAPTION}:</p><p>{IMG}</p>",
        f"<ul><li>{CAPTION}</li></ul><p>{IMG}</p>",
    ],
)
def test_what_stands_above_a_picture_is_mostly_text(markup: str) -> None:
    pictures, texts = split(markup)
    assert pictures == [("/a.jpg", None)]
    assert len(texts) == 3


def test_the_names_in_alt_and_title_are_no_captions() -> None:
    image = f"<img src='/a.jpg' alt='{CAPTION}' title='{CAPTION}'>"
    assert split(f"<p>{image}</p>") == ([("/a.jpg", None)], [LONG, LATER])
