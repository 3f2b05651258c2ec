"""Stamps composed of every spelling of their parts, and other dates in every dress.

What a list cannot hold: each part varies by itself, and what changes no meaning (capitals,
decomposed letters, no-break blanks, full-width digits) must change no answer.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.reader.date_grammar import VIETNAM
from crawler.reader.dates import has_impossible_date, parse_published
from crawler.text import fold

MOMENTS = st.datetimes(datetime(1997, 1, 1), datetime(2049, 12, 31)).map(
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=VIETNAM)
)
WEEKDAYS = (
    ("Thứ Hai", "Thứ hai", "THỨ HAI", "Thứ 2", "thứ 2", "T2", "Monday", "Mon"),
    ("Thứ Ba", "Thứ ba", "THỨ BA", "Thứ 3", "thứ 3", "T3", "Tuesday", "Tue"),
    ("Thứ Tư", "Thứ tư", "THỨ TƯ", "Thứ 4", "thứ 4", "T4", "Wednesday", "Wed"),
    ("Thứ Năm", "Thứ năm", "THỨ NĂM", "Thứ 5", "thứ 5", "T5", "Thursday", "Thu"),
    ("Thứ Sáu", "Thứ sáu", "THỨ SÁU", "Thứ 6", "thứ 6", "T6", "Friday", "Fri"),
    ("Thứ Bảy", "Thứ bảy", "THỨ BẢY", "Thứ 7", "Thứ bẩy", "T7", "Saturday", "Sat"),
    ("Chủ Nhật", "Chủ nhật", "CHỦ NHẬT", "chủ nhật", "Chúa nhật", "CN", "Sunday", "Sun"),
)
MONTHS = (
    ("Một", "một", "Giêng"), ("Hai", "hai"), ("Ba", "ba"), ("Tư", "tư", "bốn"), ("Năm", "năm"),
    ("Sáu", "sáu"), ("Bảy", "bảy", "bẩy"), ("Tám", "tám"), ("Chín", "chín"), ("Mười", "mười"),
    ("Mười Một", "Mười một", "mười một"), ("Mười Hai", "Mười hai", "mười hai", "chạp"),
)  # fmt: skip
DAYS = (
    "{d:02}/{m:02}/{y}", "{d}/{m}/{y}", "{d:02}-{m:02}-{y}", "{d}-{m}-{y}", "{d:02}.{m:02}.{y}",
    "{d:02} / {m:02} / {y}", "{d:02} - {m:02} - {y}", "{d:02} {m:02} {y}", "{d:02}–{m:02}–{y}",
    "{y}-{m:02}-{d:02}", "{y}/{m:02}/{d:02}", "{d} tháng {m} năm {y}", "{d:02} Tháng {m:02} {y}",
    "{d:02} THÁNG {m:02} {y}", "{d} Tháng {w}, {y}", "{d:02} Tháng {w} {y}", "Tháng {w} {d}, {y}",
    "{d} tháng {w} năm {y}", "{d} Thg {m} {y}", "{d:02} Th{m}, {y}", "{d} tháng {m:02}/{y}",
    "{d} {E} {y}", "{E} {d}, {y}", "{d:02}-{e}-{y}", "{e} {d}, {y}",
)  # fmt: skip
CLOCKS = (
    "{H:02}:{M:02}", "{H}:{M:02}", "{H:02}:{M:02}:07", "{H:02}h{M:02}", "{H}H{M:02}", "{H}g{M:02}",
    "{H}h{M:02}'", "{H:02}:{M:02}'", "{H} giờ {M:02}", "{H} giờ {M:02} phút", "{h}:{M:02} {mark}",
    "{h:02}:{M:02}:07 {mark}", "{h:02}:{M:02}{mark}", "{H:02} : {M:02}", "{h}:{M:02} {part}",
)  # fmt: skip
MARKS = (("SA", "CH"), ("AM", "PM"), ("am", "pm"), ("a.m.", "p.m."), ("Sa", "Ch"))
JOINS = (" ", "  ", " - ", " | ", ", ", "; ", " – ", " — ", "\xa0", "\u3000", "\n\t ", " • ", " · ")
ZONES = (
    "",
    " GMT+7",
    " (GMT+7)",
    " [GMT+7]",
    "[GMT+7]",
    " (GMT +7)",
    " UTC+7",
    " GMT+07:00",
    " ICT",
)
LABELS = (
    "", "Ngày đăng: ", "Ngày đăng:", "Ngày đăng", "NGÀY ĐĂNG : ", "Đăng lúc: ", "Đăng ngày ",
    "Đã đăng: ", "Cập nhật: ", "Cập nhật lúc ", "CẬP NHẬT LÚC ", "Ngày cập nhật: ", "Ngày: ",
    "Ngày xuất bản: ", "Thời gian: ", "Được viết ngày ", "Tin ngày: ", "Posted on ", "Published: ",
    "Tin tức | ", "Tin tức - Sự kiện - ", "Lượt xem: 12 | ", "Tác giả: Lê Thị Minh | ", "(", "[",
    "• ", "- ", "» ", "Ban Biên tập - ", "Thông tin Xuân Lộc", "Ngay dang: ",
)  # fmt: skip
TAILS = (
    "", " ", ".", " 344 0", "    78", "\n12", " | Lượt xem: 1.204", "Lượt xem: 12", "Đã xem: 1234",
    " - Đã xem: 1234", " (1234 lượt xem)", " | 0 bình luận", " In bài Gửi email", " A- A A+",
    " 100%", " | Tác giả: Lê Thị Minh", " - Nguồn: TTXVN", " | Tin tức", " Xem với cỡ chữ",
    " Tweet", " | Nghe đọc bài", " Không có bình luận",
)  # fmt: skip
ENGLISH = [f"{datetime(2000, month, 1):%B}" for month in range(1, 13)]


def glued(label: str, core: str) -> str:
    """Label and stamp; two words keep a blank between them, a number may stick to a word."""
    return f"{label} {core}" if label[-1:].isalpha() and core[0].isalpha() else label + core


@st.composite
def written(draw: st.DrawFn, moment: datetime) -> dict[str, str]:
    """The parts of a stamp: day, clock, weekday."""
    first, second = draw(st.sampled_from(MARKS))
    hour = moment.hour
    part = "sáng" if hour < 11 else "trưa" if hour < 13 else "chiều" if hour < 18 else "tối"
    names = {
        "d": moment.day, "m": moment.month, "y": moment.year, "H": hour, "M": moment.minute,
        "h": hour % 12 or 12, "mark": first if hour < 12 else second, "part": part,
        "w": draw(st.sampled_from(MONTHS[moment.month - 1])),
        "E": ENGLISH[moment.month - 1], "e": ENGLISH[moment.month - 1][:3],
    }  # fmt: skip
    return {
        "day": draw(st.sampled_from(DAYS)).format(**names),
        "clock": draw(st.sampled_from(CLOCKS)).format(**names),
        "weekday": draw(st.sampled_from(WEEKDAYS[moment.weekday()])),
    }


@st.composite
def composed(draw: st.DrawFn) -> tuple[str, datetime]:
    """A stamp to the minute and what it says."""
    moment = draw(MOMENTS)
    part = draw(written(moment))
    join, zone = draw(st.sampled_from(JOINS)), draw(st.sampled_from(ZONES))
    order = draw(st.integers(0, 5))
    comma = draw(st.sampled_from((", ", " - ", " ", ". ")))
    core = {
        0: f"{part['day']}{join}{part['clock']}{zone}",
        1: f"{part['clock']}{zone}{join}{part['day']}",
        2: f"{part['weekday']}{comma}{part['day']}{join}{part['clock']}{zone}",
        3: f"{part['clock']}{join}{part['weekday']}{comma}{part['day']}",
        4: f"{part['clock']} ngày {part['day']}",
        5: f"{part['day']} lúc {part['clock']}{zone}",
    }[order]
    label = draw(st.sampled_from(LABELS))
    return glued(label, core) + draw(st.sampled_from(TAILS)), moment


@settings(max_examples=600)
@given(composed())
def test_a_stamp_is_read_however_its_parts_are_spelled(stamp: tuple[str, datetime]) -> None:
    text, moment = stamp
    found = parse_published(text)
    assert found is not None, text
    assert found.iso[:16] == moment.isoformat()[:16], text
    assert found.precision == "minute", text


@settings(max_examples=300)
@given(MOMENTS.flatmap(lambda m: st.tuples(written(m), st.just(m))), st.sampled_from(LABELS),
       st.sampled_from(TAILS))  # fmt: skip
def test_a_day_is_read_however_it_is_spelled(
    part: tuple[dict[str, str], datetime], label: str, tail: str
) -> None:
    words, moment = part
    text = glued(label, words["day"]) + tail
    found = parse_published(text)
    assert found is not None, text
    assert found.value == moment.date(), text


FULL_WIDTH = {ord(char): chr(ord(char) + 0xFEE0) for char in "0123456789:/()|"}
CHANGES = {
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "no-break blanks": lambda text: text.replace(" ", "\xa0"),
    "wider gaps": lambda text: text.replace(" ", "  \n "),
    "full-width": lambda text: text.translate(FULL_WIDTH),
    "zero-width": lambda text: text.replace(" ", " \u200b"),
    "escaped": lambda text: escape(text.replace(" ", "\xa0")).replace("\xa0", "&nbsp;"),
    "capitals": str.upper,
}


@pytest.mark.parametrize("change", CHANGES)
@settings(max_examples=120)
@given(stamp=composed())
def test_what_changes_no_meaning_changes_no_answer(
    change: str, stamp: tuple[str, datetime]
) -> None:
    text, moment = stamp
    if change == "escaped" and "'" in text:
        return
    found = parse_published(CHANGES[change](text))
    assert found is not None, CHANGES[change](text)
    assert found.iso[:16] == moment.isoformat()[:16], CHANGES[change](text)


@given(MOMENTS, st.sampled_from(["{} {}", "{}, ngay {}", "{} - {}"]))
def test_numbers_are_read_without_marks_on_the_letters(moment: datetime, shape: str) -> None:
    weekday = fold(WEEKDAYS[moment.weekday()][0]).capitalize()
    text = shape.format(weekday, f"{moment:%d/%m/%Y %H:%M}")
    found = parse_published(text)
    assert found is not None
    assert found.value == moment, text


# What is none, whatever its shape.

OTHER = (
    "Sáng {day}, Ban Tuyên giáo tổ chức hội nghị", "Ngày {day}, UBND huyện họp", "Sáng {day}",
    "Chiều ngày {day}", "Sáng nay ({day})", "Quế Lộc, ngày {day}", "Từ ngày {day}",
    "Từ {day} đến 31/12/2049", "{day} - 31/12/2049", "Đến ngày {day}", "Trước ngày {day}",
    "Hạn nộp hồ sơ: {day}", "Ngày sinh: {day}", "Ngày ký: {day}", "Ngày ban hành: {day}",
    "Ngày cấp: {day}", "Ngày hiệu lực: {day}", "Ngày bắt đầu: {day}", "Ngày họp: {day}",
    "Quyết định số 12/QĐ-UBND ngày {day}", "Nghị quyết số 12-NQ/TW, ngày {day}",
    "Nghị định số 12/2024/NĐ-CP ngày {day} của Chính phủ", "Công văn 12/UBND-VX ngày {day}",
    "Giấy phép số 12/GP-TTĐT ngày {day}", "Giấy phép số 12/GP-TTĐT do Sở TTTT cấp ngày {day}",
    "Hôm nay: {weekday}, {day}", "Hôm nay, ngày {day}", "Hôm nay là {day}", "Ngày in: {day}",
    "In ngày {day}", "Bây giờ là {day}", "© {day}", "Copyright {day}", "Bản quyền {day}",
    "{weekday}, ngày {day}:", "Tính đến ngày {day}", "Kể từ {day}", "Ngày truy cập: {day}",
    "Phiên bản {day}", "Âm lịch: {day}", "{day}: Họp giao ban", "Lịch công tác ngày {day}",
    "Hội nghị diễn ra ngày {day}", "Lượt truy cập tính từ ngày {day}: 12.345",
)  # fmt: skip
NUMERIC = ("{:%d/%m/%Y}", "{:%d-%m-%Y}", "{:%d.%m.%Y}", "{:%d/%m/%Y}")


@settings(max_examples=600)
@given(MOMENTS, st.sampled_from(OTHER), st.sampled_from(NUMERIC), st.booleans(), st.data())
def test_another_date_is_no_stamp_in_any_shape(
    moment: datetime, frame: str, shape: str, decompose: bool, data: st.DataObject
) -> None:
    weekday = data.draw(st.sampled_from(WEEKDAYS[moment.weekday()][:5]))
    text = frame.format(day=shape.format(moment), weekday=weekday)
    assert parse_published(unicodedata.normalize("NFD", text) if decompose else text) is None, text


@given(
    st.integers(1, 99), st.integers(1, 99), st.integers(1990, 2049), st.sampled_from("/-."),
    st.integers(0, 99), st.integers(0, 99),
)  # fmt: skip
def test_a_day_or_time_that_does_not_exist_is_none(
    day: int, month: int, year: int, separator: str, hour: int, minute: int
) -> None:
    text = f"{day:02}{separator}{month:02}{separator}{year} {hour:02}:{minute:02}"
    try:
        moment = datetime(year, month, day, hour, minute, tzinfo=VIETNAM)
    except ValueError:
        assert parse_published(text) is None, text
        assert has_impossible_date(text), text
    else:
        found = parse_published(text)
        assert (found is not None) == (year >= 1995)
        assert found is None or found.value == moment


@given(
    st.integers(1, 31), st.integers(1, 12), st.sampled_from([0, 1, 1899, 1945, 1994, 2050, 2999])
)
def test_years_before_the_web_and_placeholders_are_none(day: int, month: int, year: int) -> None:
    for text in (f"{day:02}/{month:02}/{year:04}", f"{year:04}-{month:02}-{day:02}T00:00:00"):
        assert parse_published(text) is None, text


PHONES = ("Điện thoại: {}", "ĐT: {}", "Hotline {}", "Fax: {}", "SĐT {}", "Tel: {}", "{}")


@given(st.integers(10**8, 10**10), st.sampled_from(PHONES), st.sampled_from(".- "))
def test_a_phone_number_is_no_stamp(number: int, frame: str, separator: str) -> None:
    digits = f"0{number}"
    grouped = f"{digits[:4]}{separator}{digits[4:7]}{separator}{digits[7:]}"
    assert parse_published(frame.format(grouped)) is None
    assert parse_published(frame.format(digits)) is None


@given(MOMENTS, st.integers(0, 999999))
def test_a_time_in_milliseconds_is_read(moment: datetime, fraction: int) -> None:
    text = f"/Date({int(moment.timestamp()) * 1000 + fraction % 1000})/"
    found = parse_published(text)
    assert found is not None
    assert found.value == moment
