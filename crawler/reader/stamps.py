"""The publish stamp of an article whose platform keeps it in no known place.

Position decides, as the text alone cannot: a date in the page's header is a clock, the same shape
beside the title is a stamp.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from lxml.html import HtmlElement

from crawler.reader import select
from crawler.reader.blocks import Block, Item
from crawler.reader.dates import Published, parse_published
from crawler.reader.document import Document
from crawler.reader.titles import title_key
from crawler.text import fold

STAMP_CHARS = 120
BEFORE_TITLE = 6  # lines above the title among which a stamp may stand
BEHIND_END = 12  # lines below the article's end: some platforms print it under the text
_STAMP_NAMES = re.compile(r"date|time|publish|ngay|post-?meta|created", re.IGNORECASE)
# Nobody prints a stamp like this: it is metadata, and often the time of the last edit.
_MACHINE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


def find_stamp(
    document: Document,
    items: list[Item],
    container: HtmlElement,
    title: str | None,
    captured_at: datetime | None,
) -> Published | None:
    """The readable stamp nearest to the title, else what the page states for machines.

    `items` are those of the whole page, `container` holds the article's text.
    """
    candidates = _candidates(items, container, title, captured_at)
    best = min(candidates, key=lambda entry: entry[0], default=None)
    if best is not None:
        return best[1]
    found = (parse_published(text, captured_at) for text in _machine_dates(document))
    return next((stamp for stamp in found if stamp is not None), None)


def _candidates(
    items: list[Item], container: HtmlElement, title: str | None, captured_at: datetime | None
) -> Iterator[tuple[float, Published]]:
    """(rank, stamp): lower ranks are better. Lines of links do not count as distance."""
    blocks = [b for b in items if isinstance(b, Block) and b.link_chars <= len(b.text) / 2]
    inside = set(container.iter())
    within = [position for position, block in enumerate(blocks) if block.owner in inside]
    if not within:
        return
    folded = fold(title) if title else None
    titles = [p for p, block in enumerate(blocks) if folded and title_key(block.text) == folded]
    anchor = titles[0] if titles else within[0]
    for position in range(max(0, anchor - BEFORE_TITLE), min(len(blocks), within[-1] + BEHIND_END)):
        block = blocks[position]
        found = parse_published(block.text, captured_at) if _is_short(block) else None
        if found is None:
            continue
        rank = float(abs(position - anchor)) + (0 if position >= anchor else 4)
        rank -= 3 if found.precision == "minute" else 0
        rank -= 3 if is_named(block.owner, _STAMP_NAMES) else 0
        rank += 20 if _MACHINE_TIME.search(block.text) else 0
        yield rank, found


def _is_short(block: Block) -> bool:
    return len(block.text) <= STAMP_CHARS


def _machine_dates(document: Document) -> Iterator[str]:
    """Dates that the page states for machines; the microdata last, as it often is the last edit."""
    for name in ("article:published_time", "dc.date", "dc.date.issued", "pubdate", "date"):
        yield from document.metas.get(name, ())
    if value := document.jsonld.get("datePublished"):
        yield value
    for element in document.root.iter("time"):
        if value := element.get("datetime"):
            yield value
    for element in document.root.iter("span", "meta", "div", "time"):
        if element.get("itemprop") == "datePublished":
            yield element.get("content") or select.inline_text(element)


def is_named(element: HtmlElement, pattern: re.Pattern[str]) -> bool:
    """Whether the element's or its parent's class or id says so."""
    for _ in range(2):
        if pattern.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
            return True
        parent = element.getparent()
        if parent is None:
            return False
        element = parent
    return False
