"""The spider walks the captured portal over HTTP, in both its states, and the archive is right."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from crawler.archive.db import Archive
from crawler.archive.frontier import Frontier, NewLink
from tests.support.answers import from_archive
from tests.support.crawling import crawl, portal
from tests.support.egov import CAPTURES, Gold, gold_rows, visible_gold
from tests.support.replay import Flood, Hit, ReplayServer
from tests.support.report import Report, table
from tests.support.scoring import FIELDS, Answer, score
from tests.support.shared import MISSING, shared_path
from tests.support.surroundings import egov_surroundings

pytestmark = pytest.mark.skipif(shared_path(CAPTURES) is None, reason=MISSING)

PORTAL = "anphuc"
FIELD_SHARE = 0.99
TEXT_F1 = 0.99
# Edits that change words, stamp, author or source: each makes a version when it is seen.
WORDED = ("e1:", "e2:", "e3:", "e4:", "e5:", "e10:", "e11:")
SILENT = ("e12:", "e13:")  # counters or markup alone
GONE = ("e7:", "e8:")

Stored = dict[str, tuple[str, Answer]]


@dataclass
class Stage:
    """What one run did: its report, what is stored after it, and what the server saw."""

    report: dict[str, Any]
    stored: Stored
    hits: list[Hit]
    versions: Counter[str] = field(default_factory=Counter)

    @property
    def portal(self) -> dict[str, Any]:
        found: dict[str, Any] = self.report["portals"][0]
        return found


@dataclass
class Walk:
    """One portal, one archive, run after run."""

    server: ReplayServer
    folder: Path
    platform: str | None

    @property
    def archive(self) -> Path:
        return self.folder / "archive.db"

    def run(self, **settings: Any) -> Stage:
        """Crawl to the end in the server's present state."""
        before = len(self.server.hits)
        record = portal(PORTAL, self.server.base, platform=self.platform)
        report = crawl(self.folder, [record], **settings).report
        stored = from_archive(self.archive, PORTAL, self.server.gold_url)
        return Stage(report, stored, self.server.hits[before:], self._versions())

    def ask_again(self, rows: list[Gold]) -> None:
        """Make these articles pending once more, as a refresh of old articles would."""
        links = [
            NewLink(row.url.replace("http://huyenanphuc.example/", self.server.base), "article",
                    native_id=str(row.id), revisit=True)
            for row in rows
        ]  # fmt: skip
        with Archive.open(self.archive) as archive:
            assert Frontier(archive).add(PORTAL, links) == len(rows)

    def _versions(self) -> Counter[str]:
        sql = "SELECT native_id FROM versions JOIN articles ON articles.id = article_id"
        with closing(sqlite3.connect(self.archive)) as db:
            return Counter(native_id for (native_id,) in db.execute(sql))


@dataclass
class Story:
    """The portal crawled in its first state, in its second, and with old articles asked again."""

    first: Stage
    second: Stage
    again: Stage


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("egov")
    with ReplayServer(address="127.0.0.1") as server:
        walk = Walk(server, folder, "nukeviet")
        first = walk.run()
        server.switch(state=2)
        second = walk.run()
        walk.ask_again(edited(*WORDED, *SILENT, *GONE))
        yield Story(first, second, walk.run())


def edited(*kinds: str) -> list[Gold]:
    """The rows of the first state of articles that were edited in these ways."""
    keys = {row.key for row in gold_rows() if row.edit.startswith(kinds)}
    return [row for row in gold_rows() if row.rev == 1 and row.key in keys]


def compared(stage: Stage, state: int) -> Report:
    """Everything stored against everything visible."""
    report = Report(f"crawl, state {state}")
    for key, gold in visible_gold(state).items():
        if str(key) in stage.stored:
            report.add(score(stage.stored[str(key)][1], gold, egov_surroundings()))
        else:
            report.missing.append(f"{gold.key} {gold.url}")
    print(table([report]))
    return report


def test_the_crawl_ends_with_everything_done(story: Story) -> None:
    for stage in (story.first, story.second, story.again):
        assert (stage.report["state"], stage.portal["pending"]) == ("done", 0), stage.report


def test_every_visible_article_is_found_once_at_its_own_address(story: Story) -> None:
    stored = {key: url for key, (url, _) in story.first.stored.items()}
    assert stored == {str(key): gold.url for key, gold in visible_gold(1).items()}
    assert story.first.portal["articles_new"] == len(stored)


def test_the_stored_articles_are_those_of_the_gold(story: Story) -> None:
    report = compared(story.first, 1)
    assert not report.missing
    assert report.f1 >= TEXT_F1, report.failures()
    assert not report.leaking, report.failures()
    for name in FIELDS:
        assert report.share(name) >= FIELD_SHARE, report.failures()


