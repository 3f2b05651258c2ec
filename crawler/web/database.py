"""Datasette's database, asked less: a page of a table put 50 questions to SQLite.

Each goes to another thread and back. That costs little on an idle machine; beside a crawl, with
more threads at work than cores, it is a wait.
"""

from __future__ import annotations

import copy
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from datasette.database import Database, QueryInterrupted  # type: ignore[import-untyped]

from crawler.web import counts
from crawler.web.broad import walked
from crawler.web.catalogue import TABLES
from crawler.web.order import completed, resumed

_VERSION = "PRAGMA schema_version"  # what Datasette asks first on each page of its own
_SCHEMA = (
    "table_exists",
    "table_names",
    "view_names",
    "table_columns",
    "table_column_details",
    "primary_keys",
    "fts_table",
    "label_column_for_table",
    "foreign_keys_for_table",
    "hidden_table_names",
    "get_all_foreign_keys",
    "get_table_definition",
    "get_view_definition",
)


class ArchiveFile(Database):  # type: ignore[misc]
    """The archive: its schema remembered until it changes, sorts completed, indexes walked for
    broad searches, and all counts of a page taken at once."""

    def __init__(self, *values: Any, **options: Any) -> None:
        super().__init__(*values, **options)
        self._known: dict[tuple[Any, ...], Any] = {}
        self._version: int | None = None

    async def execute(self, sql: str, params: Any = None, **options: Any) -> Any:
        counted = counts.current()
        if counted is not None:
            answer = await counted.answer(super().execute, sql, params, options)
            if answer is not None:
                return answer
        answer = await super().execute(walked(resumed(completed(sql))), params, **options)
        if sql == _VERSION and answer.first()[0] != self._version:
            self._known.clear()
            self._version = answer.first()[0]
        return answer

    async def table_counts(self, limit: int = 10) -> dict[str, int | None]:
        """Rows of each table; None for those of the search index, which would be read whole."""
        counted: dict[str, int | None] = dict.fromkeys(await self.table_names())
        for name in counted:
            if name in TABLES:
                with suppress(QueryInterrupted):
                    rows = await self.execute(
                        f"select count(*) from [{name}]", custom_time_limit=limit
                    )
                    counted[name] = rows.first()[0]
        return counted

    async def remembered(self, name: str, ask: Callable[..., Awaitable[Any]], *values: Any) -> Any:
        """What `ask` answered to these values since the schema changed last; a copy, as callers
        add to what they are given."""
        key = (name, *values)
        if key not in self._known:
            self._known[key] = await ask(self, *values)
        return copy.copy(self._known[key])


def _remembering(name: str) -> Callable[..., Awaitable[Any]]:
    ask = getattr(Database, name)

    async def method(self: ArchiveFile, *values: Any) -> Any:
        return await self.remembered(name, ask, *values)

    method.__name__ = name
    return method


for _name in _SCHEMA:
    setattr(ArchiveFile, _name, _remembering(_name))
