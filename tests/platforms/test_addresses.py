"""What addresses of the five families say: kind, native key, canonical spelling.

The addresses are ours, in the families' shapes; those of the facts are in test_address_facts.py.
"""

from __future__ import annotations

import pytest

from crawler.platforms import Profile, get_profile
from crawler.platforms.profile import Address
from crawler.urls import normalise

HOST = "https://quethuong.example"


def address(platform: str, place: str) -> Address:
    normal = normalise(HOST + place)
    assert normal is not None
    return get_profile(platform).address(normal)


NUKEVIET = [
    ("/tin-tuc/hoi-nghi-tong-ket-514.html", "article", "514"),
    ("/vi/news/dang-doan-the/hoi-nghi-514.html", "article", "514"),
    ("/news/dang-doan-the/hoi-nghi-514.html", "article", "514"),
    ("/index.php/dang-doan-the/hoi-nghi-514.html", "article", "514"),
    ("/vi/hoat-dong/tin-noi-bat/hoi-nghi-514.html", "article", "514"),
    ("/news/Tin-hoat-dong-30/hoi-nghi-727/", "article", "727"),
    ("/tin-tuc/-y-ban-nh-n-d-n-x--2993.html", "article", "2993"),
    ("/index.php?language=vi&nv=news&op=tin-tuc/hoi-nghi-514", "article", "514"),
    ("/index.php?nv=news&op=tin-tuc%2Fhoi-nghi-514", "article", "514"),
    ("/news/Tin-hoat-dong-30/", "listing", None),
    ("/Tin-hoat-dong-30/", "listing", None),
    ("/vi/news/bau-cu-nhiem-ky-2026-2031", "listing", None),
    ("/tin-tuc/", "listing", None),
    ("/tin-tuc/page-2/", "listing", None),
    ("/vi/news/tin-tuc/page-12", "listing", None),
    ("/index.php?language=vi&nv=news&op=tin-tuc", "listing", None),
    ("/index.php?language=vi&nv=news&op=tin-tuc/page-3", "listing", None),
    ("/feeds/", "listing", None),
    ("/print/tin-tuc/hoi-nghi-514.html", "print", "514"),
    ("/savefile/tin-tuc/hoi-nghi-514.html", "print", "514"),
    ("/vi/news/savefile/huyen/Hon-250-doan-vien-55394", "print", "55394"),
    ("/index.php?nv=news&op=savefile/huyen/hop-ban-6181", "print", "6181"),
    ("/rss/", "feed", None),
    ("/rss/tin-tuc/", "feed", None),
    ("/news/rss/tin-tuc/", "feed", None),
    ("/index.php/hoat-dong/rss/", "feed", None),
    ("/index.php?language=vi&nv=news&op=rss/tin-tuc", "feed", None),
    ("/sitemap.xml", "sitemap", None),
    ("/sitemap-vi.news.xml", "sitemap", None),
    ("/tin-tuc/hoi-nghi-514.html?download=1&id=0", "other", None),
    ("/tin-tuc/hoi-nghi-514.html?pdf=1&id=2", "other", None),
    ("/uploads/news/2024_01/ke-hoach-2024.pdf", "other", None),
    ("/laws/detail/quyet-dinh-12/", "other", None),
    ("/about/gioi-thieu-1.html", "other", None),
    ("/tag/bầu-cử-2026", "other", None),
    ("/topic/dai-hoi-dang-2025/", "other", None),
    ("/groups/tin-noi-bat-1/", "other", None),
    ("/author/ban-tuyen-giao/", "other", None),
    ("/?nvvithemever=m&nv_redirect=a1b2", "deny", None),
    ("/tin-tuc/hoi-nghi-514.html?nvvithemever=r", "deny", None),
    ("/banners/click/?id=3&s=9f", "deny", None),
    ("/index.php?nv=comment&checkss=0c4&page=2", "deny", None),
    ("/index.php?scaptcha=captcha&t=11", "deny", None),
    ("/index.php?second=cronjobs&p=1", "deny", None),
    ("/users/login/?nv_redirect=aa", "deny", None),
    ("/sendmail/tin-tuc/hoi-nghi-514.html", "deny", None),
    ("/seek/?q=dang", "deny", None),
    ("/search/?q=dang&page=2", "deny", None),
    ("/admin/", "deny", None),
]
UIARTICLE = [
    ("/tin-tuc/hoi-nghi-tong-ket-920730", "article", "920730"),
    ("/tin-tuc/d12cbc0a04fb52ce1e4a05806b43b3f1-402310", "article", "402310"),
    ("/tin-tuc/d12cbc0a04fb52ce1e4a05806b43b3f1", "listing", None),
    ("/tin-tuc/x-d12cbc0a04fb52ce1e4a05806b43b3f1", "article", "d12cbc0a04fb52ce1e4a05806b43b3f1"),
    ("/tin-tuc/hoi-đong-nhan-dan-39846", "article", "39846"),
    ("/tin-tuc/-920730", "article", "920730"),
    ("/tin-tuc/mot-nhan-de-cat-giua-chung--920730", "article", "920730"),
    ("/tin-tuc/hoi-nghi-920730.html", "article", "920730"),
    ("/1215/27678/37563/549382/tin-tuc-su-kien/pho-bi-thu-thuong-truc", "article", "549382"),
    ("/vi-vn/tin/hoi-nghi-chi-hoi/64205-79466-222893", "article", "222893"),
    ("/Default.aspx?sid=1&pageid=29&catid=64&id=8123", "article", "8123"),
    ("/1230/27564/45306/xa-son-thuy", "listing", None),
    ("/chinh-tri-kinh-te-62273", "listing", None),
    ("/tin-tuc", "listing", None),
    ("/tin-tuc/page/4", "listing", None),
    ("/tin-tuc?page=4", "listing", None),
    ("/dang-nhap", "deny", None),
    ("/tin-tuc?ReturnUrl=%2F", "deny", None),
]
TANDAN = [
    (
        "/portal/Pages/2024-5-17/DE-CUONG-TUYEN-TRUYENCAhvbq96.aspx",
        "article",
        "portal/2024-5-17/de-cuong-tuyen-truyencahvbq96",
    ),
    (
        "/portal/pages/2023-01-30/Ung-dung-cong-nghe-468686.aspx",
        "article",
        "portal/2023-01-30/ung-dung-cong-nghe-468686",
    ),
    (
        "/TungAnh/pages/2022-10-09/CAC-CHI-DOAN-462632.aspx",
        "article",
        "tunganh/2022-10-09/cac-chi-doan-462632",
    ),
    (
        "/portal/pages/2019/huyen-hoc-tap-kinh-nghiem-1558489190.aspx",
        "article",
        "portal/2019/huyen-hoc-tap-kinh-nghiem-1558489190",
    ),
    ("/portal/Pages/Cong-tac-Dang.aspx", "listing", None),
    ("/portal/Pages/Cong-tac-Dang.aspx?PageIndex=3", "listing", None),
    ("/portal/Pages/default.aspx", "listing", None),
    ("/portal/pages/print.aspx?p=31310", "print", "31310"),
    ("/portal/Photos/2024-05-17/0a1b(2).jpg", "other", None),
    ("/portal/Documents/ke-hoach.docx", "other", None),
    ("/_layouts/15/Authenticate.aspx?Source=%2F", "deny", None),
    ("/portal/Pages/Dang-nhap.aspx", "deny", None),
]
THANHHOA = [
    (
        "/web/trang-chu/tin-tuc-su-kien/ky-hop.html",
        "article",
        "/web/trang-chu/tin-tuc-su-kien/ky-hop.html",
    ),
    (
        "/web/trang-chu/tin-tuc/hoat-dong-cua-hdnd-amp;-ubnd-xa/hop-dan.html",
        "article",
        "/web/trang-chu/tin-tuc/hoat-dong-cua-hdnd-amp;-ubnd-xa/hop-dan.html",
    ),
    ("/web/trang-chu/tin-tuc-su-kien", "listing", None),
    ("/web/trang-chu/tin-tuc-su-kien/trang-4.html", "listing", None),
    ("/web/trang-chu", "listing", None),
    ("/web/trang-chu/dang-nhap", "deny", None),
]
LIFERAY = [
    ("/dang-doan-the/-/view_content/7088981-huyen-uy-hop.html", "article", "7088981"),
    ("/chinh-tri/;%40%40oXyzs/-/view-content/217044/trao-huy-hieu", "article", "217044"),
    ("/chi-tiet-tin/-/view-article/1/1651244226488/1651556145217", "article", "1651556145217"),
    ("/noi-dung/-/cms-icbt/10180/bai-viet/223531", "article", "223531"),
    ("/web/xa-phu-luong/news/-/details/11020130/-ang-bo-xa", "article", "11020130"),
    ("/tin/-/asset_publisher/1mOzUrGkrdAE/content/id/1327765", "article", "1327765"),
    ("/tin/-/asset_publisher/1mOzUrGkrdAE/content/-ai-hoi-xa", "article", "-ai-hoi-xa"),
    ("/tin/-/asset_publisher/content/dai-hoi-xa", "article", "dai-hoi-xa"),
    ("/tin/-/asset_publisher/aAh8JIfHTp7T/content/ra-mat/465526", "article", "ra-mat/465526"),
    (
        "/web/xa-son-mua/xem/-/asset_publisher/Content/ky-hop-lan-2",
        "article",
        "xa-son-mua/ky-hop-lan-2",
    ),
    ("/web/que-thuong/-/mot-bai-viet-12", "article", "web/que-thuong/-/mot-bai-viet-12"),
    ("/tin-chi-tiet/-/chi-tiet/le-ra-mat-4224-138.html", "article", "4224"),
    ("/chi-tiet?id=1691", "article", "1691"),
    ("/chi-tiet-tin-tuc?articleId=1297832", "article", "1297832"),
    ("/chi-tiet-tin/?/ban-tuyen-giao-huyen-uy/17658975", "article", "17658975"),
    (
        "/hoat-dong?p_p_id=101&p_p_lifecycle=0&_101_assetEntryId=13386004&_101_type=content",
        "article",
        "13386004",
    ),
    ("/tin-tuc", "listing", None),
    ("/web/tx-tu-son", "listing", None),
    ("/tin-tuc?p_p_id=101&p_p_lifecycle=0&_101_delta=10&_101_cur=4", "listing", None),
    (
        "/tin-tuc?_com_liferay_asset_publisher_web_portlet_AssetPublisherPortlet_INSTANCE_"
        "aB3dE6gH9jK2_cur=2",
        "listing",
        None,
    ),
    ("/documents/20182/21404/ke-hoach.pdf?t=1650", "other", None),
    ("/image/journal/article?img_id=11&t=1650", "other", None),
    ("/c/portal/update_language?p_l_id=3045&languageId=fi_FI", "deny", None),
    ("/c/portal/login?p_l_id=3045", "deny", None),
    ("/en/en/vi/tin-tuc", "deny", None),
    ("/vi/en/dang-doan-the/-/view_content/7088981-huyen-uy-hop.html", "deny", None),
    ("/tin-tuc?p_p_id=101&p_p_lifecycle=1", "deny", None),
    ("/tin-tuc?p_p_id=101&p_p_state=pop_up", "deny", None),
]
GENERIC = [
    ("/tin-tuc/4512/Hoi-nghi..html", "article", "/tin-tuc/4512/Hoi-nghi..html"),
    ("/trang/TinTuc/12/4512/Hop-xa.html", "article", "/trang/TinTuc/12/4512/Hop-xa.html"),
    ("/page/Article/News/detail/5f1e2d3c4b5a69788796a5b4", "article", "5f1e2d3c4b5a69788796a5b4"),
    ("/tin-tuc/van-nghe/?UserKey=hop-xa", "article", "hop-xa"),
    ("/dev~VanHoc/tin-tuc/?UserKey=hop-xa", "deny", None),
    ("/tin-tuc/mot-nhan-de-dai-cua-bai-viet.html", "article", None),
    ("/-y-ban-nh-n-d-n-x-hi-p-t-n/", "article", None),
    ("/tin-tuc/ky-hop-thuong-le..html", "listing", None),
    ("/tin-tuc/ky-hop-2024..html", "article", "/tin-tuc/ky-hop-2024..html"),
    ("/tin-tuc/ky-hop-lan-thu-12.html", "article", "/tin-tuc/ky-hop-lan-thu-12.html"),
    ("/lich-cong-tac-20241120.html", "article", "/lich-cong-tac-20241120.html"),
    ("/tin-tuc/hop-dan-c812.html", "article", "812"),
    ("/hop-dan-p5n12.html", "article", "12"),
    ("/noi-dung/50123", "article", "50123"),
    ("/Article/2HHT2AsJuuA@/ban-chấp-hành.html", "article", None),
    ("/webcenter/portal/ubnd/pages_tin-tuc/chi-tiet?dDocName=PORTAL077457", "article", None),
    ("/tin-tuc/page/3/", "listing", None),
    ("/tin-tuc/trang-302.html", "listing", None),
    ("/tin-tuc?start=20", "listing", None),
    ("/bm/print/3821", "print", "3821"),
    ("/Portal/PrintItem.aspx?ContentID=114300", "print", "114300"),
    ("/savefile/tin/hop-dan-12.html", "print", "12"),
    ("/feed/", "feed", None),
    ("/sitemap_index.xml", "sitemap", None),
    ("/van-ban/ke-hoach.pdf", "other", None),
    ("/?nvvithemever=m&nv_redirect=abc", "deny", None),
    ("/c/portal/update_language?p_l_id=1", "deny", None),
    ("/en/vi/tin-tuc", "deny", None),
    ("/wp-login.php", "deny", None),
]
CASES = [
    (platform, *case)
    for platform, cases in (
        ("nukeviet", NUKEVIET),
        ("uiarticle", UIARTICLE),
        ("tandan-sharepoint", TANDAN),
        ("thanhhoa-web-trang-chu", THANHHOA),
        ("liferay", LIFERAY),
        ("generic", GENERIC),
    )
    for case in cases
]


