"""The reactor's name resolver on a reactor of its own: caches, threads, refusals."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.defer import Deferred, DeferredList
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.protocol import Factory, Protocol

from crawler.fetch.limits import Limits
from crawler.fetch.resolver import (
    GuardedResolver,
    NameNotFoundError,
    RefusedAddressError,
    Resolved,
    lookup_addresses,
)
from tests.support.site import Site

Ask = Callable[[GuardedResolver], Any]


class Names:
    """A lookup that answers from a table, counts, and can be slow."""

    def __init__(self, table: dict[str, list[str]], slow: dict[str, float] | None = None) -> None:
        self.table = table
        self.slow = slow or {}
        self.asked: list[str] = []

    def __call__(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        time.sleep(self.slow.get(host, 0.0))
        if host not in self.table:
            raise OSError("Name or service not known")
        return self.table[host]


@pytest.fixture
def run() -> Iterator[Callable[..., Any]]:
    """Runs something on a fresh reactor until its Deferred fires; its result."""
    loops: list[asyncio.AbstractEventLoop] = []

    def runner(make: Ask, lookup: Any = lookup_addresses, **settings: Any) -> Any:
        loop = asyncio.new_event_loop()
        loops.append(loop)
        reactor: Any = AsyncioSelectorReactor(loop)
        limits = Limits.from_settings({f"KHOTIN_{k}": v for k, v in settings.items()})
        resolver = GuardedResolver(reactor, limits, lookup)
        resolver.install_on_reactor()
        results: list[Any] = []

        def begin() -> None:
            deferred: Deferred[Any] = make(resolver)

            def finish(result: Any) -> None:
                results.append(result)
                reactor.callLater(0, reactor.stop)

            deferred.addBoth(finish)

        reactor.callWhenRunning(begin)
        reactor.callLater(20, reactor.crash)
        reactor.run(installSignalHandlers=False)
        assert results, "no answer within 20 s"
        return results[0]

    yield runner
    for loop in loops:
        loop.close()


def test_an_answer_is_kept_until_it_expires(run: Callable[..., Any]) -> None:
    names = Names({"a.example": ["113.160.0.1"]})

    def ask(resolver: GuardedResolver) -> Deferred[Any]:
        first = resolver.resolve("a.example")
        return first.addCallback(lambda _: resolver.resolve("a.example"))

    resolved = run(ask, names)
    assert isinstance(resolved, Resolved)
    assert resolved.address == "113.160.0.1"
    assert names.asked == ["a.example"]
    assert run(ask, names, DNS_POSITIVE_S=0) == resolved
    assert names.asked == ["a.example"] * 3


def test_a_missing_name_is_remembered_too(run: Callable[..., Any]) -> None:
    names = Names({})

    def ask(resolver: GuardedResolver) -> Deferred[Any]:
        first = resolver.resolve("a.example")
        return first.addErrback(lambda _: resolver.resolve("a.example"))

    failure = run(ask, names)
    assert isinstance(failure.value, NameNotFoundError)
    assert names.asked == ["a.example"]


def test_dead_names_do_not_hold_up_a_live_one(run: Callable[..., Any]) -> None:
    dead = [f"dead{n}.example" for n in range(8)]
    names = Names({"live.example": ["113.160.0.1"]}, dict.fromkeys(dead, 1.0))
    began = time.monotonic()

    def ask(resolver: GuardedResolver) -> Deferred[Any]:
        for host in dead:
            resolver.resolve(host).addErrback(lambda _: None)
        return resolver.resolve("live.example")

    assert isinstance(run(ask, names, DNS_THREADS=12), Resolved)
    assert time.monotonic() - began < 0.9


def test_a_name_that_takes_too_long_is_not_found(run: Callable[..., Any]) -> None:
    names = Names({"a.example": ["113.160.0.1"]}, {"a.example": 1.0})
    began = time.monotonic()
    failure = run(lambda resolver: resolver.resolve("a.example"), names, DNS_TIMEOUT_S=0.1)
    assert isinstance(failure.value, NameNotFoundError)
    assert time.monotonic() - began < 0.9


def test_a_name_in_the_queue_behind_slow_ones_does_not_time_out(run: Callable[..., Any]) -> None:
    names = Names({"a.example": ["113.160.0.1"]}, {"slow.example": 0.5})

    def ask(resolver: GuardedResolver) -> Deferred[Any]:
        slow = resolver.resolve("slow.example").addErrback(lambda _: None)
        return DeferredList([slow, resolver.resolve("a.example")])

    results = run(ask, names, DNS_THREADS=1, DNS_TIMEOUT_S=0.2)
    assert isinstance(results[1][1], Resolved)


def test_questions_for_one_name_at_one_time_are_one_question(run: Callable[..., Any]) -> None:
    names = Names({"a.example": ["113.160.0.1"]}, {"a.example": 0.1})
    run(lambda r: DeferredList([r.resolve("a.example") for _ in range(5)]), names)
    assert names.asked == ["a.example"]


def test_after_a_failed_connection_the_next_address_is_given(run: Callable[..., Any]) -> None:
    names = Names({"a.example": ["113.160.0.1", "113.160.0.2"]})

    def ask(resolver: GuardedResolver) -> Deferred[Any]:
        def again(first: Resolved) -> Deferred[Any]:
            resolver.rotate("a.example")
            return resolver.resolve("a.example").addCallback(lambda second: (first, second))

        return resolver.resolve("a.example").addCallback(again)

    first, second = run(ask, names)
    assert (first.address, second.address) == ("113.160.0.1", "113.160.0.2")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:7f00:1",
        "0.0.0.0",
        "::",
    ],
)
def test_every_spelling_of_loopback_is_refused(run: Callable[..., Any], host: str) -> None:
    failure = run(lambda resolver: resolver.resolve(host))
    assert isinstance(failure.value, RefusedAddressError)


def test_one_private_address_among_public_ones_refuses_the_name(run: Callable[..., Any]) -> None:
    names = Names({"a.example": ["113.160.0.1", "10.0.0.1"]})
    failure = run(lambda resolver: resolver.resolve("a.example"), names)
    assert isinstance(failure.value, RefusedAddressError)
    assert failure.value.address == "10.0.0.1"


@pytest.mark.parametrize("allow_private", [True, False])
def test_a_connection_goes_only_where_the_guard_lets_it(
    run: Callable[..., Any], allow_private: bool
) -> None:
    with Site() as site:
        port = int(site.listen("127.0.0.1").rpartition(":")[2])

        def connect(resolver: GuardedResolver) -> Deferred[Any]:
            endpoint: Any = HostnameEndpoint(resolver._reactor, "2130706433", port)
            deferred: Deferred[Any] = endpoint.connect(Factory.forProtocol(Protocol))
            return deferred.addCallback(lambda protocol: protocol.transport.loseConnection())

        failed = run(connect, ALLOW_PRIVATE=allow_private) is not None
        assert failed is not allow_private


def test_its_threads_end_with_the_reactor(run: Callable[..., Any]) -> None:
    run(lambda resolver: resolver.resolve("127.0.0.1").addErrback(lambda _: None))
    deadline = time.monotonic() + 5
    while any(thread.name == "khotin-dns" for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
