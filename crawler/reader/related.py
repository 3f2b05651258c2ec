"""Lists of other news inside or behind an article: a heading ("Tin khác") and links under it."""

from __future__ import annotations

import re

from crawler.reader.blocks import Block, Item, Picture
from crawler.reader.boilerplate import is_boilerplate_line
from crawler.text import fold

HEADING_CHARS = 60
LINK_SHARE = 0.5
MIN_LINKS = 2  # one link under a heading may be the author's own "Xem thêm"
PARAGRAPH_CHARS = 120  # a block of text this long behind a heading is the article going on
_RELATED = re.compile(
    r"^(cac )?(tin|bai)( viet| tuc)?( |/)*(khac|lien quan|moi( nhat| hon| dang)?|cu( hon)?"
    r"|cung (chuyen muc|loai|su kien)|tiep theo|truoc|da dua|noi bat|doc nhieu( nhat)?|xem nhieu)"
    r"\s*:?$|^nhung tin (moi|cu) hon|^(xem|doc) (them|nhieu)( nhat)?\s*:?$|^cac tin (khac|da dua)"
    r"|^(y kien|binh luan)( (cua )?(ban doc|doc gia|ban))?\s*(\(\d+\)|:)?$|^theo dong su kien"
    r"|^tin bai (lien quan|khac)|^related"
)


def is_related_heading(text: str) -> bool:
    """Whether a short line opens a list of other news ("Tin khác", "Những tin cũ hơn")."""
    return len(text) <= HEADING_CHARS and bool(_RELATED.match(fold(text).strip(" .:»-•")))


def cut_at_related(items: list[Item]) -> list[Item]:
    """The items before a "Tin khác" heading after which no prose follows."""
    for position, item in enumerate(items):
        if isinstance(item, Picture) or not is_related_heading(item.text):
            continue
        after = [other for other in items[position + 1 :] if isinstance(other, Block)]
        if not any(len(b.text) > PARAGRAPH_CHARS and not b.link_chars for b in after):
            return items[:position]
    return items


def without_related(items: list[Item]) -> list[Item]:
    """The items without lists of other news: a heading of such a list, and at least two lines
    of links right under it. What stands behind the list stays."""
    kept: list[Item] = []
    position = 0
    while position < len(items):
        end = _list_end(items, position)
        if end > position:
            position = end
        else:
            kept.append(items[position])
            position += 1
    return kept


def _list_end(items: list[Item], start: int) -> int:
    """Behind the list that begins here; `start` itself when none does."""
    head = items[start]
    if isinstance(head, Picture) or len(head.text) > HEADING_CHARS:
        return start
    if not (is_related_heading(head.text) or is_boilerplate_line(head.text)):
        return start
    end = start + 1
    links = 0
    while end < len(items):
        item = items[end]
        if isinstance(item, Block):
            if item.link_chars <= len(item.text) * LINK_SHARE:
                break
            links += 1
        end += 1
    return end if links >= MIN_LINKS else start
