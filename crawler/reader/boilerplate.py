"""Lines that no portal means as article text: counters, pagers, tools, forms, footers.

A check on text that was found by container and position, not the way text is found: a portal's
own menu names and banners are unknowable, and short words may be text. So what is here are
mechanisms: word lists (VOCABULARY) and the shapes they come in (FAMILIES), whatever the number.
"""

from __future__ import annotations

import re
from functools import lru_cache

from crawler.reader.boilerplate_grammar import is_tool_line, may_stand_among_tools, parts_of
from crawler.reader.boilerplate_words import FAMILIES, VOCABULARY
from crawler.text import squeeze

MAX_CHARS = 320  # the longest known line is a slogan of 200; what is longer is text
MAX_CRUMB_WORDS = 6  # of one step of a breadcrumb
MAX_PLACE_WORDS = 4  # of a place whose weather it is
MAX_ROW_CHARS = 140  # of tools, of counters, of the weather, side by side
SLOGAN_WORDS = 15  # titles in capitals are shorter

_GROUP = re.compile(r"(?<!\\)\((?!\?)")
_ENTRY = re.compile(r"\{([a-z_]+)\}")


def _expand(pattern: str) -> str:
    while entry := _ENTRY.search(pattern):
        pattern = f"{pattern[: entry.start()]}({VOCABULARY[entry[1]]}){pattern[entry.end() :]}"
    return _GROUP.sub("(?:", pattern)


_LINE = re.compile(
    "|".join(f"(?:{_expand(pattern)})" for family in FAMILIES.values() for pattern in family)
)
# A field that must be filled in, a file's size.
_LABEL = re.compile(
    r"[^\d.!?*:]{2,40} ?(?:\*|\( ?(?:\*|bắt buộc) ?\))(?: ?:)?"
    r"|[^\d.!?]{0,30}\(?\d[\d.,]* ?[kmg]b\)?"
)
_RULES = "-=_*~ "  # drawn before and behind an entry: "--- Liên kết ---"
_BRACKETS = {"(": ")", "[": "]"}
_DEGREES = re.compile(r"-?\d{1,2} ?(?:[-~/] ?\d{1,2} ?)?° ?[CF]?", re.IGNORECASE)
_FORECAST = re.compile(r"(?:dự báo )?thời tiết\b", re.IGNORECASE)
_WEATHER = re.compile(
    r"nhiệt độ|độ ẩm|gió|(?:có |nhiều |ít )?(?:mây|mưa|nắng)(?: (?:rào|nhẹ|vừa|to))?"
    r"|[\d.,]+ ?(?:%|km/h|m/s)|[|:,;/~-]",
    re.IGNORECASE,
)
_BULLETS = " •·●▪◦■□*»›>+|-"
_ARROWS = " |•·«‹»›<>←→↑↓…"  # at the end of a link; in a pager they are what tells it from numbers
_STEPS = frozenset(("trước", "sau", "tiếp", "đầu", "cuối"))  # with an arrow, else plain words
_DASHES = str.maketrans("–—‐‑：", "----:")
_CRUMB = re.compile(r" [/»›>]+ | ?[»›] ?")
_HOME_CRUMB = re.compile(r" ?[/»›>|-]+ ")
_HOME = re.compile(r"(?:trang chủ|home|trang nhất)\s*[/»›>|-]", re.IGNORECASE)
_SLOGAN = re.compile(r"\b(?:PHẤN ĐẤU|QUYẾT TÂM|RA SỨC|CHUNG SỨC|THI ĐUA)\b")


def is_boilerplate_line(line: str) -> bool:
    """True when a line is chrome wherever it stands, whatever numbers it carries.

    False says nothing: menu names, bare numbers and banners need position to be recognised.
    """
    text = squeeze(line)
    return 0 < len(text) <= MAX_CHARS and _is_boilerplate(text)


@lru_cache(maxsize=8192)  # the chrome of a portal stands on every page of it
def _is_boilerplate(text: str) -> bool:
    text = _undressed(_half(text.translate(_DASHES)))
    lowered = text.lower()
    return (
        _is_known(lowered)
        or _is_row_of_tools(lowered)
        or _is_breadcrumb(text)
        or _is_weather(text)
        or _is_slogan(text)
    )


def _is_known(lowered: str) -> bool:
    inner = lowered.strip(_ARROWS)
    return (
        _LINE.fullmatch(lowered) is not None
        or (lowered[-1:] in "*:)b" and _LABEL.fullmatch(lowered) is not None)
        or (inner != lowered and (_LINE.fullmatch(inner) is not None or inner in _STEPS))
        or is_tool_line(inner)
    )


def _is_row_of_tools(lowered: str) -> bool:
    """Tools side by side: "Lượt xem: 12 | In bài viết"."""
    if len(lowered) > MAX_ROW_CHARS:
        return False
    known = 0
    for part in parts_of(lowered):
        if _is_known(part):
            known += 1
        elif not may_stand_among_tools(part):
            return False
    return known > 0


def _is_weather(text: str) -> bool:
    """A place and its degrees: every word is a name or a word of the forecast."""
    forecast = _FORECAST.match(text)
    if len(text) > MAX_ROW_CHARS or (forecast is None and "°" not in text):
        return False
    said = text[forecast.end() :] if forecast is not None else text
    rest = _WEATHER.sub(" ", _DEGREES.sub(" ", said)).split()
    named = all(word[0].isupper() for word in rest if word[0].isalpha())
    return named and len(rest) <= MAX_PLACE_WORDS and (forecast is None or bool(rest))


def _undressed(text: str) -> str:
    """A line without bullet, rules and the brackets around it."""
    if text[:2] in ("--", "==", "__", "**", "~~"):
        text = text.strip(_RULES) or text
    text = text.lstrip(_BULLETS) or text
    inner = text[1:-1]
    if _BRACKETS.get(text[0]) == text[-1] and not any(mark in inner for mark in "()[]"):
        text = inner.strip() or text
    return text


def _half(text: str) -> str:
    """A line that is the same words twice, once: link and heading printed in one."""
    middle = len(text) // 2
    doubled = len(text) % 2 == 1 and text[middle] == " " and text[:middle] == text[middle + 1 :]
    return text[:middle] if doubled else text


def _is_breadcrumb(text: str) -> bool:
    if not any(mark in text for mark in "/»›>|-"):
        return False
    steps = (_HOME_CRUMB if _HOME.match(text) else _CRUMB).split(text)
    if any(not step or len(step.split()) > MAX_CRUMB_WORDS for step in steps):
        return False
    if text[-1] in ".;:,!?" or any(char.isdigit() for char in text):
        return False
    return len(steps) > 2 or _HOME.match(text) is not None


def _is_slogan(text: str) -> bool:
    capitals = text.isupper() and len(text.split()) >= SLOGAN_WORDS
    return capitals and _SLOGAN.search(text) is not None
