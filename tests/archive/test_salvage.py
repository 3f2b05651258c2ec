"""Answers on disk whose claims a kill left open: found once, by what their records say."""

from __future__ import annotations

import dataclasses
import gzip
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.archive.captures import (
    CaptureRef,
    NewCapture,
    RawResponse,
    open_writer,
    read_capture,
    repair_archive,
)
from crawler.archive.db import Archive
from crawler.archive.frontier import Frontier, FrontierRow, NewLink
from crawler.archive.reference import ensure_portal
from crawler.archive.salvage import Salvaged, ends_of, find_salvage
from crawler.archive.store import store
from crawler.portals.model import Portal
from crawler.reader.model import Reading
from tests.archive.conftest import HOME, Crawl, MakeResponse


class Killed:
    """A crawl of some articles that is killed with their answers written and none stored."""

    def __init__(self, crawl: Crawl, make: MakeResponse) -> None:
        self.crawl, self.archive = crawl, crawl.archive
        self._make = make
        crawl.seed()

    def claim(self, number: int, **fields: Any) -> FrontierRow:
        link = NewLink(f"{HOME}{number}.html", "article", native_id=str(number))
        self.crawl.add(dataclasses.replace(link, **fields))
        return self.crawl.claim()

    def answer(self, row: FrontierRow, body: bytes = b"<p>tin</p>", **fields: object) -> CaptureRef:
        values: dict[str, object] = {
            "portal_id": row.portal_id,
            "method": row.method,
            "request_body": row.form,
            "fetched_at": datetime.now(UTC),
            **fields,
        }
        self.raw = self._make(row.url, body, **values)
        return self.crawl.writer.write(self.raw)

    def store(self, row: FrontierRow, ref: CaptureRef) -> None:
        store(
            self.archive,
            run_id=self.crawl.run_id,
            row=row,
            capture=NewCapture.of(self.raw, ref, status=200),
            reading=Reading(None, "article", native_id=row.native_id),
            problem=None,
            links=(),
            portal=self.crawl.portal,
        )

    def tail(self, data: bytes) -> None:
        with newest(self.archive).open("ab") as file:
            file.write(data)

    def found(self, but: Collection[str] = ()) -> list[Salvaged]:
        """What the next start finds; its files are repaired and its claims given back."""
        self.crawl.writer.close()
        found = find_salvage(self.archive, lambda row: row.portal_id not in but)
        self.repairs = repair_archive(self.archive, ends_of(found))
        Frontier(self.archive).recover([item.row.id for item in found])
        return found


def newest(archive: Archive) -> Path:
    return max(archive.warcs.glob("*.warc.gz"))


@pytest.fixture
def killed(crawl: Crawl, make_response: MakeResponse) -> Killed:
    return Killed(crawl, make_response)


def urls(found: list[Salvaged]) -> list[str]:
    return [item.row.url.removeprefix(HOME).removesuffix(".html") for item in found]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"status_line": b"HTTP/1.0 404 Kh\xc3\xb4ng", "raw_headers": b""},
        {"tls_verified": True, "address": "127.0.0.9"},
        {"tls_verified": False},
        {"request_headers": (("if-none-match", '"a"'), ("cookie", "x=1")), "body": b""},
        {"raw_headers": b"Content-Encoding: gzip\r\nSet-Cookie: a=1\r\nset-cookie: b=2"},
    ],
    ids=["page", "404", "TLS", "TLS not verified", "asked for changes", "headers"],
)
def test_an_answer_comes_back_as_it_was_received(killed: Killed, fields: dict[str, object]) -> None:
    killed.answer(killed.claim(1), **fields)  # type: ignore[arg-type]
    [item] = killed.found()
    read, raw = item.read(killed.archive.warcs), killed.raw
    sent = [pair for pair in read.request_headers if pair[0] != "host"]
    assert sent == (list(raw.request_headers) if raw.asks_by_headers else [])
    assert dataclasses.replace(read, request_headers=()) == dataclasses.replace(
        raw,
        request_headers=(),
        raw_headers=raw.raw_headers.strip(),
        fetched_at=raw.fetched_at.replace(microsecond=0),
    )


