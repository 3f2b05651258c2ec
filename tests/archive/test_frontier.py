from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.archive.db import Archive
from crawler.archive.frontier import Frontier, NewLink, RowKind
from crawler.archive.frontier_rows import BEST_READY, FIRST_WAITING, KIND_PRIORITY
from crawler.archive.reference import sync_portals
from crawler.portals.model import Portal
from tests.archive.conftest import HOME, ORIGIN, Crawl

KINDS: list[RowKind] = list(KIND_PRIORITY)


def link(path: str, kind: RowKind = "article", **fields: object) -> NewLink:
    return NewLink(f"{HOME}{path}", kind, **fields)  # type: ignore[arg-type]


def order(crawl: Crawl, now: float = 0.0) -> list[str]:
    """The paths in the order in which they are handed out."""
    paths = []
    while (row := crawl.frontier.peek(ORIGIN, now)) is not None:
        crawl.frontier.claim(row.id)
        paths.append(row.url.removeprefix(HOME))
    return paths


def test_an_address_is_one_row_however_often_it_is_found(crawl: Crawl) -> None:
    assert crawl.seed(link("a"), link("a")) == 1
    assert crawl.add(link("a"), link("b")) == 1
    assert crawl.frontier.counts()["pending"] == 2


def test_method_and_form_make_a_row_of_their_own(crawl: Crawl) -> None:
    pages = [link("pager", "next", method="POST", form=f"page={n}") for n in (1, 2, 1)]
    assert crawl.seed(link("pager", "listing"), *pages) == 3


def test_a_form_is_the_same_however_its_state_fields_change(crawl: Crawl) -> None:
    def page(state: str, number: int) -> NewLink:
        form = f"__VIEWSTATE={state}&__EVENTTARGET=pager&__EVENTARGUMENT=Next&__EVENTVALIDATION=x"
        return link("tin.aspx", "next", method="POST", form=form, page_no=number, revisit=True)

    assert crawl.seed(page("morning", 2)) == 1
    crawl.frontier.done(crawl.claim().id, run_id=crawl.run_id)
    assert crawl.add(page("noon", 3)) == 1, "the same choice on another page is another row"
    crawl.frontier.done(crawl.claim().id, run_id=crawl.run_id)
    crawl.next_run()
    assert crawl.add(page("evening", 2)) == 1
    form = crawl.claim().form
    assert form is not None
    assert "evening" in form
    assert crawl.one("SELECT count(*) FROM frontier") == 2


def test_the_same_address_at_two_portals_is_two_rows(crawl: Crawl, archive: Archive) -> None:
    other = Portal("nui-cao", "Núi Cao", HOME, "district", "Lào Cai")
    sync_portals(archive, [other])
    crawl.seed(link("a"))
    assert crawl.frontier.add(other.id, [link("a")]) == 1


def test_robots_come_first_then_what_is_new_then_what_is_old(crawl: Crawl) -> None:
    crawl.seed(*(link(kind, kind) for kind in reversed(KINDS)))
    assert order(crawl) == [
        "robots", "start", "feed", "sitemap", "article", "listing", "other", "next", "print"
    ]  # fmt: skip


def test_priority_shifts_a_row_within_its_kind_only(crawl: Crawl) -> None:
    crawl.seed(
        link("plain"),
        link("first", priority=5),
        link("last", priority=-5),
        link("listing", "listing", priority=10_000),
    )
    assert order(crawl) == ["first", "plain", "last", "listing"]
    assert crawl.one("SELECT max(priority) FROM frontier WHERE kind = 'listing'") == 549


def test_rows_of_one_kind_come_in_the_order_of_finding(crawl: Crawl) -> None:
    crawl.seed(*(link(f"{number}") for number in range(20)))
    assert order(crawl) == [f"{number}" for number in range(20)]


def test_peek_takes_nothing_out(crawl: Crawl) -> None:
    crawl.seed(link("a"))
    assert crawl.frontier.peek(ORIGIN, 0) == crawl.frontier.peek(ORIGIN, 0)


def test_a_claimed_row_is_not_handed_out_again(crawl: Crawl) -> None:
    crawl.seed(link("a"))
    row = crawl.claim()
    assert crawl.frontier.peek(ORIGIN, 1e12) is None
    assert crawl.frontier.next_due(ORIGIN) is None
    claimed = crawl.frontier.get(row.id)
    assert claimed is not None
    assert (claimed.state, claimed.attempts) == ("claimed", 1)
    assert claimed.claimed_at is not None


