"""A vote on the text where our own confidence is low: ours, trafilatura's and jusText's.

Both are slow (twice and once the time of the whole reading), and on pages where we are sure both
are worse: only doubtful pages are shown to them, jusText only where the other two disagree.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from crawler.reader.blocks import Block, Item
from crawler.reader.container import Container, around_title
from crawler.reader.document import Document
from crawler.reader.repetition import Repeated
from crawler.text import fold

AGREE = 0.7  # share of common text above which two opinions are one
MIN_CHARS = 40  # shorter lines are in too many places to tell where an article stands
# Both take the square of a page's blocks and of its levels in time, and no article needs so many.
MAX_BLOCKS = 2_000
MAX_CHARS = 500_000
MAX_ELEMENTS = 20_000
MAX_LEVELS = 150
# Ways in which a text was found; the caller writes them into `text_method`.
ALONE = "blocks"  # nobody was asked
WITH_TRAFILATURA = "blocks+trafilatura"  # the two agree: ours stays
WITH_JUSTEXT = "blocks+justext"  # jusText sided with us
AGAINST_US = "trafilatura+justext"  # the two agree on another text
UNDECIDED = "title"  # no two agree on any text: what stands by the title


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the vote came to."""

    container: Container
    method: str


def second_opinion(document: Document, own: Container, repeated: Repeated | None = None) -> Verdict:
    """The text that most of the three take for the article.

    Their lines are looked up among the page's blocks. Short lines and pictures go with the blocks
    around them. Text that only one of them sees is none: what stands by the title is left then (a
    picture, a file), or ours where nothing does.
    """
    if _is_monstrous(document.root, own.page_items):
        return Verdict(own, ALONE)
    blocks = [
        item
        for item in own.page_items
        if isinstance(item, Block)
        and len(item.text) >= MIN_CHARS
        and not (repeated is not None and repeated(item))
    ]
    taken = {id(item) for item in own.items}
    ours = [block for block in blocks if id(block) in taken]
    first = _found(blocks, _trafilatura_lines(document.root))
    if _agreement(ours, first) >= AGREE:
        return Verdict(own, WITH_TRAFILATURA)
    second = _found(blocks, _justext_lines(document.root))
    votes = {id(b): 0 for b in blocks}
    for opinion in (ours, first, second):
        for block in opinion:
            votes[id(block)] += 1
    elected = [block for block in blocks if votes[id(block)] >= 2]
    if not elected:
        return Verdict(around_title(own) or own, UNDECIDED)
    return Verdict(_elect(own, elected), _winners(ours, first, second))


def _is_monstrous(root: HtmlElement, items: list[Item]) -> bool:
    """Whether a page is so large or so deep that an opinion on it would cost seconds."""
    sizes = [len(item.text) for item in items if isinstance(item, Block)]
    if len(sizes) > MAX_BLOCKS or sum(sizes) > MAX_CHARS:
        return True
    level = 0
    for number, (event, _) in enumerate(etree.iterwalk(root, events=("start", "end"))):
        level += 1 if event == "start" else -1
        if level > MAX_LEVELS or number > 2 * MAX_ELEMENTS:
            return True
    return False


def _winners(ours: list[Block], first: list[Block], second: list[Block]) -> str:
    pairs = {
        WITH_TRAFILATURA: _agreement(ours, first),
        WITH_JUSTEXT: _agreement(ours, second),
        AGAINST_US: _agreement(first, second),
    }
    return max(pairs, key=lambda name: pairs[name])


def _elect(own: Container, elected: list[Block]) -> Container:
    """The container with the elected blocks, and the short lines and pictures of ours."""
    wanted = {id(block) for block in elected}
    taken = {id(item) for item in own.items}
    items: list[Item] = [
        item
        for item in own.page_items
        if id(item) in wanted
        or (id(item) in taken and not (isinstance(item, Block) and len(item.text) >= MIN_CHARS))
    ]
    element = _around([block.owner for block in elected], own.element)
    return replace(own, element=element, items=items)


def _found(blocks: Iterable[Block], lines: set[str]) -> list[Block]:
    return [block for block in blocks if fold(block.text) in lines]


def _agreement(one: list[Block], other: list[Block]) -> float:
    """The share of the text of either that both have; 0 when neither has any."""
    sizes = {id(block): len(block.text) for block in (*one, *other)}
    common = {id(block) for block in one} & {id(block) for block in other}
    total = sum(sizes.values())
    return sum(sizes[key] for key in common) / total if total else 0.0


def _trafilatura_lines(root: HtmlElement) -> set[str]:
    """trafilatura's text of the page as folded lines; empty when it finds none."""
    # Slow to import, and most pages never need it.
    from trafilatura import bare_extraction  # noqa: PLC0415

    found = bare_extraction(
        _copy(root), fast=True, include_comments=False, include_tables=True, with_metadata=False
    )
    text = found.text if found is not None and hasattr(found, "text") else None
    return {fold(line) for line in (text or "").splitlines() if len(line) >= MIN_CHARS}


def _justext_lines(root: HtmlElement) -> set[str]:
    """What jusText takes for text, as folded lines: long blocks with Vietnamese stop words in
    them, and their neighbours."""
    # Slow to import, and most pages never need it.
    from justext.core import (  # noqa: PLC0415
        ParagraphMaker,
        classify_paragraphs,
        preprocessor,
        revise_paragraph_classification,
    )
    from justext.utils import get_stoplist  # noqa: PLC0415

    clean: Callable[[HtmlElement], HtmlElement] = preprocessor
    paragraphs: list[Any] = ParagraphMaker.make_paragraphs(clean(_copy(root)))
    classify_paragraphs(paragraphs, get_stoplist("Vietnamese"))
    revise_paragraph_classification(paragraphs)
    return {fold(p.text) for p in paragraphs if not p.is_boilerplate and len(p.text) >= MIN_CHARS}


def _copy(root: HtmlElement) -> HtmlElement:
    """Both change the tree that they are given."""
    prepared = copy.deepcopy(root)
    prepared.tail = None  # a copy keeps the tail, and with it text from outside
    return prepared


def _around(elements: list[HtmlElement], fallback: HtmlElement) -> HtmlElement:
    """The smallest element around all of these."""
    first, *others = elements
    around = set.intersection(*({e, *e.iterancestors()} for e in others)) if others else {first}
    return next((e for e in (first, *first.iterancestors()) if e in around), fallback)
