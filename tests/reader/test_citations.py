"""Document numbers in running text, in all the disorder that offices write them in."""

from __future__ import annotations

import time
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reader.citation_words import skeleton
from crawler.reader.citations import find_citations
from crawler.reader.model import Citation

HERE = Path(__file__).parent
SHARED = HERE.parents[1].parent / "shared"


def fields(citation: Citation) -> list[str]:
    parts = (citation.type, citation.number, citation.code, citation.organ, citation.date)
    return [part or "" for part in parts]


def rows(path: Path) -> list[list[str]]:
    """The lines of a table below its heading; a line break inside a cell is written as \\n."""
    lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")[1:]
    return [line.replace("\\n", "\n").split("\t") for line in lines]


OWN = rows(HERE / "citations_more.tsv") + rows(HERE / "citations_sentences.tsv")


@pytest.mark.parametrize(("text", "expected"), OWN)
def test_numbers_of_documents_are_found_and_others_are_not(text: str, expected: str) -> None:
    found = [fields(citation) for citation in find_citations(text)]
    assert found == (
        [] if expected == "none" else [part.split("|") for part in expected.split(" ; ")]
    )


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared facts are not beside this checkout")
def test_the_citations_of_the_facts_are_exact() -> None:
    facts = rows(SHARED / "facts" / "citations.tsv")
    wrong = [
        row[0] for row in facts if [[c.text, *fields(c)] for c in find_citations(row[0])] != [row]
    ]
    assert len(facts) > 90
    assert len(wrong) <= 0.03 * len(facts), wrong


def test_absent_fields_are_none() -> None:
    assert find_citations("Nghị quyết số 33") == [
        Citation("Nghị quyết số 33", "Nghị quyết", "33", None, None, None)
    ]


def test_the_text_is_as_found() -> None:
    text = "Theo nghị quyết  số:  12 -NQ/ TU, ngày 5/6/2021, đảng bộ đã họp"
    (found,) = find_citations(text)
    assert found.text == "nghị quyết  số:  12 -NQ/ TU, ngày 5/6/2021"
    assert fields(found) == ["Nghị quyết", "12", "NQ", "TU", "2021-06-05"]


KINDS = st.sampled_from(
    [("Nghị quyết", "NQ"), ("Quyết định", "QĐ"), ("Chỉ thị", "CT"), ("Kế hoạch", "KH"),
     ("Thông báo", "TB"), ("Kết luận", "KL"), ("Công văn", "CV"), ("Chương trình", "CTr"),
     ("Hướng dẫn", "HD"), ("Tờ trình", "TTr"), ("Công điện", "CĐ"), ("Báo cáo", "BC")]
)  # fmt: skip
ORGANS = st.sampled_from(["TU", "TW", "HU", "ĐU", "UBND", "HĐND", "TTg", "CP", "BTCTU", "UBND-HC"])
SOS = st.sampled_from([" số ", " số: ", " số : ", " ", "  số "])
SEPARATORS = st.sampled_from(["-", "/", "- ", " -", "/ ", " / ", "–", " – "])
BEFORE_DATE = st.sampled_from([" ngày ", ", ngày ", " ngày", ",ngày "])
AROUND = st.sampled_from([("", ""), ("Thực hiện ", " của cấp trên"), ("(", ")"), ("theo ", "; ")])


@st.composite
def citations(draw: st.DrawFn) -> tuple[str, list[str]]:
    kind, code = draw(KINDS)
    organ, number = draw(ORGANS), str(draw(st.integers(1, 9999)))
    day = draw(st.none() | st.dates(date(1996, 1, 1), date(2049, 12, 31)))
    name = draw(st.sampled_from([kind, kind.lower(), kind.upper()]))
    text = name + draw(SOS) + number + draw(SEPARATORS) + code + draw(SEPARATORS) + organ
    if day is not None:
        shape = draw(st.sampled_from(["{0.day}/{0.month}/{0.year}", "{0:%d-%m-%Y}",
                                      "{0.day} tháng {0.month} năm {0.year}"]))  # fmt: skip
        text += draw(BEFORE_DATE) + shape.format(day)
    before, after = draw(AROUND)
    text = before + text + after
    if draw(st.booleans()):
        text = unicodedata.normalize("NFD", text)
    return text, [kind, number, code, organ, day.isoformat() if day else ""]


@given(citations())
def test_a_number_is_read_whatever_its_blanks_and_dashes(case: tuple[str, list[str]]) -> None:
    text, expected = case
    assert [fields(citation) for citation in find_citations(text)] == [expected], text


WRITTEN_KINDS = ["Nghị quyết", "Quyết định", "Kế hoạch", "Công văn", "Thông tư", "Nghị định"]
UNITS = st.sampled_from(["", "-VP", "-NC", "-KGVX", "-TH", "-VP5", ".VX"])


@st.composite
def normative_acts(draw: st.DrawFn) -> tuple[str, list[str]]:
    """`28/2017/NQ-HĐND`, `15/2024/TT-BNV`: a year in the number."""
    kind, code = draw(KINDS)
    number = f"{draw(st.integers(1, 999))}{draw(st.sampled_from(['', 'a']))}"
    year, organ = (
        draw(st.integers(1996, 2049)),
        draw(st.sampled_from(["UBND", "HĐND", "TTg", "BNV"])),
    )
    gap = draw(st.sampled_from(["", " "]))
    text = f"{kind}{draw(SOS)}{number}{gap}/{gap}{year}{gap}/{gap}{code}{gap}-{gap}{organ}"
    return text, [kind, f"{number}/{year}", code, organ, ""]


