"""One article in the many shapes that portals give it: markup of our own, truth by construction.

A shape lays a story out among the furniture of a portal: menus, teasers, comments, legal notices.
What a shape adds is never in the story.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from html import escape

from tests.support.stories import (
    COOKIES,
    LEGAL,
    QUESTIONS,
    SITE,
    VISITS,
    Story,
    comments,
    lines,
    menu,
    others,
    teasers,
    titles,
)


@dataclass(frozen=True, slots=True)
class Shaped:
    """A page and what it tells."""

    markup: str
    story: Story


def _page(story: Story, inside: str, head: str | None = None) -> str:
    head = f"<title>{escape(story.title)} - {SITE}</title>" if head is None else head
    return (
        f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8">{head}</head><body>'
        f'<div class="a1"><img src="/banner.jpg"><span>{SITE}</span></div>'
        f'<div class="a2">{menu()}</div>{inside}'
        f'<div class="a9">{VISITS}<p>{LEGAL[0]}</p></div></body></html>'
    )


def _head(story: Story, tag: str = "h1") -> str:
    return f"<{tag}>{escape(story.title)}</{tag}><div class='s'>{story.stamp}</div>"


def _plain(story: Story, body: str | None = None, *, before: str = "", after: str = "") -> str:
    """The usual page: title, stamp and body in one box, with something before and behind it."""
    body = lines(story.paragraphs) if body is None else body
    inside = f"{before}<div class='b'>{_head(story)}<div class='c'>{body}</div>{after}</div>"
    return _page(story, inside)


Shape = Callable[[Story], str | Shaped]
SHAPES: dict[str, Shape] = {}


def _shape(name: str) -> Callable[[Shape], Shape]:
    def keep(shape: Shape) -> Shape:
        SHAPES[name] = shape
        return shape

    return keep


def shaped(name: str, story: Story) -> Shaped:
    """The story in a shape, by name."""
    found = SHAPES[name](story)
    return found if isinstance(found, Shaped) else Shaped(found, story)


def _simple() -> dict[str, Shape]:
    """Shapes that differ in the body's markup alone."""
    bodies: dict[str, Callable[[Story], str]] = {
        "paragraphs": lambda s: lines(s.paragraphs),
        "divs": lambda s: lines(s.paragraphs, "div"),
        "breaks": lambda s: "<br>".join(map(escape, s.paragraphs)),
        "double breaks": lambda s: "<br><br>\n".join(map(escape, s.paragraphs)),
        "spans and breaks": lambda s: "<br>".join(
            f"<span style='font-size:14pt'>{escape(t)}</span>" for t in s.paragraphs
        ),
        "preformatted": lambda s: f"<pre>{escape(chr(10).join(s.paragraphs))}</pre>",
        "list": lambda s: f"<ul>{lines(s.paragraphs, 'li')}</ul>",
        "numbered": lambda s: f"<ol>{lines(s.paragraphs, 'li')}</ol>",
        "quotes": lambda s: lines(s.paragraphs, "blockquote"),
        "headings": lambda s: lines(s.paragraphs, "h3"),
        "word": lambda s: "".join(
            f'<p class="MsoNormal" style="text-align:justify"><span lang="VI"><span style="font-'
            f'family:Times"><font size="4">{escape(t)}<o:p></o:p></font></span></span></p>'
            f'<p class="MsoNormal"><o:p>&nbsp;</o:p></p>'
            for t in s.paragraphs
        ),
        "empty paragraphs": lambda s: "".join(
            f"<p>&nbsp;</p><p>{escape(t)}</p><p></p><div><br></div>" for t in s.paragraphs
        ),
        "rows": lambda s: (
            "<table>" + "".join(f"<tr><td>{escape(t)}</td></tr>" for t in s.paragraphs) + "</table>"
        ),
        "siblings": lambda s: "".join(
            f"<div class='d{n}'><p>{escape(t)}</p></div>" for n, t in enumerate(s.paragraphs)
        ),
        "sections": lambda s: "".join(
            f"<section><p>{escape(t)}</p></section>" for t in s.paragraphs
        ),
        "deep": lambda s: f"{'<div>' * 12}{lines(s.paragraphs)}{'</div>' * 12}",
        "each deep": lambda s: "".join(
            f"<div><div><div><span><span>{escape(t)}</span></span></div></div></div>"
            for t in s.paragraphs
        ),
        "pictures between": lambda s: "".join(
            f"<p>{escape(t)}</p><p><img src='/a{n}.jpg'></p>" for n, t in enumerate(s.paragraphs)
        ),
        "hidden": lambda s: "".join(
            f"<p>{escape(t)}</p><p style='display:none'>{LEGAL[1]}</p><div hidden>{LEGAL[1]}</div>"
            f"<noscript>{LEGAL[1]}</noscript><template><p>{LEGAL[1]}</p></template>"
            f"<div aria-hidden='true'>{LEGAL[1]}</div>"
            for t in s.paragraphs
        ),
        "advertised": lambda s: "".join(
            f"<p>{escape(t)}</p><div class='q'><span>Quảng cáo</span><a href='http://b.example'>"
            "<img src='/q.gif'></a></div>"
            for t in s.paragraphs
        ),
        "linked words": lambda s: "".join(
            "<p>" + escape(t).replace("xã ", "<a href='/xa'>xã</a> ", 1) + "</p>"
            for t in s.paragraphs
        ),
    }
    return {name: partial(_with_body, body) for name, body in bodies.items()}


