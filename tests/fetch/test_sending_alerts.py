"""Alerts by command, webhook and mail, over real processes and sockets; and after real crawls."""

from __future__ import annotations

import json
import re
import socket
import sys
import time
from collections.abc import Iterator
from email.header import decode_header
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli import main
from crawler.errors import UsageError
from crawler.fetch.alert_channels import Message
from crawler.fetch.alert_settings import ALERT_SETTINGS, AlertSettings
from crawler.fetch.alerts import send
from crawler.fetch.limits import PREFIX
from tests.support.certificates import self_signed
from tests.support.crawling import query
from tests.support.mailbox import Mailbox
from tests.support.news import news_site
from tests.support.site import Answer, Site
from tests.support.workplace import Workplace

ROOT = Path(__file__).parents[2]
SUBJECT = "khotin: Cổng thông tin huyện Sông Lam (song-lam): đáng ngờ"
MESSAGE = Message(SUBJECT, "một dòng", {"text": "một dòng", "wrong": [{"name": "Sông Lam"}]})
KEEP = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_bytes(sys.stdin.buffer.read())"


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as made:
        yield made


def hook(code: str, *words: object) -> str:
    """A command that runs Python with these words."""
    parts = [sys.executable, "-c", code, *map(str, words)]
    return " ".join("'" + part.replace("'", "'\"'\"'") + "'" for part in parts)


def by_command(command: str, timeout_s: float = 20.0) -> dict[str, str]:
    return send(MESSAGE, AlertSettings(command=command, timeout_s=timeout_s))


def mailing(box: Mailbox | int, **more: object) -> AlertSettings:
    port = box if isinstance(box, int) else box.port
    values: dict[str, object] = {
        "mail_to": "a@kho.test, b@kho.test",
        "mail_from": "Người gác <khotin@kho.test>",
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_tls": "none",
        "timeout_s": 20.0,
    }
    return AlertSettings(**{**values, **more})  # type: ignore[arg-type]


def test_a_command_gets_the_message_as_json(tmp_path: Path) -> None:
    kept = tmp_path / "có dấu.json"
    assert by_command(hook(KEEP, kept)) == {}
    assert json.loads(kept.read_bytes()) == MESSAGE.data


def test_a_command_that_reads_nothing_is_no_failure() -> None:
    large = Message("x", "x", {"text": "x" * 1_000_000})
    assert send(large, AlertSettings(command="true")) == {}


def test_a_command_does_not_see_the_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KHOTIN_ALERT_SMTP_PASSWORD", "mật khẩu")
    code = "import os, sys; sys.exit('KHOTIN_ALERT_SMTP_PASSWORD' in os.environ)"
    assert by_command(hook(code)) == {}


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (hook("import sys; sys.exit('không gửi được')"), "ended with 1: không gửi được"),
        ("/khong/co/gi", "/khong/co/gi cannot be run"),
    ],
)
def test_a_command_that_fails_is_told_with_its_words(command: str, why: str) -> None:
    assert by_command(command)["command"].startswith(why)


def test_a_command_that_hangs_is_killed_with_what_it_started(tmp_path: Path) -> None:
    mark = tmp_path / "late"
    child = f"import time, pathlib; time.sleep(4); pathlib.Path({str(mark)!r}).touch()"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    begun = time.monotonic()
    failed = by_command(hook(code), timeout_s=1.0)
    assert "no end within 1 s" in failed["command"]
    assert time.monotonic() - begun < 3.5
    time.sleep(4)
    assert not mark.exists()


def test_a_webhook_gets_the_message_by_post(site: Site) -> None:
    site.answers["/bao"] = Answer(204)
    address = f"{site.listen()}/bao"
    assert send(MESSAGE, AlertSettings(webhook=address)) == {}
    (seen,) = site.log
    assert seen.method == "POST"
    assert seen.headers["content-type"] == "application/json; charset=utf-8"
    assert json.loads(seen.body) == MESSAGE.data


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(500, "hỏng"), "answered 500"),
        (Answer(302, headers={"Location": "/khac"}), "answered 302"),
        (Answer(drop=True), "reached|no answer"),
        (Answer(raw=b"not http at all\r\n\r\n"), "no answer"),
        (Answer(wait_s=5), "no end within 1 s|timed out|TimeoutError"),
    ],
)
def test_a_webhook_that_fails_is_told_without_its_address(
    site: Site, answer: Answer, why: str
) -> None:
    site.answers["/khoa-bi-mat"] = answer
    address = f"{site.listen()}/khoa-bi-mat"
    failed = send(MESSAGE, AlertSettings(webhook=address, timeout_s=1.0))
    assert re.search(why, failed["webhook"])
    assert "bi-mat" not in failed["webhook"]
    assert [seen.method for seen in site.log].count("GET") == 0


