"""Kinds on the gold pages, the sentences by which pages say what they are, whose page one is."""

from __future__ import annotations

import time

import pytest

from crawler.platforms import get_profile
from crawler.reader import Page, Reading, read
from crawler.reader.document import Document, parse
from crawler.reader.notices import may_hold_notice, notice, says_broken
from crawler.reader.ownership import credible_canonical, foreign_host, is_related
from tests.support.gold import Fixture, fixtures
from tests.support.kind_scores import KINDS, judge, scores

PAGES = {f.name: f for f in fixtures() if f.name.startswith("kind-")}
HOME = "https://queloc.example/tin-tuc/hop-giao-ban-cong-tac-thang-bay-24711.html"
AWAY = "https://ankhe.tinhkhac.gov.vn"


@pytest.mark.parametrize("profiles", [True, False], ids=["profiles", "structure"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_taken_for_its_kind(name: str, profiles: bool) -> None:
    expected, got = judge(PAGES[name], profiles=profiles)
    assert got == expected


@pytest.mark.parametrize("profiles", [True, False], ids=["profiles", "structure"])
def test_no_kind_of_the_gold_pages_is_missed_or_overdone(profiles: bool) -> None:
    found = scores(profiles=profiles)
    assert not found.mistakes
    assert all(found.precision(kind) == found.recall(kind) == 1.0 for kind in KINDS)


def test_a_mistake_costs_precision_and_recall() -> None:
    found = scores(profiles=False)
    found.pairs["article", "rejected"] += 5
    found.pairs["rejected", "rejected as empty"] += 2
    assert found.precision("rejected") < 1 and found.recall("article") < 1
    assert found.recall("rejected") < 1 and found.accuracy < 1


@pytest.mark.parametrize("name", [n for n in PAGES if PAGES[n].expected["kind"] == "article"])
def test_an_article_about_such_things_keeps_its_text(name: str) -> None:
    fixture: Fixture = PAGES[name]
    reading = read(fixture.page(), get_profile("generic"))
    assert (reading.title, reading.text) == (fixture.expected["title"], fixture.expected["text"])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Không tìm thấy trang", "error page"),
        ("Ôi! Không tìm thấy trang này.", "error page"),
        ("Trang bạn yêu cầu không tồn tại hoặc đã được chuyển đi nơi khác.", "error page"),
        ("Tin này đã bị gỡ bỏ hoặc chưa được xuất bản!", "error page"),
        ("Không tìm thấy tài nguyên được yêu cầu.", "error page"),
        ("Lỗi 404", "error page"),
        ("Rất tiếc, đã xảy ra lỗi", "error page"),
        ("Bạn không có quyền truy cập vào trang này", "error page"),
        ("That page can’t be found.", "error page"),
        ("Website đang bảo trì, nâng cấp", "maintenance"),
        ("Cổng thông tin điện tử huyện Quế Lộc đang được bảo trì", "maintenance"),
        ("Hệ thống đang được nâng cấp từ 17h00 ngày 20/6/2024.", "maintenance"),
        ("We’ll be back soon!", "maintenance"),
        ("Yêu cầu của bạn đã bị chặn bởi hệ thống tường lửa.", "block page"),
        ("Tên miền queloc.example đã hết hạn sử dụng", "foreign host"),
        ("Index of /upload", "server page"),
    ],
)
def test_a_notice_is_known(line: str, said: str) -> None:
    assert notice(line) == said
    assert notice(line.upper()) == said
    assert may_hold_notice(line)


@pytest.mark.parametrize(
    "line",
    [
        "Không tìm thấy người thân sau lũ, gia đình nhờ giúp đỡ",
        "Không tìm thấy bài viết nào",
        "Trang trại nuôi lợn của anh Nam không còn tồn tại dịch bệnh",
        "Hệ thống chính trị từ huyện đến cơ sở đang được nâng cao",
        "Hệ thống kênh mương đang xây dựng tại xã An Phú",
        "Hệ thống thủy lợi đang được nâng cấp phục vụ sản xuất",
        "Cổng làng đang xây dựng",
        "Có lỗi trong quản lý đất đai, cán bộ xã bị kỷ luật",
        "500 đại biểu dự Đại hội",
        "Bạn không được phép chủ quan với dịch bệnh",
        "Thông tin bị xóa khỏi hệ thống căn cước trong trường hợp nào",
        "Trang phục truyền thống không còn tồn tại trong đời sống",
        "",
    ],
)
def test_news_in_like_words_is_no_notice(line: str) -> None:
    assert notice(line) is None


def test_a_long_line_is_prose_whatever_it_begins_with() -> None:
    assert notice("Trang không tồn tại. " + "Người dân phản ánh như vậy. " * 20) is None


