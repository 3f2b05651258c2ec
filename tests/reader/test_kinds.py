"""What is no content, and what only speaks of such things."""

from __future__ import annotations

import json

import pytest

from crawler.platforms import get_profile
from crawler.reader import Page, Reading, read
from crawler.reader.kinds import is_hijacked

URL = "https://quethuong.example/tin-tuc/cong-an-huyen-triet-pha-duong-day-danh-bac-51423.html"
PARAGRAPHS = (
    "Sáng ngày 05/01, Công an huyện tổ chức họp báo thông tin về kết quả đấu tranh với tội phạm "
    "đánh bạc trên không gian mạng, có sự tham dự của đại diện các phòng, ban trong huyện.",
    "Theo báo cáo, lực lượng chức năng đã khởi tố 12 bị can, thu giữ nhiều tang vật có liên quan, "
    "đồng thời tuyên truyền để người dân không tham gia các hình thức này.",
    "Phát biểu tại buổi họp báo, lãnh đạo Công an huyện đề nghị các cơ quan, đoàn thể tiếp tục "
    "phối hợp vận động nhân dân chấp hành pháp luật, tố giác tội phạm.",
)


def page(
    body: bytes | str,
    content_type: str | None = "text/html; charset=utf-8",
    url: str | None = URL,
    status: int = 200,
    method: str = "GET",
) -> Reading:
    data = body.encode() if isinstance(body, str) else body
    headers = (("content-type", content_type),) if content_type else ()
    return read(Page(data, url, headers, status, request_method=method))


def html(title: str, inside: str, head: str = "") -> str:
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title>{head}</head>"
        f"<body>{inside}</body></html>"
    )


def article(title: str, *paragraphs: str) -> str:
    """A small article page without anything of a portal round it."""
    told = "".join(f"<p>{text}</p>" for text in paragraphs or PARAGRAPHS)
    stamp = "<div class='date'>05/01/2024 15:10</div>"
    return html(title, f"<h1>{title}</h1>{stamp}<div class='content'>{told}</div>")


FLOOD = html(
    "Hãy đợi...",
    "<div class='floodblocker'>Hệ thống đang từ chối truy cập của bạn. Hãy đợi "
    "<span id='secField'>59</span> giây</div>",
)


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "https://quethuong.example/robots.txt",
        "https://quethuong.example/rss/",
        "https://quethuong.example/sitemap.xml",
        None,
    ],
)
@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "text/plain", None])
def test_the_flood_page_with_status_200_is_a_block_page(
    url: str | None, content_type: str | None
) -> None:
    found = page(FLOOD, content_type, url)
    assert (found.kind, found.reason, found.links) == ("rejected", "block page", [])


@pytest.mark.parametrize("platform", ["nukeviet", "liferay", "generic", "uiarticle"])
def test_the_flood_page_is_known_under_every_profile(platform: str) -> None:
    found = read(Page(FLOOD.encode(), URL), get_profile(platform))
    assert found.reason == "block page"


@pytest.mark.parametrize(
    ("title", "text", "reason"),
    [
        ("Just a moment...", "Checking your browser before accessing", "block page"),
        ("Attention Required! | Cloudflare", "Sorry, you have been blocked", "block page"),
        ("Request Rejected", "The requested URL was rejected. Support ID: 1", "block page"),
        ("403 Forbidden", "nginx", "block page"),
        ("", "Truy cập của bạn đã bị chặn. Liên hệ quản trị.", "block page"),
        ("404 Not Found", "The requested URL was not found on this server.", "error page"),
        ("404", "Oops!", "error page"),
        ("Lỗi truy cập 404 - Cổng TTĐT", "Trang bạn yêu cầu không tồn tại.", "error page"),
        ("Cổng thông tin | Không tìm thấy trang", "Quay lại trang chủ", "error page"),
        ("Cổng thông tin điện tử", "Lỗi 404: không tìm thấy nội dung", "error page"),
        ("Cổng thông tin điện tử", "Trang này không tồn tại", "error page"),
        ("Runtime Error", "Server Error in '/' Application.", "error page"),
        ("", "Server Error in '/' Application. Runtime Error", "error page"),
        ("502 Bad Gateway", "openresty", "error page"),
    ],
)
def test_small_pages_of_servers_are_refused(title: str, text: str, reason: str) -> None:
    found = page(html(title, f"<h1>{text}</h1>"))
    assert (found.kind, found.reason) == ("rejected", reason)


