"""One Reading of an article into its tables: row, version, aliases, images, attachments, tags."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from crawler.archive.frontier_rows import ALIAS, FrontierRow
from crawler.archive.values import storable, storable_or_none

if TYPE_CHECKING:
    from crawler.portals.model import Portal
    from crawler.reader.model import Reading

# "new": not known before. "changed": its words differ from the last version, read the same way.
# "reread": they differ, but the reader or profile does as well, so nobody can say that the
# portal edited it. "same": nothing that counts differs.
ArticleChange = Literal["new", "changed", "same", "reread"]

_FIELDS = (
    "native_id, url, title, lead, text, published_at, published_precision, published_raw, "
    "published_date, year, updated_at, author, source, agency_code, category, language, platform, "
    "province, level, text_method, confidence, flags, last_captured_at, capture_id, text_sha256"
)
_INSERT = (
    f"INSERT INTO articles(portal_id, first_captured_at, {_FIELDS}) "
    f"VALUES (?, ?, {', '.join('?' for _ in _FIELDS.split(','))})"
)
_UPDATE = (
    f"UPDATE articles SET {', '.join(f'{name} = ?' for name in _FIELDS.split(', '))} WHERE id = ?"
)
# Leaves title, lead and text out: naming them would make the search index work for nothing.
_TEXT_FIELDS = ("title", "lead", "text")
_KEPT = [name for name in _FIELDS.split(", ") if name not in _TEXT_FIELDS]
_UPDATE_SAME = f"UPDATE articles SET {', '.join(f'{name} = ?' for name in _KEPT)} WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a reading came from: its capture, when, and who read it."""

    capture_id: int
    captured_at: str
    reader_version: str
    profile_version: str | None


def put_article(
    conn: sqlite3.Connection,
    portal: Portal,
    row: FrontierRow,
    reading: Reading,
    source: Provenance,
    urls: Iterable[str | None],
) -> tuple[int, ArticleChange]:
    """Store a reading of kind "article" in the caller's transaction: (article id, what changed).

    `urls` are further addresses under which the article was met.
    """
    words = _words(reading)
    digest = text_sha256(words)
    native_id = storable(
        reading.native_id or row.native_id or address_id(reading.canonical_url or row.url)
    )
    known = conn.execute(
        "SELECT id, text_sha256, title, lead, text FROM articles "
        "WHERE portal_id = ? AND native_id = ?",
        (portal.id, native_id),
    ).fetchone()
    change: ArticleChange = "new"
    values = _values(portal, row, reading, source, native_id, words, digest)
    if known is None:
        cursor = conn.execute(_INSERT, (portal.id, source.captured_at, *values.values()))
        assert cursor.lastrowid is not None
        article_id = cursor.lastrowid
    else:
        article_id = known[0]
        if known[2:] == words[:3]:
            conn.execute(_UPDATE_SAME, (*(values[name] for name in _KEPT), article_id))
        else:
            conn.execute(_UPDATE, (*values.values(), article_id))
        change = "same" if known[1] == digest else _why(conn, article_id, source)
    if change != "same":
        _put_version(conn, article_id, change, source, words, digest)
    _put_urls(conn, portal.id, article_id, native_id, [row.url, reading.canonical_url, *urls])
    _put_lists(conn, article_id, reading, is_new=known is None)
    return article_id, change


def text_sha256(words: tuple[str | None, ...]) -> str:
    """The digest of what makes a version: title, lead, text, published_at, author, source."""
    return hashlib.sha256(json.dumps(words, ensure_ascii=False).encode()).hexdigest()


