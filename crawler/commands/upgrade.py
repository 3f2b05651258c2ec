"""`khotin upgrade`: bring an archive of an older khotin up to date, without crawling."""

from __future__ import annotations

from pathlib import Path

import click

from crawler.archive.db import Archive


@click.command()
@click.option(
    "--db",
    type=click.Path(path_type=Path),
    default=Path("archive.db"),
    show_default=True,
    help="The archive to upgrade.",
)
def upgrade(db: Path) -> None:
    """Bring an archive that an older khotin made up to date.

    A crawl does this by itself; whoever only reads an archive needs it once. Nothing is fetched
    and no article changes. An archive that is up to date stays as it is.
    """
    with Archive.open(db, create=False, tell=click.echo):
        click.echo(f"{db} is up to date")
