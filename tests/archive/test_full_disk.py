"""A disk that fills up in the middle of a crawl, at every step of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.archive.captures import NewCapture, open_writer, repair_archive
from crawler.archive.db import Archive
from crawler.archive.frontier import NewLink
from crawler.errors import ArchiveError
from crawler.portals.model import Portal
from crawler.reader.model import Reading
from tests.archive.conftest import HOME, Crawl, MakeResponse


def fetch(crawl: Crawl, make_response: MakeResponse, number: int) -> None:
    """Fetch and store an article whose record is large and cannot be compressed."""
    address = f"{HOME}{number}.html"
    crawl.add(NewLink(address, "article", native_id=str(number)))
    row = crawl.claim()
    response = make_response(row.url, os.urandom(20_000))
    capture = NewCapture.of(response, crawl.writer.write(response), status=200)
    text = f"{os.urandom(4000).hex()} Đảng uỷ"
    crawl.put(row, Reading(address, "article", native_id=row.native_id, text=text), capture=capture)


@pytest.mark.parametrize("size", ["1700k", "1850k", "2m"])
def test_a_full_disk_loses_only_the_page_at_hand(
    tmpfs: Callable[..., Path], portal: Portal, make_response: MakeResponse, size: str
) -> None:
    folder = tmpfs(f"size={size}")
    filler = folder / "filler"
    filler.write_bytes(bytes(200_000))
    with Archive.open(folder / "archive.db") as archive:
        crawl = Crawl(archive, portal, make_response)
        crawl.seed()
        with pytest.raises(ArchiveError, match=r"is full.*free some space"):
            for number in range(1, 500):
                fetch(crawl, make_response, number)
        stored = crawl.one("SELECT count(*) FROM articles")
        crawl.writer.close()
    assert stored > 3
    filler.unlink()
    with Archive.open(folder / "archive.db") as archive:
        repair_archive(archive)
        again = Crawl(archive, portal, make_response)
        assert again.one("SELECT count(*) FROM articles") == stored
        again.frontier.recover()
        again.writer = open_writer(archive)
        wanted = str(stored + 1)  # the disk may have been full before its row was written
        again.add(NewLink(f"{HOME}{wanted}.html", "article", native_id=wanted))
        row = again.claim()
        assert row.native_id == wanted
        again.put(row, Reading(row.url, "article", native_id=row.native_id))
        assert again.one("PRAGMA integrity_check") == "ok"
        again.writer.close()


def test_an_archive_cannot_be_made_on_a_full_disk(tmpfs: Callable[..., Path]) -> None:
    folder = tmpfs("size=16k")
    with pytest.raises(ArchiveError, match="is full"):
        Archive.open(folder / "archive.db")
