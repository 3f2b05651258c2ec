"""Bytes to text: byte order mark, then UTF-8 if it fits, then what the page declares.

A header or meta tag is believed only where the bytes do not contradict it: portals serve UTF-8
under a header that says ISO-8859-1, and such pages are not to be stored as mojibake. What is not
UTF-8 is read in the charset in which its words are Vietnamese syllables, if there is one.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

from crawler.reader.legacy import ENCODINGS, VISCII, share
from crawler.text import nfc

_META = re.compile(
    rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.\-]{2,40})"
    rb"|<\?xml[^>]+encoding\s*=\s*[\"']([A-Za-z0-9_:.\-]{2,40})",
    re.IGNORECASE,
)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.\-]{2,40})", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like the mark of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
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
    # Letters of TCVN3 and VNI stand on the codes of Western ones; what they mean is told from the
    # words of the parsed page (crawler.reader.recode).
    "x-user-defined": "cp1252",
    "tcvn": "cp1252",
    "tcvn3": "cp1252",
    "tcvn-5712": "cp1252",
    "tcvn5712-1": "cp1252",
    "x-viet-tcvn5712": "cp1252",
    "vni": "cp1252",
    "x-viet-vni": "cp1252",
    "csviscii": "viscii",
}
_MARKUP = re.compile(r"<[^<>]*>|&\w{1,8};")
# A charset is told by its words when so many of them have marks, and this share of them spells
# syllables; the declared one gives way to one that is better by the margin.
MIN_WORDS = 3
MIN_SHARE = 0.6
MARGIN = 0.15
MIN_MIXED = 10  # words in UTF-8 on a page that is not: two texts stand in one page


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
    if body.startswith(codecs.BOM_UTF8):
        body, content_type = body[len(codecs.BOM_UTF8) :], "charset=utf-8"
    elif wide := _wide_without_mark(body):
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
    good = len(lenient) - len(lenient.encode("ascii", "ignore")) - lenient.count("�")
    few = bad <= max(3, len(lenient) * MAX_BAD_SHARE)
    # Bytes of UTF-16 and 32 were told by their zeros already; their labels are mistakes.
    others = [charset for charset in declared if not charset.startswith("utf")]
    if few and good >= bad * (MIN_GOOD_PER_BAD if others else 1):
        return Decoded(lenient, "utf-8", ("bad_bytes",))
    if good >= MIN_MIXED and _is_vietnamese(lenient):
        text = body.decode("utf-8", _WESTERN_BYTES)
        return Decoded(text, "utf-8", ("charset_mixed",))
    charset = _by_words(body, others[0] if others else None)
    if charset is None and few and not others:
        return Decoded(lenient, "utf-8", ("bad_bytes",))
    if charset is None and others:
        charset = others[0]
    if charset is None:
        guess = from_bytes(body[:DETECT_BYTES], cp_isolation=_CANDIDATES).best()
        charset = guess.encoding if guess is not None else "utf-8"
    flag = "charset_mismatch" if declared else "charset_detected"
    flags = () if charset in others[:1] and declared[0] == charset else (flag,)
    return Decoded(_decode(body, charset), charset, flags)


def _by_words(body: bytes, declared: str | None) -> str | None:
    """The charset in which the words with marks are Vietnamese, the declared one if it is as good;
    None when there is none, or too few words to tell."""
    best, best_share = None, MIN_SHARE
    for charset in dict.fromkeys((declared, "cp1258", "cp1252", "viscii")):
        if charset is None:
            continue
        text = _MARKUP.sub(" ", _decode(body[:DETECT_BYTES], charset))
        counts = [share(text)]
        if charset == "cp1252":
            counts += [share(text, encoding) for encoding in ENCODINGS]
        good, words = max(counts, key=lambda count: count[0] / max(count[1], 1))
        if words >= MIN_WORDS and good / words >= best_share:
            best, best_share = charset, good / words + MARGIN
    return best


def _is_vietnamese(text: str) -> bool:
    """Whether words beside the replacement characters spell syllables."""
    good, words = share(_MARKUP.sub(" ", text[:DETECT_BYTES]))
    return good >= MIN_MIXED and good >= words * MIN_SHARE


def _decode(body: bytes, charset: str) -> str:
    """The text in one of the charsets that _python_name may name."""
    if charset == "viscii":
        return codecs.charmap_decode(body, "replace", VISCII)[0]
    if charset == "cp1252":
        # The five bytes that it has not are control characters, as browsers have it: lossless.
        return body.decode("cp1252", _WESTERN_BYTES)
    text = body.decode(charset, "replace")
    return nfc(text) if charset == "cp1258" else text  # tones are characters of their own there


def _western_bytes(error: UnicodeError) -> tuple[str, int]:
    """A codec's error handler: bytes that do not fit are read as windows-1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    chars = (bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in wrong)
    return "".join(chars), error.end


_WESTERN_BYTES = "khotin-western-bytes"
codecs.register_error(_WESTERN_BYTES, _western_bytes)


def is_utf16(body: bytes) -> bool:
    """Whether these are bytes of UTF-16 or 32, by their mark or by the zeros in the first tags."""
    return body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)) or bool(
        _wide_without_mark(body)
    )


def _wide_without_mark(body: bytes) -> str | None:
    """The form of UTF-16 or UTF-32 that says so neither by a mark nor truly by a label."""
    head = body[:PROBE_BYTES]
    if len(head) < 8 or b"\0" not in head:
        return None
    zeros = [head[place::4].count(0) * 4 / len(head) for place in range(4)]
    quarters = [share > 0.9 for share in zeros]
    if quarters in ([False, True, True, True], [True, True, True, False]):
        return "utf-32-be" if quarters[0] else "utf-32-le"
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) // 4 and min(even, odd) <= len(head) // 16:
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
    label = _ALIASES.get(label.lower(), label.lower())
    if label == "viscii":
        return label
    try:
        info = codecs.lookup(label)
        b"a".decode(info.name)
    except (LookupError, UnicodeError, ValueError):
        return None
    safe = info.name.startswith(("utf", "iso8859", "cp", "koi8", "gb", "big5", "euc", "shift"))
    return info.name if safe and info.name != "utf-7" else None
