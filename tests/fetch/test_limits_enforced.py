"""Every setting does what its row in docs/crawling.md says: here, or in the test named for it."""

from __future__ import annotations

import ast
import gzip
import importlib
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.fetch.limits import SETTINGS, Limits
from crawler.fetch.session import CrawlSession
from crawler.portals.model import Portal
from crawler.urls import MAX_URL_CHARS
from tests.support.crawling import Crawl, crawl, portal
from tests.support.news import add_articles, add_robots, article_body, article_path, list_body
from tests.support.news import news_site as paged
from tests.support.site import Answer, Seen, Site

TESTS = Path(__file__).parents[1]
SMALL = {
    "KHOTIN_BODY_MAX_BYTES": 30_000,
    "KHOTIN_HEADER_MAX_BYTES": 2_000,
    "KHOTIN_DECODED_MAX_BYTES": 50_000,
    "KHOTIN_LINKS_MAX": 12,
    "KHOTIN_ENTRIES_MAX": 5,
    "KHOTIN_FEEDS_MAX": 3,
    "KHOTIN_HOPS_MAX": 2,
    "KHOTIN_DEPTH_MAX": 3,
    "KHOTIN_PATH_REPEATS_MAX": 2,
    "KHOTIN_WALK_PAGES_MAX": 2,
}
BAD = article_path(9)
HERE = "fetch/test_limits_enforced.py"
CRAWLS = "fetch/test_limits_in_crawls.py"
ENFORCED = {
    "CONTACT": "fetch/test_refused.py::test_a_public_crawl_needs_a_contact",
    "ALLOW_PRIVATE": "fetch/test_refused.py::test_private_addresses_are_refused_in_every_spelling",
    "DELAY_PUBLIC_S": "hostile/test_hostile_crawls.py::"
    "test_one_address_is_asked_one_thing_at_a_time_with_the_delay_between",
    "DELAY_LOOPBACK_S": "fetch/test_spacing.py::"
    "test_requests_to_an_address_are_at_least_the_delay_apart",
    "DELAY_MARGIN_S": f"{CRAWLS}::test_the_margin_is_added_to_a_delay",
    "CRAWL_DELAY_MAX_S": "fetch/test_robots_matrix.py::"
    "test_a_crawl_delay_of_an_hour_is_cut_to_the_limit",
    "PACE_MAX_S": "fetch/test_host_pace.py::"
    "test_a_delay_doubles_to_its_cap_and_never_beyond_what_the_portal_asks",
    "PACE_GOOD_ANSWERS": "fetch/test_host_pace.py::"
    "test_the_next_run_begins_with_it_and_good_answers_end_it",
    "QUIET_HOURS": "fetch/test_quiet_hours.py::"
    "test_in_quiet_hours_nothing_is_asked_and_the_visit_waits_for_their_end",
    "DNS_THREADS": "hostile/test_hostile_names.py::"
    "test_forty_dead_names_delay_no_request_of_a_live_site",
    "DNS_TIMEOUT_S": "hostile/test_hostile_names.py::"
    "test_forty_dead_names_delay_no_request_of_a_live_site",
    "DNS_POSITIVE_S": "fetch/test_resolver.py::test_an_answer_is_kept_until_it_expires",
    "DNS_NEGATIVE_S": "fetch/test_resolver.py::test_a_missing_name_is_remembered_too",
    "ANSWER_TIMEOUT_S": "hostile/test_hostile_crawls.py::test_a_fault_ends_as_it_must",
    "HEADER_MAX_BYTES": f"{HERE}::test_an_answer_over_a_limit_fails_with_its_reason",
    "BODY_MAX_BYTES": f"{HERE}::test_an_answer_over_a_limit_fails_with_its_reason",
    "FLIGHT_MAX_BYTES": "hostile/test_hostile_memory.py::"
    "test_many_large_bodies_at_once_stay_within_the_memory",
    "CONNECTIONS_MAX": f"{HERE}::test_no_more_connections_are_open_than_allowed",
    "DECODED_MAX_BYTES": f"{HERE}::test_an_answer_over_a_limit_fails_with_its_reason",
    "RETRY_ATTEMPTS": "fetch/test_robots_crawl.py::"
    "test_a_server_error_means_ask_again_and_never_go",
    "RETRY_BASE_S": "fetch/test_politeness.py::"
    "test_a_request_on_a_connection_that_died_arrives_once_and_is_asked_again_by_us",
    "RETRY_AFTER_MAX_S": f"{CRAWLS}::test_a_retry_after_of_a_day_is_cut_to_the_limit",
    "RETRY_CAP_S": f"{CRAWLS}::test_a_wait_of_ours_is_cut_to_the_limit",
    "BLOCK_WAIT_S": "fetch/test_faults.py::"
    "test_a_block_page_makes_the_whole_host_wait_and_the_page_is_asked_again",
    "ORIGIN_FAILURES": "fetch/test_politeness.py::"
    "test_a_site_that_is_gone_is_left_after_its_robots_txt_has_failed_too",
    "ORIGIN_REFUSALS": "fetch/test_waits.py::test_a_site_that_refuses_page_after_page_is_left",
    "PATIENCE_S": "fetch/test_waits.py::"
    "test_a_host_that_asked_to_wait_is_left_alone_by_the_next_run_too",
    "ROBOTS_EXPIRY_S": "fetch/test_robots_matrix.py::"
    "test_a_decision_that_has_expired_is_asked_for_again_in_the_same_run",
    "ROBOTS_MAX_BYTES": "fetch/test_robots_matrix.py::"
    "test_of_a_huge_robots_txt_the_first_500_kb_are_in_force",
    "HOPS_MAX": f"{HERE}::test_an_answer_over_a_limit_fails_with_its_reason",
    "DEPTH_MAX": f"{HERE}::test_an_address_over_a_limit_is_never_asked_for",
    "PATH_REPEATS_MAX": f"{HERE}::test_an_address_over_a_limit_is_never_asked_for",
    "LINKS_MAX": f"{HERE}::test_links_beyond_the_limit_are_left_out_and_it_is_said",
    "ENTRIES_MAX": f"{HERE}::test_links_beyond_the_limit_are_left_out_and_it_is_said",
    "WALK_PAGES_MAX": f"{HERE}::test_a_listing_is_walked_to_its_limit",
    "FEEDS_MAX": f"{HERE}::test_feeds_beyond_the_limit_are_not_asked_for",
    "PORTAL_PAGES_MAX": f"{CRAWLS}::test_pages_of_a_portal_and_the_time_of_a_run_end_it",
    "PORTAL_SECONDS_MAX": f"{CRAWLS}::test_a_portal_that_takes_too_long_is_ended_and_no_other",
    "PORTAL_DAY_PAGES": "fetch/test_quiet_hours.py::"
    "test_a_days_pages_are_counted_over_runs_and_go_on_after_midnight",
    "PAGES_MAX": "commands/test_crawl_command.py::"
    "test_a_page_budget_ends_the_run_with_its_own_status_and_json",
    "SECONDS_MAX": f"{CRAWLS}::test_pages_of_a_portal_and_the_time_of_a_run_end_it",
    "DISK_MIN_BYTES": "reliability/test_disks.py::test_a_crawl_ends_before_the_disk_is_full",
    "REVISITS_MAX": "archive/test_revisits.py::"
    "test_only_what_is_due_is_asked_for_and_no_more_than_allowed",
    "FULL_VISIT_EVERY": "spiders/test_validators.py::"
    "test_every_so_many_visits_nothing_is_asked_about_but_for",
    "VISIT_BASE_S": "archive/test_schedule.py::test_a_visit_is_planned_from_what_is_stored",
    "VISIT_MIN_S": "archive/test_schedule.py::"
    "test_an_interval_keeps_its_bounds_whatever_the_stamps",
    "VISIT_MAX_S": f"{CRAWLS}::"
    "test_the_next_visit_keeps_the_longest_interval_and_trouble_is_asked_about_soon",
    "VISIT_RETRY_S": f"{CRAWLS}::"
    "test_the_next_visit_keeps_the_longest_interval_and_trouble_is_asked_about_soon",
    "WARC_MAX_BYTES": f"{CRAWLS}::test_a_warc_file_ends_at_its_limit",
    "READERS": f"{CRAWLS}::test_so_many_readers_are_started_as_are_asked_for",
    "READER_TIMEOUT_S": "fetch/test_workers.py::"
    "test_a_hostile_page_times_out_and_the_other_worker_keeps_its_pace",
    "READER_MEMORY_BYTES": "fetch/test_workers.py::"
    "test_memory_exhaustion_is_told_as_such_and_the_worker_is_replaced",
    "READER_CPU_GRACE_S": "fetch/test_workers.py::"
    "test_a_worker_whose_pool_cannot_stop_it_ends_at_its_cpu_limit",
    "READER_BACKLOG": "fetch/test_waits.py::test_fetching_holds_back_while_the_readers_are_behind",
}


