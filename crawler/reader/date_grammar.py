"""The shapes in which portals write dates and times. Finds them; dates.py decides what they mean.

Day before month, always; the one exception is year first, as in ISO 8601. All patterns expect the
text of `plain()`: NFC, plain blanks, ASCII digits, dashes and bars.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from html import unescape
from typing import NamedTuple

from crawler.text import squeeze

VIETNAM = timezone(timedelta(hours=7))  # one zone, no summer time
FIRST_YEAR = 1995  # no portal is older; earlier dates are anniversaries, births and null values
LAST_YEAR = 2049  # later ones are placeholders (31/12/2099) or years of two digits before 2000

# Ranges like À-Ỹ would not do: Unicode alternates capital and small letters there.
UPPER = "".join(c for c in map(chr, (*range(0x250), *range(0x1E00, 0x1F00))) if c.isupper())


MAX_SPELLINGS = 10_000  # remembered; no portal writes more, a hostile page all there are


class _Spellings(dict[int, str | None]):
    """What a character is written as; pictures and icons that nobody listed are blanks."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        is_picture = code > 0xFF and unicodedata.category(char) in ("So", "Sm", "Sk", "Co", "Cs")
        spelled = " " if is_picture else char
        if len(self) < MAX_SPELLINGS:
            self[code] = spelled
        return spelled


_SPELLINGS = _Spellings(
    {
        **{ord(char): "-" for char in "‐‑‒–—―−﹣－"},
        **{ord(char): "|" for char in "｜¦│"},
        **{ord(char): " " for char in "\u00a0\u1680\u202f\u205f\u3000\t\r\n\v\f"},
        **dict.fromkeys(range(8192, 8203), " "),
        **dict.fromkeys([0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF]),
        # Full-width forms of ASCII, among them digits, colon, solidus and brackets.
        **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in "－｜"},
        ord("∕"): "/",
        ord("⁄"): "/",
        ord("∶"): ":",
        ord("ð"): "đ",
        ord("Ð"): "Đ",
    }
)
_ESCAPED = re.compile(r"\\+/?")  # JSON within HTML: 12\/01\/2024
_RUNS = re.compile(r"  +")

# The longer first; each also as it is written without marks.
MONTH_WORDS = {
    "mười hai": 12, "mười một": 11, "mười": 10, "giêng": 1, "chạp": 12, "một": 1, "hai": 2,
    "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
    "muoi hai": 12, "muoi mot": 11, "muoi": 10, "gieng": 1, "chap": 12, "mot": 1,
    "tu": 4, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9,
}  # fmt: skip
ENGLISH_MONTHS = {
    name: number + 1
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    )
}

_VI_WEEKDAY = (
    r"(?:th[ứu][ .-]{0,2}(?:hai|ba|tư|bốn|năm|sáu|bảy|bẩy|tu|nam|sau|bay|[2-7])"
    r"|(?:chủ|chúa|chu) ?nh[ậa]t"
    r"|(?:\bhai|\bba|\btư|\bnăm|\bsáu|\bbảy)(?=[.,])|\b(?:t\.?[2-7]|c\.?n))(?!\w)"
)
_EN_WEEKDAY = r"\b(?:mon|tue|wed|thu|fri|sat|sun)(?:(?:s|nes|rs|ur)?day)?(?!\w)"
WEEKDAY = re.compile(f"(?P<vi>{_VI_WEEKDAY})|(?P<en>{_EN_WEEKDAY})", re.I)

_YEAR = r"(?:19|20)\d\d"  # nothing is asked of what follows: counters stick to it
# Not inside a longer number; but a date may stick to the minutes in front of it.
_START = r"(?:(?<!\d)(?<!\d[/.:])|(?<=:\d\d))"
_SEP = r" ?[/.-] ?"
_MONTH = r"(?:th[áa]ng|thg|th)"
_MONTH_WORD = "|".join(MONTH_WORDS)
_EN_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}"