def test_a_webhook_that_nobody_listens_at_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    failed = send(MESSAGE, AlertSettings(webhook=f"http://127.0.0.1:{port}/"))
    assert "cannot be reached" in failed["webhook"]


def test_a_webhook_with_a_false_certificate_gets_nothing(site: Site, tmp_path: Path) -> None:
    address = site.listen(tls=self_signed(tmp_path).server)
    failed = send(MESSAGE, AlertSettings(webhook=f"{address}/"))
    assert "CERTIFICATE_VERIFY_FAILED" in failed["webhook"]
    assert site.log == []


def test_a_mail_reaches_all_with_a_vietnamese_subject() -> None:
    with Mailbox() as box:
        assert send(MESSAGE, mailing(box)) == {}
    (mail,) = box.mails
    assert box.receivers == ["a@kho.test", "b@kho.test"]
    assert mail["Subject"] == SUBJECT
    assert mail["From"] == "Người gác <khotin@kho.test>"
    text, attached = mail.iter_parts()
    assert text.get_content().strip() == "một dòng"
    assert json.loads(attached.get_content()) == MESSAGE.data


def test_the_subject_goes_over_the_wire_as_encoded_words() -> None:
    with Mailbox() as box:
        send(MESSAGE, mailing(box))
    raw = box.mails[0].as_bytes().partition(b"\n\n")[0].decode("ascii")
    line = re.search(r"^Subject: (.*(?:\n[ \t].*)*)", raw, re.MULTILINE)
    assert line is not None and "=?utf-8?" in line[1]
    parts = [
        p.decode(c or "ascii") if isinstance(p, bytes) else p for p, c in decode_header(line[1])
    ]
    assert "Cổng thông tin huyện Sông Lam" in "".join(parts)


def test_mail_is_encrypted_and_the_account_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contexts = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    with Mailbox(tls=contexts.server) as box:
        settings = mailing(
            box,
            smtp_tls="starttls",
            smtp_user="u",
            smtp_password="khoa",
        )
        assert send(MESSAGE, settings) == {}
    assert box.encrypted == [True]
    assert box.logins == [("u", "khoa")]


def test_mail_to_a_server_with_a_false_certificate_is_not_sent(tmp_path: Path) -> None:
    with Mailbox(tls=self_signed(tmp_path).server) as box:
        failed = send(MESSAGE, mailing(box, smtp_tls="starttls", smtp_user="u"))
    assert "CERTIFICATE_VERIFY_FAILED" in failed["mail"]
    assert (box.mails, box.logins) == ([], [])


def test_a_server_without_encryption_gets_nothing_where_it_is_asked_for() -> None:
    with Mailbox() as box:
        failed = send(MESSAGE, mailing(box, smtp_tls="starttls"))
    assert "STARTTLS" in failed["mail"]
    assert box.mails == []


