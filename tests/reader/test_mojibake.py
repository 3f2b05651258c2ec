"""UTF-8 encoded twice: undone to the byte, or left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reader.mojibake import has_mojibake, undo
from tests.support.old_encodings import MARKED, encoded_twice

TEXT = "Ủy ban nhân dân xã Đông Á tổ chức “hội nghị” – Ờ, ở đâu? Ngày 5/1…"


@pytest.mark.parametrize("charset", ["cp1252", "latin-1", "cp1258"])
@pytest.mark.parametrize("times", [1, 2, 3])
def test_text_comes_back_through_any_western_charset(charset: str, times: int) -> None:
    spoiled = TEXT
    for _ in range(times):
        spoiled = encoded_twice(spoiled, charset)
    found = undo(spoiled)
    assert found is not None
    assert found.text == TEXT


@pytest.mark.parametrize("letter", [*MARKED, *(letter.upper() for letter in MARKED)])
def test_every_letter_comes_back_inside_a_sentence(letter: str) -> None:
    text = f"Tiếng Việt có chữ {letter} trong bảng"
    found = undo(encoded_twice(text))
    assert found is not None
    assert found.text == text


def test_the_classic() -> None:
    found = undo("Tiáº¿ng Viá»‡t")
    assert found is not None
    assert found.text == "Tiếng Việt"


def test_right_words_and_signs_beside_it_stay() -> None:
    found = undo("Thông báo của huyện – Tiáº¿ng Viá»‡t «có»")
    assert found is not None
    assert found.text == "Thông báo của huyện – Tiếng Việt «có»"


@pytest.mark.parametrize(
    "text",
    [
        "ĐA´n đốc lập Kế hoạch sá» dụng đất",  # a real portal: bytes were lost and accents stripped
        "Cá»NG THÃNG TIN",
        "Tiáº¿ng Viá»?t",
        "HÃ Ná»™i",
        "Tiáº¿ng Viá»‡t: hÃ nh chính",  # the no-break space of à became a blank
    ],
)
def test_a_run_that_lost_something_stays_and_is_told(text: str) -> None:
    assert undo(text) is None
    assert undo(text, sure=True) is None
    assert has_mojibake(text)


@pytest.mark.parametrize(
    "text",
    [
        "“THỊ XÔ, “THỊ XÃ”, THỊ XÃ… và THỊ XÃ – nơi",
        "THỊ XÃ\xa0HỘI AN, thị xã «Hội An», «THỊ XÃ»",
        "São Paulo, Besançon, Malmö, Zürich và Ærø",
        "© 2024 – 20 °C, 5 µm, « có », 100 £, ½ m²",
        "Où êtes-vous né ? À l’école, où Noël…",
        "Die größten Städte: „Köln“, ‚Wien‘ – Ä‚",
        "\ue001 biểu tượng Ã³",
        "",
    ],
)
def test_right_text_of_any_language_stays(text: str) -> None:
    assert undo(text) is None


def test_french_is_no_mojibake() -> None:
    assert not has_mojibake("Thị xã «XÃ», «cá», Âu Á, Ấn Độ, Ä và Æ, São Paulo")


def test_weak_signs_need_a_second_word_or_a_page_that_is_sure() -> None:
    assert undo("thÃ´ng") is None
    assert undo("thÃ´ng bÃ¡o") is not None
    assert undo("thÃ´ng", sure=True) is not None
    assert undo("“THỊ XÃ”", sure=True) is None


@given(st.text(alphabet=st.characters(max_codepoint=0x2122), max_size=200))
def test_it_never_raises_and_what_it_undoes_can_be_redone(text: str) -> None:
    found = undo(text, rounds=1)
    if found is not None:
        assert len(found.text) < len(text)


@given(st.text(alphabet="aàáâãèéêìíòóôõùúýạảấầẩẫậắđơưĐÂÃÁ nghtc,.“”–«»", max_size=120))
def test_vietnamese_of_any_letters_stays(text: str) -> None:
    assert undo(text) is None
