"""Fields and text of an article whose platform is unknown, by structure alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lxml.html import HtmlElement

from crawler.reader import select
from crawler.reader.blocks import Block, Item, Picture
from crawler.reader.boilerplate import is_boilerplate_line
from crawler.reader.bylines import line_byline
from crawler.reader.captions import is_file_name
from crawler.reader.container import (
    JUNK_CHARS,
    PROSE_CHARS,
    Container,
    find_container,
    page_items,
)
from crawler.reader.dates import Published, parse_published
from crawler.reader.document import Document
from crawler.reader.fields import Body, add_surroundings, clean_title, sort_items, without_site
from crawler.reader.opinion import second_opinion
from crawler.reader.repetition import Repeated
from crawler.reader.surroundings import box_of, element_of, section_of
from crawler.text import fold

STAMP_CHARS = 120
TITLE_CHARS = 400
SURE = 0.6  # below this confidence trafilatura is asked for its opinion
_LEAD_NAMES = re.compile(
    r"sapo|lead|summary|hometext|brief|tom-?tat|trich-?yeu|chapeau|description|intro", re.IGNORECASE
)
_STAMP_NAMES = re.compile(r"date|time|publish|ngay|post-?meta|created", re.IGNORECASE)
_TAG_ADDRESS = re.compile(r"/tags?/[^/]+")
# Nobody prints a stamp like this: it is metadata, and often the time of the last edit.
_MACHINE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_HEADINGS = ("h1", "h2", "h3")


@dataclass(slots=True)
class Found:
    """What the structure of the page gives; None where it gives nothing."""

    title: str | None
    lead: str | None
    body: Body
    published: Published | None
    published_raw: str | None
    category: str | None
    tags: list[str]
    method: str
    confidence: float
    page_items: list[Item]


def read_generic(
    document: Document, captured_at: datetime | None, repeated: Repeated | None = None
) -> Found | None:
    """The article on a page, found without a profile; None when there is no prose."""
    items = page_items(document.root)
    title = find_title(document, items)
    container = find_container(items, title, repeated)
    if container is None:
        return None
    method = "blocks"
    if container.confidence < SURE:
        container, method = second_opinion(document, container, repeated)
    stamp, raw = find_stamp(document, container, title, captured_at)
    items = _body_items(container.items, title, raw, captured_at)
    lead, items = _split_lead(items)
    body = sort_items(document, container.element, items)
    box = box_of(container.element, element_of(document.root, title))
    add_surroundings(document, body, box, container.element)
    return Found(
        title,
        lead,
        body,
        stamp,
        raw,
        section_of(document, document.url, title),
        _tags(document),
        method,
        container.confidence,
        container.page_items,
    )


def find_title(document: Document, items: list[Item]) -> str | None:
    """og:title or <title> without the site's name, confirmed by a line of the page itself."""
    headings = [
        text
        for tag in _HEADINGS
        for element in document.root.iter(tag)
        if (text := select.inline_text(element)) and len(text) <= TITLE_CHARS
    ]
    lines = [
        item.text
        for item in items
        if isinstance(item, Block) and len(item.text) <= TITLE_CHARS and not item.link_chars
    ]
    named = document.meta("og:title", "twitter:title") or document.jsonld.get("headline")
    for spoken in (headings, lines):
        said = {fold(text): text for text in reversed(spoken)}
        for candidate in (named, document.head_title):
            short = fold(without_site(candidate, spoken)) if candidate else ""
            if short in said:
                return clean_title(said[short])
        inside = _longest_inside(document.head_title or named, spoken)
        if inside:
            return clean_title(inside)
    if named:
        return clean_title(named)
    first = [select.inline_text(element) for element in document.root.iter("h1")]
    return clean_title(next((text for text in first if text), document.head_title or "")) or None


def _longest_inside(head: str | None, lines: list[str]) -> str | None:
    """The longest line that the page's <title> begins with."""
    if not head:
        return None
    whole = fold(head)
    inside = [line for line in lines if len(line) >= 12 and whole.startswith(fold(line))]
    return max(inside, key=len, default=None)


def find_stamp(
    document: Document, container: Container, title: str | None, captured_at: datetime | None
) -> tuple[Published | None, str | None]:
    """The publish stamp: the readable one nearest to the title, else what the metadata says."""
    candidates = list(_stamp_candidates(document, container, title, captured_at))
    if candidates:
        best = min(candidates, key=lambda entry: entry[0])
        return best[1], best[2]
    for text in _machine_dates(document):
        found = parse_published(text, captured_at)
        if found is not None:
            return found, text
    return None, None


