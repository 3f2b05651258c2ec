"""Settings are data: every one has a reason, is documented, and the unsafe defaults are shut."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from scrapy.settings import Settings

from crawler.errors import UsageError
from crawler.fetch.limits import PREFIX, SETTINGS, Limits, defaults

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "crawling.md").read_text(encoding="utf-8")


def project() -> Settings:
    settings = Settings()
    settings.setmodule("settings")
    return settings


@pytest.mark.parametrize("name", [setting.name for setting in SETTINGS])
def test_every_setting_of_ours_is_documented_with_its_default(name: str) -> None:
    setting = next(setting for setting in SETTINGS if setting.name == name)
    row = next((line for line in DOCS.splitlines() if line.startswith(f"| `{PREFIX}{name}`")), None)
    assert row is not None
    assert setting.reason in row
    shown = row.split("|")[2].strip().strip("`")
    assert shown == ("" if setting.default in ("", ()) else str(setting.default))


def test_every_changed_scrapy_setting_has_its_reason_beside_it() -> None:
    text = (ROOT / "settings.py").read_text(encoding="utf-8")
    bare = []
    for block in re.split(r"\n(?=[A-Z_]+(?::| =))", text):
        name = re.match(r"[A-Z_]+", block)
        if name and "#" not in block.partition("\n\n")[0]:
            bare.append(name.group())
    assert set(bare) <= {"BOT_NAME", "SPIDER_MODULES"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELNETCONSOLE_ENABLED", False),
        ("REMOTE_CONTROL_ENABLED", False),
        ("DOWNLOAD_VERIFY_CERTIFICATES", True),
        ("HTTPPROXY_ENABLED", False),
        ("RETRY_ENABLED", False),
        ("REDIRECT_ENABLED", False),
        ("METAREFRESH_ENABLED", False),
        ("ROBOTSTXT_OBEY", False),
        ("COOKIES_ENABLED", False),
        ("COMPRESSION_ENABLED", False),
        ("CONCURRENT_REQUESTS", 0),
        ("CONCURRENT_REQUESTS_PER_DOMAIN", 1),
        ("DOWNLOAD_DELAY_JITTER", 0),
        ("DOWNLOAD_MAXSIZE", 8 * 1024 * 1024),
        ("DOWNLOAD_TIMEOUT", 30),
        ("SCRAPER_SLOT_MAX_ACTIVE_SIZE", 64 * 1024 * 1024),
    ],
)
def test_an_unsafe_default_of_scrapy_is_decided_on(name: str, value: object) -> None:
    assert project()[name] == value


@pytest.mark.parametrize("scheme", ["file", "data", "ftp", "s3"])
def test_no_handler_is_left_for_other_schemes(scheme: str) -> None:
    assert project().getwithbase("DOWNLOAD_HANDLERS")[scheme] is None


def test_a_setting_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHOTIN_RETRY_BASE_S", "1.5")
    monkeypatch.setenv("KHOTIN_ALLOW_PRIVATE", "true")
    limits = Limits.from_settings(defaults())
    assert limits.retry_base_s == 1.5
    assert limits.allow_private is True


def test_a_value_of_the_wrong_type_is_named() -> None:
    with pytest.raises(UsageError, match="KHOTIN_RETRY_ATTEMPTS must be a whole number"):
        Limits.from_settings({"KHOTIN_RETRY_ATTEMPTS": "often"})
