"""Vietnamese written in Latin-1 codes: TCVN3 (ABC), VNI, VISCII, and how to tell them from others.

Before Unicode, fonts showed the codes of Western letters as Vietnamese ones: in .VnTime "héi" is
"hội", in VNI-Times "hoäi" is. Text pasted out of such documents stands in Unicode pages as these
Western letters. A word speaks for an encoding when it spells a syllable after conversion and did
not before; a word that does before and not after speaks against it.

Sources: TCVN 5712:1993 VN3 (the ABC fonts), the VNI table for Windows, RFC 1456 (VISCII).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from crawler.reader.syllables import is_syllable

# Letters in the order of their codes from A1 up; "." where VN3 has none. The capitals with tones
# have no codes of their own: a second font (.VnTimeH) shows the small letters as capitals.
_VN3 = (
    "ĂÂÊÔƠƯĐăâêôơưđ......àảãáạ.ằẳẵắ.......ặầẩẫấậè.ẻẽéẹềểễếệìỉ...ĩíịò.ỏõóọồổỗốộờởỡớợù.ủũúụừửữứựỳỷỹýỵ"
)
_VNI_MARKED = {
    "a": dict(zip("ùøûõïâáàåãäêéèúüë", "áàảãạâấầẩẫậăắằẳẵặ", strict=True)),
    "e": dict(zip("ùøûõïâáàåãä", "éèẻẽẹêếềểễệ", strict=True)),
    "o": dict(zip("ùøûõïâáàåãä", "óòỏõọôốồổỗộ", strict=True)),
    "ô": dict(zip("ùøûõï", "ớờởỡợ", strict=True)),
    "u": dict(zip("ùøûõï", "úùủũụ", strict=True)),
    "ö": dict(zip("ùøûõï", "ứừửữự", strict=True)),
    "y": dict(zip("ùøûõ", "ýỳỷỹ", strict=True)),
}
_VNI_ALONE = dict(zip("ôöíìæóòîñ", "ơưíìỉĩịỵđ", strict=True))
_VISCII = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ"
    "ÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡư"
    "àáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)
_VISCII_CONTROLS = {0x02: "Ẳ", 0x05: "Ẵ", 0x06: "Ẫ", 0x14: "Ỷ", 0x19: "Ỹ", 0x1E: "Ỵ"}
VISCII = "".join(_VISCII_CONTROLS.get(code, chr(code)) for code in range(128)) + _VISCII


class Vote(Enum):
    """What one word says of an encoding."""

    NEUTRAL = 0  # no letter beyond ASCII, the same before and after
    FOR = 1  # a syllable after conversion only
    EITHER = 2  # a syllable before and after, mostly another one
    NEITHER = 3  # no syllable either way
    AGAINST = 4  # a syllable before only, or letters that the encoding has not


@dataclass(frozen=True, slots=True, eq=False)
class Encoding:
    """How units of text (one or two characters) stand for Vietnamese letters.

    `flag` is the name that converted articles carry; `shouts`: whether capitals with tones have
    no codes, so that small ones stand in for them among capitals.
    """

    flag: str
    table: dict[str, str]
    units: re.Pattern[str]
    words: re.Pattern[str]
    shouts: bool = False

    def convert(self, word: str) -> str:
        """The word with every unit as its letter; what is no unit stays."""
        return self.units.sub(lambda unit: self.table[unit.group()], word)

    def letters(self, word: str) -> Iterator[tuple[int, int, str]]:
        """The units of a word: start, end and letter."""
        return (
            (unit.start(), unit.end(), self.table[unit.group()])
            for unit in self.units.finditer(word)
        )


def _tcvn3() -> Encoding:
    table = {chr(0xA1 + place): letter for place, letter in enumerate(_VN3) if letter != "."}
    table["\u03bc"] = "à"  # the micro sign, as normalised by some editors to the Greek letter
    codes = "".join(table)
    return Encoding(
        "tcvn3",
        table,
        re.compile(f"[{codes}]"),
        re.compile(rf"(?:[^\W\d_]|[\u0300-\u036f{codes}])+"),
        shouts=True,
    )


def _vni() -> Encoding:
    table: dict[str, str] = {}
    for base, marked in _VNI_MARKED.items():
        for mark, letter in marked.items():
            for second in (mark, mark.upper()):
                table[base + second] = letter
                table[base.upper() + second] = letter.upper()
    for code, letter in _VNI_ALONE.items():
        table[code], table[code.upper()] = letter, letter.upper()
    units = "|".join(sorted(table, key=len, reverse=True))
    words = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f])+")
    return Encoding("vni", table, re.compile(units), words)


TCVN3 = _tcvn3()
VNI = _vni()
ENCODINGS = (TCVN3, VNI)


@lru_cache(maxsize=1 << 15)
def vote(encoding: Encoding, word: str) -> Vote:
    """What a word says of an encoding."""
    if word.isascii():
        return Vote.NEUTRAL
    right = is_syllable(word.lower())
    if not encoding.units.sub("", word).isascii():
        # A letter that the encoding has not: the word was written in something else.
        return Vote.AGAINST
    after = is_syllable(encoding.convert(word).lower())
    if after:
        return Vote.EITHER if right else Vote.FOR
    return Vote.AGAINST if right else Vote.NEITHER


def share(text: str, encoding: Encoding | None = None) -> tuple[int, int]:
    """How many of the words with marks spell a syllable, and how many there are.

    With an encoding, after conversion.
    """
    words = [word for word in _WORDS.findall(text) if not word.isascii()]
    if encoding is None:
        good = sum(1 for word in words if is_syllable(word.lower()))
    else:
        words = [word for word in encoding.words.findall(text) if not word.isascii()]
        good = sum(1 for word in words if vote(encoding, word) in (Vote.FOR, Vote.EITHER))
    return good, len(words)


_WORDS = re.compile(r"[^\W\d_]+")
