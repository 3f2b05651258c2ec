"""Lists of other news inside or behind an article: a heading ("Tin khác") and links under it."""

from __future__ import annotations

import re
from itertools import takewhile

from crawler.reader.blocks import Block, Item, Picture
from crawler.reader.boilerplate import is_boilerplate_line
from crawler.text import fold

HEADING_CHARS = 60
LINK_SHARE = 0.5
MIN_LINKS = 2  # one link under a heading may be the author's own "Xem thêm"
PARAGRAPH_CHARS = 120  # a block of text this long behind a heading is the article going on
NOTICE_CHARS = 200
_SITE_NOTICE = re.compile(
    r"(?:thong bao|luu y|chu y|canh bao) ?[:!-] ?(?:hien(?: nay| tai)? ?,? ?)?"
    r"(?P<site>(?:cong|trang)(?: thong tin| web| tin)|web ?site|he thong)\b"
)
_PICTURE_ADDRESS = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp)(?:[?#]|$)", re.IGNORECASE)
_RELATED = re.compile(
    r"^(cac )?(tin|bai)( viet| tuc)?( |/)*(khac|lien quan|moi( nhat| hon| dang)?|cu( hon)?"
    r"|cung (chuyen muc|chu de|chuyen de|loai|su kien)|tiep theo|truoc|da dua|noi bat"
    r"|doc nhieu( nhat)?|xem nhieu)"
    r"\s*:?$|^nhung tin (moi|cu) hon|^(xem|doc) (them|nhieu)( nhat)?\s*:?$|^cac tin (khac|da dua)"
    r"|^(y kien|binh luan)( (cua )?(ban doc|doc gia|ban))?\s*(\(\d+\)|:)?$|^theo dong su kien"
    r"|^tin bai (lien quan|khac)|^related"
)


def is_related_heading(text: str) -> bool:
    """Whether a short line opens a list of other news ("Tin khác", "Những tin cũ hơn")."""
    return len(text) <= HEADING_CHARS and bool(_RELATED.match(fold(text).strip(" .:»-•")))


def is_site_notice(text: str, title: str | None) -> bool:
    """Whether a line is the portal's word to its visitors, about itself ("Thông báo: Cổng thông
    tin đang được nâng cấp …"): a label, and the site as the subject. An article about the site
    has it in its title, given folded."""
    found = _SITE_NOTICE.match(fold(text)) if len(text) <= NOTICE_CHARS else None
    return found is not None and (title is None or found.group("site") not in title)


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
    rows = list(
        takewhile(lambda item: isinstance(item, Picture) or _is_row(item), items[start + 1 :])
    )
    while rows and isinstance(rows[-1], Picture) and not _is_thumbnail(rows[-1], rows):
        rows.pop()
    links = sum(isinstance(row, Block) for row in rows)
    return start + 1 + len(rows) if links >= MIN_LINKS else start


def _is_row(block: Block) -> bool:
    return block.link_chars > len(block.text) * LINK_SHARE


def _is_thumbnail(picture: Picture, rows: list[Item]) -> bool:
    """Whether a picture behind the last link stands in the list with it, or leads elsewhere."""
    last = next((row for row in reversed(rows) if isinstance(row, Block)), None)
    box = last.list if last is not None else None
    return box is None or box in picture.owner.iterancestors() or _leads_elsewhere(picture)


def _leads_elsewhere(picture: Picture) -> bool:
    """A link around a picture that opens no picture: a banner."""
    links = (link for link in picture.owner.iter("a") if link.find(".//img") is not None)
    return any(not _PICTURE_ADDRESS.search(link.get("href") or "") for link in links)
