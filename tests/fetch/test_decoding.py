"""Content encodings undone, and bombs stopped at their limit."""

from __future__ import annotations

import gzip
import time
import tracemalloc
import zlib

import brotli  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.fetch.decoding import DecodingError, decode_body

TEXT = "Ủy ban nhân dân thị xã ".encode() * 200
LIMIT = 1_000_000


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        (None, TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT)),
        ("X-GZIP", gzip.compress(TEXT)),
        ("gzip", gzip.compress(TEXT[:50]) + gzip.compress(TEXT[50:])),
        ("gzip", gzip.compress(TEXT) + b"rubbish after the end"),
        ("gzip", TEXT),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", raw_deflate(TEXT)),
        ("br", brotli.compress(TEXT)),
        ("deflate, gzip", gzip.compress(zlib.compress(TEXT))),
    ],
)
def test_every_encoding_is_undone(encoding: str | None, body: bytes) -> None:
    assert decode_body(body, encoding, LIMIT) == TEXT


@given(st.binary(max_size=2000))
def test_what_was_packed_comes_back(data: bytes) -> None:
    assert decode_body(brotli.compress(data), "br", LIMIT) == data
    assert decode_body(gzip.compress(data), "gzip", LIMIT) == data


def test_an_empty_body_of_any_encoding_is_empty() -> None:
    assert decode_body(b"", "gzip", LIMIT) == b""
    assert decode_body(b"", "br", LIMIT) == b""


def test_a_truncated_body_gives_what_it_holds() -> None:
    packed = gzip.compress(bytes(range(256)) * 400)
    assert decode_body(packed[: len(packed) // 2], "gzip", LIMIT).startswith(bytes(range(256)))


@pytest.mark.parametrize(
    ("encoding", "body", "kind"),
    [
        ("zstd", TEXT, "unknown encoding"),
        ("deflate", b"not deflate at all", "broken encoding"),
        ("br", b"\xff\xff\xff\xff not brotli", "broken encoding"),
        ("gzip", gzip.compress(TEXT)[:10] + b"\xff" * 50, "broken encoding"),
    ],
)
def test_what_cannot_be_undone_says_what_it_is(encoding: str, body: bytes, kind: str) -> None:
    with pytest.raises(DecodingError) as caught:
        decode_body(body, encoding, LIMIT)
    assert caught.value.kind == kind


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
def test_a_bomb_costs_its_limit_and_no_more(encoding: str) -> None:
    bomb = b"\0" * 60_000_000
    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}[encoding]
    packed = pack(bomb, 1) if encoding != "br" else brotli.compress(bomb, quality=1)
    del bomb
    tracemalloc.start()
    try:
        with pytest.raises(DecodingError) as caught:
            decode_body(packed, encoding, LIMIT)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert caught.value.kind == "decoded size"
    assert peak < 4 * LIMIT


def test_layers_beyond_what_a_server_means_are_refused_before_any_work() -> None:
    with pytest.raises(DecodingError) as caught:
        decode_body(b"x" * 100, ", ".join(["gzip"] * 5000), LIMIT)
    assert caught.value.kind == "too many encodings"
    assert decode_body(gzip.compress(gzip.compress(TEXT)), "gzip, gzip", LIMIT) == TEXT


def test_members_without_output_are_no_endless_work() -> None:
    empty = gzip.compress(b"", mtime=0)
    began = time.process_time()
    with pytest.raises(DecodingError) as caught:
        decode_body(empty * 400_000, "gzip", LIMIT)
    assert caught.value.kind == "broken encoding"
    assert time.process_time() - began < 5  # a copy of the rest for each member takes minutes
    assert decode_body(empty * 500 + gzip.compress(TEXT), "gzip", LIMIT) == TEXT