@st.composite
def acts_of_the_assembly(draw: st.DrawFn) -> tuple[str, list[str]]:
    """`119/2020/QH14`, with or without the name of a law."""
    kind = draw(st.sampled_from(["Luật", "Bộ luật", "Pháp lệnh", "Nghị quyết"]))
    name = draw(st.sampled_from(["", " Đất đai", " Phòng, chống thiên tai", " Xây dựng và nhà ở"]))
    body, term = draw(st.sampled_from(["QH", "UBTVQH"])), draw(st.integers(9, 16))
    number = f"{draw(st.integers(1, 1999))}/{draw(st.integers(1996, 2049))}"
    name = name if kind != "Nghị quyết" else ""
    return f"{kind}{name} số {number}/{body}{term}", [kind, number, "", f"{body}{term}", ""]


@st.composite
def letters(draw: st.DrawFn) -> tuple[str, list[str]]:
    """`6290/UBND-KGVX`: no code, all behind the solidus is the organ."""
    kind = draw(st.sampled_from(["Công văn", "Văn bản"]))
    organ = draw(st.sampled_from(["UBND", "SYT", "LĐTBXH", "VPCP", "SGDĐT"])) + draw(UNITS)
    number, day = (
        str(draw(st.integers(1, 9999))),
        draw(st.dates(date(1996, 1, 1), date(2049, 1, 1))),
    )
    text = f"{draw(st.sampled_from([kind, kind.lower()]))} số {number}/{organ} ngày {day:%d.%m.%Y}"
    return text, [kind, number, "", organ, day.isoformat()]


@given(normative_acts() | acts_of_the_assembly() | letters(), AROUND)
def test_every_shape_of_the_state_is_read(
    case: tuple[str, list[str]], around: tuple[str, str]
) -> None:
    text = around[0] + case[0] + around[1]
    assert [fields(citation) for citation in find_citations(text)] == [case[1]], text


@given(citations(), st.sampled_from(["lower", "d"]))
def test_small_letters_and_a_lost_stroke_hide_no_number(
    case: tuple[str, list[str]], slip: str
) -> None:
    text, (kind, number, code, organ, day) = case
    text = unicodedata.normalize("NFC", text)
    text = text.lower() if slip == "lower" else text.replace("Đ", "D")
    (found,) = find_citations(text)
    assert (found.type, found.number, found.date or "") == (kind, number, day), text
    assert skeleton(found.code or "") == skeleton(code)
    assert skeleton(found.organ or "") == skeleton(organ)


@given(st.sampled_from(WRITTEN_KINDS), st.data())
def test_a_kind_with_one_letter_wrong_is_still_that_kind(kind: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(kind) - 1).filter(lambda index: kind[index] != " "))
    letter = data.draw(st.sampled_from("bcghkmnpqrstvxy"))
    (found,) = find_citations(f"Theo {kind[:at]}{letter}{kind[at + 1 :]} số 12-NQ/TU")
    assert fields(found) == [kind, "12", "NQ", "TU", ""]


OTHERS = st.sampled_from(
    ["Điện thoại số 0{n}", "thửa đất số {n}", "tờ bản đồ số {n}", "xe buýt số {n}", "{n}/{m} hộ",
     "nhiệm kỳ 2020-2025, {n} đại biểu", "nhà số {n}/{m} đường Lê Lợi", "tỷ số {n}-{m}",
     "{n}.{m} đồng", "ngày {n}", "số {n} Trần Phú", "lớp {n}A", "Báo cáo {n} tháng",
     "Kế hoạch {n} năm", "số tài khoản {n}{m}", "{n} - {m} độ C"]
)  # fmt: skip


@given(OTHERS, st.integers(1, 99999), st.integers(1, 999))
def test_other_numbers_are_no_citations(shape: str, n: int, m: int) -> None:
    assert find_citations(shape.format(n=n, m=m)) == []


@given(st.text(max_size=200))
def test_any_text_gives_an_answer(text: str) -> None:
    find_citations(text)


@given(st.lists(st.sampled_from(
    ["Quyết định", "số", ":", " ", "12", "/", "-", "QĐ", "UBND", "ngày", "3", "2024", "của", ",",
     "Bộ Chính trị", "QH", "14", ".", "tháng", "năm", "TTg"]), max_size=30))  # fmt: skip
def test_any_heap_of_parts_gives_citations_that_stand_in_the_text(parts: list[str]) -> None:
    text = "".join(parts)
    for citation in find_citations(text):
        assert citation.text in text
        assert citation.number is None or citation.number in text.replace(" ", "")


@given(st.text())
def test_a_skeleton_keeps_every_position(text: str) -> None:
    assert len(skeleton(text)) == len(text)


HOSTILE = [
    "Quyết định số " * 700,
    "12/QĐ-UBND" * 1000,
    "12 / " * 2000,
    "1-A" * 3000,
    "12/QĐ-" + "A-" * 5000,
    "của " + "Ban " * 2500,
    "Nghị quyết số 12 của " + "Ban Thường vụ " * 700,
    "số " + "." * 10000,
    "UBND" * 2500,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_takes_long(text: str) -> None:
    started = time.process_time()
    find_citations(text)
    assert time.process_time() - started < 0.5
