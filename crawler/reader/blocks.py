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

from crawler.reader.tables import captioned, data_rows, is_skipped
from crawler.text import squeeze

BLOCK_TAGS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td"
    " tfoot th thead tr ul caption".split()
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_ITALIC = frozenset(("em", "i", "cite"))
_BOLD = frozenset(("b", "strong"))
_ALIGN = re.compile(r"text-align\s*:\s*(center|right)", re.IGNORECASE)
_ITALIC_STYLE = re.compile(r"font-style\s*:\s*italic", re.IGNORECASE)
_CAPTION_CLASS = re.compile(r"caption|chu-?thich|desc-?image|note-?image|pcaption", re.IGNORECASE)
_ENDS_SENTENCE = re.compile(r"[.!?:;…\"”’)\]]\s*$")
_LIST_MARK = re.compile(r"^[-–—•*+○●▪➢✓]\s|^\(?\w{1,3}[.)]\s")
ICON_PX = 48  # smaller pictures are bullets, icons and smileys


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
    credit: str | None = None


Item = Block | Picture


@dataclass(slots=True)
class _Run:
    text: str
    italic: bool
    bold: bool
    link: bool


_BREAK = _Run("\n", False, False, False)


@dataclass(slots=True)
class _State:
    items: list[Item] = field(default_factory=list)
    runs: list[_Run] = field(default_factory=list)
    owners: list[HtmlElement] = field(default_factory=list)
    lists: list[HtmlElement] = field(default_factory=list)
    entered: list[HtmlElement] = field(default_factory=list)
    pre: int = 0
    italic: int = 0
    bold: int = 0
    link: int = 0


def walk(container: HtmlElement, dropped: frozenset[HtmlElement] = frozenset()) -> list[Item]:
    """Blocks and pictures of the container in document order, without the dropped elements."""
    state = _State(owners=[container])
    walker = etree.iterwalk(container, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        is_top = element is container
        if event == "start":
            if isinstance(tag, str) and not _is_left_out(state, element, tag, is_top, dropped):
                _enter(state, element, tag, is_top)
            else:
                walker.skip_subtree()
        else:
            if state.entered and state.entered[-1] is element:
                _leave(state, element, tag, is_top)
            if not is_top:
                _add(state, element.tail)
    _flush(state)
    return state.items


def _is_left_out(
    state: _State,
    element: HtmlElement,
    tag: str,
    is_top: bool,
    dropped: frozenset[HtmlElement],
) -> bool:
    """Whether the walk passes an element by: unwanted, not shown, or dealt with as one thing.

    The container itself was asked for; a script may unveil it.
    """
    if not is_top and (element in dropped or is_skipped(element, tag)):
        return True
    if tag == "img":
        _add_picture(state, element)
        return True
    if tag not in ("figure", "table"):
        return False
    pictures = captioned(element)
    if pictures is not None:
        _flush(state)
        for image, caption in pictures:
            _add_picture(state, image, caption)
        return True
    return tag == "table" and _add_rows(state, element)


def _add_rows(state: _State, table: HtmlElement) -> bool:
    """The rows of a data table, after its caption and pictures; False when it is none."""
    found = data_rows(table)
    if found is None:
        return False
    caption, rows = found
    _flush(state)
    if caption:
        state.items.append(Block("p", caption, table))
    for image in table.iter("img"):
        _add_picture(state, image)
    for row in rows:
        state.items.append(Block("row", " | ".join(row), table, table=table))
    return True


def _enter(state: _State, element: HtmlElement, tag: str, is_top: bool) -> None:
    state.entered.append(element)
    if tag == "br":
        state.runs.append(_BREAK)
    elif tag in BLOCK_TAGS:
        if not is_top:
            _flush(state)
            state.owners.append(element)
        if tag in ("ul", "ol"):
            state.lists.append(element)
        state.pre += tag == "pre"
    state.italic += _is_italic(element, tag)
    state.bold += tag in _BOLD
    state.link += tag == "a"
    _add(state, element.text)


def _leave(state: _State, element: HtmlElement, tag: str, is_top: bool) -> None:
    state.entered.pop()
    state.italic -= _is_italic(element, tag)
    state.bold -= tag in _BOLD
    state.link -= tag == "a"
    if tag in BLOCK_TAGS:
        state.pre -= tag == "pre"
        if not is_top:
            _flush(state)
            state.owners.pop()
        if tag in ("ul", "ol"):
            state.lists.pop()


def _is_italic(element: HtmlElement, tag: str) -> bool:
    return tag in _ITALIC or bool(_ITALIC_STYLE.search(element.get("style") or ""))


def _add(state: _State, text: str | None) -> None:
    if not text:
        return
    dress = (state.italic > 0, state.bold > 0, state.link > 0)
    lines = text.split("\n") if state.pre else [text.replace("\n", " ")]
    for number, line in enumerate(lines):
        if number:
            state.runs.append(_BREAK)
        state.runs.append(_Run(line, *dress))


def _add_picture(state: _State, element: HtmlElement, caption: str | None = None) -> None:
    # A lazy picture has its address in an attribute of its own, and a placeholder in src.
    names = ("data-src", "data-original", "data-lazy-src", "src")
    url = next((value for name in names if (value := (element.get(name) or "").strip())), None)
    if not url or url.startswith("data:") or _is_icon(element):
        return
    _flush(state)
    owner = state.owners[-1]
    alt = squeeze(element.get("alt") or "")
    state.items.append(Picture(url, alt, owner, caption, align=_align(owner)))


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
        if run is _BREAK:
            lines.append([])
        else:
            lines[-1].append(run)
    current: list[_Run] = []
    before = ""
    empty_between = False
    for line in lines:
        text = squeeze("".join(run.text for run in line))
        if not text:
            empty_between = True
            continue
        if current and not empty_between and _goes_on(before, text):
            current.append(_Run(" ", False, False, False))
            current.extend(line)
        else:
            if current:
                yield current
            current = line
        before = text
        empty_between = False
    if current:
        yield current


def _goes_on(before: str, after: str) -> bool:
    return not _ENDS_SENTENCE.search(before) and after[0].islower() and not _LIST_MARK.match(after)


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
        captionlike=owner.tag == "figcaption"
        or bool(_CAPTION_CLASS.search(owner.get("class") or "")),
        link_chars=sum(len(run.text.strip()) for run in solid if run.link),
        list=state.lists[0] if state.lists else None,
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
