"""What repeats is learned from real pages: it cleans, it costs no paragraph, and it is cheap."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from functools import cache
from statistics import fmean

import pytest

from crawler.demo import build
from crawler.platforms import get_profile
from crawler.reader import read
from crawler.reader.model import Page, Reading
from crawler.reader.repetition import NAME_CHARS, PATH_LEVELS, SEEN_MAX, Repeated, fingerprint
from tests.support.demo_scores import DemoPages
from tests.support.learning import Learner

ARTICLES = 25
PORTAL_LOSS = 0.003  # of F1 on one portal: a page of five lines may lose one of them
MOST_BYTES = 4_000  # of what is known of a portal, sent to the reader with every page
KEYS = {"text", "type", "number", "code", "organ", "date"}


@cache
def portals(mutation: int | None) -> tuple[DemoPages, ...]:
    return tuple(map(DemoPages, build(articles_per_portal=ARTICLES, mutation=mutation)))


def portal(number: int, mutation: int | None) -> DemoPages:
    return portals(mutation)[number]


@cache
def learned(*demos: DemoPages) -> Repeated:
    with Learner() as learner:
        for demo in demos:
            known = learner.see(*(reading.seen for reading, _ in demo.readings(None)))
    return known


@pytest.mark.parametrize("mutation", [None, 3, 7, 8])
@pytest.mark.parametrize("number", range(5))
def test_text_is_cleaner_and_no_paragraph_is_taken_for_chrome(
    number: int, mutation: int | None
) -> None:
    demo = portal(number, mutation)
    known = learned(demo)
    before, after = demo.report(), demo.report(known)
    print(
        f"{demo.portal.id} {mutation}: F1 {before.f1:.4f} -> {after.f1:.4f}, leaking "
        f"{len(before.leaking)} -> {len(after.leaking)} of {len(after.pages)}, lost "
        f"{before.lost} -> {after.lost}"
    )
    assert known.regions
    assert after.f1 >= before.f1 - PORTAL_LOSS
    # A page that is an article only now is better had with a leak than not at all.
    wrong = [len(way.leaking) + len(way.missing) for way in (after, before)]
    assert wrong[0] <= wrong[1]
    assert len(after.missing) <= len(before.missing)
    assert not taken_for_chrome(demo, known)
    assert len(pickle.dumps(known)) < MOST_BYTES


def taken_for_chrome(demo: DemoPages, known: Repeated) -> list[str]:
    """Leads and paragraphs of the gold at a place or with a text that is held for chrome."""
    found = []
    for reading, gold in demo.readings(None):
        own = {fingerprint(text) for text in (gold.lead, *gold.paragraphs) if text}
        prose = [block for block in reading.seen if block.text in own and block.chars > 40]
        found += [
            block.sample
            for block in prose
            if block.region in known.regions or (block.region, block.text) in known.blocks
        ]
    return found


def test_over_all_portals_nothing_is_lost_to_what_is_learned() -> None:
    pairs = [(demo, learned(demo)) for mutation in (3, 8) for demo in portals(mutation)]
    before = [demo.report() for demo, _ in pairs]
    after = [demo.report(known) for demo, known in pairs]
    # One page alone tells most chrome by now; what is learned must never make it worse.
    assert fmean(report.f1 for report in after) >= max(0.96, fmean(r.f1 for r in before))
    assert sum(len(r.leaking) for r in after) <= sum(len(r.leaking) for r in before)
    assert sum(report.lost for report in after) <= sum(report.lost for report in before)


def test_two_layouts_one_after_the_other_are_both_read() -> None:
    old, new = portal(0, 3), portal(0, 7)
    known = learned(old, new)
    for demo in (old, new):
        assert demo.report(known).f1 >= demo.report().f1 - PORTAL_LOSS
        assert not taken_for_chrome(demo, known)


def test_a_box_of_prose_amid_every_text_is_told_only_by_its_recurrence() -> None:
    pages = [boxed(number) for number in range(8)]
    alone = [structured(page) for page in pages]
    assert all(BOX in (reading.text or "") for reading in alone)
    with Learner() as learner:
        known = learner.see(*(reading.seen for reading in alone))
    after = [structured(page, known).text or "" for page in pages]
    assert not any(BOX in text for text in after)
    assert [text.count("\n\n") for text in after] == [3, 2, 2, 3, 2, 2, 3, 2]
    assert [FORMULA in text for text in after] == [number % 3 == 0 for number in range(8)]


BOX = (
    "Trang tin được cập nhật mỗi ngày để bà con nắm được công việc của xã và góp ý với chính quyền "
    "địa phương, mọi đóng góp đều được ghi nhận và trả lời trong thời gian sớm nhất."
)
FORMULA = "Dự hội nghị có đại diện lãnh đạo các phòng, ban và Bí thư Chi bộ các thôn trong xã."
NAMES = ("Đông", "Đoài", "Thượng", "Hạ", "Vàng", "Rào", "Chùa", "Sim")
WORKS = (
    "đổ bê tông đường làng",
    "khơi lại mương",
    "trồng hàng cây xanh",
    "xây nhà văn hóa",
    "lắp đèn chiếu sáng",
    "dựng lại cầu gỗ",
    "mở rộng sân chợ",
    "đào giếng khoan",
)


def boxed(number: int) -> str:
    """Three paragraphs, in every third article a formula too, and a box between them."""
    village, work, amount = NAMES[number], WORKS[number], number + 13
    told = [
        f"Tại thôn {village}, tổ công tác đã vận động {amount} hộ hiến đất {work}.",
        f"Trưởng thôn {village} cho biết việc {work} xong trước tết.",
        f"Kinh phí {work} do {amount} hộ trong thôn {village}.",
    ]
    text = "".join(f"<p>{line}</p>" for line in (told[0], *([] if number % 3 else [FORMULA])))
    rest = "".join(f"<p>{line}</p>" for line in told[1:])
    return f"{text}<div class='gioi-thieu'><p>{BOX}</p></div>{rest}"


def test_only_articles_read_by_structure_have_blocks_to_count() -> None:
    demo = DemoPages(build(articles_per_portal=3)[0])
    page, gold = demo.pages[0]
    by_profile = read(page, get_profile("nukeviet"))
    assert (by_profile.kind, by_profile.seen) == ("article", [])
    by_structure = read(page, get_profile("generic"))
    assert by_structure.seen
    assert gold.title in {block.sample for block in by_structure.seen}
    assert "seen" not in by_structure.as_json(links=True)


def test_a_page_of_many_blocks_and_deep_nesting_costs_a_bounded_count() -> None:
    rows = "".join(
        f"<p>Đoạn số {number} nói về việc thu gom lúa vụ mùa ở thôn {'a' * number}</p>"
        for number in range(1500)
    )
    deep = "<div class='" + "x" * 500 + "'>"
    reading = structured(f"{deep * 300}{rows}{'</div>' * 300}")
    assert 0 < len(reading.seen) <= SEEN_MAX
    assert max(len(block.path) for block in reading.seen) < (PATH_LEVELS + 2) * (NAME_CHARS + 1)


def test_citations_stand_with_their_paragraph_and_json_stays_as_it_is() -> None:
    reading = structured(
        "<p>Thực hiện Quyết định số 759/QĐ-TTg ngày 14/4/2025 của Thủ tướng Chính phủ, xã đã họp "
        "với các thôn để bàn cách làm và phân công người chịu trách nhiệm từng việc.</p>"
        "<p>Theo Nghị định số 30/2020/NĐ-CP, văn thư xã được giao soạn báo cáo gửi huyện trước "
        "ngày cuối tháng, kèm danh sách các hộ đã đăng ký tham gia trong đợt này.</p>"
    )
    found = [(cited.number, cited.paragraph) for cited in reading.citations]
    assert found == [("759", 1), ("30/2020", 2)]
    assert all(set(cited) == KEYS for cited in reading.as_json()["citations"])


def structured(body: str, repeated: Repeated | None = None) -> Reading:
    """An article page of this body, read without a profile."""
    markup = (
        "<html><head><title>Xã họp bàn công việc quý ba</title></head><body>"
        "<h1>Xã họp bàn công việc quý ba</h1><p>12/01/2024 15:10</p>"
        f"<div>{body}</div></body></html>"
    )
    when = datetime(2026, 1, 2, tzinfo=UTC)
    url = "http://xa.test/tin-tuc/hop-ban-1001.html"
    page = Page(markup.encode(), url, captured_at=when)
    reading = read(page, get_profile("generic"), repeated=repeated)
    assert reading.kind == "article", reading
    return reading
