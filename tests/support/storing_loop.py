"""A crawl without a network, run in a process of its own so that a test can kill it anywhere.

Usage: storing_loop.py DATABASE ARTICLES. Each article that store() has acknowledged is printed, and
so is what the start found to repair.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from crawler.archive.captures import NewCapture, RawResponse, open_writer, repair_archive
from crawler.archive.db import Archive
from crawler.archive.frontier import Frontier, NewLink
from crawler.archive.runs import finish, start_or_resume
from crawler.archive.store import store
from crawler.portals.model import Portal
from crawler.reader.model import Reading

HOME = "http://127.0.0.1:8001/"
PORTAL = Portal("song-lam", "Sông Lam", HOME, "district", "Nghệ An")
PER_PAGE = 5


def say(*words: object) -> None:
    print(*words, flush=True)


def answer(number: int, count: int) -> tuple[Reading, list[NewLink]]:
    """Page `number` of the listing when negative or 0, else the article of that number."""
    if number > 0:
        text = f"Bài {number}: Đảng uỷ họp. " * 40
        return Reading(None, "article", native_id=str(number), title=f"Bài {number}", text=text), []
    first = -number * PER_PAGE + 1
    links = [
        NewLink(f"{HOME}{n}", "article", native_id=str(n))
        for n in range(first, min(first + PER_PAGE, count + 1))
    ]
    if first + PER_PAGE <= count:
        links.append(NewLink(f"{HOME}{number - 1}", "next", walk_id=1, page_no=2 - number))
    return Reading(None, "listing"), links


def main(database: Path, count: int) -> None:
    with Archive.open(database) as archive:
        for item in repair_archive(archive):
            say("repaired", item.cut_bytes, item.missing_bytes)
        frontier = Frontier(archive, [PORTAL.id])
        say("recovered", frontier.recover())
        run = start_or_resume(archive, [PORTAL.id])
        frontier.seed(run.id, PORTAL, [NewLink(f"{HOME}0", "listing", page_no=1)])
        with open_writer(archive, max_bytes=20_000) as writer:
            while row := frontier.peek("http://127.0.0.1:8001", time.time()):
                frontier.claim(row.id)
                number = int(row.url.removeprefix(HOME))
                response = RawResponse(
                    row.url, "GET", (), None, b"HTTP/1.1 200 OK", b"Content-Type: text/html",
                    f"<p>{row.url}</p>".encode() * 50, datetime.now(UTC),
                )  # fmt: skip
                capture = NewCapture.of(response, writer.write(response), status=200)
                reading, links = answer(number, count)
                store(archive, run_id=run.id, row=row, capture=capture, reading=reading,
                      problem=None, links=links, portal=PORTAL)  # fmt: skip
                say("stored", number)
        finish(archive, run.id, "done")
        say("finished")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