def test_a_login_page_is_refused() -> None:
    form = "<form><input name='u'><input type='password' name='p'></form>"
    found = page(html("Đăng nhập hệ thống - Cổng TTĐT", f"<h2>Đăng nhập</h2>{form}"))
    assert (found.kind, found.reason) == ("rejected", "login")


@pytest.mark.parametrize(
    "title",
    [
        "Khắc phục lỗi 404 khi truy cập Cổng Dịch vụ công quốc gia trên máy tính",
        "Cảnh báo trang web giả mạo cơ quan nhà nước, từ chối truy cập dịch vụ của người dân",
        "Hướng dẫn đăng nhập và xác thực tài khoản định danh điện tử mức độ 2",
        "500 đại biểu dự Đại hội đại biểu Đảng bộ huyện lần thứ XXII",
        "404 hộ nghèo được hỗ trợ xây nhà",
        "Hãy đợi thêm ít ngày nữa để có kết quả chính thức của kỳ thi",
        "Không tìm thấy dấu hiệu dịch bệnh trên đàn gia súc của các hộ dân",
        "Công an huyện triệt phá đường dây cá độ bóng đá, lô đề qua mạng",
        "Triệt xóa sòng bài, bắt quả tang 12 đối tượng chơi xóc đĩa, tài xỉu",
        "Bắt giữ nhóm tổ chức casino trực tuyến trên địa bàn huyện",
    ],
)
def test_news_about_such_things_is_news(title: str) -> None:
    login = "<form><input type='password'></form>"
    found = page(article(title).replace("</body>", f"{login}</body>"))
    assert (found.kind, found.title, found.reason) == ("article", title, None)
    assert found.text is not None and PARAGRAPHS[0] in found.text


def test_a_long_report_of_a_gambling_trial_is_news() -> None:
    told = [
        "Các bị cáo lập trang casino, nhận cá độ bóng đá, ghi lô đề online rồi chia tiền cho nhau.",
        "Tòa án nhân dân huyện xét xử sơ thẩm vụ án đánh bạc, tổ chức đánh bạc dưới hình thức tài "
        "xỉu, xóc đĩa, nổ hũ; Viện kiểm sát đề nghị mức án từ 3 đến 7 năm tù.",
        *PARAGRAPHS,
    ]
    assert page(article("Xét xử vụ án đánh bạc tại xã An Phú", *told)).kind == "article"


def test_a_hijacked_page_is_refused() -> None:
    told = [
        "Nhà cái uy tín hàng đầu, casino trực tuyến, nổ hũ đổi thưởng, tài xỉu online, link vào "
        "không bị chặn, khuyến mãi nạp lần đầu một trăm phần trăm cho thành viên mới.",
        "Baccarat, xóc đĩa, bắn cá đổi thưởng, slot game quay hũ với tỷ lệ thắng cao, rút tiền "
        "nhanh trong năm phút, chăm sóc khách hàng suốt ngày đêm.",
    ]
    found = page(article("Nhà cái số một - link vào mới nhất 2024 hôm nay", *told))
    assert (found.kind, found.reason) == ("rejected", "gambling words")


@pytest.mark.parametrize(
    ("title", "text", "hijacked"),
    [
        ("Casino online", "casino đẹp", True),
        ("Hội nghị", "casino", False),
        ("Nhà cái", None, False),
        (None, None, False),
        ("Tin", "cá độ cá độ cá độ cá độ", False),
        ("Tin", "casino, cá độ, nổ hũ, tài xỉu", True),
        ("Tin", "casino, cá độ, nổ hũ, tài xỉu: công an bắt giữ", False),
    ],
)
def test_many_words_of_gambling_and_none_of_law_make_a_hijacked_page(
    title: str | None, text: str | None, hijacked: bool
) -> None:
    assert is_hijacked(title, text) is hijacked


@pytest.mark.parametrize(
    "body",
    [
        b"", b"   \r\n", b"\xef\xbb\xbf", b"\x00\x00\x00", b"<html></html>", b"<!-- x -->",
        b"<html><head><title>x</title></head><body>  <script>var a=1</script></body></html>",
    ],
)  # fmt: skip
def test_an_empty_page_is_refused(body: bytes) -> None:
    found = page(body)
    assert (found.kind, found.reason) == ("rejected", "empty")


