"""An article's fields by the profile of its platform, and its body by the block walk."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Literal

from lxml.html import HtmlElement

from crawler.platforms.profile import Layout
from crawler.reader import select
from crawler.reader.blocks import Block, Item, Picture, walk
from crawler.reader.bylines import Byline, byline_of, looks_like_author, photo_credit
from crawler.reader.captions import credit_of, split_captions
from crawler.reader.dates import Published, has_impossible_date, parse_published
from crawler.reader.document import Document
from crawler.reader.files import file_address, file_links, file_name
from crawler.reader.model import Attachment, Image
from crawler.reader.related import without_related
from crawler.reader.surroundings import byline_near
from crawler.text import fold
from crawler.urls import host_of, normalise

_AUTHOR_LABEL = re.compile(r"^\s*(tác giả( bài viết)?|người (viết|đăng)|author)\s*:\s*", re.I)
_SOURCE_LABEL = re.compile(r"^\s*(nguồn( tin)?|source)\s*:\s*", re.IGNORECASE)
_AGENCY = re.compile(
    r"^\s*(?:[(\[]\s*([A-ZĐ]{2,8}|(?:[A-Za-z][\w-]*\.)+vn)\s*[)\]]\s*[-–]?\s*(?=\S)"
    r"|([A-ZĐ]{2,8})\s*[-–]\s+(?=\S))"
)
_BEGINS = re.compile(r"(?:ngày|sáng|trưa|chiều|tối|đêm|trong|vừa|theo|hôm|nhằm|để|tại)\s")
# Who acts in the sentence ("HĐND - UBND huyện tổ chức …"), not who sends it.
_NO_AGENCY = frozenset(("UBND", "HĐND", "MTTQ", "UBMTTQ", "BCH", "BTV", "BCĐ", "LĐLĐ", "ĐVTN"))
_FILE_LABEL = re.compile(
    r"^[\s:*•-]*((tai lieu|file|tep|van ban|tap tin)? ?(dinh )?kem( theo)?|xem|tai (ve|file|xuong)"
    r"|download|chi tiet)?[\s:.;,()-]*(tai ve|tai ve may|tai xuong)?[\s:.;,()-]*$"
)
_TERMINAL = re.compile(r"[.!?…]$")


@dataclass(slots=True)
class Body:
    """A container's content, sorted: text blocks, pictures, attachments, by-line."""

    blocks: list[Block]
    pictures: list[Picture]
    attachments: list[Attachment] = field(default_factory=list)
    author: str | None = None
    source: str | None = None

    @property
    def text(self) -> str | None:
        """Paragraphs apart by a blank line; items of a list and rows of a table one a line."""
        parts: list[str] = []
        before: Block | None = None
        for block in self.blocks:
            if before is not None:
                same = (block.kind == "row" and block.table is before.table) or (
                    block.kind == "li" == before.kind and block.list is before.list
                )
                parts.append("\n" if same else "\n\n")
            parts.append(block.text)
            before = block
        return "".join(parts) or None


def layout_for(
    document: Document, layouts: Iterable[Layout], day: str | None
) -> tuple[Layout, HtmlElement] | None:
    """The first layout whose body stands on the page, with that body."""
    for layout in layouts:
        if not layout.valid_on(day):
            continue
        found = select.first_source(document, layout.body)
        if found:
            return layout, max(found, key=_text_length) if len(found) > 1 else found[0]
    return None


def _text_length(element: HtmlElement) -> int:
    return len(element.text_content())


def read_body(
    document: Document,
    container: HtmlElement,
    *,
    drop: tuple[str, ...] = (),
    byline: Literal["field", "body"] = "body",
    file_lines: bool = False,
    dropped: frozenset[HtmlElement] = frozenset(),
) -> Body:
    """The content of a container: nothing it shows is lost, each thing is in its place."""
    if drop:
        dropped = dropped | frozenset(select.elements(document, drop, container))
    items = walk(container, dropped)
    return sort_items(document, container, items, byline=byline, file_lines=file_lines)


def sort_items(
    document: Document,
    container: HtmlElement,
    items: list[Item],
    *,
    byline: Literal["field", "body"] = "body",
    file_lines: bool = False,
) -> Body:
    """Items of a container put in their places: attachments, by-line, captions, text.

    `file_lines`: lines that only name a file stay in the text (the platform lists its
    attachments elsewhere, so that what the author wrote here is text).
    """
    items = without_related(items)
    links = file_links(container)
    if not file_lines:
        items = [
            item for item in items if isinstance(item, Picture) or not _is_file_line(item, links)
        ]
    blocks = [item for item in items if isinstance(item, Block)]
    under = frozenset(
        id(item)
        for before, item in pairwise(items)
        if isinstance(before, Picture) and before.caption is None
    )
    found = byline_of(blocks, under) if byline == "body" else Byline()
    if found.source and host_of(found.source) == host_of(document.base or "") != "":
        found = Byline()  # the page prints its own address
    credit = found.credit
    has_pictures = len(blocks) < len(items)
    if found.lines:
        signature = {
            id(block)
            for block in blocks[-found.lines :]
            if has_pictures or not photo_credit(block.text)
        }
        items = [item for item in items if id(item) not in signature]
    elif has_pictures and blocks and id(blocks[-1]) not in under:
        # Below everything: who took the pictures, all of them.
        credit = photo_credit(blocks[-1].text)
        items = [item for item in items if not credit or item is not blocks[-1]]
    pictures, blocks = split_captions(items)
    for picture in pictures:
        picture.credit = picture.credit or credit
    author = found.author
    if found.credit and not pictures and not any(photo_credit(block.text) for block in blocks):
        author = f"{author}, ảnh: {found.credit}"  # no picture is left to carry it
    return Body(blocks, pictures, attachments_of(document, links), author, found.source)


