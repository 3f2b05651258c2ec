"""A web site on loopback with a log and faults, for tests of fetching and crawling.

    with Site() as site:
        site.page("/", "<p>hello</p>")
        site.answers["/gone"] = Answer(410)
        url = site.listen("127.0.0.2")          # http://127.0.0.2:<port>, one of several
        ...
        assert site.gaps("127.0.0.2") >= 0.2

It runs in threads of the test's process; the crawl under test is another process. Every request
is in `log` with the times at which it was read and answered.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from types import TracebackType


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as the server saw it; times are time.monotonic()."""

    address: str
    port: int
    method: str
    path: str
    headers: dict[str, str]
    body: str
    began: float
    ended: float
    connection: int


@dataclass(slots=True)
class Answer:
    """What a path answers. `wait_s` before the first byte; `raw` replaces the whole response;
    `drop` closes the connection without a byte.
    """

    status: int = 200
    body: bytes | str = b""
    headers: dict[str, str] = field(default_factory=dict)
    wait_s: float = 0.0
    raw: bytes | None = None
    drop: bool = False
    type: str = "text/html; charset=utf-8"


Respond = Callable[[Seen], Answer]


class Site:
    """Paths and their answers; a path may also have a function of the request."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer | Respond] = {}
        self.fallback: Respond = lambda seen: Answer(404, "<p>not here</p>")
        self.sent: Callable[[Seen], None] = lambda seen: None  # told when an answer is out whole
        self.log: list[Seen] = []
        self._sockets: list[socket.socket] = []
        self._connections = 0
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> Site:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            for listening in (*self._sockets, *self._open):
                # shutdown first: close alone does not wake a thread that waits in accept or recv
                try:
                    listening.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue
                finally:
                    listening.close()

    def page(self, path: str, body: str, title: str = "") -> None:
        """An HTML page with this inside its body."""
        head = f"<head><meta charset='utf-8'><title>{title}</title></head>"
        self.answers[path] = Answer(body=f"<!doctype html><html>{head}<body>{body}</body></html>")

    def listen(self, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> str:
        """Serve on one more address and a free port; the base URL without a slash at its end."""
        server = socket.create_server((host, 0), backlog=64)
        self._sockets.append(server)
        threading.Thread(target=self._accept, args=(server, tls), daemon=True).start()
        return f"{'https' if tls else 'http'}://{host}:{server.getsockname()[1]}"

    def paths(self, port: int | None = None) -> list[str]:
        """The paths asked for, in order."""
        return [seen.path for seen in list(self.log) if port in (None, seen.port)]

    def gap(self, address: str) -> float:
        """The shortest time between one request's answer and the next request, of an address."""
        seen = sorted((s for s in list(self.log) if s.address == address), key=lambda s: s.began)
        return min(
            (later.began - earlier.ended for earlier, later in pairwise(seen)),
            default=float("inf"),
        )

    def _accept(self, server: socket.socket, tls: ssl.SSLContext | None) -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection, tls), daemon=True).start()

    def _serve(self, connection: socket.socket, tls: ssl.SSLContext | None) -> None:
        with self._lock:
            self._connections += 1
            number = self._connections
        try:
            if tls is not None:
                connection = tls.wrap_socket(connection, server_side=True)
            with self._lock:
                self._open.add(connection)
            with connection, connection.makefile("rb") as stream:
                while self._exchange(connection, stream, number):
                    pass
        except (OSError, ssl.SSLError):
            return  # the client went away, or the site was closed
        finally:
            self._open.discard(connection)

    def _exchange(self, connection: socket.socket, stream: object, number: int) -> bool:
        request = _read(stream, connection, number)
        if request is None:
            return False
        answer = self.answers.get(request.path) or self.answers.get(request.path.split("?")[0])
        if answer is None:
            answer = self.fallback
        found = answer if isinstance(answer, Answer) else answer(request)
        time.sleep(found.wait_s)
        seen = Seen(
            **{name: getattr(request, name) for name in Seen.__slots__ if name != "ended"},
            ended=time.monotonic(),
        )
        with self._lock:
            self.log.append(seen)
        if found.drop:
            return False
        connection.sendall(found.raw if found.raw is not None else _bytes(found))
        self.sent(seen)
        return found.raw is None


def _read(stream: object, connection: socket.socket, number: int) -> Seen | None:
    readline = stream.readline  # type: ignore[attr-defined]
    line = readline(65537).decode("latin-1").rstrip("\r\n")
    if not line:
        return None
    began = time.monotonic()
    method, path, _ = line.split(" ", 2)
    headers = {}
    while header := readline(65537).decode("latin-1").rstrip("\r\n"):
        name, _, value = header.partition(":")
        headers[name.strip().lower()] = value.strip()
    size = int(headers.get("content-length", "0"))
    body = stream.read(size).decode() if size else ""  # type: ignore[attr-defined]
    address, port = connection.getsockname()[:2]
    return Seen(address, port, method, path, headers, body, began, began, number)


def _bytes(answer: Answer) -> bytes:
    body = answer.body.encode() if isinstance(answer.body, str) else answer.body
    lines = [f"HTTP/1.1 {answer.status} Status", f"Content-Type: {answer.type}"]
    lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    lines += [f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode("latin-1") + body