def _stamp_candidates(
    document: Document, container: Container, title: str | None, captured_at: datetime | None
) -> Iterator[tuple[float, Published, str]]:
    """(rank, stamp, text): lower ranks are better. Position decides, as the text alone cannot:
    a date in the page's header is a clock, the same shape beside the title is a stamp."""
    blocks = [item for item in container.page_items if isinstance(item, Block)]
    folded = fold(title) if title else None
    anchor = next((i for i, b in enumerate(blocks) if folded and fold(b.text) == folded), None)
    inside = set(container.element.iter())
    start = next((i for i, b in enumerate(blocks) if b.owner in inside), 0)
    anchor = start if anchor is None else anchor
    end = max((i for i, b in enumerate(blocks) if b.owner in inside), default=anchor)
    for position, block in enumerate(blocks):
        if len(block.text) > STAMP_CHARS or block.link_chars > len(block.text) / 2:
            continue
        if position > end + 12 or position < anchor - 6:
            continue
        found = parse_published(block.text, captured_at)
        if found is None:
            continue
        distance = float(abs(position - anchor))
        rank = distance + (0 if position >= anchor else 4)
        rank -= 3 if found.precision == "minute" else 0
        rank -= 3 if _named(block.owner, _STAMP_NAMES) else 0
        rank += 20 if _MACHINE_TIME.search(block.text) else 0
        yield rank, found, block.text


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


def _named(element: HtmlElement, pattern: re.Pattern[str]) -> bool:
    for _ in range(2):
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        if pattern.search(names):
            return True
        parent = element.getparent()
        if parent is None:
            return False
        element = parent
    return False


def _body_items(
    items: list[Item], title: str | None, raw: str | None, captured_at: datetime | None
) -> list[Item]:
    """The article's items: what stands before its prose and behind its end taken out."""
    items = _after_title(items, title)
    kept: list[Item] = []
    has_prose = any(isinstance(item, Block) and _is_prose(item) for item in items)
    seen_prose, pending, closed = False, False, False
    for item in items:
        if closed and not (isinstance(item, Block) and _is_labelled_byline(item)):
            break
        if isinstance(item, Picture) or is_file_name(item.text):
            kept.append(item)
            pending = True
            continue
        if item.text == raw or (len(item.text) <= JUNK_CHARS and is_boilerplate_line(item.text)):
            if seen_prose and not _prose_follows(items, item):
                break  # a counter or a rating behind the last paragraph: the article is over
            continue
        if not has_prose and not pending and _is_fragment(item):
            continue
        if not seen_prose and _is_head_line(item, title, captured_at, has_prose and not pending):
            continue
        seen_prose = seen_prose or _is_prose(item)
        pending = False
        kept.append(item)
        if seen_prose and _is_labelled_byline(item) and not _prose_follows(items, item, 2):
            closed = True  # the by-line closes the article; notes on copyright come behind it
    return kept


def _is_fragment(block: Block) -> bool:
    """On a page without prose: a few words that are no sentence, a tool or a label."""
    words = len(block.text.split())
    return block.kind in ("p", "h") and words < 6 and not block.text.endswith((".", "!", "?"))


def _is_labelled_byline(block: Block) -> bool:
    return ":" in block.text[:40] and line_byline(block.text) is not None


def _after_title(items: list[Item], title: str | None) -> list[Item]:
    folded = fold(title) if title else None
    for position, item in enumerate(items):
        if isinstance(item, Block) and folded and fold(item.text) == folded:
            if any(isinstance(b, Block) and len(b.text) > 200 for b in items[:position]):
                return items
            return items[position + 1 :]
    return items


def _is_prose(block: Block) -> bool:
    return len(block.text) >= PROSE_CHARS and block.link_chars <= len(block.text) / 2


def _prose_follows(items: list[Item], block: Block, paragraphs: int = 1) -> bool:
    """Whether at least so many paragraphs stand behind this block."""
    position = next(i for i, item in enumerate(items) if item is block)
    after = items[position + 1 :]
    return sum(isinstance(item, Block) and _is_prose(item) for item in after) >= paragraphs


def _is_head_line(
    block: Block, title: str | None, captured_at: datetime | None, before_prose: bool
) -> bool:
    """Whether a line above the first paragraph is no text: the title again, a stamp, a tool."""
    if title and fold(block.text) == fold(title):
        return True
    if len(block.text) <= STAMP_CHARS and parse_published(block.text, captured_at) is not None:
        return True
    return before_prose and len(block.text) < PROSE_CHARS and block.kind == "p"


def _split_lead(items: list[Item]) -> tuple[str | None, list[Item]]:
    """The lead, when the first block's element says that it is one or it alone is all bold."""
    first = next((i for i, item in enumerate(items) if isinstance(item, Block)), None)
    if first is None:
        return None, items
    block = items[first]
    assert isinstance(block, Block)
    others = [item for item in items[first + 1 :] if isinstance(item, Block)]
    if not others or len(block.text) < 40 or block.kind not in ("p", "h"):
        return None, items
    dressed = block.bold and not others[0].bold and len(block.text.split()) <= 150
    if dressed or _named(block.owner, _LEAD_NAMES):
        return block.text, [*items[:first], *items[first + 1 :]]
    return None, items


def _tags(document: Document) -> list[str]:
    found: dict[str, None] = {}
    for element in document.root.iter("a"):
        href = element.get("href") or ""
        is_tag = "tag" in (element.get("rel") or "").split() or _TAG_ADDRESS.search(href)
        if is_tag and (text := select.inline_text(element)):
            found.setdefault(text)
    if not found:
        for content in document.metas.get("article:tag", ()):
            found.setdefault(content)
    return list(found)
