"""What is known to repeat on each portal of a crawl, learned on while it goes."""

from __future__ import annotations

from collections import Counter

from crawler.archive.db import Archive
from crawler.archive.repetition import load
from crawler.reader.repetition import Repeated

RELOAD_ARTICLES = 20  # stored since the last look; learning takes milliseconds, pages change slowly


class RepetitionBook:
    """One Repeated per portal: about 1 KB each, which goes to the reader with every page."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._known: dict[str, Repeated] = {}
        self._stored: Counter[str] = Counter()

    def known(self, portal_id: str) -> Repeated:
        """What to read the next page of this portal with."""
        if portal_id not in self._known or self._stored[portal_id] >= RELOAD_ARTICLES:
            self._known[portal_id] = load(self._archive, portal_id)
            self._stored[portal_id] = 0
        return self._known[portal_id]

    def stored(self, portal_id: str) -> None:
        """A new article of this portal was stored, and its page counted."""
        self._stored[portal_id] += 1
