"""Which language, and how it writes dates and numbers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crawler.web.catalogue import Language
from crawler.web.language import choose, current, named, number, say, stamp


@pytest.fixture(params=["vi", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    token = current.set(request.param)
    yield request.param
    current.reset(token)


@pytest.mark.parametrize(
    ("asked", "cookie", "accept", "chosen"),
    [
        ("en", "vi", "vi", "en"),
        (None, "en", "vi-VN,vi;q=0.9", "en"),
        ("fr", "xx", "en-US,en;q=0.9", "en"),
        (None, None, "vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        (None, None, "fr;q=0.9,en;q=0.5,vi;q=0.4", "en"),
        (None, None, "en;q=0", "vi"),
        (None, None, "fr", "vi"),
        (None, None, "", "vi"),
        (None, None, ";;q=,en;q=much", "vi"),
    ],
)
def test_the_address_beats_the_cookie_beats_the_browser(
    asked: str | None, cookie: str | None, accept: str, chosen: str
) -> None:
    assert choose(asked, cookie, accept) == chosen


@pytest.mark.parametrize(
    ("stored", "vi", "en"),
    [
        ("2024-05-03T14:05:00+07:00", "03/05/2024 14:05", "2024-05-03 14:05"),
        ("2024-05-03T14:05+07:00", "03/05/2024 14:05", "2024-05-03 14:05"),
        ("2024-05-03", "03/05/2024", "2024-05-03"),
        (None, "", ""),
        ("hôm qua", "hôm qua", "hôm qua"),
        # Another zone is not shown as if it were Vietnam's.
        ("2024-05-03T14:05:00+00:00", "2024-05-03T14:05:00+00:00", "2024-05-03T14:05:00+00:00"),
    ],
)
def test_dates_are_written_as_the_reader_writes_them(
    language: Language, stored: str | None, vi: str, en: str
) -> None:
    assert stamp(stored) == (vi if language == "vi" else en)


def test_thousands_are_set_apart_as_the_language_does(language: Language) -> None:
    assert number(1234567) == ("1.234.567" if language == "vi" else "1,234,567")
    assert say("rows", 1200) == ("1.200 dòng" if language == "vi" else "1,200 rows")


def test_known_values_have_words_and_others_stay(language: Language) -> None:
    assert named("level", "commune") == ("Cấp xã" if language == "vi" else "Commune")
    assert named("level", "thôn") == "thôn"
