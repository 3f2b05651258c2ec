"""Boilerplate lines: chrome is recognised whatever its numbers, article text never is."""

from __future__ import annotations

import json
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reader.boilerplate import MAX_CHARS, is_boilerplate_line
from tests.support.gold import fixtures
from tests.support.seeds import SEED_NAMES, seed

HERE = Path(__file__).parent
SHARED = HERE.parents[1].parent / "shared"


def rows(path: Path) -> list[list[str]]:
    lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")[1:]
    return [line.split("\t") for line in lines]


OWN = [
    row
    for name in ("boilerplate_more", "boilerplate_lines", "boilerplate_blind")
    for row in rows(HERE / f"{name}.tsv")
]


@pytest.mark.parametrize("line", [line for line, answer in OWN if answer == "yes"])
def test_a_line_of_chrome_is_boilerplate(line: str) -> None:
    assert is_boilerplate_line(line)


@pytest.mark.parametrize("line", [line for line, answer in OWN if answer == "no"])
def test_a_line_of_an_article_is_not_boilerplate(line: str) -> None:
    assert not is_boilerplate_line(line)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared facts are not beside this checkout")
def test_every_strong_line_of_the_facts_is_boilerplate() -> None:
    strong = [row[0] for row in rows(SHARED / "facts" / "boilerplate.tsv") if row[2] == "strong"]
    assert len(strong) > 80
    assert [line for line in strong if not is_boilerplate_line(line)] == []


def gold_lines() -> Iterator[str]:
    with (SHARED / "captures" / "egov-gold.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            yield from filter(None, (article.get("title"), article.get("lead")))
            yield from article.get("body_paragraphs", [])
            yield from article.get("captions", [])


@pytest.mark.skipif(not SHARED.is_dir(), reason="the captured portal is not beside this checkout")
def test_no_line_of_the_captured_articles_is_boilerplate() -> None:
    lines = set(gold_lines())
    assert len(lines) > 1000
    assert [line for line in lines if is_boilerplate_line(line)] == []


@pytest.mark.skipif(
    not SHARED.is_dir(), reason="the founding documents are not beside this checkout"
)
def test_no_line_of_the_founding_articles_is_boilerplate() -> None:
    lines = [line for name in SEED_NAMES for line in seed(name).of("tlpcb")]
    assert len(lines) > 30
    assert [line for line in lines if is_boilerplate_line(line)] == []


def test_no_line_of_the_gold_articles_is_boilerplate() -> None:
    truths = [truth for fixture in fixtures() if (truth := fixture.truth) is not None]
    lines = {line for truth in truths for line in (truth.title, truth.lead, *truth.paragraphs)}
    lines |= {caption for truth in truths for caption in truth.captions}
    assert len(lines) > 300
    assert [line for line in lines if is_boilerplate_line(line)] == []


COUNTERS = ["Lượt xem", "Đang truy cập", "Hôm nay", "Tổng lượt truy cập", "Trực tuyến", "Online"]
NUMBERS = st.integers(0, 10**9)


@given(
    st.sampled_from(COUNTERS),
    NUMBERS,
    st.sampled_from(["{}", "{:,}"]),
    st.sampled_from(["", " ", ": ", ":", " : "]),
    st.sampled_from(["", "• ", "- ", "  "]),
    st.booleans(),
)
def test_a_counter_is_boilerplate_whatever_its_number(
    label: str, number: int, shape: str, colon: str, bullet: str, decomposed: bool
) -> None:
    line = bullet + label + colon + shape.format(number)
    if decomposed:
        line = unicodedata.normalize("NFD", line)
    assert is_boilerplate_line(line)
    assert is_boilerplate_line(line.upper())


@given(st.sampled_from(COUNTERS), NUMBERS, st.sampled_from([" đại biểu dự họp.", " hộ dân đã ký"]))
def test_a_sentence_that_begins_like_a_counter_is_text(label: str, number: int, rest: str) -> None:
    assert not is_boilerplate_line(f"{label} có {number}{rest}")


@given(st.text(max_size=MAX_CHARS + 20))
def test_any_line_gives_an_answer(line: str) -> None:
    assert is_boilerplate_line(line) in (True, False)


@pytest.mark.parametrize("line", ["", "   ", "\u200b", "\xa0\n"])
def test_an_empty_line_is_not_boilerplate(line: str) -> None:
    assert not is_boilerplate_line(line)


HOSTILE = [
    "Hôm nay 1 " * 40,
    "1 " * 160 + "x",
    "« » … trang " * 30 + "x",
    "a " * 159 + "°",
    "Điện thoại: 0 " * 25 + "x",
    "facebook zalo " * 22 + "x",
    "chia sẻ facebook và " * 16 + "x",
    "tin tức liên quan khác " * 13,
    "(" * 300,
    "về đầu trang " * 24 + "x",
    "12.345,678" * 32,
    "www." * 80,
    "viewview" * 39 + "!",
    "online  khách " * 22 + "!",
    "visitors | views" * 20,
    "1" * 310 + "x",
    "0237." * 60 + "x",
]


@pytest.mark.parametrize("line", HOSTILE)
def test_no_line_takes_long_to_judge(line: str) -> None:
    started = time.process_time()
    is_boilerplate_line(line[:MAX_CHARS])
    assert time.process_time() - started < 0.05
