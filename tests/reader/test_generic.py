"""Title, stamp, lead, by-line, section and tags of a page, by its structure alone."""

from __future__ import annotations

import pytest

from crawler.reader.container import page_items
from crawler.reader.document import Document, parse
from crawler.reader.generic import Found, read_generic
from crawler.reader.titles import find_title

TITLE = "Huyện ủy tổng kết công tác năm 2023"
LEAD = "Sáng nay, Huyện ủy tổ chức hội nghị tổng kết công tác năm và bàn nhiệm vụ của năm tới."
PARAGRAPHS = [
    "Năm qua, các chỉ tiêu chủ yếu về kinh tế đều đạt và vượt kế hoạch đề ra, thu ngân sách trên "
    "địa bàn tăng 12 % so với cùng kỳ năm trước.",
    "Phát biểu tại hội nghị, đồng chí Bí thư Huyện ủy đề nghị các đơn vị khắc phục ngay những hạn "
    "chế đã được chỉ ra trong báo cáo.",
    "Hội nghị đã thông qua nghị quyết về nhiệm vụ phát triển kinh tế, xã hội, bảo đảm quốc phòng, "
    "an ninh trên địa bàn huyện trong năm 2024.",
]
TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)


def document(body: str, head: str = f"<title>{TITLE} - Cổng thông tin</title>") -> Document:
    found = parse(
        f"<html><head>{head}</head><body>{body}</body></html>",
        "https://quethuong.example/tin-tuc/tong-ket-51423.html",
    )
    assert found is not None
    return found


def generic(body: str, head: str = f"<title>{TITLE} - Cổng thông tin</title>") -> Found:
    found = read_generic(document(body, head), None)
    assert found is not None
    return found


def title(body: str, head: str) -> str | None:
    page = document(body, head)
    return find_title(page, page_items(page.root))


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (f"<title>{TITLE}</title>", ""),
        (f"<title>{TITLE} - Cổng thông tin</title>", f"<h1>{TITLE}</h1>"),
        (f"<title>{TITLE} | Tin tức | Cổng</title>", f"<h2>Tin tức</h2><h2>{TITLE}</h2>"),
        (f"<title>{TITLE} - Cổng</title>", f"<div class='t'>{TITLE}</div>{TEXT}"),
        (f"<meta property='og:title' content='{TITLE}'><title>Cổng thông tin</title>", ""),
        (f"<meta property='og:title' content='{TITLE}'>", f"<h1>Cổng</h1><h2>{TITLE}</h2>"),
        ("<title>Cổng thông tin</title>", f"<h1>{TITLE}</h1>"),
        ("", f"<h1>{TITLE}</h1>"),
    ],
)
def test_the_title_is_found(head: str, body: str) -> None:
    assert title(body, head) == TITLE


def test_a_page_without_title_has_none() -> None:
    assert title("", "") is None


@pytest.mark.parametrize(
    ("before", "stamp", "published"),
    [
        ("", "<div class='date'>Thứ sáu - 05/01/2024 15:10</div>", "2024-01-05T15:10:00+07:00"),
        ("", "<p>Ngày đăng: 05/01/2024</p>", "2024-01-05"),
        ("", "<span>05-01-2024 15:10 | Lượt xem: 344</span>", "2024-01-05T15:10:00+07:00"),
        (
            "<div id='clock'>Thứ Hai, ngày 23/11/2026</div><ul><li><a href='/a'>Giới thiệu</a></li>"
            "<li><a href='/b'>Tin tức</a></li><li><a href='/c'>Văn bản</a></li></ul>",
            "<p>05/01/2024 15:10</p>",
            "2024-01-05T15:10:00+07:00",
        ),
        ("", "", None),
    ],
)
def test_the_stamp_beside_the_title_is_the_publish_time(
    before: str, stamp: str, published: str | None
) -> None:
    found = generic(f"{before}<div><h1>{TITLE}</h1>{stamp}{TEXT}</div>")
    assert (found.published.iso if found.published else None) == published
    assert found.body.text == "\n\n".join(PARAGRAPHS)


