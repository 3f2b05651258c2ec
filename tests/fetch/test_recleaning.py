"""The end of a run: articles read before the counts were in are cleaned, and none is lost."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from urllib.parse import urlsplit

import pytest

from crawler.archive.db import Archive
from crawler.archive.repetition import count, load
from crawler.demo import DemoPortal, build, serve
from crawler.fetch.limits import Limits
from crawler.fetch.recleaning import reclean
from crawler.fetch.repetition_book import RELOAD_ARTICLES
from crawler.fetch.session import CrawlSession, Progress
from crawler.fetch.workers import ReaderPool
from crawler.portals.model import Portal
from crawler.reader.model import Reading, SeenBlock
from tests.support.crawling import Crawl, crawl, crawl_until, portal, query
from tests.support.demo_scores import DemoPages
from tests.support.poor_readers import disown, hollow

ARTICLES = 40
PORTAL = 4  # of the demo portals
WORDS = "SELECT native_id, title, lead, text FROM articles ORDER BY id"


@pytest.fixture(scope="module")
def demo() -> DemoPortal:
    """A portal whose layout is known to nobody."""
    return build(articles_per_portal=ARTICLES, mutation=3)[PORTAL]


@pytest.fixture(scope="module")
def crawled(demo: DemoPortal, tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    """That portal, crawled to its end."""
    with serve([demo]) as server:
        return crawl(tmp_path_factory.mktemp("cleaned"), [portal("p", server.url(demo.id))])


@pytest.fixture
def archive(crawled: Crawl, tmp_path: Path) -> Path:
    """A copy of the crawled archive, to be spoiled."""
    shutil.copytree(crawled.db.parent, tmp_path / "copy")
    return tmp_path / "copy" / "archive.db"


@pytest.fixture
def session(archive: Path) -> Iterator[CrawlSession]:
    """A run over that archive in which nothing is fetched; it has just learned something new."""
    url = query(archive, "SELECT url FROM portals")[0][0]
    made = Portal("p", "p", url, "district", "Thanh Hóa", platform="generic")
    opened = CrawlSession.open([made], archive, Limits.from_settings({"KHOTIN_READERS": 1}))
    learn_more(opened.archive)
    yield opened
    opened.pool.close()
    opened.writer.close()
    opened.archive.close()


def learn_more(archive: Archive) -> None:
    """As many further pages as it takes to learn of one more place."""
    news = [SeenBlock("moi", "moi", "div.moi", 20, "Khối mới")]
    while "moi" not in load(archive, "p").regions:
        count(archive, "p", news, "2027-01-01T00:00:00+07:00")


def test_all_articles_end_with_what_the_run_has_learned(crawled: Crawl, demo: DemoPortal) -> None:
    report = crawled.portals["p"]
    assert (report["state"], report["recleaned"] >= RELOAD_ARTICLES) == ("done", True)
    with Archive.open(crawled.db, readonly=True) as archive:
        current = load(archive, "p").version
    versions = crawled.query("SELECT DISTINCT repeated_version FROM articles")
    assert versions == crawled.query("SELECT DISTINCT repeated_version FROM versions")
    assert versions == [(current,)]


def test_cleaning_makes_no_version_and_search_follows(crawled: Crawl) -> None:
    assert crawled.query(
        "SELECT count(*), count(DISTINCT article_id), min(cause) FROM versions"
    ) == [(crawled.portals["p"]["articles_new"],) * 2 + ("first",)]
    differing = crawled.query(
        "SELECT count(*) FROM articles AS a JOIN versions AS v ON v.article_id = a.id WHERE "
        "(a.title, a.lead, a.text, a.text_sha256) IS NOT (v.title, v.lead, v.text, v.text_sha256)"
    )
    assert differing == [(0,)]
    with sqlite3.connect(crawled.db) as conn:
        conn.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)")


def test_what_is_stored_is_as_clean_as_pages_read_one_by_one_or_cleaner(
    crawled: Crawl, demo: DemoPortal
) -> None:
    stored = {
        urlsplit(url).path: Reading(url, "article", title=title, lead=lead, text=text)
        for url, title, lead, text in crawled.query("SELECT url, title, lead, text FROM articles")
    }
    pages = DemoPages(demo)
    pairs = [
        (before, stored[urlsplit(gold.urls[0]).path], gold)
        for before, gold in pages.readings(None)
        if urlsplit(gold.urls[0]).path in stored
    ]
    assert len(pairs) >= ARTICLES * 0.9
    scores = [
        [pages.score(reading, gold) for reading, gold in way]
        for way in ([(before, g) for before, _, g in pairs], [(after, g) for _, after, g in pairs])
    ]
    alone, learned = (fmean(page.f1 for page in way) for way in scores)
    leaked = [sum(bool(page.leaks) for page in way) for way in scores]
    print(f"F1 {alone:.4f} -> {learned:.4f}, leaking pages {leaked[0]} -> {leaked[1]}")
    assert learned >= alone
    assert leaked[1] <= leaked[0]


def test_a_second_run_cleans_nothing_again(archive: Path, demo: DemoPortal) -> None:
    before = query(archive, WORDS)
    with serve([demo]) as server:
        again = crawl(archive.parent, [portal("p", server.url(demo.id))])
    assert again.portals["p"]["recleaned"] == 0
    assert set(before) <= set(query(archive, WORDS))


def test_kill_9_amid_the_cleaning_costs_nothing(demo: DemoPortal, tmp_path: Path) -> None:
    db = tmp_path / "archive.db"

    def amid() -> bool:
        if not db.exists() or not query(db, "SELECT 1 FROM sqlite_master WHERE name = 'runs'"):
            return False
        open_rows = "SELECT count(*) FROM frontier WHERE state IN ('pending', 'claimed')"
        if not query(db, "SELECT 1 FROM runs"):
            return False  # the tables are still being made
        raw = "SELECT count(*) FROM articles WHERE repeated_version = ''"
        if query(db, open_rows) != [(0,)]:
            return False
        return 0 < int(query(db, raw)[0][0]) < RELOAD_ARTICLES

    with serve([demo]) as server:
        portals = [portal("p", server.url(demo.id))]
        crawl_until(tmp_path, portals, amid)
        articles = query(db, "SELECT count(*) FROM articles")
        assert query(db, "SELECT count(DISTINCT repeated_version) FROM articles")[0][0] > 1
        done = crawl(tmp_path, portals)
    assert done.report["state"] == "done"
    assert done.portals["p"]["recleaned"] > 0
    assert done.query("SELECT count(*) FROM articles") == articles
    assert done.query("SELECT count(*) FROM versions") == articles
    assert done.query("SELECT count(DISTINCT repeated_version) FROM articles") == [(1,)]


@pytest.mark.parametrize("function", [disown, hollow])
def test_an_article_is_kept_where_the_new_reading_has_less(
    session: CrawlSession, function: object
) -> None:
    before = session.archive.conn.execute(WORDS).fetchall()
    session.pool.close()
    session.pool = ReaderPool(1, function=function)  # type: ignore[arg-type]
    reclean(session)
    assert session.archive.conn.execute(WORDS).fetchall() == before
    assert problems(session) == [("read", "not cleaned", len(before))]
    reclean(session)  # and it is not tried again with the same knowledge
    assert problems(session) == [("read", "not cleaned", len(before))]


def test_an_article_is_kept_when_its_record_cannot_be_read(session: CrawlSession) -> None:
    before = session.archive.conn.execute(WORDS).fetchall()
    (file,) = session.archive.warcs.glob("*.warc.gz")
    data = bytearray(file.read_bytes())
    data[len(data) // 2 :] = bytes(len(data) - len(data) // 2)
    file.write_bytes(data)
    reclean(session)
    after = session.archive.conn.execute(WORDS).fetchall()
    assert [row[0] for row in after] == [row[0] for row in before]
    assert all(text or not old for (*_, old), (*_, text) in zip(before, after, strict=True))
    ((stage, kind, times),) = problems(session)
    assert (stage, kind) == ("capture", "not cleaned")
    assert 0 < times < len(before)


def test_ctrl_c_ends_the_cleaning_and_the_next_one_goes_on(session: CrawlSession) -> None:
    left = []

    def press(step: Progress) -> None:
        left.append(step.waiting)
        if len(left) == 3:
            os.kill(os.getpid(), signal.SIGINT)

    session.progress = press
    before = signal.getsignal(signal.SIGINT)
    reclean(session)
    assert signal.getsignal(signal.SIGINT) is before
    assert session.ended_by == "interrupted"
    assert len(left) == 3
    assert left[-1] > 0
    reclean(session)
    assert left[3] <= left[2]
    assert left[-1] == 0
    versions = session.archive.conn.execute("SELECT DISTINCT repeated_version FROM articles")
    assert versions.fetchall() == [(load(session.archive, "p").version,)]


def test_a_run_with_a_time_limit_leaves_what_is_left_to_the_next(
    session: CrawlSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[int] = []
    session.progress = lambda step: left.append(step.waiting)
    session.limits = replace(session.limits, seconds_max=1.0)
    monkeypatch.setattr("crawler.fetch.recleaning.CLEANING_LEAST_S", 0.0)
    monkeypatch.setattr("crawler.fetch.recleaning.CLEANING_SHARE", 0.0)
    reclean(session)
    assert len(left) == 1
    assert left[0] > 0
    session.limits = replace(session.limits, seconds_max=0.0)
    reclean(session)
    assert left[-1] == 0


def problems(session: CrawlSession) -> list[tuple[str, str, int]]:
    """(stage, kind, times) of what was recorded in this session's run."""
    return session.archive.conn.execute(
        "SELECT stage, kind, count(*) FROM problems WHERE run_id = ? GROUP BY stage, kind",
        (session.run_id,),
    ).fetchall()
