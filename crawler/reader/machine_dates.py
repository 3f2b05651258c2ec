"""Dates that a page states for machines: meta tags, JSON-LD, `<time>`, microdata."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from lxml.html import HtmlElement

from crawler.reader import select
from crawler.reader.dates import Published, parse_published
from crawler.reader.document import Document

# Of publishing by its name: article:published_time, pubdate, DC.date.issued, datePublished …
_PUBLISHED = re.compile(r"publi[sc]|pub-?_?date|issued|date\.?created|^(?:dc\.)?date$", re.I)
_EDITED = re.compile(r"modif|updat|expir|valid|copyright|birth|event|start|end|sort", re.I)
_SURE = ("article:published_time", "og:article:published_time")
_MICRODATA = "datepublished"
_FOREIGN_TAGS = frozenset(("aside", "footer", "nav"))


def machine_dates(
    document: Document,
    container: HtmlElement,
    captured_at: datetime | None = None,
    *,
    edits: bool = True,
) -> Iterator[Published]:
    """The times of publishing that the page states, the most trusted first.

    Microdata comes last: on some platforms it is the time of the last edit; without `edits` it
    is left out.
    """
    texts = [*_named(document), *_times(document, container)]
    if edits:
        texts.extend(_microdata(document))
    for text in texts:
        found = parse_published(text, captured_at)
        if found is not None and "relative" not in found.flags:
            yield found


def _named(document: Document) -> Iterator[str]:
    for name in _SURE:
        yield from document.metas.get(name, ())
    if value := document.jsonld.get("datePublished"):
        yield value
    for name, contents in document.metas.items():
        if (
            name not in (*_SURE, _MICRODATA)
            and _PUBLISHED.search(name)
            and not _EDITED.search(name)
        ):
            yield from contents


def _times(document: Document, container: HtmlElement) -> Iterator[str]:
    """`<time datetime>` of the article: those of side columns and of other articles left out."""
    article = next(container.iterancestors("article"), None)
    scope = article if article is not None else document.root
    for element in scope.iter("time"):
        value = element.get("datetime")
        foreign = any(above.tag in _FOREIGN_TAGS for above in element.iterancestors())
        if value and not foreign and not _is_edit(element):
            yield value


def _is_edit(element: HtmlElement) -> bool:
    names = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
    return bool(_EDITED.search(names)) and not _PUBLISHED.search(names)


def _microdata(document: Document) -> Iterator[str]:
    for element in document.root.iter("span", "meta", "div", "time"):
        if (element.get("itemprop") or "").lower() == _MICRODATA:
            yield element.get("content") or select.inline_text(element)
