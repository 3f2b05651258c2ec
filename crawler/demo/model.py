"""What the demo portals say and what is true about it: gold articles, requests, responses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["province", "department", "district", "commune", "party", "assembly", "other"]
Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class GoldImage:
    """A picture of the body or lead; `url` is root-relative."""

    url: str
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True)
class GoldBlock:
    """One piece of the body in reading order: a paragraph, the items of a list, a data table."""

    kind: Literal["paragraph", "list", "table"]
    text: str = ""
    rows: Rows = ()

    def as_text(self) -> str:
        if self.kind == "table":
            return "\n".join(" | ".join(row) for row in self.rows)
        return self.text


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """What a faultless reader gives back for one article.

    Addresses are root-relative, the canonical one first. `published` is as precise as the
    article page prints it: `2024-01-12T15:10:00+07:00`, `2024-01-12`, or None where the page
    prints none (`listed_published` is then what only the list page says, if it does).
    `author` and `source` are as printed, without their label; `residue` are lines of the
    page's body that belong in no field and not in the text (by-line labels, picture names).
    """

    portal_id: str
    key: str
    native_id: str | None
    urls: tuple[str, ...]
    title: str
    lead: str | None
    blocks: tuple[GoldBlock, ...]
    published: str | None
    listed_published: str | None
    category: str | None
    author: str | None = None
    source: str | None = None
    agency_code: str | None = None
    tags: tuple[str, ...] = ()
    attachments: tuple[tuple[str, str], ...] = ()
    images: tuple[GoldImage, ...] = ()
    residue: tuple[str, ...] = ()
    special: tuple[str, ...] = ()
    visible: bool = True

    @property
    def paragraphs(self) -> list[str]:
        """Paragraphs and list items, one each, in order; no tables, captions or by-line."""
        return [
            line
            for block in self.blocks
            if block.kind != "table"
            for line in block.text.split("\n")
        ]

    @property
    def tables(self) -> list[Rows]:
        return [block.rows for block in self.blocks if block.kind == "table"]

    @property
    def captions(self) -> list[str]:
        return [image.caption for image in self.images if image.caption]

    @property
    def text(self) -> str:
        """The body as khotin stores it: blocks apart by a blank line, rows and items one a line."""
        return "\n\n".join(block.as_text() for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Request:
    """A request as a portal sees it: `target` is path and query, header names in lower case."""

    target: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)

    def header(self, name: str) -> str | None:
        """The first value of a header, by name in any case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")
