"""Which of a page's dates is its stamp: by place, label and company, on pages made up of traps."""

from __future__ import annotations

from datetime import datetime

import pytest

from crawler.platforms import get_profile
from crawler.reader import read
from crawler.reader.container import page_items
from crawler.reader.date_grammar import VIETNAM
from crawler.reader.dates import Published
from crawler.reader.document import parse
from crawler.reader.model import Page
from crawler.reader.stamps import find_stamp, with_time

TITLE = "Huyện Quế Lộc tổng kết công tác dân vận"
PROSE = f"<p>{'Hội nghị thống nhất nhiều nội dung về phát triển kinh tế, xã hội. ' * 3}</p>"
VISIT = datetime(2024, 5, 20, 10, 0, tzinfo=VIETNAM)
MINUTE, DAY = "2024-03-12T15:05:00+07:00", "2024-03-12"
CLOCK = "<div class='clock'>Thứ hai, 20/05/2024 10:00:15</div>"
STAMP = "<div>12/03/2024 15:05</div>"
BARE = "<b>12/03/2024</b>"
ROWS = "".join(
    f"<li><a href='/t{n}'>Tin khác số {n} của huyện nhà</a><div class='d'>0{n}/02/2024</div></li>"
    for n in range(1, 7)
)
BRACKETS = "".join(
    f"<li><a href='/t{n}'>Tin khác số {n} của huyện nhà</a> (0{n}/02/2024)</li>"
    for n in range(1, 7)
)
SLIDES = "".join(
    f"<div class='s'><a href='/s{n}'>Tin nổi bật số {n}</a><p class='dt'>0{n}/04/2024</p></div>"
    for n in range(1, 5)
)
META = '<meta property="article:published_time" content="{}">'
JSON_LD = '<script type="application/ld+json">{}</script>'


def markup(**parts: str) -> str:
    get = parts.get
    return f"""<html><head><title>{TITLE}</title>{get("meta", "")}</head><body>
<div class="header"><a href="/">Cổng thông tin điện tử</a>{get("head", "")}</div>
<ul class="menu"><li><a href="/a">Tin tức</a></li><li><a href="/b">Văn bản</a></li></ul>
<div class="main"><div class="article">{get("above", "")}<h1>{TITLE}</h1>{get("under", "")}
<div id="body">{PROSE}{get("inside", "")}{PROSE}</div>{get("below", "")}</div>
{get("after", "")}</div><div class="side">{get("side", "")}</div>
<div class="footer">{get("foot", "")}</div></body></html>"""


def stamp_of(page: str, captured_at: datetime | None = VISIT) -> Published | None:
    document = parse(page, "http://queloc.example/a")
    assert document is not None
    container = document.root.get_element_by_id("body")
    found = find_stamp(document, page_items(document.root), container, TITLE, captured_at)
    return with_time(found, document, container) if found else None


