"""Pages are asked whether they changed, where the site's answers can be believed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.support.crawling import query
from tests.support.news import add_articles, list_body, news_site
from tests.support.site import Answer, Respond, Seen, Site
from tests.support.workplace import Workplace


@pytest.fixture
def place(tmp_path: Path, site: Site) -> Workplace:
    return Workplace.with_news(tmp_path, site, 4, 4)


def with_etags(site: Site, fixed: str | None = None) -> None:
    """Every page gets an ETag of its body, or this one, and answers 304 when asked with it."""

    def wrapped(answer: Answer) -> Respond:
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        etag = fixed or f'"{hashlib.sha256(body).hexdigest()[:12]}"'

        def respond(seen: Seen) -> Answer:
            if seen.headers.get("if-none-match") == etag:
                return Answer(304, headers={"ETag": etag})
            return Answer(answer.status, answer.body, {"ETag": etag}, type=answer.type)

        return respond

    for path, answer in list(site.answers.items()):
        if isinstance(answer, Answer) and path != "/robots.txt":
            site.answers[path] = wrapped(answer)


def asked_again(site: Site, since: int) -> dict[str, str | None]:
    return {seen.path: seen.headers.get("if-none-match") for seen in site.log[since:]}


def test_what_has_not_changed_is_not_sent_again(place: Workplace, site: Site) -> None:
    with_etags(site)
    assert place.khotin("nho", "--allow-private")[0] == 0
    since = len(site.log)
    assert place.khotin("nho", "--allow-private")[0] == 0
    conditions = asked_again(site, since)
    assert conditions["/"] is not None
    assert conditions["/tin-tuc/"] is not None
    counted = "SELECT not_modified, pages, state FROM portal_runs ORDER BY run_id DESC LIMIT 1"
    assert query(place.db, counted) == [(2, 3, "done")]  # the third: a sitemap that is not there
    assert query(place.db, "SELECT count(*) FROM captures WHERE status = 304") == [(2,)]


def test_news_is_found_behind_a_changed_validator(place: Workplace, site: Site) -> None:
    with_etags(site)
    place.khotin("nho", "--allow-private")
    paths = add_articles(site, range(1, 6))
    site.page("/", f"<a href='/tin-tuc/'>Tin tức</a>{list_body(paths)}", "Trang chủ")
    with_etags(site)
    assert "1 new articles" in place.khotin("nho", "--allow-private")[1]


def test_every_so_many_visits_nothing_is_asked_about_but_for(place: Workplace, site: Site) -> None:
    with_etags(site)
    asked = []
    for _ in range(5):
        since = len(site.log)
        assert place.khotin("nho", "--allow-private", KHOTIN_FULL_VISIT_EVERY=2)[0] == 0
        asked.append(asked_again(site, since)["/"] is not None)
    assert asked == [False, True, False, True, False]


def test_a_site_caught_lying_is_not_believed_again(place: Workplace, site: Site) -> None:
    with_etags(site, '"same"')
    place.khotin("nho", "--allow-private", KHOTIN_FULL_VISIT_EVERY=1)
    # "Not modified", truly: what is compared later is the page, not this answer.
    place.khotin("nho", "--allow-private", KHOTIN_FULL_VISIT_EVERY=0)
    paths = add_articles(site, range(1, 6))
    site.page("/", f"<a href='/tin-tuc/'>Tin tức</a>{list_body(paths)}", "Trang chủ")
    with_etags(site, '"same"')
    # In full: the page has changed under the same ETag.
    assert "1 new articles" in place.khotin("nho", "--allow-private", KHOTIN_FULL_VISIT_EVERY=1)[1]
    since = len(site.log)
    assert place.khotin("nho", "--allow-private", KHOTIN_FULL_VISIT_EVERY=0)[0] == 0
    assert set(asked_again(site, since).values()) == {None}
    assert query(place.db, "SELECT count(*) FROM meta WHERE key LIKE 'validators lie%'") == [(1,)]


def test_a_304_that_nobody_asked_for_is_no_page(place: Workplace, site: Site) -> None:
    path = "/tin-tuc/bai-viet-001-1001.html"
    site.answers[path] = Answer(304, headers={"ETag": '"x"'})
    status, _, _ = place.khotin("nho", "--allow-private")
    assert status == 3
    row = "SELECT state, reason FROM frontier WHERE url LIKE '%bai-viet-001%'"
    assert query(place.db, row) == [("failed", "HTTP 304")]


def test_a_list_that_was_never_walked_to_its_end_is_asked_for_in_full(
    place: Workplace, site: Site
) -> None:
    news_site(site, 6, 2)
    with_etags(site)
    place.khotin("nho", "--allow-private", "--max-pages", "3")
    since = len(site.log)
    assert place.khotin("nho", "--allow-private")[0] == 0
    assert asked_again(site, since).get("/tin-tuc/") is None
    assert query(place.db, "SELECT count(*) FROM articles") == [(6,)]
