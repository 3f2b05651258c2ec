"""Many articles with one stamp: the portal-wide evidence of an import."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crawler.archive.db import Archive
from crawler.archive.stamps import SHARED_BY, flag_shared_stamps
from crawler.portals.model import Portal
from tests.archive.conftest import Crawl

STAMP = "2022-08-09T09:15:00+07:00"


@pytest.fixture
def crawl(crawl: Crawl) -> Crawl:
    crawl.seed()
    return crawl


def put(crawl: Crawl, count: int, stamp: str, precision: str = "minute", **fields: Any) -> None:
    for number in range(count):
        crawl.article(
            f"{stamp}/{number}", published_at=stamp, published_precision=precision, **fields
        )


def flagged(crawl: Crawl) -> list[str]:
    return [
        native_id
        for native_id, flags in crawl.rows("SELECT native_id, flags FROM articles ORDER BY id")
        if "stamp_suspect" in json.loads(flags)
    ]


def test_articles_that_share_a_minute_are_flagged_once(crawl: Crawl) -> None:
    put(crawl, SHARED_BY, STAMP, flags=["eth"])
    put(crawl, SHARED_BY - 1, "2022-08-10T10:00:00+07:00")
    assert flag_shared_stamps(crawl.archive, crawl.portal.id) == SHARED_BY
    assert flag_shared_stamps(crawl.archive, crawl.portal.id) == 0
    assert flagged(crawl) == [f"{STAMP}/{number}" for number in range(SHARED_BY)]
    assert crawl.rows("SELECT DISTINCT flags FROM articles WHERE published_at = ?", STAMP) == [
        ('["eth","stamp_suspect"]',)
    ]


def test_a_day_and_a_time_counted_back_may_be_shared(crawl: Crawl) -> None:
    put(crawl, SHARED_BY, "2022-08-09", "day")
    put(crawl, SHARED_BY, STAMP, flags=["relative"])
    assert flag_shared_stamps(crawl.archive, crawl.portal.id) == 0


def test_another_portals_articles_do_not_count(crawl: Crawl, archive: Archive) -> None:
    put(crawl, SHARED_BY - 1, STAMP)
    assert flag_shared_stamps(crawl.archive, "another") == 0
    assert flag_shared_stamps(crawl.archive, crawl.portal.id) == 0


def test_the_flag_makes_no_version_and_touches_no_stamp(crawl: Crawl, portal: Portal) -> None:
    put(crawl, SHARED_BY, STAMP)
    words = "SELECT published_at, text_sha256 FROM articles ORDER BY id"
    before = crawl.rows(words)
    flag_shared_stamps(crawl.archive, portal.id)
    assert crawl.rows(words) == before
    assert crawl.one("SELECT count(*) FROM versions") == SHARED_BY


def test_stamps_are_counted_by_an_index_alone(crawl: Crawl) -> None:
    plan = crawl.rows(
        "EXPLAIN QUERY PLAN SELECT published_at FROM articles WHERE portal_id = 'x' "
        "GROUP BY published_at HAVING count(*) >= 5"
    )
    assert any("COVERING INDEX articles_stamp" in str(row) for row in plan)


def test_the_event_is_stored_with_its_article(crawl: Crawl) -> None:
    crawl.article("1", published_at="2022-08-09", event_date="2022-08-05")
    crawl.article("2", published_at="2022-08-09")
    assert crawl.rows("SELECT event_date FROM articles ORDER BY id") == [("2022-08-05",), (None,)]
