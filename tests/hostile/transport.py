"""Broken connections and broken framing: what breaks below a page's content."""

from __future__ import annotations

from tests.hostile.faults import Fault, Handler, Must, answers, page, sends, sound_article
from tests.hostile.wire import Exchange

LOST = Must(("failed", "connection lost"))
CUT = Must(("failed", "body cut short|connection lost"))
BAD = Must(("failed", "bad answer"), requests=8)
SLOW = Must(("failed", "timeout"))
READ = Must(("done", ""), ("done",), good=4, requests=8)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
BODY = sound_article().encode()
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def _length(size: int | str) -> bytes:
    return f"Content-Length: {size}\r\n".encode()


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


async def _interim_storm(x: Exchange) -> None:
    while True:
        await x.send(b"HTTP/1.1 102 Processing\r\nX-Filler: %s\r\n\r\n" % (b"y" * 200))


async def _drip_headers(x: Exchange) -> None:
    await x.drip(HEAD + _length(len(BODY)) + b"\r\n" + BODY)


async def _drip_body(x: Exchange) -> None:
    await x.send(HEAD + _length(len(BODY)) + b"\r\n")
    await x.drip(BODY)


async def _drip_chunks(x: Exchange) -> None:
    await x.send(CHUNKED)
    await x.drip(b"".join(_chunk(BODY[at : at + 1]) for at in range(len(BODY))))


async def _second_time(x: Exchange) -> None:
    if x.hit == 1:
        await x.end("reset")
    else:
        await x.reply(200, BODY)


def _framing(name: str, does: str, must: Must, *parts: bytes, then: str = "close") -> Fault:
    return Fault(name, does, must, sends(*parts, then=then))


RESETS = (
    _framing("reset-at-once", "resets before any byte", LOST, then="reset"),
    _framing("reset-in-status", "resets in the status line", LOST, b"HTTP/1.1 20", then="reset"),
    _framing("reset-in-headers", "resets between two headers", LOST, HEAD, then="reset"),
    _framing(
        "reset-after-headers",
        "resets when the body should come",
        CUT,
        HEAD + _length(9000) + b"\r\n",
        then="reset",
    ),
    _framing(
        "reset-in-body",
        "resets in the middle of the body",
        CUT,
        HEAD + _length(9000) + b"\r\n" + BODY[:500],
        then="reset",
    ),
    _framing("empty-reply", "closes in order without a byte", LOST),
    _framing("headers-only", "closes after half a header block", LOST, HEAD),
    Fault("reset-once", "resets the first request, then is well", READ, _second_time),
)

LENGTHS = (
    _framing(
        "half-body",
        "closes after half of the announced body",
        CUT,
        HEAD + _length(len(BODY) * 2) + b"\r\n" + BODY,
    ),
    _framing(
        "length-never-reached",
        "announces more than it sends and stays open",
        SLOW,
        HEAD + _length(len(BODY) + 1) + b"\r\n" + BODY,
        then="hold",
    ),
    _framing(
        "length-too-short",
        "sends more than it announced: the rest must not become another answer",
        Must(("done", ""), ("done",), requests=8),
        HEAD + _length(len(BODY) - 20) + b"\r\n" + BODY + HEAD + _length(6) + b"\r\nsecret",
    ),
    _framing(
        "two-lengths",
        "two Content-Length headers that differ",
        BAD,
        HEAD + _length(len(BODY)) + _length(10) + b"\r\n" + BODY,
    ),
    _framing(
        "same-length-twice",
        "two Content-Length headers that agree: refused or read, never hung on",
        Must(requests=8, portal=("failed", "done")),
        HEAD + _length(len(BODY)) * 2 + b"\r\n" + BODY,
    ),
    _framing("negative-length", "Content-Length: -5", BAD, HEAD + _length(-5) + b"\r\n" + BODY),
    _framing(
        "length-of-words", "Content-Length: many", BAD, HEAD + _length("many") + b"\r\n" + BODY
    ),
    _framing(
        "length-of-9-e18",
        "announces an exabyte",
        Must(("failed", "body too large"), requests=8),
        HEAD + _length(9 * 10**18) + b"\r\n" + BODY,
        then="hold",
    ),
    _framing(
        "no-length", "a body that ends with the connection: legal", READ, HEAD + b"\r\n" + BODY
    ),
    _framing(
        "length-and-chunked",
        "Content-Length and chunks at once, as in request smuggling",
        Must(requests=8, portal=("failed", "done")),
        HEAD + _length(10) + b"Transfer-Encoding: chunked\r\n\r\n" + _chunk(BODY) + b"0\r\n\r\n",
    ),
)

CHUNKS = (
    _framing("chunk-bad-size", "a chunk size that is no number", BAD, CHUNKED + b"zz\r\n" + BODY),
    _framing("chunk-negative", "a chunk of -1 bytes", BAD, CHUNKED + b"-1\r\n" + BODY),
    _framing(
        "chunk-huge-size",
        "a chunk of 2^64 bytes that does not come",
        CUT,
        CHUNKED + b"FFFFFFFFFFFFFFFF\r\n" + BODY,
    ),
    _framing(
        "chunk-size-without-end",
        "a chunk size line of a megabyte",
        BAD,
        CHUNKED + b"0" * 1_000_000,
    ),
    _framing("chunk-no-end", "closes without the last chunk", CUT, CHUNKED + _chunk(BODY)),
    _framing(
        "chunk-too-long",
        "a chunk longer than it says",
        BAD,
        CHUNKED + b"5\r\n" + BODY + b"\r\n0\r\n\r\n",
    ),
    _framing(
        "chunk-endless-trailer",
        "a megabyte of trailers after the last chunk",
        BAD,
        CHUNKED + _chunk(BODY) + b"0\r\n" + b"X-Trailer: y\r\n" * 80_000,
    ),
)

