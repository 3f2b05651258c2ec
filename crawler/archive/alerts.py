"""What an operator is to be told of: portals whose standing has changed since the last alert.

The archive remembers what was told, so that a run which changes nothing says nothing, and what a
killed run could not say is said by the next.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from crawler.archive.clock import iso
from crawler.archive.db import Archive
from crawler.archive.status import WRONG, PortalStatus

NewsKind = Literal["trouble", "recovered", "reminder"]


@dataclass(frozen=True, slots=True)
class News:
    """One portal to tell of. `was`: its standing when it was last told of, None if it never was.

    `kind`: "trouble" for one that has just got into trouble, or into another; "recovered" for one
    that is well again; "reminder" for one that was told of long ago and still is in trouble.
    """

    kind: NewsKind
    status: PortalStatus
    was: str | None


@dataclass(frozen=True, slots=True)
class _Told:
    standing: str
    cause: str
    events: str
    told_at: str


def news(
    archive: Archive,
    statuses: Iterable[PortalStatus],
    now: datetime,
    remind_after: timedelta | None = None,
) -> list[News]:
    """What has changed since the operator was last told, in the order of `statuses`.

    A portal whose visit was not finished is neither well nor wrong: nothing is said of it.
    """
    told = {
        row[0]: _Told(*row[1:])
        for row in archive.conn.execute(
            "SELECT portal_id, standing, cause, events, told_at FROM portal_alerts"
        )
    }
    late = iso(now - remind_after) if remind_after is not None else ""
    found = [_news_of(status, told.get(status.portal_id), late) for status in statuses]
    return [one for one in found if one is not None]


def note_told(archive: Archive, told: Sequence[News], now: datetime) -> None:
    """Remember that the operator was told of these."""
    with archive.atomic() as db:
        for one in told:
            status = one.status
            if one.kind == "recovered" and not status.events:
                db.execute("DELETE FROM portal_alerts WHERE portal_id = ?", (status.portal_id,))
                continue
            db.execute(
                "INSERT INTO portal_alerts(portal_id, standing, cause, events, told_at) "
                "VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET standing = excluded.standing, "
                "cause = excluded.cause, events = excluded.events, told_at = excluded.told_at",
                (status.portal_id, status.standing, _cause(status), _events(status), iso(now)),
            )


def _news_of(status: PortalStatus, told: _Told | None, late: str) -> News | None:
    was = told.standing if told else None
    if status.standing in WRONG:
        new = told is None or (told.standing, told.cause) != (status.standing, _cause(status))
        if new or (told is not None and _more(status, told)):
            return News("trouble", status, was)
        return News("reminder", status, was) if told and told.told_at < late else None
    if status.standing != "well":
        return None
    if told is None:
        return News("trouble", status, was) if status.events else None
    if _more(status, told):
        return News("trouble", status, was)
    over = told.standing in WRONG or (told.events != "[]" and not status.events)
    return News("recovered", status, was) if over else None


def _more(status: PortalStatus, told: _Told) -> bool:
    """Whether an event has begun since."""
    return bool(set(json.loads(_events(status))) - set(json.loads(told.events)))


def _cause(status: PortalStatus) -> str:
    """What a suspicion is called, its figures left out: those change with every visit."""
    return (status.why or "").partition(":")[0] if status.standing == "suspect" else ""


def _events(status: PortalStatus) -> str:
    kinds = sorted({event.partition(" since ")[0] for event in status.events})
    return json.dumps(kinds, ensure_ascii=False)
