"""Publish stamps: what is one is read to the minute, what is none is left alone."""

from __future__ import annotations

import time
import unicodedata
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reader.dates import (
    MAX_CHARS,
    VIETNAM,
    Published,
    has_impossible_date,
    parse_published,
)

HERE = Path(__file__).parent
SHARED = HERE.parents[1].parent / "shared"
FACTS = SHARED / "facts" / "dates.tsv"
CAPTURED = datetime(2024, 3, 12, 8, 30, 15, tzinfo=UTC)  # 15:30:15 in Viet Nam


def rows(path: Path) -> list[tuple[str, str]]:
    lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")[1:]
    return [(text, expected) for text, _, expected in (line.rpartition("\t") for line in lines)]


def iso(text: str, captured_at: datetime | None = None) -> str:
    found = parse_published(text, captured_at)
    return "none" if found is None else found.iso


def test_a_stamp_is_read_and_another_date_is_left_alone() -> None:
    wrong = [
        (text, expected, iso(text))
        for text, expected in rows(HERE / "dates_more.tsv")
        if iso(text) != expected
    ]
    assert wrong == []


def test_no_text_stands_twice_in_the_list() -> None:
    texts = [text for text, _ in rows(HERE / "dates_more.tsv")]
    assert len(texts) == len(set(texts)) > 1400


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared facts are not beside this checkout")
def test_every_row_of_the_facts_is_right() -> None:
    facts = rows(FACTS)
    assert len(facts) > 100
    assert [(text, iso(text)) for text, expected in facts if iso(text) != expected] == []


def test_the_capture_time_changes_no_absolute_stamp() -> None:
    for text, expected in rows(HERE / "dates_more.tsv"):
        if expected != "none":
            assert iso(text, CAPTURED) == expected


# A stamp in any order of its parts.

MOMENTS = st.datetimes(datetime(1997, 1, 1), datetime(2049, 12, 31)).map(
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=VIETNAM)
)
WORDS = {
    1: "Một", 2: "hai", 3: "Ba", 4: "tư", 5: "năm", 6: "Sáu", 7: "bảy", 8: "tám", 9: "Chín",
    10: "Mười", 11: "mười một", 12: "Mười Hai",
}  # fmt: skip
DAY_SHAPES = st.sampled_from(
    [
        "{d:02}/{m:02}/{y}", "{d}/{m}/{y}", "{d:02}-{m:02}-{y}", "{d:02}.{m:02}.{y}",
        "{d:02} / {m:02} / {y}", "{d:02} - {m:02} - {y}", "{d:02} {m:02} {y}", "{y}-{m:02}-{d:02}",
        "{d} tháng {m} năm {y}", "{d:02} Tháng {m:02}, {y}", "{d} Tháng {w} {y}",
        "{d:02} tháng {w} năm {y}", "{d:02}–{m:02}–{y}", "{d} Thg {m} {y}",
    ]
)  # fmt: skip
CLOCK_SHAPES = st.sampled_from(
    ["{H:02}:{M:02}", "{H}:{M:02}", "{H:02}h{M:02}", "{H}g{M:02}", "{H} giờ {M:02}",
     "{H} giờ {M:02} phút", "{h:02}:{M:02} {mark}", "{h}:{M:02}{mark}", "{H:02}:{M:02}:00",
     "{H:02}:{M:02}:00.0"]
)  # fmt: skip
MARKS = st.sampled_from([("SA", "CH"), ("AM", "PM"), ("am", "pm"), ("sa", "ch"), ("Sa", "cH")])
JOINS = st.sampled_from([" ", "  ", " - ", " | ", ", ", " – ", "\xa0", "\n\t ", " • ", " lúc "])
LABELS = st.sampled_from(
    ["", "Ngày đăng: ", "Đăng lúc ", "Cập nhật: ", "Thứ sáu - ", "Thứ 4, ", "Chủ nhật, ", "CN, ",
     "Hai. ", "Tin trong huyện | ", "Được viết ngày Thứ Sáu, ", "Thông tin Xuân Lộc ", "(", "[",
     "Xuất bản: ", "THỨ BA - ", "Lượt xem: 12 | Ngày ", "Posted on "]
)  # fmt: skip
TAILS = st.sampled_from(
    ["", " ", "    78", " 344 0", " | Lượt xem: 1.204", " - 55 lượt xem", "[GMT+7]", " (GMT+7)",
     " UTC+7", " | Tác giả: Lê Thị Minh", " In bài Gửi email", " 100%", " A- A A+"]
)  # fmt: skip


@st.composite
def stamps(draw: st.DrawFn) -> tuple[str, datetime]:
    moment = draw(MOMENTS)
    first, second = draw(MARKS)
    values = {
        "d": moment.day, "m": moment.month, "y": moment.year, "w": WORDS[moment.month],
        "H": moment.hour, "M": moment.minute, "h": moment.hour % 12 or 12,
        "mark": first if moment.hour < 12 else second,
    }  # fmt: skip
    day, clock = draw(DAY_SHAPES).format(**values), draw(CLOCK_SHAPES).format(**values)
    join = draw(JOINS)
    if draw(st.booleans()):
        core = day + join + clock
    else:
        core = clock + (" ngày " if join == " lúc " else join) + day
    text = draw(LABELS) + core + draw(TAILS)
    decomposed = draw(st.booleans())
    return unicodedata.normalize("NFD", text) if decomposed else text, moment