def _is_file_line(block: Block, links: list[HtmlElement]) -> bool:
    """Whether a line is nothing but a file's name, or its label and name."""
    if not links or _TERMINAL.search(block.text):
        return False
    names = [select.inline_text(a) for a in links if block.owner in (a, *a.iterancestors())]
    rest = block.text
    for name in names:
        rest = rest.replace(name, "")
    return bool(names) and (
        block.link_chars >= len(block.text) * 0.8 or bool(_FILE_LABEL.match(fold(rest)))
    )


def add_surroundings(
    document: Document, body: Body, box: HtmlElement, container: HtmlElement
) -> None:
    """Files and labelled by-line that stand in the article's box, outside of its body."""
    known = {entry.url for entry in body.attachments}
    near = attachments_of(document, file_links(box))
    body.attachments.extend(entry for entry in near if entry.url not in known)
    if body.author is None or body.source is None:
        late = byline_near(box, container)
        body.author = body.author or late.author
        body.source = body.source or late.source


def published(document: Document, layout: Layout, captured_at: datetime | None) -> Published | None:
    """The stamp: the first source of the layout that the date grammar can read to the minute,
    else the first that it can read at all."""
    best: Published | None = None
    for text in select.values(document, layout.fields.get("published", ())):
        found = parse_published(text, captured_at)
        if found is None:
            continue
        if found.precision == "minute":
            if best is None or _same_day(best, found):
                return found
            return best
        best = best or found
    return best


def impossible_stamp(document: Document, layout: Layout) -> str | None:
    """The text of a stamp whose date or time does not exist ("31/02/2024"), if there is one."""
    for text in select.values(document, layout.fields.get("published", ())):
        if has_impossible_date(text):
            return text
    return None


def _same_day(first: Published, second: Published) -> bool:
    return first.iso[:10] == second.iso[:10]


def labelled(
    document: Document, sources: tuple[str, ...], what: Literal["author", "source"]
) -> str | None:
    """A field behind its label ("Tác giả: …"); a label of another field is not taken for it."""
    label, other = (
        (_AUTHOR_LABEL, _SOURCE_LABEL) if what == "author" else (_SOURCE_LABEL, _AUTHOR_LABEL)
    )
    bare: str | None = None
    for text in select.values(document, sources):
        if found := label.match(text):
            return text[found.end() :].strip() or None
        if what == "author" and not other.match(text) and looks_like_author(text, dressed=True):
            bare = bare or text
    return bare


def split_agency(lead: str) -> tuple[str, str | None]:
    """Lead and the agency code at its head: "(CTTĐTBP) - Sáng nay …" gives both."""
    found = _AGENCY.match(lead)
    code = (found.group(1) or found.group(2)) if found is not None else None
    if found is None or code in _NO_AGENCY:
        return lead, None
    rest = lead[found.end() :].strip()
    # A sentence begins behind it: "OCOP - cơ hội cho nông sản" is one phrase.
    if found.group(2) and rest[:1].islower() and not _BEGINS.match(rest):
        return lead, None
    return rest, code


def drop_repeats(body: Body, title: str | None, lead: str | None) -> bool:
    """Takes title and lead out of the head of the body where they stand there once more."""
    repeated = False
    for _ in range(3):
        if not body.blocks:
            break
        head = fold(body.blocks[0].text)
        if (title and head == fold(title)) or (lead and head == fold(lead)):
            repeated = repeated or bool(lead and head == fold(lead))
            body.blocks.pop(0)
        else:
            break
    return repeated


def images_of(document: Document, lead: list[Picture], body: list[Picture]) -> list[Image]:
    """Lead picture and body pictures with absolute addresses.

    A picture that stands twice is one image, unless it is shown under two different captions.
    """
    images: list[Image] = []
    places: dict[str, int] = {}
    for picture in [*lead, *body]:
        url = normalise(picture.url, document.base) if picture.url else None
        if url is None:
            continue
        caption, credit = credit_of(picture.caption) if picture.caption else (None, None)
        credit = credit or picture.credit
        place = places.get(url)
        if place is None or (caption and images[place].caption not in (None, caption)):
            places[url] = len(images)
            images.append(Image(url, caption, credit))
        elif caption and images[place].caption is None:
            images[place] = Image(url, caption, credit)
    return images


def attachments_of(document: Document, links: Iterable[HtmlElement]) -> list[Attachment]:
    """Files behind these links, query kept, each once."""
    found: dict[str, Attachment] = {}
    for link in links:
        url = normalise(file_address(link) or link.get("href") or "", document.base)
        if url is not None:
            found.setdefault(url, Attachment(url, file_name(link)))
    return list(found.values())
