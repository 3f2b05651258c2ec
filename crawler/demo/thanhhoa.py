"""A portal of the `/web/trang-chu` family: plain table layout, addresses as the only key.

Nobody has published this family's selectors, so the markup is plain and invented. Its traps: a
slogan in capitals and a `date` label above the title, picture file names as text, captions in
brackets, counters whose number stands on the next line, `amp;` inside an address, a work
calendar that goes on for ever.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from crawler.demo.draft import Draft, Picture
from crawler.demo.model import Response
from crawler.demo.pages import (
    Category,
    Entry,
    Hit,
    View,
    last_page,
    page_of,
    redirect,
)
from crawler.demo.portal import DemoPortal

_ROOT = "/web/trang-chu"
_CALENDAR = f"{_ROOT}/lich-cong-tac"
_DAY = re.compile(r"^(\d{4})-(\d\d)-(\d\d)$")


class ThanhHoaPortal(DemoPortal):
    platform = "thanhhoa-web-trang-chu"
    list_size = 10
    categories = (
        Category("dang", "Xây dựng Đảng", "tin-tuc/xay-dung-dang"),
        Category("chinh-quyen", "Hoạt động của HĐND & UBND", "hoat-dong-cua-hdnd-amp;-ubnd"),
        Category("doan-the", "Mặt trận - Đoàn thể", "tin-tuc/mat-tran-doan-the"),
        Category("kinh-te", "Kinh tế - Chính trị", "tin-tuc/kinh-te-chinh-tri"),
        Category("van-hoa", "Văn hóa - Xã hội", "tin-tuc/van-hoa-xa-hoi"),
        Category("an-ninh", "An ninh - Quốc phòng", "tin-tuc/an-ninh-quoc-phong"),
        Category("thong-bao", "Thông báo", "thong-bao"),
        Category("", "Tin tức", "tin-tuc"),
    )

    def _index(self) -> None:
        self._slugs: dict[str, int] = {}
        super()._index()

    def make_entry(self, draft: Draft) -> Entry:
        category = self.category_of(draft)
        moment = draft.moment
        slug = "ky-hop" if draft.topic == "ky-hop" and draft.number % 3 == 0 else draft.slug
        stem = f"{_ROOT}/{category.slug}/{slug}"
        again = self._slugs[stem] = self._slugs.get(stem, -1) + 1
        with_clock = self.prints_clock(draft)
        files = tuple(
            (f"/file/download/{draft.number}/{file}", name) for file, name in draft.attachments
        )
        gold = self.gold(
            draft,
            urls=(f"{stem}-{again}.html" if again else f"{stem}.html",),
            published=f"{moment:%Y-%m-%dT%H:%M}:00+07:00" if with_clock else f"{moment:%Y-%m-%d}",
            listed_published=f"{moment:%Y-%m-%d}",
            category=category.name,
            attachments=files,
        )
        return Entry(draft, gold, category)

    @staticmethod
    def prints_clock(draft: Draft) -> bool:
        return draft.number % 4 == 1 or "midnight" in draft.special

    def picture_url(self, draft: Draft, picture: Picture) -> str:
        return f"/file/fd/{draft.moment:%Y%m%d}/{draft.number}/{picture.file}"

    def stamp(self, draft: Draft) -> str:
        clock = f"{draft.moment:%H:%M:%S} " if self.prints_clock(draft) else ""
        return f"Đăng lúc: {clock}{draft.moment:%d/%m/%Y} (GMT+7)"

    def paths(self) -> list[str]:
        return [*super().paths(), *(f"{_ROOT}/{category.slug}" for category in self.categories)]

    def route(self, hit: Hit) -> Response | View:
        path = hit.path.rstrip("/") or "/"
        if path in ("/", "/web"):
            return redirect(_ROOT)
        if path == _ROOT:
            return View(self.page("home", lambda: self.render("home.html")))
        if entry := self.by_path.get(path):
            page = self.page(
                path,
                lambda: self.render_article("article.html", entry, stamp=self.stamp(entry.draft)),
            )
            return View(page, article=path)
        if path == _CALENDAR:
            return self._calendar(hit)
        if category := self.category_by_slug(path.removeprefix(f"{_ROOT}/")):
            return self._list(hit, category)
        return View(self.page("404", lambda: self.render("404.html")), status=404)

    def _list(self, hit: Hit, category: Category) -> View:
        wanted = hit.query.get("page", "1")
        number = max(1, int(wanted)) if wanted.isdecimal() and len(wanted) < 7 else 1
        entries = self.in_category(category)
        last = last_page(entries, self.list_size)

        def build() -> str:
            return self.render(
                "list.html",
                category=category,
                entries=page_of(entries, number, self.list_size),
                number=number,
                last=last,
            )

        return View(self.page(f"list:{category.slug}:{number}", build, keep=number <= last))

    def _calendar(self, hit: Hit) -> View:
        found = _DAY.match(hit.query.get("ngay", ""))
        try:
            day = date(int(found[1]), int(found[2]), int(found[3])) if found else date(2026, 11, 16)
            week_before, week_after = day - timedelta(7), day + timedelta(7)
        except (ValueError, OverflowError):
            day = date(2026, 11, 16)
            week_before, week_after = day - timedelta(7), day + timedelta(7)
        days = [day + timedelta(number) for number in range(5)]
        html = self.render("calendar.html", days=days, before=week_before, after=week_after)
        return View(self.page(f"calendar:{day}", lambda: html, keep=False))
