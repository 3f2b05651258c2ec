"""By-lines and small pages that were written, with their answers, before the reader saw them."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.reader import Page, Reading, read

HERE = Path(__file__).parent
TITLE = "Hội nghị giao ban công tác tháng 5"
PROSE = (
    "Sáng ngày 14/5, UBND xã Phú Mỹ tổ chức hội nghị giao ban công tác tháng 5 năm 2024 với sự"
    " tham dự của các thôn, ban, ngành, đoàn thể và cán bộ chủ chốt.",
    "Trong tháng, kinh tế của xã tiếp tục phát triển; tổng thu ngân sách ước đạt 1,2 tỷ đồng,"
    " tăng 8% so với cùng kỳ năm trước, đạt 42% kế hoạch năm.",
    "Phát biểu kết luận hội nghị, Chủ tịch UBND xã yêu cầu các ngành tập trung thu hoạch lúa đông"
    " xuân và chuẩn bị cho vụ hè thu.",
)
MENU = "".join(
    f'<li><a href="/{number}">{name}</a></li>'
    for number, name in enumerate(("Trang chủ", "Giới thiệu", "Tin tức - Sự kiện", "Văn bản"))
)
SIDE = (
    "<h3>Thống kê truy cập</h3><p>Đang online: 12</p><p>Hôm nay: 301</p><h3>Liên kết</h3><ul>"
    '<li><a href="/a">Cổng TTĐT tỉnh</a></li><li><a href="/b">Dịch vụ công</a></li></ul>'
)
FOOT = "<p>Bản quyền thuộc UBND xã Phú Mỹ</p><p>Điện thoại: 0255.3888.111</p>"
# The skeletons of the usual systems, as far as a page's kind could depend on them.
SKINS = {
    "columns": '<div class="header"><ul class="nav">{menu}</ul></div><div class="container"><div'
    ' class="col-md-9">{body}</div><div class="col-md-3">{side}</div></div><div class="footer">'
    "{foot}</div>",
    "html5": "<header><nav><ul>{menu}</ul></nav></header><section>{body}<aside>{side}</aside>"
    '</section><footer id="footer">{foot}</footer>',
    "form": '<form id="Form" method="post"><div id="HeaderPane"><ul>{menu}</ul></div><div'
    ' id="ContentPane">{body}</div><div id="RightPane">{side}</div><div>{foot}</div></form>',
    "bare": "<div><ul>{menu}</ul></div><div>{body}</div><div>{side}</div><div>{foot}</div>",
}


def rows(name: str) -> list[list[str]]:
    lines = (HERE / name).read_text(encoding="utf-8").rstrip("\n").split("\n")[1:]
    return [line.split("\t") for line in lines]


BYLINES = rows("bylines_blind.tsv")
PAGES = rows("kinds_blind.tsv")


def reading(markup: str, path: str, title: str) -> Reading:
    page = (
        f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body>{markup}</body></html>"
    )
    host = "phumy.phuninh.gov.vn"
    return read(Page(page.encode(), url=f"https://{host}{path}", own_hosts=frozenset((host,))))


def article(last: str, style: str = "") -> Reading:
    body = "".join(f"<p>{text}</p>" for text in PROSE) + f"<p{style}>{last}</p>"
    return reading(
        f'<div id="m"><h1>{TITLE}</h1><div class="date">14/05/2024 08:15</div><div class="body">'
        f"{body}</div></div>",
        "/a-1.html",
        TITLE,
    )


@pytest.mark.parametrize(
    ("line", "author", "unit", "source"), [row for row in BYLINES if row[3] != "text"]
)
def test_a_by_line_is_read_from_the_end_of_a_body(
    line: str, author: str, unit: str, source: str
) -> None:
    found = article(line)
    assert author in (found.author or "")
    assert unit in (found.author or "")
    assert source in (found.source or "")
    assert bool(found.author) == bool(author or unit)
    assert bool(found.source) == bool(source)
    if author or unit or source:
        assert line not in (found.text or "")


@pytest.mark.parametrize("line", [row[0] for row in BYLINES if row[3] == "text"])
@pytest.mark.parametrize("style", ["", ' style="text-align:right"'])
def test_what_only_looks_like_a_by_line_stays_text(line: str, style: str) -> None:
    found = article(line, style)
    assert (found.author, found.source) == (None, None)
    assert line in (found.text or "")


@pytest.mark.parametrize("skin", SKINS)
@pytest.mark.parametrize(
    ("kind", "path", "title", "body"), [row for row in PAGES if not row[0].startswith("rejected")]
)
def test_a_page_is_told_by_what_it_shows(
    kind: str, path: str, title: str, body: str, skin: str
) -> None:
    markup = SKINS[skin].format(menu=MENU, side=SIDE, foot=FOOT, body=body)
    assert reading(markup, path, f"{title} - UBND xã Phú Mỹ").kind == kind


@pytest.mark.parametrize(
    ("path", "title", "body"), [row[1:] for row in PAGES if row[0].startswith("rejected")]
)
def test_a_page_that_is_no_content_is_rejected(path: str, title: str, body: str) -> None:
    assert reading(body, path, title).kind == "rejected"


def test_the_lists_are_as_long_as_they_were_written() -> None:
    assert len(BYLINES) > 300
    assert len(PAGES) > 180
