"""What servers say to a ClientHello when they do not speak TLS as they should, byte by byte."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress

Greeting = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
DRIP_S = 1.0
# A ServerHello of TLS 1.0: a handshake record of version 3.1 with 32 bytes of "random", no session,
# TLS_RSA_WITH_AES_128_CBC_SHA, no compression.
_HELLO = b"\x03\x01" + b"k" * 32 + b"\x00" + b"\x00\x2f" + b"\x00"
_MESSAGE = b"\x02" + len(_HELLO).to_bytes(3, "big") + _HELLO
_OLD_HELLO = b"\x16\x03\x01" + len(_MESSAGE).to_bytes(2, "big") + _MESSAGE
# The begin of a record of 16 kB; and records of a greeting that is announced as 16 MB.
_HALF_HELLO = b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03\x03"
_LONG_HELLO = b"\x16\x03\x03\x40\x00" + b"\x02\xff\xff\xff" + b"k" * 0x3FFC
_LONG_REST = b"\x16\x03\x03\x40\x00" + b"k" * 0x4000
_PLAIN = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def _says(data: bytes, *, hold: bool = False) -> Greeting:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        if hold:
            await _hold(reader)

    return greet


async def _hold(reader: asyncio.StreamReader) -> None:
    with suppress(ConnectionError):
        await reader.read()


async def _drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    for at in range(len(_OLD_HELLO)):
        writer.write(_OLD_HELLO[at : at + 1])
        await writer.drain()
        await asyncio.sleep(DRIP_S)


async def _endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(_LONG_HELLO)
    while True:
        writer.write(_LONG_REST)
        await writer.drain()


async def _reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


GREETINGS: dict[str, Greeting] = {
    "old-hello": _says(_OLD_HELLO, hold=True),
    "plain": _says(_PLAIN),
    "junk": _says(b"220 mail.hostile.test ESMTP\r\n", hold=True),
    "endless-hello": _endless,
    "stalls": _says(b"", hold=True),
    "stalls-in-hello": _says(_HALF_HELLO, hold=True),
    "drips": _drip,
    "closes": _says(b""),
    "resets": _reset,
}


async def greet(way: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take a ClientHello and answer it in this way."""
    await reader.read(4096)
    await GREETINGS[way](reader, writer)


async def refuse(
    context: ssl.SSLContext, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Answer a ClientHello as OpenSSL does, its alert included, which asyncio does not send."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = context.wrap_bio(incoming, outgoing, server_side=True)
    incoming.write(await reader.read(4096))
    with suppress(ssl.SSLError):
        server.do_handshake()
    writer.write(outgoing.read())
    await writer.drain()
