"""Limits of time, waits and files, as servers and folders see them in real crawls."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from tests.support.crawling import Crawl, crawl, portal, start
from tests.support.news import article_path, news_site
from tests.support.site import Answer, Seen, Site

LONG_S = 99_999  # a wait that no test lives to see: what is waited for was cut
SMALL = {
    "KHOTIN_PORTAL_SECONDS_MAX": 5,
    "KHOTIN_DELAY_MARGIN_S": 0.2,
    "KHOTIN_RETRY_AFTER_MAX_S": 1,
    "KHOTIN_RETRY_BASE_S": LONG_S,
    "KHOTIN_RETRY_CAP_S": 0.5,
    "KHOTIN_WARC_MAX_BYTES": 8_000,
    "KHOTIN_VISIT_MAX_S": 50_000,
    "KHOTIN_VISIT_RETRY_S": 1_000,
}
SITES = ("slow", "quick", "margin", "asks", "breaks", "fails")


@dataclass
class World:
    sites: dict[str, Site]
    portals: list[dict[str, object]]
    folder: Path
    began: datetime
    done: Crawl

    def seen(self, name: str) -> list[Seen]:
        return sorted(self.sites[name].log, key=lambda seen: seen.began)

    def waits(self, name: str, path: str) -> list[float]:
        """Seconds between the requests for one address."""
        asked = [seen for seen in self.seen(name) if seen.path == path]
        return [later.began - earlier.ended for earlier, later in pairwise(asked)]


def _first(site: Site, times: int, answer: Answer) -> None:
    """The second article gives this answer so many times, then itself."""
    page = site.answers[article_path(2)]
    assert isinstance(page, Answer)
    left = [answer] * times
    site.answers[article_path(2)] = lambda seen: left.pop() if left else page


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One crawl with small limits, over a site for each."""
    folder = tmp_path_factory.mktemp("limits")
    with ExitStack() as stack:
        sites = {name: stack.enter_context(Site()) for name in SITES}
        portals = []
        for number, (name, site) in enumerate(sites.items()):
            news_site(site, *((40, 40) if name == "slow" else (4, 4)))
            delay_s = {"slow": 0.4, "margin": 0.2}.get(name, 0)
            url = site.listen(f"127.0.0.{140 + number}")
            portals.append(portal(name, url, delay_s=delay_s))
        _first(sites["asks"], 1, Answer(503, headers={"Retry-After": str(LONG_S)}))
        _first(sites["breaks"], 2, Answer(drop=True))
        sites["fails"].answers["/"] = Answer(404)
        began = datetime.now(UTC)
        done = crawl(folder, portals, **SMALL)
        yield World(sites, portals, folder, began, done)


def test_a_portal_that_takes_too_long_is_ended_and_no_other(world: World) -> None:
    slow, most = world.seen("slow"), SMALL["KHOTIN_PORTAL_SECONDS_MAX"]
    report = world.done.portals["slow"]
    assert report["state"] == "budget"
    assert report["why"].endswith(f"left: {most} seconds of a portal")
    assert report["pending"] > 0
    assert slow[-1].began - slow[1].began < most + 0.5  # robots.txt comes before its first page
    assert slow[-1].began - slow[1].began > most - 2
    assert {world.done.portals[name]["state"] for name in SITES[1:-1]} == {"done"}
    assert world.done.report["exit_status"] in (3, 4, 6)


def test_a_portal_that_took_too_long_goes_on_in_the_next_run(world: World) -> None:
    before = {seen.path for seen in world.seen("slow")}
    (slow,) = ({**one, "delay_s": 0} for one in world.portals if one["id"] == "slow")
    again = crawl(world.folder, [slow], **{**SMALL, "KHOTIN_PORTAL_SECONDS_MAX": 0})
    assert again.portals["slow"]["state"] == "done"
    assert again.query("SELECT count(*) FROM articles WHERE portal_id = 'slow'") == [(40,)]
    asked = [seen.path for seen in world.seen("slow")]
    assert not [path for path in before if "bai-viet" in path and asked.count(path) > 1]


def test_the_margin_is_added_to_a_delay(world: World) -> None:
    assert world.sites["margin"].gap("127.0.0.142") >= 0.2 + SMALL["KHOTIN_DELAY_MARGIN_S"]


def test_a_retry_after_of_a_day_is_cut_to_the_limit(world: World) -> None:
    (wait,) = world.waits("asks", article_path(2))
    assert 1 <= wait < 30
    assert world.done.portals["asks"]["articles_new"] == 4


def test_a_wait_of_ours_is_cut_to_the_limit(world: World) -> None:
    waits = world.waits("breaks", article_path(2))
    assert len(waits) == 2
    assert all(0.5 <= wait < 30 for wait in waits)
    assert world.done.portals["breaks"]["articles_new"] == 4


def test_a_warc_file_ends_at_its_limit(world: World) -> None:
    files = sorted((world.folder / "warcs").glob("*.warc.gz"))
    assert len(files) > 2
    for file in files:
        if file.stat().st_size > SMALL["KHOTIN_WARC_MAX_BYTES"]:
            with file.open("rb") as stream:
                records = [record.rec_type for record in ArchiveIterator(stream)]
            assert records.count("response") == 1, file


def test_the_next_visit_keeps_the_longest_interval_and_trouble_is_asked_about_soon(
    world: World,
) -> None:
    rows = dict(world.done.query("SELECT portal_id, next_visit_at FROM schedule"))
    for name, wait_s in (("quick", 50_000), ("fails", 1_000)):
        due = (datetime.fromisoformat(rows[name]) - world.began).total_seconds()
        assert wait_s - 1 <= due < wait_s + 120, name


def test_pages_of_a_portal_and_the_time_of_a_run_end_it(tmp_path: Path) -> None:
    with Site() as many, Site() as slow:
        news_site(many, 12, 12)
        news_site(slow, 30, 30)
        portals = [
            portal("many", many.listen("127.0.0.148")),
            portal("slow", slow.listen("127.0.0.149"), delay_s=0.5),
        ]
        done = crawl(tmp_path, portals, KHOTIN_PORTAL_PAGES_MAX=7, KHOTIN_SECONDS_MAX=2.5)
        pages = [path for path in many.paths() if path != "/robots.txt"]
        took = slow.log[-1].began - slow.log[0].began
    assert len(pages) == 7
    whys = {name: report["why"].partition(" left: ")[2] for name, report in done.portals.items()}
    assert whys == {"many": "7 pages of a portal", "slow": "time"}
    assert 1 < took < 3.5
    assert done.report["exit_status"] == 4


def _readers_of(pid: int) -> int:
    """How many reader processes a crawl has: its children that wait for work of its pool."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")  # a thread of the pool starts them
    children = [child for task in tasks for child in task.read_text(encoding="ascii").split()]
    lines = [Path(f"/proc/{child}/cmdline").read_bytes() for child in children]
    return sum(b"spawn_main" in line for line in lines)


def test_so_many_readers_are_started_as_are_asked_for(tmp_path: Path) -> None:
    with Site() as site:
        news_site(site, 60, 60)
        one = portal("p", site.listen("127.0.0.150"), delay_s=0.1)
        process = start(tmp_path, [one], KHOTIN_READERS=3)
        try:
            until = time.monotonic() + 60
            while len(site.log) < 8:
                assert process.poll() is None and time.monotonic() < until
                time.sleep(0.05)
            assert _readers_of(process.pid) == 3
        finally:
            process.kill()
            process.communicate()
