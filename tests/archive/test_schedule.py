from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.clock import iso
from crawler.archive.schedule import (
    DAY_S,
    VisitRule,
    articles_per_day,
    due,
    learned_interval,
    next_due,
    plan_next,
)
from tests.archive.conftest import Crawl

NOW = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
RULE = VisitRule()


def every(hours: float, count: int) -> list[datetime]:
    return [NOW - timedelta(hours=hours * number) for number in range(count)]


def test_a_steady_rate_is_told_from_the_stamps() -> None:
    assert articles_per_day(every(6, 2000), NOW) == pytest.approx(4, rel=0.02)
    assert articles_per_day(every(240, 200), NOW) == pytest.approx(0.1, rel=0.2)


def test_sixteen_times_the_news_is_visited_four_times_as_often() -> None:
    rule = VisitRule(min_s=1, max_s=1000 * DAY_S)
    slow = learned_interval(every(48, 1000), NOW, rule).seconds
    fast = learned_interval(every(3, 16_000), NOW, rule).seconds
    assert slow / fast == pytest.approx(4, rel=0.03)


def test_a_portal_that_fell_silent_is_visited_ever_more_rarely() -> None:
    stamps = every(12, 1000)
    intervals = [
        learned_interval(stamps, NOW + timedelta(days=days), VisitRule(max_s=1000 * DAY_S)).seconds
        for days in (0, 60, 180, 360)
    ]
    assert intervals == sorted(intervals)
    assert intervals[-1] > 30 * intervals[0]
    assert learned_interval(stamps, NOW + timedelta(days=4000), RULE).reason == "hardly any news"


@given(st.lists(st.integers(-400, 4000), max_size=60))
def test_an_interval_keeps_its_bounds_whatever_the_stamps(days: list[int]) -> None:
    found = learned_interval([NOW - timedelta(days=day) for day in days], NOW, RULE)
    assert RULE.min_s <= found.seconds <= RULE.max_s
    assert math.isfinite(found.per_day)


def test_stamps_of_the_future_count_for_nothing() -> None:
    assert articles_per_day([NOW + timedelta(days=3)] * 500, NOW) == 0


def test_a_visit_is_planned_from_what_is_stored(crawl: Crawl) -> None:
    crawl.seed()
    for number in range(30):
        crawl.article(str(number), published_at=iso(NOW - timedelta(days=number)))
    crawl.article("day", published_at="2026-10-30")
    visit = plan_next(crawl.archive, crawl.portal.id, NOW, RULE)
    assert DAY_S * 0.8 < visit.interval_s < DAY_S * 1.7
    assert visit.next_visit_at == iso(NOW + timedelta(seconds=visit.interval_s))
    assert plan_next(crawl.archive, crawl.portal.id, NOW, RULE).visits == 2


def test_trouble_is_asked_about_soon_and_then_ever_later(crawl: Crawl) -> None:
    crawl.seed()
    waits = []
    for run_id in range(10, 19):
        visit = plan_next(crawl.archive, crawl.portal.id, NOW, RULE, trouble="failed")
        waits.append(visit.interval_s)
        crawl.archive.db.execute(
            "INSERT INTO runs(id, started_at, state, args, version) "
            "VALUES (?, 't', 'done', '{}', '0')",
            (run_id,),
        )
        crawl.archive.db.execute(
            "INSERT INTO portal_runs(run_id, portal_id, state) VALUES (?, ?, 'failed')",
            (run_id, crawl.portal.id),
        )
    assert waits[0] == RULE.retry_s
    assert waits == sorted(waits)
    assert waits[-1] == RULE.max_s


def test_what_is_left_of_a_visit_is_due_when_its_host_said(crawl: Crawl) -> None:
    crawl.seed()
    soon = NOW + timedelta(minutes=20)
    visit = plan_next(crawl.archive, crawl.portal.id, NOW, RULE, not_before=soon)
    assert visit.next_visit_at == iso(soon)


def test_the_longest_overdue_come_first_and_newcomers_last(crawl: Crawl) -> None:
    crawl.seed()
    known = crawl.portal.id
    assert due(crawl.archive, [known, "b-new", "a-new"], NOW) == ["a-new", "b-new", known]
    plan_next(crawl.archive, known, NOW, RULE)
    later = NOW + timedelta(days=15)
    assert due(crawl.archive, [known, "a-new"], NOW) == ["a-new"]
    assert due(crawl.archive, [known, "a-new"], later) == [known, "a-new"]
    assert next_due(crawl.archive, [known]) == NOW + timedelta(seconds=RULE.max_s)
    assert next_due(crawl.archive, [known, "a-new"]) is None


def test_an_article_without_a_stamp_does_not_disturb_the_rate(crawl: Crawl) -> None:
    crawl.seed()
    crawl.article("1")
    assert plan_next(crawl.archive, crawl.portal.id, NOW, RULE).interval_s == RULE.max_s
