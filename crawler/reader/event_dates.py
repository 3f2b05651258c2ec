"""The day of which an article tells, as its lead names it. Never a publish date.

Leads begin with it: "Sáng ngày 5-12, Ban Tuyên giáo …", "Chiều 31/01/2023, …", "Ngày 14-3, …".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from crawler.reader.date_grammar import FIRST_YEAR, UPPER, plain
from crawler.reader.model import Reading

SENTENCES = 3  # of the lead that are looked at; further on, dates belong to plans and documents
MAX_CHARS = 3000  # of the lead that are looked at: a lead is a paragraph
SUSPECT = timedelta(days=30)  # between event and stamp; what is further apart was imported later

_PART = r"(?<!\w)(?:rạng sáng|sáng|trưa|chiều|tối|đêm)"
_WEEKDAY = r"(?:thứ (?:\d|hai|ba|tư|năm|sáu|bảy|bẩy)|chủ nhật|cn)"
_FILL = rf"(?:[ ,(]*(?:nay|qua|mai|ngày|hôm|mùng|mồng|{_WEEKDAY})(?![^\W\d_]))*[ ,(:]*"
_TO = r" ?(?:-|và|đến|tới|hết|,|&) ?(?:hết )?(?:sáng |chiều |tối )?(?:ngày )?"
# Days that share the month behind the last: "12-14/3", "12, 13 và 14 tháng 3".
_DAYS = rf"(?P<d>\d\d?)(?:(?:{_TO}\d\d?)*{_TO}(?P<last>\d\d?))?"
_MONTH = (
    r"(?: ?(?P<sep>[/.-]) ?(?P<m>\d\d?)(?!\d)"
    r"(?: ?[/.-] ?(?P<y>(?:19|20)\d\d)|(?:,? năm )(?P<yn>(?:19|20)\d\d)|/(?P<yy>\d\d))?"
    r"| tháng (?P<mw>\d\d?)(?!\d)(?:,? ?(?:năm ?|/ ?)?(?P<yw>(?:19|20)\d\d))?)"
)
_END = (
    rf"(?:{_TO}(?P<d2>\d\d?)(?: ?[/.-] ?| tháng )(?P<m2>\d\d?)(?!\d)"
    r"(?:(?: ?[/.-] ?| năm )(?P<y2>(?:19|20)\d\d))?)?"
)
# What follows must not make it a feast ("hằng năm", "là ngày"), nor a heading ("Ngày 12/3: Họp").
_NOT = r"(?![/.-]?\d)(?! ?:)(?![ ,)]*(?:(?:hằng|hàng|mỗi) năm|là (?:ngày|dịp)|của ))"
_DATE = rf"{_DAYS}{_MONTH}{_END}{_NOT}"
_CLOCK = r"\d\d? ?(?:giờ|[:hg])(?: ?\d\d ?(?:phút|'|p(?!\w))?)?"
_DAY_WORD = r"(?:(?:các |những |suốt )*(?:\d\d? |hai |ba |bốn |năm )?ngày|hôm nay|hôm qua)"
# At the head of the sentence; inside of it "ngày" may belong to a citation.
_HEAD = re.compile(
    rf"(?:(?>vừa qua|mới đây|vào|trong|đúng|lúc|hồi|khoảng|{_CLOCK}|sau)[, ]*+)*+"
    rf"(?:{_DAY_WORD}(?: (?:diễn ra|làm việc))?[ ,:(]*(?:từ )?|từ (?=.{{0,40}}(?:đến|-)))"
    rf"{_FILL}(?:{_DATE})",
    re.I,
)
_PART_OF_DAY = re.compile(rf"{_PART}{_FILL}(?:{_DATE})", re.I)
_CLAUSE = re.compile(rf", (?:vào |trong )?(?:hai |\d )?ngày{_FILL}(?:{_DATE})(?=[,) ])", re.I)
# "từ chiều 10/3", "sau sáng 12/3": the bound of a time, not the time itself.
_BOUND = re.compile(r"(?:^| )(?:từ|đến|tới|trước|sau|hết|kể|như)[ ,]*$", re.I)
_NUMBER = re.compile(r"(?:\b[Ss]ố:? ?)?\d+ ?[-/] ?[A-ZĐ]{2}|\b[Ss]ố:? ?\d")
_CITED_DAY = re.compile(r"(?:ngày|\() ?\d\d? ?[/.-]|ngày \d\d? tháng|năm \d{4}", re.I)
_ANNOUNCED = re.compile(r"\b(?:sẽ|dự kiến|sắp|ngày mai|sáng mai|chiều mai|tối mai|tới đây)\b", re.I)
_CODE = re.compile(rf"^\(?[{UPPER}]{{2,8}}\)?\s*[-:]\s*|^\([{UPPER}]{{2,8}}\)\s*|^[-+*•]\s*")
_SENTENCE_END = re.compile(rf"(?<=[^\d\s][.!?…]) (?=[{UPPER}])")
_GOES_ON = re.compile(r"[^\W\d_]+\W+[^\W\d_]+")


class Event(NamedTuple):
    """The days of which a lead tells; both are the same unless it names a range."""

    first: date
    last: date

    def is_far_from(self, stamp: date) -> bool:
        """Whether stamp and event are so far apart that one of them must be doubted."""
        return self.first - stamp > SUSPECT or stamp - self.last > SUSPECT


def date_event(reading: Reading) -> None:
    """Set the event's day of an article from its lead, else its first paragraph, and flag a
    stamp that is far from it or at midnight: such articles were often imported later."""
    stamp = date.fromisoformat(reading.published_at[:10]) if reading.published_at else None
    paragraphs = (reading.lead, (reading.text or "").partition("\n\n")[0])
    event = next((e for p in paragraphs if p and (e := find_event(p, stamp))), None)
    if event is not None:
        reading.event_date = event.first.isoformat()
    is_far = event is not None and stamp is not None and event.is_far_from(stamp)
    if is_far or "midnight" in reading.flags:
        reading.flags.append("stamp_suspect")


def find_event_date(lead: str, published: datetime | date | None) -> date | None:
    """The event's day named in a lead, or None. A range gives its first day.

    A date without a year takes the year that puts it nearest before `published`, what is
    announced the nearest on either side; without `published` it stays unknown.
    """
    event = find_event(lead, published)
    return None if event is None else event.first


def find_event(lead: str, published: datetime | date | None) -> Event | None:
    """The days of which a lead tells, or None; years as in `find_event_date()`."""
    stamp = published.date() if isinstance(published, datetime) else published
    text = _CODE.sub("", plain(lead[:MAX_CHARS]), count=1)
    for sentence in _SENTENCE_END.split(text)[:SENTENCES]:
        for match in _matches(sentence):
            event = _event(match, stamp, is_announced=bool(_ANNOUNCED.search(sentence)))
            if event is not None:
                return event if event.first.year >= FIRST_YEAR else None
    return None


def _matches(sentence: str) -> Iterator[re.Match[str]]:
    """The dates that may be the event's, best first. The sentence must go on behind them."""
    if not any(char.isdigit() for char in sentence):
        return
    if (head := _HEAD.match(sentence)) and _goes_on(head):
        yield head
    for match in _PART_OF_DAY.finditer(sentence):
        if not _BOUND.search(sentence[: match.start()]):
            if match.start() == 0 and not _goes_on(match):
                continue
            yield match
    for match in _CLAUSE.finditer(sentence):
        before = sentence[: match.start()]
        # A cited document that still lacks its day would take this one.
        if len(_NUMBER.findall(before)) <= len(_CITED_DAY.findall(before)) and _goes_on(match):
            yield match


