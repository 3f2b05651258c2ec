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

from crawler.reader.tables import captioned, data_rows, is_icon, is_skipped, linked_share
from crawler.text import squeeze

BLOCK_TAGS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td"
    " tfoot th thead tr ul caption".split()
)
_Kind = Literal["p", "h", "li", "row"]
# What a block is by the element around it; other elements leave it what it is.
_KINDS: dict[str, _Kind] = {
    "li": "li",
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "h"),
    **dict.fromkeys(("table", "ul", "ol", "section", "article"), "p"),
}
_ITALIC = frozenset(("em", "i", "cite"))
_BOLD = frozenset(("b", "strong"))
_LISTS = frozenset(("ul", "ol"))
_ALIGN = re.compile(r"text-align\s*:\s*(center|right)", re.IGNORECASE)
_ITALIC_STYLE = re.compile(r"font-style\s*:\s*italic", re.IGNORECASE)
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_BOLD_CLASS = re.compile(r"(?<![\w-])(?:font-weight-bold|font-bold|fw-bold)(?![\w-])")
_CAPTION_CLASS = re.compile(r"caption|chu-?thich|desc-?image|note-?image|pcaption", re.IGNORECASE)
_ENDS_SENTENCE = re.compile(r"[.!?:;…\"”’)\]]\s*$")
_LIST_MARK = re.compile(r"^[-–—•*+○●▪➢✓]\s|^\(?\w{1,3}[.)]\s")
_SIZE = re.compile(r"\d{1,6}(?:\.\d{1,3})?[wxh]")
ICON_PX = 48  # smaller pictures are bullets, icons and smileys


@dataclass(slots=True)
class Block:
    """A run of text that stands on its own. `owner` is the block element it came from.

    `path` is the place of the owner in the page, noted when somebody asks (repetition.py).
    """

    kind: _Kind
    text: str
    owner: HtmlElement
    align: str | None = None
    italic: bool = False
    bold: bool = False
    captionlike: bool = False
    link_chars: int = 0
    table: HtmlElement | None = None
    list: HtmlElement | None = None
    path: str | None = field(default=None, compare=False, repr=False)


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
    kinds: list[_Kind] = field(default_factory=list)  # of a block in each owner
    lists: list[HtmlElement] = field(default_factory=list)
    entered: list[tuple[HtmlElement, bool, bool]] = field(default_factory=list)  # italic, bold
    pre: int = 0
    italic: int = 0
    bold: int = 0
    link: int = 0


def walk(container: HtmlElement, dropped: frozenset[HtmlElement] = frozenset()) -> list[Item]:
    """Blocks and pictures of the container in document order, without the dropped elements."""
    state = _State(owners=[container], kinds=[_KINDS.get(container.tag, "p")])
    walker = etree.iterwalk(container, events=("start", "end"))
    entered = state.entered
    for event, element in walker:
        if event == "start":
            tag = element.tag
            if not isinstance(tag, str) or _is_left_out(
                state, element, tag, element is container, dropped
            ):
                walker.skip_subtree()
            else:
                _enter(state, element, tag, element is container)
        else:
            if entered and entered[-1][0] is element:
                _leave(state, element is container)
            if element is not container and (tail := element.tail):
                _add(state, tail)
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
    if is_icon(element, tag):
        _add(state, " ")
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
    linked = linked_share(table)
    for row in rows:
        text = " | ".join(row)
        links = int(len(text) * linked)
        state.items.append(Block("row", text, table, table=table, link_chars=links))
    return True


def _enter(state: _State, element: HtmlElement, tag: str, is_top: bool) -> None:
    style = element.get("style")
    italic = tag in _ITALIC or bool(style and _ITALIC_STYLE.search(style))
    bold = tag in _BOLD or bool(style and _BOLD_STYLE.search(style)) or _is_bold_by_class(element)
    state.entered.append((element, italic, bold))
    if tag == "br":
        state.runs.append(_BREAK)
    elif tag in BLOCK_TAGS:
        if not is_top:
            _flush(state)
            state.owners.append(element)
            state.kinds.append(_KINDS.get(tag) or state.kinds[-1])
        if tag in _LISTS:
            state.lists.append(element)
        state.pre += tag == "pre"
    elif tag == "a":
        state.link += 1
    state.italic += italic
    state.bold += bold
    if text := element.text:
        _add(state, text)


def _is_bold_by_class(element: HtmlElement) -> bool:
    """Utility classes of Bootstrap and Tailwind, as with the alignment below."""
    classes = element.get("class")
    return bool(classes and "bold" in classes and _BOLD_CLASS.search(classes))


