"""A sort that leaves no ties, so that pages neither repeat nor lose rows.

Datasette sorts the first page of a table by the chosen column alone and the following pages by
that column and the key. Rows of the same value, such as the many articles of one day, may then
come twice or never: 298 of 42,060 came twice in one test. So the first page's query gets the key
columns too, on its way to SQLite.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_order: ContextVar[tuple[str, str] | None] = ContextVar("khotin_order", default=None)


@contextmanager
def unique_order(order: tuple[str, str] | None) -> Iterator[None]:
    """Complete queries of this request that end in `order[0]` with the columns of `order[1]`."""
    token = _order.set(order)
    try:
        yield
    finally:
        _order.reset(token)


def completed(sql: str) -> str:
    """The query with its sort made unique, if it is the one that unique_order() is about."""
    order = _order.get()
    if order is None:
        return sql
    head, found, tail = sql.rpartition(f" {order[0]} limit ")
    return f"{head} {order[0]}, {order[1]} limit {tail}" if found else sql


def resumed(sql: str) -> str:
    """The query of a later page, made to go down the index of its sort.

    Datasette asks for what comes after a row as "smaller, or null, or the same with a larger key".
    SQLite then looks each of the three up, and reads and sorts all articles that are left: over a
    second for 60,000. A plus before the whole leaves it the walk down the index, which ends with
    the page; entries before its beginning are passed over at 0.1 us each. (A plus before the column
    would take its type away, and no number is larger than the text that Datasette compares with.)
    """
    order = _order.get()
    if order is None:
        return sql
    name = order[0].removeprefix("order by ").removesuffix(" desc")
    if name in order[1].split(", "):
        return sql  # there is one row after another, and SQLite finds it at once
    column = re.escape(name)
    after = (
        rf"\({column} [<>] (?P<p>:p\d+) or (?:{column} is null or )?\({column} = (?P=p) and "
        rf"|\({column} is not null or \({column} is null and "
    )
    return re.sub(after, r"+\g<0>", sql)
