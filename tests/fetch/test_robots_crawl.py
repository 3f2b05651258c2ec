"""robots.txt obeyed, as the servers' logs show."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest

from tests.support.crawling import Crawl, crawl, portal
from tests.support.news import add_articles, add_robots, article_path, list_body
from tests.support.site import Answer, Seen, Site

HTML = "<!doctype html><html><head><title>Cổng</title></head><body><p>Trang chủ</p></body></html>"
WAIT = (
    "<!doctype html><html><head><title>Hãy đợi...</title></head><body><div class='floodblocker'>"
    "Hệ thống đang từ chối truy cập của bạn.</div></body></html>"
)
SITES = ("rules", "none", "denied", "down", "page", "blocked", "redirect", "far", "slow", "later")


@dataclass
class Robots:
    sites: dict[str, Site]
    done: Crawl

    def paths(self, id_: str) -> list[str]:
        return [seen.path for seen in self.sites[id_].log]


def recover_after(times: int, first: Answer, then: Answer) -> Any:
    left = [times]

    def respond(seen: Seen) -> Answer:
        left[0] -= 1
        return first if left[0] >= 0 else then

    return respond


def build(sites: dict[str, Site], bases: dict[str, str]) -> None:
    for site in sites.values():
        paths = add_articles(site, [1, 2])
        site.page("/", list_body([*paths, "/private/bai-viet-003-1003.html"]))
        add_articles(site, [3])
        site.answers["/private/bai-viet-003-1003.html"] = site.answers[article_path(3)]
    text = "User-agent: *\nDisallow: /private/\n"
    add_robots(sites["rules"], f"{text}Sitemap: /sitemap-news.xml\n")
    sitemap = (
        f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>{bases['rules']}"
    )
    sitemap += f"{article_path(3)}</loc></url></urlset>"
    sites["rules"].answers["/sitemap-news.xml"] = Answer(body=sitemap, type="application/xml")
    sites["none"].answers["/robots.txt"] = Answer(404, HTML)
    sites["denied"].answers["/robots.txt"] = Answer(403, HTML)
    sites["down"].answers["/robots.txt"] = Answer(500, text)
    sites["page"].answers["/robots.txt"] = Answer(body=HTML)
    sites["blocked"].answers["/robots.txt"] = recover_after(
        1, Answer(body=WAIT), Answer(body=text, type="text/plain")
    )
    sites["redirect"].answers["/robots.txt"] = Answer(301, headers={"Location": "/r/robots.txt"})
    sites["redirect"].answers["/r/robots.txt"] = Answer(body=text, type="text/plain")
    sites["far"].answers["/robots.txt"] = Answer(
        302, headers={"Location": f"{bases['redirect']}/r/robots.txt"}
    )
    add_robots(sites["slow"], "User-agent: khotin\nCrawl-delay: 0.4\n")
    sites["later"].answers["/robots.txt"] = Answer(503, headers={"Retry-After": "3600"})


@pytest.fixture(scope="module")
def robots(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Robots]:
    with ExitStack() as stack:
        sites = {id_: stack.enter_context(Site()) for id_ in SITES}
        bases = {
            id_: site.listen(f"127.0.0.{60 + n}") for n, (id_, site) in enumerate(sites.items())
        }
        build(sites, bases)
        folder = tmp_path_factory.mktemp("robots")
        yield Robots(sites, crawl(folder, [portal(id_, url) for id_, url in bases.items()]))


@pytest.mark.parametrize("id_", SITES)
def test_robots_txt_is_asked_before_anything_else(robots: Robots, id_: str) -> None:
    log = sorted(robots.sites[id_].log, key=lambda seen: seen.began)
    assert log[0].path == "/robots.txt"


@pytest.mark.parametrize("id_", ["rules", "blocked", "redirect", "far"])
def test_what_the_rules_forbid_is_not_asked_for_but_recorded(robots: Robots, id_: str) -> None:
    assert article_path(1) in robots.paths(id_)
    assert not any(path.startswith("/private/") for path in robots.paths(id_))
    assert robots.done.query(
        "SELECT state, reason FROM frontier WHERE portal_id = ? AND url LIKE '%/private/%'", id_
    ) == [("failed", "robots")]
    assert robots.done.portals[id_]["state"] == "done"


@pytest.mark.parametrize("id_", ["none", "slow"])
def test_without_a_rule_everything_is_asked_for(robots: Robots, id_: str) -> None:
    assert "/private/bai-viet-003-1003.html" in robots.paths(id_)
    assert robots.done.portals[id_]["articles_new"] == 3


def test_403_for_robots_txt_means_no(robots: Robots) -> None:
    assert set(robots.paths("denied")) == {"/robots.txt"}
    report = robots.done.portals["denied"]
    assert (report["state"], report["why"]) == ("failed", "start page: robots: refused")


def test_a_server_error_means_ask_again_and_never_go(robots: Robots) -> None:
    assert set(robots.paths("down")) == {"/robots.txt"}
    assert robots.paths("down").count("/robots.txt") == 3
    assert robots.done.portals["down"]["state"] == "failed"


def test_retry_after_beyond_our_patience_defers_the_portal(robots: Robots) -> None:
    assert robots.paths("later") == ["/robots.txt"]
    report = robots.done.portals["later"]
    assert report["state"] == "deferred"
    assert report["next_due_at"] is not None


def test_a_page_in_place_of_robots_txt_is_asked_for_again_before_it_is_believed(
    robots: Robots,
) -> None:
    assert robots.paths("page").count("/robots.txt") == 2
    assert robots.done.portals["page"]["articles_new"] == 3
    assert robots.done.query("SELECT kind FROM problems WHERE portal_id = 'page'") == [
        ("no robots.txt",)
    ]


def test_a_block_page_in_place_of_robots_txt_is_no_permission(robots: Robots) -> None:
    log = sorted(robots.sites["blocked"].log, key=lambda seen: seen.began)
    assert [seen.path for seen in log[:2]] == ["/robots.txt", "/robots.txt"]
    assert log[1].began - log[0].ended >= 0.6


def test_redirects_of_robots_txt_are_followed_to_another_host_too(robots: Robots) -> None:
    assert robots.paths("redirect").count("/r/robots.txt") >= 1
    assert "/r/robots.txt" not in robots.paths("far")


def test_crawl_delay_raises_the_spacing_of_its_site(robots: Robots) -> None:
    log = sorted(robots.sites["slow"].log, key=lambda seen: seen.began)[1:]
    assert min(later.began - earlier.ended for earlier, later in pairwise(log)) >= 0.4


def test_sitemaps_named_in_robots_txt_are_read(robots: Robots) -> None:
    assert "/sitemap-news.xml" in robots.paths("rules")
    assert article_path(3) in robots.paths("rules")


def test_the_decision_is_stored_with_its_expiry(robots: Robots) -> None:
    rows = robots.done.query("SELECT decision, expires_at FROM robots")
    assert len(rows) == len(SITES) - 2  # none for what could not be had
    assert all(expires_at > time.time() + 80_000 for _, expires_at in rows)
    assert sorted({decision for decision, _ in rows}) == ["allow", "deny", "rules"]
