"""What the front page and the article page show, asked from the archive."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from datasette.database import QueryInterrupted  # type: ignore[import-untyped]
from markupsafe import Markup

from crawler.web.catalogue import RESEARCH, TABLES
from crawler.web.charts import Bar, column_chart, row_chart, with_gaps
from crawler.web.language import say

DATABASE = "archive"  # the name in addresses, whatever the file is called
ARTICLES = f"/{DATABASE}/articles"
MOST_PORTALS = 12  # bars on the front page
NEWEST_ARTICLES = 8

Row = sqlite3.Row

_CELLS = " | "
_FOLLOWED = re.compile(r"https?://", re.IGNORECASE)


async def rows_of(datasette: Any, sql: str, *values: object) -> list[Row]:
    """The rows of a query; none when it takes too long, so that a page is poorer, not gone."""
    try:
        answer = await datasette.get_database(DATABASE).execute(sql, list(values))
    except QueryInterrupted:
        return []
    return list(answer.rows)


async def _value(datasette: Any, sql: str, *values: object) -> Any:
    rows = await rows_of(datasette, sql, *values)
    return rows[0][0] if rows else None


async def front_page(datasette: Any) -> dict[str, Any]:
    """What the archive holds: counts, first and last dates, two charts, the newest articles."""
    years = await rows_of(
        datasette, "SELECT year, count(*) FROM articles WHERE year IS NOT NULL GROUP BY year"
    )
    # The inner query is answered from an index; joined first, it would read every article.
    portals = await rows_of(
        datasette,
        "SELECT n.portal_id, p.name, n.articles FROM (SELECT portal_id, count(*) AS articles"
        " FROM articles GROUP BY portal_id) AS n JOIN portals AS p ON p.id = n.portal_id"
        " ORDER BY n.articles DESC, n.portal_id",
    )
    dated = sum(row[1] for row in years)
    total = sum(row["articles"] for row in portals)
    return {
        "articles": total,
        "portals": len(portals),
        "portals_shown": min(len(portals), MOST_PORTALS),
        "undated": total - dated,
        "oldest": await _value(
            datasette, "SELECT min(published_at) FROM articles WHERE published_at IS NOT NULL"
        ),
        "newest": await _value(datasette, "SELECT max(published_at) FROM articles"),
        "captured": await _value(
            datasette, "SELECT fetched_at FROM captures ORDER BY id DESC LIMIT 1"
        ),
        "year_chart": _year_chart([(row[0], row[1]) for row in years]),
        "portal_chart": _portal_chart(portals[:MOST_PORTALS]),
        "latest": await rows_of(
            datasette,
            "SELECT a.id, a.title, a.published_at, p.name AS portal FROM articles AS a JOIN"
            " portals AS p ON p.id = a.portal_id ORDER BY a.published_at DESC, a.id DESC LIMIT ?",
            NEWEST_ARTICLES,
        ),
    }


def _year_chart(years: Sequence[tuple[int, int]]) -> Markup:
    bars = [Bar(str(year), count, f"{ARTICLES}?year={year}") for year, count in with_gaps(years)]
    return column_chart(bars, say("per.year"))


def _portal_chart(portals: Sequence[Row]) -> Markup:
    bars = [
        Bar(row["name"], row["articles"], f"{ARTICLES}?portal_id={row['portal_id']}")
        for row in portals
    ]
    return row_chart(bars, say("per.portal"))


async def table_list(datasette: Any, *, own: bool = False) -> dict[str, list[dict[str, Any]]]:
    """The archive's tables with their row counts: the researcher's, and the crawler's own if asked.

    Counting a table means reading an index of it, and the crawler's own are by far the longest.
    """
    database = datasette.get_database(DATABASE)
    present = set(await database.table_names())
    if own:
        counts = await database.table_counts(200)
    else:
        counts = await _counts(datasette, [name for name in RESEARCH if name in present])
    tables: dict[str, list[dict[str, Any]]] = {"research": [], "own": []}
    for name, table in TABLES.items():
        if name in present and (own or table.research):
            kind = "research" if table.research else "own"
            tables[kind].append({"table": table, "count": counts.get(name)})
    return tables


async def _counts(datasette: Any, names: Sequence[str]) -> dict[str, int]:
    """Rows of these tables, in one question; none when that takes too long."""
    wanted = ", ".join(f"(SELECT count(*) FROM {name})" for name in names)
    rows = await rows_of(datasette, f"SELECT {wanted}")
    return dict(zip(names, rows[0], strict=True)) if rows else {}


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of an article's body: a paragraph of lines, or a table of rows of cells."""

    lines: list[str]
    cells: list[list[str]]


def blocks(text: str | None) -> list[Block]:
    """The body as the reader wrote it, taken apart: blank lines part blocks, " | " parts cells."""
    found = []
    for part in (text or "").split("\n\n"):
        lines = [line for line in part.split("\n") if line.strip()]
        if lines and all(_CELLS in line for line in lines):
            found.append(Block([], [line.split(_CELLS) for line in lines]))
        elif lines:
            found.append(Block(lines, []))
    return found


async def article_page(datasette: Any, article: Row) -> dict[str, Any]:
    """What stands beside an article's own row: portal, pictures, files, tags, evidence."""
    number = article["id"]
    return {
        "blocks": blocks(article["text"]),
        "portal": await _value(
            datasette, "SELECT name FROM portals WHERE id = ?", article["portal_id"]
        ),
        "images": await rows_of(
            datasette, "SELECT * FROM images WHERE article_id = ? ORDER BY position", number
        ),
        "attachments": await rows_of(
            datasette, "SELECT * FROM attachments WHERE article_id = ? ORDER BY position", number
        ),
        "citations": await rows_of(
            datasette, "SELECT * FROM citations WHERE article_id = ? ORDER BY position", number
        ),
        "tags": [
            row[0]
            for row in await rows_of(
                datasette, "SELECT tag FROM tags WHERE article_id = ? ORDER BY tag", number
            )
        ],
        "versions": await rows_of(
            datasette,
            "SELECT id, seen_at, cause, title FROM versions WHERE article_id = ? ORDER BY id DESC",
            number,
        ),
        "capture": next(
            iter(
                await rows_of(
                    datasette, "SELECT * FROM captures WHERE id = ?", article["capture_id"]
                )
            ),
            None,
        ),
    }


async def article_row(datasette: Any, key: str) -> Row | None:
    """The article with this id, or None."""
    rows = await rows_of(datasette, "SELECT * FROM articles WHERE id = ?", key)
    return rows[0] if rows else None


def web_address(address: object) -> str | None:
    """The address if a browser may follow it: http and https only, never javascript:."""
    text = str(address or "")
    return text if _FOLLOWED.match(text) else None
