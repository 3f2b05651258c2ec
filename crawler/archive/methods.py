"""How the texts of a portal's articles were found, counted."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from crawler.errors import ArchiveError

STRUCTURE = "generic:"
SURE = "generic:blocks"  # by structure, and nobody else was asked


def text_methods(archive: Path, portal_ids: Sequence[str]) -> Counter[str]:
    """Articles of these portals by `text_method`; layouts of profiles count as `profile`.

    ArchiveError when the file is no archive.
    """
    found: Counter[str] = Counter()
    marks = ",".join("?" * len(portal_ids))
    sql = (
        "SELECT text_method, count(*) FROM articles WHERE text_method IS NOT NULL "
        f"AND portal_id IN ({marks}) GROUP BY text_method"
    )
    try:
        with closing(sqlite3.connect(f"file:{archive}?mode=ro", uri=True)) as db:
            for method, articles in db.execute(sql, tuple(portal_ids)):
                found["profile" if method.startswith("profile") else method] += articles
    except sqlite3.Error as error:
        raise ArchiveError(f"{archive}: {error}") from error
    return found


def said_of(methods: Counter[str]) -> str | None:
    """One line for people; None where no text was found by structure."""
    structure = sum(count for name, count in methods.items() if name.startswith(STRUCTURE))
    if not structure:
        return None
    asked = structure - methods[SURE]
    return (
        f"texts: {methods['profile']} by profile, {structure} by structure, {asked} of them with a "
        f"second opinion ({asked / structure:.1%})"
    )