def _leave(state: _State, is_top: bool) -> None:
    element, italic, bold = state.entered.pop()
    state.italic -= italic
    state.bold -= bold
    tag = element.tag
    if tag in BLOCK_TAGS:
        state.pre -= tag == "pre"
        if not is_top:
            _flush(state)
            state.owners.pop()
            state.kinds.pop()
        if tag in _LISTS:
            state.lists.pop()
    elif tag == "a":
        state.link -= 1


def _add(state: _State, text: str) -> None:
    if not state.runs and text.isspace():
        return  # white space between blocks: most of what stands between tags
    dress = (state.italic > 0, state.bold > 0, state.link > 0)
    lines = text.split("\n") if state.pre else [text.replace("\n", " ")]
    for number, line in enumerate(lines):
        if number:
            state.runs.append(_BREAK)
        state.runs.append(_Run(line, *dress))


def _add_picture(state: _State, element: HtmlElement, caption: str | None = None) -> None:
    # A lazy picture has its address in an attribute of its own, and a placeholder in src.
    names = ("data-src", "data-original", "data-lazy-src", "src")
    url = next((value for name in names if (value := (element.get(name) or "").strip())), "")
    if not url or url.startswith("data:"):
        url = _widest(element)
    if not url or _is_icon(element):
        return
    _flush(state)
    owner = state.owners[-1]
    alt = squeeze(element.get("alt") or "")
    state.items.append(Picture(url, alt, owner, caption, align=_align(owner)))


def _widest(element: HtmlElement) -> str | None:
    """The largest of the addresses that a browser may choose from ("/a.jpg 600w, /b.jpg 2x")."""
    best: tuple[float, str] | None = None
    for choice in (element.get("data-srcset") or element.get("srcset") or "").split(", "):
        address, _, size = choice.strip().rpartition(" ")
        if not _SIZE.fullmatch(size):
            address, size = choice.strip(), "1x"
        width = float(size[:-1])
        if address and not address.startswith("data:") and (best is None or width > best[0]):
            best = (width, address)
    return best[1] if best is not None else None


def _is_icon(element: HtmlElement) -> bool:
    for name in ("width", "height"):
        value = (element.get(name) or "").strip().removesuffix("px")
        if value.isascii() and value.isdigit() and int(value[:9]) < ICON_PX:
            return True
    return False


def _flush(state: _State) -> None:
    if not state.runs:
        return
    runs, state.runs = state.runs, []
    if len(runs) == 1:
        if text := squeeze(runs[0].text):
            state.items.append(_block(state, text, runs))
        return
    state.items += [_block(state, text, line) for text, line in _lines(runs)]


def _lines(runs: list[_Run]) -> Iterator[tuple[str, list[_Run]]]:
    """Runs split at line breaks, each with its text; empty ones are left out. A break inside a
    sentence (hard-wrapped text) joins again."""
    lines: list[list[_Run]] = [[]]
    for run in runs:
        if run is _BREAK:
            lines.append([])
        else:
            lines[-1].append(run)
    current: list[_Run] = []
    before = ""
    texts: list[str] = []
    empty_between = False
    for line in lines:
        text = squeeze("".join([run.text for run in line]))
        if not text:
            empty_between = True
            continue
        if current and not empty_between and _goes_on(before, text):
            current += line
            texts.append(text)
        else:
            if current:
                yield " ".join(texts), current
            current, texts = line, [text]
        before = text
        empty_between = False
    if current:
        yield " ".join(texts), current


def _goes_on(before: str, after: str) -> bool:
    return not _ENDS_SENTENCE.search(before) and after[0].islower() and not _LIST_MARK.match(after)


def _block(state: _State, text: str, runs: list[_Run]) -> Block:
    owner = state.owners[-1]
    solid = runs if len(runs) == 1 else [run for run in runs if run.text and not run.text.isspace()]
    classes = owner.get("class")
    return Block(
        kind=state.kinds[-1],
        text=text,
        owner=owner,
        align=_align(owner),
        italic=all(run.italic for run in solid),
        bold=all(run.bold for run in solid),
        captionlike=owner.tag == "figcaption" or bool(classes and _CAPTION_CLASS.search(classes)),
        link_chars=sum([len(run.text.strip()) for run in solid if run.link]),
        list=state.lists[0] if state.lists else None,
    )


def _align(element: HtmlElement) -> str | None:
    for _ in range(3):
        style = element.get("style") or ""
        if style and (found := _ALIGN.search(style)):
            return found.group(1).lower()
        value = (element.get("align") or "").lower()
        if value in ("center", "right"):
            return value
        if value or element.tag == "center":
            return "center" if element.tag == "center" else None
        classes = element.get("class")
        if classes and "text" in classes:
            classes = f" {classes} "
            if " text-right " in classes or "right" in classes:
                return "right"
            if " text-center " in classes:
                return "center"
        if "text-align" in style:
            return None
        parent = element.getparent()
        if parent is None or parent.tag in ("td", "body", "html"):
            return None
        element = parent
    return None
