"""The day of which an article tells: from its lead, the year from its stamp, never the stamp."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reader.date_grammar import VIETNAM
from crawler.reader.event_dates import (
    MAX_CHARS,
    SUSPECT,
    Event,
    date_event,
    find_event,
    find_event_date,
)
from crawler.reader.model import Reading

STAMP = datetime(2024, 3, 20, 8, 0, tzinfo=VIETNAM)
LEADS = [
    ("Sáng 11-1, tại phòng họp tầng 2, Ban chỉ đạo tổ chức hội nghị", date(2024, 1, 11)),
    ("Sáng ngày 5-12, Ban Tuyên giáo tổ chức hội nghị", date(2023, 12, 5)),
    ("Sáng ngày 05/01/2024, Ban Tuyên giáo tổ chức hội nghị", date(2024, 1, 5)),
    ("Chiều 31/01/2023, Thường trực Huyện uỷ làm việc", date(2023, 1, 31)),
    ("Sáng 08/7/2021, Ban Tuyên giáo sơ kết", date(2021, 7, 8)),
    ("Ngày 14-3, Hội đồng nhân dân huyện tổ chức kỳ họp", date(2024, 3, 14)),
    ("Ngày 20-3, Hội đồng nhân dân huyện tổ chức kỳ họp", date(2024, 3, 20)),
    ("Ngày 21-3, Hội đồng nhân dân huyện tổ chức kỳ họp", date(2023, 3, 21)),
    ("Sáng 11.3, UBND huyện tổ chức phiên họp", date(2024, 3, 11)),
    ("SÁNG NGÀY 11/3, UBND HUYỆN TỔ CHỨC PHIÊN HỌP", date(2024, 3, 11)),
    ("Sáng ngày11/3, UBND huyện tổ chức phiên họp", date(2024, 3, 11)),
    ("Sáng mùng 5/3, huyện tổ chức lễ hội", date(2024, 3, 5)),
    ("CTTĐT - Sáng 11-1, tại hội trường", date(2024, 1, 11)),
    ("(TGCT) Ngày 12 tháng 3, tại hội trường", date(2024, 3, 12)),
    ("Ngày 12 tháng 3 năm 2022, tại hội trường", date(2022, 3, 12)),
    ("Ngày 12/3 năm 2022, tại hội trường", date(2022, 3, 12)),
    ("Sáng 12/3/24, tại hội trường", date(2024, 3, 12)),
    ("Sáng nay (12/3), đoàn viên ra quân", date(2024, 3, 12)),
    ("Hôm nay 12/3, đoàn viên ra quân", date(2024, 3, 12)),
    ("Chiều thứ Hai, ngày 11/3, đoàn viên ra quân", date(2024, 3, 11)),
    ("Lúc 8 giờ 30 phút, ngày 12/3, tại sân vận động đã khai mạc giải", date(2024, 3, 12)),
    ("Vào hồi 19h00 ngày 12/3, tại sân vận động đã khai mạc giải", date(2024, 3, 12)),
    ("8h sáng 12/3, tại sân vận động đã khai mạc giải", date(2024, 3, 12)),
    ("Thực hiện Kế hoạch số 12-KH/HU ngày 1/2/2024, chiều 12/3, UBND xã họp", date(2024, 3, 12)),
    ("Thực hiện Kế hoạch số 12-KH/HU ngày 1/2/2024, ngày 12/3, UBND xã họp", date(2024, 3, 12)),
    ("Thực hiện kế hoạch của HĐND huyện, ngày 21/02, các đại biểu tiếp xúc", date(2024, 2, 21)),
    ("Hội nghị diễn ra chiều 12/3 tại hội trường huyện", date(2024, 3, 12)),
    ("Không khí rộn ràng. Sáng 12/3, các em đến trường", date(2024, 3, 12)),
    ("Ngày 29-2, đoàn viên ra quân", date(2024, 2, 29)),
    ("Ngày 25/3, huyện sẽ tổ chức lễ phát động", date(2024, 3, 25)),
    ("Sáng mai (21/3), huyện tổ chức lễ phát động", date(2024, 3, 21)),
    ("Sáng 12/3, huyện thông qua đề án, theo đó sẽ xây ba cây cầu", date(2024, 3, 12)),
    ("Ngày 12/5/2024, huyện sẽ tổ chức lễ phát động", date(2024, 5, 12)),
]
NO_EVENT = [
    "Ngày 30/2, đoàn viên ra quân",
    "Ngày hội đại đoàn kết được tổ chức tại 12/15 thôn",
    "UBND huyện vừa ban hành Kế hoạch số 34/KH-UBND ngày 12/3/2024",
    "Thực hiện Kế hoạch số 12-KH/HU, ngày 01/02/2024 của Huyện uỷ về chuyển đổi số",
    "Thực hiện Kế hoạch số 12-KH/HU, ngày 01/02/2024, các chi bộ đã sinh hoạt",
    "Nhiệm kỳ 2020 - 2025, Đảng bộ kết nạp 120 đảng viên",
    "Những ngày này, không khí lao động khẩn trương",
    "Sáng tạo trong công tác dân vận, 11 chi bộ được khen",
    "Ngày 20/11 hằng năm là dịp tri ân các thầy cô giáo",
    "Ngày 20/10 là ngày Phụ nữ Việt Nam",
    "Ngày 2/9/1945, tại Quảng trường Ba Đình, Bác đọc Tuyên ngôn",
    "Ngày 12/3/2024",
    "Ngày 12/3: Họp giao ban tuần",
    "Thanh Hoá, ngày 12 tháng 3 năm 2024",
    "Mưa to từ chiều 10/3 đến nay chưa dứt",
    "Từ 01/4, mức lương mới được áp dụng",
    "Giải diễn ra sáng 12/15 sân",
    "",
]
RANGES = [
    ("Trong 2 ngày 12-13/3/2024, tại huyện đội", date(2024, 3, 12), date(2024, 3, 13)),
    ("Trong hai ngày 12 và 13/3, tại huyện đội", date(2024, 3, 12), date(2024, 3, 13)),
    ("Trong các ngày 12, 13, 14/3, tại huyện đội", date(2024, 3, 12), date(2024, 3, 14)),
    ("Từ ngày 12 đến 14/3, tại huyện đội", date(2024, 3, 12), date(2024, 3, 14)),
    ("Từ ngày 12 đến ngày 14 tháng 3, tại huyện đội", date(2024, 3, 12), date(2024, 3, 14)),
    ("Từ ngày 12/3 đến 14/3/2022, tại huyện đội", date(2022, 3, 12), date(2022, 3, 14)),
    ("Từ ngày 28/12/2023 đến 02/01/2024, tại huyện đội", date(2023, 12, 28), date(2024, 1, 2)),
    ("Từ ngày 28/12 đến 02/01/2024, tại huyện đội", date(2023, 12, 28), date(2024, 1, 2)),
    ("Từ ngày 28/12 đến 02/01, tại huyện đội", date(2023, 12, 28), date(2024, 1, 2)),
    ("Từ 12-14/3, tại huyện đội mở lớp", date(2024, 3, 12), date(2024, 3, 14)),
]


@pytest.mark.parametrize(("lead", "expected"), LEADS)
def test_the_event_is_dated_by_the_lead(lead: str, expected: date) -> None:
    assert find_event_date(lead, STAMP) == expected


@pytest.mark.parametrize("lead", NO_EVENT)
def test_other_dates_of_a_lead_are_no_event(lead: str) -> None:
    assert find_event_date(lead, STAMP) is None


@pytest.mark.parametrize(("lead", "first", "last"), RANGES)
def test_an_event_of_several_days_begins_on_the_first(lead: str, first: date, last: date) -> None:
    assert find_event(lead, STAMP) == Event(first, last)


def test_without_a_stamp_a_date_without_year_stays_unknown() -> None:
    assert find_event_date("Ngày 14-3, huyện họp", None) is None
    assert find_event_date("Ngày 14-3-2022, huyện họp", None) == date(2022, 3, 14)


def test_a_sentence_may_begin_with_any_capital_and_with_no_small_letter() -> None:
    """Unicode alternates capital and small letters: a range from À to Ỹ holds both."""
    assert find_event_date("Mưa dứt hẳn. Ở xã, chiều 12/3, dân trồng cây", STAMP) == date(
        2024, 3, 12
    )
    assert find_event_date("Theo TP. ủy ban, họp. Ngày 12/3, xã họp bàn", STAMP) == date(
        2024, 3, 12
    )
    # "v.v. ở" ends no sentence: what follows is not the head of one.
    assert find_event_date("Có lúa, ngô v.v. ẩm mốc ngày 12/3 do mưa lớn", STAMP) is None


def test_a_leap_day_goes_back_to_a_leap_year() -> None:
    assert find_event_date("Ngày 29/2, xã họp bàn", date(2023, 5, 1)) == date(2020, 2, 29)


@given(st.dates(date(1997, 1, 1), date(2049, 12, 31)), st.integers(0, 364))
def test_the_year_is_completed_from_the_stamp(stamp: date, back: int) -> None:
    event = stamp - timedelta(days=back)
    found = find_event_date(f"Sáng {event.day}/{event.month}, huyện họp bàn", stamp)
    assert found == event


@given(st.dates(date(1997, 1, 1), date(2049, 12, 31)), st.integers(-170, 170))
def test_what_is_announced_is_near_its_stamp_on_either_side(stamp: date, ahead: int) -> None:
    event = stamp + timedelta(days=ahead)
    lead = f"Ngày {event.day}/{event.month}, huyện sẽ tổ chức lễ hội"
    if (event.day, event.month) != (29, 2):
        assert find_event_date(lead, stamp) == event


@given(st.text(max_size=120))
def test_any_lead_gives_an_answer(lead: str) -> None:
    found = find_event(lead, STAMP)
    assert found is None or found.first <= found.last


# In the reading.


def reading(
    lead: str | None, text: str | None = None, published: str | None = "2024-03-20"
) -> Reading:
    return Reading(None, "article", lead=lead, text=text, published_at=published)


def dated(article: Reading) -> Reading:
    date_event(article)
    return article


def test_the_first_paragraph_is_asked_when_the_lead_names_no_day() -> None:
    body = "Sáng 12/3, xã họp bàn.\n\nNgày 15/3, xã họp nữa."
    assert dated(reading(None, body)).event_date == "2024-03-12"
    assert dated(reading("Xã vừa họp bàn.", body)).event_date == "2024-03-12"
    assert dated(reading("Chiều 11/3, xã họp bàn.", body)).event_date == "2024-03-11"
    later = "Xã vừa họp bàn.\n\nNgày 15/3, xã họp nữa."
    assert dated(reading(None, later)).event_date is None


def test_the_stamp_is_never_filled_from_the_event_nor_the_event_from_the_stamp() -> None:
    without_stamp = dated(reading("Ngày 12/3/2024, xã họp bàn.", published=None))
    assert (without_stamp.published_at, without_stamp.event_date) == (None, "2024-03-12")
    assert dated(reading("Xã vừa họp bàn.")).event_date is None


@pytest.mark.parametrize(
    ("lead", "published", "is_suspect"),
    [
        ("Sáng 12/3/2024, xã họp bàn.", "2024-03-20", False),
        ("Sáng 22/7/2021, xã họp bàn.", "2023-01-05T08:00:00+07:00", True),
        ("Sáng 17/9/2021, xã họp bàn.", "2022-08-09T09:00:00+07:00", True),
        ("Sáng 13/9/2021, xã họp bàn.", "2021-10-14", True),
        ("Sáng 13/9/2021, xã họp bàn.", "2021-10-13", False),
        ("Ngày 20/5/2024, xã sẽ họp bàn.", "2024-03-20", True),
        ("Từ ngày 1/1 đến 18/3, xã mở lớp.", "2024-03-20", False),
        ("Xã vừa họp bàn.", "2024-03-20", False),
    ],
)
def test_a_stamp_far_from_its_event_is_flagged(lead: str, published: str, is_suspect: bool) -> None:
    assert ("stamp_suspect" in dated(reading(lead, published=published)).flags) == is_suspect


def test_a_stamp_at_midnight_is_flagged() -> None:
    article = reading("Xã vừa họp bàn.", published="2024-03-20T00:00:00+07:00")
    article.flags.append("midnight")
    assert dated(article).flags == ["midnight", "stamp_suspect"]


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.integers(-60, 60))
def test_thirty_days_are_the_bound(stamp: date, distance: int) -> None:
    event = stamp + timedelta(days=distance)
    assert Event(event, event).is_far_from(stamp) == (abs(distance) > SUSPECT.days)


@pytest.mark.parametrize(
    "text",
    ["Sáng " * 120, "ngày " * 600, "12, " * 700 + "3/4", "Sáng 1 " * 400, ", ngày 1/1 " * 300,
     "số 1 " * 600 + ", ngày 1/2 họp", "từ 1 đến " * 300, "vào lúc 8h " * 270],
)  # fmt: skip
def test_no_lead_takes_long_to_judge(text: str) -> None:
    started = time.process_time()
    find_event_date(text[:MAX_CHARS], STAMP)
    assert time.process_time() - started < 0.1
