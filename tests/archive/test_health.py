from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.archive.health import (
    CAUSES,
    Measures,
    cause_of,
    earlier,
    measure,
    put_measures,
    suspicion,
)
from tests.archive.conftest import Crawl

WELL = Measures(
    pages=30,
    listed=40,
    articles=10,
    coverage={"title": 1.0, "published_at": 1.0, "author": 0.2, "lead": 0.9, "text": 0.9},
    median_chars=2000,
    by_structure=0.0,
    newest_days=1.0,
    by_opinion=0.0,
    longest_pause_days=3,
)
BEFORE = [WELL] * 4


def visit(**changes: object) -> Measures:
    return Measures(**{**WELL.as_json(), **changes})


@pytest.mark.parametrize(
    "now",
    [
        WELL,
        visit(listed=21),
        visit(listed=400, articles=0, coverage={}, median_chars=None, by_structure=None),
        visit(coverage={**WELL.coverage, "author": 0.0, "lead": 0.0}),
        visit(coverage={**WELL.coverage, "published_at": 0.0}, articles=2),
        visit(listed=0, first_pages=1, first_pages_kept=5),
        visit(listed=11, first_pages=5, first_pages_kept=5),
        visit(articles=40, gone=6),
        visit(articles=6, unread=5),
        visit(by_opinion=0.4),
        visit(newest_days=29.0, longest_pause_days=3),
        visit(newest_days=70.0, longest_pause_days=30),
        visit(newest_days=400.0, longest_pause_days=None),
        visit(listed=None),
        visit(median_chars=900),
    ],
)
def test_an_ordinary_visit_is_not_suspected(now: Measures) -> None:
    assert suspicion(now, {"gone": 3, "robots": 4}, BEFORE) is None


@pytest.mark.parametrize(
    ("now", "reasons", "words"),
    [
        (visit(listed=0), {}, "layout changed: lists no articles, 40 before"),
        (visit(listed=19), {}, "lists 19 articles, 40 before"),
        (visit(coverage={**WELL.coverage, "published_at": 0.1}), {}, "published_at on 10%"),
        (visit(coverage={**WELL.coverage, "title": 0.4}), {}, "title on 40%"),
        (visit(coverage={**WELL.coverage, "text": 0.1}), {}, "text on 10%"),
        (visit(median_chars=80), {}, "80 characters, 2000 before"),
        (visit(by_structure=0.9), {}, "did not fit 90%"),
        (visit(pages=4), {"block page": 3}, "blocked: 3 of 4"),
        (visit(pages=4), {"moved to b.example": 2}, "moved: 2 of 4 pages moved to b.example"),
        (visit(pages=4), {"foreign host": 4}, "moved: 4 of 4 pages belong to another host"),
        (visit(listed=0), {"server page": 1}, "empty: lists no articles"),
        (visit(listed=9, first_pages=5, first_pages_kept=5), {}, "lists 9 articles, 20 before"),
        (visit(articles=4, gone=6), {}, "empty: 6 of 10 articles are gone"),
        (visit(articles=2, unread=8), {}, "layout changed: 8 of 10 pages that should be"),
        (visit(by_opinion=0.9), {}, "a second opinion was needed for 90%"),
        (visit(newest_days=70.0, longest_pause_days=20), {}, "empty: nothing new for 70 days"),
    ],
)
def test_what_changed_is_named(now: Measures, reasons: dict[str, int], words: str) -> None:
    assert words in (suspicion(now, reasons, BEFORE) or "")


def test_every_suspicion_begins_with_its_cause() -> None:
    seen = set()
    for now, reasons in (
        (visit(listed=0), {}),
        (visit(listed=0), {"empty": 2}),
        (visit(pages=4), {"block page": 3}),
        (visit(pages=4), {"moved to b.example": 2}),
    ):
        seen.add((suspicion(now, reasons, BEFORE) or "").partition(":")[0])
    assert seen | {cause_of("gone")} == set(CAUSES)


def test_a_portal_that_was_silent_when_it_was_first_seen_is_not_suspected() -> None:
    frozen = visit(newest_days=500.0, longest_pause_days=5)
    assert suspicion(frozen, {}, []) is None
    assert suspicion(frozen, {}, [visit(newest_days=470.0, longest_pause_days=5)] * 5) is None


def test_a_first_visit_on_which_nothing_listed_was_an_article_is_suspected() -> None:
    assert suspicion(visit(articles=0, unread=4), {}, []) is not None
    assert suspicion(visit(articles=1, unread=4), {}, []) is None


def test_the_longest_pause_is_that_of_the_last_year_and_needs_a_rhythm(crawl: Crawl) -> None:
    crawl.seed()
    days = [date(2020, 1, 1), *(date(2026, 1, 1) + timedelta(days=3 * n) for n in range(25))]
    for number, day in enumerate(days):
        if day != date(2026, 1, 19):
            crawl.article(str(number), title="Tin", text="chữ", published_at=day.isoformat())
    now = datetime(2026, 4, 1, tzinfo=UTC)
    found = measure(crawl.archive, crawl.run_id, crawl.portal.id, now, 1, has_profile=False)
    assert found.longest_pause_days == 6
    sparse = measure(
        crawl.archive, crawl.run_id, crawl.portal.id, datetime(2026, 1, 30, tzinfo=UTC), 1,
        has_profile=False,
    )  # fmt: skip
    assert sparse.longest_pause_days is None


def test_a_first_visit_is_held_against_nothing() -> None:
    assert suspicion(visit(listed=1, coverage={}, articles=0), {}, []) is None
    assert suspicion(visit(pages=2), {"block page": 2}, []) is not None


def test_a_visit_is_measured_from_what_it_stored(crawl: Crawl) -> None:
    crawl.seed()
    for number in range(4):
        crawl.article(
            str(number),
            title="Tin",
            text="chữ " * (number + 1),
            published_at="2026-10-30" if number else None,
            text_method="generic:blocks" if number == 3 else "profile:detail",
        )
    now = datetime(2026, 11, 1, 5, tzinfo=UTC)
    found = measure(crawl.archive, crawl.run_id, crawl.portal.id, now, 12, has_profile=True)
    assert (found.articles, found.listed, found.pages) == (4, 12, 4)
    assert found.coverage["title"] == 1.0
    assert found.coverage["published_at"] == 0.75
    assert found.by_structure == 0.25
    assert found.median_chars == 10
    assert found.newest_days == 2.0


def test_visits_that_went_wrong_are_no_measure_for_later_ones(crawl: Crawl) -> None:
    crawl.seed()
    for state in ("done", "suspect", "failed", "done"):
        put_measures(crawl.archive, crawl.run_id, crawl.portal.id, state, None, WELL)
        crawl.next_run()
        crawl.seed()
    known = earlier(crawl.archive, crawl.portal.id, crawl.run_id)
    assert known == [WELL, WELL]
    assert json.loads(crawl.one("SELECT measures FROM portal_runs LIMIT 1"))["listed"] == 40
