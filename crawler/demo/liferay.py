"""A portal on Liferay 6: `/-/view_content/`, `/web/<site>/-/`, pagers in a long query.

Its traps: language links that nest without end, tokens in links, every list item twice (desktop
and mobile), a 12-hour clock, a literal `null` before some titles, stray `</p>`, doubled headings.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode

from crawler.demo.draft import Draft, Picture
from crawler.demo.model import Response
from crawler.demo.pages import (
    HTML_TYPE,
    Category,
    Entry,
    Hit,
    View,
    last_page,
    page_of,
    redirect,
)
from crawler.demo.portal import DemoPortal

_SITE = "que-thuong"
_LANGUAGE = re.compile(r"^((?:/(?:vi|en))+)(?=/|$)")
_SWITCH = "/c/portal/update_language"


class LiferayPortal(DemoPortal):
    platform = "liferay"
    list_size = 10
    categories = (
        Category("dang", "Xây dựng Đảng", "xay-dung-dang", 21404),
        Category("chinh-quyen", "Chính quyền", "chinh-quyen", 21405),
        Category("doan-the", "Đoàn thể", "doan-the", 21406),
        Category("kinh-te", "Kinh tế", "kinh-te", 21407),
        Category("van-hoa", "Văn hóa - Xã hội", "van-hoa-xa-hoi", 21408),
        Category("an-ninh", "An ninh - Quốc phòng", "an-ninh-quoc-phong", 21409),
        Category("thong-bao", "Thông báo", "thong-bao", 21410),
        Category("", "Tin tức", "tin-tuc", 21403),
    )

    def make_entry(self, draft: Draft) -> Entry:
        category = self.category_of(draft)
        # Đ at the head of a word is lost in this software's slugs.
        slug = re.sub(r"[^a-z0-9-]+", "", draft.slug)[:80].strip("-")
        native_id: str | None = str(1_204_300 + draft.number * 31)
        if category.key == "thong-bao":
            native_id, url = None, f"/web/{_SITE}/-/{slug}-{draft.number}"
        else:
            url = f"/{category.slug}/-/view_content/{native_id}-{slug}.html"
        group = f"/documents/20182/{category.number}"
        files = tuple(
            (f"{group}/{file}?t=1638{draft.number}", name) for file, name in draft.attachments
        )
        gold = self.gold(
            draft,
            native_id=native_id,
            urls=(url,),
            published=f"{draft.moment:%Y-%m-%dT%H:%M}:00+07:00",
            listed_published=f"{draft.moment:%Y-%m-%dT%H:%M}:00+07:00",
            attachments=files,
        )
        return Entry(draft, gold, category)

    def picture_url(self, draft: Draft, picture: Picture) -> str:
        return f"/documents/20182/{draft.number}/{picture.file}"

    def instance(self, category: Category) -> str:
        """The twelve characters that tell one portlet of the page from another."""
        return f"k{category.number}Zq7Wx2"[:12].ljust(12, "a")

    def page_link(self, category: Category, number: int) -> str:
        portlet = f"101_INSTANCE_{self.instance(category)}"
        query = urlencode(
            {
                "p_p_id": portlet,
                "p_p_lifecycle": "0",
                "p_p_state": "normal",
                "p_p_mode": "view",
                "p_p_col_id": "column-2",
                "p_p_col_count": "1",
                f"_{portlet}_delta": self.list_size,
                f"_{portlet}_keywords": "",
                f"_{portlet}_advancedSearch": "false",
                "p_r_p_564233524_resetCur": "false",
                f"_{portlet}_cur": number,
            }
        )
        return f"/{category.slug}?{query}"

    def paths(self) -> list[str]:
        return [*super().paths(), *(f"/{category.slug}" for category in self.categories)]

    def route(self, hit: Hit) -> Response | View:
        if hit.path.startswith(_SWITCH):
            cookie = ("Set-Cookie", "GUEST_LANGUAGE_ID=en_US; path=/")
            return Response(302, b"", (("Location", "/en/"), cookie, HTML_TYPE))
        found = _LANGUAGE.match(hit.path)
        prefix = found[1] if found else ""
        path = hit.path[len(prefix) :] or "/"
        if path in ("/", "/web/" + _SITE, f"/web/{_SITE}/trang-chu"):
            return self._view(prefix, "home", "home.html")
        if entry := self.by_path.get(path):
            return self._article(prefix, entry)
        if category := self.category_by_slug(path.strip("/")):
            return self._list(hit, prefix, category)
        if path.startswith("/c/portal/"):
            return redirect("/")
        return View(self.page("404", lambda: self.render("404.html", prefix="", here="/")), 404)

    def _view(self, prefix: str, key: str, template: str) -> View:
        def build() -> str:
            return self.render(template, prefix=prefix, here="/")

        return View(self.page(f"{prefix}:{key}", build, keep=not prefix))

    def _article(self, prefix: str, entry: Entry) -> View:
        def build() -> str:
            return self.render_article("article.html", entry, prefix=prefix, here=entry.path)

        page = self.page(f"{prefix}:{entry.path}", build, keep=not prefix)
        return View(page, article=entry.path)

    def _list(self, hit: Hit, prefix: str, category: Category) -> View:
        asked = hit.query.get(f"_101_INSTANCE_{self.instance(category)}_cur", "1")
        number = max(1, int(asked)) if asked.isdecimal() and len(asked) < 7 else 1
        entries = self.in_category(category)
        last = last_page(entries, self.list_size)

        def build() -> str:
            return self.render(
                "list.html",
                prefix=prefix,
                here=f"/{category.slug}",
                category=category,
                entries=page_of(entries, number, self.list_size),
                number=number,
                last=last,
                total=len(entries),
            )

        keep = not prefix and number <= last
        return View(self.page(f"{prefix}:list:{category.slug}:{number}", build, keep=keep))
