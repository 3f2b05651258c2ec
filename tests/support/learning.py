"""What repeats on a portal, learned in a real archive from pages that are shown to it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from crawler.archive.db import Archive
from crawler.archive.reference import ensure_portal
from crawler.archive.repetition import count, load
from crawler.portals.model import Portal
from crawler.reader.model import SeenBlock
from crawler.reader.repetition import Repeated

PORTAL = Portal("hoc", "Cổng học việc", "http://hoc.test/", "district", "Thanh Hóa")


class Learner:
    """An archive of one portal. Each page is counted a second after the one before."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.archive = Archive.open(Path(self._folder.name) / "archive.db")
        self.pages = 0
        with self.archive.atomic() as db:
            ensure_portal(db.conn, PORTAL)

    def __enter__(self) -> Learner:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.archive.close()
        self._folder.cleanup()

    def see(self, *pages: Iterable[SeenBlock]) -> Repeated:
        """Count pages, each given by its blocks; what is known after that."""
        with self.archive.atomic():
            for blocks in pages:
                at = f"2026-01-{self.pages // 86400 + 1:02d}T{_clock(self.pages % 86400)}+07:00"
                count(self.archive, PORTAL.id, blocks, at)
                self.pages += 1
        return load(self.archive, PORTAL.id)

    def rows(self, table: str) -> int:
        """How many rows a table has."""
        found: int = self.archive.conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        return found


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
