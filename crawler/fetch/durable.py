"""Forcing captures to disk without holding up the reactor, many at a time.

A record is on disk before the commit that names it. An fsync takes as long as the disk likes; in
a thread it runs while the page is being read, and one call serves every record written before it.
"""

from __future__ import annotations

import asyncio

from crawler.archive.records import CaptureRef
from crawler.archive.warc import WarcWriter


class Durable:
    """Brings the records of one writer to disk. Used from the reactor's thread only."""

    def __init__(self, writer: WarcWriter) -> None:
        self._writer = writer
        self._running: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Start forcing to disk what was written, if nothing is under way."""
        if self._running is None:
            self._running = asyncio.get_running_loop().create_task(self._sync())
            # Who waits for a record tries again and meets the error; here it is only taken note of.
            self._running.add_done_callback(lambda task: task.cancelled() or task.exception())

    async def wait(self, ref: CaptureRef) -> None:
        """Return when the record is on disk. Raises ArchiveError when the disk fails."""
        while not self._writer.is_durable(ref):
            self.begin()
            if self._running is not None:
                await asyncio.shield(self._running)

    async def _sync(self) -> None:
        try:
            position, sync = self._writer.position, self._writer.unsynced()
            await asyncio.get_running_loop().run_in_executor(None, sync)
            self._writer.synced(position)
        finally:
            self._running = None
