"""Without --allow-private nothing on this machine is asked, however it is spelled."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.errors import UsageError
from crawler.fetch.identity import require_contact, user_agent
from tests.support.crawling import crawl, portal
from tests.support.news import news_site
from tests.support.site import Site

SPELLINGS = ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "0.0.0.0")


def test_private_addresses_are_refused_in_every_spelling(tmp_path: Path) -> None:
    with Site() as site:
        news_site(site, 2, 2)
        port = site.listen("127.0.0.1").rpartition(":")[2]
        done = crawl(
            tmp_path,
            [portal(f"p{n}", f"http://{host}:{port}") for n, host in enumerate(SPELLINGS)],
            allow_private=False,
        )
        assert site.log == []
    states = {(report["state"], report["why"]) for report in done.portals.values()}
    assert states == {("failed", "start page: refused address")}
    kinds = done.query("SELECT kind, count(*) FROM problems GROUP BY kind")
    assert kinds == [("refused address", len(SPELLINGS))]


def test_a_public_crawl_needs_a_contact() -> None:
    with pytest.raises(UsageError, match="KHOTIN_CONTACT"):
        require_contact(" ", "a.example")
    require_contact("https://a.example/us", "a.example")


def test_the_contact_stands_in_the_user_agent_on_one_line() -> None:
    assert user_agent("a@b.example\r\nX-Evil: 1").endswith(" (+a@b.example X-Evil: 1)")
    assert "\n" not in user_agent("a\nb")
    assert "(" not in user_agent("")