_RUN_OF_DIGITS = re.compile(r"\d+")
_MONTH_HINT = re.compile(
    r"th(?:áng|ang|g|[ .]?\d)|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
)
_NUMERIC = re.compile(
    rf"(?P<iso>(?<!\d){_YEAR})[-/.](?P<iso_m>\d\d?)[-/.](?P<iso_d>\d\d?)"
    # "01-03/2024" is a range of months.
    rf"|{_START}(?P<d>\d\d?)(?!-\d\d?/){_SEP}(?P<m>\d\d?)(?:{_SEP}| ?năm )(?P<y>{_YEAR})"
    r"(?!\.\d+(?![\d:hg]))"  # the address 10.01.2024.5; hours may follow a point
    rf"|{_START}(?P<bd>\d\d?) (?P<bm>\d\d?) (?P<by>{_YEAR})"
    rf"|{_START}(?P<sd>\d\d)[/.-](?P<sm>\d\d)[/.-](?P<sy>\d\d)(?![\d/.-])",
    re.I,
)
_WORDED = re.compile(
    rf"(?<!\d)(?P<d>\d\d?) ?[,/-]? ?{_MONTH} ?\.?-? ?(?:(?P<m>\d\d?)|(?P<w>{_MONTH_WORD}))"
    rf" ?[,/.-]? ?(?:n[ăa]m ?)?(?P<y>{_YEAR})"
    rf"|{_MONTH} ?\.? ?(?:(?P<m2>\d\d?)|(?P<w2>{_MONTH_WORD}))"
    rf" (?P<d2>\d\d?) ?,? (?P<y2>{_YEAR})"
    rf"|(?<!\d)(?P<d3>\d\d?)(?:st|nd|rd|th)?[ .,/-]{{0,2}}(?P<e3>{_EN_MONTH})"
    rf"[ .,/-]{{0,2}}(?P<y3>{_YEAR})"
    rf"|(?:\b|(?-i:(?<=[^\W\d_{UPPER}])(?=[A-Z])))(?P<e4>{_EN_MONTH})"
    rf"\.? (?P<d4>\d\d?)(?:st|nd|rd|th)?,? (?P<y4>{_YEAR})",
    re.I,
)
_COMPACT = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])"
    r"(?:T?(?P<H>\d\d)(?P<M>\d\d)(?P<S>\d\d)?(?:\.\d+)?(?P<z>Z|[+-]\d\d:?\d\d)?)?(?!\d)",
    re.I,
)
_NUKEVIET = re.compile(rf"({_YEAR})-(\d\d)-(\d\d)([+-]\d\d(?::\d\d)?)(\d\d):(\d\d):(\d\d)")
_JAVA = re.compile(
    rf"({_EN_MONTH}) (\d\d?) (\d\d):(\d\d):(\d\d) (ICT|GMT|UTC)([+-]\d\d:?\d\d)? ({_YEAR})", re.I
)

# JSON of ASP.NET: "/Date(1705043400000+0700)/"; its offset only says where it was written.
_MILLISECONDS = re.compile(r"/?\bDate\((\d{12,13})(?:[+-]\d{4})?\)/?")

# The end of a word; but a counter or a weekday may stick to it: "20h40Lượt xem", "AMThứ Ba".
_END = rf"(?:(?![^\W\d_])|(?-i:(?=[{UPPER}][^\W\d_{UPPER}]))|(?=(?:lượt|đã|xem|thứ|chủ|số)(?!\w)))"
_MARK = rf"(?: ?(?P<mark>[ap]\.m\.?|am|pm|sa|ch|sáng|chiều|tối|trưa){_END})?"
_CLOCK = (
    r"(?:(?<![^\W\d_])(?P<lead>am|pm|sa|ch) ?)?(?P<H>\d\d?)"
    r"(?: ?: ?(?P<M>\d\d)(?::(?P<S>\d\d)(?:[.,]\d{1,9})?)?(?: ?['’](?!\w))?"
    r"| ?(?:giờ|[hg])(?: ?:? ?(?P<M2>\d\d|\d(?= ?phút))"
    rf"(?: ?(?:(?:phút|ph){_END}|['’p](?!\w))(?: ?(?P<S2>\d\d) ?giây)?)?{_END}"
    r"|(?! ?\d)(?![^\W\d_])))" + _MARK
)
_ZONE = (
    r"(?: ?[(\[]? ?(?:múi giờ )?"
    r"(?P<zone>(?:GMT|UTC|ICT)(?: ?[+-] ?\d\d?(?::?\d\d)?(?!\d)"
    rf"|(?![\d_]| ?[+-] ?\d){_END})) ?[)\]]?"
    r"|(?P<offset>(?: ?\+|-)(?:0\d|1[0-4]):?(?:00|30|45)(?!\d)|(?<=\d)Z(?!\w)|\+\d\d(?![\d/]))"
    r")?"
)
# What may stand between date and time, in either order.
_GLUE_WORD = (
    r"(?:vào|lúc|hồi|ngày|at|on|giờ|time|(?:gmt|utc) ?\+ ?0?7(?::?00)?"
    rf"|{_VI_WEEKDAY}|{_EN_WEEKDAY})"
)
_GLUE = rf"(?:[ ,;|•·@()\[\]{{}}_:.~*»>-]|/(?= )|{_GLUE_WORD})*+"
_AFTER = re.compile(rf"(?:T(?=\d)|{_GLUE}){_CLOCK}{_ZONE}", re.I)
_BEFORE = re.compile(rf"(?<!\d)(?<!\d:){_CLOCK}{_ZONE}{_GLUE}$", re.I)
_ZONE_ONLY = re.compile(_ZONE, re.I)
ANY_CLOCK = re.compile(
    r"(?<!\d)(?<!\d:)(?:[01]?\d|2[0-3])(?::[0-5]\d|[hg](?:[0-5]\d)?(?!\w))", re.I
)


