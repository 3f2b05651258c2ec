"""The title as an anchor: what stands above it, beside it and between it and the text.

A page may hold more prose than its article: notices, teasers, questions and answers. The title
tells which of it is the article's.
"""

from __future__ import annotations

import re
from itertools import pairwise
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.reader.blocks import Block, Item, Picture
from crawler.reader.titles import has_day_under, is_title

PROSE_CHARS = 60  # a shorter line is a heading, a caption, a menu entry or a by-line
TITLE_WEIGHT = 80.5  # the weight of no paragraph, which is a whole number
HEADING_SHARE = 0.1  # of the prose above a heading with the title that must stand below it
LINE_SHARE = 0.5  # the same for a line that is no heading
OWN_SHARE = 0.4  # of the text that must stand with the title, before what is beside it is judged
FOOT_PROSE = 2  # paragraphs above a last box that is longer; one may be the lead of what is in it
OWN_CHARS = 20  # of a linked headline; a shorter one is a button
LEAD_ITEMS = 12  # blocks and pictures from the title to the body, among which a lead may be
_REACHED = re.compile(
    r"(?:điện thoại|đt|tel|hotline|fax|e-?mail|thư điện tử|địa chỉ|trụ sở)\s*:", re.IGNORECASE
)

Weights = dict[int, float]  # by a block's id: what it counts for the article
Sum = tuple[HtmlElement, float, int]  # element, worth of what stands in it, depth


def unlink_own(items: list[Item], address: str | None) -> None:
    """A headline that leads to its own page, or nowhere, is no link to another piece."""
    own = {"", "#", address, urlsplit(address or "").path or None}
    found: dict[str, list[Block]] = {}
    for item in items:
        if isinstance(item, Picture) or item.link_chars < max(OWN_CHARS, len(item.text)):
            continue
        links = [a.get("href", "").strip() for a in item.owner.iter("a") if a.text_content()]
        if len(links) == 1 and links[0] in own:
            found.setdefault(links[0], []).append(item)
    for blocks in found.values():
        if len(blocks) == 1 and blocks[0].kind != "li":  # several are tabs, or rows of lists
            blocks[0].link_chars = 0


def head_of(blocks: list[Block], title: str | None, weights: Weights) -> int | None:
    """Where the article's title stands: the prose behind it is the article's, not that before it.

    A heading, or a line with a day under it, is believed as soon as prose follows; another line
    that says the title may be its echo in a list or behind the text: most prose must follow.
    """
    if title is None:
        return None
    places = [p for p, b in enumerate(blocks) if not b.link_chars and is_title(b.text, title)]
    good = [max(0.0, weights[id(b)]) if len(b.text) >= PROSE_CHARS else 0.0 for b in blocks]
    for place in sorted(places, key=lambda p: (blocks[p].kind != "h", p)):
        after, before = sum(good[place + 1 :]), sum(good[:place])
        is_head = blocks[place].kind == "h" or has_day_under(blocks[place + 1 : place + 2])
        share = HEADING_SHARE if is_head else LINE_SHARE
        if after > 0 and after >= before * share:
            return place
    return None


def foot_of(blocks: list[Block], head: int) -> list[Block]:
    """The blocks of the page's last box when they tell where the office is to be reached.

    The box does not hold the title (at `head`), and prose of the article stands above it.
    """
    title = {blocks[head].owner, *blocks[head].owner.iterancestors()}
    box = blocks[-1].owner
    if box in title:
        return []
    while (parent := box.getparent()) is not None and parent not in title:
        box = parent
    inside = set(box.iter())
    start = next(at for at, block in enumerate(blocks) if block.owner in inside)
    text, foot = blocks[head + 1 : start], blocks[start:]
    prose = [block for block in text if len(block.text) >= PROSE_CHARS and not block.link_chars]
    is_reached = any(_REACHED.search(block.text) for block in foot)
    is_over = len(prose) >= FOOT_PROSE or (bool(prose) and _length(foot) < _length(text))
    return foot if is_reached and is_over else []


def _length(blocks: list[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def between(
    items: list[Item], head: Block | None, element: HtmlElement, weights: Weights
) -> list[Item]:
    """The prose and pictures between the title and the container: a lead in a box of its own."""
    inside = set(element.iter())
    start = next((p for p, item in enumerate(items) if item is head), None)
    end = next((p for p, item in enumerate(items) if item.owner in inside), len(items))
    if start is None or not start < end <= start + LEAD_ITEMS:
        return []
    return [
        item
        for item in items[start + 1 : end]
        if isinstance(item, Picture) or weights[id(item)] >= PROSE_CHARS
    ]


def other_branches(
    blocks: list[Block], head: int, element: HtmlElement, sums: dict[HtmlElement, Sum]
) -> frozenset[HtmlElement]:
    """Boxes beside the article's own in a container that had to hold both: those that open with
    a heading of their own (questions and answers, notices) and those without any prose, once
    title and most text are found.
    """
    start = blocks[head].owner
    if not any(above is element for above in (start, *start.iterancestors())):
        return frozenset()
    own: HtmlElement | None = start
    while (
        own is not None
        and own is not element
        and _prose_of(own, sums) < sums[element][1] * OWN_SHARE
    ):
        own = own.getparent()
    if own is None or own is element:
        return frozenset()
    path = [own, *own.iterancestors()]
    path = path[: next(i for i, e in enumerate(path) if e is element) + 1]
    level = {above: below for below, above in pairwise(path)}
    seen: set[HtmlElement] = set()
    found: set[HtmlElement] = set()
    for block in blocks[head + 1 :]:
        branch: HtmlElement | None = block.owner
        parent = branch.getparent() if branch is not None else None
        while branch is not None and parent is not None and parent not in level:
            branch, parent = parent, parent.getparent()
        if branch is None or parent is None or branch in seen or branch is level[parent]:
            continue
        seen.add(branch)
        alike = (branch.tag, branch.get("class")) == (level[parent].tag, level[parent].get("class"))
        opens = block.kind == "h" or (block.bold and len(block.text) < PROSE_CHARS)
        worth = sums[branch][1]
        if worth < 0 or (opens and not alike and worth >= PROSE_CHARS):
            found.add(branch)
    return frozenset(found)


def _prose_of(element: HtmlElement, sums: dict[HtmlElement, Sum]) -> float:
    return sums[element][1] - TITLE_WEIGHT if element in sums else 0.0