def _with_body(body: Callable[[Story], str], story: Story) -> str:
    return _plain(story, body(story))


SHAPES.update(_simple())


@_shape("one cell")
def _one_cell(s: Story) -> str:
    inside = f"{_head(s, 'b')}<br>{'<br>'.join(map(escape, s.paragraphs))}"
    return (
        f"<html><head><title>{escape(s.title)}</title></head><body><table><tr><td>{menu()}</td></tr>"
        f"<tr><td>{inside}</td></tr><tr><td>{LEGAL[0]}</td></tr></table></body></html>"
    )


@_shape("nested tables")
def _nested_tables(s: Story) -> str:
    rows = "".join(f"<tr><td>{escape(t)}</td></tr>" for t in s.paragraphs)
    inner = f"<table><tr><td><b>{escape(s.title)}</b></td></tr><tr><td>{s.stamp}</td></tr>"
    return _page(
        s,
        f"<table><tr><td>{titles(s, 'Tin mới')}</td><td>{inner}<tr><td><table>{rows}</table></td>"
        f"</tr></table></td><td>{VISITS}</td></tr></table>",
    )


@_shape("everything in body")
def _flat(s: Story) -> str:
    return _page(s, f"{_head(s)}{lines(s.paragraphs)}{titles(s)}")


@_shape("everything in body, breaks")
def _flat_breaks(s: Story) -> str:
    return _page(s, f"{_head(s)}{'<br>'.join(map(escape, s.paragraphs))}<br>{titles(s)}")


@_shape("split over siblings")
def _split(s: Story) -> str:
    half = len(s.paragraphs) // 2
    return _page(
        s,
        f"<div class='b'>{_head(s)}<div class='c1'>{lines(s.paragraphs[:half])}</div>"
        f"<div class='q'><a href='/qc'><img src='/q.gif'></a></div>"
        f"<div class='c2'>{lines(s.paragraphs[half:])}</div></div>",
    )


@_shape("lead outside, bold")
def _bold_lead(s: Story) -> str:
    lead, *rest = s.paragraphs
    return _page(
        s,
        f"<div class='b'>{_head(s)}<div class='l'><b>{escape(lead)}</b></div>"
        f"<div class='t'><a href='#'>In trang</a> <a href='#'>Gửi email</a></div>"
        f"<div class='c'>{lines(rest)}</div></div>",
    )


