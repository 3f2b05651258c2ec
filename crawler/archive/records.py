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
CONDITIONS = ("if-none-match", "if-modified-since")
# Extension fields, which other programs pass over: without them a record does not say all that a
# captures row does.
PORTAL_FIELD = "Khotin-Portal"
TLS_FIELD = "Khotin-TLS-Verified"
_LINE_END = re.compile("\r?\n")  # splitlines() would cut at bytes that are letters in UTF-8
_TRANSFER_ENCODING = re.compile(rb"(?im)^(Transfer-Encoding[ \t]*:)")


@dataclass(slots=True)
class RawResponse:
    """One exchange as it went over the wire.

    `status_line` without its line end; `raw_headers` is the header block as received; `body` as
    received (still content-encoded) but with chunking taken off. `fetched_at` is aware.
    `request_body` is the encoded form of a POST. `address` is the IP address that answered,
    `portal_id` the portal that it was asked for.
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
    portal_id: str | None = None

    @property
    def status(self) -> int:
        """The status code, 0 when the status line has none."""
        return _status(self.status_line)

    @property
    def asks_by_headers(self) -> bool:
        """Whether the request asked for the page only if it has changed."""
        return any(name.lower() in CONDITIONS for name, _ in self.request_headers)


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


@dataclass(frozen=True, slots=True)
class Record:
    """A record of any type, unpacked. `date` is its WARC-Date, aware, `block` all its bytes."""

    fields: StatusAndHeaders
    date: datetime
    block: bytes

    def field(self, name: str) -> str | None:
        """The value of a WARC field."""
        value: str | None = self.fields.get_header(name)
        return value

    @property
    def type(self) -> str | None:
        return self.field("WARC-Type")

    @property
    def url(self) -> str:
        return self.field("WARC-Target-URI") or ""

    @property
    def first_line(self) -> bytes:
        """The status line of a response, the request line of a request."""
        return self._head.partition(b"\r\n")[0]

    @property
    def raw_headers(self) -> bytes:
        return self._head.partition(b"\r\n")[2]

    @property
    def body(self) -> bytes:
        return self.block.partition(b"\r\n\r\n")[2]

    @property
    def _head(self) -> bytes:
        return self.block.partition(b"\r\n\r\n")[0]


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

    A request record is written where the response answers more than an address: the form of a
    POST, a question whether the page has changed.
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
    if response.method != "GET" or response.asks_by_headers:
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
    record = decode_record(_gunzip(data, where), where)
    if record.type != "response":
        raise ArchiveError(f"{where} is a {record.type} record, no response")
    read = ReadCapture(
        url=record.url,
        status_line=record.first_line,
        raw_headers=record.raw_headers,
        headers=parse_headers(record.raw_headers),
        status=_status(record.first_line),
        body=record.body,
        fetched_at=record.date,
        address=record.field("WARC-IP-Address"),
    )
    return read, record.field("WARC-Payload-Digest") or ""


def decode_record(plain: bytes, where: str) -> Record:
    """One record, unpacked, with its digests checked.

    `where` names it in errors. Raises ArchiveError when it is no record or a digest is off.
    """
    try:
        block, fields = _parse(plain)
        date = datetime.fromisoformat(fields.get_header("WARC-Date") or "")
    except (ArchiveLoadFailed, EOFError, StopIteration, ValueError) as error:
        raise ArchiveError(f"{where} is no WARC record ({error})") from error
    record = Record(fields, date, block)
    if record.type not in ("request", "response"):
        return record  # it has no head and no digests of ours
    if record.field("WARC-Block-Digest") != sha256_digest(block):
        raise ArchiveError(f"{where} is damaged: its block does not match the digest beside it")
    if record.field("WARC-Payload-Digest") != sha256_digest(record.body):
        raise ArchiveError(f"{where} is damaged: its body does not match the digest beside it")
    return record


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
    if response.portal_id:
        headers[PORTAL_FIELD] = response.portal_id
    if response.tls_verified is not None:
        headers[TLS_FIELD] = "yes" if response.tls_verified else "no"
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
    said = parts[1] if len(parts) > 1 else b""
    return int(said) if said.removeprefix(b"-").isdigit() else 0