def test_every_setting_has_a_test_that_exists() -> None:
    assert {setting.name for setting in SETTINGS} == ENFORCED.keys()
    found: dict[str, set[str]] = {}
    missing = []
    for place in ENFORCED.values():
        file, _, name = place.partition("::")
        if file not in found:
            tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
            found[file] = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        if name not in found[file]:
            missing.append(place)
    assert missing == []


def test_the_fixed_limits_are_documented_as_they_are() -> None:
    text = (TESTS.parent / "docs" / "security.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| `(crawler[\w.]+)\.([A-Z_]+)` \| (\d+) \| [^|]+ \| [^|]+ \|$", text, re.M
    )
    assert len(rows) == text.count("\n| `crawler.") > 10
    for module, name, value in rows:
        assert getattr(importlib.import_module(module), name) == int(value), name


def _large(site: Site) -> None:
    site.page(BAD, article_body(9) + "<p>đủ dài</p>" * 2_000)


def _headers(site: Site) -> None:
    headers = {f"X-Khotin-{n}": "x" * 80 for n in range(30)}
    site.answers[BAD] = Answer(body=article_body(9), headers=headers)


def _packed(site: Site) -> None:
    body = gzip.compress(b"<html><body>" + b"<p>a</p>" * 20_000)
    site.answers[BAD] = Answer(body=body, headers={"Content-Encoding": "gzip"})


