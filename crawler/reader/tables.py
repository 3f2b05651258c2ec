"""Figures and tables, each judged as one thing: pictures with captions, data, or mere layout."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml import etree
from lxml.html import HtmlElement

from crawler.reader.select import BREAKING, inline_text
from crawler.text import squeeze

SKIPPED_TAGS = frozenset(
    "script style noscript template iframe object embed select option button input textarea svg"
    " video audio canvas map head title link meta base".split()
)
_SENTENCE_BREAK = re.compile(r"[.!?]\s+\S")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HIDDEN_CLASS = re.compile(
    r"(?<![\w-])(hidden|hide|d-none|invisible|sr-only|visually-hidden)(?![\w-])"
)
_SHOWN_CLASS = re.compile(r"(?<![\w-])(d|visible)-(xs|sm|md|lg|xl)(-\w+)*(?![\w-])")
_GLYPH_TAGS = frozenset(("i", "span"))
_GLYPH_CLASS = re.compile(r"(?<![\w-])material-(?:icons|symbols)(?:-\w+)?(?![\w-])")
_FILE_ADDRESS = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|7z)(?:[?#]|$)", re.IGNORECASE)
MAX_SPAN = 100  # columns or rows; more is a slip, or a trap
CLASS_CHARS = 2_000  # of an element's classes; what is longer is an attack
LEAD_CHARS = 80  # of sentences beside a picture; a shorter one may be its caption
CAPTION_CHARS = 600  # longer text beside a picture is a paragraph
DATA_CELL_CHARS = 150  # mean length of a cell; above it a table without lines or heads lays out
RULED_CELL_CHARS = 400  # the same where lines or head cells say that it is a table


def is_skipped(element: HtmlElement, tag: str) -> bool:
    """Whether a visitor sees nothing of the element's text."""
    if tag in SKIPPED_TAGS:
        return True
    names = element.keys()  # one question instead of three: most elements have no attributes
    return bool(names) and (
        "hidden" in names
        or ("style" in names and bool(_HIDDEN_STYLE.search(element.get("style") or "")))
        or ("class" in names and _is_hidden_by_class((element.get("class") or "")[:CLASS_CHARS]))
    )


def is_icon(element: HtmlElement, tag: str) -> bool:
    """Whether the element's text is the name of a glyph in a font of icons ("schedule")."""
    if tag.endswith("-icon"):
        return True
    names = element.get("class") if tag in _GLYPH_TAGS else None
    return bool(names and "material-" in names and _GLYPH_CLASS.search(names))


def linked_share(table: HtmlElement) -> float:
    """How much of a table's text leads to other pages; links to files are data."""
    links = [
        inline_text(link)
        for link in table.iter("a")
        if link.get("href") and not _FILE_ADDRESS.search(link.get("href") or "")
    ]
    whole = len(inline_text(table)) if links else 0
    return min(1.0, sum(map(len, links)) / whole) if whole else 0.0


def captioned(element: HtmlElement) -> list[tuple[HtmlElement, str | None]] | None:
    """The pictures of a figure or picture table with their captions; None when it is neither.

    None also where the element holds more than that: then its text is to be walked, not lost.
    """
    images = [image for image in element.iter("img") if _is_shown(image, element)]
    if not images:
        return None
    if element.tag == "table":
        if not _is_picture_table(element):
            return None
        side_by_side = _captions_below(element) or _captions_inside(element)
        if side_by_side is not None:
            return side_by_side
        text = _shown_text(element)
    else:
        captions = [text for node in element.iter("figcaption") if (text := _shown_text(node))]
        text = _shown_text(element)
        if len(captions) > 1 or (captions and len(text) > len(captions[0])):
            return None
    if len(text) > CAPTION_CHARS:
        return None
    first, *others = images
    return [(first, text or None), *((image, None) for image in others)]


def data_rows(table: HtmlElement) -> tuple[str, list[list[str]]] | None:
    """Caption and rows of cells of a table that holds data; None when it only lays out.

    None also where the cells do not hold all of its text: broken markup is walked instead.
    """
    if not _is_data_table(table):
        return None
    caption = " ".join(inline_text(node) for node in table.iter("caption"))
    rows = [row for row in _grid(table) if any(row)]
    told = len("".join([caption, *(cell for row in rows for cell in row)]).replace(" ", ""))
    return (caption, rows) if told == len(inline_text(table).replace(" ", "")) else None


def _grid(table: HtmlElement) -> list[list[str]]:
    """The rows of a table, every cell in its column: what a cell spans over is left empty."""
    rows: list[list[str]] = []
    covered: dict[int, int] = {}  # column: rows that a cell above still reaches into
    for row in table.iter("tr"):
        cells: list[str] = []
        below: dict[int, int] = {}
        for cell in (cell for cell in row if cell.tag in ("td", "th")):
            while covered.get(len(cells), 0) > 0:
                cells.append("")
            down = _span(cell, "rowspan")
            for number in range(_span(cell, "colspan")):
                below[len(cells)] = down
                cells.append("" if number else inline_text(cell))
        covered = {column: left - 1 for column, left in (covered | below).items() if left > 1}
        rows.append(cells)
    return rows


def _span(cell: HtmlElement, name: str) -> int:
    value = (cell.get(name) or "").strip()
    return min(max(int(value), 1), MAX_SPAN) if value.isdecimal() else 1


