"""Portals and administrative units as tables: the registry's rows beside the articles."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.archive.db import Archive
    from crawler.portals.model import Portal
    from crawler.portals.units import Unit

_PORTAL = """
INSERT INTO portals(id, name, url, level, province, platform, status, status_date, successor,
  valid_from, valid_to, note)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT(id) DO UPDATE SET name = excluded.name, url = excluded.url, level = excluded.level,
  province = excluded.province, platform = excluded.platform, status = excluded.status,
  status_date = excluded.status_date, successor = excluded.successor,
  valid_from = excluded.valid_from, valid_to = excluded.valid_to, note = excluded.note
"""
_UNIT = """
INSERT INTO units(id, code, name, type, parent_id, valid_from, valid_to)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT(id) DO UPDATE SET code = excluded.code, name = excluded.name, type = excluded.type,
  parent_id = excluded.parent_id, valid_from = excluded.valid_from, valid_to = excluded.valid_to
"""


def sync_units(archive: Archive, units: Iterable[Unit]) -> bool:
    """Bring `units` and `unit_successors` to what the registry says; False if nothing changed.

    Units that the registry no longer has are kept: portals may point at them.
    """
    units = tuple(units)
    rows = [
        (unit.id, unit.code, unit.name, unit.type, unit.parent_id, unit.valid_from, unit.valid_to)
        for unit in units
    ]
    pairs = [(unit.id, successor) for unit in units for successor in unit.successor_ids]
    with archive.atomic() as db:
        if not _changed(db.conn, "units", (rows, pairs)):
            return False
        db.conn.executemany(_UNIT, rows)
        db.execute("DELETE FROM unit_successors")
        db.conn.executemany("INSERT INTO unit_successors VALUES (?, ?)", pairs)
    return True


def sync_portals(archive: Archive, portals: Iterable[Portal]) -> bool:
    """Bring `portals` and `portal_units` to what the registry says; False if nothing changed.

    Units come first: a portal's unit that is not in `units` is an ArchiveError's cause (foreign
    key). Portals that the registry no longer has are kept, their articles need them.
    """
    portals = tuple(portals)
    rows = [_portal_row(portal) for portal in portals]
    pairs = [(portal.id, unit) for portal in portals for unit in portal.unit_ids()]
    with archive.atomic() as db:
        if not _changed(db.conn, "portals", (rows, pairs)):
            return False
        db.conn.executemany(_PORTAL, rows)
        db.conn.executemany(
            "DELETE FROM portal_units WHERE portal_id = ?", [(portal.id,) for portal in portals]
        )
        db.conn.executemany("INSERT INTO portal_units VALUES (?, ?)", pairs)
    return True


def ensure_portal(conn: sqlite3.Connection, portal: Portal) -> None:
    """Make sure that a portal has its row, inside the caller's transaction."""
    if not conn.execute("SELECT 1 FROM portals WHERE id = ?", (portal.id,)).fetchone():
        conn.execute(_PORTAL, _portal_row(portal))


def _portal_row(portal: Portal) -> tuple[str | None, ...]:
    return (
        portal.id,
        portal.name,
        portal.url,
        portal.level,
        portal.province,
        portal.platform,
        portal.status,
        portal.status_date,
        portal.successor,
        portal.valid_from,
        portal.valid_to,
        portal.note,
    )


def _changed(conn: sqlite3.Connection, what: str, content: object) -> bool:
    """Whether content differs from what was stored last; remembers it."""
    digest = hashlib.sha256(repr(content).encode()).hexdigest()
    key = f"{what}_digest"
    stored = conn.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    if stored and stored[0] == digest:
        return False
    conn.execute("INSERT OR REPLACE INTO meta(key, value) VALUES (?, ?)", (key, digest))
    return True
