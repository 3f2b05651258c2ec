"""Who may be asked now: one outstanding request per address, spaced, fair across sites.

A lane is one site (scheme, host and port); lanes on one IP address share that address's turn.
Pure bookkeeping over two heaps, no clock and no network: every method is given the time.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from itertools import count


@dataclass(slots=True, eq=False)
class _Address:
    name: str
    busy: int | None = None  # the ticket of the request that is outstanding
    ended_at: float | None = None  # the last request's end
    free_at: float = 0.0
    delay_s: float = 0.0  # the largest that any lane here asked for
    lanes: list[tuple[float, int, str]] = field(default_factory=list)  # (due, turn, lane)
    queued_at: float | None = None  # due time of its entry in the pacer's heap


@dataclass(slots=True, eq=False)
class _Lane:
    name: str
    address: _Address
    queued_at: float | None = None  # due time of its entry in the address's heap
    turn: int = 0


class Pacer:
    """Times are seconds of one clock, the same in every call."""

    def __init__(self, margin_s: float) -> None:
        self._margin_s = margin_s
        self._addresses: dict[str, _Address] = {}
        self._lanes: dict[str, _Lane] = {}
        self._heap: list[tuple[float, int, str]] = []  # (due, turn, address)
        self._turns = count()
        self._under_way: dict[int, _Address] = {}

    def join(self, lane: str, address: str, delay_s: float) -> None:
        """Put a lane on an address (again: its host may have moved), without work so far."""
        place = self._addresses.setdefault(address, _Address(address))
        self._lanes[lane] = _Lane(lane, place)
        if delay_s > place.delay_s:
            place.delay_s = delay_s
            self._space(place)
            self._queue(place)

    def knows(self, lane: str) -> bool:
        return lane in self._lanes

    def due(self, lane: str, at: float) -> None:
        """The lane has something to ask for at this time. The earlier of two times counts."""
        state = self._lanes[lane]
        if state.queued_at is not None and state.queued_at <= at:
            return
        state.queued_at, state.turn = at, next(self._turns)
        heapq.heappush(state.address.lanes, (at, state.turn, lane))
        self._queue(state.address)

    def park(self, lane: str) -> None:
        """The lane has nothing to ask for until due() says so."""
        self._lanes[lane].queued_at = None

    def take(self, now: float) -> str | None:
        """A lane that may ask now, taken out of its queue; None when every one must wait.

        The caller then calls start(), due() or nothing (the lane is parked).
        """
        while self._heap and self._heap[0][0] <= now:
            at, _, name = heapq.heappop(self._heap)
            address = self._addresses[name]
            if address.queued_at != at:
                continue  # an older entry; a later one stands in its place
            address.queued_at = None
            lane = self._take_lane(address, now)
            self._queue(address)
            if lane is not None:
                return lane
        return None

    def start(self, lane: str, ticket: int) -> None:
        """The lane's request goes out: its address is busy until finish() with this ticket."""
        address = self._lanes[lane].address
        address.busy = ticket
        self._under_way[ticket] = address

    def finish(self, ticket: int, now: float, delay_s: float) -> None:
        """The request has ended, well or not. `delay_s`: until the address's next one.

        It frees the address that the request went to, wherever its lane is by now. Told twice,
        it changes nothing.
        """
        address = self._under_way.pop(ticket, None)
        if address is None:
            return
        address.busy = None
        address.delay_s = max(address.delay_s, delay_s)
        address.ended_at = now
        self._space(address)
        self._queue(address)

    def ended(self, name: str, at: float, delay_s: float) -> None:
        """An address that a lane has joined was asked until `at`, by an earlier run."""
        address = self._addresses[name]
        address.delay_s = max(address.delay_s, delay_s)
        if address.ended_at is None or at > address.ended_at:
            address.ended_at = at
        self._space(address)
        self._queue(address)

    def earliest(self) -> float | None:
        """When take() can next give a lane, were nothing else to happen; None: never."""
        while self._heap and self._addresses[self._heap[0][2]].queued_at != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def waiting_until(self) -> float | None:
        """The earliest time that any lane asked for, busy addresses included; None: no lane."""
        times = [self._first_due(address) for address in self._addresses.values()]
        return min((time for time in times if time is not None), default=None)

    def _space(self, address: _Address) -> None:
        if address.ended_at is not None and address.delay_s > 0:
            address.free_at = address.ended_at + address.delay_s + self._margin_s

    def _take_lane(self, address: _Address, now: float) -> str | None:
        if address.busy is not None or address.free_at > now:
            return None
        first = self._first_due(address)
        if first is None or first > now:
            return None
        lane = heapq.heappop(address.lanes)[2]
        self._lanes[lane].queued_at = None
        return lane

    def _first_due(self, address: _Address) -> float | None:
        lanes = address.lanes
        while lanes:
            at, turn, name = lanes[0]
            state = self._lanes[name]
            if state.address is address and state.queued_at == at and state.turn == turn:
                return at
            heapq.heappop(lanes)
        return None

    def _queue(self, address: _Address) -> None:
        first = None if address.busy is not None else self._first_due(address)
        if first is None:
            address.queued_at = None
            return
        at = max(first, address.free_at)
        if address.queued_at is None or address.queued_at != at:
            address.queued_at = at
            heapq.heappush(self._heap, (at, next(self._turns), address.name))