def test_a_stamp_before_the_title_is_found_too() -> None:
    found = generic(f"<div><p>Đăng ngày 05/01/2024</p><h1>{TITLE}</h1>{TEXT}</div>")
    assert found.published is not None and found.published.iso == "2024-01-05"


def test_without_a_printed_stamp_the_metadata_is_asked() -> None:
    head = f"<title>{TITLE}</title>"
    meta = "<meta property='article:published_time' content='2024-01-05T15:10:00+07:00'>"
    found = generic(f"<h1>{TITLE}</h1>{TEXT}", head + meta)
    assert found.published is not None and found.published.iso == "2024-01-05T15:10:00+07:00"


@pytest.mark.parametrize("day", ["Sáng ngày 05/01/2024, ", "Chiều 31/01/2023, "])
def test_the_day_of_an_event_is_no_stamp(day: str) -> None:
    found = generic(f"<div><h1>{TITLE}</h1><p>{day}{LEAD}</p>{TEXT}</div>")
    assert found.published is None


@pytest.mark.parametrize(
    "lead",
    [
        f"<p class='sapo'>{LEAD}</p>",
        f"<div class='ArticleSummary'>{LEAD}</div>",
        f"<p><strong>{LEAD}</strong></p>",
        f"<h2 class='lead'>{LEAD}</h2>",
    ],
)
def test_a_lead_is_known_by_its_name_or_its_bold_letters(lead: str) -> None:
    found = generic(f"<div><h1>{TITLE}</h1>{lead}{TEXT}</div>")
    assert found.lead == LEAD
    assert found.body.text == "\n\n".join(PARAGRAPHS)


def test_a_first_paragraph_like_the_others_is_no_lead() -> None:
    assert generic(f"<div><h1>{TITLE}</h1>{TEXT}</div>").lead is None


@pytest.mark.parametrize(
    ("line", "author", "source"),
    [
        ("<p align='right'><b>Lan Anh</b></p>", "Lan Anh", None),
        ("<p>Tác giả: Lan Anh</p>", "Lan Anh", None),
        ("<p>Nguồn: Báo Nhân Dân</p>", None, "Báo Nhân Dân"),
        ("<p>Tác giả:</p>", None, None),
    ],
)
def test_a_byline_closes_the_article(line: str, author: str | None, source: str | None) -> None:
    found = generic(f"<div><h1>{TITLE}</h1>{TEXT}{line}</div>")
    assert (found.body.author, found.body.source) == (author, source)
    assert found.body.text == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("<p><a href='/tac-gia/lan-anh-12.html'>Lan Anh</a></p>", "Lan Anh"),
        ("<div><a class='author green'>Lan Anh</a> <span>05/01/2024 15:10</span></div>", "Lan Anh"),
        ("<div><span itemprop='author'>Lan Anh</span></div>", "Lan Anh"),
        ("<p><a href='/tac-gia/12.html'>Xem các bài viết của tác giả</a></p>", None),
        ("<p><a rel='author'>Lan Anh</a> <a rel='author'>Hồng Hà</a></p>", None),
        ("<p class='authority'>Lan Anh</p>", None),
    ],
)
def test_an_author_is_known_by_the_name_of_the_element(line: str, author: str | None) -> None:
    found = generic(f"<div><h1>{TITLE}</h1>{line}<div>{TEXT}</div></div>")
    assert found.body.author == author
    assert found.body.text == "\n\n".join(PARAGRAPHS)


def test_section_and_tags_are_read_around_the_article() -> None:
    found = generic(
        "<ul class='breadcrumb'><li><a href='/'>Trang chủ</a></li><li><a href='/tin-tuc'>Tin tức"
        f"</a></li></ul><div><h1>{TITLE}</h1>{TEXT}<p class='tags'><a rel='tag' href='/tag/dang'>"
        "Đảng</a>, <a href='/tag/dan-van'>Dân vận</a></p></div>"
    )
    assert found.category == "Tin tức"
    assert found.tags == ["Đảng", "Dân vận"]


def test_other_news_behind_the_article_is_left_out() -> None:
    others = "".join(
        f"<li><a href='/tin-{n}.html'>Huyện ủy họp bàn công tác tháng {n}</a> (0{n}/01/2024)</li>"
        for n in range(1, 7)
    )
    found = generic(f"<div><h1>{TITLE}</h1>{TEXT}<h3>Tin khác</h3><ul>{others}</ul></div>")
    assert found.body.text == "\n\n".join(PARAGRAPHS)


