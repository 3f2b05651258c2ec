"""One exchange as the crawl sees it: Scrapy's response turned into what is captured and read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from scrapy.http import Request, Response

from crawler.archive.captures import CaptureRef, NewCapture, RawResponse, parse_headers
from crawler.archive.frontier import FrontierRow
from crawler.fetch.decoding import DecodingError, decode_body
from crawler.fetch.handler import RAW_HEADERS, TLS_VERIFY, RawHeaders
from crawler.reader.model import Page
from crawler.urls import normalise

REDIRECTS = frozenset((301, 302, 303, 307, 308))
ASTRAY_CHARS = 300  # kept of a redirect that leads nowhere


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as received, and decoded.

    `headers` are (lower-case name, value). `body` is after content decoding, empty when that was
    impossible, which `broken` tells. `target` is where a redirect leads, absolute; `astray` is
    what a redirect says instead of an http(s) address, cut.
    """

    raw: RawResponse
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    broken: DecodingError | None
    target: str | None
    astray: str | None = None

    def header(self, name: str) -> str | None:
        """The first value of a header, by its lower-case name."""
        return next((value for key, value in self.headers if key == name), None)

    @property
    def body_digest(self) -> str | None:
        """SHA-256 of the decoded body in hex, None when it could not be decoded."""
        return None if self.broken else hashlib.sha256(self.body).hexdigest()

    def capture(self, ref: CaptureRef) -> NewCapture:
        """The captures row of this answer, written at `ref`."""
        return NewCapture.of(
            self.raw,
            ref,
            status=self.status,
            content_type=self.header("content-type"),
            body_sha256=self.body_digest,
            redirect_url=self.target,
        )

    def page(self) -> Page:
        """What the reader gets."""
        return Page(
            body=self.body,
            url=self.raw.url,
            headers=self.headers,
            status=self.status,
            captured_at=self.raw.fetched_at,
            request_method=self.raw.method,
            request_body=self.raw.request_body,
        )


def answer_of(raw: RawResponse, decoded_max_bytes: int) -> Answer:
    """What was received, decoded. Nothing in the body is looked at but its encoding."""
    status = raw.status
    headers = parse_headers(raw.raw_headers)
    values = dict(reversed(headers))  # the first of several wins
    encodings = ",".join(value for name, value in headers if name == "content-encoding")
    body, broken = raw.body, None
    try:
        body = decode_body(raw.body, encodings, decoded_max_bytes)
    except DecodingError as error:
        # A new one: the traceback of the old holds what was unpacked so far.
        body, broken = b"", DecodingError(error.kind, str(error))
    location = values.get("location")
    target = astray = None
    if status in REDIRECTS:
        # Header bytes are read as Latin-1; servers write Vietnamese paths in UTF-8.
        said = (location or "").encode("latin-1").decode("utf-8", "replace").strip()
        target = normalise(said, raw.url) if said else None
        astray = said[:ASTRAY_CHARS] if target is None else None
    return Answer(raw, status, headers, body, broken, target, astray)


def raw_of(row: FrontierRow, request: Request, response: Response) -> RawResponse:
    """A response to a row's request, as it is written down."""
    head = request.meta[RAW_HEADERS]
    assert isinstance(head, RawHeaders)
    sent = tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in request.headers.items()
        for value in values
    )
    https = row.url.startswith("https:")
    return RawResponse(
        url=row.url,
        method=row.method,
        request_headers=sent,
        request_body=row.form,
        status_line=head.status_line,
        raw_headers=head.block,
        body=response.body,
        fetched_at=datetime.now(UTC),
        address=str(response.ip_address) if response.ip_address else None,
        tls_verified=bool(request.meta.get(TLS_VERIFY, True)) if https else None,
        portal_id=row.portal_id,
    )
