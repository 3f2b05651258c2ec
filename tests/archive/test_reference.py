from __future__ import annotations

import sqlite3
import time
from dataclasses import replace

import pytest

from crawler.archive.db import Archive
from crawler.archive.reference import sync_portals, sync_units
from crawler.portals.model import Portal
from crawler.portals.units import Unit, load_units

DISTRICT = Unit("old:1", "1", "Huyện Sông Lam", "huyện", None, None, "2025-07-01", ("new:9",))
COMMUNE = Unit("old:11", "11", "Xã Mỹ", "xã", "old:1", None, "2025-07-01", ("new:9", "new:8"))
NEW = tuple(
    Unit(f"new:{code}", code, f"Xã {code}", "xã", None, "2025-07-01", None, ()) for code in "89"
)
UNITS = (COMMUNE, DISTRICT, *NEW)  # children and predecessors before what they point at


def test_units_and_their_successors_are_stored(archive: Archive) -> None:
    assert sync_units(archive, UNITS)
    rows = archive.conn.execute("SELECT * FROM units WHERE id = 'old:11'").fetchall()
    assert rows == [("old:11", "11", "Xã Mỹ", "xã", "old:1", None, "2025-07-01")]
    pairs = archive.conn.execute("SELECT * FROM unit_successors ORDER BY 1, 2").fetchall()
    assert pairs == [("old:1", "new:9"), ("old:11", "new:8"), ("old:11", "new:9")]


def test_unchanged_units_are_not_written_again(archive: Archive) -> None:
    sync_units(archive, UNITS)
    before = archive.conn.total_changes
    assert not sync_units(archive, UNITS)
    assert archive.conn.total_changes == before


def test_changed_units_replace_what_was_there(archive: Archive) -> None:
    sync_units(archive, UNITS)
    assert sync_units(archive, (replace(COMMUNE, name="Xã Mới", successor_ids=()), *UNITS[1:]))
    assert archive.conn.execute("SELECT name FROM units WHERE id = 'old:11'").fetchone() == (
        "Xã Mới",
    )
    assert archive.conn.execute("SELECT count(*) FROM unit_successors").fetchone() == (1,)


def test_a_successor_that_does_not_exist_is_refused(archive: Archive) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        sync_units(archive, (replace(DISTRICT, successor_ids=("new:404",)),))
    assert archive.conn.execute("SELECT count(*) FROM units").fetchone() == (0,)


def test_all_units_of_the_country_fit(archive: Archive) -> None:
    units = load_units()
    begin = time.perf_counter()
    assert sync_units(archive, units)
    assert archive.conn.execute("SELECT count(*) FROM units").fetchone() == (len(units),)
    assert archive.conn.execute("PRAGMA foreign_key_check").fetchall() == []
    assert not sync_units(archive, units)
    assert time.perf_counter() - begin < 10


def test_portals_are_stored_with_their_units(archive: Archive, portal: Portal) -> None:
    sync_units(archive, UNITS)
    full = replace(portal, units_old=("1",), units_new=("9",), status="live", note="ghi chú")
    assert sync_portals(archive, [full])
    [row] = archive.db.query("SELECT * FROM portals")
    assert row == {
        "id": "song-lam",
        "name": "Cổng thông tin huyện Sông Lam",
        "url": portal.url,
        "level": "district",
        "province": "Nghệ An",
        "platform": None,
        "status": "live",
        "status_date": None,
        "successor": None,
        "valid_from": None,
        "valid_to": None,
        "note": "ghi chú",
    }
    pairs = archive.conn.execute("SELECT * FROM portal_units ORDER BY 2").fetchall()
    assert pairs == [("song-lam", "new:9"), ("song-lam", "old:1")]


def test_a_portal_record_that_changed_is_brought_up_to_date(
    archive: Archive, portal: Portal
) -> None:
    sync_units(archive, UNITS)
    sync_portals(archive, [replace(portal, units_old=("1",))])
    assert not sync_portals(archive, [replace(portal, units_old=("1",))])
    assert sync_portals(archive, [replace(portal, url=None, units_old=("11",))])
    assert archive.conn.execute("SELECT url FROM portals").fetchone() == (None,)
    assert archive.conn.execute("SELECT unit_id FROM portal_units").fetchall() == [("old:11",)]


def test_a_portal_that_left_the_registry_stays(archive: Archive, portal: Portal) -> None:
    other = replace(portal, id="nui-cao")
    sync_portals(archive, [portal, other])
    sync_portals(archive, [portal])
    assert archive.conn.execute("SELECT count(*) FROM portals").fetchone() == (2,)
