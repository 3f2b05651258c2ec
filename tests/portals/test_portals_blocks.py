"""khotin portals blocks: what was learned, in words and as JSON, and what it still needs."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from crawler.archive.db import Archive
from crawler.archive.reference import ensure_portal
from crawler.archive.repetition import count
from crawler.cli import main
from crawler.portals.model import Portal
from crawler.reader.model import SeenBlock

PORTAL = Portal("song-lam", "Cổng Sông Lam", "http://song-lam.test/", "district", "Nghệ An")


def archive_with(folder: Path, pages: int) -> Path:
    """An archive in which so many pages of the portal were counted: a menu entry and a text."""
    path = folder / "archive.db"
    with Archive.open(path) as archive, archive.atomic() as db:
        ensure_portal(db.conn, PORTAL)
        for number in range(pages):
            blocks = [
                SeenBlock("menu", "m", "ul.menu>li", 9, "[b]Trang chủ[/b]"),
                SeenBlock("body", f"{number}", "div.bai>p", 300, f"Đoạn văn {number}"),
                SeenBlock("body", "c", "div.bai>p", 40, "Bản quyền thuộc về cổng"),
            ]
            count(archive, PORTAL.id, blocks, f"2026-01-01T00:00:{number:02d}+07:00")
    return path


def blocks(path: Path, *words: str, portal: str = "song-lam") -> Result:
    return CliRunner().invoke(main, ["portals", "blocks", portal, "--db", str(path), *words])


def test_places_and_texts_are_shown_with_their_counts(tmp_path: Path) -> None:
    result = blocks(archive_with(tmp_path, 12))
    assert result.exit_code == 0
    assert "song-lam: learned from 12 article pages" in result.stdout
    assert "1 places that hold no article" in result.stdout
    assert "ul.menu>li" in result.stdout
    assert "“[b]Trang chủ[/b]”" in result.stdout
    assert "Bản quyền thuộc về cổng" in result.stdout
    assert "Đoạn văn" not in result.stdout


def test_json_has_the_same(tmp_path: Path) -> None:
    found = json.loads(blocks(archive_with(tmp_path, 12), "--json").stdout)
    assert found["pages"] == 12
    assert found["version"]
    (region,) = found["regions"]
    assert (region["path"], region["pages"], region["novelty"]) == ("ul.menu>li", 12, 0.0)
    assert found["blocks"] == [
        {"path": "div.bai>p", "sample": "Bản quyền thuộc về cổng", "pages": 12}
    ]


def test_it_says_plainly_what_is_still_missing(tmp_path: Path) -> None:
    none = blocks(archive_with(tmp_path, 0))
    assert none.exit_code == 0
    assert "no article page of it was read without a profile" in none.stdout
    (tmp_path / "some").mkdir()
    some = blocks(archive_with(tmp_path / "some", 3))
    assert "nothing was learned yet from 3 article pages; it takes 5" in some.stdout
    data = json.loads(blocks(tmp_path / "some" / "archive.db", "--json").stdout)
    assert (data["pages"], data["pages_needed"], data["version"]) == (3, 5, None)


def test_a_portal_that_the_archive_does_not_know_is_an_error_with_advice(tmp_path: Path) -> None:
    result = blocks(archive_with(tmp_path, 1), portal="song-lan")
    assert result.exit_code == 2
    assert "did you mean song-lam?" in result.output
