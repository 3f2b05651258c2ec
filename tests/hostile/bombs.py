"""Much from little: compressed bombs, endless bodies, floods of headers, heavy markup."""

from __future__ import annotations

import gzip
import zlib
from functools import cache

import brotli  # type: ignore[import-untyped]

from tests.hostile.faults import Fault, Handler, Must, answers, page, sound_article
from tests.hostile.wire import Exchange

MEGABYTE = b"\0" * 1_000_000
SIZE = Must(("failed", "decoded size"), requests=8)
BODY_SIZE = Must(("failed", "body too large"), requests=8)
HEADERS = Must(("failed", "header too large"), requests=8)
ANY = Must(portal=("done", "failed"), requests=8)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"


@cache
def gzip_bomb(megabytes: int) -> bytes:
    """A gzip stream of zeros: one flushed block, again and again. Its checksum is never reached."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    start = packer.compress(MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + block * (megabytes - 1)


@cache
def brotli_bomb(megabytes: int) -> bytes:
    """A brotli stream of zeros."""
    packer = brotli.Compressor(quality=1, lgwin=24)
    parts = [packer.process(MEGABYTE) for _ in range(megabytes)]
    return b"".join([*parts, packer.finish()])


@cache
def zstd_bomb(megabytes: int) -> bytes:
    """A zstd frame of run-length blocks, 128 KiB from 4 bytes each (RFC 8878, 3.1.1.2)."""
    size = 128 * 1024
    block = (0 | 1 << 1 | size << 3).to_bytes(3, "little") + b"\0"
    last = (1 | 1 << 1 | size << 3).to_bytes(3, "little") + b"\0"
    return b"\x28\xb5\x2f\xfd\x00\x38" + block * (megabytes * 8 - 1) + last


@cache
def nested(layers: int, core: bytes) -> bytes:
    """gzip in gzip in gzip."""
    for _ in range(layers):
        core = gzip.compress(core, 6, mtime=0)
    return core


def _encoded(encoding: str, body: bytes, *more: tuple[str, str]) -> Handler:
    return answers(body, headers=(("Content-Encoding", encoding), *more))


async def _endless(x: Exchange) -> None:
    await x.send(HEAD + b"\r\n")
    line = b"<p>" + b"x" * 65_000 + b"</p>\n"
    while True:
        await x.send(line)


async def _endless_chunks(x: Exchange) -> None:
    await x.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        await x.send(b"10000\r\n" + b"y" * 0x10000 + b"\r\n")


async def _chunk_extensions(x: Exchange) -> None:
    await x.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    chunk = b"1;" + b"e" * 1000 + b"\r\nz\r\n"
    while True:
        await x.send(chunk * 50)


async def _tiny_chunks(x: Exchange) -> None:
    await x.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        await x.send(b"1\r\nz\r\n" * 10_000)


async def _endless_gzip(x: Exchange) -> None:
    await x.send(HEAD + b"Content-Encoding: gzip\r\n\r\n")
    while True:
        await x.send(gzip_bomb(64))


async def _many_headers(x: Exchange) -> None:
    await x.send(HEAD)
    for start in range(0, 200_000, 1000):
        await x.send(b"".join(b"X-%d: y\r\n" % n for n in range(start, start + 1000)))
    await x.send(b"Content-Length: 2\r\n\r\nhi")


async def _long_header(x: Exchange) -> None:
    await x.send(HEAD + b"X-Long: ")
    for _ in range(160):
        await x.send(b"y" * 65_536)
    await x.send(b"\r\nContent-Length: 2\r\n\r\nhi")


async def _folded_header(x: Exchange) -> None:
    await x.send(HEAD + b"X-Folded: a\r\n")
    while True:
        await x.send(b" y\r\n" * 1000)


async def _long_status(x: Exchange) -> None:
    await x.send(b"HTTP/1.1 200 ")
    while True:
        await x.send(b"O" * 65_536)


async def _long_location(x: Exchange) -> None:
    await x.send(b"HTTP/1.1 302 Found\r\nLocation: /")
    for _ in range(160):
        await x.send(b"a" * 65_536)
    await x.send(b"\r\nContent-Length: 0\r\n\r\n")


def _laughs() -> str:
    entities = "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' if n else '<!ENTITY a0 "ha">' for n in range(12)
    )
    return (
        f'<?xml version="1.0"?><!DOCTYPE rss [{entities}]><rss version="2.0"><channel>'
        "<item><title>&a11;</title><link>/tin-tuc/x-12345.html</link></item></channel></rss>"
    )


def _deep(tag: str, depth: int) -> str:
    return f"<{tag}>" * depth + "sâu" + f"</{tag}>" * depth


def _links(count: int) -> str:
    items = (
        f"<li><a href='/tin-tuc/lien-ket-{n:06d}-x.html'>Liên kết số {n}</a></li>"
        for n in range(count)
    )
    return page(f"<ul>{''.join(items)}</ul>")


PACKED = (
    Fault(
        "gzip-bomb",
        "8 GB of zeros in 8 MB of gzip",
        SIZE,
        lambda x: _send(x, "gzip", gzip_bomb(8000)),
    ),
    Fault("gzip-bomb-small", "40 MB in 40 KB", SIZE, _encoded("gzip", gzip_bomb(40))),
    Fault(
        "gzip-15-mb", "15 MB of zeros: just within the limit", ANY, _encoded("gzip", gzip_bomb(15))
    ),
    Fault("gzip-endless", "gzip that never ends", BODY_SIZE, _endless_gzip),
    Fault(
        "brotli-bomb",
        "300 MB of zeros in a few hundred bytes",
        SIZE,
        _encoded("br", brotli_bomb(300)),
    ),
    Fault(
        "deflate-bomb",
        "1 GB by deflate",
        SIZE,
        _encoded("deflate", zlib.compress(MEGABYTE * 60, 9)),
    ),
    Fault(
        "zstd-bomb",
        "a zstd frame that we never said we read",
        Must(("failed", "unknown encoding"), requests=8),
        _encoded("zstd", zstd_bomb(1000)),
    ),
    Fault(
        "gzip-in-gzip",
        "a page packed twice, and declared so: legal",
        Must(("done", ""), ("done",), good=4, requests=8),
        _encoded("gzip, gzip", nested(2, sound_article(7).encode())),
    ),
    Fault(
        "encoding-twice",
        "two Content-Encoding headers for a page packed twice: legal",
        Must(("done", ""), ("done",), good=4, requests=8),
        _encoded("gzip", nested(2, sound_article(7).encode()), ("Content-Encoding", "gzip")),
    ),
    Fault(
        "gzip-nested-100",
        "gzip in gzip, a hundred times",
        Must(("failed", "too many encodings"), requests=8),
        _encoded(", ".join(["gzip"] * 100), nested(100, b"x")),
    ),
    Fault(
        "gzip-nested-bomb",
        "a bomb in a gzip in a gzip",
        SIZE,
        _encoded("gzip, gzip, gzip", nested(2, gzip_bomb(100))),
    ),
    Fault(
        "encodings-5000",
        "five thousand encodings for one body",
        Must(("failed", "too many encodings"), requests=8),
        _encoded(",".join(["gzip"] * 5000), nested(1, b"x")),
    ),
    Fault(
        "encoding-unknown",
        "Content-Encoding: rot13",
        Must(("failed", "unknown encoding"), requests=8),
        _encoded("rot13", b"abc"),
    ),
    Fault(
        "gzip-truncated",
        "gzip cut in the middle: what it holds is read, as by browsers",
        ANY,
        _encoded("gzip", gzip.compress(sound_article(6).encode())[:-200]),
    ),
    Fault(
        "gzip-garbage",
        "a gzip header and then noise",
        Must(("failed", "broken encoding"), requests=8),
        _encoded("gzip", b"\x1f\x8b\x08\x00" + bytes(range(256)) * 20),
    ),
    Fault(
        "gzip-declared-plain",
        "declared gzip, and plain",
        Must(("done", ""), ("done",), good=4, requests=8),
        _encoded("gzip", sound_article(5).encode()),
    ),
    Fault(
        "gzip-empty-members",
        "300,000 empty gzip members: work without output",
        ANY,
        _encoded("gzip", gzip.compress(b"", mtime=0) * 300_000),
    ),
    Fault(
        "brotli-garbage", "noise declared as brotli", ANY, _encoded("br", bytes(range(1, 255)) * 20)
    ),
)


async def _send(x: Exchange, encoding: str, body: bytes) -> None:
    await x.reply(200, body, (("Content-Encoding", encoding),))


FLOODS = (
    Fault("endless-body", "a body without end", BODY_SIZE, _endless),
    Fault("endless-chunks", "chunks without end", BODY_SIZE, _endless_chunks),
    Fault(
        "chunk-extensions",
        "a byte a chunk, a kilobyte of extension each",
        Must(("failed", "tiny chunks"), requests=8),
        _chunk_extensions,
    ),
    Fault(
        "tiny-chunks",
        "a byte a chunk without end",
        Must(("failed", "tiny chunks"), requests=8),
        _tiny_chunks,
    ),
    Fault("headers-200000", "200,000 headers", HEADERS, _many_headers),
    Fault("header-10-mb", "one header of 10 MB", HEADERS, _long_header),
    Fault("header-folded", "a header folded over lines without end", HEADERS, _folded_header),
    Fault("status-endless", "a status line without end", HEADERS, _long_status),
    Fault("location-10-mb", "a redirect to an address of 10 MB", HEADERS, _long_location),
    Fault(
        "location-50-kb",
        "a redirect to an address of 50 KB",
        Must(("failed", "bad redirect"), requests=8),
        answers(b"", 302, (("Location", "/" + "a" * 50_000),)),
    ),
)

MARKUP = (
    Fault(
        "billion-laughs",
        "entities that expand to a gigabyte, in a feed",
        ANY,
        answers(_laughs(), type="application/rss+xml"),
        path="/rss/",
    ),
    Fault(
        "deep-markup",
        "100,000 elements inside each other",
        ANY,
        answers(page(_deep("div", 100_000))),
    ),
    Fault(
        "many-attributes",
        "an element of 100,000 attributes",
        ANY,
        answers(page("<p " + " ".join(f"a{n}='{n}'" for n in range(100_000)) + ">x</p>")),
    ),
    Fault(
        "page-7-mb",
        "a page of 7 MB: within the limits, and heavy",
        ANY,
        answers(page("<p>Đoạn văn dài của một trang rất nặng.</p>" * 130_000)),
    ),
    Fault(
        "links-100000",
        "a page of 100,000 links",
        ANY,
        answers(_links(100_000)),
        path="/chuyen-muc/",
    ),
)

FAULTS = (*PACKED, *FLOODS, *MARKUP)
