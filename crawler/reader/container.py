"""The container of an article on a page that no profile knows.

Every block of the page gets a weight: paragraphs of prose count for the article, link lists,
counters and menus against it. The container is the element whose blocks weigh most together; what
weighs against it inside (a related list, a share bar) is taken out again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise

from lxml.html import HtmlElement

from crawler.reader.anchor import (
    PROSE_CHARS,
    TITLE_WEIGHT,
    Sum,
    Weights,
    between,
    foot_of,
    head_of,
    other_branches,
)
from crawler.reader.blocks import Block, Item, Picture, walk
from crawler.reader.boilerplate import is_boilerplate_line
from crawler.reader.bylines import line_byline
from crawler.reader.captions import is_file_name
from crawler.reader.entries import foreign_blocks
from crawler.reader.related import (
    cut_at_related,
    is_related_heading,
    is_site_notice,
    without_related,
)
from crawler.reader.repetition import Repeated
from crawler.reader.surroundings import file_links
from crawler.reader.titles import is_title
from crawler.text import fold

PARAGRAPH_CAP = 1_200  # one very long paragraph must not outweigh everything
SHORT = 0.5  # marks a short line until its neighbours are known
LINK_SHARE = 0.5
LINK_COST = 25  # what a line of links costs on top of its length
JUNK_COST = 60
PRUNE_COST = 60.0
KNOWN_COST = 3.0  # what was learned to be chrome is cut out with certainty: it parts little
NOISE_COST = 20  # a few short lines are a by-line or captions, a link list weighs more
JUNK_CHARS = 200  # no counter, label or notice is longer
SURE_WEIGHT = 500.0  # two paragraphs
SMALL_WEIGHT = 400.0  # less prose than this, and a side box may outweigh a short article
TITLE_CLIMB = 5  # levels from the title up to the box of its article
OWN_LEVELS = 2  # of these, the first are the article itself in any template
TITLE_CONFIDENCE = 0.6  # the title is certain, that nothing else belongs to it is not
STAMP_LETTERS = 24  # a label and a weekday
_DIGITS = re.compile(r"[\d\s/:.,|()+-]+")
_CHROME_TAGS = frozenset(("nav", "footer", "aside", "header"))
_CHROME_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|footer|sidebar|breadcrumb|comment|banner|related"
    r"|tin-?khac|lien-?ket|weblink|counter|thong-?ke|pager|pagination|share|social|poll|vote|search"
    r"|login)s?(?=[\s_-]|\d|$)",
    re.IGNORECASE,
)


@dataclass
class Container:
    """What was found: the element, its items in order, and how sure the choice is (0 to 1).

    `page_items` are those of the whole page: stamps and by-lines stand outside the container too.
    `title` is folded; `weights` say by a block's id what it counts for the article.
    """

    element: HtmlElement
    items: list[Item]
    page_items: list[Item]
    confidence: float
    dropped: frozenset[HtmlElement] = field(default_factory=frozenset)
    title: str | None = None
    weights: Weights = field(default_factory=dict)


def page_items(root: HtmlElement) -> list[Item]:
    """All blocks and pictures of a page."""
    body = root.find("body")
    return walk(body if body is not None else root)


def find_container(
    items: list[Item], title: str | None, repeated: Repeated | None = None
) -> Container | None:
    """The article's container among the items of a whole page, None when there is no prose.

    `repeated` says of a block that it was learned to be boilerplate on this portal.
    """
    blocks = [item for item in items if isinstance(item, Block)]
    folded_title = fold(title) if title else None
    titled = _around_titles(blocks, folded_title)
    weights = {id(block): _weight(block, folded_title, repeated, titled) for block in blocks}
    head = _turn_foreign(blocks, folded_title, weights)
    _weigh_short_lines(blocks, weights, _under_pictures(items))
    good = sum(weight for weight in weights.values() if weight > 0)
    if good <= 0:
        return None
    sums = _subtree_sums(blocks, weights)
    best = _heaviest(sums)
    if head is not None and not any(_is_good(b, weights) for b in _blocks_in(blocks, best[0])):
        # The title outweighs a body of one line; where there is such a line, that is the text.
        sums = _subtree_sums(blocks, {**weights, id(blocks[head]): 0.0})
        lines = _heaviest(sums)
        best = lines if lines[1] >= PROSE_CHARS else best
    element = best[0]
    dropped = _noise_inside(element, sums)
    if head is not None:
        dropped |= other_branches(blocks, head, element, sums)
    inside = items_inside(items, element, dropped)
    if head is not None:
        inside[:0] = between(items, blocks[head], element, weights)
    if repeated is not None:
        inside = [i for i in inside if isinstance(i, Picture) or not repeated(i)]
    inside = cut_at_related(inside)
    confidence = _confidence(inside, weights, good, anchored=head is not None)
    found = Container(element, inside, items, confidence, dropped, folded_title, weights)
    if folded_title and best[1] < SMALL_WEIGHT:
        return _small(found) or found
    return found


def _around_titles(blocks: list[Block], title: str | None) -> frozenset[HtmlElement]:
    """What the headings with the article's title stand in: a sidebar or a banner holds none,
    whatever it is called ("sidebar-1" names a column)."""
    if title is None:
        return frozenset()
    heads = [b for b in blocks if b.kind == "h" and not b.link_chars and is_title(b.text, title)]
    return frozenset(element for head in heads for element in head.owner.iterancestors())


def _heaviest(sums: dict[HtmlElement, Sum]) -> Sum:
    return max(sums.values(), key=lambda entry: (entry[1], entry[2]))


def _blocks_in(blocks: list[Block], element: HtmlElement) -> list[Block]:
    inside = set(element.iter())
    return [block for block in blocks if block.owner in inside]


def _is_good(block: Block, weights: Weights) -> bool:
    """Whether a block is prose for the article; the title and a by-line are none."""
    return weights[id(block)] >= PROSE_CHARS and weights[id(block)] != TITLE_WEIGHT


def _small(found: Container) -> Container | None:
    """The surroundings of the title, unless the prose that was found stands there."""
    title = found.title or ""
    has_title = any(isinstance(i, Block) and is_title(i.text, title) for i in found.items)
    return None if has_title and _has_prose(found) else around_title(found)


def around_title(found: Container) -> Container | None:
    """On a page with hardly any prose, the surroundings of its title: a picture, a file, a line.

    The box grows from the title until it holds something, and never over a list of other news.
    """
    title, weights = found.title, found.weights
    heads = [b for b in found.page_items if isinstance(b, Block) and is_title(b.text, title or "")]
    head = next((b for b in heads if not b.link_chars and not _in_chrome(b.owner)), None)
    if head is None:
        return None
    element: HtmlElement | None = head.owner
    for level in range(TITLE_CLIMB):
        element = element.getparent() if element is not None else None
        if element is None or element.tag in ("body", "html"):
            return None
        inside = _from(items_inside(found.page_items, element), head)
        has_prose = any(isinstance(i, Block) and _is_good(i, weights) for i in inside)
        if level < OWN_LEVELS and not has_prose:  # a list under the title was put in there
            inside = [item for item in without_related(inside) if not _is_row(item)]
        inside = cut_at_related(inside)
        links = [i for i in inside if isinstance(i, Block) and weights[id(i)] <= -LINK_COST]
        if len(links) > len(inside) / 2 + 2:
            return None
        more = any(
            isinstance(item, Picture) or (weights[id(item)] > -LINK_COST and item not in heads)
            for item in inside[1:]
            if not _is_stamp_like(item)
        )
        if more or file_links(element):
            return replace(
                found,
                element=element,
                items=[item for item in inside if not _is_row(item)],
                confidence=TITLE_CONFIDENCE,
                dropped=frozenset(),
            )
    return None


def _is_row(item: Item) -> bool:
    """A list's row that leads to another page; beside a body of one line it is none of it."""
    return (
        isinstance(item, Block)
        and item.kind == "li"
        and item.link_chars > len(item.text) * LINK_SHARE
        and not file_links(item.owner)
    )


