"""Articles that were read before it was known what repeats on their portal, read once more.

The same capture, today's knowledge: no version, no article lost. Only two kinds are looked at.
Those that were read when nothing was known, however old they are; and the newest, as many as the
counts remember. What lies behind them was read with the knowledge of its own days, and the
portal may have looked different then.
"""

from __future__ import annotations

from dataclasses import dataclass

from crawler import __version__
from crawler.archive.articles import Provenance, reword_article
from crawler.archive.captures import CaptureRef
from crawler.archive.db import Archive
from crawler.archive.repetition import AGED_PAGES
from crawler.archive.runs import Problem, add_problem
from crawler.portals.model import Portal
from crawler.reader.model import Reading

_OUTDATED = """
SELECT id FROM articles
WHERE portal_id = :portal AND repeated_version <> :version AND (repeated_version = '' OR id > (
  SELECT coalesce(min(id), 0) FROM (
    SELECT id FROM articles WHERE portal_id = :portal AND repeated_version IS NOT NULL
    ORDER BY id DESC LIMIT 1 OFFSET :newest)))
ORDER BY id
"""
_SOURCE = """
SELECT a.url, a.text IS NOT NULL, c.url, c.method, c.request_body, c.fetched_at, c.id,
  c.warc_file, c.warc_offset, c.warc_length, c.payload_digest
FROM articles AS a LEFT JOIN captures AS c ON c.id = a.capture_id WHERE a.id = ?
"""


@dataclass(frozen=True, slots=True)
class Outdated:
    """An article to be cleaned and its capture, as it was asked for; `ref` None: it is lost."""

    article_id: int
    ref: CaptureRef | None
    url: str
    has_text: int  # 1 or 0, as SQLite says it
    asked_url: str
    method: str
    request_body: str | None
    captured_at: str
    capture_id: int


def outdated(archive: Archive, portal_id: str, version: str) -> list[int]:
    """The articles to clean with the knowledge of this version; none while nothing is known."""
    if not version:
        return []
    values = {"portal": portal_id, "version": version, "newest": AGED_PAGES}
    return [row[0] for row in archive.conn.execute(_OUTDATED, values)]


def source_of(archive: Archive, article_id: int) -> Outdated:
    """Where the stored text of an article came from."""
    row = archive.conn.execute(_SOURCE, (article_id,)).fetchone()
    ref = CaptureRef(*row[7:]) if row[7] is not None else None
    return Outdated(article_id, ref, *row[:7])


def put_cleaned(
    archive: Archive,
    portal: Portal,
    article: Outdated,
    reading: Reading,
    repeated_version: str,
    profile_version: str | None,
) -> None:
    """Store the better reading of an article, in one transaction."""
    known = repeated_version if reading.by_structure else None
    source = Provenance(
        article.capture_id, article.captured_at, __version__, profile_version, known
    )
    with archive.atomic() as db:
        reword_article(db.conn, portal, article.article_id, reading, source)


def keep_as_it_is(
    archive: Archive,
    portal: Portal,
    article: Outdated,
    repeated_version: str,
    problem: Problem,
    run_id: int,
) -> None:
    """Keep the stored text and say why; it is not tried again before something else is known."""
    with archive.atomic() as db:
        db.execute(
            "UPDATE articles SET repeated_version = ? WHERE id = ?",
            (repeated_version, article.article_id),
        )
        add_problem(archive, problem, run_id=run_id, portal_id=portal.id, url=article.url)
