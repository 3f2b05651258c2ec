"""What a fault is: its name, its address, what it does, what khotin must do; and common answers."""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.support.news import article_body, article_path

if TYPE_CHECKING:
    from tests.hostile.wire import Exchange

Handler = Callable[["Exchange"], Awaitable[None]]
DOMAIN = "hostile.test"
GOOD = (1, 2, 3)  # numbers of the sound articles on each site


@dataclass(frozen=True, slots=True)
class Must:
    """What khotin must do about a fault.

    `row`: state of the frontier row of its address and a pattern of its reason ("" none); None
    where there is none to look at. `portal`: states its portal may end in. `good`: sound articles
    that must be stored. `requests`: the most that the site may be asked for by one portal.
    `detail`: a pattern of what `problems` says about the site, "" where nobody looks.
    """

    row: tuple[str, str] | None = None
    portal: tuple[str, ...] = ("failed",)
    good: int = len(GOOD)
    requests: int = 24
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """A named address. Faults of one `site` share a host; `path` is an article's by default.

    `more` are further addresses of the site; one that ends in "*" stands for all that begin so.
    `linked`: whether the home page links to it. `record`: further fields of the portal's record.
    `tls`: how the site speaks TLS (tests/hostile/keys.py, greetings.py); "" is plain HTTP.
    """

    name: str
    does: str
    must: Must
    handler: Handler
    site: str = ""
    path: str = ""
    linked: bool = True
    more: Mapping[str, Handler] = field(default_factory=dict)
    record: Mapping[str, object] = field(default_factory=dict)
    tls: str = ""

    @property
    def place(self) -> str:
        """The name of its site."""
        return self.site or self.name

    @property
    def address(self) -> str:
        """Its path on that site."""
        return self.path or path_of(self.name)


def path_of(name: str) -> str:
    """The address of an article with this name: its number follows from the name."""
    return f"/tin-tuc/{name}-{10_000 + zlib.crc32(name.encode()) % 89_999}.html"


def host_of_site(site: str) -> str:
    """The host name of a site, which only the crawls of these tests can resolve."""
    return f"{site}.{DOMAIN}"


def page(body: str, head: str = "") -> str:
    """An HTML page with this inside its body."""
    return (
        f"<!doctype html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
    )


def sound_article(number: int = 9) -> str:
    """A page that the reader takes for an article."""
    return page(article_body(number), f"<title>Bài {number}</title>")


def good_paths() -> list[str]:
    """The addresses of the sound articles of every site."""
    return [article_path(number) for number in GOOD]


def sends(*parts: bytes, then: str = "close") -> Handler:
    """A handler that sends bytes as they are, then "close"s, "reset"s or "hold"s."""

    async def handler(x: Exchange) -> None:
        for part in parts:
            await x.send(part)
        await x.end(then)

    return handler


def answers(
    body: bytes | str = b"",
    status: int = 200,
    headers: Sequence[tuple[str, str]] = (),
    type: str = "text/html; charset=utf-8",
) -> Handler:
    """A handler that gives one and the same well-formed answer."""

    async def handler(x: Exchange) -> None:
        await x.reply(status, body, headers, type)

    return handler


def redirects(target: str, status: int = 302) -> Handler:
    """A redirect; `{host}`, `{port}` and `{name}` in the target are those of the site."""

    async def handler(x: Exchange) -> None:
        await x.reply(status, b"", (("Location", x.fill(target)),))

    return handler
