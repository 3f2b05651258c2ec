"""Quiet hours: times of the day (at +07:00) in which no portal is asked anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from crawler.archive.clock import VIETNAM
from crawler.errors import UsageError


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Spans of the day, as (first, last) times of it; one whose end is earlier passes midnight."""

    spans: tuple[tuple[time, time], ...] = ()

    @classmethod
    def parse(cls, text: str) -> QuietHours:
        """Quiet hours written as "08:00-17:00" or "07:30-11:30, 13:00-17:00"; "" is none.

        Raises UsageError for anything else, and for spans that leave no time to crawl.
        """
        spans = []
        for part in filter(None, (piece.strip() for piece in text.split(","))):
            first, dash, last = (word.strip() for word in part.partition("-"))
            try:
                span = (time.fromisoformat(first), time.fromisoformat(last))
            except ValueError as error:
                raise UsageError(_wrong(part)) from error
            if not dash or span[0] == span[1] or any(end.tzinfo for end in span):
                raise UsageError(_wrong(part))
            spans.append(span)
        found = cls(tuple(spans))
        found.free_from(datetime(2025, 7, 1, tzinfo=VIETNAM))
        return found

    def until(self, moment: datetime) -> datetime | None:
        """When the quiet hours that an aware time is in are over; None when it is in none."""
        free = self.free_from(moment)
        return free if free != moment else None

    def free_from(self, moment: datetime) -> datetime:
        """The first time from an aware one on that is in no quiet hours; at +07:00 if later."""
        free = moment
        for _ in range(len(self.spans) + 1):  # one span may end inside another
            ends = [end for span in self.spans if (end := _end(span, free)) is not None]
            if not ends:
                return free
            free = max(ends)
        raise UsageError("KHOTIN_QUIET_HOURS leave no time of the day to crawl in")


def _end(span: tuple[time, time], moment: datetime) -> datetime | None:
    """When a span that holds at this moment ends, or None."""
    local = moment.astimezone(VIETNAM)
    first, last = span
    at = local.time()
    inside = first <= at < last if first < last else at >= first or at < last
    if not inside:
        return None
    end = local.replace(
        hour=last.hour, minute=last.minute, second=last.second, microsecond=last.microsecond
    )
    return end if end > local else end + timedelta(days=1)


def _wrong(part: str) -> str:
    return f"KHOTIN_QUIET_HOURS must be spans like 08:00-17:00 (at +07:00), not {part!r}"
