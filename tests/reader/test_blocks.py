"""The block walk: every shape of text that portals write, in order and without loss."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from lxml.html import HtmlElement

from crawler.reader.blocks import Block, Item, Picture, walk
from crawler.reader.document import parse


def body_of(markup: str) -> HtmlElement:
    document = parse(f"<html><body>{markup}</body></html>", None)
    assert document is not None
    found = document.root.find("body")
    assert found is not None
    return found


def items_of(markup: str) -> list[Item]:
    return walk(body_of(markup))


def blocks_of(markup: str) -> list[Block]:
    return [item for item in items_of(markup) if isinstance(item, Block)]


def texts(markup: str) -> list[str]:
    return [block.text for block in blocks_of(markup)]


def pictures(markup: str) -> list[Picture]:
    return [item for item in items_of(markup) if isinstance(item, Picture)]


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("<p>Một.</p><p>Hai.</p>", ["Một.", "Hai."]),
        ("chữ trần", ["chữ trần"]),
        ("Một.<br/><br/>Hai.<br>Ba.", ["Một.", "Hai.", "Ba."]),
        ("<div>Một.<br>&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;Hai.</div>", ["Một.", "Hai."]),
        (
            "<div>Một<p>Hai</p>Ba <b>và</b> Bốn<div>Năm</div>Sáu</div>Bảy",
            ["Một", "Hai", "Ba và Bốn", "Năm", "Sáu", "Bảy"],
        ),
        ("<div><div>&nbsp; Một.</div><div><br></div><div>Hai.</div></div>", ["Một.", "Hai."]),
        (
            '<p class="MsoNormal"><span><span><span>Huyện</span> uỷ</span></span><o:p></o:p></p>',
            ["Huyện uỷ"],
        ),
        ("<p>Hu<span>yện</span><span> ủ</span><span>y</span></p>", ["Huyện ủy"]),
        ("<p>Tối<b> đậm </b>và<i>nghiêng</i></p>", ["Tối đậm vànghiêng"]),
        ("<h2>I. Kết quả</h2><p>Một.</p><h6>a</h6>", ["I. Kết quả", "Một.", "a"]),
        ("<blockquote><p>Lời dẫn.</p></blockquote>", ["Lời dẫn."]),
        ("<dl><dt>Nơi nhận</dt><dd>Như trên</dd></dl>", ["Nơi nhận", "Như trên"]),
        ("<p>Một<p>Hai<div>Ba", ["Một", "Hai", "Ba"]),
        ("<center>Một</center><font color=red>Hai</font><p>Ba", ["Một", "Hai", "Ba"]),
        ("<p>a</p><hr>b<hr>c", ["a", "b", "c"]),
        ("<p>Một\u200b \u00adhai\ufeff</p>", ["Một hai"]),
        ("<p>   </p><p>\u00a0</p><p>&#8203;</p>", []),
        ("<p>I <sup>2</sup> m<sub>2</sub> 10<sup>3</sup></p>", ["I 2 m2 103"]),
    ],
)
def test_text_is_read_in_blocks(markup: str, lines: list[str]) -> None:
    assert texts(markup) == lines


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("Sáng nay, Huyện ủy<br>tổ chức hội nghị<br>tổng kết.", 1),
        ("<p>Sáng nay, Huyện ủy\n tổ chức\r\n hội nghị.</p>", 1),
        ("Kết thúc hội nghị.<br>sau đó các đại biểu ra về.", 2),
        ("Gồm các phần:<br>phần thứ nhất<br>phần thứ hai", 2),
        ("Đại biểu dự có<br>Đồng chí Bí thư", 2),
        ("Nội dung gồm<br>- một việc<br>- hai việc", 3),
        ("Huyện ủy<br><br>tổ chức", 2),
        ("Các bước là<br>a) chuẩn bị<br>b) thực hiện", 3),
    ],
)
def test_hard_wrapped_lines_join_only_inside_a_sentence(markup: str, lines: int) -> None:
    assert len(texts(markup)) == lines


def test_lines_of_preformatted_text_are_lines() -> None:
    assert texts("<pre>Điều 1. Một.\nĐiều 2. Hai\nba.</pre><p>Bốn\nnăm</p>") == [
        "Điều 1. Một.",
        "Điều 2. Hai ba.",
        "Bốn năm",
    ]


def test_list_items_are_lines_of_one_list() -> None:
    found = blocks_of("<p>Gồm:</p><ul><li>Một</li><li><p>Hai</p></li><li>Ba<br>Bốn</li></ul><p>x")
    assert [(block.kind, block.text) for block in found] == [
        ("p", "Gồm:"),
        ("li", "Một"),
        ("li", "Hai"),
        ("li", "Ba"),
        ("li", "Bốn"),
        ("p", "x"),
    ]
    assert len({id(block.list) for block in found[1:5]}) == 1


def test_a_list_in_a_list_is_the_same_list() -> None:
    found = blocks_of("<ol><li>Một<ul><li>một a</li></ul>tiếp</li><li>Hai</li></ol>")
    assert [block.text for block in found] == ["Một", "một a", "tiếp", "Hai"]
    assert {block.kind for block in found} == {"li"}
    assert len({id(block.list) for block in found}) == 1


def test_two_lists_are_two() -> None:
    first, second = blocks_of("<ul><li>Một</li></ul><ul><li>Hai</li></ul>")
    assert first.list is not second.list


def test_headings_are_known_inside_other_elements() -> None:
    assert [b.kind for b in blocks_of("<h3><span><b>Nhan đề</b></span></h3><p>x</p>")] == ["h", "p"]


@pytest.mark.parametrize(
    "markup",
    [
        '<p style="display: none">ẩn</p>',
        '<p style="color:red;DISPLAY:NONE">ẩn</p>',
        '<div style="visibility:hidden"><p>ẩn</p></div>',
        "<div hidden><p>ẩn</p></div>",
        '<div class="hidden">ẩn</div>',
        '<div class="box d-none">ẩn</div>',
        '<span class="sr-only">ẩn</span>',
        "<script>ẩn</script><style>ẩn</style><noscript><p>ẩn</p></noscript>",
        "<select><option>ẩn</option></select><button>ẩn</button><textarea>ẩn</textarea>",
        "<template><p>ẩn</p></template><svg><title>ẩn</title><text>ẩn</text></svg>",
        "<iframe>ẩn</iframe><video>ẩn</video><object>ẩn</object>",
        "<!-- ẩn -->",
    ],
)
def test_what_is_not_shown_is_not_read_and_takes_nothing_with_it(markup: str) -> None:
    assert texts(f"<div>trước {markup} sau</div><p>hết</p>") in (
        ["trước sau", "hết"],
        ["trước", "sau", "hết"],
    )


@pytest.mark.parametrize(
    "markup",
    [
        '<div class="d-none d-md-block">hiện</div>',
        '<div class="hidden visible-lg">hiện</div>',
        '<div class="hidden-xs">hiện</div>',
        '<div class="nothidden">hiện</div>',
        '<div style="display:block">hiện</div>',
    ],
)
def test_what_is_hidden_on_phones_only_is_read(markup: str) -> None:
    assert texts(markup) == ["hiện"]


def test_a_container_that_scripts_unveil_is_read() -> None:
    (container,) = body_of('<div style="display:none" class="hidden"><p>Một</p></div>')
    assert [item.text for item in walk(container) if isinstance(item, Block)] == ["Một"]


def test_dropped_elements_leave_their_tails() -> None:
    body = body_of("<p>Một <span id='x'>bỏ <b>đi</b></span> hai</p><div id='y'>bỏ</div>ba")
    dropped = frozenset(body.xpath("//*[@id]"))
    assert [item.text for item in walk(body, dropped) if isinstance(item, Block)] == [
        "Một hai",
        "ba",
    ]


def test_the_tail_of_the_container_is_outside() -> None:
    body = body_of("<div id='c'>trong</div>ngoài")
    assert [item.text for item in walk(body[0]) if isinstance(item, Block)] == ["trong"]


def test_a_data_table_gives_rows() -> None:
    found = blocks_of(
        "<p>Biểu:</p><table border='1'><caption>Biểu 1</caption><thead><tr><th>TT</th><th>Tên</th>"
        "</tr></thead><tbody><tr><td>1</td><td>Xã <b>An</b></td></tr><tr><td></td><td></td></tr>"
        "<tr><td>2</td><td></td></tr></tbody></table>đuôi"
    )
    assert [(block.kind, block.text) for block in found] == [
        ("p", "Biểu:"),
        ("p", "Biểu 1"),
        ("row", "TT | Tên"),
        ("row", "1 | Xã An"),
        ("row", "2 | "),
        ("p", "đuôi"),
    ]
    assert len({id(block.table) for block in found if block.kind == "row"}) == 1


@pytest.mark.parametrize(
    "table",
    [
        "<table><tr><td>STT</td><td>Đơn vị</td></tr><tr><td>1</td><td>Xã An</td></tr></table>",
        "<table class='MsoTableGrid'><tr><td>STT</td><td>Đơn vị</td></tr></table>",
        "<table border=1><tr><td>STT</td><td>Đơn vị</td></tr></table>",
    ],
)
def test_tables_of_short_cells_are_data(table: str) -> None:
    assert blocks_of(table)[0].kind == "row"


@pytest.mark.parametrize(
    "table",
    [
        "<table><tr><td><p>Một đoạn.</p><p>Hai đoạn.</p></td></tr></table>",
        "<table><tr><td>" + "Một đoạn dài của bài viết. " * 20 + "</td><td>bên</td></tr></table>",
        "<table border=0><tr><td>Một.</td><td></td></tr></table>",
        "<table><tr><td><table border=0><tr><td>Một.</td></tr></table></td></tr></table>",
    ],
)
def test_tables_that_only_lay_out_are_walked(table: str) -> None:
    assert {block.kind for block in blocks_of(table)} == {"p"}


def test_a_data_table_inside_a_layout_table_keeps_its_rows() -> None:
    found = blocks_of(
        "<table><tr><td><p>Một đoạn.</p><table border=1><tr><th>a</th><td>b</td></tr></table>"
        "</td></tr></table>"
    )
    assert [(block.kind, block.text) for block in found] == [("p", "Một đoạn."), ("row", "a | b")]


def test_text_astray_in_a_table_is_not_lost() -> None:
    markup = "<table border=1>lạc<tr>vào<td>a</td><td>b</td></tr></table>"
    words = " ".join(texts(markup)).split()
    assert {"lạc", "vào", "a", "b"} <= set(words)


def test_pictures_of_a_data_table_are_kept() -> None:
    markup = (
        "<table border=1><tr><td>1</td><td><img src='/a.jpg'>Xã An</td></tr>"
        "<tr><td>2</td><td>Xã Bình</td></tr><tr><td>3</td><td>Xã Ninh</td></tr></table><p>Sau.</p>"
    )
    assert [picture.url for picture in pictures(markup)] == ["/a.jpg"]
    assert texts(markup) == ["1 | Xã An", "2 | Xã Bình", "3 | Xã Ninh", "Sau."]


def test_a_picture_stands_where_it_stands() -> None:
    found = items_of("<p>Trước <img src=' /a.jpg ' alt='Toàn  cảnh'> sau</p>")
    assert [type(item).__name__ for item in found] == ["Block", "Picture", "Block"]
    assert isinstance(found[1], Picture)
    assert (found[1].url, found[1].alt) == ("/a.jpg", "Toàn cảnh")


@pytest.mark.parametrize(
    ("image", "url"),
    [
        ('<img data-src="/a.jpg">', "/a.jpg"),
        ('<img src="/loading.gif" data-src="/a.jpg">', "/a.jpg"),
        ('<img src="data:image/gif;base64,R0lGOD" data-original="/a.jpg">', "/a.jpg"),
        ('<img src="/a.jpg" data-src="">', "/a.jpg"),
        ('<img src="/a.jpg" width="600" height="400px">', "/a.jpg"),
        ('<img src="/a.jpg" width="100%">', "/a.jpg"),
    ],
)
def test_the_shown_address_of_a_lazy_picture_is_taken(image: str, url: str) -> None:
    assert [picture.url for picture in pictures(image)] == [url]


@pytest.mark.parametrize(
    "image",
    ['<img src="/dot.gif" width="12">', '<img src="/smile.gif" height="20px">', "<img alt='x'>",
     '<img src="">', '<div style="display:none"><img src="/a.jpg"></div>'],
)  # fmt: skip
def test_icons_and_pictures_without_address_are_none(image: str) -> None:
    assert pictures(image) == []


def test_a_figure_is_a_picture_with_its_caption() -> None:
    (found,) = items_of(
        "<figure class='article'><img src='/a.jpg'><figcaption>Chú <b>thích</b></figcaption>"
        "<div id='imgpreview' style='display:none'><img src='/a.jpg'><p>x</p></div></figure>"
    )
    assert isinstance(found, Picture)
    assert (found.url, found.caption) == ("/a.jpg", "Chú thích")


def test_text_that_fell_into_a_figure_is_not_lost() -> None:
    long = "Đoạn văn của bài viết bị gói nhầm trong thẻ. " * 3
    markup = f"<figure><img src='/a.jpg'><figcaption>Chú thích</figcaption><p>{long}</p></figure>"
    found = items_of(markup)
    assert isinstance(found[0], Picture)
    assert long.strip() in [item.text for item in found if isinstance(item, Block)]
    assert "Chú thích" in str(found)


def test_figures_in_a_figure_keep_their_own_captions() -> None:
    found = items_of(
        "<figure><figure><img src='/a.jpg'><figcaption>A</figcaption></figure>"
        "<figure><img src='/b.jpg'><figcaption>B</figcaption></figure></figure>"
    )
    assert [(item.url, item.caption) for item in found if isinstance(item, Picture)] == [
        ("/a.jpg", "A"),
        ("/b.jpg", "B"),
    ]


def test_a_table_of_a_picture_and_a_line_is_a_captioned_picture() -> None:
    (found,) = items_of(
        "<table align='center'><tr><td><img src='/a.jpg'></td></tr>"
        "<tr><td><em>Toàn cảnh hội nghị</em></td></tr></table>"
    )
    assert isinstance(found, Picture)
    assert found.caption == "Toàn cảnh hội nghị"


def test_pictures_side_by_side_keep_their_own_lines() -> None:
    found = items_of(
        "<table><tr><td><img src='/a.jpg'></td><td><img src='/b.jpg'></td></tr>"
        "<tr><td>Bên trái</td><td>Bên phải</td></tr></table>"
    )
    assert [(item.url, item.caption) for item in found if isinstance(item, Picture)] == [
        ("/a.jpg", "Bên trái"),
        ("/b.jpg", "Bên phải"),
    ]


def test_dress_and_links_of_a_line_are_noted() -> None:
    markup = (
        "<p style='text-align: center;'><em>giữa</em></p><p align=right><b>phải</b></p>"
        "<p><a href='/x'>liên kết</a> và chữ</p><p>nửa <i>nghiêng</i></p>"
        "<div style='text-align:center'><p>thừa kế</p></div>"
    )
    center, right, link, half, inherited = blocks_of(markup)
    assert (center.align, center.italic, center.bold) == ("center", True, False)
    assert (right.align, right.bold, right.italic) == ("right", True, False)
    assert link.link_chars == len("liên kết") and not link.bold
    assert not half.italic
    assert inherited.align == "center"


def test_two_thousand_levels_are_walked() -> None:
    assert texts("<div>" * 1990 + "trong" + "</div>" * 1990 + "<p>sau</p>") == ["trong", "sau"]


_words = st.text(alphabet="abcxyz ạếở.,", min_size=1, max_size=12)
_tags = st.sampled_from(
    ["p", "div", "span", "b", "em", "li", "ul", "td", "tr", "table", "h2", "figure", "figcaption",
     "a", "center", "blockquote", "pre", "section", "font", "caption", "th"]
)  # fmt: skip
_trees = st.recursive(
    _words,
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", _tags, st.lists(inner, max_size=4)
    ),
    max_leaves=20,
)


@given(st.lists(_trees, max_size=6))
def test_no_letter_is_lost_doubled_or_moved(parts: list[str]) -> None:
    body = body_of("".join(parts) + "<p>z</p>")
    shown = "".join(body.text_content().split())
    read = "".join("".join(block.text for block in blocks_only(body)).split()).replace("|", "")
    assert sorted(read) == sorted(shown)


def blocks_only(body: HtmlElement) -> list[Block]:
    return [item for item in walk(body) if isinstance(item, Block)]


@given(st.lists(_trees, max_size=6))
def test_walking_does_not_change_the_page(parts: list[str]) -> None:
    body = body_of("".join(parts))
    before = html.tostring(body)
    walk(body)
    assert html.tostring(body) == before


def test_a_cell_that_spans_leaves_what_it_covers_empty() -> None:
    found = blocks_of(
        "<table border='1'><tr><th rowspan='2'>TT</th><th colspan='2'>Năm</th></tr>"
        "<tr><th>2023</th><th>2024</th></tr><tr><td>1</td><td>12</td><td>15</td></tr></table>"
    )
    assert [block.text for block in found] == ["TT | Năm | ", " | 2023 | 2024", "1 | 12 | 15"]


@pytest.mark.parametrize("span", ["0", "-1", "x", "", "99999999999999999999", "²"])
def test_no_span_breaks_a_table(span: str) -> None:
    found = blocks_of(
        f"<table border='1'><tr><td rowspan='{span}'>Xã An</td><td>1</td></tr>"
        "<tr><td>2</td><td>3</td></tr></table>"
    )
    assert all(block.kind == "row" for block in found)


@pytest.mark.parametrize("width", ["6¹0", "²", "9" * 5_000, "-1", "1e3", "١٢"])
def test_a_width_that_is_no_number_makes_no_icon(width: str) -> None:
    """A superscript is a digit to Python, and no number."""
    items = walk(body_of(f'<img src="/a.jpg" width="{width}">'))
    assert [type(item) for item in items] == [Picture]
