"""What the archive's tests share: an open archive, a portal, responses and readings to store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import pytest

from crawler.archive.captures import NewCapture, RawResponse, WarcWriter, open_writer
from crawler.archive.db import Archive
from crawler.archive.frontier import Frontier, FrontierRow, NewLink
from crawler.archive.runs import start_or_resume
from crawler.archive.store import DONE, Outcome, Stored, store
from crawler.portals.model import Portal
from crawler.reader.model import Reading
from tests.support.disks import CannotMountError, disk

HOME = "http://127.0.0.1:8001/"
ORIGIN = "http://127.0.0.1:8001"
NOON = datetime(2026, 3, 1, 5, 0, tzinfo=UTC)


@pytest.fixture
def portal() -> Portal:
    return Portal("song-lam", "Cổng thông tin huyện Sông Lam", HOME, "district", "Nghệ An")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db") as opened:
        yield opened


class MakeResponse(Protocol):
    def __call__(self, url: str = ..., body: bytes = ..., **fields: Any) -> RawResponse: ...


@pytest.fixture
def make_response() -> MakeResponse:
    def make(url: str = HOME, body: bytes = b"<p>tin</p>", **fields: Any) -> RawResponse:
        values: dict[str, Any] = {
            "method": "GET",
            "request_headers": (),
            "request_body": None,
            "status_line": b"HTTP/1.1 200 OK",
            "raw_headers": b"content-TYPE: text/html\r\nETag: x\r\n",
            "fetched_at": NOON,
            "address": "127.0.0.1",
        }
        return RawResponse(url=url, body=body, **{**values, **fields})

    return make


class Crawl:
    """A crawl without a network: what is claimed is answered by the test and stored."""

    def __init__(self, archive: Archive, portal: Portal, make: MakeResponse) -> None:
        self.archive = archive
        self.portal = portal
        self.run_id = start_or_resume(archive, [portal.id]).id
        self.frontier = Frontier(archive, [portal.id])
        self.writer: WarcWriter = open_writer(archive)
        self._make = make

    def seed(self, *links: NewLink) -> int:
        return self.frontier.seed(self.run_id, self.portal, links)

    def add(self, *links: NewLink) -> int:
        return self.frontier.add(self.portal.id, links, run_id=self.run_id)

    def claim(self, now: float = 0.0) -> FrontierRow:
        row = self.frontier.peek(ORIGIN, now)
        assert row is not None
        self.frontier.claim(row.id)
        return row

    def capture(self, url: str, body: bytes = b"<p>tin</p>") -> NewCapture:
        response = self._make(url, body)
        return NewCapture.of(response, self.writer.write(response), status=200)

    def put(
        self,
        row: FrontierRow,
        reading: Reading | None,
        links: tuple[NewLink, ...] = (),
        outcome: Outcome = DONE,
        **fields: Any,
    ) -> Stored:
        values = {"problem": None, "capture": self.capture(row.url), **fields}
        return store(
            self.archive,
            run_id=self.run_id,
            row=row,
            reading=reading,
            links=links,
            portal=self.portal,
            outcome=outcome,
            **values,
        )

    def article(self, native_id: str, url: str | None = None, **fields: Any) -> Stored:
        """Fetch and store one article in one go; fields go into its Reading."""
        address = url or f"{HOME}{native_id}.html"
        key = NewLink(address, "article", native_id=native_id, revisit=True)
        self.run_id = self.run_id  # the run that the revisit belongs to
        self.frontier.add(self.portal.id, [key])
        row = self.claim()
        return self.put(row, Reading(address, "article", native_id=native_id, **fields))

    def next_run(self) -> None:
        """End this run and begin another."""
        with self.archive.atomic() as db:
            db.execute("UPDATE runs SET state = 'done' WHERE id = ?", (self.run_id,))
        self.run_id = start_or_resume(self.archive, [self.portal.id]).id

    def one(self, sql: str, *values: object) -> Any:
        """The first column of the first row of a query."""
        row = self.archive.conn.execute(sql, values).fetchone()
        return None if row is None else row[0]

    def rows(self, sql: str, *values: object) -> list[Any]:
        return self.archive.conn.execute(sql, values).fetchall()


@pytest.fixture
def crawl(archive: Archive, portal: Portal, make_response: MakeResponse) -> Iterator[Crawl]:
    made = Crawl(archive, portal, make_response)
    yield made
    made.writer.close()


@pytest.fixture
def tmpfs(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """mount("size=2m") -> a small file system of its own; skips where mounting is not allowed."""
    with ExitStack() as mounted:

        def mount(options: str) -> Path:
            try:
                return mounted.enter_context(disk(tmp_path / f"disk-{options}", options))
            except CannotMountError as error:
                pytest.skip(str(error))

        yield mount
