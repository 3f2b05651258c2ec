"""The measures themselves: a right answer scores full, each kind of error is seen."""

from __future__ import annotations

import dataclasses
import re
import warnings

import lxml.html
import pytest
import trafilatura

from tests.support.egov import CAPTURES, Gold, scored_pages, visible_gold
from tests.support.leaks import block_lines, is_leak, repeated_lines
from tests.support.report import Report, table
from tests.support.scoring import Answer, PageScore, Surroundings, score
from tests.support.shared import MISSING, shared_path
from tests.support.surroundings import egov_surroundings

pytestmark = pytest.mark.skipif(shared_path(CAPTURES) is None, reason=MISSING)

STAMP = re.compile(r"(\d\d)/(\d\d)/(\d{4}) (\d\d:\d\d)")


def by_selectors(page: bytes) -> Answer:
    """The fields by the known places of this one portal; captions stay in the text."""
    root = lxml.html.fromstring(page, parser=lxml.html.HTMLParser(encoding="utf-8"))

    def texts(selector: str) -> list[str]:
        return ["".join(map(str, node.itertext())).strip() for node in root.cssselect(selector)]

    def text(selector: str) -> str | None:
        return next(iter(texts(selector)), None)

    stamp = STAMP.search(text(".newsdetailmetatop span.h5") or "")
    labels = texts(".newsdetail p.h5.text-right")
    fields = dict(label.split(":", 1) for label in labels if ":" in label)
    body = root.cssselect("#news-bodyhtml")[0]
    body.tail = None
    files = root.cssselect(".news-download-file .list-group-item > a[href*='download=1']")
    return Answer(
        title=text("h1[itemprop=headline]"),
        lead=text("div.hometext"),
        text="\n\n".join(block_lines(lxml.html.tostring(body, encoding="utf-8"))),
        published="{2}-{1}-{0}T{3}:00+07:00".format(*stamp.groups()) if stamp else None,
        author=fields.get("Tác giả bài viết"),
        source=fields.get("Nguồn tin"),
        tags=tuple(texts(".newsdetail ~ * a[href^='/tag/']")),
        attachments=tuple((a.get("href", ""), a.findtext("strong")) for a in files),
    )


def right_answer(gold: Gold) -> Answer:
    """What a perfect reader says."""
    rows = "\n".join(" | ".join(row) for rows in gold.tables for row in rows)
    return Answer(
        title=gold.title,
        lead=gold.lead or None,
        text="\n\n".join((*gold.paragraphs, rows)),
        published=gold.published,
        author=gold.author or None,
        source=gold.source or None,
        tags=tuple(gold.tags),
        captions=gold.captions,
        images=gold.images,
        attachments=tuple((f"/x.html?download=1&id={key}", name) for key, name in gold.attachments),
    )


@pytest.fixture
def gold() -> Gold:
    """An article with everything: table, captions, attachments, tags."""
    return visible_gold(1)[45]


def judged(answer: Answer, gold: Gold) -> PageScore:
    return score(answer, gold, egov_surroundings())


def test_a_right_answer_scores_full_on_every_page() -> None:
    report = Report("gold")
    for _, gold in scored_pages(1):
        report.add(judged(right_answer(gold), gold))
    assert report.failures() == "nothing is wrong"
    assert report.f1 == 1.0


def test_the_known_places_of_the_portal_score_full() -> None:
    report = Report("selectors")
    for page, gold in scored_pages(1):
        report.add(judged(by_selectors(page.body), gold))
    print(table([report]), report.failures(), sep="\n")
    assert report.f1 > 0.999
    assert not report.leaking
    assert report.lost == 0
    for name in ("title", "published", "author", "source", "lead", "tags", "attachments"):
        assert report.right(name) == len(report.pages), name


def test_trafilatura_alone_is_seen_to_leak_and_to_lose() -> None:
    report = Report("trafilatura")
    for page, gold in list(scored_pages(1))[::6]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = trafilatura.extract(page.body.decode(), fast=True)
        report.add(judged(Answer(text=found), gold))
    assert 0.6 < report.f1 < 0.95
    assert len(report.leaking) > len(report.pages) * 0.5


