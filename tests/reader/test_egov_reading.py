"""The captured portal read by the profile: kinds, links, twins and pagers of its pages."""

from __future__ import annotations

import pytest

from crawler.platforms import get_profile
from crawler.reader import read
from crawler.reader.model import Page, Reading
from tests.support.answers import from_reading
from tests.support.egov import (
    CAPTURES,
    CONDITIONAL_GROUPS,
    HOME,
    HOST,
    Capture,
    captures,
    scored_pages,
    visible_gold,
)
from tests.support.scoring import score
from tests.support.shared import MISSING, shared_path
from tests.support.surroundings import egov_surroundings

pytestmark = pytest.mark.skipif(shared_path(CAPTURES) is None, reason=MISSING)


def page_of(capture: Capture) -> Page:
    headers = tuple((name.lower(), value) for name, value in capture.headers)
    return Page(body=capture.body, url=capture.url, headers=headers, status=capture.status)


def reading_of(capture: Capture) -> Reading:
    return read(page_of(capture), get_profile("nukeviet"))


@pytest.mark.parametrize("state", [1, 2])
def test_every_article_page_is_read_as_the_article_with_its_number(state: int) -> None:
    """How well its fields and text are read is held by the floors of tests/accuracy."""
    for capture, gold in scored_pages(state):
        reading = reading_of(capture)
        assert (reading.kind, reading.native_id) == ("article", str(gold.id)), gold.key


def of_group(*groups: str) -> list[Capture]:
    return [capture for capture in captures() if capture.group in groups]


@pytest.mark.parametrize("number", range(4))
def test_the_flood_page_is_rejected_whatever_it_stands_for(number: int) -> None:
    reading = reading_of(of_group("flood")[number])
    assert (reading.kind, reading.links) == ("rejected", [])
    assert "block" in (reading.reason or "")


def test_the_error_page_is_rejected() -> None:
    page = next(capture for capture in captures() if capture.status == 404)
    reading = reading_of(page)
    assert (reading.kind, reading.text) == ("rejected", None)


def test_lists_feeds_and_sitemaps_are_listings_and_never_articles() -> None:
    wrong = {
        capture.url: (reading.kind, reading.reason)
        for capture in of_group("home", "category", "rss", "sitemap", "feeds")
        if (reading := reading_of(capture)).kind != "listing"
    }
    assert not wrong


def test_a_list_links_its_articles_with_their_numbers() -> None:
    page = next(c for c in of_group("category") if c.url == f"{HOME}tin-hoat-dong/")
    links = [link for link in reading_of(page).links if link.kind == "article"]
    assert len({link.native_id for link in links}) >= 20
    assert {link.native_id for link in links} <= {str(key) for key in visible_gold(1)} | {"132"}


def test_pagers_lead_to_the_next_page_and_end_at_the_last() -> None:
    pages = {c.url: reading_of(c) for c in of_group("category") if c.rev == 2}
    first = f"{HOME}tin-hoat-dong/"
    walked = [first]
    while following := [link.url for link in pages[walked[-1]].links if link.kind == "next"]:
        assert len(following) == 1, (walked[-1], following)
        walked.append(following[0])
    assert walked == [first, f"{first}page-2/", f"{first}page-3/"]


def test_a_page_past_the_end_of_a_list_leads_nowhere_further() -> None:
    page = next(c for c in captures() if c.url.endswith("/tin-hoat-dong/page-99/"))
    assert not [link for link in reading_of(page).links if link.kind == "next"]


def test_no_link_switches_the_theme_or_carries_a_token() -> None:
    tokens = ("nvvithemever", "nv_redirect", "checkss", "scaptcha", "/banners/click/")
    urls = [link.url for c in of_group("home", "category") for link in reading_of(c).links]
    assert urls
    assert not [url for url in urls if any(token in url for token in tokens)]


def test_a_twin_of_an_article_names_the_article_as_canonical() -> None:
    twins = [c for c in of_group("variants") if c.status == 200 and "-124.html?" in c.url]
    assert len(twins) == 2
    for capture in twins:
        reading = reading_of(capture)
        assert (reading.native_id, reading.canonical_url) == ("124", visible_gold(1)[124].url)


def test_a_phones_page_gives_the_same_article() -> None:
    page = next(c for c in of_group("ua") if "iPhone" in (c.condition or "") and "-124" in c.url)
    found = score(from_reading(reading_of(page)), visible_gold(1)[124], egov_surroundings())
    assert found.f1 >= 0.99
    assert not found.leaks
    assert not {"title", "published", "lead"} & found.wrong.keys(), found.wrong


@pytest.mark.parametrize("state", [1, 2])
def test_every_article_is_reached_from_the_home_page_by_links_of_the_profile(state: int) -> None:
    usual = [c for c in captures() if c.condition is None and c.group not in CONDITIONAL_GROUPS]
    pages = {c.url: c for c in usual if c.rev <= state}
    profile, seen, queue = get_profile("nukeviet"), {HOME}, [HOME]
    found: set[str | None] = set()
    while queue:
        capture = pages.get(queue.pop())
        if capture is None or capture.status != 200:
            continue
        reading = read(page_of(capture), profile)
        if reading.kind == "article":
            found.add(reading.native_id)
        wanted = [link.url for link in reading.links if link.kind not in ("print", "other")]
        queue += [url for url in wanted if url not in seen and HOST in url]
        seen.update(wanted)
    assert {str(key) for key in visible_gold(state)} <= found
