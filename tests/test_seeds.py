"""The five founding documents, as pages of their platforms, give back what they hold.

No profile is named: the platform is recognised from the page, as for a file that somebody saved.
The mutated pages, every class and id renamed, are what the reader is left with on an unknown
platform; there floors hold, not perfection.
"""

from __future__ import annotations

from functools import cache

import pytest

from crawler.platforms import get_profile
from crawler.reader import read
from crawler.reader.model import Page, Reading
from tests.support.leaks import lines_of, plain
from tests.support.scoring import words
from tests.support.seed_pages import (
    Wrapper,
    mutated,
    nukeviet,
    tandan,
    thanhhoa,
    thanhhoa_tables,
    uiarticle,
)
from tests.support.seeds import Seed, seed
from tests.support.shared import MISSING, shared_path

pytestmark = pytest.mark.skipif(shared_path("seeds") is None, reason=MISSING)

CASES: tuple[tuple[str, Wrapper], ...] = (
    ("000", tandan),
    ("001", uiarticle),
    ("002", uiarticle),
    ("003", thanhhoa),
    ("003", thanhhoa_tables),
    ("004", nukeviet),
)
each_seed = pytest.mark.parametrize(
    ("name", "wrapper"), CASES, ids=[f"{name}-{wrapper.__name__}" for name, wrapper in CASES]
)
# On these platforms the lead has a place of its own; elsewhere it is the first paragraph.
WITH_LEAD = frozenset(("000", "001", "002", "004"))
MUTATED_F1_FLOOR = 0.9


@cache
def reading_of(name: str, wrapper: Wrapper) -> Reading:
    """The wrapped seed, read with nothing but its address."""
    document = seed(name)
    return read(Page(body=wrapper(document).encode(), url=document.url))


@cache
def mutated_reading(name: str, wrapper: Wrapper) -> Reading:
    """The wrapped seed with renamed classes, read without a profile."""
    page = mutated(wrapper(seed(name)))
    return read(Page(body=page.encode(), url="https://town.example/x/y"), get_profile("generic"))


def everything(reading: Reading) -> list[str]:
    """Every line of the reading, fields included."""
    fields = [reading.title, reading.lead, reading.text, reading.author, reading.source]
    fields += [image.caption for image in reading.images]
    return [line for text in fields for line in lines_of(text)]


def told(reading: Reading) -> list[str]:
    """Lead and text, line by line."""
    return [*lines_of(reading.lead), *lines_of(reading.text)]


def bare(caption: str) -> str:
    """A caption without the brackets that one platform puts round it."""
    return plain(caption).strip("() ")


@each_seed
def test_a_seed_is_recognised_from_its_page(name: str, wrapper: Wrapper) -> None:
    reading = reading_of(name, wrapper)
    assert (reading.kind, reading.platform) == ("article", seed(name).platform)


@each_seed
def test_a_seed_gives_its_title_and_stamp(name: str, wrapper: Wrapper) -> None:
    document, reading = seed(name), reading_of(name, wrapper)
    assert plain(reading.title) == document.title
    assert reading.published_at == document.published
    assert reading.published_precision == ("minute" if "T" in document.published else "day")


@each_seed
def test_a_seed_gives_its_lead_and_every_paragraph(name: str, wrapper: Wrapper) -> None:
    document, reading = seed(name), reading_of(name, wrapper)
    assert told(reading) == document.of("lp")
    if name in WITH_LEAD:
        assert plain(reading.lead) == document.of("l")[0]


@each_seed
def test_a_seed_gives_its_by_line(name: str, wrapper: Wrapper) -> None:
    author = reading_of(name, wrapper).author
    assert (plain(author) or None) == seed(name).author


@each_seed
def test_a_seed_gives_each_caption_once_and_with_a_picture(name: str, wrapper: Wrapper) -> None:
    captions = [bare(image.caption) for image in reading_of(name, wrapper).images if image.caption]
    assert captions == [bare(caption) for caption in seed(name).of("c")]


@each_seed
def test_a_seed_gives_none_of_its_leftovers(name: str, wrapper: Wrapper) -> None:
    document = seed(name)
    left = {line.lstrip("• ") for line in document.leftovers}
    assert left
    assert not [line for line in everything(reading_of(name, wrapper)) if line.lstrip("• ") in left]


def test_a_slip_in_the_words_stays_as_found() -> None:
    slip = "22/6/02021"
    assert slip in "".join(seed("002").of("p"))
    assert slip in (reading_of("002", uiarticle).text or "")


def test_a_page_without_a_stamp_takes_none_from_its_lists_or_its_lead() -> None:
    document = seed("002")
    page = uiarticle(document).replace(f'<div class="PostDate">{document.stamp}</div>', "")
    assert "(19/01/2022)" in page and document.stamp and document.stamp not in page
    reading = read(Page(body=page.encode(), url=document.url))
    assert (reading.kind, reading.published_at) == ("article", None)


@each_seed
def test_a_mutated_seed_keeps_its_words_and_loses_its_leftovers(
    name: str, wrapper: Wrapper
) -> None:
    document, reading = seed(name), mutated_reading(name, wrapper)
    assert reading.kind == "article"
    f1 = words_f1(reading, document)
    left = {line.lstrip("• ") for line in document.leftovers}
    leaks = [line for line in told(reading) if line.lstrip("• ") in left]
    print(
        f"{name} {wrapper.__name__}: F1 {f1:.3f}, {len(leaks)} leftovers, by {reading.text_method}"
    )
    assert f1 >= MUTATED_F1_FLOOR
    assert not leaks


def words_f1(reading: Reading, document: Seed) -> float:
    """Token F1 of lead and text; captions and by-line are free."""
    asked = words("\n".join(document.of("lp")))
    said = words("\n".join(told(reading)))
    hits = (said & asked).total()
    false = ((said - asked) - words("\n".join(document.of("cb")))).total()
    return 2 * hits / (asked.total() + hits + false)
