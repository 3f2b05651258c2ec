"""The reactor's name resolver: own threads, expiring caches, and the guard on addresses.

Every connection Twisted makes asks this resolver, numeric addresses included, and goes exactly
where it answers: robots.txt, redirects and rebinding are covered without another check.
"""

from __future__ import annotations

import queue
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from scrapy.settings import BaseSettings
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.interfaces import (
    IAddress,
    IHostnameResolver,
    IHostResolution,
    IResolutionReceiver,
)
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.fetch.addresses import AddressClass, classify, refused
from crawler.fetch.limits import Limits

Lookup = Callable[[str], Sequence[str]]


class NameNotFoundError(Exception):
    """A host name has no address, or none within the time."""

    def __init__(self, host: str, detail: str) -> None:
        super().__init__(f"{host}: {detail}")
        self.host = host


class RefusedAddressError(Exception):
    """A host name leads only to addresses that must not be asked."""

    def __init__(self, host: str, address: str) -> None:
        kind = classify(address).value
        super().__init__(f"{host} is {address}, a {kind} address")
        self.host = host
        self.address = address


@dataclass(frozen=True, slots=True)
class Resolved:
    """Where a host is. `address` keys politeness and is the only one a connection goes to."""

    host: str
    address: str
    address_class: AddressClass


class _HasSettings(Protocol):
    settings: BaseSettings


def lookup_addresses(host: str) -> list[str]:
    """The numeric addresses of a host by the system, IPv4 first, each group in rising order.

    The order is fixed so that a name with several addresses keeps one politeness key.
    """
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    unique = {str(entry[4][0]): entry[0] == socket.AF_INET6 for entry in found}
    return sorted(unique, key=lambda address: (unique[address], _number(address)))


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Nothing to cancel: the answer is dropped by whoever asked."""


@implementer(IHostnameResolver)
class GuardedResolver:
    """Resolves names in its own daemon threads and refuses addresses by our own table."""

    def __init__(self, reactor: Any, limits: Limits, lookup: Lookup = lookup_addresses) -> None:
        self._reactor = reactor
        self._limits = limits
        self._lookup = lookup
        self._known: dict[str, tuple[float, Resolved | Exception]] = {}
        self._asked: dict[str, list[Deferred[Resolved]]] = {}
        self._skip: dict[str, int] = {}
        self._jobs: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._idle = 0

    @classmethod
    def from_crawler(cls, crawler: _HasSettings, reactor: Any) -> GuardedResolver:
        return cls(reactor, Limits.from_settings(crawler.settings))

    def install_on_reactor(self) -> None:
        """Called by Scrapy's CrawlerProcess before the reactor runs."""
        self._reactor.installNameResolver(self)
        self._reactor.addSystemEventTrigger("during", "shutdown", self.stop)

    def stop(self) -> None:
        """Let idle threads end. Those inside a system call are daemons and die with us."""
        for _ in self._threads:
            self._jobs.put(None)
        self._threads.clear()

    def resolve(self, host: str) -> Deferred[Resolved]:
        """Fires with a Resolved, or fails with NameNotFoundError or RefusedAddressError."""
        known = self._known.get(host)
        if known is not None and known[0] > time.monotonic():
            answer = known[1]
            return fail(answer) if isinstance(answer, Exception) else succeed(answer)
        waiting = self._asked.get(host)
        deferred: Deferred[Resolved] = Deferred()
        if waiting is not None:
            waiting.append(deferred)
            return deferred
        self._asked[host] = [deferred]
        self._submit(host)
        return deferred

    def refusal(self, host: str) -> RefusedAddressError | None:
        """The refusal behind a failed connection, which Twisted reports as a missing name."""
        answer = self._known.get(host, (0.0, None))[1]
        return answer if isinstance(answer, RefusedAddressError) else None

    def rotate(self, host: str) -> None:
        """After a failed connection: the next answer is another address of the host, if any."""
        self._skip[host] = self._skip.get(host, 0) + 1
        self._known.pop(host, None)

    def resolveHostName(  # noqa: N802 - Twisted's interface
        self,
        resolutionReceiver: IResolutionReceiver,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> IHostResolution:
        """Twisted's question: answered with the one address that `resolve` gives, or none."""
        resolution = _Resolution(hostName)
        receiver: Any = resolutionReceiver
        receiver.resolutionBegan(resolution)

        def found(resolved: Resolved) -> None:
            kind = IPv6Address if ":" in resolved.address else IPv4Address
            receiver.addressResolved(kind("TCP", resolved.address, portNumber))

        deferred = self.resolve(hostName.strip("[]").lower())
        deferred.addCallbacks(found, lambda _: None)
        deferred.addCallback(lambda _: receiver.resolutionComplete())
        return resolution  # type: ignore[return-value] # implemented by zope's decorator

    def _submit(self, host: str) -> None:
        self._jobs.put(host)
        if self._idle == 0 and len(self._threads) < self._limits.dns_threads:
            thread = threading.Thread(target=self._work, name="khotin-dns", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _work(self) -> None:
        while True:
            self._idle += 1  # a hint only: a wrong count costs one more thread
            host = self._jobs.get()
            self._idle -= 1
            if host is None:
                return
            self._tell(self._started, host)
            answer: list[str] | Exception
            try:
                answer = list(self._lookup(host))
            except (OSError, UnicodeError) as error:
                answer = NameNotFoundError(host, str(error))
            self._tell(self._answered, host, answer)

    def _tell(self, function: Callable[..., None], *values: object) -> None:
        try:
            self._reactor.callFromThread(function, *values)
        except RuntimeError:
            return  # the event loop was closed while a slow name was looked up: nobody waits

    def _answered(self, host: str, answer: list[str] | Exception) -> None:
        self._remember(
            host, answer if isinstance(answer, Exception) else self._choose(host, answer)
        )

    def _choose(self, host: str, addresses: list[str]) -> Resolved | Exception:
        if not addresses:
            return NameNotFoundError(host, "no address")
        allowed = [
            address
            for address in addresses
            if not refused(address, allow_private=self._limits.allow_private)
        ]
        # One refused address among public ones is how rebinding looks: none of them is asked.
        if len(allowed) < len(addresses):
            bad = next(address for address in addresses if address not in allowed)
            return RefusedAddressError(host, bad)
        address = allowed[self._skip.get(host, 0) % len(allowed)]
        return Resolved(host, address, classify(address))

    def _started(self, host: str) -> None:
        # The time counts from here: a live name must not time out in the queue behind dead ones.
        self._reactor.callLater(self._limits.dns_timeout_s, self._timed_out, host)

    def _timed_out(self, host: str) -> None:
        if host in self._asked:
            seconds = self._limits.dns_timeout_s
            self._remember(host, NameNotFoundError(host, f"no answer within {seconds:g} s"))

    def _remember(self, host: str, outcome: Resolved | Exception) -> None:
        failed = isinstance(outcome, Exception)
        keep = self._limits.dns_negative_s if failed else self._limits.dns_positive_s
        self._known[host] = (time.monotonic() + keep, outcome)
        for deferred in self._asked.pop(host, []):
            if isinstance(outcome, Exception):
                deferred.errback(outcome)
            else:
                deferred.callback(outcome)


def _number(address: str) -> tuple[int, ...]:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return tuple(socket.inet_pton(family, address.partition("%")[0]))


def installed_resolver() -> GuardedResolver | None:
    """The guard on the running reactor, or None when something else resolves names."""
    from twisted.internet import reactor  # noqa: PLC0415 - importing it earlier installs one

    resolver = reactor.nameResolver
    return resolver if isinstance(resolver, GuardedResolver) else None
