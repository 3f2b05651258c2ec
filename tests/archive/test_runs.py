from __future__ import annotations

import json
import time
from pathlib import Path

from crawler.archive.db import Archive
from crawler.archive.frontier import NewLink
from crawler.archive.robots import get_robots, put_robots
from crawler.archive.runs import (
    Problem,
    add_problem,
    finish,
    finish_portal,
    portal_runs,
    start_or_resume,
)
from crawler.reader.model import Reading
from tests.archive.conftest import HOME, Crawl


def states(archive: Archive) -> list[str]:
    return [state for (state,) in archive.conn.execute("SELECT state FROM runs ORDER BY id")]


def test_a_run_is_begun_with_what_it_was_asked(archive: Archive) -> None:
    run = start_or_resume(archive, ["b", "a", "b"], {"max_pages": 50, "db": archive.path})
    assert not run.resumed
    [row] = archive.db.query("SELECT * FROM runs")
    assert json.loads(row["args"]) == {
        "portals": ["a", "b"],
        "max_pages": 50,
        "db": str(archive.path),
    }
    assert (row["state"], row["finished_at"], row["version"]) == ("running", None, "0.1.0")
    assert row["started_at"] == run.started_at
    assert run.started_at.endswith("+07:00")


def test_a_run_that_was_killed_is_resumed(archive: Archive) -> None:
    first = start_or_resume(archive, ["a", "b"], {"max_pages": 50})
    again = start_or_resume(archive, ["b", "a"], {"max_pages": 99})
    assert (again.id, again.started_at, again.resumed) == (first.id, first.started_at, True)
    assert states(archive) == ["running"]


def test_a_run_over_other_portals_is_not_resumed_but_closed(archive: Archive) -> None:
    first = start_or_resume(archive, ["a"])
    second = start_or_resume(archive, ["a", "b"])
    assert second.id != first.id
    assert states(archive) == ["interrupted", "running"]
    assert archive.conn.execute("SELECT finished_at FROM runs").fetchone()[0] is not None


def test_a_finished_run_is_not_resumed(archive: Archive) -> None:
    first = start_or_resume(archive, ["a"])
    finish(archive, first.id, "budget")
    assert not start_or_resume(archive, ["a"]).resumed
    assert states(archive) == ["budget", "running"]


def test_finishing_empties_the_write_ahead_log(archive: Archive) -> None:
    run = start_or_resume(archive, ["a"])
    finish(archive, run.id, "done")
    assert Path(f"{archive.path}-wal").stat().st_size == 0


def test_finishing_beside_a_reader_does_not_wait_for_it(archive: Archive) -> None:
    run = start_or_resume(archive, ["a"])
    with Archive.open(archive.path, readonly=True) as reader:
        reader.conn.execute("BEGIN")
        reader.conn.execute("SELECT count(*) FROM runs").fetchone()
        begin = time.perf_counter()
        finish(archive, run.id, "done")
        assert time.perf_counter() - begin < 5
        reader.conn.execute("COMMIT")
    assert states(archive) == ["done"]


def test_what_was_done_within_a_killed_run_is_not_fetched_again(crawl: Crawl) -> None:
    crawl.seed(NewLink(HOME, "start"))
    crawl.put(
        crawl.claim(),
        Reading(HOME, "listing"),
        (NewLink(f"{HOME}1.html", "article", native_id="1"),),
    )
    crawl.claim()
    run = start_or_resume(crawl.archive, [crawl.portal.id])
    assert run.resumed
    assert crawl.frontier.recover() == 1
    assert crawl.frontier.seed(run.id, crawl.portal, [NewLink(HOME, "start")]) == 0
    row = crawl.claim()
    assert row.native_id == "1"


def test_seconds_of_a_portal_add_up_over_resumed_runs(crawl: Crawl) -> None:
    crawl.seed(NewLink(HOME, "start"))
    for seconds in (1.5, 2.0):
        finish_portal(crawl.archive, crawl.run_id, crawl.portal.id, seconds)
    [run] = portal_runs(crawl.archive, crawl.run_id)
    assert run.seconds == 3.5
    assert run.finished_at is not None
    assert run.seeded_at is not None


def test_a_portal_that_could_not_be_seeded_can_be_finished(crawl: Crawl) -> None:
    crawl.seed()
    crawl.next_run()
    finish_portal(crawl.archive, crawl.run_id, crawl.portal.id, 0.0)
    [run] = portal_runs(crawl.archive, crawl.run_id)
    assert (run.seeded_at, run.pages, run.reasons) == (None, 0, {})


def test_a_problem_keeps_its_numbers(archive: Archive) -> None:
    add_problem(archive, Problem("read", "timeout", "đọc lâu", {"limit_s": 10, "at": Path("x")}))
    [row] = archive.db.query("SELECT * FROM problems")
    assert (row["stage"], row["kind"], row["detail"]) == ("read", "timeout", "đọc lâu")
    assert json.loads(row["numbers"]) == {"limit_s": 10, "at": "x"}
    assert row["at"].endswith("+07:00")


def test_a_problem_with_unreadable_words_is_recorded_all_the_same(archive: Archive) -> None:
    """A file name or header that is no UTF-8 comes out of Python with half surrogates in it."""
    odd = b"x\xff".decode("utf-8", "surrogateescape")
    add_problem(archive, Problem("fetch", odd, odd, {"header": odd}), url=f"http://x/{odd}")
    assert archive.conn.execute("SELECT kind, detail, url FROM problems").fetchone() == (
        "x\ufffd",
        "x\ufffd",
        "http://x/x\ufffd",
    )


def test_a_robots_decision_replaces_the_one_before(archive: Archive) -> None:
    origin = "http://127.0.0.1:8001"
    assert get_robots(archive, origin) is None
    put_robots(archive, origin, "wait", expires_at=10.5, status=503)
    put_robots(archive, origin, "rules", expires_at=99.0, status=200, body="User-agent: *")
    found = get_robots(archive, origin)
    assert found is not None
    assert (found.decision, found.body, found.status) == ("rules", "User-agent: *", 200)
    assert found.expires_at == 99.0
    assert get_robots(archive, "https://127.0.0.1:8001") is None
