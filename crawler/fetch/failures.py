"""What a failed download was: one word for the record, and whether asking again makes sense."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from service_identity.exceptions import VerificationError
from twisted.internet.error import ConnectError
from twisted.internet.error import TimeoutError as ConnectTimeoutError
from twisted.python.failure import Failure
from twisted.web._newclient import ParseError, _WrapperException
from twisted.web.http import _MalformedChunkedDataError

from crawler.fetch.certificates import BrokenCertificateError, handshake_words
from crawler.fetch.handler import BodyTooLargeError, HeaderTooLargeError, TinyChunksError
from crawler.fetch.resolver import RefusedAddressError


@dataclass(frozen=True, slots=True)
class FetchFailure:
    """`kind` goes into `reason` and `problems`. `site`: the trouble is the whole site's."""

    kind: str
    detail: str
    again: bool
    site: bool


_KINDS: tuple[tuple[type[BaseException], str, bool, bool], ...] = (
    # (exception, kind, again, site)
    (RefusedAddressError, "refused address", False, False),
    (HeaderTooLargeError, "header too large", False, False),
    (BrokenCertificateError, "tls", False, True),
    (SSL.Error, "tls", False, True),
    (VerificationError, "tls", False, True),
    (CannotResolveHostError, "dns", True, True),
    (DownloadConnectionRefusedError, "connection refused", True, True),
    (DownloadTimeoutError, "timeout", True, True),
    (ConnectTimeoutError, "timeout", True, True),
    (ResponseDataLossError, "body cut short", True, False),
    (DownloadCancelledError, "body too large", False, False),
    (BodyTooLargeError, "body too large", False, False),
    (TinyChunksError, "tiny chunks", False, False),
    (ConnectError, "connection failed", True, True),
    (ParseError, "bad answer", False, False),
)

# What Twisted raises for framing that cannot be: lengths, chunks, header names, encodings.
_BROKEN = (_MalformedChunkedDataError, ValueError, LookupError)


def classify_failure(failure: Failure) -> FetchFailure:
    """The kind of a download failure, by the exception itself or by what is behind it."""
    error = failure.value
    assert error is not None
    if isinstance(error, ValueError):
        # Before anything was sent: an address that HTTP cannot carry.
        return FetchFailure("invalid address", _text(error), False, False)
    causes = list(_causes(error))
    for cause in causes:
        # Scrapy calls every end of a body before its time a loss; one that breaks the protocol
        # is not mended by asking again.
        if isinstance(cause, _BROKEN):
            return FetchFailure("bad answer", _text(cause), False, False)
    for cause in causes:
        for kind_of, kind, again, site in _KINDS:
            if isinstance(cause, kind_of):
                return FetchFailure(kind, _text(cause), again, site)
    return FetchFailure("connection lost", _text(error), True, True)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and those it wraps: Twisted keeps lists of reasons, Scrapy a cause."""
    seen: set[int] = set()
    todo = [error]
    while todo:
        current = todo.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        if isinstance(current, _WrapperException):
            todo += [reason.value for reason in current.reasons if reason.value is not None]
        if current.__cause__ is not None:
            todo.append(current.__cause__)


def _text(error: BaseException) -> str:
    if isinstance(error, BrokenCertificateError):
        return f"certificate {error}"[:500]
    if isinstance(error, SSL.Error):
        return handshake_words(error)[:500]
    return f"{type(error).__name__}: {error}"[:500]