def _goes_on(match: re.Match[str]) -> bool:
    return bool(_GOES_ON.search(match.string, match.end()))


def _event(match: re.Match[str], stamp: date | None, *, is_announced: bool) -> Event | None:
    day, month = int(match["d"]), int(match["m"] or match["mw"])
    year = _year(match, stamp)
    if year is None and match["y2"]:  # "28/12 - 3/1/2024": the year stands with the last day
        year = int(match["y2"]) - (int(match["m2"]) < month)
    if year is not None:
        first = _day(year, month, day)
    elif stamp is not None:
        first = _nearest(stamp, month, day, is_announced)
    else:
        return None
    if first is None:
        return None
    last: date | None = None
    if match["d2"]:
        end = int(match["m2"])
        last = _day(int(match["y2"] or first.year + (end < month)), end, int(match["d2"]))
    elif match["last"]:
        last = _day(first.year, month, int(match["last"]))
    return Event(first, last if last is not None and last > first else first)


def _year(match: re.Match[str], stamp: date | None) -> int | None:
    if year := match["y"] or match["yn"] or match["yw"]:
        return int(year)
    if match["yy"] and stamp is not None and abs(2000 + int(match["yy"]) - stamp.year) <= 1:
        return 2000 + int(match["yy"])
    return None


def _nearest(stamp: date, month: int, day: int, is_announced: bool) -> date | None:
    # Back to the last leap year, and over the turn of a century that had none: 29 February.
    candidates = (_day(stamp.year - back, month, day) for back in range(9))
    before = next((found for found in candidates if found is not None and found <= stamp), None)
    if not is_announced:
        return before
    candidates = (_day(stamp.year + ahead, month, day) for ahead in range(2))
    after = next((found for found in candidates if found is not None and found > stamp), None)
    if before is None or after is None:
        return before or after
    return before if stamp - before <= after - stamp else after


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