def test_a_released_row_is_as_if_never_taken(crawl: Crawl) -> None:
    crawl.seed(link("a"))
    before = crawl.frontier.peek(ORIGIN, 0)
    crawl.frontier.release(crawl.claim().id)
    assert crawl.frontier.peek(ORIGIN, 0) == before


def test_a_retry_waits_for_its_time(crawl: Crawl) -> None:
    crawl.seed(link("a"))
    crawl.frontier.retry(crawl.claim().id, 1000.5, "status 503")
    assert crawl.frontier.peek(ORIGIN, 1000.4) is None
    assert crawl.frontier.next_due(ORIGIN) == 1000.5
    row = crawl.frontier.peek(ORIGIN, 1000.5)
    assert row is not None
    assert (row.reason, row.attempts) == ("status 503", 1)


def test_a_waiting_row_does_not_hold_others_back(crawl: Crawl) -> None:
    crawl.seed(link("important", "start"), link("a"))
    crawl.frontier.retry(crawl.claim().id, 1000.0, "status 503")
    assert crawl.frontier.next_due(ORIGIN) == 0.0
    assert order(crawl, now=10.0) == ["a"]
    assert order(crawl, now=1000.0) == ["important"]


def test_a_row_whose_wait_is_over_takes_its_place_by_merit(crawl: Crawl) -> None:
    crawl.seed(link("start", "start"), link("a"), link("b"))
    crawl.frontier.retry(crawl.claim().id, 5.0, "slow")
    assert order(crawl, now=6.0) == ["start", "a", "b"]


def test_of_several_waiting_rows_the_one_that_waited_longest_is_first(crawl: Crawl) -> None:
    crawl.seed(link("a"), link("b"), link("c"))
    for due in (3.0, 1.0, 2.0):
        crawl.frontier.retry(crawl.claim().id, due, "slow")
    assert order(crawl, now=10.0) == ["b", "c", "a"]


def test_origins_are_those_with_pending_rows(crawl: Crawl) -> None:
    crawl.seed(
        link("a"),
        NewLink("https://cdn.example/x", "other"),
        NewLink("http://127.0.0.1/", "start"),
    )
    assert crawl.frontier.origins() == ["http://127.0.0.1:80", ORIGIN, "https://cdn.example:443"]
    crawl.frontier.failed(crawl.claim().id, "status 404")
    assert crawl.frontier.origins() == ["http://127.0.0.1:80", "https://cdn.example:443"]


def test_a_frontier_of_some_portals_hands_out_theirs_only(crawl: Crawl, archive: Archive) -> None:
    """A crawl of one portal must not go on with what a stopped crawl of another left behind."""
    others = [Portal(name, name, HOME, "district", "Lào Cai") for name in ("aa", "zz")]
    sync_portals(archive, others)
    for other in others:
        crawl.frontier.add(
            other.id, [link("theirs", "start"), NewLink("http://o.example/", "start")]
        )
    assert crawl.frontier.origins() == []
    assert crawl.frontier.peek(ORIGIN, 0) is None
    crawl.seed(link("ours"))
    assert crawl.frontier.origins() == [ORIGIN]
    assert order(crawl) == ["ours"]
    everybody = Frontier(archive)
    assert everybody.origins() == [ORIGIN, "http://o.example:80"]
    row = everybody.peek(ORIGIN, 0)
    assert row is not None
    assert row.portal_id == "aa"


def test_portals_of_one_origin_are_weighed_against_each_other(
    crawl: Crawl, archive: Archive
) -> None:
    other = Portal("nui-cao", "Núi Cao", HOME, "district", "Lào Cai")
    sync_portals(archive, [other])
    crawl.seed(link("article"))
    crawl.frontier.add(other.id, [link("start", "start")])
    row = Frontier(archive, ["nui-cao", "song-lam"]).peek(ORIGIN, 0)
    assert row is not None
    assert row.url == f"{HOME}start"


def test_recover_gives_claims_back_and_keeps_their_attempts(crawl: Crawl) -> None:
    crawl.seed(link("a"), link("b"), link("c"))
    crawl.claim()
    crawl.claim()
    assert crawl.frontier.recover() == 2
    assert crawl.frontier.recover() == 0
    assert crawl.frontier.counts() == {"pending": 3, "claimed": 0, "done": 0, "failed": 0}
    row = crawl.frontier.peek(ORIGIN, 0)
    assert row is not None
    assert row.attempts == 1


