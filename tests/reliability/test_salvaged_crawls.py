"""Crawls killed with answers on disk and not stored: the next takes them from their records."""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from crawler.archive.captures import read_capture
from crawler.archive.db import Archive
from crawler.archive.salvage import Salvaged, find_salvage
from tests.support.crashing import HERE, point
from tests.support.kills import start, workplace
from tests.support.long import LONG
from tests.support.news import add_articles, add_robots, article_path, list_body
from tests.support.site import Answer, Site
from tests.support.soundness import faults, leftovers
from tests.support.towns import Towns
from tests.support.workplace import Workplace

LIMIT_S = 120
KILLED = -9
STORE = "crawler.fetch.pipeline:store"
READ = "crawler.archive.salvage:Salvaged.read"
FRONTIER = "crawler.archive.frontier:Frontier"


def run(place: Workplace, *words: str, at: str | None = None) -> tuple[int, dict[str, Any], str]:
    """(exit status, report, stderr) of `khotin crawl`, which dies at a point if one is given."""
    points = [at] if at else []
    crawl = ["crawl", "--db", str(place.db), "--allow-private", "--json", *words]
    process = place.start(HERE, *points, "--", *crawl, KHOTIN_DELAY_LOOPBACK_S=0)
    out, err = process.communicate(timeout=LIMIT_S)
    return process.returncode, json.loads(out) if out else {}, err


def unstored(db: Path) -> list[Salvaged]:
    """The answers that a killed crawl left."""
    with Archive.open(db) as archive:
        return find_salvage(archive, lambda row: row.kind != "robots")


def query(db: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(db)) as conn:
        return conn.execute(sql, values).fetchall()


@pytest.fixture
def left(untouched: Towns, tmp_path: Path) -> tuple[Workplace, list[Salvaged]]:
    """A crawl of the towns that was killed before it stored its twelfth answer."""
    place = workplace(tmp_path, untouched)
    process = start(place, untouched, point(STORE, "before", 12))
    process.communicate(timeout=LIMIT_S)
    assert process.returncode == KILLED
    found = unstored(place.db)
    assert found
    return place, found


def names(towns: Towns) -> list[str]:
    return [town["id"] for town in towns.portals]


def asked(towns: Towns, found: list[Salvaged]) -> set[int]:
    """How often each of these addresses was asked for."""
    times = Counter({(host, path): n for (host, path), n in towns.asked.items()})
    return {
        times[item.row.origin.split("/")[2].split(":")[0], "/" + item.row.url.split("/", 3)[3]]
        for item in found
    }


def check_evidence(db: Path, found: list[Salvaged]) -> None:
    """Each answer has one row, which says when it came and leads to where it stood."""
    for item in found:
        ref = item.ref
        assert query(
            db,
            "SELECT fetched_at, warc_file, warc_offset, warc_length, payload_digest FROM captures "
            "WHERE url = ? AND portal_id = ?",
            item.row.url,
            item.row.portal_id,
        ) == [(item.fetched_at, ref.file, ref.offset, ref.length, ref.payload_digest)]
        assert read_capture(db.parent / "warcs", ref).url == item.row.url
    assert faults(db) + leftovers(db) == []


def test_answers_on_disk_are_stored_without_a_request(
    left: tuple[Workplace, list[Salvaged]], towns: Towns
) -> None:
    place, found = left
    time.sleep(1.1)  # so that the present is another second than the answers'
    status, report, said = run(place, *names(towns))
    assert status == 0, said
    assert f"{len(found)} answers of the killed crawl are taken from warcs/" in said
    assert sum(portal["salvaged"] for portal in report["portals"]) == len(found)
    assert asked(towns, found) == {1}
    check_evidence(place.db, found)
    [(pages, captures)] = query(
        place.db,
        "SELECT (SELECT sum(pages) FROM portal_runs), "
        "(SELECT count(*) FROM captures WHERE kind != 'robots')",
    )
    assert pages == captures
    [(articles,)] = query(place.db, "SELECT count(*) FROM articles")
    assert articles == towns.expected


def test_a_salvage_that_is_killed_is_begun_anew_and_stores_nothing_twice(
    left: tuple[Workplace, list[Salvaged]], towns: Towns
) -> None:
    place, found = left
    points = [
        point("crawler.fetch.session:find_salvage", "after"),
        point(f"{FRONTIER}.recover", "after"),
        point(READ, "after"),
        point(STORE, "before"),
        point(STORE, "after"),
    ]
    for at in points:
        status, _, said = run(place, *names(towns), at=at)
        assert status == KILLED, (at, said)
    status, _, said = run(place, *names(towns))
    assert status == 0, said
    assert asked(towns, found) == {1}
    check_evidence(place.db, found)
    [(versions,)] = query(place.db, "SELECT count(*) FROM versions")
    assert versions == towns.expected


