"""Bytes to text: marks, headers, meta tags, and labels that lie."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reader.decode import decode

TEXT = (
    "<html><head><title>Huyện ủy tổ chức hội nghị</title></head><body>"
    "<p>Sáng ngày 05/01, Huyện ủy tổ chức hội nghị tổng kết công tác năm 2023.</p></body></html>"
)


def meta(charset: str, text: str = TEXT) -> str:
    return text.replace("<head>", f'<head><meta charset="{charset}">')


def windows_1258(text: str) -> bytes:
    """Vietnamese as Windows writes it: letters with their hats, tones as marks of their own."""
    out = []
    for char in text:
        try:
            out.append(char.encode("cp1258"))
        except UnicodeEncodeError:
            base, *marks = list(unicodedata.normalize("NFD", char))
            tones = "".join(mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323")
            hats = "".join(mark for mark in marks if mark not in tones)
            out.append((unicodedata.normalize("NFC", base + hats) + tones).encode("cp1258"))
    return b"".join(out)


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_byte_order_mark_decides(charset: str) -> None:
    mark = "\ufeff" if charset in ("utf-16-le", "utf-16-be") else ""
    found = decode((mark + TEXT).encode(charset), "text/html; charset=iso-8859-1")
    assert found.text == TEXT
    assert found.flags == ()


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_seen_in_its_bytes(charset: str) -> None:
    assert decode(TEXT.encode(charset), None).text == TEXT
    assert decode(TEXT.encode(charset), "text/html; charset=utf-8").text == TEXT


@pytest.mark.parametrize("label", ["ISO-8859-1", "windows-1252", "us-ascii", "windows-1258"])
def test_utf_8_under_a_wrong_header_is_utf_8(label: str) -> None:
    found = decode(TEXT.encode(), f"text/html; charset={label}")
    assert (found.text, found.charset, found.flags) == (TEXT, "utf-8", ("charset_mismatch",))


@pytest.mark.parametrize("content_type", [None, "text/html", 'text/html; charset="UTF-8"'])
def test_plain_utf_8_has_no_flag(content_type: str | None) -> None:
    assert decode(TEXT.encode(), content_type).flags == ()
    assert decode(meta("utf-8").encode(), content_type).flags == ()


def test_ascii_fits_every_label() -> None:
    assert decode(b"<p>Thong bao</p>", "text/html; charset=windows-1258").flags == ()


@pytest.mark.parametrize(
    "markup",
    [
        meta("windows-1258"),
        TEXT.replace(
            "<head>",
            "<head><META HTTP-EQUIV=Content-Type CONTENT='text/html; charset=windows-1258'>",
        ),
        TEXT.replace("<html>", "<html>" + " " * 6000 + "<meta charset=windows-1258>"),
        '<?xml version="1.0" encoding="windows-1258"?>' + TEXT,
    ],
)
def test_windows_1258_is_read_where_the_page_says_so(markup: str) -> None:
    found = decode(windows_1258(markup), None)
    assert unicodedata.normalize("NFC", found.text) == markup
    assert found.charset == "cp1258"


def test_windows_1258_is_read_where_the_header_says_so() -> None:
    found = decode(windows_1258(TEXT), "text/html; charset=windows-1258")
    assert unicodedata.normalize("NFC", found.text) == TEXT


def test_a_meta_tag_is_asked_when_the_header_is_wrong() -> None:
    found = decode(windows_1258(meta("windows-1258")), "text/html; charset=utf-8")
    assert "Huyện ủy tổ chức hội nghị" in unicodedata.normalize("NFC", found.text)
    assert found.flags == ("charset_mismatch",)


def test_a_charset_nobody_names_is_detected() -> None:
    found = decode(windows_1258(TEXT * 20), None)
    assert "Huyện ủy tổ chức" in unicodedata.normalize("NFC", found.text)
    assert found.flags == ("charset_detected",)


@pytest.mark.parametrize("label", [None, "utf-8", "iso-8859-1", "windows-1258"])
def test_a_stray_bad_byte_leaves_the_rest_alone(label: str | None) -> None:
    body = TEXT.encode().replace(b"05/01", b"05/01\xff")
    found = decode(body, f"text/html; charset={label}" if label else None)
    assert found.text.replace("\ufffd", "") == TEXT
    assert found.flags == ("bad_bytes",)


def test_a_character_cut_in_two_at_the_end_is_one_bad_byte() -> None:
    assert decode(TEXT.encode() + "ủ".encode()[:2], None).text.startswith(TEXT)


def test_a_replacement_character_of_the_portal_is_no_bad_byte() -> None:
    assert decode("công nh\ufffdn".encode(), None).flags == ()


def test_latin_1_is_read_as_windows_1252() -> None:
    body = "<p>caf\xe9 \x93quoted\x94</p>".encode("latin-1")
    assert decode(body, "text/html; charset=iso-8859-1").text == "<p>café “quoted”</p>"


@pytest.mark.parametrize(
    "label",
    ["idna", "base64", "utf-7", "unicode_escape", "raw_unicode_escape", "rot13", "rot_13", "hex",
     "punycode", "undefined", "zlib", "bz2", "uu", "quopri", "mbcs", "utf-99", "x-user-defined",
     "utf-16", "utf-32", "string_escape", "none", "../../etc/passwd"],
)  # fmt: skip
def test_a_hostile_label_never_raises_nor_harms(label: str) -> None:
    assert decode(TEXT.encode(), f"text/html; charset={label}").text == TEXT
    assert decode(meta(label).encode(), None).text == meta(label)
    broken = decode(windows_1258(TEXT), f"text/html; charset={label}")
    assert "Huy" in broken.text


def test_nul_bytes_stay_for_the_parser_to_drop() -> None:
    assert decode(TEXT.replace("ngày", "ng\x00ày").encode(), None).text.count("\x00") == 1


@given(st.binary(max_size=2000), st.text(max_size=60))
def test_decoding_never_raises_and_always_answers_alike(body: bytes, content_type: str) -> None:
    first = decode(body, content_type)
    assert first == decode(body, content_type)
    first.text.encode()


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"], min_codepoint=32)))
def test_utf_8_comes_back_as_it_was(text: str) -> None:
    if not text.startswith("\ufeff"):
        assert decode(text.encode(), "text/html; charset=utf-8").text == text
