"""Votes on doubtful pages: who is asked when, who wins, and that nothing is changed by asking."""

from __future__ import annotations

import pytest

from crawler.reader import opinion
from crawler.reader.blocks import Block, Picture
from crawler.reader.container import Container, find_container, page_items
from crawler.reader.document import Document, parse
from crawler.reader.generic import SURE, read_generic
from crawler.text import fold
from tests.support.shapes import shaped
from tests.support.stories import Story, stories, titles

STORY = max(stories()[:40], key=lambda story: len(story.paragraphs))
AGREED = (opinion.WITH_TRAFILATURA, opinion.WITH_JUSTEXT)


def document(markup: str) -> Document:
    found = parse(markup, "https://queloc.example/tin-tuc/bai-viet-417.html")
    assert found is not None
    return found


def own(found: Document, title: str = STORY.title) -> Container:
    container = find_container(page_items(found.root), title)
    assert container is not None
    return container


def texts(container: Container) -> list[str]:
    return [item.text for item in container.items if isinstance(item, Block)]


def told(container: Container, story: Story = STORY) -> list[str]:
    return [text for text in texts(container) if text in story.paragraphs]


@pytest.mark.parametrize("shape", ["paragraphs", "divs", "nested tables", "word"])
def test_a_vote_loses_nothing_that_the_others_see_too(shape: str) -> None:
    found = document(shaped(shape, STORY).markup)
    verdict = opinion.second_opinion(found, own(found))
    assert verdict.method in AGREED
    assert told(verdict.container) == list(STORY.paragraphs)


def test_a_vote_widens_a_container_that_is_too_small() -> None:
    found = document(shaped("paragraphs", STORY).markup)
    whole = own(found)
    first = next(i for i in whole.items if isinstance(i, Block) and i.text == STORY.paragraphs[0])
    small = Container(first.owner, [first], whole.page_items, 0.1)
    verdict = opinion.second_opinion(found, small)
    assert verdict.method == opinion.AGAINST_US
    assert len(told(verdict.container)) > len(STORY.paragraphs) / 2


def test_text_that_nobody_else_sees_is_left_out() -> None:
    label = "Phòng 12 - Tầng 3 - Nhà A5 - Khu B - Hà Nội 100"
    body = "".join(f"<p>{text}</p>" for text in STORY.paragraphs)
    found = document(f"<div><h1>{STORY.title}</h1>{body}</div><footer><p>{label}</p></footer>")
    whole = own(found)
    odd = [item for item in whole.page_items if isinstance(item, Block) and label in item.text]
    doubtful = Container(found.root, [*whole.items[-1:], *odd], whole.page_items, 0.1)
    verdict = opinion.second_opinion(found, doubtful)
    assert told(verdict.container)
    assert label not in texts(verdict.container)


def test_where_no_two_agree_the_surroundings_of_the_title_are_left() -> None:
    found = document(
        f"<div><h1>{STORY.title}</h1><p><img src='/a.jpg'></p></div>{titles(STORY)}"
        "<footer><p>Phòng 12 - Tầng 3 - Nhà A5 - Khu B - Hà Nội 100</p></footer>"
    )
    items = page_items(found.root)
    odd = next(i for i in items if isinstance(i, Block) and "Tầng 3" in i.text)
    weights = {id(item): 0.0 for item in items}
    doubtful = Container(odd.owner, [odd], items, 0.1, title=fold(STORY.title), weights=weights)
    verdict = opinion.second_opinion(found, doubtful)
    assert verdict.method == opinion.UNDECIDED
    assert odd not in verdict.container.items
    assert any(isinstance(item, Picture) for item in verdict.container.items)


def test_the_page_is_not_changed_by_asking() -> None:
    found = document(shaped("teasers beside", STORY).markup)
    before = found.root.text_content()
    opinion.second_opinion(found, own(found))
    assert found.root.text_content() == before


def test_a_page_on_which_we_are_sure_is_shown_to_nobody() -> None:
    found = document(shaped("paragraphs", STORY).markup)
    assert own(found).confidence >= SURE
    reading = read_generic(found, None)
    assert reading is not None and reading.method == opinion.ALONE


def test_a_doubtful_page_is_shown_to_others_and_says_so() -> None:
    links = "<ul><li><a href='/a'>Thông tin cần biết</a></li></ul>" * 12
    rivals = "".join(f"<div><p>{s.paragraphs[0]}</p></div>{links}" for s in stories()[:12])
    body = f"<div><h1>{STORY.title}</h1><p>{STORY.paragraphs[0]}</p></div>"
    reading = read_generic(document(f"<title>{STORY.title}</title>{body}{links}{rivals}"), None)
    assert reading is not None and reading.confidence < SURE
    assert reading.method != opinion.ALONE