@pytest.mark.parametrize("body", [b"", b"  \n", b"<div></div>", json.dumps({"d": ""}).encode()])
def test_an_empty_answer_to_a_pager_is_the_end_of_the_list(body: bytes) -> None:
    found = page(body, url="https://quethuong.example/Pager.aspx/Load", method="POST")
    assert (found.kind, found.links) == ("listing", [])


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "text/html"),
        (b"\r\n%PDF-1.4", "text/html"),
        (b"\x89PNG\r\n\x1a\n", None),
        (b"GIF89a..", "text/html"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "text/html; charset=utf-8"),
        (b"PK\x03\x04\x14\x00", "text/html"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "application/octet-stream"),
        (b"<html>x</html>", "application/pdf"),
        (b"<html>x</html>", "image/jpeg"),
        (bytes(range(256)) * 8, "text/html"),
        (b"\x01\x02\x03\x04\x05" * 200, "text/html"),
        (b'{"items": [{"Title": "a"}], "total": 3}', "application/json"),
        (b'[{"Title": "a"}]', "text/html"),
    ],
)
def test_what_is_no_html_is_refused_whatever_its_type_says(
    body: bytes, content_type: str | None
) -> None:
    found = page(body, content_type)
    assert (found.kind, found.reason) == ("rejected", "not HTML")


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503])
def test_an_error_status_is_the_reason(status: int) -> None:
    found = page(article("Một bài viết bình thường của huyện"), status=status)
    assert (found.kind, found.reason) == ("rejected", f"HTTP {status}")


@pytest.mark.parametrize(
    ("markup", "target"),
    [
        ('<meta http-equiv="refresh" content="0; url=/portal/Pages/default.aspx">',
         "https://quethuong.example/portal/Pages/default.aspx"),
        ("<META HTTP-EQUIV=REFRESH CONTENT=\"0;URL='http://khac.example/'\">",
         "http://khac.example/"),
        ('<meta http-equiv="refresh" content="5, /moi"><p>Trang đã chuyển.</p>',
         "https://quethuong.example/moi"),
        ("<script>window.location.href = '/vi';</script>", "https://quethuong.example/vi"),
        ('<script>location.replace("/vi");</script>', "https://quethuong.example/vi"),
        ("<script>document.location='https://khac.example/a?b=1'</script><noscript>x</noscript>",
         "https://khac.example/a?b=1"),
    ],
)  # fmt: skip
def test_a_refresh_on_an_empty_page_leads_elsewhere(markup: str, target: str) -> None:
    found = page(html("Cổng", markup))
    assert (found.kind, found.reason) == ("rejected", "refresh")
    assert [(link.url, link.kind) for link in found.links] == [(target, "other")]


@pytest.mark.parametrize(
    "markup",
    [
        '<meta http-equiv="refresh" content="600">',
        f'<meta http-equiv="refresh" content="600; url={URL}">',
        '<meta http-equiv="refresh" content="300;url=/tin-tuc">' + f"<p>{PARAGRAPHS[0]}</p>" * 3,
        '<meta http-equiv="refresh" content="0;url=javascript:alert(1)">',
        '<meta http-equiv="refresh" content="">',
        "<script>if (x) { window.location = '/in'; }</script>" + f"<p>{PARAGRAPHS[0]}</p>" * 3,
        "<a href='/tin-tuc'>Vào trang</a><script>var f=function(){location.href='/x'}</script>",
    ],
)
def test_a_page_that_refreshes_itself_or_says_something_is_a_page(markup: str) -> None:
    assert page(html("Cổng", markup)).reason != "refresh"


def test_a_listing_with_the_word_404_in_it_is_a_listing() -> None:
    rows = "".join(
        f"<li><a href='/tin-tuc/khac-phuc-loi-404-tren-cong-thong-tin-{n}5123.html'>"
        f"Khắc phục lỗi 404 trên Cổng, phần {n}</a></li>"
        for n in range(8)
    )
    found = page(html("Tin tức", f"<ul>{rows}</ul>"), url="https://quethuong.example/tin-tuc")
    assert found.kind == "listing"
    assert sum(1 for link in found.links if link.kind == "article") == 8
