"""Ways to damage a page at random: each takes bytes, other pages and a generator."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

Mutation = Callable[[bytes, Sequence[bytes], Random], bytes]

MAX_BYTES = 3_000_000  # of a mutant; body limits and the worst pages are tested elsewhere
_TAG = re.compile(rb"<[^<>]{1,300}>")
_GARBAGE = (
    b"&#xD800;", b"&#0;", b"&#x110000;", b"&amp;amp;", b"&nbsp", b"&", b"&#", b"<!--", b"-->",
    b"<![CDATA[", b"]]>", b"<?xml", b"<!DOCTYPE", b"\x00", b"\x0c", b"\xff\xfe", b"\xed\xa0\x80",
    b"\xe2\x80\x8b", b"\xcc\x81", b"<script>", b"<style>", b"<textarea>", b"<title>", b"<table>",
    b"<svg>", b"<select>", b"<plaintext>", b"<base href=//[>", b"<meta charset=utf-7>",
    b"<meta charset=idna>", b"<meta http-equiv=refresh content='0;url=//[x'>", b"\"", b"'", b"<",
    b"</", b"</body>", b"</html>", b"<html>", b"<body>", b"<iframe>", b"<noscript>", b"<br",
    b"31/02/2024 25:61", b"12/03/2024 08:30", b"0000-00-00", "Tác giả: ".encode(), b"%00%ff",
)  # fmt: skip
_CHARSETS = ("utf-16", "utf-16-le", "cp1258", "cp1252", "gb18030", "utf-7", "shift_jis", "utf-32")


def mutate(body: bytes, others: Sequence[bytes], rng: Random) -> tuple[bytes, list[str]]:
    """The page after one to four mutations, and their names."""
    done = []
    for _ in range(rng.randint(1, 4)):
        mutation = rng.choice(MUTATIONS)
        body = mutation(body, others, rng)[:MAX_BYTES]
        done.append(mutation.__name__)
    return body, done


def flip_bytes(body: bytes, others: Sequence[bytes], rng: Random) -> bytes:
    damaged = bytearray(body)
    for _ in range(rng.choice((1, 10, 300)) if damaged else 0):
        damaged[rng.randrange(len(damaged))] = rng.randrange(256)
    return bytes(damaged)


def truncate(body: bytes, others: Sequence[bytes], rng: Random) -> bytes:
    return body[: rng.randint(0, len(body))]


def lose_head(body: bytes, others: Sequence[bytes], rng: Random) -> bytes:
    return body[rng.randint(0, len(body)) :]


def double_blocks(body: bytes, others: Sequence[bytes], rng: Random) -> bytes:
    start, end = _span(body, rng, 5_000)
    return body[:end] + body[start:end] * rng.choice((1, 2, 20)) + body[end:]


def delete_tags(body: bytes, others: Sequence[bytes], rng: Random) -> bytes:
    share = rng.choice((0.01, 0.1, 0.5))
    return _TAG.sub(lambda tag: b"" if rng.random() < share else tag.group(), body)


def swap_tags(body: bytes, others: Sequence[bytes], rng: Random) -> bytes:
    tags = _TAG.findall(body)
    share = rng.choice((0.01, 0.1))
    if not tags:
        return body
    return _TAG.sub(lambda tag: rng.choice(tags) if rng.random() < share else tag.group(), body)


def spoil_attributes(body: bytes, others: Sequence[bytes], rng: Random) -> bytes:
    def spoil(tag: re.Match[bytes]) -> bytes:
        if rng.random() > 0.05:
            return tag.group()
        junk = rng.choice((b" href=", b" class=", b" style='", b' id="', b" src=//", b" onclick="))
        return tag.group()[:-1] + junk + rng.randbytes(rng.randint(0, 40)) + b">"

    return _TAG.sub(spoil, body)


def recode(body: bytes, others: Sequence[bytes], rng: Random) -> bytes:
    return body.decode("utf-8", "replace").encode(rng.choice(_CHARSETS), "replace")


def encode_twice(body: bytes, others: Sequence[bytes], rng: Random) -> bytes:
    return body.decode("cp1252", "replace").encode()


def splice(body: bytes, others: Sequence[bytes], rng: Random) -> bytes:
    other = rng.choice(others)
    return body[: rng.randint(0, len(body))] + other[rng.randint(0, len(other)) :]


def insert_garbage(body: bytes, others: Sequence[bytes], rng: Random) -> bytes:
    for _ in range(rng.choice((1, 5, 50))):
        place = rng.randint(0, len(body))
        body = body[:place] + rng.choice(_GARBAGE) + body[place:]
    return body


def repeat_hugely(body: bytes, others: Sequence[bytes], rng: Random) -> bytes:
    start, end = _span(body, rng, 200)
    times = rng.choice((100, 1_000, 5_000))
    return body[:end] + (body[start:end] * times)[:400_000] + body[end:]


def nest_deeply(body: bytes, others: Sequence[bytes], rng: Random) -> bytes:
    place = rng.randint(0, len(body))
    tag = rng.choice((b"<div>", b"<table><tr><td>", b"<ul><li>", b"<span>", b"<b>", b"<a href=x>"))
    return body[:place] + tag * rng.choice((50, 300, 3_000)) + body[place:]


def rename_classes(body: bytes, others: Sequence[bytes], rng: Random) -> bytes:
    return re.sub(
        rb'(class|id)="[^"<>]{0,200}"', lambda _: b'class="x%d"' % rng.randrange(50), body
    )


def shuffle_lines(body: bytes, others: Sequence[bytes], rng: Random) -> bytes:
    lines = body.split(b"\n")
    rng.shuffle(lines)
    return b"\n".join(lines)


def _span(body: bytes, rng: Random, size: int) -> tuple[int, int]:
    start = rng.randint(0, len(body))
    return start, min(len(body), start + rng.randint(1, size))


MUTATIONS: tuple[Mutation, ...] = (
    flip_bytes, truncate, lose_head, double_blocks, delete_tags, swap_tags, spoil_attributes,
    recode, encode_twice, splice, insert_garbage, repeat_hugely, nest_deeply, rename_classes,
    shuffle_lines,
)  # fmt: skip
