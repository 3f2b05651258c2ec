"""Every table and column is explained, in both languages; every word of a page exists in both."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from crawler.archive.db import Archive
from crawler.web.catalogue import FACETS, LABEL, NEWEST_FIRST, RESEARCH, TABLES, markdown
from crawler.web.language import WORDS

WEB = Path(__file__).parents[2] / "crawler" / "web"
DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The real tables and their columns, without those that FTS keeps for itself."""
    with Archive.open(tmp_path_factory.mktemp("schema") / "archive.db") as archive:
        names = [
            row[0]
            for row in archive.conn.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%_fts%'"
            )
        ]
        return {
            name: [row[1] for row in archive.conn.execute(f"PRAGMA table_xinfo([{name}])")]
            for name in names
        }


def test_the_catalogue_has_exactly_the_columns_of_the_schema(schema: dict[str, list[str]]) -> None:
    described = {name: list(table.columns) for name, table in TABLES.items()}
    assert described == schema


def test_every_table_and_column_is_explained_in_both_languages() -> None:
    for table in TABLES.values():
        for words in (table.titles, table.texts):
            assert words["en"].strip() and words["vi"].strip(), table.name
        for column in table.columns.values():
            assert column.en.endswith("."), (table.name, column.name)
            assert column.vi.endswith("."), (table.name, column.name)
            assert not column.vi.isascii(), (table.name, column.name)
            assert column.en.replace("đ", "").isascii(), (table.name, column.name)


def test_what_a_page_shows_counts_and_sorts_by_are_columns() -> None:
    for name in RESEARCH:
        assert TABLES[name].shown(), f"the page of {name} would be empty"
    for name, columns in FACETS.items():
        assert set(columns) <= set(TABLES[name].columns)
    for choice in (NEWEST_FIRST, LABEL):
        for name, column in choice.items():
            assert column in TABLES[name].columns


def test_columns_with_a_measure_have_a_unit() -> None:
    for table in TABLES.values():
        for column in table.columns.values():
            if column.name.endswith(("_at", "_bytes", "_offset", "_length", "_sha256", "_date")):
                assert column.unit, (table.name, column.name)


def test_every_word_of_every_page_is_there_in_both_languages() -> None:
    used: set[str] = set()
    for file in [*WEB.glob("templates/*.html"), *WEB.glob("*.py")]:
        used |= set(re.findall(r"""\bsay\(\s*["']([\w.]+)["']""", file.read_text(encoding="utf-8")))
    assert len(used) > 60
    assert used <= set(WORDS), used - set(WORDS)
    prefixed = {
        key
        for key in WORDS
        if key.startswith(("level.", "op.", "col.", "runs.", "standing.", "state."))
    }
    spoken_of_in_templates_by_condition = {"filter.column", "filter.remove"}
    unused = set(WORDS) - used - prefixed - spoken_of_in_templates_by_condition
    assert not unused, f"no page says these: {unused}"
    for key, words in WORDS.items():
        assert words["en"].strip() and words["vi"].strip(), key
        assert set(re.findall(r"\{\d\}", words["en"])) == set(re.findall(r"\{\d\}", words["vi"]))


def test_vietnamese_is_in_one_normal_form() -> None:
    for file in (*WEB.glob("*.tsv"), *WEB.glob("templates/*.html")):
        text = file.read_text(encoding="utf-8")
        assert unicodedata.is_normalized("NFC", text), file.name


def test_the_manual_lists_the_tables_as_the_catalogue_does() -> None:
    manual = (DOCS / "serving.md").read_text(encoding="utf-8")
    assert markdown().strip() in manual, (
        "docs/serving.md is behind: python -m crawler.web.catalogue prints the list"
    )