def _hops(site: Site) -> None:
    places = [BAD, *(article_path(n) for n in (91, 92, 93))]
    for here, there in pairwise(places):
        site.answers[here] = Answer(302, headers={"Location": there})
    add_articles(site, [93])


def _deep(site: Site) -> None:
    site.page("/", "<a href='/lich/1/'>Lịch</a>" + list_body(add_articles(site, [1, 2])))

    def respond(seen: Seen) -> Answer:
        if not seen.path.startswith("/lich/"):
            return Answer(404)
        day = int(seen.path.split("/")[2]) + 1
        return Answer(body=f"<html><body><a href='/lich/{day}/'>hôm sau</a></body></html>")

    site.fallback = respond


def _repeated(site: Site) -> None:
    links = "".join(f"<a href='{path}'>Bài viết</a>" for path in (f"/a/a{BAD}", f"/a/a/a{BAD}"))
    site.page("/", links + list_body(add_articles(site, [1, 2])))


def _long(site: Site) -> None:
    paths = [f"/tin-tuc/{'a' * count}-1009.html" for count in (2_000, MAX_URL_CHARS)]
    site.page("/", list_body([*paths, *add_articles(site, [1, 2])]))


def _links(site: Site) -> None:
    site.page("/", list_body(add_articles(site, range(1, 31))))


def _entries(site: Site) -> None:
    site.page("/", list_body(add_articles(site, range(1, 21))[:2]))
    items = "".join(f"<url><loc>{{base}}{article_path(n)}</loc></url>" for n in range(1, 21))
    _sitemap(site, "/map.xml", items)


def _feeds(site: Site) -> None:
    add_articles(site, range(1, 9))
    for n in range(1, 9):
        _sitemap(site, f"/map-{n}.xml", f"<url><loc>{{base}}{article_path(n)}</loc></url>")


def _sitemap(site: Site, path: str, items: str) -> None:
    robots = site.answers["/robots.txt"]
    assert isinstance(robots, Answer)
    robots.body = f"{robots.body!s}Sitemap: {path}\n"

    def respond(seen: Seen) -> Answer:
        text = items.replace("{base}", f"http://{seen.headers['host']}")
        body = f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{text}</urlset>"
        return Answer(body=body, type="application/xml")

    site.answers[path] = respond


def _paged(site: Site) -> None:
    paged(site, 8, 2)


BUILD = {
    "large": _large,
    "headers": _headers,
    "packed": _packed,
    "hops": _hops,
    "deep": _deep,
    "repeated": _repeated,
    "long": _long,
    "links": _links,
    "entries": _entries,
    "feeds": _feeds,
    "paged": _paged,
}


