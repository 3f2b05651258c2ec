"""What is odd about the text of an article, as names to filter on; nothing is repaired here.

Flags of what was converted (crawler.reader.recode) stay with an article only if it holds such
text: a paste in the side bar says nothing about the piece beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from crawler.reader.model import Reading
from crawler.reader.mojibake import has_mojibake
from crawler.reader.syllables import MAX_LETTERS, is_syllable

SAMPLE_CHARS = 60  # the middle of a run: its ends may be cut off as by-line or agency code
MIN_RUN_CHARS = 12  # shorter runs stand anywhere
MAX_RUNS = 1000  # looked up in an article; with more, the page is taken as a whole
MIN_LOSSY = 2  # different words with a lost letter: one may be a slip
MIN_GLUED = 3  # different places; fewer are slips or names
MIN_GLUED_SHARE = 0.01  # of the words
MAX_GLUED = 3  # words that hang together

# What "?" may stand for: the letters that Western charsets lack.
_LOST = "ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịĩọỏốồổỗộớờởỡợụủứừửữựũỳỷỹỵăđơư"
_WITH_LOST = re.compile(r"[^\W\d_]*(?:\?[^\W\d_]*){1,2}")
_PUNCTUATION = ".,;:!()[]\"'“”‘’…"
_LONG_PIECES = re.compile(r"\S{5,}").findall  # two words glued; most single ones are shorter
_WORD = re.compile(r"[^\W\d_]{3,}")
MAX_PIECE = 1_000  # of text without a blank; what is longer is no words
_STOP = re.compile(r"([^\W\d_]+)[.,;:!]([^\W\d_]+)")
_NUMBER = re.compile(r"(?<![^\W_])([^\W\d_]{2,})\d|\d([^\W\d_]{2,})(?![^\W_])")
# Pieces of text without anything glued, so that the same words are not looked at in every
# article. Forgotten as a whole when they are too many: what is known changes no answer.
_FINE: set[str] = set()
_FINE_MAX = 50_000


def flags_of(reading: Reading, recoded: Mapping[str, list[str]]) -> list[str]:
    """The flags of an article's title, lead and text, in a fixed order.

    `recoded` are the page's runs of converted text by flag.
    """
    text = "\n\n".join(part for part in (reading.title, reading.lead, reading.text) if part)
    flags = [flag for flag, runs in recoded.items() if _holds(text, runs)]
    if "Ð" in text or "ð" in text:
        flags.append("eth")
    if has_mojibake(text):
        flags.append("mojibake")
    if is_lossy(text):
        flags.append("lossy")
    if is_glued(text):
        flags.append("glued")
    return flags


def _holds(text: str, runs: list[str]) -> bool:
    """Whether one of these runs stands in the text."""
    if len(runs) > MAX_RUNS:
        return True
    long = [run for run in runs if len(run) >= MIN_RUN_CHARS]
    return any(_middle(run) in text for run in long or runs)


def _middle(run: str) -> str:
    spare = max(0, len(run) - SAMPLE_CHARS) // 2
    return run[spare : len(run) - spare]


def is_lossy(text: str) -> bool:
    """Whether letters were lost for good: U+FFFD, or "?" for letters ("công nh?n", "m?i").

    A "?" stands for a letter where the word is none without it and one with a letter there.
    """
    if "\ufffd" in text:
        return True
    if "?" not in text:
        return False
    words = {word.strip(_PUNCTUATION).lower() for word in text.split() if "?" in word}
    found = [word for word in words if _has_lost_letter(word)]
    # "?" at the end of words alone may be questions after abbreviations.
    return len(found) >= MIN_LOSSY and any(not word.endswith("?") for word in found)


def _has_lost_letter(word: str) -> bool:
    if len(word) > MAX_LETTERS or not _WITH_LOST.fullmatch(word):
        return False
    if all(is_syllable(part) for part in word.split("?") if part):
        return False  # a question, perhaps with its blank lost ("có?không")
    return _is_syllable_with(word)


def _is_syllable_with(word: str) -> bool:
    """Whether there are letters which make a syllable of the word in place of each "?"."""
    head, lost, rest = word.partition("?")
    if not lost:
        return is_syllable(word)
    return any(_is_syllable_with(head + letter + rest) for letter in _LOST)


def is_glued(text: str) -> bool:
    """Whether blanks are missing between words ("Trongnhiệm kỳ", "ngày27/4") so often that it is
    no slip."""
    glued = 0
    for piece in set(_LONG_PIECES(text)) - _FINE:
        if len(piece) > MAX_PIECE:
            continue
        if places := _glued_places(piece):
            glued += places
        else:
            if len(_FINE) >= _FINE_MAX:
                _FINE.clear()
            _FINE.add(piece)
    return glued >= MIN_GLUED and glued >= len(text.split()) * MIN_GLUED_SHARE


def _glued_places(piece: str) -> int:
    """How many blanks are missing in a piece of text without any. Words of ASCII alone do not
    count: they may be of any language, or parts of an address."""
    if piece.isascii():
        return 0
    places = sum(_is_row(word.lower(), MAX_GLUED) for word in _WORD.findall(piece))
    for first, second in _STOP.findall(piece):
        capital = second[0].isupper() and not second.isupper() and first[-1].islower()
        places += capital and _are_words(first, second)
    for pair in _NUMBER.findall(piece):
        places += any(not word.isascii() and is_syllable(word.lower()) for word in pair)
    return places


def _are_words(first: str, second: str) -> bool:
    return (
        not (first.isascii() and second.isascii())
        and is_syllable(first.lower())
        and is_syllable(second.lower())
    )


def _is_row(word: str, most: int) -> bool:
    """Whether a word is no syllable, but two or more of them in a row."""
    if word.isascii() or len(word) > MAX_LETTERS * most or is_syllable(word):
        return False
    return any(_is_rest(word[place:], most - 1) for place in _ends(word))


def _is_rest(word: str, most: int) -> bool:
    if is_syllable(word):
        return True
    return most > 1 and any(_is_rest(word[place:], most - 1) for place in _ends(word))


def _ends(word: str) -> list[int]:
    """Where a syllable at the head of the word may end."""
    longest = min(MAX_LETTERS, len(word) - 1)
    return [place for place in range(longest, 0, -1) if is_syllable(word[:place])]
