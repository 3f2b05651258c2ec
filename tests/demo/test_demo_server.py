"""The server: an address for each portal, keep-alive, growth between crawls, a clean end."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.demo import DemoServer, Request, build, serve

PARENT = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in the background
import time
from crawler.demo import build, serve
if __name__ == "__main__":
    with serve(build(articles_per_portal=2)[:1]) as server:
        try:
            print(server.url("demo-minhson"), flush=True)
            time.sleep(60)
        except KeyboardInterrupt:
            print("stopped")
"""


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with serve(build(articles_per_portal=25)) as running:
        yield running


def connect(server: DemoServer, portal_id: str) -> http.client.HTTPConnection:
    parts = urlsplit(server.url(portal_id))
    return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)


def fetch(server: DemoServer, portal_id: str, path: str) -> tuple[int, str]:
    connection = connect(server, portal_id)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def test_every_portal_answers_at_an_address_of_its_own(server: DemoServer) -> None:
    hosts = {urlsplit(server.url(portal.id)).hostname for portal in server.portals}
    assert len(hosts) == (5 if sys.platform == "linux" else 1)
    for portal in server.portals:
        gold = next(gold for gold in portal.articles if gold.visible)
        status, page = fetch(server, portal.id, gold.urls[0])
        assert status == 200 and gold.title in page.replace("&amp;", "&")


def test_served_pages_are_those_of_the_portal_itself(server: DemoServer) -> None:
    def links(page: str) -> list[str]:
        return re.findall(r'<a [^>]*href="([^"?]*)"', page)

    for portal in build(articles_per_portal=25):
        for path in portal.paths():
            status, page = fetch(server, portal.id, path)
            answer = portal.respond(Request(path))
            assert (status, links(page)) == (answer.status, links(answer.text)), path


def test_a_kept_connection_answers_without_delay(server: DemoServer) -> None:
    connection = connect(server, "demo-haibinh")
    path = server.portal("demo-haibinh").articles[0].urls[0]
    started = time.monotonic()
    for _ in range(100):
        connection.request("GET", path)
        assert connection.getresponse().read()
    connection.close()
    # A delayed acknowledgement in each exchange would make this 4 s.
    assert time.monotonic() - started < 2.5


def test_links_use_the_host_of_the_request(server: DemoServer) -> None:
    gold = next(g for g in server.portal("demo-minhson").articles if g.visible)
    _, page = fetch(server, "demo-minhson", gold.urls[0])
    assert f'rel="canonical" href="{server.url("demo-minhson", gold.urls[0])}"' in page


def test_a_posted_form_reaches_the_portal(server: DemoServer) -> None:
    connection = connect(server, "demo-haibinh")
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    form = "__EVENTTARGET=x&__EVENTARGUMENT=Page%242"
    connection.request("POST", "/portal/Pages/Tin-tuc.aspx", form, headers)
    page = connection.getresponse().read().decode()
    connection.close()
    assert "<td><span>2</span></td>" in page


def test_a_portal_grows_and_changes_while_it_is_served(server: DemoServer) -> None:
    for portal in server.portals:
        new = server.publish(portal.id)
        status, page = fetch(server, portal.id, new.urls[0])
        assert status == 200
        changed = server.edit(portal.id, new.key)
        added = set(changed.paragraphs) - set(new.paragraphs)
        _, page_after = fetch(server, portal.id, new.urls[0])
        assert len(added) == 1 and len(page_after) > len(page)
    server.flood("demo-minhson", 1)
    assert "floodblocker" in fetch(server, "demo-minhson", "/robots.txt")[1]


def test_as_many_addresses_as_portals_are_needed() -> None:
    with pytest.raises(ValueError, match="5 portals need as many addresses, not 1"):
        serve(build(articles_per_portal=1), addresses=["127.0.0.1"])


def test_a_server_that_has_ended_no_longer_takes_orders() -> None:
    with serve(build(articles_per_portal=2)[:1], addresses=["127.0.0.1"]) as server:
        parts = urlsplit(server.url("demo-minhson"))
        assert parts.hostname == "127.0.0.1"
    with pytest.raises(RuntimeError, match="not running"):
        server.publish("demo-minhson")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((parts.hostname, parts.port or 0), timeout=2)


def start_parent(folder: Path) -> tuple[subprocess.Popen[str], tuple[str, int]]:
    """A process that serves a portal until it is stopped, and the portal's address."""
    script = folder / "parent.py"
    script.write_text(PARENT)
    parent = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        start_new_session=True,
    )
    assert parent.stdout
    parts = urlsplit(parent.stdout.readline().strip())
    return parent, (parts.hostname or "", parts.port or 0)


def test_the_server_dies_with_its_parent(tmp_path: Path) -> None:
    parent, address = start_parent(tmp_path)
    socket.create_connection(address, timeout=5).close()
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    for stream in (parent.stdout, parent.stderr):
        assert stream
        stream.close()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            socket.create_connection(address, timeout=1).close()
        except ConnectionRefusedError:
            return
        time.sleep(0.1)
    pytest.fail("the server still answers 10 s after its parent was killed")


@pytest.mark.skipif(sys.platform == "win32", reason="process groups are POSIX")
def test_control_c_in_the_terminal_ends_everything_without_a_traceback(tmp_path: Path) -> None:
    parent, address = start_parent(tmp_path)
    os.killpg(parent.pid, signal.SIGINT)
    out, errors = parent.communicate(timeout=60)
    assert (parent.returncode, out.strip(), errors) == (0, "stopped", "")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=2)
