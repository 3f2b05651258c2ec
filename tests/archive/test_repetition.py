"""Counts of what repeats: bounded, young, taken once per article, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crawler.archive.db import Archive
from crawler.archive.frontier import NewLink
from crawler.archive.migrations import MIGRATIONS
from crawler.archive.repetition import AGED_PAGES, PRUNED_PAGES, learned, load
from crawler.reader.model import Citation, Reading, SeenBlock
from crawler.reader.repetition import MIN_PAGES
from tests.support.learning import PORTAL, Learner

if TYPE_CHECKING:
    from tests.archive.conftest import Crawl

HOME = "http://127.0.0.1:8001/"
MENU = tuple(f"Mục {word}" for word in ("tin tức", "văn bản", "liên hệ", "thông báo"))


def page(number: int, skin: str = "cu", body: int = 4) -> list[SeenBlock]:
    """An article page in a skin: a menu of four entries, a body whose texts are all its own."""
    menu = [
        SeenBlock(f"menu-{skin}", f"{skin}{text}", f"div.{skin}>ul>li", len(text), text)
        for text in MENU
    ]
    texts = [f"đoạn {part} của bài {number}" for part in range(body)]
    prose = [
        SeenBlock(f"body-{skin}", f"{skin}{text}", f"div.{skin}>div.noi-dung>p", 300, text)
        for text in texts
    ]
    return menu + prose


@pytest.fixture
def learner() -> Iterator[Learner]:
    with Learner() as made:
        yield made


def test_a_menu_is_learned_after_a_few_pages_and_a_body_never(learner: Learner) -> None:
    for number in range(MIN_PAGES - 1):
        assert learner.see(page(number)).version == ""
    known = learner.see(page(MIN_PAGES))
    assert known.regions == {"menu-cu"}
    assert known.version
    assert not known.blocks
    after = learner.see(*map(page, range(10, 30)))
    assert (after.regions, after.version) == (known.regions, known.version)


def test_what_people_see_says_where_and_what(learner: Learner) -> None:
    learner.see(*map(page, range(8)))
    found = learned(learner.archive, PORTAL.id)
    (region,) = found.chrome
    assert found.pages == 8
    assert region.count.path == "div.cu>ul>li"
    assert (region.count.pages, region.count.blocks, region.count.texts) == (8, 32, 4)
    assert set(region.samples) <= set(MENU)


def test_the_tables_stay_small_however_many_pages_come(learner: Learner) -> None:
    most = 0
    for number in range(3 * AGED_PAGES):
        learner.see(page(number))
        most = max(most, learner.rows("repeated_blocks"))
    assert most <= len(MENU) + 4 * (2 * PRUNED_PAGES + 1)
    (pages,) = learner.archive.conn.execute("SELECT pages FROM repeated_portals").fetchone()
    assert AGED_PAGES / 2 <= pages < AGED_PAGES
    (region, texts) = learner.archive.conn.execute(
        "SELECT pages, texts FROM repeated_regions WHERE region = 'body-cu'"
    ).fetchone()
    assert region <= pages
    assert texts > 3 * region  # the texts themselves are forgotten, that they were new is not


def test_a_new_layout_is_learned_and_the_old_one_forgotten(learner: Learner) -> None:
    learner.see(*map(page, range(2 * AGED_PAGES)))
    needed = 0
    while "menu-moi" not in learner.see(page(needed, "moi")).regions:
        needed += 1
        assert needed <= AGED_PAGES / 2
    both = load(learner.archive, PORTAL.id)
    assert both.regions == {"menu-cu", "menu-moi"}
    later = learner.see(*(page(number, "moi") for number in range(1000, 1000 + 2 * AGED_PAGES)))
    assert later.regions == {"menu-moi"}
    gone = learner.archive.conn.execute(
        "SELECT pages FROM repeated_regions WHERE region LIKE '%-cu'"
    ).fetchall()
    assert all(pages < AGED_PAGES / 8 for (pages,) in gone)


def test_a_page_is_counted_once_however_often_it_is_stored(crawl: Crawl) -> None:
    crawl.seed()
    said: dict[str, Any] = {"title": "Một", "text_method": "generic:blocks", "seen": page(1)}
    crawl.article("1", text="Họp", **said)
    crawl.next_run()
    assert crawl.article("1", text="Họp lại", **said).change == "changed"
    crawl.article("2", title="Hai", text="Họp", text_method="profile:x")
    assert crawl.one("SELECT pages FROM repeated_portals") == 1
    assert crawl.one("SELECT max(pages) FROM repeated_blocks") == 1
    versions = crawl.rows("SELECT native_id, repeated_version FROM articles ORDER BY id")
    assert versions == [("1", ""), ("2", None)]


def test_words_that_change_with_what_is_known_are_no_edit(crawl: Crawl) -> None:
    crawl.seed()
    assert read_with(crawl, "Menu. Họp", "") == "new"
    assert read_with(crawl, "Họp", "v1") == "reread"
    assert read_with(crawl, "Họp", "v2") == "same"
    assert read_with(crawl, "Họp chiều", "v2") == "changed"
    causes = crawl.rows("SELECT cause, repeated_version FROM versions ORDER BY id")
    assert causes == [("first", ""), ("reader", "v2"), ("edit", "v2")]


def read_with(crawl: Crawl, text: str, known: str) -> str | None:
    """Fetch article 1 in a run of its own, read with the knowledge of a version."""
    crawl.next_run()
    url = f"{HOME}1.html"
    crawl.frontier.add(crawl.portal.id, [NewLink(url, "article", native_id="1", revisit=True)])
    method = "generic:blocks"
    reading = Reading(url, "article", native_id="1", text=text, text_method=method)
    return crawl.put(crawl.claim(), reading, repeated_version=known).change


def test_citations_are_stored_with_their_paragraph_and_replaced(crawl: Crawl) -> None:
    crawl.seed()
    decree = Citation("Nghị định số 30/2020/NĐ-CP", "Nghị định", "30/2020", "NĐ", "CP", None, 2)
    plan = Citation("Kế hoạch 5/KH-UBND", "Kế hoạch", "5", "KH", "UBND", "2024-01-02", 0)
    crawl.article("1", title="Một", citations=[decree, plan])
    columns = "position, text, type, number, code, organ, date, paragraph"
    assert crawl.rows(f"SELECT {columns} FROM citations") == [
        (1, "Nghị định số 30/2020/NĐ-CP", "Nghị định", "30/2020", "NĐ", "CP", None, 2),
        (2, "Kế hoạch 5/KH-UBND", "Kế hoạch", "5", "KH", "UBND", "2024-01-02", 0),
    ]
    crawl.next_run()
    crawl.article("1", title="Một", citations=[plan])
    assert crawl.rows("SELECT position, number FROM citations") == [(1, "5")]


def test_an_archive_of_the_first_schema_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "archive.db"
    steps = list(MIGRATIONS._migrations)
    monkeypatch.setattr(MIGRATIONS, "_migrations", steps[:1])
    with Archive.open(path) as archive, archive.atomic() as db:
        db.execute("INSERT INTO portals(id, name) VALUES ('p', 'p')")
        for number, method in enumerate(("generic:blocks", "profile:x"), 1):
            db.execute(
                "INSERT INTO articles(portal_id, native_id, url, title, text_method, "
                "first_captured_at, last_captured_at, text_sha256) "
                "VALUES ('p', ?, 'u', 'Đảng bộ', ?, '', '', '')",
                (str(number), method),
            )
    monkeypatch.setattr(MIGRATIONS, "_migrations", steps)
    with Archive.open(path) as archive:
        rows = archive.conn.execute("SELECT repeated_version FROM articles ORDER BY id").fetchall()
        assert rows == [("",), (None,)]
        hits = "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'dang'"
        assert archive.conn.execute(hits).fetchone() == (2,)
        archive.db.execute(
            "INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)"
        )