@pytest.mark.parametrize(("platform", "place", "kind", "native_id"), CASES)
def test_an_address_says_its_kind_and_key(
    platform: str, place: str, kind: str, native_id: str | None
) -> None:
    found = address(platform, place)
    assert found.kind == kind
    if native_id is not None or kind not in ("article", "print"):
        assert found.native_id == native_id


CANONICAL = [
    ("nukeviet", "/tin-tuc/a-5.html?utm_source=zalo", "/tin-tuc/a-5.html"),
    ("nukeviet", "/tin-tuc/a-5.html?anything=1", "/tin-tuc/a-5.html"),
    ("nukeviet", "/tin-tuc/a-5.html?download=1&id=0", "/tin-tuc/a-5.html?download=1&id=0"),
    ("nukeviet", "/tin-tuc/a-5.html?pdf=1&id=1", "/tin-tuc/a-5.html?pdf=1&id=1"),
    ("nukeviet", "/tag/b%E1%BA%A7u-c%E1%BB%AD", "/tag/b%E1%BA%A7u-c%E1%BB%AD"),
    ("nukeviet", "/tag/bầu-cử", "/tag/b%E1%BA%A7u-c%E1%BB%AD"),
    (
        "uiarticle",
        "/Default.aspx?sid=1&pageid=29&catid=64&id=8123",
        "/Default.aspx?sid=1&pageid=29&catid=64&id=8123",
    ),
    ("uiarticle", "/tin/a-12345?fbclid=x", "/tin/a-12345"),
    ("uiarticle", "/(S(abcdefghijklmnopqrstuvwx))/tin/a-12345", "/tin/a-12345"),
    ("tandan-sharepoint", "/portal/Pages/2024-5-17/A1.aspx?u=1", "/portal/Pages/2024-5-17/A1.aspx"),
    ("tandan-sharepoint", "/portal/pages/print.aspx?p=7", "/portal/pages/print.aspx?p=7"),
    ("liferay", "/en/tin/-/view_content/7-a.html", "/tin/-/view_content/7-a.html"),
    ("liferay", "/vi_VN/tin", "/tin"),
    ("liferay", "/pt/web/guest/chi-tiet?id=1691&_c=37", "/web/guest/chi-tiet?id=1691"),
    ("liferay", "/vi", "/"),
    ("liferay", "/tin/;@@oXyzs/-/view-content/7/a", "/tin/-/view-content/7/a"),
    ("liferay", "/tin?p_p_id=101&p_p_auth=Tx0LlMrQ", "/tin?p_p_id=101"),
    (
        "liferay",
        "/web/x/-/asset_publisher/Content/ky-hop-1?17747114",
        "/web/x/-/asset_publisher/Content/ky-hop-1",
    ),
    (
        "liferay",
        "/tin/-/asset_publisher/abc/content/a?redirect=%2Ftin&inheritRedirect=true",
        "/tin/-/asset_publisher/abc/content/a",
    ),
    (
        "liferay",
        "/documents/20182/21404/ke hoach.pdf?t=1650",
        "/documents/20182/21404/ke%20hoach.pdf?t=1650",
    ),
    ("generic", "/x/TinTuc/View/Nghi-quyet?PageIndex=7", "/x/TinTuc/View/Nghi-quyet"),
    ("generic", "/xa/ManagementNews/DetailNew/55?page=3", "/xa/ManagementNews/DetailNew/55"),
    ("generic", "/a.aspx?ItemID=5&l=Tin+++&lv=1", "/a.aspx?ItemID=5&l=Tin&lv=1"),
    ("generic", "/Mobile/News/55.aspx", "/News/55.aspx"),
    ("generic", "/tin/van/?UserKey=hop-xa&PageIndex=2", "/tin/van/?UserKey=hop-xa"),
    ("generic", "/a?PHPSESSID=0123&b=%E1%BA%A7+c", "/a?b=%E1%BA%A7+c"),
    ("generic", "/a;jsessionid=0A1B?id=3", "/a?id=3"),
    ("generic", "/a?sid=0123456789abcdef01&id=3", "/a?id=3"),
]


