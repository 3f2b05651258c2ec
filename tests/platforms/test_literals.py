"""The strings that a sign's regex needs: never one too many, or a family would not be known."""

from __future__ import annotations

import re

import pytest

from crawler.platforms import load_profiles
from crawler.platforms.literals import needs_of


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        ("abcdef", [{"abcdef"}]),
        ("/DesktopModule/", [{"/desktopmodule/"}]),
        ("Tác giả", [{"tác giả"}]),
        ("abc|bcd", [{"abc", "bcd"}]),
        ("abc|b", []),
        ("x(abc|bcd)y", [{"abc", "bcd"}]),
        ("abc(def)?", [{"abc"}]),
        ("abc(def)+", [{"abc"}, {"def"}]),
        (r"abc\d+xyz", [{"abc"}, {"xyz"}]),
        ("abcd*efg", [{"abc"}, {"efg"}]),
        ("[abc]def", [{"def"}]),
        ("(?!abc)def", [{"def"}]),
        ("a.b", []),
        ("", []),
    ],
)
def test_a_pattern_needs_these_strings(pattern: str, needs: list[set[str]]) -> None:
    assert [set(choices) for choices in needs_of(pattern)] == needs


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"(?:abc|abd)x?", "ABD"),
        (r"class=[\"'][^\"']*\btandan-(p|div)-", "CLASS='a Tandan-Div-b'"),
        (r"(abc|def(ghi)?){2}", "defabc"),
        (r"\.html(?=$|\?)", "a.HTML?"),
        (r"Đăng lúc", "ĐĂNG LÚC"),
        (r"(?i:abc)+", "aBc"),
        (r"a{3}b{0,2}", "AAA"),
    ],
)
def test_a_text_that_matches_holds_what_is_needed(pattern: str, text: str) -> None:
    assert re.search(pattern, text, re.IGNORECASE)
    assert all(any(part in text.lower() for part in choices) for choices in needs_of(pattern))


def test_most_signs_in_the_markup_are_looked_for_by_a_plain_string_first() -> None:
    signs = [
        sign
        for profile in load_profiles().values()
        for sign in profile.fingerprints
        if sign.place == "markup"
    ]
    rare = [s for s in signs if any(min(map(len, choices)) >= 5 for choices in s.needs)]
    assert len(rare) >= 0.9 * len(signs)
