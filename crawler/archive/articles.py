"""One Reading of an article into its tables: row, version, aliases, pictures, files, citations."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
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

# Columns that are left out when the words are the same: naming them would make the search index
# work for nothing.
_WORDS = ("title", "lead", "text")
_FROM_PAGE = (
    "title", "lead", "published_at", "published_precision", "published_raw", "event_date",
    "updated_at", "author", "source", "agency_code", "category", "language",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a reading came from: its capture, when, who read it, and knowing what.

    `repeated_version` is that of what was known to repeat on the portal: empty when nothing was,
    None when the page was read by its profile, which needs no such knowledge.
    """

    capture_id: int
    captured_at: str
    reader_version: str
    profile_version: str | None
    repeated_version: str | None = None

    @property
    def way(self) -> tuple[str, str | None, str | None]:
        """What two readings must have in common, to be compared."""
        return self.reader_version, self.profile_version, self.repeated_version


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
    # The article whose page led to a print view is known better than the view itself tells.
    told = row.native_id or reading.native_id if row.kind == "print" else reading.native_id
    native_id = storable(told or row.native_id or address_id(reading.canonical_url or row.url))
    known = conn.execute(
        "SELECT id, text_sha256 FROM articles WHERE portal_id = ? AND native_id = ?",
        (portal.id, native_id),
    ).fetchone()
    if known is not None and _is_poorer(conn, known[0], row, reading):
        article_id = int(known[0])
        conn.execute(
            "UPDATE articles SET last_captured_at = ?, gone_at = NULL WHERE id = ?",
            (source.captured_at, article_id),
        )
        _put_urls(conn, portal.id, article_id, native_id, [row.url, *urls])
        return article_id, "same"
    fills = known is not None and row.kind == "print"
    if fills:
        reading = _completed(conn, int(known[0]), reading)
    words = _words(reading)
    digest = text_sha256(words)
    change: ArticleChange = "new"
    values = {
        "native_id": native_id,
        "url": storable(reading.canonical_url or row.url),
        "last_captured_at": source.captured_at,
        "capture_id": source.capture_id,
        "gone_at": None,  # the portal has it, perhaps again
        **_values(portal, reading, source, words, digest),
    }
    if fills:
        del values["url"]  # the article's own page is its address
    if known is None:
        article_id = _insert(conn, portal.id, source.captured_at, values)
    else:
        article_id = known[0]
        _update(conn, article_id, values)
        change = "same" if known[1] == digest else _why(conn, article_id, source)
        if fills and change == "changed":
            change = "reread"  # another view of the same words: the portal edited nothing
    if change == "same":
        _confirm_version(conn, article_id, source)
    else:
        _put_version(conn, article_id, change, source, words, digest)
    _put_urls(conn, portal.id, article_id, native_id, [row.url, reading.canonical_url, *urls])
    _put_lists(conn, article_id, reading, is_new=known is None, adds=fills)
    return article_id, change


def _is_poorer(
    conn: sqlite3.Connection, article_id: int, row: FrontierRow, reading: Reading
) -> bool:
    """Whether the stored words are better: a page's own before those of its print view, and the
    print view's before a page without text."""
    if row.kind == "print" and not reading.text:
        return True
    text, from_print = conn.execute(
        "SELECT a.text, EXISTS (SELECT 1 FROM frontier f WHERE f.article_id = a.id "
        "AND f.capture_id = a.capture_id AND f.kind = 'print') FROM articles a WHERE a.id = ?",
        (article_id,),
    ).fetchone()
    if not text:
        return False
    return not from_print if row.kind == "print" else bool(from_print and not reading.text)


def _completed(conn: sqlite3.Connection, article_id: int, view: Reading) -> Reading:
    """The reading of a print view with all that is known from the article's own page: the view
    adds what that has not."""
    names = (*_FROM_PAGE, "flags")
    stored = conn.execute(
        f"SELECT {', '.join(names)} FROM articles WHERE id = ?", (article_id,)
    ).fetchone()
    kept = {name: value for name, value in zip(names, stored, strict=True) if value}
    kept["flags"] = list(dict.fromkeys([*json.loads(kept.get("flags", "[]")), *view.flags]))
    for table in ("images", "attachments", "tags"):
        query = f"SELECT 1 FROM {table} WHERE article_id = ? LIMIT 1"
        if conn.execute(query, (article_id,)).fetchone():
            kept[table] = []  # the lists of the page stay
    return replace(view, **kept)


