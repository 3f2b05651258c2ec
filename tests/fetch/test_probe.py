"""One polite look at one address, against real servers on loopback."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from crawler.errors import UsageError
from crawler.exits import Exit
from crawler.fetch.limits import Limits
from crawler.fetch.probe import Home, MovedError, Probe, ProbeError
from tests.support.certificates import self_signed
from tests.support.site import Answer, Site

ROBOTS = "User-agent: *\nDisallow: /private/\n"


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        running.page("/", "<p>xin chào</p>", title="Huyện A")
        yield running


def limits(**values: Any) -> Limits:
    settings = {"ALLOW_PRIVATE": True, "CONTACT": "https://example.org/us", **values}
    return Limits.from_settings({f"KHOTIN_{name}": value for name, value in settings.items()})


@contextmanager
def raw_server(chunks: list[bytes]) -> Iterator[str]:
    """A server that sends these bytes to its first caller, 50 ms apart, whatever was asked."""

    def serve() -> None:
        try:
            connection, _ = server.accept()
            with connection:
                for chunk in chunks:
                    connection.sendall(chunk)
                    time.sleep(0.05)
        except OSError:
            return  # the caller went away

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        thread.join(timeout=2)


def look(url: str, **values: Any) -> Home:
    return Probe(limits(**values), timeout_s=5).home(url)


def problem(url: str, **values: Any) -> ProbeError:
    with pytest.raises(ProbeError) as caught:
        look(url, **values)
    return caught.value


def test_a_page_is_fetched_after_robots_with_our_name(site: Site) -> None:
    base = site.listen()
    home = look(f"{base}/")
    assert home.url == f"{base}/"
    assert home.address == "127.0.0.1"
    assert "xin chào" in home.body.decode()
    assert ("content-type", "text/html; charset=utf-8") in home.headers
    assert site.paths() == ["/robots.txt", "/"]
    for seen in site.log:
        assert seen.headers["user-agent"].startswith("khotin/")
        assert seen.headers["user-agent"].endswith(" (+https://example.org/us)")
        assert seen.headers["host"] == base.removeprefix("http://")


def test_robots_txt_is_obeyed(site: Site) -> None:
    site.answers["/robots.txt"] = Answer(body=ROBOTS, type="text/plain")
    site.page("/private/", "secret")
    base = site.listen()
    assert problem(f"{base}/private/").kind == "robots"
    assert site.paths() == ["/robots.txt"]
    assert look(f"{base}/").body


def test_a_robots_txt_that_says_no_to_all_names_its_reason(site: Site) -> None:
    site.answers["/robots.txt"] = Answer(403)
    assert "robots.txt answered 403" in str(problem(f"{site.listen()}/"))


@pytest.mark.parametrize(
    "answer",
    [Answer(503), Answer(429), Answer(body="<html>please wait</html>")],
    ids=["503", "429", "wait page"],
)
def test_a_robots_txt_that_cannot_be_obeyed_means_later(site: Site, answer: Answer) -> None:
    site.answers["/robots.txt"] = answer
    error = problem(f"{site.listen()}/")
    assert (error.kind, error.exit_status) == ("robots", Exit.DEFERRED)
    assert site.paths() == ["/robots.txt"]


def test_a_robots_txt_may_move_on_its_own_site_but_not_in_circles(site: Site) -> None:
    base = site.listen()
    site.answers["/robots.txt"] = Answer(301, headers={"Location": "/r2.txt"})
    site.answers["/r2.txt"] = Answer(body=ROBOTS, type="text/plain")
    assert look(f"{base}/").body
    site.answers["/r2.txt"] = Answer(302, headers={"Location": "/robots.txt"})
    assert "in a circle" in str(problem(f"{base}/"))


def test_two_requests_are_spaced(site: Site) -> None:
    look(f"{site.listen('127.0.0.3')}/", DELAY_LOOPBACK_S=0.3)
    assert site.gap("127.0.0.3") >= 0.3


def test_a_crawl_delay_of_robots_is_kept(site: Site) -> None:
    site.answers["/robots.txt"] = Answer(body="User-agent: *\nCrawl-delay: 9\n", type="text/plain")
    waits: list[float] = []
    Probe(limits(), sleep=waits.append).home(f"{site.listen()}/")
    assert waits == [9.0]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_reported_and_not_followed(site: Site, status: int) -> None:
    site.answers["/"] = Answer(status, headers={"Location": "/trang-chu?x=1#top"})
    base = site.listen()
    with pytest.raises(MovedError) as caught:
        look(f"{base}/")
    assert caught.value.target == f"{base}/trang-chu?x=1"
    assert site.paths() == ["/robots.txt", "/"]


def test_a_site_that_moved_with_its_robots_txt_points_to_the_same_page_there(site: Site) -> None:
    base, other = site.listen("127.0.0.1"), site.listen("127.0.0.2")
    site.answers["/robots.txt"] = Answer(301, headers={"Location": f"{other}/robots.txt"})
    with pytest.raises(MovedError) as caught:
        look(f"{base}/tin-tuc/?page=1")
    assert caught.value.target == f"{other}/tin-tuc/?page=1"
    assert {seen.address for seen in site.log} == {"127.0.0.1"}


def test_a_redirect_to_no_web_address_is_an_error(site: Site) -> None:
    site.answers["/"] = Answer(302, headers={"Location": "javascript:alert(1)"})
    assert "not a web address" in str(problem(f"{site.listen()}/"))


@pytest.mark.parametrize("status", [404, 410, 500, 204])
def test_a_page_that_is_not_there_tells_the_status(site: Site, status: int) -> None:
    site.answers["/"] = Answer(status, "x")
    error = problem(f"{site.listen()}/")
    assert error.kind == "status"
    assert f"answers {status}" in str(error)


def test_a_host_that_is_down_is_named(site: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    error = problem(f"http://127.0.0.1:{port}/")
    assert error.kind == "connect"
    assert f"127.0.0.1:{port}" in str(error)
    assert "refused" in str(error)


def test_a_name_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: Any, **kwargs: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)  # a real query would leave the machine
    error = problem("http://portal.test/")
    assert error.kind == "dns"
    assert "portal.test is not known (Name or service not known)" in str(error)


def test_a_name_that_cannot_exist_is_named() -> None:
    assert problem(f"http://{'a' * 64}.vn/").kind == "dns"


def test_a_name_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    let_go = threading.Event()

    def slow(*args: Any, **kwargs: Any) -> list[Any]:
        let_go.wait(timeout=10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    error = problem("http://portal.test/", DNS_TIMEOUT_S=0.1)
    let_go.set()
    assert "was not resolved in 0.1 s" in str(error)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.1.2.3", "[::1]", "2130706433"])
def test_private_addresses_are_refused_before_anything_is_sent(site: Site, host: str) -> None:
    port = site.listen().rpartition(":")[2]
    error = problem(f"http://{host}:{port}/", ALLOW_PRIVATE=False)
    assert error.kind == "private"
    assert "--allow-private" in str(error)
    assert site.log == []


@pytest.mark.parametrize("host", ["169.254.169.254", "0.0.0.0", "224.0.0.1"])
def test_some_addresses_are_refused_whatever_is_allowed(host: str) -> None:
    error = problem(f"http://{host}/")
    assert error.kind == "private"
    assert "--allow-private" not in str(error)


def test_a_name_is_resolved_once_and_the_checked_address_is_used(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that changes its address between check and connection gains nothing."""
    port = site.listen().rpartition(":")[2]
    real = socket.getaddrinfo
    asked: list[object] = []

    def counting(host: Any, *args: Any, **kwargs: Any) -> Any:
        asked.append(host)
        return real("127.0.0.1" if host == "portal.test" else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", counting)
    look(f"http://portal.test:{port}/")
    assert asked.count("portal.test") == 1
    assert site.log[0].headers["host"] == f"portal.test:{port}"


def test_a_host_with_one_forbidden_address_among_others_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = socket.getaddrinfo

    def two(host: Any, *args: Any, **kwargs: Any) -> Any:
        return [*real("8.8.8.8", *args, **kwargs), *real("10.0.0.1", *args, **kwargs)]

    monkeypatch.setattr(socket, "getaddrinfo", two)
    assert "10.0.0.1, a private address" in str(problem("http://x.test/", ALLOW_PRIVATE=False))


def test_a_private_host_is_not_asked_without_a_contact() -> None:
    with pytest.raises(UsageError, match="KHOTIN_CONTACT"):
        look("http://10.255.255.1/", CONTACT="")


def test_a_self_signed_certificate_is_refused_and_the_way_out_named(
    site: Site, tmp_path: Path
) -> None:
    base = site.listen(tls=self_signed(tmp_path).server)
    error = problem(f"{base}/")
    assert error.kind == "tls"
    assert "self-signed certificate" in str(error)
    assert "http://" in str(error)
    assert site.log == []


def test_a_certificate_of_a_known_authority_is_accepted(site: Site, tmp_path: Path) -> None:
    pair = self_signed(tmp_path)
    base = site.listen(tls=pair.server)
    probe = Probe(limits(), timeout_s=5, tls=pair.client)
    assert probe.home(f"{base}/").body


def test_a_server_without_tls_on_an_https_address_is_an_error() -> None:
    with raw_server([b"HTTP/1.1 400 Bad Request\r\n\r\n"]) as address:
        assert problem(f"https://{address}/").kind == "tls"


def test_a_server_that_drips_is_left_when_the_time_is_over() -> None:
    """Each byte comes in time, the answer never does: the limit is on the whole."""
    began = time.monotonic()
    with raw_server([b"H"] * 100) as address, pytest.raises(ProbeError) as caught:
        Probe(limits(), timeout_s=0.5).home(f"http://{address}/")
    assert caught.value.kind == "timeout"
    assert time.monotonic() - began < 2


def test_a_silent_server_is_left_when_the_time_is_over(site: Site) -> None:
    site.answers["/robots.txt"] = Answer(404, wait_s=2.0)
    with pytest.raises(ProbeError, match=r"did not answer within 0\.3 s"):
        Probe(limits(), timeout_s=0.3).home(f"{site.listen()}/")


def test_a_server_that_hangs_up_is_an_error(site: Site) -> None:
    site.answers["/robots.txt"] = Answer(drop=True)
    assert problem(f"{site.listen()}/").kind in ("connect", "answer")


def test_what_is_no_http_is_an_error(site: Site) -> None:
    site.answers["/robots.txt"] = Answer(raw=b"220 mail.example.org ESMTP\r\n")
    error = problem(f"{site.listen()}/")
    assert error.kind == "answer"


def test_a_body_over_the_limit_is_left(site: Site) -> None:
    site.answers["/"] = Answer(body=b"x" * 200_000)
    with pytest.raises(ProbeError, match="larger than 100000 bytes"):
        Probe(limits(), max_bytes=100_000).home(f"{site.listen()}/")


def test_a_compressed_page_is_decoded_and_a_bomb_is_not(site: Site) -> None:
    encoded = {"Content-Encoding": "gzip"}
    base = site.listen()
    site.answers["/"] = Answer(body=gzip.compress("chào".encode()), headers=encoded)
    assert look(f"{base}/").body.decode() == "chào"
    site.answers["/"] = Answer(body=gzip.compress(b"\0" * 5_000_000), headers=encoded)
    assert "cannot be decoded" in str(problem(f"{base}/", DECODED_MAX_BYTES=1_000_000))


def test_the_system_certificates_are_the_default() -> None:
    probe = Probe(limits())
    assert probe._tls.verify_mode is ssl.CERT_REQUIRED
    assert probe._tls.check_hostname
