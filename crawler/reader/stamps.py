"""The publish stamp of an article whose platform keeps it in no known place.

Position decides, as the text alone cannot: a date in the page's header is a clock, a day in a list
of other news is theirs, the same shape beside the title is a stamp. What a reader of the page sees
comes before what the page states for machines, which often is the last edit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from lxml.html import HtmlElement

from crawler.reader.blocks import Block, Item
from crawler.reader.date_grammar import ANY_CLOCK, VIETNAM, plain
from crawler.reader.date_rules import label_kind, stands_alone
from crawler.reader.dates import Published, has_impossible_date, parse_published
from crawler.reader.document import Document
from crawler.reader.machine_dates import machine_dates
from crawler.reader.surroundings import box_of, element_of
from crawler.reader.titles import title_key
from crawler.text import fold

STAMP_CHARS = 120
BEFORE_TITLE = 6  # lines above the title among which a stamp may stand
BEHIND_END = 12  # lines below the article's end: some platforms print it under the text
PROSE_CHARS = 100  # of the first and last paragraph; a stamp stands above or below the prose
CLOCK_CHARS = 24  # of a time of day in an element of its own, beside its day
ROWS = 3  # days in elements of one make: the rows of a list, not a stamp
BAD_CHARS = 60  # of a stamp that is none: a longer line is a sentence
LAST_RESORT = 50.0  # ranks from here on are taken only when machines are told nothing
_STAMP_NAMES = re.compile(r"date|time|publish|ngay|post-?meta|created", re.IGNORECASE)
_PAGE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:header|top-?bar|banner|nav|menu|clock|dong-?ho|today|footer|sidebar)", re.I
)
_PAGE_TAGS = frozenset(("header", "nav", "footer", "aside"))
# Nobody prints a stamp like this: it is metadata, and often the time of the last edit.
_MACHINE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DAY_PART = re.compile(r"\d\d?(?:[/.-]\d\d?)?")


@dataclass(frozen=True, slots=True)
class _Candidate:
    position: int
    block: Block
    found: Published
    label: str | None  # "publish", "update" or None
    is_bare: bool  # nothing beside it but a label, a weekday, counters


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
    lines = [b for b in items if isinstance(b, Block) and b.link_chars <= len(b.text) / 2]
    page = _Page(document, lines, container, title, captured_at)
    ranked = [(page.rank(candidate), candidate) for candidate in page.candidates()]
    rank, best = min(ranked, key=lambda entry: entry[0], default=(0.0, None))
    if best is not None and rank < LAST_RESORT and "relative" not in best.found.flags:
        return best.found
    told = next(machine_dates(document, container, captured_at), None)
    if told is not None or best is None:
        return told
    return None if rank >= LAST_RESORT and page.may_be_clock(best) else best.found


def impossible_stamp_near(items: list[Item], title: str | None) -> str | None:
    """The line below the title that has the shape of a stamp of no day ("31/02/2024")."""
    lines = [b.text for b in items if isinstance(b, Block)]
    folded = fold(title) if title else None
    start = next((at for at, text in enumerate(lines) if title_key(text) == folded), None)
    if start is None:
        return None
    below = (text for text in lines[start + 1 : start + 1 + BEFORE_TITLE] if len(text) <= BAD_CHARS)
    return next((text for text in below if has_impossible_date(text)), None)


def with_time(stamp: Published, document: Document, container: HtmlElement) -> Published:
    """A stamp that prints a day alone, with the time that the page's metadata gives that day."""
    if stamp.precision == "minute" or "relative" in stamp.flags:
        return stamp
    for told in machine_dates(document, container, edits=False):
        is_fuller = told.precision == "minute" and "midnight" not in told.flags
        if is_fuller and told.day == stamp.day:
            return replace(stamp, value=told.value)
    return stamp


