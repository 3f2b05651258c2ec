"""What all demo portals share: state, cached pages with counters filled in per hit, growth."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha1
from http.cookies import SimpleCookie
from pathlib import Path
from random import Random
from typing import Any, ClassVar
from urllib.parse import parse_qsl, unquote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from crawler.demo.articles import compose, compose_all, edited
from crawler.demo.body import BodyWriter
from crawler.demo.draft import Draft, Picture, Style, slugify
from crawler.demo.language import Writer
from crawler.demo.media import file_bytes
from crawler.demo.model import GoldArticle, GoldImage, Level, Request, Response
from crawler.demo.mutate import Mutation
from crawler.demo.pages import (
    Category,
    Compiled,
    Entry,
    Hit,
    View,
    decomposed,
    gold_blocks,
    text_response,
    weekday,
)

_TEMPLATES = Path(__file__).parent / "templates"
_CACHE_PAGES = 20_000  # about 40 kB each; an endless pager must not fill the memory
_CLOCK_START = datetime(2026, 11, 20, 7, 30)


@lru_cache(maxsize=1)
def templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["slot"] = lambda name: f"@@{name}@@"
    return environment


class DemoPortal(ABC):
    """One fictional portal. `respond` answers requests and counts its visitors.

    Everything but the counters follows from the seed. `publish` and `edit` change the portal
    between two crawls, the same way in every copy of it.
    """

    platform: ClassVar[str]
    categories: ClassVar[tuple[Category, ...]]
    list_size: ClassVar[int] = 10
    alt_text: ClassVar[str | None] = None

    def __init__(
        self,
        *,
        id: str,
        name: str,
        style: Style,
        level: Level = "district",
        seed: int = 2026,
        count: int = 40,
        mutation: int | None = None,
    ) -> None:
        self.id = id
        self.name = name
        self.place = style.place
        self.style = style
        self.level: Level = level
        self.province = "Lam Giang"
        self._seed = f"{seed}:{id}"
        self.mutation = Mutation(mutation, id)
        self._boxes = [self.mutation.rename(box).encode() for box in _RANDOM_BOXES]
        self._drafts = compose_all(self._seed, style, count)
        self._grown = 0
        self._visits = 0
        self._hits: dict[str, int] = {}
        self._floods_left = 0
        self._cache: dict[str, Compiled] = {}
        self._index()

    # -- what the portal publishes

    @property
    def articles(self) -> list[GoldArticle]:
        """The gold of every article, oldest first; `visible` says which can be reached."""
        return [entry.gold for entry in self.entries]

    @abstractmethod
    def make_entry(self, draft: Draft) -> Entry:
        """The draft with its addresses and gold on this platform."""

    @abstractmethod
    def picture_url(self, draft: Draft, picture: Picture) -> str:
        """The root-relative address of a picture of the draft."""

    @abstractmethod
    def route(self, hit: Hit) -> Response | View:
        """The answer to a request."""

    def paths(self) -> list[str]:
        """Addresses worth rendering before the first visitor comes."""
        return ["/", *(entry.path for entry in self.newest)]

    def _index(self) -> None:
        self.entries = [self.make_entry(draft) for draft in self._drafts]
        self.newest = [entry for entry in reversed(self.entries) if entry.gold.visible]
        self.by_path = {url: entry for entry in self.newest for url in entry.gold.urls}
        self.mutation.titles = [
            (entry.gold.title, entry.path, entry.day) for entry in self.newest[:60]
        ]
        self._cache.clear()

    def publish(self) -> GoldArticle:
        """Publishes one more article, newer than all others, and returns its gold."""
        self._grown += 1
        number = len(self._drafts)
        moment = self._drafts[-1].moment + timedelta(hours=20, minutes=7)
        taken = {draft.title for draft in self._drafts}
        self._drafts.append(
            compose(f"{self._seed}:new:{self._grown}", self.style, number, moment, "", taken)
        )
        self._index()
        return self.entries[-1].gold

    def edit(self, key: str | None = None) -> GoldArticle:
        """Adds a paragraph to an article (the newest one by default) and returns its new gold."""
        key = key or self.newest[0].gold.key
        at = next(index for index, entry in enumerate(self.entries) if entry.gold.key == key)
        draft = self._drafts[at]
        self._grown += 1
        rng = Random(f"{self._seed}:edit:{self._grown}")
        writer = Writer(rng, self.place, draft.moment.date(), self.place.name)
        self._drafts[at] = edited(draft, writer.write("{them}"))
        self._index()
        return self.entries[at].gold

    def flood(self, requests: int) -> None:
        """Lets the next requests be answered by the platform's block page, if it has one."""
        self._floods_left = requests

    # -- answering

    def respond(self, request: Request) -> Response:
        """The answer to one request. Never raises for a request that a client can send."""
        self._visits += 1
        path, _, raw_query = request.target.partition("?")
        cookies = {
            name: morsel.value
            for name, morsel in SimpleCookie(request.headers.get("cookie", "")).items()
        }
        query = dict(parse_qsl(raw_query, keep_blank_values=True))
        hit = Hit(request, unquote(path) or "/", query, raw_query, cookies)
        if self._floods_left > 0:
            self._floods_left -= 1
            answer = self.block_page()
        else:
            answer = self.shared(hit) or self.route(hit)
        if isinstance(answer, Response):
            return answer
        return Response(answer.status, self._fill(answer, request), answer.headers)

    def block_page(self) -> Response | View:
        return text_response("Service Unavailable", status=503)

    def shared(self, hit: Hit) -> Response | None:
        """robots.txt, pictures and other files: the same on every platform."""
        if hit.path == "/robots.txt":
            return text_response(self.robots(hit))
        if hit.path.endswith((".png", ".jpg", ".pdf", ".xlsx", ".docx")):
            return self.static(hit)
        if hit.path.endswith(".css"):
            return text_response(self.style_sheet(), "text/css")
        if hit.path == "/favicon.ico":
            return Response(200, file_bytes("favicon.png")[1], (("Content-Type", "image/png"),))
        return None

    def robots(self, hit: Hit) -> str:
        return "User-agent: *\nDisallow: /admin/\nAllow: /\n"

    def static(self, hit: Hit) -> Response:
        content_type, body = file_bytes(hit.path.rsplit("/", 1)[-1])
        etag = f'"{sha1(body, usedforsecurity=False).hexdigest()[:16]}"'
        modified = ("Last-Modified", "Mon, 06 Jan 2020 02:00:00 GMT")
        if hit.request.headers.get("if-none-match") == etag:
            return Response(304, b"", (("ETag", etag), modified))
        headers = (("Content-Type", content_type), ("ETag", etag), modified)
        return Response(200, body, headers)

    def style_sheet(self) -> str:
        css = (_TEMPLATES / self.folder / "style.css").read_text(encoding="utf-8")
        return self.mutation.rename_css(css)

    @property
    def folder(self) -> str:
        return type(self).__module__.rsplit(".", 1)[-1]

    def page(self, key: str, build: Callable[[], str], *, keep: bool = True) -> Compiled:
        """The compiled page of this key; `build` gives its HTML when it is not there yet."""
        found = self._cache.get(key)
        if found is None:
            found = Compiled(self.mutation.rename(build()))
            if keep and len(self._cache) < _CACHE_PAGES:
                self._cache[key] = found
        return found

    def render(self, template: str, **values: Any) -> str:
        found = templates().get_template(f"{self.folder}/{template}")
        return found.render(portal=self, m=self.mutation, **values)

    def render_article(self, template: str, entry: Entry, **values: Any) -> str:
        """An article's page: the template gets `entry`, `gold`, `draft`, `body`, neighbours."""
        newer, older = self.neighbours(entry)
        html = self.render(
            template,
            entry=entry,
            gold=entry.gold,
            draft=entry.draft,
            body=self.body_html(entry),
            newer=newer,
            older=older,
            **values,
        )
        return decomposed(html, entry.draft) if "nfd" in entry.draft.special else html

    def _fill(self, view: View, request: Request) -> bytes:
        return view.page.fill(self.values(view, request))

    def values(self, view: View, request: Request) -> dict[str, bytes]:
        """What differs from hit to hit."""
        visits = self._visits
        hits = 0
        if view.article:
            hits = self._hits.get(view.article, 20 + len(view.article) * 7) + 1
            self._hits[view.article] = hits
        token = sha1(f"{self._seed}:{visits}".encode(), usedforsecurity=False).hexdigest()
        clock = _CLOCK_START + timedelta(seconds=visits)
        numbers = {
            "hits": hits,
            "online": 3 + visits * 13 % 87,
            "bots": 1 + visits % 5,
            "guests": 2 + visits * 13 % 81,
            "today": 1451 + visits,
            "week": 9_872 + visits,
            "month": 94_407 + visits,
            "total": 4_318_805 + visits,
        }
        values = {name: f"{number:,}".encode() for name, number in numbers.items()}
        box = self._boxes[visits % len(self._boxes)]
        values |= {
            "origin": b"http://" + request.headers.get("host", "localhost").encode(),
            "token": token[:32].encode(),
            "short": token[:8].encode(),
            "clock": _weekday_clock(clock).encode(),
            "time": f"{clock:%H:%M:%S}".encode(),
            "weather": f"{21 + visits % 12}".encode(),
            "random_box": box,
        }
        return values

    def __getstate__(self) -> dict[str, Any]:
        """Rendered pages do not travel to the server's process: it renders its own."""
        return self.__dict__ | {"_cache": {}}

    def warm(self) -> None:
        """Renders the pages that visitors will ask for; counters start afresh."""
        for path in self.paths():
            self.respond(Request(path))
        self._visits = 0
        self._hits.clear()

    # -- gold

    def gold(self, draft: Draft, **fields: Any) -> GoldArticle:
        """The gold of a draft, with what the platform adds."""
        pictures = [piece.picture for piece in draft.pieces if piece.picture]
        if draft.lead_picture:
            pictures.insert(0, draft.lead_picture)
        pictures = list(dict.fromkeys(pictures))  # a lead picture may come from the body
        images = tuple(GoldImage(self.picture_url(draft, p), p.caption, p.credit) for p in pictures)
        residue = [piece.text for piece in draft.pieces if piece.kind == "byline"]
        residue += [p.file for p in pictures if p.markup == "filename"]
        residue += [name for _, name in draft.attachments]
        base = GoldArticle(
            portal_id=self.id,
            key=f"{self.id}:{draft.number}",
            native_id=None,
            urls=(),
            title=draft.title,
            lead=draft.lead,
            blocks=gold_blocks(draft),
            published=None,
            listed_published=None,
            category=None,
            author=draft.author,
            source=draft.source,
            agency_code=draft.agency_code,
            images=images,
            residue=tuple(residue),
            special=draft.special,
            visible="hidden" not in draft.special,
        )
        return replace(base, **fields)

    def body_html(self, entry: Entry) -> str:
        """The body of the article in the shape of its draft."""
        draft = entry.draft
        writer = BodyWriter(
            rng=Random(draft.seed),
            shape=draft.shape,
            picture_url=lambda picture: self.picture_url(draft, picture),
            alt=self.alt_text,
            zero_width="zero-width" in draft.special,
            caption_twice="caption-twice" in draft.special,
            layout_table="layout-table" in draft.special,
            box=str(self.mutation.box("in_body", entry.path)),
        )
        return writer.write(draft.pieces)

    def neighbours(self, entry: Entry, count: int = 5) -> tuple[list[Entry], list[Entry]]:
        """(newer, older) articles next to this one, nearest first."""
        at = self.newest.index(entry)
        newer = list(reversed(self.newest[max(0, at - count) : at]))
        return newer, list(self.newest[at + 1 : at + 1 + count])

    @property
    def directory(self) -> list[tuple[str, str]]:
        """The link directory of other bodies: (name, address), all outside the portal."""
        kind = "xã" if self.place.kind == "huyện" else "phường"
        names = [f"UBND {kind} {name}" for name in self.place.communes]
        names += ["Sở Tài chính", "Sở Nội vụ", "Sở Y tế", "Sở Tư pháp", "Công báo tỉnh"]
        return [(name, f"https://{slugify(name)}.lamgiang.example/") for name in names]

    def most_read(self, count: int = 5) -> list[Entry]:
        rng = Random(f"{self._seed}:most-read")
        return rng.sample(self.newest, min(count, len(self.newest)))

    def in_category(self, category: Category) -> list[Entry]:
        """The category's articles, newest first; all of them for the section of everything."""
        if not category.key:
            return self.newest
        return [entry for entry in self.newest if entry.category == category]

    def category_of(self, draft: Draft) -> Category:
        return next(category for category in self.categories if category.key == draft.category)

    def category_by_slug(self, slug: str) -> Category | None:
        return next((category for category in self.categories if category.slug == slug), None)


def _weekday_clock(moment: datetime) -> str:
    return f"{weekday(moment)}, ngày {moment:%d/%m/%Y}"


_RANDOM_BOXES = tuple(
    f'<div class="random-box"><h3>{heading}</h3><p>{text}</p></div>'
    for heading, text in (
        ("Giới thiệu", "Cổng thông tin là nơi công khai hoạt động của chính quyền địa phương."),
        ("Đường dây nóng", "Tiếp nhận phản ánh, kiến nghị: 0299.3888.115 (24/24 giờ)."),
        ("Khẩu hiệu", "Công khai, minh bạch, gần dân, vì Nhân dân phục vụ!"),
        ("Ảnh đẹp quê hương", "Mời bạn đọc gửi ảnh dự thi về Ban Biên tập."),
    )
)
