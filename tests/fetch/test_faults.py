"""One crawl over a dozen broken sites: each ends as it should, and none holds up the others."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import Any

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

MAX_BODY = 300_000
BLOCK_PAGE = (
    "<!doctype html><html><head><title>Hãy đợi...</title></head><body><div class='floodblocker'>"
    "Hệ thống đang từ chối truy cập của bạn. Hãy đợi 1 giây</div></body></html>"
)


@dataclass
class World:
    sites: dict[str, Site]
    done: Crawl

    def state(self, id_: str) -> tuple[str, str | None]:
        report = self.done.portals[id_]
        return report["state"], report["why"]

    def seen(self, id_: str, path: str) -> list[Seen]:
        return [seen for seen in self.sites[id_].log if seen.path == path]

    def row(self, id_: str, path: str) -> tuple[str, str | None]:
        """State and reason of a frontier row."""
        return self.done.query(
            "SELECT state, reason FROM frontier WHERE portal_id = ? AND url LIKE ?", id_, f"%{path}"
        )[0]

    def problems(self, id_: str) -> set[str]:
        return {
            kind
            for (kind,) in self.done.query("SELECT kind FROM problems WHERE portal_id = ?", id_)
        }


def first_then(first: Answer, then: Answer, times: int = 1) -> Any:
    """A path that answers one thing so many times, then another."""
    left = [times]

    def respond(seen: Seen) -> Answer:
        left[0] -= 1
        return first if left[0] >= 0 else then

    return respond


def wait_until_a_date(then: Answer) -> Any:
    """429 with the time two seconds from now in Retry-After, then the page."""
    asked: list[Seen] = []

    def respond(seen: Seen) -> Answer:
        asked.append(seen)
        later = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
        return Answer(429, headers={"Retry-After": later}) if len(asked) == 1 else then

    return respond


def html(body: str) -> Answer:
    return Answer(body=f"<!doctype html><html><head></head><body>{body}</body></html>")


def build(sites: dict[str, Site]) -> None:
    """What each site does."""
    news_site(sites["sound"], 4, 2)

    add_robots(sites["gone-home"])

    add_robots(sites["blocked"])
    sites["blocked"].answers["/"] = Answer(body=BLOCK_PAGE)

    site = sites["blocked-once"]
    paths = news_site(site, 3, 3)
    article = site.answers[paths[0]]
    assert isinstance(article, Answer)
    site.answers[paths[0]] = first_then(Answer(body=BLOCK_PAGE), article)

    add_robots(sites["empty"])
    sites["empty"].answers["/"] = Answer(body="")

    add_robots(sites["pdf"])
    sites["pdf"].answers["/"] = Answer(body=b"%PDF-1.4\n" + b"x" * 500, type="application/pdf")

    site = sites["moved"]
    add_robots(site)
    site.answers["/"] = Answer(301, headers={"Location": "http://elsewhere.invalid/"})

    site = sites["redirects"]
    add_robots(site)
    add_articles(site, [1, 2])
    site.answers["/"] = Answer(302, headers={"Location": "/trang-chu"})
    odd = "/tin-tuc/cu/bai-viet-009-1009.html"
    site.answers["/trang-chu"] = html(
        list_body([article_path(1), odd, "/tin-tuc/vong-1-71.html", "/tin-tuc/mat-5-75.html"])
    )
    site.answers[odd] = Answer(301, headers={"Location": article_path(2)})
    site.answers["/tin-tuc/vong-1-71.html"] = Answer(
        302, headers={"Location": "/tin-tuc/vong-2-72.html"}
    )
    site.answers["/tin-tuc/vong-2-72.html"] = Answer(
        302, headers={"Location": "/tin-tuc/vong-1-71.html"}
    )
    site.answers["/tin-tuc/mat-5-75.html"] = Answer(301, headers={"Location": "/"})

    build_trouble(sites["trouble"])


def build_trouble(site: Site) -> None:
    add_robots(site)
    paths = [article_path(number) for number in range(1, 13)]
    site.answers["/"] = html(list_body(paths))
    fine = [html(article_body(number)) for number in range(1, 13)]
    site.answers[paths[0]] = first_then(Answer(drop=True), fine[0])
    site.answers[paths[1]] = first_then(Answer(503, headers={"Retry-After": "1"}), fine[1])
    site.answers[paths[2]] = wait_until_a_date(fine[2])
    site.answers[paths[3]] = Answer(404, "<p>không còn</p>")
    flood = b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"y" * 990) for n in range(99))
    site.answers[paths[4]] = Answer(raw=flood + b"Content-Length: 0\r\n\r\n")
    line = b"HTTP/1.1 200 OK\r\nX-Long: " + b"y" * 90_000 + b"\r\nContent-Length: 0\r\n\r\n"
    site.answers[paths[5]] = Answer(raw=line)
    site.answers[paths[6]] = Answer(body=b"x" * (MAX_BODY + 1))
    bomb = gzip.compress(b"<p>" + b"a" * 3_000_000)
    site.answers[paths[7]] = Answer(body=bomb, headers={"Content-Encoding": "gzip"})
    body = fine[8].body
    assert isinstance(body, str)
    site.answers[paths[8]] = Answer(
        body=gzip.compress(body.encode()), headers={"Content-Encoding": "gzip"}
    )
    refresh = f"<meta http-equiv='refresh' content='0; url={paths[11]}'>"
    site.answers[paths[9]] = Answer(body=f"<!doctype html><html><head>{refresh}</head></html>")
    cut = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n<p>half"
    site.answers[paths[10]] = first_then(Answer(raw=cut), fine[10])
    site.answers[paths[11]] = fine[11]


SITES = (
    "sound",
    "gone-home",
    "blocked",
    "blocked-once",
    "empty",
    "pdf",
    "moved",
    "redirects",
    "trouble",
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with ExitStack() as stack:
        sites = {id_: stack.enter_context(Site()) for id_ in SITES}
        portals = [
            portal(id_, site.listen(f"127.0.0.{20 + number}"))
            for number, (id_, site) in enumerate(sites.items())
        ]
        with Site() as down:
            portals.append(portal("down", down.listen("127.0.0.50")))
        portals.append(portal("no-name", "http://khotin-test.invalid/"))
        build(sites)
        folder = tmp_path_factory.mktemp("faults")
        settings: dict[str, Any] = {
            "KHOTIN_BODY_MAX_BYTES": MAX_BODY,
            "KHOTIN_DECODED_MAX_BYTES": 1_000_000,
        }
        yield World(sites, crawl(folder, portals, **settings))


def test_a_sound_site_among_broken_ones_is_crawled_to_the_end(world: World) -> None:
    assert world.state("sound") == ("done", None)
    assert world.done.portals["sound"]["articles_new"] == 4


def test_a_host_that_is_down_is_asked_a_few_times_and_recorded(world: World) -> None:
    assert world.state("down") == ("failed", "connection refused")
    assert world.problems("down") == {"connection refused"}
    assert world.done.query("SELECT count(*) FROM problems WHERE portal_id = 'down'") == [(3,)]


def test_a_name_that_does_not_exist_fails_its_start_page(world: World) -> None:
    assert world.state("no-name") == ("failed", "start page: dns")
    assert world.problems("no-name") == {"dns"}


def test_a_home_page_that_is_gone_is_a_failed_portal(world: World) -> None:
    assert world.state("gone-home") == ("suspect", "closed: start page: gone")


def test_a_block_page_with_status_200_is_never_content(world: World) -> None:
    state, why = world.state("blocked")
    assert (state, why) == ("suspect", "blocked: start page: block page")
    asked = world.seen("blocked", "/")
    assert len(asked) == 3
    assert asked[1].began - asked[0].ended >= 0.6
    assert not world.done.query("SELECT 1 FROM articles WHERE portal_id = 'blocked'")


def test_a_block_page_makes_the_whole_host_wait_and_the_page_is_asked_again(world: World) -> None:
    assert world.state("blocked-once") == ("done", None)
    assert world.done.portals["blocked-once"]["articles_new"] == 3
    # The page must be read before it is known as a block, so a request or two may slip through.
    log = sorted(world.sites["blocked-once"].log, key=lambda seen: seen.began)
    assert max(later.began - earlier.ended for earlier, later in pairwise(log)) >= 0.5
    assert len(world.seen("blocked-once", article_path(1))) == 2


def test_an_empty_home_page_is_a_failed_portal(world: World) -> None:
    assert world.state("empty") == ("suspect", "empty: start page: empty")


def test_a_file_that_is_no_html_is_recorded_as_such(world: World) -> None:
    assert world.state("pdf") == ("suspect", "layout changed: start page: not HTML")


def test_a_redirect_to_a_foreign_host_is_recorded_and_not_followed(world: World) -> None:
    assert world.state("moved") == ("suspect", "moved: start page: moved to elsewhere.invalid")
    assert world.done.query("SELECT kind, detail FROM problems WHERE portal_id = 'moved'") == [
        ("moved to", "http://elsewhere.invalid/")
    ]


def test_redirects_are_captured_and_their_rows_are_done(world: World) -> None:
    assert world.row("redirects", "/tin-tuc/cu/bai-viet-009-1009.html") == ("done", "redirect")
    redirects = world.done.query(
        "SELECT url, status, redirect_url FROM captures WHERE portal_id = 'redirects' "
        "AND kind = 'redirect' ORDER BY id LIMIT 1"
    )
    assert redirects[0][1] == 302
    assert redirects[0][2].endswith("/trang-chu")
    assert world.done.portals["redirects"]["articles_new"] == 2


def test_a_circle_of_redirects_ends(world: World) -> None:
    assert len(world.seen("redirects", "/tin-tuc/vong-1-71.html")) == 1
    assert len(world.seen("redirects", "/tin-tuc/vong-2-72.html")) == 1


def test_an_article_sent_back_to_the_home_page_is_gone(world: World) -> None:
    assert world.row("redirects", "/tin-tuc/mat-5-75.html") == ("failed", "gone")


def test_a_dropped_connection_is_asked_again_by_us_and_not_behind_our_back(world: World) -> None:
    asked = world.seen("trouble", article_path(1))
    assert len(asked) == 2
    assert asked[1].began - asked[0].ended >= 0.2


def test_retry_after_in_seconds_is_honoured(world: World) -> None:
    asked = world.seen("trouble", article_path(2))
    assert len(asked) == 2
    assert asked[1].began - asked[0].ended >= 1.0


def test_retry_after_as_a_date_is_honoured(world: World) -> None:
    asked = world.seen("trouble", article_path(3))
    assert len(asked) == 2
    assert asked[1].began - asked[0].ended >= 1.0  # dates have whole seconds: 1 to 2
    assert world.row("trouble", article_path(3)) == ("done", None)


def test_while_a_host_asks_to_wait_nothing_else_goes_to_it(world: World) -> None:
    log = sorted(world.sites["trouble"].log, key=lambda seen: seen.began)
    at = next(n for n, seen in enumerate(log) if seen.path == article_path(2))
    assert log[at + 1].began - log[at].ended >= 1.0


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (4, "gone"),
        (5, "header too large"),
        (6, "header too large"),
        (7, "body too large"),
        (8, "decoded size"),
    ],
)
def test_a_hostile_page_is_a_failed_row_with_its_reason(
    world: World, number: int, reason: str
) -> None:
    assert world.row("trouble", article_path(number)) == ("failed", reason)
    assert len(world.seen("trouble", article_path(number))) == 1


def test_a_compressed_page_is_read_and_kept_as_received(world: World) -> None:
    assert world.row("trouble", article_path(9)) == ("done", None)
    sizes = world.done.query(
        "SELECT size_bytes, body_sha256, payload_digest FROM captures WHERE url LIKE ?",
        f"%{article_path(9)}",
    )
    ((size, body_sha256, payload_digest),) = sizes
    assert size < 1500
    assert payload_digest != f"sha256:{body_sha256}"


def test_a_meta_refresh_is_followed_like_a_redirect(world: World) -> None:
    assert world.row("trouble", article_path(10)) == ("done", "redirect")
    assert world.row("trouble", article_path(12)) == ("done", None)


def test_half_a_body_is_no_evidence_and_asked_again(world: World) -> None:
    assert len(world.seen("trouble", article_path(11))) == 2
    assert world.row("trouble", article_path(11)) == ("done", None)


def test_no_claim_is_left_behind(world: World) -> None:
    assert not world.done.query("SELECT url FROM frontier WHERE state = 'claimed'")


def test_the_worst_portal_gives_the_exit_status(world: World) -> None:
    assert world.done.report["state"] == "failed"
    assert world.done.report["exit_status"] == 3


def test_every_request_names_us(world: World) -> None:
    agents = {seen.headers["user-agent"] for site in world.sites.values() for seen in site.log}
    assert len(agents) == 1
    assert agents.pop().startswith("khotin/")


def test_the_run_took_no_longer_than_its_longest_wait(world: World) -> None:
    began = min(seen.began for site in world.sites.values() for seen in site.log)
    assert time.monotonic() - began < 60
    assert world.done.report["seconds"] < 30
