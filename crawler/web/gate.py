"""What every request and every answer passes: language, tidy searches, security headers.

An ASGI wrapper, because only that reaches all of Datasette's answers: pages, errors, CSV
streams and static files.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode

from crawler.archive.search import tidy_search
from crawler.web.language import COOKIE, LANGUAGES, choose, current

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

# No inline script or style anywhere, no other host: pictures of articles are linked, not shown,
# so that reading the archive tells nobody.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)
# Datasette's other pages under /-/ are for its operator: file paths, threads, tokens.
OPEN_PAGES = ("static", "metadata", "settings", "versions", "plugins")
METHODS = ("GET", "HEAD", "OPTIONS")
YEAR_S = 31_536_000


def gate(app: App) -> App:
    """Wrap an ASGI application; everything but HTTP passes untouched."""

    async def wrapped(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        asked, scope = _without_language(scope)
        headers = {bytes(key).lower(): bytes(value) for key, value in scope["headers"]}
        language = choose(
            asked, _cookie(headers), headers.get(b"accept-language", b"").decode("latin-1")
        )
        token = current.set(language)
        try:
            finish = _with_headers(send, language if asked else None)
            if scope["method"] not in METHODS:
                await _refuse(finish, 405, "Only reading is possible here")
            elif _closed(scope["path"]):
                await _refuse(finish, 404, "Not found")
            else:
                await app(_with_tidy_search(scope), receive, finish)
        finally:
            current.reset(token)

    return wrapped


def _without_language(scope: Message) -> tuple[str | None, Message]:
    """?lang= of the address, and the scope without it: Datasette would take it for a column."""
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    asked = next((value for key, value in query if key == "lang"), None)
    if asked is None:
        return None, scope
    rest = urlencode([(key, value) for key, value in query if key != "lang"])
    return (asked if asked in LANGUAGES else None), {**scope, "query_string": rest.encode()}


def _with_tidy_search(scope: Message) -> Message:
    """The scope with every ?_search= in a form that Datasette does not answer with 400."""
    raw = scope["query_string"].decode("latin-1")
    if "_search" not in raw or "_searchmode=raw" in raw:
        return scope
    query = []
    for key, value in parse_qsl(raw, keep_blank_values=True):
        if key.startswith("_search") and key != "_searchmode":
            value = tidy_search(value)
            if not value:
                continue
        query.append((key, value))
    return {**scope, "query_string": urlencode(query).encode()}


def _cookie(headers: dict[bytes, bytes]) -> str | None:
    found = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1")).get(COOKIE)
    return found.value if found else None


def _closed(path: str) -> bool:
    """Whether the path is one of Datasette's pages for its operator."""
    if not path.startswith("/-/"):
        return False
    name = path.removeprefix("/-/").split("/")[0]
    return name.removesuffix(".json") not in OPEN_PAGES


def _with_headers(send: Send, chosen: str | None) -> Send:
    """A send() that adds our headers to the start of the answer."""

    async def finish(message: Message) -> None:
        if message["type"] == "http.response.start":
            ours = {key for key, _ in SECURITY_HEADERS}
            headers = [(k, v) for k, v in message.get("headers", []) if k.lower() not in ours]
            headers += [*SECURITY_HEADERS, (b"vary", b"Accept-Language")]
            if chosen:
                cookie = f"{COOKIE}={chosen}; Path=/; Max-Age={YEAR_S}; SameSite=Lax; HttpOnly"
                headers = [(k, v) for k, v in headers if k.lower() != b"cache-control"]
                headers += [(b"set-cookie", cookie.encode()), (b"cache-control", b"no-store")]
            message = {**message, "headers": headers}
        await send(message)

    return finish


async def _refuse(send: Send, status: int, message: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{message}\n".encode()})