def test_the_answer_to_a_form_comes_back_with_it(killed: Killed) -> None:
    row = killed.claim(1, method="POST", form="trang=2&q=%C4%91")
    ref = killed.answer(row)
    [item] = killed.found()
    assert item.ref == ref and item.begin < ref.offset
    read = item.read(killed.archive.warcs)
    assert (read.method, read.request_body) == ("POST", "trang=2&q=%C4%91")
    assert read_capture(killed.archive.warcs, item.ref).body == killed.raw.body


def test_a_form_is_not_answered_by_the_answer_to_another(killed: Killed) -> None:
    row = killed.claim(1, method="POST", form="trang=2")
    killed.answer(row, request_body="trang=3")
    assert killed.found() == []


def test_the_row_is_as_it_was_before_its_claim_and_stays_claimed(killed: Killed) -> None:
    row = killed.claim(1)
    killed.answer(row)
    [item] = killed.found()
    assert (item.row.id, item.row.state, item.row.attempts) == (row.id, "pending", row.attempts)
    assert [(r.id, r.attempts) for r in killed.crawl.frontier.claimed()] == [(row.id, 1)]


def test_a_claim_without_an_answer_is_given_back(killed: Killed) -> None:
    killed.claim(1)
    assert killed.found() == []
    assert killed.crawl.frontier.claimed() == []
    assert killed.crawl.claim().url == f"{HOME}1.html"


def test_what_is_salvaged_stays_in_its_file_which_is_continued(killed: Killed) -> None:
    killed.answer(killed.claim(1))
    before = newest(killed.archive).read_bytes()
    found = killed.found()
    assert killed.repairs == []
    assert newest(killed.archive).read_bytes() == before
    with open_writer(killed.archive, kept=ends_of(found)) as writer:
        ref = writer.write(killed.raw)
    assert (ref.file, ref.offset) == (newest(killed.archive).name, len(before))


def test_an_answer_is_found_until_its_claim_is_ended_and_never_again(killed: Killed) -> None:
    rows = [killed.claim(1), killed.claim(2)]
    for row in rows:
        killed.answer(row)
    first = killed.found()
    assert urls(first) == ["1", "2"]
    killed.store(first[0].row, first[0].ref)  # then the salvage itself is killed
    assert killed.found() == first[1:]
    killed.store(first[1].row, first[1].ref)
    assert killed.found() == []
    assert killed.crawl.one("SELECT count(*) FROM articles") == 2
    assert killed.repairs == []  # every byte has a row now


def test_an_answer_in_front_of_one_that_was_stored_is_found(killed: Killed) -> None:
    first, second = killed.claim(1), killed.claim(2)
    killed.answer(first)
    killed.store(second, killed.answer(second))
    assert urls(killed.found()) == ["1"]


def test_of_two_answers_the_newest_is_taken(killed: Killed) -> None:
    row = killed.claim(1)
    killed.answer(row, b"old")
    killed.answer(row, b"new")
    [item] = killed.found()
    assert item.read(killed.archive.warcs).body == b"new"


def test_an_answer_from_before_the_claim_is_none(killed: Killed) -> None:
    killed.answer(killed.claim(1), fetched_at=datetime.now(UTC) - timedelta(seconds=5))
    assert killed.found() == []
    assert len(killed.repairs) == 1


def test_two_portals_that_asked_for_one_address_have_an_answer_each(
    killed: Killed, portal: Portal
) -> None:
    other = Portal("thanh-lam", "Thanh Lâm", HOME, "district", "Nghệ An")
    mine = killed.claim(1)
    with killed.archive.atomic() as db:
        ensure_portal(db.conn, other)
    frontier = Frontier(killed.archive, [other.id])
    frontier.add(other.id, [NewLink(mine.url, "article", native_id="1")])
    theirs = frontier.peek(mine.origin, 0.0)
    assert theirs is not None
    frontier.claim(theirs.id)
    killed.answer(theirs, b"theirs")
    killed.answer(mine, b"mine")
    found = killed.found()
    bodies = {item.row.portal_id: item.read(killed.archive.warcs).body for item in found}
    assert bodies == {other.id: b"theirs", portal.id: b"mine"}


