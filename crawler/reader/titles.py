"""Titles: without what templates leave in them, without the site's name, as a key to compare."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawler.text import fold, squeeze

_RESIDUE = re.compile(r"^(null|%image_alt%|__trashed)\s*|\s*(%image_alt%|__trashed)$")
_SITE_TAIL = re.compile(r"\s+[-–|]\s+[^-–|]*$")


def clean_title(text: str) -> str | None:
    """A title without leftovers of templates; as found otherwise."""
    return _RESIDUE.sub("", squeeze(text)).strip() or None


def title_key(text: str) -> str:
    """What two spellings of one title have in common: folded, without leftovers of templates."""
    return fold(clean_title(text) or "")


def without_site(title: str, headings: Iterable[str]) -> str:
    """A <title> without the site's name behind a dash, when a heading says what the rest is."""
    known = {fold(heading) for heading in headings}
    cut = title
    while cut:
        if fold(cut) in known:
            return cut
        shorter = _SITE_TAIL.sub("", cut)
        if shorter == cut:
            break
        cut = shorter
    return title
