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
    declared = _declared(body, content_type)
    if declared in ("utf-16", "utf-16-le", "utf-16-be") and b"\x00" not in body[:400]:
        declared = None  # a page that says so in ASCII is not UTF-16
    try:
        text = body.decode("utf-8")
        mismatch = declared not in (None, "utf-8", "cp1252") and not body.isascii()
        flags = ("charset_mismatch",) if mismatch or _hides_utf8(declared, body) else ()
        return Decoded(text, "utf-8", flags)
    except UnicodeDecodeError:
        pass
    return _not_clean_utf8(body, declared)


def _not_clean_utf8(body: bytes, declared: str | None) -> Decoded:
    lenient = body.decode("utf-8", "replace")
    bad = lenient.count("�") - body.count(b"\xef\xbf\xbd")
    if declared in (None, "utf-8") and bad <= max(3, len(lenient) * MAX_BAD_SHARE):
        return Decoded(lenient, "utf-8", ("bad_bytes",))
    if declared is not None and declared != "utf-8":
        return Decoded(body.decode(declared, "replace"), declared)
    guess = from_bytes(body[:DETECT_BYTES]).best()
    charset = guess.encoding if guess is not None else "utf-8"
    return Decoded(body.decode(charset, "replace"), charset, ("charset_detected",))


def _hides_utf8(declared: str | None, body: bytes) -> bool:
    return declared == "cp1252" and not body.isascii()


def _declared(body: bytes, content_type: str | None) -> str | None:
    """The declared charset as Python knows it: header before meta; None if absent or unknown."""
    labels = [match.group(1) for match in [_HEADER.search(content_type or "")] if match]
    if found := _META.search(body[:META_BYTES]):
        labels.append((found.group(1) or found.group(2)).decode("ascii"))
    for label in labels:
        charset = _python_name(label)
        if charset is not None:
            return charset
    return None


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
