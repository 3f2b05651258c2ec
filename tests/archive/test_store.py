from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.archive.articles import address_id
from crawler.archive.frontier import NewLink
from crawler.archive.runs import Problem, portal_runs
from crawler.archive.store import Outcome
from crawler.reader.model import Attachment, Image, Reading
from tests.archive.conftest import HOME, Crawl

FULL = Reading(
    f"{HOME}12.html",
    "article",
    platform="nukeviet",
    native_id="12",
    canonical_url=f"{HOME}tin/viec-12.html",
    title="Đảng uỷ họp",
    lead="Sáng 1-3",
    text="Một.\n\nHai.",
    published_at="2026-03-01T08:30:00+07:00",
    published_precision="minute",
    published_raw="Chủ nhật - 01/03/2026 08:30",
    updated_at="2026-03-02",
    author="Lê Hoa",
    source="Báo Nghệ An",
    agency_code="UBND",
    category="Tin tức",
    tags=["đảng", "họp", "đảng"],
    images=[Image(f"{HOME}1.jpg", "Quang cảnh", "Lê Hoa"), Image(f"{HOME}2.jpg")],
    attachments=[Attachment(f"{HOME}1.pdf", "Công văn")],
    language="vi",
    text_method="profile",
    confidence=0.97,
    flags=["table"],
)


def start(crawl: Crawl, reading: Reading = FULL, **fields: Any) -> int:
    crawl.seed(NewLink(f"{HOME}12.html", "article", native_id="12"))
    stored = crawl.put(crawl.claim(), reading, **fields)
    assert stored.article_id is not None
    return stored.article_id


def again(crawl: Crawl, reading: Reading, **fields: Any) -> Any:
    """Read the same address in a later run."""
    crawl.next_run()
    crawl.add(NewLink(f"{HOME}12.html", "article", native_id="12", revisit=True))
    return crawl.put(crawl.claim(), reading, **fields)


def article(crawl: Crawl) -> dict[str, Any]:
    [found] = crawl.archive.db.query("SELECT * FROM articles")
    return dict(found)


def test_every_field_of_a_reading_is_stored(crawl: Crawl) -> None:
    article_id = start(crawl)
    found = article(crawl)
    for name in ("native_id", "title", "lead", "text", "published_at", "published_precision",
                 "published_raw", "updated_at", "author", "source", "agency_code", "category",
                 "language", "platform", "text_method", "confidence"):  # fmt: skip
        assert found[name] == getattr(FULL, name), name
    assert found["id"] == article_id
    assert found["url"] == FULL.canonical_url
    assert (found["published_date"], found["year"]) == ("2026-03-01", 2026)
    assert (found["province"], found["level"]) == ("Nghệ An", "district")
    assert json.loads(found["flags"]) == ["table"]
    assert found["first_captured_at"] == found["last_captured_at"] == "2026-03-01T12:00:00+07:00"
    assert crawl.rows("SELECT position, url, caption, credit FROM images ORDER BY position") == [
        (1, f"{HOME}1.jpg", "Quang cảnh", "Lê Hoa"),
        (2, f"{HOME}2.jpg", None, None),
    ]
    assert crawl.rows("SELECT position, url, name FROM attachments") == [
        (1, f"{HOME}1.pdf", "Công văn")
    ]
    assert crawl.rows("SELECT tag FROM tags ORDER BY tag") == [("họp",), ("đảng",)]


def test_the_row_is_done_and_leads_to_capture_and_article(crawl: Crawl) -> None:
    article_id = start(crawl)
    [row] = crawl.archive.db.query("SELECT * FROM frontier")
    assert (row["state"], row["capture_id"], row["article_id"]) == ("done", 1, article_id)
    assert row["run_id"] == crawl.run_id
    assert row["done_at"] is not None


def test_an_article_is_known_under_every_address_it_was_met_at(crawl: Crawl) -> None:
    article_id = start(crawl)
    assert crawl.rows("SELECT url, article_id FROM article_urls ORDER BY url") == [
        (f"{HOME}12.html", article_id),
        (f"{HOME}tin/viec-12.html", article_id),
    ]


