"""TCVN3, VNI and VISCII by their definitions: every letter, there and back."""

from __future__ import annotations

import pytest

from crawler.reader.legacy import ENCODINGS, TCVN3, VISCII, VNI, Vote, share, vote
from tests.support.old_encodings import MARKED, in_tcvn3, in_viscii, in_vni

SENTENCE = (
    "Hội đồng nhân dân và Uỷ ban nhân dân huyện đã tổ chức kỳ họp thứ mười; ngược lại, những "
    "người ở xã Thượng Sơn vẫn mong đường sá được sửa chữa, ổn định cuộc sống trước mùa mưa lũ."
)


def test_there_are_134_letters_with_marks() -> None:
    assert len({*MARKED, *(letter.upper() for letter in MARKED)}) == 134


@pytest.mark.parametrize("letter", MARKED)
def test_every_small_letter_comes_back(letter: str) -> None:
    assert in_tcvn3(letter) != letter or letter == "ý"  # which has the same code
    assert TCVN3.convert(in_tcvn3(letter)) == letter
    assert VNI.convert(in_vni(letter)) == letter
    assert in_viscii(letter).decode("latin-1").translate(dict(enumerate(VISCII))) == letter


@pytest.mark.parametrize("letter", [letter.upper() for letter in MARKED])
def test_every_capital_comes_back(letter: str) -> None:
    assert VNI.convert(in_vni(letter)) == letter
    assert TCVN3.convert(in_tcvn3(letter)).upper() == letter
    assert in_viscii(letter).decode("latin-1").translate(dict(enumerate(VISCII))) == letter


@pytest.mark.parametrize("letter", "ĂÂÊÔƠƯĐ")
def test_capitals_without_a_tone_have_codes_in_tcvn3(letter: str) -> None:
    assert TCVN3.convert(in_tcvn3(letter)) == letter


@pytest.mark.parametrize(
    ("code", "letter"),
    [("\xb5", "à"), ("\xae", "đ"), ("\xa7", "Đ"), ("\xad", "ư"), ("\xe9", "ộ"), ("\xfe", "ỵ"),
     ("\xbe", "ắ"), ("\xc6", "ặ"), ("\xd7", "ì"), ("\xf7", "ữ"), ("\xa8", "ă"), ("\xac", "ơ")],
)  # fmt: skip
def test_tcvn3_is_the_table_of_the_standard(code: str, letter: str) -> None:
    assert TCVN3.table[code] == letter


@pytest.mark.parametrize(
    ("old", "new"),
    [("ñöôøng", "đường"), ("UÛY", "ỦY"), ("Aùnh", "Ánh"), ("kyõ", "kỹ"), ("tyû", "tỷ"),
     ("nguyeän", "nguyện"), ("lôïi", "lợi"), ("ngöõ", "ngữ"), ("nghæ", "nghỉ"), ("thò", "thị")],
)  # fmt: skip
def test_vni_words(old: str, new: str) -> None:
    assert VNI.convert(old) == new


def test_a_sentence_comes_back_whole() -> None:
    assert TCVN3.convert(in_tcvn3(SENTENCE)) == SENTENCE
    assert VNI.convert(in_vni(SENTENCE)) == SENTENCE


@pytest.mark.parametrize(
    ("word", "says"),
    [("héi", Vote.FOR), ("nghÞ", Vote.FOR), ("cã", Vote.EITHER), ("Nam", Vote.NEUTRAL),
     ("là", Vote.AGAINST), ("huyện", Vote.AGAINST), ("tích", Vote.AGAINST), ("für", Vote.NEITHER)],
)  # fmt: skip
def test_what_a_word_says_of_tcvn3(word: str, says: Vote) -> None:
    assert vote(TCVN3, word) is says


def test_the_share_of_vietnamese_words() -> None:
    good, words = share(SENTENCE)
    assert good == words > 20
    assert share(in_tcvn3(SENTENCE), TCVN3) == (good, words)
    assert share("Où êtes-vous né à l’été, Noël ?")[0] <= 2


def test_no_encoding_takes_a_unicode_sentence_for_its_own() -> None:
    for encoding in ENCODINGS:
        assert not [w for w in encoding.words.findall(SENTENCE) if vote(encoding, w) is Vote.FOR]
