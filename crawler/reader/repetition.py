"""What repeats on a portal is not news: boilerplate learned from many pages, without selectors.

One page cannot tell a menu from a list; hundreds of pages of one portal can. Officialese repeats
itself too, so words alone do not decide: what is learned is the place. A *region* is where a
block stands: the tags, classes and ids from the body down to it. In a region of chrome the same
few texts stand on every page; in the region of article bodies most texts are new. A block is
boilerplate when its region is one of chrome, or when the very same text stands at the same place
on most of the pages that have that place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import islice

from lxml.html import HtmlElement

from crawler.reader.blocks import Block, Item
from crawler.reader.model import SeenBlock
from crawler.text import REMEMBERED_CHARS, fold

MIN_PAGES = 5  # fewer pages of a region say nothing about it
CHROME_NOVELTY = 0.12  # new texts per block, below which a region holds chrome; bodies have 0.3
PROSE_NOVELTY = 0.25
PROSE_CHARS = 90  # mean length of a block where articles stand; menus and headlines are shorter
CHROME_SHARE = 0.25  # of all pages: boxes drawn at random stand on a third of them
COMMON_SHARE = 0.5  # of all pages; no formula of officialese was seen on more than 0.3
SAMPLE_CHARS = 80  # of a block's text, kept so that people can see what was learned
SEEN_MAX = 1_000  # blocks of a page that are counted; ordinary pages have some 130
PATH_LEVELS = 40  # of a path, counted from the block upwards; no page is meant to be deeper
NAME_CHARS = 80  # of an element's name in a path; some classes are whole sentences
_DIGITS = re.compile(r"\d+(?:[.,:/-]\d+)*")
_VOLATILE = re.compile(r"\d+")  # numbered ids and classes ("post-1234") are one name
CLASS_CHARS = 1_000  # of an id or of classes; only the first NAME_CHARS of a name are kept
MAX_COLUMNS = 40  # of a layout table; a row of thousands of cells is no layout
_ROOTS = frozenset(("body", "html"))
_ORDERED = frozenset(("td", "th"))  # layout tables have columns instead of classes


@dataclass(frozen=True, slots=True)
class RegionCount:
    """A region over a portal's articles: on how many pages, how many blocks, texts, characters."""

    path: str
    pages: int
    blocks: int
    texts: int
    chars: int

    @property
    def novelty(self) -> float:
        """The share of blocks that said something not said there before; the first page of a
        region is all new and is not counted."""
        first = self.blocks / self.pages
        return max(0.0, self.texts - first) / max(1.0, self.blocks - first)

    @property
    def is_prose(self) -> bool:
        """Whether articles stand here: long blocks, mostly new."""
        return self.novelty >= PROSE_NOVELTY and self.chars >= PROSE_CHARS * self.blocks


@dataclass(frozen=True, slots=True)
class Repeated:
    """What is known to repeat on one portal: regions of chrome, and blocks (region, text).

    `version` changes with the contents. An instance is asked whether a block is boilerplate.
    """

    version: str = ""
    regions: frozenset[str] = frozenset()
    blocks: frozenset[tuple[str, str]] = frozenset()

    def __call__(self, block: Block) -> bool:
        if not (self.regions or self.blocks) or block.kind == "row":
            return False  # rows of a table differ in their numbers alone, and those are folded
        region = region_of(block)
        return region in self.regions or (region, fingerprint(block.text)) in self.blocks


def learn(
    regions: Mapping[str, RegionCount], blocks: Mapping[tuple[str, str], int], pages: int
) -> Repeated:
    """What repeats, from the counts of a portal's last `pages` articles.

    `blocks` gives pages by (region, text). Chrome stands on many pages; a place that few pages
    have is part of some articles, a list or a table. Regions inside a holder of prose (lists and
    headings in the article's body) are never chrome as a whole, however often their formulas
    come back.
    """
    least = max(MIN_PAGES, pages * CHROME_SHARE)
    known = {key: count for key, count in regions.items() if count.pages >= least}
    holders = {
        count.path.rpartition(">")[0] + ">"
        for count in regions.values()
        if count.pages >= MIN_PAGES and count.is_prose
    } - {">"}
    chrome = frozenset(
        key
        for key, count in known.items()
        if count.novelty <= CHROME_NOVELTY
        and not any(count.path.startswith(holder) for holder in holders)
    )
    common = frozenset(
        key
        for key, seen in blocks.items()
        if key[0] in known and key[0] not in chrome and seen >= pages * COMMON_SHARE
    )
    version = _hash(repr((sorted(chrome), sorted(common)))) if chrome or common else ""
    return Repeated(version, chrome, common)


