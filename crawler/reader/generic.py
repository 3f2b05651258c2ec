"""Fields and text of an article whose platform is unknown, by structure alone."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime

from lxml.html import HtmlElement

from crawler.reader import select
from crawler.reader.anchor import PROSE_CHARS, unlink_own
from crawler.reader.blocks import Block, Item, Picture
from crawler.reader.boilerplate import is_boilerplate_line
from crawler.reader.bylines import line_byline
from crawler.reader.captions import is_file_name
from crawler.reader.container import JUNK_CHARS, find_container, page_items
from crawler.reader.dates import Published, parse_published
from crawler.reader.document import Document
from crawler.reader.fields import Body, add_surroundings, sort_items
from crawler.reader.leads import LEAD_WORDS, stands_apart
from crawler.reader.opinion import ALONE, second_opinion
from crawler.reader.related import is_site_notice
from crawler.reader.repetition import Repeated, locate
from crawler.reader.stamps import (
    STAMP_CHARS,
    find_stamp,
    impossible_stamp_near,
    is_named,
    with_time,
)
from crawler.reader.surroundings import (
    author_near,
    author_over,
    box_of,
    element_of,
    section_of,
    signature_below,
)
from crawler.reader.titles import find_title, heading_above, is_title, title_over
from crawler.text import fold

SURE = 0.6  # below this confidence trafilatura is asked for its opinion
_LEAD_NAMES = re.compile(
    r"sapo|lead|summary|hometext|brief|tom-?tat|trich-?yeu|chapeau|description|intro", re.IGNORECASE
)
_TAG_ADDRESS = re.compile(r"/tags?/[^/]+")


@dataclass(slots=True)
class Found:
    """What the structure of the page gives; None where it gives nothing."""

    title: str | None
    lead: str | None
    body: Body
    published: Published | None
    bad_stamp: str | None  # a stamp of a day that does not exist, where there is no other
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
    unlink_own(items, document.url)
    locate(items)
    title = find_title(document, items)
    container = find_container(items, title, repeated)
    if container is None:
        return None
    if title is not None and (line := title_over(items, container.items, title)):
        title = line
        container = find_container(items, title, repeated) or container
    if title is None:
        title = heading_above(items, container.items) or document.head_title
        container = find_container(items, title, repeated) or container
    method = ALONE
    if container.confidence < SURE:
        verdict = second_opinion(document, container, repeated)
        container, method = verdict.container, verdict.method
    stamp = find_stamp(document, items, container.element, title, captured_at)
    bad_stamp = impossible_stamp_near(items, title) if stamp is None else None
    page = container.page_items
    items = _body_items(container.items, title, stamp, captured_at)
    heading = element_of(document.root, title)
    lead, items = _split_lead(items, heading)
    body = sort_items(document, container.element, items)
    box = box_of(container.element, heading)
    add_surroundings(document, body, box, container.element)
    first = body.blocks[0].owner if body.blocks else None
    body.author = (
        body.author
        or author_near(box, first)
        or author_over(page, items)
        or signature_below(page, items, box)
    )
    return Found(
        title,
        lead,
        body,
        with_time(stamp, document, container.element) if stamp else None,
        bad_stamp,
        section_of(document, document.url, title),
        _tags(document),
        method,
        container.confidence,
        container.page_items,
    )


def _body_items(
    items: list[Item], title: str | None, stamp: Published | None, captured_at: datetime | None
) -> list[Item]:
    """The article's items: what stands before its prose and behind its end taken out."""
    items = _after_title(items, title)
    folded = fold(title) if title else None
    items = [i for i in items if isinstance(i, Picture) or not is_site_notice(i.text, folded)]
    kept: list[Item] = []
    prose = [n for n, item in enumerate(items) if isinstance(item, Block) and _is_prose(item)]
    has_prose = bool(prose)
    seen_prose, pending, closed = False, False, False
    for position, item in enumerate(items):
        if closed and not (isinstance(item, Block) and _is_labelled_byline(item)):
            break
        if isinstance(item, Picture) or is_file_name(item.text):
            kept.append(item)
            pending = True
            continue
        if _says(item, stamp, captured_at) or (
            len(item.text) <= JUNK_CHARS
            and is_boilerplate_line(item.text)
            and not _is_announced(item, kept)
        ):
            # A counter or a rating behind the last paragraph: only by-lines may still come.
            closed = seen_prose and not _prose_follows(prose, position)
            continue
        if not has_prose and _is_fragment(item) and (not pending or item.text.endswith(":")):
            continue
        if not seen_prose and _is_head_line(item, title, captured_at, has_prose and not pending):
            continue
        seen_prose = seen_prose or _is_prose(item)
        pending = False
        kept.append(item)
        if seen_prose and _is_labelled_byline(item) and not _prose_follows(prose, position, 2):
            closed = True  # the by-line closes the article; notes on copyright come behind it
    return kept


