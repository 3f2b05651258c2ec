"""When to ask again: backoff with a cap, and what the server itself asked for."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime


def backoff_s(attempts: int, base_s: float, cap_s: float) -> float:
    """Seconds to wait after `attempts` failed requests (1 or more): base, doubling, capped."""
    return min(cap_s, base_s * 2.0 ** min(attempts - 1, 30))


def retry_after_s(value: str | None, now: float) -> float | None:
    """Seconds that a Retry-After header asks for: a number or an HTTP date; None when neither.

    `now` is in Unix seconds. A date in the past is 0.
    """
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value) if len(value) < 10 else None
    try:
        when = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, when.timestamp() - now)
