"""The replaying server answers what the portal answered, and keeps its bad habits."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.support.egov import CAPTURES, HOST, article_captures, gold_rows, visible_gold
from tests.support.replay import Flood, ReplayServer
from tests.support.shared import MISSING, shared_path

pytestmark = pytest.mark.skipif(shared_path(CAPTURES) is None, reason=MISSING)

ARTICLE = "/thong-tin-tuyen-truyen/tong-ket-cong-tac-tuyen-giao-nam-2023-124.html"


@pytest.fixture
def portal() -> Iterator[ReplayServer]:
    with ReplayServer() as server:
        yield server


def get(
    server: ReplayServer, path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of one request."""
    connection = http.client.HTTPConnection(urlsplit(server.base).netloc, timeout=10)
    try:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers=names)
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    finally:
        connection.close()


def test_a_page_comes_back_as_captured_with_links_leading_here(portal: ReplayServer) -> None:
    status, headers, body = get(portal, ARTICLE)
    captured = article_captures(1)[124].body
    assert status == 200
    assert headers["Content-Type"] == "text/html; charset=UTF-8"
    assert HOST.encode() not in body
    assert body == captured.replace(HOST.encode(), portal.netloc.encode())
    assert portal.gold_url(f"{portal.base[:-1]}{ARTICLE}") == visible_gold(1)[124].url


def test_every_visible_article_is_served_at_its_address_in_both_states(
    portal: ReplayServer,
) -> None:
    for state in (1, 2):
        portal.switch(state=state)
        for gold in visible_gold(state).values():
            answer = portal.answer(gold.url.partition(HOST)[2])
            assert answer is not None and answer.status == 200, (state, gold.key, gold.url)


def test_an_article_taken_down_in_the_second_state_answers_404_there(portal: ReplayServer) -> None:
    gone = [row for row in gold_rows() if row.edit.startswith(("e7", "e8"))]
    before = {row.id: row for row in gold_rows() if row.rev == 1}
    assert len(gone) == 2
    for row in gone:
        path = before[row.id].url.partition(HOST)[2]
        assert get(portal, path)[0] == 200
        portal.switch(state=2)
        assert get(portal, path)[0] == 404
        portal.switch(state=1)


def test_redirects_lead_to_this_server(portal: ReplayServer) -> None:
    status, headers, _ = get(portal, "/tin-hoat-dong")
    assert status == 301
    assert headers["Location"] == f"{portal.base}tin-hoat-dong/"


def test_an_unknown_address_answers_the_portals_404_page(portal: ReplayServer) -> None:
    status, _, body = get(portal, "/tin-hoat-dong/nothing-like-it-777777.html")
    assert status == 404
    assert b"404" in body
    assert get(portal, "/tin-hoat-dong/", method="POST")[0] == 404


def test_a_conditional_request_for_a_page_gets_a_false_304(portal: ReplayServer) -> None:
    status, _, body = get(portal, ARTICLE, If_Modified_Since="Sat, 21 Nov 2026 09:59:12 GMT")
    assert (status, body) == (304, b"")


def test_an_unknown_query_answers_the_same_page_again(portal: ReplayServer) -> None:
    assert get(portal, f"{ARTICLE}?x=1")[2] == get(portal, ARTICLE)[2]
    assert get(portal, f"{ARTICLE}?download=1&id=7")[0] == 404


def test_a_list_goes_on_for_ever_with_empty_pages(portal: ReplayServer) -> None:
    status, _, body = get(portal, "/tin-hoat-dong/page-4711/")
    assert status == 200
    assert body == get(portal, "/tin-hoat-dong/page-99/")[2]


def test_the_flood_blocker_serves_its_page_with_status_200_for_robots_too() -> None:
    with ReplayServer(flood=Flood(first=2)) as portal:
        first, second, third = (get(portal, "/robots.txt") for _ in range(3))
    assert first[0] == second[0] == 200
    assert b"floodblocker" in first[2] and b"floodblocker" in second[2]
    assert third[2].startswith(b"User-agent")
    assert [hit.blocked for hit in portal.hits] == [True, True, False]


def test_the_flood_blocker_counts_requests_in_its_window() -> None:
    flood = Flood(limit=3, window_s=10.0)
    assert [flood.blocks("/", at) for at in (0.0, 1.0, 2.0)] == [False, False, False]
    assert flood.blocks("/", 3.0)
    assert not flood.blocks("/uploads/a.jpg", 3.0)
    assert not flood.blocks("/", 20.0)


def test_each_request_is_logged_with_its_times(portal: ReplayServer) -> None:
    get(portal, "/robots.txt", User_Agent="crawler/1")
    (hit,) = portal.hits
    assert (hit.method, hit.path, hit.status, hit.user_agent) == (
        "GET",
        "/robots.txt",
        200,
        "crawler/1",
    )
    assert hit.begun <= hit.ended
