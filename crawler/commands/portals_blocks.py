"""khotin portals blocks: what was learned to repeat on a portal, for people to look at."""

from __future__ import annotations

import difflib
import json
from pathlib import Path

import click

from crawler.archive.db import Archive
from crawler.archive.repetition import Learned, Region, learned
from crawler.errors import UsageError
from crawler.reader.repetition import MIN_PAGES


def show_blocks(portal_id: str, db: Path, as_json: bool) -> None:
    """Print it. Raises UsageError for a portal that the archive does not know."""
    with Archive.open(db, readonly=True) as archive:
        _check_known(archive, portal_id)
        found = learned(archive, portal_id)
    if as_json:
        click.echo(json.dumps(_as_json(portal_id, found), ensure_ascii=False, indent=1))
    elif not found.repeated.version:
        click.echo(_nothing(portal_id, found.pages))
    else:
        click.echo("\n".join(_lines(portal_id, found)))


def _check_known(archive: Archive, portal_id: str) -> None:
    known = [row[0] for row in archive.conn.execute("SELECT id FROM portals")]
    if portal_id not in known:
        near = difflib.get_close_matches(portal_id, known, n=3)
        advice = f"; did you mean {', '.join(near)}?" if near else ""
        raise UsageError(f"there is no portal {portal_id!r} in {archive.path}{advice}")


def _nothing(portal_id: str, pages: int) -> str:
    if pages == 0:
        return (
            f"{portal_id}: nothing was learned: no article page of it was read without a profile. "
            f"It takes {MIN_PAGES} such pages; a portal that is read by its profile needs none."
        )
    if pages < MIN_PAGES:
        return (
            f"{portal_id}: nothing was learned yet from {pages} article pages; "
            f"it takes {MIN_PAGES}."
        )
    return f"{portal_id}: nothing repeats on its {pages} article pages."


def _lines(portal_id: str, found: Learned) -> list[str]:
    lines = [
        f"{portal_id}: learned from {found.pages} article pages, version {found.repeated.version}",
        "",
        f"{len(found.chrome)} places that hold no article (pages, blocks, share of new texts):",
    ]
    for region in found.chrome:
        count = region.count
        lines += [
            f"  {count.pages:>4} {count.blocks:>6} {count.novelty:>6.0%}  {count.path}",
            *(f"{'':21}“{sample}”" for sample in region.samples),
        ]
    if found.common:
        lines += ["", f"{len(found.common)} texts that repeat where articles stand (pages):"]
        for path, sample, pages in found.common:
            lines += [f"  {pages:>4}  “{sample}”", f"{'':8}{path}"]
    return lines


def _as_json(portal_id: str, found: Learned) -> dict[str, object]:
    return {
        "portal_id": portal_id,
        "pages": found.pages,
        "pages_needed": MIN_PAGES,
        "version": found.repeated.version or None,
        "regions": [_region(region) for region in found.chrome],
        "blocks": [
            {"path": path, "sample": sample, "pages": pages} for path, sample, pages in found.common
        ],
    }


def _region(region: Region) -> dict[str, object]:
    count = region.count
    return {
        "path": count.path,
        "pages": count.pages,
        "blocks": count.blocks,
        "novelty": round(count.novelty, 3),
        "samples": list(region.samples),
    }
