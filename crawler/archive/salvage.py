"""Answers that were on disk when a crawl was killed, and whose claims it could not end any more.

A record is written before its page is read, and the row that names it comes with all that the page
gave. What a kill left between the two is found here by the claims that are still open: each record
says for which portal, how and when its address was asked. The state is nothing but claim and
record, so a salvage that is killed is begun anew by the next start, and an answer whose claim was
ended is never found a second time.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from crawler.archive.clock import iso
from crawler.archive.db import Archive
from crawler.archive.frontier import Frontier, FrontierRow
from crawler.archive.records import (
    MAX_RECORD_BYTES,
    PORTAL_FIELD,
    TLS_FIELD,
    CaptureRef,
    RawResponse,
    Record,
    decode_record,
    parse_headers,
)
from crawler.errors import ArchiveError

_BLOCK_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Salvaged:
    """An answer without a row: the row that asked, as it was before its claim, and the record.

    `begin` is where the exchange begins in its file: at the request record, if it has one.
    """

    row: FrontierRow
    ref: CaptureRef
    begin: int
    fetched_at: str

    def read(self, folder: Path) -> RawResponse:
        """The answer as it was received. Raises ArchiveError when the file is gone or altered."""
        path = folder / self.ref.file
        request = None
        for _, record in _records(path, self.begin, self.ref.offset + self.ref.length):
            if record.type == "response":
                return _response(record, request)
            request = record
        raise ArchiveError(f"{path} at byte {self.begin} has changed since the start: run again")


def find_salvage(archive: Archive, wanted: Callable[[FrontierRow], bool]) -> list[Salvaged]:
    """The answers to open claims that `wanted` says yes to, in the order of their records.

    To be called before repair_archive and Frontier.recover, which are told of what was found.
    What is found is on disk for certain. Raises ArchiveError when a file cannot be read.
    """
    rows = [row for row in Frontier(archive).claimed() if wanted(row)]
    if not rows:
        return []
    open_claims = {_question(row.portal_id, row.method, row.url, row.form): row for row in rows}
    since = min(row.claimed_at or "" for row in rows)
    found: dict[int, Salvaged] = {}
    for file, begin, end in _without_rows(archive, since):
        for item in reversed(_answers(archive.warcs / file, begin, end, open_claims)):
            found.setdefault(item.row.id, item)  # the newest, should there be two
    for file in {item.ref.file for item in found.values()}:
        _sync(archive.warcs / file)
    return sorted(found.values(), key=lambda item: (item.ref.file, item.ref.offset))


def ends_of(found: Iterable[Salvaged]) -> dict[str, int]:
    """Up to where each file must be kept for these: file -> byte offset."""
    ends: dict[str, int] = {}
    for item in found:
        end = item.ref.offset + item.ref.length
        ends[item.ref.file] = max(ends.get(item.ref.file, 0), end)
    return ends


_Question = tuple[str | None, str, str, str | None]


def _question(portal_id: str | None, method: str, url: str, form: str | None) -> _Question:
    return portal_id, method, url, form or None


def _without_rows(archive: Archive, since: str) -> Iterator[tuple[str, int, int]]:
    """(file, begin, end) of the bytes that no row names, from the end of the archive backwards.

    Tails, and gaps: an answer may be stored before one that was written earlier. Files are written
    in the order of time, so nothing lies before a record that is older than `since` (ISO 8601).
    """
    files = archive.conn.execute("SELECT file FROM warcs ORDER BY rowid DESC").fetchall()
    for (file,) in files:
        path = archive.warcs / file
        if not path.exists():
            continue
        end = path.stat().st_size
        for offset, length, fetched_at in archive.conn.execute(
            "SELECT warc_offset, warc_length, fetched_at FROM captures WHERE warc_file = ? "
            "ORDER BY warc_offset DESC",
            (file,),
        ):
            if offset + length < end:
                yield file, offset + length, end
            if fetched_at < since:
                return
            end = offset
        if end:
            yield file, 0, end


def _answers(
    path: Path, begin: int, end: int, open_claims: dict[_Question, FrontierRow]
) -> list[Salvaged]:
    """The answers to open claims in one stretch of a file, up to the first damage."""
    found: list[Salvaged] = []
    request: tuple[int, Record] | None = None
    for (offset, length), record in _records(path, begin, end):
        if record.type != "response":
            request = (offset, record) if record.type == "request" else None
            continue
        start, asked = request or (offset, None)
        request = None
        response = _response(record, asked)
        row = open_claims.get(
            _question(response.portal_id, response.method, response.url, response.request_body)
        )
        moment = iso(record.date)
        # An answer from before its claim is another claim's, of a crawl that was killed earlier.
        if row is None or row.claimed_at is None or moment < row.claimed_at:
            continue
        digest = record.field("WARC-Payload-Digest") or ""
        before = replace(row, state="pending", attempts=row.attempts - 1)
        found.append(Salvaged(before, CaptureRef(path.name, offset, length, digest), start, moment))
    return found


def _response(record: Record, request: Record | None) -> RawResponse:
    """The exchange of a response record and the request record in front of it, if there is one."""
    tls = record.field(TLS_FIELD)
    method, form = "GET", None
    headers: tuple[tuple[str, str], ...] = ()
    beside = record.field("WARC-Record-ID")
    if request is not None and request.field("WARC-Concurrent-To") == beside:
        method = request.first_line.split(b" ", 1)[0].decode("latin-1")
        headers = parse_headers(request.raw_headers)
        form = request.body.decode("utf-8", "replace") or None
    return RawResponse(
        url=record.url,
        method=method,
        request_headers=headers,
        request_body=form,
        status_line=record.first_line,
        raw_headers=record.raw_headers,
        body=record.body,
        fetched_at=record.date,
        address=record.field("WARC-IP-Address"),
        tls_verified=None if tls is None else tls == "yes",
        portal_id=record.field(PORTAL_FIELD),
    )


def _records(path: Path, begin: int, end: int) -> Iterator[tuple[tuple[int, int], Record]]:
    """((offset, length), record) of each whole record in a stretch of a file.

    Ends at the first that is torn, damaged or too large: behind it nothing can be trusted.
    """
    try:
        with path.open("rb") as file:
            while begin < end:
                file.seek(begin)
                try:
                    plain, length = _member(file.read, end - begin)
                    record = decode_record(plain, f"{path} at byte {begin}")
                except (ArchiveError, zlib.error):
                    return
                yield (begin, length), record
                begin += length
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read ({error.strerror}): restore it") from error


def _member(read: Callable[[int], bytes], most: int) -> tuple[bytes, int]:
    """(plain bytes, length as compressed) of the gzip member that stands here.

    Raises ArchiveError when it does not end within `most` bytes, zlib.error when it is none.
    """
    unpacker = zlib.decompressobj(zlib.MAX_WBITS + 16)
    plain, taken = bytearray(), 0
    while not unpacker.eof:
        block = read(min(_BLOCK_BYTES, most - taken))
        if not block or len(plain) >= MAX_RECORD_BYTES:
            raise ArchiveError(f"no whole record in {most} bytes")
        taken += len(block)
        plain += unpacker.decompress(block, MAX_RECORD_BYTES)
    return bytes(plain), taken - len(unpacker.unused_data)


def _sync(path: Path) -> None:
    """A record that is to be named by a row must outlive a power loss."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    except OSError as error:
        raise ArchiveError(f"{path} cannot be forced to disk ({error.strerror})") from error
    finally:
        os.close(fd)