def test_pages_of_a_portal_that_is_not_crawled_now_are_asked_for_again_when_it_is(
    left: tuple[Workplace, list[Salvaged]], towns: Towns
) -> None:
    place, found = left
    first, second = names(towns)
    mine = [item for item in found if item.row.portal_id == first]
    status, _, said = run(place, second)
    assert status == 0, said
    assert query(place.db, "SELECT 1 FROM frontier WHERE state = 'claimed'") == []
    status, _, said = run(place, first)
    assert status == 0, said
    assert asked(towns, mine) <= {2}
    assert faults(place.db) + leftovers(place.db) == []
    [(articles,)] = query(place.db, "SELECT count(*) FROM articles")
    assert articles == towns.expected


@pytest.fixture
def site() -> Iterator[Site]:
    """A portal of four articles; the second and third are to be given another answer."""
    with Site() as made:
        made.page("/", list_body(add_articles(made, range(1, 5))))
        add_robots(made)
        yield made


@pytest.mark.parametrize(
    ("answer", "at", "reason"),
    [
        (Answer(404), point(f"{FRONTIER}.failed", "before"), "gone"),
        pytest.param(
            Answer(301, headers={"Location": article_path(3)}),
            point("crawler.fetch.endings:Endings.redirected", "after"),
            "redirect",
            marks=LONG,
        ),
    ],
    ids=["404", "redirect"],
)
def test_an_answer_that_is_no_page_is_salvaged_too(
    site: Site, tmp_path: Path, answer: Answer, at: str, reason: str
) -> None:
    site.answers[article_path(2)] = answer
    place = Workplace(tmp_path)
    place.add("nho", f'url = "{site.listen("127.0.0.2")}/"')
    assert run(place, "nho", at=at)[0] == KILLED
    assert article_path(2) in {"/" + item.row.url.split("/", 3)[3] for item in unstored(place.db)}
    status, _, said = run(place, "nho")
    assert status == 0, said
    assert site.paths().count(article_path(2)) == 1
    where = f"%{article_path(2)}"
    assert query(place.db, "SELECT reason FROM frontier WHERE url LIKE ?", where) == [(reason,)]


def test_a_host_that_asked_to_wait_before_the_kill_is_waited_for_after_it(
    site: Site, tmp_path: Path
) -> None:
    wait_s = 3
    page = site.answers[article_path(2)]
    assert isinstance(page, Answer)
    busy = [Answer(429, headers={"Retry-After": str(wait_s)})]
    site.answers[article_path(2)] = lambda seen: busy.pop() if busy else page
    place = Workplace(tmp_path)
    place.add("nho", f'url = "{site.listen("127.0.0.2")}/"')
    assert run(place, "nho", at=point(f"{FRONTIER}.retry", "before"))[0] == KILLED
    before = len(site.log)
    assert site.paths().count(article_path(2)) == 1
    begun = time.monotonic()
    status, report, said = run(place, "nho")
    assert status == 0, said
    assert report["portals"][0]["salvaged"] >= 1
    refused = next(seen for seen in site.log if seen.path == article_path(2))
    assert all(seen.began - refused.ended >= wait_s for seen in site.log[before:])
    assert time.monotonic() - begun < LIMIT_S / 4  # it is not waited for ever


DELAY_S = 4.0  # more than a crawl takes to start


@pytest.mark.parametrize(
    "at",
    [
        point(STORE, "before", 2),  # the home page is answered and not stored
        pytest.param(point("crawler.archive.frontier:Frontier.claim", "after", 2), marks=LONG),
        pytest.param(None, marks=LONG),  # by the server, which has the request
    ],
    ids=["answered", "claimed", "cut off"],
)
def test_the_first_request_after_a_kill_keeps_its_distance_from_the_last_before(
    site: Site, tmp_path: Path, at: str | None
) -> None:
    place = Workplace(tmp_path)
    place.add("nho", f'url = "{site.listen("127.0.0.2")}/"', f"delay_s = {DELAY_S}")
    words = [*(["--"] if at is None else [at, "--"]), "crawl", "nho", "--db", str(place.db)]
    process = place.start(HERE, *words, "--allow-private")
    if at is None:
        while not any(seen.path == "/" for seen in site.log):
            time.sleep(0.01)
        process.kill()
    process.communicate(timeout=LIMIT_S)
    assert process.returncode == KILLED
    before = len(site.log)
    process = place.start(HERE, "--", "crawl", "nho", "--db", str(place.db), "--allow-private")
    while len(site.log) == before:
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.01)
    process.kill()
    process.communicate(timeout=LIMIT_S)
    assert site.log[before].began - site.log[before - 1].ended >= DELAY_S
