"""Times that are counted back from the visit: "8 giờ trước", "hôm qua lúc 10:20", "vừa xong"."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from crawler.reader.date_grammar import VIETNAM, month_number

_NUMBER_WORDS = r"một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|an?|one"
_UNITS: dict[str, tuple[float, bool]] = {  # seconds, and whether it is told to the minute
    "giây": (1, True), "second": (1, True), "phút": (60, True), "minute": (60, True),
    "min": (60, True), "giờ": (3600, True), "h": (3600, True),
    "tiếng": (3600, True), "hour": (3600, True),
    "ngày": (86400, False), "day": (86400, False), "hôm": (86400, False),
    "tuần": (604800, False), "week": (604800, False),
}  # fmt: skip
_COUNTED = rf"(?P<n>\d{{1,3}}|{_NUMBER_WORDS}) ?(?P<unit>{'|'.join(_UNITS)}|tháng|month|năm|year)s?"
_MORE = rf"(?:,? (?:và |and )?(?P<n2>\d{{1,3}}) ?(?P<unit2>{'|'.join(_UNITS)})s?)?"
# "Đăng", "Cập nhật lúc:", "Ngày đăng:"; but "Trong 3 ngày qua", "Truy cập hôm qua" count visits.
_LABEL = r"(?:(?!trong|truy cập|lượt|số|tổng|khách)[^\W\d_][\w ]{0,30}?[: ]\s*)?"
_ABOUT = r"(?:khoảng |cách đây |gần |hơn |về |about |over |almost )*"
_AGO = re.compile(rf"{_LABEL}{_ABOUT}{_COUNTED}{_MORE}(?: trước(?: đây)?| ago)", re.I)
_SINCE = re.compile(rf"{_LABEL}cách đây {_ABOUT}{_COUNTED}{_MORE}", re.I)
_CLOCK = (
    r"(?P<H{0}>\d\d?) ?(?:[:hg]|giờ) ?(?P<M{0}>\d\d)(?!\d)(?: phút)?(?: (?P<mark{0}>sa|ch|am|pm))?"
)
_DAY = (
    r"(?P<day{0}>hôm nay|hôm qua|hôm kia|sáng nay|chiều nay|tối nay|sáng qua|chiều qua|today"
    r"|yesterday)"
)
_DAY_CLOCK = rf"{_DAY.format('')}(?:[ ,|-]*(?:vào )?(?:lúc |at )? ?{_CLOCK.format('')})?"
_CLOCK_DAY = rf"{_CLOCK.format('2')}[ ,|-]*{_DAY.format('2')}"
_NAMED = re.compile(rf"{_LABEL}(?:{_DAY_CLOCK}|{_CLOCK_DAY})", re.I)
_NOW = re.compile(
    rf"{_LABEL}(?:vừa xong|vừa mới(?: đăng| xong)?|vừa đăng|mới đây|(?:một )?vài giây trước"
    r"|just now|a few seconds ago|now)",
    re.I,
)
_PARTS = re.compile(r" ?[|•·] ?| - ")
_TAIL = " .|-()[]"


def find_relative(text: str, captured_at: datetime) -> datetime | date | None:
    """The moment or day that a text counts back from `captured_at`, or None.

    `text` in the form of `date_grammar.plain()`: the whole of it tells the time, or one part
    between bars does, beside a by-line, a section or a labelled counter. Minutes and hours give
    a time cut to the minute, days and longer give a day. A visit counter ("Hôm qua: 1451") is
    not a time.
    """
    now = captured_at.astimezone(VIETNAM)
    whole = _find(text.strip(_TAIL), now)
    if whole is not None:
        return whole
    parts = [part.strip(_TAIL) for part in _PARTS.split(text)]
    if len(parts) < 2 or any(part.isdigit() for part in parts):
        return None
    found = [value for part in parts if (value := _find(part, now)) is not None]
    return found[0] if len(found) == 1 else None


def _find(text: str, now: datetime) -> datetime | date | None:
    if _NOW.fullmatch(text):
        return _minute(now)
    if match := _AGO.fullmatch(text) or _SINCE.fullmatch(text):
        return _back(now, match)
    if match := _NAMED.fullmatch(text):
        return _named(now, match)
    return None


def _back(now: datetime, match: re.Match[str]) -> datetime | date | None:
    moment = _less(now, match["n"].lower(), match["unit"].lower())
    smallest = match["unit"].lower()
    if moment is not None and match["n2"]:
        smallest = match["unit2"].lower()
        moment = _less(moment, match["n2"], smallest)
    if moment is None:
        return None
    return _minute(moment) if _UNITS.get(smallest, (0, False))[1] else moment.date()


def _less(moment: datetime, number: str, unit: str) -> datetime | None:
    """The moment so many units earlier, or None when there is none."""
    if number.isdigit():
        count = int(number)
    else:
        count = 1 if number in ("a", "an", "one") else month_number(None, number)
    if unit in _UNITS:
        return moment - timedelta(seconds=count * _UNITS[unit][0])
    months = moment.year * 12 + moment.month - 1 - count * (12 if unit in ("năm", "year") else 1)
    year, month = divmod(months, 12)
    if year < 1:
        return None
    for day in range(moment.day, 27, -1):  # the 31st counts back to the end of a short month
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return moment.replace(year=year, month=month + 1, day=min(moment.day, 28))


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _named(now: datetime, match: re.Match[str]) -> datetime | date | None:
    name = (match["day"] or match["day2"]).lower()
    days = 2 if name == "hôm kia" else 1 if name.endswith("qua") or name == "yesterday" else 0
    day = (now - timedelta(days=days)).date()
    hour, minute = match["H"] or match["H2"], match["M"] or match["M2"]
    if hour is None:
        return day if days else None  # "Hôm nay" alone heads the counter of today's visits
    mark = (match["mark"] or match["mark2"] or "").lower()
    at = int(hour) % 12 + (12 if mark in ("ch", "pm") else 0) if mark else int(hour)
    if int(hour) > 23 or int(minute) > 59 or (mark and int(hour) > 12):
        return None
    return datetime.combine(day, time(at, int(minute)), VIETNAM)
