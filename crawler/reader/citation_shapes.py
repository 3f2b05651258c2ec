"""The shapes of document numbers and of the dates behind them, as regular expressions."""

from __future__ import annotations

import re
from datetime import date

from crawler.reader.citation_words import CAPITALS, CODES, ISSUER, SMALLS, STOPS, skeleton

_B = r"[ \t\xa0\u2000-\u200b\u202f]*"
_DASH = r"[-\u2010-\u2015\u2212]"
_SLASH = r"[/\u2044\u2215\uff0f]"
SEP = rf"{_B}(?:{_DASH}|{_SLASH}){_B}"
# Capitals and digits, a small letter only inside ("TTg", "CTr"), and the word must end there: the
# next one may stick to it ("UBNDngày 27/4/2018").
_TOKEN = (
    rf"(?:(?:TTg|[A-ZĐƯ](?:[A-ZĐƯÂÔƠÊĂ0-9]|{_B}&{_B}(?=[A-ZĐ])|[a-zđ](?![{SMALLS}]))*)"
    rf"(?=ngày|[^{SMALLS}{CAPITALS}]|$))"
)
# "QH 14": a term number may stand apart.
_TERMED = rf"{_TOKEN}(?:(?<=QH){_B}\d{{1,2}}(?![\d/.-]))?"
# A dash with blanks on both sides is punctuation, not part of the organ.
_UNIT = rf"(?:{_DASH}{_B}|{_B}{_DASH}|\.){_TOKEN}"
_YEAR = rf"{_B}{_SLASH}{_B}(?:19|20)\d\d(?!\d)"
_NUMBER = rf"(?P<number>\d{{1,5}}(?:[A-Za-z](?![A-Za-zĐ]))?(?:{_YEAR})?)"
_FREE = rf"(?<![\d/.,\-{CAPITALS}])"
STRUCTURED = re.compile(
    rf"{_FREE}{_NUMBER}(?P<sep1>{SEP})(?P<first>{_TERMED})"
    rf"(?:(?P<sep2>{SEP}|\.)(?P<second>{_TERMED})(?P<units>(?:{_UNIT})*))?"
)
# On the skeleton of a text: letters small, đ as d, the first separator forgotten.
CARELESS = re.compile(
    rf"(?<![\d/.,\-])(?P<number>\d{{1,5}}(?:[a-z](?![a-z]))?(?:{_YEAR})?)(?P<sep1>{SEP}|{_B})"
    rf"(?P<first>{'|'.join(sorted(CODES, key=len, reverse=True))})"
    rf"(?P<sep2>{SEP}|\.)(?P<second>[a-z][a-z0-9&]*)(?P<units>(?:{_DASH}[a-z][a-z0-9&]*)*)(?!\w)"
)
MISSING = re.compile(
    rf"(?P<so>[Ss][ốỐ]|SỐ){_B}:?[ \t\xa0.…_]*(?:{_YEAR})?(?P<sep1>{_SLASH}|{_DASH}){_B}"
    rf"(?P<first>{_TOKEN})(?P<sep2>{SEP})(?P<second>{_TOKEN})(?P<units>(?:{_UNIT})*)"
)
MAYBE = re.compile(r"\d|[Ss][ốỐ][^/\w]{0,80}[/-]|SỐ[^/\w]{0,80}[/-]")
SO = re.compile(rf"\b(?:s[oô]{_B}){{1,2}}[:.]?{_B}$")
_ALONE = rf"(?P<number>\d{{1,4}}(?:[a-z](?![a-z]))?(?:{_YEAR})?)(?![\w/]|[.,]\d|{SEP}\d)"
PLAIN = re.compile(rf"\bso{_B}:?{_B}{_ALONE}")
BARE = re.compile(rf"(?<=[a-z])[ \xa0]{_ALONE}")
TOKEN = re.compile(_TOKEN)

_DMY = (
    rf"(?P<d>\d{{1,2}}){_B}(?:{_SLASH}|{_DASH}|\.){_B}(?P<m>\d{{1,2}}){_B}(?:{_SLASH}|{_DASH}|\.)"
    rf"{_B}(?P<y>(?:19|20)\d\d)(?!\d)"
)
_LONG = (
    rf"(?P<d2>\d{{1,2}}){_B}tháng{_B}(?P<m2>\d{{1,2}}){_B},?{_B}(?:năm|{_SLASH}|{_DASH}){_B}"
    r"(?P<y2>(?:19|20)\d\d)(?!\d)"
)
_DATE = re.compile(
    rf"[\s,;(]*(?:(?:được\s+)?(?:ký|ban hành|đề|phát hành)\s+)?ngày{_B}"
    rf"(?:{_DMY}|{_LONG}|(?P<odd>\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d+))",
    re.IGNORECASE,
)
_BARE_DATE = re.compile(rf"[ \xa0]?\(?{_DMY}")
_OF_ORGAN = re.compile(r",? của (?P<words>(?:[^\s,.;:()]+ ){1,12}?)(?=ngày ?\d)")


def joined(organ: str, units: str | None = None) -> str:
    """An organ with its units as coded: blanks removed, every dash a hyphen."""
    return re.sub(_DASH, "-", re.sub(rf"[\s\u200b]|(?<=&){_B}", "", organ + (units or "")))


def plain_number(number: str) -> str:
    """A number as written, without blanks in it."""
    return re.sub(_SLASH, "/", re.sub(r"[\s\u200b]", "", number))


def has_solidus(separator: str) -> bool:
    """Whether a separator is a solidus, not a dash."""
    return re.search(_SLASH, separator) is not None


def date_behind(text: str, end: int, *, coded: bool) -> tuple[int, str | None]:
    """The end of the date that follows a number, and the date in ISO 8601; None when there is
    none or it is no day of the calendar. The issuing body may stand between the two. `coded`: a
    date without "ngày" counts, since the number ended in letters."""
    match = _DATE.match(text, end) or (_BARE_DATE.match(text, end) if coded else None)
    if match is None:
        match = _date_behind_issuer(text, end)
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


def _date_behind_issuer(text: str, end: int) -> re.Match[str] | None:
    issuer = ISSUER.match(text, end)
    if issuer is not None and (match := _DATE.match(text, issuer.end())):
        return match
    of_organ = _OF_ORGAN.match(text, end)
    if of_organ is None or STOPS.search(skeleton(of_organ["words"])):
        return None
    return _DATE.match(text, of_organ.end())
