"""One polite look at one address: robots.txt, then the page. For `khotin portals add`.

No reactor, no archive. The host's addresses are resolved once, all of them are checked, and the
connection goes to a checked one, so a name that changes its address in between gains nothing.
"""

from __future__ import annotations

import http.client
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.errors import KhotinError
from crawler.exits import Exit
from crawler.fetch.addresses import AddressClass, classify, refused
from crawler.fetch.decoding import ACCEPTED, DecodingError, decode_body
from crawler.fetch.identity import require_contact, user_agent
from crawler.fetch.limits import Limits
from crawler.fetch.robots import RobotsRules, decide
from crawler.urls import normalise, origin_of, path_and_query

TIMEOUT_S = 30.0  # for one request from connecting to the last byte
MAX_BYTES = 8 * 1024 * 1024  # of a body as received, the same as the crawler's
_CHUNK = 64 * 1024

Headers = tuple[tuple[str, str], ...]


class ProbeError(KhotinError):
    """The address cannot be looked at. `kind` is one word: dns, private, connect, tls, timeout,
    answer, size, status, robots."""

    def __init__(self, kind: str, message: str, exit_status: Exit = Exit.FAILED) -> None:
        super().__init__(message)
        self.kind = kind
        self.exit_status = exit_status


class MovedError(ProbeError):
    """The address redirects; `target` is where to (absolute, normal)."""

    def __init__(self, url: str, status: int, target: str) -> None:
        super().__init__("moved", f"{url} answers {status} and points to {target}")
        self.status = status
        self.target = target


@dataclass(frozen=True, slots=True)
class Home:
    """A page as received: `headers` in lower case, `body` after content decoding."""

    url: str
    headers: Headers
    body: bytes
    address: str


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Headers
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)