@_shape("lead as heading")
def _heading_lead(s: Story) -> str:
    lead, *rest = s.paragraphs
    return _plain(s, f"<h2>{escape(lead)}</h2>{lines(rest)}")


@_shape("teasers beside")
def _teasers_beside(s: Story) -> str:
    return _plain(s, before=f"<div class='e'>{teasers(s, 4)}</div>")


@_shape("teasers behind")
def _teasers_behind(s: Story) -> str:
    return _plain(s, after=f"<div class='e'><h3>Có thể bạn quan tâm</h3>{teasers(s)}</div>")


@_shape("teasers behind, no heading")
def _teasers_bare(s: Story) -> str:
    return _plain(s, after=f"<div class='e'>{teasers(s)}</div>")


@_shape("teasers as list")
def _teasers_list(s: Story) -> str:
    rows = "".join(
        f"<li><a href='/t{n}'>{escape(o.title)}</a><br>{escape(o.paragraphs[0])}</li>"
        for n, o in enumerate(others(s))
    )
    return _plain(s, after=f"<h3>Tin khác</h3><ul>{rows}</ul>")


@_shape("teasers, wholly linked")
def _teasers_linked(s: Story) -> str:
    rows = "".join(
        f"<a href='/t{n}'><h4>{escape(o.title)}</h4><p>{escape(o.paragraphs[0])}</p></a>"
        for n, o in enumerate(others(s))
    )
    return _plain(s, after=f"<div>{rows}</div>")


@_shape("comments")
def _comments(s: Story) -> str:
    return _plain(s, after=comments(s))


@_shape("comments apart")
def _comments_apart(s: Story) -> str:
    return _page(s, f"<div class='b'>{_head(s)}{lines(s.paragraphs)}</div>{comments(s)}")


@_shape("legal footer")
def _legal(s: Story) -> str:
    return _plain(s).replace("</body>", f"<div class='z'>{lines(LEGAL * 2)}</div></body>")


@_shape("questions behind")
def _faq(s: Story) -> str:
    return _page(
        s,
        f"<div class='b'>{_head(s)}{lines(s.paragraphs)}</div><div class='f'><h3>Hỏi đáp</h3>"
        f"{QUESTIONS}</div>",
    )


@_shape("cookie notice")
def _cookies(s: Story) -> str:
    box = (
        f"<div class='y'><p>{COOKIES}</p><button>Đồng ý</button><a href='/cs'>Chính sách</a></div>"
    )
    return _plain(s, before=box)


@_shape("related in the middle")
def _related_inside(s: Story) -> str:
    half = len(s.paragraphs) // 2
    box = titles(s).replace("<h3>", "<b>").replace("</h3>", "</b>")
    return _plain(s, f"{lines(s.paragraphs[:half])}{box}{lines(s.paragraphs[half:])}")


@_shape("read more in the middle")
def _read_more(s: Story) -> str:
    other = others(s)[0]
    box = f"<p><b>Đọc thêm:</b> <a href='/t1'>{escape(other.title)}</a></p>"
    return _plain(s, box.join(lines([text]) for text in s.paragraphs))


@_shape("boxed teaser in the middle")
def _boxed_teaser(s: Story) -> str:
    half, other = len(s.paragraphs) // 2, others(s)[0]
    box = (
        f"<div class='r'><a href='/t1'><img src='/t1.jpg' width='90'></a><div><a href='/t1'>"
        f"{escape(other.title)}</a><p>{escape(other.paragraphs[0])}</p></div></div>"
    )
    return _plain(s, f"{lines(s.paragraphs[:half])}{box}{lines(s.paragraphs[half:])}")


@_shape("several h1")
def _several_h1(s: Story) -> str:
    return _page(
        s,
        f"<h1>{SITE}</h1><h1><a href='/tin-tuc'>Tin tức - Sự kiện</a></h1><div>{_head(s)}"
        f"{lines(s.paragraphs)}</div><h1>Liên kết website</h1>",
    )


@_shape("title in the head alone")
def _no_heading(s: Story) -> str:
    return _page(s, f"<div class='b'><div>{s.stamp}</div>{lines(s.paragraphs)}</div>")


