"""A second opinion on the container, from trafilatura, where our own confidence is low."""

from __future__ import annotations

import copy
from dataclasses import replace

from lxml.html import HtmlElement

from crawler.reader.blocks import Block, Item
from crawler.reader.container import Container, items_inside
from crawler.reader.document import Document
from crawler.reader.repetition import Repeated
from crawler.text import fold

AGREE = 0.7  # share of common text above which the two opinions are one
MIN_CHARS = 40  # shorter lines are in too many places to tell where an article stands


def second_opinion(
    document: Document, own: Container, repeated: Repeated | None = None
) -> tuple[Container, str]:
    """The better of two containers and the method's name.

    trafilatura's lines are looked up among the page's blocks. Where both agree, ours stays. Where
    it found text that ours lacks, the container is the smallest element that holds both, so
    that no paragraph that either of them takes for the article is lost.
    """
    lines = _trafilatura_lines(document.root)
    if not lines:
        return own, "blocks"
    blocks = [
        item
        for item in own.page_items
        if isinstance(item, Block)
        and len(item.text) >= MIN_CHARS
        and not (repeated is not None and repeated(item))
    ]
    theirs = [block for block in blocks if fold(block.text) in lines]
    inside = set(own.element.iter())
    ours = [block for block in blocks if block.owner in inside]
    common = sum(len(block.text) for block in theirs if block.owner in inside)
    total = sum(len(block.text) for block in {id(b): b for b in [*ours, *theirs]}.values())
    if not theirs or total == 0 or common >= total * AGREE:
        return own, "blocks"
    element = _common_ancestor([block.owner for block in theirs])
    if element is None or element.tag in ("html", "body"):
        return own, "blocks"
    if common == 0 and sum(len(b.text) for b in theirs) < sum(len(b.text) for b in ours):
        return own, "blocks"
    wanted = {fold(block.text) for block in theirs}
    items: list[Item] = [
        item
        for item in items_inside(own.page_items, element, own.dropped)
        if not isinstance(item, Block)
        or len(item.text) < MIN_CHARS
        or fold(item.text) in wanted
        or item.owner in inside
    ]
    return replace(own, element=element, items=items), "blocks+trafilatura"


def _trafilatura_lines(root: HtmlElement) -> set[str]:
    """trafilatura's text of the page as folded lines; empty when it finds none."""
    # Slow to import, and most pages never need it.
    from trafilatura import bare_extraction  # noqa: PLC0415

    prepared = copy.deepcopy(root)
    prepared.tail = None  # a copy keeps the tail, and with it text from outside
    found = bare_extraction(
        prepared, fast=True, include_comments=False, include_tables=True, with_metadata=False
    )
    text = found.text if found is not None and hasattr(found, "text") else None
    return {fold(line) for line in (text or "").splitlines() if len(line) >= MIN_CHARS}


def _common_ancestor(elements: list[HtmlElement]) -> HtmlElement | None:
    if not elements:
        return None
    chains = [[element, *element.iterancestors()] for element in elements]
    common = [
        element
        for element in chains[0]
        if all(any(element is other for other in chain) for chain in chains[1:])
    ]
    return common[0] if common else None
