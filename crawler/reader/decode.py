"""Bytes to text: byte order mark, then UTF-8 if it fits, then what the page declares.

A header or meta tag is believed only where the bytes do not contradict it: portals serve UTF-8
under a header that says ISO-8859-1, and such pages are not to be stored as mojibake.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

_META = re.compile(
    rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.\-]{2,40})"
    rb"|<\?xml[^>]+encoding\s*=\s*[\"']([A-Za-z0-9_:.\-]{2,40})",
    re.IGNORECASE,
)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.\-]{2,40})", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
META_BYTES = 8192  # HTML asks for the declaration in the first 1,024; Word pastes put it later
DETECT_BYTES = 65_536  # detection is slow, and the first pages' worth of text decide it
# A stray bad byte must not turn a whole UTF-8 page into another charset.
MAX_BAD_SHARE = 0.002
MIN_GOOD_PER_BAD = 4  # sequences that only UTF-8 makes; in another charset there are next to none
PROBE_BYTES = 400  # UTF-16 shows in the first tags: every other byte of theirs is NUL
# What detection may answer: pages of other charsets are not met on Vietnamese portals, and with a
# hundred candidates a short text is taken for Hebrew.
_CANDIDATES = ["cp1258", "cp1252", "cp1251", "gb18030", "euc_kr", "shift_jis"]
# Labels that browsers read as their Windows superset (WHATWG Encoding, "labels").
_ALIASES = {
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "tcvn": "cp1258",
    "tcvn-5712": "cp1258",
    "x-viet-vps": "cp1258",
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text, the charset that gave it, and flags worth keeping ("charset_mismatch" …)."""

    text: str
    charset: str
    flags: tuple[str, ...] = ()


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """The page's text. Never raises; what no charset fits is decoded with replacements."""
    for mark, charset in _BOMS:
        if body.startswith(mark):
            return Decoded(body[len(mark) :].decode(charset, "replace"), charset)
    if wide := _utf16_without_mark(body):
        return Decoded(body.decode(wide, "replace"), wide, ("charset_detected",))
    declared = _declared(body, content_type)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _not_clean_utf8(body, declared)
    mismatch = declared and declared[0] != "utf-8" and not body.isascii()
    return Decoded(text, "utf-8", ("charset_mismatch",) if mismatch else ())


def _not_clean_utf8(body: bytes, declared: list[str]) -> Decoded:
    lenient = body.decode("utf-8", "replace")
    bad = lenient.count("�") - body.count(b"\xef\xbf\xbd")
    few = bad <= max(3, len(lenient) * MAX_BAD_SHARE)
    good = sum(1 for char in lenient if char > "\x7f" and char != "�") if few else 0
    others = [charset for charset in declared if charset != "utf-8"]
    if few and (not others or good >= bad * MIN_GOOD_PER_BAD):
        return Decoded(lenient, "utf-8", ("bad_bytes",))
    if others:
        flags = ("charset_mismatch",) if declared[0] == "utf-8" else ()
        return Decoded(body.decode(others[0], "replace"), others[0], flags)
    guess = from_bytes(body[:DETECT_BYTES], cp_isolation=_CANDIDATES).best()
    charset = guess.encoding if guess is not None else "utf-8"
    return Decoded(body.decode(charset, "replace"), charset, ("charset_detected",))


def is_utf16(body: bytes) -> bool:
    """Whether these are bytes of UTF-16, by its mark or by the pattern of its first tags."""
    return body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or bool(
        _utf16_without_mark(body)
    )


def _utf16_without_mark(body: bytes) -> str | None:
    """The byte order of UTF-16 that says so neither by a mark nor truly by a label."""
    head = body[:PROBE_BYTES]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if len(head) >= 8 and max(even, odd) > len(head) // 4 and min(even, odd) <= len(head) // 16:
        return "utf-16-le" if odd > even else "utf-16-be"
    return None


def _declared(body: bytes, content_type: str | None) -> list[str]:
    """The declared charsets as Python knows them, header before meta; unknown ones left out."""
    labels = [match.group(1) for match in [_HEADER.search(content_type or "")] if match]
    if found := _META.search(body[:META_BYTES]):
        labels.append((found.group(1) or found.group(2)).decode("ascii"))
    charsets = [_python_name(label) for label in labels]
    return list(dict.fromkeys(charset for charset in charsets if charset))


def _python_name(label: str) -> str | None:
    """A hostile label ("idna", "base64", "unicode_escape") is no charset of a page."""
    label = label.lower()
    try:
        info = codecs.lookup(_ALIASES.get(label, label))
        b"a".decode(info.name)
    except (LookupError, UnicodeError, ValueError):
        return None
    safe = info.name.startswith(("utf", "iso8859", "cp", "koi8", "gb", "big5", "euc", "shift"))
    return info.name if safe and info.name not in ("utf-7",) else None
