"""CSV cells: nothing runs, nothing is lost."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.spreadsheet import csv_lines, safe_cell, unsafe_cell

# NUL is no character that SQLite text or a CSV reader carries; surrogates are no text.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
TRICKY = st.text(alphabet="'=+-@\t\r\n\"; ,aă＝", max_size=8)


@pytest.mark.parametrize(
    "cell", ["=1+1", "+84 23", "-5 độ", "@hai", "\t=1", "\r=1", "\n=1", "＝1", "'=1", "''-x"]
)
def test_a_text_cell_that_would_run_gets_an_apostrophe(cell: str) -> None:
    assert safe_cell(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["Sầm Sơn", "'trích dẫn'", " =1", "a=1", "", "’=1", -5, 2.5, None])
def test_other_cells_stay_as_they_are(cell: object) -> None:
    assert safe_cell(cell) == cell


@given(TEXT | TRICKY)
def test_the_rule_is_reversible(text: str) -> None:
    safe = safe_cell(text)
    assert isinstance(safe, str)
    assert unsafe_cell(safe) == text


@given(TEXT | TRICKY)
def test_no_safe_cell_begins_like_a_formula(text: str) -> None:
    safe = str(safe_cell(text))
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@given(st.lists(TEXT | TRICKY, min_size=1, max_size=5), st.sampled_from([",", ";", "\t"]))
def test_a_line_read_back_gives_the_cells(cells: list[str], separator: str) -> None:
    line = csv_lines([cells], separator=separator)
    assert line.endswith("\r\n")
    rows = list(csv.reader(io.StringIO(line, newline=""), delimiter=separator))
    assert [[unsafe_cell(cell) for cell in row] for row in rows] == [cells]


@given(st.lists(TEXT | TRICKY, min_size=1, max_size=5))
def test_a_raw_line_read_back_gives_the_cells(cells: list[str]) -> None:
    rows = list(csv.reader(io.StringIO(csv_lines([cells], raw=True), newline="")))
    assert rows == [cells]
