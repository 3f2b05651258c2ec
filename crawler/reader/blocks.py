"""The block walk: a container's text in document order, as paragraphs, items, rows and images.

Nothing that the container shows is lost on the way: what is not wanted (a menu, a caption, a
by-line) is taken out later, by name, from this list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from lxml import etree
from lxml.html import HtmlElement

from crawler.reader.select import inline_text
from crawler.text import squeeze

BLOCK_TAGS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td"
    " tfoot th thead tr ul caption".split()
)
SKIPPED_TAGS = frozenset(
    "script style noscript template iframe object embed select option button input textarea svg"
    " video audio canvas map head title link meta base".split()
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_ITALIC = frozenset(("em", "i", "cite"))
_BOLD = frozenset(("b", "strong"))
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HIDDEN_CLASS = re.compile(
    r"(?<![\w-])(hidden|hide|d-none|invisible|sr-only|visually-hidden)(?![\w-])"
)
_SHOWN_CLASS = re.compile(r"(?<![\w-])(d|visible)-(xs|sm|md|lg|xl)(-\w+)*(?![\w-])")
_ALIGN = re.compile(r"text-align\s*:\s*(center|right)", re.IGNORECASE)
_ITALIC_STYLE = re.compile(r"font-style\s*:\s*italic", re.IGNORECASE)
_CAPTION_CLASS = re.compile(r"caption|chu-?thich|desc-?image|note-?image|pcaption", re.IGNORECASE)
_ENDS_SENTENCE = re.compile(r"[.!?:;…\"”’)\]]\s*$")
_STARTS_LOWER = re.compile(r"^[a-zà-ỹđ]")
_LIST_MARK = re.compile(r"^[-–—•*+○●▪➢✓]\s|^\(?\w{1,3}[.)]\s")
ICON_PX = 48  # smaller pictures are bullets, icons and smileys
CAPTION_CHARS = 600  # longer text beside a picture is a paragraph


@dataclass(slots=True)
class Block:
    """A run of text that stands on its own. `owner` is the block element it came from."""

    kind: Literal["p", "h", "li", "row"]
    text: str
    owner: HtmlElement
    align: str | None = None
    italic: bool = False
    bold: bool = False
    captionlike: bool = False
    link_chars: int = 0
    table: HtmlElement | None = None
    list: HtmlElement | None = None


@dataclass(slots=True)
class Picture:
    """An image where it stands; `url` as written, None for a bare file name in the text."""

    url: str | None
    alt: str
    owner: HtmlElement
    caption: str | None = None
    align: str | None = None


Item = Block | Picture


@dataclass(slots=True)
class _Run:
    text: str
    italic: bool
    bold: bool
    link: bool


@dataclass(slots=True)
class _State:
    items: list[Item] = field(default_factory=list)
    runs: list[_Run] = field(default_factory=list)
    owners: list[HtmlElement] = field(default_factory=list)
    lists: list[HtmlElement] = field(default_factory=list)
    italic: int = 0
    bold: int = 0
    link: int = 0


def walk(container: HtmlElement, dropped: frozenset[HtmlElement] = frozenset()) -> list[Item]:
    """Blocks and pictures of the container in document order, without the dropped elements."""
    state = _State(owners=[container])
    walker = etree.iterwalk(container, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        if not isinstance(tag, str):
            if event == "end" and element is not container:
                _add(state, element.tail)
            continue
        if event == "start":
            if element in dropped or _is_skipped(element, tag) or _taken_whole(state, element, tag):
                walker.skip_subtree()
                continue
            _enter(state, element, tag, element is container)
        else:
            _leave(state, element, tag, element is container, dropped)
    _flush(state)
    return state.items


def _is_skipped(element: HtmlElement, tag: str) -> bool:
    return (
        tag in SKIPPED_TAGS
        or element.get("hidden") is not None
        or bool(_HIDDEN_STYLE.search(element.get("style") or ""))
        or _is_hidden_by_class(element.get("class"))
    )


def _is_shown(image: HtmlElement, top: HtmlElement) -> bool:
    for element in image.iterancestors():
        if element is top:
            return True
        if _is_skipped(element, element.tag):
            return False
    return True


def _is_hidden_by_class(names: str | None) -> bool:
    """Utility classes of Bootstrap and its kin; "d-none d-md-block" is hidden on phones only."""
    if not names or not _HIDDEN_CLASS.search(names):
        return False
    return not _SHOWN_CLASS.search(names)


def _taken_whole(state: _State, element: HtmlElement, tag: str) -> bool:
    """Figures and tables are judged as one thing; True when the element is dealt with."""
    if tag == "img":
        _add_picture(state, element)
        return True
    if tag == "figure" or (tag == "table" and _is_picture_table(element)):
        text = _caption_of(element)
        pictures = [image for image in element.iter("img") if _is_shown(image, element)]
        if not pictures or len(text) > CAPTION_CHARS:
            return False
        _flush(state)
        before = len(state.items)
        for image in pictures:
            _add_picture(state, image)
        first = state.items[before] if len(state.items) > before else None
        if text and isinstance(first, Picture):
            first.caption = text
        return True
    if tag == "table" and is_data_table(element):
        _flush(state)
        for row in table_rows(element):
            text = " | ".join(row)
            state.items.append(Block("row", text, element, table=element))
        return True
    return False


def _enter(state: _State, element: HtmlElement, tag: str, is_top: bool) -> None:
    if tag == "br":
        state.runs.append(_Run("\n", False, False, False))
    elif tag in BLOCK_TAGS:
        if not is_top:
            _flush(state)
            state.owners.append(element)
        if tag in ("ul", "ol"):
            state.lists.append(element)
    state.italic += _is_italic(element, tag)
    state.bold += tag in _BOLD
    state.link += tag == "a"
    _add(state, element.text)


def _leave(
    state: _State,
    element: HtmlElement,
    tag: str,
    is_top: bool,
    dropped: frozenset[HtmlElement],
) -> None:
    entered = element not in dropped and not _is_skipped(element, tag)
    entered = entered and not _was_whole(state, element, tag)
    if entered:
        state.italic -= _is_italic(element, tag)
        state.bold -= tag in _BOLD
        state.link -= tag == "a"
        if tag in BLOCK_TAGS and not is_top:
            _flush(state)
            state.owners.pop()
        if tag in ("ul", "ol"):
            state.lists.pop()
    if not is_top:
        _add(state, element.tail)


def _was_whole(state: _State, element: HtmlElement, tag: str) -> bool:
    if tag == "img":
        return True
    if tag in ("figure", "table"):
        return state.owners[-1] is not element
    return False


def _is_italic(element: HtmlElement, tag: str) -> bool:
    return tag in _ITALIC or bool(_ITALIC_STYLE.search(element.get("style") or ""))


def _add(state: _State, text: str | None) -> None:
    if text:
        state.runs.append(
            _Run(text.replace("\n", " "), state.italic > 0, state.bold > 0, state.link > 0)
        )


def _add_picture(state: _State, element: HtmlElement) -> None:
    url = element.get("src") or element.get("data-src") or element.get("data-original")
    if not url or _is_icon(element):
        return
    _flush(state)
    owner = state.owners[-1]
    state.items.append(
        Picture(url.strip(), squeeze(element.get("alt") or ""), owner, align=_align(owner))
    )


def _is_icon(element: HtmlElement) -> bool:
    for name in ("width", "height"):
        value = (element.get(name) or "").strip().removesuffix("px")
        if value.isdigit() and int(value) < ICON_PX:
            return True
    return False


def _flush(state: _State) -> None:
    runs, state.runs = state.runs, []
    if not runs:
        return
    for line in _lines(runs):
        block = _block(state, line)
        if block is not None:
            state.items.append(block)


def _lines(runs: list[_Run]) -> Iterator[list[_Run]]:
    """Runs split at line breaks; a break inside a sentence (hard-wrapped text) joins again."""
    lines: list[list[_Run]] = [[]]
    for run in runs:
        if run.text == "\n":
            lines.append([])
        else:
            lines[-1].append(run)
    current: list[_Run] = []
    empty_between = False
    for line in lines:
        text = squeeze("".join(run.text for run in line))
        if not text:
            empty_between = True
            continue
        before = squeeze("".join(run.text for run in current))
        if current and not empty_between and _goes_on(before, text):
            current = [*current, _Run(" ", False, False, False), *line]
        else:
            if current:
                yield current
            current = line
        empty_between = False
    if current:
        yield current


def _goes_on(before: str, after: str) -> bool:
    return (
        not _ENDS_SENTENCE.search(before)
        and bool(_STARTS_LOWER.match(after))
        and not _LIST_MARK.match(after)
    )


def _block(state: _State, runs: list[_Run]) -> Block | None:
    text = squeeze("".join(run.text for run in runs))
    if not text:
        return None
    owner = state.owners[-1]
    solid = [run for run in runs if run.text.strip()]
    return Block(
        kind=_kind(state),
        text=text,
        owner=owner,
        align=_align(owner),
        italic=all(run.italic for run in solid),
        bold=all(run.bold for run in solid),
        captionlike=bool(_CAPTION_CLASS.search(owner.get("class") or "")),
        link_chars=sum(len(run.text.strip()) for run in solid if run.link),
        list=state.lists[-1] if state.lists else None,
    )


def _kind(state: _State) -> Literal["p", "h", "li"]:
    for owner in reversed(state.owners):
        if owner.tag == "li":
            return "li"
        if owner.tag in _HEADINGS:
            return "h"
        if owner.tag in ("table", "ul", "ol", "section", "article"):
            break
    return "p"


def _align(element: HtmlElement) -> str | None:
    for _ in range(3):
        found = _ALIGN.search(element.get("style") or "")
        if found:
            return found.group(1).lower()
        value = (element.get("align") or "").lower()
        if value in ("center", "right"):
            return value
        if value or element.tag == "center":
            return "center" if element.tag == "center" else None
        classes = f" {element.get('class') or ''} "
        if " text-right " in classes or ("right" in classes and "text" in classes):
            return "right"
        if " text-center " in classes:
            return "center"
        if "text-align" in (element.get("style") or ""):
            return None
        parent = element.getparent()
        if parent is None or parent.tag in ("td", "body", "html"):
            return None
        element = parent
    return None


def _caption_of(element: HtmlElement) -> str:
    captions = [text for node in element.iter("figcaption") if (text := inline_text(node))]
    return captions[0] if captions else inline_text(element)


def _is_picture_table(table: HtmlElement) -> bool:
    """A table of a picture and the line under it: one column, or one picture in few cells."""
    images = sum(1 for _ in table.iter("img"))
    if not images or next(table.iterdescendants("table"), None) is not None:
        return False
    rows = list(table.iter("tr"))
    cells = sum(1 for _ in table.iter("td", "th"))
    text = inline_text(table)
    return len(rows) <= 3 and cells <= images + 2 and len(text) <= CAPTION_CHARS // 2


def table_rows(table: HtmlElement) -> list[list[str]]:
    """Cells of each row that shows anything."""
    rows = []
    for row in table.iter("tr"):
        cells = [inline_text(cell) for cell in row if cell.tag in ("td", "th")]
        if any(cells):
            rows.append(cells)
    return rows


def is_data_table(table: HtmlElement) -> bool:
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
        return mean < 400
    images = sum(1 for _ in table.iter("img"))
    filled = len(texts) / len(cells)
    return len(rows) >= 2 and mean < 150 and filled >= 0.5 and images * 4 <= len(cells)


def _has_border(table: HtmlElement) -> bool:
    border = (table.get("border") or "0").strip()
    return border not in ("0", "", "none") or "MsoTableGrid" in (table.get("class") or "")
