"""Bytes in flight: bodies being received, waiting and being read, of all hosts, within one limit.

A body limit alone bounds nothing: forty hosts that each send 8 MB fill the memory together. Over
the limit only the oldest body is received on, the others wait in their senders' sockets; and a
body is unpacked only when there is room for what may come out.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Ticket:
    """One request's share. `pause` and `resume` hold its sender back while a body comes in."""

    flight: Flight
    received_bytes: int = 0
    unpacked_bytes: int = 0
    pause: Callable[[], object] | None = None
    resume: Callable[[], object] | None = None
    paused: bool = False

    def begin(self, pause: Callable[[], object], resume: Callable[[], object]) -> None:
        """A body begins to come in."""
        self.pause, self.resume = pause, resume
        self.flight._coming[self] = None

    def received(self, count: int) -> None:
        """So many bytes more of it are here."""
        self.received_bytes += count
        self.flight._received(self, count)

    def end(self) -> None:
        """No more bytes come in; those that are here stay until close()."""
        self.flight._ended(self)

    def unpacked(self, count: int) -> None:
        """What was received is unpacked as well, and that large."""
        self.unpacked_bytes += count
        self.flight._unpacked(count)

    def close(self) -> None:
        """Nothing of it is held any more. A second call does nothing."""
        self.flight._closed(self)


@dataclass(eq=False)
class Flight:
    """The tickets of a crawl. For the event loop's thread alone."""

    max_bytes: int
    received_bytes: int = 0
    unpacked_bytes: int = 0
    _tickets: dict[int, Ticket] = field(default_factory=dict)
    _coming: dict[Ticket, None] = field(default_factory=dict)  # oldest first
    _waiting: deque[asyncio.Future[None]] = field(default_factory=deque)

    def open(self, key: int) -> Ticket:
        """A ticket for a request, found again by its key; an old one of that key is closed."""
        self.close(key)
        ticket = self._tickets[key] = Ticket(self)
        return ticket

    def get(self, key: int) -> Ticket | None:
        return self._tickets.get(key)

    def close(self, key: int) -> None:
        """Close the ticket of this key, if there is one."""
        ticket = self._tickets.pop(key, None)
        if ticket is not None:
            ticket.close()

    async def room(self) -> None:
        """Wait until one more body may be unpacked. One at a time may pass the limit by its own
        size: what comes out is known only afterwards."""
        while self.unpacked_bytes >= self.max_bytes:
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            await turn

    def _received(self, ticket: Ticket, count: int) -> None:
        self.received_bytes += count
        if self.received_bytes <= self.max_bytes or ticket is next(iter(self._coming), ticket):
            return
        if not ticket.paused and ticket.pause is not None:
            ticket.paused = True
            ticket.pause()

    def _ended(self, ticket: Ticket) -> None:
        self._coming.pop(ticket, None)
        self._let_in()

    def _unpacked(self, count: int) -> None:
        self.unpacked_bytes += count
        self._next_turn()

    def _closed(self, ticket: Ticket) -> None:
        self._coming.pop(ticket, None)
        self.received_bytes -= ticket.received_bytes
        self.unpacked_bytes -= ticket.unpacked_bytes
        ticket.received_bytes = ticket.unpacked_bytes = 0
        self._let_in()
        self._next_turn()

    def _let_in(self) -> None:
        """Receive on: all bodies when there is room again, else the oldest."""
        everyone = self.received_bytes <= self.max_bytes
        for ticket in list(self._coming):
            if ticket.paused and ticket.resume is not None:
                ticket.paused = False
                ticket.resume()
            if not everyone:
                return

    def _next_turn(self) -> None:
        while self._waiting and self.unpacked_bytes < self.max_bytes:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
