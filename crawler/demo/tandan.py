"""A portal on SharePoint with the Tân Dân skin: `/portal/Pages/`, a postback pager.

Its traps: an empty paragraph where the body seems to be, a counter before the title, a zoom
control, a list of newest articles with 12-hour stamps, a print twin by number, and a pager that
answers every page beyond its end with the last one.
"""

from __future__ import annotations

import re
from random import Random

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
    text_response,
)
from crawler.demo.portal import DemoPortal

_PAGE_EVENT = re.compile(r"^Page\$(\d{1,6}|Next)$")
_SLUG_LENGTH = 50
_FIRST_PRINT_NUMBER = 7372


class TanDanPortal(DemoPortal):
    platform = "tandan-sharepoint"
    list_size = 8
    categories = (
        Category("dang", "Công tác Đảng", "Cong-tac-Dang"),
        Category("chinh-quyen", "Chính quyền", "Chinh-quyen"),
        Category("doan-the", "MTTQ - Đoàn thể", "MTTQ-Doan-the"),
        Category("kinh-te", "Kinh tế", "Kinh-te"),
        Category("van-hoa", "Văn hóa - Xã hội", "Van-hoa-Xa-hoi"),
        Category("an-ninh", "Quốc phòng - An ninh", "Quoc-phong-An-ninh"),
        Category("thong-bao", "Thông báo", "Thong-bao"),
        Category("", "Tin tức", "Tin-tuc"),
    )

    def make_entry(self, draft: Draft) -> Entry:
        category = self.category_of(draft)
        moment = draft.moment
        rng = Random(f"{self._seed}:{draft.number}:{draft.title}")
        tail = "".join(rng.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(6))
        slug = "-".join(word.capitalize() for word in draft.slug.split("-"))[:_SLUG_LENGTH]
        folder = f"{moment.year}-{moment.month}-{moment.day}"
        files = tuple(
            (f"/portal/Documents/{folder}/{file}", name) for file, name in draft.attachments
        )
        gold = self.gold(
            draft,
            urls=(f"/portal/Pages/{folder}/{slug}{tail}.aspx",),
            published=f"{moment:%Y-%m-%d}",
            listed_published=f"{moment:%Y-%m-%dT%H:%M}:00+07:00",
            attachments=files,
        )
        return Entry(draft, gold, category)

    def picture_url(self, draft: Draft, picture: Picture) -> str:
        code = Random(f"{draft.seed}:{picture.file}").randrange(16**10)
        return f"/portal/Photos/{draft.moment:%Y-%m-%d}/{code:010x}({draft.number}).jpg"

    def print_path(self, entry: Entry) -> str:
        return f"/portal/pages/print.aspx?p={_FIRST_PRINT_NUMBER + entry.draft.number}"

    def paths(self) -> list[str]:
        lists = [f"/portal/Pages/{category.slug}.aspx" for category in self.categories]
        return ["/portal/Pages/default.aspx", *super().paths(), *lists]

    def route(self, hit: Hit) -> Response | View:
        path = hit.path
        if path in ("/", "/portal", "/portal/"):
            return redirect("/portal/Pages/default.aspx")
        if path == "/portal/Pages/default.aspx":
            return View(self.page("home", lambda: self.render("home.html")))
        if path.lower() == "/portal/pages/print.aspx":
            return self._print(hit.query.get("p", ""))
        if entry := self.by_path.get(path):
            page = self.page(path, lambda: self.render_article("article.html", entry))
            return View(page, article=path, headers=self._headers())
        slug = path.removeprefix("/portal/Pages/").removesuffix(".aspx")
        if category := self.category_by_slug(slug):
            return self._list(hit, category)
        if path.startswith("/_layouts/"):
            return text_response("", "text/javascript")
        return View(self.page("404", lambda: self.render("404.html")), status=404)

    @staticmethod
    def _headers() -> tuple[tuple[str, str], ...]:
        return (HTML_TYPE, ("MicrosoftSharePointTeamServices", "15.0.0.4420"))

    def _print(self, number: str) -> Response | View:
        at = int(number) - _FIRST_PRINT_NUMBER if number.isdecimal() and len(number) < 9 else -1
        if not 0 <= at < len(self.entries) or not self.entries[at].gold.visible:
            return View(self.page("404", lambda: self.render("404.html")), status=404)
        entry = self.entries[at]
        page = self.page(f"print:{at}", lambda: self.render_article("print.html", entry))
        return View(page)

    def _list(self, hit: Hit, category: Category) -> View:
        entries = self.in_category(category)
        last = last_page(entries, self.list_size)
        wanted = self._wanted_page(hit)
        number = min(wanted, last)  # beyond the end it shows the last page for ever

        def build() -> str:
            return self.render(
                "list.html",
                category=category,
                entries=page_of(entries, number, self.list_size),
                number=number,
                last=last,
                view_state=f"/wEPDwUK{number:04}{len(entries):06}",
            )

        page = self.page(f"list:{category.slug}:{number}", build)
        return View(page, headers=self._headers())

    @staticmethod
    def _wanted_page(hit: Hit) -> int:
        if hit.request.method != "POST":
            return 1
        form = hit.form
        event = _PAGE_EVENT.match(form.get("__EVENTARGUMENT", ""))
        if not event:
            return 1
        if event[1] == "Next":
            shown = form.get("__VIEWSTATE", "")[8:12]
            return (int(shown) if shown.isdecimal() else 1) + 1
        return max(1, int(event[1]))