def test_mail_that_fails_is_told_without_the_password() -> None:
    with Mailbox() as box:
        failed = send(MESSAGE, mailing(box, smtp_user="u", smtp_password="wrong"))
    assert "535" in failed["mail"] and "wrong" not in failed["mail"]
    with Mailbox(refuses=("b@kho.test",)) as box:
        assert "b@kho.test" in send(MESSAGE, mailing(box))["mail"]
    assert len(box.mails) == 1
    with Mailbox(silent=True) as box:
        begun = time.monotonic()
        assert "mail" in send(MESSAGE, mailing(box, timeout_s=1.0))
        assert time.monotonic() - begun < 4
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert "cannot be used" in send(MESSAGE, mailing(port))["mail"]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ALERT_WEBHOOK", "file:///khoa", "http or https"),
        ("ALERT_WEBHOOK", "https://[khoa/", "http or https"),
        ("ALERT_SMTP_TLS", "maybe", "starttls, tls, none"),
        ("ALERT_SMTP_PORT", "khoa", "must be a number"),
        ("ALERT_MAIL_TO", "a@kho.test", "ALERT_SMTP_HOST"),
        ("ALERT_COMMAND", "'khoa", "cannot be taken apart"),
    ],
)
def test_what_cannot_work_is_said_before_a_crawl(name: str, value: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        AlertSettings.from_environment({PREFIX + name: value})


def test_nothing_is_set_up_by_default_and_secrets_are_not_printed() -> None:
    assert AlertSettings.from_environment({}) == AlertSettings()
    assert AlertSettings().channels == ()
    found = AlertSettings.from_environment(
        {
            "KHOTIN_ALERT_WEBHOOK": "https://kho.test/khoa",
            "KHOTIN_ALERT_MAIL_TO": "a@kho.test",
            "KHOTIN_ALERT_SMTP_HOST": "kho.test",
            "KHOTIN_ALERT_SMTP_PASSWORD": "khoa",
        }
    )
    assert found.channels == ("webhook", "mail")
    assert "khoa" not in repr(found)


@pytest.mark.parametrize("setting", ALERT_SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_documented_with_its_default(setting: object) -> None:
    text = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    name, default, reason = (getattr(setting, f) for f in ("name", "default", "reason"))
    shown = f"`{default}`" if default != "" else ""
    assert f"| `{PREFIX}{name}` | {shown} | {reason} |" in text


def test_a_test_message_is_sent_by_every_way(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.answers["/"] = Answer(500)
    monkeypatch.setenv("KHOTIN_ALERT_COMMAND", hook(KEEP, tmp_path / "kept"))
    asked = ["status", "--alert-test", "--db", str(tmp_path / "none.db")]
    done = CliRunner().invoke(main, asked)
    assert (done.exit_code, done.stdout) == (0, "command: sent\n")
    assert json.loads((tmp_path / "kept").read_bytes())["kind"] == "test"
    monkeypatch.setenv("KHOTIN_ALERT_WEBHOOK", f"{site.listen()}/")
    done = CliRunner().invoke(main, asked)
    assert (done.exit_code, done.stdout) == (
        3,
        "command: sent\nwebhook: the webhook answered 500\n",
    )


def test_a_test_without_any_way_is_a_wrong_request() -> None:
    assert CliRunner().invoke(main, ["status", "--alert-test"]).exit_code == 2


def test_runs_tell_of_trouble_and_of_its_end_and_of_nothing_else(
    tmp_path: Path, site: Site
) -> None:
    place = Workplace(tmp_path)
    news_site(site, 3, 3)
    place.add("nho", f'url = "{site.listen("127.0.0.2")}/"')
    bell = site.listen("127.0.0.9")
    site.answers["/chuong"] = Answer(204)
    settings = {"KHOTIN_ALERT_WEBHOOK": f"{bell}/chuong"}
    home = site.answers["/"]

    def rung() -> list[dict[str, object]]:
        place.khotin("nho", "--allow-private", **settings)
        found = [json.loads(seen.body) for seen in site.log if seen.path == "/chuong"]
        site.log.clear()
        return found

    assert rung() == []
    site.answers["/"] = Answer(404)
    (said,) = rung()
    assert said["run_id"] == 2
    assert "nho" in str(said["text"])
    assert [one["kind"] for one in said["news"]] == ["trouble"]  # type: ignore[attr-defined]
    assert rung() == []
    site.answers["/"] = home
    (said,) = rung()
    assert [one["kind"] for one in said["news"]] == ["recovered"]  # type: ignore[attr-defined]
    assert said["wrong"] == []


def test_an_alert_that_fails_is_a_problem_and_changes_nothing_else(
    tmp_path: Path, site: Site
) -> None:
    place = Workplace(tmp_path)
    news_site(site, 2, 2)
    place.add("nho", f'url = "{site.listen("127.0.0.2")}/"')
    site.answers["/"] = Answer(404)
    settings = {"KHOTIN_ALERT_COMMAND": "false"}
    first, _, _ = place.khotin("nho", "--allow-private")
    status, _, err = place.khotin("nho", "--allow-private", **settings)
    assert status == first == 6, err[-1500:]
    assert "the alert by command was not sent: ended with 1" in err
    rows = query(place.db, "SELECT stage, kind, detail, run_id FROM problems WHERE stage='alert'")
    assert rows == [("alert", "command", "ended with 1", 2)]
    assert query(place.db, "SELECT count(*) FROM portal_alerts") == [(0,)]
    place.khotin("nho", "--allow-private", KHOTIN_ALERT_COMMAND="true")
    assert query(place.db, "SELECT standing FROM portal_alerts") == [("suspect",)]
