"""By-lines at the end of a body: who wrote it, where it was taken from.

Shapes and examples: a label ("Tác giả: …", "Thực hiện: …", "Tin, ảnh: …", "Nguồn: …",
"Theo …"), a name, names, a unit, or a name and its unit, alone on the last lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.reader.blocks import Block

MAX_WORDS = 14
TAIL_LINES = 3
_AUTHOR_LABEL = re.compile(
    r"^[(\[]?\s*(?:tác giả(?: bài viết)?|người (?:viết|đăng|thực hiện)|bài viết|thực hiện|"
    r"(?:tin|bài)(?:\s*[,+&-]?\s*(?:bài|ảnh|và ảnh))*|t\s*/\s*h|ctv)\s*:\s*(.*)$",
    re.IGNORECASE,
)
_SURE_LABEL = re.compile(r"^[(\[]?\s*(?:tác giả|người|t\s*/\s*h|ctv)", re.IGNORECASE)
_DONE_BY = re.compile(r"^[(\[]\s*(.{2,80}?)\s+thực hiện\s*[)\]]\.?$", re.IGNORECASE)
_SOURCE_LABEL = re.compile(r"^[(\[]?\s*nguồn(?: tin)?\s*:\s*(.*)$", re.IGNORECASE)
_SOURCE_INSIDE = re.compile(r"^(.{2,60}?)\s*[(\[]\s*nguồn\s*:?\s+([^()\[\]]+)[)\]]\.?$", re.I)
_FROM = re.compile(r"^[(\[]?\s*theo\s+(.+?)\s*[)\]]?\.?$", re.IGNORECASE)
_PHOTO = re.compile(r"^[(\[]?\s*(?:ảnh|hình)\b", re.IGNORECASE)
_PHOTO_CREDIT = re.compile(r"^[(\[]?\s*(?:ảnh|hình)(?:\s+minh họa|\s+minh hoạ)?\s*:", re.IGNORECASE)
_BOARD_AND_PHOTO = re.compile(r"^bbt\s*,\s*ảnh\s*:?\s+\S", re.IGNORECASE)
_NOT_IN_A_BYLINE = re.compile(r"\d{2,}|[?!:;\"“”…]")

# A unit opens with one of these words, written large, or with an abbreviation (BTG, TTVHTTTTDL).
_UNIT = re.compile(
    r"^(?:Ban|Phòng|Trung [Tt]âm|Đài|Hội|Đoàn|Đội|Tổ|Văn [Pp]hòng|Công [Aa]n|Chi [Cc]ục|Sở|Cục|Bộ"
    r"|Huyện|Thị|Thành|Tỉnh|Quận|Đảng|Xã|Phường|Thị trấn|Ủy|Uỷ|Trường|Cổng|Báo|Tạp [Cc]hí|Viện"
    r"|Thường [Tt]rực|Liên [Đđ]oàn|Mặt [Tt]rận|Trang|Chi [Bb]ộ|Bệnh [Vv]iện|Trạm|Hạt|Kho [Bb]ạc"
    r"|Tòa|Toà|Thanh [Tt]ra|Chánh|[A-ZĐ][A-ZĐ&.-]+)(?=[\s.]|$)"
)
_UNIT_IN_CAPITALS = re.compile(
    r"^(?:BAN|PHÒNG|TRUNG TÂM|ĐÀI|UBND|HĐND|HỘI|VĂN PHÒNG|CÔNG AN|BỘ|SỞ|BÁO)\s"
)
_COLLECTIVE = re.compile(
    r"^(bbt|ban biên tập|ban tổ chức|admin|quản trị(?: viên)?|văn phòng|pv|phóng viên)\.?$", re.I
)
_DASH = r"\s*[–—]\s*|\s+-\s*|\s*-\s+|(?<=[a-zà-öø-ÿăđĩũơưạ-ỹ])-"
_NAME_PARTS = re.compile(rf"{_DASH}|\s*[,+/]\s*|\s+và\s+|\s*[()]\s*")
_INITIALS = re.compile(r"^[A-ZĐ](?:\.?\s?[A-ZĐ]){0,3}\.?$")
_DOMAIN = re.compile(r"^(?:[\w-]+\.)+[a-z]{2,}$", re.IGNORECASE)
# Written small, these make a sentence; large, they may belong to a name ("Ban Tổ chức").
_VERBS = re.compile(
    r"(?<!\w)(phát biểu|tổ chức|tham dự|dự|chủ trì|trao|tặng|kiểm tra|diễn ra|được|đã|sẽ|là|có|của"
    r"|thăm|đạt|khai mạc|bế mạc|chụp|trình bày|trong|tại|về|cho|với|kết thúc|triển khai|tiếp tục"
    r"|thông báo|kính mời|xin|gồm|như|này|các|những|một|nghị|kế hoạch|chống|hành|cáo|thảo"
    r"|kết)(?!\w)"
)
# What stands alone on a last line and is no name although it is written like one.
_NO_NAME = re.compile(
    r"trân trọng|cảm ơn|kính (?:mời|báo)|thông báo|chúc mừng|năm mới|hết|kinh tế|văn hóa|văn hoá"
    r"|xã hội|chính trị|thể thao|giáo dục|y tế|an ninh|quốc phòng|tin tức|sự kiện|du lịch|nơi nhận",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Byline:
    """What the last lines of a body say; `lines` is how many of them they are."""

    author: str | None = None
    source: str | None = None
    lines: int = 0


def byline_of(blocks: Sequence[Block], under_pictures: frozenset[int] = frozenset()) -> Byline:
    """The by-line at the end of these blocks, empty when their last line is text.

    `under_pictures` holds the id() of blocks that stand right under a picture: there a unit that
    does something is a caption, only a label or names are a by-line.
    """
    tail = len(blocks) - min(TAIL_LINES, len(blocks) - 1) if blocks else 0
    author: str | None = None
    source: str | None = None
    # A photo credit below the by-line goes with it; alone it is none.
    end = len(blocks) - (len(blocks) > tail and _is_credit(blocks[-1].text))
    first = end
    for position in range(end - 1, tail - 1, -1):
        block = blocks[position]
        found = line_byline(block.text, block, after=blocks[position - 1].text)
        if found is None or (id(block) in under_pictures and not _is_plain_byline(block)):
            break
        labelled = ":" in block.text or found.author is None
        if first < end and not labelled and not _goes_with(block, blocks[first]):
            break
        if found.author:
            # Two lines, a name and its unit, are read from the last one up.
            author = f"{found.author}, {author}" if author else found.author
        source = found.source or source
        first = position
    if first == end or (_is_bare(blocks[first]) and _in_a_list(blocks, first)):
        return Byline()
    return Byline(author, source, len(blocks) - first)


def _is_bare(block: Block) -> bool:
    return ":" not in block.text and not _FROM.match(block.text)


def _is_plain_byline(block: Block) -> bool:
    parts = _parts(_without_final_stop(block.text))
    return ":" in block.text or block.align == "right" or (bool(parts) and _is_person(parts[0]))


def _goes_with(name: Block, below: Block) -> bool:
    """A second line without a label is a by-line only as a name above its unit or its label."""
    parts = _parts(_without_final_stop(name.text))
    if ":" in below.text or _FROM.match(below.text):
        return bool(parts) and _is_person(parts[0])
    return all(_is_person(part) for part in parts) and _is_unit(below.text)


def line_byline(text: str, block: Block | None = None, after: str = "") -> Byline | None:
    """The by-line that one line is, None for a line of text. `after`: the text before it."""
    if len(text.split()) > MAX_WORDS:
        return None
    if found := _SOURCE_LABEL.match(text):
        return Byline(source=_value(text, found.group(1)))
    if found := _AUTHOR_LABEL.match(text) or _DONE_BY.match(text):
        value = _value(text, found.group(1))
        if value and not _SURE_LABEL.match(text) and not _may_sign(value):
            return None
        return Byline(author=value)
    if (found := _FROM.match(text)) and _may_be_quoted(found.group(1)):
        return Byline(source=text.strip("()[] ").removesuffix("."))
    if block is not None and block.kind not in ("p", "h"):
        return None
    if (found := _SOURCE_INSIDE.match(text)) and looks_like_author(found.group(1)):
        return Byline(author=found.group(1), source=found.group(2).strip())
    dressed = block is not None and (block.align == "right" or block.bold or block.italic)
    below_name = len(after.split()) <= 6 and looks_like_author(after)
    if looks_like_author(text, dressed=dressed or below_name or after.endswith((".", "”", "!"))):
        return Byline(author=_without_final_stop(text))
    return None


def looks_like_author(text: str, *, dressed: bool = False) -> bool:
    """Whether a bare line names people or a unit. `dressed`: right-aligned, bold or italic, or
    set off by the end of a sentence; a unit alone is an author only then."""
    if _BOARD_AND_PHOTO.match(text):
        return True
    bare = _without_final_stop(text).strip()
    if not bare or _PHOTO.match(bare) or _NOT_IN_A_BYLINE.search(bare):
        return False
    if _COLLECTIVE.match(bare) or _INITIALS.match(bare):
        return True
    if _VERBS.search(bare) or _NO_NAME.search(bare):
        return False
    parts = _parts(bare)
    if not parts or len(parts) > 4:
        return False
    if all(_is_unit(part) for part in parts) or _UNIT_IN_CAPITALS.match(bare):
        # A name can open like a unit: "Thị Lài".
        return dressed or all(_is_person(part) for part in parts)
    if len(parts) == 1:
        return _is_person(bare) and len(bare.split()) >= 2
    people = [part for part in parts if _is_person(part) or _is_careless_name(part)]
    return parts[0] in people and all(part in people or _is_unit(part) for part in parts)


def _is_person(part: str) -> bool:
    words = part.split()
    capital = all(word[:1].isupper() for word in words)
    return capital and 1 <= len(words) <= 5 and len(part) <= 40 and not _is_long_shout(part)


def _is_long_shout(part: str) -> bool:
    return part.isupper() and len(part.split()) > 4


def _is_careless_name(part: str) -> bool:
    """A name whose second word is written small: "Thiên phú"."""
    words = part.split()
    return len(words) == 2 and words[0][:1].isupper() and all(word.isalpha() for word in words)


def _is_unit(part: str) -> bool:
    return bool(_UNIT.match(part.strip())) and len(part.split()) <= 12


def _may_sign(value: str) -> bool:
    """Whether the value of a label that is also an ordinary word may be an author."""
    return not _VERBS.search(value) and not _NOT_IN_A_BYLINE.search(value)


def _may_be_quoted(value: str) -> bool:
    """Whether "Theo …" goes on with a paper, a site or a person, not with a plan or a law."""
    parts = _parts(value)
    return bool(parts) and all(
        _DOMAIN.match(part)
        or (
            part[:1].isupper()
            and (_is_person(part) or _is_unit(part))
            and not _NOT_IN_A_BYLINE.search(part)
            and not _VERBS.search(part)
        )
        for part in parts
    )


def _is_credit(text: str) -> bool:
    """A line that credits a photographer: "Ảnh: Hồng Nhị"."""
    found = _PHOTO_CREDIT.match(text)
    return found is not None and _is_person(text[found.end() :].strip(" .)]") or "-")


def _in_a_list(blocks: Sequence[Block], first: int) -> bool:
    """Whether the line before the by-line is a name as well, or announces a list."""
    before = blocks[first - 1]
    if before.kind not in ("p", "h"):
        return False  # a list in markup ends by itself
    if before.text.endswith((":", ";")):
        return True
    return len(before.text.split()) <= 6 and looks_like_author(before.text)


def _parts(text: str) -> list[str]:
    return [part for part in _NAME_PARTS.split(text) if part and part.strip()]


def _value(line: str, value: str) -> str | None:
    """The value without the closing bracket whose opening one stands before the label."""
    value = value.strip()
    if line.lstrip().startswith(("(", "[")) and value.endswith((")", "]")):
        value = value[:-1].strip()
    return _without_final_stop(value) or None


def _without_final_stop(text: str) -> str:
    return text[:-1].strip() if text.endswith(".") and not _INITIALS.match(text) else text.strip()
