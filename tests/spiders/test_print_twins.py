"""Which print views a crawl asks for, and whose words they become."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from tests.support.crawling import Crawl, crawl, portal
from tests.support.news import add_robots, article_body, list_body
from tests.support.site import Site

ARTICLE = "/portal/Pages/2024-1-{n}/Xa-trien-khai-cong-viec{n}a8x2kq.aspx"
SHELL = (
    '<p class="tandan-p-article-news-title">Xã triển khai công việc số {n} trong năm</p>'
    '<div class="tandan-span-date-publish">Đăng ngày 0{n} - 01 - 2024</div>'
    '<p class="tandan-p-article-main"></p>{body}<a href="/portal/pages/print.aspx?p=910{n}">In</a>'
)
BODY = '<div class="ms-rtestate-field">{0}</div>'


@dataclass
class Twins:
    site: Site
    done: Crawl

    def text(self, number: int) -> object:
        rows = self.done.query(
            "SELECT text FROM articles WHERE native_id LIKE ?", f"%/2024-1-{number}/%"
        )
        assert len(rows) == 1
        return rows[0][0]


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    with ExitStack() as stack:
        site = stack.enter_context(Site())
        paths = [ARTICLE.format(n=n) for n in (1, 2)]
        prose = article_body(1).partition("</p>")[2]
        site.page(paths[0], SHELL.format(n=1, body=BODY.format("")), "Cổng")
        site.page(paths[1], SHELL.format(n=2, body=BODY.format(prose)), "Cổng")
        for n in (1, 2, 3):
            view = SHELL.format(n=n, body=BODY.format(prose))
            site.page(f"/portal/pages/print.aspx?p=910{n}", view, "In")
        site.page("/", list_body([*paths, "/portal/pages/print.aspx?p=9103"]), "Cổng")
        add_robots(site)
        id_, url = "twins", site.listen("127.0.0.94")
        folder = tmp_path_factory.mktemp("twins")
        yield Twins(site, crawl(folder, [portal(id_, url, platform="tandan-sharepoint")]))


def test_an_article_without_text_gets_that_of_its_print_view(twins: Twins) -> None:
    assert "p=9101" in " ".join(twins.site.paths())
    assert "Đoạn 2 của bài 1" in str(twins.text(1))


def test_the_print_view_of_an_article_with_text_is_not_asked_for(twins: Twins) -> None:
    assert "p=9102" not in " ".join(twins.site.paths())
    assert "Đoạn 2 của bài 1" in str(twins.text(2))


def test_a_print_view_with_a_number_of_its_own_makes_no_second_article(twins: Twins) -> None:
    assert "p=9103" not in " ".join(twins.site.paths())
    assert twins.done.query("SELECT count(*) FROM articles") == [(2,)]
