"""How texts were found, counted over an archive."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from crawler.archive.methods import said_of, text_methods
from crawler.errors import ArchiveError

ROWS = [
    ("a", "profile:4.5"),
    ("a", "profile:3.x"),
    ("a", "generic:blocks"),
    ("a", "generic:blocks"),
    ("a", "generic:blocks"),
    ("a", "generic:title"),
    ("a", None),
    ("b", "generic:blocks"),
]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE articles(portal_id TEXT, text_method TEXT)")
        db.executemany("INSERT INTO articles VALUES (?, ?)", ROWS)
        db.commit()
    return path


def test_layouts_count_as_profile_and_other_portals_do_not_count(archive: Path) -> None:
    found = text_methods(archive, ["a"])
    assert found == {"profile": 2, "generic:blocks": 3, "generic:title": 1}


def test_the_line_gives_the_share_of_second_opinions(archive: Path) -> None:
    assert said_of(text_methods(archive, ["a"])) == (
        "texts: 2 by profile, 4 by structure, 1 of them with a second opinion (25.0%)"
    )


def test_nothing_is_said_where_nothing_was_read_by_structure() -> None:
    assert said_of(Counter({"profile": 9})) is None


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="archive"):
        text_methods(tmp_path / "archive.db", ["a"])
