"""`khotin status`, as a person and a monitor ask it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.archive.clock import iso
from crawler.archive.db import Archive
from crawler.archive.status import portal_statuses
from crawler.cli import main
from tests.support.site import Answer, Site
from tests.support.workplace import Workplace


@pytest.fixture
def place(tmp_path: Path, site: Site) -> Workplace:
    made = Workplace.with_news(tmp_path, site, 4, 4)
    made.add("vang", f'url = "{site.listen("127.0.0.3")}/khong-co/"')
    return made


def asked(place: Workplace, *words: str) -> Result:
    return CliRunner().invoke(main, ["status", "--db", str(place.db), *words])


def test_a_portal_that_is_well_is_shown_with_what_it_gave(place: Workplace) -> None:
    place.khotin("nho", "--allow-private")
    shown = asked(place)
    assert shown.exit_code == 0
    assert "1 portals: 1 well" in shown.stdout
    told = json.loads(asked(place, "--json").stdout)
    assert (told["portal_id"], told["standing"], told["articles"]) == ("nho", "well", 4)
    assert told["articles_new"] == 4
    assert told["newest"] == "2024-01-12"
    assert told["measures"]["coverage"]["title"] == 1.0


def test_what_is_wrong_comes_first_and_gives_the_exit_status(place: Workplace) -> None:
    place.khotin("nho", "vang", "--allow-private")
    shown = asked(place, "--json")
    rows = [json.loads(line) for line in shown.stdout.splitlines()]
    assert [row["portal_id"] for row in rows] == ["vang", "nho"]
    assert rows[0]["standing"] == "suspect"
    assert shown.exit_code == 6
    only = asked(place, "--wrong", "--json").stdout.splitlines()
    assert [json.loads(line)["portal_id"] for line in only] == ["vang"]
    assert asked(place, "nho").exit_code == 0


def test_a_clock_that_stands_still_is_noticed(place: Workplace) -> None:
    place.khotin("nho", "--allow-private")
    with Archive.open(place.db, readonly=True) as archive:
        later = datetime.now(UTC) + timedelta(days=30)
        (found,) = portal_statuses(archive, later)
    assert found.standing == "overdue"
    with Archive.open(place.db) as archive, archive.atomic() as db:
        db.execute(
            "UPDATE schedule SET next_visit_at = ?", (iso(datetime.now(UTC) - timedelta(days=40)),)
        )
    assert asked(place).exit_code == 6


def test_a_portal_that_was_never_crawled_is_a_wrong_request(place: Workplace) -> None:
    place.khotin("nho", "--allow-private")
    shown = asked(place, "vang")
    assert shown.exit_code == 2
    assert "khotin crawl vang" in shown.stderr


def test_an_archive_without_visits_and_none_at_all(place: Workplace) -> None:
    assert asked(place).exit_code == 7
    with Archive.open(place.db):
        pass
    shown = asked(place)
    assert (shown.exit_code, "no portal has been crawled" in shown.stdout) == (0, True)


def test_a_portal_that_puts_us_off_visit_after_visit_is_suspect(
    place: Workplace, site: Site
) -> None:
    site.answers["/"] = Answer(503, headers={"Retry-After": "7200"})
    for _ in range(3):
        assert place.khotin("nho", "--allow-private", KHOTIN_PATIENCE_S=0)[0] == 5
    shown = asked(place, "nho", "--json")
    told = json.loads(shown.stdout)
    assert (told["standing"], shown.exit_code) == ("suspect", 6)
    assert told["why"] == "blocked: 3 visits in a row ended with nothing in hand: HTTP 503"
