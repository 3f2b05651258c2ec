"""CSV that a spreadsheet opens right: text cells that are not formulas, UTF-8 that Excel sees.

The rule for text cells, also in docs/exporting.md: a cell that a spreadsheet would take for a
formula gets one apostrophe in front. Those are cells whose first character, after any
apostrophes, is = + - @ (or their full-width twins), a tab, a carriage return or a line feed.
Counting the apostrophes in makes the rule reversible: `unsafe_cell` gives back what was there.
Numbers in numeric columns are no text and stay as they are.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

BOM = "\ufeff"  # without it Excel reads UTF-8 as the local code page
CELL_LIMIT = 32_767  # characters in one cell of Excel and LibreOffice; the rest is cut there

_FORMULA = re.compile("'*[=+\\-@\uff1d\uff0b\uff0d\uff20\t\r\n]")
_ESCAPED = re.compile("'" + _FORMULA.pattern)


def safe_cell(value: object) -> object:
    """The value as a spreadsheet cell: text that would run as a formula gets an apostrophe."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def unsafe_cell(cell: str) -> str:
    """What `safe_cell` was given: the one added apostrophe is taken away again."""
    return cell[1:] if _ESCAPED.match(cell) else cell


def csv_lines(rows: Iterable[Iterable[object]], *, raw: bool = False, separator: str = ",") -> str:
    """CSV lines ended by CR LF. None is an empty cell; `raw` leaves text cells as they are."""
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=separator, lineterminator="\r\n")
    writer.writerows(rows if raw else (map(safe_cell, cells) for cells in rows))
    return lines.getvalue()
