"""A portal that answers, but gives less than it used to, is suspect, with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.crawling import query
from tests.support.news import add_articles, list_body, news_site
from tests.support.site import Site
from tests.support.workplace import Workplace


@pytest.fixture
def place(tmp_path: Path, site: Site) -> Workplace:
    made = Workplace.with_news(tmp_path, site, 8, 8)
    assert made.khotin("nho", "--allow-private")[0] == 0
    return made


def last_visit(place: Workplace) -> tuple[str, str | None]:
    rows = query(place.db, "SELECT state, why FROM portal_runs ORDER BY run_id DESC LIMIT 1")
    return rows[0][0], rows[0][1]


def test_a_site_that_gives_what_it_gave_is_well(place: Workplace) -> None:
    assert place.khotin("nho", "--allow-private")[0] == 0
    assert last_visit(place) == ("done", None)


def test_a_site_without_news_any_more_is_suspect(place: Workplace, site: Site) -> None:
    site.page("/", "<p><a href='/tin-tuc/'>Tin tức</a> <a href='/lien-he/'>Liên hệ</a></p>")
    site.page("/tin-tuc/", "<div id='app'>Danh sách đang được cập nhật.</div>", "Tin tức")
    assert place.khotin("nho", "--allow-private")[0] == 6
    why = "layout changed: lists no articles, 11 before"
    assert last_visit(place) == ("suspect", why)


def test_a_site_that_lists_half_of_what_it_did_is_suspect(place: Workplace, site: Site) -> None:
    paths = add_articles(site, range(1, 6))
    site.page("/", f"<a href='/tin-tuc/'>Tin tức</a>{list_body(paths[:1])}", "Trang chủ")
    site.page("/tin-tuc/", list_body(paths[:4]), "Tin tức")
    assert place.khotin("nho", "--allow-private")[0] == 6
    assert last_visit(place) == ("suspect", "layout changed: lists 5 articles, 11 before")


def test_articles_that_lost_their_stamps_make_a_site_suspect(place: Workplace, site: Site) -> None:
    paths = add_articles(site, range(20, 26))
    for number, path in enumerate(paths):
        words = f"<p>Ủy ban nhân dân xã họp lần {number} bàn việc thu gom lúa vụ mùa tại thôn.</p>"
        site.page(path, f"<div><h1>Họp lần thứ {number} trong năm</h1>{words * 6}</div>")
    site.page("/", f"<a href='/tin-tuc/'>Tin tức</a>{list_body(paths)}", "Trang chủ")
    assert place.khotin("nho", "--allow-private")[0] == 6
    assert "layout changed: published_at on 0%" in str(last_visit(place)[1])


def test_a_site_that_is_suspect_once_is_well_again_when_it_recovers(
    place: Workplace, site: Site
) -> None:
    site.page("/tin-tuc/", "<div id='app'>Danh sách đang được cập nhật.</div>", "Tin tức")
    home = site.answers["/"]
    site.page("/", "<p><a href='/tin-tuc/'>Tin tức</a></p>")
    assert place.khotin("nho", "--allow-private")[0] == 6
    site.answers["/"] = home
    news_site(site, 8, 8)
    assert place.khotin("nho", "--allow-private")[0] == 0
