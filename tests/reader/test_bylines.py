"""By-lines: every shape seen on portals, and the last sentences that only look like one."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html

from crawler.reader.blocks import Block
from crawler.reader.bylines import Byline, byline_of, line_byline, looks_like_author

ENDINGS = Path(__file__).parent / "byline_endings.tsv"
TEXT = "Hội nghị đã thông qua nghị quyết về nhiệm vụ phát triển kinh tế, xã hội của huyện."


def block(
    text: str, *, align: str | None = None, bold: bool = False, italic: bool = False
) -> Block:
    return Block("p", text, html.Element("p"), align=align, bold=bold, italic=italic)


def ending(*lines: str, align: str | None = None, bold: bool = False) -> Byline:
    """The by-line of an article that ends in these lines."""
    return byline_of([block(TEXT), block(TEXT), *(block(t, align=align, bold=bold) for t in lines)])


LABELLED = [
    ("Tác giả bài viết: Nguyễn T. Phượng - Ban Tuyên giáo Huyện ủy",
     "Nguyễn T. Phượng - Ban Tuyên giáo Huyện ủy"),
    ("Tác giả bài viết: Tin, ảnh: Quốc Đạt", "Tin, ảnh: Quốc Đạt"),
    ("Tác giả: Lường Thị Vân, Văn phòng UBND xã Vi Hương",
     "Lường Thị Vân, Văn phòng UBND xã Vi Hương"),
    ("Tác giả: Chánh văn phòng", "Chánh văn phòng"),
    ("Thực hiện: Mạnh Thuần", "Mạnh Thuần"),
    ("Thực hiện: Nguyễn Hằng ( Huyện Văn Lãng)", "Nguyễn Hằng ( Huyện Văn Lãng)"),
    ("Bài viết: HĐND xã thiệu Phúc", "HĐND xã thiệu Phúc"),
    ("T/H : Đài Phát thanh TP Hải Dương", "Đài Phát thanh TP Hải Dương"),
    ("( Trung tâm VH-TT&TT thực hiện )", "Trung tâm VH-TT&TT"),
    ("Tin, ảnh: Lan Anh", "Lan Anh"),
    ("Tin ảnh: Lan Anh", "Lan Anh"),
    ("Tin và ảnh: Lan Anh", "Lan Anh"),
    ("Tin: Lan Anh", "Lan Anh"),
    ("Bài, ảnh: Huỳnh Luân", "Huỳnh Luân"),
    ("Bài và ảnh: Huỳnh Luân", "Huỳnh Luân"),
    ("Bài - ảnh: Huỳnh Luân", "Huỳnh Luân"),
    ("Tin bài: Huỳnh Luân", "Huỳnh Luân"),
    ("Người đăng: Quản trị", "Quản trị"),
    ("(CTV: Khánh Nguyễn)", "Khánh Nguyễn"),
    ("CTV: Khánh Nguyễn", "Khánh Nguyễn"),
]  # fmt: skip
BARE = [
    "Minh Hải - BTG Thị ủy",
    "Mỹ Tiền – HND xã Hòa Mỹ",
    "Tú Trang - Đài Truyền thanh huyện Châu Phú",
    "Ngọc Mai (Đài Truyền thanh huyện Châu Phú)",
    "Thu Hà - PVHTT",
    "Lê Duy Hải – Huyện ủy Khánh Vĩnh",
    "Nguyễn Thị Kiều, Ban Tổ chức Huyện ủy",
    "Lê Thơ- Xuân Chất, Trung tâm VHTT TT&DL huyện",
    "Đức Nguyên-Hiệp Thương, TTVHTTTTDL",
    "Kim Dung – Vũ Điệp",
    "Nhật Duy-Thị Lài",
    "Văn Sanh – Thống Nhất",
    "Thiên phú – Duy phú",
    "Hữu Hoàn.",
    "THANH THU",
    "Trọng Hoản",
    "K.V",
    "TVB",
    "PV",
    "Q. Thắng.",
    "BBT.",
    "BAN BIÊN TẬP",
    "Admin",
    "Ban Tổ chức",
    "HĐND huyện Yên Lập",
    "Đài TT-TH",
    "Đinh Văn Ân",
    "Nguyễn Hữu Phước và Trần Mai",
]
TEXTS = [
    "Hội nghị kết thúc tốt đẹp.",
    "Đồng chí Nguyễn Văn An phát biểu tại hội nghị.",
    "Nơi nhận: Như trên",
    "Cảm ơn!",
    "Xin trân trọng cảm ơn!",
    "Chúc mừng năm mới 2024",
    "Ủy ban nhân dân huyện trân trọng thông báo.",
    "Theo kế hoạch, đợt hai bắt đầu từ tháng sau.",
    "Theo đó, các xã tiếp tục triển khai",
    "Buổi lễ diễn ra trang trọng",
    "Tổng kinh phí: 250 triệu đồng",
    "Xem chi tiết tại đây",
    "1. Công tác tuyên truyền",
    "Tin tưởng vào sự lãnh đạo của Đảng",
    "Bài học kinh nghiệm: phải sâu sát cơ sở",
    "Quyết định số 15/QĐ-UBND",
    "Gồm: Nguyễn Văn An; Trần Thị Bình",
    "Đoàn đã đến dâng hương.",
    "Điện thoại: 0237 3821 456",
    "Một số hình ảnh tại buổi lễ",
    "Mời bà con đón xem",
]
CREDITS = [
    "Ảnh: Duy Thái",
    "Ảnh Hoàng Phi",
    "(ảnh: Long Hà)",
    "( ảnh: Long Hà)",
    "(Ảnh: Ngọc Như)",
    "Ảnh: Toàn cảnh hội nghị",
    "Ảnh minh họa: Vân Trang",
    "Ảnh: Đồng chí Nguyễn Hữu Thọ-TUV",
    "Hình: Văn Nam",
]


@pytest.mark.parametrize(("line", "author"), LABELLED)
def test_a_label_names_the_author(line: str, author: str) -> None:
    assert ending(line) == Byline(author=author, lines=1)


@pytest.mark.parametrize("line", BARE)
def test_a_bare_name_or_unit_at_the_end_is_the_author(line: str) -> None:
    expected = line if line == "Q. Thắng" else line.removesuffix(".")
    found = ending(line, align="right")
    assert found.lines == 1
    assert found.author in (line, expected)


@pytest.mark.parametrize(
    "line", [n for n in BARE if n not in ("HĐND huyện Yên Lập", "Đài TT-TH", "Ban Tổ chức")]
)
def test_names_are_known_without_any_dress(line: str) -> None:
    assert ending(line).lines == 1


@pytest.mark.parametrize("line", TEXTS)
@pytest.mark.parametrize("align", [None, "right"])
def test_a_last_line_of_text_stays_text(line: str, align: str | None) -> None:
    assert ending(line, align=align) == Byline()


@pytest.mark.parametrize("line", CREDITS)
def test_a_photo_credit_is_no_byline(line: str) -> None:
    assert ending(line) == Byline()
    assert ending(line, align="right", bold=True) == Byline()


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("Nguồn tin: Sao Khuê", "Sao Khuê"),
        ("Nguồn tin: zingnews.vn", "zingnews.vn"),
        ("Nguồn: tinhdoan.example (Lê Phong)", "tinhdoan.example (Lê Phong)"),
        ("Theo Báo Tây Ninh Online", "Theo Báo Tây Ninh Online"),
        ("Theo Mạnh Hải/kyanh.example", "Theo Mạnh Hải/kyanh.example"),
        ("(Theo TTXVN)", "Theo TTXVN"),
        ("(Nguồn: Báo Nhân Dân)", "Báo Nhân Dân"),
    ],
)
def test_where_a_text_was_taken_from_is_its_source(line: str, source: str) -> None:
    assert ending(line) == Byline(source=source, lines=1)


def test_a_name_with_its_source_in_brackets_is_both() -> None:
    found = ending("Thanh An (nguồn 723/QĐ-UBND-HC)")
    assert (found.author, found.source, found.lines) == ("Thanh An", "723/QĐ-UBND-HC", 1)


@pytest.mark.parametrize(
    "line", ["Tác giả:", "Tác giả bài viết: ", "Thực hiện:", "Nguồn:", "Nguồn tin:", "Tin, ảnh:"]
)
def test_an_empty_label_gives_nothing_and_goes(line: str) -> None:
    assert ending(line) == Byline(lines=1)


def test_an_empty_label_does_not_take_the_next_line() -> None:
    assert ending("Tác giả:", "Nguồn: Báo Nhân Dân") == Byline(source="Báo Nhân Dân", lines=2)


@pytest.mark.parametrize(
    ("lines", "author", "source"),
    [
        (("Minh Kiên", "Trung tâm VHTT&TT Hữu Lũng"),
         "Minh Kiên, Trung tâm VHTT&TT Hữu Lũng", None),
        (("Hữu Hoàn", "Theo Báo Tây Ninh Online"), "Hữu Hoàn", "Theo Báo Tây Ninh Online"),
        (("Tác giả: Lan Anh", "Nguồn tin: Sao Khuê"), "Lan Anh", "Sao Khuê"),
    ],
)  # fmt: skip
def test_two_last_lines_are_read_together(
    lines: tuple[str, str], author: str | None, source: str | None
) -> None:
    assert ending(*lines) == Byline(author, source, 2)


@pytest.mark.parametrize(
    "lines",
    [
        ("Danh sách gồm:", "Nguyễn Văn An", "Trần Thị Bình"),
        ("Nguyễn Văn An", "Trần Thị Bình", "Lê Văn Cường"),
        ("Nơi nhận gồm:", "UBND các xã"),
        ("UBND xã An Phú", "UBND xã Bình Phú"),
    ],
)
def test_a_list_of_names_at_the_end_is_text(lines: tuple[str, ...]) -> None:
    assert ending(*lines).lines <= 1
    assert ending("Các hộ được hỗ trợ:", *lines[-1:]) == Byline()


def test_a_name_below_a_list_in_markup_is_the_author() -> None:
    item = Block("li", "Nguyễn Văn An", html.Element("li"))
    row = Block("row", "1 | Xã An", html.Element("table"))
    for last in (item, row):
        assert byline_of([block(TEXT), last, block("Lan Anh")]) == Byline(author="Lan Anh", lines=1)


def test_a_unit_under_a_picture_is_its_caption() -> None:
    blocks = [block(TEXT), block("Đoàn Thanh niên xã An Phú")]
    assert byline_of(blocks).lines == 1
    assert byline_of(blocks, frozenset([id(blocks[1])])) == Byline()
    named = [block(TEXT), block("Lan Anh - Ban Tuyên giáo")]
    assert byline_of(named, frozenset([id(named[1])])).lines == 1


def test_a_long_last_line_is_text() -> None:
    assert ending("Tác giả: " + "một người viết rất dài dòng " * 4) == Byline()


def test_an_article_of_one_line_has_no_byline() -> None:
    assert byline_of([block("Lan Anh")]) == Byline()
    assert byline_of([]) == Byline()


def test_only_the_last_lines_are_looked_at() -> None:
    assert byline_of([block("Lan Anh"), block(TEXT), block(TEXT)]) == Byline()


def test_a_byline_is_no_item_of_a_list_or_row_of_a_table() -> None:
    row = Block("row", "Nguyễn Văn An", html.Element("table"))
    assert byline_of([block(TEXT), row]) == Byline()


@pytest.mark.parametrize("text", ["Ban Tổ chức Huyện ủy", "UBND xã An Phú", "Hội Nông dân huyện"])
def test_a_unit_alone_needs_dress_to_be_an_author(text: str) -> None:
    assert looks_like_author(text, dressed=True)
    assert not looks_like_author(text)


def test_a_line_alone_is_read_like_a_last_one() -> None:
    assert line_byline("Tác giả bài viết: Lan Anh") == Byline(author="Lan Anh")
    assert line_byline(TEXT) is None
    assert line_byline("") is None


def endings() -> list[tuple[tuple[str, ...], Byline]]:
    """The last lines of articles and the by-line that they are; lines apart by a pilcrow."""
    found = []
    for row in ENDINGS.read_text(encoding="utf-8").rstrip("\n").split("\n")[1:]:
        text, *values = row.split("\t")
        author, source, credit = (value or None for value in values)
        lines = tuple(text.split(" ¶ "))
        says = len(lines) if author or source or credit else 0
        found.append((lines, Byline(author, source, says, credit)))
    return found


@pytest.mark.parametrize(("lines", "expected"), endings(), ids=lambda value: str(value)[:60])
@pytest.mark.parametrize("align", [None, "right"])
def test_the_last_lines_are_a_byline_or_text(
    lines: tuple[str, ...], expected: Byline, align: str | None
) -> None:
    assert ending(*lines, align=align) == expected
