"""One exchange as the crawl sees it: Scrapy's response turned into what is captured and read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from scrapy.http import Response

from crawler.archive.captures import CaptureRef, NewCapture, RawResponse, parse_headers
from crawler.archive.frontier import FrontierRow
from crawler.fetch.decoding import DecodingError, decode_body
from crawler.fetch.handler import RAW_HEADERS, TLS_VERIFY, RawHeaders
from crawler.reader.model import Page
from crawler.urls import normalise

REDIRECTS = frozenset((301, 302, 303, 307, 308))


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as received, and decoded.

    `headers` are (lower-case name, value). `body` is after content decoding, empty when that was
    impossible, which `broken` tells. `target` is where a redirect leads, absolute.
    """

    raw: RawResponse
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    broken: DecodingError | None
    target: str | None

    def header(self, name: str) -> str | None:
        """The first value of a header, by its lower-case name."""
        return next((value for key, value in self.headers if key == name), None)

    def capture(self, ref: CaptureRef) -> NewCapture:
        """The captures row of this answer, written at `ref`."""
        return NewCapture.of(
            self.raw,
            ref,
            status=self.status,
            content_type=self.header("content-type"),
            body_sha256=None if self.broken else hashlib.sha256(self.body).hexdigest(),
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


def answer_of(row: FrontierRow, response: Response, decoded_max_bytes: int) -> Answer:
    """The answer to a row's request. Nothing in the body is looked at but its encoding."""
    raw = _raw(row, response)
    headers = parse_headers(raw.raw_headers)
    values = dict(reversed(headers))  # the first of several wins
    body, broken = raw.body, None
    try:
        body = decode_body(raw.body, values.get("content-encoding"), decoded_max_bytes)
    except DecodingError as error:
        body, broken = b"", error
    location = values.get("location")
    target = None
    if response.status in REDIRECTS and location is not None:
        # Header bytes are read as Latin-1; servers write Vietnamese paths in UTF-8.
        target = normalise(location.encode("latin-1").decode("utf-8", "replace"), row.url)
    return Answer(raw, response.status, headers, body, broken, target)


def _raw(row: FrontierRow, response: Response) -> RawResponse:
    request = response.request
    assert request is not None
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
    )
