"""Articles out of the archive: CSV for spreadsheets, JSONL for programs.

The order is that of the article ids, so two exports of the same archive are the same bytes. Each
page of 500 articles is read by itself: a long export never holds back a crawl.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal

from crawler.archive.db import Archive, storage_errors
from crawler.archive.selection import Selection, article_ids, pages, resolve, rows_of
from crawler.archive.spreadsheet import BOM, CELL_LIMIT, csv_lines
from crawler.errors import KhotinError, UsageError

Format = Literal["csv", "jsonl"]
FORMATS: tuple[Format, ...] = ("csv", "jsonl")

Article = dict[str, object]
Progress = Callable[[int, int], None]

# Every column of `articles` but the folded copy of the words, with what belongs beside it.
_OWN = (
    "native_id", "url", "title", "lead", "text", "published_at", "published_precision",
    "published_raw", "updated_at", "event_date", "author", "source", "agency_code", "category",
    "language", "platform", "province", "level", "text_method", "confidence", "flags",
    "first_captured_at", "last_captured_at", "text_sha256", "repeated_version",
)  # fmt: skip
_EVIDENCE = {
    "capture_url": "url",
    "captured_at": "fetched_at",
    "http_status": "status",
    "warc_file": "warc_file",
    "warc_offset": "warc_offset",
    "warc_length": "warc_length",
    "payload_digest": "payload_digest",
    "body_sha256": "body_sha256",
}
_COLUMNS = {
    "id": "a.id",
    "portal_id": "a.portal_id",
    "portal_name": "p.name",
    **{name: f"a.{name}" for name in _OWN},
    "versions": "(SELECT count(*) FROM versions AS v WHERE v.article_id = a.id)",
    **{name: f"c.{column}" for name, column in _EVIDENCE.items()},
}
_ARTICLES = (
    f"SELECT {', '.join(f'{sql} AS {name}' for name, sql in _COLUMNS.items())} "
    "FROM articles AS a JOIN portals AS p ON p.id = a.portal_id "
    "LEFT JOIN captures AS c ON c.id = a.capture_id WHERE a.id IN ({ids}) ORDER BY a.id"
)
_LISTS = {
    "tags": "SELECT article_id, tag FROM tags WHERE article_id IN ({ids}) ORDER BY tag",
    "images": (
        "SELECT article_id, url, caption, credit FROM images WHERE article_id IN ({ids}) "
        "ORDER BY article_id, position"
    ),
    "attachments": (
        "SELECT article_id, url, name FROM attachments WHERE article_id IN ({ids}) "
        "ORDER BY article_id, position"
    ),
    "citations": (
        "SELECT article_id, text, type, number, code, organ, date, paragraph FROM citations "
        "WHERE article_id IN ({ids}) ORDER BY article_id, position"
    ),
}
CSV_COLUMNS = (
    *_COLUMNS, "tags", "image_urls", "image_captions", "attachment_urls", "citations",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Exported:
    """How many articles were written, and how many cells are longer than a spreadsheet holds."""

    articles: int
    long_cells: int


def export(
    archive: Archive,
    out: BinaryIO,
    file_format: Format = "csv",
    selection: Selection | None = None,
    *,
    raw: bool = False,
    separator: str = ",",
    progress: Progress = lambda done, total: None,
) -> Exported:
    """Write the selected articles to an open binary file; `progress` gets (done, total).

    CSV begins with a byte order mark and has safe text cells; `raw` leaves both out. Raises
    UsageError when the selection names what the archive does not know.
    """
    with storage_errors(archive.path):
        ids = article_ids(archive, resolve(archive, selection or Selection()))
        done = long_cells = 0
        if file_format == "csv":
            heading = csv_lines([CSV_COLUMNS], raw=raw, separator=separator)
            out.write((heading if raw else BOM + heading).encode())
        for page in pages(ids):
            articles = read_articles(archive, page)
            if file_format == "jsonl":
                for article in articles:
                    out.write(json.dumps(as_record(article), ensure_ascii=False).encode() + b"\n")
            else:
                rows = [as_cells(article) for article in articles]
                out.write(csv_lines(rows, raw=raw, separator=separator).encode())
                long_cells += sum(
                    isinstance(cell, str) and len(cell) > CELL_LIMIT for row in rows for cell in row
                )
            done += len(articles)
            progress(done, len(ids))
    return Exported(done, long_cells)


def read_articles(archive: Archive, ids: list[int]) -> list[Article]:
    """The articles with these ids, their lists under the names of their tables."""
    articles = rows_of(archive.conn, _ARTICLES, ids)
    by_id = {article["id"]: article for article in articles}
    for name, sql in _LISTS.items():
        for article in articles:
            article[name] = []
        for row in rows_of(archive.conn, sql, ids):
            owner = by_id.get(row.pop("article_id"))
            if owner is not None:  # an article may vanish between the two queries
                _items(owner, name).append(row["tag"] if name == "tags" else row)
    for article in articles:
        article["flags"] = json.loads(str(article["flags"]))
    return articles


def as_record(article: Article) -> Article:
    """An article as a JSON object: lists as lists, the evidence together under `capture`."""
    record = {name: value for name, value in article.items() if name not in _EVIDENCE}
    evidence = {column: article[name] for name, column in _EVIDENCE.items()}
    record["capture"] = evidence if article["payload_digest"] is not None else None
    return record


def as_cells(article: Article) -> list[object]:
    """An article as the cells of CSV_COLUMNS; a list is one cell with an item a line."""
    images, attachments = _items(article, "images"), _items(article, "attachments")
    lists = {
        "flags": _items(article, "flags"),
        "tags": _items(article, "tags"),
        "image_urls": [image["url"] for image in images],
        "image_captions": [image["caption"] for image in images],
        "attachment_urls": [file["url"] for file in attachments],
        "citations": [cited["text"] for cited in _items(article, "citations")],
    }
    cells = {name: "\n".join(" ".join((i or "").split()) for i in lists[name]) for name in lists}
    return [cells[name] if name in cells else article[name] for name in CSV_COLUMNS]


def _items(article: Article, name: str) -> list[Any]:
    items = article[name]
    assert isinstance(items, list)
    return items


@contextmanager
def whole_file(path: Path, *, force: bool = False) -> Iterator[BinaryIO]:
    """A file that appears under its name only when it is complete; on any error it never does.

    Raises UsageError when there is something at the path already (unless `force`, and then only
    a file is replaced) or its folder is no place to write, KhotinError when the disk is full.
    """
    if path.exists() and not (force and path.is_file()):
        way = "give --force to replace it" if path.is_file() else "it is no file; give another -o"
        raise UsageError(f"{path} is there already: {way}")
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        try:
            with part.open("xb") as out:
                yield out
                out.flush()
                os.fsync(out.fileno())
            part.replace(path)
        except OSError as error:
            raise _file_error(path, error) from error
    finally:
        part.unlink(missing_ok=True)


def _file_error(path: Path, error: OSError) -> KhotinError:
    if error.errno == errno.ENOSPC:
        return KhotinError(f"the disk of {path} is full: free some space and export again")
    return UsageError(f"cannot write {path} ({error.strerror}): give another place with -o")
