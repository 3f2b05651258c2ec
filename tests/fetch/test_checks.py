"""What is looked at before a crawl asks anybody anything."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest
from scrapy.settings import Settings

from crawler.errors import UsageError
from crawler.fetch.checks import check_contact, check_portals, with_known_platforms
from crawler.fetch.limits import Limits
from crawler.portals.model import Portal
from crawler.portals.registry import Registry
from tests.support.crawling import crawl, portal
from tests.support.news import news_site
from tests.support.site import Site


@pytest.fixture
def named() -> Portal:
    return Registry.load().get("samson-thanhhoa")


@pytest.fixture
def limits() -> Limits:
    settings = Settings()
    settings.setmodule("settings")
    return replace(Limits.from_settings(settings), contact="", allow_private=False)


def test_a_named_host_is_not_even_looked_up_without_a_contact(
    named: Portal, limits: Limits
) -> None:
    with pytest.raises(UsageError, match="KHOTIN_CONTACT"):
        check_contact([named], limits)
    check_contact([named], replace(limits, contact="https://archive.example/about"))
    check_contact([named], replace(limits, allow_private=True))


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/", "http://[::1]:8000/", "http://localhost/", "http://0x7f.1/"]
)
def test_an_address_in_digits_is_judged_when_it_is_asked(
    named: Portal, limits: Limits, url: str
) -> None:
    check_contact([replace(named, url=url)], limits)


def test_a_record_without_a_url_is_refused_by_name() -> None:
    unknown = Registry.load().get("huyen-uy-chua-ro")
    with pytest.raises(UsageError, match="huyen-uy-chua-ro"):
        check_portals([unknown])


def test_a_platform_without_a_profile_is_said_and_does_not_stop_the_crawl(
    named: Portal, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    with caplog.at_level(logging.WARNING):
        found = with_known_platforms([replace(named, platform="no-such-cms"), named])
    assert "no-such-cms" in caplog.text
    assert [one.platform for one in found] == ["generic", named.platform]
    with Site() as site:
        news_site(site, 3, 3)
        done = crawl(tmp_path, [portal("a", site.listen(), platform="no-such-cms")])
    assert done.portals["a"]["articles_new"] == 3


def test_a_sitemap_asked_for_on_the_off_chance_is_no_failure(tmp_path: Path) -> None:
    with Site() as site:
        news_site(site, 3, 3)
        done = crawl(tmp_path, [portal("a", site.listen())])
    assert done.query("SELECT state, reason FROM frontier WHERE url LIKE '%/sitemap.xml'") == [
        ("done", "absent")
    ]
    assert done.portals["a"]["failed"] == 0
