"""khotin serve: the archive in a browser."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from crawler.web.server import serve_archive


@click.command()
@click.option(
    "--db",
    type=click.Path(path_type=Path),
    default=Path("archive.db"),
    show_default=True,
    help="The archive to serve.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8001,
    show_default=True,
    help="Port to listen on; 0 takes any free one.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open the front page in a browser.")
@click.option(
    "--snapshot",
    "--immutable",
    is_flag=True,
    help="Serve a copy made now, which a crawl does not change; it can be downloaded whole.",
)
@click.option(
    "--sql/--no-sql",
    default=None,
    help="Allow SQL queries; by default only where no other machine can reach the server.",
)
def serve(
    db: Path, host: str, port: int, open_browser: bool, snapshot: bool, sql: bool | None
) -> None:
    """Show the archive in a browser: read, search, filter, count, download.

    The archive is opened read-only, beside a running crawl if there is one. Ctrl-C ends.
    """

    def ready(address: str) -> None:
        state = "a snapshot of " if snapshot else ""
        click.echo(f"Serving {state}{db} at {address} (Ctrl-C ends)")
        if open_browser:
            webbrowser.open(address)

    serve_archive(db, host=host, port=port, snapshot=snapshot, allow_sql=sql, ready=ready)
