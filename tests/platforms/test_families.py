"""Every family on its fixtures: recognised, never taken for another, read, and read after changes.

Fixtures are folders of `tests/gold` (`python -m tests.support.gold_pages` writes them). Where the
markup of a family is unknown, the profile ships no layout and the reader of structure answers.
"""

from __future__ import annotations

import time
from functools import cache
from typing import Any

import pytest

from crawler.platforms import get_profile, load_profiles, recognise
from crawler.reader import read
from crawler.reader.model import Reading
from crawler.urls import normalise
from tests.support.gold import Fixture, fixtures
from tests.support.leaks import lines_of
from tests.support.mutation import body_of, changed, hollow
from tests.support.scoring import words

FIELDS = (
    "kind",
    "platform",
    "title",
    "lead",
    "text",
    "published_at",
    "published_precision",
    "author",
    "source",
    "agency_code",
    "tags",
    "canonical_url",
)
SEEDS = (1, 2, 3)
ALL = {fixture.name: fixture for fixture in fixtures()}
ARTICLES = [name for name, fixture in ALL.items() if fixture.expected["kind"] == "article"]
LISTINGS = [name for name, fixture in ALL.items() if fixture.expected["kind"] == "listing"]
WITH_BODY = [name for name in ARTICLES if body_of(ALL[name]) is not None]
LAID_OUT = [name for name in ARTICLES if get_profile(ALL[name].family).layouts]
RENAMED_FLOOR = 0.85  # one family's rating box and promotion look like its text without their names


@cache
def reading_of(name: str) -> Reading:
    """The fixture read as a saved page: its platform is recognised, where it can be."""
    fixture = ALL[name]
    silent = fixture.recognised == "generic"
    return read(fixture.page(), get_profile(fixture.family) if silent else None)


def text_f1(reading: Reading, expected: dict[str, Any]) -> float:
    """F1 over the words of lead and text."""
    said = words("\n".join(filter(None, (reading.lead, reading.text))))
    asked = words("\n".join(filter(None, (expected["lead"], expected["text"]))))
    hits = (said & asked).total()
    return 2 * hits / (said.total() + asked.total()) if hits else 0.0


def test_every_family_has_a_fixture() -> None:
    families = {fixture.family for fixture in ALL.values()}
    assert families | {"generic"} == set(load_profiles())
    assert all(ALL[name].trust for name in ALL)


@pytest.mark.parametrize("name", ALL)
def test_a_page_is_taken_for_no_other_family(name: str) -> None:
    fixture = ALL[name]
    assert recognise(fixture.markup, fixture.url, fixture.headers) == fixture.recognised
    assert recognise(fixture.markup, None, fixture.headers) in (fixture.recognised, "generic")
    assert recognise("", fixture.url) in (fixture.recognised, "generic", *_also(fixture))


def _also(fixture: Fixture) -> tuple[str, ...]:
    """By its address alone a page of vinhphuc-api is a list item of any SharePoint."""
    return ("sharepoint-lists",) if fixture.family == "vinhphuc-api" else ()


@pytest.mark.parametrize("name", ALL)
def test_the_page_of_a_foreign_address_keeps_its_family(name: str) -> None:
    fixture = ALL[name]
    alone = recognise(fixture.markup, None, fixture.headers)
    if alone != "generic":
        assert recognise(fixture.markup, "https://queloc.example/", fixture.headers) == alone


@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_gives_what_it_holds(name: str) -> None:
    reading, expected = reading_of(name), ALL[name].expected
    said = {field: getattr(reading, field) for field in FIELDS}
    assert said == {field: expected[field] for field in FIELDS}
    images = [{"url": image.url, "caption": image.caption} for image in reading.images]
    assert images == expected["images"]
    files = [{"url": entry.url, "name": entry.name} for entry in reading.attachments]
    assert files == expected["attachments"]


@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_has_its_native_key(name: str) -> None:
    reading, expected = reading_of(name), ALL[name].expected
    key = normalise(f"https://queloc.example/{expected['native_id'].lstrip('/')}")
    assert key is not None
    encoded = key.removeprefix("https://queloc.example/")
    assert (reading.native_id or "").lstrip("/") == encoded


