"""A hundred portals made on the fly, each at an address of its own, with seeded faults.

    python -m bench.load_site PORTALS ARTICLES FAULTS SEED

Prints one JSON object {portal: url}, then answers until its stdin is closed, and prints what it
answered as a second one. Pages are made when they are asked for: the server holds none.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import socket
import sys
import time
from collections import Counter
from hashlib import blake2b
from itertools import accumulate

PER_PAGE = 20
SECTIONS = ("tin-tuc", "kinh-te", "van-hoa", "xa-hoi")
NEWS_EVERY_S = 60.0  # each portal publishes so often while it is crawled
# What a fault is, and how often beside the others.
FAULTS = {
    "reset": 3,
    "500": 3,
    "half body": 3,
    "429": 2,
    "garbage": 2,
    "slow": 2,
    "silence": 1,
    "status line": 1,
}
SILENCE_S = 60.0  # longer than any time-out here
SLOW_S = 1.5
# Syllables of the language's shapes, as rare and as frequent as words are (Zipf): a search must
# find a part of the articles, not all of them.
COMMON = (
    "và của các trong cho được là có về với ủy ban nhân dân huyện xã công tác tổ chức thực hiện "
    "phát triển đảng bộ hội nghị kế hoạch tỉnh năm địa phương cán bộ kinh tế xây dựng nông thôn mới"
).split()
ONSETS = "b c ch d đ g h kh l m n nh ng ph qu s t th tr v x".split()
NUCLEI = "a á à ả ã ạ ă ắ ằ â ấ ầ e é ê ế ề i í o ó ô ố ồ ơ ớ u ú ư ứ".split()
CODAS = ("", "n", "ng", "m", "t", "c", "p", "nh")
RARE = random.Random(0).sample([o + n + c for o in ONSETS for n in NUCLEI for c in CODAS], 4_000)
WORDS = [*COMMON, *RARE]
WEIGHTS = list(accumulate(1 / rank for rank in range(8, 8 + len(WORDS))))
MENU = "".join(f"<li><a href='/{name}/'>Chuyên mục {name}</a></li>" for name in SECTIONS)
FOOT = "<div class='footer'><p>Trang thông tin điện tử. Ghi rõ nguồn khi phát hành lại.</p></div>"


class Load:
    """The pages of all portals; `began` is when the first news after the start is counted from."""

    def __init__(self, articles: int, faults: float, seed: int) -> None:
        self._articles = articles
        self._faults = faults
        self._seed = seed
        self._asked: Counter[tuple[str, str]] = Counter()
        self._began = time.monotonic()
        self.answered: Counter[str] = Counter()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, kept alive between requests as real servers do."""
        host = writer.get_extra_info("sockname")[0]
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                path = head.split(b" ", 2)[1].decode("latin-1")
                if not await self._answer(host, path, writer):
                    return
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, IndexError):
            return
        finally:
            writer.close()

    async def _answer(self, host: str, path: str, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; whether the connection goes on."""
        fault = self._fault(host, path)
        self.answered[fault or "page"] += 1
        if fault == "reset":
            _reset(writer)
            return False
        if fault == "silence":
            await asyncio.sleep(SILENCE_S)
            return False
        if fault == "slow":
            await asyncio.sleep(SLOW_S)
        if fault == "status line":
            writer.write(b"\x00\xffJUNK 999 \r\n\r\n")
            return False
        status, kind, body, extra = self._page(host, path)
        if fault == "500":
            status, body, extra = "500 Internal Server Error", b"<p>loi may chu</p>", ""
        elif fault == "429":
            status, body, extra = "429 Too Many Requests", b"", "Retry-After: 1\r\n"
        elif fault == "garbage":
            body = self._random(host, path, "garbage").randbytes(4000)
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{extra}"
        head += f"Content-Length: {len(body)}\r\n\r\n"
        if fault == "half body":
            writer.write(head.encode() + body[: len(body) // 2])
            await writer.drain()
            return False
        writer.write(head.encode() + body)
        await writer.drain()
        return True

    def _fault(self, host: str, path: str) -> str | None:
        """The fault of this request, by the seed: another try of the same page has its own."""
        self._asked[host, path] += 1
        chance = self._random(host, path, str(self._asked[host, path]))
        if path == "/robots.txt" or chance.random() >= self._faults:
            return None
        return chance.choices(list(FAULTS), list(FAULTS.values()))[0]

    def _random(self, *words: str) -> random.Random:
        digest = blake2b("\0".join((str(self._seed), *words)).encode(), digest_size=8)
        return random.Random(digest.digest())

    def _page(self, host: str, path: str) -> tuple[str, str, bytes, str]:
        html = "text/html; charset=utf-8"
        if path == "/robots.txt":
            return "200 OK", "text/plain", b"User-agent: *\nDisallow: /quan-tri/\n", ""
        parts = path.strip("/").split("/")
        number = _number(parts[-1]) if parts[-1].endswith(".html") else None
        if number is not None and 0 < number <= self._count():
            return "200 OK", html, self._article(host, number), ""
        if path == "/":
            newest = range(self._count(), max(0, self._count() - PER_PAGE), -1)
            return "200 OK", html, _shell("Trang chủ", _list(host, newest)), ""
        if parts[0] in SECTIONS:
            page = int(parts[1][5:]) if len(parts) > 1 and parts[1][5:].isdigit() else 1
            return "200 OK", html, self._listing(host, SECTIONS.index(parts[0]), page), ""
        return "404 Not Found", html, b"<p>khong co</p>", ""

    def _count(self) -> int:
        return self._articles + int((time.monotonic() - self._began) / NEWS_EVERY_S)

    def _listing(self, host: str, section: int, page: int) -> bytes:
        """A page of a section: every fourth article is in it, the newest first."""
        own = [n for n in range(self._count(), 0, -1) if n % len(SECTIONS) == section]
        shown = own[(page - 1) * PER_PAGE : page * PER_PAGE]
        pager = ""
        if page * PER_PAGE < len(own):
            following = f"/{SECTIONS[section]}/page-{page + 1}/"
            pager = f"<div class='pager'><a rel='next' href='{following}'>»</a></div>"
        return _shell(SECTIONS[section], _list(host, shown) + pager)

    def _article(self, host: str, number: int) -> bytes:
        chance = self._random(host, str(number))
        paragraphs = "".join(
            f"<p>{words(chance, chance.randint(40, 90))}.</p>" for _ in range(chance.randint(5, 12))
        )
        day, month, year = number % 28 + 1, number // 28 % 12 + 1, 2015 + number // 336 % 10
        stamp = f"{day:02d}/{month:02d}/{year} {number % 24:02d}:{number % 60:02d}"
        related = _list(host, [n for n in range(number - 1, number - 9, -1) if n > 0])
        body = (
            f"<div class='detail'><h1>{title_of(host, number)}</h1><p class='date'>{stamp}</p>"
            f"{paragraphs}</div><div class='related'><h3>Tin liên quan</h3>{related}</div>"
        )
        return _shell(title_of(host, number), body)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with a reset, not an end: no linger, so the other side sees its connection broken."""
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    writer.transport.abort()


def _number(name: str) -> int | None:
    text = name.removesuffix(".html").rpartition("-")[2]
    return int(text) if text.isdigit() else None


def title_of(host: str, number: int) -> str:
    """The title of an article, the same wherever it is asked for."""
    chance = random.Random(f"{host} {number}")
    return f"{words(chance, 9).capitalize()} lần {number}"


def words(chance: random.Random, count: int) -> str:
    """So many words, as frequent as WEIGHTS says."""
    return " ".join(chance.choices(WORDS, cum_weights=WEIGHTS, k=count))


def _list(host: str, numbers: range | list[int]) -> str:
    items = "".join(
        f"<li><h3><a href='/tin-tuc/bai-viet-{n:06d}.html'>{title_of(host, n)}</a></h3></li>"
        for n in numbers
    )
    return f"<ul class='news'>{items}</ul>"


def _shell(title: str, inside: str) -> bytes:
    head = f"<head><meta charset='utf-8'><title>{title}</title></head>"
    text = f"<!doctype html><html lang='vi'>{head}<body><ul class='menu'>{MENU}</ul>"
    return f"{text}{inside}{FOOT}</body></html>".encode()


def _say(data: dict[str, str] | Counter[str]) -> None:
    sys.stdout.write(f"{json.dumps(data)}\n")
    sys.stdout.flush()


async def serve(portals: int, load: Load) -> None:
    """Listen on 127.77.x.y, say where, and answer until stdin ends."""
    servers = [
        await asyncio.start_server(load.talk, f"127.77.{n // 250}.{n % 250 + 1}", 0, backlog=64)
        for n in range(portals)
    ]
    names = [server.sockets[0].getsockname() for server in servers]
    urls = {f"tai-{n:03d}": f"http://{host}:{port}/" for n, (host, port) in enumerate(names)}
    _say(urls)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    _say(load.answered)
    os._exit(0)  # connections that are kept silent need no farewell


if __name__ == "__main__":
    _, how_many, articles, faults, seed = sys.argv
    asyncio.run(serve(int(how_many), Load(int(articles), float(faults), int(seed))))
