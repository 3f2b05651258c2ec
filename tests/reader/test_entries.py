"""Teasers and comments: prose of other pieces, told from the article's by where it stands."""

from __future__ import annotations

import pytest

from crawler.reader.blocks import Block
from crawler.reader.container import page_items
from crawler.reader.document import parse
from crawler.reader.entries import foreign_blocks
from crawler.text import fold

TITLE = "Xã Quế Lộc ra quân làm thủy lợi nội đồng"
PROSE = (
    "Sáng nay, hơn 300 đoàn viên và hội viên đã nạo vét gần hai cây số kênh mương, chuẩn bị nước "
    "tưới cho vụ xuân trên toàn bộ diện tích lúa của xã."
)
HEADLINE = "Hội Nông dân xã tổng kết phong trào thi đua số {}"
TEASER = "Đã có {} hộ đạt danh hiệu sản xuất kinh doanh giỏi, vượt kế hoạch mà đại hội đề ra."


def foreign(inside: str) -> list[str]:
    found = parse(f"<html><body>{inside}</body></html>", None)
    assert found is not None
    blocks = [item for item in page_items(found.root) if isinstance(item, Block)]
    return [blocks[place].text for place in sorted(foreign_blocks(blocks, fold(TITLE)))]


def entries(shape: str, count: int = 4) -> str:
    return "".join(
        shape.format(link=f"<a href='/t{n}'>{HEADLINE.format(n)}</a>", text=TEASER.format(n))
        for n in range(count)
    )


ALL = [text for n in range(4) for text in (HEADLINE.format(n), TEASER.format(n))]


@pytest.mark.parametrize(
    "shape",
    [
        "<div><h4>{link}</h4><p>{text}</p></div>",
        "<li>{link}<br>{text}</li>",
        "<article><div><b>{link}</b></div><div>{text}</div></article>",
        "<tr><td>{link}<div>{text}</div></td></tr>",
        "<h3>{link}</h3><p>{text}</p>",
        "<dt>{link}</dt><dd>{text}</dd>",
    ],
)
def test_headlines_with_a_teaser_each_are_other_news(shape: str) -> None:
    kind = "table" if shape.startswith("<tr") else "dl" if "<dt" in shape else "div"
    page = f"<h1>{TITLE}</h1><p>{PROSE}</p><{kind}>{entries(shape)}</{kind}>"
    assert foreign(page) == ALL


def test_a_link_to_the_section_between_headline_and_teaser_goes_with_them() -> None:
    section = "<div><a href='/xa-hoi/'>Văn hóa - Xã hội</a></div>"
    shape = f"<li><article><div>{{link}}{section}<div>{{text}}</div></div></article></li>"
    told = foreign(f"<h1>Tin tức</h1><ul>{entries(shape)}</ul>")
    assert [text for text in told if text != "Văn hóa - Xã hội"] == ALL


def test_a_day_between_headline_and_teaser_goes_with_them() -> None:
    shape = "<div><h4>{link}</h4><span>12/01/2024</span><p>{text}</p></div>"
    found = foreign(f"<h1>{TITLE}</h1><p>{PROSE}</p>{entries(shape)}")
    assert set(ALL) < set(found)


@pytest.mark.parametrize(
    "inside",
    [
        f"<p>{PROSE}</p>" * 3,
        "".join(f"<p>{PROSE}</p><p><a href='/t{n}'>{HEADLINE.format(n)}</a></p>" for n in range(4)),
        "".join(
            f"<div><p>{PROSE}</p><p><a href='/t{n}'>{HEADLINE.format(n)}</a></p></div>"
            for n in range(4)
        ),
        entries("<div><h4>{link}</h4><p>{text}</p></div>", 2),
        "".join(f"<p><a href='/qd{n}'>Quyết định số {n}</a> {PROSE}</p>" for n in range(4)),
    ],
)
def test_text_with_links_in_it_is_not_other_news(inside: str) -> None:
    assert foreign(f"<h1>{TITLE}</h1><div>{inside}</div>") == []


def test_one_headline_with_its_picture_linked_to_the_same_address_is_other_news() -> None:
    box = (
        "<div><a href='/t1'><img src='/t1.jpg'></a><div><a href='/t1'>" + HEADLINE.format(1)
        + "</a><p>" + TEASER.format(1) + "</p></div></div>"
    )  # fmt: skip
    assert foreign(f"<h1>{TITLE}</h1><p>{PROSE}</p>{box}<p>{PROSE}</p>") == ALL[2:4]


def test_the_entry_that_bears_the_title_is_the_article() -> None:
    own = f"<div><h4><a href='/bai'>{TITLE}</a></h4><p>{PROSE}</p></div>"
    shape = "<div><h4>{link}</h4><p>{text}</p></div>"
    assert foreign(own + entries(shape)) == ALL


@pytest.mark.parametrize(
    "heading", ["Bình luận", "Ý kiến bạn đọc (3)", "BÌNH LUẬN (12)", "Phản hồi", "Comments"]
)
def test_what_readers_say_is_not_the_article(heading: str) -> None:
    said = "".join(f"<div><b>Bạn {n}</b><p>{TEASER.format(n)}</p></div>" for n in range(3))
    page = f"<h1>{TITLE}</h1><p>{PROSE}</p><div><h3>{heading}</h3>{said}</div><p>{PROSE}</p>"
    found = foreign(page)
    assert heading in found and TEASER.format(2) in found
    assert PROSE not in found


def test_a_section_called_comment_above_the_article_is_none() -> None:
    assert foreign(f"<div><b>Bình luận</b><h1>{TITLE}</h1><p>{PROSE}</p></div>") == []
