"""AJAX pagers are walked to their end, whether their software counts pages from 0 or from 1."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs

import pytest

from tests.support.crawling import crawl, portal
from tests.support.news import add_robots, article_body
from tests.support.site import Answer, Seen, Site

PAGER = "/DesktopModule/UIArticleInMenu/ArticleInMenuPagination.aspx/LoadArticle"
SCRIPT = '<script>var article_category_id = "28540"; var site_id = "1291";</script>'
SIZE, ARTICLES = 3, 8


def rows(paths: list[str]) -> str:
    items = "".join(f"<h2 class='Title'><a href='{path}'>Tin {path}</a></h2>" for path in paths)
    return f"<div class='UIListNews_Default'>{items}</div>"


def build(site: Site, first: int) -> None:
    """A list page that links to nothing but its own articles, and the pager's answers."""
    paths = [f"/tin-tuc/bai-viet-so-{number}-{50_000 + number}" for number in range(ARTICLES)]
    for number, path in enumerate(paths):
        site.page(path, article_body(number), f"Bài viết {number}")
    site.page("/", "<div class='ArticleDetailControl'></div><a href='/tin-tuc'>Tin tức</a>")
    site.page("/tin-tuc", rows(paths[:SIZE]) + SCRIPT)

    def respond(seen: Seen) -> Answer:
        at = (int(parse_qs(seen.body)["page"][0]) - first) * SIZE
        return Answer(body=rows(paths[at : at + SIZE]))

    site.answers[PAGER] = respond
    add_robots(site)


@pytest.mark.parametrize("first", [0, 1])
def test_an_ajax_pager_is_walked_to_its_end(tmp_path: Path, first: int) -> None:
    with Site() as site:
        build(site, first)
        base = site.listen("127.0.0.71")
        done = crawl(tmp_path, [portal("ajax", base, platform="uiarticle")])
        posts = [seen for seen in site.log if seen.method == "POST"]
    assert done.portals["ajax"]["articles_new"] == ARTICLES
    assert 3 <= len(posts) <= 5