@pytest.mark.parametrize(
    "line",
    [
        "1398 người đang online",
        "Đang truy cập39",
        "Tin khác",
        "100%",
        "12.png",
        "Thứ sáu - 12/01/2024 15:10 344 0",
    ],
)
def test_a_line_of_furniture_is_a_leak_wherever_it_stands(gold: Gold, line: str) -> None:
    assert is_leak(line)
    answer = right_answer(gold)
    page = judged(dataclasses.replace(answer, text=f"{answer.text}\n\n• {line}"), gold)
    assert page.leaks == [f"• {line}"]


def test_the_title_of_another_article_is_a_leak_with_its_date_too(gold: Gold) -> None:
    other = next(row for row in visible_gold(1).values() if row.title != gold.title)
    answer = right_answer(gold)
    spoilt = f"{answer.text}\n{other.title}\n- {other.title} (08/10/2026)"
    assert len(judged(dataclasses.replace(answer, text=spoilt), gold).leaks) == 2
    assert not judged(dataclasses.replace(answer, text=f"{answer.text}\n{gold.title}"), gold).leaks


def test_a_menu_line_is_found_by_its_repetition() -> None:
    pages = [f"<ul><li>Giới thiệu</ul><p>Bài {n}</p>".encode() for n in range(5)]
    assert repeated_lines(pages) == {"Giới thiệu"}


def test_block_lines_split_at_blocks_and_breaks_and_skip_scripts() -> None:
    page = "<p>Một <b>hai</b><br>ba</p>bốn<script>x</script><table><tr><td>năm<td>sáu</table>"
    assert list(block_lines(page.encode())) == ["Một hai", "ba", "bốn", "năm", "sáu"]


def test_captions_neither_help_nor_hurt(gold: Gold) -> None:
    answer = right_answer(gold)
    text = "\n".join((answer.text or "", *gold.captions))
    assert gold.captions
    assert judged(dataclasses.replace(answer, text=text), gold).f1 == 1.0


def test_a_lost_paragraph_costs_recall_and_is_named(gold: Gold) -> None:
    answer = dataclasses.replace(right_answer(gold), text="\n\n".join(gold.paragraphs[1:]))
    page = judged(answer, gold)
    assert page.recall < 1.0
    assert page.lost == [gold.paragraphs[0]]


def test_paragraphs_run_together_are_broken_but_not_lost(gold: Gold) -> None:
    page = judged(dataclasses.replace(right_answer(gold), text=" ".join(gold.paragraphs)), gold)
    assert not page.lost
    assert len(page.broken) == len(gold.paragraphs)


def test_words_that_the_article_lacks_cost_precision(gold: Gold) -> None:
    answer = right_answer(gold)
    page = judged(dataclasses.replace(answer, text=f"{answer.text} lạ lẫm quá"), gold)
    assert page.precision < 1.0 and page.recall == 1.0


def test_a_signature_given_as_the_author_may_leave_the_text() -> None:
    gold = next(g for g in visible_gold(1).values() if g.signatures and not g.author)
    body = "\n\n".join(text for text in gold.paragraphs if text not in gold.signatures)
    answer = dataclasses.replace(right_answer(gold), text=body, tags=tuple(gold.tags))
    assert judged(answer, gold).lost == list(gold.signatures)
    named = judged(dataclasses.replace(answer, author=gold.signatures[0]), gold)
    assert not named.lost and "author" not in named.wrong


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", "Khác"),
        ("published", "2018-09-02T08:00:00+00:00"),
        ("published", "2018-09-02"),
        ("author", "Ai đó"),
        ("source", "Báo khác"),
        ("lead", "Khác"),
        ("tags", ("khác",)),
        ("captions", ()),
        ("images", ()),
        ("attachments", ()),
    ],
)
def test_a_wrong_field_is_seen(gold: Gold, name: str, value: object) -> None:
    fields = {"gold": getattr(gold, name), name: value}
    answer = dataclasses.replace(right_answer(gold), **{name: value})  # type: ignore[arg-type]
    assert name in judged(answer, gold).wrong, fields


def test_a_missing_page_counts_as_wrong_everywhere(gold: Gold) -> None:
    report = Report("half", missing=["a999"])
    report.add(score(right_answer(gold), gold, Surroundings(frozenset())))
    assert report.f1 == 0.5
    assert report.share("title") == 0.5
    assert "missing: a999" in report.failures()
