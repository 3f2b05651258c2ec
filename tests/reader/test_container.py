"""The container of an article on pages that no profile knows, beside all that is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reader.blocks import Block, Picture
from crawler.reader.container import Container, find_container, items_inside, page_items
from crawler.reader.document import Document, parse

TITLE = "Huyện ủy tổng kết công tác năm 2023"
PARAGRAPHS = [
    "Sáng ngày 05/01, Huyện ủy tổ chức hội nghị tổng kết công tác năm 2023, triển khai nhiệm vụ "
    "trọng tâm năm 2024 tới các chi, đảng bộ trực thuộc.",
    "Năm qua, các chỉ tiêu chủ yếu về kinh tế đều đạt và vượt kế hoạch đề ra, thu ngân sách trên "
    "địa bàn tăng 12 % so với cùng kỳ năm trước.",
    "Phát biểu tại hội nghị, đồng chí Bí thư Huyện ủy đề nghị các đơn vị khắc phục ngay những hạn "
    "chế đã được chỉ ra trong báo cáo.",
]
MENU = "".join(f"<li><a href='/muc-{n}'>Chuyên mục số {n}</a></li>" for n in range(12))
OTHERS = "".join(
    f"<li><a href='/tin-{n}.html'>Huyện ủy họp bàn công tác tháng {n} của toàn huyện</a></li>"
    for n in range(8)
)
VISITS = (
    "<ul><li>Đang truy cập: 39</li><li>Hôm nay: 1451</li><li>Tổng lượt truy cập: 3398577</li></ul>"
)
SHAPES = {
    "semantic": "<nav><ul>{menu}</ul></nav><main><article><h1>{title}</h1>{text}</article></main>"
    "<aside><ul>{others}</ul></aside><footer>{visits}<p>Cơ quan chủ quản: Ủy ban nhân dân</p>"
    "</footer>",
    "divs": "<div id='a'><ul>{menu}</ul></div><div id='b'><div id='c'><h2>{title}</h2>{text}</div>"
    "<div id='d'><h3>Tin khác</h3><ul>{others}</ul></div></div><div id='e'>{visits}</div>",
    "tables": "<table><tr><td><ul>{menu}</ul></td><td><div>{title}</div><div>{text}</div></td>"
    "<td>{visits}<ul>{others}</ul></td></tr></table>",
    "one box": "<div><ul>{menu}</ul><h1>{title}</h1>{text}<p>Tin liên quan</p><ul>{others}</ul>"
    "{visits}</div>",
}


def document(inside: str) -> Document:
    found = parse(f"<html><head><title>{TITLE}</title></head><body>{inside}</body></html>", None)
    assert found is not None
    return found


def page(shape: str, paragraphs: list[str] = PARAGRAPHS, tag: str = "p") -> Document:
    text = "".join(f"<{tag}>{paragraph}</{tag}>" for paragraph in paragraphs)
    inside = SHAPES[shape].format(title=TITLE, text=text, menu=MENU, others=OTHERS, visits=VISITS)
    return document(inside)


def container(found: Document) -> Container:
    result = find_container(page_items(found.root), TITLE)
    assert result is not None
    return result


def texts(found: Container) -> list[str]:
    return [item.text for item in found.items if isinstance(item, Block)]


@pytest.mark.parametrize("tag", ["p", "div"])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_article_is_found_beside_menus_lists_and_counters(shape: str, tag: str) -> None:
    found = container(page(shape, tag=tag))
    told = texts(found)
    assert [text for text in told if text in PARAGRAPHS] == PARAGRAPHS
    rest = [text for text in told if text not in (*PARAGRAPHS, TITLE)]
    assert rest == []
    assert 0 < found.confidence <= 1


@pytest.mark.parametrize("shape", SHAPES)
def test_one_paragraph_is_enough(shape: str) -> None:
    assert PARAGRAPHS[0] in texts(container(page(shape, PARAGRAPHS[:1])))


def test_short_lines_and_pictures_between_paragraphs_belong_to_the_article() -> None:
    found = container(
        document(
            f"<ul>{MENU}</ul><div><p>{PARAGRAPHS[0]}</p><h3>I. Kết quả</h3><p>{PARAGRAPHS[1]}</p>"
            f"<p><img src='/a.jpg'></p><p>Toàn cảnh</p><p>{PARAGRAPHS[2]}</p></div>"
        )
    )
    assert texts(found) == [
        PARAGRAPHS[0],
        "I. Kết quả",
        PARAGRAPHS[1],
        "Toàn cảnh",
        PARAGRAPHS[2],
    ]
    assert sum(isinstance(item, Picture) for item in found.items) == 1


@pytest.mark.parametrize("inside", ["", f"<ul>{MENU}</ul>", f"<ul>{OTHERS}</ul>", VISITS])
def test_a_page_without_prose_has_no_container(inside: str) -> None:
    assert find_container(page_items(document(inside).root), None) is None


def test_items_inside_leave_out_what_is_dropped() -> None:
    found = document("<div id='a'>một<div id='b'>hai</div></div>ba")
    items = page_items(found.root)
    a, b = found.root.get_element_by_id("a"), found.root.get_element_by_id("b")
    assert [i.text for i in items_inside(items, a) if isinstance(i, Block)] == ["một", "hai"]
    inside = items_inside(items, a, frozenset([b]))
    assert [i.text for i in inside if isinstance(i, Block)] == ["một"]


_sentences = st.integers(0, 9).map(
    lambda n: (
        f"Câu chuyện số {n} của huyện được kể lại đầy đủ trong một đoạn văn đủ dài, với tên "
        f"người, tên xã và những con số như {n * 7} hộ, để ai đọc cũng hiểu việc gì đã diễn ra."
    )
)


@given(st.lists(_sentences, min_size=3, max_size=12), st.sampled_from(list(SHAPES)))
def test_no_paragraph_of_an_article_is_lost(paragraphs: list[str], shape: str) -> None:
    told = texts(container(page(shape, paragraphs)))
    assert [text for text in told if text in paragraphs] == paragraphs


def test_prose_above_the_title_is_not_the_articles() -> None:
    notice = "".join(f"<p>Thông báo số {n}: {PARAGRAPHS[1]}</p>" for n in range(4))
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    found = container(document(f"<div><div>{notice}</div><h1>{TITLE}</h1>{text}</div>"))
    assert [told for told in texts(found) if told != TITLE] == PARAGRAPHS


def test_an_echo_of_the_title_behind_the_text_cuts_nothing_off() -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    found = container(document(f"<div>{text}<div>{TITLE}</div><p>Thẻ: huyện ủy</p></div>"))
    assert [told for told in texts(found) if told in PARAGRAPHS] == PARAGRAPHS


def test_a_lead_between_title_and_body_belongs_to_the_article() -> None:
    tools = "<ul><li><a href='/in'>In trang</a></li><li><a href='/gui'>Gửi bài viết</a></li></ul>"
    found = container(
        document(
            f"<div><div>{TITLE}</div><div>{PARAGRAPHS[0]}</div>{tools}<div><p>{PARAGRAPHS[1]}</p>"
            f"<p>{PARAGRAPHS[2]}</p></div><ul>{OTHERS}</ul><ul>{MENU}</ul></div>"
        )
    )
    assert [told for told in texts(found) if told in PARAGRAPHS] == PARAGRAPHS


def test_a_box_with_a_heading_of_its_own_beside_the_article_is_left_out() -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    answers = "".join(f"<p>Trả lời câu {n}: {PARAGRAPHS[2]}</p>" for n in range(3))
    found = container(
        document(f"<div class='a'><h1>{TITLE}</h1>{text}</div><div><h3>Hỏi đáp</h3>{answers}</div>")
    )
    assert [told for told in texts(found) if told != TITLE] == PARAGRAPHS


def test_confidence_is_low_where_other_prose_is_left_over() -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    alone = container(document(f"<div><h1>{TITLE}</h1>{text}</div><ul>{MENU}</ul>"))
    menus = f"<ul>{MENU}</ul>" * 3
    others = f"<div><p>{PARAGRAPHS[1]}</p></div>{menus}" * 6
    beside = container(document(f"<div><h1>{TITLE}</h1>{text}</div>{menus}{others}"))
    assert beside.confidence < 0.6 < alone.confidence