def test_aliases_that_waited_become_addresses_of_the_article(crawl: Crawl) -> None:
    crawl.seed(NewLink(f"{HOME}12.html", "article", native_id="12"))
    crawl.add(NewLink(f"{HOME}khac/12.html", "article", native_id="12"))
    crawl.put(crawl.claim(), FULL)
    assert (f"{HOME}khac/12.html",) in crawl.rows("SELECT url FROM article_urls")


def test_absent_is_null_and_never_a_guess(crawl: Crawl) -> None:
    start(crawl, Reading(None, "article", native_id="12"))
    found = article(crawl)
    for name in ("title", "lead", "text", "published_at", "published_date", "year", "author"):
        assert found[name] is None, name


def test_text_is_stored_in_nfc(crawl: Crawl) -> None:
    words = "Đảng bộ Thành uỷ"
    start(crawl, replace(FULL, title=unicodedata.normalize("NFD", words)))
    assert article(crawl)["title"] == words


def test_a_day_without_a_time_has_its_year(crawl: Crawl) -> None:
    start(crawl, replace(FULL, published_at="2019-12-31", published_precision="day"))
    found = article(crawl)
    assert (found["published_date"], found["year"]) == ("2019-12-31", 2019)


def test_the_first_reading_is_the_first_version(crawl: Crawl) -> None:
    start(crawl, profile_version="p1", reader_version="1")
    [version] = crawl.archive.db.query("SELECT * FROM versions")
    assert version["cause"] == "first"
    assert (version["title"], version["text"]) == (FULL.title, FULL.text)
    assert (version["reader_version"], version["profile_version"]) == ("1", "p1")
    assert version["text_sha256"] == article(crawl)["text_sha256"]


def test_the_same_words_again_make_no_version(crawl: Crawl) -> None:
    start(crawl)
    stored = again(crawl, replace(FULL, confidence=0.5, category="Khác", flags=[]))
    assert stored.change == "same"
    assert crawl.one("SELECT count(*) FROM versions") == 1
    found = article(crawl)
    assert (found["category"], found["confidence"], found["capture_id"]) == ("Khác", 0.5, 2)


@pytest.mark.parametrize("name", ["title", "lead", "text", "published_at", "author", "source"])
def test_a_change_of_words_makes_a_version(crawl: Crawl, name: str) -> None:
    start(crawl)
    changed = replace(FULL)
    setattr(changed, name, "2027-01-01")
    stored = again(crawl, changed)
    assert stored.change == "changed"
    versions = crawl.rows(f"SELECT cause, capture_id, {name} FROM versions ORDER BY id")
    assert versions == [("first", 1, getattr(FULL, name)), ("edit", 2, "2027-01-01")]
    assert article(crawl)[name] == "2027-01-01"


def test_a_field_that_moved_is_a_change(crawl: Crawl) -> None:
    """The words together are the same; where they stand is not."""
    start(crawl, replace(FULL, author="Lê Hoa", source=None))
    assert again(crawl, replace(FULL, author=None, source="Lê Hoa")).change == "changed"


def test_other_words_from_another_reader_are_no_edit(crawl: Crawl) -> None:
    start(crawl, profile_version="p1", reader_version="1")
    changed = replace(FULL, text="Một.\n\nHai.\n\nBa.")
    stored = again(crawl, changed, profile_version="p2", reader_version="1")
    assert stored.change == "reread"
    assert crawl.rows("SELECT cause FROM versions ORDER BY id") == [("first",), ("reader",)]
    assert article(crawl)["text"] == changed.text
    third = again(crawl, FULL, profile_version="p2", reader_version="1")
    assert third.change == "changed"


