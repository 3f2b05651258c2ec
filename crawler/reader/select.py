"""Field sources of a profile, compiled once per process and applied to a document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import cast

from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from crawler.errors import RecordError
from crawler.reader.document import Document
from crawler.text import squeeze

_ATTRIBUTE = re.compile(r"@([\w:-]+)$")


@cache
def selector(css: str) -> CSSSelector:
    """The compiled CSS selector; RecordError if it is none."""
    try:
        return CSSSelector(css, translator="html")
    except Exception as error:  # cssselect raises several unrelated classes
        raise RecordError(f"{css!r} in a platform profile is no CSS selector: {error}") from error


def find(root: HtmlElement, css: str) -> list[HtmlElement]:
    """All elements that the selector finds below the root, in document order."""
    return cast("list[HtmlElement]", selector(css)(root))


def elements(root: HtmlElement, sources: tuple[str, ...]) -> Iterator[HtmlElement]:
    """Elements that the sources find, source by source, each in document order."""
    for source in sources:
        if source.startswith(("meta:", "jsonld:")):
            continue
        yield from find(root, _ATTRIBUTE.sub("", source))


def first_source(root: HtmlElement, sources: tuple[str, ...]) -> list[HtmlElement]:
    """All elements of the first source that finds any."""
    for source in sources:
        if found := list(elements(root, (source,))):
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
            for element in find(document.root, _ATTRIBUTE.sub("", source)):
                text = element.get(attribute.group(1)) if attribute else inline_text(element)
                if text and (text := squeeze(text)):
                    yield text


def first_value(document: Document, sources: tuple[str, ...]) -> str | None:
    """The first non-empty text of the sources, or None."""
    return next(values(document, sources), None)


def inline_text(element: HtmlElement) -> str:
    """The text of an element on one line; scripts and styles left out, blocks kept apart."""
    parts: list[str] = []
    passed: set[HtmlElement] = set()
    for node in element.iter():
        if passed and node in passed:
            continue
        if not isinstance(node.tag, str) or node.tag in ("script", "style", "noscript"):
            passed.update(node.iterdescendants())
            if node is not element and node.tail:
                parts.append(node.tail)
            continue
        if node.tag in BREAKING and node is not element:
            parts.append(" ")
        if node.text:
            parts.append(node.text)
        if node is not element and node.tail:
            if node.tag in BREAKING:
                parts.append(" ")
            parts.append(node.tail)
    return squeeze("".join(parts))


BREAKING = frozenset(
    ("br", "p", "div", "li", "tr", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "dd", "dt")
)