def test_each_article_page_is_asked_for_once(story: Story) -> None:
    asked = Counter(hit.path for hit in story.first.hits)
    assert max(asked.values()) == 1, asked.most_common(3)


def test_robots_is_read_first_and_obeyed(story: Story) -> None:
    paths = [hit.path for hit in story.first.hits]
    assert paths[0] == "/robots.txt"
    forbidden = ("/admin/", "/users/", "/statistics/", "/data/", "/modules/", "/install/")
    assert not [path for path in paths if path.startswith(forbidden)]


def test_nothing_that_only_machines_should_press_is_pressed(story: Story) -> None:
    tokens = ("nvvithemever", "nv_redirect", "checkss", "/banners/click", "/sendmail/", "/search")
    hits = story.first.hits + story.second.hits
    assert not [hit.path for hit in hits if any(token in hit.path for token in tokens)]
    assert {hit.method for hit in hits} == {"GET"}


def test_the_crawler_names_itself(story: Story) -> None:
    agents = {hit.user_agent for hit in story.first.hits}
    assert len(agents) == 1
    assert agents.pop().startswith("khotin/")


def test_a_second_crawl_finds_the_new_articles_and_fetches_no_other(story: Story) -> None:
    new = {str(row.id) for row in gold_rows() if row.edit == "new-in-rev2"}
    assert len(new) == 3
    assert story.second.stored.keys() - story.first.stored.keys() == new
    assert story.second.portal["articles_new"] == 3
    old_pages = {url for url, _ in story.first.stored.values()}
    fetched = {f"http://huyenanphuc.example{hit.path}" for hit in story.second.hits}
    assert not fetched & old_pages


def test_edits_of_words_make_versions_where_the_page_is_asked_again(story: Story) -> None:
    for row in edited(*WORDED):
        now = next(gold for gold in gold_rows() if gold.rev == 2 and gold.key == row.key)
        found = score(story.again.stored[str(row.id)][1], now, egov_surroundings())
        assert not found.lost and not found.wrong, (row.key, now.edit, found)
        assert story.again.versions[str(row.id)] == 2, (row.key, now.edit)
        assert story.first.versions[str(row.id)] == 1


def test_a_change_of_counters_or_markup_makes_no_version(story: Story) -> None:
    for row in edited(*SILENT):
        assert story.again.versions[str(row.id)] == 1, row.key


def test_an_article_that_was_taken_down_stays_in_the_archive(story: Story) -> None:
    gone = edited(*GONE)
    paths = {row.url.removeprefix("http://huyenanphuc.example") for row in gone}
    assert paths <= {hit.path for hit in story.again.hits if hit.status == 404}
    for row in gone:
        assert story.again.stored[str(row.id)] == story.first.stored[str(row.id)]


def test_a_new_address_of_a_known_article_is_the_same_article(story: Story) -> None:
    (moved,) = edited("e4:")
    now = next(row for row in gold_rows() if row.rev == 2 and row.key == moved.key)
    assert now.url != moved.url
    assert story.again.stored[str(moved.id)][0] == now.url
    assert len(story.again.stored) == len(story.second.stored)


def test_the_platform_is_recognised_when_the_record_does_not_name_it(tmp_path: Path) -> None:
    with ReplayServer() as server:
        stage = Walk(server, tmp_path, None).run(KHOTIN_PAGES_MAX=45)
    gold = {str(key): row for key, row in visible_gold(1).items()}
    assert len(stage.stored) > 10
    for key, (url, answer) in stage.stored.items():
        found = score(answer, gold[key], egov_surroundings())
        assert url == gold[key].url
        assert not found.leaks and "published" not in found.wrong, found


def test_the_block_page_is_waited_out_and_never_stored(tmp_path: Path) -> None:
    with ReplayServer(flood=Flood(first=2)) as server:
        walk = Walk(server, tmp_path, "nukeviet")
        stage = walk.run(KHOTIN_BLOCK_WAIT_S=0.3, KHOTIN_PAGES_MAX=60)
    blocked = [hit for hit in stage.hits if hit.blocked]
    assert [hit.path for hit in blocked] == ["/robots.txt"] * 2
    waits = [
        after.begun - before.begun for before, after in zip(blocked, stage.hits[1:], strict=False)
    ]
    assert min(waits) >= 0.3
    assert stage.stored
    assert not [key for key, (_, answer) in stage.stored.items() if "Hãy đợi" in str(answer)]


def test_without_the_profile_the_crawl_still_ends_and_finds_articles(tmp_path: Path) -> None:
    """No floor yet: `python -m bench portal` prints the whole comparison."""
    with ReplayServer() as server:
        stage = Walk(server, tmp_path, "generic").run(KHOTIN_PAGES_MAX=45)
    assert stage.report["state"] in ("done", "budget")
    assert stage.portal["articles_new"] > 0
    assert stage.stored
