"""Times that are counted back from the visit: "8 giờ trước", "hôm qua lúc 10:20", "vừa xong"."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from crawler.reader.date_grammar import VIETNAM, month_number

_NUMBER_WORDS = r"một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|an?|one"
_UNITS: dict[str, tuple[float, bool]] = {  # seconds, and whether it is told to the minute
    "giây": (1, True), "second": (1, True), "phút": (60, True), "minute": (60, True),
    "min": (60, True), "giờ": (3600, True), "tiếng": (3600, True), "hour": (3600, True),
    "ngày": (86400, False), "day": (86400, False), "hôm": (86400, False),
    "tuần": (604800, False), "week": (604800, False),
}  # fmt: skip
_LABEL = r"(?:[^\W\d_][\w ]{0,30}?[: ]\s*)?"
_AGO = re.compile(
    rf"{_LABEL}(?:khoảng |cách đây |about )?(?P<n>\d{{1,3}}|{_NUMBER_WORDS}) ?"
    rf"(?P<unit>{'|'.join(_UNITS)}|tháng|month|năm|year)s?(?: trước(?: đây)?| ago| qua)",
    re.I,
)
_SINCE = re.compile(
    rf"{_LABEL}cách đây (?:khoảng )?(?P<n>\d{{1,3}}|{_NUMBER_WORDS}) ?"
    rf"(?P<unit>{'|'.join(_UNITS)}|tháng|month|năm|year)",
    re.I,
)
_CLOCK = r"(?P<H{0}>\d\d?) ?(?:[:hg]|giờ) ?(?P<M{0}>\d\d)(?!\d)(?: phút)?"
_DAY = (
    r"(?P<day{0}>hôm nay|hôm qua|hôm kia|sáng nay|chiều nay|tối nay|sáng qua|chiều qua|today"
    r"|yesterday)"
)
_DAY_CLOCK = rf"{_DAY.format('')}(?:[ ,|-]*(?:vào )?(?:lúc |at )? ?{_CLOCK.format('')})?"
_CLOCK_DAY = rf"{_CLOCK.format('2')}[ ,|-]*{_DAY.format('2')}"
_NAMED = re.compile(rf"{_LABEL}(?:{_DAY_CLOCK}|{_CLOCK_DAY})", re.I)
_NOW = re.compile(rf"{_LABEL}(?:vừa xong|vừa mới|vừa đăng|mới đây|just now|now)", re.I)
_TAIL = " .|-()"


def find_relative(text: str, captured_at: datetime) -> datetime | date | None:
    """The moment or day that a text as a whole counts back from `captured_at`, or None.

    `text` in the form of `date_grammar.plain()`. Minutes and hours give a time cut to the minute,
    days and longer give a day. A visit counter ("Hôm qua: 1451") is not a time.
    """
    text = text.strip(_TAIL)
    now = captured_at.astimezone(VIETNAM)
    if _NOW.fullmatch(text):
        return _minute(now)
    if match := _AGO.fullmatch(text) or _SINCE.fullmatch(text):
        return _back(now, match["n"].lower(), match["unit"].lower())
    if match := _NAMED.fullmatch(text):
        return _named(now, match)
    return None


def _back(now: datetime, number: str, unit: str) -> datetime | date | None:
    if number.isdigit():
        count = int(number)
    else:
        count = 1 if number in ("a", "an", "one") else month_number(None, number)
    if unit in _UNITS:
        seconds, to_the_minute = _UNITS[unit]
        moment = now - timedelta(seconds=count * seconds)
        return _minute(moment) if to_the_minute else moment.date()
    months = now.year * 12 + now.month - 1 - count * (12 if unit in ("năm", "year") else 1)
    year, month = divmod(months, 12)
    if year < 1:
        return None
    for day in range(now.day, 27, -1):  # the 31st counts back to the last day of a short month
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    return date(year, month + 1, min(now.day, 28))


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _named(now: datetime, match: re.Match[str]) -> datetime | date | None:
    name = (match["day"] or match["day2"]).lower()
    days = 2 if name == "hôm kia" else 1 if name.endswith("qua") or name == "yesterday" else 0
    day = (now - timedelta(days=days)).date()
    hour, minute = match["H"] or match["H2"], match["M"] or match["M2"]
    if hour is None:
        return day
    if int(hour) > 23 or int(minute) > 59:
        return None
    return datetime.combine(day, time(int(hour), int(minute)), VIETNAM)
