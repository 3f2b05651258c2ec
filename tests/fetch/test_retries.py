"""When to ask again."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from crawler.fetch.retries import backoff_s, retry_after_s

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(("attempts", "wait_s"), [(1, 10), (2, 20), (3, 40), (9, 600), (999, 600)])
def test_the_wait_doubles_up_to_its_cap(attempts: int, wait_s: float) -> None:
    assert backoff_s(attempts, 10, 600) == wait_s


@pytest.mark.parametrize(
    ("value", "wait_s"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("0", None),
        (format_datetime(datetime(2026, 3, 1, 8, 5, tzinfo=UTC), usegmt=True), 300),
        ("Sun, 01 Mar 2026 15:05:00 +0700", 300),
        ("Sun, 01 Mar 2026 07:00:00 GMT", None),
        ("soon", None),
        ("-5", None),
        ("9999999999999", 9999999999999),
        ("Fri, 99 Foo 12345 99:99:99 GMT", None),
        ("", None),
        (None, None),
    ],
)
def test_a_server_may_ask_in_seconds_or_by_a_date(value: str | None, wait_s: float | None) -> None:
    assert retry_after_s(value, NOW) == wait_s


@pytest.mark.parametrize("value", ["315360000", "9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_no_server_closes_itself_for_years(value: str) -> None:
    assert retry_after_s(value, NOW, 86400) == 86400
