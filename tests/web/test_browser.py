"""The pages in a real browser: nothing blocked, nothing broken, usable by keyboard and phone.

Without a browser these tests skip; with CI=true in the environment they fail instead.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from tests.support.serving import address_in, served

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT_MS = 15_000


def find_browser() -> str | None:
    return next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = find_browser()
    if path is None:
        reason = "no chromium on this machine: install it to run the browser tests"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(sample: Path) -> Iterator[str]:
    with served("--db", sample, "--port", 0) as (_, line):
        yield address_in(line).rstrip("/")


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page that fails its test when the browser blocked, missed or complained of anything."""
    complaints: list[str] = []
    context = browser.new_context(base_url=address, locale="vi-VN")
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))

    def check_host(request: Request) -> None:
        if not request.url.startswith(address):
            complaints.append(f"asked another host: {request.url}")

    def check_end(request: Request) -> None:
        # Aborted is what the browser itself gives up: a download's navigation, a page left early.
        if request.failure != "net::ERR_ABORTED":
            complaints.append(f"{request.failure}: {request.url}")

    page.on("request", check_host)
    page.on("requestfailed", check_end)
    yield page
    context.close()
    assert complaints == []


def test_the_front_page_leads_to_an_article_by_search(page: Page) -> None:
    page.goto("/")
    expect(page).to_have_title("khotin: kho tin chính quyền địa phương Việt Nam")
    page.get_by_label("Tìm trong các bài").last.fill('"bi thu dang uy"')
    page.keyboard.press("Enter")
    expect(page.get_by_text("12 dòng", exact=False)).to_be_visible()
    page.locator("td.col-title a").first.click()
    expect(page.locator("article h1")).to_contain_text("Bí thư Đảng uỷ kiểm tra tiến độ kè biển")
    expect(page.get_by_role("heading", name="Bằng chứng")).to_be_visible()


def test_a_bar_of_the_chart_leads_to_its_year(page: Page) -> None:
    page.goto("/")
    page.locator('svg.chart a[href="/archive/articles?year=2016"]').click()
    expect(page).to_have_url(re.compile(r"\?year=2016$"))
    expect(page.locator("tbody tr")).to_have_count(5)


def test_the_language_switch_keeps_the_page_and_is_remembered(page: Page) -> None:
    page.goto("/archive/articles?year=2016")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_text("5 rows", exact=False)).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("heading", name="Articles per year")).to_be_visible()
    page.get_by_role("link", name="Tiếng Việt").click()
    expect(page.get_by_role("heading", name="Số bài theo năm")).to_be_visible()


def test_counts_narrow_the_rows_and_let_go_again(page: Page) -> None:
    page.goto("/archive/articles")
    page.locator("#facet-level").get_by_role("link", name="Cơ quan đảng").click()
    expect(page.locator("tbody tr")).to_have_count(5)
    page.locator("#facet-level").get_by_role("link", name="bỏ").click()
    expect(page.get_by_text("60 dòng", exact=False)).to_be_visible()


def test_column_menus_speak_the_language_and_sort_by_keyboard(page: Page) -> None:
    page.goto("/archive/articles")
    gear = page.locator('th[data-column="title"] svg.dropdown-menu-icon')
    gear.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".dropdown-menu")).to_contain_text("Tiêu đề, đúng như đã đăng.")
    page.get_by_role("link", name="Sắp xếp giảm dần").click()
    expect(page).to_have_url(re.compile("_sort_desc=title"))
    expect(page.locator("td.col-title").first).to_contain_text("Trao nhà tình nghĩa")
    page.locator('th[data-column="category"] svg.dropdown-menu-icon').click()
    page.get_by_role("link", name="Đếm theo cột này").click()
    expect(page.locator("#facet-category")).to_contain_text("Thông báo")


def test_the_filter_form_works(page: Page) -> None:
    page.goto("/archive/articles")
    page.get_by_text("Lọc các dòng").click()
    page.locator('select[name="_filter_column"]').select_option("author")
    page.locator('select[name="_filter_op"]').select_option("contains")
    page.locator('input[name="_filter_value"]').fill("Hoa")
    page.get_by_role("button", name="Áp dụng").click()
    expect(page.get_by_text("30 dòng", exact=False)).to_be_visible()


def test_the_sql_editor_formats_and_runs(page: Page) -> None:
    page.goto("/archive")
    expect(page.locator(".CodeMirror")).to_be_visible()
    page.get_by_role("button", name="Trình bày SQL").click()
    expect(page.locator(".CodeMirror-line").nth(1)).to_have_text("  portal_id,")
    page.get_by_role("button", name="Chạy SQL").click()
    expect(page).to_have_url(re.compile("sql="))
    expect(page.locator("tbody tr").first).to_contain_text("bien-xanh")
    expect(page.locator(".CodeMirror")).to_be_visible()


def test_a_click_downloads_every_row_for_spreadsheets(page: Page, tmp_path: Path) -> None:
    page.goto("/archive/articles?portal_id=dang-bo")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV mọi dòng").click()
    assert download.value.suggested_filename == "articles.csv"
    download.value.save_as(tmp_path / "articles.csv")
    lines = (tmp_path / "articles.csv").read_bytes()
    assert lines.startswith(b"\xef\xbb\xbfid,portal_id,portal_id_label,")
    assert lines.count(b"dang-bo,") == 5


@pytest.mark.parametrize(
    "path",
    ["/", "/archive", "/archive/articles", "/archive/articles/1", "/archive/captures",
     "/archive/captures/1", "/archive/versions/1", "/archive?sql=select+*+from+articles+limit+3"],
)  # fmt: skip
def test_pages_fit_a_phone_and_a_dark_screen(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(color_scheme="dark")
    page.goto(path)
    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1], "the page scrolls sideways"
    ink, paper = page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert brightness(ink) - brightness(paper) > 150


def brightness(colour: str) -> float:
    parts = [int(part) for part in re.findall(r"\d+", colour)[:3]]
    return sum(parts) / 3


def test_the_first_tab_stop_skips_to_the_content(page: Page) -> None:
    page.goto("/archive/articles")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Tới nội dung chính")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#content$"))
