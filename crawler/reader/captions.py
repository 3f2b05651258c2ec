"""Captions: the short text that belongs to a picture, in all the markups that portals use.

A caption is told by its place (right after a picture), its dress (italic, centred, in brackets,
in the picture's own element) and its size beside the article's other paragraphs.
"""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import median

from lxml.html import HtmlElement

from crawler.reader.blocks import Block, Item, Picture
from crawler.text import fold

MAX_WORDS = 60
PLAIN_WORDS = 40
_FILE_NAME = re.compile(
    r"^\(?[\w\-.()%+~ ]{1,80}\.(jpe?g|png|gif|bmp|webp)\)?(\s*\(\d+\s*KB\))?$", re.IGNORECASE
)
_PHOTO_LABEL = re.compile(r"^[(\[]?\s*(ảnh|hình)(\s+(minh họa|minh hoạ|ảnh))?\s*[:.\d]", re.I)
_CREDIT_TAIL = re.compile(
    r"\s*(?:[-–.,;]\s*|[(\[]\s*)ảnh\s*:?\s*([^()\[\]:]{2,40}?)\s*[)\]]?\s*\.?$", re.IGNORECASE
)
_CREDIT_ONLY = re.compile(
    r"^[(\[]?\s*ảnh\s*:?\s*([^()\[\]:,]{2,40}?)\s*[)\]]?\s*\.?$", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"[.!?…]\s+(\S)")
_ENDS = re.compile(r"[.!?:;]$")
# What a picture shows: a view, or people in the act. A sentence of news says more than that.
_SCENE = re.compile(
    r"^(quang cảnh|toàn cảnh|(các )?đại biểu|(hình )?ảnh|khung cảnh)\b[^;\d]*$"
    r"|^([^;\d]{3,120}) (phát biểu|trao|tặng|chụp ảnh|trình bày|kết luận|chủ trì|chỉ đạo)\b[^;\d]*$"
    r"|^(đồng chí|ông|bà) [^;\d]{3,160}$",
    re.IGNORECASE,
)
_INTRO = re.compile(r"^(dưới đây|sau đây|một số hình ảnh|chùm ảnh).*[:.]?$", re.IGNORECASE)


def split_captions(items: list[Item]) -> tuple[list[Picture], list[Block]]:
    """Pictures with their captions, and the blocks that remain as text."""
    items = [_as_picture(item) for item in items]
    usual = _usual_words(items)
    pictures: list[Picture] = []
    blocks: list[Block] = []
    for position, item in enumerate(items):
        if isinstance(item, Picture):
            pictures.append(item)
            continue
        before = items[position - 1] if position else None
        if isinstance(before, Picture) and _is_repeat(item, before):
            items[position] = before  # the next line may repeat it once more
        elif isinstance(before, Picture) and (credit := _credit_only(item)):
            before.credit = before.credit or credit
            items[position] = before
        elif (
            isinstance(before, Picture)
            and before.caption is None
            and _is_caption(item, before, usual)
        ):
            before.caption = item.text
            items[position] = before
        else:
            blocks.append(item)
    _spread(pictures)
    return pictures, _without_captions_above(items, blocks)


def _without_captions_above(items: list[Item], blocks: list[Block]) -> list[Block]:
    """The blocks without those that stand over a picture and say that they are its caption; the
    picture gets it when it has none below."""
    taken: set[int] = set()
    text = {id(block) for block in blocks}
    for before, block, after in zip([None, *items], items, items[1:], strict=False):
        if isinstance(block, Picture) or not isinstance(after, Picture) or id(block) not in text:
            continue
        if isinstance(before, Picture) or after.caption is not None or after.url is None:
            continue
        if _is_caption_above(block):
            after.caption = block.text
            taken.add(id(block))
    return [block for block in blocks if id(block) not in taken]


def _is_caption_above(block: Block) -> bool:
    words = len(block.text.split())
    if block.kind not in ("p", "h") or not 2 <= words <= PLAIN_WORDS or _INTRO.match(block.text):
        return False
    if block.captionlike:
        return True
    bare = not _ENDS.search(block.text) and block.align == "center"
    return (bare and block.italic) or (_PHOTO_LABEL.match(block.text) is not None and words > 3)


