"""Sites without end: what a crawl must leave by its limits."""

from __future__ import annotations

from tests.hostile.faults import Fault, Must, good_paths, page, sound_article
from tests.hostile.wire import Exchange
from tests.support.news import list_body

LIMIT = 32  # what the crawls of these tests allow a site (KHOTIN_PORTAL_PAGES_MAX is below)
ENDS = Must(None, ("done", "budget", "failed"), requests=LIMIT)


def _number(text: str) -> int:
    return int("".join(filter(str.isdigit, text))[-9:] or 0)


def _list(*links: str, following: str | None = None) -> str:
    return page(list_body(links, following), "<title>Danh sách</title>")


async def _calendar(x: Exchange) -> None:
    day = _number(x.request.path)
    links = [f"/lich-cong-tac/ngay-lam-viec-cua-xa-{day * 7 + n}" for n in range(1, 8)]
    await x.reply(200, _list(*links))


async def _session(x: Exchange) -> None:
    token = f"{x.random.getrandbits(64):016x}"
    links = [f"/(S({token}))/tin-tuc/viec-cua-xa-trong-nam-{n}-{2000 + n}.html" for n in range(5)]
    await x.reply(200, page(list_body(links) + "<p>Tin tức</p>"))


async def _nest(x: Exchange) -> None:
    here = x.request.path.rstrip("/").partition("?")[0]
    await x.reply(200, _list(f"{here}/a/", f"{here}/b/", f"{here}/a/bai-viet-so-muoi-hai-3.html"))


async def _relative(x: Exchange) -> None:
    links = ["thu-muc/tin-tuc-cua-xa-ta-hom-nay.html/", "khac/tin-tuc-cua-xa-ta-hom-nay.html/"]
    await x.reply(200, _list(*links))


async def _pages(x: Exchange) -> None:
    number = _number(x.request.path.partition("page=")[2])
    links = [f"/tin-tuc/trang-{number}-bai-{n}-{number * 10 + n + 20_000}.html" for n in range(2)]
    await x.reply(200, _list(*links, following=f"/danh-muc/?page={number + 1}"))


async def _empty_pager(x: Exchange) -> None:
    number = _number(x.request.path.partition("page-")[2]) or 1
    items = good_paths() if number == 1 else []
    await x.reply(200, _list(*items, following=f"/danh-muc/page-{number + 1}/"))


async def _same_pager(x: Exchange) -> None:
    number = _number(x.request.path.partition("page-")[2]) or 1
    await x.reply(200, _list(*good_paths(), following=f"/danh-muc/page-{number + 1}/"))


async def _glued(x: Exchange) -> None:
    here = x.request.path.rstrip("/")
    host = x.request.host
    await x.reply(
        200,
        _list(
            f"{here}/{host}/tin-tuc/xa-ta-hop-ban-ve-lua-vu-mua.html",
            f"{here}/http:/{host}/tin-tuc/xa-ta-hop-ban-ve-lua-vu-mua.html",
        ),
    )


async def _locales(x: Exchange) -> None:
    here = x.request.path.rstrip("/")
    links = [f"{here}/{code}/tin-tuc-cua-xa-ta-hom-nay.html" for code in ("en", "vi")]
    await x.reply(200, _list(*links, f"/en{here}/", f"/vi{here}/"))


async def _soft_missing(x: Exchange) -> None:
    await x.reply(301, b"", (("Location", "/"),))


async def _soft_missing_page(x: Exchange) -> None:
    await x.reply(
        200, _list(*good_paths(), f"/khong-co/bai-viet-cua-xa-ta-{x.random.getrandbits(40)}.html")
    )


async def _queries(x: Exchange) -> None:
    links = [f"/danh-sach/xa-ta-hop-ban-ve-lua.html?t={x.random.getrandbits(48)}" for _ in range(5)]
    await x.reply(200, _list(*links))


async def _filters(x: Exchange) -> None:
    names = ("mau", "co", "gia", "loai", "nam")
    base = x.request.path.partition("?")[2]
    links = [
        f"/loc/xa-ta-hop-ban-ve-lua.html?{base}&{name}={x.random.randrange(99)}" for name in names
    ]
    await x.reply(200, _list(*links))


async def _wide(x: Exchange) -> None:
    links = [f"/rong/{x.random.getrandbits(60):x}-xa-ta-hop-ban-ve-lua-vu.html" for _ in range(200)]
    await x.reply(200, _list(*links))


async def _theme(x: Exchange) -> None:
    if "nvvithemever" in x.request.path:
        await x.reply(302, b"", (("Location", "/"), ("Set-Cookie", "nv4_nvvithemever=m; path=/")))
        return
    mobile = "nvvithemever=m" in (x.request.header("cookie") or "")
    head = () if mobile else (("Set-Cookie", "nv4_nvvithemever=m; path=/"),)
    body = page("<p>bản di động</p>") if mobile else sound_article(4)
    await x.reply(200, body, head)