@lru_cache(maxsize=4096)  # a portal has some hundred classes, on every page the same
def _is_hidden_by_class(names: str) -> bool:
    """Utility classes of Bootstrap and its kin; "d-none d-md-block" is hidden on phones only."""
    if not names or not _HIDDEN_CLASS.search(names):
        return False
    return not _SHOWN_CLASS.search(names)


def _is_shown(image: HtmlElement, top: HtmlElement) -> bool:
    for element in image.iterancestors():
        if element is top:
            return True
        if is_skipped(element, element.tag):
            return False
    return True


def _shown_text(top: HtmlElement) -> str:
    """The text of an element on one line, without what is hidden in it."""
    parts: list[str] = []
    walker = etree.iterwalk(top, events=("start", "end"))
    for event, element in walker:
        if event == "start":
            if element is not top and is_skipped(element, element.tag):
                walker.skip_subtree()
                continue
            parts.append(" " if element.tag in BREAKING else "")
            parts.append(element.text or "")
        elif element is not top:
            parts.append(" " if element.tag in BREAKING else "")
            parts.append(element.tail or "")
    return squeeze("".join(parts))


def _rows_of(table: HtmlElement) -> list[list[HtmlElement]]:
    rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
    return [row for row in rows if any(_has_picture(cell) or _shown_text(cell) for cell in row)]


def _has_picture(cell: HtmlElement) -> bool:
    return next(cell.iter("img"), None) is not None


def _captions_below(table: HtmlElement) -> list[tuple[HtmlElement, str | None]] | None:
    """Pictures in a row with a line under each: every cell's own line is its caption. Rows of
    pictures and rows of lines take turns."""
    rows = _rows_of(table)
    if len(rows) < 2 or len(rows) % 2 or len(rows[0]) < 2:
        return None
    found: list[tuple[HtmlElement, str | None]] = []
    for above, below in zip(rows[::2], rows[1::2], strict=True):
        images = [list(cell.iter("img")) for cell in above]
        if len(above) != len(below) or any(map(_has_picture, below)):
            return None
        if any(len(one) != 1 for one in images) or any(map(_shown_text, above)):
            return None
        lines = [_shown_text(cell) or None for cell in below]
        found.extend((*one, line) for one, line in zip(images, lines, strict=True))
    return found


def _captions_inside(table: HtmlElement) -> list[tuple[HtmlElement, str | None]] | None:
    """Pictures each in a cell of its own with the line under it."""
    cells = [cell for row in _rows_of(table) for cell in row if _shown_text(cell)]
    images = [list(cell.iter("img")) for cell in cells]
    if len(cells) < 2 or any(len(one) != 1 for one in images):
        return None
    lines = [_shown_text(cell) for cell in cells]
    if any(len(line) > CAPTION_CHARS // 2 for line in lines):
        return None
    own = {one[0]: line for one, line in zip(images, lines, strict=True)}
    return [(image, own.get(image)) for image in table.iter("img")]


def _is_picture_table(table: HtmlElement) -> bool:
    """A table of a picture and the line under it: one column, or one picture in few cells."""
    images = sum(1 for _ in table.iter("img"))
    if not images or next(table.iterdescendants("table"), None) is not None:
        return False
    if _is_beside(table):
        return False
    if _captions_inside(table) is not None:
        return True
    rows = _rows_of(table)
    cells = sum(len(row) for row in rows)
    most = CAPTION_CHARS if _is_frame(rows) else CAPTION_CHARS // 2
    return len(rows) <= 3 and cells <= images + 2 and len(inline_text(table)) <= most


def _is_beside(table: HtmlElement) -> bool:
    """Whether one row holds a picture and, beside it, whole sentences: a lead, no caption."""
    rows = _rows_of(table)
    if len(rows) != 1 or len(rows[0]) != 2:
        return False
    texts = [text for cell in rows[0] if (text := _shown_text(cell))]
    pictured = [cell for cell in rows[0] if _has_picture(cell) and not _shown_text(cell)]
    return (
        len(texts) == len(pictured) == 1
        and len(texts[0]) >= LEAD_CHARS
        and texts[0].endswith((".", "…"))
    )


def _is_frame(rows: list[list[HtmlElement]]) -> bool:
    """Whether a table is one picture with one sentence in a cell of its own under it."""
    if [len(row) for row in rows] != [1, 1] or _shown_text(rows[0][0]):
        return False
    return not _SENTENCE_BREAK.search(_shown_text(rows[1][0]))


def _is_data_table(table: HtmlElement) -> bool:
    """Whether a table holds data, not layout: rows and columns of short cells, nothing nested."""
    if next(table.iterdescendants("table"), None) is not None:
        return False
    rows = [[c for c in row if c.tag in ("td", "th")] for row in table.iter("tr")]
    rows = [row for row in rows if row]
    columns = max((len(row) for row in rows), default=0)
    if columns < 2:
        return False
    cells = [cell for row in rows for cell in row]
    texts = [text for cell in cells if (text := inline_text(cell))]
    if not texts:
        return False
    mean = sum(map(len, texts)) / len(texts)
    if any(cell.tag == "th" for cell in cells) or _has_border(table):
        return mean < RULED_CELL_CHARS
    images = sum(1 for _ in table.iter("img"))
    filled = len(texts) / len(cells)
    return len(rows) >= 2 and mean < DATA_CELL_CHARS and filled >= 0.5 and images * 4 <= len(cells)


def _has_border(table: HtmlElement) -> bool:
    border = (table.get("border") or "0").strip()
    return border not in ("0", "", "none") or "MsoTableGrid" in (table.get("class") or "")
