"""By-lines at the end of a body: who wrote it, where it was taken from, who took the pictures.

Shapes and examples: a label ("Tác giả: …", "Thực hiện: …", "Tin, ảnh: …", "Nguồn: …",
"Theo …"), a name, names, a unit, or a name and its unit, alone on the last lines. The end of a
letter ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", a name) is text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from crawler.reader.blocks import Block
from crawler.reader.byline_words import (
    AMOUNT,
    AUTHOR_LABEL,
    BARE_LABEL,
    BOARD_AND_PHOTO,
    COLLECTIVE,
    DOMAIN,
    DONE_BY,
    FROM,
    GATHERED_BY,
    INITIALS,
    INLINE_CREDIT,
    LINK,
    NO_NAME,
    NO_PERSON,
    NOT_IN_A_BYLINE,
    NOTED,
    OFFICE,
    OPEN_LABEL,
    OPEN_SOURCE,
    PHOTO,
    PHOTO_CREDIT,
    ROLE,
    SHORT_NAME,
    SOURCE_BEHIND,
    SOURCE_INSIDE,
    SOURCE_LABEL,
    SURE_LABEL,
    UNIT,
    UNIT_IN_CAPITALS,
    VERBS,
)

MAX_WORDS = 14
MAX_LABELLED_WORDS = 24  # a label nobody else uses may have a long unit behind the name
MAX_UNIT_WORDS = 12
SENTENCE_WORDS = 8
TAIL_LINES = 3
MAX_SYLLABLE = 6  # letters without their accents: "nghieng" has one more and is rare in names
_DASH = r"\s*[–—]\s*|\s+-\s*|\s*-\s+|(?<=[a-zà-öø-ÿăđĩũơưạ-ỹ])-"
_NAME_PARTS = re.compile(rf"{_DASH}|\s*[,+/&]\s*|\s+và\s+|\s*[()]\s*")
_DASHED = re.compile(r"[-–—]")


@dataclass(frozen=True, slots=True)
class Byline:
    """What the last lines of a body say; `lines` is how many of them they are.

    `credit` is who took the pictures, where a by-line says so apart from the author.
    """

    author: str | None = None
    source: str | None = None
    lines: int = 0
    credit: str | None = None


def byline_of(blocks: Sequence[Block], under_pictures: frozenset[int] = frozenset()) -> Byline:
    """The by-line at the end of these blocks, empty when their last line is text.

    `under_pictures` holds the id() of blocks that stand right under a picture: there a unit that
    does something is a caption, only a label or names are a by-line.
    """
    tail = len(blocks) - min(TAIL_LINES, len(blocks) - 1) if blocks else 0
    result = Byline()
    first = end = len(blocks)
    for position in range(end - 1, tail - 1, -1):
        block = blocks[position]
        if credit := photo_credit(block.text):
            if id(block) in under_pictures and first < end:
                break  # the credit of the picture above it
            result, first = replace(result, credit=credit), position
            continue
        found = line_byline(block.text, block, after=blocks[position - 1].text)
        if found is None and LINK.match(block.text):
            found = Byline(source=block.text)  # the last thing of all, where it was taken from
        if found is None or (id(block) in under_pictures and not _is_plain_byline(block)):
            break
        labelled = ":" in block.text or found.author is None
        below = next((b for b in blocks[first:] if not photo_credit(b.text)), None)
        if below is not None and not labelled and not _goes_with(block, below):
            break
        result, first = _joined(found, result), position
    said = first < end and any(not photo_credit(block.text) for block in blocks[first:])
    if not said or _is_text_after_all(blocks, first):
        return Byline()
    return replace(result, lines=len(blocks) - first)


def _joined(found: Byline, below: Byline) -> Byline:
    """The by-line of a line with that of the lines below: a name and its unit are one author."""
    author = below.author
    if found.author:
        author = f"{found.author}, {author}" if author else found.author
    return Byline(author, found.source or below.source, 0, found.credit or below.credit)


def _is_text_after_all(blocks: Sequence[Block], first: int) -> bool:
    """Whether bare names are the last of a list, or the signature under a letter."""
    if not _is_bare(blocks[first]):
        return False
    return _in_a_list(blocks, first) or any(
        OFFICE.match(block.text) for block in blocks[max(0, first - 2) : first]
    )


def _is_bare(block: Block) -> bool:
    return ":" not in block.text and not FROM.match(block.text)


def _is_plain_byline(block: Block) -> bool:
    parts = _parts(_without_final_stop(block.text))
    if ":" in block.text or block.align == "right":
        return True
    return bool(parts) and _is_person(parts[0]) and not any(map(ROLE.match, parts[1:]))


def _goes_with(name: Block, below: Block) -> bool:
    """A second line without a label is a by-line only as a name above its unit or its label."""
    parts = _parts(_without_final_stop(name.text))
    if ":" in below.text or FROM.match(below.text):
        return bool(parts) and _is_person(parts[0])
    return all(_is_person(part) for part in parts) and _is_unit(_without_brackets(below.text))


def photo_credit(text: str) -> str | None:
    """The photographer that a line of its own credits: "Ảnh: Hồng Nhị", else None."""
    found = PHOTO_CREDIT.match(text)
    name = text[found.end() :].strip(" .)]") if found is not None else ""
    parts = _parts(name)
    return name if parts and all(_is_person(part) or _is_unit(part) for part in parts) else None


def line_byline(text: str, block: Block | None = None, after: str = "") -> Byline | None:
    """The by-line that one line is, None for a line of text. `after`: the text before it."""
    if len(text.split()) > (MAX_LABELLED_WORDS if SURE_LABEL.match(text) else MAX_WORDS):
        return None
    if (found := INLINE_CREDIT.match(text)) and not BARE_LABEL.match(found[1]):
        writer = line_byline(found[1].lstrip("(["), block, after)
        author = writer.author if writer is not None else None
        # "Tác giả: Tin, ảnh: Quốc Đạt" has one author, of news and pictures.
        if writer and author and not BARE_LABEL.match(author) and photo_credit(f"Ảnh: {found[2]}"):
            return replace(writer, credit=found[2])
    labelled = _labelled(text)
    if labelled is not None:
        return labelled
    if block is not None and block.kind not in ("p", "h"):
        return None
    if (found := SOURCE_INSIDE.match(text)) and looks_like_author(found[1]):
        return Byline(author=found[1], source=(found[2] or found[3]).strip())
    if (found := SOURCE_BEHIND.match(text)) and looks_like_author(found[1]):
        source = found[2] or found[3]
        if (from_ := FROM.match(source)) is None or _may_be_quoted(from_[1]):
            return Byline(author=found[1], source=source)
    dressed = block is not None and (block.align == "right" or block.bold or block.italic)
    below_name = len(after.split()) <= 6 and looks_like_author(after)
    bare = _without_brackets(text)
    if looks_like_author(bare, dressed=dressed or below_name or after.endswith((".", "”", "!"))):
        return Byline(author=_without_final_stop(bare))
    return None


def _labelled(text: str) -> Byline | None:
    """The by-line behind a label, None when there is none or what follows it is no name."""
    if found := SOURCE_LABEL.match(text):
        return None if _is_sentence(found[1]) else Byline(source=_value(text, found[1]))
    if found := AUTHOR_LABEL.match(text) or DONE_BY.match(text):
        value = _value(text, found[1])
        if _is_sentence(found[1]):
            return None
        if value and not SURE_LABEL.match(text) and not _may_sign(value):
            return None
        return Byline(author=value)
    if found := OPEN_LABEL.match(text):
        value = _value(text, found[1])
        if value and looks_like_author(value):
            return Byline(author=value)
    if (found := FROM.match(text)) and _may_be_quoted(found[1]):
        return Byline(source=text.strip("()[] ").removesuffix("."))
    if (found := OPEN_SOURCE.match(text)) and _may_be_quoted(found[1]):
        return Byline(source=found[1])
    return None


def looks_like_author(text: str, *, dressed: bool = False) -> bool:
    """Whether a bare line names people or a unit. `dressed`: right-aligned, bold or italic, or
    set off by the end of a sentence; a unit alone is an author only then."""
    if BOARD_AND_PHOTO.match(text):
        return True
    bare = _without_final_stop(text).strip()
    if not bare or PHOTO.match(bare) or NOT_IN_A_BYLINE.search(bare) or OFFICE.match(bare):
        return False
    if COLLECTIVE.match(bare) or INITIALS.match(bare) or SHORT_NAME.match(bare):
        return True
    if found := GATHERED_BY.match(bare) or NOTED.match(bare):
        return looks_like_author(found[1])
    parts = _whole_units(_parts(bare))
    if not parts or len(parts) > 4 or VERBS.search(bare):
        return False
    # "Trạm Y tế xã" is a unit, "Xã hội" is not.
    if (NO_NAME.match if _is_unit(parts[0]) else NO_NAME.search)(parts[0]):
        return False
    alone = all(_is_unit(part) for part in (parts if not _DASHED.search(bare) else _parts(bare)))
    # A dash parts a unit that stands alone from its place or its subject, and may be a heading.
    if alone or UNIT_IN_CAPITALS.match(bare):
        # A name can open like a unit: "Thị Lài".
        return dressed or all(_is_name(part) for part in parts)
    if len(parts) == 1:
        return _is_person(bare) and len(bare.split()) >= 2
    return _are_people_and_units(bare, parts)


def _are_people_and_units(bare: str, parts: list[str]) -> bool:
    """Whether the parts are names, with their units, offices or what they did behind them."""
    careless = len(parts) == 2
    people = [part for part in parts if _is_person(part) or (careless and _is_careless_name(part))]
    if parts[0] not in people and not COLLECTIVE.match(parts[0]):
        return False
    if all(" " not in part and _is_person(part) and part.lower() != part.upper() for part in parts):
        # "Xanh - Sạch - Đẹp": names are more than one word somewhere.
        return all(INITIALS.match(part) or COLLECTIVE.match(part) for part in parts)
    dashed = _DASHED.search(bare) is not None
    return all(
        part in people or _is_unit(part) or COLLECTIVE.match(part) or (dashed and ROLE.match(part))
        for part in parts[1:]
    )


def _is_name(part: str) -> bool:
    """A name of two words or more that only opens like a unit."""
    return _is_person(part) and not part.split(maxsplit=1)[0].isupper()


def _is_person(part: str) -> bool:
    words = part.split()
    capital = all(word[:1].isupper() for word in words)
    one_to_five = 1 <= len(words) <= 5 and words[0] not in NO_PERSON
    return capital and one_to_five and len(part) <= 40 and not _is_long_shout(part)


def _is_long_shout(part: str) -> bool:
    return part.isupper() and len(part.split()) > 4


def _is_careless_name(part: str) -> bool:
    """A name whose second word is written small: "Thiên phú"."""
    words = part.split()
    return len(words) == 2 and words[0][:1].isupper() and all(word.isalpha() for word in words)


def _is_unit(part: str) -> bool:
    return bool(UNIT.match(part.strip())) and len(part.split()) <= MAX_UNIT_WORDS


def _may_sign(value: str) -> bool:
    """Whether the value of a label that is also an ordinary word may be an author."""
    return (
        value[:1].isupper() and not VERBS.search(value) and not NOT_IN_A_BYLINE.search(value)
    ) or COLLECTIVE.match(value) is not None


def _is_sentence(value: str) -> bool:
    """Whether what follows a label is a statement: a sum, or a sentence with verb and stop."""
    if AMOUNT.search(value):
        return True
    return (
        value.endswith(".") and len(value.split()) >= SENTENCE_WORDS and bool(VERBS.search(value))
    )


def _may_be_quoted(value: str) -> bool:
    """Whether "Theo …" goes on with a paper, a site or a person, not with a plan or a law."""
    parts = _whole_units(_parts(value)) if not LINK.match(value) else [value]
    return bool(parts) and all(
        DOMAIN.match(part)
        or LINK.match(part)
        or (
            part[:1].isupper()
            and (_is_unit(part) or (_is_person(part) and (" " in part or _is_foreign(part))))
            and not NOT_IN_A_BYLINE.search(part)
            and not VERBS.search(part)
        )
        for part in parts
    )


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


def _whole_units(parts: list[str]) -> list[str]:
    """The parts, each unit with what its own name has behind a dash, a comma or an "and":
    "Phòng Văn hóa và Thông tin"."""
    whole: list[str] = []
    for part in parts:
        goes_on = part[:1].isupper() and not (_is_unit(part) or _is_person(part))
        if whole and goes_on and _is_unit(whole[-1]) and not ROLE.match(part):
            whole[-1] = f"{whole[-1]} {part}"
        else:
            whole.append(part)
    return whole


def _is_foreign(word: str) -> bool:
    """Whether a word is no Vietnamese one, so that it names a paper or a site: "VnExpress"."""
    return word.isascii() and (len(word) > MAX_SYLLABLE or word[1:] != word[1:].lower())


def _value(line: str, value: str) -> str | None:
    """The value without the closing bracket whose opening one stands before the label."""
    value = value.strip()
    if line.lstrip().startswith(("(", "[")) and value.endswith((")", "]")):
        value = value[:-1].strip()
    return _without_final_stop(value) or None


def _without_brackets(text: str) -> str:
    """A line that stands in brackets as a whole, without them."""
    bare = text.strip().removesuffix(".")
    inner = bare[1:-1]
    closed = bare[:1] + bare[-1:] in ("()", "[]") and not any(mark in inner for mark in "()[]")
    return inner.strip() if closed else text


def _without_final_stop(text: str) -> str:
    return text[:-1].strip() if text.endswith(".") and not INITIALS.match(text) else text.strip()
