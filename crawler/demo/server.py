"""Serves portals on loopback from a process of its own, so that a measured crawl is not disturbed.

On Linux every portal has an address of its own (127.0.0.11 and up): a crawler that spaces its
requests by address can still take the portals side by side. Elsewhere they share 127.0.0.1 and
differ by port. The process ends with its parent: it watches a pipe that the parent holds.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import socket
import sys
import threading
from collections.abc import Sequence
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any

import uvicorn

from crawler.demo.model import GoldArticle, Request
from crawler.demo.portal import DemoPortal

_START_TIMEOUT_S = 120.0  # rendering hundreds of articles a portal on a busy machine
_STOP_TIMEOUT_S = 5.0
_PARENT_CHECK_S = 1.0
_BACKLOG = 1024


class DemoServer:
    """A context manager: entered, the portals answer; left, the process has ended."""

    def __init__(
        self,
        portals: Sequence[DemoPortal],
        *,
        addresses: Sequence[str] | None = None,
        first_port: int = 0,
    ) -> None:
        if addresses is None:
            own = sys.platform == "linux"
            addresses = [f"127.0.0.{11 + n}" if own else "127.0.0.1" for n in range(len(portals))]
        if len(addresses) != len(portals):
            raise ValueError(f"{len(portals)} portals need as many addresses, not {len(addresses)}")
        self.portals = list(portals)
        self._places = [
            (address, first_port + number if first_port else 0)
            for number, address in enumerate(addresses)
        ]
        self._origins: dict[str, str] = {}
        self._process: Any = None
        self._pipe: Connection | None = None

    def __enter__(self) -> DemoServer:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_run, args=(self.portals, self._places, theirs), name="demo", daemon=True
        )
        self._process.start()
        theirs.close()
        if not self._pipe.poll(_START_TIMEOUT_S):
            self.close()
            raise RuntimeError(f"the demo server did not start within {_START_TIMEOUT_S:.0f} s")
        try:
            self._origins = self._pipe.recv()
        except EOFError:
            self.close()
            raise RuntimeError("the demo server ended while starting; see its traceback") from None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the server process. May be called twice."""
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        if self._process is not None:
            self._process.join(_STOP_TIMEOUT_S)
            if self._process.is_alive():
                self._process.kill()
                self._process.join()
            self._process.close()
            self._process = None

    def portal(self, portal_id: str) -> DemoPortal:
        return next(portal for portal in self.portals if portal.id == portal_id)

    def url(self, portal_id: str, path: str = "/") -> str:
        """The absolute address of a root-relative path of a portal; its home page by default."""
        return self._origins[portal_id] + path

    def publish(self, portal_id: str) -> GoldArticle:
        """Publishes one more article on a portal and returns its gold."""
        self._tell("publish", portal_id)
        return self.portal(portal_id).publish()

    def edit(self, portal_id: str, key: str | None = None) -> GoldArticle:
        """Adds a paragraph to an article (`GoldArticle.key`; the newest by default)."""
        self._tell("edit", portal_id, key)
        return self.portal(portal_id).edit(key)

    def flood(self, portal_id: str, requests: int) -> None:
        """Lets the portal's block page answer the next requests."""
        self._tell("flood", portal_id, requests)

    def _tell(self, action: str, *values: Any) -> None:
        if self._pipe is None:
            raise RuntimeError("the demo server is not running: use it in a with statement")
        self._pipe.send((action, *values))
        self._pipe.recv()


def serve(
    portals: Sequence[DemoPortal],
    *,
    addresses: Sequence[str] | None = None,
    first_port: int = 0,
) -> DemoServer:
    """A server for these portals, to be entered with `with`.

    `addresses` are loopback addresses, one a portal. Ports are free ones; with `first_port` the
    portals take that and the following ones where they are free, so that the same portal has the
    same address in the next run.
    """
    return DemoServer(portals, addresses=addresses, first_port=first_port)


class App:
    """The ASGI application: the listening address tells which portal is meant."""

    def __init__(self, portals: dict[tuple[str, int], DemoPortal]) -> None:
        self._portals = portals

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        portal = self._portals[tuple(scope["server"])]
        body = b""
        if scope["method"] == "POST":
            more = True
            while more:
                message = await receive()
                body += message.get("body", b"")
                more = message.get("more_body", False)
        query = scope["query_string"].decode("latin-1")
        target = scope["raw_path"].decode("latin-1") + (f"?{query}" if query else "")
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        answer = portal.respond(Request(target, scope["method"], headers, body))
        raw = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in answer.headers]
        raw.append((b"content-length", str(len(answer.body)).encode()))
        content = b"" if scope["method"] == "HEAD" else answer.body
        await send({"type": "http.response.start", "status": answer.status, "headers": raw})
        await send({"type": "http.response.body", "body": content})


def _listen(address: str, port: int) -> socket.socket:
    # The protocol is named because asyncio sets TCP_NODELAY only where it is: without it every
    # answer waits 40 ms for the acknowledgement of its own header.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
    except OSError:
        if not port:
            raise
        listener.bind((address, 0))
    listener.listen(_BACKLOG)
    listener.setblocking(False)
    return listener


def _run(portals: list[DemoPortal], places: list[tuple[str, int]], pipe: Connection) -> None:
    if hasattr(os, "setpgrp"):
        os.setpgrp()  # Ctrl-C in the terminal is for the parent, which then ends this process
    for portal in portals:
        portal.warm()
    listeners = [_listen(address, port) for address, port in places]
    names = [listener.getsockname() for listener in listeners]
    app = App(dict(zip(names, portals, strict=True)))
    config = uvicorn.Config(
        app, lifespan="off", log_level="warning", access_log=False, timeout_keep_alive=30
    )
    server = uvicorn.Server(config)
    by_id = {portal.id: portal for portal in portals}
    threading.Thread(target=_obey, args=(server, by_id, pipe), daemon=True).start()
    pipe.send(
        {
            portal.id: f"http://{host}:{port}"
            for portal, (host, port) in zip(portals, names, strict=True)
        }
    )
    asyncio.run(server.serve(sockets=listeners))


def _obey(server: Any, portals: dict[str, DemoPortal], pipe: Connection) -> None:
    """Carries out what the parent asks for; a closed pipe means that the parent is gone.

    So does another parent process: a fork of the old one could hold the pipe open.
    """
    parent = os.getppid()
    while True:
        try:
            while not pipe.poll(_PARENT_CHECK_S):
                if os.getppid() != parent:
                    raise EOFError
            action, portal_id, *values = pipe.recv()
        except (EOFError, OSError):
            server.should_exit = True
            server.force_exit = True
            return
        getattr(portals[portal_id], action)(*values)
        pipe.send(True)
