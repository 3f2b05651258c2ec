"""What different readers say, as `Answer`s that the scoring understands."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from crawler.reader.model import Reading
from tests.support.scoring import Answer


def from_reading(reading: Reading) -> Answer:
    """Our own reading. A picture that has a credit alone is told by that."""
    captions = ((image.caption, image.credit) for image in reading.images)
    return Answer(
        title=reading.title,
        lead=reading.lead,
        text=reading.text,
        published=reading.published_at,
        author=reading.author,
        source=reading.source,
        tags=tuple(reading.tags),
        captions=tuple(_caption(*pair) for pair in captions),
        images=tuple(image.url for image in reading.images),
        attachments=tuple((file.url, file.name) for file in reading.attachments),
    )


def from_trafilatura(found: Mapping[str, Any]) -> Answer:
    """What `bare_extraction(...).as_dict()` says; it knows no time of day, lead or captions."""
    return Answer(
        title=found.get("title"),
        text=found.get("text"),
        published=found.get("date"),
        author=found.get("author"),
        tags=tuple(found.get("tags") or ()),
    )


def from_archive(
    path: Path, portal_id: str, address: Callable[[str], str] = str
) -> dict[str, tuple[str, Answer]]:
    """Every stored article of a portal: native id to (url, answer).

    `address` maps a stored URL to the one it is compared with.
    """
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        db.row_factory = sqlite3.Row
        rows = db.execute("SELECT * FROM articles WHERE portal_id = ?", (portal_id,)).fetchall()
        return {row["native_id"]: (address(row["url"]), _stored(db, row, address)) for row in rows}


def _stored(db: sqlite3.Connection, row: sqlite3.Row, address: Callable[[str], str]) -> Answer:
    def children(table: str, columns: str, order: str = "position") -> list[tuple[Any, ...]]:
        sql = f"SELECT {columns} FROM {table} WHERE article_id = ? ORDER BY {order}"
        return [tuple(found) for found in db.execute(sql, (row["id"],))]

    pictures = children("images", "url, caption, credit")
    return Answer(
        title=row["title"],
        lead=row["lead"],
        text=row["text"],
        published=row["published_at"],
        author=row["author"],
        source=row["source"],
        tags=tuple(tag for (tag,) in children("tags", "tag", "tag")),
        captions=tuple(_caption(caption, credit) for _, caption, credit in pictures),
        images=tuple(address(url) for url, _, _ in pictures),
        attachments=tuple(
            (address(url), name) for url, name in children("attachments", "url, name")
        ),
    )


def _caption(caption: str | None, credit: str | None) -> str:
    return caption or credit or ""
