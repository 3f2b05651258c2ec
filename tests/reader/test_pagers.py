"""The next page of a listing, by every kind of pager; and the ends of lists."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, quote

import pytest

from crawler.platforms import Profile, get_profile
from crawler.reader import Link, Page, read

HOST = "https://quethuong.example"


def rows(number: int = 6, address: str = "/tin-tuc/huyen-uy-hop-ban-thang-nay-{0}5123.html") -> str:
    items = (
        f"<li><a href='{address.format(n)}'>Huyện ủy họp bàn công việc, phần {n}</a></li>"
        for n in range(number)
    )
    return f"<ul>{''.join(items)}</ul>"


def reading_of(
    inside: str, place: str, platform: str, *, post: str | None = None, head: str = ""
) -> list[Link]:
    markup = f"<html><head><title>Tin tức</title>{head}</head><body>{inside}</body></html>"
    page = Page(
        markup.encode(),
        HOST + place,
        (("content-type", "text/html; charset=utf-8"),),
        request_method="POST" if post is not None else "GET",
        request_body=post,
    )
    found = read(page, get_profile(platform))
    assert found.kind == "listing"
    return found.links


def following(
    pager: str,
    place: str = "/tin-tuc",
    platform: str = "generic",
    *,
    post: str | None = None,
    head: str = "",
) -> Link | None:
    links = reading_of(rows() + pager, place, platform, post=post, head=head)
    return next((link for link in links if link.kind == "next"), None)


def url_of(link: Link | None) -> str | None:
    return None if link is None else link.url.removeprefix(HOST)


def fields_of(link: Link | None) -> dict[str, str]:
    assert link is not None and link.method == "POST" and link.form is not None
    return dict(parse_qsl(link.form, keep_blank_values=True))


@pytest.mark.parametrize(
    ("place", "pager", "url"),
    [
        ("/tin-tuc", "<a rel='next' href='/tin-tuc?page=2'>2</a>", "/tin-tuc?page=2"),
        ("/tin-tuc", "<a href='/tin-tuc?page=2'>2</a><a href='?page=3'>3</a>", "/tin-tuc?page=2"),
        ("/tin-tuc", "<a href='/tin-tuc/page/2/'>»</a>", "/tin-tuc/page/2/"),
        ("/tin-tuc", "<a href='/tin-tuc/page/2'>›</a><a href='/tin-tuc/page/9'>»</a>",
         "/tin-tuc/page/2"),
        ("/tin-tuc", "<a href='/tin-tuc/page-2'>Trang sau</a>", "/tin-tuc/page-2"),
        ("/tin-tuc", "<a href='/tin-tuc/trang-2.html'>Trang tiếp theo »</a>",
         "/tin-tuc/trang-2.html"),
        ("/tin-tuc", "<a href='/tin-tuc?page=2'>Tiếp &rarr;</a>", "/tin-tuc?page=2"),
        ("/tin-tuc", "<a href='/tin-tuc?page=2'>Xem thêm</a>", "/tin-tuc?page=2"),
        ("/tin-tuc", "<a href='/tin-tuc/page/2/'>← Cũ hơn</a>", "/tin-tuc/page/2/"),
        ("/tin-tuc", "<a href='/tin-tuc/page/2/'>Bài cũ hơn →</a>", "/tin-tuc/page/2/"),
        ("/tin-tuc", "<a href='/tin-tuc?page=2' title='Trang sau'><i class='fa'></i></a>",
         "/tin-tuc?page=2"),
        ("/tin-tuc", "<a href='/tin-tuc?page=2' aria-label='Next'><svg></svg></a>",
         "/tin-tuc?page=2"),
        ("/tin-tuc", "<a class='next-pages' href='/chuyen-muc-tin-c21-2.html?page=2'></a>",
         "/chuyen-muc-tin-c21-2.html?page=2"),
        ("/tin-tuc", "<li class='pager__item--next'><a href='?page=1'>x</a></li>",
         "/tin-tuc?page=1"),
        ("/tin-tuc?page=2", "<a href='?page=1'>«</a><a href='?page=3'>»</a>", "/tin-tuc?page=3"),
        ("/tin-tuc?page=9", "<a href='?page=1'>1</a>...<a href='?page=8'>8</a><b>9</b>"
         "<a href='?page=10'>10</a><a href='?page=11'>11</a>...<a href='?page=99'>99</a>",
         "/tin-tuc?page=10"),
        ("/tin-tuc?page=10", "<a href='?page=1'>1</a>...<a href='?page=9'>9</a><b>10</b>"
         "<a href='?page=11'>11</a>...<a href='?page=99'>99</a>", "/tin-tuc?page=11"),
        ("/tin-tuc/trang-20.html", "<a href='/tin-tuc/trang-2.html'>2</a>"
         "<a href='/tin-tuc/trang-21.html'>21</a>", "/tin-tuc/trang-21.html"),
        ("/tin-tuc?start=20", "<a href='?start=0'>1</a><a href='?start=10'>2</a>"
         "<span class='current'>3</span><a href='?start=30'>4</a><a href='?start=200'>21</a>",
         "/tin-tuc?start=30"),
        ("/tin-tuc", "<a href='/khac?id=2'>2</a>", None),
        ("/tin-tuc", "<a href='https://khac.example/tin-tuc?page=2'>2</a>", None),
        ("/tin-tuc?page=5", "<a href='?page=4'>4</a><span>5</span>", None),
        ("/tin-tuc?page=5", "<a href='?page=4'>«</a><a class='disabled' href='?page=6'>»</a>",
         None),
        ("/tin-tuc?page=5", "<li class='disabled'><a href='?page=6'>»</a></li>", None),
        ("/tin-tuc?page=5", "<li class='disabled'><a rel='next' href='?page=6'>»</a></li>", None),
        ("/tin-tuc?page=5", "<a href='#'>»</a><a href='javascript:;'>Sau</a>", None),
        ("/tin-tuc?page=5", "<a href='?page=5'>»</a>", None),
        ("/tin-tuc", "<a href='/login?page=2'>»</a>", None),
        ("/tin-tuc", "", None),
    ],
)  # fmt: skip
def test_a_pager_is_known_by_its_looks(place: str, pager: str, url: str | None) -> None:
    assert url_of(following(pager, place)) == url


def test_a_base_address_leads_the_pager_too() -> None:
    head = "<base href='https://quethuong.example/muc/'>"
    assert url_of(following("<a href='tin?page=2'>2</a>", "/a/b/c", head=head)) == "/muc/tin?page=2"


def nukeviet_pager(current: int, last: int) -> str:
    """As the software prints it: rel=next on all later pages, and broken items from page 2 on."""
    base = "/tin-tuc/"
    parts = []
    if current > 1:
        parts.append(f"<li><a rel='prev' href='{base}'>&laquo;</a></li>")
    for n in range(1, last + 1):
        rel = "next" if n > current else "prev"
        here = f"<li class='active'><a href='#'>{n}</a>" + ("<li>" if current > 1 else "</li>")
        parts.append(
            here if n == current else f"<li><a rel='{rel}' href='{base}page-{n}/'>{n}</a></li>"
        )
    if current < last:
        parts.append(f"<li><a rel='next' href='{base}page-{current + 1}/'>&raquo;</a></li>")
    return f"<ul class='pagination'>{''.join(parts)}</ul>"


@pytest.mark.parametrize("platform", ["nukeviet", "generic"])
@pytest.mark.parametrize(("current", "last"), [(1, 2), (1, 12), (2, 12), (9, 12), (10, 12)])
def test_nukeviet_goes_on_by_one_page(platform: str, current: int, last: int) -> None:
    place = "/tin-tuc/" if current == 1 else f"/tin-tuc/page-{current}/"
    found = following(nukeviet_pager(current, last), place, platform)
    assert url_of(found) == f"/tin-tuc/page-{current + 1}/"


@pytest.mark.parametrize("platform", ["nukeviet", "generic"])
def test_the_last_page_of_nukeviet_has_no_next(platform: str) -> None:
    assert following(nukeviet_pager(12, 12), "/tin-tuc/page-12/", platform) is None


def liferay_pager(current: int, last: int, name: str = "_101_INSTANCE_k21403Zq7Wx2") -> str:
    def link(number: int, text: str, off: bool) -> str:
        href = "javascript:;" if off else f"/tin-tuc?p_p_id=101&amp;{name}_cur={number}"
        return f"<li{' class=disabled' if off else ''}><a href='{href}'>{text}</a></li>"

    return (
        "<ul class='pager lfr-pagination-buttons'>"
        + link(1, "&larr; Đầu tiên", current == 1)
        + link(current - 1, "Trước", current == 1)
        + link(current + 1, "Tiếp theo", current == last)
        + link(last, "Cuối cùng &rarr;", current == last)
        + "</ul>"
    )


@pytest.mark.parametrize(
    "name",
    [
        "_101",
        "_101_INSTANCE_k21403Zq7Wx2",
        "_com_liferay_asset_publisher_web_portlet_AssetPublisherPortlet_INSTANCE_aB3dE6gH9jK2",
    ],
)
@pytest.mark.parametrize("platform", ["liferay", "generic"])
def test_liferay_counts_in_a_parameter_of_its_portlet(name: str, platform: str) -> None:
    first = following(liferay_pager(1, 12, name), "/tin-tuc", platform)
    assert url_of(first) == f"/tin-tuc?p_p_id=101&{name}_cur=2"
    place = f"/tin-tuc?p_p_id=101&{name}_cur=9"
    assert url_of(following(liferay_pager(9, 12, name), place, platform)) == (
        f"/tin-tuc?p_p_id=101&{name}_cur=10"
    )
    place = f"/tin-tuc?p_p_id=101&{name}_cur=12"
    assert following(liferay_pager(12, 12, name), place, platform) is None


def test_a_language_prefix_does_not_double_a_list() -> None:
    pager = "<ul class='pager lfr-pagination-buttons'><li><a>a</a></li><li><a>b</a></li>"
    pager += "<li><a href='/en/tin-tuc?_101_cur=2&amp;p_p_auth=x1'>Next</a></li></ul>"
    assert url_of(following(pager, "/tin-tuc", "liferay")) == "/tin-tuc?_101_cur=2"


PAGER = "/DesktopModule/UIArticleInMenu/ArticleInMenuPagination.aspx/LoadArticle"
SCRIPT = '<script>var article_category_id = "28540"; var site_id: 1291; function f(){}</script>'
ITEMS = "/tin-tuc/huyen-uy-hop-ban-{0}05123"


def test_an_ajax_pager_is_filled_from_the_page_and_counted_on_from_its_answers() -> None:
    links = reading_of(rows(address=ITEMS) + SCRIPT, "/tin-tuc", "uiarticle")
    link = next(link for link in links if link.kind == "next")
    assert url_of(link) == PAGER
    form = fields_of(link)
    assert (form["article_category_id"], form["site_id"], form["lang"]) == (
        "28540", "1291", "vi-VN",
    )  # fmt: skip
    assert (form["page_size"], form["keyword"]) == ("15", "")
    number = int(form["page"])
    for step in range(1, 12):
        answer = reading_of(rows(address=ITEMS), PAGER, "uiarticle", post=link.form)
        link = next(link for link in answer if link.kind == "next")
        assert url_of(link) == PAGER
        assert fields_of(link) == {**form, "page": str(number + step)}


def test_an_ajax_answer_wrapped_in_json_is_a_list_too() -> None:
    body = json.dumps({"d": rows(address=ITEMS)}).encode()
    page = Page(
        body,
        HOST + PAGER,
        (("content-type", "application/json"),),
        request_method="POST",
        request_body="page=3&site_id=1291",
    )
    found = read(page, get_profile("uiarticle"))
    assert found.kind == "listing"
    assert sum(link.kind == "article" for link in found.links) == 6
    assert fields_of(next(link for link in found.links if link.kind == "next"))["page"] == "4"


@pytest.mark.parametrize("inside", ["<div class='ArticleList'></div>", "<p>Không có tin</p>"])
def test_an_ajax_answer_without_items_is_the_end(inside: str) -> None:
    page = Page(
        inside.encode(), HOST + PAGER, request_method="POST", request_body="page=30&site_id=1291"
    )
    found = read(page, get_profile("uiarticle"))
    assert (found.kind, found.links) == ("listing", [])


def test_an_ajax_pager_without_its_numbers_is_none() -> None:
    assert following("<script>var site_id = 5;</script>", "/tin-tuc", "uiarticle") is None


def grid(
    shown: list[int | str], current: int, *, quoted: str = "&#39;", arrow: str | None = None
) -> str:
    """The pager of an ASP.NET grid: links that send the form, the current page as a span."""

    def send(argument: str) -> str:
        return f"javascript:__doPostBack({quoted}ctl00$gv{quoted},{quoted}{argument}{quoted})"

    cells = []
    for entry in shown:
        number = current + 1 if entry == "..." else entry
        inner = f'<a href="{send(f"Page${number}")}">{entry}</a>'
        cells.append(f"<td>{f'<span>{current}</span>' if entry == current else inner}</td>")
    if arrow:
        cells.append(f'<td><a href="{send("Page$Next")}">{arrow}</a></td>')
    hidden = (
        '<input type="hidden" name="__VIEWSTATE" value="/wEPDwUK+Zz==">'
        '<input type="hidden" name="__EVENTVALIDATION" value="x&amp;y">'
        '<input type="hidden" name="__EVENTTARGET" value=""><input type="text" name="q" value="z">'
    )
    return (
        f'<form method="post" action="./Tin.aspx?a=1">{hidden}<table><tr>{"".join(cells)}</tr>'
        "</table></form>"
    )


@pytest.mark.parametrize("platform", ["tandan-sharepoint", "generic"])
@pytest.mark.parametrize(
    ("shown", "current"),
    [
        ([1, 2, 3], 1),
        ([1, 2, 3], 2),
        (["...", 10, 11, 12], 10),
        (["...", 11, 12, 13], 12),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, "..."], 10),
    ],
)
def test_a_grid_sends_the_number_after_the_plain_one(
    platform: str, shown: list[int | str], current: int
) -> None:
    if shown[0] == "...":
        shown = shown[1:]
    link = following(grid(shown, current), "/portal/Pages/Tin.aspx", platform)
    assert url_of(link) == "/portal/Pages/Tin.aspx?a=1"
    assert fields_of(link) == {
        "__VIEWSTATE": "/wEPDwUK+Zz==",
        "__EVENTVALIDATION": "x&y",
        "__EVENTTARGET": "ctl00$gv",
        "__EVENTARGUMENT": f"Page${current + 1}",
    }


def test_the_form_that_was_sent_says_which_page_this_is() -> None:
    sent = f"__EVENTARGUMENT={quote('Page$4')}"
    link = following(grid([1, 2, 3, 5, 6], 9), "/portal/Pages/Tin.aspx", "generic", post=sent)
    assert fields_of(link)["__EVENTARGUMENT"] == "Page$5"


def test_a_grid_with_an_arrow_goes_on_by_it() -> None:
    link = following(grid([], 1, arrow="»"), "/portal/Pages/Tin.aspx", "tandan-sharepoint")
    assert fields_of(link)["__EVENTARGUMENT"] == "Page$Next"


def test_double_quotes_in_a_postback_are_the_same() -> None:
    link = following(grid([1, 2], 1, quoted="&quot;"), "/portal/Pages/Tin.aspx")
    assert fields_of(link)["__EVENTARGUMENT"] == "Page$2"


def test_the_last_page_of_a_grid_has_no_next() -> None:
    assert following(grid([1, 2, 3], 3), "/portal/Pages/Tin.aspx", "tandan-sharepoint") is None
    assert following(grid([11, 12, 13], 13), "/portal/Pages/Tin.aspx", "generic") is None


def test_a_postback_that_is_no_pager_is_left_alone() -> None:
    form = "<form><a href=\"javascript:__doPostBack('ctl00$lnkLogin','')\">Đăng nhập</a></form>"
    assert following(form, "/portal/Pages/Tin.aspx", "tandan-sharepoint") is None


def test_sharepoint_pages_may_also_count_in_the_query() -> None:
    pager = "<a href='/portal/Pages/Tin.aspx?PageIndex=2'>2</a>"
    found = following(pager, "/portal/Pages/Tin.aspx", "tandan-sharepoint")
    assert url_of(found) == "/portal/Pages/Tin.aspx?PageIndex=2"
    found = following(pager, "/portal/Pages/Tin.aspx?PageIndex=2", "tandan-sharepoint")
    assert found is None


def test_a_file_without_an_address_has_no_pager_by_post(nukeviet: Profile) -> None:
    found = read(Page((rows() + grid([1, 2], 1)).encode()), nukeviet)
    assert [link for link in found.links if link.method == "POST"] == []


@pytest.fixture
def nukeviet() -> Profile:
    return get_profile("nukeviet")
