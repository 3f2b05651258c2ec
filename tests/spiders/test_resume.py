"""A listing that was left in the middle is walked to its end by the next run, and no further."""

from __future__ import annotations

from pathlib import Path

from tests.support.crawling import crawl, portal
from tests.support.news import news_site
from tests.support.site import Site


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
