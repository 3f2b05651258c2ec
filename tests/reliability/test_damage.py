"""Files that were torn, lost or altered: found at the next start or when read, and said."""

from __future__ import annotations

import gzip
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from crawler.archive.captures import CaptureRef, read_capture
from crawler.archive.db import Archive
from crawler.errors import ArchiveError
from tests.support.kills import start, workplace
from tests.support.long import LONG
from tests.support.soundness import faults, leftovers
from tests.support.towns import Towns

LIMIT_S = 120
RECORDS = (
    "SELECT url, warc_file, warc_offset, warc_length, payload_digest FROM captures "
    "WHERE warc_file IS NOT NULL ORDER BY warc_offset"
)


def crawl(db: Path, towns: Towns) -> str:
    """A crawl that must end as done; what it said on stderr."""
    process = start(workplace(db.parent, towns), towns)
    _, err = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 0, err
    return err


def newest_warc(db: Path) -> Path:
    return max((db.parent / "warcs").glob("*.warc.gz"))


def query(db: Path, sql: str) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(db)) as conn:
        return conn.execute(sql).fetchall()


@pytest.mark.parametrize(
    "tail",
    [
        pytest.param(b"half a rec", marks=LONG),
        gzip.compress(b"WARC/1.1\r\nWARC-Type: response\r\n\r\n"),
        pytest.param(bytes(3_000_000), marks=LONG),
    ],
    ids=["half", "whole records", "zeros of a power loss"],
)
def test_a_tail_without_rows_is_moved_to_quarantine_and_said(
    copied: Path, untouched: Towns, tail: bytes
) -> None:
    warc = newest_warc(copied)
    size = warc.stat().st_size
    with warc.open("ab") as file:
        file.write(tail)
    said = crawl(copied, untouched)
    found = re.search(rf"{warc.name}: (\d+) bytes .* were moved to (\S+)", said)
    assert found is not None, said
    assert int(found[1]) == len(tail)
    kept = Path(found[2])
    assert kept.parent == warc.parent / "quarantine"
    assert kept.read_bytes() == tail
    assert warc.read_bytes()[size:] != tail
    assert faults(copied) + leftovers(copied) == []


def test_rows_whose_bytes_are_gone_are_fetched_again(copied: Path, untouched: Towns) -> None:
    warc = newest_warc(copied)
    records = query(copied, RECORDS)
    url, _, offset, _, _ = records[-8]
    lost = {record[0] for record in records[-8:]}
    with warc.open("r+b") as file:
        file.truncate(int(offset) + 10)
    said = crawl(copied, untouched)
    assert f"{warc.name}: the last " in said and "bytes are missing" in said
    problems = query(copied, "SELECT url FROM problems WHERE kind = 'lost record'")
    assert {address for (address,) in problems} == lost
    asked = {path for _, path in untouched.asked}
    articles = {address for (address,) in query(copied, "SELECT url FROM articles")}
    assert all(any(address.endswith(path) for path in asked) for address in lost & articles)
    assert url in lost
    assert faults(copied) + leftovers(copied) == []


@LONG
def test_a_file_that_is_missing_is_said_and_used_again_when_it_is_back(
    copied: Path, untouched: Towns
) -> None:
    warc = newest_warc(copied)
    before = warc.read_bytes()
    warc.unlink()
    said = crawl(copied, untouched)
    assert f"{warc.name}: the file is missing; put it back" in said
    assert newest_warc(copied) != warc
    assert any("cannot be read" in fault for fault in faults(copied))
    warc.write_bytes(before)
    assert faults(copied) == []


def test_a_flipped_bit_is_found_when_the_record_is_read_and_stops_no_crawl(
    copied: Path, untouched: Towns
) -> None:
    """At every place of a record: the frame of gzip, the headers, the body, the checksum."""
    warc = newest_warc(copied)
    whole = warc.read_bytes()
    url, file, offset, length, digest = query(copied, RECORDS)[len(untouched.asked) // 2]
    ref = CaptureRef(file, int(offset), int(length), digest)
    begin, end = ref.offset, ref.offset + ref.length
    unseen = []
    for at in range(begin, end, 7):
        altered = bytearray(whole)
        altered[at] ^= 0x10
        warc.write_bytes(altered)
        try:
            read = read_capture(warc.parent, ref)
        except ArchiveError as error:
            assert str(warc) in str(error)
            continue
        unseen.append((at - begin, read.url))
    # gzip's own header has bytes that mean nothing: time stamp, flags of speed, system.
    assert [at for at, _ in unseen if at >= 10] == []
    assert {address for _, address in unseen} <= {url}
    altered = bytearray(whole)
    altered[(begin + end) // 2] ^= 0x10
    warc.write_bytes(altered)
    with Archive.open(copied) as archive, archive.atomic() as db:
        db.execute("UPDATE articles SET repeated_version = ''")  # all are to be read once more
    crawl(copied, untouched)
    problems = query(copied, "SELECT url, detail FROM problems WHERE stage = 'capture'")
    if re.search(r"bai-viet", url):
        assert [(url, True)] == [(address, str(warc) in detail) for address, detail in problems]
    assert any(str(warc) in fault for fault in faults(copied))
