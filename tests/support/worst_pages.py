"""The worst pages: an article, and in its middle what breaks parsers, walks and regexes.

Every page begins and ends with a paragraph of its own, so that a lost end can be seen. `size` is
how many elements, levels or (times ten) characters the monster has; 100,000 is the full size.
"""

from __future__ import annotations

from collections.abc import Callable

URL = "https://quethuong.example/tin-tuc/hoi-nghi-12.html"
TITLE = "Huyện Quế Lộc tổ chức hội nghị triển khai nhiệm vụ năm 2024"
FIRST = (
    "Sáng nay, Ủy ban nhân dân huyện tổ chức hội nghị với sự tham gia của đông đảo đại biểu. " * 3
)
LAST = "Kết luận hội nghị, chủ tịch huyện yêu cầu các xã thực hiện tốt các chỉ tiêu đã đề ra. " * 3
_PAGE = (
    "<html><head><meta charset='utf-8'><title>{title}</title></head><body><h1>{title}</h1>"
    "<div class='date'>{stamp}</div><div class='detail'><p>{first}</p>{middle}<p>{last}</p></div>"
    "</body></html>"
)

# What a regex, a date grammar or a by-line rule may stumble over, endlessly repeated.
RUNS = (
    "a", "1", " ", "<", "(", "“", "-", "- ", "/", ": ", ". ", "1.", "1/", "A-", "ngày ", "thứ ",
    "tháng ", "số ", "QĐ-", "số 12/QĐ-UBND ", "12/3/2024 ", "08:00 ", "Ảnh: ", "(a) ", "Theo ",
    "Nguồn: ", "Tác giả: ", "bài, ảnh ", "ĐẢNG ỦY ", "điểm a khoản 1 Điều ", "truy cập ", "đ",
    "Ã¡", "áº", "\u200b", "a\u0301", "\u00a0", "Sáng nay Ủy ban ", "nhà cái casino ", "12° ",
    "ngày 1 tháng 2 năm ", "8 giờ trước ", "lượt truy cập 12 ", "trang 1/", "@a.", "www.",
)  # fmt: skip
UNCLOSED = (
    "!-- x ", "script", "style", "title", "textarea", "select", "noscript", "template", "svg",
    "iframe", "object", "video", "xmp", "plaintext", "p title='x", 'a href="x', "math", "button",
)  # fmt: skip


def page(middle: str = "", title: str = TITLE, stamp: str = "12/03/2024 08:30") -> str:
    """The article with something in its middle."""
    return _PAGE.format(title=title, stamp=stamp, first=FIRST, middle=middle, last=LAST)


