"""What befalls a portal between two crawls is noted with its day, and never mixed up."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.crawling import query
from tests.support.news import list_body, news_site
from tests.support.site import Answer, Site
from tests.support.workplace import Workplace

EVENTS = "SELECT kind, ended_at IS NULL FROM portal_events WHERE kind != 'title' ORDER BY id"


@pytest.fixture
def place(tmp_path: Path, site: Site) -> Workplace:
    made = Workplace(tmp_path)
    paths = news_site(site, 4, 4)
    home(site, paths, "Cổng thông tin điện tử huyện Thọ Xuân")
    made.add("nho", f'url = "{site.listen("127.0.0.2")}/"', 'units_old = ["395"]')
    made.records = [text.replace("Cổng nho", "Huyện Thọ Xuân") for text in made.records]
    assert made.khotin("nho", "--allow-private")[0] == 0
    return made


def home(site: Site, paths: list[str], title: str) -> None:
    site.page("/", f"<a href='/tin-tuc/'>Tin tức</a>{list_body(paths)}", title)


def test_a_commune_on_a_districts_host_is_not_mixed_with_it(place: Workplace, site: Site) -> None:
    paths = news_site(site, 9, 9)
    home(site, paths, "Trang thông tin điện tử xã Thọ Xuân")
    asked = len(site.log)
    status, out, _ = place.khotin("nho", "--allow-private")
    assert status == 6
    assert "taken over" in out
    assert query(place.db, "SELECT count(*) FROM articles") == [(4,)]
    assert query(place.db, EVENTS) == [("taken over", 1)]
    assert not [seen for seen in site.log[asked:] if "bai-viet" in seen.path]
    detail = "SELECT detail FROM problems WHERE kind = 'taken over'"
    assert query(place.db, detail) == [("Trang thông tin điện tử xã Thọ Xuân",)]


def test_a_record_of_its_own_keeps_the_new_bodys_articles_apart(
    place: Workplace, site: Site
) -> None:
    paths = news_site(site, 9, 9)
    home(site, paths, "Trang thông tin điện tử xã Thọ Xuân")
    place.records[-1] += 'valid_to = "2025-07-01"\n'
    place.add("xa", f'url = "{site.listen("127.0.0.2")}/"', 'valid_from = "2025-07-01"')
    place.records[-1] = place.records[-1].replace("Cổng xa", "Xã Thọ Xuân")
    assert place.khotin("nho", "xa", "--allow-private")[0] == 6
    counts = "SELECT portal_id, count(*) FROM articles GROUP BY portal_id ORDER BY portal_id"
    assert query(place.db, counts) == [("nho", 4), ("xa", 9)]


def test_a_move_is_an_event_that_ends_when_the_portal_is_back(place: Workplace, site: Site) -> None:
    kept = site.answers["/"]
    site.answers["/"] = Answer(
        status=301, headers={"Location": "http://noi-khac.example/"}, body=""
    )
    assert place.khotin("nho", "--allow-private")[0] == 6
    assert query(place.db, EVENTS) == [("moved", 1)]
    (detail,) = query(place.db, "SELECT detail FROM portal_events WHERE kind = 'moved'")[0]
    assert detail.startswith("http://noi-khac.example/ (301) from ")
    site.answers["/"] = kept
    assert place.khotin("nho", "--allow-private")[0] == 0
    assert query(place.db, EVENTS) == [("moved", 0)]


def test_a_parked_name_is_an_event(place: Workplace, site: Site) -> None:
    words = "Tên miền này đang được rao bán. This domain is for sale. Buy this domain."
    site.page("/", f"<h1>{words}</h1>", "This domain is for sale")
    assert place.khotin("nho", "--allow-private")[0] == 6
    assert query(place.db, EVENTS)[0][1] == 1