@given(stamps())
def test_a_stamp_is_read_whatever_the_order_and_spelling_of_its_parts(
    stamp: tuple[str, datetime],
) -> None:
    text, moment = stamp
    found = parse_published(text)
    assert found is not None, text
    assert found.value == moment, text
    assert found.precision == "minute"
    assert ("midnight" in found.flags) == (moment.hour == moment.minute == 0)


@given(MOMENTS, DAY_SHAPES, LABELS, TAILS)
def test_a_day_alone_is_read_as_a_day(moment: datetime, shape: str, label: str, tail: str) -> None:
    values = {"d": moment.day, "m": moment.month, "y": moment.year, "w": WORDS[moment.month]}
    text = label + shape.format(**values) + tail
    found = parse_published(text)
    assert found is not None, text
    assert found.value == moment.date(), text
    assert found.precision == "day"


@given(MOMENTS, st.integers(0, 99999), st.sampled_from(["", " ", "   "]))
def test_counters_may_stick_to_the_minutes(moment: datetime, hits: int, gap: str) -> None:
    text = f"Thứ sáu - {moment:%d/%m/%Y %H:%M}{gap}{hits} 0"
    found = parse_published(text)
    assert found is not None
    assert found.value == moment


@given(MOMENTS, st.integers(-12, 14))
def test_an_explicit_zone_is_converted(moment: datetime, hours: int) -> None:
    local = moment.astimezone(UTC) + timedelta(hours=hours)
    for zone in (f"{hours:+03}:00", f"{hours:+03}00"):
        found = parse_published(f"{local:%Y-%m-%dT%H:%M:%S}{zone}")
        assert found is not None
        assert found.value == moment


@given(MOMENTS)
def test_the_pub_date_of_a_feed_is_converted(moment: datetime) -> None:
    text = moment.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    found = parse_published(text)
    assert found is not None
    assert found.value == moment


# What is none.

SENTENCES = st.sampled_from(
    ["{part} {day}, Ban Tuyên giáo Huyện uỷ tổ chức hội nghị", "Ngày {day}, UBND huyện họp",
     "{part} ngày {day}, tại hội trường", "Quyết định số 12/QĐ-UBND ngày {day}",
     "Chỉ thị số 05-CT/TU ngày {day} của Tỉnh uỷ", "Thanh Hoá, ngày {long}",
     "Từ ngày {day} đến ngày 31/12/2050", "{day} - 31/12/2050", "Thứ Hai, ngày {day}",
     "Monday, {day}", "Hôm nay: Thứ ba, {day}", "{day} là ngày hội của toàn dân",
     "Hội nghị diễn ra vào ngày {day}", "Sinh ngày {day}", "Ngày in: {day}", "{part} {day}",
     "THỨ BA, NGÀY {day}:"]
)  # fmt: skip


@given(
    SENTENCES,
    MOMENTS,
    st.sampled_from(["Sáng", "Chiều", "Tối", "Trưa", "SÁNG"]),
    st.sampled_from(["{:%d/%m/%Y}", "{:%d-%m-%Y}", "{:%d.%m.%Y}"]),
)
def test_a_date_in_a_sentence_is_no_stamp(
    sentence: str, moment: datetime, part: str, shape: str
) -> None:
    long = f"{moment.day} tháng {moment.month} năm {moment.year}"
    text = sentence.format(part=part, day=shape.format(moment), long=long)
    assert parse_published(text) is None, text


@given(
    st.integers(0, 10**9), st.sampled_from(["{}", "{:,}", "Lượt xem: {}", "{} lượt xem", "{} 0"])
)
def test_a_counter_is_no_stamp(number: int, shape: str) -> None:
    text = shape.format(number)
    if len(text) != 8:  # eight digits may be a date of ISO 8601's basic form
        assert parse_published(text) is None


@given(st.integers(1, 31), st.integers(1, 12))
def test_a_date_without_a_year_is_no_stamp(day: int, month: int) -> None:
    for text in (f"{day}/{month}", f"Ngày {day}-{month}", f"{day} tháng {month}"):
        assert parse_published(text) is None


@pytest.mark.parametrize(
    "text", ["31/02/2024", "29/02/2023", "32/01/2024", "12/13/2024", "12/03/2024 25:10"]
)
def test_an_impossible_date_is_none_and_told_as_such(text: str) -> None:
    assert parse_published(text) is None
    assert has_impossible_date(text)
    assert not has_impossible_date("12/03/2024 10:10")


@given(st.text(max_size=80))
def test_any_text_gives_an_answer(text: str) -> None:
    found = parse_published(text, CAPTURED)
    assert found is None or isinstance(found, Published)