def worst_pages(size: int) -> dict[str, bytes]:
    """Every worst page by name, as a server sends it."""
    middles = {**_nested(size), **_texts(size * 10), **_many(size), **_unclosed()}
    pages = {name: page(middle) for name, middle in middles.items()}
    for run in RUNS:
        text = run * (size * 10 // len(run))
        pages[f"paragraph {run!r}"] = page(f"<p>{text}</p>")
        pages[f"title {run!r}"] = page(title=text)
        pages[f"stamp {run!r}"] = page(stamp=text[:size])
        pages[f"attributes {run!r}"] = page(
            f'<div class="{text}" id="{text}" style="{text}">x</div>'
        )
        pages[f"address {run!r}"] = page(f'<a href="{text}">x</a>' + f'<a href="/{run}">y</a>' * 9)
        pages[f"bare {run!r}"] = text
    pages["a feed without end"] = '<?xml version="1.0"?><rss>' + "<item><title>a" * size
    pages["JSON without end"] = '{"d":"' + "\\u003cp" * size
    pages["brackets"] = "[" * size * 10
    return {name: text.encode("utf-8", "surrogatepass") for name, text in pages.items()}


def _nested(size: int) -> dict[str, str]:
    tags = {name: f"<{name}>" for name in ("div", "span", "font", "b", "blockquote", "a", "p")}
    tags |= {"table": "<table><tr><td>", "list": "<ul><li>", "figure": "<figure><img src=/a.jpg>"}
    tags |= {"text": "<div>Một dòng chữ <a href=/x>liên kết</a> "}
    return {
        f"{levels} levels of {name}": tag * levels
        for name, tag in tags.items()
        for levels in (300, 1_000, 1_900, size)
    }


def _texts(chars: int) -> dict[str, str]:
    return {
        "a long text": "<p>" + "chữ " * (chars // 4) + "</p>",
        "a long word": "<p>" + "a" * chars + "</p>",
        "a long line of blanks": f"<p>{' ' * chars}x{' ' * chars}</p>",
        "a long attribute": f'<p title="{"a " * (chars // 2)}">x</p>',
        "a long class": f'<p class="{"a " * (chars // 2)}">x</p>',
        "a long address": f'<a href="/{"a/../" * (chars // 5)}">x</a>',
        "a long picture": f'<img src="data:image/png;base64,{"A" * chars}">',
        "a long comment": f"<!--{'c ' * (chars // 2)}-->",
        "a long CDATA": f"<![CDATA[{'c ' * (chars // 2)}]]>",
        "entities": "<p>" + "&amp;&nbsp;&#0;&#xD800;" * (chars // 24) + "</p>",
        "NUL bytes": "<p>trước" + "\0" * chars + "sau</p>",
        "form feeds": "<p\fclass=x>trước" + "\f" * chars + "sau</p>",
        "half surrogates": "<p>trước &#xD800;&#55296;&#xFFFF;\ufffe sau</p>",
        "heads of meta tags": "<meta " * (chars // 6),
        "postbacks": '<a onclick="' + "__doPostBack('a'" * (chars // 16) + '">x</a>',
    }


def _many(size: int) -> dict[str, str]:
    def each(make: Callable[[int], str]) -> str:
        return "".join(map(make, range(size)))

    return {
        "attributes": "<p " + each(lambda n: f"a{n}=1 ") + ">x</p>",
        "the same attribute": "<p " + "a=1 " * size + ">x</p>",
        "paragraphs": each(lambda n: f"<p>đoạn văn số {n}</p>"),
        "long paragraphs": f"<p>{FIRST}</p>" * (size // 5),
        "line breaks": "<br>" * size * 10,
        "lines": "chữ\n<br>" * size,
        "small tables": "<table><tr><td>a</td><td>b</td></tr></table>" * (size // 2),
        "rows": f"<table>{'<tr><td>a</td><td>b</td></tr>' * size}</table>",
        "cells": f"<table><tr>{'<td><p>ô</p></td>' * size}</tr></table>",
        "items": f"<ul>{'<li>mục</li>' * size}</ul>",
        "links": each(lambda n: f'<a href="/tin-{n}.html">Tin số {n}</a> '),
        "pictures": each(lambda n: f'<img src="/{n}.jpg"><p>Ảnh {n}</p>'),
        "figures": "<figure><img src=/a.jpg><figcaption>Ảnh</figcaption></figure>" * (size // 2),
        "files": each(lambda n: f'<p><a href="/{n}.pdf">Tệp {n}</a></p>'),
        "headings": each(lambda n: f"<h2>Tiêu đề {n}</h2>"),
        "by-lines": "<p>Tác giả: Nguyễn Văn A</p>" * size,
        "related lists": '<p>Tin khác</p><p><a href="/a">Tin một</a></p>' * (size // 2),
        "counters": "<p>Lượt xem: 12</p>" * size,
        "stamps": "<p>12/03/2024 08:30</p>" * size,
        "breadcrumbs": '<ul class="breadcrumb"><li><a href=/a>b</a></ul>' * (size // 2),
        "page numbers": each(lambda n: f'<a href="?page={n}">{n}</a><b class="active">x</b>'),
    }


def _unclosed() -> dict[str, str]:
    return {
        f"unclosed {what}": f"<{what}" if what.startswith("!") or "=" in what else f"<{what}>"
        for what in UNCLOSED
    }
