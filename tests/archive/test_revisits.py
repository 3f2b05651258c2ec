from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.clock import iso
from crawler.archive.frontier import NewLink
from crawler.archive.revisits import FIRST_S, LAST_S, revisit_after_s
from crawler.archive.store import UNCHANGED, Outcome
from crawler.reader.model import Reading
from tests.archive.conftest import HOME, Crawl

DAY = 86_400.0
GONE = Outcome("failed", "gone")


def planned(crawl: Crawl) -> float:
    """Days until the one article is looked at again."""
    return (
        float(crawl.one("SELECT revisit_at FROM frontier WHERE kind = 'article'") - time.time())
        / DAY
    )


def look_again(crawl: Crawl, days: float) -> int:
    """Begin a run so many days later; how many articles are asked for."""
    crawl.archive.db.execute("UPDATE frontier SET revisit_at = revisit_at - ?", (days * DAY,))
    crawl.next_run()
    return crawl.frontier.seed(crawl.run_id, crawl.portal, [], revisits=5)


@given(st.floats(0, 1e10), st.integers(0, 500))
def test_looks_keep_their_bounds_and_never_come_closer(age_s: float, unchanged: int) -> None:
    wait = revisit_after_s(age_s, unchanged)
    assert FIRST_S <= wait <= LAST_S
    assert revisit_after_s(age_s, unchanged + 1) >= wait
    assert revisit_after_s(age_s * 2, unchanged) >= wait


def test_a_fresh_article_is_looked_at_after_a_day_and_an_old_one_after_months(crawl: Crawl) -> None:
    crawl.seed()
    crawl.article("1", published_at=iso(datetime.now(UTC)))
    assert 0.9 < planned(crawl) < 1.1
    old = datetime.now(UTC) - timedelta(days=400)
    crawl.next_run()
    crawl.article("1", published_at=old.date().isoformat(), title="đổi")
    assert 99 < planned(crawl) < 101


def test_looks_widen_while_nothing_changes_and_begin_anew_after_an_edit(crawl: Crawl) -> None:
    crawl.seed()
    stamp = iso(datetime.now(UTC))
    waits = []
    for title in ("a", "a", "a", "b"):
        crawl.article("1", published_at=stamp, title=title)
        waits.append(round(planned(crawl)))
        crawl.next_run()
    assert waits == [1, 2, 4, 1]


def test_only_what_is_due_is_asked_for_and_no_more_than_allowed(crawl: Crawl) -> None:
    crawl.seed()
    for number in range(8):
        crawl.article(str(number), published_at=iso(datetime.now(UTC)))
    assert look_again(crawl, 0.5) == 0
    assert look_again(crawl, 1) == 5
    assert crawl.claim().kind == "article"


def test_new_articles_come_before_old_ones_that_are_looked_at_again(crawl: Crawl) -> None:
    crawl.seed()
    crawl.article("1", published_at=iso(datetime.now(UTC)))
    look_again(crawl, 2)
    crawl.add(NewLink(f"{HOME}2.html", "article", native_id="2"))
    assert crawl.claim().native_id == "2"


def test_an_article_that_is_gone_is_kept_marked_and_welcomed_back(crawl: Crawl) -> None:
    crawl.seed()
    crawl.article("1", title="Còn", published_at=iso(datetime.now(UTC)))
    look_again(crawl, 2)
    row = crawl.claim()
    crawl.put(row, None, outcome=GONE)
    assert crawl.one("SELECT title FROM articles WHERE gone_at IS NOT NULL") == "Còn"
    assert crawl.one("SELECT articles_gone FROM portal_runs WHERE run_id = ?", crawl.run_id) == 1
    assert look_again(crawl, 30) == 1
    crawl.put(crawl.claim(), Reading(row.url, "article", native_id="1", title="Còn"))
    assert crawl.one("SELECT count(*) FROM articles WHERE gone_at IS NOT NULL") == 0


def test_an_article_is_not_gone_while_another_address_of_it_is_to_be_asked(crawl: Crawl) -> None:
    crawl.seed()
    crawl.article("1", published_at=iso(datetime.now(UTC)))
    crawl.add(NewLink(f"{HOME}moi/1.html", "article", native_id="1"))
    look_again(crawl, 2)
    crawl.put(crawl.claim(), None, outcome=GONE)
    assert crawl.one("SELECT count(*) FROM articles WHERE gone_at IS NOT NULL") == 0
    assert crawl.claim().url == f"{HOME}moi/1.html"


def test_an_old_article_that_has_not_changed_waits_by_its_age(crawl: Crawl) -> None:
    crawl.seed()
    old = datetime.now(UTC) - timedelta(days=400)
    crawl.article("1", published_at=old.date().isoformat())
    capture = crawl.one("SELECT capture_id FROM frontier WHERE kind = 'article'")
    look_again(crawl, 101)
    crawl.put(crawl.claim(), None, outcome=Outcome("done", UNCHANGED))
    assert 99 < planned(crawl) < 101
    assert crawl.one("SELECT capture_id FROM frontier WHERE kind = 'article'") == capture
    assert crawl.one("SELECT not_modified FROM portal_runs ORDER BY run_id DESC") == 1


def test_an_article_that_answers_not_modified_is_back(crawl: Crawl) -> None:
    crawl.seed()
    crawl.article("1", published_at=iso(datetime.now(UTC)))
    look_again(crawl, 2)
    crawl.put(crawl.claim(), None, outcome=GONE)
    look_again(crawl, 30)
    crawl.put(crawl.claim(), None, outcome=Outcome("done", UNCHANGED))
    assert crawl.one("SELECT count(*) FROM articles WHERE gone_at IS NOT NULL") == 0


def test_what_never_was_an_article_is_not_looked_at_again(crawl: Crawl) -> None:
    crawl.seed(NewLink(f"{HOME}9.html", "article", native_id="9"))
    crawl.put(crawl.claim(), None, outcome=GONE)
    assert crawl.one("SELECT revisit_at FROM frontier WHERE kind = 'article'") is None