@pytest.mark.parametrize("name", LISTINGS)
def test_a_listing_gives_its_articles_and_its_next_page(name: str) -> None:
    fixture, reading = ALL[name], reading_of(name)
    assert reading.kind == "listing"
    articles = {link.url: link.native_id for link in reading.links if link.kind == "article"}
    for url in fixture.expected["articles"]:
        assert articles.get(normalise(url) or ""), url
    following = [link for link in reading.links if link.kind == "next"]
    if fixture.expected["next"] is None:
        assert not following
        return
    assert len(following) == 1
    said = {"url": following[0].url, "method": following[0].method, "form": following[0].form}
    assert said == {"form": None} | fixture.expected["next"]


@pytest.mark.parametrize("name", LAID_OUT)
def test_selectors_are_no_worse_than_structure(name: str) -> None:
    fixture = ALL[name]
    by_profile = read(fixture.page(), get_profile(fixture.family))
    by_structure = read(fixture.page(), get_profile("generic"))
    assert text_f1(by_profile, fixture.expected) >= text_f1(by_structure, fixture.expected)


@pytest.mark.parametrize("renamed", [False, True], ids=["moved", "renamed"])
@pytest.mark.parametrize("name", LAID_OUT)
def test_selectors_are_no_worse_than_structure_after_a_change(name: str, renamed: bool) -> None:
    fixture = ALL[name]
    for seed in SEEDS:
        page = fixture.page(changed(fixture, seed, renamed=renamed))
        by_profile = text_f1(read(page, get_profile(fixture.family)), fixture.expected)
        by_structure = text_f1(read(page, get_profile("generic")), fixture.expected)
        assert by_profile >= by_structure, seed
        assert by_profile >= RENAMED_FLOOR, seed


@pytest.mark.parametrize("name", WITH_BODY)
def test_a_body_that_stands_empty_is_looked_for_elsewhere(name: str) -> None:
    fixture = ALL[name]
    reading = read(fixture.page(hollow(fixture)), get_profile(fixture.family))
    assert text_f1(reading, fixture.expected) >= RENAMED_FLOOR
    assert (reading.text_method or "").startswith("generic:")
    assert "layout_unknown" in reading.flags


@pytest.mark.parametrize("name", ARTICLES)
def test_a_change_of_theme_costs_an_article_no_paragraph(name: str) -> None:
    fixture = ALL[name]
    reading = read(fixture.page(changed(fixture, 1, renamed=True)), get_profile(fixture.family))
    said = set(lines_of("\n".join(filter(None, (reading.lead, reading.text)))))
    lost = [line for line in lines_of(fixture.expected["text"]) if line not in said]
    assert not lost


def test_the_change_of_a_page_is_a_change() -> None:
    fixture = ALL["drupal-1"]
    moved, renamed = (changed(fixture, 1, renamed=flag) for flag in (False, True))
    assert "post-content" in moved and "post-content" not in renamed
    assert "extra-box" in moved and "banner-box" in moved
    assert moved == changed(fixture, 1, renamed=False)
    stamp = fixture.expected["published_raw"]
    places = {changed(fixture, seed, renamed=False).index(stamp) for seed in range(8)}
    assert len(places) > 1


def test_a_family_without_published_selectors_ships_no_layout() -> None:
    for name in ("oracle-webcenter", "camau-dot-id", "phutho", "quangninh-pn", "dnn"):
        assert not get_profile(name).layouts
        assert any(rule.kind in ("article", "print") for rule in get_profile(name).rules)


@pytest.mark.parametrize("name", sorted(load_profiles()))
def test_a_hostile_address_is_judged_quickly_by_every_profile(name: str) -> None:
    profile = get_profile(name)
    fillers = ("-a", "a=1&", "/Lists/a?ID=", "/ctl/detail/ID=", "&view=article&id=", "UrlList=a&")
    started = time.process_time()
    for filler in fillers:
        address = f"https://queloc.example/?{filler * (4000 // len(filler))}"[:4090]
        profile.classify(address)
        profile.native_id(address)
        profile.canonical(address)
    assert time.process_time() - started < 1.0


@pytest.mark.parametrize("name", ARTICLES)
def test_the_canonical_address_of_a_page_is_a_fixed_point_with_the_same_key(name: str) -> None:
    fixture = ALL[name]
    profile = get_profile(fixture.family)
    once = profile.canonical(fixture.url)
    assert profile.canonical(once) == once
    assert profile.address(once).native_id == profile.address(fixture.url).native_id
