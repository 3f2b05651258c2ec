"""Fields of an article: titles without leftovers, agency codes, labels, repeats, images, files."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

import pytest

from crawler.platforms.profile import Layout
from crawler.reader import fields, titles
from crawler.reader.blocks import Block, Picture, walk
from crawler.reader.document import Document, parse
from crawler.reader.fields import Body

URL = "https://quethuong.example/tin-tuc/hop-dan-514.html"


def document(markup: str, url: str | None = URL) -> Document:
    found = parse(f"<html><body>{markup}</body></html>", url)
    assert found is not None
    return found


def body(markup: str, byline: Literal["field", "body"] = "body") -> Body:
    page = document(f"<div id='c'>{markup}</div>")
    return fields.read_body(page, page.root.get_element_by_id("c"), byline=byline)


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("  Họp \n dân ", "Họp dân"),
        ("nullĐẩy nhanh tiến độ", "Đẩy nhanh tiến độ"),
        ("%image_alt% Họp dân", "Họp dân"),
        ("Họp dân __trashed", "Họp dân"),
        ("Không", "Không"),
        ("", None),
        ("null", None),
    ],
)
def test_a_title_loses_what_templates_left(raw: str, title: str | None) -> None:
    assert titles.clean_title(raw) == title


@pytest.mark.parametrize(
    ("title", "cut"),
    [
        ("Họp dân - Cổng TTĐT", "Họp dân"),
        ("Họp dân | Tin tức - Cổng TTĐT", "Họp dân"),
        ("Họp dân – Cổng TTĐT huyện", "Họp dân"),
        ("Bầu cử 2021 - 2026 - Cổng TTĐT", "Bầu cử 2021 - 2026"),
        ("Một trang khác - Cổng TTĐT", "Một trang khác - Cổng TTĐT"),
    ],
)
def test_the_name_of_the_site_is_cut_where_a_heading_agrees(title: str, cut: str) -> None:
    assert titles.without_site(title, ["HỌP DÂN", "Bầu cử 2021 - 2026"]) == cut


@pytest.mark.parametrize(
    ("lead", "code"),
    [
        ("CTTĐT - Sáng nay", "CTTĐT"),
        ("(CTTĐTBP) - Sáng nay", "CTTĐTBP"),
        ("STO - Sáng nay", "STO"),
        ("(TGCT) Sáng nay", "TGCT"),
        ("(CT)-Sáng nay", "CT"),
        ("(CT)- Sáng nay", "CT"),
        ("(QBĐT) – Sáng nay", "QBĐT"),
        ("[TN] - Sáng nay", "TN"),
    ],
)
def test_an_agency_code_is_taken_off_the_lead(lead: str, code: str) -> None:
    assert fields.split_agency(lead) == ("Sáng nay", code)


@pytest.mark.parametrize(
    "lead",
    [
        "UBND huyện tổ chức hội nghị",
        "HĐND - UBND huyện tổ chức hội nghị",
        "HĐND-UBND huyện tổ chức hội nghị",
        "(UBND) huyện",
        "Sáng nay - 5/1",
        "COVID-19 được kiểm soát",
        "A - B",
        "TP.HCM - ngày 5",
    ],
)
def test_an_organisation_in_capitals_is_no_agency_code(lead: str) -> None:
    assert fields.split_agency(lead) == (lead, None)


LABELS = (
    "<p class='r'><strong>Tác giả bài viết: </strong>Lan Anh</p>"
    "<p class='r'><strong>Nguồn tin: </strong>Báo Nhân Dân</p>"
)


def test_fields_stand_behind_their_own_labels() -> None:
    page = document(LABELS)
    assert fields.labelled(page, ("p.r",), "author") == "Lan Anh"
    assert fields.labelled(page, ("p.r",), "source") == "Báo Nhân Dân"


def test_an_empty_label_is_no_author_and_takes_none_from_its_neighbour() -> None:
    page = document("<p class='r'>Tác giả: </p><p class='r'>Nguồn tin: Báo Nhân Dân</p>")
    assert fields.labelled(page, ("p.r",), "author") is None
    assert fields.labelled(page, ("p.r",), "source") == "Báo Nhân Dân"


def test_a_field_without_label_must_look_like_an_author() -> None:
    assert fields.labelled(document("<p class='r'>Lan Anh</p>"), ("p.r",), "author") == "Lan Anh"
    page = document("<p class='r'>Hội nghị đã kết thúc.</p>")
    assert fields.labelled(page, ("p.r",), "author") is None
    assert fields.labelled(document("<p class='r'>Lan Anh</p>"), ("p.r",), "source") is None


def test_the_text_of_a_body_has_paragraphs_items_and_rows() -> None:
    found = body(
        "<p>Một đoạn.</p><ul><li>một</li><li>hai</li></ul><ul><li>ba</li></ul>"
        "<table border=1><tr><td>1</td><td>An</td></tr><tr><td>2</td><td>Bình</td></tr></table>"
        "<p>Hai đoạn.</p>"
    )
    assert found.text == "Một đoạn.\n\nmột\nhai\n\nba\n\n1 | An\n2 | Bình\n\nHai đoạn."
    assert body("<p> </p>").text is None


def test_a_byline_in_the_body_is_taken_out_only_where_the_platform_has_no_field() -> None:
    markup = "<p>Hội nghị đã thông qua nghị quyết.</p><p align=right>Lan Anh</p>"
    assert (body(markup).author, body(markup).text) == (
        "Lan Anh",
        "Hội nghị đã thông qua nghị quyết.",
    )
    assert body(markup, "field").author is None


@pytest.mark.parametrize(
    ("head", "repeated", "left"),
    [
        (["HỌP DÂN", "Lời dẫn.", "Một."], True, ["Một."]),
        (["Lời dẫn.", "Một."], True, ["Một."]),
        (["Họp dân", "Một."], False, ["Một."]),
        (["Một.", "Họp dân"], False, ["Một.", "Họp dân"]),
        ([], False, []),
    ],
)
def test_title_and_lead_are_not_told_twice(
    head: list[str], repeated: bool, left: list[str]
) -> None:
    owner = document("").root
    found = Body([Block("p", text, owner) for text in head], [])
    assert fields.drop_repeats(found, "Họp dân", "Lời dẫn.") is repeated
    assert [block.text for block in found.blocks] == left


def test_a_picture_that_stands_twice_is_one_image() -> None:
    page = document("")
    lead = [Picture("/a.jpg", "", page.root, "Toàn cảnh (Ảnh: Long Hà)")]
    inside = [
        Picture("/a.jpg", "", page.root),
        Picture("/b.jpg", "", page.root),
        Picture("/b.jpg", "", page.root, "Hai"),
        Picture("data:image/png;base64,x", "", page.root),
        Picture(None, "12.png", page.root),
    ]
    found = fields.images_of(page, lead, inside)
    assert [(image.url, image.caption, image.credit) for image in found] == [
        ("https://quethuong.example/a.jpg", "Toàn cảnh (Ảnh: Long Hà)", "Long Hà"),
        ("https://quethuong.example/b.jpg", "Hai", None),
    ]


def test_files_keep_their_query_and_their_name() -> None:
    page = document(
        "<a href='/a-5.html?download=1&amp;id=0'><em>Tải</em> <strong>Kế hoạch.pdf</strong></a>"
        "<a href='/a-5.html?download=1&amp;id=1'>Biểu.xlsx</a><a href='javascript:;'>x</a>"
        "<a href='/a-5.html?download=1&amp;id=0'>lần nữa</a><a href='/docs/kế hoạch.doc'></a>"
    )
    found = fields.attachments_of(page, page.root.iter("a"))
    assert [(file.url.removeprefix("https://quethuong.example"), file.name) for file in found] == [
        ("/a-5.html?download=1&id=0", "Kế hoạch.pdf"),
        ("/a-5.html?download=1&id=1", "Biểu.xlsx"),
        ("/docs/k%E1%BA%BF%20ho%E1%BA%A1ch.doc", None),
    ]


STAMPS = Layout("x", ("p",), {"published": ("span.h5", "meta:article:published_time")})


@pytest.mark.parametrize(
    ("markup", "iso"),
    [
        ("<span class=h5>Thứ sáu - 12/01/2024 15:10</span>", "2024-01-12T15:10:00+07:00"),
        ("<span class=h5>Thứ sáu - 12/01/2024 15:10 344 0</span>", "2024-01-12T15:10:00+07:00"),
        (
            "<span class=h5>12/01/2024</span>"
            "<meta property='article:published_time' content='2024-01-12+0715:10:00'>",
            "2024-01-12T15:10:00+07:00",
        ),
        (
            "<span class=h5>12/01/2024</span>"
            "<meta property='article:published_time' content='2025-06-30T08:00:00+07:00'>",
            "2024-01-12",
        ),
        ("<span class=h5>344</span><span class=h5>0</span>", None),
        ("<p>12/01/2024</p>", None),
    ],
)
def test_the_stamp_is_read_to_the_minute_where_the_day_agrees(markup: str, iso: str | None) -> None:
    found = fields.published(document(markup), STAMPS, None)
    assert (found.iso if found else None) == iso


def test_a_relative_stamp_needs_the_time_of_the_capture() -> None:
    page = document("<span class=h5>8 giờ trước</span>")
    assert fields.published(page, STAMPS, None) is None
    captured = datetime(2024, 1, 12, 8, 0, tzinfo=UTC)
    found = fields.published(page, STAMPS, captured)
    assert found is not None and found.iso.startswith("2024-01-12T07:00")


def test_a_layout_is_taken_only_in_its_time() -> None:
    old = Layout("old", ("p.a",), {}, valid_to="2020-12-31")
    new = Layout("new", ("p.a",), {}, valid_from="2021-01-01")
    page = document("<p class=a>x</p>")

    def taken(day: str | None) -> str:
        found = fields.layout_for(page, (old, new), day)
        assert found is not None
        return found[0].id

    assert [taken(day) for day in ("2019-05-05", "2020-12-31", "2021-01-01", None)] == [
        "old",
        "old",
        "new",
        "old",
    ]
    assert fields.layout_for(page, (Layout("x", ("p.b",), {}),), None) is None


def test_the_larger_of_two_bodies_is_the_body() -> None:
    page = document("<p class=a>x</p><p class=a>dài hơn nhiều</p>")
    found = fields.layout_for(page, (Layout("x", ("p.a",), {}),), None)
    assert found is not None
    assert [item.text for item in walk(found[1]) if isinstance(item, Block)] == ["dài hơn nhiều"]


PICTURE = "<p><img src='/a.jpg'></p>"
PROSE = "<p>Hội nghị đã thông qua nghị quyết về nhiệm vụ phát triển của huyện trong năm tới.</p>"


@pytest.mark.parametrize(
    ("lines", "author"),
    [
        ("<p>Bài: Lan Anh</p><p>Ảnh: Văn Nam</p>", "Lan Anh"),
        ("<p>Bài: Lan Anh; Ảnh: Văn Nam</p>", "Lan Anh"),
        ("<p align='right'>Lan Anh</p><p align='right'>(Ảnh: Văn Nam)</p>", "Lan Anh"),
        ("<p>Ảnh: Văn Nam</p>", None),
    ],
)
def test_who_took_the_pictures_is_kept_with_the_pictures(lines: str, author: str | None) -> None:
    found = body(f"{PICTURE}{PROSE}{PROSE}{lines}")
    assert found.author == author
    assert [picture.credit for picture in found.pictures] == ["Văn Nam"]
    assert found.text is not None and "Văn Nam" not in found.text


def test_a_photographer_is_not_lost_where_no_picture_stands() -> None:
    found = body(f"{PROSE}{PROSE}<p>Bài: Lan Anh</p><p>Ảnh: Văn Nam</p>")
    assert found.author == "Lan Anh"
    assert found.text is not None and found.text.endswith("Ảnh: Văn Nam")
    assert body(f"{PROSE}{PROSE}<p>Bài: Lan Anh; ảnh: Văn Nam</p>").author == (
        "Lan Anh, ảnh: Văn Nam"
    )


def test_the_page_s_own_address_is_no_source() -> None:
    found = body(f"{PROSE}{PROSE}<p>{URL}</p>")
    assert found.source is None
    assert found.text is not None and found.text.endswith(URL)
    assert body(f"{PROSE}{PROSE}<p>https://baokhac.example/tin-1.html</p>").source == (
        "https://baokhac.example/tin-1.html"
    )
