"""The download handler: Scrapy's HTTP/1.1 handler with a header cap and the raw header block.

Builds on underscored names of Scrapy 2.19 and Twisted 26; pyproject.toml keeps the range narrow
and tests/fetch/test_faults.py and test_tls.py fail when they move.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Any

from scrapy import Request
from scrapy.core.downloader.contextfactory import (
    _load_context_factory_from_settings,
    _ScrapyClientContextFactory,
)
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
    _ResponseReader,
    _ScrapyAgent,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, DownloadFailedError
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from twisted.web._newclient import STATUS
from twisted.web.client import HTTPConnectionPool, ResponseFailed
from twisted.web.iweb import IResponse

from crawler.fetch.certificates import BrokenCertificateError, TellingPolicy
from crawler.fetch.flight import Ticket
from crawler.fetch.limits import Limits
from crawler.fetch.resolver import installed_resolver

RAW_HEADERS = "khotin_raw_headers"  # request.meta key: a RawHeaders once headers have arrived
FLIGHT = "khotin_flight"  # request.meta key: the Ticket of its body
TLS_VERIFY = "khotin_tls_verify"  # request.meta key: False only for a recorded exception
PIECES_MAX = 20_000  # pieces that a body may come in; beyond it they must not be tiny:
PIECE_MIN_BYTES = 64  # on average. Templates flush lines; a byte a chunk is work without a page
HELD_BACK_S = 3600  # a body that waits for room waits at most so long
IDLE_CONNECTION_S = 15  # sockets kept open between two requests to one site; most close at 5 to 15


class HeaderTooLargeError(Exception):
    """A response's header block passed the limit; the connection was dropped."""

    def __init__(self, size_bytes: int, limit_bytes: int) -> None:
        super().__init__(f"header block of {size_bytes} bytes or more, limit {limit_bytes}")
        self.size_bytes = size_bytes
        self.limit_bytes = limit_bytes


class BodyTooLargeError(Exception):
    """A body passed the limit; the connection was dropped."""

    def __init__(self, size_bytes: int, limit_bytes: int) -> None:
        super().__init__(f"body of {size_bytes} bytes or more, limit {limit_bytes}")
        self.size_bytes = size_bytes
        self.limit_bytes = limit_bytes


class TinyChunksError(Exception):
    """A body came in chunks of a few bytes, many thousands of them."""

    def __init__(self, chunks: int, size_bytes: int) -> None:
        super().__init__(f"{chunks} chunks for {size_bytes} bytes")
        self.chunks = chunks
        self.size_bytes = size_bytes


@dataclass(frozen=True, slots=True)
class RawHeaders:
    """The head of a response as it came: the status line, and the lines up to the blank one."""

    status_line: bytes
    block: bytes


class _CappedParser(_LenientHTTPClientParser):
    """Keeps the raw lines and counts their bytes. Its state is set by _CappedProtocol."""

    limit_bytes: int
    raw_lines: list[bytes]
    raw_bytes: int

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 - Twisted's interface
        if self.state == STATUS:
            self.raw_lines = []  # also after a 100 Continue, whose bytes count on
        self.raw_lines.append(line + b"\n")
        self.raw_bytes += len(line) + 1
        if self.raw_bytes > self.limit_bytes:
            raise HeaderTooLargeError(self.raw_bytes, self.limit_bytes)
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802 - Twisted's interface
        raise HeaderTooLargeError(self.raw_bytes + len(line), self.limit_bytes)


class _CappedProtocol(_LenientHTTP11ClientProtocol):
    """A client protocol whose parser is a _CappedParser."""

    limit_bytes = 0

    def request(self, request: Any) -> Deferred[IResponse]:
        deferred: Deferred[IResponse] = super().request(request)
        # Twisted hard-codes the parser class, so Scrapy replaces the class of the parser object;
        # ours is replaced once more, and its state added, before any byte can arrive.
        parser: Any = self._parser
        parser.__class__ = _CappedParser
        parser.limit_bytes = parser.MAX_LENGTH = self.limit_bytes
        parser.raw_lines, parser.raw_bytes = [], 0

        def keep_head(response: Any) -> Any:
            head = parser.raw_lines
            response.khotin_raw = RawHeaders(head[0].rstrip(b"\r\n"), b"".join(head[1:]))
            return response

        return deferred.addCallback(keep_head)


class _CappedFactory(_LenientHTTP11ClientFactory):
    def __init__(self, limit_bytes: int, quiescent_callback: Any, metadata: Any) -> None:
        super().__init__(quiescent_callback, metadata)  # type: ignore[no-untyped-call]
        self.limit_bytes = limit_bytes

    def buildProtocol(self, addr: IAddress | None) -> _CappedProtocol:  # noqa: N802
        protocol = _CappedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
        protocol.limit_bytes = self.limit_bytes
        return protocol


