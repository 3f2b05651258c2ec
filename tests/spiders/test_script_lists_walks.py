"""Lists that a script fills are walked like any other: to their end, within limits, left early."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.crawling import Crawl, crawl, portal
from tests.support.news import add_robots, article_body
from tests.support.site import Answer, Seen, Site

SIZE = 10
LOAD = "/tin-tuc?p_p_id=news_INSTANCE_a1B2c3D4e5F6&p_p_lifecycle=2&p_p_resource_id=loadPage"
QUERY = "/APIVP/api/DSTinTuc/QUERYDATA"
ZONE = "/api/NewsZone/NewsZone"
CMSVIEW = "/DesktopModules/cmsview/api/NewsContent/listnew"


class Portal:
    """A portal whose list page holds no news, and whose script asks for them."""

    def __init__(self, site: Site, platform: str, articles: int) -> None:
        self.site, self.platform, self.articles = site, platform, articles
        shell, self.path = getattr(self, f"_{platform.replace('-', '_')}")()
        site.page("/", f"<a href='/tin-tuc'>Tin tức</a>{shell if platform == 'dnn' else ''}")
        site.page("/tin-tuc", shell, "Tin tức")
        for number in range(articles):
            site.page(self.path(number), article_body(number), f"Bài {number}")
        add_robots(site)

    def add(self, count: int) -> None:
        """Publish more articles."""
        for number in range(self.articles, self.articles + count):
            self.site.page(self.path(number), article_body(number), f"Bài {number}")
        self.articles += count

    def page(self, index: int) -> list[int]:
        """Numbers of the articles on a page, the newest first; the first index is 0."""
        newest = list(range(self.articles))[::-1]
        return newest[index * SIZE : (index + 1) * SIZE]

    def _liferay(self) -> tuple[str, Callable[[int], str]]:
        def path(number: int) -> str:
            return f"/news/-/details/{57_000 + number}/xa-trien-khai-cong-viec"

        def respond(seen: Seen) -> Answer:
            query = parse_qs(urlsplit(seen.path).query)
            if "pageNum" not in query:
                return Answer(body=f"<html><body>{shell}</body></html>")
            rows = [{"urlDetail": path(n)} for n in self.page(int(query["pageNum"][0]) - 1)]
            pages = -(-self.articles // SIZE)
            return _json({"items": rows, "totalPageNum": pages})

        shell = f"<script>var loadPageURL = '{LOAD}';</script><div id='list'></div>"
        self.site.answers[f"{LOAD}&pageNum=1&recordPerPage={SIZE}"] = respond
        for number in range(1, 12):
            self.site.answers[f"{LOAD}&pageNum={number}&recordPerPage={SIZE}"] = respond
        return shell, path

    def _vinhphuc_api(self) -> tuple[str, Callable[[int], str]]:
        folder = "/ct/cms/tintuc/Lists/SuKien"

        def path(number: int) -> str:
            return f"{folder}/View_Detail.aspx?ItemID={number + 1}"

        def respond(seen: Seen) -> Answer:
            form = parse_qs(seen.body)
            assert form["UrlList"] == [folder] and form["do"] == ["LIST"]
            index = int(form["start"][0]) // int(form["length"][0])
            return _json({"data": [{"ID": n + 1, "Title": f"Tin {n}"} for n in self.page(index)]})

        self.site.answers[QUERY] = respond
        return f"<script>$.post('{QUERY}', {{do: 'LIST', UrlList: '{folder}'}})</script>", path

    def _vccorp(self) -> tuple[str, Callable[[int], str]]:
        def path(number: int) -> str:
            return f"/tin/xa-trien-khai-cong-viec-4260710091642{number:03d}.htm"

        def respond(seen: Seen) -> Answer:
            form = parse_qs(seen.body)
            assert form["Catname"] == ["Qk9=="]
            rows = self.page(int(form["PageIndex"][0]) - 1)
            items = (f"<div class='news-item'><a href='{path(n)}'>Tin {n}</a></div>" for n in rows)
            return Answer(body="".join(items))

        self.site.answers[ZONE] = respond
        return "<script>go({Catname: 'Qk9==', LanguageId: 'TG', Site: 'U2'})</script>", path

    def _dnn(self) -> tuple[str, Callable[[int], str]]:
        def path(number: int) -> str:
            return f"/tin-tuc/cong-viec-{number}-{number + 900}"

        def respond(seen: Seen) -> Answer:
            index = int(parse_qs(urlsplit(seen.path).query)["PageIndex"][0]) - 1
            return _json([{"Id": n + 900, "Name": f"Công việc {n}"} for n in self.page(index)])

        self.site.answers[CMSVIEW] = respond
        return "<script>getNewsBlockContents(0, 512, 3, '#news');</script>", path


def _json(data: object) -> Answer:
    return Answer(body=json.dumps(data), type="application/json; charset=utf-8")


def asked(site: Site) -> list[str]:
    """What was asked of the interface, in order."""
    marks = ("loadPage", "QUERYDATA", "NewsZone", "listnew")
    return [seen.path + seen.body for seen in site.log if any(m in seen.path for m in marks)]


def run(folder: Path, base: str, platform: str, **settings: int) -> Crawl:
    return crawl(folder, [portal("api", base, platform=platform)], **settings)


PLATFORMS = ["liferay", "vinhphuc-api", "vccorp", "dnn"]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_list_is_walked_to_its_end_and_left_early_the_next_time(
    tmp_path: Path, platform: str
) -> None:
    with Site() as site:
        made = Portal(site, platform, 34)
        base = site.listen("127.0.0.74")
        first = run(tmp_path, base, platform)
        pages = len(asked(site))
        site.log.clear()
        made.add(2)
        second = run(tmp_path, base, platform)
        again = len(asked(site))
    assert first.portals["api"]["articles_new"] == 34
    assert 4 <= pages <= 5
    assert second.portals["api"]["articles_new"] == 2
    assert again == 2, "the first page with what is new, and one on which nothing is"
    done = "SELECT count(*) FROM frontier WHERE walk_complete_at IS NOT NULL AND kind = 'listing'"
    assert first.query(done)[0][0] >= 1


def test_a_pager_without_an_end_is_left(tmp_path: Path) -> None:
    with Site() as site:
        made = Portal(site, "vinhphuc-api", 20)
        newest = made.page
        made.page = lambda index: newest(min(index, 1))  # type: ignore[method-assign]
        base = site.listen("127.0.0.74")
        done = run(tmp_path, base, "vinhphuc-api")
        count = len(asked(site))
    assert done.portals["api"]["articles_new"] == 20
    assert count == 3
    assert ("next", f"{base}{QUERY}", "listing", "same items as an earlier page") in done.steps


def test_a_list_that_always_has_more_ends_at_the_limit_of_a_walk(tmp_path: Path) -> None:
    with Site() as site:
        made = Portal(site, "vinhphuc-api", 5)
        made.page = lambda index: [index]  # type: ignore[method-assign]
        base = site.listen("127.0.0.74")
        done = run(tmp_path, base, "vinhphuc-api", KHOTIN_WALK_PAGES_MAX=4)
        count = len(asked(site))
    assert count == 4
    assert ("next", f"{base}{QUERY}", "listing", "page limit of a listing") in done.steps


@pytest.mark.parametrize(
    ("answer", "what", "reason"),
    [
        (Answer(body='{"data": [', type="application/json"), "rejected", "malformed JSON"),
        (Answer(body='{"error": 1}', type="application/json"), "rejected", "no items in the JSON"),
        (Answer(body="<p>Chào mừng quý vị</p>"), "rejected", "HTML in place of JSON"),
        (Answer(body='{"data": []}', type="application/json"), "listing", None),
        (Answer(500, "<p>lỗi</p>"), "failed", None),
    ],
)
def test_an_answer_that_is_no_list_costs_the_crawl_nothing(
    tmp_path: Path, answer: Answer, what: str, reason: str | None
) -> None:
    with Site() as site:
        Portal(site, "vinhphuc-api", 2)
        site.answers[QUERY] = answer
        base = site.listen("127.0.0.74")
        done = run(tmp_path, base, "vinhphuc-api")
    assert done.error is None
    steps = [step for step in done.steps if step[1].endswith(QUERY) and step[2] != "retry"]
    assert [(step[0], step[2]) for step in steps] == [("listing", what)]
    assert reason is None or steps[0][3] == reason


def test_robots_txt_holds_for_the_addresses_of_lists(tmp_path: Path) -> None:
    with Site() as site:
        Portal(site, "dnn", 12)
        add_robots(site, "User-agent: *\nDisallow: /DesktopModules/\n")
        base = site.listen("127.0.0.74")
        done = run(tmp_path, base, "dnn")
        assert not asked(site)
    assert any(CMSVIEW in step[1] and step[2] == "failed" for step in done.steps)
