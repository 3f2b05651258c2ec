"""By-lines at the end of a body: who wrote it, where it was taken from.

Shapes and examples: a label ("Tác giả: …", "Thực hiện: …", "Tin, ảnh: …", "Nguồn: …",
"Theo …"), a name, names, a unit, or a name and its unit, alone on the last lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.reader.blocks import Block

MAX_WORDS = 14
TAIL_LINES = 3
_AUTHOR_LABEL = re.compile(
    r"^[(\[]?\s*(?:tác giả(?: bài viết)?|người (?:viết|đăng|thực hiện)|thực hiện|bài viết|"
    r"(?:tin|bài)(?:\s*[,+&-]?\s*(?:bài|ảnh|và ảnh))*|t/h|ctv|bbt\s*,?\s*ảnh)\s*:\s*(.*)$",
    re.IGNORECASE,
)
_SOURCE_LABEL = re.compile(r"^[(\[]?\s*nguồn(?: tin)?\s*:\s*(.*)$", re.IGNORECASE)
_FROM = re.compile(r"^[(\[]?\s*theo\s+(?=[A-ZÀ-ỸĐ])(.+?)\s*[)\]]?\.?$", re.IGNORECASE)
_PHOTO_ONLY = re.compile(r"^\(?\s*ảnh\s*:", re.IGNORECASE)
_TEXT_AND_PHOTO = re.compile(r"^(?:tin|bài|bbt)\s*,\s*ảnh\s*:?\s+(.+)$", re.IGNORECASE)
_UNIT_WORDS = re.compile(
    r"\b(ban|phòng|trung tâm|đài|ubnd|hđnd|hội|văn phòng|btg|tt\w{2,8}|pvh\w*|ubmttq|mttq|đoàn"
    r"|hnd|công an|chi cục|sở|huyện ủy|huyện uỷ|thị ủy|thị uỷ|thành ủy|tỉnh ủy|đảng ủy|bbt|cttđt"
    r"|cổng|huyện|xã|phường|thị xã|tỉnh|thành phố|tp|trường|bộ|cục|báo|tạp chí)\b",
    re.IGNORECASE,
)
_COLLECTIVE = re.compile(
    r"^(bbt|ban biên tập|ban tổ chức|admin|quản trị|văn phòng|pv|phóng viên)\.?$", re.IGNORECASE
)
_NAME_PARTS = re.compile(r"\s*[-–—,&+/]\s*|\s+và\s+|\s*[()]\s*")
_INITIALS = re.compile(r"^[A-ZĐ](\.?\s?[A-ZĐ]){0,3}\.?$")
_VERBS = re.compile(
    r"\b(phát biểu|tổ chức|tham dự|dự|chủ trì|trao|tặng|kiểm tra|diễn ra|được|đã|sẽ|là|có|của"
    r"|thăm|đạt|khai mạc|bế mạc|chụp|trình bày|trong|tại|về|cho|với)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Byline:
    """What the last lines of a body say; `lines` is how many of them they are."""

    author: str | None = None
    source: str | None = None
    lines: int = 0


def byline_of(blocks: list[Block], under_pictures: frozenset[int] = frozenset()) -> Byline:
    """The by-line at the end of these blocks, empty when their last line is text.

    `under_pictures` holds the id() of blocks that stand right under a picture: there a unit that
    does something is a caption, only a label or names are a by-line.
    """
    author: str | None = None
    source: str | None = None
    taken = 0
    below: Block | None = None
    for block in reversed(blocks[-TAIL_LINES:] if len(blocks) > TAIL_LINES else blocks[1:]):
        found = line_byline(block.text, block)
        if found is None or (id(block) in under_pictures and not _is_plain_byline(block)):
            break
        labelled = ":" in block.text or found.author is None
        if below is not None and not labelled and not _goes_with(block, below):
            break
        if found.author:
            # Two lines, a name and its unit, are read from the last one up.
            author = f"{found.author}, {author}" if author else found.author
        source = found.source or source
        taken += 1
        below = block
    return Byline(author, source, taken)


def _is_plain_byline(block: Block) -> bool:
    parts = [part for part in _NAME_PARTS.split(_without_final_stop(block.text)) if part]
    return ":" in block.text or block.align == "right" or (bool(parts) and _is_person(parts[0]))


def _goes_with(name: Block, below: Block) -> bool:
    """A second line without a label is a by-line only as a name above its unit or its label."""
    parts = [part for part in _NAME_PARTS.split(name.text) if part]
    if ":" in below.text:
        return bool(parts) and _is_person(parts[0])
    return all(_is_person(part) for part in parts) and bool(_UNIT_WORDS.match(below.text))


def line_byline(text: str, block: Block | None = None) -> Byline | None:
    """The by-line that one line is, None for a line of text."""
    if len(text.split()) > MAX_WORDS:
        return None
    if found := _SOURCE_LABEL.match(text):
        return Byline(source=_unbracketed(text, found.group(1)))
    if found := _AUTHOR_LABEL.match(text) or _TEXT_AND_PHOTO.match(text):
        return Byline(author=_unbracketed(text, found.group(1)))
    if (found := _FROM.match(text)) and not _VERBS.search(text):
        return Byline(source=text.strip("()[] "))
    if block is not None and block.kind not in ("p", "h"):
        return None
    if looks_like_author(text, dressed=block is not None and _is_dressed(block)):
        return Byline(author=_without_final_stop(text))
    return None


def looks_like_author(text: str, *, dressed: bool = False) -> bool:
    """Whether a bare line names people or a unit. `dressed`: right-aligned, bold or italic."""
    bare = _without_final_stop(text).strip()
    if not bare or _PHOTO_ONLY.match(bare) or re.search(r"\d{2,}|[?!:;\"“”]", bare):
        return False
    if _COLLECTIVE.match(bare) or _INITIALS.match(bare):
        return True
    if _VERBS.search(bare) and not (dressed and _UNIT_WORDS.search(bare)):
        return False
    parts = [part for part in _NAME_PARTS.split(bare) if part]
    if not parts or len(parts) > 4:
        return False
    if _is_person(parts[0]):
        return all(_is_person(part) or _is_unit(part) for part in parts)
    return (
        dressed
        and bool(_UNIT_WORDS.match(parts[0]))
        and all(_is_unit(part) or _is_person(part) for part in parts)
    )


def _is_person(part: str) -> bool:
    words = part.split()
    capital = all(word[:1].isupper() for word in words)
    short = 1 <= len(words) <= 5 and len(part) <= 40
    return capital and short and not (_UNIT_WORDS.match(part) and len(words) > 2)


def _is_unit(part: str) -> bool:
    return bool(_UNIT_WORDS.search(part)) and len(part.split()) <= 12


def _is_dressed(block: Block) -> bool:
    return block.align == "right" or block.bold or block.italic


def _unbracketed(line: str, value: str) -> str | None:
    """The value without the closing bracket whose opening one stands before the label."""
    value = value.strip()
    if line.lstrip().startswith(("(", "[")) and value.endswith((")", "]")):
        value = value[:-1].strip()
    return value or None


def _without_final_stop(text: str) -> str:
    return text[:-1].strip() if text.endswith(".") and not _INITIALS.match(text) else text.strip()
