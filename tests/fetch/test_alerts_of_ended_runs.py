"""Alerts after runs that Ctrl-C or an error ended, over real processes and sockets."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.exits import Exit
from crawler.fetch.alerts import HURRY_S
from tests.support.crawling import query, wait_for
from tests.support.news import add_robots, article_path, news_site
from tests.support.site import Answer, Site
from tests.support.workplace import LIMIT_S, Workplace

BELL = "/chuong"


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as made:
        yield made


@pytest.fixture
def lost() -> Iterator[Site]:
    """A site whose home page is gone."""
    with Site() as made:
        add_robots(made)
        made.answers["/"] = Answer(404)
        yield made


@pytest.fixture
def bell() -> Iterator[Site]:
    with Site() as made:
        made.answers[BELL] = Answer(204)
        yield made


def rung(bell: Site) -> list[dict[str, Any]]:
    return [json.loads(seen.body) for seen in bell.log]


def hooked(bell: Site) -> dict[str, str]:
    return {"KHOTIN_ALERT_WEBHOOK": f"{bell.listen('127.0.0.9')}{BELL}"}


def stopped(place: Workplace, site: Site, lost: Site, **settings: str) -> tuple[int, float, str]:
    """A crawl that gets Ctrl-C when the lost portal has failed: status, seconds after it, stderr.

    The other portal has articles for a minute yet.
    """
    news_site(site, 60, 60)
    place.add("mat", f'url = "{lost.listen("127.0.0.3")}/"')
    place.add("nho", f'url = "{site.listen("127.0.0.2")}/"', "delay_s = 0.5")
    words = ("crawler.cli", "crawl", "nho", "mat", "--allow-private", "--db", str(place.db))
    process = place.start(*words, **settings)
    gone = "SELECT 1 FROM frontier WHERE portal_id = 'mat' AND kind = 'start' AND state = 'failed'"
    wait_for(lambda: len(site.log) > 3 and bool(query(place.db, gone)), process)
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    _, err = process.communicate(timeout=LIMIT_S)
    return process.returncode, time.monotonic() - began, err


def test_ctrl_c_tells_of_the_portals_that_were_done(
    tmp_path: Path, site: Site, lost: Site, bell: Site
) -> None:
    place = Workplace(tmp_path)
    status, _, err = stopped(place, site, lost, **hooked(bell))
    assert status == Exit.INTERRUPTED, err
    (said,) = rung(bell)
    assert said["kind"] == "news"
    assert [(one["kind"], one["portal_id"]) for one in said["news"]] == [("trouble", "mat")]
    assert [one["portal_id"] for one in said["wrong"]] == ["mat"]
    place.khotin("mat", "--allow-private", **hooked(bell))
    assert len(rung(bell)) == 1  # told is told


def test_ctrl_c_waits_a_few_seconds_for_an_alert_and_the_next_run_tells(
    tmp_path: Path, site: Site, lost: Site, bell: Site
) -> None:
    bell.answers[BELL] = Answer(204, wait_s=90)
    place = Workplace(tmp_path)
    status, took, err = stopped(place, site, lost, **hooked(bell))
    assert status == Exit.INTERRUPTED, err
    assert took < HURRY_S + 15  # the crawl itself ends in a second or two
    rows = query(place.db, "SELECT detail FROM problems WHERE stage = 'alert'")
    assert len(rows) == 1 and f"{HURRY_S:g} s" in rows[0][0]
    bell.answers[BELL] = Answer(204)
    bell.log.clear()
    place.khotin("mat", "--allow-private", **hooked(bell))
    assert [one["portal_id"] for one in rung(bell)[-1]["news"]] == ["mat"]


def test_a_second_ctrl_c_waits_for_no_alert(
    tmp_path: Path, site: Site, lost: Site, bell: Site
) -> None:
    news_site(site, 4, 4)
    for number in (1, 2, 3):  # an answer under way is waited for after the first Ctrl-C
        page = site.answers[article_path(number)]
        assert isinstance(page, Answer)
        page.wait_s = 20
    place = Workplace(tmp_path)
    place.add("nho", f'url = "{site.listen("127.0.0.2")}/"')
    words = ("crawler.cli", "crawl", "nho", "--allow-private", "--db", str(place.db))
    process = place.start(*words, **hooked(bell))
    claimed = "SELECT 1 FROM frontier WHERE kind = 'article' AND state = 'claimed'"
    wait_for(lambda: place.db.exists() and len(site.log) > 1 and bool(query(place.db, claimed)),
             process)  # fmt: skip
    process.send_signal(signal.SIGINT)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=LIMIT_S)
    assert process.returncode == Exit.INTERRUPTED
    assert rung(bell) == []


def bounded(place: Workplace, size: int, *words: str, **settings: str) -> tuple[int, str]:
    """A khotin that may write no file larger than this: (status, stderr)."""
    process = place.start("crawler.cli", *words, **settings)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, size))
    _, err = process.communicate(timeout=LIMIT_S)
    return process.returncode, err


def test_an_error_that_ends_a_run_is_told(tmp_path: Path, site: Site, bell: Site) -> None:
    place = Workplace.with_news(tmp_path, site, 12, 12)
    words = ("crawl", "nho", "--allow-private", "--db", str(place.db))
    status, err = bounded(place, 40_000_000, *words, "--max-pages", "2", **hooked(bell))
    assert status == Exit.BUDGET, err
    (warc,) = (tmp_path / "warcs").iterdir()
    room = max(place.db.stat().st_size, (tmp_path / "archive.db-wal").stat().st_size
               if (tmp_path / "archive.db-wal").exists() else 0, warc.stat().st_size)  # fmt: skip
    status, err = bounded(place, room + 20_000, *words, **hooked(bell))
    assert status == Exit.ARCHIVE, err
    (said,) = rung(bell)
    assert (said["kind"], said["run_id"]) == ("error", 2)
    assert said["text"].splitlines()[0].startswith("An error ended a crawl")
    assert "size limit" in said["text"] and str(tmp_path) in said["text"]
    assert said["news"] == said["wrong"] == []
    assert place.khotin("nho", "--allow-private", **hooked(bell))[0] == Exit.DONE
    assert len(rung(bell)) == 1


@pytest.mark.parametrize("words", [("nho",), ("--due",)], ids=["named", "by the clock"])
def test_an_archive_that_cannot_be_used_is_told_each_time(
    tmp_path: Path, site: Site, bell: Site, words: tuple[str, ...]
) -> None:
    place = Workplace.with_news(tmp_path, site, 2, 2)
    place.db.write_bytes(b"no database" * 1000)
    for times in (1, 2):
        status, _, err = place.khotin(*words, "--allow-private", **hooked(bell))
        assert status == Exit.ARCHIVE, err
        assert len(rung(bell)) == times
    said = rung(bell)[0]
    assert (said["kind"], said["run_id"]) == ("error", None)
    assert "kept a crawl from beginning" in said["text"] and str(place.db) in said["text"]
    assert site.log == []


def test_a_crawl_that_another_one_keeps_out_tells_nobody(
    tmp_path: Path, site: Site, bell: Site
) -> None:
    place = Workplace.with_news(tmp_path, site, 2, 2)
    holder = "import sys; from crawler.archive.db import Archive; from pathlib import Path\n"
    holder += "a = Archive.open(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(place.db)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None and process.stdout.readline() == "held\n"
        status, _, err = place.khotin("nho", "--allow-private", **hooked(bell))
        process.communicate("")
    assert status in (Exit.ARCHIVE, Exit.DEFERRED), err
    assert rung(bell) == []
