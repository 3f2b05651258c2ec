"""`khotin read`: saved pages in, one JSON Reading a line out."""

from __future__ import annotations

import csv
import json
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import click

from crawler.errors import UsageError
from crawler.exits import Exit
from crawler.fetch.outcomes import Outcome, ReadOk
from crawler.fetch.workers import ReaderPool
from crawler.platforms import get_profile
from crawler.reader import Page, Reading
from crawler.urls import normalise

# Pages in flight: enough to keep every worker busy, few enough to keep memory small.
IN_FLIGHT = 16


@dataclass(frozen=True, slots=True)
class Source:
    """A saved page: where it lies and where it came from."""

    path: Path
    url: str | None


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--url", help="Address the one FILE was saved from; it makes links absolute.")
@click.option(
    "--manifest",
    type=click.Path(path_type=Path),
    help="A TSV file of url and path (relative to the manifest), with or without a header line.",
)
@click.option("--platform", help="Read by this platform profile instead of recognising one.")
@click.option("--links", is_flag=True, help="Also print the links of each page.")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="One compact object a line, also on a terminal (elsewhere it is always so).",
)
def read(
    files: tuple[Path, ...],
    url: str | None,
    manifest: Path | None,
    platform: str | None,
    links: bool,
    as_json: bool,
) -> None:
    """Read saved pages and print what they say, one JSON object a page.

    A page that cannot be read is an object with kind "rejected" and the reason. The exit status is
    0 when every page was read, 3 when a file was missing or broke its worker.
    """
    sources = _sources(files, url, manifest)
    if platform is not None:
        get_profile(platform)
    indent = None if as_json or manifest or not sys.stdout.isatty() else 2
    failed = 0
    for source, reading, problem in _readings(sources, platform):
        if reading is None:
            failed += 1
            click.secho(f"khotin read: {source.path}: {problem}", fg="red", err=True)
            reading = Reading(source.url, "rejected", problem)
        data = {"path": str(source.path), **reading.as_json(links=links)}
        click.echo(json.dumps(data, ensure_ascii=False, indent=indent))
    if failed:
        sys.exit(Exit.FAILED)


def _sources(files: tuple[Path, ...], url: str | None, manifest: Path | None) -> list[Source]:
    if manifest is not None:
        if files:
            raise UsageError("Give either FILES or --manifest, not both.")
        return list(_rows(manifest))
    if not files:
        raise UsageError("Name at least one saved page, or a --manifest. See khotin read --help.")
    if url is not None:
        if len(files) > 1:
            raise UsageError("--url goes with one FILE; for several, write a --manifest.")
        if normalise(url) is None:
            raise UsageError(f"{url!r} is no http or https address.")
    return [Source(path, url) for path in files]


def _rows(manifest: Path) -> Iterator[Source]:
    try:
        text = manifest.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"Cannot read the manifest {manifest}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"The manifest {manifest} is not UTF-8: {error}.") from error
    lines = [line.rstrip("\r") for line in text.split("\n")]
    rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    columns = {"url": 0, "path": 1}
    for number, row in enumerate(rows, 1):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if number == 1 and {"url", "path"} <= {cell.lower() for cell in cells}:
            columns = {cell.lower(): at for at, cell in enumerate(cells)}
            continue
        if len(cells) <= max(columns["url"], columns["path"]):
            raise UsageError(f"{manifest}, line {number}: not two columns, url and path.")
        yield _source(manifest, number, cells[columns["url"]], cells[columns["path"]])


def _source(manifest: Path, number: int, url: str, path: str) -> Source:
    if not path:
        raise UsageError(f"{manifest}, line {number}: the path is empty.")
    if url and normalise(url) is None:
        raise UsageError(f"{manifest}, line {number}: {url!r} is no http or https address.")
    return Source(manifest.parent / path, url or None)


def _readings(
    sources: list[Source], platform: str | None
) -> Iterator[tuple[Source, Reading | None, str]]:
    """Each source with its Reading, or with what went wrong, in the order asked for."""
    waiting: deque[tuple[Source, Future[Outcome] | str]] = deque()
    with ReaderPool() as pool:
        for source in sources:
            waiting.append((source, _begun(pool, source, platform)))
            if len(waiting) >= IN_FLIGHT:
                yield _ended(*waiting.popleft())
        while waiting:
            yield _ended(*waiting.popleft())


def _begun(pool: ReaderPool, source: Source, platform: str | None) -> Future[Outcome] | str:
    try:
        body = source.path.read_bytes()
    except OSError as error:
        return f"cannot read the file: {error.strerror}"
    return pool.submit(Page(body, source.url), platform)


def _ended(source: Source, task: Future[Outcome] | str) -> tuple[Source, Reading | None, str]:
    if isinstance(task, str):
        return source, None, task
    outcome = task.result()
    if isinstance(outcome, ReadOk):
        return source, outcome.reading, ""
    return source, None, f"{outcome.kind}: {outcome.detail}"
