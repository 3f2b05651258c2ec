"""An article before any portal's markup, and what the articles of a portal are made from."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crawler.demo.language import Place
from crawler.demo.model import Rows

PieceKind = Literal[
    "paragraph", "heading", "list", "table", "picture", "byline", "lead-repeat", "attachment"
]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of an article; `markup` names one of the caption forms of `body.py`."""

    file: str
    caption: str | None
    credit: str | None
    markup: str


@dataclass(frozen=True, slots=True)
class Piece:
    kind: PieceKind
    text: str = ""
    rows: Rows = ()
    items: tuple[str, ...] = ()
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """An article before markup. `moment` is when it was published, `saved` its last save."""

    number: int
    topic: str
    category: str
    moment: datetime
    saved: datetime
    title: str
    lead: str | None
    pieces: tuple[Piece, ...]
    author: str | None
    byline: str | None
    source: str | None
    agency_code: str | None
    tags: tuple[str, ...]
    attachments: tuple[tuple[str, str], ...]  # file name, printed name
    lead_picture: Picture | None
    shape: str
    special: tuple[str, ...]

    @property
    def slug(self) -> str:
        return slugify(self.title)

    @property
    def seed(self) -> str:
        return f"{self.number}:{self.title}"


@dataclass(frozen=True, slots=True)
class Style:
    """What a platform's articles look like: the choices its drafts are made from."""

    place: Place
    shapes: tuple[str, ...]
    caption_markups: tuple[str, ...]
    has_lead: bool = True
    author_field: bool = False
    source_field: bool = False
    lead_picture: bool = False
    has_tags: bool = False
    older_spelling: float = 0.0  # share of the articles with uỷ, hoà


def slugify(text: str) -> str:
    """Lower-case letters without marks, digits and hyphens."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
