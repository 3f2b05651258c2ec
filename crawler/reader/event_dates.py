"""The day of which an article tells, as its lead names it. Never a publish date.

Leads begin with it: "Sáng ngày 5-12, Ban Tuyên giáo …", "Chiều 31/01/2023, …", "Ngày 14-3, …".
"""

from __future__ import annotations

import re
from datetime import date, datetime

from crawler.reader.date_grammar import FIRST_YEAR, plain

SENTENCES = 3  # of the lead that are looked at; further on, dates belong to plans and documents

_PART = r"(?:rạng sáng|sáng|trưa|chiều|tối|đêm)"
_WEEKDAY = r"(?:thứ (?:\d|hai|ba|tư|năm|sáu|bảy)|chủ nhật)"
_FILL = rf"(?:[ ,(]*(?:nay|qua|ngày|hôm|{_WEEKDAY}))*[ ,(:]*"
_YEAR = r"(?P<y{0}>(?:19|20)\d\d)"
_DATE = (
    r"(?P<d>\d\d?)(?: ?(?:-|và|đến|,) ?(?:ngày )?\d\d?(?= ?[/.]\d\d?(?!\d)))?"
    r" ?[/.-] ?(?P<m>\d\d?)(?!\d)(?: ?[/.-] ?" + _YEAR.format("") + r")?(?![/.-]?\d)"
    r"|(?P<d2>\d\d?)(?: ?(?:-|và|đến|,) ?(?:ngày )?\d\d?)? tháng (?P<m2>\d\d?)"
    r"(?:,? ?(?:năm )?" + _YEAR.format("2") + ")?"
)
# A part of the day with a date, at the head of a sentence or of a clause.
_PART_OF_DAY = re.compile(rf"(?:^|[,;] )(?:vào |trong )?{_PART}{_FILL}(?:{_DATE})", re.I)
# "Ngày", "Từ ngày", "Trong hai ngày": at the head of the sentence alone; inside it may be a
# citation.
_DAY = re.compile(
    rf"^(?:(?:vừa qua|hôm nay|mới đây|vào|trong|từ),? )*(?:(?:\d\d?|hai|ba|bốn) )?"
    rf"ngày{_FILL}(?:{_DATE})",
    re.I,
)
# "Thực hiện kế hoạch của …, ngày 21/02, …": the date of a clause, if no number stands before it.
_CLAUSE = re.compile(rf"^\D{{0,200}}, ngày{_FILL}(?:{_DATE})(?=[, ])", re.I)
_CODE = re.compile(r"^\(?[A-ZĐ]{2,8}\)?\s*[-:]\s*|^\([A-ZĐ]{2,8}\)\s*")
_SENTENCE_END = re.compile(r"(?<=[^\d\s][.!?…]) (?=[A-ZÀ-ỸĐ])")


def find_event_date(lead: str, published: datetime | date | None) -> date | None:
    """The event's day named in a lead, or None. A range gives its first day.

    A date without a year takes the year that puts it nearest before `published`; without
    `published` it stays unknown.
    """
    text = _CODE.sub("", plain(lead), count=1)
    for sentence in _SENTENCE_END.split(text)[:SENTENCES]:
        match = _match(sentence)
        if match is not None:
            return _complete(match, published)
    return None


def _match(sentence: str) -> re.Match[str] | None:
    return _DAY.match(sentence) or _PART_OF_DAY.search(sentence) or _CLAUSE.match(sentence)


def _complete(match: re.Match[str], published: datetime | date | None) -> date | None:
    day, month = int(match["d"] or match["d2"]), int(match["m"] or match["m2"])
    year = match["y"] or match["y2"]
    if year is not None:
        return _day(int(year), month, day) if int(year) >= FIRST_YEAR else None
    if published is None:
        return None
    stamp = published.date() if isinstance(published, datetime) else published
    # Back to the last leap year, and over the turn of a century that had none: 29 February.
    candidates = (_day(stamp.year - back, month, day) for back in range(9))
    return next((found for found in candidates if found is not None and found <= stamp), None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
