"""How listings are walked: to their end once, then only as far as there is news."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from tests.support.crawling import Crawl, crawl, portal
from tests.support.news import (
    add_articles,
    add_robots,
    article_body,
    article_path,
    list_body,
    news_site,
)
from tests.support.site import Answer, Seen, Site

SITES = ("endless", "repeating", "calendar", "postback", "prints", "foreign", "cookies")


@dataclass
class Walks:
    sites: dict[str, Site]
    done: Crawl

    def paths(self, id_: str) -> list[str]:
        return self.sites[id_].paths()

    def new(self, id_: str) -> int:
        return int(self.done.portals[id_]["articles_new"])


def html(body: str) -> Answer:
    return Answer(body=f"<!doctype html><html><head></head><body>{body}</body></html>")


def endless(site: Site) -> None:
    """A pager that answers every page, empty after the second, always with a next one."""
    paths = add_articles(site, range(1, 7))
    site.page("/", "<a href='/tin-tuc/'>Tin</a>" + list_body(paths[:3]))

    def respond(seen: Seen) -> Answer:
        number = int(seen.path.rstrip("/").rpartition("-")[2]) if "page-" in seen.path else 1
        return html(list_body(paths[(number - 1) * 3 : number * 3], f"/tin-tuc/page-{number + 1}/"))

    site.answers["/tin-tuc/"] = respond
    site.fallback = lambda seen: (
        respond(seen) if seen.path.startswith("/tin-tuc/page-") else Answer(404)
    )


def repeating(site: Site) -> None:
    """A pager that shows its last page for every number beyond it."""
    paths = add_articles(site, range(1, 7))
    site.page("/", "<a href='/tin-tuc/'>Tin</a>" + list_body(paths[:3]))

    def respond(seen: Seen) -> Answer:
        number = int(parse_qs(seen.path.partition("?")[2]).get("page", ["1"])[0])
        shown = paths[:3] if number == 1 else paths[3:]
        return html(list_body(shown, f"/tin-tuc/?page={number + 1}"))

    site.answers["/tin-tuc/"] = respond


def calendar(site: Site) -> None:
    """Every day links to the next one, for ever, and every page repeats a relative link."""
    site.page("/", "<a href='/lich/1/'>Lịch</a>" + list_body(add_articles(site, [1, 2, 3])))

    def respond(seen: Seen) -> Answer:
        if seen.path.startswith("/lich/"):
            day = int(seen.path.split("/")[2]) + 1
            return html(f"<a href='/lich/{day}/'>hôm sau</a><a href='van-ban/'>Văn bản</a>")
        return Answer(404)

    site.fallback = respond


def postback(site: Site) -> None:
    """An ASP.NET listing whose pages are one address, told apart by a posted form."""
    paths = add_articles(site, range(1, 7))

    def respond(seen: Seen) -> Answer:
        form = parse_qs(seen.body)
        page = int(form["__EVENTARGUMENT"][0].removeprefix("Page$")) if form else 1
        links = "".join(
            f"<td><a href=\"javascript:__doPostBack('grid','Page${n}')\">{n}</a></td>"
            for n in (1, 2, 3)
            if n != page
        )
        state = f"<input type='hidden' name='__VIEWSTATE' value='state-{page}'>"
        body = list_body(paths[(page - 1) * 2 : page * 2])
        return html(
            f"<form method='post' action='/tin.aspx'>{state}{body}<table><tr>{links}</tr></table>"
            "</form>"
        )

    site.answers["/tin.aspx"] = respond
    site.page("/", "<a href='/tin.aspx'>Tin tức</a>" + list_body(paths[:2]))


def prints(site: Site) -> None:
    """Articles with a print twin each."""
    paths = add_articles(site, range(1, 4))
    for path in paths:
        answer = site.answers[path]
        assert isinstance(answer, Answer)
        assert isinstance(answer.body, str)
        twin = path.replace("/tin-tuc/", "/print/")
        answer.body = answer.body.replace("</h1>", f"</h1><a href='{twin}'>Bản in</a>")
        site.answers[twin] = Answer(body=answer.body)
    site.page("/", list_body(paths))


def foreign(site: Site) -> None:
    elsewhere = "<a href='http://127.0.0.99/tin-tuc/bai-viet-7-77.html'>Báo</a>"
    site.page("/", elsewhere + list_body(add_articles(site, range(1, 4))))


def cookies(site: Site) -> None:
    """Sets a visitor and a theme cookie on every page."""
    paths = add_articles(site, range(1, 4))
    site.page("/", list_body(paths))
    for path in ["/", *paths]:
        answer = site.answers[path]
        assert isinstance(answer, Answer)
        lines = "nv4_sess=abc; path=/\r\nSet-Cookie: nv4_nvvithemever=m; path=/"
        answer.headers["Set-Cookie"] = lines


@pytest.fixture(scope="module")
def walks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walks]:
    with ExitStack() as stack:
        sites = {id_: stack.enter_context(Site()) for id_ in SITES}
        for id_, build in (
            ("endless", endless),
            ("repeating", repeating),
            ("calendar", calendar),
            ("postback", postback),
            ("prints", prints),
            ("foreign", foreign),
            ("cookies", cookies),
        ):
            add_robots(sites[id_])
            build(sites[id_])
        portals = [
            portal(
                id_,
                site.listen(f"127.0.0.{80 + number}"),
                platform="nukeviet" if id_ in ("prints", "cookies") else "generic",
            )
            for number, (id_, site) in enumerate(sites.items())
        ]
        folder = tmp_path_factory.mktemp("walks")
        yield Walks(sites, crawl(folder, portals, KHOTIN_DEPTH_MAX=6))


@pytest.mark.parametrize("id_", ["endless", "repeating", "postback"])
def test_every_article_of_a_listing_is_found(walks: Walks, id_: str) -> None:
    assert walks.new(id_) == 6
    assert walks.done.portals[id_]["state"] == "done"


def test_an_endless_pager_ends_at_its_first_empty_page(walks: Walks) -> None:
    pages = [path for path in walks.paths("endless") if "page-" in path]
    assert pages == ["/tin-tuc/page-2/", "/tin-tuc/page-3/"]


def test_a_pager_that_repeats_its_last_page_ends_there(walks: Walks) -> None:
    pages = [path for path in walks.paths("repeating") if "page=" in path]
    assert pages == ["/tin-tuc/?page=2", "/tin-tuc/?page=3"]


def test_a_listing_walked_to_its_end_is_marked_as_such(walks: Walks) -> None:
    complete = walks.done.query(
        "SELECT url FROM frontier WHERE walk_complete_at IS NOT NULL AND url LIKE '%/tin%'"
    )
    assert len(complete) == 3


def test_a_calendar_ends_at_the_depth_limit(walks: Walks) -> None:
    days = [path for path in walks.paths("calendar") if path.startswith("/lich/")]
    assert 0 < len([day for day in days if "van-ban" not in day]) <= 6
    assert max((path.count("van-ban") for path in days), default=0) <= 3


def test_a_pager_of_posted_forms_is_walked(walks: Walks) -> None:
    posts = [seen for seen in walks.sites["postback"].log if seen.method == "POST"]
    forms = [parse_qs(seen.body) for seen in posts]
    assert [form["__EVENTARGUMENT"] for form in forms] == [["Page$2"], ["Page$3"]]
    assert [form["__VIEWSTATE"] for form in forms] == [["state-1"], ["state-2"]]
    assert posts[0].headers["content-type"].startswith("application/x-www-form-urlencoded")


def test_print_twins_of_known_articles_are_not_fetched(walks: Walks) -> None:
    assert walks.new("prints") == 3
    assert not [path for path in walks.paths("prints") if path.startswith("/print/")]


def test_links_to_other_hosts_are_not_followed(walks: Walks) -> None:
    assert walks.new("foreign") == 3
    assert not walks.done.query("SELECT url FROM frontier WHERE url LIKE '%127.0.0.99%'")


def test_one_visitor_is_one_visitor_and_never_asks_for_another_theme(walks: Walks) -> None:
    log = [seen for seen in walks.sites["cookies"].log if seen.path.startswith("/tin-tuc/bai")]
    assert len(log) == 3
    assert {seen.headers.get("cookie") for seen in log} == {"nv4_sess=abc"}


def test_a_second_run_stops_at_the_first_page_without_news(tmp_path: Path) -> None:
    with Site() as site:
        news_site(site, 9, 3)
        site.page("/gioi-thieu-chung", article_body(70))
        site.page("/", "<a href='/tin-tuc/'>Tin</a><a href='/gioi-thieu-chung'>Giới thiệu</a>")
        portals = [portal("p", site.listen("127.0.0.2"))]
        first = crawl(tmp_path, portals)
        assert first.portals["p"]["articles_new"] == 10
        (new,) = add_articles(site, [50])
        old = [article_path(number) for number in range(1, 10)]
        site.page("/tin-tuc/", list_body([new, *old[:2]], "/tin-tuc/page-2/"))
        site.page("/tin-tuc/page-2/", list_body(old[2:5], "/tin-tuc/page-3/"))
        before = len(site.log)
        done = crawl(tmp_path, portals)
        asked = [seen.path for seen in site.log[before:]]
    assert done.portals["p"]["articles_new"] == 1
    assert [path for path in asked if "bai-viet" in path or "gioi-thieu" in path] == [new]
    assert "/tin-tuc/page-2/" in asked
    assert "/tin-tuc/page-3/" not in asked
