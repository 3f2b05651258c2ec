"""`khotin crawl` and the spider as people start them, with the exit statuses they end with."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from crawler.archive.db import Archive
from tests.support.crawling import query, wait_for
from tests.support.news import add_robots, news_site
from tests.support.site import Answer, Seen, Site
from tests.support.workplace import LIMIT_S, Workplace


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    return Workplace(tmp_path)


def test_a_crawl_prints_a_table_and_a_second_one_says_that_nothing_is_new(
    place: Workplace, site: Site
) -> None:
    news_site(site, 4, 2)
    place.add("nho", f'url = "{site.listen("127.0.0.2")}/"')
    status, out, _ = place.khotin("nho", "--allow-private")
    assert status == 0
    assert "nho" in out
    assert "4 new articles" in out
    before = len(site.log)
    status, out, _ = place.khotin("nho", "--allow-private")
    assert status == 0
    assert "nothing is new" in out
    assert not [seen.path for seen in site.log[before:] if "bai-viet" in seen.path]


def test_a_page_budget_ends_the_run_with_its_own_status_and_json(
    place: Workplace, site: Site
) -> None:
    news_site(site, 6, 2)
    place.add("nho", f'url = "{site.listen("127.0.0.2")}/"')
    status, out, _ = place.khotin("nho", "--allow-private", "--max-pages", "3", "--json")
    report = json.loads(out)
    assert (status, report["exit_status"], report["state"]) == (4, 4, "budget")
    assert report["portals"][0]["pages"] == 3
    assert len([path for path in site.paths() if path != "/robots.txt"]) == 3


def test_a_portal_that_gives_nothing_is_suspect(place: Workplace, site: Site) -> None:
    add_robots(site)
    site.page("/", "<p>Trang web đang được xây dựng</p>")
    place.add("trong", f'url = "{site.listen("127.0.0.2")}/"')
    status, out, _ = place.khotin("trong", "--allow-private")
    assert status == 6
    assert "start page: maintenance" in out


def test_ctrl_c_ends_gracefully_and_the_next_run_goes_on(place: Workplace, site: Site) -> None:
    news_site(site, 6, 2)
    place.add("nho", f'url = "{site.listen("127.0.0.2")}/"')
    page = site.answers["/tin-tuc/page-2/"]
    assert isinstance(page, Answer)

    def respond(seen: Seen) -> Answer:
        site.answers["/tin-tuc/page-2/"] = page
        process.send_signal(signal.SIGINT)
        return page

    site.answers["/tin-tuc/page-2/"] = respond
    words = ("crawler.cli", "crawl", "nho", "--allow-private", "--db", str(place.db))
    process = place.start(*words)
    out, err = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 130, err
    assert "interrupted" in out
    assert query(place.db, "SELECT state FROM runs") == [("interrupted",)]
    assert not query(place.db, "SELECT 1 FROM frontier WHERE state = 'claimed'")
    assert place.khotin("nho", "--allow-private")[0] == 0
    assert query(place.db, "SELECT count(*) FROM articles") == [(6,)]
    asked = site.paths()
    assert all(asked.count(path) == 1 for path in asked if "bai-viet" in path)


def test_the_spider_runs_under_scrapy_itself(place: Workplace, site: Site) -> None:
    news_site(site, 3, 3)
    place.add("nho", f'url = "{site.listen("127.0.0.2")}/"')
    words = ("scrapy", "crawl", "portal", "-a", "portals=nho", "-a", f"db={place.db}")
    process = place.start(*words, "-s", "KHOTIN_ALLOW_PRIVATE=1")
    _, err = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 0, err
    assert query(place.db, "SELECT count(*) FROM articles") == [(3,)]


def test_scrapy_lists_the_spider(place: Workplace) -> None:
    process = place.start("scrapy", "list")
    assert process.communicate(timeout=LIMIT_S)[0].split() == ["portal"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "name the portals to crawl"),
        (("nho", "--all"), "name the portals to crawl"),
        (("samson",), "did you mean samson-thanhhoa?"),
        (("--province", "Trung Châu"), "no portal is recorded for the province"),
        (("khong-url",), "khong-url (Cổng khong-url) has no url"),
        (("dong",), "the portal dong is closed since 2025-07-01; its successor is nho"),
    ],
)
def test_a_wrong_request_says_what_is_wrong(
    place: Workplace, words: tuple[str, ...], message: str
) -> None:
    place.add("nho", 'url = "http://127.0.0.2/"')
    place.add("khong-url")
    closed = ('url = "http://127.0.0.3/"', 'status = "closed"', 'status_date = "2025-07-01"')
    place.add("dong", *closed, 'successor = "nho"')
    status, err = place.refused(*words)
    assert status == 2
    assert message in err
    assert not place.db.exists()


def test_two_crawls_on_one_archive_are_refused(place: Workplace) -> None:
    place.add("nho", 'url = "http://127.0.0.2/"')
    with Archive.open(place.db):
        status, err = place.refused("nho")
    assert status == 7
    assert "in use by another khotin" in err


def test_an_archive_that_cannot_be_written_is_refused(place: Workplace) -> None:
    place.add("nho", 'url = "http://127.0.0.2/"')
    status, err = place.refused("nho", "--db", "/proc/khotin/archive.db")
    assert status == 7
    assert "/proc/khotin" in err


def test_an_archive_that_breaks_in_the_middle_stops_the_crawl(place: Workplace, site: Site) -> None:
    news_site(site, 6, 2)
    place.add("nho", f'url = "{site.listen("127.0.0.2")}/"', "delay_s = 0.5")
    words = ("crawler.cli", "crawl", "nho", "--allow-private", "--db", str(place.db))
    process = place.start(*words)
    wait_for(lambda: "/tin-tuc/" in site.paths(), process)
    warcs = place.folder / "warcs"
    wait_for(lambda: any(warcs.glob("*.warc.gz")), process)
    for path in warcs.glob("*.warc.gz"):
        with path.open("ab") as file:
            file.write(b"somebody else writes here")
    _, err = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 7, err
    assert "changed by another program" in err
    assert place.khotin("nho", "--allow-private", KHOTIN_DELAY_LOOPBACK_S=0)[0] == 0
    assert query(place.db, "SELECT count(*) FROM articles") == [(6,)]


def test_without_the_guard_on_addresses_nothing_is_crawled(place: Workplace, site: Site) -> None:
    news_site(site, 3, 3)
    place.add("nho", f'url = "{site.listen("127.0.0.2")}/"')
    words = ("scrapy", "crawl", "portal", "-a", "portals=nho", "-a", f"db={place.db}")
    resolver = "TWISTED_DNS_RESOLVER=scrapy.resolver.CachingThreadedResolver"
    process = place.start(*words, "-s", resolver, "-s", "KHOTIN_ALLOW_PRIVATE=1")
    _, err = process.communicate(timeout=LIMIT_S)
    assert "the guard on private addresses is not installed" in err
    assert site.log == []
