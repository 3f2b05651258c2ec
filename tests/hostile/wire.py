"""The server: asyncio streams on many loopback addresses, a log, and nothing of HTTP but bytes."""

from __future__ import annotations

import asyncio
import random
import socket
import ssl
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

from tests.hostile.faults import (
    Fault,
    Handler,
    answers,
    good_paths,
    host_of_site,
    page,
    sound_article,
)
from tests.hostile.greetings import GREETINGS, greet, refuse
from tests.hostile.keys import OLD, Keys
from tests.support.news import article_path, list_body

NETWORK = "127.77.0.0/16"  # stands for the public Internet in the crawls of these tests
FORBIDDEN = ("127.0.0.1", "127.66.0.1", "::1")  # where a connection is a failure of the guard
START_S = 10
DRIP_S = 1.0


@dataclass(slots=True)
class Request:
    """One request as the server saw it. Times are time.monotonic(); `ended` of its answer."""

    at: float
    address: str
    port: int
    host: str
    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    connection: int
    ended: float = 0.0

    def header(self, name: str) -> str | None:
        """The first value of a header, by its lower-case name."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(slots=True)
class Place:
    """One site: where it is served, and what its paths do."""

    name: str
    address: str
    routes: dict[str, Handler]
    prefixes: list[tuple[str, Handler]]
    tls: str = ""
    hits: Counter[str] = field(default_factory=Counter)

    def handler(self, path: str) -> Handler:
        """What answers a path: itself, itself without its query, a prefix, else 404."""
        found = self.routes.get(path) or self.routes.get(path.partition("?")[0])
        if found is None:
            found = next((h for prefix, h in self.prefixes if path.startswith(prefix)), None)
        return found or answers(page("<p>không có trang này</p>"), 404)


class Exchange:
    """What a handler works with: the request, and ways to answer it well or badly."""

    def __init__(
        self,
        server: Hostile,
        place: Place,
        request: Request,
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        self.server = server
        self.place = place
        self.request = request
        self.keep = False  # whether the connection takes another request afterwards
        self._reader, self._writer = streams
        place.hits[request.path] += 1
        self.hit = place.hits[request.path]  # 1 for the first request to this path
        self.random = random.Random(f"{server.seed} {place.name} {request.path} {self.hit}")

    def fill(self, text: str) -> str:
        """Text with {host}, {port} and {name} of the site put in."""
        for name, value in (
            ("{host}", host_of_site(self.place.name)),
            ("{port}", str(self.server.port)),
            ("{name}", self.place.name),
        ):
            text = text.replace(name, value)
        return text

    async def send(self, data: bytes) -> None:
        """Bytes as they are. ConnectionError when the client has gone."""
        self._writer.write(data)
        await self._writer.drain()

    async def drip(self, data: bytes) -> None:
        """Bytes one by one, slowly."""
        for at in range(len(data)):
            await self.send(data[at : at + 1])
            await asyncio.sleep(DRIP_S)

    async def reply(
        self,
        status: int = 200,
        body: bytes | str = b"",
        headers: Sequence[tuple[str, str]] = (),
        type: str = "text/html; charset=utf-8",
    ) -> None:
        """A well-formed answer, after which the connection stays open."""
        data = body.encode() if isinstance(body, str) else body
        lines = [f"HTTP/1.1 {status} Status", f"Content-Length: {len(data)}"]
        lines += [f"Content-Type: {type}"] if type else []
        lines += [f"{name}: {value}" for name, value in headers]
        head = "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape")
        await self.send(head + data)
        self.keep = True

    async def end(self, how: str) -> None:
        """ "close" in order, "reset" the connection, or "hold" it until the client goes."""
        if how == "hold":
            with suppress(ConnectionError):
                await self._reader.read()
        elif how == "reset":
            raw = self._writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._writer.transport.abort()
        else:
            assert how == "close", how


class Hostile:
    """All sites of some faults on one port and many loopback addresses, in a thread of its own.

    `log` has every request in the order of arrival, `canary` (address, first bytes) of every
    connection to a forbidden place. Both may be read at any time. `trusted` is the authority of
    its sites that speak TLS, a file; None where none does.
    """

    def __init__(self, faults: Iterable[Fault] | None = None, *, seed: int = 1, port: int = 0):
        if faults is None:
            from tests.hostile.catalogue import FAULTS  # noqa: PLC0415 - it imports us

            faults = FAULTS
        self.seed = seed
        self.port = port
        self.faults = tuple(faults)
        self.log: list[Request] = []
        self.canary: list[tuple[str, bytes]] = []
        self.places: dict[str, Place] = {}
        for fault in self.faults:
            if fault.place not in self.places:
                self._build(fault.place)
        self.trusted: Path | None = None
        self._connections = 0
        self._ready = threading.Event()
        self._error: BaseException | None = None

    def __enter__(self) -> Hostile:
        if any(place.tls for place in self.places.values()):
            self._folder = TemporaryDirectory(prefix="khotin-keys-")
            self._keys = Keys(Path(self._folder.name))
            self.trusted = self._keys.trusted
        self._thread = threading.Thread(target=self._run, name="hostile", daemon=True)
        self._thread.start()
        assert self._ready.wait(START_S), "the hostile server did not start"
        if self._error is not None:
            raise self._error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(START_S)
        if self.trusted is not None:
            self._folder.cleanup()

    def url(self, fault: Fault) -> str:
        """The address of a fault, by host name."""
        return f"{self.base(fault.place)}{fault.address}"

    def base(self, site: str) -> str:
        """The address of a site by its host name, without a slash at its end; some are dead."""
        place = self.places.get(site)
        scheme = "https" if place is not None and place.tls else "http"
        return f"{scheme}://{host_of_site(site)}:{self.port}"

    def seen(self, site: str) -> list[Request]:
        """The requests to one site."""
        address = self.places[site].address
        return [request for request in list(self.log) if request.address == address]

    def _build(self, name: str) -> None:
        number = len(self.places)
        here = [fault for fault in self.faults if fault.place == name]
        links = good_paths() + [f.address for f in here if f.linked and f.address != "/"]
        routes = {
            "/": answers(page(list_body(links), "<title>Trang chủ</title>")),
            "/robots.txt": answers("User-agent: *\nDisallow:\n", type="text/plain"),
        }
        for at in (1, 2, 3):
            routes[article_path(at)] = answers(sound_article(at))
        prefixes = []
        for fault in here:
            for path, handler in {fault.address: fault.handler, **fault.more}.items():
                if path.endswith("*"):
                    prefixes.append((path[:-1], handler))
                else:
                    routes[path] = handler
        prefixes.sort(key=lambda entry: -len(entry[0]))
        address = f"127.77.{number // 250}.{number % 250 + 1}"
        tls = next((fault.tls for fault in here if fault.tls), "")
        self.places[name] = Place(name, address, routes, prefixes, tls)

    # In the server's thread

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as error:
            self._error = error
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        servers = []
        for place in self.places.values():
            context = self._keys.context(place.tls, host_of_site(place.name)) if place.tls else None
            old = context if place.tls in OLD else None
            served = await asyncio.start_server(
                self._task(place, old), place.address, self.port, ssl=None if old else context
            )
            self.port = served.sockets[0].getsockname()[1]
            servers.append(served)
        for address in FORBIDDEN:
            with suppress(OSError):  # no IPv6 here
                servers.append(await asyncio.start_server(self._sing, address, self.port))
        self._ready.set()
        await self._stop.wait()
        for served in servers:
            served.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _task(self, place: Place, old: ssl.SSLContext | None):  # type: ignore[no-untyped-def] # asyncio's callback
        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._tasks.add(task)
            try:
                if old is not None:
                    await refuse(old, reader, writer)
                elif place.tls in GREETINGS:
                    await greet(place.tls, reader, writer)
                else:
                    await self._connection(place, reader, writer)
            except (ConnectionError, asyncio.CancelledError, asyncio.IncompleteReadError):
                pass  # the client went away, or the server is stopped
            finally:
                self._tasks.discard(task)
                writer.close()

        return accept

    async def _connection(
        self, place: Place, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._connections += 1
        number = self._connections
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")[:-2]
            method, path, _ = first.split(" ", 2)
            headers = tuple(
                (name.strip().lower(), value.strip())
                for name, _, value in (line.partition(":") for line in lines)
            )
            size = int(dict(headers).get("content-length", "0"))
            await reader.readexactly(size)
            host = dict(headers).get("host", "")
            now = time.monotonic()
            request = Request(now, place.address, self.port, host, method, path, headers, number)
            self.log.append(request)
            exchange = Exchange(self, place, request, (reader, writer))
            try:
                await place.handler(path)(exchange)
            finally:
                request.ended = time.monotonic()
            if not exchange.keep:
                return

    async def _sing(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = writer.get_extra_info("sockname")[0]
        self.canary.append((address, b""))
        with suppress(ConnectionError):
            self.canary[-1] = (address, await reader.read(200))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret")
        writer.close()
