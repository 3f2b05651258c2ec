"""The seeds as pages of their platforms: the shape that the facts tell of, written by the tests.

Each wrapper puts title, stamp, paragraphs and pictures where the platform puts them, and the
leftovers too: counters, menus and lists of other news round the article. `mutated` renames every
class and id, so that nothing but the shape is left to read by.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from html import escape

from tests.support.seeds import Seed

Wrapper = Callable[[Seed], str]

_NAMES = re.compile(r'\b(class|id|aria-labelledby)="([^"]+)"')
_MENU = (
    ("/gioi-thieu", "Giới thiệu chung"),
    ("/tin-tuc", "Tin tức trong ngày"),
    ("/van-ban", "Văn bản chỉ đạo"),
    ("/thu-tuc", "Thủ tục hành chính"),
    ("/thu-vien-anh", "Thư viện hình ảnh"),
    ("/lien-he", "Liên hệ, góp ý"),
)


def tandan(seed: Seed) -> str:
    """SharePoint with the summary, an empty paragraph as a trap, then the rich text field."""
    label = "ctl00_PlaceHolderMain_ctl01_label"
    field = "ctl00_PlaceHolderMain_ctl01__ControlWrapper_RichHtmlField"
    article = f"""
<div class="tandan-article">
 <p class="tandan-p-article-news-title">{escape(seed.title)}</p>
 <div class="tandan-span-date-publish">{escape(seed.stamp or "")}</div>
 <div class="tandan-zoom"><a href="javascript:void(0)">-</a><span>100%</span></div>
 <p class="tandan-p-article-news-summary">{escape(seed.of("l")[0])}</p>
 <p class="tandan-p-article-main"></p>
 <div id="{label}" style="display:none">Nội dung trang</div>
 <div id="{field}" class="ms-rtestate-field" aria-labelledby="{label}">
{_body(seed, _picture_in_paragraph)}
 </div>
 <div class="social-share"><a href="/chia-se">Chia sẻ</a></div>
</div>
<div class="comment-box"><h3>{escape(seed.of("x")[0])}</h3>
<span>{escape(seed.of("x")[1])}</span></div>
<div class="tandan-div-article-other"><h3>{escape(seed.of("h")[0])}</h3>
{_links(seed.of("r"), "/portal/Pages/2024-7-26/tin-khac-{}abc12.aspx")}
</div>
<div class="weather">{escape(seed.of("x")[2])}</div>"""
    top = f'<div id="ctl00_online">{escape(seed.of("o")[0])}</div>'
    form = f'<form id="aspnetForm" action="./x.aspx">{top}{_menu()}{article}</form>'
    script = "/_layouts/15/init.js"
    return _page(seed.title, form, f'<script src="{script}"></script>', suffix=" - CỔNG THÔNG TIN")


def uiarticle(seed: Seed) -> str:
    """The numbered .NET portal: everything of the article inside one control."""
    stamp = f'<div class="PostDate">{escape(seed.stamp)}</div>' if seed.stamp else ""
    article = f"""
<div class="ArticleDetailControl">
 <h1 class="ArticleHeader">{escape(seed.title)}</h1>
 {stamp}
 <div class="tool"><a href="/in">In trang</a><a href="/gui">Gửi mail</a></div>
 <div class="ArticleSummary">{escape(seed.of("l")[0])}</div>
 <div class="ArticleContent">
{_body(seed, _picture_in_paragraph)}
<p style="text-align:right"><strong>{escape(seed.of("b")[0])}</strong></p>
 </div>
</div>"""
    others = "".join(
        f'<li><a href="/tin-tuc/tin-cu-{n}0417">{escape(title.lstrip("• "))}</a><br>'
        f"<span>{escape(day)}</span></li>"
        for n, (title, day) in enumerate(zip(seed.of("r"), seed.of("y"), strict=True))
    )
    pagers = "".join(f'<div class="pager">{escape(line)}</div>' for line in seed.of("q"))
    tail = f"""