def test_something_broken_is_something_of_the_web() -> None:
    assert says_broken("Tin tức tạm thời không sẵn dùng: dịch vụ gặp sự cố")
    assert says_broken("The website encountered an unexpected error.")
    assert not says_broken("Ngôi đình cổ không còn tồn tại")


@pytest.mark.parametrize("filler", ["trang ", "website dang ", "ten mien a ", "khong tim ", "a.b."])
def test_a_hostile_line_is_judged_quickly(filler: str) -> None:
    started = time.process_time()
    for size in range(100, 320, 7):
        notice((filler * 60)[:size] + "x" * (size % 5))
        says_broken((filler * 60)[:size])
    assert time.process_time() - started < 1.0


def document(head: str, body: str, url: str = HOME) -> Document:
    found = parse(f"<html><head><title>Tin</title>{head}</head><body>{body}</body></html>", url)
    assert found is not None
    return found


CLAIM = f'<link rel="canonical" href="{AWAY}/tin/a-1.html">'
LINKS = "".join(f'<a href="{AWAY}/{n}">Mục {n}</a>' for n in range(4))


@pytest.mark.parametrize(
    ("head", "body", "foreign"),
    [
        (CLAIM, LINKS, True),
        (f'<meta property="og:url" content="{AWAY}/a">', LINKS, True),
        (CLAIM, LINKS + '<a href="https://www.queloc.example/x">Nhà</a>', False),
        (CLAIM, '<a href="/tin">Tin</a>' * 9, False),
        (CLAIM + f'<meta property="og:url" content="{HOME}">', LINKS, False),
        ("", LINKS, False),
        ('<link rel="canonical" href="http://localhost/tin">', LINKS, False),
        ('<link rel="canonical" href="http://10.0.0.5/tin">', LINKS, False),
        (f'<base href="{AWAY}/">', '<a href="tin">Tin</a>' * 9, False),
    ],
)
def test_claim_and_links_together_make_a_page_foreign(head: str, body: str, foreign: bool) -> None:
    found = foreign_host(document(head, body), Page(b"", HOME))
    assert found == ("ankhe.tinhkhac.gov.vn" if foreign else None)


def test_the_names_of_a_portal_are_its_own() -> None:
    page = document(CLAIM, LINKS)
    named = frozenset(("queloc.example", "ankhe.tinhkhac.gov.vn"))
    assert foreign_host(page, Page(b"", HOME, own_hosts=named)) is None
    assert foreign_host(page, Page(b"", HOME, own_hosts=frozenset(("queloc.example",))))


def test_a_page_from_outside_of_the_portal_is_foreign() -> None:
    page = Page(b"", "https://khac.example/", own_hosts=frozenset(("queloc.example",)))
    assert foreign_host(document("", ""), page) == "khac.example"


def test_an_address_by_number_is_held_against_no_name() -> None:
    page = Page(b"", "http://127.0.0.1:8000/a")
    assert foreign_host(document(CLAIM, LINKS, "http://127.0.0.1:8000/a"), page) is None


@pytest.mark.parametrize(
    ("one", "other", "related"),
    [
        ("www.bacninh.gov.vn", "svhttdl.bacninh.gov.vn", True),
        ("donggiang.gov.vn", "donggiang.quangnam.gov.vn", True),
        ("samson.thanhhoa.gov.vn", "cinecel.com", False),
        ("bacninh.gov.vn", "quangninh.gov.vn", False),
        ("a.gov.vn", "b.gov.vn", False),
        ("tuyengiao.phuyen.gov.vn", "phuyen.dcs.vn", True),
        ("demo.vendor.com.vn", "demo.other.com.vn", False),
    ],
)
def test_hosts_of_one_site_or_name_are_related(one: str, other: str, related: bool) -> None:
    assert is_related(one, other) is related
    assert is_related(other, one) is related


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (HOME, True),
        ("http://www.queloc.example/a", True),
        (f"{AWAY}/bai-viet-1.html", True),
        (f"{AWAY}/", False),
        ("http://localhost:8080/tin-tuc/a-1.html", False),
        ("http://192.168.1.9/tin-tuc/a-1.html", False),
    ],
)
def test_a_canonical_address_of_the_template_is_not_the_pages(said: str, kept: bool) -> None:
    found = credible_canonical(document(f'<link rel="canonical" href="{said}">', ""))
    assert found == (said if kept else None)


def test_the_reading_of_a_template_keeps_the_pages_own_address() -> None:
    reading: Reading = read(PAGES["kind-article-canonical-vendor"].page(), get_profile("generic"))
    assert reading.canonical_url == PAGES["kind-article-canonical-vendor"].url
