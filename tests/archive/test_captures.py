from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from crawler.archive.captures import (
    NewCapture,
    capture_ref,
    committed_ends,
    open_writer,
    read_capture,
    repair_archive,
)
from crawler.archive.db import Archive
from crawler.archive.frontier import NewLink
from crawler.errors import ArchiveError
from crawler.reader.model import Reading
from tests.archive.conftest import HOME, Crawl, MakeResponse


def last_file(archive: Archive) -> Path:
    """The newest WARC file of an archive."""
    return sorted(archive.warcs.glob("*.warc.gz"))[-1]


def test_a_capture_row_leads_back_to_what_was_received(crawl: Crawl) -> None:
    crawl.seed()
    stored = crawl.article("1", title="Một")
    assert stored.capture_id is not None
    ref = capture_ref(crawl.archive.conn, stored.capture_id)
    assert read_capture(crawl.archive.warcs, ref).body == b"<p>tin</p>"


def test_a_capture_row_says_what_was_received(crawl: Crawl, make_response: MakeResponse) -> None:
    crawl.seed(NewLink(f"{HOME}tin", "listing", method="POST", form="page=2"))
    row = crawl.claim()
    response = make_response(row.url, method="POST", request_body="page=2", tls_verified=False)
    capture = NewCapture.of(
        response,
        crawl.writer.write(response),
        status=302,
        content_type="text/html",
        body_sha256="ab",
        redirect_url=f"{HOME}moved",
    )
    crawl.put(row, None, capture=capture)
    [found] = crawl.archive.db.query("SELECT * FROM captures")
    assert found == {
        "id": 1,
        "portal_id": "song-lam",
        "url": f"{HOME}tin",
        "method": "POST",
        "request_body": "page=2",
        "kind": "redirect",
        "status": 302,
        "content_type": "text/html",
        "fetched_at": "2026-03-01T12:00:00+07:00",
        "warc_file": capture.ref.file,
        "warc_offset": capture.ref.offset,
        "warc_length": capture.ref.length,
        "payload_digest": capture.ref.payload_digest,
        "body_sha256": "ab",
        "size_bytes": 10,
        "redirect_url": f"{HOME}moved",
        "tls_verified": 0,
        "address": "127.0.0.1",
    }


def test_a_time_without_a_zone_is_refused(make_response: MakeResponse, crawl: Crawl) -> None:
    response = make_response(fetched_at=datetime(2026, 1, 1))
    ref = crawl.writer.write(make_response())
    with pytest.raises(ValueError, match="without a zone"):
        NewCapture.of(response, ref, status=200)


@pytest.mark.parametrize(
    ("reading", "kind"),
    [
        (Reading(None, "article", native_id="1"), "article"),
        (Reading(None, "listing"), "listing"),
        (Reading(None, "rejected", reason="block page"), "rejected"),
        (None, "unread"),
    ],
)
def test_a_capture_says_what_the_page_turned_out_to_be(
    crawl: Crawl, reading: Reading | None, kind: str
) -> None:
    crawl.seed(NewLink(HOME, "start"))
    crawl.put(crawl.claim(), reading)
    assert crawl.one("SELECT kind FROM captures") == kind


def test_the_writer_of_an_archive_registers_its_files(
    archive: Archive, make_response: MakeResponse
) -> None:
    with open_writer(archive) as writer:
        assert committed_ends(archive.conn) == {}
        ref = writer.write(make_response())
    assert committed_ends(archive.conn) == {ref.file: 0}


def test_a_later_crawl_continues_the_newest_file(crawl: Crawl) -> None:
    crawl.seed()
    crawl.article("1", title="Một")
    crawl.writer.close()
    assert repair_archive(crawl.archive) == []
    crawl.writer = open_writer(crawl.archive)
    crawl.article("2", title="Hai")
    assert len(list(crawl.archive.warcs.iterdir())) == 1
    refs = [capture_ref(crawl.archive.conn, number) for number in (1, 2)]
    assert refs[1].offset == refs[0].offset + refs[0].length
    assert all(read_capture(crawl.archive.warcs, ref) for ref in refs)


