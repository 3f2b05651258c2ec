"""Numbers of official documents in running text: `Quyết định số 759/QĐ-TTg ngày 14/4/2025`.

Party bodies write `60-NQ/TW`, state bodies `74/NQ-CP` or `28/2017/NQ-HĐND`, the National Assembly
`119/2020/QH14`, and everybody sets blanks, commas and dashes as they like. Nothing is repaired: a
slip in an organ's letters stays, and the kind named may disagree with the code.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace

from crawler.reader.citation_shapes import (
    BARE,
    CARELESS,
    MAYBE,
    MISSING,
    PLAIN,
    SO,
    STRUCTURED,
    TOKEN,
    date_behind,
    has_solidus,
    joined,
    plain_number,
)
from crawler.reader.citation_words import (
    ATTRIBUTE,
    CODES,
    COUNTABLE,
    COUNTED,
    GLUED_ORGANS,
    GOES_ON,
    ISSUER,
    LAW_STOPS,
    LAWS,
    NOT_DOCUMENTS,
    ORGAN_SHAPE,
    ORGANS,
    STOPS,
    STRONG_CODES,
    TYPES,
    TYPES_AT_END,
    TYPES_WITHOUT_SO,
    misspelt_type,
    skeleton,
    type_name,
)
from crawler.reader.model import Citation

MAX_LEFT_CHARS = 90  # in front of a number, in which its kind is looked for
MAX_NAME_WORDS = 8  # between the kind and "số": "Quyết định xử phạt vi phạm hành chính số"
MAX_LAW_CHARS, MAX_LAW_WORDS = 160, 20  # the same of laws, whose names are long

_WORD = re.compile(r"\w+")
_LINE_BREAK = re.compile(r"(?<!\n)\n(?!\n)")
_ACCENTED = re.compile(r"[^\x00-\x7fĐđƯưÔôƠơÂâ\u2000-\u2215\xa0]")
_TRAILING = re.compile(r"\s*[,:(]\s*$")
_HEAD = re.compile(r"[^\d.-]+")
_ASSEMBLY = re.compile(r"(?:UBTV)?QH\d*")

_Found = tuple[int, int, Citation]
_Parts = tuple[str | None, str | None, str | None, str | None]


@dataclass(frozen=True, slots=True)
class _Left:
    """What stands in front of a number: where it begins, the kind, and whether "số" is there."""

    start: int
    type: str | None
    so: bool
    barred: bool = False  # "thửa đất số", "xe số": a number of something else
    name: str = ""  # between the kind and "số" or the number

    @property
    def known(self) -> bool:
        return self.type is not None or self.so


def find_citations(text: str) -> list[Citation]:
    """All document numbers in a text, in order; fields that are not written are None.

    `number` as written, with the year when it is part of it; `code` the kind inside the number
    (NQ, QĐ …); `organ` with its unit, blanks removed; `date` ISO 8601, None when impossible.
    Telephone numbers, plots, fractions and terms are not citations.
    """
    text = unicodedata.normalize("NFC", text)
    if not MAYBE.search(text):
        return []
    # A line that was broken anywhere is read on; an empty line parts two paragraphs.
    line = _LINE_BREAK.sub(" ", text.replace("Ð", "Đ"))
    flat = skeleton(line)
    found: list[_Found] = []
    taken: list[tuple[int, int]] = []  # their places, which never overlap, in order
    for finder in (_structured, _careless, _missing, _number_only, _without_so):
        for start, end, citation in finder(line, flat):
            place = bisect_left(taken, (end, 0))
            if place and taken[place - 1][1] > start:
                continue
            taken.insert(place, (start, end))
            found.append((start, end, replace(citation, text=text[start:end].strip())))
    return [citation for _, _, citation in sorted(found, key=lambda item: item[0])]


def _structured(text: str, flat: str) -> Iterator[_Found]:
    """Number, code and organ, or number and organ, in capitals."""
    for match in STRUCTURED.finditer(text):
        law = _ASSEMBLY.fullmatch(match["first"]) is not None
        left = _left(flat, match.start(), law=law)
        parts = _code_and_organ(match, left)
        if parts is None or left.barred or _is_glued(flat, match.start(), left):
            continue
        code, organ, end = parts
        yield _citation(text, left.start, end, (left.type, match["number"], code, organ))


def _is_glued(flat: str, at: int, left: _Left) -> bool:
    """Whether a word that is neither a kind nor "số" sticks to the number ("lớp12/…")."""
    return at > 0 and flat[at - 1].isalpha() and not left.known


def _careless(text: str, flat: str) -> Iterator[_Found]:
    """The same behind a kind or "số", in small letters or without the first separator."""
    for match in CARELESS.finditer(flat):
        left = _left(flat, match.start())
        if not left.known or left.barred:
            continue
        end = match.end("second")
        if TOKEN.fullmatch(text, match.start("second"), end) is None:
            if not _is_organ(match["second"]) or _ACCENTED.search(text, match.start(), end):
                continue
            end = match.end()
        elif TOKEN.fullmatch(text, match.start("first"), match.end("first")) is None:
            continue
        code = text[match.start("first") : match.end("first")]
        organ = joined(text[match.start("second") : end])
        yield _citation(text, left.start, end, (left.type, match["number"], code, organ))


def _missing(text: str, flat: str) -> Iterator[_Found]:
    """A draft whose number was never filled in: "Số:      / TB-UBND"."""
    for match in MISSING.finditer(text):
        first, second, units = match["first"], match["second"], match["units"]
        left = _left(flat, match.end("so"))
        if skeleton(first) in CODES:
            parts = (left.type, None, first, joined(second, units))
        elif skeleton(first) in ORGANS and has_solidus(match["sep1"]):
            parts = (left.type, None, None, joined(first + match["sep2"] + second, units))
        else:
            continue
        yield _citation(text, left.start, match.end(), parts)


def _number_only(text: str, flat: str) -> Iterator[_Found]:
    """A kind, "số" and a bare number: "Kế hoạch số 152 ngày 29/2/2024"."""
    for match in PLAIN.finditer(flat):
        left = _left(flat, match.start("number"))
        if left.type is None or left.type in LAWS or COUNTED.match(flat, match.end()):
            continue
        number = text[match.start("number") : match.end()]
        found = _citation(text, left.start, match.end(), (left.type, number, None, None))
        whole = _with_issuer(text, found)
        sure = found[2].date is not None or (left.type in COUNTABLE and whole is not found)
        named = left.name.strip() and not ATTRIBUTE.fullmatch(left.name)
        # "Nghị quyết của Chi bộ số 4": the number is the branch's.
        if (named and found[2].date is None) or (left.type in COUNTABLE and not sure):
            continue
        yield whole


def _without_so(text: str, flat: str) -> Iterator[_Found]:
    """A kind and a bare number: "Chỉ thị 05", "Quyết định 123 của UBND tỉnh"."""
    for match in BARE.finditer(flat):
        kind = TYPES_AT_END.search(flat, max(0, match.start() - 30), match.start())
        if kind is None:
            continue
        name, number = type_name(kind.group()), match["number"]
        if name in LAWS or COUNTED.match(flat, match.end()):
            continue
        found = _citation(text, kind.start(), match.end(), (name, number, None, None))
        whole = _with_issuer(text, found)
        with_year, year = "/" in number, number[:2] in ("19", "20") and len(number) == 4
        usual = name in TYPES_WITHOUT_SO and not year
        if (
            found[2].date is not None
            or whole is not found
            or (usual and (with_year or GOES_ON.match(flat, match.end())))
        ):
            yield whole


def _code_and_organ(match: re.Match[str], left: _Left) -> tuple[str | None, str | None, int] | None:
    """Code, organ and the end of the number; None when the letters are not those of a document."""
    first, second = match["first"], match["second"]
    flat = skeleton(first)
    if flat in CODES or _is_code_of(second, first, match):
        if second is None:  # "12/QĐ": only with the kind in front of it
            return (first, None, match.end("first")) if left.type is not None else None
        if not left.known and flat not in STRONG_CODES and not _is_organ(second):
            return None
        return first, joined(second, match["units"]), match.end()
    if second is None and left.known and (glued := GLUED_ORGANS.fullmatch(first)):
        return glued[1], glued[2], match.end("first")
    return _letter(match, left)


def _is_code_of(organ: str | None, first: str, match: re.Match[str]) -> bool:
    """Whether letters that are no known code must be one, by what stands behind them: party
    bodies set a solidus there, and an organ that issues documents is no unit of another one."""
    if organ is None or _is_organ(first) or len(first) > 5:
        return False
    party = not has_solidus(match["sep1"]) and has_solidus(match["sep2"])
    return skeleton(organ) in ORGANS and (party or has_solidus(match["sep1"]))


def _letter(match: re.Match[str], left: _Left) -> tuple[None, str, int] | None:
    """A letter or a law: no code, all behind the solidus is the organ."""
    first, second = match["first"], match["second"]
    with_year = re.search(r"\D", plain_number(match["number"])[:-1]) is not None
    if not has_solidus(match["sep1"]) and not with_year:
        return None
    organ, end = joined(first), match.end("first")
    has_unit = second is not None and not has_solidus(match["sep2"])
    if has_unit:
        organ, end = joined(first + match["sep2"] + second, match["units"]), match.end()
    if sum(char.isupper() for char in organ) < 2:
        return None
    head = _HEAD.match(organ)
    issuing = head is not None and skeleton(head.group()) in ORGANS
    if left.type is not None or (issuing and (has_unit or with_year or left.so)):
        return None, organ, end
    return (None, organ, end) if left.so and has_unit and _is_organ(first) else None


def _is_organ(letters: str) -> bool:
    flat = skeleton(letters)
    return flat in ORGANS or ORGAN_SHAPE.fullmatch(flat.rstrip("0123456789")) is not None


def _left(flat: str, number_at: int, *, law: bool = False) -> _Left:
    window_at = max(0, number_at - (MAX_LAW_CHARS if law else MAX_LEFT_CHARS))
    window = flat[window_at:number_at]
    so = SO.search(window)
    before = window[: so.start()] if so is not None else window
    begin = window_at + so.start() if so is not None else number_at
    kind = _last_type(before, so is not None, law)
    if kind is not None:
        start, name, between = kind
        return _Left(window_at + start, name, so is not None, name=between)
    barred = NOT_DOCUMENTS.search(before) is not None
    return _Left(begin, None, so is not None, barred)


def _last_type(before: str, so: bool, law: bool) -> tuple[int, str, str] | None:
    """The kind nearest to the number, where it begins, and the words between the two: right in
    front of it, or with its name before "số"."""
    last = None
    for match in TYPES.finditer(before):
        # "Luật Luật sư": the second word belongs to the name.
        if last is None or before[last.end() : match.start()].strip() or "luat" not in last.group():
            last = match
    if last is None:
        slip = misspelt_type(before)
        return (*slip, "") if slip is not None else None
    name, between = type_name(last.group()), before[last.end() :]
    said = _TRAILING.sub("", between)
    words = _WORD.findall(said)
    stops, most = (LAW_STOPS, MAX_LAW_WORDS) if law and name in LAWS else (STOPS, MAX_NAME_WORDS)
    if words and (not so or len(words) > most or stops.search(said)):
        return None
    return last.start(), name, between


def _citation(text: str, start: int, end: int, parts: _Parts) -> _Found:
    kind, number, code, organ = parts
    end, day = date_behind(text, end, coded=organ is not None or code is not None)
    opened = text.count("(", start, end) > text.count(")", start, end)
    end += opened and text[end : end + 1] == ")"
    number = plain_number(number) if number else None
    return start, end, Citation(text[start:end], kind, number, code, organ, day)


def _with_issuer(text: str, found: _Found) -> _Found:
    """A number alone means little without the body that is spelled out behind it."""
    start, end, citation = found
    match = ISSUER.match(text, end)
    return found if match is None else (start, match.end(), citation)
