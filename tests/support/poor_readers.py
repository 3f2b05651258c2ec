"""Readers that give less than what is stored. A module, so that spawned workers find them."""

from __future__ import annotations

from crawler.reader.model import Page, Reading
from crawler.reader.repetition import Repeated


def disown(page: Page, profile_id: str | None, repeated: Repeated | None) -> Reading:
    """No page is an article any more, as after a change for the worse."""
    return Reading(url=page.url, kind="other", reason="no article")


def hollow(page: Page, profile_id: str | None, repeated: Repeated | None) -> Reading:
    """Every page is an article without a word, as if all of it were chrome."""
    return Reading(url=page.url, kind="article", title="Tin", text_method="generic:blocks")
