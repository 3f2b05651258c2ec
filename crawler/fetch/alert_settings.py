"""Where alerts go, as data: name, default and reason in one table.

They are read from the environment alone, not from Scrapy's settings: two of them are secrets, and
Scrapy's settings are shown by its commands and handed to every component.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from crawler.errors import UsageError
from crawler.fetch.limits import PREFIX, Setting

ALERT_SETTINGS: tuple[Setting, ...] = (
    Setting("ALERT_COMMAND", "", "program and its words; it gets the message as JSON on stdin"),
    Setting("ALERT_WEBHOOK", "", "http or https address that gets the message as JSON by POST"),
    Setting("ALERT_MAIL_TO", "", "mail addresses, separated by commas"),
    Setting("ALERT_MAIL_FROM", "", "sender of the mail; empty is the first of the receivers"),
    Setting("ALERT_SMTP_HOST", "", "mail server; without it no mail is sent"),
    Setting("ALERT_SMTP_PORT", 587, "its port: 587 with starttls, 465 with tls, 25 with none"),
    Setting("ALERT_SMTP_TLS", "starttls", "starttls, tls, or none within one machine or network"),
    Setting("ALERT_SMTP_USER", "", "account at the mail server; empty for none"),
    Setting("ALERT_SMTP_PASSWORD", "", "its password"),
    Setting("ALERT_TIMEOUT_S", 30.0, "a run waits no longer for all its alerts to be sent"),
    Setting("ALERT_REMIND_DAYS", 0.0, "tell again of what is still wrong after so long; 0: never"),
)
SECRETS = frozenset(("ALERT_SMTP_PASSWORD", "ALERT_WEBHOOK"))  # webhooks have keys in them
TLS = ("starttls", "tls", "none")


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """The values; the field names are the setting names in lower case, ALERT_ left out."""

    command: str = ""
    webhook: str = field(default="", repr=False)
    mail_to: str = ""
    mail_from: str = ""
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_tls: str = "starttls"
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    timeout_s: float = 30.0
    remind_days: float = 0.0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> AlertSettings:
        """The settings of this process. Raises UsageError, naming the setting, never a secret."""
        values: dict[str, Any] = {}
        for setting in ALERT_SETTINGS:
            text = environment.get(PREFIX + setting.name)
            if text is not None and text.strip():
                values[setting.name.removeprefix("ALERT_").lower()] = _typed(setting, text.strip())
        found = cls(**values)
        found.check()
        return found

    @property
    def receivers(self) -> tuple[str, ...]:
        """The mail addresses."""
        return tuple(part.strip() for part in self.mail_to.split(",") if part.strip())

    @property
    def channels(self) -> tuple[str, ...]:
        """The ways that are set up: command, webhook, mail."""
        ways = {"command": self.command, "webhook": self.webhook, "mail": self.mail_to}
        return tuple(name for name, value in ways.items() if value)

    def within(self, seconds: float) -> AlertSettings:
        """The same, but sent in so many seconds where the limit is longer."""
        return replace(self, timeout_s=min(self.timeout_s, seconds))

    def check(self) -> None:
        """Raise UsageError for what cannot work, before a crawl that would end unheard."""
        if self.smtp_tls not in TLS:
            raise UsageError(f"{PREFIX}ALERT_SMTP_TLS must be one of {', '.join(TLS)}")
        if bool(self.mail_to) != bool(self.smtp_host):
            raise UsageError(f"mail alerts need both {PREFIX}ALERT_MAIL_TO and ALERT_SMTP_HOST")
        for address in (*self.receivers, *filter(None, [self.mail_from])):
            if parseaddr(address)[1].count("@") != 1:
                raise UsageError(f"{address!r} in {PREFIX}ALERT_MAIL_… is no mail address")
        if self.webhook:
            _check_webhook(self.webhook)
        try:
            shlex.split(self.command)
        except ValueError as error:
            raise UsageError(f"{PREFIX}ALERT_COMMAND cannot be taken apart: {error}") from error


def _check_webhook(address: str) -> None:
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise UsageError(f"{PREFIX}ALERT_WEBHOOK must be an address that begins with http or https")


def _typed(setting: Setting, text: str) -> Any:
    if isinstance(setting.default, str):
        return text
    try:
        return type(setting.default)(text)
    except ValueError as error:
        raise UsageError(f"{PREFIX}{setting.name} must be a number, not {text!r}") from error