@pytest.mark.parametrize(("platform", "place", "canonical"), CANONICAL)
def test_the_canonical_address_keeps_only_what_identifies(
    platform: str, place: str, canonical: str
) -> None:
    profile = get_profile(platform)
    assert profile.canonical(HOST + place) == HOST + canonical


@pytest.mark.parametrize("platform", ["nukeviet", "uiarticle", "liferay", "tandan-sharepoint"])
def test_canonical_is_a_fixed_point(platform: str) -> None:
    profile = get_profile(platform)
    for name, place, _, _ in CASES:
        if name == platform:
            once = profile.canonical(HOST + place)
            assert profile.canonical(once) == once


def test_both_generations_of_an_article_have_one_key() -> None:
    new = address("uiarticle", "/tin-tuc-su-kien/pho-bi-thu-549382")
    old = address("uiarticle", "/1215/27678/37563/549382/tin-tuc-su-kien/pho-bi-thu")
    assert new.native_id == old.native_id == "549382"


def test_default_ports_and_capitals_of_the_host_are_one_address() -> None:
    profile = get_profile("tandan-sharepoint")
    assert profile.canonical("HTTPS://QueThuong.example:443/portal/pages/print.aspx?p=7") == (
        "https://quethuong.example/portal/pages/print.aspx?p=7"
    )
    assert profile.canonical("http://quethuong.example:80/a") == "http://quethuong.example/a"
    assert profile.canonical("http://quethuong.example:443/a") == "http://quethuong.example:443/a"


