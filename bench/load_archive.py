"""A large archive without a crawl: the articles of the load site, stored by the store's own words.

Left out is what takes long and changes nothing for who reads: records on disk, links, the network.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from bench.load_site import title_of, words
from crawler.archive.articles import Provenance, put_article
from crawler.archive.captures import NewCapture, insert_capture
from crawler.archive.db import Archive
from crawler.archive.frontier_rows import FrontierRow
from crawler.archive.records import CaptureRef
from crawler.archive.reference import ensure_portal
from crawler.portals.model import Portal
from crawler.reader.model import Reading

TOGETHER = 500  # articles of one transaction
FIRST_DAY = datetime(2015, 1, 1, tzinfo=UTC)
CAPTURED = datetime(2025, 6, 1, tzinfo=UTC)
PROVINCES = ("Thanh Hóa", "Nghệ An", "Lào Cai", "Nam Định", "Quảng Ninh")


def make_archive(path: Path, portals: int, articles: int, seed: int) -> int:
    """Fill a new archive with so many articles of each portal, by turns; how many they are."""
    publishers = [
        Portal(f"tai-{n:03d}", f"Cổng thông tin {n}", f"http://tai-{n:03d}.test/", "district",
               PROVINCES[n % len(PROVINCES)])
        for n in range(portals)
    ]  # fmt: skip
    numbers = [(n, portal) for n in range(1, articles + 1) for portal in publishers]
    with Archive.open(path) as archive:
        for start in range(0, len(numbers), TOGETHER):
            with archive.atomic():
                for number, portal in numbers[start : start + TOGETHER]:
                    _put(archive, portal, number, seed)
        archive.checkpoint()
    return len(numbers)


def _put(archive: Archive, portal: Portal, number: int, seed: int) -> None:
    url = f"{portal.url}tin-tuc/bai-viet-{number:06d}.html"
    chance = random.Random(f"{seed} {url}")
    paragraphs = [f"{words(chance, chance.randint(40, 90))}." for _ in range(chance.randint(5, 12))]
    published = FIRST_DAY + timedelta(minutes=chance.randrange(10 * 365 * 24 * 60))
    reading = Reading(
        url,
        "article",
        title=title_of(portal.id, number),
        text="\n\n".join(paragraphs),
        published_at=published.strftime("%Y-%m-%dT%H:%M:00+07:00"),
        published_precision="minute",
        language="vi",
        text_method="profile",
        confidence=1.0,
    )
    fetched_at = (CAPTURED + timedelta(seconds=number)).isoformat(timespec="seconds")
    digest = f"sha256:{sha256(url.encode()).hexdigest()}"
    # Records are named as if they stood in a file; nobody reads them here.
    ref = CaptureRef(f"{portal.id}.warc.gz", number * 10_000, 9_000, digest)
    ensure_portal(archive.conn, portal)
    capture = insert_capture(
        archive.conn, portal.id, "article", NewCapture(ref, url, 200, fetched_at, 40_000)
    )
    source = Provenance(capture, fetched_at, "0", None)
    put_article(archive.conn, portal, _row(portal, url, number), reading, source, [url])


def _row(portal: Portal, url: str, number: int) -> FrontierRow:
    """The row of the frontier that such an article would have come from."""
    return FrontierRow(
        id=number, key=url, portal_id=portal.id, url=url, method="GET", form=None, kind="article",
        native_id=str(number), state="claimed", origin=portal.url or "", priority=0, depth=0,
        hops=0, attempts=0, due_at=0.0, reason=None, referrer_id=None, walk_id=None, page_no=None,
        walk_complete_at=None, items_digest=None, run_id=None, capture_id=None, article_id=None,
        claimed_at=None, done_at=None,
    )  # fmt: skip