def test_times_of_first_and_last_sight_are_kept(crawl: Crawl) -> None:
    start(crawl)
    crawl.next_run()
    crawl.add(NewLink(f"{HOME}12.html", "article", native_id="12", revisit=True))
    row = crawl.claim()
    later = replace(crawl.capture(row.url), fetched_at="2026-04-01T00:00:00+07:00")
    crawl.put(row, FULL, capture=later)
    found = article(crawl)
    assert found["first_captured_at"] == "2026-03-01T12:00:00+07:00"
    assert found["last_captured_at"] == "2026-04-01T00:00:00+07:00"


def test_lists_are_replaced_with_what_the_page_says_now(crawl: Crawl) -> None:
    start(crawl)
    again(crawl, replace(FULL, images=[], attachments=[Attachment("http://x/2.pdf")], tags=["mới"]))
    assert crawl.one("SELECT count(*) FROM images") == 0
    assert crawl.rows("SELECT url FROM attachments") == [("http://x/2.pdf",)]
    assert crawl.rows("SELECT tag FROM tags") == [("mới",)]


def test_an_article_that_moved_keeps_its_row_and_gets_its_new_address(crawl: Crawl) -> None:
    article_id = start(crawl)
    crawl.next_run()
    crawl.add(NewLink(f"{HOME}moi/12.html", "article", native_id="12", revisit=True))
    stored = crawl.put(crawl.claim(), replace(FULL, canonical_url=f"{HOME}moi/12.html"))
    assert (stored.article_id, stored.change) == (article_id, "same")
    assert article(crawl)["url"] == f"{HOME}moi/12.html"
    assert crawl.one("SELECT count(*) FROM article_urls") == 3


def test_an_article_without_a_number_is_keyed_by_its_address(crawl: Crawl) -> None:
    crawl.seed(NewLink("http://127.0.0.1:8001/a?b=1", "article"))
    crawl.put(crawl.claim(), Reading(None, "article", title="A"))
    assert article(crawl)["native_id"] == "127.0.0.1:8001/a?b=1"
    assert address_id("https://www.x.vn/a") == address_id("http://x.vn/a") == "x.vn/a"


def test_links_are_stored_with_the_page_they_stand_on(crawl: Crawl) -> None:
    crawl.seed(NewLink(HOME, "start"))
    row = crawl.claim()
    links = (
        NewLink(f"{HOME}1.html", "article", native_id="1", depth=1),
        NewLink(f"{HOME}tin", "listing", depth=1, page_no=1),
    )
    assert crawl.put(row, Reading(HOME, "listing"), links).links_added == 2
    assert crawl.rows("SELECT kind, depth, referrer_id, run_id FROM frontier WHERE id > 1") == [
        ("article", 1, row.id, crawl.run_id),
        ("listing", 1, row.id, crawl.run_id),
    ]


def test_a_retry_waits_and_counts_a_page_only(crawl: Crawl) -> None:
    crawl.seed(NewLink(HOME, "start"))
    crawl.put(crawl.claim(), None, (), Outcome("retry", "status 503", due_at=50.0))
    assert crawl.frontier.next_due("http://127.0.0.1:8001") == 50.0
    [run] = portal_runs(crawl.archive, crawl.run_id)
    assert (run.pages, run.failed, run.reasons) == (1, 0, {})


def test_a_failure_without_an_answer_is_stored_with_its_reason(crawl: Crawl) -> None:
    crawl.seed(NewLink(HOME, "start"))
    problem = Problem("fetch", "dns", "no such host", {"seconds": 1.5})
    stored = crawl.put(
        crawl.claim(), None, (), Outcome("failed", "dns"), capture=None, problem=problem
    )
    assert (stored.capture_id, stored.article_id) == (None, None)
    [run] = portal_runs(crawl.archive, crawl.run_id)
    assert (run.pages, run.failed, run.reasons) == (0, 1, {"dns": 1})
    [found] = crawl.archive.db.query("SELECT * FROM problems")
    assert (found["stage"], found["kind"], found["url"]) == ("fetch", "dns", HOME)
    assert json.loads(found["numbers"]) == {"seconds": 1.5}


