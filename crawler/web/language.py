"""The language of a page: which one, its words, its dates and numbers."""

from __future__ import annotations

import csv
import re
from contextvars import ContextVar
from importlib import resources

from crawler.web.catalogue import Language

LANGUAGES: tuple[Language, ...] = ("vi", "en")
COOKIE = "khotin_lang"

# Datasette's render_cell hook is not told of the request; the ASGI wrapper sets this for it.
current: ContextVar[Language] = ContextVar("khotin_language", default="vi")

_STAMP = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::\d\d)?(?:\.\d+)?(?:\+07:00)?)?")


def _load() -> dict[str, dict[Language, str]]:
    text = (resources.files("crawler.web") / "words.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return {row["key"]: {"en": row["en"], "vi": row["vi"]} for row in rows}


WORDS: dict[str, dict[Language, str]] = _load()


def say(key: str, *values: object) -> str:
    """The words for a key in the language of this request; {0}, {1} are filled with values.

    An unknown key is a KeyError: templates are tested, not guessed at.
    """
    shown = [number(value) if isinstance(value, int) else value for value in values]
    return WORDS[key][current.get()].format(*shown)


def named(prefix: str, value: object) -> str:
    """The words for a value of the data, such as level "commune"; the value itself if unknown."""
    words = WORDS.get(f"{prefix}.{value}")
    return words[current.get()] if words else str(value)


def choose(asked: str | None, cookie: str | None, accept: str) -> Language:
    """What the address asks for, else what was chosen before, else what the browser prefers."""
    for code in (asked, cookie):
        if code in LANGUAGES:
            return "en" if code == "en" else "vi"
    return _preferred(accept)


def _preferred(accept: str) -> Language:
    """The first of our languages by the weights of an Accept-Language header; vi by default."""
    best: tuple[float, Language] = (0.0, "vi")
    for part in accept.split(","):
        tag, _, weight = part.strip().partition(";")
        code = tag.split("-")[0].strip().lower()
        try:
            quality = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            quality = 0.0
        for language in LANGUAGES:
            if code == language and quality > best[0]:
                best = (quality, language)
    return best[1]


def stamp(value: object) -> str:
    """A stored date or time for reading: dd/mm/yyyy HH:MM in Vietnamese, ISO with a blank in
    English. Times stored at +07:00 are shown as they are; anything else comes back unchanged.
    """
    text = str(value or "")
    parts = _STAMP.fullmatch(text)
    if parts is None:
        return text
    year, month, day, hour, minute = parts.groups()
    date = f"{day}/{month}/{year}" if current.get() == "vi" else f"{year}-{month}-{day}"
    return f"{date} {hour}:{minute}" if hour else date


def number(value: int) -> str:
    """A whole number with its thousands set apart: 1.234 in Vietnamese, 1,234 in English."""
    text = f"{value:,}"
    return text.replace(",", ".") if current.get() == "vi" else text
