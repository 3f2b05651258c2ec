"""Small news pages that the reader takes for what they are, for tests not about reading."""

from __future__ import annotations

from collections.abc import Sequence

from tests.support.site import Answer, Site


def article_body(number: int) -> str:
    """The inside of an article page: title, stamp, six paragraphs."""
    paragraphs = "".join(
        f"<p>Đoạn {part} của bài {number}: Ủy ban nhân dân xã họp bàn về công tác thu gom lúa vụ "
        "mùa, phân công cán bộ xuống từng thôn và giao hạn hoàn thành trước cuối tháng.</p>"
        for part in range(1, 7)
    )
    return (
        f"<div class='detail'><h1>Xã triển khai công việc số {number} trong năm</h1>"
        f"<p class='date'>Thứ sáu - 12/01/2024 15:{number % 60:02d}</p>{paragraphs}</div>"
    )


def list_body(paths: Sequence[str], following: str | None = None) -> str:
    """The inside of a listing page, with a link to the next one."""
    items = "".join(
        f"<li><h3><a href='{path}'>Xã triển khai công việc tại {path}</a></h3></li>"
        for path in paths
    )
    pager = f"<div class='pager'><a rel='next' href='{following}'>»</a></div>" if following else ""
    return f"<ul class='news'>{items}</ul>{pager}"


def article_path(number: int) -> str:
    """An address that the generic profile takes for an article's."""
    return f"/tin-tuc/bai-viet-{number:03d}-{1000 + number}.html"


def add_articles(site: Site, numbers: Sequence[int]) -> list[str]:
    """Put articles on a site; their paths."""
    paths = [article_path(number) for number in numbers]
    for number, path in zip(numbers, paths, strict=True):
        site.page(path, article_body(number), f"Bài {number}")
    return paths


def add_robots(site: Site, text: str = "User-agent: *\nDisallow:\n") -> None:
    """A robots.txt that allows everything, or this one."""
    site.answers["/robots.txt"] = Answer(body=text, type="text/plain")


def news_site(site: Site, articles: int, per_page: int) -> list[str]:
    """A home page that links to a listing of several pages; the paths of the articles."""
    paths = add_articles(site, range(1, articles + 1))
    pages = [paths[at : at + per_page] for at in range(0, articles, per_page)]
    for number, page in enumerate(pages, 1):
        here = "/tin-tuc/" if number == 1 else f"/tin-tuc/page-{number}/"
        following = f"/tin-tuc/page-{number + 1}/" if number < len(pages) else None
        site.page(here, list_body(page, following), "Tin tức")
    site.page("/", f"<a href='/tin-tuc/'>Tin tức</a>{list_body(paths[:3])}", "Trang chủ")
    add_robots(site)
    return paths
