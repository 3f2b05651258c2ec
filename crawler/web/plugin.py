"""khotin's Datasette plugin: every hook in one place, each a few lines.

Hooks are global to Datasette, so each acts on the database named "archive" alone.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import unquote, urlencode

from datasette import hookimpl as datasette_hookimpl  # type: ignore[import-untyped]
from datasette.database import QueryInterrupted  # type: ignore[import-untyped]
from datasette.utils import path_with_replaced_args, tilde_decode  # type: ignore[import-untyped]
from datasette.utils.asgi import Base400, Response  # type: ignore[import-untyped]
from datasette.views.base import DatasetteError  # type: ignore[import-untyped]
from markupsafe import Markup

from crawler.archive.search import tidy_search
from crawler.web import language
from crawler.web.catalogue import TABLES
from crawler.web.gate import App, gate
from crawler.web.limits import limit_memory
from crawler.web.pages import (
    ARTICLES,
    DATABASE,
    article_page,
    article_row,
    front_page,
    table_list,
    web_address,
)
from crawler.web.views import ArchiveDatabase, ArchiveRow, ArchiveTable
from crawler.web.visits import overview, portal_page, run_page

_log = logging.getLogger("khotin.web")

Hook = TypeVar("Hook", bound=Callable[..., Any])

LEAD_SHOWN = 160  # characters of a long text in a table cell
LONG_COLUMNS = ("lead", "text", "folded", "body")


def hookimpl(hook: Hook) -> Hook:
    """Datasette's marker, with a type."""
    marked: Hook = datasette_hookimpl(hook)
    return marked


@hookimpl
def prepare_connection(conn: sqlite3.Connection, database: str) -> None:
    if database == DATABASE:
        limit_memory(conn)


@hookimpl
def asgi_wrapper() -> Callable[[App], App]:
    return gate


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Any]]]]:
    name = rf"/(?P<database>{DATABASE})"
    operation = r"/(?:van-hanh|operation)"
    return [
        (r"/$", _front),
        (r"/(?:tim|search)$", _search),
        (rf"{operation}$", _operation),
        (rf"{operation}/(?:luot|run)/(?P<run>\d+)$", _run),
        (rf"{operation}/(?:cong|portal)/(?P<portal>[^/]+)$", _portal),
        (rf"{name}\.(?P<format>csv)$", _database_csv),
        (rf"{name}/(?P<table>[^/.]+)(\.(?P<format>\w+))?$", _table),
        (rf"{name}/(?P<table>[^/]+?)/(?P<pks>[^/]+?)\.(?P<format>csv)$", _row_csv),
    ]


async def _front(request: Any, datasette: Any) -> Any:
    """The front page. Datasette's own asks each table for columns, keys and counts, some hundred
    questions that our page has no use for."""
    return await _page(datasette, request, "index.html", {})


async def _operation(request: Any, datasette: Any) -> Any:
    return await _page(datasette, request, "operation.html", await overview(datasette))


async def _run(request: Any, datasette: Any) -> Any:
    found = await run_page(datasette, request.url_vars["run"])
    return await _page(datasette, request, "operation-run.html", found)


async def _portal(request: Any, datasette: Any) -> Any:
    found = await portal_page(datasette, tilde_decode(unquote(request.url_vars["portal"])))
    return await _page(datasette, request, "operation-portal.html", found)


async def _page(datasette: Any, request: Any, template: str, page: dict[str, Any]) -> Any:
    context = {"page": page, "request": request}
    return Response.html(await datasette.render_template(template, context, request=request))


async def _search(request: Any) -> Any:
    """The search box: to the table of articles, newest first, whatever was typed."""
    search = tidy_search(request.args.get("q") or "")
    query = {"_search": search} if search else {}
    if request.args.get("portal"):
        query["portal_id"] = request.args["portal"]
    if request.args.get("lang"):
        query["lang"] = request.args["lang"]
    return Response.redirect(f"{ARTICLES}?{urlencode(query)}" if query else ARTICLES)


async def _database_csv(request: Any, datasette: Any) -> Any:
    return await ArchiveDatabase(datasette).dispatch_request(request)


async def _table(request: Any, datasette: Any) -> Any:
    return await ArchiveTable(datasette).dispatch_request(request)


async def _row_csv(request: Any, datasette: Any) -> Any:
    return await ArchiveRow(datasette).dispatch_request(request)


@hookimpl
def extra_template_vars(
    template: str, table: str | None, request: Any, datasette: Any
) -> Callable[[], Awaitable[dict[str, Any]]]:
    async def variables() -> dict[str, Any]:
        other = "en" if language.current.get() == "vi" else "vi"
        found: dict[str, Any] = {
            "lang": language.current.get(),
            "other_lang": other,
            "other_lang_url": path_with_replaced_args(request, {"lang": other}) if request else "/",
            "say": language.say,
            "named": language.named,
            "stamp": language.stamp,
            "number": language.number,
            "web_address": web_address,
            "catalogue": TABLES,
            "path_with_replaced_args": path_with_replaced_args,
        }
        if template == "index.html":
            found["front"] = await front_page(datasette)
        if template in ("index.html", "database.html"):
            found["table_list"] = await table_list(datasette, own=template == "database.html")
        if template == f"row-{DATABASE}-articles.html" and request:
            article = await article_row(datasette, request.url_vars["pks"])
            found["article"] = article
            found["page"] = await article_page(datasette, article) if article else {}
        return found

    return variables


@hookimpl
def render_cell(row: Any, value: object, column: str, table: str | None) -> Markup | str | None:
    """Dates as people write them, titles as links, long texts cut; None leaves it to Datasette."""
    if table == "articles" and column == "title":
        title = value or language.say("untitled")
        return Markup('<a href="{}/{}">{}</a>').format(ARTICLES, row["id"], title)
    if not isinstance(value, str) or not value:
        return None
    if column.endswith(("_at", "_date")):
        shown = language.stamp(value)
        return Markup('<time datetime="{}">{}</time>').format(value, shown)
    if column == "level":
        return language.named("level", value)
    if column in LONG_COLUMNS and len(value) > LEAD_SHOWN:
        return value[:LEAD_SHOWN].rsplit(" ", 1)[0] + " …"
    return None


@hookimpl
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Any:
    """Our error page, in place of Datasette's, whose time-out message carries an inline script."""

    async def answer() -> Any:
        status, message, title = _explain(datasette, exception)
        info = {"ok": False, "error": message, "status": status, "title": title}
        if request.path.endswith(".json"):
            return Response.json(info, status=status)
        page = await datasette.render_template("error.html", info, request=request)
        return Response.html(page, status=status)

    return answer


def _explain(datasette: Any, error: Exception) -> tuple[int, str, str]:
    """Status, message and title for an error; the details of our own faults go to the log."""
    interrupted = language.say("sql.interrupted", datasette.setting("sql_time_limit_ms"))
    if isinstance(error, QueryInterrupted):
        return 400, interrupted, language.say("error", "400")
    if isinstance(error, DatasetteError):
        message = interrupted if error.message_is_html else str(error.message)
        return error.status, message, error.title or language.say("error", str(error.status))
    if isinstance(error, Base400):
        status = int(error.status)
        message = language.say("error.404") if status == 404 else str(error.args[0])
        return status, message, language.say("error", str(status))
    _log.error("%s", error, exc_info=error)
    return 500, type(error).__name__, language.say("error", "500")