FOUND: dict[str, tuple[str, dict[str, str]]] = {
    "under the title": (MINUTE, {"under": STAMP}),
    "above the title": (MINUTE, {"above": STAMP}),
    "a clock in the header": (MINUTE, {"under": STAMP, "head": CLOCK}),
    "a clock nearer and to the minute": (DAY, {"under": BARE, "head": CLOCK}),
    "above the title, under a clock": (MINUTE, {"above": STAMP, "head": CLOCK}),
    "of the visit's day": (
        "2024-05-20T09:00:00+07:00",
        {"under": "<div>20/05/2024 09:00</div>", "head": CLOCK},
    ),
    "below the body": (MINUTE, {"below": "<div>Ngày đăng: 12/03/2024 15:05</div>"}),
    "a bare day below the body": (DAY, {"below": "<div>12/03/2024</div>"}),
    "outside the article's box": (MINUTE, {"after": "<div>Cập nhật: 12/03/2024 15:05</div>"}),
    "behind lead and counter": (
        MINUTE,
        {"under": f"<h2>{'Tóm tắt hội nghị của huyện. ' * 9}</h2><div>Lượt xem: 12</div>{STAMP}"},
    ),
    "between lead and text": (
        MINUTE,
        {"inside": f"<div class='date'>12/03/2024 15:05</div>{PROSE}"},
    ),
    "other news below": (DAY, {"under": BARE, "after": f"<ul>{ROWS}</ul>"}),
    "other news beside": (DAY, {"under": BARE, "side": f"<ul>{ROWS}</ul>"}),
    "other news above": (DAY, {"under": BARE, "above": f"<ul>{ROWS}</ul>"}),
    "a slider in the header": (DAY, {"under": BARE, "head": SLIDES}),
    "a print day below": (DAY, {"under": BARE, "below": "<div>In ngày 20/05/2024</div>"}),
    "comments below": (
        DAY,
        {"under": BARE, "below": "<div><p>Nguyễn A - 13/03/2024 10:00</p><p>Hay quá</p></div>"},
    ),
    "published before updated": (
        DAY,
        {"under": "<p>Ngày đăng: 12/03/2024</p><p>Cập nhật: 15/03/2024 10:00</p>"},
    ),
    "updated before published": (
        DAY,
        {"under": "<p>Cập nhật: 15/03/2024 10:00</p><p>Ngày đăng: 12/03/2024</p>"},
    ),
    "labels of their own": (
        MINUTE,
        {"under": "<p>Cập nhật</p><p>15/03/2024 15:05</p><p>Ngày đăng</p><p>12/03/2024 15:05</p>"},
    ),
    "a table of label and stamp": (
        MINUTE,
        {"under": "<table><tr><td>Ngày đăng:</td><td>12/03/2024 15:05</td></tr></table>"},
    ),
    "day and time apart": (MINUTE, {"under": "<ul><li>12/03/2024</li><li>15:05</li></ul>"}),
    "time and day apart": (MINUTE, {"under": "<ul><li>15:05</li><li>12/03/2024</li></ul>"}),
    "a calendar leaf": (DAY, {"under": "<div>12</div><div>Tháng 3</div><div>2024</div>"}),
    "a calendar leaf of numbers": (DAY, {"under": "<div>12/03</div><div>2024</div>"}),
    "metadata alone": (MINUTE, {"meta": META.format("2024-03-12T08:05:00+00:00")}),
    "metadata and a clock": (
        MINUTE,
        {"meta": META.format("2024-03-12T08:05:00+00:00"), "head": CLOCK},
    ),
    "metadata with the time of the day": (
        MINUTE,
        {"meta": META.format("2024-03-12T08:05:00+00:00"), "under": BARE},
    ),
    "metadata of another day": (
        DAY,
        {"meta": META.format("2024-03-13T08:05:00+00:00"), "under": BARE},
    ),
    "metadata at midnight": (
        DAY,
        {"meta": META.format("2024-03-12T00:00:00+07:00"), "under": BARE},
    ),
    "microdata adds no time": (
        DAY,
        {"meta": '<meta itemprop="datePublished" content="2024-03-12T16:40">', "under": BARE},
    ),
    "microdata alone": (
        MINUTE,
        {"meta": '<meta itemprop="datePublished" content="2024-03-12T15:05">'},
    ),
    "JSON-LD in a graph": (
        MINUTE,
        {
            "meta": JSON_LD.format(
                '{"@graph": [{"@type": "NewsArticle", "datePublished":'
                ' "2024-03-12T15:05:00+07:00", "dateModified": "2024-03-15T15:05:00+07:00"}]}'
            )
        },
    ),
    "JSON-LD of another day": (
        MINUTE,
        {
            "meta": JSON_LD.format('{"@type": "Article", "datePublished": "2024-03-14T10:00"}'),
            "under": STAMP,
        },
    ),
    "a time element that says otherwise": (
        MINUTE,
        {"under": '<time datetime="2024-03-14T08:05:00+07:00">12/03/2024 15:05</time>'},
    ),
    "a time element that says more": (
        MINUTE,
        {"under": f'<time datetime="{MINUTE}">12/03/2024</time>'},
    ),
    "a time element that counts back": (
        MINUTE,
        {"under": f'<time datetime="{MINUTE}">2 tháng trước</time>'},
    ),
    "a time element beside one of a side column": (
        MINUTE,
        {
            "head": '<aside><time datetime="2023-01-01T10:00:00+07:00">tin cũ</time></aside>',
            "under": f'<time datetime="{MINUTE}"></time>',
        },
    ),
}
NOT_FOUND: dict[str, dict[str, str]] = {
    "a clock in the header": {"head": CLOCK},
    "a day in the header": {"head": "<span>Thứ hai, 20/05/2024</span>"},
    "other news below": {"after": f"<ul>{ROWS}</ul>"},
    "other news beside": {"side": f"<ul>{ROWS}</ul>"},
    "rows with brackets": {"after": f"<h3>Các tin khác</h3><ul>{BRACKETS}</ul>"},
    "one older article": {"after": "<div>Bài viết cũ hơn (12/03/2024)</div>"},
    "one older title": {"below": "<p>Tin cũ hơn: Khai trương điểm bán hàng (12/03/2024)</p>"},
    "the print day": {"below": "<div>Ngày in: 20/05/2024 10:00</div>"},
    "visits counted since a day": {"side": "<p>Hôm nay: 20</p><p>Thống kê từ 12/03/2024</p>"},
    "a day amid the prose": {"inside": "<p>12/03/2024</p>"},
    "the head of a letter": {"inside": "<p>Quế Lộc, ngày 12 tháng 3 năm 2024</p>"},
    "a document's day": {
        "inside": "<table><tr><td>Ngày ban hành</td><td>12/03/2024</td></tr></table>"
    },
    "a comment": {"below": "<div><p>Nguyễn A - 13/03/2024 10:00</p><p>Hay quá</p></div>"},
    "the last edit": {
        "meta": '<meta property="article:modified_time" content="2024-03-12T08:05:00+00:00">'
    },
    "a licence": {"foot": "<p>Giấy phép số 12/GP-TTĐT ngày 12/03/2024</p>"},
    "the age of the site": {"foot": "<p>© 2012 - 2024 UBND huyện Quế Lộc</p>"},
}


