"""Promises to the servers, proven from their log: portals of different pace on one address, kept
connections, and pages that break off.

tests/fetch/test_spacing.py has several addresses and sites on one; test_host_pace.py refusals;
test_robots_crawl.py and test_robots_matrix.py robots.txt; test_waits.py and test_faults.py
Retry-After. Times are the server's, monotonic: `began` when a request line had come in, `ended`
just before the answer went out, so the gaps are no longer than what the server sees.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import parse_qs

import pytest

from tests.support.crawling import Crawl, crawl, portal
from tests.support.news import add_articles, add_robots, article_path, list_body, news_site
from tests.support.site import Answer, Seen, Site

FAST_S, SLOW_S = 0.1, 0.25
RETRY_S = 0.2  # KHOTIN_RETRY_BASE_S of these crawls
ARTICLES = 25


@dataclass
class World:
    """A finished crawl, and its sites by name."""

    sites: dict[str, Site]
    done: Crawl

    def log(self, *names: str) -> list[Seen]:
        return sorted((s for name in names for s in self.sites[name].log), key=lambda s: s.began)


def stale(site: Site) -> None:
    """Kept connections that die with the next request: one of a page, one of a posted pager."""
    paths = add_articles(site, range(1, 7))
    hits: dict[str, int] = {}

    def dies_once(name: str, answer: Answer) -> Answer:
        hits[name] = hits.get(name, 0) + 1
        return Answer(drop=True) if hits[name] == 1 else answer

    def listing(seen: Seen) -> Answer:
        form = parse_qs(seen.body)
        page = int(form["__EVENTARGUMENT"][0].removeprefix("Page$")) if form else 1
        links = "".join(
            f"<td><a href=\"javascript:__doPostBack('grid','Page${n}')\">{n}</a></td>"
            for n in (1, 2, 3)
            if n != page
        )
        state = f"<input type='hidden' name='__VIEWSTATE' value='state-{page}'>"
        body = list_body(paths[(page - 1) * 2 : page * 2])
        answer = Answer(
            body="<!doctype html><html><body><form method='post' action='/tin.aspx'>"
            f"{state}{body}<table><tr>{links}</tr></table></form></body></html>"
        )
        return dies_once("post", answer) if page == 2 else answer

    article = site.answers[paths[0]]
    assert isinstance(article, Answer)
    site.answers[paths[0]] = lambda seen: dies_once("get", article)
    site.answers["/tin.aspx"] = listing
    site.page("/", "<a href='/tin.aspx'>Tin tức</a>" + list_body(paths[:2]))
    add_robots(site)


def breaking(site: Site) -> None:
    """Six pages in a row, and every third of the rest, are never answered; the others are well."""
    paths = add_articles(site, range(1, ARTICLES + 1))
    for number in range(1, ARTICLES + 1):
        if number <= 6 or number % 3 == 0:
            site.answers[article_path(number)] = Answer(drop=True)
    site.page("/", list_body(paths))
    add_robots(site)


def dying(site: Site) -> None:
    """Well for a while, then the whole site hangs up on everything, robots.txt too."""
    paths = add_articles(site, range(1, ARTICLES + 1))
    site.page("/", list_body(paths))
    add_robots(site)
    answers = dict(site.answers)
    left = [8]

    def respond(seen: Seen) -> Answer:
        left[0] -= 1
        found = answers.get(seen.path, Answer(404))
        assert isinstance(found, Answer)
        return found if left[0] >= 0 else Answer(drop=True)

    site.answers.clear()
    site.fallback = respond


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with ExitStack() as stack:
        names = ("fast", "slow", "stale", "breaking", "dying")
        sites = {name: stack.enter_context(Site()) for name in names}
        news_site(sites["fast"], 20, 20)
        news_site(sites["slow"], 20, 20)
        stale(sites["stale"])
        breaking(sites["breaking"])
        dying(sites["dying"])
        shared = "127.0.0.20"
        portals = [
            portal("fast", sites["fast"].listen(shared), delay_s=FAST_S),
            portal("slow", sites["slow"].listen(shared), delay_s=SLOW_S),
            portal("stale", sites["stale"].listen("127.0.0.21")),
            portal("breaking", sites["breaking"].listen("127.0.0.22")),
            portal("dying", sites["dying"].listen("127.0.0.23")),
        ]
        folder = tmp_path_factory.mktemp("politeness")
        yield World(sites, crawl(folder, portals, KHOTIN_ORIGIN_FAILURES=4))


def test_the_slowest_portal_of_an_address_sets_its_pace_from_its_first_request_on(
    world: World,
) -> None:
    log = world.log("fast", "slow")
    gaps = [later.began - earlier.ended for earlier, later in pairwise(log)]
    print(f"{len(log)} requests, asked {SLOW_S} s, least {min(gaps):.4f} s")
    assert len(log) == 2 * 24
    assert min(gaps) >= SLOW_S  # the mean of a jittered delay may be right, its least is not


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_request_on_a_connection_that_died_arrives_once_and_is_asked_again_by_us(
    world: World, method: str
) -> None:
    log = world.log("stale")
    path = article_path(1) if method == "GET" else "/tin.aspx"
    arrivals = [s for s in log if (s.method, s.path) == (method, path)]
    arrivals = [s for s in arrivals if method == "GET" or "Page%242" in s.body]
    assert len(arrivals) == 2
    assert arrivals[1].began - arrivals[0].ended >= RETRY_S
    before = log[log.index(arrivals[0]) - 1]
    assert before.connection == arrivals[0].connection  # it was a kept one
    assert world.done.portals["stale"]["articles_new"] == 6


def test_pages_that_break_off_never_lose_the_site_that_answers_beside_them(world: World) -> None:
    report = world.done.portals["breaking"]
    sound = [n for n in range(7, ARTICLES + 1) if n % 3]
    assert report["articles_new"] == len(sound)
    assert report["pending"] == 0
    states = world.done.query(
        "SELECT state, count(*) FROM frontier WHERE portal_id = 'breaking' AND kind = 'article' "
        "GROUP BY state ORDER BY state"
    )
    assert states == [("done", len(sound)), ("failed", ARTICLES - len(sound))]


def test_a_site_that_is_gone_is_left_after_its_robots_txt_has_failed_too(world: World) -> None:
    paths = [seen.path for seen in world.log("dying")]
    assert len(paths) == 8 + 4 + 1
    assert paths[-1] == "/robots.txt"
    assert "/robots.txt" not in paths[1:-1]
    assert world.done.portals["dying"]["pending"] > 0
    assert world.done.portals["dying"]["state"] == "failed"
