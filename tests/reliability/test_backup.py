"""The procedure of docs/operating.md, for real: copied beside a crawl, restored, crawled on."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.support.crawling import ROOT, wait_for
from tests.support.kills import start, workplace
from tests.support.soundness import faults, leftovers
from tests.support.towns import Towns

LIMIT_S = 120
SHELL = """#!{python}
import sqlite3, sys
conn = sqlite3.connect(sys.argv[1], isolation_level=None)
conn.execute(sys.argv[2])
"""


def procedure() -> str:
    """The commands that the document prints."""
    text = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    part = text.split("## Backup and restore", 1)[1]
    found = re.search(r"```sh\n(.*?)```", part, re.DOTALL)
    assert found is not None
    return found[1]


def environment(folder: Path) -> dict[str, str]:
    """With an `sqlite3` command, of this Python where the system has none."""
    if shutil.which("sqlite3") is None:
        tool = folder / "bin" / "sqlite3"
        tool.parent.mkdir()
        tool.write_text(SHELL.format(python=sys.executable))
        tool.chmod(0o755)
    return {**os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}


def stored(db: Path) -> int:
    with closing(sqlite3.connect(db)) as conn:
        return int(conn.execute("SELECT count(*) FROM articles").fetchone()[0])


def test_an_archive_copied_beside_a_crawl_is_whole_and_goes_on(tmp_path: Path) -> None:
    with Towns(hosts=3, articles=30) as towns:
        place = workplace(tmp_path / "first", towns)
        place.folder.mkdir()
        process = start(place, towns)
        wait_for(lambda: place.db.exists() and towns.asked.total() > 45, process)
        copying = ["sh", "-e", "-c", procedure()]
        subprocess.run(copying, cwd=place.folder, env=environment(tmp_path), check=True)
        went_on = process.poll() is None
        _, err = process.communicate(timeout=LIMIT_S)
        assert process.returncode == 0, err
        assert went_on, "the crawl had ended before the copy was made"
        shutil.move(place.folder / "backup", tmp_path / "second")
        restored = workplace(tmp_path / "second", towns)
        before = stored(restored.db)
        assert before < towns.expected
        again = start(restored, towns)
        _, err = again.communicate(timeout=LIMIT_S)
    assert again.returncode == 0, err
    assert "lost record" not in err and "missing" not in err
    assert stored(restored.db) == stored(place.db) == towns.expected
    for db in (place.db, restored.db):
        assert faults(db) + leftovers(db) == []
    with closing(sqlite3.connect(restored.db)) as conn:
        assert conn.execute("SELECT kind, detail FROM problems").fetchall() == []
