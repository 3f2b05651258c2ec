from __future__ import annotations

from crawler.archive.db import Archive
from crawler.archive.frontier import Frontier, FrontierRow, NewLink
from crawler.archive.store import DONE, Outcome
from crawler.reader.model import Reading
from tests.archive.conftest import HOME, Crawl

PAGE_SIZE = 3
LISTING = f"{HOME}tin-tuc"


def article(number: int) -> NewLink:
    return NewLink(f"{HOME}bai-{number}.html", "article", native_id=str(number))


class Site:
    """A listing of articles, newest first, three on a page; and the crawler's way through it."""

    def __init__(self, crawl: Crawl, newest: int) -> None:
        self.crawl = crawl
        self.newest = newest
        self.fetched: list[str] = []

    def page(self, number: int) -> list[NewLink]:
        first = self.newest - (number - 1) * PAGE_SIZE
        return [article(n) for n in range(first, max(first - PAGE_SIZE, 0), -1)]

    def pages(self) -> int:
        return -(-self.newest // PAGE_SIZE)

    def seed(self) -> None:
        self.crawl.seed(NewLink(LISTING, "listing", page_no=1))

    def step(self) -> bool:
        """Fetch and store the next row; False when there is none."""
        row = self.crawl.frontier.peek("http://127.0.0.1:8001", 0.0)
        if row is None:
            return False
        self.crawl.frontier.claim(row.id)
        self.fetched.append(row.url.removeprefix(HOME))
        if row.kind == "article":
            reading = Reading(row.url, "article", native_id=row.native_id, title=row.native_id)
            self.crawl.put(row, reading)
        else:
            self.answer_page(row)
        return True

    def answer_page(self, row: FrontierRow) -> None:
        number = row.page_no or 1
        links, outcome = self.page(number), DONE
        if number >= self.pages():
            outcome = Outcome("done", walk_complete=True)
        else:
            follow = self.crawl.frontier.follow(row.walk, self.crawl.portal.id, links)
            if follow != "stop":
                links.append(
                    NewLink(
                        f"{LISTING}/page-{number + 1}",
                        "next",
                        walk_id=row.walk,
                        page_no=number + 1,
                        revisit=follow == "again",
                    )
                )
        self.crawl.put(row, Reading(row.url, "listing"), tuple(links), outcome)

    def crawl_on(self, limit: int = 1000) -> list[str]:
        """Fetch until nothing is left or the limit is reached; what was fetched."""
        self.fetched = []
        while len(self.fetched) < limit and self.step():
            pass
        return self.fetched

    def stored(self) -> set[int]:
        return {int(n) for (n,) in self.crawl.rows("SELECT native_id FROM articles")}


def test_a_first_crawl_walks_the_listing_to_its_end(crawl: Crawl) -> None:
    site = Site(crawl, newest=10)
    site.seed()
    fetched = site.crawl_on()
    assert site.stored() == set(range(1, 11))
    assert len(fetched) == 10 + 4
    assert crawl.one("SELECT count(walk_complete_at) FROM frontier") == 1


def test_a_second_crawl_leaves_the_listing_at_its_first_page(crawl: Crawl) -> None:
    site = Site(crawl, newest=10)
    site.seed()
    site.crawl_on()
    crawl.next_run()
    site.seed()
    assert site.crawl_on() == ["tin-tuc"]


def test_a_second_crawl_goes_on_as_far_as_there_is_news(crawl: Crawl) -> None:
    site = Site(crawl, newest=10)
    site.seed()
    site.crawl_on()
    site.newest = 14
    crawl.next_run()
    site.seed()
    fetched = site.crawl_on()
    assert site.stored() == set(range(1, 15))
    assert [path for path in fetched if path.startswith("tin-tuc")] == [
        "tin-tuc",
        "tin-tuc/page-2",
        "tin-tuc/page-3",
    ]


def test_news_that_came_in_by_the_home_page_does_not_end_the_pager(crawl: Crawl) -> None:
    """Everything on the first page is stored, and yet there is more behind it."""
    site = Site(crawl, newest=10)
    site.seed()
    site.crawl_on()
    site.newest = 20
    crawl.next_run()
    crawl.add(*(article(n) for n in (20, 19, 18)))
    site.crawl_on()
    site.seed()
    site.crawl_on()
    assert site.stored() == set(range(1, 21))


def test_a_listing_left_in_the_middle_is_not_left_early(crawl: Crawl) -> None:
    site = Site(crawl, newest=30)
    site.seed()
    site.crawl_on(limit=9)
    seen = site.stored()
    assert 0 < len(seen) < 30
    crawl.next_run()
    site.seed()
    site.crawl_on()
    assert site.stored() == set(range(1, 31))


def test_a_walk_that_was_cut_short_continues_where_it_stopped(crawl: Crawl) -> None:
    site = Site(crawl, newest=30)
    site.seed()
    before = list(site.crawl_on(limit=17))
    crawl.next_run()
    site.seed()
    after = site.crawl_on()
    assert set(before) & set(after) == {"tin-tuc"}


def test_news_that_came_while_a_walk_was_cut_short_is_not_missed(crawl: Crawl) -> None:
    site = Site(crawl, newest=30)
    site.seed()
    site.crawl_on(limit=17)
    site.newest = 44
    crawl.next_run()
    site.seed()
    site.crawl_on()
    assert site.stored() == set(range(1, 45))


def test_every_cut_of_every_walk_finds_everything(crawl: Crawl) -> None:
    site = Site(crawl, newest=6)
    for limit in (1, 2, 3, 5, 8, 1, 4, 7):
        site.newest += 2
        crawl.next_run()
        site.seed()
        site.crawl_on(limit)
    crawl.next_run()
    site.seed()
    site.crawl_on()
    assert site.stored() == set(range(1, site.newest + 1))


def test_a_page_that_fails_for_a_run_is_asked_again_in_the_next(crawl: Crawl) -> None:
    site = Site(crawl, newest=12)
    site.seed()
    site.crawl_on(limit=4)
    row = crawl.claim()
    assert row.kind == "next"
    crawl.frontier.retry(row.id, 1.0, "timeout")
    crawl.frontier.failed(crawl.claim(now=1.0).id, "timeout", run_id=crawl.run_id)
    assert site.crawl_on() == []
    crawl.next_run()
    site.seed()
    site.crawl_on()
    assert site.stored() == set(range(1, 13))


def test_a_pager_that_leads_in_a_circle_ends(crawl: Crawl) -> None:
    site = Site(crawl, newest=3)
    crawl.seed(NewLink(LISTING, "listing", page_no=1))
    for number in range(1, 20):
        row = crawl.frontier.peek("http://127.0.0.1:8001", 0.0)
        if row is None:
            break
        crawl.frontier.claim(row.id)
        links = [article(number)] if row.kind != "article" else []
        back = NewLink(LISTING, "next", walk_id=row.walk, revisit=True)
        crawl.put(row, Reading(row.url, "listing"), (*links, back))
    else:
        raise AssertionError("the pager does not end")
    assert site.crawl.frontier.counts()["pending"] == 0


def test_all_stored_means_stored_and_not_queued(crawl: Crawl) -> None:
    crawl.seed(article(1), article(2), article(3))
    everything = [article(1), article(2), article(3)]
    assert not crawl.frontier.all_stored(crawl.portal.id, everything)
    for number in (1, 2):
        crawl.put(crawl.claim(), Reading(None, "article", native_id=str(number)))
    assert crawl.frontier.all_stored(crawl.portal.id, everything[:2])
    assert not crawl.frontier.all_stored(crawl.portal.id, everything)
    crawl.claim()
    assert not crawl.frontier.all_stored(crawl.portal.id, everything), "claimed is not stored"


def test_a_page_that_turned_out_to_be_no_article_counts_as_settled(crawl: Crawl) -> None:
    crawl.seed(article(1), article(2))
    crawl.put(crawl.claim(), Reading(None, "rejected", reason="block page"))
    crawl.frontier.failed(crawl.claim().id, "status 404")
    assert crawl.frontier.all_stored(crawl.portal.id, [article(1), article(2)])


def test_an_alias_counts_as_stored_once_its_article_is(crawl: Crawl) -> None:
    alias = NewLink(f"{HOME}khac/bai-1.html", "article", native_id="1")
    crawl.seed(article(1))
    crawl.add(alias)
    assert not crawl.frontier.all_stored(crawl.portal.id, [alias])
    crawl.put(crawl.claim(), Reading(None, "article", native_id="1"))
    assert crawl.frontier.all_stored(crawl.portal.id, [alias])


def test_an_article_without_a_number_is_known_by_its_address(crawl: Crawl) -> None:
    link = NewLink(f"{HOME}bai.html", "article")
    crawl.seed(link)
    crawl.put(crawl.claim(), Reading(link.url, "article"))
    assert crawl.frontier.all_stored(crawl.portal.id, [link])


def test_a_page_without_articles_is_not_called_stored(crawl: Crawl) -> None:
    assert not crawl.frontier.all_stored(crawl.portal.id, [NewLink(HOME, "listing")])


def test_the_end_of_a_walk_is_marked_on_its_first_page(crawl: Crawl, archive: Archive) -> None:
    crawl.seed(NewLink(LISTING, "listing", page_no=1))
    first = crawl.claim()
    crawl.put(
        first,
        Reading(LISTING, "listing"),
        (NewLink(f"{LISTING}/2", "next", walk_id=first.walk, page_no=2),),
    )
    frontier = Frontier(archive)
    assert not frontier.is_walk_complete(first.id)
    second = crawl.claim()
    assert (second.walk, second.page_no) == (first.id, 2)
    crawl.put(second, Reading(second.url, "listing"), (), Outcome("done", walk_complete=True))
    assert frontier.is_walk_complete(first.id)


def test_the_digest_of_a_pages_items_is_kept(crawl: Crawl) -> None:
    crawl.seed(NewLink(LISTING, "listing"))
    row = crawl.claim()
    crawl.put(row, Reading(LISTING, "listing"), (), Outcome("done", items_digest="abc"))
    after = crawl.frontier.get(row.id)
    assert after is not None
    assert after.items_digest == "abc"
