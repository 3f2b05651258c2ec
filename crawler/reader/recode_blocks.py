"""The text of a page as blocks of slots that can be written back: what a run of words spans.

A word may be spread over elements (`<b>H</b>éi`), so words are looked for in whole blocks, and
changes are written to the text, tail or attribute that each part came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree
from lxml.html import HtmlElement

# Within these a word goes on; so it does in the tags of Word (<o:p>, <st1:place>).
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code del em font i img ins kbd mark q s samp small span"
    " strike strong sub sup tt u var wbr".split()
)
_NO_TEXT = frozenset(("script", "style", "textarea", "template", "svg", "math"))
# Attributes that hold words of the page; of meta tags only those that are not addresses.
_WORDY = ("alt", "title", "content")
_FAMILY = re.compile(r"font(?:-family)?\s*:[^;]*?[\"']?(\.vn[\w ]*|vni[- ][\w -]*)", re.IGNORECASE)


@dataclass(slots=True)
class Slot:
    """A text, tail or attribute of an element; `start` is its place in the block's text.

    `font`: the encoding that the named font shows ("tcvn3", "vni"). `capitals`: it shows small
    letters as capitals.
    """

    element: HtmlElement
    name: str
    text: str
    start: int
    font: str | None = None
    capitals: bool = False

    def write(self, text: str) -> bool:
        """Put the text where the slot is; False where the tree cannot hold it."""
        try:
            if self.name == "text":
                self.element.text = text
            elif self.name == "tail":
                self.element.tail = text
            else:
                self.element.set(self.name, text)
        except ValueError:
            return False  # a control character that only the parser lets in
        self.text = text
        return True


@dataclass(slots=True)
class Block:
    """A run of text that stands on its own, in parts."""

    slots: list[Slot] = field(default_factory=list)
    text: str = ""


def blocks_of(root: HtmlElement, max_chars: int) -> Iterator[Block]:
    """Every block of the page that holds more than ASCII, attributes included, to a limit."""
    collector = _Collector(max_chars)
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        if event == "end":
            collector.leave(element)
            if tag != "br" and _ends_block(tag):
                yield from collector.flush()
            if element is not root:
                collector.add(element, "tail", element.tail)
        elif not isinstance(tag, str):
            walker.skip_subtree()
        else:
            yield from collector.attributes(element, tag)
            if tag == "br":
                collector.gap()
            elif _ends_block(tag):
                yield from collector.flush()
            if tag in _NO_TEXT:
                walker.skip_subtree()
            else:
                collector.enter(element)
                collector.add(element, "text", element.text)
        if collector.room <= 0:
            break
    yield from collector.flush()


def _ends_block(tag: object) -> bool:
    return isinstance(tag, str) and tag not in _INLINE and ":" not in tag


class _Collector:
    """What the walk gathers: the parts of the block so far, and the fonts that are open. `room`
    is how many more characters it takes."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.fonts: list[tuple[HtmlElement, str | None, bool]] = []
        self._parts: list[str] = []
        self._slots: list[Slot] = []
        self._length = 0

    def enter(self, element: HtmlElement) -> None:
        face = element.get("face")
        style = element.get("style")
        if face is None and (style is None or "font" not in style.lower()):
            return
        found = _FAMILY.search(f"font:{face}" if face is not None else style or "")
        family = found.group(1).strip().lower() if found else ""
        if family.startswith("."):
            self.fonts.append((element, "tcvn3", family.endswith("h")))
        elif family:
            self.fonts.append((element, "vni", False))
        elif face is not None or _names_family(style or ""):
            self.fonts.append((element, None, False))

    def leave(self, element: HtmlElement) -> None:
        if self.fonts and self.fonts[-1][0] is element:
            self.fonts.pop()

    def add(self, element: HtmlElement, name: str, text: str | None) -> None:
        if not text:
            return
        self.room -= len(text)
        if self.room < 0:
            return
        _, font, capitals = self.fonts[-1] if self.fonts else (None, None, False)
        self._slots.append(Slot(element, name, text, self._length, font, capitals))
        self._parts.append(text)
        self._length += len(text)

    def gap(self) -> None:
        """A line break: it parts words, and no more."""
        self._parts.append("\n")
        self._length += 1

    def flush(self) -> Iterator[Block]:
        text = "".join(self._parts)
        if not text.isascii():
            yield Block(self._slots, text)
        self._parts, self._slots, self._length = [], [], 0

    def attributes(self, element: HtmlElement, tag: str) -> Iterator[Block]:
        for name in _WORDY:
            value = element.get(name)
            if value and not value.isascii() and (name != "content" or tag == "meta"):
                yield Block([Slot(element, name, value, 0)], value)


def _names_family(style: str) -> bool:
    return "font-family" in style.lower()
