"""Pages asked for per portal and day (of +07:00), over all runs: what a day's budget counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from crawler.archive.clock import VIETNAM
from crawler.archive.db import Archive


def present() -> datetime:
    return datetime.now(UTC)


def day_of(moment: datetime) -> str:
    """The day of an aware time at +07:00, as portal_days writes it."""
    return moment.astimezone(VIETNAM).date().isoformat()


def next_midnight(moment: datetime) -> datetime:
    """When the day of an aware time is over at +07:00."""
    start = moment.astimezone(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)
    return start + timedelta(days=1)


class DayPages:
    """The counts of the present day, kept in memory and in portal_days.

    `now` gives the present as an aware time; a day that ends in a run is followed by the next.
    """

    def __init__(self, archive: Archive, now: Callable[[], datetime] = present) -> None:
        self._archive = archive
        self._now = now
        self._day = ""
        self._pages: dict[str, int] = {}

    def count(self, portal_id: str) -> int:
        """Pages of the portal that were asked for on this day, by whatever run."""
        self._turn()
        return self._pages.get(portal_id, 0)

    def add(self, portal_id: str) -> None:
        """One more goes out. In the transaction of its claim, so that a killed run's requests
        count as well: those that were only about to go out count too."""
        self._turn()
        with self._archive.atomic() as db:
            db.execute(
                "INSERT INTO portal_days(portal_id, day, pages) VALUES (?, ?, 1) "
                "ON CONFLICT DO UPDATE SET pages = pages + 1",
                (portal_id, self._day),
            )
        self._pages[portal_id] = self._pages.get(portal_id, 0) + 1

    def _turn(self) -> None:
        day = day_of(self._now())
        if day != self._day:
            self._day = day
            self._pages = dict(
                self._archive.conn.execute(
                    "SELECT portal_id, pages FROM portal_days WHERE day = ?", (day,)
                ).fetchall()
            )
