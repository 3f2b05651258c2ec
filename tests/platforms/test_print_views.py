"""Print views: the article that their address names, and what their page gives."""

from __future__ import annotations

import pytest

from crawler.platforms import get_profile, load_profiles
from crawler.reader import Page, read

HOST = "https://quethuong.example"


@pytest.mark.parametrize(
    ("platform", "view", "article"),
    [
        ("nukeviet", "/print/tin-tuc/hop-giao-ban-514.html", "/tin-tuc/hop-giao-ban-514.html"),
        ("nukeviet", "/vi/news/savefile/tin/hop-giao-ban-514/", "/vi/news/tin/hop-giao-ban-514/"),
        ("nukeviet", "/vi/khoa-hoc/savefile/tin/hop-514.html", "/vi/khoa-hoc/tin/hop-514.html"),
        (
            "nukeviet",
            "/index.php?language=vi&nv=news&op=savefile/tin/hop-514",
            "/index.php?language=vi&nv=news&op=tin/hop-514",
        ),
        (
            "sharepoint-lists",
            "/SMPT_Publishing_UC/TinTuc/pPrintTinTuc.aspx?UrlList=/tin/Lists/TinTuc&ItemID=51",
            "/tin/Lists/TinTuc/View_Detail.aspx?ItemID=51",
        ),
        (
            "vinhphuc-api",
            "/x/pPrintTinTuc.aspx?UrlList=%2Fct%2Fcms%2Ftintuc%2FLists%2FThoiSu&ItemID=51",
            "/ct/cms/tintuc/Lists/ThoiSu/View_Detail.aspx?ItemID=51",
        ),
    ],
)
def test_a_print_view_names_its_article(platform: str, view: str, article: str) -> None:
    profile = get_profile(platform)
    assert profile.classify(HOST + view) == "print"
    assert profile.article_of(HOST + view) == HOST + article
    assert profile.classify(HOST + article) == "article"
    assert profile.native_id(HOST + view) == profile.native_id(HOST + article)


@pytest.mark.parametrize(
    ("platform", "view"),
    [
        ("tandan-sharepoint", "/portal/pages/print.aspx?p=9112"),
        ("langson-bm", "/bm/print/7210"),
        ("print-aspx", "/Portal/PrintItem.aspx?ContentID=135172"),
        ("generic", "/print/hop-514.html"),
    ],
)
def test_some_print_views_name_none(platform: str, view: str) -> None:
    assert get_profile(platform).classify(HOST + view) == "print"
    assert get_profile(platform).article_of(HOST + view) is None


def test_numbers_of_their_own_are_told_from_those_of_articles() -> None:
    own = {name for name, profile in load_profiles().items() if profile.print_key == "own"}
    assert own == {"generic", "tandan-sharepoint"}


def test_a_print_page_is_read_as_its_article() -> None:
    prose = "Sáng nay, Ủy ban nhân dân huyện họp giao ban công tác tháng, bàn nhiệm vụ tháng sau. "
    page = (
        "<html><head><title>Họp giao ban</title><meta name='generator' content='NukeViet v4.5'>"
        f"<link rel='canonical' href='{HOST}/savefile/tin-tuc/hop-giao-ban-514.html'></head><body>"
        f"<h1>Họp giao ban</h1><p>05/01/2024 15:10</p><p>{prose * 2}</p><p>{prose}</p>"
        "</body></html>"
    )
    found = read(Page(page.encode(), f"{HOST}/savefile/tin-tuc/hop-giao-ban-514.html"))
    assert (found.kind, found.platform, found.native_id) == ("article", "nukeviet", "514")
    assert found.canonical_url == f"{HOST}/tin-tuc/hop-giao-ban-514.html"
