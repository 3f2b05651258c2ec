"""What a crawl does with pages that are no content, although they come with status 200."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.crawling import Crawl, crawl, portal
from tests.support.news import add_articles, add_robots, article_body, article_path, list_body
from tests.support.site import Answer, Seen, Site

PARKED = (
    "<!doctype html><html><head><title>This domain is for sale!</title></head><body>"
    "<h1>Buy this domain</h1><a href='/?q=travel'>Travel</a></body></html>"
)
CLOSED = (
    "<!doctype html><html><head><title>Cổng</title></head><body><h2>Website đang bảo trì</h2>"
    "<p>Mời quý vị quay lại sau.</p></body></html>"
)
GONE = "<div><h2>Thông báo</h2><p>Bài viết không tồn tại hoặc đã bị xóa.</p></div>"


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    folder: Path = tmp_path_factory.mktemp("kinds")
    with Site() as site:
        add_articles(site, [1, 2])
        site.page("/", list_body([article_path(n) for n in range(1, 6)]), "Cổng")
        add_robots(site)
        site.answers[article_path(3)] = Answer(body=PARKED)
        site.page(article_path(4), GONE, "Cổng")
        later = Answer(body=f"<html><head><title>Bài 5</title></head>{article_body(5)}</html>")
        left = [1]

        def repaired(seen: Seen) -> Answer:
            left[0] -= 1
            return Answer(body=CLOSED) if left[0] >= 0 else later

        site.answers[article_path(5)] = repaired
        return crawl(folder, [portal("kinds", site.listen())])


def row(done: Crawl, number: int) -> list[tuple[object, ...]]:
    return done.query(
        "SELECT f.state, f.reason, c.kind FROM frontier f JOIN captures c ON c.id = f.capture_id "
        "WHERE f.url LIKE ?",
        f"%{article_path(number)}",
    )


def test_a_parked_page_ends_as_a_page_of_a_foreign_host(done: Crawl) -> None:
    assert row(done, 3) == [("done", "foreign host", "rejected")]


def test_a_soft_404_ends_as_an_error_page(done: Crawl) -> None:
    assert row(done, 4) == [("done", "error page", "rejected")]


def test_a_site_under_repair_is_asked_again(done: Crawl) -> None:
    assert row(done, 5) == [("done", None, "article")]
    assert done.query("SELECT count(*) FROM captures WHERE url LIKE ?", f"%{article_path(5)}") == [
        (2,)
    ]


def test_none_of_them_is_an_article(done: Crawl) -> None:
    stored = done.query("SELECT url FROM frontier WHERE article_id IS NOT NULL ORDER BY url")
    assert [url.rpartition("-")[2] for (url,) in stored] == ["1001.html", "1002.html", "1005.html"]
    assert done.query("SELECT count(*) FROM articles") == [(3,)]