class _MeteredReader(_ResponseReader):
    """Tells its ticket what comes in, and is held back by it."""

    ticket: Ticket
    timer: Any  # Scrapy's, which ends the download
    left_s = 0.0
    pieces = 0

    def connectionMade(self) -> None:  # noqa: N802 - Twisted's interface
        super().connectionMade()
        self.ticket.begin(self._pause, self._resume)

    def _pause(self) -> None:
        # The time a sender is held back by us is not its own.
        if self.timer.active():
            self.left_s = self.timer.getTime() - self.timer.seconds()
            self.timer.delay(HELD_BACK_S)
        transport: Any = self.transport
        transport.pauseProducing()

    def _resume(self) -> None:
        if self.timer.active():
            self.timer.reset(max(0.0, self.left_s))
        transport: Any = self.transport
        transport.resumeProducing()

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's interface
        # Without Scrapy's signal for each piece, which nobody hears: a body of tiny chunks would
        # keep the process busy with it, and every other host waiting.
        if self._finished.called:
            return
        self._bodybuf.write(data)
        self._bytes_received += len(data)
        self.pieces += 1
        if self._bytes_received > self._maxsize:
            self._give_up(BodyTooLargeError(self._bytes_received, self._maxsize))
        elif self.pieces > PIECES_MAX and self._bytes_received < self.pieces * PIECE_MIN_BYTES:
            self._give_up(TinyChunksError(self.pieces, self._bytes_received))
        else:
            self.ticket.received(len(data))

    def _give_up(self, error: Exception) -> None:
        self._bodybuf = BytesIO()
        self._finished.errback(Failure(error))  # type: ignore[no-untyped-call]
        self._txresponse._transport._producer.abortConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802
        self.ticket.end()
        super().connectionLost(reason)


class _KeepingAgent(_ScrapyAgent):
    def _cb_bodyready(self, txresponse: Any, request: Request) -> Any:
        request.meta[RAW_HEADERS] = getattr(txresponse, "khotin_raw", None)
        ticket = request.meta.get(FLIGHT)
        if ticket is not None:
            deliver = txresponse.deliverBody

            def metered(reader: Any) -> None:
                # Scrapy hard-codes the reader's class; no byte has arrived yet.
                reader.__class__ = _MeteredReader
                reader.ticket, reader.timer = ticket, self._timeout_cl
                deliver(reader)

            txresponse.deliverBody = metered
        return super()._cb_bodyready(txresponse, request)


class KhotinDownloadHandler(HTTP11DownloadHandler):
    """One per scheme. Refuses long headers, never resends by itself, verifies certificates."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        limits = Limits.from_settings(crawler.settings)
        self._body_max_bytes = limits.body_max_bytes
        self._unverified_pool: Any = HTTPConnectionPool(self._pool._reactor)  # type: ignore[no-untyped-call]
        pool: Any
        for pool in (self._pool, self._unverified_pool):
            pool._factory = partial(_CappedFactory, limits.header_max_bytes)
            # Twisted resends a GET at once when a kept-alive connection dies: a second request
            # that the scheduler neither spaced nor recorded.
            pool.retryAutomatically = False
            pool.maxPersistentPerHost = 1
            pool.cachedConnectionTimeout = IDLE_CONNECTION_S
        unverified = _load_context_factory_from_settings(crawler)
        assert isinstance(unverified, _ScrapyClientContextFactory)
        unverified._verify_certificates = False
        self._unverified_context = unverified
        self._verified_context = TellingPolicy(self._contextFactory)

    async def download_request(self, request: Request) -> Response:
        """The response as received: no redirect followed, body not decompressed.

        Raises HeaderTooLargeError, RefusedAddressError, BrokenCertificateError, or Scrapy's
        download exceptions.
        """
        verify = request.meta.get(TLS_VERIFY, True)
        context: Any = self._verified_context if verify else self._unverified_context
        agent = _KeepingAgent(
            contextFactory=context,
            bindAddress=self._bind_address,
            pool=self._pool if verify else self._unverified_pool,
            maxsize=self._body_max_bytes,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
        )
        try:
            with wrap_twisted_exceptions():
                return await maybe_deferred_to_future(agent.download_request(request))
        except CannotResolveHostError as error:
            resolver = installed_resolver()
            host = (urlparse_cached(request).hostname or "").strip("[]")
            refusal = resolver.refusal(host) if resolver else None
            if refusal is not None:
                raise refusal from error
            raise
        except DownloadFailedError as error:
            fault = self._verified_context.fault(urlparse_cached(request).hostname or "")
            own = _own_error(error) if fault is None else BrokenCertificateError(fault)
            if own is not None:
                raise own from error
            raise

    async def close(self) -> None:
        deferred = self._unverified_pool.closeCachedConnections()
        deferred.addErrback(lambda _: None)
        await super().close()


def _own_error(error: DownloadFailedError) -> HeaderTooLargeError | None:
    cause = error.__cause__
    if isinstance(cause, ResponseFailed):
        for reason in cause.reasons:
            if isinstance(reason.value, HeaderTooLargeError):
                return reason.value
    return None
