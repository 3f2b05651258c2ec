"""A portal on the UIArticle/ArticleDetailControl software: an AJAX pager, two address generations.

Its traps: the pager is a POST whose two ids stand in a script of the list page, one article
answers under two addresses, the stamp stands before or after the title, only in the list, or
nowhere, and every picture has the alternative text `anh tin bai`.
"""

from __future__ import annotations

import re
from random import Random

from crawler.demo.draft import Draft, Picture
from crawler.demo.model import Response
from crawler.demo.pages import (
    Category,
    Entry,
    Hit,
    View,
    last_page,
    page_of,
    text_response,
)
from crawler.demo.portal import DemoPortal

PAGER_PATH = "/DesktopModule/UIArticleInMenu/ArticleInMenuPagination.aspx/LoadArticle"
_SITE_ID = 1291
_FIRST_ID = 98_170  # the ids grow from five to six digits, as on the real portals
_SLUG_LENGTH = 55
_OLD = re.compile(r"^/\d{3,7}/\d{3,7}/\d{3,7}/(\d{5,7})/[a-z0-9-]+/[^/]*$")
_NEW = re.compile(r"^/([a-z0-9-]+)/(?:[^/]*-)?(\d{5,7})$")


class UIArticlePortal(DemoPortal):
    platform = "uiarticle"
    list_size = 15
    alt_text = "anh tin bai"
    categories = (
        Category("dang", "Xây dựng Đảng", "xay-dung-dang", 28541),
        Category("chinh-quyen", "Tin chính quyền", "tin-chinh-quyen", 28542),
        Category("doan-the", "MTTQ - Đoàn thể", "mttq-doan-the", 28543),
        Category("kinh-te", "Kinh tế", "kinh-te", 28544),
        Category("van-hoa", "Văn hóa - Xã hội", "van-hoa-xa-hoi", 28545),
        Category("an-ninh", "Quốc phòng - An ninh", "quoc-phong-an-ninh", 28546),
        Category("thong-bao", "Thông báo", "thong-bao", 28547),
        Category("", "Tin tức sự kiện", "tin-tuc-su-kien", 28540),
    )

    def make_entry(self, draft: Draft) -> Entry:
        category = self.category_of(draft)
        native_id = str(_FIRST_ID + draft.number * 97)
        slug = draft.slug[:_SLUG_LENGTH]
        if draft.number % 13 == 5:
            slug = ""  # titles without a usable letter leave the id alone
        new = f"/{category.slug}/{slug}-{native_id}" if slug else f"/{category.slug}/-{native_id}"
        old = f"/{_SITE_ID}/{category.number}/39842/{native_id}/{category.slug}/{draft.slug}"
        day = f"{draft.moment:%Y-%m-%d}"
        place = self.stamp_place(draft)
        files = tuple((f"/Uploads/{draft.number}/{file}", name) for file, name in draft.attachments)
        gold = self.gold(
            draft,
            native_id=native_id,
            urls=(new, old),
            published=day if place in ("before", "after") else None,
            listed_published=day if place != "nowhere" else None,
            category=category.name,
            attachments=files,
        )
        return Entry(draft, gold, category)

    def stamp_place(self, draft: Draft) -> str:
        """before or after the title, only in the list, or nowhere."""
        places = ("after", "after", "before", "after", "list", "before", "nowhere")
        return Random(f"stamp:{draft.seed}").choice(places)

    def picture_url(self, draft: Draft, picture: Picture) -> str:
        return f"/Uploads/Images/{draft.moment:%Y/%m}/{draft.number}_{picture.file}"

    def old_path(self, entry: Entry) -> str:
        return entry.gold.urls[1]

    def stamp(self, entry: Entry) -> str:
        moment = entry.draft.moment
        if entry.draft.number % 3 == 0:
            days = ("Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy")
            day = "Chủ Nhật" if moment.weekday() == 6 else f"Thứ {days[moment.weekday()]}"
            return f"{day}, {moment:%d/%m/%Y}"
        return f"Ngày đăng: {moment:%d/%m/%Y}"

    def paths(self) -> list[str]:
        return [*super().paths(), *(f"/{category.slug}" for category in self.categories)]

    def route(self, hit: Hit) -> Response | View:
        if hit.path in ("/", "/Default.aspx"):
            return View(self.page("home", lambda: self.render("home.html")))
        if hit.path == PAGER_PATH:
            return self._load_article(hit)
        if category := self.category_by_slug(hit.path.strip("/")):
            return View(self.page(f"list:{category.slug}", lambda: self._list_html(category)))
        if entry := self._entry_of(hit.path):
            page = self.page(entry.path, lambda: self._article_html(entry))
            return View(page, article=entry.path)
        if hit.path in ("/gioi-thieu", "/lien-he", "/dang-nhap", "/so-do-cong"):
            html = self.render("other.html", title=hit.path.strip("/").replace("-", " "))
            return View(self.page(f"other:{hit.path}", lambda: html))
        return View(self.page("404", lambda: self.render("404.html")), status=404)

    def _entry_of(self, path: str) -> Entry | None:
        if entry := self.by_path.get(path):
            return entry
        if not (found := _OLD.match(path) or _NEW.match(path)):
            return None
        native_id = found[found.lastindex or 1]
        return next((entry for entry in self.newest if entry.gold.native_id == native_id), None)

    def _article_html(self, entry: Entry) -> str:
        return self.render_article(
            "article.html", entry, stamp=self.stamp(entry), place=self.stamp_place(entry.draft)
        )

    def _list_html(self, category: Category) -> str:
        entries = self.in_category(category)
        return self.render(
            "list.html",
            category=category,
            entries=page_of(entries, 1, self.list_size),
            last=last_page(entries, self.list_size),
            size=self.list_size,
            pager=PAGER_PATH,
            site_id=_SITE_ID,
        )

    def _load_article(self, hit: Hit) -> Response | View:
        """The pager's answer: rows of one page, an empty fragment beyond the end."""
        if hit.request.method != "POST":
            return text_response("Method Not Allowed", status=405)
        form = hit.form
        number, size = form.get("page", ""), form.get("page_size", "15")
        wanted = form.get("article_category_id")
        category = next((c for c in self.categories if str(c.number) == wanted), None)
        is_number = number.isdecimal() and size.isdecimal() and len(number + size) < 10
        is_valid = is_number and 0 < int(size) <= 50
        if category is None or not is_valid or form.get("site_id") != str(_SITE_ID):
            return View(self.page("fragment:bad", lambda: '<div class="ArticleList"></div>'))
        entries = page_of(self.in_category(category), max(1, int(number)), int(size))

        def build() -> str:
            return self.render("rows.html", entries=entries)

        return View(self.page(f"rows:{wanted}:{number}:{size}", build, keep=bool(entries)))