def _is_announced(block: Block, kept: list[Item]) -> bool:
    """Whether the line before, of the same box, ends in a colon: what it announces (a telephone
    number, a heading quoted) is the author's."""
    before = kept[-1] if kept else None
    return (
        isinstance(before, Block)
        and before.text.endswith(":")
        and before.link_chars == block.link_chars == 0
        and before.owner.getparent() is block.owner.getparent()
    )


def _is_fragment(block: Block) -> bool:
    """On a page without prose: a few words that are no sentence, a tool or a label."""
    words = len(block.text.split())
    return block.kind in ("p", "h") and words < 6 and not block.text.endswith((".", "!", "?"))


def _is_labelled_byline(block: Block) -> bool:
    return ":" in block.text[:40] and line_byline(block.text) is not None


def _says(block: Block, stamp: Published | None, captured_at: datetime | None) -> bool:
    """Whether a line is the article's stamp, wherever it stands."""
    if stamp is None or len(block.text) > STAMP_CHARS:
        return False
    found = parse_published(block.text, captured_at)
    return found is not None and found.iso == stamp.iso  # the stamp may be told by a machine's


def _after_title(items: list[Item], title: str | None) -> list[Item]:
    folded = fold(title) if title else None
    for position, item in enumerate(items):
        if isinstance(item, Block) and folded and is_title(item.text, folded):
            if any(isinstance(b, Block) and len(b.text) > 200 for b in items[:position]):
                return items
            return items[position + 1 :]
    return items


def _is_prose(block: Block) -> bool:
    return len(block.text) >= PROSE_CHARS and block.link_chars <= len(block.text) / 2


def _prose_follows(prose: list[int], position: int, paragraphs: int = 1) -> bool:
    """Whether at least so many paragraphs (their places are `prose`) stand behind this place."""
    return len(prose) - bisect_right(prose, position) >= paragraphs


def _is_head_line(
    block: Block, title: str | None, captured_at: datetime | None, before_prose: bool
) -> bool:
    """Whether a line above the first paragraph is no text: the title again, a stamp, a tool."""
    if title and is_title(block.text, fold(title)):
        return True
    if len(block.text) <= STAMP_CHARS and parse_published(block.text, captured_at) is not None:
        return True
    return before_prose and len(block.text) < PROSE_CHARS and block.kind == "p"


def _split_lead(items: list[Item], heading: HtmlElement | None) -> tuple[str | None, list[Item]]:
    """The lead, when the first block is dressed or named as one, or stands apart from the text."""
    first = next((i for i, item in enumerate(items) if not _is_picture_line(items, i)), None)
    if first is None:
        return None, items
    block = items[first]
    assert isinstance(block, Block)
    others = [item for item in items[first + 1 :] if isinstance(item, Block)]
    if not others or len(block.text) < 40 or block.kind not in ("p", "h"):
        return None, items
    dressed = block.bold and not others[0].bold and len(block.text.split()) <= LEAD_WORDS
    if dressed or is_named(block.owner, _LEAD_NAMES) or stands_apart(block, others, heading):
        return block.text, [*items[:first], *items[first + 1 :]]
    return None, items


def _is_picture_line(items: list[Item], position: int) -> bool:
    """Whether here stands a picture, or a line under one that ends as no sentence does."""
    item = items[position]
    if isinstance(item, Picture):
        return True
    under = position > 0 and isinstance(items[position - 1], Picture)
    return under and not item.text.endswith((".", "!", "?", "…", ":", ";"))


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