@_shape("title on the page alone")
def _no_head_title(s: Story) -> str:
    return _page(
        s,
        f"<div class='b'>{_head(s, 'h2')}{lines(s.paragraphs)}</div>{titles(s)}",
        f"<title>{SITE}</title>",
    )


@_shape("stamp behind the text")
def _stamp_behind(s: Story) -> str:
    return _page(
        s,
        f"<div class='b'><h1>{escape(s.title)}</h1>{lines(s.paragraphs)}<div>Ngày đăng: {s.stamp}"
        f"</div></div>{titles(s)}",
    )


@_shape("long sidebars")
def _sidebars(s: Story) -> str:
    side = f"<div><h3>Thông báo</h3>{lines([o.paragraphs[0] for o in others(s)[:3]])}</div>"
    return _page(
        s,
        f"<table><tr><td>{titles(s, 'Tin mới')}{side}</td><td>{_head(s)}{lines(s.paragraphs)}</td>"
        f"<td>{VISITS}{titles(s, 'Xem nhiều')}</td></tr></table>",
    )


@_shape("two paragraphs")
def _two(s: Story) -> Shaped:
    s = replace(s, paragraphs=s.paragraphs[:2])
    return Shaped(_plain(s, after=titles(s)), s)


@_shape("one sentence")
def _sentence(s: Story) -> Shaped:
    s = replace(s, paragraphs=s.paragraphs[:1])
    return Shaped(_plain(s, before=f"<div>{titles(s, 'Tin mới')}</div>", after=titles(s)), s)


@_shape("one sentence beside teasers")
def _sentence_teasers(s: Story) -> Shaped:
    s = replace(s, paragraphs=s.paragraphs[:1])
    return Shaped(_plain(s, before=f"<div class='e'>{teasers(s, 4)}</div>"), s)


@_shape("only a picture")
def _picture(s: Story) -> Shaped:
    s = replace(s, paragraphs=())
    return Shaped(_plain(s, "<p><img src='/uploads/a.jpg'></p>", after=titles(s)), s)


@_shape("only a file")
def _file(s: Story) -> Shaped:
    s = replace(s, paragraphs=())
    body = "<p>Tải về: <a href='/uploads/ke-hoach.pdf'>ke-hoach.pdf</a></p>"
    return Shaped(_plain(s, body, after=titles(s)), s)


@_shape("data table")
def _table(s: Story) -> Shaped:
    rows = [("TT", "Xã", "Số hộ")] + [(str(n), f"Xã số {n}", str(n * 37)) for n in range(1, 15)]
    cells = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in rows)
    body = f"{lines(s.paragraphs[:2])}<table border='1'>{cells}</table>"
    told = (*s.paragraphs[:2], *(" | ".join(row) for row in rows))
    s = replace(s, paragraphs=told)
    return Shaped(_plain(s, body, after=titles(s)), s)


@_shape("subheadings")
def _subheadings(s: Story) -> Shaped:
    told: list[str] = []
    for n, text in enumerate(s.paragraphs):
        told += [f"{n + 1}. Về nội dung thứ {n + 1}", text]
    s = replace(s, paragraphs=tuple(told))
    body = "".join(
        f"<h3>{t}</h3>" if n % 2 == 0 else f"<p>{escape(t)}</p>" for n, t in enumerate(told)
    )
    return Shaped(_plain(s, body, after=titles(s)), s)


@_shape("short list in the text")
def _short_list(s: Story) -> Shaped:
    items = [f"Xã Tân Hưng số {n}: {n * 12} hộ" for n in range(1, 9)]
    told = (s.paragraphs[0], *items, *s.paragraphs[1:])
    body = f"{lines(s.paragraphs[:1])}<ul>{lines(items, 'li')}</ul>{lines(s.paragraphs[1:])}"
    s = replace(s, paragraphs=told)
    return Shaped(_plain(s, body, after=titles(s)), s)
