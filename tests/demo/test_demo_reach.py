"""Every visible article can be reached by links from the home page, in every form of a portal."""

from __future__ import annotations

import html
import re
from collections import deque
from urllib.parse import urlencode, urljoin, urlsplit

import pytest

from crawler.demo import DemoPortal, Request, Response

# What a crawler must not follow: theme and language switches, tokens, the calendar, twins.
TRAPS = re.compile(
    r"nvvithemever|^/(?:vi|en)(?:/|$)|^/c/portal/|lich-cong-tac|^/(?:print|savefile|sendmail)/"
    r"|print\.aspx|^/banners/|^/users/|^/_layouts/|\?download=|\.(?:png|pdf|xlsx|docx|css)(?:\?|$)"
)
PAGE_LIMIT = 600


def next_by_postback(target: str, page: str) -> list[Request]:
    state = re.search(r'id="__VIEWSTATE" value="([^"]*)"', page)
    requests = []
    for event in re.findall(r"__doPostBack\(&#39;([^&]*)&#39;,&#39;(Page\$\d+)&#39;\)", page):
        form = {
            "__EVENTTARGET": event[0],
            "__EVENTARGUMENT": event[1],
            "__VIEWSTATE": html.unescape(state[1]) if state else "",
        }
        requests.append(Request(target, "POST", body=urlencode(form).encode()))
    return requests


def next_by_ajax(page: str) -> list[Request]:
    category = re.search(r'article_category_id = "(\d+)"', page)
    site = re.search(r'site_id = "(\d+)"', page)
    url = re.search(r'url: "([^"]+LoadArticle)"', page)
    if not (category and site and url):
        return []
    requests = []
    for number in re.findall(r'data-page="(\d+)"', page):
        form = {
            "article_category_id": category[1], "site_id": site[1], "page": number,
            "page_size": "15", "keyword": "", "date_begin": "", "date_end": "", "lang": "vi-VN",
        }  # fmt: skip
        requests.append(Request(url[1], "POST", body=urlencode(form).encode()))
    return requests


def walk(portal: DemoPortal) -> dict[str, Response]:
    """Follows links as a simple crawler would; the answers by path and query."""
    waiting = deque([Request("/")])
    seen: set[tuple[str, bytes]] = {("/", b"")}
    answers: dict[str, Response] = {}
    while waiting:
        request = waiting.popleft()
        response = portal.respond(request)
        answers.setdefault(request.target, response)
        assert len(answers) < PAGE_LIMIT, "the walk does not end"
        page = response.text
        links = [html.unescape(link) for link in re.findall(r'<a [^>]*?href="([^"#]*)"', page)]
        if response.status in (301, 302):
            links.append(response.header("Location") or "/")
        found = [Request(link) for link in links]
        if request.method == "GET":
            found += next_by_postback(request.target, page) + next_by_ajax(page)
        for new in found:
            parts = urlsplit(urljoin(f"http://portal.example{request.target}", new.target))
            if parts.netloc != "portal.example" or parts.scheme != "http":
                continue
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            if TRAPS.search(target) or (target, new.body) in seen:
                continue
            seen.add((target, new.body))
            waiting.append(Request(target, new.method, body=new.body))
    return answers


@pytest.mark.parametrize("which", ["portals", "mutated"])
def test_all_visible_articles_are_reached_from_the_home_page(
    which: str, request: pytest.FixtureRequest
) -> None:
    portals: list[DemoPortal] = request.getfixturevalue(which)
    for portal in portals:
        answers = walk(portal)
        for gold in portal.articles:
            reached = any(url in answers for url in gold.urls)
            assert reached is gold.visible, f"{gold.key} {gold.urls}"


def test_no_link_inside_a_portal_leads_to_an_error(portals: list[DemoPortal]) -> None:
    for portal in portals:
        broken = [path for path, answer in walk(portal).items() if answer.status >= 400]
        assert not broken, f"{portal.id}: {broken[:5]}"
