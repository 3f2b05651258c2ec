"""The worst pages end in time and memory, whole or flagged, and hold up nobody else.

Small sizes here; `python -m bench worst` reads them in full size.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial

import pytest

from crawler.fetch.outcomes import ReadOk, ReadProblem
from crawler.fetch.workers import ReaderPool
from crawler.platforms import get_profile
from crawler.reader import Page, read
from crawler.reader.document import TITLE_CHARS, parse
from tests.support.worst_pages import FIRST, LAST, UNCLOSED, URL, page, worst_pages

SIZE = 2_000  # elements: what takes the square of it in time takes seconds
SLOW_S = 4.0  # CPU; ordinary pages take 0.01
PAGES = worst_pages(SIZE)


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    with ReaderPool(2, timeout_s=30.0) as found:  # of wall time, which a busy machine stretches
        yield found


def test_every_worst_page_is_read_in_time(pool: ReaderPool) -> None:
    """All are read at once, by structure and recognised in turn: none takes another with it."""
    waiting = {
        name: pool.submit(Page(body, URL), ("generic", None)[number % 2])
        for number, (name, body) in enumerate(PAGES.items())
    }
    problems, slow = {}, {}
    for name, future in waiting.items():
        outcome = future.result()
        if isinstance(outcome, ReadProblem):
            problems[name] = outcome
        elif outcome.cpu_s > SLOW_S:
            slow[name] = outcome.cpu_s
    assert not problems
    assert not slow
    assert pool.rebuilds == 0


def lines_of(markup: str) -> tuple[str, list[str]]:
    found = read(Page(markup.encode("utf-8", "replace"), URL), get_profile("generic"))
    return found.text or "", found.flags


@pytest.mark.parametrize("what", UNCLOSED)
def test_what_never_ends_loses_nothing_in_silence(what: str) -> None:
    middle = f"<{what}" if what.startswith("!") or "=" in what else f"<{what}>"
    text, flags = lines_of(page(middle))
    assert FIRST.strip() in text
    assert LAST.strip() in text or "truncated_parse" in flags


@pytest.mark.parametrize(
    "middle",
    [
        "<!-- một --><p>x</p><!-- hai -->",
        "<script>if (a < b) { document.write('<!-- x'); }</script>",
        "<noscript><img src=/a.gif></noscript>",
        "<textarea>một</textarea><select><option>hai</select>",
        "<svg><title>x</title><path d='M0'/></svg>",
        "<p title='a > b'>x</p>",
        "<div>" * 300 + "</div>" * 300,
    ],
)
def test_a_page_that_is_whole_is_not_flagged(middle: str) -> None:
    text, flags = lines_of(page(middle))
    assert LAST.strip() in text
    assert "truncated_parse" not in flags


@pytest.mark.parametrize(
    "behind",
    [
        "<script>var a = '<p>không phải văn bản</p>';</script>",
        "<!-- <p>bỏ đi từ năm ngoái rồi</p> -->",
        "<noscript><p>Hãy bật JavaScript lên</p></noscript>",
    ],
)
def test_scripts_and_comments_at_the_end_are_no_lost_text(behind: str) -> None:
    document = parse(page().replace("</body>", f"{behind}</body>"), URL)
    assert document is not None
    assert document.flags == []


def test_text_beyond_ten_megabytes_is_parsed_whole() -> None:
    for middle in (f"<p>{'a' * 11_000_000}</p>", f"<!--{'a' * 11_000_000}-->"):
        document = parse(page(middle), URL)
        assert document is not None
        assert LAST.strip() in document.root.text_content()
        assert document.flags == []


def test_nul_bytes_and_form_feeds_end_no_text() -> None:
    text, _ = lines_of(page("<p>Trước dòng này có một\0ký tự\fvà sau nó còn chữ.</p>"))
    assert "Trước dòng này có một ký tự và sau nó còn chữ." in text
    assert LAST.strip() in text


@pytest.mark.parametrize("reference", ["&#xD800;", "&#55296;", "&#xDFFF;", "&#xFFFE;", "&#65535;"])
def test_halves_of_characters_are_shown_as_lost(reference: str) -> None:
    text, flags = lines_of(page(f"<p>Một dòng chữ dài có {reference} ở giữa, và còn nữa.</p>"))
    assert "có \ufffd ở giữa" in text
    assert "lossy" in flags


def test_a_title_that_swallowed_the_page_is_cut() -> None:
    document = parse(f"<title>{'chữ ' * 5_000}</title><p>x</p>", URL)
    assert document is not None
    assert document.head_title is not None
    assert len(document.head_title) == TITLE_CHARS


def test_the_pool_answers_good_pages_while_the_worst_ones_run() -> None:
    """A worker is stuck in libxml2 for its full time, thrice; the other one goes on reading."""
    stuck = "<p " + " ".join(f"a{number}=1" for number in range(120_000)) + ">"
    good = page().encode()
    with ReaderPool(2, timeout_s=2.0) as pool:
        pool.submit(Page(good, URL), "generic").result()  # the workers are up
        started = time.monotonic()
        ended: dict[str, float] = {}
        futures = {}

        def note(name: str, _: object) -> None:
            ended[name] = time.monotonic() - started

        for number in range(120):
            if number % 40 == 0:
                futures[f"worst {number}"] = pool.submit(Page(stuck.encode(), URL), "generic")
            futures[f"good {number}"] = pool.submit(Page(good, URL), "generic")
        for name, future in futures.items():
            future.add_done_callback(partial(note, name))
        outcomes = {name: future.result() for name, future in futures.items()}
    worst = [outcome for name, outcome in outcomes.items() if name.startswith("worst")]
    assert [outcome.kind for outcome in worst if isinstance(outcome, ReadProblem)] == [
        "timeout"
    ] * 3
    texts = {o.reading.text for n, o in outcomes.items() if n[0] == "g" and isinstance(o, ReadOk)}
    assert len(texts) == 1
    assert all(isinstance(o, ReadOk) for n, o in outcomes.items() if n.startswith("good"))
    last_worst = max(at for name, at in ended.items() if name.startswith("worst"))
    assert sum(at < last_worst for name, at in ended.items() if name.startswith("good")) >= 70
