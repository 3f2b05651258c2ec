from __future__ import annotations

from crawler.archive.events import Event, note_title, note_visit, open_events
from crawler.archive.frontier import NewLink
from crawler.archive.store import Outcome
from tests.archive.conftest import HOME, Crawl


def visit(crawl: Crawl, reason: str | None) -> list[Event]:
    """A run whose start page failed for this reason, None for a page that was had."""
    crawl.next_run()
    crawl.seed(NewLink(HOME, "start"))
    outcome = Outcome("failed", reason) if reason else Outcome("done")
    crawl.put(crawl.claim(), None, outcome=outcome)
    return note_visit(crawl.archive, crawl.run_id, crawl.portal.id)


def kinds(crawl: Crawl) -> list[str]:
    return [event.kind for event in open_events(crawl.archive, crawl.portal.id)]


def test_a_portal_that_answers_has_no_events(crawl: Crawl) -> None:
    assert visit(crawl, None) == []
    assert open_events(crawl.archive) == []


def test_an_event_lasts_while_it_is_seen_and_ends_with_the_first_good_visit(crawl: Crawl) -> None:
    (begun,) = visit(crawl, "dns")
    assert (begun.kind, begun.detail) == ("name gone", f"dns from {HOME}")
    assert visit(crawl, "dns") == []
    assert crawl.one("SELECT count(*) FROM portal_events") == 1
    visit(crawl, None)
    assert open_events(crawl.archive) == []
    assert crawl.one("SELECT count(*) FROM portal_events WHERE ended_at IS NOT NULL") == 1
    assert len(visit(crawl, "dns")) == 1
    assert crawl.one("SELECT count(*) FROM portal_events") == 2


def test_one_trouble_gives_way_to_another(crawl: Crawl) -> None:
    visit(crawl, "tls")
    assert kinds(crawl) == ["certificate"]
    visit(crawl, "moved to xa.example")
    assert kinds(crawl) == ["moved"]


def test_a_portal_that_moves_on_has_a_new_event(crawl: Crawl) -> None:
    visit(crawl, "moved to a.example")
    (event,) = visit(crawl, "moved to b.example")
    assert event.detail is not None and "b.example" in event.detail
    assert kinds(crawl) == ["moved"]


def test_a_reason_that_says_nothing_of_the_portal_is_no_event(crawl: Crawl) -> None:
    assert visit(crawl, "error inside khotin") == []
    assert visit(crawl, "too many redirects") == []


def test_a_run_that_asked_for_no_start_page_ends_nothing(crawl: Crawl) -> None:
    visit(crawl, "dns")
    crawl.next_run()
    assert note_visit(crawl.archive, crawl.run_id, crawl.portal.id) == []
    assert kinds(crawl) == ["name gone"]


def test_how_a_site_names_itself_is_kept_with_its_days(crawl: Crawl) -> None:
    crawl.seed()
    id_, run = crawl.portal.id, crawl.run_id
    assert note_title(crawl.archive, run, id_, "Huyện Kim Sơn") is None
    assert note_title(crawl.archive, run, id_, "Huyện Kim Sơn") == "Huyện Kim Sơn"
    assert note_title(crawl.archive, run, id_, "Xã Kim Sơn") == "Huyện Kim Sơn"
    rows = crawl.rows("SELECT detail, ended_at IS NULL FROM portal_events ORDER BY id")
    assert rows == [("Huyện Kim Sơn", 0), ("Xã Kim Sơn", 1)]
    assert open_events(crawl.archive) == []
