"""Old encodings on whole pages: what is converted, what is left, what it costs."""

from __future__ import annotations

import html
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.reader.decode import decode
from crawler.reader.document import Document, parse
from crawler.reader.model import Page
from crawler.reader.reading import read
from crawler.text import nfc
from tests.support.egov import captures, gold_rows
from tests.support.old_encodings import encoded_twice, in_tcvn3, in_vni
from tests.support.shared import MISSING, SHARED, shared_path

needs_shared = pytest.mark.skipif(shared_path("captures") is None, reason=MISSING)
MOTTO = "Cộng hòa xã hội chủ nghĩa Việt Nam. Độc lập - Tự do - Hạnh phúc."
NEWS = (
    "Sáng 12/01, Uỷ ban nhân dân huyện đã tổ chức hội nghị tổng kết công tác năm và triển khai "
    "nhiệm vụ trọng tâm; ông Nguyễn Văn Bình, Phó Chủ tịch, chủ trì."
)
SPOILED = {"tcvn3": in_tcvn3, "vni": in_vni, "mojibake_repaired": encoded_twice}


def page(body: str) -> Document:
    document = parse(f"<html><head><title>Tin</title></head><body>{body}</body></html>", None)
    assert document is not None
    return document


def text(document: Document) -> str:
    return str(document.root.find("body").text_content())


@pytest.mark.parametrize(("flag", "spoil"), SPOILED.items())
def test_one_spoiled_paragraph_among_right_ones_is_converted(flag: str, spoil: object) -> None:
    assert callable(spoil)
    right = "<p>Trang thông tin điện tử của huyện; được cập nhật hằng ngày.</p>"
    document = page(f"{right}<p>{spoil(NEWS)}</p>{right}")
    assert [p.text_content() for p in document.root.iter("p")][1] == NEWS
    assert list(document.recoded) == [flag]
    assert text(document).count("được cập nhật hằng ngày") == 2


@pytest.mark.parametrize(("flag", "spoil"), SPOILED.items())
def test_words_spread_over_elements_come_back_in_their_places(flag: str, spoil: object) -> None:
    assert callable(spoil)
    parts = "".join(f"<b>{html.escape(spoil(word))}</b> " for word in NEWS.split())
    document = page(f"<p>{parts}</p><p>{spoil(MOTTO)}</p><p>{spoil(NEWS)}</p>")
    assert [b.text for b in document.root.iter("b")] == NEWS.split()
    assert flag in document.recoded


def test_a_letter_in_an_element_of_its_own_belongs_to_its_word() -> None:
    document = page(f"<p><b>C</b>éng <i>h</i>ßa x· héi</p><p>{in_tcvn3(NEWS)}</p>")
    assert text(document).startswith("Cộng hòa xã hội")
    document = page(f"<p><b>Co</b>äng <i>ho</i>øa xaõ hoäi chuû nghóa</p><p>{in_vni(NEWS)}</p>")
    assert text(document).startswith("Cộng hòa xã hội chủ nghĩa")


def test_a_phrase_in_a_right_sentence_is_converted_alone() -> None:
    document = page("<p>Sáng nay, thành phố tæ chøc  héi nghÞ tổng kết công tác nhân dân.</p>")
    assert text(document) == "Sáng nay, thành phố tổ chức  hội nghị tổng kết công tác nhân dân."


def test_fonts_are_evidence_for_few_words() -> None:
    few = "<span style=\"font-family:'.VnTime'\">Danh s¸ch häc</span>"
    assert text(page(few)) == "Danh sách học"
    assert text(page("<font face='VNI-Times'>Hoïc kyø</font>")) == "Học kỳ"
    assert text(page("<p>Danh s¸ch häc UBND</p>")) == "Danh s¸ch häc UBND"


def test_a_font_is_no_evidence_against_right_text() -> None:
    right = f"<p style='font-family:.VnTime'>{NEWS}</p><font face='VNI-Times'>{MOTTO}</font>"
    document = page(right)
    assert text(document) == NEWS + MOTTO
    assert document.recoded == {}


