"""Bytes in flight: who is held back, who goes on, and when."""

from __future__ import annotations

import asyncio

from crawler.fetch.flight import Flight, Ticket


class Sender:
    """A body that comes in, and notes whether it is held back."""

    def __init__(self, flight: Flight, key: int) -> None:
        self.held = False
        self.ticket: Ticket = flight.open(key)
        self.ticket.begin(self._pause, self._resume)

    def _pause(self) -> None:
        self.held = True

    def _resume(self) -> None:
        self.held = False


def test_over_the_limit_only_the_oldest_body_is_received() -> None:
    flight = Flight(100)
    first, second, third = (Sender(flight, key) for key in range(3))
    first.ticket.received(60)
    second.ticket.received(50)
    third.ticket.received(1)
    first.ticket.received(60)
    assert [first.held, second.held, third.held] == [False, True, True]


def test_when_the_oldest_has_ended_the_next_one_goes_on() -> None:
    flight = Flight(100)
    first, second, third = (Sender(flight, key) for key in range(3))
    first.ticket.received(90)
    second.ticket.received(20)
    third.ticket.received(20)
    first.ticket.end()
    assert [second.held, third.held] == [False, True]


def test_when_a_page_is_read_all_go_on() -> None:
    flight = Flight(100)
    first, second, third = (Sender(flight, key) for key in range(3))
    first.ticket.received(90)
    second.ticket.received(20)
    third.ticket.received(20)
    first.ticket.end()
    flight.close(0)
    assert [second.held, third.held] == [False, False]
    assert flight.received_bytes == 40


def test_a_ticket_is_given_back_once() -> None:
    flight = Flight(100)
    ticket = flight.open(7)
    ticket.received(30)
    ticket.unpacked(50)
    flight.close(7)
    flight.close(7)
    ticket.close()
    assert (flight.received_bytes, flight.unpacked_bytes) == (0, 0)


def test_a_second_request_of_a_row_leaves_nothing_of_the_first() -> None:
    flight = Flight(100)
    flight.open(7).received(30)
    flight.open(7)
    assert flight.received_bytes == 0


def test_bodies_are_unpacked_one_after_the_other_when_there_is_no_room() -> None:
    flight = Flight(100)
    order: list[str] = []

    async def page(key: int) -> None:
        ticket = flight.open(key)
        await flight.room()
        order.append(f"unpack {key}")
        ticket.unpacked(100)
        await asyncio.sleep(0.01)
        order.append(f"done {key}")
        flight.close(key)

    async def all_pages() -> None:
        await asyncio.gather(*(page(key) for key in range(3)))

    asyncio.run(all_pages())
    assert order == ["unpack 0", "done 0", "unpack 1", "done 1", "unpack 2", "done 2"]
    assert flight.unpacked_bytes == 0


def test_a_page_that_was_given_up_while_it_waited_blocks_nobody() -> None:
    flight = Flight(100)

    async def scene() -> None:
        flight.open(1).unpacked(100)
        given_up = asyncio.ensure_future(flight.room())
        waiting = asyncio.ensure_future(flight.room())
        await asyncio.sleep(0)
        given_up.cancel()
        flight.close(1)
        await asyncio.wait_for(waiting, 5)

    asyncio.run(scene())
