"""What a robots.txt answer means, without a network."""

from __future__ import annotations

import pytest

from crawler.fetch.robots import RobotsRules, decide

MAX = 500 * 1024
RULES = b"User-agent: *\nDisallow: /private/\nCrawl-delay: 7\nSitemap: https://a.example/map.xml\n"


@pytest.mark.parametrize(
    ("status", "body", "verdict"),
    [
        (200, RULES, "rules"),
        (200, b"\xef\xbb\xbf" + RULES, "rules"),
        (200, b"# nothing here yet\n", "rules"),
        (200, b"", "allow"),
        (200, b" \r\n", "allow"),
        (200, b"<!doctype html><title>H\xc3\xa3y \xc4\x91\xe1\xbb\xa3i</title>", "wait"),
        (200, b"\n\n<html><body>User-agent: *\nDisallow: /</body></html>", "wait"),
        (404, RULES, "allow"),
        (410, b"", "allow"),
        (401, b"", "deny"),
        (403, RULES, "deny"),
        (429, b"User-agent: *\nAllow: /\n", "wait"),
        (500, b"User-agent: *\nDisallow: /\n", "wait"),
        (503, b"", "wait"),
    ],
)
def test_the_status_decides_before_the_body(status: int, body: bytes, verdict: str) -> None:
    assert decide(status, body, MAX).verdict == verdict


def test_a_body_over_the_limit_is_cut_at_a_line() -> None:
    body = b"User-agent: *\n" + b"Disallow: /a\n" * 100 + b"Disallow: /bcdef\n"
    decision = decide(200, body, len(body) - 4)
    assert decision.text is not None
    rules = RobotsRules("rules", 0.0, decision.text)
    assert not rules.allows("https://a.example/a")
    assert rules.allows("https://a.example/b")


def test_rules_are_asked_for_our_own_name_first() -> None:
    text = "User-agent: khotin\nDisallow: /x\n\nUser-agent: *\nDisallow: /\n"
    rules = RobotsRules("rules", 0.0, text)
    assert rules.allows("https://a.example/y")
    assert not rules.allows("https://a.example/x/1")


def test_crawl_delay_and_sitemaps_are_read_only_from_rules() -> None:
    rules = RobotsRules("rules", 0.0, RULES.decode())
    assert rules.crawl_delay_s == 7
    assert rules.sitemaps == ["https://a.example/map.xml"]
    allow = RobotsRules("allow", 0.0, RULES.decode())
    assert allow.crawl_delay_s == 0
    assert allow.sitemaps == []
    assert allow.allows("https://a.example/private/")


def test_without_a_decision_to_go_nothing_is_allowed() -> None:
    assert not RobotsRules("deny", 0.0).allows("https://a.example/")
    assert not RobotsRules("wait", 0.0).allows("https://a.example/")