@pytest.mark.parametrize("name", FOUND)
def test_the_stamp_is_found_among_other_dates(name: str) -> None:
    expected, parts = FOUND[name]
    found = stamp_of(markup(**parts))
    assert found is not None
    assert found.iso == expected


@pytest.mark.parametrize("name", NOT_FOUND)
@pytest.mark.parametrize("captured_at", [VISIT, None], ids=["captured", "no capture"])
def test_another_date_is_not_taken_where_no_stamp_is(
    name: str, captured_at: datetime | None
) -> None:
    assert stamp_of(markup(**NOT_FOUND[name]), captured_at) is None


def test_without_a_capture_the_time_element_still_says_when() -> None:
    page = markup(under=f'<time datetime="{MINUTE}">2 tháng trước</time>')
    found = stamp_of(page, None)
    assert found is not None
    assert (found.iso, found.flags) == (MINUTE, ())


def test_without_anything_absolute_a_time_counted_back_is_read_and_flagged() -> None:
    found = stamp_of(markup(under="<span>3 ngày trước</span>"))
    assert found is not None
    assert (found.iso, found.flags) == ("2024-05-17", ("relative",))


def test_the_words_of_the_stamp_are_kept_as_found() -> None:
    found = stamp_of(markup(under="<div>Ngày đăng: 12/03/2024\xa0–\n １５:05 | Lượt xem: 3</div>"))
    assert found is not None
    assert found.raw == "12/03/2024 – １５:05"
    assert found.iso == MINUTE


def test_a_stamp_of_a_day_that_does_not_exist_is_told_and_kept_in_words() -> None:
    page = Page(markup(under="<div>Ngày đăng: 31/02/2024</div>").encode(), captured_at=VISIT)
    reading = read(page, get_profile("generic"))
    assert reading.published_at is None
    assert reading.published_raw == "Ngày đăng: 31/02/2024"
    assert "bad_date" in reading.flags


def test_the_event_of_a_page_is_dated_and_its_stamp_suspected() -> None:
    lead = f"<p>Sáng 22/7/2021, {'Ban Dân vận Huyện uỷ tổ chức hội nghị tổng kết. ' * 3}</p>"
    page = markup(under=STAMP).replace(PROSE, lead, 1)
    reading = read(Page(page.encode(), captured_at=VISIT), get_profile("generic"))
    assert (reading.published_at, reading.event_date) == (MINUTE, "2021-07-22")
    assert "stamp_suspect" in reading.flags