<div class="ArticleInMenu"><h3>{escape("".join(seed.of("h")))}</h3>{pagers}</div>
<div class="UIBanner"><h3>{escape("".join(seed.of("m")))}</h3><ul>{others}</ul></div>
<div class="UIVisitor"><ul>{_items(seed.of("v"))}</ul></div>
<div class="login">{escape("".join(seed.of("x")))}</div>"""
    script = '<script src="/DesktopModule/UIArticleInMenu/ArticleInMenu.js"></script>'
    return _page(seed.title, _menu() + article + tail, script)


def thanhhoa(seed: Seed) -> str:
    """A plain layout with semantic elements: nobody has published this platform's markup."""
    site, slogan = seed.of("o")
    article = f"""
<main><p class="section">{escape(seed.of("k")[0])}</p>
<h1>{escape(seed.title)}</h1>
<div class="time"><span>{escape(seed.stamp or "")}</span> <span class="zoom">100%</span></div>
<div class="content-detail"><p><strong>{escape(seed.of("l")[0])}</strong></p>
{_body(seed, _picture_with_name)}
<p style="text-align: right;"><em>{escape(seed.of("b")[0])}</em></p></div></main>"""
    head = f"<header><h2>{escape(site)}</h2><marquee>{escape(slogan)}</marquee><span>date</span>"
    return _page(site, f"{head}{_menu()}</header>{article}{_visitors()}")


def thanhhoa_tables(seed: Seed) -> str:
    """The same family in nested tables with breaks, as a second guess at its markup."""
    site, slogan = seed.of("o")
    article = f"""
<table width="100%"><tr><td>{escape(site)}</td></tr><tr><td>{escape(slogan)}</td></tr>
<tr><td>date</td></tr></table>
<table><tr><td valign="top">{_menu()}</td><td valign="top">
<div class="cat">{escape(seed.of("k")[0])}</div>
<div class="title">{escape(seed.title)}</div>
<div class="date">{escape(seed.stamp or "")}</div><div class="zoom">100%</div>
<div class="text"><div>{escape(seed.of("l")[0])}</div>
{_body(seed, _picture_with_name, tag="div")}
<div align="right"><b>{escape(seed.of("b")[0])}</b></div></div>
</td><td valign="top">{_visitors()}</td></tr></table>"""
    return _page(seed.title, article)


def nukeviet(seed: Seed) -> str:
    """NukeViet before 4.5: counters beside the stamp, the lead picture twice, fields below."""
    stamp, hits, comments = _split_counters(seed.stamp or "")
    caption = escape(seed.of("c")[0])
    picture = f'<img alt="{caption}" src="/uploads/news/2024_01/anh-21.jpg" width="600">'
    article = f"""
<div class="news_column panel newsdetail" itemtype="http://schema.org/NewsArticle" itemscope>
 <h1 class="title" itemprop="headline">{escape(seed.title)}</h1>
 <span class="hidden" itemprop="datePublished">2024-02-20T08:00:00+07:00</span>
 <div class="row newsdetailmetatop"><span class="h5">{stamp}</span>
 <span class="h5">{hits}</span> <span class="h5">{comments}</span></div>
 <div class="hometext" itemprop="description">{escape(seed.of("l")[0])}</div>
 <figure class="article center">{picture}<figcaption>{caption}</figcaption>
 <div id="imgpreview" style="display:none"><p>{picture}</p><p>{caption}</p></div></figure>
 <div id="news-bodyhtml" class="bodytext">
{_body(seed, lambda seed, number: "", skip="cd")}
 </div>
 <p class="h5 text-right"><strong>Tác giả bài viết: </strong>{escape(seed.author or "")}</p>
</div>"""
    tail = f"""
<ul class="menu">{_items(seed.of("m"))}</ul>
<ul class="counter">{_items(seed.of("v"))}</ul>
<div id="timeoutsess" style="display:none">{escape(seed.of("i")[0])}</div>"""
    head = (
        '<meta name="generator" content="NukeViet v4.x">'
        '<meta property="article:published_time" content="2024-01-12+0715:10:00">'
        '<script>var nv_base_siteurl="/", nv_lang_data="vi";</script>'
    )
    return _page(seed.title, _menu() + article + tail, head)


