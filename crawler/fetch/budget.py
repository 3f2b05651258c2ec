"""How much a run may take: pages in all, pages of one portal, seconds."""

from __future__ import annotations

import time
from collections import Counter

from crawler.fetch.limits import Limits

FEEDS = ("feed", "sitemap")


class Budget:
    """Counts what is handed out. A limit of 0 is no limit."""

    def __init__(self, limits: Limits) -> None:
        self._pages_max = limits.pages_max
        self._portal_pages_max = limits.portal_pages_max
        self._seconds_max = limits.seconds_max
        self._deadline: float | None = None
        self._feeds_max = limits.feeds_max
        self._pages: Counter[str] = Counter()
        self._feeds: Counter[str] = Counter()
        self.stopped_portals: set[str] = set()

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

    def has_feeds_enough(self, portal_id: str, kind: str) -> bool:
        """Whether a row of this kind is a feed or sitemap too many.

        They come before articles, so sitemaps that name sitemaps without end would leave no
        article its turn.
        """
        return kind in FEEDS and self._feeds[portal_id] >= self._feeds_max

    def allows(self, portal_id: str) -> bool:
        """Whether one more page of this portal may go out."""
        if self._portal_pages_max and self._pages[portal_id] >= self._portal_pages_max:
            self.stopped_portals.add(portal_id)
            return False
        return True

    def reached(self) -> str | None:
        """The limit that ends the run, or None."""
        if self._pages_max and self.pages >= self._pages_max:
            return f"{self._pages_max} pages"
        if self._deadline is not None and time.monotonic() >= self._deadline:
            return "time"
        return None