LINES = (
    _framing("status-junk", "a status line of words", BAD, b"HELLO WORLD AGAIN\r\n\r\n" + BODY),
    _framing("status-no-number", "status abc", BAD, b"HTTP/1.1 abc OK\r\n\r\n" + BODY),
    _framing(
        "status-99999",
        "a status of five digits",
        Must(("failed", "HTTP 99999|bad answer")),
        b"HTTP/1.1 99999 Much\r\n" + _length(0) + b"\r\n",
    ),
    _framing(
        "status-0",
        "status 0",
        Must(("failed", "HTTP 0|bad answer")),
        b"HTTP/1.1 0 None\r\n" + _length(0) + b"\r\n",
    ),
    _framing(
        "status-negative",
        "status -200",
        Must(("failed", "HTTP -200|bad answer")),
        b"HTTP/1.1 -200 OK\r\n" + _length(0) + b"\r\n",
    ),
    _framing(
        "http-09", "a page without a header", Must(("failed", "bad answer|connection lost")), BODY
    ),
    _framing(
        "http-9",
        "version 9.9 of HTTP",
        Must(portal=("done", "failed")),
        b"HTTP/9.9 200 OK\r\n" + _length(2) + b"\r\nhi",
    ),
    _framing("bytes-junk", "random bytes", BAD, bytes(range(256)) * 40 + b"\r\n\r\n"),
    _framing("tls-on-plain", "a TLS alert", CUT, b"\x15\x03\x01\x00\x02\x02\x28"),
    _framing(
        "nul-headers",
        "NUL and control bytes in header names and values",
        Must(portal=("done", "failed"), requests=8),
        HEAD
        + b"X-\x00Null: a\x00b\x01\x02\r\n\x7f: \xff\xfe\r\n"
        + _length(len(BODY))
        + b"\r\n"
        + BODY,
    ),
    _framing(
        "bare-newlines",
        "header lines that end in LF alone: as browsers, read",
        READ,
        HEAD.replace(b"\r\n", b"\n") + b"\n" + BODY,
    ),
    _framing(
        "interim-then-page",
        "103 Early Hints, then the page: legal",
        READ,
        b"HTTP/1.1 103 Early Hints\r\nLink: </x.css>; rel=preload\r\n\r\n"
        + HEAD
        + _length(len(BODY))
        + b"\r\n"
        + BODY,
    ),
    _framing(
        "switching-protocols",
        "101 without being asked",
        Must(("failed", "HTTP 101|bad answer|timeout|connection lost")),
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n" + BODY,
    ),
    Fault(
        "interim-storm",
        "102 Processing without end",
        Must(("failed", "header too large"), requests=8),
        _interim_storm,
    ),
)

SLOWNESS = (
    Fault("drip-headers", "a header block at a byte a second", SLOW, _drip_headers),
    Fault("drip-body", "a body at a byte a second", SLOW, _drip_body),
    Fault("drip-chunks", "chunks at a byte a second", SLOW, _drip_chunks),
    _framing("silence", "accepts and says nothing", SLOW, then="hold"),
    _framing(
        "silence-in-body", "headers, then nothing", SLOW, HEAD + _length(9) + b"\r\n", then="hold"
    ),
    Fault(
        "robots-silent",
        "robots.txt that never answers: nobody knows what is allowed, so nothing is asked",
        Must(("failed", "timeout"), good=0),
        sends(then="hold"),
        path="/robots.txt",
        linked=False,
    ),
    Fault(
        "robots-drip",
        "robots.txt at a byte a second",
        Must(("failed", "timeout"), good=0),
        _drip_headers,
        path="/robots.txt",
        linked=False,
    ),
    Fault(
        "robots-reset",
        "robots.txt that resets",
        Must(("failed", "connection lost"), good=0),
        sends(then="reset"),
        path="/robots.txt",
        linked=False,
    ),
    Fault(
        "home-empty-reply",
        "a home page that closes without a byte",
        Must(("failed", "connection lost"), good=0),
        sends(),
        path="/",
    ),
)


def _drops(x_body: str) -> Handler:
    async def handler(x: Exchange) -> None:
        if x.hit == 1:
            await x.end("reset")
        else:
            await x.reply(200, x_body)

    return handler


RESENDS = (
    Fault(
        "kept-connection-dies",
        "a kept connection that dies when it is used: must not be resent behind our back",
        READ,
        _drops(sound_article(8)),
    ),
    Fault(
        "says-close-keeps-open",
        "Connection: close, and stays open",
        READ,
        sends(HEAD + b"Connection: close\r\n" + _length(len(BODY)) + b"\r\n" + BODY, then="hold"),
    ),
    Fault(
        "no-content-with-body",
        "204 with a body",
        Must(("done", "empty"), ("done",), requests=8),
        sends(b"HTTP/1.1 204 No Content\r\n" + _length(len(BODY)) + b"\r\n" + BODY),
    ),
    Fault(
        "empty-page",
        "200 without a body",
        Must(("done", "empty"), ("done",), requests=8),
        answers(page("")),
    ),
)

FAULTS = (*RESETS, *LENGTHS, *CHUNKS, *LINES, *SLOWNESS, *RESENDS)