def test_a_run_counts_what_its_pages_were(crawl: Crawl) -> None:
    crawl.seed(*(NewLink(f"{HOME}{number}", "start") for number in range(7)))
    for reading in (
        FULL,
        FULL,
        replace(FULL, title="Khác"),
        Reading(None, "listing"),
        Reading(None, "other"),
        Reading(None, "rejected", reason="block page"),
        Reading(None, "rejected", reason='a "quoted" reason'),
    ):
        crawl.put(crawl.claim(), reading)
    [run] = portal_runs(crawl.archive, crawl.run_id)
    assert run.pages == 7
    assert (run.articles_new, run.articles_same, run.articles_changed) == (1, 1, 1)
    assert (run.listings, run.other, run.rejected, run.failed) == (1, 1, 2, 0)
    assert run.reasons == {"block page": 1, 'a "quoted" reason': 1}


def test_robots_txt_is_a_capture_but_no_page(crawl: Crawl) -> None:
    crawl.seed(NewLink(f"{HOME}robots.txt", "robots"))
    crawl.put(crawl.claim(), None)
    assert crawl.one("SELECT kind FROM captures") == "robots"
    [run] = portal_runs(crawl.archive, crawl.run_id)
    assert run.pages == 0


def test_a_rejected_page_does_not_touch_the_article(crawl: Crawl) -> None:
    start(crawl)
    again(crawl, Reading(None, "rejected", reason="block page"))
    found = article(crawl)
    assert (found["title"], found["capture_id"]) == (FULL.title, 1)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.text(st.characters(codec=None, exclude_categories=[]), max_size=40),
    st.text(max_size=40),
    st.text(st.sampled_from("aăâđÐ uỷ\u0309\u0323\x00\ud83d\n|"), max_size=40),
)
def test_any_text_comes_back_as_it_was_stored(
    crawl: Crawl, title: str, lead: str, text: str
) -> None:
    """All but half surrogates and NUL, which become U+FFFD, and NFC."""
    words = (title, lead, text)
    crawl.seed()
    with pytest.raises(ZeroDivisionError), crawl.archive.atomic() as db:
        stored = crawl.article(
            "1", title=title, lead=lead, text=text, tags=[text], category=title, flags=[title],
            images=[Image("http://x/", caption=title)], attachments=[Attachment("http://x/", text)],
        )  # fmt: skip
        found = crawl.rows("SELECT title, lead, text FROM articles")
        expected = tuple(
            unicodedata.normalize("NFC", re.sub("[\ud800-\udfff\0]", "\ufffd", word))
            for word in words
        )
        assert found == [expected]
        assert json.loads(article(crawl)["flags"]) == [expected[0]]
        assert stored.change == "new"
        db.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)")
        raise ZeroDivisionError  # each example begins with an empty archive


def test_a_page_is_stored_as_a_whole_or_not_at_all(crawl: Crawl) -> None:
    crawl.seed(NewLink(f"{HOME}12.html", "article", native_id="12"))
    row = crawl.claim()
    broken = NewLink(f"{HOME}x", "nonsense")  # type: ignore[arg-type]
    with pytest.raises((sqlite3.IntegrityError, KeyError)):
        crawl.put(row, FULL, (broken,))
    for table in ("captures", "articles", "versions", "images", "tags", "article_urls"):
        assert crawl.one(f"SELECT count(*) FROM {table}") == 0, table
    assert crawl.frontier.counts()["claimed"] == 1
    assert crawl.rows("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'dang'") == []
    crawl.put(row, FULL)
    assert crawl.one("SELECT count(*) FROM articles") == 1


def test_storing_again_what_was_stored_costs_the_search_index_nothing(crawl: Crawl) -> None:
    start(crawl)
    before = crawl.rows("SELECT id, block FROM articles_fts_data")
    again(crawl, replace(FULL, category="Khác"))
    assert crawl.rows("SELECT id, block FROM articles_fts_data") == before
