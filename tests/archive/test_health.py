from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from crawler.archive.health import Measures, earlier, measure, put_measures, suspicion
from tests.archive.conftest import Crawl

WELL = Measures(
    pages=30,
    listed=40,
    articles=10,
    coverage={"title": 1.0, "published_at": 1.0, "author": 0.2, "lead": 0.9, "text": 0.9},
    median_chars=2000,
    by_structure=0.0,
    newest_days=1.0,
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
        visit(listed=0, not_modified=5),
        visit(listed=None),
        visit(median_chars=900),
    ],
)
def test_an_ordinary_visit_is_not_suspected(now: Measures) -> None:
    assert suspicion(now, {"gone": 3, "robots": 4}, BEFORE) is None


@pytest.mark.parametrize(
    ("now", "reasons", "words"),
    [
        (visit(listed=0), {}, "lists no article, 40 before"),
        (visit(listed=19), {}, "lists 19 articles, 40 before"),
        (visit(coverage={**WELL.coverage, "published_at": 0.1}), {}, "published_at on 10%"),
        (visit(coverage={**WELL.coverage, "title": 0.4}), {}, "title on 40%"),
        (visit(coverage={**WELL.coverage, "text": 0.1}), {}, "text on 10%"),
        (visit(median_chars=80), {}, "80 characters, 2000 before"),
        (visit(by_structure=0.9), {}, "did not fit 90%"),
        (visit(pages=4), {"block page": 3}, "blocked: 3 of 4"),
        (visit(pages=4), {"moved to b.example": 2}, "moved to b.example"),
        (visit(pages=4), {"foreign host": 4}, "another host"),
    ],
)
def test_what_changed_is_named(now: Measures, reasons: dict[str, int], words: str) -> None:
    assert words in (suspicion(now, reasons, BEFORE) or "")


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
