"""The HTTP server around the site: binding, telling when it answers, ending."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import signal
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import uvicorn

from crawler.errors import UsageError
from crawler.web.site import close_site, copy_snapshot, make_site

SHUTDOWN_S = 3  # a download may finish that long after Ctrl-C


def serve_archive(
    path: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8001,
    snapshot: bool = False,
    allow_sql: bool | None = None,
    ready: Callable[[str], None] = lambda address: None,
) -> None:
    """Serve an archive until Ctrl-C or SIGTERM; `ready` gets the address once it answers.

    Port 0 takes any free port. `snapshot` serves a copy made now, which a crawl does not change.
    `allow_sql` None allows SQL queries where only this machine can reach the server. Raises
    UsageError when the address cannot be used and ArchiveError when the archive cannot.
    """
    if allow_sql is None:
        allow_sql = is_loopback(host)
    # Sockets first: a taken port should not wait for the copy of a large archive.
    listener = _bind(host, port)
    with closing(listener), _served_file(path, snapshot) as served:
        site = make_site(served, immutable=snapshot, allow_sql=allow_sql)
        try:
            _run(site.app(), listener, ready)
        finally:
            close_site(site)


@contextmanager
def _served_file(path: Path, snapshot: bool) -> Iterator[Path]:
    """The archive itself, or a copy of it that is removed at the end."""
    if not snapshot:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="khotin-") as folder:
        copy = Path(folder) / "archive.db"
        copy_snapshot(path, copy)
        yield copy


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server bound to the host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _ReadyServer(uvicorn.Server):
    """uvicorn, calling back once its sockets answer."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._on_ready()


def _run(app: object, listener: socket.socket, ready: Callable[[str], None]) -> None:
    config = uvicorn.Config(
        app,  # type: ignore[arg-type]
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=SHUTDOWN_S,
    )
    server = _ReadyServer(config, lambda: ready(_address(listener)))
    with _terminate_as_interrupt(), suppress(KeyboardInterrupt):
        # uvicorn shuts down in order, then hands the signal on: that is the normal end.
        asyncio.run(server.serve(sockets=[listener]))


@contextmanager
def _terminate_as_interrupt() -> Iterator[None]:
    """SIGTERM ends the server like Ctrl-C, so that a snapshot's copy is removed then too."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _bind(host: str, port: int) -> socket.socket:
    """A listening socket, or UsageError that says what is wrong with the address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise UsageError(
                f"port {port} on {host} is taken by another program: stop that, or give another "
                "--port (0 takes any free one)"
            ) from error
        if error.errno == errno.EACCES:
            raise UsageError(
                f"port {port} on {host} needs more rights: give a --port above 1023"
            ) from error
        raise UsageError(f"cannot listen on {host} port {port}: {error}") from error


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):
        host = socket.gethostname()
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
