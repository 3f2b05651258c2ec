"""Lists of official documents: read for what they name, and never mixed into the news."""

from __future__ import annotations

import pytest

from crawler.platforms import get_profile
from crawler.reader import Page, Reading, read

HOST = "https://vanban.quechau.example"
ROWS = (
    ("1234/QĐ-UBND", "quyet-dinh-thuc-hien-nghi-dinh-68", 151234, "Thực hiện 68/2025/NĐ-CP", "05"),
    (
        "87/KH-UBND",
        "ke-hoach-phong-chong-thien-tai",
        151235,
        "Kế hoạch phòng, chống thiên tai",
        "6",
    ),
)


def page(rows: str, place: str = "/van-ban-chi-dao") -> Reading:
    table = (
        "<table id='ctl00_gr_items'><tr><th>Số</th><th>Trích yếu</th><th>Ngày</th></tr>"
        f"{rows}<tr class='tr-pager'><td></td><td><h7><a href='/van-ban-chi-dao?page=2'>2</a></h7>"
        "</td><td><a rel='next' href='/van-ban-chi-dao?page=2'>»</a></td></tr></table>"
    )
    news = "".join(
        f"<li><a href='/tin-tuc/xa-hop-ban-viec-{n}-6000{n}'>Xã họp bàn việc {n}</a></li>"
        for n in range(4)
    )
    body = (
        "<html><head><title>Văn bản</title></head><body><div class='UIDocumentList_Default'>"
        f"{table}</div><ul>{news}</ul></body></html>"
    )
    return read(Page(body.encode(), HOST + place), get_profile("uiarticle"))


def row(number: str, slug: str, key: int, title: str, day: str) -> str:
    return (
        f"<tr><td>{number}</td>"
        f"<td><h7><a href='/van-ban-chi-dao/{slug}-{key}'>{title}</a></h7></td>"
        f"<td><span class='date-pub'>{day}/3/2025</span></td></tr>"
    )


def test_a_table_of_documents_is_no_listing_of_news() -> None:
    reading = page("".join(row(*entry) for entry in ROWS))
    assert (reading.kind, reading.reason) == ("other", "list of documents")
    named = [link for link in reading.links if "/van-ban-chi-dao/" in link.url]
    assert [(link.kind, link.native_id, link.text, link.published) for link in named] == [
        ("other", None, "Thực hiện 68/2025/NĐ-CP", "2025-03-05"),
        ("other", None, "Kế hoạch phòng, chống thiên tai", "2025-03-06"),
    ]
    assert not [link for link in reading.links if link.kind == "next"]
    assert sum(link.kind == "article" for link in reading.links) == 4, "the box of news beside it"


def test_the_numbers_of_the_rows_are_its_citations_not_those_of_the_titles() -> None:
    reading = page("".join(row(*entry) for entry in ROWS))
    assert [found.text for found in reading.citations] == ["1234/QĐ-UBND", "87/KH-UBND"]


@pytest.mark.parametrize(
    "rows",
    [
        "",
        "<tr></tr><tr><td></td></tr>",
        "<tr><td>1</td><td><h7><a>không có địa chỉ</a></h7></td></tr>",
        "<tr><td>1</td><td><h7><a href='javascript:x()'>Văn bản</a></h7></td></tr>",
    ],
)
def test_a_table_without_documents_is_none(rows: str) -> None:
    assert page(rows).reason != "list of documents"


def test_a_document_is_no_article_of_the_news() -> None:
    profile = get_profile("uiarticle")
    assert profile.classify(f"{HOST}/van-ban-chi-dao/quyet-dinh-ve-viec-151234") == "other"
    assert profile.classify(f"{HOST}/tin-tuc/van-ban-moi-ve-dat-dai-151234") == "article"