def test_the_answer_to_a_portal_that_is_not_crawled_now_is_moved_away(
    killed: Killed, portal: Portal
) -> None:
    killed.answer(killed.claim(1))
    assert killed.found(but=[portal.id]) == []
    assert len(killed.repairs) == 1
    assert killed.crawl.claim().url == f"{HOME}1.html"


def test_nothing_behind_damage_is_believed(killed: Killed) -> None:
    refs = [killed.answer(killed.claim(number)) for number in (1, 2, 3)]
    path = newest(killed.archive)
    data = bytearray(path.read_bytes())
    data[refs[1].offset + refs[1].length // 2] ^= 0x10
    path.write_bytes(data)
    assert urls(killed.found()) == ["1"]
    [repair] = killed.repairs
    assert repair.kept_bytes == refs[1].offset


def test_a_record_that_was_packed_anew_with_another_body_is_no_answer(killed: Killed) -> None:
    ref = killed.answer(killed.claim(1), b"<p>tin</p>")
    path = newest(killed.archive)
    plain = gzip.decompress(path.read_bytes()[ref.offset :])
    path.write_bytes(
        path.read_bytes()[: ref.offset] + gzip.compress(plain.replace(b"<p>tin", b"<p>TIN"))
    )
    assert killed.found() == []
    assert len(killed.repairs) == 1


@pytest.mark.parametrize(
    "tail", [b"half a rec", bytes(100_000), gzip.compress(b"hello"), b"\x1f\x8b\x08"]
)
def test_a_torn_or_foreign_tail_is_still_cut(killed: Killed, tail: bytes) -> None:
    ref = killed.answer(killed.claim(1))
    killed.tail(tail)
    assert urls(killed.found()) == ["1"]
    [repair] = killed.repairs
    assert (repair.kept_bytes, repair.cut_bytes) == (ref.offset + ref.length, len(tail))


def test_answers_in_many_files_are_found(killed: Killed) -> None:
    killed.crawl.writer.max_bytes = 1  # a file for each
    for number in range(1, 6):
        killed.answer(killed.claim(number))
    assert urls(killed.found()) == ["1", "2", "3", "4", "5"]
    assert len(list(killed.archive.warcs.glob("*.warc.gz"))) == 5
    assert killed.repairs == []


def test_only_what_was_written_since_the_oldest_claim_is_looked_at(
    killed: Killed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An archive of many gigabytes is not read through after each kill."""
    old = datetime.now(UTC) - timedelta(days=1)
    killed.crawl.writer.max_bytes = 1
    for number in (1, 2):
        row = killed.claim(number)
        killed.store(row, killed.answer(row, fetched_at=old))
    killed.answer(killed.claim(3))
    opened: list[str] = []
    real = Path.open

    def watched(path: Path, *args: object, **kwargs: object) -> object:
        opened.append(path.name)
        return real(path, *args, **kwargs)  # type: ignore[call-overload]

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", watched)
        found = find_salvage(killed.archive, lambda row: True)
    assert urls(found) == ["3"]
    assert set(opened) == {found[0].ref.file}


def test_an_archive_that_was_moved_is_salvaged_where_it_is(
    tmp_path: Path, make_response: MakeResponse, portal: Portal
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    with Archive.open(old / "archive.db") as archive:
        killed = Killed(Crawl(archive, portal, make_response), make_response)
        killed.answer(killed.claim(1))
        killed.crawl.writer.close()
    old.rename(new)
    with Archive.open(new / "archive.db") as archive:
        [item] = find_salvage(archive, lambda row: True)
        read: RawResponse = item.read(archive.warcs)
        assert read.body == b"<p>tin</p>"