def test_revisit_asks_again_for_what_an_earlier_run_ended(crawl: Crawl) -> None:
    crawl.seed(link("a"), link("b"))
    crawl.frontier.done(crawl.claim().id, run_id=crawl.run_id)
    crawl.frontier.failed(crawl.claim().id, "status 404", run_id=crawl.run_id)
    crawl.next_run()
    assert crawl.add(link("a"), link("b")) == 0
    assert crawl.add(link("a", revisit=True), link("b", revisit=True)) == 2
    assert crawl.add(link("a", revisit=True)) == 0, "it is pending already"


def test_revisit_never_asks_twice_in_one_run(crawl: Crawl) -> None:
    """A pager whose last page leads back to its first would otherwise never end."""
    crawl.seed(link("a"))
    crawl.frontier.done(crawl.claim().id, run_id=crawl.run_id)
    assert crawl.add(link("a", revisit=True)) == 0


def test_robots_txt_may_be_asked_twice_in_one_run(crawl: Crawl) -> None:
    """A decision to wait ends after minutes, a run may last for days."""
    robots = link("robots.txt", "robots", revisit=True)
    crawl.seed(robots)
    crawl.frontier.done(crawl.claim().id, run_id=crawl.run_id)
    assert crawl.add(robots) == 1


def test_a_new_run_asks_recurring_rows_again_and_nothing_else(crawl: Crawl) -> None:
    crawl.seed(*(link(kind, kind) for kind in KINDS))
    for _ in KINDS:
        crawl.frontier.done(crawl.claim().id, run_id=crawl.run_id)
    crawl.next_run()
    assert crawl.seed(link("start", "start")) == 4
    assert order(crawl) == ["start", "feed", "sitemap", "listing"]


def test_a_portal_is_seeded_once_in_a_run(crawl: Crawl) -> None:
    """A run that was killed goes on: what it did already is not fetched again."""
    assert crawl.seed(link("start", "start")) == 1
    crawl.frontier.done(crawl.claim().id, run_id=crawl.run_id)
    assert crawl.seed(link("start", "start"), link("another", "start")) == 0
    assert crawl.frontier.origins() == []


def test_a_portal_counted_before_it_was_seeded_is_seeded_all_the_same(crawl: Crawl) -> None:
    crawl.seed()
    crawl.archive.db.execute("UPDATE portal_runs SET seeded_at = NULL")
    assert crawl.seed(link("start", "start")) == 1


def test_what_failed_after_retries_gets_another_chance_in_the_next_run(crawl: Crawl) -> None:
    crawl.seed(link("gone"), link("flaky"), link("start", "start"))
    crawl.frontier.failed(crawl.claim().id, "status 404", run_id=crawl.run_id)  # the start page
    crawl.frontier.failed(crawl.claim().id, "status 404", run_id=crawl.run_id)
    crawl.frontier.retry(crawl.claim().id, 1.0, "timeout")
    crawl.frontier.failed(crawl.claim(now=1.0).id, "timeout", run_id=crawl.run_id)
    crawl.next_run()
    assert crawl.seed() == 2
    assert order(crawl) == ["start", "flaky"]


def test_a_pending_row_of_an_earlier_run_stays_pending(crawl: Crawl) -> None:
    crawl.seed(link("a"))
    crawl.next_run()
    assert crawl.seed(link("start", "start")) == 1
    assert order(crawl) == ["start", "a"]


def test_a_second_address_of_a_queued_article_is_not_fetched(crawl: Crawl) -> None:
    crawl.seed(link("news/viec-12.html", native_id="12"))
    assert crawl.add(link("su-kien/viec-12.html", native_id="12")) == 0
    assert order(crawl) == ["news/viec-12.html"]
    assert crawl.frontier.counts()["done"] == 0, "an alias is no finished page"


def test_when_an_address_fails_the_article_is_fetched_at_its_other_one(crawl: Crawl) -> None:
    """NukeViet answers 404 at the old address of an article that moved to another category."""
    crawl.seed(link("old/viec-12.html", native_id="12"))
    crawl.add(link("newer/viec-12.html", native_id="12"), link("other.html", native_id="13"))
    crawl.add(link("newest/viec-12.html", native_id="12"), link("twin.html", native_id="13"))
    crawl.frontier.failed(crawl.claim().id, "status 404", run_id=crawl.run_id)
    assert order(crawl) == ["other.html", "newest/viec-12.html"]
    failed = crawl.one("SELECT id FROM frontier WHERE url LIKE '%newest%'")
    crawl.frontier.failed(failed, "status 404", run_id=crawl.run_id)
    assert order(crawl) == ["newer/viec-12.html"]


