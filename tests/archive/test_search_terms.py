"""What people type, as an FTS5 expression."""

from __future__ import annotations

import sqlite3

import pytest
from datasette.utils import escape_fts  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.search import match_expression, search_terms, tidy_search


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("thanh uy", ["thanh", "uy"]),
        ('"bí thư" Đảng uỷ', ["bí thư", "Đảng", "uỷ"]),
        ("“bí  thư” x", ["bí thư", "x"]),
        ('bí thư"', ["bí", "thư"]),
        ('a"b', ["a", "b"]),
        ('"', []),
        ('"" *', []),
        ("12/2025/QĐ-UBND", ["12/2025/QĐ-UBND"]),
    ],
)
def test_words_and_phrases_are_told_apart(typed: str, terms: list[str]) -> None:
    assert search_terms(typed) == terms


def test_the_expression_is_folded_and_quoted() -> None:
    assert match_expression('"Bí thư" Đảng uỷ OR -x') == '"bi thu" "dang" "uy" "or" "-x"'
    assert match_expression(' "" ') is None


def test_a_tidy_search_keeps_marks_and_phrases() -> None:
    assert tidy_search('Đảng  uỷ "bí thư') == "Đảng uỷ bí thư"
    assert tidy_search('Đảng "bí  thư"') == 'Đảng "bí thư"'


def sqlite_accepts(typed: str) -> None:
    """Run the search as an export would, and as Datasette would."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE t USING fts5(body)")
    for expression in (match_expression(typed), escape_fts(tidy_search(typed))):
        if expression:
            db.execute("SELECT rowid FROM t WHERE t MATCH ?", [expression]).fetchall()
    db.close()


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_sqlite_accepts_every_search(typed: str) -> None:
    sqlite_accepts(typed)


@given(st.text(alphabet="\"'`“« aă*^:-+()", max_size=12))
def test_sqlite_accepts_what_looks_like_its_own_syntax(typed: str) -> None:
    sqlite_accepts(typed)