def is_file_name(text: str) -> bool:
    """Whether a line is nothing but a picture's file name ("12.png"): it marks its place."""
    return bool(_FILE_NAME.match(text))


def credit_of(caption: str) -> tuple[str | None, str | None]:
    """Caption as found, and the photo credit in it: "Quang cảnh lễ (Ảnh: Long Hà)" gives both.

    A caption that is nothing but a credit is no caption.
    """
    only = _name_in(_CREDIT_ONLY.match(caption))
    return (None, only) if only else (caption, _without_credit(caption)[1])


def _credit_only(block: Block) -> str | None:
    return _name_in(_CREDIT_ONLY.match(block.text)) if block.kind in ("p", "h") else None


def _name_in(found: re.Match[str] | None) -> str | None:
    return found.group(1).strip() if found is not None and _is_name(found.group(1)) else None


def _without_credit(caption: str) -> tuple[str, str | None]:
    tail = _CREDIT_TAIL.search(caption)
    if tail and _is_name(tail.group(1)):
        return caption[: tail.start()], tail.group(1).strip()
    return caption, None


def _is_name(text: str) -> bool:
    words = text.split()
    return 1 <= len(words) <= 4 and all(word[:1].isupper() for word in words)


def _as_picture(item: Item) -> Item:
    if isinstance(item, Block) and item.kind != "row" and is_file_name(item.text):
        return Picture(None, item.text, item.owner, align=item.align)
    return item


def _usual_words(items: list[Item]) -> float:
    lengths = [len(item.text.split()) for item in items if isinstance(item, Block)]
    long = [length for length in lengths if length > 12]
    return median(long) if long else 0.0


def _is_repeat(block: Block, picture: Picture) -> bool:
    return picture.caption is not None and fold(block.text) == fold(picture.caption)


def _is_caption(block: Block, picture: Picture, usual: float) -> bool:
    words = len(block.text.split())
    if block.kind == "row" or words > MAX_WORDS or block.align == "right":
        return False
    if block.kind == "li" and _item_of(block.owner) is not _item_of(picture.owner):
        return False
    if any(parent.tag == "blockquote" for parent in (block.owner, *block.owner.iterancestors())):
        return False
    if picture.alt and fold(block.text) == fold(picture.alt):
        return True
    if _INTRO.match(block.text):
        return False
    bare, credit = _without_credit(block.text)
    one_sentence = not any(found[1].isupper() for found in _SENTENCE_END.finditer(bare))
    bracketed = bare.startswith("(") and bare.rstrip(".").endswith(")")
    dressed = block.italic or block.captionlike or bracketed or credit is not None
    dressed = dressed or bool(_PHOTO_LABEL.match(block.text))
    if dressed:
        return True
    if not one_sentence or block.kind == "h" or words > PLAIN_WORDS:
        return False
    if block.owner is picture.owner or (block.align == "center" and not block.bold):
        return True
    return _is_plain_caption(block, words, usual)


def _item_of(element: HtmlElement) -> HtmlElement | None:
    """The list item around an element: a gallery has picture and caption in one."""
    return next((e for e in (element, *element.iterancestors()) if e.tag == "li"), None)


def _is_plain_caption(block: Block, words: int, usual: float) -> bool:
    """A caption without any dress: no full stop, or far shorter than the paragraphs around."""
    if block.bold and not block.italic:
        return False
    if not _ENDS.search(block.text):
        return words >= 2 and (usual == 0 or words < usual)
    short = block.text.endswith(".") and usual > 0 and words <= min(30, usual * 0.5)
    return short and bool(_SCENE.match(block.text))


def _spread(pictures: list[Picture]) -> None:
    """A bare file name is no picture; its caption goes to the real one just before it."""
    for before, after in pairwise(pictures):
        if after.url is None and before.url is not None and before.caption is None:
            before.caption, after.caption = after.caption, None
