"""How many articles a page is about, altogether and facet by facet, in one question to SQLite.

Datasette asks for the number of rows and for each facet apart, and a search is carried out anew
each time: five times a page. All of it can be told from the articles counted by the columns of one
index, so they are counted once, and Datasette's questions answered from that.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from datasette.database import QueryInterrupted, Results  # type: ignore[import-untyped]
from datasette.utils import CustomRow  # type: ignore[import-untyped]

from crawler.web.broad import walked

COLUMNS = ("portal_id", "province", "level", "year")  # of the index articles_counts
_COUNT = "select count(*) from articles "
_FACET = re.compile(
    r"\s*select (?P<column>\w+) as value, count\(\*\) as count from \(\s*"
    r"select .* from articles .*\)\s*where (?P=column) is not null\s*"
    r"group by (?P=column) order by count desc, value limit (?P<limit>\d+)\s*",
    re.DOTALL,
)

Execute = Callable[..., Awaitable[Any]]


class Counts:
    """The counts of one request, taken when its number of rows is asked for.

    `by_index` has the index walked, from end to end or, with `of_portals`, where the portals that
    are filtered by stand. It is right for a filter on the index's own columns, and for all but a
    search that finds little.
    """

    def __init__(self, by_index: bool, of_portals: bool = False) -> None:
        self._by_index = by_index
        self._of_portals = of_portals
        self._counted: dict[str, list[tuple[Any, int]]] | None = None
        self._interrupted: QueryInterrupted | None = None

    async def answer(self, execute: Execute, sql: str, params: Any, options: Any) -> Any:
        """What Datasette's own query would give, or None for a query of another kind.

        Facets are those of all rows that the page is about; Datasette's, on the second page and
        later, are of the rows that are left. Raises QueryInterrupted as the query would, for every
        facet too once the count has taken too long.
        """
        if sql.startswith(_COUNT):
            await self._count(execute, sql.removeprefix(_COUNT), params, options)
            return Results([(self._all(""),)], False, (("count(*)",),))
        facet = _FACET.fullmatch(sql)
        if facet is None or facet["column"] not in COLUMNS:
            return None
        if self._interrupted is not None:
            raise self._interrupted
        if self._counted is None:
            return None
        values = sorted(self._counted[facet["column"]], key=lambda pair: (-pair[1], pair[0]))
        names = ("value", "count")
        rows = [CustomRow(names, dict(zip(names, pair, strict=True))) for pair in values]
        return Results(rows[: int(facet["limit"])], False, tuple((name,) for name in names))

    async def _count(self, execute: Execute, where: str, params: Any, options: Any) -> None:
        try:
            sql = question(where, self._by_index, self._of_portals)
            found = await execute(sql, params, **options)
        except QueryInterrupted as error:
            self._interrupted = error
            raise
        self._counted = {name: [] for name in ("", *COLUMNS)}
        for facet, value, number in found.rows:
            if facet == "" or value is not None:
                self._counted[facet].append((value, number or 0))

    def _all(self, name: str) -> int:
        return sum(number for _, number in (self._counted or {}).get(name, ()))


def question(where: str, by_index: bool, of_portals: bool = False) -> str:
    """The query for all counts: rows of facet ("" for all rows), value, number."""
    columns = ", ".join(COLUMNS)
    # A plus keeps SQLite from an index for the sake of its order, and from giving the order of
    # the index up for a column of which only one value is asked for.
    source, groups = "articles", ", ".join(f"+{name}" for name in COLUMNS)
    where = walked(where).strip()
    if by_index:
        source, groups = "articles indexed by articles_counts", columns
        if where and not of_portals:
            where = f"where +({where.removeprefix('where ')})"
    facets = "".join(
        f" union all select '{name}', {name}, sum(number) from counted group by {name}"
        for name in COLUMNS
    )
    return (
        f"with counted as materialized (select {columns}, count(*) as number from {source} "
        f"{where} group by {groups}) select '', null, sum(number) from counted{facets}"
    )


_counts: ContextVar[Counts | None] = ContextVar("khotin_counts", default=None)


@contextmanager
def counting(counts: Counts | None) -> Iterator[None]:
    """Within it, counts and facets are answered by `counts`, where it is not None."""
    token = _counts.set(counts)
    try:
        yield
    finally:
        _counts.reset(token)


def current() -> Counts | None:
    """The counts of this request."""
    return _counts.get()


def counts_for(args: Any, broad: bool) -> Counts | None:
    """The counts for a request for the table of articles; None where it asks for no facets."""
    if args.get("_nofacet"):
        return None
    filtered = {key.split("__")[0] for key in args if not key.startswith("_")}
    searched = any(key.startswith("_search") for key in args)
    others = {"_where", "_through"} & set(args.keys()) or not filtered <= set(COLUMNS)
    # Names with "__" are filters on columns, also those that begin with "_" and are none.
    others = others or any(key.startswith("_") and "__" in key for key in args)
    return Counts(not others and (broad or not searched), "portal_id" in filtered)