def test_the_capitals_font_shows_small_codes_as_capitals() -> None:
    title = in_tcvn3("Hội nghị tổng kết năm")
    document = page(f'<p style="font-family: .VnTimeH">{title}</p><p>{in_tcvn3(NEWS)}</p>')
    assert text(document) == "HỘI NGHỊ TỔNG KẾT NĂM" + NEWS
    document = page(
        '<p><font face=".VnTimeH">ñ</font><font face=".VnTime">y ban nh©n d©n tØnh</font></p>'
    )
    assert text(document) == "Ủy ban nhân dân tỉnh"


def test_capitals_without_their_font_are_told_from_the_letters_beside() -> None:
    assert text(page("<p>HéI NGHÞ TæNG KÕT UBND C¤NG T¸C CH¢U ¸</p>")) == (
        "HỘI NGHỊ TỔNG KẾT UBND CÔNG TÁC CHÂU Á"
    )
    assert text(page("<p>Tæ chøc héi nghÞ UBND tØnh Vò B×nh</p>")) == (
        "Tổ chức hội nghị UBND tỉnh Vũ Bình"
    )


def test_titles_and_attributes_are_converted_with_their_page() -> None:
    markup = (
        f"<html><head><title>{in_tcvn3('Hội nghị tổng kết')}</title>"
        f'<meta property="og:title" content="{in_tcvn3("Hội nghị tổng kết")}"></head>'
        f'<body><img src="a.jpg" alt="{in_tcvn3("Quang cảnh hội nghị")}">'
        f"<p>{in_tcvn3(NEWS)}</p></body></html>"
    )
    document = parse(markup, None)
    assert document is not None
    assert document.head_title == document.meta("og:title") == "Hội nghị tổng kết"
    assert next(document.root.iter("img")).get("alt") == "Quang cảnh hội nghị"


def test_references_are_letters_like_others() -> None:
    assert text(page("<p>t&aelig; ch&oslash;c h&eacute;i ngh&THORN; b&#184;o c&#xB8;o</p>")) == (
        "tổ chức hội nghị báo cáo"
    )
    assert text(page("<p>Ti&#7871;ng Vi&#x1EC7;t: th&ocirc;ng &abreve;n &dstrok;&#7843;</p>")) == (
        "Tiếng Việt: thông ăn đả"
    )


@pytest.mark.parametrize(
    "right",
    [
        NEWS,
        NEWS.upper(),
        "Nông thôn, nhân dân, công nhân, thông tin, tích cực, có, là, và, tháng, năm, tôi",
        "Besançon, Zürich, Köln, Malmö, São Paulo, Ærø và Curaçao kết nghĩa với Huế, Đà Nẵng",
        "Giá 5.000 £, 30 ¥, 10 ¢; dày 10 µm, 20 µm, 5 µg; © 2024 ® ™; ½ m², ¼ ha, 30 °C ± 2, §5, ¶",
        "« Tin trước · Tin sau » · «Có» – “không” … ¿Qué? ¡Hola!",
        "Où êtes-vous né ? À l’été, le thé, le maïs, l’île, Noël, garçon, ça, élève, forêt, naïve",
        "L’évêque a fêté la Pentecôte à Nîmes, où la reine était née ; c’était déjà très tôt.",
        "El niño pequeño está mañana en España con su señor año tras año, qué más sé él aún",
        "Die größten Städte für schöne Mädchen über die Brücke: München, Köln, süß, Österreich",
        "På søndag går vi på turen, så må du nå det; får vi gå hjem til påske? Blåbær, smørrebrød",
        "Så må du gå på tå då, nå på gås",
        "São não irmão João mãe amanhã coração você é três",
        "Köşe, gül, şöyle, büyük, çünkü, İstanbul'da görüşürüz",
        "Hölgyeim és uraim, köszönöm, üdvözöljük, főtér, tűzoltó",
        "Þetta er íslenska, það á að vera öðruvísi",
        "HÐND huyện, QÐ-UBND, Ðối với các xã, thị trấn; Ðảng bộ, Ðoàn thanh niên",
    ],
)
def test_right_text_of_any_language_stays(right: str) -> None:
    document = page(f"<p>{html.escape(right)}</p><p>{NEWS}</p>")
    assert text(document) == right + NEWS
    assert document.recoded == {}


