"""Double-encoded UTF-8: "Tiáº¿ng Viá»‡t", undone only where nothing was lost on the way.

The bytes of UTF-8 were once read as a one-byte charset and encoded again. Undoing it gives the very
bytes back; where a byte was dropped, changed or trimmed (the no-break space of "Ã " most often),
the run stays as found.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from crawler.reader.syllables import is_syllable

MAX_ROUNDS = 3  # text that went through the same fault again and again
MAX_LETTERS = 6000  # different ones in a run of text; the private use area has 6,400
_CONTINUATIONS = range(0x80, 0xC0)
# Letters that only Vietnamese has, and the quotes and dashes of word processors: their sequences
# make no sense as text in any language.
_TELLING = re.compile("[\u1ea0-\u1ef9ăĂđĐĩĨũŨơƠưƯ\u2010-\u2026]")
# Letters as text has them, with all that a sequence may consist of, and the stand-ins for those
# that were undone (below, from the private use area).
_PRIVATE = 0xE000
_WORDS = re.compile(
    "[A-Za-z\u0080-\u009f\u00a1-\u024f\u0300-\u036f\u02c6\u02dc\u1e00-\u1eff\u2013-\u203a\u20ac\u2122"
    "\ue000-\uf8ff]+"
)
_PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
_LEFT_OVER = re.compile("[\u0080-\u009f\u00a1-\u00a8\u00aa\u00ac\u00af\u00b4-\u00b6\u00b8-\u00ff]")
_LARGE_AFTER_SMALL = re.compile("[a-z][À-Þ]")
_EDGES = "\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u2022«»"


@dataclass(frozen=True, slots=True)
class _Charset:
    """A one-byte charset that was mistaken for UTF-8: its characters and their bytes."""

    name: str
    to_byte: dict[str, int]
    sequence: re.Pattern[str]

    def undo(self, sequence: str) -> str | None:
        """The character whose UTF-8 bytes these characters are; None when they are none."""
        try:
            return bytes(self.to_byte[char] for char in sequence).decode("utf-8")
        except UnicodeDecodeError:
            return None


def _charset(name: str) -> _Charset:
    chars = {code: _char(code, name) for code in range(0x80, 0x100)}

    def group(codes: range) -> str:
        return "[" + re.escape("".join(chars[code] for code in codes)) + "]"

    tail = group(_CONTINUATIONS)
    pattern = (
        f"{group(range(0xC2, 0xE0))}{tail}|{group(range(0xE0, 0xF0))}{tail}{{2}}"
        f"|{group(range(0xF0, 0xF5))}{tail}{{3}}"
    )
    to_byte = {char: code for code, char in chars.items()}
    return _Charset(name, to_byte, re.compile(pattern))


def _char(code: int, name: str) -> str:
    """The character of a byte; where the charset has none, browsers take the control character."""
    return bytes([code]).decode(name, "ignore") or chr(code)


_CHARSETS = (_charset("cp1252"), _charset("latin-1"), _charset("cp1258"))


@dataclass(frozen=True, slots=True)
class Undone:
    """A run of text undone, and how many of its characters no other reading explains."""

    text: str
    telling: int


def undo(text: str, *, sure: bool = False, rounds: int = MAX_ROUNDS) -> Undone | None:
    """The run of text as it was before it was encoded twice, or None where it was not, or where
    something of it was lost. `sure`: other runs of the page were encoded twice beyond doubt."""
    for charset in _CHARSETS:
        step = _step(text, charset)
        if step is None:
            continue
        once, telling, evident = step
        if rounds > 1 and (twice := undo(once, sure=sure, rounds=rounds - 1)):
            return twice
        if telling or evident >= (1 if sure else 2):
            return Undone(once, telling)
    return None


def _step(text: str, charset: _Charset) -> tuple[str, int, int] | None:
    """The text with every sequence of the charset undone, how many of these are telling, and how
    many words make sense after only. None when there is no sequence or something was lost."""
    letters: dict[str, str] = {}  # stand-in → what it stands for
    stand_ins: dict[str, str] = {}

    def stand_in(match: re.Match[str]) -> str:
        char = charset.undo(match.group())
        if char is None or len(letters) >= MAX_LETTERS:
            return match.group()
        if char not in stand_ins:
            stand_ins[char] = chr(_PRIVATE + len(letters))
            letters[stand_ins[char]] = char
        return stand_ins[char]

    if not charset.sequence.search(text) or _PRIVATE_USE.search(text):
        return None  # icon fonts live where the stand-ins would
    marked = charset.sequence.sub(stand_in, text)
    if not letters:
        return None
    final = str.maketrans(letters)
    words = {word for word in _WORDS.findall(marked) if not word.isascii()}
    if any(_is_broken(word, word.translate(final)) for word in words):
        return None
    telling = sum(1 for char in marked if char in letters and _TELLING.match(letters[char]))
    back = _back(letters, charset)
    evident = sum(_is_evident(word.translate(back), word.translate(final)) for word in words)
    return marked.translate(final), telling, evident


def _back(letters: dict[str, str], charset: _Charset) -> dict[int, str]:
    """Stand-in → the sequence that it replaced, for str.translate."""
    to_char = {code: char for char, code in charset.to_byte.items()}
    return {
        ord(mark): "".join(to_char[byte] for byte in char.encode())
        for mark, char in letters.items()
    }


def _is_broken(marked: str, final: str) -> bool:
    """Whether characters are left that are neither undone nor part of a real word."""
    if not _LEFT_OVER.search(marked):
        return False
    if marked.endswith("Ã"):
        return True  # à, whose no-break space became a blank: "HÃ Ná»™i" is not HÃ
    return not is_syllable(final.strip(_EDGES).lower())


def _is_evident(before: str, after: str) -> bool:
    """Whether a word makes sense after only: "thÃ´ng", but not the "XÃ”" of “THỊ XÃ”."""
    before, after = before.strip(_EDGES + "\xa0"), after.strip(_EDGES).lower()
    torn = _LARGE_AFTER_SMALL.search(before) is not None  # the "vÃ" of "vÃ "
    return is_syllable(after) and (torn or not is_syllable(before.lower()))


_RESIDUE: Callable[[str], list[str]] = re.compile(
    "á[º»]|[ÃÂ][\u0080-\u009f\u00a1-\u00bf]|Ä[\u0080-\u0091‘ƒ‚¨©]|Æ[°¡¯]|â€"
).findall
_LEADS = ("á»", "áº", "Ã", "Â", "Ä", "Æ", "â€")


def has_mojibake(text: str) -> bool:
    """Whether something of this text still is double-encoded, mostly beyond repair."""
    if not any(lead in text for lead in _LEADS):
        return False
    found = _RESIDUE(text)
    if "«" in text:  # “«cá»” and “«THỊ XÃ»” are quotations
        found = [one for one in found if not one.endswith("»")]
    return bool(found)
