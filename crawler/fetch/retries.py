"""When to ask again: backoff with a cap, and what the server itself asked for."""

from __future__ import annotations

import math
from datetime import UTC
from email.utils import parsedate_to_datetime


def backoff_s(attempts: int, base_s: float, cap_s: float) -> float:
    """Seconds to wait after `attempts` failed requests (1 or more): base, doubling, capped."""
    return min(cap_s, base_s * 2.0 ** min(attempts - 1, 30))


def retry_after_s(value: str | None, now: float, cap_s: float = math.inf) -> float | None:
    """Seconds that a Retry-After header asks for, at most `cap_s`: a number or an HTTP date.

    `now` is in Unix seconds. None when it asks for nothing: it is neither, 0, or a time that has
    passed. The cap keeps one absurd header from closing a host for years.
    """
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        seconds = float(value[:300])  # of 309 digits and more no float is left
    else:
        try:
            when = parsedate_to_datetime(value)
            if when.tzinfo is None:
                when = when.replace(tzinfo=UTC)
            seconds = when.timestamp() - now
        except (TypeError, ValueError, OverflowError):
            return None
    return min(seconds, cap_s) if seconds > 0 else None