class Span(NamedTuple):
    """A date in the text, without its time."""

    start: int
    end: int
    day: date
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A date in the text with the time that belongs to it. `start` and `end` span both."""

    start: int
    end: int
    day: date
    clock: time | None = None
    zone: timezone | None = None  # only when the text names one
    bare: bool = False  # a shape that needs support: two-digit year, digits only

    @property
    def value(self) -> datetime | date:
        """The moment at +07:00, or the day when no time is written."""
        if self.clock is None:
            return self.day
        moment = datetime.combine(self.day, self.clock, self.zone or VIETNAM)
        return moment.astimezone(VIETNAM)


class ImpossibleDateError(ValueError):
    """The text has the shape of a date or time that no calendar or clock knows."""


def plain(text: str) -> str:
    """The text as the grammar expects it: NFC, one kind of blank, dash, bar and digit."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if "&" in text:
        text = unescape(text)  # escaped twice: 12/01/2024&nbsp;15:10
    if "\\" in text:
        text = _ESCAPED.sub("/", text)
    text = text.translate(_SPELLINGS)
    return _RUNS.sub(" ", text).strip()


def as_found(text: str, start: int, end: int) -> str:
    """What `plain(text)[start:end]` stands for in the text itself, in NFC and on one line."""
    text = unicodedata.normalize("NFC", text)
    if "&" in text or "\\" in text:
        return plain(text)[start:end].strip()
    places: list[int] = []
    after_blank = True
    for place, char in enumerate(text):
        spelled = char.translate(_SPELLINGS)
        if not spelled or (spelled == " " and after_blank):
            continue
        after_blank = spelled == " "
        places.append(place)
    return squeeze(text[places[start] : places[end - 1] + 1])


def find_dates(text: str) -> list[Found]:
    """All dates in plain text, in order, each with the time that belongs to it.

    Raises ImpossibleDateError for the likes of 31/02/2024 and 25:70.
    """
    if not any(char.isdigit() for char in text):
        return []
    whole = _whole(text)
    if whole is not None:
        return [whole]
    spans: list[Span] = []
    for span in (*_numeric(text), *_worded(text)):
        if not any(span.start < other.end and other.start < span.end for other in spans):
            spans.append(span)
    return [_with_clock(text, *span) for span in sorted(spans)]


def month_number(digits: str | None, word: str | None) -> int:
    """A month from its digits or its Vietnamese word."""
    return int(digits) if digits is not None else MONTH_WORDS[(word or "").lower()]


