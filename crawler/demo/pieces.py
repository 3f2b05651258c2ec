"""Parts of an article that are not running text: pictures, tables, by-lines."""

from __future__ import annotations

from random import Random
from typing import Any

from crawler.demo.draft import Picture, Style
from crawler.demo.language import Writer, decimal, person
from crawler.demo.model import Rows


def make_picture(
    writer: Writer,
    style: Style,
    rules: dict[str, Any],
    *,
    with_credit: bool = False,
    with_caption: bool = True,
) -> Picture:
    """A picture for an article of the topic `rules`; most have a caption, some a credit."""
    rng = writer.rng
    number = rng.randrange(1, 400)
    while number in writer.used_pictures:
        number += 1
    writer.used_pictures.add(number)
    file = rng.choice(
        (f"{number}.png", f"anh-{number}.png", f"hn{number}.png", f"img_{number}.png")
    )
    markup = rng.choice(style.caption_markups)
    if not with_caption or (not with_credit and rng.random() < 0.15):
        return Picture(file, None, None, markup)
    caption = writer.choose_once(rules["captions"])
    if markup == "filename":
        caption = f"( {caption})"  # this family's editors put captions in brackets
    if not with_credit:
        return Picture(file, caption, None, markup)
    name = pen_name(rng)
    shape = rng.choice(("{0} (Ảnh: {1})", "{0}. Ảnh: {1}", "{0} - Ảnh: {1}"))
    return Picture(file, shape.format(caption, name), name, markup)


def pen_name(rng: Random) -> str:
    """The last two words of a full name, as reporters sign."""
    return " ".join(person(rng).split()[-2:])


def make_byline(writer: Writer, *, labelled: bool) -> tuple[str, str]:
    """(author, line or two lines as printed); not `labelled`, the line is the bare author."""
    rng = writer.rng
    first, second = pen_name(rng), pen_name(rng)
    kind, place, committee = writer.slot("c"), writer.slot("dp"), writer.slot("uy")
    unit = rng.choice(
        (
            f"Trung tâm VHTT&TT {kind}",
            f"Văn phòng UBND {kind}",
            f"Ban Tuyên giáo {committee}",
            f"Đài Truyền thanh {place}",
            "Phòng VH-TT",
        )
    )
    plain = (
        first,
        f"{first} - {unit}",
        f"{first}, {unit}",
        f"{first} – {second}",
        f"{first} ({unit})",
        "Ban Biên tập",
        ".".join(word[0] for word in first.split()),
    )
    author = rng.choice(plain)
    if labelled and rng.random() < 0.08:
        return first, f"Bài: {first}\nẢnh: {second}"
    if labelled and rng.random() < 0.5:
        label = rng.choice(("Tin, ảnh: {0}", "Bài, ảnh: {0}", "Thực hiện: {0}", "(CTV: {0})"))
        return first, label.format(first)
    return author, author


def data_table(writer: Writer) -> Rows:
    """A table of figures or dates: a header row and four to nine rows."""
    rng = writer.rng
    communes = rng.sample(writer.place.communes, rng.randrange(4, 8))
    kind = rng.randrange(3)
    if kind == 0:
        rows = [("STT", "Đơn vị", "Kế hoạch (ha)", "Thực hiện (ha)", "Tỷ lệ (%)")]
        for number, commune in enumerate(communes, 1):
            plan = rng.randrange(80, 640)
            done = int(plan * rng.uniform(0.8, 1.1))
            rows.append((str(number), commune, str(plan), str(done), decimal(done / plan * 100)))
        return tuple(rows)
    if kind == 1:
        dates = [("Ngày", "Địa điểm", "Thành phần")]
        dates += [
            (writer.write("{ngay_so}"), f"Nhà văn hóa {commune}", writer.write("{dai_bieu}"))
            for commune in communes
        ]
        return tuple(dates)
    budget = [("Nội dung", "Dự toán (triệu đồng)", "Ghi chú")]
    names = ("Chi đầu tư phát triển", "Chi sự nghiệp giáo dục", "Chi sự nghiệp y tế",
             "Chi sự nghiệp văn hóa", "Chi quản lý hành chính", "Dự phòng ngân sách")  # fmt: skip
    notes = ("Đã giao đầu năm", "Bổ sung giữa năm", "Theo quy định", "Chờ phân bổ")
    budget += [(name, f"{rng.randrange(120, 9800)}", rng.choice(notes)) for name in names]
    return tuple(budget)
