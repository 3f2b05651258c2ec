"""Text as found and text for comparison: NFC, white space, folding."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Zero-width characters and soft hyphens carry no letter; a byte order mark inside text neither.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_QUOTES = re.compile("[\u2018-\u201f\u00ab\u00bb\"'`]")
_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
# A portal's menus and headlines stand on page after page; paragraphs do not come back.
REMEMBERED_CHARS = 200


def nfc(text: str) -> str:
    """The text in NFC: the only change ever made to what a portal wrote."""
    return unicodedata.normalize("NFC", text)


def squeeze(text: str) -> str:
    """One line of text in NFC: invisible characters gone, white space runs as one blank."""
    if text.isascii():
        return " ".join(text.split())
    return _squeezed_line(text) if len(text) <= REMEMBERED_CHARS else _squeezed(text)


def _squeezed(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).split())


_squeezed_line = lru_cache(maxsize=8192)(_squeezed)


def without_d_stroke(text: str) -> str:
    """The text with đ and its look-alike ð written as d, the one letter SQLite never folds."""
    return text.replace("đ", "d").replace("Đ", "D").replace("ð", "d").replace("Ð", "D")


def fold(text: str) -> str:
    """A key for search and comparison only, never for storage.

    Compatibility forms unified, case folded, đ and ð as d, every tone and vowel mark dropped
    (uỷ = ủy = uy), dashes and quotes unified, white space runs as one blank.
    """
    return _remembered(text) if len(text) <= REMEMBERED_CHARS else _folded(text)


def _folded(text: str) -> str:
    if text.isascii():
        text = text.lower()
    else:
        text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold()
        text = _MARKS.sub("", unicodedata.normalize("NFD", without_d_stroke(text)))
        text = _DASHES.sub("-", text)
    return " ".join(_QUOTES.sub('"', text).split())


_remembered = lru_cache(maxsize=8192)(_folded)