async def _theme_home(x: Exchange) -> None:
    links = [*good_paths(), *(f"/tin-tuc/chu-de-{n}-{n + 31_000}.html" for n in range(3))]
    switch = "<a href='/?nvvithemever=m&amp;nv_redirect=abc'>di động</a>"
    await x.reply(
        200, page(list_body(links) + switch), (("Set-Cookie", "nv4_nvvithemever=m; path=/"),)
    )


async def _sitemap_nest(x: Exchange) -> None:
    here = x.request.host
    maps = "".join(
        f"<sitemap><loc>http://{here}/sitemap-{x.random.getrandbits(40)}.xml</loc></sitemap>"
        for _ in range(20)
    )
    await x.reply(200, f"<?xml version='1.0'?><sitemapindex>{maps}</sitemapindex>", type="text/xml")


async def _feed_nest(x: Exchange) -> None:
    links = "".join(f"<a href='/rss/{x.random.getrandbits(40)}/'>RSS</a>" for _ in range(10))
    await x.reply(200, page(links))


def _trap(name: str, does: str, start: str, handler, rest: str, must: Must = ENDS) -> Fault:  # type: ignore[no-untyped-def]
    return Fault(name, does, must, handler, path=start, more={rest: handler})


FAULTS = (
    _trap(
        "calendar",
        "a calendar that goes on for ever",
        "/lich-cong-tac/ngay-lam-viec-cua-xa-1",
        _calendar,
        "/lich-cong-tac/*",
    ),
    _trap(
        "session-in-path",
        "a new session id in the path on every page",
        "/tin-tuc/viec-cua-xa-trong-nam-1-2001.html",
        _session,
        "/(S(*",
    ),
    _trap("nest-a-b", "/a/b/a/b without end", "/a/b/bai-viet-so-muoi-hai-3.html", _nest, "/a/*"),
    _trap(
        "relative-nest",
        "relative links that nest",
        "/thu-muc/tin-tuc-cua-xa-ta-hom-nay.html/",
        _relative,
        "/thu-muc/*",
    ),
    _trap(
        "page-endless",
        "?page=N with new items for ever",
        "/danh-muc/?page=1",
        _pages,
        "/danh-muc/*",
    ),
    _trap(
        "pager-empty",
        "a pager whose later pages are empty, for ever",
        "/danh-muc/page-1/",
        _empty_pager,
        "/danh-muc/*",
    ),
    _trap(
        "pager-same",
        "a pager whose pages are all the same",
        "/danh-muc/page-1/",
        _same_pager,
        "/danh-muc/*",
    ),
    _trap(
        "host-in-path",
        "host names glued into paths",
        "/tin/tin-tuc/xa-ta-hop-ban-ve-lua-vu-mua.html",
        _glued,
        "/tin/*",
    ),
    _trap("locales", "/en/en/vi/en", "/vi/tin-tuc-cua-xa-ta-hom-nay.html", _locales, "/*"),
    _trap(
        "missing-is-home",
        "every unknown address is sent to the home page",
        "/khong-co-bai-viet-nay-12345.html",
        _soft_missing,
        "/khong*",
        Must(("failed", "gone"), ("done",), requests=12),
    ),
    _trap(
        "missing-is-a-page",
        "every unknown address is a page with new addresses",
        "/khong-co/bai-viet-cua-xa-ta-1.html",
        _soft_missing_page,
        "/khong-co/*",
    ),
    _trap(
        "queries",
        "a new query parameter on every link",
        "/danh-sach/xa-ta-hop-ban-ve-lua.html",
        _queries,
        "/danh-sach/*",
    ),
    _trap(
        "filters",
        "filters that combine without end",
        "/loc/xa-ta-hop-ban-ve-lua.html",
        _filters,
        "/loc/*",
    ),
    _trap(
        "wide",
        "200 new addresses on every page",
        "/rong/0-xa-ta-hop-ban-ve-lua-vu.html",
        _wide,
        "/rong/*",
    ),
    Fault(
        "theme-cookie",
        "a cookie that turns all pages into mobile ones",
        Must(None, ("done",), good=3, requests=12),
        _theme_home,
        path="/",
        more={"/?nvvithemever*": _theme, "/tin-tuc/chu-de-*": _theme},
        record={"platform": "nukeviet", "delay_s": 0},
    ),
    _trap(
        "sitemap-nest",
        "sitemaps that name sitemaps for ever",
        "/sitemap.xml",
        _sitemap_nest,
        "/sitemap-*",
    ),
    _trap("feed-nest", "feeds that name feeds for ever", "/rss/", _feed_nest, "/rss/*"),
)
