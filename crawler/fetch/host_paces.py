"""Hosts that refused us are asked more slowly, by the next runs too, until they answer well.

A block page, 429 or 503 doubles the present delay of its host. Good answers in a row, or days
without a refusal, halve it again until it is the usual one.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from crawler.archive.clock import iso
from crawler.archive.db import Archive
from crawler.archive.pace import Pace, drop_pace, paces, put_pace
from crawler.fetch.limits import Limits

DAY_S = 86_400.0


class HostPaces:
    """The raised delays of hosts in this run; each change is stored at once."""

    def __init__(self, archive: Archive, limits: Limits) -> None:
        self._archive = archive
        self._limits = limits
        self._good: Counter[str] = Counter()
        self._usual: dict[str, float] = {}
        self._paces = paces(archive)
        now = datetime.now(UTC)
        for pace in list(self._paces.values()):
            self._relax(pace, now)

    def delay_s(self, host: str, usual_s: float) -> float:
        """Seconds between requests to a host whose usual delay is this: never less than that."""
        self._usual[host] = usual_s
        pace = self._paces.get(host)
        if pace is not None and pace.delay_s <= usual_s:
            self._lower(pace, pace.delay_s)
            pace = None
        return usual_s if pace is None else min(pace.delay_s, self._cap(usual_s))

    def refused(self, host: str, reason: str) -> None:
        """The host blocked us or asked us to wait: twice its present delay from now on.

        A host without any delay (loopback, by default) keeps none.
        """
        self._good[host] = 0
        usual_s = self._usual.get(host, 0.0)
        present_s = self.delay_s(host, usual_s)
        if present_s <= 0:
            return
        known = self._paces.get(host)
        raised_s = min(2 * present_s, self._cap(usual_s))
        count = 1 + (known.refusals if known is not None else 0)
        self._paces[host] = put_pace(self._archive, host, raised_s, count, reason)

    def good(self, host: str) -> None:
        """The host gave an answer of some use; after enough of them it is asked faster."""
        pace = self._paces.get(host)
        if pace is None:
            return
        self._good[host] += 1
        if self._good[host] >= self._limits.pace_good_answers:
            self._good[host] = 0
            self._lower(pace, pace.delay_s / 2)

    def _relax(self, pace: Pace, now: datetime) -> None:
        """Halve a stored delay once for each whole day since it was changed."""
        days = int((now - datetime.fromisoformat(pace.changed_at)).total_seconds() // DAY_S)
        if days > 0:
            self._lower(pace, pace.delay_s / 2.0 ** min(days, 60))

    def _lower(self, pace: Pace, delay_s: float) -> None:
        # What is usual for a host is known once it was asked; until then, by the least there is.
        if delay_s <= max(self._usual.get(pace.host, 0.0), self._limits.delay_margin_s):
            del self._paces[pace.host]
            drop_pace(self._archive, pace.host)
            return
        at = iso(datetime.now(UTC))
        self._paces[pace.host] = put_pace(
            self._archive, pace.host, delay_s, pace.refusals, pace.reason, at
        )

    def _cap(self, usual_s: float) -> float:
        return max(self._limits.pace_max_s, usual_s)
