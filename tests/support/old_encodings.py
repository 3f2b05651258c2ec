"""Vietnamese text as old software wrote it: the way back from Unicode, for tests."""

from __future__ import annotations

import unicodedata

from crawler.reader.legacy import TCVN3, VISCII, VNI

TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
_VOWELS = [unicodedata.normalize("NFC", v + tone) for v in "aăâeêioôơuưy" for tone in TONES]
MARKED = ("đ", *(vowel for vowel in _VOWELS if not vowel.isascii()))  # 67, and as many capitals
_TO_TCVN3 = {letter: code for code, letter in TCVN3.table.items() if code <= "\xff"}
_TO_VNI: dict[str, str] = {}
for _code, _letter in VNI.table.items():
    # A capital has its mark in capitals too: OÄ, not Oä.
    if _code[-1].isupper() == _letter.isupper():
        _TO_VNI[_letter] = _code


def in_tcvn3(text: str) -> str:
    """As an ABC font is fed: capitals with tones as small ones, which .VnTimeH shows large."""
    return "".join(_TO_TCVN3.get(c, _TO_TCVN3.get(c.lower(), c)) for c in text)


def in_vni(text: str) -> str:
    return "".join(_TO_VNI.get(char, char) for char in text)


def in_viscii(text: str) -> bytes:
    return bytes(VISCII.index(char) for char in text)


def in_windows_1258(text: str) -> bytes:
    """Base letter first, tone behind it, as Windows does."""
    out = b""
    for char in text:
        try:
            out += char.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", char)
            tone = next(mark for mark in parts[1:] if mark in TONES[1:])
            base = unicodedata.normalize("NFC", parts.replace(tone, "", 1))
            out += (base + tone).encode("cp1258")
    return out


def encoded_twice(text: str, charset: str = "cp1252") -> str:
    """UTF-8 read as a one-byte charset; bytes that it has not become control characters."""
    return "".join(
        chr(byte) if byte < 0x80 else bytes([byte]).decode(charset, "ignore") or chr(byte)
        for byte in text.encode()
    )
