"""`khotin serve` as people start it: a process, an address, Ctrl-C."""

from __future__ import annotations

import signal
import socket
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from crawler.exits import Exit
from tests.support.serving import START_S, address_in, served


def fetch(address: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(address, timeout=START_S) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_answers_and_ends_in_order(sample: Path, ending: signal.Signals) -> None:
    with served("--db", sample, "--port", 0) as (process, line):
        assert line.startswith(f"Serving {sample} at http://127.0.0.1:")
        assert "Ctrl-C ends" in line
        status, page = fetch(address_in(line))
        assert status == 200
        assert b"khotin" in page
        process.send_signal(ending)
        _, errors = process.communicate(timeout=START_S)
    assert process.returncode == Exit.DONE
    assert errors == ""


def test_a_snapshot_is_served_from_a_copy_that_is_removed_at_the_end(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with served("--db", sample, "--port", 0, "--snapshot") as (process, line):
        assert line.startswith("Serving a snapshot of ")
        assert len(list(tmp_path.glob("khotin-*/archive.db"))) == 1
        assert fetch(f"{address_in(line)}archive.db")[1].startswith(b"SQLite format 3")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=START_S)
    assert process.returncode == Exit.DONE
    assert list(tmp_path.glob("khotin-*")) == []


def test_a_taken_port_is_named_with_the_way_out(sample: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with served("--db", sample, "--port", port) as (process, line):
            _, errors = process.communicate(timeout=START_S)
    assert line == ""
    assert process.returncode == Exit.USAGE
    assert f"port {port} on 127.0.0.1 is taken by another program" in errors
    assert "--port" in errors


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["--db", "none.db"], Exit.ARCHIVE, "there is no archive at none.db"),
        (["--host", "256.1.1.1"], Exit.USAGE, "cannot listen on 256.1.1.1"),
    ],
)
def test_what_cannot_be_served_is_explained(
    sample: Path, words: list[str], status: Exit, message: str
) -> None:
    words = words if "--db" in words else [*words, "--db", str(sample)]
    with served(*words, "--port", 0) as (process, _):
        _, errors = process.communicate(timeout=START_S)
    assert process.returncode == status
    assert message in errors
    assert "Traceback" not in errors
