"""Building blocks of demo pages: sections, entries, requests taken apart, pages with holes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from urllib.parse import parse_qsl

from crawler.demo.draft import Draft
from crawler.demo.model import GoldArticle, GoldBlock, Request, Response

_SLOT = re.compile(r"@@(\w+)@@")
HTML_TYPE = ("Content-Type", "text/html; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Category:
    """A section of a portal: `key` is the drafts' category, "" is the section of everything."""

    key: str
    name: str
    slug: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as a portal publishes it."""

    draft: Draft
    gold: GoldArticle
    category: Category

    @property
    def path(self) -> str:
        return self.gold.urls[0]

    @property
    def day(self) -> str:
        return f"{self.draft.moment:%d/%m/%Y}"


class Compiled:
    """A page with holes: literal parts and the names of what is filled in per hit."""

    __slots__ = ("parts",)

    def __init__(self, html: str) -> None:
        pieces = _SLOT.split(html)
        self.parts = [
            piece if index % 2 else piece.encode("utf-8") for index, piece in enumerate(pieces)
        ]

    def fill(self, values: Mapping[str, bytes]) -> bytes:
        return b"".join(values[part] if isinstance(part, str) else part for part in self.parts)


@dataclass(frozen=True, slots=True)
class View:
    """An answer whose body is a compiled page; `article` names the page whose hits it counts."""

    page: Compiled
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (HTML_TYPE,)
    article: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A request taken apart: decoded path, query, form, cookies."""

    request: Request
    path: str
    query: Mapping[str, str]
    raw_query: str
    cookies: Mapping[str, str] = field(default_factory=dict)

    @property
    def form(self) -> dict[str, str]:
        body = self.request.body.decode("utf-8", "replace")
        return dict(parse_qsl(body, keep_blank_values=True))


def redirect(location: str, status: int = 302) -> Response:
    return Response(status, b"", (("Location", location), HTML_TYPE))


def text_response(text: str, content_type: str = "text/plain", status: int = 200) -> Response:
    return Response(
        status, text.encode("utf-8"), (("Content-Type", f"{content_type}; charset=utf-8"),)
    )


def page_of(entries: Sequence[Entry], number: int, size: int) -> Sequence[Entry]:
    return entries[(number - 1) * size : number * size]


def last_page(entries: Sequence[Entry], size: int) -> int:
    return max(1, -(-len(entries) // size))


def gold_blocks(draft: Draft) -> tuple[GoldBlock, ...]:
    """The body of a draft as a reader should give it back."""
    blocks = []
    for piece in draft.pieces:
        if piece.kind in ("paragraph", "heading"):
            blocks.append(GoldBlock("paragraph", piece.text))
        elif piece.kind == "list":
            blocks.append(GoldBlock("list", "\n".join(piece.items)))
        elif piece.kind == "table":
            blocks.append(GoldBlock("table", rows=piece.rows))
    return tuple(blocks)


def decomposed(html: str, draft: Draft) -> str:
    """The page with this article's own words in NFD, as pasted from some word processors."""
    words = [draft.title, draft.lead or "", *(piece.text for piece in draft.pieces)]
    for text in filter(None, (escape(word, quote=False) for word in words)):
        html = html.replace(text, unicodedata.normalize("NFD", text))
    return html


def minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M}:00+07:00"


_WEEKDAYS = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật")


def weekday(moment: datetime) -> str:
    """The Vietnamese name of the day of the week."""
    return _WEEKDAYS[moment.weekday()]
