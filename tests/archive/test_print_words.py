"""A print view gives its words to the article whose own page has none, and to no other."""

from __future__ import annotations

import pytest

from crawler.archive.frontier import NewLink
from crawler.archive.store import Stored
from crawler.reader.model import Image, Reading
from tests.archive.conftest import HOME, Crawl

PAGE = f"{HOME}portal/pages/2024-1-5/hopab12cd.aspx"
VIEW = f"{HOME}portal/pages/print.aspx?p=9112"
KEY = "portal/2024-1-5/hopab12cd"


@pytest.fixture(autouse=True)
def known_portal(crawl: Crawl) -> None:
    crawl.seed()


def page(crawl: Crawl, text: str | None) -> Stored:
    return crawl.article(KEY, PAGE, canonical_url=PAGE, title="Họp giao ban", text=text)


def view(crawl: Crawl, text: str | None = "Sáng nay, huyện họp giao ban.") -> Stored:
    """The print view, met on the article's own page; by itself it knows only its number."""
    crawl.add(NewLink(VIEW, "print", native_id=KEY, revisit=True))
    row = crawl.claim()
    return crawl.put(
        row,
        Reading(VIEW, "article", native_id="9112", canonical_url=VIEW, title="Họp", text=text),
    )


def stored(crawl: Crawl) -> list[tuple[object, ...]]:
    return crawl.rows("SELECT native_id, url, text FROM articles")


def test_a_print_view_fills_the_article_of_the_page_that_led_to_it(crawl: Crawl) -> None:
    first = page(crawl, None)
    assert view(crawl).article_id == first.article_id
    assert stored(crawl) == [(KEY, PAGE, "Sáng nay, huyện họp giao ban.")]
    known = crawl.rows("SELECT url FROM article_urls ORDER BY url")
    assert known == [(PAGE,), (VIEW,)]


def test_a_page_without_text_does_not_empty_it_again(crawl: Crawl) -> None:
    page(crawl, None)
    view(crawl)
    versions = crawl.one("SELECT count(*) FROM versions")
    crawl.next_run()
    assert page(crawl, None).change == "same"
    assert stored(crawl) == [(KEY, PAGE, "Sáng nay, huyện họp giao ban.")]
    assert crawl.one("SELECT count(*) FROM versions") == versions


def test_a_page_that_has_its_text_again_is_believed(crawl: Crawl) -> None:
    page(crawl, None)
    view(crawl)
    crawl.next_run()
    assert page(crawl, "Văn bản của chính trang.").change == "changed"
    assert stored(crawl) == [(KEY, PAGE, "Văn bản của chính trang.")]


def test_a_print_view_takes_nothing_from_a_page_with_text(crawl: Crawl) -> None:
    page(crawl, "Văn bản của chính trang.")
    assert view(crawl, "Bản in").change == "same"
    assert stored(crawl) == [(KEY, PAGE, "Văn bản của chính trang.")]


def test_a_print_view_that_nothing_led_to_is_an_article_by_its_number(crawl: Crawl) -> None:
    crawl.add(NewLink(VIEW, "print", native_id="9112"))
    reading = Reading(VIEW, "article", native_id="9112", canonical_url=VIEW, title="Họp", text="A")
    crawl.put(crawl.claim(), reading)
    assert stored(crawl) == [("9112", VIEW, "A")]


def test_a_print_view_adds_text_and_takes_nothing_away(crawl: Crawl) -> None:
    stamp = "2024-01-05T08:00:00+07:00"
    picture = Image(f"{HOME}a.jpg", "Quang cảnh", None)
    crawl.article(KEY, PAGE, canonical_url=PAGE, title="Họp giao ban", published_at=stamp,
                  author="Hồng Nhị", images=[picture])  # fmt: skip
    assert view(crawl).change == "reread"
    kept = crawl.rows("SELECT title, published_at, author, text FROM articles")
    assert kept == [("Họp giao ban", stamp, "Hồng Nhị", "Sáng nay, huyện họp giao ban.")]
    assert crawl.rows("SELECT caption FROM images") == [("Quang cảnh",)]
    assert crawl.rows("SELECT cause FROM versions ORDER BY id") == [("first",), ("reader",)]


def test_a_print_view_without_text_changes_nothing(crawl: Crawl) -> None:
    crawl.article(KEY, PAGE, canonical_url=PAGE, title="Ảnh", published_at="2024-01-05")
    assert view(crawl, None).change == "same"
    assert crawl.rows("SELECT published_at FROM articles") == [("2024-01-05",)]
    assert crawl.one("SELECT count(*) FROM versions") == 1
