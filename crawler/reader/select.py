"""Field sources of a profile, compiled once per process and applied to a document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import cast

from lxml import etree
from lxml.html import HtmlElement

from crawler.reader.css import compiled
from crawler.reader.document import Document
from crawler.text import squeeze

_ATTRIBUTE = re.compile(r"@([\w:-]+)$")


def elements(
    document: Document, sources: tuple[str, ...], root: HtmlElement | None = None
) -> Iterator[HtmlElement]:
    """Elements below the root (the whole page without one), source by source, in order."""
    for source in sources:
        if source.startswith(("meta:", "jsonld:")):
            continue
        css = _ATTRIBUTE.sub("", source)
        if root is not None:
            yield from _search(document, css, root)
            continue
        # Author and source, title and heading are often asked of the same place.
        if css not in document.selected:
            document.selected[css] = _search(document, css, document.root)
        yield from document.selected[css]


def _search(document: Document, css: str, root: HtmlElement) -> list[HtmlElement]:
    selector = compiled(css)
    # A look at the text is cheaper than a search of the tree, and most fields of a platform are
    # missing on most of its pages.
    if not all(name in document.markup for name in selector.needs):
        return []
    return selector.find(root)


def first_source(document: Document, sources: tuple[str, ...]) -> list[HtmlElement]:
    """All elements of the first source that finds any."""
    for source in sources:
        if found := list(elements(document, (source,))):
            return found
    return []


def values(document: Document, sources: tuple[str, ...]) -> Iterator[str]:
    """Non-empty texts that the sources give, in order: meta, JSON-LD, attribute or text."""
    for source in sources:
        if source.startswith("meta:"):
            yield from (text for text in document.metas.get(source[5:].lower(), ()) if text)
        elif source.startswith("jsonld:"):
            if text := document.jsonld.get(source[7:]):
                yield text
        else:
            attribute = _ATTRIBUTE.search(source)
            for element in elements(document, (source,)):
                text = element.get(attribute.group(1)) if attribute else inline_text(element)
                if text and (text := squeeze(text)):
                    yield text


def first_value(document: Document, sources: tuple[str, ...]) -> str | None:
    """The first non-empty text of the sources, or None."""
    return next(values(document, sources), None)


def inline_text(element: HtmlElement) -> str:
    """The text of an element on one line; scripts and styles left out, blocks kept apart."""
    if not _speaks(element):
        return ""
    if not len(element):
        return squeeze(element.text or "")
    if element.tag in _BRIEF and is_large(element):
        return ""
    return _walked_text(element)


def _walked_text(element: HtmlElement) -> str:
    parts = [element.text or ""]
    # By hand and not by recursion: pages nest two thousand levels deep.
    above = [element]
    children = [iter(element)]
    while children:
        if len(above) > MAX_LEVELS:
            return _deep_text(element)
        node = next(children[-1], None)
        if node is None:
            children.pop()
            node = above.pop()
            if node is element:
                break
        elif _speaks(node):
            if node.tag in BREAKING:
                parts.append(" ")
            if node.text:
                parts.append(node.text)
            if len(node):
                above.append(node)
                children.append(iter(node))
                continue
        if node.tag in BREAKING:
            parts.append(" ")
        if node.tail:
            parts.append(node.tail)
    return squeeze("".join(parts))


def is_large(element: HtmlElement) -> bool:
    """Whether an element holds more than any line of text, label or link does."""
    return next(islice(element.iter(), BRIEF_ELEMENTS, None), None) is not None


def _deep_text(element: HtmlElement) -> str:
    """The text of an element that nests deeply, gathered by libxml2; every piece of it is a word
    of its own where anything in it breaks a line."""
    breaks = next(element.iterdescendants(*_SILENT, *BREAKING), None) is not None
    return squeeze((" " if breaks else "").join(cast("list[str]", _pieces(element))))


def _speaks(element: HtmlElement) -> bool:
    return isinstance(element.tag, str) and element.tag not in _SILENT


_SILENT = frozenset(("script", "style", "noscript"))
MAX_LEVELS = 60  # nobody writes deeper; where a thousand links stand in one another, all are asked
# A link or heading that holds more than this was left open and holds the page: it says nothing.
_BRIEF = frozenset(("a", "h1", "h2", "h3", "h4", "h5", "h6", "legend"))
BRIEF_ELEMENTS = 500
_pieces = etree.XPath(
    "descendant::text()[not(parent::script or parent::style or parent::noscript)]",
    smart_strings=False,
)
BREAKING = frozenset(
    ("br", "p", "div", "li", "tr", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "dd", "dt")
)
