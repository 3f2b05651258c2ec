"""How the archive writes times: ISO 8601 text at +07:00, the only zone of the portals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))


def iso(moment: datetime) -> str:
    """An aware time as ISO 8601 text at +07:00, to the second.

    Raises ValueError for a naive time: it would be read seven hours off without anyone noticing.
    """
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone cannot be stored: {moment.isoformat()}")
    return moment.astimezone(VIETNAM).isoformat(timespec="seconds")


def now_iso() -> str:
    """The present as the archive writes it."""
    return iso(datetime.now(UTC))