def seen_blocks(items: Iterable[Item]) -> list[SeenBlock]:
    """The blocks of a page as they are counted, each (region, text) once, SEEN_MAX at most."""
    seen: dict[tuple[str, str], SeenBlock] = {}
    regions: dict[str, tuple[str, str]] = {}  # shared strings: a Reading goes through a pipe
    above: dict[HtmlElement, tuple[str, int]] = {}
    for block in items:
        if len(seen) == SEEN_MAX:
            break
        if not isinstance(block, Block) or block.kind == "row":
            continue
        path = _path_of(block, above)
        if path not in regions:
            regions[path] = _hash_of_path(path), path
        region, path = regions[path]
        text = fingerprint(block.text)
        if (region, text) not in seen:
            sample = block.text[:SAMPLE_CHARS]
            seen[region, text] = SeenBlock(region, text, path, len(block.text), sample)
    return list(seen.values())


def fingerprint(text: str) -> str:
    """The key of a text: folded, numbers as one sign, so that a counter is always the same."""
    return _remembered(text) if len(text) <= REMEMBERED_CHARS else _fingerprint(text)


def _fingerprint(text: str) -> str:
    return _hash(_DIGITS.sub("#", fold(text)))


_remembered = lru_cache(maxsize=8192)(_fingerprint)


def region_of(block: Block) -> str:
    """The key of the place where a block stands."""
    return _hash_of_path(_path_of(block, None))


def locate(items: Iterable[Item]) -> None:
    """Note the place of every block of a page, all in one go: they share most of their way up."""
    above: dict[HtmlElement, tuple[str, int]] = {}
    for item in items:
        if isinstance(item, Block):
            _path_of(item, above)


def _path_of(block: Block, above: dict[HtmlElement, tuple[str, int]] | None) -> str:
    if block.path is None:
        block.path = region_path(block.owner, above)
    return block.path


def region_path(
    element: HtmlElement, above: dict[HtmlElement, tuple[str, int]] | None = None
) -> str:
    """Tags, ids, classes and table columns from the body down to the element.

    `above` keeps the paths of parents and their levels: blocks of one page are mostly siblings.
    """
    parent = element.getparent()
    if parent is None or parent.tag in _ROOTS:
        return _step(element)
    path, _ = _path_above(parent, {} if above is None else above)
    return f"{path}>{_step(element)}"


def _path_above(parent: HtmlElement, above: dict[HtmlElement, tuple[str, int]]) -> tuple[str, int]:
    """The path of an element below the body, PATH_LEVELS at most, and its number of levels."""
    way: list[HtmlElement] = []
    current: HtmlElement | None = parent
    while current is not None and current not in above and current.tag not in _ROOTS:
        way.append(current)
        current = current.getparent()
    path, levels = above.get(current, ("", 0)) if current is not None else ("", 0)
    for element in reversed(way):
        path = f"{path}>{_step(element)}" if levels else _step(element)
        levels += 1
        if levels > PATH_LEVELS:
            path, levels = path.partition(">")[2], PATH_LEVELS
        above[element] = path, levels
    return path, levels


def _step(element: HtmlElement) -> str:
    tag = element.tag
    if tag in _ROOTS:
        return ""
    name = _name(tag, element.get("id", "")[:CLASS_CHARS], element.get("class", "")[:CLASS_CHARS])
    if tag in _ORDERED:
        before = islice(element.itersiblings(preceding=True), MAX_COLUMNS)
        name += f":{sum(1 for _ in before)}"
    return name


@lru_cache(maxsize=4096)  # a portal has some hundred elements, and names them on every page
def _name(tag: str, identifier: str, classes: str) -> str:
    name = tag
    if identifier:
        name += "#" + _VOLATILE.sub("0", identifier)
    if classes:
        name += "." + ".".join(sorted(_VOLATILE.sub("0", c) for c in classes.split()))
    return name[:NAME_CHARS]


@lru_cache(maxsize=4096)  # the paths of a portal's pages are the same few hundred
def _hash_of_path(path: str) -> str:
    return _hash(path)


def _hash(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest()
