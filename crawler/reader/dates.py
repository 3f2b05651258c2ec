"""The publish stamp of a page, read by our own grammar: to the minute, at +07:00.

Vietnamese portals write it in some seventy shapes (docs/reading.md). The grammar accepts labels it
does not know and parts in any order; what it must refuse are the other dates of a page. A stamp is
short: a label, a date, a time, a counter, and nothing else of substance. A sentence is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from crawler.reader.date_grammar import (
    FIRST_YEAR,
    LAST_YEAR,
    VIETNAM,
    ImpossibleDateError,
    as_found,
    find_dates,
    plain,
)
from crawler.reader.date_rules import choose_stamp
from crawler.reader.event_dates import find_event_date
from crawler.reader.relative_dates import find_relative
from crawler.text import squeeze

__all__ = ["VIETNAM", "Published", "find_event_date", "has_impossible_date", "parse_published"]

MAX_CHARS = 600  # a list row with its summary may reach this; what is longer holds no stamp
MAX_RAW_CHARS = 20 * MAX_CHARS  # blanks and all
FUTURE = timedelta(days=2)  # beyond the capture; portals with a wrong clock stay within a day


@dataclass(frozen=True, slots=True)
class Published:
    """When a page says it was published.

    `value` is a datetime at +07:00 (precision "minute") or a date ("day"). `raw` is the part of
    the text that was read, as it stands there. `flags`: "midnight" (00:00 as written, which mostly
    means no time or an import), "relative" (counted back from the capture), "future" (after it).
    """

    value: datetime | date
    raw: str
    flags: tuple[str, ...] = ()

    @property
    def precision(self) -> Literal["minute", "day"]:
        return "minute" if isinstance(self.value, datetime) else "day"

    @property
    def iso(self) -> str:
        """ISO 8601: `2024-01-12T15:10:00+07:00` or `2024-01-12`."""
        if isinstance(self.value, datetime):
            return self.value.isoformat(timespec="seconds")
        return self.value.isoformat()

    @property
    def day(self) -> date:
        return self.value.date() if isinstance(self.value, datetime) else self.value


def parse_published(text: str, captured_at: datetime | None = None) -> Published | None:
    """The publish time that a short text states, or None when it states none.

    `text` is what a page prints at its stamp, label and counters included, or the content of a
    meta tag. None for page clocks, print days, dates in citations and sentences, work-calendar
    headings, ranges, counters, impossible dates and dates before the web. Relative times
    ("8 giờ trước") are read only when `captured_at` (timezone-aware) is given.
    """
    if len(text) > MAX_RAW_CHARS:
        return None
    original, text = text, plain(text)
    if not text or len(text) > MAX_CHARS:
        return None
    try:
        found = find_dates(text)
    except ImpossibleDateError:
        return None
    if found:
        stamp = choose_stamp(text, found)
        if stamp is None or not FIRST_YEAR <= stamp.value.year <= LAST_YEAR:
            return None
        part = slice(stamp.start, stamp.end)
        raw = text[part].strip() if text == original else as_found(original, part.start, part.stop)
        return Published(stamp.value, raw, _flags(stamp.value, captured_at))
    if captured_at is None:
        return None
    relative = find_relative(text, captured_at)
    if relative is None:
        return None
    return Published(relative, squeeze(original), ("relative",))


def has_impossible_date(text: str) -> bool:
    """True when the text has the shape of a stamp with a date or time that does not exist."""
    try:
        find_dates(plain(text))
    except ImpossibleDateError:
        return True
    return False


def _flags(value: datetime | date, captured_at: datetime | None) -> tuple[str, ...]:
    flags = []
    if isinstance(value, datetime) and value.time() == time(0, 0):
        flags.append("midnight")
    if captured_at is not None and _later(value, captured_at.astimezone(VIETNAM)):
        flags.append("future")
    return tuple(flags)


def _later(value: datetime | date, captured_at: datetime) -> bool:
    if isinstance(value, datetime):
        return value > captured_at + FUTURE
    return value > (captured_at + FUTURE).date()
