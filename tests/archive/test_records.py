from __future__ import annotations

import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from crawler.archive.captures import RawResponse
from crawler.archive.records import decode_response, encode_response, parse_headers, sha256_digest
from crawler.errors import ArchiveError
from tests.archive.conftest import HOME, NOON, MakeResponse

HEADERS = (
    b"content-TYPE: text/html; charset=utf-8\r\n"
    b"Server : nginx\r\n"
    b"X-Folded: one\r\n two\r\n"
    b"Set-Cookie: a=1\r\nset-cookie: b=2\r\n"
    b"X-Title: \xc4\x90\xe1\xba\xa3ng\r\n"
    b"Content-Encoding: gzip\r\n"
)


def records(data: bytes) -> list[tuple[str, dict[str, str], bytes]]:
    """(type, WARC headers, block without its HTTP headers) of every record, as warcio reads it."""
    return [
        (record.rec_type, dict(record.rec_headers.headers), record.raw_stream.read())
        for record in ArchiveIterator(BytesIO(data), check_digests="raise")
    ]


def test_a_response_is_written_as_it_was_received(make_response: MakeResponse) -> None:
    response = make_response(raw_headers=HEADERS, body=b"\x1f\x8b compressed")
    _, member, _ = encode_response(response)
    plain = zlib.decompress(member, zlib.MAX_WBITS + 16)
    assert b"HTTP/1.1 200 OK\r\n" + HEADERS + b"\r\n\x1f\x8b compressed\r\n\r\n" in plain


def test_warcio_reads_the_record_and_its_digests(make_response: MakeResponse) -> None:
    body = "Đảng uỷ".encode()
    _, member, digest = encode_response(make_response(body=body))
    [(kind, headers, read)] = records(member)
    assert (kind, read) == ("response", body)
    assert headers["WARC-Payload-Digest"] == digest == sha256_digest(body)
    assert headers["WARC-Block-Digest"].startswith("sha256:")
    assert headers["WARC-Target-URI"] == HOME
    assert headers["WARC-Date"] == "2026-03-01T05:00:00Z"
    assert headers["WARC-IP-Address"] == "127.0.0.1"
    assert headers["Content-Type"] == "application/http; msgtype=response"


def test_a_record_without_an_address_has_no_address_header(make_response: MakeResponse) -> None:
    _, member, _ = encode_response(make_response(address=None))
    assert "WARC-IP-Address" not in records(member)[0][1]


def test_chunking_that_was_taken_off_is_not_promised(make_response: MakeResponse) -> None:
    raw = b"Transfer-Encoding: chunked\r\nX-A: Transfer-Encoding: no\r\ntransfer-encoding:chunked"
    _, member, _ = encode_response(make_response(raw_headers=raw))
    read, _ = decode_response(member, "here")
    assert read.raw_headers == (
        b"X-Archive-Orig-Transfer-Encoding: chunked\r\nX-A: Transfer-Encoding: no\r\n"
        b"X-Archive-Orig-transfer-encoding:chunked"
    )


def test_a_post_keeps_its_form_in_a_request_record_beside_it(make_response: MakeResponse) -> None:
    response = make_response(
        f"{HOME}tin?x=1",
        method="POST",
        request_body="page=2&q=%C4%91",
        request_headers=(("Content-Type", "application/x-www-form-urlencoded"),),
    )
    request, member, _ = encode_response(response)
    [(kind, headers, form)] = records(request)
    [(_, response_headers, _)] = records(member)
    assert (kind, form) == ("request", b"page=2&q=%C4%91")
    assert headers["WARC-Concurrent-To"] == response_headers["WARC-Record-ID"]
    assert headers["WARC-Payload-Digest"] == sha256_digest(form)
    assert b"POST /tin?x=1 HTTP/1.1\r\nHost: 127.0.0.1:8001\r\nContent-Type: " in zlib.decompress(
        request, zlib.MAX_WBITS + 16
    )


def test_a_get_has_no_request_record(make_response: MakeResponse) -> None:
    assert encode_response(make_response())[0] == b""


@pytest.mark.parametrize("status_line", [b"HTTP/1.1 200", b"HTTP/1.0 404 Kh\xc3\xb4ng", b"ICY"])
def test_odd_status_lines_come_back_as_they_were(
    make_response: MakeResponse, status_line: bytes
) -> None:
    _, member, _ = encode_response(make_response(status_line=status_line))
    read, _ = decode_response(member, "here")
    assert read.status_line == status_line
    assert read.status == {b"HTTP/1.1 200": 200, b"ICY": 0}.get(status_line, 404)


def test_a_response_without_headers_comes_back(make_response: MakeResponse) -> None:
    _, member, _ = encode_response(make_response(raw_headers=b"", body=b"\r\n\r\nx"))
    read, _ = decode_response(member, "here")
    assert (read.raw_headers, read.body) == (b"", b"\r\n\r\nx")


@given(body=st.binary(max_size=2000), level=st.integers(1, 9))
def test_any_body_comes_back(body: bytes, level: int) -> None:
    response = RawResponse(HOME, "GET", (), None, b"HTTP/1.1 200 OK", b"A: b", body, NOON)
    _, member, digest = encode_response(response, level)
    read, read_digest = decode_response(member, "here")
    assert (read.body, read.url, read.fetched_at, read_digest) == (body, HOME, NOON, digest)


def test_headers_are_read_in_order_with_names_in_lower_case() -> None:
    assert parse_headers(HEADERS) == (
        ("content-type", "text/html; charset=utf-8"),
        ("server", "nginx"),
        ("x-folded", "one two"),
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
        ("x-title", "Đảng".encode().decode("latin-1")),
        ("content-encoding", "gzip"),
    )


def test_no_flipped_bit_changes_what_is_read(make_response: MakeResponse) -> None:
    """All but a few bits mean something: the ten bytes of gzip's header, deflate's padding."""
    _, member, _ = encode_response(make_response(body=b"<p>tin</p>" * 20))
    whole = decode_response(member, "here")
    unnoticed = 0
    for position in range(10, len(member)):
        data = bytearray(member)
        data[position] ^= 1 << (position % 8)
        try:
            assert decode_response(bytes(data), "here") == whole
            unnoticed += 1
        except ArchiveError:
            pass
    assert unnoticed <= 1


def test_every_truncation_is_noticed(make_response: MakeResponse) -> None:
    _, member, _ = encode_response(make_response())
    for length in range(len(member)):
        with pytest.raises(ArchiveError, match="here"):
            decode_response(member[:length], "here")


def test_a_record_with_a_wrong_digest_is_refused(make_response: MakeResponse) -> None:
    """The gzip checksum is right here: somebody packed a changed body again."""
    _, member, digest = encode_response(make_response(body=b"<p>tin</p>"))
    plain = zlib.decompress(member, zlib.MAX_WBITS + 16)
    for old, new in ((b"<p>tin</p>", b"<p>TIN</p>"), (digest.encode(), b"sha256:" + b"0" * 64)):
        packer = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS + 16)
        forged = packer.compress(plain.replace(old, new)) + packer.flush()
        with pytest.raises(ArchiveError, match="damaged"):
            decode_response(forged, "here")


def test_a_gzip_member_that_is_no_record_is_refused() -> None:
    packer = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS + 16)
    with pytest.raises(ArchiveError, match="no WARC record"):
        decode_response(packer.compress(b"hello\r\n\r\n") + packer.flush(), "here")
