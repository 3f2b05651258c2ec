"""Numbers of official documents in running text: `Quyết định số 759/QĐ-TTg ngày 14/4/2025`.

Party bodies write `60-NQ/TW`, state bodies `74/NQ-CP` or `28/2017/NQ-HĐND`, the National Assembly
`119/2020/QH14`, and everybody sets blanks, commas and dashes as they like. Nothing is repaired: a
slip in an organ's letters stays, and the kind named may disagree with the code.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from crawler.reader.citation_words import (
    CODES,
    COUNTED,
    GLUED_ORGANS,
    ISSUER,
    NOT_DOCUMENTS,
    ORGANS,
    STOPS,
    TYPES,
    TYPES_WITHOUT_SO,
    skeleton,
    type_name,
)
from crawler.reader.model import Citation

MAX_LEFT_CHARS = 90  # in front of a number, in which its kind is looked for
MAX_NAME_WORDS = 8  # between the kind and "số": "Luật tiếp công dân số"

_B = r"[ \t\xa0]*"
_DASH = r"[-–—‐‑]"
_SEP = rf"{_B}[-/–—‐‑]{_B}"
# Capitals and digits, a small letter only inside ("TTg", "CTr"), and the word must end there: the
# next one may stick to it ("UBNDngày 27/4/2018").
_TOKEN = r"(?:(?:TTg|[A-ZĐƯ](?:[A-ZĐƯÂÔƠÊ0-9&]|[a-zđ](?![a-zà-ỹđ]))*)(?=ngày|[^a-zà-ỹđ]|$))"
# "QH 14": a term number may stand apart.
_TERMED = rf"{_TOKEN}(?:(?<=QH){_B}\d{{1,2}}(?![\d/.-]))?"
# A dash with blanks on both sides is punctuation, not part of the organ.
_UNIT = rf"(?:{_DASH}{_B}|{_B}{_DASH}|\.){_TOKEN}"
_NUMBER = rf"(?P<number>\d{{1,5}}[A-Za-z]?(?:{_B}/{_B}(?:19|20)\d\d(?!\d))?)"
_STRUCTURED = re.compile(
    rf"(?<![\d/.,\-A-Za-z]){_NUMBER}(?P<sep1>{_SEP})(?P<first>{_TERMED})"
    rf"(?:(?P<sep2>{_SEP}|\.)(?P<second>{_TERMED})(?P<units>(?:{_UNIT})*))?"
)
_MISSING = re.compile(
    rf"(?P<so>[Ss][ốỐ]|SỐ){_B}:?[ \t\xa0.…_]*(?P<sep1>/|-){_B}(?P<first>{_TOKEN})"
    rf"(?P<sep2>{_SEP})(?P<second>{_TOKEN})(?P<units>(?:{_UNIT})*)"
)
_MAYBE = re.compile(r"\d|[Ss][ốỐ][^/\w]{0,80}/|SỐ[^/\w]{0,80}/")
_SO = re.compile(rf"\bs[oô]{_B}[:.]?{_B}$")
_PLAIN = re.compile(rf"\bso{_B}:?{_B}(?P<number>\d{{1,4}}[a-z]?)(?![\w/]|[.,]\d|{_SEP}\d)")
_BARE = re.compile(
    r"(?:quyet|chi thi|luan|dinh|thong tu) (?P<number>\d{1,3})"
    r"(?=[,.;:)\"”]|$| (?:cua|ve|va|khoa|ngay)\b)(?![.,]\d)"
)
_DATE = re.compile(
    rf"(?P<lead>[\s,;(]*(?:(?:ký|ban hành|đề) )?ngày{_B})"
    r"(?:(?P<d>\d{1,2}) ?[/.-] ?(?P<m>\d{1,2}) ?[/.-] ?(?P<y>(?:19|20)\d\d)(?!\d)"
    r"|(?P<d2>\d{1,2}) tháng (?P<m2>\d{1,2}),? năm (?P<y2>(?:19|20)\d\d)(?!\d)"
    r"|(?P<odd>\d{1,2}[/.-]\d{1,2}[/.-]\d+))",
    re.I,
)
_BRACKETED_DATE = re.compile(r" ?\((?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>(?:19|20)\d\d)\)")
_OF_ORGAN = re.compile(r",? của (?P<words>(?:[^\s,.;:()]+ ){1,12}?)(?=ngày ?\d)")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Left:
    """What stands in front of a number: where it begins, the kind, and whether "số" is there."""

    start: int
    type: str | None
    so: bool
    barred: bool = False  # "thửa đất số", "xe số": a number of something else


def find_citations(text: str) -> list[Citation]:
    """All document numbers in a text, in order; fields that are not written are None.

    `number` as written, with the year when it is part of it; `code` the kind inside the number
    (NQ, QĐ …); `organ` with its unit, blanks removed; `date` ISO 8601, None when impossible.
    Telephone numbers, plots, fractions and terms are not citations.
    """
    text = unicodedata.normalize("NFC", text)
    if not _MAYBE.search(text):
        return []
    flat = skeleton(text)
    found: list[tuple[int, int, Citation]] = []
    for start, end, citation in (
        *_structured(text, flat),
        *_missing(text, flat),
        *_number_only(text, flat),
    ):
        if not any(start < other_end and other < end for other, other_end, _ in found):
            found.append((start, end, citation))
    return [citation for _, _, citation in sorted(found, key=lambda item: item[0])]


def _structured(text: str, flat: str) -> Iterator[tuple[int, int, Citation]]:
    for match in _STRUCTURED.finditer(text.replace("Ð", "Đ")):
        left = _left(text, flat, match.start())
        parts = _code_and_organ(match, left)
        if parts is None or left.barred:
            continue
        code, organ, end = parts
        number = re.sub(r"\s", "", match["number"])
        yield _citation(text, left.start, end, (left.type, number, code, organ))


def _missing(text: str, flat: str) -> Iterator[tuple[int, int, Citation]]:
    """A draft whose number was never filled in: "Số:      / TB-UBND"."""
    for match in _MISSING.finditer(text.replace("Ð", "Đ")):
        if match["first"].upper() not in CODES:
            continue
        left = _left(text, flat, match.end("so"))
        organ = _joined(match["second"], match["units"])
        yield _citation(text, left.start, match.end(), (left.type, None, match["first"], organ))


def _number_only(text: str, flat: str) -> Iterator[tuple[int, int, Citation]]:
    for match in _PLAIN.finditer(flat):
        left = _left(text, flat, match.start("number"))
        if left.type in (None, "Luật", "Bộ luật", "Pháp lệnh") or COUNTED.match(flat, match.end()):
            continue
        number = text[match.start("number") : match.end()]
        yield _with_issuer(
            text, _citation(text, left.start, match.end(), (left.type, number, None, None))
        )
    for match in _BARE.finditer(flat):
        left = _left(text, flat, match.start("number"))
        if left.type in TYPES_WITHOUT_SO and not left.so:
            bare = (left.type, match["number"], None, None)
            yield _with_issuer(text, _citation(text, left.start, match.end(), bare))


def _code_and_organ(match: re.Match[str], left: _Left) -> tuple[str | None, str | None, int] | None:
    """Code, organ and the end of the number; None when the letters are not those of a document."""
    known = left.type is not None or left.so
    first, second = match["first"], match["second"]
    if first.upper() in CODES:
        if second is None:  # "12/QĐ": only with the kind in front of it
            return (first, None, match.end("first")) if left.type is not None else None
        return first, _joined(second, match["units"]), match.end()
    if second is None and (glued := GLUED_ORGANS.fullmatch(first)) and known:
        return glued[1], glued[2], match.end("first")
    # A letter: no code, all behind the solidus is the organ.
    if "/" not in match["sep1"] and "/" not in match["number"]:
        return None
    organ, end = _joined(first, None), match.end("first")
    if second is not None and "/" not in match["sep2"]:
        organ, end = _joined(first + match["sep2"] + second, match["units"]), match.end()
    head = re.match(r"[^\d-]+", organ)
    sure = head is not None and head.group() in ORGANS
    if sum(char.isupper() for char in organ) < 2 or not (known or sure):
        return None
    return None, organ, end


def _joined(organ: str, units: str | None) -> str:
    return re.sub(_DASH, "-", re.sub(r"\s", "", organ + (units or "")))


def _left(text: str, flat: str, number_at: int) -> _Left:
    window_at = max(0, number_at - MAX_LEFT_CHARS)
    window = flat[window_at:number_at]
    so = _SO.search(window)
    before = window[: so.start()] if so is not None else window
    begin = window_at + so.start() if so is not None else number_at
    kind = _last_type(before, so is not None)
    if kind is not None:
        start, name = kind
        return _Left(window_at + start, name, so is not None)
    barred = NOT_DOCUMENTS.search(before) is not None
    return _Left(begin, None, so is not None, barred)


def _last_type(before: str, so: bool) -> tuple[int, str] | None:
    """The kind nearest to the number: right in front of it, or with its name before "số"."""
    last = None
    for match in TYPES.finditer(before):
        last = match
    if last is None:
        return None
    between = before[last.end() :]
    words = _WORD.findall(between)
    if words and (not so or len(words) > MAX_NAME_WORDS or STOPS.search(between)):
        return None
    return last.start(), type_name(last.group())


def _citation(
    text: str, start: int, end: int, parts: tuple[str | None, str | None, str | None, str | None]
) -> tuple[int, int, Citation]:
    kind, number, code, organ = parts
    end, day = _date(text, end)
    citation = Citation(text[start:end].strip(), kind, number, code, organ, day)
    return start, end, citation


def _with_issuer(text: str, found: tuple[int, int, Citation]) -> tuple[int, int, Citation]:
    """A number alone means little without the body that is spelled out behind it."""
    start, end, citation = found
    match = ISSUER.match(text, end)
    if match is None:
        return found
    return start, match.end(), replace(citation, text=text[start : match.end()])


def _date(text: str, end: int) -> tuple[int, str | None]:
    match = _DATE.match(text, end) or _BRACKETED_DATE.match(text, end)
    if match is None:
        of_organ = _OF_ORGAN.match(text, end)
        if of_organ is None or STOPS.search(skeleton(of_organ["words"])):
            return end, None
        match = _DATE.match(text, of_organ.end())
        if match is None:
            return end, None
    parts = match.groupdict()
    if parts.get("odd"):
        return match.end(), None
    year, month, day = (parts[key] or parts[key + "2"] for key in "ymd")
    try:
        return match.end(), date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return match.end(), None
