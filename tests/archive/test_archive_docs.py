from __future__ import annotations

import re
from pathlib import Path

from crawler.archive.db import Archive
from crawler.archive.frontier_rows import KIND_PRIORITY, MAX_SHIFT

DOCS = Path(__file__).parents[2] / "docs"


def test_every_table_and_column_is_documented(archive: Archive) -> None:
    text = (DOCS / "archive.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_0-9]+)`", text))
    headings = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"^### (.+)$", text, re.MULTILINE))))
    missing = []
    for table in archive.db.table_names():
        if table.startswith(("articles_fts", "_sqlite", "sqlite_")):
            continue
        if table not in headings:
            missing.append(table)
        for (column,) in archive.conn.execute("SELECT name FROM pragma_table_xinfo(?)", (table,)):
            if column not in named:
                missing.append(f"{table}.{column}")
    assert missing == []


def test_the_documented_priorities_are_the_real_ones() -> None:
    text = (DOCS / "archive.md").read_text(encoding="utf-8")
    wanted = ", ".join(f"{kind} {priority}" for kind, priority in KIND_PRIORITY.items())
    assert f"{wanted}, each ±{MAX_SHIFT}" in text