def test_the_case_of_a_sharepoint_folder_makes_no_second_article() -> None:
    upper = address("tandan-sharepoint", "/portal/Pages/2024-5-17/Hop-danq1w2e3.aspx")
    lower = address("tandan-sharepoint", "/portal/pages/2024-5-17/Hop-danq1w2e3.aspx")
    assert upper.native_id == lower.native_id


def test_equal_slugs_of_two_sites_on_one_liferay_are_two_articles() -> None:
    keys = {
        address("liferay", f"/web/{site}/xem/-/asset_publisher/aB/content/ky-hop").native_id
        for site in ("xa-son-mua", "xa-son-dung")
    }
    assert len(keys) == 2


def test_an_address_that_is_none_has_no_canonical_form(nukeviet: Profile) -> None:
    assert nukeviet.canonical("javascript:void(0)") == ""
    assert nukeviet.canonical("http://[::1") == ""


def test_a_hostile_address_is_judged_quickly() -> None:
    for platform in ("generic", "nukeviet", "uiarticle", "liferay", "tandan-sharepoint"):
        for filler in ("-a", "a", "1-", "/1", "/-", "%40", "a=1&", "-1.html?"):
            get_profile(platform).classify(f"{HOST}/{filler * 1300}?")


@pytest.fixture
def nukeviet() -> Profile:
    return get_profile("nukeviet")
