"""WARC records as bytes: one response in, one gzip member out, and back again. No files here."""

from __future__ import annotations

import hashlib
import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser
from warcio.warcwriter import WARCWriter

from crawler import __version__
from crawler.errors import ArchiveError

WARC_VERSION = "1.1"
# warcio always compresses at 9. Level 4 takes a third of that time on the reactor thread for 5 %
# more space (58 KB pages: 0.64 ms and 12.7 KB against 1.99 ms and 12.1 KB).
GZIP_LEVEL = 4
MAX_RECORD_BYTES = 256 * 1024 * 1024  # far above any body the crawl accepts: a gzip bomb's end
_LINE_END = re.compile("\r?\n")  # splitlines() would cut at bytes that are letters in UTF-8
_TRANSFER_ENCODING = re.compile(rb"(?im)^(Transfer-Encoding[ \t]*:)")


@dataclass(slots=True)
class RawResponse:
    """One exchange as it went over the wire.

    `status_line` without its line end; `raw_headers` is the header block as received; `body` as
    received (still content-encoded) but with chunking taken off. `fetched_at` is aware.
    `request_body` is the encoded form of a POST. `address` is the IP address that answered.
    """

    url: str
    method: str
    request_headers: tuple[tuple[str, str], ...]
    request_body: str | None
    status_line: bytes
    raw_headers: bytes
    body: bytes
    fetched_at: datetime
    address: str | None = None
    tls_verified: bool | None = None


@dataclass(frozen=True, slots=True)
class CaptureRef:
    """Where a record stands: file name within warcs/, byte offset and length, body digest.

    `payload_digest` is "sha256:<hex>" over the body bytes in the record.
    """

    file: str
    offset: int
    length: int
    payload_digest: str


@dataclass(frozen=True, slots=True)
class ReadCapture:
    """A record read back. `headers` are (lower-case name, value) pairs; `body` as in the record."""

    url: str
    status_line: bytes
    raw_headers: bytes
    headers: tuple[tuple[str, str], ...]
    status: int
    body: bytes
    fetched_at: datetime
    address: str | None


class _HeaderBlock(StatusAndHeaders):  # type: ignore[misc]
    """A header block that warcio writes out byte for byte, instead of printing it anew."""

    def __init__(self, raw: bytes) -> None:
        super().__init__("", [])
        self.raw = raw

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        self.headers_buff = self.raw

    def __bool__(self) -> bool:
        return True


