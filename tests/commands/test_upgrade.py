"""`khotin upgrade` brings an older archive up to date and does nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.archive.db import Archive
from crawler.archive.migrations import MIGRATIONS
from crawler.cli import main
from crawler.exits import Exit


def test_an_older_archive_can_be_read_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "archive.db"
    Archive.open(path).close()
    coming = MIGRATIONS._Migration("m9000_coming", lambda db: db.execute("CREATE TABLE x(y)"))
    monkeypatch.setattr(MIGRATIONS, "_migrations", [*MIGRATIONS._migrations, coming])
    before = CliRunner().invoke(main, ["export", "--db", str(path)])
    assert before.exit_code == Exit.ARCHIVE
    assert "khotin upgrade" in before.stderr
    assert CliRunner().invoke(main, ["upgrade", "--db", str(path)]).exit_code == Exit.DONE
    assert CliRunner().invoke(main, ["export", "--db", str(path)]).exit_code == Exit.DONE


def test_a_missing_archive_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    result = CliRunner().invoke(main, ["upgrade", "--db", str(path)])
    assert result.exit_code == Exit.ARCHIVE
    assert not path.exists()
