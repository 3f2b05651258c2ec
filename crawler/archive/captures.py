"""Captures: the evidence of what a portal answered, as WARC records and rows of `captures`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from crawler.archive.clock import iso, now_iso
from crawler.archive.db import Archive
from crawler.archive.records import (
    CaptureRef,
    RawResponse,
    ReadCapture,
    decode_response,
    parse_headers,
)
from crawler.archive.values import storable_or_none
from crawler.archive.warc import MAX_FILE_BYTES, Repair, WarcWriter, repair
from crawler.errors import ArchiveError
from crawler.urls import origin_of

__all__ = [
    "CaptureRef",
    "NewCapture",
    "RawResponse",
    "ReadCapture",
    "Repair",
    "WarcWriter",
    "open_writer",
    "parse_headers",
    "read_capture",
    "repair",
    "repair_archive",
]

NOTHING_KEPT: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class NewCapture:
    """A written record and what the captures row says of it.

    `body_sha256` is the hex digest of the body after content decoding, None when it could not be
    decoded; `size_bytes` the size of the body in the record; `redirect_url` the absolute target
    of a redirect.
    """

    ref: CaptureRef
    url: str
    status: int
    fetched_at: str
    size_bytes: int
    method: str = "GET"
    request_body: str | None = None
    content_type: str | None = None
    body_sha256: str | None = None
    redirect_url: str | None = None
    tls_verified: bool | None = None
    address: str | None = None

    @classmethod
    def of(
        cls,
        response: RawResponse,
        ref: CaptureRef,
        *,
        status: int,
        content_type: str | None = None,
        body_sha256: str | None = None,
        redirect_url: str | None = None,
    ) -> NewCapture:
        """The row of a response that was written at `ref`."""
        return cls(
            ref=ref,
            url=response.url,
            status=status,
            fetched_at=iso(response.fetched_at),
            size_bytes=len(response.body),
            method=response.method,
            request_body=response.request_body,
            content_type=content_type,
            body_sha256=body_sha256,
            redirect_url=redirect_url,
            tls_verified=response.tls_verified,
            address=response.address,
        )


def open_writer(
    archive: Archive, max_bytes: int = MAX_FILE_BYTES, kept: Mapping[str, int] = NOTHING_KEPT
) -> WarcWriter:
    """A writer for the archive's warcs/, which continues its newest file.

    Repair first; `kept` as it was told then.
    """

    def register(file: str) -> None:
        # Committed before the first byte, so that repair knows a file without records as ours.
        with archive.atomic() as db:
            db.execute("INSERT INTO warcs(file, created_at) VALUES (?, ?)", (file, now_iso()))

    ends = _kept_ends(archive.conn, kept)
    newest = archive.conn.execute("SELECT file FROM warcs ORDER BY rowid DESC LIMIT 1").fetchone()
    last = (newest[0], ends[newest[0]]) if newest and ends[newest[0]] else None
    return WarcWriter(archive.warcs, max_bytes, append_to=last, register=register, reserved=ends)


def repair_archive(archive: Archive, kept: Mapping[str, int] = NOTHING_KEPT) -> list[Repair]:
    """Bring warcs/ and the captures table into agreement, before anything is appended.

    `kept` (file -> byte offset) are the ends of records that no row names yet and that are to
    stay: those which are salvaged (crawler.archive.salvage).
    Torn tails are cut into warcs/quarantine/. Captures whose bytes are gone lose their place in
    the files (the row stays, a problem is recorded) and their frontier rows are fetched again.
    """
    found = repair(archive.warcs, _kept_ends(archive.conn, kept))
    short = [item for item in found if item.missing_bytes and not item.gone]
    if short:
        with archive.atomic() as db:
            for item in short:
                _drop_lost_captures(db.conn, item)
        # What is left of the first record that was lost is a torn tail now.
        ends = _kept_ends(archive.conn, kept)
        found += repair(archive.warcs, {item.file: ends[item.file] for item in short})
    with archive.atomic() as db:
        for item in found:
            if item.cut_bytes and not item.kept_bytes:
                db.execute("DELETE FROM warcs WHERE file = ?", (item.file,))
    return found


def read_capture(folder: Path, ref: CaptureRef) -> ReadCapture:
    """Read a record back and check its digests. Raises ArchiveError when they do not match."""
    path = folder / ref.file
    where = f"{path} at byte {ref.offset}"
    try:
        with path.open("rb") as file:
            file.seek(ref.offset)
            data = file.read(ref.length)
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read ({error.strerror}): restore it") from error
    if len(data) != ref.length:
        raise ArchiveError(f"{where} is cut short: {len(data)} of {ref.length} bytes are there")
    read, digest = decode_response(data, where)
    if digest != ref.payload_digest:
        raise ArchiveError(f"{where} holds another body than the one stored in archive.db")
    return read


def asked_lately(conn: sqlite3.Connection, since: str, most: int = 10_000) -> dict[str, str]:
    """When origins were asked last, of the newest `most` captures from `since` on (ISO 8601)."""
    found: dict[str, str] = {}
    for url, fetched_at in conn.execute(
        "SELECT url, fetched_at FROM (SELECT url, fetched_at FROM captures "
        "ORDER BY id DESC LIMIT ?) WHERE fetched_at >= ?",
        (most, since),
    ):
        origin = origin_of(url)
        found[origin] = max(found.get(origin, ""), fetched_at)
    return found


def capture_ref(conn: sqlite3.Connection, capture_id: int) -> CaptureRef:
    """Where the record of a captures row stands. Raises ArchiveError when it has none."""
    row = conn.execute(
        "SELECT warc_file, warc_offset, warc_length, payload_digest FROM captures WHERE id = ?",
        (capture_id,),
    ).fetchone()
    if row is None:
        raise ArchiveError(f"there is no capture {capture_id}")
    if row[0] is None:
        raise ArchiveError(f"the record of capture {capture_id} is lost (see problems)")
    return CaptureRef(*row)


def committed_ends(conn: sqlite3.Connection) -> dict[str, int]:
    """For each WARC file of this archive the end of its last committed record, 0 for none."""
    last = """
      SELECT warc_offset + warc_length FROM captures WHERE warc_file = ?
      ORDER BY warc_offset DESC LIMIT 1
    """
    files = [file for (file,) in conn.execute("SELECT file FROM warcs")]
    return {file: (conn.execute(last, (file,)).fetchone() or (0,))[0] for file in files}


def _kept_ends(conn: sqlite3.Connection, kept: Mapping[str, int]) -> dict[str, int]:
    return {file: max(end, kept.get(file, 0)) for file, end in committed_ends(conn).items()}


def insert_capture(conn: sqlite3.Connection, portal_id: str, kind: str, new: NewCapture) -> int:
    """Insert a captures row inside the caller's transaction. `kind` is what the answer was."""
    tls = None if new.tls_verified is None else int(new.tls_verified)
    cursor = conn.execute(
        """
        INSERT INTO captures(portal_id, url, method, request_body, kind, status, content_type,
          fetched_at, warc_file, warc_offset, warc_length, payload_digest, body_sha256,
          size_bytes, redirect_url, tls_verified, address)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            portal_id,
            new.url,
            new.method,
            new.request_body,
            kind,
            new.status,
            storable_or_none(new.content_type),
            new.fetched_at,
            new.ref.file,
            new.ref.offset,
            new.ref.length,
            new.ref.payload_digest,
            new.body_sha256,
            new.size_bytes,
            new.redirect_url,
            tls,
            new.address,
        ),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _drop_lost_captures(conn: sqlite3.Connection, item: Repair) -> None:
    lost = conn.execute(
        "SELECT id, portal_id, url, warc_offset, warc_length FROM captures "
        "WHERE warc_file = ? AND warc_offset + warc_length > ?",
        (item.file, item.kept_bytes),
    ).fetchall()
    for capture_id, portal_id, url, offset, length in lost:
        numbers = {"file": item.file, "offset": offset, "length": length, "capture": capture_id}
        conn.execute(
            "INSERT INTO problems(at, portal_id, url, stage, kind, detail, numbers) "
            "VALUES (?, ?, ?, 'capture', 'lost record', ?, ?)",
            (now_iso(), portal_id, url, str(item), json.dumps(numbers)),
        )
        conn.execute(
            "UPDATE captures SET warc_file = NULL, warc_offset = NULL, warc_length = NULL "
            "WHERE id = ?",
            (capture_id,),
        )
        conn.execute(
            "UPDATE frontier SET state = 'pending', due_at = 0, attempts = 0, "
            "reason = 'lost record' WHERE capture_id = ? AND state IN ('done', 'failed')",
            (capture_id,),
        )
