"""The demo portals served from this process, with a log and a trigger: for runs that are killed."""

from __future__ import annotations

import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any

import uvicorn

from crawler.demo import DemoPortal
from crawler.demo.server import App

Ask = tuple[str, str, str]  # method, address (host and all), body
Trigger = Callable[[Ask, int], None]


class DemoSite:
    """Entered, the portals answer on 127.0.0.21 and up; `asked` counts every request by kind.

    `trigger` is called with each request before it is answered, and with how many there were.
    """

    def __init__(self, portals: Sequence[DemoPortal]) -> None:
        self.portals = list(portals)
        self.asked: Counter[Ask] = Counter()
        self.trigger: Trigger | None = None
        self._listeners = [_listener(number) for number in range(len(portals))]
        names = [listener.getsockname() for listener in self._listeners]
        self._origins = [f"http://{host}:{port}" for host, port in names]
        self._app = App(dict(zip(names, self.portals, strict=True)))
        config = uvicorn.Config(
            self._logged, interface="asgi3", lifespan="off", log_level="error", access_log=False
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=(self._listeners,))

    def __enter__(self) -> DemoSite:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join()

    @property
    def homes(self) -> dict[str, str]:
        """The home page of each portal, by its id."""
        return {
            portal.id: f"{origin}/"
            for portal, origin in zip(self.portals, self._origins, strict=True)
        }

    def forget(self) -> None:
        """Begin to count anew."""
        self.asked.clear()
        self.trigger = None

    async def _logged(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        message = await receive()
        host, port = scope["server"]
        query = scope["query_string"].decode("latin-1")
        path = scope["raw_path"].decode("latin-1") + (f"?{query}" if query else "")
        ask = (scope["method"], f"{host}:{port}{path}", message.get("body", b"").decode("latin-1"))
        self.asked[ask] += 1
        if self.trigger is not None:
            self.trigger(ask, self.asked.total())
        again = iter((message,))

        async def replay() -> Any:
            return next(again, None) or await receive()

        await self._app(scope, replay, send)


def _listener(number: int) -> socket.socket:
    """A socket on a loopback address of its own, where the system has more than one."""
    address = f"127.0.0.{21 + number}" if sys.platform == "linux" else "127.0.0.1"
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind((address, 0))
    listener.listen(128)
    listener.setblocking(False)
    return listener