def test_a_page_of_links_is_no_article() -> None:
    rows = "".join(
        f"<li><a href='/t-{n}.html'>Huyện ủy họp bàn tháng {n}</a></li>" for n in range(9)
    )
    assert read_generic(document(f"<ul>{rows}</ul>"), None) is None


@pytest.mark.parametrize("column", ["class='sidebar-1'", "class='news-banner'", "id='menu-main'"])
def test_a_lead_in_a_column_named_like_a_sidebar_stays_the_lead(column: str) -> None:
    found = generic(
        f"<div {column}><h1>{TITLE}</h1><p class='description'>{LEAD}</p>"
        f"<article>{TEXT}</article></div>"
    )
    assert found.lead == LEAD
    assert found.body.text == "\n\n".join(PARAGRAPHS)


def test_a_lead_in_the_header_of_the_article_stays_the_lead() -> None:
    found = generic(
        f"<article><header><h1>{TITLE}</h1><div class='summary'>{LEAD}</div></header>"
        f"<div>{TEXT}</div></article>"
    )
    assert found.lead == LEAD


@pytest.mark.parametrize("count", [1, 2, 4])
def test_related_news_with_a_teaser_each_is_left_out(count: int) -> None:
    teaser = "Các xã trong huyện đồng loạt ra quân làm đường, vận động nhân dân hiến đất mở rộng "
    entries = "".join(
        f"<div class='item'><h4><a href='/tin-{n}.html'>Ra quân làm đường ở thôn số {n}</a></h4>"
        f"<span>0{n}/01/2024</span><div>{teaser * 2} trong đợt thi đua thứ {n}.</div></div>"
        for n in range(1, count + 1)
    )
    found = generic(
        f"<div><div><h1>{TITLE}</h1><div>{TEXT}</div></div><div class='panel'>"
        f"<div class='panel-title'>Tin liên quan</div><div>{entries}</div></div></div>"
    )
    assert found.body.text == "\n\n".join(PARAGRAPHS)


def test_text_behind_a_link_of_the_author_goes_on() -> None:
    last = PARAGRAPHS[-1]
    head = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS[:-1])
    link = "<p>Xem thêm:</p><p><a href='/tin-7.html'>Nghị quyết về nhiệm vụ năm 2024</a></p>"
    found = generic(f"<div><h1>{TITLE}</h1>{head}{link}<p>{last}</p></div>")
    assert found.body.text is not None and found.body.text.endswith(last)


@pytest.mark.parametrize(
    "head",
    ["<title>Cổng Quê Thượng - Chi tiết tin tức</title>", "<title>Huyện ủy Quê Thượng</title>"],
)
@pytest.mark.parametrize(
    "stamp",
    [
        "<p class='d'>15:10 05/01/2024 | <span>Lượt xem: 12</span></p>",
        "<div><b>TIN TRONG HUYỆN</b><img src='clock.png'><span>Thứ sáu - 05/01/2024</span></div>",
    ],
)
def test_a_heading_over_the_stamp_beats_a_title_no_line_says(head: str, stamp: str) -> None:
    found = generic(
        "<h1>Huyện ủy Quê Thượng, tỉnh Quê</h1><ul><li><a href='/t'>Tin tức</a></li></ul>"
        f"<div><h5>{TITLE}</h5>{stamp}<div>{TEXT}</div></div>"
        "<div><a href='/x.html'><h4>Ra quân làm đường ở các thôn</h4><p>25/03/2020</p></a></div>",
        head,
    )
    assert found.title == TITLE
    assert found.body.text == "\n\n".join(PARAGRAPHS)


def test_two_headings_over_stamps_leave_the_title_of_the_head() -> None:
    rows = "<h3>Huyện ủy họp tháng Một</h3><p>05/01/2024</p>"
    rows += "<h3>Huyện ủy họp tháng Hai</h3><p>05/02/2024</p>"
    assert title(rows, "<title>Hội nghị giao ban</title>") == "Hội nghị giao ban"
