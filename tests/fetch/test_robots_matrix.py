"""The rest of what robots.txt may answer: beside tests/fetch/test_robots_crawl.py (200, 403, 404,
500, web and block pages, redirects, Crawl-delay, Retry-After) and tests/hostile/refusals.py."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise

import pytest

from tests.support.crawling import Crawl, crawl, portal
from tests.support.news import add_articles, add_robots, article_path, list_body
from tests.support.site import Answer, Seen, Site

RULES = "User-agent: *\nDisallow: /private/\n"
LIMIT_BYTES = 500 * 1024
SITES = ("password", "silent", "huge", "slow", "noise", "circle", "expires", "forgets")
CRAWL_DELAY_MAX_S = 0.3
EXPIRY_S = 4
TIMEOUT_S = 1
RETRY_S = 1.0  # the wait after a time-out; its half is left to a server that is slow to look
PRIVATE = "/private/bai-viet-003-1003.html"


@dataclass
class Robots:
    sites: dict[str, Site]
    done: Crawl

    def log(self, id_: str) -> list[Seen]:
        return sorted(self.sites[id_].log, key=lambda seen: seen.began)

    def paths(self, id_: str) -> list[str]:
        return [seen.path for seen in self.log(id_)]


def huge() -> str:
    """Rules far beyond the limit; those on the near side are in force, the rest is not read."""
    line = "Disallow: /so-{:06d}/\n"
    filler = "".join(line.format(n) for n in range(LIMIT_BYTES // len(line.format(0)) + 500))
    return f"{RULES}{filler}Disallow: /tin-tuc/\n"


def good_then(first: str, then: Answer) -> object:
    asked: list[Seen] = []

    def respond(seen: Seen) -> Answer:
        asked.append(seen)
        return Answer(body=first, type="text/plain") if len(asked) == 1 else then

    return respond


def build(sites: dict[str, Site]) -> None:
    for id_, site in sites.items():
        many = 14 if id_ in ("expires", "forgets") else 3
        paths = add_articles(site, range(1, many + 1))
        site.answers[PRIVATE] = site.answers[article_path(3)]
        site.page("/", list_body([*paths, PRIVATE]))
    sites["password"].answers["/robots.txt"] = Answer(401, headers={"WWW-Authenticate": "Basic"})
    sites["silent"].answers["/robots.txt"] = Answer(body=RULES, wait_s=2.5, type="text/plain")
    add_robots(sites["huge"], huge())
    add_robots(sites["slow"], "User-agent: *\nCrawl-delay: 3600\n")
    noise = random.Random(7).randbytes(3000)
    sites["noise"].answers["/robots.txt"] = Answer(body=noise, type="text/plain")
    for one, other in (("/robots.txt", "/r/robots.txt"), ("/r/robots.txt", "/robots.txt")):
        sites["circle"].answers[one] = Answer(302, headers={"Location": other})
    add_robots(sites["expires"], RULES)
    down = good_then(RULES, Answer(500))
    sites["forgets"].answers["/robots.txt"] = down  # type: ignore[assignment]


@pytest.fixture(scope="module")
def robots(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Robots]:
    with ExitStack() as stack:
        sites = {id_: stack.enter_context(Site()) for id_ in SITES}
        build(sites)
        portals = [
            portal(id_, site.listen(f"127.0.0.{80 + n}"), delay_s=0.4 if n > 5 else None)
            for n, (id_, site) in enumerate(sites.items())
        ]
        done = crawl(
            tmp_path_factory.mktemp("matrix"),
            portals,
            KHOTIN_ANSWER_TIMEOUT_S=TIMEOUT_S,
            KHOTIN_RETRY_BASE_S=RETRY_S,
            KHOTIN_CRAWL_DELAY_MAX_S=CRAWL_DELAY_MAX_S,
            KHOTIN_ROBOTS_EXPIRY_S=EXPIRY_S,
        )
        yield Robots(sites, done)


@pytest.mark.parametrize(
    ("id_", "why"),
    [
        ("password", "start page: robots: refused"),
        ("silent", "timeout"),
        ("circle", "too many redirects"),
    ],
)
def test_without_an_answer_or_with_a_no_nothing_else_is_asked(
    robots: Robots, id_: str, why: str
) -> None:
    assert {path.replace("/r/", "/") for path in robots.paths(id_)} == {"/robots.txt"}
    assert (robots.done.portals[id_]["state"], robots.done.portals[id_]["why"]) == ("failed", why)


def test_a_silent_robots_txt_is_asked_again_after_a_wait(robots: Robots) -> None:
    log = robots.log("silent")
    assert len(log) == 3  # KHOTIN_ORIGIN_FAILURES
    gaps = [later.began - earlier.began for earlier, later in pairwise(log)]
    assert min(gaps) > TIMEOUT_S + RETRY_S / 2


def test_of_a_huge_robots_txt_the_first_500_kb_are_in_force(robots: Robots) -> None:
    paths = robots.paths("huge")
    assert article_path(1) in paths
    assert PRIVATE not in paths


def test_a_crawl_delay_of_an_hour_is_cut_to_the_limit(robots: Robots) -> None:
    log = robots.log("slow")[1:]
    gaps = [later.began - earlier.ended for earlier, later in pairwise(log)]
    assert min(gaps) >= CRAWL_DELAY_MAX_S
    assert robots.done.portals["slow"]["articles_new"] == 4


def test_noise_in_place_of_rules_forbids_nothing(robots: Robots) -> None:
    assert robots.done.portals["noise"]["articles_new"] == 4


def test_a_decision_that_has_expired_is_asked_for_again_in_the_same_run(robots: Robots) -> None:
    log = [seen for seen in robots.log("expires") if seen.path == "/robots.txt"]
    assert len(log) >= 2
    assert all(later.began - earlier.began >= EXPIRY_S for earlier, later in pairwise(log))
    assert robots.done.portals["expires"]["articles_new"] == 14
    assert PRIVATE not in robots.paths("expires")


def test_when_it_cannot_be_had_any_more_the_site_waits_instead_of_going_on(
    robots: Robots,
) -> None:
    paths = robots.paths("forgets")
    second = paths.index("/robots.txt", 1)
    assert second > 1
    assert set(paths[second:]) == {"/robots.txt"}
    assert robots.done.portals["forgets"]["state"] == "failed"
    assert robots.done.portals["forgets"]["pending"] > 0
