"""What a page says about other pieces, in whole sentences: teasers and readers' comments.

A menu is told by its links. A teaser is prose as good as the article's, and a page may hold more
of it than of the article. What gives it away is its place: a headline that leads elsewhere stands
over it, again and again in boxes of one kind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from lxml.html import HtmlElement

from crawler.reader.blocks import Block
from crawler.reader.related import is_related_heading
from crawler.text import fold

HEADLINE_CHARS = 15  # shorter links are tools and sections
HEADLINE_LINK_SHARE = 0.8
LABEL_CHARS = 40  # a day, a section or "Chi tiết" beside a headline
TEASER_CHARS = 900  # more text under one headline is a piece of its own
LIST_BLOCKS = 12  # from the heading of a list of other news down to an entry of it
MIN_ENTRIES = 3  # two linked headings may be an article's own sections
CLIMB = 8  # levels from a headline up to the box of its entry
_HEADING_TAGS = frozenset(("h2", "h3", "h4", "h5", "h6", "dt"))
_INSET_TAGS = frozenset(("div", "aside", "blockquote", "section", "table"))
_COMMENTS = re.compile(
    r"(cac |gui |danh sach |xem )?(binh luan|y kien( (ban doc|phan hoi|doc gia|binh luan))?"
    r"|phan hoi|comments?)( cua ban( doc)?)?( ?\(?\d+\)?)?:?"
)


def foreign_blocks(blocks: Sequence[Block], title: str | None) -> set[int]:
    """Positions of the blocks that belong to teasers and comments.

    `title` is the folded title: an entry that bears it is the article itself.
    """
    return _teasers(blocks, title) | _comments(blocks, title)


def _is_headline(block: Block) -> bool:
    length = len(block.text)
    return length >= HEADLINE_CHARS and block.link_chars >= length * HEADLINE_LINK_SHARE


def _teasers(blocks: Sequence[Block], title: str | None) -> set[int]:
    sections = _sections(blocks)
    heads = [p for p, b in enumerate(blocks) if _is_headline(b) and b.text not in sections]
    bearing = [p for p in heads if _has_text_below(blocks, p, sections)]
    if not bearing:
        return set()
    beneath: Counter[HtmlElement] = Counter()
    for position in heads:
        for element in _above(blocks[position].owner):
            beneath[element] += 1
    entries = {p: _entry(blocks[p].owner, beneath) for p in bearing}
    kinds = Counter(_kind(entry) for entry in entries.values())
    found: set[int] = set()
    for position, entry in entries.items():
        if title and fold(blocks[position].text) == title:
            continue
        if kinds[_kind(entry)] >= MIN_ENTRIES:
            flat = entry is blocks[position].owner and _is_alone(blocks, position)
            if flat and entry.tag not in _HEADING_TAGS:
                continue
            found |= _until_next(blocks, position) if flat else _inside(blocks, position, entry)
        elif (listed := _listed_box(blocks, position, found)) is not None:
            found |= _inside(blocks, position, listed)
        elif _is_linked_twice(blocks[position], blocks[position + 1]) or _is_inset(
            blocks, position
        ):
            box = _box_with(blocks[position].owner, blocks[position + 1].owner)
            found |= _inside(blocks, position, box) if box is not None else set()
    return found


def _sections(blocks: Sequence[Block]) -> frozenset[str]:
    """Short lines of links that are said again and again: the name of a section beside every
    headline, which is no headline itself."""
    links = (b.text for b in blocks if len(b.text) <= LABEL_CHARS and _is_link(b))
    return frozenset(text for text, times in Counter(links).items() if times >= MIN_ENTRIES)


def _is_link(block: Block) -> bool:
    return block.link_chars > len(block.text) / 2


def _has_text_below(blocks: Sequence[Block], position: int, sections: frozenset[str]) -> bool:
    """Whether a headline is followed by text, with at most a day or a label between."""
    for block in blocks[position + 1 : position + 3]:
        if _is_link(block) and block.text not in sections:
            return False
        if len(block.text) > LABEL_CHARS:
            return True
    return False


def _listed_box(blocks: Sequence[Block], position: int, others: set[int]) -> HtmlElement | None:
    """The box of a headline and its text under "Tin liên quan", where one is enough: it holds
    neither that heading nor a thing above it. `others` are the entries before it."""
    text = next(b for b in blocks[position + 1 : position + 3] if len(b.text) > LABEL_CHARS)
    box = _box_with(blocks[position].owner, text.owner)
    for at in range(position - 1, max(-1, position - 1 - LIST_BLOCKS), -1):
        above = blocks[at]
        if is_related_heading(above.text):
            if box is None or not _is_in(above.owner, box):
                return box
            return box if _opens(blocks, at, box) else None
        if at not in others and len(above.text) > LABEL_CHARS and not _is_link(above):
            return None
    return None


def _opens(blocks: Sequence[Block], position: int, box: HtmlElement) -> bool:
    """Whether a heading is the first line of a box that holds no more than a list of teasers."""
    if position and _is_in(blocks[position - 1].owner, box):
        return False
    inside = [block for block in blocks[position:] if _is_in(block.owner, box)]
    return sum(len(block.text) for block in inside) <= TEASER_CHARS


def _is_inset(blocks: Sequence[Block], position: int) -> bool:
    """Whether a headline and its text alone fill a box that stands between paragraphs."""
    box = _box_with(blocks[position].owner, blocks[position + 1].owner)
    parent = box.getparent() if box is not None else None
    if box is None or parent is None or box.tag not in _INSET_TAGS:
        return False
    near = (*blocks[max(0, position - 1) : position], *blocks[position + 2 : position + 3])
    return (
        len(near) == 2
        and len(blocks[position + 1].text) <= TEASER_CHARS / 2
        and all(b.owner.getparent() is parent and len(b.text) > LABEL_CHARS for b in near)
        and not any(_is_link(b) for b in near)
    )


def _above(element: HtmlElement) -> list[HtmlElement]:
    """The element and what it stands in, some levels up."""
    chain: list[HtmlElement] = []
    current: HtmlElement | None = element
    while current is not None and len(chain) < CLIMB and current.tag not in ("body", "html"):
        chain.append(current)
        current = current.getparent()
    return chain


def _entry(element: HtmlElement, beneath: Counter[HtmlElement]) -> HtmlElement:
    """The largest element around a headline that holds no other."""
    entry = element
    for candidate in _above(element):
        if beneath[candidate] > 1:
            break
        entry = candidate
    return entry


def _kind(entry: HtmlElement) -> tuple[HtmlElement | None, str]:
    """Entries of one list have a parent and a tag in common; classes may alternate."""
    return entry.getparent(), str(entry.tag)


def _is_alone(blocks: Sequence[Block], position: int) -> bool:
    """Whether a headline's element holds the headline and nothing else."""
    return blocks[position + 1].owner is not blocks[position].owner


