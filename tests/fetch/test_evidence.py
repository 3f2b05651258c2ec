"""What a capture keeps of an answer: the head as it came, the body as it came, and from where."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from crawler.archive.captures import CaptureRef, ReadCapture, read_capture
from tests.support.crawling import Crawl, crawl, portal
from tests.support.news import add_articles, add_robots, article_body, article_path, list_body
from tests.support.site import Answer, Site

HEAD = (
    b'eTag: W/"odd"\r\n'
    b"x-mIxEd-CaSe:   three blanks\r\n"
    b"Set-Cookie: a=1\r\n"
    b"Set-Cookie: b=2\r\n"
    b"a line without a colon\r\n"
    b"Content-Type: text/html; charset=utf-8\r\n"
)
HTML = f"<!doctype html><html><body>{article_body(1)}</body></html>".encode()


def chunked(body: bytes) -> bytes:
    parts = [body[at : at + 500] for at in range(0, len(body), 500)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    with Site() as site:
        add_robots(site)
        paths = add_articles(site, [1, 2])
        site.page("/", list_body([*paths, "/tin-tuc/bài-viết-có-dấu-77.html"]))
        site.answers["/tin-tuc/b%C3%A0i-vi%E1%BA%BFt-c%C3%B3-d%E1%BA%A5u-77.html"] = Answer(
            302, headers={"Location": paths[1]}
        )
        site.answers[paths[0]] = Answer(
            raw=b"HTTP/1.1 200 Tot Lam\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
            + chunked(HTML)
        )  # fmt: skip
        folder = tmp_path_factory.mktemp("evidence")
        return crawl(folder, [portal("p", site.listen("127.0.0.2"))])


@pytest.fixture(scope="module")
def kept(done: Crawl) -> ReadCapture:
    ((file, offset, length, digest),) = done.query(
        "SELECT warc_file, warc_offset, warc_length, payload_digest FROM captures WHERE url LIKE ?",
        f"%{article_path(1)}",
    )
    return read_capture(Path(done.db).parent / "warcs", CaptureRef(file, offset, length, digest))


def test_status_line_and_header_block_are_kept_byte_for_byte(kept: ReadCapture) -> None:
    assert kept.status_line == b"HTTP/1.1 200 Tot Lam"
    assert kept.raw_headers.startswith(HEAD)


def test_chunking_is_taken_off_and_not_promised_again(kept: ReadCapture) -> None:
    assert kept.body == HTML
    assert b"X-Archive-Orig-Transfer-Encoding: chunked" in kept.raw_headers
    assert b"\r\nTransfer-Encoding" not in kept.raw_headers


def test_the_address_that_answered_is_kept(kept: ReadCapture, done: Crawl) -> None:
    assert kept.address == "127.0.0.2"
    assert done.query("SELECT DISTINCT address, tls_verified FROM captures") == [
        ("127.0.0.2", None)
    ]


def test_the_row_has_the_digest_of_the_decoded_body_too(done: Crawl) -> None:
    rows = done.query("SELECT body_sha256 FROM captures WHERE url LIKE ?", f"%{article_path(1)}")
    assert rows == [(hashlib.sha256(HTML).hexdigest(),)]


def test_every_answer_has_a_record_robots_redirects_and_errors_too(done: Crawl) -> None:
    rows = done.query("SELECT kind, status, count(*) FROM captures GROUP BY kind, status")
    assert ("robots", 200, 1) in rows
    assert ("redirect", 302, 1) in rows
    assert ("unread", 404, 1) in rows  # the sitemap that is not there
    assert ("article", 200, 2) in rows
    assert not done.query("SELECT 1 FROM captures WHERE warc_file IS NULL")
