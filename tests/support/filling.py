"""A crawl onto a disk that is too small, then onto the same disk with room."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from crawler.exits import Exit
from tests.support.disks import disk, remount
from tests.support.kills import start, workplace
from tests.support.soundness import faults, leftovers
from tests.support.towns import Towns
from tests.support.workplace import Workplace

LIMIT_S = 600
NO_LIMIT = {"KHOTIN_DISK_MIN_BYTES": 0}  # the disk is to be full


@dataclass(slots=True)
class Filled:
    """What became of it: exit status, articles before and after room was made, and in `wrong`
    what is not as promised."""

    kib: int
    status: int = 0
    stored: int = 0
    after: int = 0
    wrong: list[str] = field(default_factory=list)


def articles(db: Path) -> set[str]:
    """The stored articles; none where the database has no tables yet."""
    with closing(sqlite3.connect(db)) as conn:
        try:
            return {url for (url,) in conn.execute("SELECT portal_id || ' ' || url FROM articles")}
        except sqlite3.OperationalError:
            return set()


def crawl(place: Workplace, towns: Towns, **settings: object) -> tuple[int, str, str]:
    """A crawl to its end: exit status, stdout, stderr."""
    process = start(place, towns, **{**NO_LIMIT, **settings})
    out, err = process.communicate(timeout=LIMIT_S)
    return process.returncode, out, err


def filled(folder: Path, towns: Towns, kib: int) -> Filled:
    """Crawl onto a disk of so many KiB, then with room. Raises CannotMountError."""
    found = Filled(kib)
    place = workplace(folder, towns)
    with disk(folder / "disk", f"size={kib}k") as small:
        place.db = small / "archive.db"
        found.status, _, said = crawl(place, towns)
        if found.status not in (Exit.DONE, Exit.ARCHIVE) or "Traceback" in said:
            found.wrong.append(f"exit status {found.status}: {said[-500:]}")
        if found.status == Exit.ARCHIVE and "is full" not in said:
            found.wrong.append(f"status 7 without the reason: {said[-300:]}")
        before = articles(place.db) if place.db.exists() else set()
        found.stored = len(before)
        remount(small, "size=500m")
        status, _, said = crawl(place, towns)
        if status != Exit.DONE:
            found.wrong.append(f"with room exit status {status}: {said[-500:]}")
        after = articles(place.db)
        found.after = len(after)
        if not before <= after or found.after != towns.expected:
            found.wrong.append(f"{len(before - after)} lost, {found.after} stored at the end")
        found.wrong += faults(place.db) + leftovers(place.db)
    return found
