"""What must never stand in an article: lines of menus, counters, related news and tools.

The lines and counter patterns are facts about real portals, read from the shared folder; what
repeats on one portal is found by counting lines over its pages. Neither comes from our reader.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache

import lxml.html

from tests.support.shared import shared_file

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_RELATED = re.compile(r"\s*\((?:\d{1,2}/\d{1,2}/\d{4}|\d{4})\)\s*$")
_STAMP = re.compile(
    r"^(?:Thứ (?:hai|ba|tư|năm|sáu|bảy)|Chủ nhật)\s*-\s*\d\d/\d\d/\d{4}", re.IGNORECASE
)
_BLOCKS = "address article aside blockquote br caption dd div dl dt fieldset figcaption figure "
_BLOCKS += "footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol option p section table tbody "
_BLOCKS += "td tfoot th thead tr ul"
_BLOCK_TAGS = frozenset(_BLOCKS.split())
_SILENT_TAGS = frozenset(("script", "style", "noscript", "template", "head"))


def plain(text: str | None) -> str:
    """One line of text as it is compared: NFC, nothing invisible, blanks squeezed."""
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", text or "")).split())


def lines_of(text: str | None) -> list[str]:
    """The lines of a text that hold anything, each as `plain`."""
    return [line for line in map(plain, (text or "").splitlines()) if line]


@cache
def strong_lines() -> frozenset[str]:
    """Lines that are boilerplate wherever they stand."""
    rows = shared_file("facts/boilerplate.tsv").read_text(encoding="utf-8").splitlines()[1:]
    parts = (row.split("\t") for row in rows)
    return frozenset(plain(line) for line, _family, strength in parts if strength == "strong")


@cache
def counter_patterns() -> tuple[re.Pattern[str], ...]:
    """Counters, reading tools and image names, whatever their number."""
    text = shared_file("facts/boilerplate.md").read_text(encoding="utf-8")
    _, _, rest = text.partition("## Counter patterns")
    block = rest.partition("```\n")[2].partition("\n```")[0]
    patterns = tuple(re.compile(line, re.IGNORECASE) for line in block.splitlines() if line)
    if not patterns:
        raise ValueError("facts/boilerplate.md holds no counter patterns")
    return patterns


def is_leak(line: str) -> bool:
    """Whether a line is boilerplate on any portal."""
    return (
        line in strong_lines()
        or _STAMP.match(line) is not None
        or any(pattern.search(line) for pattern in counter_patterns())
    )


def leaks(
    text: str, own: frozenset[str], foreign: frozenset[str], *, with_facts: bool = True
) -> list[str]:
    """The lines of a text that are not of the article.

    `own` are lines that the article really holds, `foreign` lines of the portal around it:
    its menus, the titles of other articles (a date in brackets after them is disregarded).
    Without `with_facts` nothing else is foreign, and the shared folder is not needed.
    """
    found = []
    for line in lines_of(text):
        bare = line.lstrip("-•*| ").rstrip("| ")
        if line in own or bare in own:
            continue
        is_foreign = bool({line, bare, _RELATED.sub("", bare)} & foreign)
        if is_foreign or (with_facts and (is_leak(line) or is_leak(bare))):
            found.append(line)
    return found


def lines_around(page: bytes, own: Iterable[str]) -> frozenset[str]:
    """The lines of a page that hold none of the article's `own` texts.

    For pages that come alone, where repetition cannot tell what is foreign. A list's date in
    brackets is cut off.
    """
    texts = [text for text in map(plain, own) if text]
    lines = (line for line in block_lines(page) if not any(text in line for text in texts))
    return frozenset(line for found in lines for line in (found, _RELATED.sub("", found)))


def repeated_lines(pages: Iterable[bytes], share: float = 0.5) -> frozenset[str]:
    """Lines that stand on more than `share` of the pages: the portal's own furniture."""
    counts: Counter[str] = Counter()
    total = 0
    for page in pages:
        total += 1
        counts.update(set(block_lines(page)))
    return frozenset(line for line, count in counts.items() if count > share * total)


def block_lines(page: bytes) -> Iterator[str]:
    """The lines of a page as a reader without any judgement sees them, block by block."""
    root = lxml.html.fromstring(page, parser=lxml.html.HTMLParser(encoding="utf-8"))
    pieces: list[str] = []
    for event, element in _walk(root):
        if element.tag in _BLOCK_TAGS:
            if line := plain("".join(pieces)):
                yield line
            pieces = []
        text = element.text if event == "start" else element.tail
        pieces.append(text or "")
    if line := plain("".join(pieces)):
        yield line


def _walk(element: lxml.html.HtmlElement) -> Iterator[tuple[str, lxml.html.HtmlElement]]:
    silent = not isinstance(element.tag, str) or element.tag in _SILENT_TAGS
    if not silent:
        yield "start", element
        for child in element:
            yield from _walk(child)
    yield "end", element
