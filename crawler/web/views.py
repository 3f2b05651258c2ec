"""Datasette's table, query and row pages, with fewer columns unasked and with safe CSV."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from datasette.database import QueryInterrupted  # type: ignore[import-untyped]
from datasette.utils import InvalidSql, escape_sqlite, sqlite3, tilde_decode  # type: ignore[import-untyped]
from datasette.utils.asgi import (  # type: ignore[import-untyped]
    AsgiStream,
    BadRequest,
    Request,
    Response,
)
from datasette.views.base import DatasetteError  # type: ignore[import-untyped]
from datasette.views.database import DatabaseView  # type: ignore[import-untyped]
from datasette.views.row import RowView  # type: ignore[import-untyped]
from datasette.views.table import TableView  # type: ignore[import-untyped]

from crawler.archive.spreadsheet import BOM, csv_lines
from crawler.web.broad import is_broad, walking
from crawler.web.catalogue import NEWEST_FIRST, TABLES
from crawler.web.counts import counting, counts_for
from crawler.web.language import say
from crawler.web.limits import AnswerTooLarge
from crawler.web.order import unique_order

CSV_PAGE_ROWS = 500  # one read transaction each: a long download never holds back the crawl's WAL
SEARCH_ONLY = "folded"  # repeats the article's words for the search index


class SafeCsv:
    """The .csv of a Datasette view: safe for spreadsheets, whole unless a page is asked for.

    Datasette's own writes formulas verbatim, sends the first 100 rows unless told `_stream=1`,
    and on a late error writes the message into the file and ends it as if it were complete.
    `?_raw=1` gives the bare text; a late error breaks the connection off.
    """

    ds: Any

    async def as_csv(self, request: Any, database: str) -> Any:
        args = request.args
        if args.get("_stream") and args.get("_next"):
            raise BadRequest("_next not allowed for CSV streaming")
        whole = bool(args.get("_stream")) or not (args.get("_size") or args.get("_next"))
        request = _for_csv(request, whole)
        pages = self._pages(request, whole)
        first = await _first_or_error(pages, self.ds.setting("sql_time_limit_ms"))
        if isinstance(first, Response):
            return first
        raw = bool(args.get("_raw"))
        header = args.get("_header") != "off"

        async def stream(out: Any) -> None:
            labelled = set(first.get("expanded_columns") or [])
            await out.write("" if raw else BOM)
            if header:
                await out.write(csv_lines([_headings(first["columns"], labelled)], raw=raw))
            await out.write(_lines(first, labelled, raw))
            async for page in pages:
                await out.write(_lines(page, labelled, raw))

        name = request.url_vars.get("table") or database
        return AsgiStream(
            stream,
            headers={"content-disposition": f'attachment; filename="{name}.csv"'},
            content_type="text/csv; charset=utf-8",
        )

    async def _pages(self, request: Any, whole: bool) -> AsyncIterator[Any]:
        """The answer's pages; a page over the memory limit is asked for again in smaller parts."""
        rows, following = CSV_PAGE_ROWS, None
        while True:
            wanted = {"_size": rows, "_next": following} if whole and self._paged else {}
            try:
                page, *_ = _as_tuple(await self.data(request, **wanted))  # type: ignore[attr-defined]
            except AnswerTooLarge:
                if not wanted or rows == 1:
                    raise
                rows = max(1, rows // 4)
                continue
            yield page
            following = None if isinstance(page, Response) else page.get("next")
            if not (wanted and following):
                return

    @property
    def _paged(self) -> bool:
        return isinstance(self, TableView)


class ArchiveTable(SafeCsv, TableView):  # type: ignore[misc]
    """A table page that shows the main columns; `?_columns=all` and `?_col=` show others."""

    async def data(
        self,
        request: Any,
        default_labels: bool = False,
        _next: str | None = None,
        _size: int | None = None,
    ) -> Any:
        order = await self._order(request)
        articles = tilde_decode(request.url_vars["table"]) == "articles"
        database = self.ds.get_database(tilde_decode(request.url_vars["database"]))
        broad = articles and await is_broad(database, request.args)
        counts = counts_for(request.args, broad) if articles else None
        with unique_order(order), walking(broad), counting(counts):
            return await super().data(request, default_labels, _next, _size)

    async def _order(self, request: Any) -> tuple[str, str] | None:
        """The sort as Datasette writes it on a first page, and the key columns it leaves out."""
        database = self.ds.get_database(tilde_decode(request.url_vars["database"]))
        table = tilde_decode(request.url_vars["table"])
        metadata = self.ds.table_metadata(database.name, table)
        sort, sort_desc = request.args.get("_sort"), request.args.get("_sort_desc")
        if not sort and not sort_desc:
            sort, sort_desc = metadata.get("sort"), metadata.get("sort_desc")
        if not (sort or sort_desc):
            return None
        order = f"order by {escape_sqlite(sort or sort_desc)}{' desc' if sort_desc else ''}"
        keys = await database.primary_keys(table) or ["rowid"]
        return order, ", ".join(map(escape_sqlite, keys))

    async def columns_to_select(
        self, table_columns: list[str], pks: list[str], request: Any
    ) -> list[str]:
        columns: list[str] = await super().columns_to_select(table_columns, pks, request)
        table = TABLES.get(tilde_decode(request.url_vars["table"]))
        if table is None or "_col" in request.args:
            return columns
        page = request.url_vars.get("format") is None
        if page and request.args.get("_columns") != "all":
            # The sort column must be among them: the link to the next page is made from it.
            sort = {request.args.get("_sort"), request.args.get("_sort_desc")}
            wanted = {*table.shown(), *pks, *sort}
            return [column for column in columns if column in wanted]
        return [column for column in columns if column != SEARCH_ONLY]


class ArchiveDatabase(SafeCsv, DatabaseView):  # type: ignore[misc]
    """The list of tables, and SQL queries, whose CSV holds at most `max_returned_rows` rows."""


class ArchiveRow(SafeCsv, RowView):  # type: ignore[misc]
    """One row."""


def _for_csv(request: Any, whole: bool) -> Any:
    """The request without facets and counts; a whole table in the order of its key, if asked for
    in no other: the next page is then found at once, by any other column it must be searched.
    """
    extra = "_nofacet=1&_nocount=1"
    sorted_by_key = tilde_decode(request.url_vars.get("table") or "") in NEWEST_FIRST
    if whole and sorted_by_key and not {"_sort", "_sort_desc"} & set(request.args.keys()):
        extra += "&_sort=id"
    query = "&".join(filter(None, (request.query_string, extra)))
    return Request(dict(request.scope, query_string=query.encode("latin-1")), request.receive)


async def _first_or_error(pages: AsyncIterator[Any], limit_ms: int) -> Any:
    """The first page, while a status can still be sent."""
    try:
        page = await anext(pages)
    except QueryInterrupted as error:
        raise DatasetteError(say("sql.interrupted", limit_ms), status=400) from error
    except (sqlite3.OperationalError, InvalidSql) as error:
        raise DatasetteError(str(error), title="Invalid SQL", status=400) from error
    if not isinstance(page, Response) and page.get("error"):
        raise DatasetteError(page["error"], title="Invalid SQL", status=400)
    return page


def _as_tuple(answer: Any) -> tuple[Any, ...]:
    return (answer,) if isinstance(answer, Response) else tuple(answer)


def _headings(columns: list[str], labelled: set[str]) -> list[str]:
    names = []
    for column in columns:
        names += [column, f"{column}_label"] if column in labelled else [column]
    return names


def _lines(page: Any, labelled: set[str], raw: bool) -> str:
    """The rows of a page as CSV lines; a labelled column is two cells, value and label."""
    rows = []
    for row in page["rows"]:
        cells: list[object] = []
        for column, cell in zip(page["columns"], row, strict=True):
            if column in labelled:
                pair = cell if isinstance(cell, dict) else {"value": cell, "label": None}
                cells += [pair["value"], pair["label"]]
            else:
                cells.append(f"{len(cell)} bytes" if isinstance(cell, bytes) else cell)
        rows.append(cells)
    return csv_lines(rows, raw=raw)
