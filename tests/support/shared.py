"""Where the shared test data lies: a folder `shared` beside the checkout, or nowhere.

The captures, gold and seed documents are not part of the project, so every test on them is
skipped with `MISSING` where the folder is absent.
"""

from __future__ import annotations

from pathlib import Path

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
MISSING = "the shared test data (a folder `shared` beside the checkout) is not here"


def shared_path(relative: str) -> Path | None:
    """The file or folder below `shared`, or None when it is not there."""
    path = SHARED / relative
    return path if path.exists() else None


def shared_file(relative: str) -> Path:
    """The file below `shared`; FileNotFoundError names it when it is not there."""
    path = shared_path(relative)
    if path is None:
        raise FileNotFoundError(f"{SHARED / relative}: {MISSING}")
    return path
