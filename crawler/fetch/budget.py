"""How much a run may take, in all and of one portal: pages, seconds, hours of the day, disk."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from crawler.archive.days import DayPages
from crawler.fetch.limits import Limits
from crawler.fetch.quiet import QuietHours

FEEDS = ("feed", "sitemap")


class Budget:
    """Counts what is handed out. A limit of 0 is no limit.

    `free_bytes` tells what is free on the archive's disk, None when that is not known; `days`
    counts the pages of a day over all runs.
    """

    def __init__(
        self,
        limits: Limits,
        free_bytes: Callable[[], int | None] = lambda: None,
        days: DayPages | None = None,
    ) -> None:
        self._free_bytes = free_bytes
        self._disk_min_bytes = limits.disk_min_bytes
        self._pages_max = limits.pages_max
        self._portal_pages_max = limits.portal_pages_max
        self._portal_seconds_max = limits.portal_seconds_max
        self._day_pages_max = limits.portal_day_pages
        self._days = days
        self._quiet = QuietHours.parse(limits.quiet_hours)
        self.quiet_until: datetime | None = None  # they ended the run, and are over then
        self._seconds_max = limits.seconds_max
        self._deadline: float | None = None
        self._feeds_max = limits.feeds_max
        self._pages: Counter[str] = Counter()
        self._feeds: Counter[str] = Counter()
        self._began: dict[str, float] = {}
        self.stopped_portals: dict[str, str] = {}  # portals that reached a budget, and which
        self.spent_days: set[str] = set()  # those of them that may go on at midnight
        self._left: set[str] = set()

    def begin(self) -> None:
        """The run's time counts from now."""
        if self._seconds_max:
            self._deadline = time.monotonic() + self._seconds_max

    @property
    def pages(self) -> int:
        """Pages handed out so far, robots.txt not counted."""
        return self._pages.total()

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the run's time is up; None without a limit."""
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())

    def spend(self, portal_id: str, kind: str = "") -> None:
        """One page of this portal goes out."""
        self._pages[portal_id] += 1
        self._feeds[portal_id] += kind in FEEDS
        self._began.setdefault(portal_id, time.monotonic())
        if self._days is not None:
            self._days.add(portal_id)

    def has_feeds_enough(self, portal_id: str, kind: str) -> bool:
        """Whether a row of this kind is a feed or sitemap too many.

        They come before articles, so sitemaps that name sitemaps without end would leave no
        article its turn.
        """
        return kind in FEEDS and self._feeds[portal_id] >= self._feeds_max

    def leave(self, portal_id: str) -> None:
        """Nothing more of this portal goes out in this run, whatever its budget."""
        self._left.add(portal_id)

    @property
    def shut(self) -> set[str]:
        """Portals of which nothing more goes out in this run."""
        return self._left | self.stopped_portals.keys()

    def allows(self, portal_id: str) -> bool:
        """Whether one more page of this portal may go out. Once it may not, it is shut."""
        if portal_id in self._left or portal_id in self.stopped_portals:
            return False
        reached = self._portal_reached(portal_id)
        if reached is not None:
            self.stopped_portals[portal_id] = reached
        return reached is None

    def _portal_reached(self, portal_id: str) -> str | None:
        most = self._portal_pages_max
        if most and self._pages[portal_id] >= most:
            return f"{most} pages of a portal"
        began = self._began.get(portal_id)
        if began is not None and 0 < self._portal_seconds_max <= time.monotonic() - began:
            return f"{self._portal_seconds_max:g} seconds of a portal"
        most = self._day_pages_max
        if most and self._days is not None and self._days.count(portal_id) >= most:
            self.spent_days.add(portal_id)
            return f"{most} pages of a portal and day"
        return None

    def reached(self) -> str | None:
        """The limit that ends the run, or None."""
        if self._pages_max and self.pages >= self._pages_max:
            return f"{self._pages_max} pages"
        if self._deadline is not None and time.monotonic() >= self._deadline:
            return "time"
        if self._quiet.spans:
            self.quiet_until = self._quiet.until(datetime.now(UTC))
            if self.quiet_until is not None:
                return "quiet hours"
        return self._short_of_disk()

    def _short_of_disk(self) -> str | None:
        # Asked anew each time: the call takes microseconds, and others write to the disk, too.
        free = self._free_bytes() if self._disk_min_bytes else None
        if free is None or free >= self._disk_min_bytes:
            return None
        least = self._disk_min_bytes // 2**20
        return f"{free // 2**20} MB are free on the archive's disk, {least} MB must stay free"
