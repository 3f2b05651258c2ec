"""Text of a parsed page out of old encodings: where to look, what is evidence, what is changed.

Pages mix: menus in Unicode, a paste from Word in TCVN3, a title that was encoded twice. So each
block of text is judged by its own words, and by the page's where it has few. A page without
suspicious letters, which is nearly every page, pays for a scan of its bytes and no more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.entities import codepoint2name
from itertools import chain, islice
from typing import cast

from lxml import etree
from lxml.html import HtmlElement

from crawler.reader.legacy import ENCODINGS, Encoding, Vote, vote
from crawler.reader.mojibake import undo
from crawler.reader.recode_blocks import Block, Slot, blocks_of
from crawler.reader.syllables import is_syllable
from crawler.text import nfc, squeeze

# Letters that old encodings use and Vietnamese in Unicode has not, without the signs that stand
# on any page (© « · »): as bytes of UTF-8, and as references. With them the look of UTF-8 encoded
# twice: Ã or Â before a sign, á before another.
_STRANGE = "ÄÅÆÇËÎÏÑÖ×ØÛÜÞßäåæçëîïñö÷øûüþÿ"
_STRANGE_SIGNS = "¡¢£¤¥¦§¨ª¬\xad®µ¶¸¹¼½¾"
_LETTER_BYTES = re.compile(
    rb"\xc3(?:["
    + re.escape(b"".join(char.encode()[1:] for char in _STRANGE))
    + rb"]|\xa1\xc2|[\x82\x83][\xc2\xc5\xc6\xcb\xe2])"
)
_SIGNS = frozenset(char.encode()[1:] for char in _STRANGE_SIGNS)
_CODES = frozenset(map(ord, _STRANGE + _STRANGE_SIGNS))
_NAMES = tuple(codepoint2name[code].encode() for code in sorted(_CODES))
_MARKS = frozenset((0x300, 0x301, 0x303, 0x309, 0x323))
_REFERENCE = re.compile(
    rb"&(?:#(?:1[6-9]\d|2\d\d|7[67]\d|803|[xX](?:[a-fA-F][\da-fA-F]|3[02]\d));"
    rb"|(?:" + b"|".join(_NAMES) + rb");)"
)
_HEADS = "#16 #17 #18 #19 #20 #21 #22 #23 #24 #25 #76 #77 #80".split()
_HEADS += [f"#{x}{digit}" for x in "xX" for digit in "aAbBcCdDeEfF3"]
_REFERENCE_HEADS = frozenset((*(name[:3] for name in _NAMES), *(head.encode() for head in _HEADS)))
MIN_STRANGE = 2  # one strange letter is a name or a unit

# Every run of text, by libxml2: composing needs neither blocks nor fonts.
_texts = etree.XPath(
    "//text()[not(parent::script or parent::style or parent::textarea)]"
    " | //@alt | //@title | //meta/@content",
    smart_strings=False,
)

# Words that must speak for an encoding before a block is converted, each counted once: alone, or
# where the page or the font says the same.
MIN_WORDS = 3
MIN_LETTERS = 3  # different ones in them: other languages repeat the same few (på, så, må)
MIN_WORDS_OF_PAGE = 8
MIN_RUN = 2  # next to each other, where other words of the block are right as they stand
FOR_PER_NEITHER = 2  # words that no encoding explains: names, abbreviations, slips
MAX_CHARS = 500_000  # of text looked at, about a second's work: beyond, the page is no article
# Single signs that are words of their own: á (Châu Á), à, ả, ê, ô (ô tô), ơ.
_SIGN_WORDS = frozenset("¸µ¶ª«¬")


@dataclass(slots=True)
class Recoded:
    """What was done, by the name of its flag: the runs of text, as blocks show them."""

    runs: dict[str, list[str]] = field(default_factory=dict)

    def note(self, flag: str, text: str) -> None:
        if text := squeeze(text):
            self.runs.setdefault(flag, []).append(text)


def recode(root: HtmlElement, data: bytes) -> Recoded:
    """Convert what is surely in an old encoding, in place; `data` is the markup as UTF-8.

    Flags: "tcvn3", "vni", "mojibake_repaired", and "nfd" for text that NFC will compose.
    """
    recoded = Recoded()
    strange, marks = _suspects(data)
    if strange:
        blocks = list(blocks_of(root, MAX_CHARS))
        if _undo_double(blocks, recoded):
            blocks = list(blocks_of(root, MAX_CHARS))
        _convert(blocks, recoded)
    if marks:
        for text in cast("list[str]", _texts(root)):
            if not text.isascii() and nfc(text) != text:
                recoded.note("nfd", text)
    return recoded


def _suspects(data: bytes) -> tuple[bool, bool]:
    """Whether the page has letters of old encodings, and combining marks."""
    marks, strange = b"\xcc" in data or b"\xcd" in data, 0
    for place in _places(data, b"&", _REFERENCE_HEADS, 3):
        if reference := _REFERENCE.match(data, place):
            code = _code(reference.group())
            strange += code is None or code in _CODES
            marks = marks or code in _MARKS
    hits = chain(_LETTER_BYTES.finditer(data), _places(data, b"\xc2", _SIGNS, 1))
    strange += sum(1 for _ in islice(hits, MIN_STRANGE))
    return strange >= MIN_STRANGE, marks


def _places(data: bytes, lead: bytes, wanted: frozenset[bytes], size: int) -> Iterator[int]:
    """Where the lead byte stands before one of these. Where a byte is rare, looking for it alone
    is several times faster than a regular expression."""
    place = data.find(lead)
    while place >= 0:
        if data[place + 1 : place + 1 + size] in wanted:
            yield place
        place = data.find(lead, place + 1)


def _code(reference: bytes) -> int | None:
    """The number of a numeric reference; None for a named one."""
    if not reference.startswith(b"&#"):
        return None
    digits = reference[2:-1]
    return int(digits[1:], 16) if digits[:1] in (b"x", b"X") else int(digits)


def _undo_double(blocks: list[Block], recoded: Recoded) -> bool:
    """Undo every slot that was encoded twice without a loss; whether there was one."""
    slots = [slot for block in blocks for slot in block.slots if not slot.text.isascii()]
    found = {id(slot): undo(slot.text) for slot in slots}
    sure = sum(one.telling for one in found.values() if one) >= MIN_STRANGE
    for slot in slots:
        undone = found[id(slot)] or (undo(slot.text, sure=True) if sure else None)
        if undone and slot.write(undone.text):
            recoded.note("mojibake_repaired", undone.text)
    return "mojibake_repaired" in recoded.runs


@dataclass(slots=True)
class _Tally:
    """The votes of a block's words for one encoding; `distinct` are those for it, each once, and
    `letters` what they have beyond ASCII. `foreign`: words of ASCII that are no syllables."""

    votes: Counter[Vote] = field(default_factory=Counter)
    distinct: set[str] = field(default_factory=set)
    foreign: int = 0

    @property
    def letters(self) -> int:
        return sum(1 for char in set("".join(self.distinct)) if char > "\x7f")

    def add(self, other: _Tally) -> None:
        self.votes.update(other.votes)
        self.distinct |= other.distinct

    @property
    def clear(self) -> bool:
        return self.votes[Vote.FOR] >= FOR_PER_NEITHER * self.votes[Vote.NEITHER]


def _tally(text: str, encoding: Encoding) -> _Tally:
    tally = _Tally()
    for word, times in Counter(encoding.words.findall(text)).items():
        if len(word) > 1:
            said = vote(encoding, word)
            tally.votes[said] += times
            if said is Vote.FOR:
                tally.distinct.add(word)
            elif said is Vote.NEUTRAL:
                tally.foreign += not is_syllable(word.lower())
    return tally


def _convert(blocks: list[Block], recoded: Recoded) -> None:
    tallies = {
        encoding.flag: [_tally(block.text, encoding) for block in blocks] for encoding in ENCODINGS
    }
    page: dict[str, _Tally] = {}
    for flag, rows in tallies.items():
        page[flag] = total = _Tally()
        for row in rows:
            if row.votes[Vote.FOR]:
                total.add(row)
    for number, block in enumerate(blocks):
        for encoding in sorted(ENCODINGS, key=lambda e: -len(tallies[e.flag][number].distinct)):
            tally = tallies[encoding.flag][number]
            if _is_in(encoding, block, tally, page[encoding.flag]):
                for slot, text in _rewritten(block, encoding, bool(tally.votes[Vote.AGAINST])):
                    if slot.write(text):
                        recoded.note(encoding.flag, text)
                break


def _is_in(encoding: Encoding, block: Block, tally: _Tally, page: _Tally) -> bool:
    """Whether the block is in the encoding, wholly or in part."""
    votes, distinct = tally.votes, len(tally.distinct)
    if not tally.clear or not (distinct or votes[Vote.EITHER]):
        return False
    whole = len(page.distinct) >= MIN_WORDS_OF_PAGE and page.clear
    font = any(slot.font == encoding.flag and not slot.text.isascii() for slot in block.slots)
    if distinct >= MIN_WORDS and tally.letters >= MIN_LETTERS:
        return True
    if votes[Vote.AGAINST]:
        return distinct >= 2 and (font or whole)
    if distinct >= MIN_RUN and tally.letters >= MIN_RUN and not votes[Vote.NEITHER]:
        # A title or a name: every word would be right.
        return font or whole or (not tally.foreign and votes.total() >= MIN_WORDS)
    if distinct:
        return font or whole
    return font and whole


def _rewritten(block: Block, encoding: Encoding, mixed: bool) -> Iterator[tuple[Slot, str]]:
    """The slots that change, with their new text."""
    words = list(encoding.words.finditer(block.text))
    spans = list(_spans(words, encoding)) if mixed else [(0, len(words))]
    edits: list[tuple[int, int, str]] = []
    for first, end in spans:
        run = words[first:end]
        loud = _shouted(run) if encoding.shouts else frozenset()
        for place, word in enumerate(run):
            if not _is_converted(word.group(), encoding):
                continue
            for start, stop, letter in encoding.letters(word.group()):
                if place in loud:
                    letter = letter.upper()
                edits.append((word.start() + start, word.start() + stop, letter))
    return _apply(block, edits, capitals=encoding.shouts)


def _spans(words: list[re.Match[str]], encoding: Encoding) -> Iterator[tuple[int, int]]:
    """Runs of words between those that are right as they stand, from the first to the last word
    that speaks for the encoding; what could be either at their ends is left. One word alone among
    Unicode is chance: old text comes in phrases."""
    found: list[int] = []
    for place, word in enumerate(words):
        said = vote(encoding, word.group())
        if said is Vote.AGAINST:
            if len(found) >= MIN_RUN:
                yield found[0], found[-1] + 1
            found = []
        elif said is Vote.FOR and len(word.group()) > 1:
            found.append(place)
    if len(found) >= MIN_RUN:
        yield found[0], found[-1] + 1


def _is_converted(word: str, encoding: Encoding) -> bool:
    if len(word) == 1 and not (word.isalpha() and word not in _SIGN_WORDS):
        return word in _SIGN_WORDS
    return not word.isascii() and vote(encoding, word) is not Vote.AGAINST


def _shouted(run: list[re.Match[str]]) -> frozenset[int]:
    """Which words are in capitals: by their ASCII letters, or with too few of these by those of
    both neighbours ("HéI NGHÞ", but "Tæ chøc")."""
    known: list[bool | None] = []
    for match in run:
        letters = [char for char in match.group() if char.isascii() and char.isalpha()]
        word = "".join(letters)
        abbreviation = match.group().isascii() and not is_syllable(word.lower())
        if word == word.upper() and (len(letters) < 2 or abbreviation):
            known.append(None)  # this or a single capital says nothing
        else:
            known.append(word.isupper())
    around = zip(_nearest(known), _nearest(known[::-1])[::-1], strict=True)
    return frozenset(
        place
        for place, (own, sides) in enumerate(zip(known, around, strict=True))
        if own or (own is None and True in sides and False not in sides)
    )


def _nearest(known: list[bool | None]) -> list[bool | None]:
    """For each place the last known value up to it."""
    last: bool | None = None
    nearest = []
    for value in known:
        last = value if value is not None else last
        nearest.append(last)
    return nearest


def _apply(
    block: Block, edits: list[tuple[int, int, str]], *, capitals: bool
) -> Iterator[tuple[Slot, str]]:
    """Each changed slot's new text; a letter whose unit two slots share goes to the first."""
    place = 0
    for slot in block.slots:
        start, end = slot.start, slot.start + len(slot.text)
        parts: list[str] = []
        done = start
        while place < len(edits) and edits[place][0] < end:
            first, stop, letter = edits[place]
            if first >= start:
                parts += [block.text[done:first], letter]
            done = min(stop, end)
            if stop > end:
                break
            place += 1
        if done > start:
            text = "".join(parts) + block.text[done:end]
            yield slot, text.upper() if capitals and slot.capitals else text
