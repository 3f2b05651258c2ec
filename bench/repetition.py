"""What learned repetition is worth where no profile helps, and how many pages it needs.

Every portal is read by structure alone: before anything is known, and knowing what the first few
article pages have taught, newest first as a crawl meets them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import click

from bench import results
from bench.readers import page_of
from crawler.archive.methods import SURE
from crawler.demo import build
from crawler.platforms import get_profile
from crawler.reader import read
from crawler.reader.model import Page, Reading
from crawler.reader.repetition import Repeated
from tests.support.answers import from_reading
from tests.support.demo_scores import DemoPages
from tests.support.egov import CAPTURES, scored_pages
from tests.support.learning import Learner
from tests.support.report import Report
from tests.support.scoring import score
from tests.support.shared import MISSING, shared_path
from tests.support.surroundings import egov_surroundings

PAGES = (0, 5, 8, 10, 20, 50)
MUTATIONS = (None, 3, 7, 8)
Figures = dict[str, Any]
Measure = Callable[[Repeated | None], Figures]


def run(articles: int) -> dict[str, Any]:
    """Measure every demo portal, unmutated and mutated, and the captured portal where it is."""
    taken_on = results.machine()
    rows = []
    for name, pages, measure in _portals(articles):
        rows += _learned_from(name, pages, measure)
    results.show("Text by structure alone, after so many article pages", rows)
    click.echo(f"\nwritten to {results.write('repetition', {'rows': rows}, taken_on)}")
    return {"rows": rows}


def _portals(articles: int) -> Iterator[tuple[str, Sequence[Page], Measure]]:
    if shared_path(CAPTURES) is None:
        click.echo(f"captured portal: skipped, {MISSING}")
    else:
        work = [(page_of(capture), gold) for capture, gold in scored_pages(1)]
        yield "captured", [page for page, _ in work], lambda known: _captured(work, known)
    for mutation in MUTATIONS:
        for portal in build(articles_per_portal=articles, mutation=mutation):
            demo = DemoPages(portal)
            name = portal.id if mutation is None else f"{portal.id}, mutation {mutation}"

            def measure(known: Repeated | None, demo: DemoPages = demo) -> Figures:
                return _figures(demo.report(known), len(demo.pages))

            yield name, [page for page, _ in demo.pages], measure


def _captured(work: Sequence[tuple[Page, Any]], known: Repeated | None) -> Figures:
    report = Report("captured")
    for page, gold in work:
        report.add(score(from_reading(_read(page, known)), gold, egov_surroundings()))
    return _figures(report, len(work))


def _figures(report: Report, pages: int) -> Figures:
    clean = len(report.pages) - len(report.leaking)
    return {"F1": report.f1, "no leak": clean, "of": pages, "lost": report.lost}


def _learned_from(name: str, pages: Sequence[Page], measure: Measure) -> list[Figures]:
    """A row for each number of pages that the portal has."""
    rows = []
    first = [_read(page, None) for page in pages]
    seen = [reading.seen for reading in first if reading.seen]
    asked = sum(reading.text_method not in (None, SURE) for reading in first)
    wanted = [*(number for number in PAGES if number < len(seen)), len(seen)]
    with Learner() as learner:
        for number in wanted:
            known = learner.see(*seen[learner.pages : number])
            learned = {"regions": len(known.regions), "blocks": len(known.blocks)}
            rows.append({"portal": name, "pages": number, **measure(known), **learned})
        rows[0]["second opinions"] = asked  # of the pages read before anything is known
    return rows


def _read(page: Page, known: Repeated | None) -> Reading:
    return read(page, get_profile("generic"), known)
