"""How much room the archive's disk has left."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def free_bytes(folders: Iterable[Path]) -> int | None:
    """The least that is free to this user on the disks of these folders; None where no disk
    tells. A folder that does not exist yet counts for nothing."""
    found = []
    for folder in folders:
        try:
            disk = os.statvfs(folder)
        except OSError:
            continue
        found.append(disk.f_bavail * disk.f_frsize)
    return min(found, default=None)