class _Page:
    """The lines of a page with the places that matter: title, first and last paragraph."""

    def __init__(
        self,
        document: Document,
        lines: list[Block],
        container: HtmlElement,
        title: str | None,
        captured_at: datetime | None,
    ) -> None:
        self.lines = lines
        self.captured_at = captured_at
        inside = set(container.iter())
        self.within = [p for p, block in enumerate(lines) if block.owner in inside]
        folded = fold(title) if title else None
        titles = [p for p, block in enumerate(lines) if folded and title_key(block.text) == folded]
        long = (p for p in self.within if len(lines[p].text) >= PROSE_CHARS)
        prose = [p for p in long if p not in titles] or self.within[-1:] or [0]
        self.first, self.second, self.last = prose[0], prose[min(1, len(prose) - 1)], prose[-1]
        above = [p for p in titles if p <= self.first]
        self.anchor = above[-1] if above else titles[0] if titles else self.first
        heading = lines[titles[0]].owner if titles else element_of(document.root, title)
        if above:
            heading = lines[above[-1]].owner
        self.box = box_of(container, heading)
        self.has_title = bool(titles)

    def candidates(self) -> Iterator[_Candidate]:
        """Short lines that state a time, rows of lists left out."""
        if not self.within:
            return
        end = min(len(self.lines), max(self.within[-1], self.last) + 1 + BEHIND_END)
        found = [
            candidate
            for position in range(max(0, self.anchor - BEFORE_TITLE), end)
            if (candidate := self._candidate(position)) is not None
        ]
        makes = self._makes() if found else Counter()
        for candidate in found:
            rows = ROWS if self._is_head(candidate.position) else ROWS - 1
            if candidate.label is None and makes[_make(candidate.block.owner)] >= rows:
                continue
            yield candidate

    def _makes(self) -> Counter[tuple[str, ...]]:
        """How many elements of each make hold a time, on the whole page."""
        dated = (b for b in self.lines if len(b.text) <= STAMP_CHARS and _YEAR.search(b.text))
        return Counter(_make(block.owner) for block in dated if parse_published(block.text))

    def _candidate(self, position: int) -> _Candidate | None:
        block = self.lines[position]
        if len(block.text) > STAMP_CHARS:
            return None
        found = parse_published(block.text, self.captured_at) or self._in_parts(position)
        if found is None:
            return None
        above = self.lines[position - 1].text if position else ""
        context = f"{above} {block.text}" if len(above) <= CLOCK_CHARS else block.text
        label = label_kind(context, found.raw)
        is_bare = label is not None or stands_alone(block.text, found.raw)
        # Amid the prose a date is one of the text, but a lead may stand above the stamp; below
        # the prose stand other things too.
        if label is None and self.first < position < self.last:
            is_named_so = found.precision == "minute" or is_named(block.owner, _STAMP_NAMES)
            if position > self.second or not is_named_so:
                return None
        if position > self.last and position > self.anchor and not is_bare:
            return None
        if found.precision == "day" and (fuller := self._beside(position, found)) is not None:
            found = fuller
        return _Candidate(position, block, found, label, is_bare)

    def _beside(self, position: int, day: Published) -> Published | None:
        """The day with its time of day, where that stands in an element of its own."""
        for first, second in ((position, position + 1), (position - 1, position)):
            if first < 0 or second >= len(self.lines):
                continue
            other = self.lines[first if second == position else second].text
            if len(other) > CLOCK_CHARS or not ANY_CLOCK.search(plain(other)):
                continue
            text = f"{self.lines[first].text} {self.lines[second].text}"
            both = parse_published(text, self.captured_at)
            if both is not None and both.precision == "minute" and both.day == day.day:
                return both
        return None

    def _in_parts(self, position: int) -> Published | None:
        """A day drawn as a leaf of a calendar: "12", "Tháng 3", "2024" in elements of their own."""
        if not self._is_head(position) or not _DAY_PART.fullmatch(self.lines[position].text):
            return None
        for count in (2, 3):
            parts = [block.text for block in self.lines[position : position + count]]
            if len(parts) == count and all(len(part) <= CLOCK_CHARS for part in parts):
                for separator in (" ", "/"):
                    if found := parse_published(separator.join(parts)):
                        return found
        return None

    def _is_head(self, position: int) -> bool:
        return self.anchor - BEFORE_TITLE <= position <= self.first

    def rank(self, candidate: _Candidate) -> float:
        """Lower is better: lines from the title, and what speaks for or against a stamp."""
        position, found = candidate.position, candidate.found
        rank = float(abs(position - self.anchor)) + (0 if position >= self.anchor else 4)
        rank += 6 if position > self.last else 0
        rank -= 3 if found.precision == "minute" else 0
        rank -= 3 if is_named(candidate.block.owner, _STAMP_NAMES) else 0
        rank += {"publish": -12, "update": 8, None: 0}[candidate.label]
        rank += 20 if _MACHINE_TIME.search(candidate.block.text) else 0
        rank += 20 if "future" in found.flags else 0
        if candidate.label is None and self._is_outside(candidate.block):
            rank += LAST_RESORT if position < self.anchor else 10
            rank += LAST_RESORT if self.may_be_clock(candidate) else 0
        return rank

    def _is_outside(self, block: Block) -> bool:
        """Whether a line stands in none of the boxes of the article."""
        if not self.has_title:
            return False
        return not any(
            element is self.box for element in (block.owner, *block.owner.iterancestors())
        )

    def may_be_clock(self, candidate: _Candidate) -> bool:
        """Whether a date is the page's, not the article's: in its header, or of the visit's day."""
        owner = candidate.block.owner
        for element in (owner, *owner.iterancestors()):
            if element is self.box or element.tag == "body":
                break
            names = f"{element.get('class') or ''} {element.get('id') or ''}"
            if element.tag in _PAGE_TAGS or _PAGE_NAMES.search(names):
                return True
        visit = self.captured_at.astimezone(VIETNAM).date() if self.captured_at else None
        return candidate.found.day == visit


def _make(owner: HtmlElement) -> tuple[str, ...]:
    """What the rows of one list have in common: tags and classes of an element and those above."""
    levels = [owner, *owner.iterancestors()][:3]
    return tuple(f"{element.tag}.{element.get('class') or ''}" for element in levels)


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
