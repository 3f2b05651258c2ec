"""Ten small portals at ten addresses of loopback, for crawls that are killed.

Each has robots.txt, a home page behind a redirect, a feed, and sections whose lists go over
several pages; every tenth article is listed at an old address that leads to the new one, and
below every article stand the same lines, so that there is something to clean. What was asked is
counted when it comes in, answered or not; what one crawl asked and a later one asked again is
counted for the earlier (`Repeats`).
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from tests.support.crawling import portal
from tests.support.news import article_body, article_path, list_body
from tests.support.site import Answer, Seen, Site

Ask = tuple[str, str]  # address, path
Trigger = Callable[[Ask, str, int], None]
FIRST_ADDRESS = 41  # of 127.0.0.x: apart from those of other tests
PER_PAGE = 10
SECTIONS = ("van-hoa", "kinh-te")
OLD_EVERY = 10
FOOT = (
    "<p>Mời bạn đọc gửi ý kiến đóng góp cho ban biên tập qua hộp thư điện tử của huyện.</p>"
    "<p>Bản quyền nội dung thuộc về trang thông tin, ghi rõ nguồn khi phát hành lại.</p>"
)


@dataclass(slots=True)
class Repeats:
    """What one crawl asked for and a later one asked for again.

    `requests` are all of it; `answered` those of them whose answer was out whole while the crawl
    that had asked was alive.
    """

    requests: int = 0
    answered: int = 0


class Towns:
    """Entered, the portals answer. `trigger` is called with each request, what kind of page it
    asks for, and how many came so far; it runs before the answer."""

    def __init__(self, hosts: int = 10, articles: int = 100) -> None:
        self.hosts = hosts
        self.articles = articles
        self.asked: Counter[Ask] = Counter()
        self.trigger: Trigger | None = None
        self.repeats: list[Repeats] = []  # of each crawl that was announced
        self._alive: Callable[[], bool] = lambda: True
        self._last: dict[Ask, Repeats] = {}  # the crawl that asked last
        self._answered: set[Ask] = set()
        self.portals: list[dict[str, Any]] = []
        self._site = Site()
        self._site.fallback = self._respond
        self._site.sent = self._sent
        self._lock = threading.Lock()
        self._pages = self._make()

    def __enter__(self) -> Towns:
        self._site.__enter__()
        for number in range(self.hosts):
            url = self._site.listen(f"127.0.0.{FIRST_ADDRESS + number}")
            self.portals.append(portal(f"town-{number}", url))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._site.__exit__(kind, error, trace)

    @property
    def expected(self) -> int:
        """Articles of all portals."""
        return self.hosts * self.articles

    @property
    def requests(self) -> int:
        """About how many requests a crawl takes that nobody disturbs."""
        return self.hosts * (len(self._pages) + 1)

    def forget(self) -> None:
        """Begin to count anew, without a trigger."""
        with self._lock:
            self.asked.clear()
            self.trigger = None

    def announce(self, alive: Callable[[], bool], anew: bool = False) -> None:
        """Another crawl is about to ask. `alive` says whether it still is; `anew` that it is
        another visit, which may ask for everything again."""
        with self._lock:
            if anew:
                self._last.clear()
                self._answered.clear()
            self._alive = alive
            self.repeats.append(Repeats())

    def kind(self, path: str) -> str:
        """What stands at a path: robots, redirect, feed, listing, pager or article."""
        if path == "/robots.txt":
            return "robots"
        if path == "/" or path.startswith("/cu/"):
            return "redirect"
        if path == "/rss.xml":
            return "feed"
        if "bai-viet" in path:
            return "article"
        return "pager" if "/page-" in path else "listing"

    def _respond(self, seen: Seen) -> Answer:
        ask = (seen.address, seen.path)
        with self._lock:
            self.asked[ask] += 1
            count, trigger = self.asked.total(), self.trigger
            self._note(ask)
        if trigger is not None:
            trigger(ask, self.kind(seen.path), count)
        return self._pages.get(seen.path, Answer(404, "<p>not here</p>"))

    def _note(self, ask: Ask) -> None:
        before = self._last.get(ask)
        if before is not None:
            before.requests += 1
            before.answered += ask in self._answered
            self._answered.discard(ask)
        if self.repeats:
            self._last[ask] = self.repeats[-1]

    def _sent(self, seen: Seen) -> None:
        with self._lock:
            if self._alive():
                self._answered.add((seen.address, seen.path))

    def _make(self) -> dict[str, Answer]:
        pages = {
            "/robots.txt": Answer(
                body="User-agent: *\nDisallow: /quan-tri/\n", type="text/plain; charset=utf-8"
            ),
            "/": Answer(302, headers={"Location": "/trang-chu/"}),
        }
        numbers = range(1, self.articles + 1)
        for number in numbers:
            body = f"{article_body(number)}<div class='chan-bai'>{FOOT}</div>"
            pages[article_path(number)] = _page(body, f"Bài {number}")
            if number % OLD_EVERY == 0:
                headers = {"Location": article_path(number)}
                pages[_listed(number)] = Answer(301, headers=headers)
        half = -(-self.articles // len(SECTIONS))
        for at, section in enumerate(SECTIONS):
            self._add_section(pages, section, numbers[at * half : (at + 1) * half])
        menu = "".join(f"<a href='/{section}/'>{section}</a>" for section in SECTIONS)
        feed = "<a href='/rss.xml' type='application/rss+xml' rel='alternate'>RSS</a>"
        newest = list_body([article_path(number) for number in numbers[:3]])
        pages["/trang-chu/"] = _page(f"{menu}{feed}{newest}", "Trang chủ")
        pages["/rss.xml"] = _feed([article_path(number) for number in numbers[:5]])
        return pages

    def _add_section(self, pages: dict[str, Answer], section: str, numbers: range) -> None:
        parts = [numbers[at : at + PER_PAGE] for at in range(0, len(numbers), PER_PAGE)]
        for page, part in enumerate(parts, 1):
            here = f"/{section}/" if page == 1 else f"/{section}/page-{page}/"
            following = f"/{section}/page-{page + 1}/" if page < len(parts) else None
            pages[here] = _page(list_body([_listed(n) for n in part], following), section)


def _listed(number: int) -> str:
    """The address under which a list has an article."""
    path = article_path(number)
    return f"/cu{path}" if number % OLD_EVERY == 0 else path


def _page(body: str, title: str) -> Answer:
    head = f"<head><meta charset='utf-8'><title>{title}</title></head>"
    return Answer(body=f"<!doctype html><html>{head}<body>{body}</body></html>")


def _feed(paths: list[str]) -> Answer:
    items = "".join(f"<item><title>Bài</title><link>{path}</link></item>" for path in paths)
    xml = f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel>{items}"
    return Answer(body=f"{xml}</channel></rss>", type="application/rss+xml; charset=utf-8")
