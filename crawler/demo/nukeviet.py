"""A portal on NukeViet eGovernment: microdata, RSS, sitemap, twins, a theme that a cookie turns.

Its traps: the microdata dates are those of the last save, RSS minutes are the month, a block
page with status 200 (on demand), `page-N` answers for any N, unknown paths lead home with 301.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from random import Random

from crawler.demo.draft import Draft, Picture
from crawler.demo.language import Writer, load_grammar, person
from crawler.demo.media import file_bytes
from crawler.demo.model import Response
from crawler.demo.pages import (
    HTML_TYPE,
    Category,
    Entry,
    Hit,
    View,
    last_page,
    minute,
    page_of,
    redirect,
    text_response,
    weekday,
)
from crawler.demo.portal import DemoPortal

_ARTICLE = re.compile(
    r"^/(?:(print|savefile|sendmail)/)?([a-z0-9-]+)/([a-z0-9-]*?)-(\d{1,9})(?:\.html)?$"
)
_LIST = re.compile(r"^/([a-z0-9-]+)/(?:page-(\d{1,9})/?)?$")
_TAG = re.compile(r"^/tag/([^/]+?)(?:/page-(\d{1,9}))?$")
_RSS = re.compile(r"^/(?:news/)?rss/(?:([a-z0-9-]+)/)?$")
_STATIC_PAGES = {
    "/about/gioi-thieu-chung.html": "Giới thiệu chung",
    "/about/co-cau-to-chuc.html": "Cơ cấu tổ chức",
    "/contact/": "Liên hệ",
    "/laws/": "Văn bản chỉ đạo điều hành",
    "/statistics/": "Thống kê truy cập",
    "/users/login/": "Đăng nhập",
}
_ROBOTS_FOLDERS = ("admin", "data", "includes", "install", "modules", "users", "statistics")
_THEME_COOKIE = "nv4c_demo_nvvithemever"


class NukeVietPortal(DemoPortal):
    platform = "nukeviet"
    list_size = 8
    categories = (
        Category("dang", "Xây dựng Đảng", "xay-dung-dang", 2),
        Category("chinh-quyen", "Hoạt động chính quyền", "hoat-dong-chinh-quyen", 3),
        Category("doan-the", "Đoàn thể", "doan-the", 4),
        Category("kinh-te", "Kinh tế - Xã hội", "kinh-te-xa-hoi", 5),
        Category("van-hoa", "Văn hóa - Thể thao", "van-hoa-the-thao", 6),
        Category("an-ninh", "Quốc phòng - An ninh", "quoc-phong-an-ninh", 7),
        Category("thong-bao", "Thông báo", "thong-bao", 8),
        Category("", "Tin tức - Sự kiện", "tin-tuc-su-kien", 1),
    )

    def make_entry(self, draft: Draft) -> Entry:
        category = self.category_of(draft)
        native_id = str(60 + draft.number)
        path = f"/{category.slug}/{draft.slug[:90].strip('-')}-{native_id}.html"
        attachments = tuple(
            (f"{path}?download=1&id={index}", name)
            for index, (_, name) in enumerate(draft.attachments)
        )
        gold = self.gold(
            draft,
            native_id=native_id,
            urls=(path,),
            published=minute(draft.moment),
            listed_published=minute(draft.moment),
            category=category.name,
            tags=draft.tags,
            attachments=attachments,
        )
        return Entry(draft, gold, category)

    def picture_url(self, draft: Draft, picture: Picture) -> str:
        return f"/uploads/news/{draft.moment:%Y_%m}/{draft.number}-{picture.file}"

    def paths(self) -> list[str]:
        lists = [f"/{category.slug}/" for category in self.categories]
        return [*super().paths(), *lists]

    # -- routes

    def route(self, hit: Hit) -> Response | View:
        if "nvvithemever" in hit.query:
            theme = "m" if hit.query["nvvithemever"] == "m" else "r"
            cookie = ("Set-Cookie", f"{_THEME_COOKIE}={theme}; path=/")
            return Response(302, b"", (("Location", "/"), cookie, HTML_TYPE))
        answer = self._route(hit)
        if isinstance(answer, View) and hit.request.headers.get("if-modified-since"):
            return Response(304, b"")  # false: the article may have changed
        if isinstance(answer, View):
            return View(answer.page, answer.status, self._headers(hit), answer.article)
        return answer

    def _route(self, hit: Hit) -> Response | View:
        if hit.path in ("/", "/news/"):
            return self._index_php(hit) or self._list(hit, "", 1, template="home.html")
        if hit.path.startswith("/index.php"):
            return self._index_php(hit) or redirect("/", 301)
        if found := _ARTICLE.match(hit.path):
            return self._article_or_twin(hit, found[1] or "", int(found[4]))
        if found := _RSS.match(hit.path):
            return self._rss(hit, found[1])
        if found := _TAG.match(hit.path):
            return self._tag(hit, found[1], int(found[2] or 1))
        if hit.path.startswith("/sitemap"):
            return self._sitemap(hit)
        if hit.path in ("/feeds/", "/search/", "/seek/") or hit.path in _STATIC_PAGES:
            return self._other(hit)
        return self._category_or_home(hit)

    def _category_or_home(self, hit: Hit) -> Response | View:
        """A list page; what is no known path at all leads home, as the software does."""
        found = _LIST.match(hit.path)
        category = self.category_by_slug(found[1]) if found else None
        if found and category:
            if found[2] in ("0", "1"):
                return redirect(f"/{category.slug}/", 301)
            return self._list(hit, category.slug, int(found[2] or 1))
        if self.category_by_slug(hit.path.strip("/")):
            return redirect(hit.path + "/", 301)
        if hit.path == "/banners/click/":
            return redirect("https://dichvucong.example/", 302)
        return redirect("/", 301)

    def _headers(self, hit: Hit) -> tuple[tuple[str, str], ...]:
        headers = [
            HTML_TYPE,
            ("Cache-Control", "no-store, no-cache, must-revalidate"),
            ("Last-Modified", "Thu, 19 Nov 2026 07:30:00 GMT"),  # always "yesterday": means nothing
        ]
        if "nv4_demo_ctr" not in hit.cookies:
            headers += [
                ("Set-Cookie", "nv4_demo_ctr=MTI3LjAuMC4x; path=/; HttpOnly"),
                ("Set-Cookie", "nv4_demo_sess=8f1c2a; path=/; HttpOnly"),
                ("Set-Cookie", "nv4_demo_statistic_vi=1; path=/"),
            ]
        return tuple(headers)

    def _theme(self, hit: Hit) -> str:
        chosen = hit.cookies.get(_THEME_COOKIE)
        if chosen:
            return "mobile" if chosen == "m" else "desktop"
        agent = hit.request.headers.get("user-agent", "")
        return "mobile" if "iPhone" in agent or "Android" in agent else "desktop"

    def _index_php(self, hit: Hit) -> Response | None:
        if "nv" not in hit.query:
            tail = hit.path.removeprefix("/index.php")
            return redirect(tail, 301) if tail.startswith("/") and len(tail) > 1 else None
        wanted = "/" + hit.query.get("op", "").strip("/")
        if hit.query["nv"] == "news" and wanted != "/":
            return redirect(wanted if wanted.endswith(".html") else f"{wanted}.html", 301)
        return redirect(f"/{hit.query['nv']}/", 301)

    def _article_or_twin(self, hit: Hit, twin: str, native_id: int) -> Response | View:
        at = native_id - 60
        entry = self.entries[at] if 0 <= at < len(self.entries) else None
        if entry is None or not entry.gold.visible:
            return View(self.page("404", lambda: self.render("404.html")), status=404)
        bare = hit.path.removeprefix(f"/{twin}") if twin else hit.path
        if bare.split("/")[1] not in (entry.category.slug, "tin-tuc-su-kien"):
            return View(self.page("404", lambda: self.render("404.html")), status=404)
        if bare != entry.path:
            return redirect((f"/{twin}" if twin else "") + entry.path, 301)
        if not twin and hit.query.get("download") == "1":
            return self._download(entry, hit.query.get("id", "0"))
        if twin == "sendmail":
            page = self.page(
                f"mail:{entry.path}", lambda: self.render("sendmail.html", entry=entry)
            )
            return View(page)
        if twin:
            page = self.page(f"print:{entry.path}", lambda: self._article_html(entry, "print.html"))
            return View(page)
        theme = self._theme(hit)
        page = self.page(
            f"{theme}:{entry.path}", lambda: self._article_html(entry, f"article-{theme}.html")
        )
        return View(page, article=entry.path)

    def _download(self, entry: Entry, index: str) -> Response:
        files = entry.draft.attachments
        if not index.isdecimal() or int(index) >= len(files):
            return text_response("Không tìm thấy tệp", status=404)
        content_type, body = file_bytes(files[int(index)][0])
        disposition = f'attachment; filename="{files[int(index)][0]}"'
        return Response(
            200, body, (("Content-Type", content_type), ("Content-Disposition", disposition))
        )

    def _article_html(self, entry: Entry, template: str) -> str:
        draft = entry.draft
        lead_picture = draft.lead_picture
        return self.render_article(
            template,
            entry,
            lead_image=self.picture_url(draft, lead_picture) if lead_picture else "",
            stamp=f"{weekday(draft.moment)} - {draft.moment:%d/%m/%Y %H:%M}",
            published_meta=f"{draft.moment:%Y-%m-%d}+07{draft.moment:%H:%M:%S}",
            modified_meta=f"{draft.saved:%Y-%m-%d}+07{draft.saved:%H:%M:%S}",
            saved_iso=minute(draft.saved),
            comments=self._comments(draft),
            tag_links=[(tag, f"/tag/{tag.replace(' ', '-')}") for tag in draft.tags],
        )

    def _comments(self, draft: Draft) -> list[tuple[str, str, str]]:
        """What readers wrote under the article: (name, day, text)."""
        rng = Random(f"{self._seed}:comments:{draft.number}")
        writer = Writer(rng, self.place, draft.moment.date(), self.place.name)
        texts: list[str] = load_grammar()["common"]["comments"]["texts"]
        day = f"{draft.moment + timedelta(days=2):%d/%m/%Y %H:%M}"
        count = rng.choice((0, 0, 0, 0, 1, 3))
        return [(person(rng), day, writer.choose_once(texts)) for _ in range(count)]

    # -- lists, feeds, maps

    def _list(self, hit: Hit, slug: str, number: int, template: str = "list.html") -> View:
        category = self.category_by_slug(slug or "tin-tuc-su-kien")
        assert category is not None
        theme = self._theme(hit)
        entries = self.in_category(category)
        last = last_page(entries, self.list_size)

        def build() -> str:
            return self.render(
                template,
                theme=theme,
                category=category,
                base=f"/{category.slug}/",
                title=category.name,
                entries=page_of(entries, number, self.list_size),
                number=number,
                last=last,
            )

        key = f"list:{theme}:{template}:{slug}:{number}"
        return View(self.page(key, build, keep=number <= last))

    def _tag(self, hit: Hit, tag: str, number: int) -> View:
        name = tag.replace("-", " ")
        entries = [entry for entry in self.newest if name in entry.gold.tags]
        if not entries:
            return View(self.page("404", lambda: self.render("404.html")), status=404)
        last = last_page(entries, self.list_size)
        html = self.render(
            "list.html",
            theme=self._theme(hit),
            category=None,
            base=f"/tag/{tag}/",
            title=f"Từ khóa: {name}",
            entries=page_of(entries, number, self.list_size),
            number=number,
            last=last,
        )
        return View(self.page(f"tag:{tag}:{number}", lambda: html, keep=number <= last))

    def _rss(self, hit: Hit, slug: str | None) -> Response | View:
        category = self.category_by_slug(slug or "tin-tuc-su-kien")
        if category is None:
            return redirect("/rss/", 301)
        entries = self.in_category(category)[:30]
        items = [(entry, rss_date(entry.draft.moment)) for entry in entries]
        xml = self.render("rss.xml", items=items, category=category)
        return self._xml(xml, hit)

    def _sitemap(self, hit: Hit) -> Response:
        if hit.path == "/sitemap.xml":
            modules = [f"/sitemap-vi.{name}.xml" for name in ("news", "page", "laws")]
            return self._xml(self.render("sitemap-index.xml", modules=modules), hit)
        entries = self.newest[:1000] if hit.path == "/sitemap-vi.news.xml" else []
        times = [(entry.path, minute(entry.draft.moment)) for entry in entries]
        if hit.path == "/sitemap-vi.page.xml":
            times = [(path, "2019-01-01T08:00:00+07:00") for path in list(_STATIC_PAGES)[:2]]
        return self._xml(self.render("sitemap.xml", times=times), hit)

    @staticmethod
    def _xml(xml: str, hit: Hit) -> Response:
        origin = "http://" + hit.request.headers.get("host", "localhost")
        return text_response(xml.replace("@@origin@@", origin), "text/xml")

    def _other(self, hit: Hit) -> View:
        title = _STATIC_PAGES.get(hit.path, "Tìm kiếm")
        if hit.path == "/feeds/":
            page = self.page("feeds", lambda: self.render("feeds.html"))
            return View(page)
        words = hit.query.get("q", "")
        found = [entry for entry in self.newest if words and words in entry.gold.title]
        html = self.render("other.html", title=title, found=found[: self.list_size], path=hit.path)
        return View(self.page(f"other:{hit.path}", lambda: html, keep=not words))

    def robots(self, hit: Hit) -> str:
        lines = [f"Disallow: /{folder}/" for folder in _ROBOTS_FOLDERS]
        origin = "http://" + hit.request.headers.get("host", "localhost")
        return "\n".join(["User-agent: *", *lines, f"Sitemap: {origin}/sitemap.xml", ""])

    def shared(self, hit: Hit) -> Response | None:
        if hit.query.get("download"):
            return None
        return super().shared(hit)

    def block_page(self) -> View:
        return View(self.page("flood", lambda: self.render("flood.html")))


def rss_date(moment: datetime) -> str:
    """The feed's pubDate as NukeViet prints it: GMT, and the month where the minutes belong."""
    utc = moment - timedelta(hours=7)
    return f"{utc:%a, %d %b %Y %H}:{utc:%m}:{utc:%S} GMT"
