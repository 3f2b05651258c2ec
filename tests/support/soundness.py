"""Whether an archive is sound: nothing damaged, and evidence for every article.

    assert faults(folder / "archive.db") == []

The check that every test of crashes and full disks ends with. It opens the database as SQLite
alone would, so it may run beside a crawl; it changes nothing.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from crawler.archive.articles import text_sha256
from crawler.archive.captures import CaptureRef, read_capture
from crawler.archive.db import WARC_FOLDER
from crawler.errors import ArchiveError
from crawler.fetch.decoding import DecodingError, decode_body

DECODED_MAX_BYTES = 64 * 1024 * 1024
_WORDS = "title, lead, text, published_at, author, source"


def faults(db: Path) -> list[str]:
    """What is wrong with the archive at `db`, in words; nothing for a sound one."""
    with closing(sqlite3.connect(db)) as conn:
        found = [*_database(conn), *_articles(conn)]
        found += _evidence(conn, db.parent / WARC_FOLDER)
    return found


def leftovers(db: Path) -> list[str]:
    """What a crawl that has ended by itself must not leave: claims, runs, bytes without a row."""
    with closing(sqlite3.connect(db)) as conn:
        claimed = conn.execute("SELECT url FROM frontier WHERE state = 'claimed'").fetchall()
        found = [f"still claimed: {url}" for (url,) in claimed]
        running = conn.execute("SELECT id FROM runs WHERE state = 'running'").fetchall()
        found += [f"run {number} never ended" for (number,) in running]
        ends = dict(
            conn.execute(
                "SELECT warc_file, max(warc_offset + warc_length) FROM captures GROUP BY 1"
            ).fetchall()
        )
    for path in sorted((db.parent / WARC_FOLDER).glob("*.warc.gz")):
        beyond = path.stat().st_size - ends.get(path.name, 0)
        if beyond:
            found.append(f"{path.name}: {beyond} bytes beyond the last row")
    return found


def due_now(db: Path, now: float) -> int:
    """Addresses that a crawl which ended as done should have asked for."""
    with closing(sqlite3.connect(db)) as conn:
        sql = "SELECT count(*) FROM frontier WHERE state IN ('pending', 'claimed') AND due_at <= ?"
        return int(conn.execute(sql, (now,)).fetchone()[0])


def _database(conn: sqlite3.Connection) -> Iterator[str]:
    for (line,) in conn.execute("PRAGMA integrity_check"):
        if line != "ok":
            yield f"integrity check: {line}"
    for table, row, parent, _ in conn.execute("PRAGMA foreign_key_check"):
        yield f"foreign key: {table} row {row} names no row of {parent}"
    try:
        # Written as an INSERT, it changes nothing; rolled back all the same.
        conn.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        yield f"search index: {error}"
    finally:
        conn.rollback()


def _articles(conn: sqlite3.Connection) -> Iterator[str]:
    for portal, native_id, times in conn.execute(
        "SELECT portal_id, native_id, count(*) FROM articles GROUP BY 1, 2 HAVING count(*) > 1"
    ):
        yield f"article {portal}/{native_id} is stored {times} times"
    for url, times in conn.execute(
        "SELECT url, count(*) FROM articles GROUP BY portal_id, url HAVING count(*) > 1"
    ):
        yield f"{url} is stored {times} times"
    for id_, digest, *words in conn.execute(f"SELECT id, text_sha256, {_WORDS} FROM articles"):
        if text_sha256(tuple(words)) != digest:
            yield f"article {id_}: its words have another digest than its row says"
    for (id_,) in conn.execute(
        "SELECT a.id FROM articles AS a WHERE a.text_sha256 IS NOT (SELECT v.text_sha256 "
        "FROM versions AS v WHERE v.article_id = a.id ORDER BY v.id DESC LIMIT 1)"
    ):
        yield f"article {id_}: its newest version says something else"


def _evidence(conn: sqlite3.Connection, folder: Path) -> Iterator[str]:
    """Every capture that a row places in a file, and every article's capture among them."""
    for (url,) in conn.execute(
        "SELECT a.url FROM articles AS a LEFT JOIN captures AS c ON c.id = a.capture_id "
        "WHERE c.warc_file IS NULL"
    ):
        yield f"{url}: the article has no record"
    for id_, url, body_sha256, *place in conn.execute(
        "SELECT id, url, body_sha256, warc_file, warc_offset, warc_length, payload_digest "
        "FROM captures WHERE warc_file IS NOT NULL"
    ):
        wrong = _capture(folder, CaptureRef(*place), url, body_sha256)
        if wrong is not None:
            yield f"capture {id_}: {wrong}"
    for (file,) in conn.execute("SELECT DISTINCT warc_file FROM captures WHERE warc_file NOT NULL"):
        try:
            with (folder / file).open("rb") as stream:
                for record in ArchiveIterator(stream, check_digests="raise"):
                    record.content_stream().read()
        except (ArchiveLoadFailed, OSError) as error:
            yield f"{file}: read from its beginning it breaks: {error}"


def _capture(folder: Path, ref: CaptureRef, url: str, body_sha256: str | None) -> str | None:
    try:
        read = read_capture(folder, ref)
        encoding = next((value for name, value in read.headers if name == "content-encoding"), None)
        if body_sha256 is None:
            return None
        body = decode_body(read.body, encoding, DECODED_MAX_BYTES)
    except (ArchiveError, DecodingError) as error:
        return str(error)
    if read.url != url:
        return f"its record is of {read.url}, its row of {url}"
    if hashlib.sha256(body).hexdigest() != body_sha256:
        return "its decoded body has another digest than its row says"
    return None
