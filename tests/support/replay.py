"""The captured portal on loopback: answers what it answered when it was captured.

    with ReplayServer(state=1) as portal:
        crawl(portal.base)                      # http://127.0.0.1:<port>/
        portal.switch(state=2)                  # the portal a month later
        portal.gold_url(url)                    # an address of the crawl as the gold writes it

The portal's own host name in bodies and headers becomes the serving address, so links lead back
here. Habits of the real software that crawlers trip over are kept: a conditional request for
HTML gets 304 although the page may have changed; any query after a known path answers 200 with
the same page; a list goes on for ever with empty pages; and beyond a request limit (see `Flood`)
every address, robots.txt too, answers 200 with the block page.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from urllib.parse import unquote

from tests.support.egov import CONDITIONAL_GROUPS, HOST, Capture, captures

KEEP_ALIVE_S = 15.0
_REWRITTEN_TYPES = ("text/", "application/xml", "application/json", "application/javascript")
_NOT_COUNTED = ("/uploads/", "/themes/", "/assets/")  # static files reach no flood counter
_FILE_QUERY = re.compile(r"(?:^|&)(?:download|pdf|nv|second|scaptcha)=")  # no twin of the page
_ENDLESS = re.compile(r"/tin-hoat-dong/page-\d+/$")
_EMPTY_LIST = "/tin-hoat-dong/page-99/"


@dataclass(frozen=True, slots=True)
class Hit:
    """One request as the server saw it; times are seconds of the wall clock.

    It is noted before the answer is written: whoever has the answer finds the hit.
    """

    begun: float
    ended: float
    method: str
    path: str
    status: int
    user_agent: str
    blocked: bool = False


class Flood:
    """The flood blocker: whether this request gets the block page.

    `first` requests are blocked outright; after that, more than `limit` requests within
    `window_s` are. Zero switches either rule off.
    """

    def __init__(self, first: int = 0, limit: int = 0, window_s: float = 60.0) -> None:
        self._first = first
        self._limit = limit
        self._window_s = window_s
        self._seen: deque[float] = deque()
        self._lock = threading.Lock()

    def blocks(self, path: str, now: float) -> bool:
        """Count the request and say whether it is refused."""
        if path.startswith(_NOT_COUNTED):
            return False
        with self._lock:
            if self._first > 0:
                self._first -= 1
                return True
            if not self._limit:
                return False
            while self._seen and self._seen[0] <= now - self._window_s:
                self._seen.popleft()
            self._seen.append(now)
            return len(self._seen) > self._limit


class ReplayServer(ThreadingHTTPServer):
    """The portal in one of its states, served by threads of this process."""

    daemon_threads = False  # closing waits for them, so no test leaves a thread behind
    request_queue_size = 128

    def __init__(
        self,
        *,
        state: int = 1,
        address: str = "127.0.0.1",
        port: int = 0,
        flood: Flood | None = None,
        false_304: bool = True,
        log: Path | None = None,
    ) -> None:
        super().__init__((address, port), _Handler)
        self.netloc = f"{address}:{self.server_address[1]}"
        self.base = f"http://{self.netloc}/"
        self.flood = flood or Flood()
        self.false_304 = false_304
        self.hits: list[Hit] = []
        self._log = log
        self._state = state
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,))

    def __enter__(self) -> ReplayServer:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.shutdown()
        self._thread.join()
        with self._lock:
            waiting = list(self._open)
        for connection in waiting:  # kept alive by a client that may be gone
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def switch(self, *, state: int) -> None:
        """From now on answer as in this state (1 or 2)."""
        self._state = state

    def answer(self, path: str) -> Capture | None:
        """What the portal answers to a path and query in its present state, if it knows it."""
        pages, key = _states()[self._state], _key(path)
        bare, _, query = key.partition("?")
        if key in pages or _FILE_QUERY.search(query):
            return pages.get(key)
        if _ENDLESS.match(bare):
            return pages[_EMPTY_LIST]
        twin = pages.get(bare) if query else None
        return twin if twin is not None and twin.status == 200 else None

    def not_found(self) -> Capture:
        """The portal's own answer to an address it does not know."""
        return next(page for page in captures() if page.status == 404)

    def block_page(self) -> Capture:
        """The flood blocker's page: status 200, text/html."""
        return next(page for page in captures() if page.group == "flood")

    def rewrite(self, text: bytes) -> bytes:
        """Bytes of the portal with its host name replaced by the serving address."""
        return text.replace(HOST.encode(), self.netloc.encode())

    def gold_url(self, url: str) -> str:
        """An address of this server as the gold writes it."""
        return url.replace(self.netloc, HOST)

    def note(self, hit: Hit) -> None:
        """Remember a request, and append it to the log file when there is one."""
        with self._lock:
            self.hits.append(hit)
            if self._log is not None:
                with self._log.open("a", encoding="utf-8") as log:
                    log.write(json.dumps(asdict(hit)) + "\n")

    def opened(self, connection: socket.socket) -> None:
        """A connection that closing has to end."""
        with self._lock:
            self._open.add(connection)

    def closed(self, connection: socket.socket) -> None:
        """A connection that its handler has ended."""
        with self._lock:
            self._open.discard(connection)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed is part of the tests; anything else is an error to see."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = KEEP_ALIVE_S
    disable_nagle_algorithm = True
    server: ReplayServer

    def setup(self) -> None:
        super().setup()
        self.server.opened(self.connection)

    def finish(self) -> None:
        self.server.closed(self.connection)
        super().finish()

    def do_GET(self) -> None:
        self._serve(with_body=True)

    def do_HEAD(self) -> None:
        self._serve(with_body=False)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._send(self.server.not_found(), time.time(), with_body=True)

    def _serve(self, *, with_body: bool) -> None:
        begun = time.time()
        if self.server.flood.blocks(self.path, begun):
            self._send(self.server.block_page(), begun, with_body=with_body, blocked=True)
            return
        page = self.server.answer(self.path) or self.server.not_found()
        if self._falsely_unchanged(page):
            page = Capture(page.url, page.rev, page.group, 304, "Not Modified", page.headers, b"")
        self._send(page, begun, with_body=with_body)

    def _falsely_unchanged(self, page: Capture) -> bool:
        conditional = self.headers.get("If-Modified-Since") or self.headers.get("If-None-Match")
        return bool(conditional and self.server.false_304 and page.status == 200)

    def _send(self, page: Capture, begun: float, *, with_body: bool, blocked: bool = False) -> None:
        rewrite = (page.header("content-type") or "").startswith(_REWRITTEN_TYPES)
        body = self.server.rewrite(page.body) if rewrite else page.body
        lines = [f"HTTP/1.1 {page.status} {page.reason}"]
        lines += [f"{name}: {value}" for name, value in page.headers if name != "Content-Length"]
        if page.status != 304:
            lines.append(f"Content-Length: {len(body)}")
        head = self.server.rewrite("\r\n".join(lines).encode("latin-1")) + b"\r\n\r\n"
        self.server.note(
            Hit(
                begun=begun,
                ended=time.time(),
                method=self.command,
                path=self.path,
                status=page.status,
                user_agent=self.headers.get("User-Agent") or "",
                blocked=blocked,
            )
        )
        self.wfile.write(head + body if with_body and page.status != 304 else head)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are kept in `hits`, not printed."""


@cache
def _states() -> Mapping[int, Mapping[str, Capture]]:
    """Path to capture for both states; the second state lies over the first."""
    first = dict(_by_path(1))
    return {1: first, 2: first | dict(_by_path(2))}


def _by_path(rev: int) -> Iterator[tuple[str, Capture]]:
    for capture in captures():
        ordinary = capture.group not in CONDITIONAL_GROUPS and capture.condition is None
        if capture.rev == rev and ordinary:
            yield _key(capture.path), capture


def _key(path: str) -> str:
    return unquote(path.partition("#")[0])


def main() -> None:
    """Serve the portal until the process is ended; prints its address as the first line."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--state", type=int, choices=(1, 2), default=1)
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path, help="append a JSON line per request")
    options = parser.parse_args()
    server = ReplayServer(
        state=options.state, address=options.address, port=options.port, log=options.log
    )
    with server:
        print(server.base, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
