"""The three ways of an alert. Each returns why it failed, in words without secrets, or None.

The addresses are the operator's own, so private ones are allowed here: what is refused to a link
on a page does not bind the machine's owner. Certificates are verified.
"""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import smtplib
import ssl
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime, make_msgid, parseaddr
from http.client import HTTPException, HTTPMessage
from typing import IO, Any

from crawler import __version__
from crawler.fetch.alert_settings import SECRETS, AlertSettings
from crawler.fetch.limits import PREFIX

ANSWER_BYTES = 64 * 1024  # of a webhook's answer that are read; nothing is done with them
SAID_CHARS = 300  # of what a failing command wrote to stderr


@dataclass(frozen=True, slots=True)
class Message:
    """One alert: a line, a text of several, and the same as JSON-ready data with all figures."""

    subject: str
    text: str
    data: dict[str, Any]

    @property
    def body(self) -> bytes:
        """The data as JSON."""
        return json.dumps(self.data, ensure_ascii=False).encode()


def run_command(message: Message, settings: AlertSettings) -> str | None:
    """Run the operator's program with the JSON on its stdin; it and what it started end in time.

    No shell stands between: quotes part words, nothing else has a meaning.
    """
    words = shlex.split(settings.command)
    environment = {k: v for k, v in os.environ.items() if k.removeprefix(PREFIX) not in SECRETS}
    # Files, not pipes: a program that reads nothing or leaves a child behind cannot hang us.
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said:
        given.write(message.body)
        given.seek(0)
        try:
            process = subprocess.Popen(
                words,
                stdin=given,
                stdout=subprocess.DEVNULL,
                stderr=said,
                env=environment,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            return f"{words[0]} cannot be run: {error}"
        try:
            status = process.wait(settings.timeout_s)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return f"no end within {settings.timeout_s:g} s: killed"
        if status == 0:
            return None
        said.seek(0)
        words_said = said.read(4 * SAID_CHARS).decode("utf-8", "replace").strip()[:SAID_CHARS]
        return f"ended with {status}: {words_said}".rstrip(": ")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirected POST would become a GET without the message."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        return None


def post_webhook(message: Message, settings: AlertSettings) -> str | None:
    """POST the JSON; any status of 2xx is well."""
    request = urllib.request.Request(
        settings.webhook,
        data=message.body,
        headers={
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": f"khotin/{__version__}",
        },
        method="POST",
    )
    context = ssl.create_default_context()
    opener = urllib.request.build_opener(
        _NoRedirects(), urllib.request.HTTPSHandler(context=context)
    )
    try:
        with opener.open(request, timeout=settings.timeout_s) as answer:
            answer.read(ANSWER_BYTES)
    except urllib.error.HTTPError as error:
        error.close()
        return f"the webhook answered {error.code}"
    except urllib.error.URLError as error:
        return f"the webhook cannot be reached: {error.reason}"
    except (OSError, HTTPException, ValueError) as error:
        return f"the webhook gave no answer: {type(error).__name__}"
    return None


def send_mail(message: Message, settings: AlertSettings) -> str | None:
    """Send the text with the JSON attached, to all receivers in one mail."""
    mail = mail_of(message, settings)
    context = ssl.create_default_context()
    host, port, limit = settings.smtp_host, settings.smtp_port, settings.timeout_s
    try:
        server = (
            smtplib.SMTP_SSL(host, port, timeout=limit, context=context)
            if settings.smtp_tls == "tls"
            else smtplib.SMTP(host, port, timeout=limit)
        )
        with server:
            if settings.smtp_tls == "starttls":
                server.starttls(context=context)
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password)
            refused = server.send_message(mail)
    except smtplib.SMTPResponseException as error:
        raw = error.smtp_error
        said = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
        return f"the mail server answered {error.smtp_code}: {said}"[:SAID_CHARS]
    except smtplib.SMTPException as error:
        return f"the mail server: {type(error).__name__}: {error}"[:SAID_CHARS]
    except (OSError, ValueError) as error:
        return f"the mail server cannot be used: {error}"[:SAID_CHARS]
    return f"refused for {', '.join(refused)}" if refused else None


def mail_of(message: Message, settings: AlertSettings) -> EmailMessage:
    """The mail; headers in Vietnamese are encoded words, which every mail program reads."""
    sender = settings.mail_from or settings.receivers[0]
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = message.subject
    mail["From"] = sender
    mail["To"] = ", ".join(settings.receivers)
    mail["Date"] = format_datetime(localtime())
    mail["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2] or "localhost")
    mail["Auto-Submitted"] = "auto-generated"  # so that no absence notice is sent back
    mail.set_content(message.text)
    mail.add_attachment(
        message.body, maintype="application", subtype="json", filename="khotin-alert.json"
    )
    return mail


CHANNELS: dict[str, Callable[[Message, AlertSettings], str | None]] = {
    "command": run_command,
    "webhook": post_webhook,
    "mail": send_mail,
}