def day_of(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ImpossibleDateError(f"{day}/{month}/{year} is not a date") from error


def clock_of(match: re.Match[str]) -> time:
    """The time of day of a match of the clock pattern, 12-hour marks applied."""
    hour = int(match["H"])
    minute, second = match["M"] or match["M2"] or "0", match["S"] or match["S2"] or "0"
    mark = (match["mark"] or match["lead"] or "").lower()[:2]
    if mark in ("am", "a.", "sa", "sá"):
        hour = 0 if hour == 12 else hour
    elif mark in ("pm", "p.", "ch", "tố") or (mark == "tr" and hour < 10):
        hour = hour + 12 if hour < 12 else hour
    return _time(hour, int(minute), int(second))


def _time(hour: int, minute: int, second: int) -> time:
    try:
        return time(hour, minute, second)
    except ValueError as error:
        raise ImpossibleDateError(f"{hour}:{minute}:{second} is not a time") from error


def offset_of(text: str) -> timezone:
    """The zone that `GMT+7`, `+0700`, `Z` or `UTC` names."""
    sign, digits = ("-" if "-" in text else "+"), re.sub(r"\D", "", text)
    if not digits:
        return VIETNAM if "ICT" in text.upper() else UTC
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    span = timedelta(hours=int(hours), minutes=int(minutes))
    if span >= timedelta(hours=24):
        raise ImpossibleDateError(f"{text} is not a time zone")
    return timezone(-span if sign == "-" else span)


def _numeric(text: str) -> Iterator[Span]:
    # Tried at the runs of digits alone: a search tries every character, at ten times the cost.
    end = 0
    for run in _RUN_OF_DIGITS.finditer(text):
        starts = [run.start()]
        if run.start() and text[run.start() - 1] == ":":
            starts.append(run.start() + 2)  # a date that sticks to the minutes in front of it
        for start in starts:
            match = _NUMERIC.match(text, start) if start >= end else None
            if match is not None:
                end = match.end()
                yield _numeric_span(match)


def _numeric_span(match: re.Match[str]) -> Span:
    start, end = match.span()
    if match["iso"]:
        day = day_of(int(match["iso"]), int(match["iso_m"]), int(match["iso_d"]))
        return Span(start, end, day)
    if match["y"]:
        return Span(start, end, day_of(int(match["y"]), int(match["m"]), int(match["d"])))
    if match["by"]:
        return Span(start, end, day_of(int(match["by"]), int(match["bm"]), int(match["bd"])))
    day = day_of(2000 + int(match["sy"]), int(match["sm"]), int(match["sd"]))
    return Span(start, end, day, bare=True)


def _worded(text: str) -> Iterator[Span]:
    if not _MONTH_HINT.search(text.lower()):
        return
    for match in _WORDED.finditer(text):
        if match["y"]:
            month, year, day = month_number(match["m"], match["w"]), match["y"], match["d"]
        elif match["y2"]:
            month, year, day = month_number(match["m2"], match["w2"]), match["y2"], match["d2"]
        else:
            month = ENGLISH_MONTHS[(match["e3"] or match["e4"]).lower()[:3]]
            year, day = match["y3"] or match["y4"], match["d3"] or match["d4"]
        yield Span(*match.span(), day_of(int(year), month, int(day)))


def _with_clock(text: str, start: int, end: int, day: date, bare: bool) -> Found:
    after = _AFTER.match(text, end)
    before = _BEFORE.search(text[:start]) if after is None else None
    match = after or before
    if match is None:
        zone = _ZONE_ONLY.match(text, end)
        return Found(start, zone.end() if zone else end, day, bare=bare)
    named = match["zone"] or match["offset"]
    return Found(
        start if before is None else before.start(),
        end if after is None else after.end(),
        day,
        clock_of(match),
        offset_of(named) if named else None,
        bare,
    )


def _whole(text: str) -> Found | None:
    """Machine-made shapes that hold date and time in one piece."""
    if match := _NUKEVIET.search(text):
        year, month, day, offset, hour, minute, second = match.groups()
        at = _time(int(hour), int(minute), int(second))
        moment = day_of(int(year), int(month), int(day))
        return Found(*match.span(), moment, at, offset_of(offset))
    if match := _JAVA.search(text):
        name, day, hour, minute, second, zone, offset, year = match.groups()
        moment = day_of(int(year), ENGLISH_MONTHS[name.lower()[:3]], int(day))
        at = _time(int(hour), int(minute), int(second))
        return Found(*match.span(), moment, at, offset_of(offset or zone))
    if match := _MILLISECONDS.search(text):
        moment_utc = datetime.fromtimestamp(int(match[1]) // 1000, UTC)
        return Found(*match.span(), moment_utc.date(), moment_utc.time(), UTC)
    if match := _COMPACT.fullmatch(text):
        moment = day_of(int(match["y"]), int(match["m"]), int(match["d"]))
        if match["H"] is None:
            return Found(*match.span(), moment)
        at = _time(int(match["H"]), int(match["M"]), int(match["S"] or 0))
        return Found(*match.span(), moment, at, offset_of(match["z"]) if match["z"] else None)
    return None