def _has_prose(found: Container) -> bool:
    return any(
        isinstance(item, Block)
        and len(item.text) >= PROSE_CHARS
        and not is_title(item.text, found.title or "")
        for item in found.items
    )


def _from(items: list[Item], head: Block) -> list[Item]:
    """The items from the title on: menus above it in the same element are none of it."""
    return items[next((i for i, item in enumerate(items) if item is head), len(items)) :]


def _is_stamp_like(item: Item) -> bool:
    """A line that holds little but digits."""
    return isinstance(item, Block) and len(_DIGITS.sub("", item.text)) <= STAMP_LETTERS


def items_inside(
    items: list[Item], element: HtmlElement, dropped: frozenset[HtmlElement] = frozenset()
) -> list[Item]:
    """Those of the page's items that stand in the element, outside of what is dropped."""
    inside = set(element.iter())
    for noise in dropped:
        inside.difference_update(noise.iter())
    return [item for item in items if item.owner in inside]


def _weight(
    block: Block, title: str | None, repeated: Repeated | None, titled: frozenset[HtmlElement]
) -> float:
    length = len(block.text)
    if length <= 120 and ":" in block.text and line_byline(block.text) is not None:
        return 8.0
    if repeated is not None and repeated(block):
        return -KNOWN_COST
    if block.link_chars > length * LINK_SHARE:
        return -float(LINK_COST + length)
    if is_file_name(block.text):
        return 0.0  # it stands with its picture, wherever that is
    if length <= JUNK_CHARS and (
        is_boilerplate_line(block.text)
        or is_related_heading(block.text)
        or is_site_notice(block.text, title)
    ):
        return -float(JUNK_COST)
    if title and is_title(block.text, title):
        return TITLE_WEIGHT
    if _in_chrome(block.owner, titled):
        return -float(min(length, PARAGRAPH_CAP)) / 2
    if block.kind == "row":
        return float(min(length, 200))
    return float(min(length, PARAGRAPH_CAP)) if length >= PROSE_CHARS else SHORT