WRAPPERS: dict[str, tuple[Wrapper, ...]] = {
    "tandan-sharepoint": (tandan,),
    "uiarticle": (uiarticle,),
    "thanhhoa-web-trang-chu": (thanhhoa, thanhhoa_tables),
    "nukeviet": (nukeviet,),
}


def mutated(page: str) -> str:
    """The page with every class and id renamed, scripts and generator gone."""
    page = re.sub(r"<script.*?</script>|<meta name=\"generator\"[^>]*>", "", page)
    return _NAMES.sub(lambda match: f'{match[1]}="{_renamed(match[2])}"', page)


def _renamed(names: str) -> str:
    hashes = (hashlib.sha256(name.encode()).hexdigest()[:6] for name in names.split())
    return " ".join(f"x{digest}" for digest in hashes)


def _page(title: str, body: str, head: str = "", suffix: str = "") -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="vi"><head><meta charset="utf-8">'
        f"<title>{escape(title)}{escape(suffix)}</title>{head}</head>\n<body>{body}"
        "<footer><p>Cơ quan chủ quản: Ủy ban nhân dân</p><p>Điện thoại: 0123 456 789</p>"
        "<p>Giấy phép số 12/GP-TTĐT</p></footer></body></html>\n"
    )


def _menu() -> str:
    links = "".join(f'<li><a href="{href}">{text}</a></li>' for href, text in _MENU)
    return f'<nav><ul class="main-menu">{links}</ul></nav>'


def _visitors() -> str:
    rows = ("Truy cập", "Hôm nay:", "1208", "Tất cả:", "307033")
    return f'<ul class="visitors">{_items(list(rows))}</ul>'


def _items(lines: list[str]) -> str:
    return "".join(f"<li>{escape(line.lstrip('• '))}</li>" for line in lines)


def _links(lines: list[str], address: str) -> str:
    rows = (
        f'<li><a href="{address.format(number)}">{escape(line)}</a></li>'
        for number, line in enumerate(lines)
    )
    return f"<ul>{''.join(rows)}</ul>"


Picture = Callable[[Seed, int], str]


def _body(seed: Seed, picture: Picture, *, tag: str = "p", skip: str = "") -> str:
    """Paragraphs, pictures and captions of the seed in their order; the lead stands outside.

    A caption stands alone after its picture. A file name is a picture of its own.
    """
    pieces, pictures, named = [], 0, False
    for role, text in seed.lines:
        if role in skip:
            continue
        if role == "p":
            pieces.append(f"<{tag}>{escape(text)}</{tag}>")
        elif role == "n" or (role == "c" and not named):
            pieces.append(picture(seed, pictures))
            pictures += 1
        if role == "c":
            pieces.append(f'<{tag} style="text-align:center"><em>{escape(text)}</em></{tag}>')
        named = role == "n"
    return "\n".join(pieces)


def _picture_in_paragraph(seed: Seed, number: int) -> str:
    return f'<p><img src="/portal/Photos/2023-12-5/{number}a4f.jpg" alt="anh tin bai"></p>'


def _picture_with_name(seed: Seed, number: int) -> str:
    name = escape(seed.of("n")[number])
    return f'<p><a href="/images/{name}"><img src="/images/{name}"></a> {name}</p>'


def _split_counters(stamp: str) -> tuple[str, str, str]:
    words = stamp.split(" ")
    return escape(" ".join(words[:-2])), escape(words[-2]), escape(words[-1])