def test_a_record_that_no_row_names_is_cut_at_the_start(
    crawl: Crawl, make_response: MakeResponse
) -> None:
    """The crawl was killed between the record and the commit that names it."""
    crawl.seed()
    crawl.article("1", title="Một")
    size = last_file(crawl.archive).stat().st_size
    lost = crawl.writer.write(make_response(f"{HOME}2.html"))
    crawl.writer.close()
    [found] = repair_archive(crawl.archive)
    assert (found.kept_bytes, found.cut_bytes) == (size, lost.length)
    assert last_file(crawl.archive).stat().st_size == size


def test_a_first_record_that_was_never_committed_leaves_no_file(
    archive: Archive, make_response: MakeResponse
) -> None:
    with open_writer(archive) as writer:
        writer.write(make_response())
    [found] = repair_archive(archive)
    assert found.quarantined is not None
    assert committed_ends(archive.conn) == {}
    with open_writer(archive) as writer:
        writer.write(make_response())
    assert len(list(archive.warcs.glob("*.warc.gz"))) == 1


def test_rows_that_outlived_their_bytes_are_fetched_again(crawl: Crawl) -> None:
    """After a power loss the last commits may name records that never reached the disk."""
    crawl.seed()
    crawl.article("1", title="Một")
    crawl.article("2", title="Hai")
    crawl.writer.close()
    path = last_file(crawl.archive)
    path.write_bytes(path.read_bytes()[:-1])
    found, cut = repair_archive(crawl.archive)
    assert found.missing_bytes == 1
    assert cut.cut_bytes > 0  # the rest of the torn record
    row = crawl.frontier.peek("http://127.0.0.1:8001", 0.0)
    assert row is not None
    assert (row.native_id, row.reason, row.attempts) == ("2", "lost record", 0)
    with pytest.raises(ArchiveError, match="capture 2 is lost"):
        capture_ref(crawl.archive.conn, 2)
    [problem] = crawl.archive.db.query("SELECT stage, kind, url, numbers FROM problems")
    assert (problem["stage"], problem["kind"]) == ("capture", "lost record")
    assert json.loads(problem["numbers"])["capture"] == 2

    # The next start has nothing left to do, and the page is stored once.
    assert repair_archive(crawl.archive) == []
    crawl.writer = open_writer(crawl.archive)
    again = crawl.put(crawl.claim(), Reading(None, "article", native_id="2", title="Hai"))
    assert (again.article_id, again.change, again.capture_id) == (2, "same", 3)
    assert crawl.one("SELECT capture_id FROM articles WHERE id = 2") == 3
    assert repair_archive(crawl.archive) == []


def test_a_file_that_was_moved_away_is_reported_and_nothing_is_refetched(crawl: Crawl) -> None:
    crawl.seed()
    crawl.article("1", title="Một")
    crawl.writer.close()
    path = last_file(crawl.archive)
    path.rename(path.with_suffix(".moved"))
    [found] = repair_archive(crawl.archive)
    assert found.gone
    assert crawl.frontier.origins() == []
    assert capture_ref(crawl.archive.conn, 1).file == path.name
    crawl.writer = open_writer(crawl.archive)
    crawl.article("2", title="Hai")
    assert last_file(crawl.archive).name != path.name


def test_two_archives_in_one_folder_leave_each_others_files_alone(
    tmp_path: Path, make_response: MakeResponse
) -> None:
    with Archive.open(tmp_path / "a.db") as one, Archive.open(tmp_path / "b.db") as two:
        with open_writer(one) as first, open_writer(two) as second:
            names = {first.write(make_response()).file, second.write(make_response()).file}
        assert len(names) == 2
        assert len(repair_archive(one)) == 1
        assert len(list((tmp_path / "warcs").glob("*.warc.gz"))) == 1


def test_the_ends_of_files_are_found_by_index(archive: Archive) -> None:
    plan = archive.conn.execute(
        "EXPLAIN QUERY PLAN SELECT warc_offset + warc_length FROM captures "
        "WHERE warc_file = 'x' ORDER BY warc_offset DESC LIMIT 1"
    ).fetchall()
    assert [step[3] for step in plan] == [
        "SEARCH captures USING INDEX captures_record (warc_file=?)"
    ]