@needs_shared
def test_no_captured_page_is_converted() -> None:
    for capture in captures():
        if capture.status == 200 and b"<html" in capture.body[:2000]:
            document = parse(decode(capture.body, capture.header("content-type")).text, capture.url)
            assert document is None or set(document.recoded) <= {"nfd"}, capture.url


@needs_shared
def test_no_line_of_the_founding_documents_is_converted() -> None:
    seeds = sorted((SHARED / "seeds").glob("*.txt"))
    assert len(seeds) == 5
    for seed in seeds:
        lines = seed.read_text(encoding="utf-8").splitlines()
        document = page("".join(f"<p>{html.escape(line)}</p>" for line in lines))
        assert set(document.recoded) <= {"nfd"}, seed.name


@needs_shared
@pytest.mark.parametrize(("flag", "spoil"), SPOILED.items())
def test_every_article_of_a_portal_comes_back(flag: str, spoil: object) -> None:
    assert callable(spoil)
    wrong = []
    for row in gold_rows():
        paragraphs = [nfc(p) for p in (row.title, row.lead, *row.paragraphs) if p]
        if len(paragraphs) < 4:
            continue
        document = page("".join(f"<p>{html.escape(spoil(p))}</p>" for p in paragraphs))
        assert flag in document.recoded
        found = [p.text_content() for p in document.root.iter("p")]
        # TCVN3 has no capitals with tones; without the font it cannot be told where they were.
        pairs = zip(paragraphs, found, strict=True)
        wrong += [pair for pair in pairs if pair[0].lower() != pair[1].lower()]
    assert wrong == []


def article(body: str, aside: str = "") -> Page:
    box = f"<div class='box'><h3>Tin khác</h3><p>{aside}</p></div>" if aside else ""
    markup = (
        "<html><head><title>Huyện tổng kết năm</title><meta charset=utf-8></head><body>"
        "<h1>Huyện tổng kết công tác năm</h1><p>Thứ sáu, 12/01/2024 15:10</p>"
        f"<div class='content'>{body}</div>{box}</body></html>"
    )
    return Page(markup.encode(), "http://an-phuc.test/vi/news/tin/tong-ket-12.html")


def test_an_article_tells_what_was_converted_in_it() -> None:
    body = "".join(f"<p>{in_tcvn3(NEWS)} {number}.</p>" for number in range(5))
    reading = read(article(body))
    assert reading.kind == "article"
    assert "tcvn3" in reading.flags
    assert reading.text is not None
    assert NEWS in reading.text


def test_a_paste_beside_an_article_is_no_flag_of_it() -> None:
    body = "".join(f"<p>{NEWS} {number}.</p>" for number in range(5))
    reading = read(article(body, in_tcvn3("Thông báo kết quả tuyển dụng viên chức ngành giáo dục")))
    assert reading.kind == "article"
    assert "tcvn3" not in reading.flags


@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<b>", "<br>", "<font face='.VnTimeH'>", "</font>", "<o:p>", "&THORN;",
             "tæ chøc ", "héi", "nghÞ ", "hoäi ", "Tiáº¿ng ", "\ue000", "\x85", "ạ", "a\u0301",
             "&#xB8;", "<img alt='h\xe9i ngh\xde'>", "<script>é</script>", "\ufffe", " "]
        ),
        max_size=60,
    )
)  # fmt: skip
@settings(max_examples=300)
def test_no_page_breaks_it(pieces: list[str]) -> None:
    parse("<html><body>" + "".join(pieces), None)


@pytest.mark.parametrize(
    "body",
    [
        "<p>" + "héi nghÞ tæ chøc " * 200_000,
        "<p>héi nghÞ tæ chøc</p>" * 50_000,
        "<b>é</b>Þ" * 200_000,
        "Ã" * 2_000_000,
        "áº¿" * 700_000,
        "<p>" + "&THORN;" * 300_000,
        "a\u0301 " * 500_000,
        "<i>" * 100_000 + "héi nghÞ tæ chøc",
    ],
    ids=range(8),
)
def test_the_worst_pages_end_soon(body: str) -> None:
    started = time.process_time()
    parse(f"<html><body>{body}</body></html>", None)
    assert time.process_time() - started < 8