def _inside(blocks: Sequence[Block], position: int, entry: HtmlElement) -> set[int]:
    """The headline and all behind it in its entry, when that is no more than a teaser."""
    if any(
        len(block.text) > LABEL_CHARS and _is_in(block.owner, entry)
        for block in blocks[max(0, position - 3) : position]
    ):
        return set()  # text stands above the headline: a box that ends in a link
    found = {position}
    chars = 0
    for at in range(position + 1, len(blocks)):
        if not _is_in(blocks[at].owner, entry):
            break
        found.add(at)
        chars += len(blocks[at].text)
    return found if chars <= TEASER_CHARS else set()


def _until_next(blocks: Sequence[Block], position: int) -> set[int]:
    """A headline in the flow and the text under it: one paragraph, labels beside it."""
    found = {position}
    for at in range(position + 1, min(position + 4, len(blocks))):
        block = blocks[at]
        if block.kind == "h" or _is_headline(block) or len(block.text) > TEASER_CHARS:
            break
        found.add(at)
        if len(block.text) > LABEL_CHARS:
            break
    return found


def _is_in(element: HtmlElement, box: HtmlElement) -> bool:
    return element is box or any(above is box for above in element.iterancestors())


def _is_linked_twice(head: Block, text: Block) -> bool:
    """Whether picture and headline lead to one address: a teaser even when it stands alone."""
    box = _box_with(head.owner, text.owner)
    for around in () if box is None else (box, box.getparent()):
        if around is None:
            break
        pictured = {
            a.get("href") for a in around.iter("a") if next(a.iter("img"), None) is not None
        }
        spoken = {a.get("href") for a in around.iter("a") if "".join(a.itertext()).strip()}
        if (pictured & spoken) - {None, "", "#"} and len(spoken) == 1:
            return True
    return False


def _box_with(first: HtmlElement, second: HtmlElement) -> HtmlElement | None:
    """The smallest element around both, when it and they are near."""
    near = _above(second)
    return next((e for e in _above(first)[:4] if any(e is other for other in near[:4])), None)


def _comments(blocks: Sequence[Block], title: str | None) -> set[int]:
    """What stands behind a heading for comments in the same box, once the article was told."""
    start = next((p for p, b in enumerate(blocks) if title and fold(b.text) == title), -1) + 1
    told = False
    for position in range(start, len(blocks)):
        block = blocks[position]
        length = len(block.text)
        if told and length <= LABEL_CHARS and _COMMENTS.fullmatch(fold(block.text)):
            box = block.owner.getparent()
            behind = range(position + 1, len(blocks)) if box is not None else ()
            return {position} | {at for at in behind if _is_in(blocks[at].owner, box)}
        told = told or (length > 2 * LABEL_CHARS and not block.link_chars)
    return set()