def address_id(url: str) -> str:
    """A stand-in for the native id where a platform has none: the address without its scheme."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.netloc.removeprefix('www.')}{parts.path}{query}"


def _words(reading: Reading) -> tuple[str | None, ...]:
    return tuple(
        storable_or_none(value)
        for value in (
            reading.title,
            reading.lead,
            reading.text,
            reading.published_at,
            reading.author,
            reading.source,
        )
    )


def _values(
    portal: Portal,
    row: FrontierRow,
    reading: Reading,
    source: Provenance,
    native_id: str,
    words: tuple[str | None, ...],
    digest: str,
) -> dict[str, object]:
    """Column values in the order of _FIELDS."""
    title, lead, text, published_at, author, by_source = words
    year = published_at[:4] if published_at else ""
    return {
        "native_id": native_id,
        "url": storable(reading.canonical_url or row.url),
        "title": title,
        "lead": lead,
        "text": text,
        "published_at": published_at,
        "published_precision": reading.published_precision,
        "published_raw": storable_or_none(reading.published_raw),
        "published_date": published_at[:10] if published_at else None,
        "year": int(year) if year.isdigit() else None,
        "updated_at": storable_or_none(reading.updated_at),
        "author": author,
        "source": by_source,
        "agency_code": storable_or_none(reading.agency_code),
        "category": storable_or_none(reading.category),
        "language": storable_or_none(reading.language),
        "platform": storable_or_none(reading.platform),
        "province": portal.province,
        "level": portal.level,
        "text_method": storable_or_none(reading.text_method),
        "confidence": reading.confidence,
        "flags": json.dumps([storable(flag) for flag in reading.flags], ensure_ascii=False),
        "last_captured_at": source.captured_at,
        "capture_id": source.capture_id,
        "text_sha256": digest,
    }


def _why(conn: sqlite3.Connection, article_id: int, source: Provenance) -> ArticleChange:
    last = conn.execute(
        "SELECT reader_version, profile_version FROM versions WHERE article_id = ? "
        "ORDER BY id DESC LIMIT 1",
        (article_id,),
    ).fetchone()
    return "changed" if last == (source.reader_version, source.profile_version) else "reread"


_CAUSES = {"new": "first", "changed": "edit", "reread": "reader"}


def _put_version(
    conn: sqlite3.Connection,
    article_id: int,
    change: ArticleChange,
    source: Provenance,
    words: tuple[str | None, ...],
    digest: str,
) -> None:
    conn.execute(
        "INSERT INTO versions(article_id, capture_id, seen_at, cause, title, lead, text, "
        "published_at, author, source, text_sha256, reader_version, profile_version) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            article_id,
            source.capture_id,
            source.captured_at,
            _CAUSES[change],
            *words,
            digest,
            source.reader_version,
            source.profile_version,
        ),
    )


def _put_urls(
    conn: sqlite3.Connection,
    portal_id: str,
    article_id: int,
    native_id: str,
    urls: Iterable[str | None],
) -> None:
    """Every address of the article that is known, the frontier's aliases included."""
    insert = "INSERT OR IGNORE INTO article_urls(url, portal_id, article_id) "
    conn.executemany(
        f"{insert} VALUES (?, ?, ?)",
        [(storable(url), portal_id, article_id) for url in dict.fromkeys(urls) if url],
    )
    conn.execute(
        f"{insert} SELECT url, portal_id, ? FROM frontier "
        "WHERE portal_id = ? AND native_id = ? AND reason = ?",
        (article_id, portal_id, native_id, ALIAS),
    )


def _put_lists(
    conn: sqlite3.Connection, article_id: int, reading: Reading, *, is_new: bool
) -> None:
    if not is_new:
        for table in ("images", "attachments", "tags"):
            conn.execute(f"DELETE FROM {table} WHERE article_id = ?", (article_id,))
    conn.executemany(
        "INSERT INTO images(article_id, position, url, caption, credit) VALUES (?, ?, ?, ?, ?)",
        [
            (
                article_id,
                position,
                storable(image.url),
                storable_or_none(image.caption),
                storable_or_none(image.credit),
            )
            for position, image in enumerate(reading.images, 1)
        ],
    )
    conn.executemany(
        "INSERT INTO attachments(article_id, position, url, name) VALUES (?, ?, ?, ?)",
        [
            (article_id, position, storable(attachment.url), storable_or_none(attachment.name))
            for position, attachment in enumerate(reading.attachments, 1)
        ],
    )
    conn.executemany(
        "INSERT OR IGNORE INTO tags(article_id, tag) VALUES (?, ?)",
        [(article_id, storable(tag)) for tag in reading.tags],
    )