def sha256_digest(data: bytes) -> str:
    """The digest as WARC and the captures table write it: "sha256:<hex>"."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def encode_response(response: RawResponse, level: int = GZIP_LEVEL) -> tuple[bytes, bytes, str]:
    """(request members, response member, payload digest) of one exchange.

    A request record is written for a POST, whose form is part of what the response answers.
    """
    record_id = StatusAndHeadersParser.make_warc_id()
    digest = sha256_digest(response.body)
    head = _head(response)
    member = _member(
        "response",
        response,
        head,
        response.body,
        {"WARC-Record-ID": record_id, "WARC-Payload-Digest": digest},
        level,
    )
    request = b""
    if response.method != "GET":
        form = (response.request_body or "").encode()
        request = _member(
            "request",
            response,
            _request_head(response),
            form,
            {"WARC-Concurrent-To": record_id, "WARC-Payload-Digest": sha256_digest(form)},
            level,
        )
    return request, member, digest


def encode_warcinfo(file: str, created: datetime, level: int = GZIP_LEVEL) -> bytes:
    """The first record of a file: which program wrote it, in which format."""
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=False, warc_version=WARC_VERSION)
    info = {
        "software": f"khotin/{__version__}",
        "format": f"WARC File Format {WARC_VERSION}",
        "robots": "obey",
        "created": _utc(created),
    }
    writer.write_record(writer.create_warcinfo_record(file, info))
    return _gzip(buffer.getvalue(), level)


def decode_response(data: bytes, where: str) -> tuple[ReadCapture, str]:
    """(the response, its payload digest) of one gzip member, all digests checked.

    `where` names the record in errors. Raises ArchiveError when the member is cut short, its
    checksum or a digest is off, or it is no response record.
    """
    try:
        block, headers = _parse(_gunzip(data, where))
    except (ArchiveLoadFailed, EOFError, ValueError) as error:
        raise ArchiveError(f"{where} is no WARC record ({error})") from error
    if headers.get_header("WARC-Type") != "response":
        raise ArchiveError(f"{where} is a {headers.get_header('WARC-Type')} record, no response")
    if headers.get_header("WARC-Block-Digest") != sha256_digest(block):
        raise ArchiveError(f"{where} is damaged: its block does not match the digest beside it")
    head, _, body = block.partition(b"\r\n\r\n")
    digest = sha256_digest(body)
    if headers.get_header("WARC-Payload-Digest") != digest:
        raise ArchiveError(f"{where} is damaged: its body does not match the digest beside it")
    status_line, _, raw = head.partition(b"\r\n")
    read = ReadCapture(
        url=headers.get_header("WARC-Target-URI", ""),
        status_line=status_line,
        raw_headers=raw,
        headers=parse_headers(raw),
        status=_status(status_line),
        body=body,
        fetched_at=datetime.fromisoformat(headers.get_header("WARC-Date")),
        address=headers.get_header("WARC-IP-Address"),
    )
    return read, digest


def parse_headers(raw: bytes) -> tuple[tuple[str, str], ...]:
    """(lower-case name, value) pairs of a header block, folded lines joined, order kept."""
    pairs: list[tuple[str, str]] = []
    for line in _LINE_END.split(raw.decode("latin-1")):
        if line[:1] in (" ", "\t") and pairs:
            name, value = pairs[-1]
            pairs[-1] = (name, f"{value} {line.strip()}")
        elif ":" in line:
            name, _, value = line.partition(":")
            pairs.append((name.strip().lower(), value.strip()))
    return tuple(pairs)


def _head(response: RawResponse) -> bytes:
    # The chunking is gone from the body, so a reader must not be told to take it off again.
    raw = _TRANSFER_ENCODING.sub(rb"X-Archive-Orig-\1", response.raw_headers.strip(b"\r\n"))
    return (
        b"\r\n".join(
            [response.status_line.strip(b"\r\n"), raw]
            if raw
            else [response.status_line.strip(b"\r\n")]
        )
        + b"\r\n\r\n"
    )


def _request_head(response: RawResponse) -> bytes:
    parts = urlsplit(response.url)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    lines = [f"{response.method} {target} HTTP/1.1"]
    if not any(name.lower() == "host" for name, _ in response.request_headers):
        lines.append(f"Host: {parts.netloc}")
    lines.extend(f"{name}: {value}" for name, value in response.request_headers)
    return "\r\n".join([*lines, "", ""]).encode("utf-8")


def _member(
    kind: str,
    response: RawResponse,
    head: bytes,
    body: bytes,
    headers: dict[str, str],
    level: int,
) -> bytes:
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=False, warc_version=WARC_VERSION)
    block_digest = hashlib.sha256(head)
    block_digest.update(body)
    headers["WARC-Date"] = _utc(response.fetched_at)
    headers["WARC-Block-Digest"] = f"sha256:{block_digest.hexdigest()}"
    if response.address:
        headers["WARC-IP-Address"] = response.address
    # Without `length` warcio throws the sha256 away and writes a sha1 of its own.
    record = writer.create_warc_record(
        response.url,
        kind,
        payload=BytesIO(body),
        length=len(body),
        warc_headers_dict=headers,
        http_headers=_HeaderBlock(head),
    )
    writer.write_record(record)
    return _gzip(buffer.getvalue(), level)


def _gzip(data: bytes, level: int) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, zlib.MAX_WBITS + 16)
    return packer.compress(data) + packer.flush()


def _gunzip(data: bytes, where: str) -> bytes:
    unpacker = zlib.decompressobj(zlib.MAX_WBITS + 16)
    try:
        plain = unpacker.decompress(data, MAX_RECORD_BYTES)
    except zlib.error as error:
        raise ArchiveError(f"{where} is damaged: {error}") from error
    if not unpacker.eof:
        raise ArchiveError(f"{where} is cut short or larger than {MAX_RECORD_BYTES} bytes")
    return plain


def _parse(plain: bytes) -> tuple[bytes, StatusAndHeaders]:
    records = ArchiveIterator(BytesIO(plain), no_record_parse=True)
    record: ArcWarcRecord = next(iter(records))
    return record.raw_stream.read(), record.rec_headers


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _status(status_line: bytes) -> int:
    parts = status_line.split(None, 2)
    return int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0
