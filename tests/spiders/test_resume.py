"""`kill -9` at every kind of row, then on: nothing lost, nothing twice, little fetched again."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path

from tests.support.crawling import crawl, crawl_until, portal, query
from tests.support.news import article_path, news_site
from tests.support.site import Answer, Seen, Site

ARTICLES = 24
PER_PAGE = 4
# Where each crawl is killed: while this path is being answered.
KILLED_AT = (
    "/robots.txt",
    "/old-home",
    article_path(2),
    "/tin-tuc/page-3/",
)


class Gate:
    """Holds one path back until the crawl has been killed."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.reached = threading.Event()
        self.passed = threading.Event()

    def hold(self, path: str) -> None:
        answer = self.site.answers[path]
        assert isinstance(answer, Answer)
        self.reached.clear()
        self.passed.clear()

        def respond(seen: Seen) -> Answer:
            self.site.answers[path] = answer
            self.reached.set()
            self.passed.wait(60)
            return answer

        self.site.answers[path] = respond


def test_a_crawl_killed_again_and_again_ends_complete(tmp_path: Path) -> None:
    with Site() as site:
        paths = news_site(site, ARTICLES, PER_PAGE)
        home = site.answers["/"]
        site.answers["/"] = Answer(302, headers={"Location": "/old-home"})
        site.answers["/old-home"] = home
        portals = [portal("p", site.listen("127.0.0.2"))]
        gate = Gate(site)
        under_way = 0
        for path in KILLED_AT:
            gate.hold(path)
            crawl_until(tmp_path, portals, gate.reached.is_set)
            gate.passed.set()
            db = tmp_path / "archive.db"
            claimed = query(db, "SELECT url FROM frontier WHERE state = 'claimed'")
            assert path in {url.removeprefix(portals[0]["url"].rstrip("/")) for (url,) in claimed}
            under_way += len(claimed)
        done = crawl(tmp_path, portals)
        asked = Counter(site.paths())
    assert done.report["state"] == "done"
    stored = [url for (url,) in done.query("SELECT url FROM articles")]
    assert len(stored) == len(set(stored)) == ARTICLES
    assert {article_path(n) for n in range(1, ARTICLES + 1)} == set(paths)
    assert sum(times - 1 for times in asked.values()) <= under_way
    assert done.query("SELECT count(*), min(state), max(state) FROM runs") == [(1, "done", "done")]
    # Each killed request may have left a record without a row; none may be left in the files.
    ends = done.query("SELECT warc_file, max(warc_offset + warc_length) FROM captures GROUP BY 1")
    for file, end in ends:
        assert (tmp_path / "warcs" / file).stat().st_size == end


def test_a_pager_that_was_cut_short_is_walked_to_its_end_by_the_next_run(tmp_path: Path) -> None:
    with Site() as site:
        news_site(site, 12, 2)
        portals = [portal("p", site.listen("127.0.0.2"))]
        first = crawl(tmp_path, portals, KHOTIN_PAGES_MAX=8)
        assert first.report["state"] == "budget"
        assert 0 < first.portals["p"]["articles_new"] < 12
        before = len(site.log)
        second = crawl(tmp_path, portals)
        again = [seen.path for seen in site.log[before:]]
        third_from = len(site.log)
        third = crawl(tmp_path, portals)
        last = [seen.path for seen in site.log[third_from:]]
    assert second.report["state"] == "done"
    assert second.query("SELECT count(*) FROM articles") == [(12,)]
    fetched_before = {seen.path for seen in site.log[:before]}
    assert not {path for path in again if path in fetched_before and "bai-viet" in path}
    assert third.portals["p"]["articles_new"] == 0
    assert not [path for path in last if "bai-viet" in path or "page-" in path]
