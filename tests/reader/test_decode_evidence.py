"""Bytes to text where labels lie or are missing: the words themselves say which charset it is."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reader.decode import decode, is_utf16
from crawler.reader.document import parse
from crawler.text import nfc
from tests.support.egov import gold_rows
from tests.support.old_encodings import MARKED, in_tcvn3, in_viscii, in_vni, in_windows_1258
from tests.support.shared import MISSING, shared_path

NEWS = (
    "Sáng ngày 05/01, Huyện ủy đã tổ chức hội nghị tổng kết công tác năm và triển khai nhiệm vụ "
    "trọng tâm; ông Nguyễn Văn Bình, Phó Chủ tịch, chủ trì."
)
TEXT = f"<html><head><title>Tin</title></head><body><p>{NEWS}</p></body></html>"
BYTES = {
    "windows-1258": in_windows_1258(TEXT),
    "tcvn3": in_tcvn3(TEXT).encode("latin-1"),
    "vni": in_vni(TEXT).encode("latin-1"),
    "viscii": in_viscii(TEXT),
    "utf-8": TEXT.encode(),
    "utf-8 with a mark": TEXT.encode("utf-8-sig"),
    "utf-16 with a mark": TEXT.encode("utf-16"),
    "utf-16-le": TEXT.encode("utf-16-le"),
    "utf-16-be": TEXT.encode("utf-16-be"),
    "utf-32 with a mark": TEXT.encode("utf-32"),
    "utf-32-le": TEXT.encode("utf-32-le"),
    "utf-32-be": TEXT.encode("utf-32-be"),
}
PLAIN = frozenset(map(chr, range(0x20, 0x7F))) | {"\n"}
LABELS = [
    None, "utf-8", "iso-8859-1", "windows-1252", "windows-1258", "utf-16", "utf-32", "utf-7",
    "viscii", "tcvn", "x-viet-tcvn5712", "x-viet-vps", "x-user-defined", "gb2312", "koi8-r", "none",
]  # fmt: skip


def shown(text: str) -> str:
    """What the parsed page shows."""
    document = parse(text, None)
    assert document is not None
    return str(document.root.text_content())


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("kind", BYTES)
def test_the_words_win_over_any_label(kind: str, label: str | None) -> None:
    found = decode(BYTES[kind], f"text/html; charset={label}" if label else None)
    assert NEWS in shown(found.text)


@pytest.mark.parametrize("label", ["windows-1258", "iso-8859-1", None])
def test_windows_1258_is_text_in_nfc(label: str | None) -> None:
    found = decode(BYTES["windows-1258"], f"text/html; charset={label}" if label else None)
    assert found.text == TEXT
    assert found.charset == "cp1258"
    wanted = {"windows-1258": (), "iso-8859-1": ("charset_mismatch",), None: ("charset_detected",)}
    assert found.flags == wanted[label]
    document = parse(found.text, None)
    assert document is not None
    assert document.recoded == {}  # the charset writes tones apart; the portal did not


def test_viscii_by_its_label_has_no_flag() -> None:
    found = decode(BYTES["viscii"], "text/html; charset=viscii")
    assert (found.text, found.charset, found.flags) == (TEXT, "viscii", ())


def test_a_page_of_two_charsets_keeps_both() -> None:
    menu = "<p>Ủy ban nhân dân huyện, cổng thông tin điện tử: tin tức, sự kiện, liên hệ</p>"
    for old in ("tcvn3", "vni"):
        found = decode(menu.encode() + BYTES[old], "text/html; charset=utf-8")
        assert found.flags == ("charset_mixed",)
        assert "cổng thông tin điện tử: tin tức" in shown(found.text)
        assert NEWS in shown(found.text)


@pytest.mark.parametrize(
    ("charset", "line"),
    [
        ("gb18030", "这是中文网页新闻，友谊关口岸今日开放。"),
        ("euc_kr", "한국어 뉴스 페이지입니다."),
        ("shift_jis", "これは日本語のニュースのページです。"),
    ],
)
def test_pages_of_neighbours_are_not_taken_for_vietnamese(charset: str, line: str) -> None:
    text = line * 20
    for label in (charset, None):
        found = decode(text.encode(charset), f"charset={label}" if label else None)
        assert found.text == text


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1252", None])
def test_french_stays_french(label: str | None) -> None:
    text = "<p>Où êtes-vous né ? À l'été, le thé, l'île, Noël, garçon, ça, élève, forêt</p>" * 4
    assert decode(text.encode("cp1252"), f"charset={label}" if label else None).text == text


def test_bytes_that_windows_1252_has_not_are_kept() -> None:
    text = decode(b"<p>a\x81\x8d\x8f\x90\x9d \xe9</p>", "charset=iso-8859-1").text
    assert text == "<p>a\x81\x8d\x8f\x90\x9d \xe9</p>"


@pytest.mark.parametrize("kind", [kind for kind in BYTES if kind.startswith(("utf-16", "utf-32"))])
def test_wide_pages_are_known_as_text(kind: str) -> None:
    assert is_utf16(BYTES[kind])


def test_pictures_and_nul_bytes_are_no_utf_16() -> None:
    assert not is_utf16(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)))
    assert not is_utf16(TEXT.replace("ngày", "ng\x00ày").encode())


@pytest.mark.skipif(shared_path("captures") is None, reason=MISSING)
@pytest.mark.parametrize("spoil", [in_windows_1258, in_viscii])
def test_every_article_of_a_portal_is_told_without_a_label(spoil: object) -> None:
    assert callable(spoil)
    read = 0
    for row in gold_rows():
        text = nfc("\n".join(row.paragraphs))
        text = "".join(char for char in text if char in PLAIN or char in MARKED)
        if len(text) > 300:
            assert decode(spoil(text), None).text == text, row.url
            read += 1
    assert read > 100


@pytest.mark.parametrize(
    "body",
    [b"<" * 4_000_000 + b"\xff", "<p>é".encode("latin-1") * 500_000, b"&" * 2_000_000 + b"\xfe" * 9,
     b"\x80" * 4_000_000, BYTES["tcvn3"] * 5000, b"\xff\xfe\x00\x00" + b"\xff" * 1_000_001],
    ids=range(6),
)  # fmt: skip
def test_large_and_hostile_bytes_end_soon(body: bytes) -> None:
    started = time.process_time()
    decode(body, "text/html; charset=windows-1258").text.encode("utf-8", "replace")
    assert time.process_time() - started < 5


@given(st.binary(max_size=400), st.sampled_from(LABELS))
def test_no_bytes_and_no_label_raise(body: bytes, label: str | None) -> None:
    found = decode(body, f"charset={label}" if label else None)
    assert isinstance(found.text, str)
