"""What stands on a portal's article pages, counted: repeated_portals, _regions and _blocks.

The counts are kept small and young. Most texts of a page are its article and never come again:
a text seen once is forgotten after PRUNED_PAGES further pages (its region remembers that there
was one). And when AGED_PAGES are counted, all counts of the portal are halved: pages of a new
layout then soon outweigh those of the old one, which fades away. Without that, a layout of ten
thousand articles would take years to forget, and its successor as long to learn.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from crawler.archive.db import Archive
from crawler.archive.values import storable
from crawler.reader.model import SeenBlock
from crawler.reader.repetition import COMMON_SHARE, RegionCount, Repeated, learn

AGED_PAGES = 200  # then all counts are halved; a new layout is learned after 30 to 70 pages
PRUNED_PAGES = 50  # how often what was seen once is looked through
SAMPLES = 3  # texts of a region that are shown to people

_COUNT_PAGE = """
INSERT INTO repeated_portals(portal_id, pages, pruned_at) VALUES (?, 1, ?)
ON CONFLICT DO UPDATE SET pages = pages + 1 RETURNING pages, pruned_at
"""
_COUNT_BLOCK = """
INSERT INTO repeated_blocks(portal_id, region, text_key, sample, pages, last_seen_at)
VALUES (?, ?, ?, ?, 1, ?)
ON CONFLICT DO UPDATE SET pages = pages + 1, last_seen_at = excluded.last_seen_at RETURNING pages
"""
_COUNT_REGION = """
INSERT INTO repeated_regions(portal_id, region, path, pages, blocks, texts, chars, last_seen_at)
VALUES (?, ?, ?, 1, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET pages = pages + 1, blocks = blocks + excluded.blocks,
  texts = texts + excluded.texts, chars = chars + excluded.chars,
  last_seen_at = excluded.last_seen_at
"""


@dataclass(frozen=True, slots=True)
class Region:
    """A place on a portal's pages, as people look at it."""

    key: str
    count: RegionCount
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Learned:
    """What is known to repeat on a portal. `pages` were counted, old ones weigh less.

    `chrome`: regions that hold no article; `common`: single blocks (path, sample, pages).
    """

    pages: int
    repeated: Repeated
    chrome: tuple[Region, ...]
    common: tuple[tuple[str, str, int], ...]


def count(archive: Archive, portal_id: str, seen: Iterable[SeenBlock], seen_at: str) -> None:
    """Count the blocks of one article page; once per article, in the caller's transaction."""
    with archive.atomic() as db:
        pages, pruned_at = db.conn.execute(_COUNT_PAGE, (portal_id, seen_at)).fetchall()[0]
        by_region: dict[str, list[SeenBlock]] = {}
        fresh: dict[str, int] = {}
        for block in seen:
            key = (portal_id, block.region, block.text)
            row = db.conn.execute(_COUNT_BLOCK, (*key, storable(block.sample), seen_at))
            by_region.setdefault(block.region, []).append(block)
            is_new = row.fetchall() == [(1,)]
            fresh[block.region] = fresh.get(block.region, 0) + is_new
        for region, blocks in by_region.items():
            chars = sum(block.chars for block in blocks)
            numbers = (len(blocks), fresh[region], chars)
            path = storable(blocks[0].path)
            db.conn.execute(_COUNT_REGION, (portal_id, region, path, *numbers, seen_at))
        if pages % PRUNED_PAGES == 0:
            _prune(db.conn, portal_id, pruned_at, seen_at)
        if pages >= AGED_PAGES:
            _age(db.conn, portal_id)


def load(archive: Archive, portal_id: str) -> Repeated:
    """What is known to repeat on a portal now; `version` is empty while that is nothing."""
    regions, blocks, pages = _counts(archive.conn, portal_id)
    return learn(regions, blocks, pages)


def learned(archive: Archive, portal_id: str) -> Learned:
    """The same, for people."""
    regions, blocks, pages = _counts(archive.conn, portal_id)
    repeated = learn(regions, blocks, pages)
    sample = "SELECT sample FROM repeated_blocks WHERE portal_id = ? AND region = ?"
    chrome = [
        Region(key, regions[key], tuple(row[0] for row in archive.conn.execute(
            f"{sample} ORDER BY pages DESC, sample LIMIT {SAMPLES}", (portal_id, key)
        )))
        for key in repeated.regions
    ]  # fmt: skip
    chrome.sort(key=lambda region: (-region.count.pages, region.count.path))
    common = [
        (regions[region].path, text, blocks[region, key])
        for region, key in sorted(repeated.blocks)
        for (text,) in archive.conn.execute(f"{sample} AND text_key = ?", (portal_id, region, key))
    ]
    return Learned(pages, repeated, tuple(chrome), tuple(common))


def _counts(
    conn: sqlite3.Connection, portal_id: str
) -> tuple[dict[str, RegionCount], dict[tuple[str, str], int], int]:
    """(regions, blocks, pages) as learn() takes them; blocks on too few pages are left out."""
    row = conn.execute(
        "SELECT pages FROM repeated_portals WHERE portal_id = ?", (portal_id,)
    ).fetchone()
    pages = row[0] if row else 0
    regions = {
        key: RegionCount(*numbers)
        for key, *numbers in conn.execute(
            "SELECT region, path, pages, blocks, texts, chars FROM repeated_regions "
            "WHERE portal_id = ?",
            (portal_id,),
        )
    }
    blocks = {
        (region, text): seen
        for region, text, seen in conn.execute(
            "SELECT region, text_key, pages FROM repeated_blocks "
            "WHERE portal_id = ? AND pages >= ?",
            (portal_id, pages * COMMON_SHARE),
        )
    }
    return regions, blocks, pages


def _prune(conn: sqlite3.Connection, portal_id: str, pruned_at: str, now: str) -> None:
    """Forget the texts and regions that were seen once, and not since the last time."""
    for table in ("repeated_blocks", "repeated_regions"):
        conn.execute(
            f"DELETE FROM {table} WHERE portal_id = ? AND pages = 1 AND last_seen_at < ?",
            (portal_id, pruned_at),
        )
    conn.execute("UPDATE repeated_portals SET pruned_at = ? WHERE portal_id = ?", (now, portal_id))


def _age(conn: sqlite3.Connection, portal_id: str) -> None:
    where = (portal_id,)
    for table in ("repeated_blocks", "repeated_regions"):
        conn.execute(f"DELETE FROM {table} WHERE portal_id = ? AND pages = 1", where)
    conn.execute("UPDATE repeated_blocks SET pages = pages / 2 WHERE portal_id = ?", where)
    conn.execute("UPDATE repeated_portals SET pages = pages / 2 WHERE portal_id = ?", where)
    conn.execute(
        "UPDATE repeated_regions SET pages = pages / 2, blocks = blocks / 2, texts = texts / 2, "
        "chars = chars / 2 WHERE portal_id = ?",
        where,
    )
