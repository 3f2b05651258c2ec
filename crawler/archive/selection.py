"""Which articles an export takes, and reading them in pages that each end their transaction."""

from __future__ import annotations

import re
import sqlite3
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from difflib import get_close_matches

from crawler.archive.db import Archive
from crawler.archive.search import match_expression
from crawler.errors import UsageError
from crawler.text import fold

PAGE_ROWS = 500  # a reader that holds one snapshot for long lets the crawl's WAL grow

LIKE_FLAG = 0.8  # likeness of two flags' names that makes a slip (mojibake_repaired is 0.64)
_CARRIES = "EXISTS (SELECT 1 FROM json_each(a.flags) WHERE value = ?)"
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_VIETNAMESE = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which articles: all conditions together; None or empty asks for nothing.

    `first_day` and `last_day` are days of publication at +07:00, both included; articles without
    a date are left out when either is given. `query` is what one types into the search box.
    `flags` are names of which an article must carry every one, `without_flags` those of which it
    may carry none.
    """

    portals: tuple[str, ...] = ()
    province: str | None = None
    level: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    query: str | None = None
    flags: tuple[str, ...] = ()
    without_flags: tuple[str, ...] = ()


def parse_day(text: str, option: str) -> date:
    """A day written as 2024-03-31, 31/03/2024 or in words ("3 tháng 2 năm 2024", "hôm qua").

    Raises UsageError that names the option.
    """
    iso, vietnamese = _ISO.fullmatch(text.strip()), _VIETNAMESE.fullmatch(text.strip())
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if vietnamese:
            return date(int(vietnamese[3]), int(vietnamese[2]), int(vietnamese[1]))
        if any(char.isalpha() for char in text):
            return _day_in_words(text)
    except ValueError:
        pass  # the right shape but no such day: the same advice holds
    raise UsageError(f"{option} {text!r} is no day: write it as 2024-03-31 or 31/03/2024")


def _day_in_words(text: str) -> date:
    """A day as people say it, Vietnamese first. Raises ValueError when it is none."""
    # Slow to import, and most days are written in digits.
    import dateparser  # noqa: PLC0415

    found = dateparser.parse(
        text,
        languages=["vi", "en"],
        settings={"DATE_ORDER": "DMY", "TIMEZONE": "Asia/Ho_Chi_Minh", "PREFER_DATES_FROM": "past"},
    )
    if found is None:
        raise ValueError(text)
    return found.date()


def resolve(archive: Archive, selection: Selection) -> Selection:
    """The selection with names as the archive spells them.

    Raises UsageError for a portal or province that the archive does not know (with the nearest
    names), for days the wrong way round, for a query without a word and for a flag both asked for
    and forbidden.
    """
    first, last = selection.first_day, selection.last_day
    if first and last and first > last:
        raise UsageError(f"--from {first} lies after --to {last}: exchange them")
    if selection.query is not None and match_expression(selection.query) is None:
        raise UsageError(f"--query {selection.query!r} holds no word to look for")
    _check_flags(archive, selection)
    known = {row[0]: row[1] for row in archive.conn.execute("SELECT id, name FROM portals")}
    for portal in selection.portals:
        if portal not in known:
            raise UsageError(_unknown("portal", portal, known, archive))
    if selection.province is None:
        return selection
    provinces = [
        row[0]
        for row in archive.conn.execute(
            "SELECT DISTINCT province FROM portals WHERE province IS NOT NULL"
        )
    ]
    same = [name for name in provinces if fold(name) == fold(selection.province)]
    if not same:
        names = {name: name for name in provinces}
        raise UsageError(_unknown("province", selection.province, names, archive))
    return replace(selection, province=same[0])


def _check_flags(archive: Archive, selection: Selection) -> None:
    """Raises UsageError for a flag both asked for and forbidden, and for a name that no article
    carries where one much like it is carried: a slip would go unseen in an export."""
    if both := set(selection.flags) & set(selection.without_flags):
        name = min(both)
        raise UsageError(f"--flag {name} and --without-flag {name} leave nothing: give one of them")
    if not (asked := (*selection.flags, *selection.without_flags)):
        return
    sql = "SELECT DISTINCT value FROM articles, json_each(articles.flags)"
    carried = [str(row[0]) for row in archive.conn.execute(sql)]
    for name in asked:
        near = get_close_matches(name, carried, 1, LIKE_FLAG)
        if near and name not in carried:
            raise UsageError(
                f"no article carries the flag {name!r} in {archive.path}; did you mean {near[0]}?"
            )


def _unknown(kind: str, asked: str, known: dict[str, str], archive: Archive) -> str:
    """What to say of a name that is not known, with the nearest by id or by name."""
    keys = {fold(name): key for key, name in known.items()} | {fold(key): key for key in known}
    near = dict.fromkeys(keys[key] for key in get_close_matches(fold(asked), keys, 5, 0.55))
    advice = f"; did you mean {', '.join(list(near)[:3])}?" if near else ""
    return f"there is no {kind} {asked!r} in {archive.path}{advice}"


def article_ids(archive: Archive, selection: Selection) -> array[int]:
    """The ids of the selected articles in ascending order: 8 bytes each, whatever the archive.

    Taken once at the start, so that what a crawl adds meanwhile does not blur the export.
    """
    tables, conditions, values = ["articles AS a"], ["1"], list[object]()
    if selection.query is not None:
        tables.append("articles_fts ON articles_fts.rowid = a.id")
        conditions.append("articles_fts MATCH ?")
        values.append(match_expression(selection.query))
    if selection.portals:
        conditions.append(f"a.portal_id IN ({_marks(selection.portals)})")
        values.extend(selection.portals)
    for column in ("province", "level"):
        if getattr(selection, column) is not None:
            conditions.append(f"a.{column} = ?")
            values.append(getattr(selection, column))
    for flag in selection.flags:
        conditions.append(_CARRIES)
        values.append(flag)
    for flag in selection.without_flags:
        conditions.append(f"NOT {_CARRIES}")
        values.append(flag)
    # published_at begins with the day and has an index; published_date has none.
    if selection.first_day:
        conditions.append("a.published_at >= ?")
        values.append(selection.first_day.isoformat())
    if selection.last_day:
        conditions.append("a.published_at < ?")
        values.append((selection.last_day + timedelta(days=1)).isoformat())
    sql = f"SELECT a.id FROM {' JOIN '.join(tables)} WHERE {' AND '.join(conditions)} ORDER BY a.id"
    return array("q", (row[0] for row in archive.conn.execute(sql, values)))


def pages(ids: array[int]) -> Iterator[list[int]]:
    """The ids in pages, each to be read in a transaction of its own."""
    for start in range(0, len(ids), PAGE_ROWS):
        yield list(ids[start : start + PAGE_ROWS])


def rows_of(conn: sqlite3.Connection, sql: str, ids: Sequence[int]) -> list[dict[str, object]]:
    """The rows of a query whose {ids} stands for these ids, as dictionaries."""
    cursor = conn.execute(sql.format(ids=_marks(ids)), list(ids))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" for _ in values)
