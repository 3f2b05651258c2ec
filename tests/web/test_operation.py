"""The operator's pages: how portals stand, what runs did, how a portal's visits went."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect, sync_playwright

from crawler.archive.db import Archive
from crawler.web.site import close_site, make_site
from tests.support.sample_archive import PORTALS, make_archive
from tests.support.serving import address_in, served
from tests.web.test_browser import FLAGS, find_browser

Ask = Callable[..., Any]
EN = {"accept-language": "en"}
LISTED = (120, 118, 121, 119, 124, 117, 12)
PAGES = ("/van-hanh", "/van-hanh/luot/8", "/van-hanh/cong/nui-cao")


def watched(path: Path) -> Path:
    """An archive with eight runs, the last of which found one portal changed."""
    make_archive(path, 30)
    with Archive.open(path) as archive, archive.atomic() as db:
        for place, listed in enumerate(LISTED):
            run = place + 2
            day = f"2026-10-{10 + place:02d}"
            db.execute(
                "INSERT INTO runs VALUES (?, ?, ?, 'done', '{}', '1')",
                (run, f"{day}T06:00:00+07:00", f"{day}T06:20:00+07:00"),
            )
            for portal in PORTALS:
                suspect = portal.id == "nui-cao" and listed < 50
                measures = {
                    "listed": listed, "articles": 5, "median_chars": 1800, "newest_days": 1.0,
                    "coverage": {"title": 1.0, "published_at": 0.98},
                }  # fmt: skip
                db.execute(
                    "INSERT INTO portal_runs(run_id, portal_id, pages, articles_new, rejected, "
                    "reasons, state, why, measures) VALUES (?, ?, 40, ?, 2, ?, ?, ?, ?)",
                    (
                        run,
                        portal.id,
                        place * 3 % 11,
                        json.dumps({"block page": 2, "gone": 1}),
                        "suspect" if suspect else "done",
                        "layout changed: lists 12 articles, 119 before" if suspect else None,
                        json.dumps(measures),
                    ),
                )
        db.execute(
            "INSERT INTO portal_events(portal_id, kind, detail, first_seen_at, last_seen_at, "
            "ended_at) VALUES ('nui-cao', 'moved', '<b>http://moi.test/</b>', "
            "'2026-09-01T06:00:00+07:00', '2026-09-03T06:00:00+07:00', '2026-09-04T06:00:00+07:00')"
        )
        db.execute(
            "INSERT INTO problems(at, run_id, portal_id, stage, kind) "
            "VALUES ('2026-10-16T06:01:00+07:00', 8, 'nui-cao', 'fetch', 'time out')"
        )
    return path


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return watched(tmp_path_factory.mktemp("watched") / "archive.db")


@pytest.fixture(scope="module")
def ask(archive: Path) -> Iterator[Ask]:
    site = make_site(archive)

    def get(path: str, **options: Any) -> Any:
        options.setdefault("headers", {"accept-language": "vi"})
        return asyncio.run(site.client.get(path, **options))

    yield get
    close_site(site)


def test_the_front_page_leads_operators_to_their_pages(ask: Ask) -> None:
    assert 'href="/van-hanh"' in ask("/").text
    assert "For operators" in ask("/", headers=EN).text


def test_what_is_wrong_comes_first_with_its_reason(ask: Ask) -> None:
    page = ask("/van-hanh").text
    assert "1 trong 3 cổng cần người xem xét." in page
    assert re.findall(r'href="/van-hanh/cong/([^"]+)"', page)[0] == "nui-cao"
    assert "layout changed: lists 12 articles, 119 before" in page
    assert page.count('<rect class="bar"') == 8
    assert "1 of 3 portals need somebody" in ask("/van-hanh", headers=EN).text


def test_a_run_shows_its_portals_and_its_problems(ask: Ask) -> None:
    page = ask("/van-hanh/luot/8").text
    assert "Lượt chạy 16/10/2026 06:00" in page
    assert "block page 2, gone 1" in page
    assert "/archive/problems?run_id=8&amp;stage=fetch&amp;kind=time%20out" in page
    assert ask("/archive/problems?run_id=8&stage=fetch&kind=time%20out").text.count("nui-cao") > 0


def test_a_portal_shows_its_visits_as_pictures_and_what_befell_it(ask: Ask) -> None:
    page = ask("/van-hanh/cong/nui-cao").text
    assert page.count("<svg class=") == 2
    assert page.count('<rect class="bar"') == 8 + 7  # the first visit was not counted to its end
    assert "<title>16/10: 12</title>" in page
    assert "01/09/2026 – 04/09/2026: moved" in page
    assert "&lt;b&gt;http://moi.test/&lt;/b&gt;" in page
    assert "98 %" in page


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_speak_both_languages_and_carry_no_inline_code(ask: Ask, path: str) -> None:
    for headers, language in ((EN, "en"), ({"accept-language": "vi"}, "vi")):
        answer = ask(path, headers=headers)
        assert answer.status_code == 200
        assert f'<html lang="{language}">' in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        for inline in ("<script", "<style", " style=", " onclick=", "javascript:"):
            assert inline not in answer.text
    english = path.replace("van-hanh", "operation").replace("luot", "run").replace("cong", "portal")
    assert ask(english).status_code == 200


@pytest.mark.parametrize("path", ["/van-hanh/luot/99", "/van-hanh/cong/khong-co", "/van-hanh/x"])
def test_what_is_not_there_is_not_found(ask: Ask, path: str) -> None:
    answer = ask(path)
    assert answer.status_code == 404
    assert "Không có gì ở địa chỉ này." in answer.text


def test_an_archive_without_runs_says_so(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive.db"):
        pass
    site = make_site(tmp_path / "archive.db")
    try:
        page = asyncio.run(site.client.get("/van-hanh")).text
        assert "Chưa có lượt thu thập nào vào kho này." in page
    finally:
        close_site(site)


def test_the_pages_work_in_a_browser_and_on_a_phone(archive: Path, tmp_path: Path) -> None:
    path = find_browser()
    if path is None:
        pytest.skip("no chromium on this machine: install it to run the browser tests")
    complaints: list[str] = []
    with served("--db", archive, "--port", 0) as (_, line), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_page(base_url=address_in(line).rstrip("/"), locale="vi-VN")
        page.on("console", lambda message: complaints.append(message.text))
        page.on("requestfailed", lambda failed: complaints.append(str(failed.failure)))
        page.goto("/")
        page.get_by_role("link", name="Vận hành").click()
        page.get_by_role("link", name="Cổng thông tin điện tử huyện Núi Cao").click()
        expect(page.get_by_role("heading", name="Số bài được liệt kê mỗi lần ghé")).to_be_visible()
        page.locator("svg.chart a").last.click()
        expect(page).to_have_url(re.compile("/van-hanh/luot/8$"))
        page.set_viewport_size({"width": 360, "height": 740})
        for address in PAGES:
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        browser.close()
    # Aborted is what the browser itself gives up when a page is left early.
    assert [said for said in complaints if said != "net::ERR_ABORTED"] == []