class Probe:
    """Looks at addresses on one host after another, within the limits of a crawl."""

    def __init__(
        self,
        limits: Limits,
        *,
        timeout_s: float = TIMEOUT_S,
        max_bytes: int = MAX_BYTES,
        tls: ssl.SSLContext | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`tls` None means the system's certificates; `sleep` waits between two requests."""
        self._limits = limits
        self._timeout_s = timeout_s
        self._max_bytes = max_bytes
        self._tls = tls or ssl.create_default_context()
        self._sleep = sleep

    def home(self, url: str) -> Home:
        """The page at a normal http(s) address, robots.txt permitting.

        Raises ProbeError, MovedError for a redirect, UsageError when a public host would be
        asked without a contact.
        """
        host = urlsplit(url).hostname or ""
        address = self._checked_address(host)
        loopback = classify(address) is AddressClass.LOOPBACK
        if not loopback:
            require_contact(self._limits.contact, host)
        rules = self._robots(url, address)
        if not rules.allows(url):
            raise ProbeError("robots", f"robots.txt of {host} does not allow {url}: {rules.reason}")
        pause = self._limits.delay_loopback_s if loopback else self._limits.delay_public_s
        self._sleep(max(pause, min(rules.crawl_delay_s, self._limits.crawl_delay_max_s)))
        answer = self._get(url, address)
        if answer.status != 200:
            raise ProbeError(
                "status", f"{url} answers {answer.status}; give the address of a page that exists"
            )
        return Home(url, answer.headers, answer.body, address)

    def _checked_address(self, host: str) -> str:
        addresses = _look_up(host, self._limits.dns_timeout_s)
        for address in addresses:
            if refused(address, allow_private=self._limits.allow_private):
                kind = classify(address)
                advice = "" if kind is AddressClass.NEVER else "; --allow-private permits it"
                raise ProbeError(
                    "private", f"{host} is {address}, a {kind.value} address, not asked{advice}"
                )
        return addresses[0]

    def _robots(self, url: str, address: str) -> RobotsRules:
        origin = origin_of(url)
        where = f"{url.split('/', 3)[0]}//{urlsplit(url).netloc}/robots.txt"
        for _ in range(self._limits.hops_max + 1):
            try:
                answer = self._get(where, address)
            except MovedError as moved:
                if origin_of(moved.target) != origin:
                    page = normalise(path_and_query(url), base=moved.target) or moved.target
                    raise MovedError(where, moved.status, page) from None
                where = moved.target
                continue
            decision = decide(answer.status, answer.body, self._limits.robots_max_bytes)
            if decision.verdict == "wait":
                raise ProbeError(
                    "robots",
                    f"{where} gives no answer that can be obeyed ({decision.reason}); try later",
                    Exit.DEFERRED,
                )
            return RobotsRules(decision.verdict, 0.0, decision.text or "", decision.reason)
        raise ProbeError("robots", f"{where} redirects in a circle; try later", Exit.DEFERRED)

    def _get(self, url: str, address: str) -> _Answer:
        connection = _Connection(url, address, self._tls, self._timeout_s)
        try:
            return self._exchange(url, connection)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _explained(url, address, error, connection.late, self._timeout_s) from error
        finally:
            connection.close()

    def _exchange(self, url: str, connection: _Connection) -> _Answer:
        headers = {
            "User-Agent": user_agent(self._limits.contact),
            "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
            "Accept-Language": "vi,en;q=0.5",
            "Accept-Encoding": ACCEPTED,
            "Connection": "close",
        }
        connection.request("GET", path_and_query(url), headers=headers)
        response = connection.getresponse()
        fields = tuple((name.lower(), value) for name, value in response.getheaders())
        location = response.getheader("location")
        if 300 <= response.status < 400 and location is not None:
            target = normalise(location, base=url)
            if target is None:
                raise ProbeError("answer", f"{url} redirects to {location!r}, not a web address")
            raise MovedError(url, response.status, target)
        body = bytearray()
        while chunk := response.read(_CHUNK):
            body += chunk
            if len(body) > self._max_bytes:
                raise ProbeError("size", f"{url} is larger than {self._max_bytes} bytes")
        if connection.late:
            raise TimeoutError
        try:
            encoding = response.getheader("content-encoding")
            plain = decode_body(bytes(body), encoding, self._limits.decoded_max_bytes)
        except DecodingError as error:
            raise ProbeError("answer", f"{url} cannot be decoded: {error}") from error
        return _Answer(response.status, fields, plain)


class _Connection(http.client.HTTPConnection):
    """A connection to a given numeric address that is shut when its time is over.

    Socket time-outs count from one byte to the next; a server that drips would hold us for ever.
    """

    def __init__(self, url: str, address: str, tls: ssl.SSLContext, timeout_s: float) -> None:
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        super().__init__(parts.hostname or "", parts.port or (443 if secure else 80), timeout_s)
        # http.client leaves the port out of the Host header when it is the class's default.
        self.default_port = 443 if secure else 80
        self.late = False
        self._address = address
        self._tls = tls if secure else None
        self._alarm = threading.Timer(timeout_s, self._shut)
        self._alarm.daemon = True

    def connect(self) -> None:
        self._alarm.start()
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._tls is not None:
            self.sock = self._tls.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock.do_handshake()

    def close(self) -> None:
        self._alarm.cancel()
        super().close()

    def _shut(self) -> None:
        self.late = True
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                self.late = True  # already closed by the other side; `late` says all


def _look_up(host: str, timeout_s: float) -> list[str]:
    """All numeric addresses of a host, IPv4 first. In a thread: getaddrinfo has no time-out."""
    answers: queue.SimpleQueue[list[str] | OSError | UnicodeError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(entry[4][0]) for entry in found)))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True, name=f"dns-{host}").start()
    try:
        answer = answers.get(timeout=timeout_s)
    except queue.Empty:
        raise ProbeError("dns", f"the name {host} was not resolved in {timeout_s:g} s") from None
    if isinstance(answer, Exception):
        detail = getattr(answer, "strerror", None) or str(answer)
        raise ProbeError(
            "dns", f"the host {host} is not known ({detail}); check the spelling of the address"
        ) from answer
    return sorted(answer, key=lambda address: ":" in address)


def _explained(
    url: str, address: str, error: Exception, late: bool, timeout_s: float
) -> ProbeError:
    host = urlsplit(url).netloc
    if late or isinstance(error, TimeoutError):
        return ProbeError("timeout", f"{host} ({address}) did not answer within {timeout_s:g} s")
    if isinstance(error, ssl.SSLCertVerificationError):
        return ProbeError(
            "tls",
            f"the certificate of {host} is not valid ({error.verify_message}); if the portal is"
            " also served over http://, give that address, otherwise write the record by hand",
        )
    if isinstance(error, ssl.SSLError):
        reason = error.reason or str(error)
        return ProbeError("tls", f"{host} ({address}) speaks no TLS that can be used ({reason})")
    if isinstance(error, OSError):
        detail = error.strerror or str(error)
        return ProbeError("connect", f"{host} ({address}) cannot be reached ({detail}); try later")
    return ProbeError("answer", f"{host} ({address}) does not answer as a web server ({error!r})")
