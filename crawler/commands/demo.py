"""`khotin demo`: five sample portals on this machine, crawled, counted, exported and shown."""

from __future__ import annotations

import logging
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from crawler import demo as sample
from crawler.archive.db import Archive
from crawler.archive.export import export as write_articles
from crawler.archive.export import whole_file
from crawler.commands.crawl_view import PLAIN_WIDTH, report_table, summary, view_for
from crawler.commands.logs import log_to_stderr
from crawler.errors import KhotinError
from crawler.exits import Exit
from crawler.fetch.report import CrawlReport
from crawler.portals.model import Portal
from crawler.web.server import serve_archive

# The portals keep their addresses from run to run, so that a second demo finds them again.
FIRST_PORT = 8811
FOLDER = Path("demo-archive")


@click.command()
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=FOLDER,
    show_default=True,
    help="Where the archive, its captures and the export go.",
)
@click.option(
    "--articles",
    type=click.IntRange(25, 2000),
    default=40,
    show_default=True,
    help="Articles on each sample portal.",
)
@click.option(
    "--serve/--no-serve",
    default=True,
    envvar="DEMO_SERVE",
    show_envvar=True,
    help="Open the archive in Datasette at the end.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8001,
    show_default=True,
    help="Port of the archive's pages; 0 takes any free one.",
)
def demo(folder: Path, articles: int, serve: bool, port: int) -> None:
    """Crawl five sample portals on this machine and open what was found.

    The portals are invented; they are served on loopback and nothing leaves this machine. A
    second run finds nothing new and fetches no article again.
    """
    _make_folder(folder)
    console = Console()
    if not console.is_terminal:
        console = Console(width=PLAIN_WIDTH)
    portals = sample.build(articles_per_portal=articles)
    with sample.serve(portals, first_port=FIRST_PORT) as server:
        console.print(_intro(portals, server), highlight=False)
        report = _crawl([_record(p, server.url(p.id)) for p in portals], folder / "archive.db")
    console.print(report_table(report))
    console.print(summary(report), highlight=False, markup=False, soft_wrap=True)
    if report.exit_status is not Exit.DONE:
        raise click.exceptions.Exit(int(report.exit_status))
    _export(folder, console)
    if serve:
        serve_archive(
            folder / "archive.db",
            host="127.0.0.1",
            port=port,
            snapshot=False,
            allow_sql=None,
            ready=lambda address: click.echo(f"The archive is open at {address} (Ctrl-C ends)"),
        )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise KhotinError(
            f"cannot make the folder {folder}: {error.strerror}; give another one with --folder"
        ) from error


def _record(portal: sample.DemoPortal, url: str) -> Portal:
    return Portal(
        id=portal.id,
        name=portal.name,
        url=url,
        level=portal.level,
        province=portal.province,
        units_old=(),
        units_new=(),
        platform=portal.platform,
        start_pages=(),
        status="live",
        status_date=None,
        successor=None,
        valid_from=None,
        valid_to=None,
        hosts=(),
        delay_s=None,
        note="A sample portal of khotin's own; everything on it is invented.",
    )


def _intro(portals: list[sample.DemoPortal], server: sample.DemoServer) -> Table:
    table = Table(title="Sample portals, served on this machine", title_justify="left", box=None)
    table.add_column("portal", no_wrap=True)
    table.add_column("platform")
    table.add_column("address", no_wrap=True)
    for portal in portals:
        table.add_row(portal.name, portal.platform, server.url(portal.id))
    return table


def _crawl(portals: list[Portal], archive: Path) -> CrawlReport:
    # Scrapy is slow to import, and `khotin demo --help` needs none of it.
    from crawler.fetch.run import crawl  # noqa: PLC0415

    log_to_stderr(logging.WARNING)
    with view_for(Console(stderr=True), len(portals)) as view:
        return crawl(portals, archive, allow_private=True, progress=view)


def _export(folder: Path, console: Console) -> None:
    target = folder / "articles.csv"
    with (
        Archive.open(folder / "archive.db", readonly=True) as archive,
        whole_file(target, force=True) as out,
    ):
        done = write_articles(archive, out, "csv")
    console.print(f"{done.articles} articles exported to {target}", highlight=False)