def reword_article(
    conn: sqlite3.Connection,
    portal: Portal,
    article_id: int,
    reading: Reading,
    source: Provenance,
) -> None:
    """Put a better reading of the same capture in the place of the stored one.

    The portal changed nothing, so there is no new version: the newest one is set right as well.
    """
    words = _words(reading)
    digest = text_sha256(words)
    _update(conn, article_id, _values(portal, reading, source, words, digest))
    conn.execute(
        "UPDATE versions SET title = ?, lead = ?, text = ?, published_at = ?, author = ?, "
        f"source = ?, text_sha256 = ? WHERE id = ({_NEWEST_VERSION})",
        (*words, digest, article_id),
    )
    _confirm_version(conn, article_id, source)
    _put_lists(conn, article_id, reading, is_new=False)


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
    reading: Reading,
    source: Provenance,
    words: tuple[str | None, ...],
    digest: str,
) -> dict[str, object]:
    """The columns that come from the reading, and from the portal."""
    title, lead, text, published_at, author, by_source = words
    year = published_at[:4] if published_at else ""
    return {
        "title": title,
        "lead": lead,
        "text": text,
        "published_at": published_at,
        "published_precision": reading.published_precision,
        "published_raw": storable_or_none(reading.published_raw),
        "published_date": published_at[:10] if published_at else None,
        "year": int(year) if year.isdigit() else None,
        "updated_at": storable_or_none(reading.updated_at),
        "event_date": reading.event_date,
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
        "text_sha256": digest,
        "repeated_version": source.repeated_version,
    }


def _insert(
    conn: sqlite3.Connection, portal_id: str, captured_at: str, values: dict[str, object]
) -> int:
    row = {"portal_id": portal_id, "first_captured_at": captured_at, **values}
    marks = ", ".join("?" for _ in row)
    cursor = conn.execute(
        f"INSERT INTO articles({', '.join(row)}) VALUES ({marks})", tuple(row.values())
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _update(conn: sqlite3.Connection, article_id: int, values: dict[str, object]) -> None:
    stored = conn.execute(
        f"SELECT {', '.join(_WORDS)} FROM articles WHERE id = ?", (article_id,)
    ).fetchone()
    if stored == tuple(values[name] for name in _WORDS):
        values = {name: value for name, value in values.items() if name not in _WORDS}
    sets = ", ".join(f"{name} = ?" for name in values)
    conn.execute(f"UPDATE articles SET {sets} WHERE id = ?", (*values.values(), article_id))


_NEWEST_VERSION = "SELECT id FROM versions WHERE article_id = ? ORDER BY id DESC LIMIT 1"
_WAY = "reader_version, profile_version, repeated_version"


def _why(conn: sqlite3.Connection, article_id: int, source: Provenance) -> ArticleChange:
    last = conn.execute(
        f"SELECT {_WAY} FROM versions WHERE id = ({_NEWEST_VERSION})", (article_id,)
    ).fetchone()
    return "changed" if last == source.way else "reread"


def _confirm_version(conn: sqlite3.Connection, article_id: int, source: Provenance) -> None:
    """The newest version was read again in this way: what differs next time was edited since."""
    conn.execute(
        f"UPDATE versions SET ({_WAY}) = (?, ?, ?) WHERE id = ({_NEWEST_VERSION}) "
        f"AND ({_WAY}) IS NOT (?, ?, ?)",
        (*source.way, article_id, *source.way),
    )


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
        f"published_at, author, source, text_sha256, {_WAY}) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            article_id,
            source.capture_id,
            source.captured_at,
            _CAUSES[change],
            *words,
            digest,
            *source.way,
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
    conn: sqlite3.Connection,
    article_id: int,
    reading: Reading,
    *,
    is_new: bool,
    adds: bool = False,
) -> None:
    """Replace the article's lists; with `adds` only the citations, the rest is added to."""
    if not is_new:
        for table in ("citations",) if adds else ("images", "attachments", "tags", "citations"):
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
    conn.executemany(
        "INSERT INTO citations(article_id, position, text, type, number, code, organ, date, "
        "paragraph) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                article_id,
                position,
                storable(cited.text),
                cited.type,
                *map(storable_or_none, (cited.number, cited.code, cited.organ)),
                cited.date,
                cited.paragraph,
            )
            for position, cited in enumerate(reading.citations, 1)
        ],
    )