def _under_pictures(items: list[Item]) -> set[int]:
    """The ids of the lines right under a picture, which are no links: in a photo report they are
    all that stands between the pictures."""
    return {
        id(item)
        for above, item in pairwise(items)
        if isinstance(above, Picture) and isinstance(item, Block)
        if not item.link_chars and not _is_stamp_like(item)
    }


def _weigh_short_lines(blocks: list[Block], weights: Weights, captions: set[int]) -> None:
    """A short line is what its neighbours are: a heading or caption amid prose, else a label."""
    for position, block in enumerate(blocks):
        if weights[id(block)] != SHORT:
            continue
        near = blocks[max(0, position - 2) : position] + blocks[position + 1 : position + 3]
        prose = any(weights[id(other)] >= PROSE_CHARS for other in near)
        weights[id(block)] = 4.0 if prose or id(block) in captions else -4.0


def _turn_foreign(blocks: list[Block], title: str | None, weights: Weights) -> int | None:
    """Turns the prose of other pieces, and that above the title, against the article; the
    title's position."""
    for position in foreign_blocks(blocks, title):
        block = blocks[position]
        weights[id(block)] = min(weights[id(block)], _against(block))
    head = head_of(blocks, title, weights)
    if head is not None:
        for block in foot_of(blocks, head):
            weights[id(block)] = min(weights[id(block)], _against(block))
    for block in blocks[: head or 0]:
        if weights[id(block)] >= PROSE_CHARS:
            weights[id(block)] = _against(block)
    return head


def _against(block: Block) -> float:
    """The weight of prose that is not the article's."""
    return -float(LINK_COST + min(len(block.text), PARAGRAPH_CAP) / 2)


def _in_chrome(element: HtmlElement, titled: frozenset[HtmlElement] = frozenset()) -> bool:
    for _ in range(6):
        if element.tag in ("body", "article", "main") or element in titled:
            return False
        if element.tag in _CHROME_TAGS:
            return True
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        if names != " " and len(names) < 120 and _CHROME_NAMES.search(names):
            return True
        parent = element.getparent()
        if parent is None:
            return False
        element = parent
    return False


def _subtree_sums(blocks: list[Block], weights: Weights) -> dict[HtmlElement, Sum]:
    """Element → (element, worth of what stands in it, depth), for every ancestor of a block.

    Noise inside an element can be cut out again, so it costs no more than PRUNE_COST a piece: a
    few counters between lead and body do not part them, the many boxes of a page do.
    """
    own: dict[HtmlElement, float] = {}
    depth: dict[HtmlElement, int] = {}
    for block in blocks:
        own[block.owner] = own.get(block.owner, 0.0) + max(weights[id(block)], -PRUNE_COST)
        chain = [block.owner, *block.owner.iterancestors()]
        for position, element in enumerate(chain):
            if element in depth:
                break
            depth[element] = len(chain) - position
    worth: dict[HtmlElement, float] = dict.fromkeys(depth, 0.0)
    for element in sorted(depth, key=depth.__getitem__, reverse=True):
        worth[element] += own.get(element, 0.0)
        parent = element.getparent()
        if parent is not None and parent in worth:
            worth[parent] += max(worth[element], -PRUNE_COST)
    return {element: (element, worth[element], depth[element]) for element in depth}


def _noise_inside(container: HtmlElement, sums: dict[HtmlElement, Sum]) -> frozenset[HtmlElement]:
    """The topmost elements inside the container whose blocks weigh against it."""
    noise: list[HtmlElement] = []
    stack = list(container)
    while stack:
        element = stack.pop()
        if not isinstance(element.tag, str):
            continue
        known = sums.get(element)
        if known is not None and known[1] <= -NOISE_COST:
            noise.append(element)
        else:
            stack.extend(element)
    return frozenset(noise)


def _confidence(inside: list[Item], weights: Weights, good: float, *, anchored: bool) -> float:
    """The share of the page's prose that was taken, lowered where there is little of it, where
    the title does not stand over it, and by lines in it that look like none of an article's."""
    blocks = [item for item in inside if isinstance(item, Block)]
    kept = sum(max(0.0, weights[id(block)]) for block in blocks)
    noise = sum(1 for block in blocks if weights[id(block)] < 0)
    enough = min(1.0, kept / SURE_WEIGHT)
    clean = 1.0 - noise / max(1, len(blocks))
    share = min(1.0, kept / good)
    return round(share * clean * (0.6 + 0.4 * enough) * (1.0 if anchored else 0.85), 3)