@dataclass
class World:
    sites: dict[str, Site]
    done: Crawl


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One crawl over a site for each limit, all of which are small."""
    with ExitStack() as stack:
        sites = {name: stack.enter_context(Site()) for name in BUILD}
        portals = []
        for number, (name, site) in enumerate(sites.items()):
            add_robots(site)
            site.page("/", list_body([*add_articles(site, [1, 2]), BAD]))
            BUILD[name](site)
            portals.append(portal(name, site.listen(f"127.0.0.{100 + number}")))
        yield World(sites, crawl(tmp_path_factory.mktemp("limits"), portals, **SMALL))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("large", "body too large"),
        ("headers", "header too large"),
        ("packed", "decoded size"),
        ("hops", "too many redirects"),
    ],
)
def test_an_answer_over_a_limit_fails_with_its_reason(world: World, name: str, reason: str) -> None:
    rows = world.done.query(
        "SELECT DISTINCT reason FROM frontier WHERE portal_id = ? AND state = 'failed'", name
    )
    assert rows == [(reason,)]
    assert world.done.portals[name]["articles_new"] == 2


@pytest.mark.parametrize(
    ("name", "asked", "never"),
    [
        ("deep", "/lich/3/", "/lich/4/"),
        ("repeated", f"/a/a{BAD}", f"/a/a/a{BAD}"),
        (
            "long",
            f"/tin-tuc/{'a' * 2_000}-1009.html",
            f"/tin-tuc/{'a' * MAX_URL_CHARS}-1009.html",
        ),
    ],
)
def test_an_address_over_a_limit_is_never_asked_for(
    world: World, name: str, asked: str, never: str
) -> None:
    paths = world.sites[name].paths()
    assert asked in paths
    assert never not in paths


@pytest.mark.parametrize(("name", "read", "followed"), [("links", 30, 12), ("entries", 20, 5)])
def test_links_beyond_the_limit_are_left_out_and_it_is_said(
    world: World, name: str, read: int, followed: int
) -> None:
    asked = [path for path in world.sites[name].paths() if "bai-viet" in path]
    # The home page of "entries" links to two of its own, which are among those of the sitemap.
    assert len(asked) == followed
    told = f"{read} links were read, the first {followed} are followed"
    rows = world.done.query("SELECT kind, detail FROM problems WHERE portal_id = ?", name)
    assert ("many links", told) in rows


def test_feeds_beyond_the_limit_are_not_asked_for(world: World) -> None:
    maps = [path for path in world.sites["feeds"].paths() if path.endswith(".xml")]
    assert len(maps) == SMALL["KHOTIN_FEEDS_MAX"]
    rows = world.done.query("SELECT count(*) FROM frontier WHERE reason = 'too many feeds'")
    assert rows == [(8 + 1 - len(maps),)]


def test_a_listing_is_walked_to_its_limit(world: World) -> None:
    pages = [path for path in world.sites["paged"].paths() if path.startswith("/tin-tuc/page-")]
    assert pages == ["/tin-tuc/page-2/"]
    rows = world.done.query("SELECT reason FROM frontier WHERE url LIKE '%/page-2/'")
    assert rows == [("page limit of a listing",)]


def test_no_more_connections_are_open_than_allowed(tmp_path: Path) -> None:
    with ExitStack() as stack:
        logs, portals = [], []
        for number in range(6):
            site = stack.enter_context(Site())
            paged(site, 2, 2)
            for answer in site.answers.values():
                assert isinstance(answer, Answer)
                answer.wait_s = 0.05
            portals.append(portal(f"p{number}", site.listen(f"127.0.0.{120 + number}")))
            logs.append(site.log)
        done = crawl(tmp_path, portals, KHOTIN_CONNECTIONS_MAX=2)
        seen = [request for log in logs for request in log]
    assert sum(report["articles_new"] for report in done.portals.values()) == 12
    most = max(sum(r.began <= s.began < r.ended for r in seen) for s in seen)
    assert most == 2


def test_a_session_passes_its_limits_on(tmp_path: Path) -> None:
    one = Portal("p", "P", "http://127.0.0.2/", "district", "Thanh Hóa", platform="nukeviet")
    settings = {
        "KHOTIN_WARC_MAX_BYTES": 77_000,
        "KHOTIN_READERS": 1,
        "KHOTIN_READER_TIMEOUT_S": 3,
        "KHOTIN_READER_MEMORY_BYTES": 700_000_000,
        "KHOTIN_READER_CPU_GRACE_S": 1.5,
    }
    session = CrawlSession.open([one], tmp_path / "archive.db", Limits.from_settings(settings))
    try:
        pool = session.pool
        assert session.writer.max_bytes == 77_000
        assert (pool.workers, pool.timeout_s) == (1, 3.0)
        assert (pool.memory_bytes, pool.cpu_grace_s) == (700_000_000, 1.5)
    finally:
        session.end("finished")
