"""A process that stays and starts a crawl whenever a portal is due: `khotin schedule run`."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import click

from crawler.archive.db import Archive
from crawler.archive.schedule import visits
from crawler.errors import ArchiveError
from crawler.exits import Exit

# After these a further crawl would end the same way: whoever started us has to look.
HOPELESS = frozenset((Exit.USAGE, Exit.ARCHIVE))
SHORTEST_S = 1.0  # between two crawls, so that one that ends at once does not spin


class Keeper:
    """Starts `command` when something is due, one at a time, until it is told to stop.

    `portals`: ids that the command crawls, none for all; `look_every_s`: longest time between two
    looks, for portals that the schedule does not know yet.
    """

    def __init__(
        self, command: Sequence[str], db: Path, portals: Sequence[str], look_every_s: float
    ) -> None:
        self._command = list(command)
        self._db = db
        self._portals = frozenset(portals)
        self._look_every_s = look_every_s
        self._child: subprocess.Popen[bytes] | None = None
        self._stopped = threading.Event()

    def run(self) -> int:
        """Crawl and wait in turn; the exit status."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while not self._stopped.is_set():
            begun = time.monotonic()
            status = self._crawl()
            if self._stopped.is_set():
                break
            if status in HOPELESS:
                return status
            wait_s = max(SHORTEST_S - (time.monotonic() - begun), self._wait_s())
            _say(f"the crawl ended with {status}; next look in {wait_s:.0f} s")
            self._stopped.wait(wait_s)
        _say("stopped")
        return Exit.DONE

    def _crawl(self) -> int:
        # A session of its own: Ctrl-C reaches it once, through us, and not a second time.
        self._child = subprocess.Popen(self._command, start_new_session=True)
        if self._stopped.is_set():
            self._child.send_signal(signal.SIGINT)
        try:
            return self._child.wait()
        finally:
            self._child = None

    def _wait_s(self) -> float:
        """Seconds until the next portal is due, at most until the next look."""
        try:
            with Archive.open(self._db, readonly=True) as archive:
                known = visits(archive).values()
        except ArchiveError as error:
            _say(str(error))
            return self._look_every_s
        times = [
            datetime.fromisoformat(visit.next_visit_at)
            for visit in known
            if not self._portals or visit.portal_id in self._portals
        ]
        if not times:
            return self._look_every_s
        until = (min(times) - datetime.now(UTC)).total_seconds()
        return min(max(0.0, until), self._look_every_s)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopped.set()
        if self._child is not None:
            self._child.send_signal(signal.SIGINT)


def _say(words: str) -> None:
    stamp = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
    click.echo(f"{stamp} khotin schedule: {words}", err=True)
    sys.stderr.flush()
