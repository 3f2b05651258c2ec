"""Content-Encoding undone, with a limit on what comes out: a bomb costs its limit, no more."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]

ACCEPTED = "gzip, deflate, br"
LAYERS_MAX = 4  # encodings of one body: each layer may cost the whole decoded size again
MEMBERS_MAX = 10_000  # streams in one gzip body; a server that flushes by members has hundreds
GZIP_MAGIC = b"\x1f\x8b"
_CHUNK = 256 * 1024
_PIECE = 16 * 1024


class DecodingError(Exception):
    """A body that cannot be decoded: broken, of an unknown encoding, or too large unpacked."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind


def decode_body(body: bytes, content_encoding: str | None, max_bytes: int) -> bytes:
    """The body after every content encoding is undone, last applied first.

    A truncated stream gives what it holds, as browsers do. A body that is declared gzip and is
    plain (seen behind proxies) is returned as it is. Raises DecodingError.
    """
    names = [name.strip().lower() for name in (content_encoding or "").split(",")]
    names = [name for name in names if name and name != "identity"]
    if len(names) > LAYERS_MAX:
        raise DecodingError("too many encodings", f"{len(names)} encodings, limit {LAYERS_MAX}")
    for name in reversed(names):
        decoder = _DECODERS.get(name)
        if decoder is None:
            raise DecodingError("unknown encoding", f"Content-Encoding {name[:80]!r}")
        if not body:
            return body
        body = decoder(body, max_bytes)
    return body


def _gunzip(body: bytes, max_bytes: int) -> bytes:
    if body[:2] != GZIP_MAGIC:
        return body
    out = bytearray()
    at = 0
    for _ in range(MEMBERS_MAX):  # several members are one body; trailing rubbish is dropped
        at = _inflate_into(out, zlib.decompressobj(wbits=31), body, at, max_bytes)
        if body[at : at + 2] != GZIP_MAGIC:
            return bytes(out)
    raise DecodingError("broken encoding", f"more than {MEMBERS_MAX} gzip members")


def _deflate(body: bytes, max_bytes: int) -> bytes:
    out = bytearray()
    try:
        _inflate_into(out, zlib.decompressobj(), body, 0, max_bytes)
    except DecodingError as error:
        if error.kind != "broken encoding":
            raise
        out.clear()  # raw deflate without the zlib header, as old IIS sends it
        _inflate_into(out, zlib.decompressobj(wbits=-15), body, 0, max_bytes)
    return bytes(out)


def _inflate_into(
    out: bytearray, stream: zlib._Decompress, body: bytes, at: int, max_bytes: int
) -> int:
    """Undo one stream that begins at `at`; where it ends in the body.

    Input goes in by small pieces: zlib hands back a copy of what it did not take, and of all
    that follows the stream, which makes quadratic work of a body of many streams or of a bomb.
    """
    while at < len(body) and not stream.eof:
        piece = body[at : at + _PIECE]
        at += len(piece)
        while piece and not stream.eof:
            try:
                out += stream.decompress(piece, _CHUNK)
            except zlib.error as error:
                raise DecodingError("broken encoding", str(error)) from error
            _check(len(out), max_bytes)
            piece = stream.unconsumed_tail
    return at - len(stream.unused_data)


def _unbrotli(body: bytes, max_bytes: int) -> bytes:
    stream = brotli.Decompressor()
    out = bytearray()
    try:
        chunk = stream.process(body, output_buffer_limit=_CHUNK)
        while chunk:
            out += chunk
            _check(len(out), max_bytes)
            chunk = stream.process(b"", output_buffer_limit=_CHUNK)
    except brotli.error as error:
        raise DecodingError("broken encoding", str(error)) from error
    return bytes(out)


def _check(size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise DecodingError("decoded size", f"more than {max_bytes} bytes after decoding")


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflate,
    "br": _unbrotli,
}