@given(st.text("0123456789/-.: ,|()Tth ngàyứsáu+GMTZ", max_size=60))
def test_any_heap_of_date_parts_gives_an_answer(text: str) -> None:
    found = parse_published(text, CAPTURED)
    assert found is None or found.iso
    has_impossible_date(text)


# What comes with the value.


def test_raw_is_the_part_that_was_read() -> None:
    found = parse_published("Ngày đăng: 12/03/2024 | 15:05 | Lượt xem: 99")
    assert found is not None
    assert found.raw == "12/03/2024 | 15:05"
    assert found.day == date(2024, 3, 12)


def test_midnight_is_flagged_and_kept() -> None:
    found = parse_published("30/03/2021 | 12:00 AM")
    assert found is not None
    assert found.iso == "2021-03-30T00:00:00+07:00"
    assert found.flags == ("midnight",)


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("12/03/2024 18:00", ()),
        ("13/03/2024", ()),
        ("20/03/2024", ("future",)),
        ("20/03/2024 00:00", ("midnight", "future")),
    ],
)
def test_a_stamp_far_after_the_capture_is_flagged(text: str, flags: tuple[str, ...]) -> None:
    found = parse_published(text, CAPTURED)
    assert found is not None
    assert found.flags == flags


RELATIVE = [
    ("8 giờ trước", "2024-03-12T07:30:00+07:00"),
    ("20 giờ trước", "2024-03-11T19:30:00+07:00"),
    ("5 phút trước", "2024-03-12T15:25:00+07:00"),
    ("30 giây trước", "2024-03-12T15:29:00+07:00"),
    ("Một giờ trước", "2024-03-12T14:30:00+07:00"),
    ("khoảng 2 tiếng trước", "2024-03-12T13:30:00+07:00"),
    ("Cách đây 3 giờ", "2024-03-12T12:30:00+07:00"),
    ("Đăng 8 giờ trước", "2024-03-12T07:30:00+07:00"),
    ("Cập nhật: 8 giờ trước", "2024-03-12T07:30:00+07:00"),
    ("2 ngày trước", "2024-03-10"),
    ("2 hôm trước", "2024-03-10"),
    ("1 tuần trước", "2024-03-05"),
    ("một tháng trước", "2024-02-12"),
    ("2 năm trước", "2022-03-12"),
    ("Hôm qua", "2024-03-11"),
    ("Hôm qua lúc 10:20", "2024-03-11T10:20:00+07:00"),
    ("hôm qua, 10h20", "2024-03-11T10:20:00+07:00"),
    ("10:20 hôm qua", "2024-03-11T10:20:00+07:00"),
    ("Hôm nay lúc 10:20", "2024-03-12T10:20:00+07:00"),
    ("Hôm nay, 10:20", "2024-03-12T10:20:00+07:00"),
    ("hôm kia", "2024-03-10"),
    ("vừa xong", "2024-03-12T15:30:00+07:00"),
    ("3 hours ago", "2024-03-12T12:30:00+07:00"),
    ("an hour ago", "2024-03-12T14:30:00+07:00"),
    ("yesterday at 10:20", "2024-03-11T10:20:00+07:00"),
]


@pytest.mark.parametrize(("text", "expected"), RELATIVE)
def test_a_relative_time_needs_the_capture(text: str, expected: str) -> None:
    assert parse_published(text) is None
    found = parse_published(text, CAPTURED)
    assert found is not None
    assert found.iso == expected
    assert "relative" in found.flags


@pytest.mark.parametrize(
    "text",
    [
        "Hôm qua: 1451",
        "Hôm nay: 88",
        "8 giờ sáng",
        "3 năm qua, huyện đã xây 12 cầu",
        "lúc 10:20",
        "99 lần trước",
        "hôm qua lúc 25:70",
        "trước",
        "một thời gian trước",
    ],
)
def test_what_only_looks_relative_is_none(text: str) -> None:
    assert parse_published(text, CAPTURED) is None


def test_the_31st_counts_back_to_the_last_day_of_a_short_month() -> None:
    captured = datetime(2024, 3, 31, 12, 0, tzinfo=VIETNAM)
    assert iso("1 tháng trước", captured) == "2024-02-29"


# Cost.

HOSTILE = [
    "12/03/2024 " * 54,
    "1 " * 300,
    "- " * 290 + "12/03/2024",
    "15:30 " * 100,
    "ngày " * 110 + "12/3/2024",
    "th 1 " * 120,
    "(" * 280 + "12/03/2024" + ")" * 280,
    "Cập nhật lúc ngày " * 30 + "12/03/2024",
    "Đăng tin bài lên web " * 27 + "12/03/2024",
    "Sáng " * 120,
    "thứ hai, " * 60 + "12/3/2024",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_takes_long_to_judge(text: str) -> None:
    started = time.process_time()
    parse_published(text[:MAX_CHARS], CAPTURED)
    assert time.process_time() - started < 0.1