def test_a_print_view_that_fails_wakes_no_alias(crawl: Crawl) -> None:
    crawl.seed(link("12.html", native_id="12"), link("print/12", "print", native_id="12"))
    crawl.add(link("khac/12.html", native_id="12"))
    crawl.frontier.done(crawl.claim().id, run_id=crawl.run_id)
    crawl.frontier.failed(crawl.claim().id, "status 404", run_id=crawl.run_id)
    assert crawl.frontier.origins() == []


def test_a_second_address_of_a_stored_article_becomes_its_alias(crawl: Crawl) -> None:
    crawl.seed()
    stored = crawl.article("12", f"{HOME}news/viec-12.html", title="Việc")
    assert crawl.add(link("su-kien/viec-12.html", native_id="12")) == 0
    assert crawl.frontier.origins() == []
    assert crawl.rows("SELECT url, article_id FROM article_urls ORDER BY url") == [
        (f"{HOME}news/viec-12.html", stored.article_id),
        (f"{HOME}su-kien/viec-12.html", stored.article_id),
    ]


def test_another_portals_article_with_the_same_number_is_another(
    crawl: Crawl, archive: Archive
) -> None:
    other = Portal("nui-cao", "Núi Cao", HOME, "district", "Lào Cai")
    sync_portals(archive, [other])
    crawl.seed()
    crawl.article("12", title="Việc")
    assert crawl.frontier.add(other.id, [link("viec-12.html", native_id="12")]) == 1


def test_counts_can_be_of_one_portal(crawl: Crawl, archive: Archive) -> None:
    other = Portal("nui-cao", "Núi Cao", HOME, "district", "Lào Cai")
    sync_portals(archive, [other])
    crawl.seed(link("a"))
    crawl.frontier.add(other.id, [link("b"), link("c")])
    assert crawl.frontier.counts()["pending"] == 3
    assert crawl.frontier.counts("nui-cao")["pending"] == 2


def test_the_next_row_is_found_by_index_alone(crawl: Crawl) -> None:
    plans = [
        [step[3] for step in crawl.rows(f"EXPLAIN QUERY PLAN {sql}", ORIGIN, "song-lam")]
        for sql in (BEST_READY, FIRST_WAITING)
    ]
    assert plans == [
        ["SEARCH frontier USING INDEX frontier_ready (origin=? AND portal_id=?)"],
        ["SEARCH frontier USING INDEX frontier_waiting (origin=? AND portal_id=? AND due_at>?)"],
    ], "neither reads further rows nor sorts them"


def test_looking_for_origins_jumps_through_the_index(crawl: Crawl) -> None:
    seen: list[str] = []
    crawl.seed(*(link(f"{number}") for number in range(50)))
    crawl.archive.conn.set_trace_callback(seen.append)
    crawl.frontier.origins()
    crawl.archive.conn.set_trace_callback(None)
    assert len(seen) == 3, "one jump per pair of origin and portal, and one to find the end of each"
    for sql in seen:
        plan = " ".join(step[3] for step in crawl.rows(f"EXPLAIN QUERY PLAN {sql}"))
        assert plan.startswith("SEARCH frontier USING INDEX frontier_")
        assert "TEMP B-TREE" not in plan


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(st.sampled_from(KINDS), st.integers(-3, 3), st.sampled_from([0.0, 1.0, 2.0])),
        max_size=12,
    )
)
def test_every_row_is_handed_out_exactly_once(
    crawl: Crawl, rows: list[tuple[RowKind, int, float]]
) -> None:
    with pytest.raises(ZeroDivisionError), crawl.archive.atomic() as db:
        crawl.seed(*(link(f"{n}", kind, priority=p) for n, (kind, p, _) in enumerate(rows)))
        for number, (_, _, due) in enumerate(rows):
            db.execute("UPDATE frontier SET due_at = ? WHERE url = ?", (due, f"{HOME}{number}"))
        early = order(crawl, now=1.0)
        late = order(crawl, now=2.0)
        assert sorted(map(int, early + late)) == list(range(len(rows)))
        assert all(rows[int(number)][2] <= 1.0 for number in early)
        raise ZeroDivisionError  # each example begins with an empty frontier
