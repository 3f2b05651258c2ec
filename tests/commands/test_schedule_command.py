"""`khotin schedule` and `khotin crawl --due`, as the clock starts them."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.archive.db import Archive
from crawler.cli import main
from tests.support.crawling import query, wait_for
from tests.support.site import Site
from tests.support.workplace import LIMIT_S, Workplace


@pytest.fixture
def place(tmp_path: Path, site: Site) -> Workplace:
    return Workplace.with_news(tmp_path, site, 4, 2)


def make_due(place: Workplace) -> None:
    with Archive.open(place.db) as archive, archive.atomic() as db:
        db.execute("UPDATE schedule SET next_visit_at = '2020-01-01T00:00:00+07:00'")


def scheduled(place: Workplace, *words: str) -> Result:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("KHOTIN_CONTACT", raising=False)
        return CliRunner().invoke(main, ["schedule", *words])


def test_what_is_due_is_crawled_once_and_then_nothing_is(place: Workplace, site: Site) -> None:
    status, out, err = place.khotin("--due", "nho", "--allow-private")
    assert status == 0, err
    assert "1 of 1 portals are due" in err
    assert "4 new articles" in out
    asked = len(site.log)
    status, _, err = place.khotin("--due", "nho", "--allow-private")
    assert status == 0
    assert "nothing is due before" in err
    assert len(site.log) == asked
    make_due(place)
    status, out, _ = place.khotin("--due", "nho", "--allow-private")
    assert status == 0
    assert "nothing is new" in out
    assert len(site.log) > asked


def test_a_crawl_that_a_budget_ended_is_due_at_once(place: Workplace) -> None:
    status, _, _ = place.khotin("--due", "nho", "--allow-private", "--max-pages", "2")
    assert status == 4
    status, _, err = place.khotin("--due", "nho", "--allow-private")
    assert status == 0
    assert "1 of 1 portals are due" in err
    assert query(place.db, "SELECT count(*) FROM articles") == [(4,)]


def test_beside_another_crawl_what_is_due_is_left_to_later(place: Workplace, site: Site) -> None:
    with Archive.open(place.db):
        status, _, err = place.khotin("--due", "nho", "--allow-private")
    assert status == 5
    assert "in use by another khotin" in err
    assert site.log == []


def test_the_next_visits_are_shown_with_their_reasons(place: Workplace) -> None:
    place.khotin("nho", "--allow-private")
    shown = scheduled(place, "list", "--db", str(place.db))
    assert shown.exit_code == 0
    assert "nho" in shown.stdout
    told = json.loads(scheduled(place, "list", "--db", str(place.db), "--json").stdout)
    assert told["portal_id"] == "nho"
    assert datetime.fromisoformat(told["next_visit_at"]) > datetime.now(UTC) + timedelta(hours=5)


def test_there_is_no_schedule_without_an_archive(tmp_path: Path) -> None:
    found = CliRunner().invoke(main, ["schedule", "list", "--db", str(tmp_path / "none.db")])
    assert found.exit_code == 7
    assert "khotin crawl" in found.stderr


def test_the_cron_line_is_one_line_whose_command_a_shell_understands(tmp_path: Path) -> None:
    folder = tmp_path / "kho tin 100%"
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KHOTIN_CONTACT", "https://example.org/who we are")
        made = CliRunner().invoke(main, ["schedule", "cron", "--db", str(folder / "archive.db")])
    assert made.exit_code == 0
    (line,) = made.stdout.splitlines()
    fields = line.split(maxsplit=5)
    assert fields[:5] == ["17", "*", "*", "*", "*"]
    words = shlex.split(fields[5].replace("\\%", "%"))
    assert words[:2] == ["cd", str(folder)]
    assert "KHOTIN_CONTACT=https://example.org/who we are" in words
    assert words[words.index("--db") + 1] == str(folder / "archive.db")
    assert "%" not in fields[5].replace("\\%", "")


@pytest.mark.parametrize("name", ["kho", "kho tin 100%"])
def test_systemd_accepts_the_units(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KHOTIN_CONTACT", "https://example.org/?a=1%20b")
        words = ["schedule", "systemd", "--user", "root", "--db", str(folder / "archive.db")]
        made = CliRunner().invoke(main, words)
    assert made.exit_code == 0, made.output
    parts = made.stdout.split("# khotin.timer\n")
    service, timer = parts[0].removeprefix("# khotin.service\n"), parts[1]
    assert "SuccessExitStatus=4 5" in service
    assert "crawl --due" in service
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here to read the units")
    (tmp_path / "khotin.service").write_text(service, encoding="utf-8")
    (tmp_path / "khotin.timer").write_text(timer, encoding="utf-8")
    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "khotin.service", "khotin.timer"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    ours = [line for line in found.stderr.splitlines() if "khotin." in line]
    assert ours == []


def test_units_for_a_folder_that_is_not_there_are_refused(tmp_path: Path) -> None:
    made = CliRunner().invoke(main, ["schedule", "cron", "--db", str(tmp_path / "no" / "a.db")])
    assert made.exit_code == 2
    assert "does not exist" in made.stderr


def test_without_a_contact_the_units_say_so(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("KHOTIN_CONTACT", raising=False)
        made = CliRunner().invoke(main, ["schedule", "cron", "--db", str(tmp_path / "a.db")])
    assert made.exit_code == 0
    assert "KHOTIN_CONTACT is not set" in made.stderr


def test_a_process_that_stays_crawls_what_comes_due_and_ends_on_sigterm(
    place: Workplace, site: Site
) -> None:
    words = ["schedule", "run", "nho", "--db", str(place.db), "--allow-private"]
    keeper = place.start("crawler.cli", *words, KHOTIN_VISIT_MIN_S=1, KHOTIN_VISIT_MAX_S=1)
    try:
        wait_for(lambda: place.db.exists() and _visits(place) >= 2, keeper)
        keeper.send_signal(signal.SIGTERM)
        _, err = keeper.communicate(timeout=LIMIT_S)
    finally:
        keeper.kill()
    assert keeper.returncode == 0, err
    assert "the crawl ended with 0; next look in" in err
    assert "stopped" in err
    assert len([seen for seen in site.log if "bai-viet" in seen.path]) == 4


def test_sigterm_lets_the_crawl_under_way_end_and_lose_nothing(
    place: Workplace, site: Site
) -> None:
    words = ["schedule", "run", "nho", "--db", str(place.db), "--allow-private"]
    keeper = place.start("crawler.cli", *words)
    try:
        wait_for(lambda: len(site.log) > 1, keeper)
        keeper.send_signal(signal.SIGTERM)
        keeper.communicate(timeout=LIMIT_S)
    finally:
        keeper.kill()
    assert keeper.returncode == 0
    assert query(place.db, "SELECT count(*) FROM frontier WHERE state = 'claimed'") == [(0,)]
    with Archive.open(place.db):
        pass  # the lock is free: no crawl was left behind


def test_a_hopeless_crawl_ends_the_process_that_stays(tmp_path: Path) -> None:
    broken = tmp_path / "archive.db"
    broken.write_bytes(b"no database at all, but long enough to be looked at" * 40)
    keeper = subprocess.run(
        [sys.executable, "-m", "crawler.cli", "schedule", "run", "--db", str(broken)],
        capture_output=True, text=True, timeout=LIMIT_S, check=False,
        env={**os.environ, "KHOTIN_CONTACT": "https://example.org/"},
    )  # fmt: skip
    assert keeper.returncode == 7


def _visits(place: Workplace) -> int:
    try:
        rows = query(place.db, "SELECT coalesce(sum(visits), 0) FROM schedule")
    except sqlite3.OperationalError:  # the archive is being made
        return 0
    return int(rows[0][0])
