"""Every layout of the founding families on a small page in its shape: each field in its place."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from crawler.platforms import get_profile
from crawler.reader import Page, read

TITLE = "Huyện ủy tổng kết công tác năm 2023"
LEAD = "Sáng nay, Huyện ủy tổ chức hội nghị tổng kết công tác năm và bàn nhiệm vụ năm tới."
FIRST = (
    "Năm qua, các chỉ tiêu chủ yếu về kinh tế đều đạt và vượt kế hoạch đề ra, thu ngân sách trên "
    "địa bàn tăng 12 % so với cùng kỳ năm trước."
)
SECOND = "Hội nghị đã thông qua nghị quyết về nhiệm vụ của năm 2024."
BODY = f"<p>{FIRST}</p><p>{SECOND}</p>"
CHROME = (
    "<ul id='menu'>" + "".join(f"<li><a href='/m{n}'>Mục {n}</a></li>" for n in range(9)) + "</ul>"
)


@dataclass(frozen=True)
class Case:
    """A page and what it must give; what is not named here must be absent."""

    platform: str
    layout: str
    place: str
    markup: str
    published: str | None = "2024-01-12T15:10:00+07:00"
    lead: str | None = LEAD
    author: str | None = None
    source: str | None = None
    category: str | None = None
    tags: tuple[str, ...] = ()
    attachments: tuple[tuple[str, str | None], ...] = ()
    images: tuple[tuple[str, str | None], ...] = field(default=())
    head: str = ""


NUKEVIET_HEAD = (
    '<meta name="generator" content="NukeViet v4.x">'
    '<meta property="article:published_time" content="2024-01-12+0715:10:00">'
    '<meta property="article:modified_time" content="2024-02-20+0708:00:00">'
)
CASES = [
    Case(
        "nukeviet",
        "desktop",
        "/tin-tuc/tong-ket-514.html",
        f"""<ul class="temp-breadcrumbs hidden"><li><span itemprop="name">Trang nhất</span></li>
        <li><span itemprop="name">Tin tức</span></li></ul><ul class="breadcrumbs"></ul>
        <div class="news_column panel newsdetail" itemscope
        itemtype="http://schema.org/NewsArticle">
        <h1 class="title" itemprop="headline">{TITLE}</h1>
        <span class="hidden" itemprop="datePublished">2024-02-20T08:00:00+07:00</span>
        <div class="row newsdetailmetatop"><span class="h5">Thứ sáu - 12/01/2024 15:10</span>
        <span class="h5">344</span> <span class="h5">0</span></div>
        <div class="hometext" itemprop="description">{LEAD}</div>
        <figure class="article center"><img src="/uploads/a.jpg" alt="x"><figcaption>Toàn cảnh
        </figcaption><div id="imgpreview" style="display:none"><img src="/uploads/a.jpg">
        <p>Toàn cảnh</p></div></figure>
        <div id="news-bodyhtml" class="bodytext has-attach">{BODY}</div>
        <div class="news-download-file"><div class="list-group-item">
        <a href="/tin-tuc/tong-ket-514.html?download=1&amp;id=0">Tải: <strong>Kế hoạch.pdf</strong>
        </a>
        </div></div>
        <p class="h5 text-right"><strong>Tác giả bài viết: </strong>Lan Anh</p>
        <p class="h5 text-right"><strong>Nguồn tin: </strong>Báo Nhân Dân</p>
        <div class="alert alert-info">Chú ý: Việc đăng lại bài viết trên phải ghi rõ nguồn.</div>
        <div class="h5"><em class="fa fa-tags"></em><a href="/tag/đảng-viên"><em>đảng viên</em></a>
        <a href="/tag/tong-ket"><em>tổng kết</em></a></div>
        <form id="stringrating">Tổng số điểm của bài viết là: 0 trong 0 đánh giá</form></div>
        <div id="news-related"><ul class="detail-related"><li><a href="/a/b-5.html">Tin cũ</a></li>
        </ul></div><ul class="counter"><li>Đang truy cập39</li></ul>
        <div id="timeoutsess">Bạn đã không sử dụng Site, Bấm vào đây</div>""",
        author="Lan Anh",
        source="Báo Nhân Dân",
        category="Tin tức",
        tags=("đảng viên", "tổng kết"),
        attachments=(("/tin-tuc/tong-ket-514.html?download=1&id=0", "Kế hoạch.pdf"),),
        images=(("/uploads/a.jpg", "Toàn cảnh"),),
        head=NUKEVIET_HEAD,
    ),
    Case(
        "nukeviet",
        "mobile",
        "/tin-tuc/tong-ket-514.html",
        f"""<h1 class="hidden">Cổng thông tin huyện</h1><div><h1 itemprop="headline">{TITLE}</h1>
        <em class="time">Thứ sáu - 12/01/2024 15:10</em>
        <div id="hometext"><p class="imgalt"><img src="/uploads/a.jpg"><em>Toàn cảnh</em></p>
        <div class="h2">{LEAD}</div></div><div class="bodytext">{BODY}</div>
        <p class="text-right"><strong>Tác giả: </strong>Lan Anh</p></div>""",
        author="Lan Anh",
        images=(("/uploads/a.jpg", "Toàn cảnh"),),
        head=NUKEVIET_HEAD,
    ),
    Case(
        "uiarticle",
        "article-detail",
        "/tin-tuc/tong-ket-263518",
        f"""<div class="ArticleDetailControl"><h1 class="ArticleHeader">{TITLE}</h1>
        <div class="PostDate">Thứ Sáu, 12/01/2024</div><div class="tool"><a href="/in">In</a></div>
        <div class="ArticleSummary">{LEAD}</div><div class="ArticleContent">
        <div class="PostDate">12/01/2024</div>{BODY}<p style="text-align:right">
        <strong>Minh Hải - BTG Thị ủy</strong></p></div></div>
        <div class="ArticleInMenu"><h2 class="Title"><a href="/tin-tuc/a-12345">Tin khác</a></h2>
        </div>""",
        published="2024-01-12",
        author="Minh Hải - BTG Thị ủy",
    ),
    Case(
        "uiarticle",
        "article-detail",
        "/1215/27678/37563/549382/tin-tuc/tong-ket",
        f"""<div class="PostDate">Ngày đăng: 12/01/2024 - Lượt xem: 55</div>
        <div class="ArticleDetailControl"><div class="ArticleHeader"><h1>{TITLE}</h1></div>
        <div class="ArticleContent">{BODY}<p><img src="/Uploads/a.jpg" alt="anh tin bai"></p>
        <p style="text-align:center"><em>Toàn cảnh</em></p></div></div>""",
        published="2024-01-12",
        lead=None,
        images=(("/Uploads/a.jpg", "Toàn cảnh"),),
    ),
    Case(
        "tandan-sharepoint",
        "vnpt-portal",
        "/portal/Pages/2024-1-12/Huyen-uy-tong-ketk3x9d2.aspx",
        f"""<div id="ctl00_online">1398 người đang online</div>
        <p class="tandan-p-article-news-title">{TITLE}</p>
        <div class="tandan-span-date-publish">Đăng ngày 12 - 01 - 2024</div>
        <span>Lượt xem: 400</span><span>100%</span>
        <p class="tandan-p-article-news-summary">{LEAD}</p><p class="tandan-p-article-main"></p>
        <div id="ctl00_PlaceHolderMain_ctl01_label" style="display:none">Nội dung</div>
        <div id="ctl00_PlaceHolderMain_ctl01__ControlWrapper_RichHtmlField"
        class="ms-rtestate-field" aria-labelledby="ctl00_PlaceHolderMain_ctl01_label">{BODY}
        <p><img src="/portal/Photos/2024-01-12/0a(1).jpg"></p><p><em>Toàn cảnh</em></p></div>
        <div class="social-share">Chia sẻ</div><div class="tandan-div-article-other">
        <h3>Tin mới nhất</h3><a href="/portal/Pages/2024-7-26/a1b2c3.aspx">Tin (26/07/2024 7:42 CH)
        </a></div>""",
        published="2024-01-12",
        images=(("/portal/Photos/2024-01-12/0a(1).jpg", "Toàn cảnh"),),
    ),
    Case(
        "thanhhoa-web-trang-chu",
        "content-detail",
        "/web/trang-chu/tin-tuc/tong-ket.html",
        f"""<a href="/web/trang-chu/tin-tuc">TIN TỨC</a><h1>{TITLE}</h1>
        <div class="time">Đăng lúc: 00:00:00 12/01/2024 (GMT+7)</div><span>100%</span>
        <div class="content-detail">{BODY}<p><img src="/12.png"></p><p>12.png</p>
        <p>( Toàn cảnh buổi lễ)</p></div>""",
        published="2024-01-12T00:00:00+07:00",
        lead=None,
        category="TIN TỨC",
        images=(("/12.png", "( Toàn cảnh buổi lễ)"),),
    ),
    Case(
        "liferay",
        "hanoi",
        "/dang-doan-the/-/view_content/7088981-tong-ket.html",
        f"""<h1 class="portlet-title">Đảng - Đoàn thể</h1><div class="asset-full-content">
        <div class="asset-full-content-title">{TITLE}</div>
        <div class="assetPublishDate block_timer">12/01/2024 | 03:10 PM</div>
        <div class="sapo-wrapper"><p class="sapo">{LEAD}</p></div>
        <div class="asset-content" id="_101_7088981"><div class="journal-content-article">{BODY}
        <p class="view-content-author" style="text-align:right">Lan Anh</p></div></div>
        <table class="tbl_social_fix"><tr><td>Chia sẻ</td></tr></table></div>""",
        author="Lan Anh",
    ),
    Case(
        "liferay",
        "danang",
        "/chi-tiet?id=1691",
        f"""<div id="portlet_101_INSTANCE_aB3dE6gH9jK2"><div class="chi-tiet-title">{TITLE}</div>
        <span class="chi-tiet-publish-date">12-01-2024 15:10</span>
        <div class="chi-tiet-main-content">{BODY}</div></div>""",
        lead=None,
    ),
    Case(
        "liferay",
        "bacninh",
        "/web/huyen/news/-/details/11020130/tong-ket",
        f"""<h1 id="contentDetailTitleId">{TITLE}</h1>
        <span class="date_time">12/01/2024 15:10</span>
        <div id="sapoDetailId">{LEAD}</div><div id="contentDetail">{BODY}</div>
        <span class="source">Nguồn:</span>""",
    ),
    Case(
        "liferay",
        "journal",
        "/web/xa-phu/-/tong-ket-5",
        f"""<span class="header-title">null{TITLE}</span>
        <span class="metadata-publish-date">2024-01-12 15:10:00.0</span>
        <div class="journal-content-article">{BODY}</div>
        <a href="/documents/20182/1/ke-hoach.pdf?t=16">Kế hoạch</a>""",
        lead=None,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.platform}-{case.layout}")
def test_a_layout_gives_every_field(case: Case) -> None:
    host = "https://quethuong.example"
    markup = (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{TITLE} - Cổng</title>{case.head}"
        f"</head><body>{CHROME}{case.markup}</body></html>"
    )
    page = Page(markup.encode(), host + case.place, (("content-type", "text/html"),))
    found = read(page, get_profile(case.platform))
    assert found.kind == "article"
    assert found.text_method == f"profile:{case.layout}"
    assert found.title == TITLE
    assert found.published_at == case.published
    assert (found.lead, found.author, found.source) == (case.lead, case.author, case.source)
    assert found.text == f"{FIRST}\n\n{SECOND}"
    assert (found.category, tuple(found.tags)) == (case.category, case.tags)
    files = [(file.url.removeprefix(host), file.name) for file in found.attachments]
    assert tuple(files) == case.attachments
    images = [(image.url.removeprefix(host), image.caption) for image in found.images]
    assert tuple(images) == case.images


def test_the_last_edit_is_kept_apart_from_the_publish_time() -> None:
    case = CASES[0]
    markup = f"<html><head>{case.head}</head><body>{case.markup}</body></html>"
    found = read(Page(markup.encode(), "https://quethuong.example" + case.place))
    assert (found.platform, found.updated_at) == ("nukeviet", "2024-02-20T08:00:00+07:00")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.platform}-{case.layout}")
def test_a_page_of_one_family_is_never_taken_for_another(case: Case) -> None:
    markup = f"<html><head>{case.head}</head><body>{case.markup}</body></html>"
    named = read(Page(markup.encode(), "https://quethuong.example" + case.place)).platform
    bare = read(Page(markup.encode())).platform
    assert named in (case.platform, "generic")
    assert bare in (case.platform, "generic")
