"""Flags of odd text: lost letters, missing blanks, eth, mojibake that stays, decomposed accents."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reader.document import parse
from crawler.reader.model import Page, Reading
from crawler.reader.reading import read
from crawler.reader.recode import recode
from crawler.reader.text_flags import flags_of, is_glued, is_lossy
from tests.support.egov import captures, gold_rows
from tests.support.shared import MISSING, SHARED, shared_path

needs_shared = pytest.mark.skipif(shared_path("captures") is None, reason=MISSING)
NEWS = (
    "Sáng 12/01, Uỷ ban nhân dân huyện đã tổ chức hội nghị tổng kết công tác năm và triển khai "
    "nhiệm vụ trọng tâm; ông Nguyễn Văn Bình, Phó Chủ tịch, chủ trì."
)


def flags(text: str) -> list[str]:
    return flags_of(Reading(None, "article", text=text), {})


@pytest.mark.parametrize(
    "text",
    [
        "Huyện công nh?n 11 xã nông thôn m?i",
        "Ti?ng Vi?t",
        "UBND t?nh t? ch?c h?i ngh?",
        "công nh\ufffdn xã",
        "“H?i ngh?”, (t?ng k?t).",
    ],
)
def test_text_that_lost_letters_is_lossy(text: str) -> None:
    assert is_lossy(text)
    assert flags(text) == ["lossy"]


@pytest.mark.parametrize(
    "text",
    [
        NEWS,
        "Ai? Vì sao? Như thế nào? Có được không?",
        "Vì sao?Tại ai?Có?không",
        "xem trang.aspx?id=5&n?=3 và http://an-phuc.test/t?m=v?t",
        "UBND? HĐND? TP? Covid? 5? ??? Sao?? (gì?)",
        "A? B? c? d?",
        "Tếp xúc, nhiêmj, giác thải, văm hóa, ý kiếm, llực lượng, bi thư, nghành, trú trọng",
    ],
)
def test_questions_addresses_and_slips_are_not_lossy(text: str) -> None:
    assert not is_lossy(text)


@pytest.mark.parametrize(
    "text",
    [
        "Trongnhiệm kỳ qua, cấp ủy đã lãnh đạo độingũ cán bộ; Hộiđồng nhân dân họp.",
        "Đến ngày27/4/2018, huyện có 09lớp học và 15hộiviên mới.",
        "Kết thúc đại hội.Song song với đó.Huyện ủy.Các xã.Tất cả.Đã về.Được mùa.",
    ],
)
def test_text_without_many_blanks_is_glued(text: str) -> None:
    assert is_glued(text)
    assert flags(text) == ["glued"]


@pytest.mark.parametrize(
    "text",
    [
        NEWS,
        "Trongnhiệm kỳ " + f"{NEWS} " * 3,
        "Người Êđê đi ôtô ở Đắk Lắk, Krông Pắk; TP.Hồ Chí Minh, Th.S Lan, PGS.TS Nguyễn Ái, 5m²",
        "Trongnhiệm độingũ Hộiđồng " + f"{NEWS} " * 12,  # three in four hundred words are slips
        "Tin/ảnh: Hoà-Bình, 5km/giờ, 19h30’, 12/01/2024, 1.500ha, 3,5%, K15, QĐ-UBND, 2đ/kg",
        "http://an-phuc.test/tin.Moi/trongnhiemky facebook.Com internet",
    ],
)
def test_right_text_with_names_units_and_slips_is_not_glued(text: str) -> None:
    assert not is_glued(text)


def test_eth_is_told_and_stays() -> None:
    assert flags("HÐND huyện") == ["eth"]
    assert flags("các xã ðã họp") == ["eth"]
    assert flags("HĐND huyện đã họp") == []


def test_mojibake_that_stays_is_told() -> None:
    assert flags("Kế hoạch sá» dụng đất của Tiáº¿ng") == ["mojibake"]


def article(body: str, aside: str = "") -> Reading:
    box = f"<div class='box'><h3>Tin khác</h3><p>{aside}</p></div>" if aside else ""
    markup = (
        "<html><head><title>Huyện tổng kết năm</title><meta charset=utf-8></head><body>"
        "<h1>Huyện tổng kết công tác năm</h1><p>Thứ sáu, 12/01/2024 15:10</p>"
        f"<div class='content'>{body}</div>{box}</body></html>"
    )
    return read(Page(markup.encode(), "http://an-phuc.test/vi/news/tin/tong-ket-12.html"))


def test_decomposed_accents_are_told_and_stored_composed() -> None:
    decomposed = unicodedata.normalize("NFD", NEWS)
    references = "".join(c if ord(c) < 0x300 else f"&#{ord(c)};" for c in decomposed)
    for body in (decomposed, references):
        reading = article(f"<p>{body}</p>" * 4)
        assert "nfd" in reading.flags
        assert reading.text is not None
        assert reading.text.startswith(NEWS)
        assert unicodedata.is_normalized("NFC", reading.text)


def test_decomposed_accents_beside_the_article_are_no_flag_of_it() -> None:
    aside = unicodedata.normalize("NFD", "Tin khác của huyện về mùa vụ và chăn nuôi")
    assert "nfd" not in article(f"<p>{NEWS}</p>" * 4, aside).flags


def test_a_flag_stands_once() -> None:
    reading = article(f"<p>{NEWS} công nh?n m?i HÐND</p>" * 4)
    assert [flag for flag in reading.flags if flag in ("eth", "lossy")] == ["eth", "lossy"]


@given(st.text(max_size=300))
def test_no_text_breaks_it_and_the_answer_is_the_same_again(text: str) -> None:
    assert flags(text) == flags(text)


@needs_shared
def test_clean_articles_of_a_portal_have_no_flag() -> None:
    for row in gold_rows():
        text = unicodedata.normalize("NFC", "\n\n".join((row.title, row.lead, *row.paragraphs)))
        assert flags(text) == [], row.url


@needs_shared
def test_the_founding_documents_have_no_flag() -> None:
    for seed in sorted((SHARED / "seeds").glob("*.txt")):
        assert flags(seed.read_text(encoding="utf-8")) == [], seed.name


@needs_shared
def test_a_clean_page_pays_a_fraction_of_its_parsing() -> None:
    pages = [c.body for c in captures() if c.group == "article" and c.status == 200]
    texts = [t for row in gold_rows() if (t := "\n\n".join((row.title, *row.paragraphs)))]
    documents = [parse(body.decode(), None) for body in pages]

    def cost(what: object, values: list[object]) -> float:
        assert callable(what)
        started = time.process_time()
        for value in values:
            what(value)
        return (time.process_time() - started) / len(values)

    def scan(pair: object) -> None:
        assert isinstance(pair, tuple)
        recode(pair[0].root, pair[1])

    clean = [(d, b) for d, b in zip(documents, pages, strict=True) if d is not None]
    clean = [(d, b) for d, b in clean if not d.recoded]
    parsing = min(cost(lambda b: parse(b.decode(), None), list(pages)) for _ in range(3))
    scanning = min(cost(scan, list(clean)) for _ in range(3))
    telling = min(cost(flags, list(texts)) for _ in range(3))
    assert scanning + telling < parsing / 4
