"""Which platform served a page: small pages in each family's shape, and pages of none."""

from __future__ import annotations

import time

import pytest

from crawler.demo import build
from crawler.demo.model import Request
from crawler.platforms import recognise

# (family, sign, markup): one sign each that is enough alone.
STRONG = [
    ("nukeviet", '<meta name="generator" content="NukeViet v4.5">'),
    ("nukeviet", "<meta content='NukeViet v4.0' name='generator'>"),
    ("nukeviet", "<META NAME=Generator CONTENT='NukeViet eGovernment'>"),
    ("nukeviet", '<script>var nv_base_siteurl="/",nv_lang_data="vi";</script>'),
    ("nukeviet", '<div id="timeoutsess" class="chromeframe">Bạn đã không sử dụng Site</div>'),
    ("nukeviet", '<div id="news-bodyhtml" class="bodytext"><p>Nội dung</p></div>'),
    ("uiarticle", '<div class="ArticleDetailControl"><h1>Nhan đề</h1></div>'),
    ("uiarticle", '<div class="UIListNews_Default"><div class="item"></div></div>'),
    ("uiarticle", '<script src="/DesktopModule/UIArticleInMenu/a.js"></script>'),
    ("uiarticle", '<table class="UIDocumentList_Default"></table>'),
    ("tandan-sharepoint", '<p class="tandan-p-article-news-title">Nhan đề</p>'),
    (
        "tandan-sharepoint",
        '<div class="box tandan-span-date-publish">Đăng ngày 5 - 12 - 2023</div>',
    ),
    ("thanhhoa-web-trang-chu", '<a href="/web/trang-chu/tin-tuc-su-kien">Tin tức</a>'),
    ("thanhhoa-web-trang-chu", '<a href="http://x.example/web/trang-chu/a/b.html">Tin</a>'),
    ("liferay", "<script>Liferay.ThemeDisplay={getLayoutId:function(){}}</script>"),
    ("liferay", '<section class="portlet" id="portlet_101_INSTANCE_aB3dE6gH9jK2"></section>'),
    ("liferay", '<img src="/image/journal/article?img_id=21&amp;t=165">'),
    ("liferay", '<div class="journal-content-article"><p>Nội dung</p></div>'),
]
WEAK = [
    "<p>Tác giả bài viết: Lan Anh</p>",
    '<div class="ArticleContent"><p>Nội dung của một hệ thống khác</p></div>',
    '<div id="ctl00_PlaceHolderMain_x"><p>SharePoint của nhà khác</p></div>',
    "<a href='#main'>Truy cập nội dung luôn</a>",
    "<p>Đăng lúc: 31/01/2023 (GMT+7)</p>",
    '<meta name="generator" content="Ghost 5.2">',
    '<meta name="description" content="Cổng nukeviet, nói về NukeViet">',
    "<p>Bài viết nói về NukeViet, Liferay và SharePoint.</p>",
    "<html><body><h1>Một trang thường</h1></body></html>",
    "",
]


def page(inside: str) -> str:
    return f"<!DOCTYPE html><html><head><title>Cổng</title></head><body>{inside}</body></html>"


@pytest.mark.parametrize(("family", "markup"), STRONG)
def test_a_strong_sign_names_the_family(family: str, markup: str) -> None:
    assert recognise(page(markup)) == family


@pytest.mark.parametrize("markup", WEAK)
def test_a_weak_sign_alone_names_nobody(markup: str) -> None:
    assert recognise(page(markup)) == "generic"


@pytest.mark.parametrize(
    ("family", "header"),
    [
        ("nukeviet", "nv4_sess=abc; path=/"),
        ("nukeviet", "nv4c_Abc12_statistic_vi=1"),
        ("nukeviet", "nv_hp_ctr=0a; expires=Thu, 01 Jan 2027 00:00:00 GMT"),
        ("liferay", "GUEST_LANGUAGE_ID=vi_VN; Path=/"),
        ("liferay", "COOKIE_SUPPORT=true"),
        ("generic", "ASP.NET_SessionId=abc; path=/"),
        ("generic", "PHPSESSID=nv4_sess"),
    ],
)
def test_a_cookie_can_name_the_family(family: str, header: str) -> None:
    headers = (("content-type", "text/html"), ("set-cookie", "a=1"), ("set-cookie", header))
    assert recognise(page(""), None, headers) == family


@pytest.mark.parametrize(
    ("url", "markup", "family"),
    [
        ("https://a.example/portal/pages/2019/hop-1558489190.aspx", "", "generic"),
        (
            "https://a.example/portal/pages/2019/hop-1558489190.aspx",
            '<img src="/portal/Photos/2019/a.jpg">',
            "tandan-sharepoint",
        ),
        ("https://a.example/vi/news/tin/hop-12.html", "", "generic"),
        (
            "https://a.example/vi/news/tin/hop-12.html",
            "<p>Tác giả bài viết: Lan Anh</p>",
            "nukeviet",
        ),
        ("https://a.example/tin/-/view_content/12-hop.html", "", "liferay"),
        ("https://a.example/web/trang-chu/tin-tuc/hop.html", "", "thanhhoa-web-trang-chu"),
    ],
)
def test_address_and_markup_are_weighed_together(url: str, markup: str, family: str) -> None:
    assert recognise(page(markup), url) == family


def test_the_software_that_names_itself_beats_words_of_another() -> None:
    markup = '<meta name="generator" content="NukeViet v4.5"><div class="journal-content-article">'
    assert recognise(page(markup)) == "nukeviet"


def test_every_page_of_a_demo_portal_is_of_its_family() -> None:
    for portal in build(articles_per_portal=10):
        article = next(entry for entry in portal.articles if entry.visible)
        for path in ["/", article.urls[0]]:
            answer = portal.respond(Request(path))
            if answer.status == 200:
                markup = answer.body.decode("utf-8")
                headers = tuple((name.lower(), value) for name, value in answer.headers)
                assert recognise(markup, None, headers) == portal.platform, path


@pytest.mark.parametrize(
    "filler",
    ["<meta name=", "<meta content=", "<", 'class="', "Đăng lúc <a ", 'href="', "nv_", "?p_p_id="],
)
def test_hostile_markup_is_judged_quickly(filler: str) -> None:
    started = time.process_time()
    assert isinstance(recognise(filler * (600_000 // len(filler))), str)
    assert time.process_time() - started < 2.0
