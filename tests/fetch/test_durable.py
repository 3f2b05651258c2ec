"""Captures reach the disk before the commit that names them, many with one call."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.archive.records import CaptureRef, RawResponse
from crawler.archive.warc import WarcWriter
from crawler.errors import ArchiveError
from crawler.fetch.durable import Durable


def response(number: int) -> RawResponse:
    return RawResponse(
        url=f"http://a.example/{number}",
        method="GET",
        request_headers=(),
        request_body=None,
        status_line=b"HTTP/1.1 200 OK\r\n",
        raw_headers=b"Content-Type: text/plain\r\n",
        body=b"x" * 100,
        fetched_at=datetime(2026, 11, 20, tzinfo=UTC),
        address="127.0.0.1",
        tls_verified=None,
    )


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """File descriptors that were forced to disk, by a real fsync."""
    seen: list[int] = []
    real = os.fsync

    def fsync(fd: int) -> None:
        seen.append(fd)
        real(fd)

    monkeypatch.setattr(os, "fsync", fsync)
    return seen


def test_records_written_together_are_forced_to_disk_together(
    tmp_path: Path, calls: list[int]
) -> None:
    async def run(writer: WarcWriter) -> list[CaptureRef]:
        durable = Durable(writer)
        refs = [writer.write(response(number), sync=False) for number in range(20)]
        assert not any(writer.is_durable(ref) for ref in refs)
        await asyncio.gather(*(durable.wait(ref) for ref in refs))
        return refs

    with WarcWriter(tmp_path / "warcs") as writer:
        writer.write(response(99))
        calls.clear()
        refs = asyncio.run(run(writer))
        assert all(writer.is_durable(ref) for ref in refs)
        assert 1 <= len(calls) <= 2


def test_a_record_written_while_the_disk_is_busy_waits_for_the_next_call(tmp_path: Path) -> None:
    async def run(writer: WarcWriter) -> None:
        durable = Durable(writer)
        writer.write(response(1), sync=False)
        durable.begin()
        later = writer.write(response(2), sync=False)
        await durable.wait(later)
        assert writer.is_durable(later)

    with WarcWriter(tmp_path / "warcs") as writer:
        asyncio.run(run(writer))


def test_a_file_left_behind_is_on_disk(tmp_path: Path, calls: list[int]) -> None:
    with WarcWriter(tmp_path / "warcs", max_bytes=1500) as writer:
        first = writer.write(response(1), sync=False)
        while (last := writer.write(response(2), sync=False)).file == first.file:
            pass
        assert writer.is_durable(first)
        assert not writer.is_durable(last)


def test_closing_forces_what_is_written_to_disk(tmp_path: Path, calls: list[int]) -> None:
    writer = WarcWriter(tmp_path / "warcs")
    writer.write(response(1), sync=False)
    calls.clear()
    writer.close()
    assert len(calls) == 1


def test_a_failing_disk_is_an_archive_error_for_all_who_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(fd: int) -> None:
        raise OSError(5, "Input/output error")

    async def run(writer: WarcWriter) -> None:
        durable = Durable(writer)
        refs = [writer.write(response(number), sync=False) for number in range(3)]
        monkeypatch.setattr(os, "fsync", broken)
        found = await asyncio.gather(*(durable.wait(ref) for ref in refs), return_exceptions=True)
        assert [type(error) for error in found] == [ArchiveError] * 3
        assert not any(writer.is_durable(ref) for ref in refs)

    writer = WarcWriter(tmp_path / "warcs")
    writer.write(response(0))
    asyncio.run(run(writer))
    monkeypatch.undo()
    writer.close()
