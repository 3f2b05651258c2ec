"""The same stories in every shape: nothing of them lost, nothing of the furniture taken."""

from __future__ import annotations

from statistics import fmean

import pytest

from crawler.platforms import get_profile
from crawler.reader import read
from crawler.reader.model import Page, Reading
from tests.support.leaks import lines_of, plain
from tests.support.shapes import SHAPES, shaped
from tests.support.stories import Story, stories

ADDRESS = "https://queloc.example/tin-tuc/bai-viet-417.html"
SAMPLE: tuple[Story, ...] = stories()[5::33]
MEAN_F1 = 0.995  # of every shape; one story in a shape may keep a line too much


def reading_of(markup: str) -> Reading:
    return read(Page(body=markup.encode(), url=ADDRESS), get_profile("generic"))


def told(reading: Reading) -> list[str]:
    return [*lines_of(reading.lead), *lines_of(reading.text)]


def line_f1(said: list[str], asked: list[str]) -> float:
    """Lines right among those said and asked, each weighed by its length."""
    right = sum(len(line) for line in said if line in asked)
    both = sum(map(len, said)) + sum(map(len, asked))
    return 2 * right / both if both else 1.0


@pytest.mark.parametrize("shape", SHAPES)
def test_a_story_is_read_whole_and_clean_in_every_shape(shape: str) -> None:
    scores = []
    for story in SAMPLE:
        page = shaped(shape, story)
        reading = reading_of(page.markup)
        assert reading.kind == "article", story.title
        scores.append(line_f1(told(reading), lines_of(page.story.text)))
        missing = [line for line in lines_of(page.story.text) if line not in told(reading)]
        assert not missing, story.title
    assert fmean(scores) >= MEAN_F1


@pytest.mark.parametrize("shape", SHAPES)
def test_title_and_stamp_are_found_in_every_shape(shape: str) -> None:
    for story in SAMPLE:
        page = shaped(shape, story)
        reading = reading_of(page.markup)
        assert plain(reading.title) == plain(story.title)
        assert reading.published_at == page.story.published


def test_there_are_many_shapes_and_no_two_are_alike() -> None:
    pages = {shaped(name, SAMPLE[0]).markup for name in SHAPES}
    assert len(pages) == len(SHAPES) >= 45
