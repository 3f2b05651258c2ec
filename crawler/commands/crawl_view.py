"""How a crawl looks: a progress bar on a terminal, lines elsewhere, and the table at its end."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

if TYPE_CHECKING:
    from crawler.fetch.report import CrawlReport, PortalReport
    from crawler.fetch.session import Progress as Step

LINE_EVERY_S = 10.0
LINES_MAX = 12  # portals that get a line of their own on a terminal
PLAIN_WIDTH = 140  # characters; without a terminal nothing says how wide a line may be
_PAGES = frozenset(("article", "listing", "other", "rejected", "redirect", "failed"))
_STATE_STYLE = {"done": "green", "failed": "red", "suspect": "yellow", "interrupted": "yellow"}


class CrawlView(Protocol):
    """A context manager that is called after each settled row."""

    def __call__(self, step: Step) -> None: ...

    def __enter__(self) -> CrawlView: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class _Counts:
    """What a view shows, counted from the steps."""

    def __init__(self) -> None:
        self.settled = self.pages = self.articles = self.cleaned = 0
        self.waiting = 0
        self.began = time.monotonic()
        self.trouble: Counter[str] = Counter()

    def add(self, step: Step) -> None:
        self.settled += step.what != "retry"
        self.pages += step.what in _PAGES
        self.articles += step.change == "new"
        self.cleaned += step.what == "cleaned"
        self.waiting = step.waiting
        if step.what in ("retry", "failed") and step.reason:
            self.trouble[step.reason] += 1

    @property
    def rate(self) -> float:
        return self.pages / max(0.001, time.monotonic() - self.began)

    def words(self) -> str:
        trouble = ", ".join(f"{reason} {times}" for reason, times in self.trouble.most_common(3))
        if self.cleaned:
            return f"{self.articles} new articles; {self.cleaned} cleaned of what repeats"
        return f"{self.pages} pages, {self.articles} new articles, {self.rate:.1f} pages/s" + (
            f" ({trouble})" if trouble else ""
        )


class BarView:
    """A bar of settled addresses among those known, and a line for each portal at work."""

    def __init__(self, console: Console, portals: int) -> None:
        self._counts = _Counts()
        self._progress = Progress(
            TextColumn("[bold]{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[words]}"),
            TimeElapsedColumn(),
            console=console,
            refresh_per_second=5,
        )
        name = f"{portals} portals" if portals > 1 else "1 portal"
        self._task = self._progress.add_task(name, total=None, words="")
        self._portals = portals
        self._lines: dict[str, tuple[TaskID, _Counts]] = {}

    def __call__(self, step: Step) -> None:
        self._counts.add(step)
        settled = self._counts.settled
        self._progress.update(
            self._task,
            completed=settled,
            total=settled + self._counts.waiting,
            words=escape(self._counts.words()),
        )
        if step.row is not None and 1 < self._portals <= LINES_MAX:
            self._line(step.row.portal_id, step)

    def _line(self, portal_id: str, step: Step) -> None:
        if portal_id not in self._lines:
            task = self._progress.add_task(f"  {portal_id}", total=None, words="")
            self._lines[portal_id] = (task, _Counts())
        task, counts = self._lines[portal_id]
        counts.add(step)
        now = f"; {step.what}: {step.reason}" if step.what in ("retry", "failed") else ""
        words = f"{counts.articles} new articles{now}"
        self._progress.update(task, completed=counts.settled, words=escape(words))

    def __enter__(self) -> BarView:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()


class LineView:
    """A line now and then, for a log."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._counts = _Counts()
        self._said_at = time.monotonic()

    def __call__(self, step: Step) -> None:
        self._counts.add(step)
        if time.monotonic() - self._said_at >= LINE_EVERY_S:
            self._said_at = time.monotonic()
            what = "articles to clean" if self._counts.cleaned else "addresses waiting"
            line = f"{self._counts.words()}, {self._counts.waiting} {what}"
            self._console.print(line, markup=False, highlight=False, soft_wrap=True)

    def __enter__(self) -> LineView:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None


def view_for(console: Console, portals: int) -> CrawlView:
    """The view that fits where the console writes to."""
    return BarView(console, portals) if console.is_terminal else LineView(console)


def report_table(report: CrawlReport) -> Table:
    """The table at the end of a crawl, a row per portal."""
    table = Table(title=None, show_edge=False, pad_edge=False)
    table.add_column("portal", no_wrap=True)
    table.add_column("state")
    for name in ("pages", "new", "changed", "same", "listings", "rejected", "failed", "left"):
        table.add_column(name, justify="right")
    table.add_column("why")
    table.add_column("time", justify="right")
    for portal in report.portals:
        table.add_row(*_cells(portal))
    return table


def summary(report: CrawlReport) -> str:
    """The line under the table."""
    changed = sum(portal.articles_changed for portal in report.portals)
    if report.state == "done" and not report.articles_new and not changed:
        return f"nothing is new: {report.pages} pages asked again in {report.seconds:.1f} s"
    rate = report.pages / report.seconds if report.seconds else 0.0
    return (
        f"{report.articles_new} new articles, {changed} changed, {report.pages} pages "
        f"in {report.seconds:.1f} s ({rate:.1f} pages/s); archive: {report.archive}"
    )


def _cells(portal: PortalReport) -> list[str]:
    style = _STATE_STYLE.get(portal.state, "cyan")
    return [
        escape(portal.portal_id),
        f"[{style}]{portal.state}[/]",
        str(portal.pages),
        str(portal.articles_new),
        str(portal.articles_changed),
        str(portal.articles_same),
        str(portal.listings),
        str(portal.rejected),
        str(portal.failed),
        str(portal.pending),
        escape("; ".join(filter(None, (portal.why, _reasons(portal.reasons))))),
        f"{portal.seconds:.1f} s",
    ]


def _reasons(reasons: Mapping[str, int]) -> str:
    return ", ".join(f"{reason} {times}" for reason, times in sorted(reasons.items()))
