"""What befalls portals: moved, gone, parked, taken over; each with the days between which it held.

An event is open while every visit sees it, and ends with the first that does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crawler.archive.clock import now_iso
from crawler.archive.db import Archive

TITLE = "title"  # how the site names itself: a change of it is no trouble by itself

# Why a start page failed → what has happened to the portal. A reason that begins so counts.
_BY_REASON = {
    "moved to ": "moved",
    "taken over": "taken over",
    "dns": "name gone",
    "tls": "certificate",
    "foreign host": "parked",
    "server page": "emptied",
    "maintenance": "maintenance",
    "gambling words": "hijacked",
    "block page": "blocked",
    "gone": "home page gone",
    "empty": "emptied",
    "connection": "unreachable",
    "timeout": "unreachable",
    "robots": "closed to us",
}


@dataclass(frozen=True, slots=True)
class Event:
    """A row of portal_events. `ended_at` None: it still holds."""

    portal_id: str
    kind: str
    detail: str | None
    first_seen_at: str
    last_seen_at: str
    ended_at: str | None


def note_visit(archive: Archive, run_id: int, portal_id: str) -> list[Event]:
    """Note what this run met at the portal's start pages, and end what it met no more.

    A run that asked for no start page notes nothing. Returns the events that began with it.
    """
    # A site whose robots.txt could not be had is not asked for its start page: the trouble of the
    # one is that of the other.
    rows = archive.conn.execute(
        "SELECT frontier.state, frontier.reason, frontier.url, capture_id, redirect_url, status "
        "FROM frontier LEFT JOIN captures ON captures.id = capture_id "
        "WHERE frontier.portal_id = ? AND run_id = ? AND ("
        "frontier.kind = 'start' AND frontier.state IN ('done', 'failed') "
        "OR frontier.kind = 'robots' AND frontier.state = 'failed' AND origin IN ("
        "SELECT origin FROM frontier WHERE portal_id = ? AND kind = 'start'))",
        (portal_id, run_id, portal_id),
    ).fetchall()
    if not rows:
        return []
    seen: dict[str, tuple[str | None, int | None]] = {}
    for state, reason, url, capture_id, redirect_url, status in rows:
        kind = _kind(reason) if state == "failed" else None
        if kind is not None:
            lasting = f" ({status})" if redirect_url else ""
            seen[kind] = (f"{redirect_url or reason}{lasting} from {url}", capture_id)
    return _keep(archive, run_id, portal_id, seen)


def note_title(archive: Archive, run_id: int, portal_id: str, title: str) -> str | None:
    """Note how the site names itself; how it did before, None when it is the first time."""
    with archive.atomic() as db:
        known = db.execute(
            "SELECT id, detail FROM portal_events WHERE portal_id = ? AND kind = ? "
            "AND ended_at IS NULL ORDER BY id DESC LIMIT 1",
            (portal_id, TITLE),
        ).fetchone()
        now = now_iso()
        if known is not None and known[1] == title:
            db.execute("UPDATE portal_events SET last_seen_at = ? WHERE id = ?", (now, known[0]))
            return title
        if known is not None:
            db.execute("UPDATE portal_events SET ended_at = ? WHERE id = ?", (now, known[0]))
        _insert(archive, run_id, portal_id, TITLE, title, None)
        return None if known is None else str(known[1])


def open_events(archive: Archive, portal_id: str | None = None) -> list[Event]:
    """What holds at present, of one portal or of all, titles left out; oldest first."""
    names = ", ".join(Event.__dataclass_fields__)
    rows = archive.conn.execute(
        f"SELECT {names} FROM portal_events WHERE ended_at IS NULL AND kind != ? "
        "AND (? IS NULL OR portal_id = ?) ORDER BY id",
        (TITLE, portal_id, portal_id),
    )
    return [Event(*row) for row in rows]


def _kind(reason: str | None) -> str | None:
    for beginning, kind in _BY_REASON.items():
        if (reason or "").startswith(beginning):
            return kind
    return None


def _keep(
    archive: Archive,
    run_id: int,
    portal_id: str,
    seen: Mapping[str, tuple[str | None, int | None]],
) -> list[Event]:
    now = now_iso()
    begun = []
    with archive.atomic() as db:
        known = {event.kind: event for event in open_events(archive, portal_id)}
        for kind, (detail, capture_id) in seen.items():
            if kind in known and known[kind].detail == detail:
                db.execute(
                    "UPDATE portal_events SET last_seen_at = ? WHERE portal_id = ? AND kind = ? "
                    "AND ended_at IS NULL",
                    (now, portal_id, kind),
                )
                continue
            _end(archive, portal_id, kind, now)
            _insert(archive, run_id, portal_id, kind, detail, capture_id)
            begun.append(Event(portal_id, kind, detail, now, now, None))
        for kind in known.keys() - seen.keys():
            _end(archive, portal_id, kind, now)
    return begun


def _end(archive: Archive, portal_id: str, kind: str, now: str) -> None:
    archive.conn.execute(
        "UPDATE portal_events SET ended_at = ? WHERE portal_id = ? AND kind = ? "
        "AND ended_at IS NULL",
        (now, portal_id, kind),
    )


def _insert(
    archive: Archive,
    run_id: int,
    portal_id: str,
    kind: str,
    detail: str | None,
    capture_id: int | None,
) -> None:
    now = now_iso()
    archive.conn.execute(
        "INSERT INTO portal_events(portal_id, kind, detail, first_seen_at, last_seen_at, run_id, "
        "capture_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (portal_id, kind, detail, now, now, run_id, capture_id),
    )
