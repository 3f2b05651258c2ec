"""One crawl's belongings: archive, frontier, WARC writer, reader pool, portals and their rules."""

from __future__ import annotations

import logging
import re
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from crawler.archive.captures import open_writer, repair_archive
from crawler.archive.days import DayPages
from crawler.archive.db import Archive
from crawler.archive.disk import free_bytes
from crawler.archive.events import note_title, note_visit
from crawler.archive.frontier import Frontier, FrontierRow, NewLink
from crawler.archive.health import earlier, measure, put_measures, suspicion
from crawler.archive.reference import sync_portals, sync_units
from crawler.archive.runs import finish, finish_portal, portal_runs, start_or_resume
from crawler.archive.salvage import Salvaged, ends_of, find_salvage
from crawler.archive.schedule import visits
from crawler.archive.stamps import flag_shared_stamps
from crawler.archive.store import Stored
from crawler.errors import ArchiveError
from crawler.fetch.addresses import AddressClass
from crawler.fetch.budget import Budget
from crawler.fetch.checks import check_contact, check_portals, with_known_platforms
from crawler.fetch.flight import Flight
from crawler.fetch.leftovers import is_worth_salvage, last_asked
from crawler.fetch.limits import Limits
from crawler.fetch.recleaning import reclean
from crawler.fetch.repetition_book import RepetitionBook
from crawler.fetch.report import CrawlReport, PortalReport, RunEnd, portal_report
from crawler.fetch.robots_book import RobotsBook
from crawler.fetch.validators import conditions, known_liars
from crawler.fetch.visits import plan_visit
from crawler.fetch.walk import Scope, read_in_run, seeds
from crawler.fetch.workers import ReaderPool
from crawler.platforms import Profile, get_profile
from crawler.portals.bodies import is_other_body, named_body
from crawler.portals.model import Portal
from crawler.portals.units import load_units
from crawler.reader.model import Reading

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """One step of a crawl, for a progress bar: a row was settled, and how.

    `what`: a reading's kind, "redirect", "robots", "retry" or "failed". `change` of an article:
    new, changed, same or reread. `waiting`: addresses known and not settled, of all portals.
    At the end of a run: "cleaned" for each stored article that was read anew, without a row;
    `waiting` are then the articles still to be cleaned.
    """

    row: FrontierRow | None
    what: str
    reason: str | None = None
    change: str | None = None
    waiting: int = 0


ProgressFunction = Callable[[Progress], None]


@dataclass(eq=False)
class CrawlSession:
    """Open with `CrawlSession.open`; end() ends the run and lets go of the archive."""

    archive: Archive
    frontier: Frontier
    portals: dict[str, Portal]
    limits: Limits
    run_id: int
    progress: ProgressFunction | None = None
    platforms: dict[str, str] = field(default_factory=dict)  # portal -> platform recognised
    error: BaseException | None = None  # what ended the crawl, to be raised to the caller
    ended_by: str | None = None  # "budget" or "interrupted"; None: nothing was left to do
    budget_reached: str | None = None  # which budget, in words
    resumed: bool = False  # the run was begun by a process that was killed
    salvaged: deque[Salvaged] = field(default_factory=deque)  # answers it left; to be ended first
    asked: dict[str, float] = field(default_factory=dict)  # when origins were asked last (Unix s)

    def __post_init__(self) -> None:
        kept = ends_of(self.salvaged)
        self.writer = open_writer(self.archive, self.limits.warc_max_bytes, kept)
        self.pool = ReaderPool(
            self.limits.readers or None,
            self.limits.reader_timeout_s,
            memory_bytes=self.limits.reader_memory_bytes,
            cpu_grace_s=self.limits.reader_cpu_grace_s,
        )
        folders = (self.archive.path.parent, self.archive.warcs)
        days = DayPages(self.archive)
        self.budget = Budget(self.limits, lambda: free_bytes(folders), days)
        self.flight = Flight(self.limits.flight_max_bytes)
        self.robots = RobotsBook(self.frontier, self.limits.robots_expiry_s)
        self.repetition = RepetitionBook(self.archive)
        self.recleaned: Counter[str] = Counter()
        self.salvages: Counter[str] = Counter()
        self._visits = {id_: visit.visits for id_, visit in visits(self.archive).items()}
        self.liars = known_liars(self.archive)
        self._titled: set[str] = set()
        self.listed: Counter[str] = Counter()  # links to articles on the first pages, by portal
        self.scopes = {id_: Scope.of(portal, self.limits) for id_, portal in self.portals.items()}
        self.left: dict[str, str] = {}
        self.report: CrawlReport | None = None
        self.started_at = time.monotonic()
        self._last_seen: dict[str, float] = {}
        self._waiting = 0
        self._closed = False

    @classmethod
    def open(
        cls,
        portals: Sequence[Portal],
        path: Path,
        limits: Limits,
        *,
        args: Mapping[str, object] | None = None,
        progress: ProgressFunction | None = None,
    ) -> CrawlSession:
        """Open or make the archive, mend what a killed run left, begin or resume a run.

        Raises UsageError when a portal cannot be crawled, ArchiveError when the archive cannot
        be used.
        """
        check_portals(portals)
        check_contact(portals, limits)
        portals = with_known_platforms(portals)
        archive = Archive.open(path)
        try:
            ids = [portal.id for portal in portals]
            frontier = Frontier(archive, ids)
            run = start_or_resume(archive, ids, args)
            found = find_salvage(archive, lambda row: is_worth_salvage(row, run.id, ids))
            for repair in repair_archive(archive, ends_of(found)):
                log.warning("%s", repair)
            if found:
                log.warning("%d answers of the killed crawl are taken from warcs/", len(found))
            sync_units(archive, load_units())
            sync_portals(archive, portals)
            asked = last_asked(frontier, found, limits)
            frontier.recover([item.row.id for item in found])
            session = cls(
                archive,
                frontier,
                {portal.id: portal for portal in portals},
                limits,
                run.id,
                progress,
                resumed=run.resumed,
                salvaged=deque(found),
                asked=asked,
            )
        except BaseException:
            archive.close()
            raise
        try:
            for portal in portals:
                start = seeds(portal, session.profile(portal.id))
                frontier.seed(run.id, portal, start, limits.revisits_max)
                counts = frontier.counts(portal.id)
                session._waiting += counts["pending"] + counts["claimed"]
        except BaseException as error:
            session.fail(error)
            session.end("failed")
            raise
        return session

    def profile(self, portal_id: str) -> Profile | None:
        """The portal's platform: by its record, else as its pages were recognised so far."""
        platform = self.portals[portal_id].platform or self.platforms.get(portal_id)
        return get_profile(platform) if platform else None

    def delay_s(self, row: FrontierRow, place: AddressClass) -> float:
        """Seconds between requests to the address of this row.

        The portal's own, else none on loopback, else the platform's, else the general one.
        """
        portal = self.portals[row.portal_id]
        if portal.delay_s is not None:
            return portal.delay_s
        if place is AddressClass.LOOPBACK:
            return self.limits.delay_loopback_s
        profile = self.profile(row.portal_id)
        if profile is not None and profile.delay_s is not None:
            return profile.delay_s
        return self.limits.delay_public_s

    def drop_cookies(self, portal_id: str) -> tuple[re.Pattern[str], ...]:
        """Names of cookies that are not to be sent back to this portal: they choose a theme."""
        profile = self.profile(portal_id)
        return profile.drop_cookies if profile else ()

    def read_in_run(self, portal_id: str, link: NewLink) -> bool:
        """Whether this run has read the address already."""
        return read_in_run(self.frontier, portal_id, link, self.run_id)

    def hold_back(self) -> bool:
        """Whether so many pages wait to be read that no more should be fetched."""
        return self.pool.pending >= self.limits.reader_backlog * self.pool.workers

    def fail(self, error: BaseException) -> None:
        """The crawl cannot go on; the first such error is what the caller gets."""
        if self.error is None:
            self.error = error

    def begin(self) -> None:
        """The engine starts: seconds count from here, the start of Python and Scrapy left out."""
        self.started_at = time.monotonic()
        self.budget.begin()

    def settled(self, row: FrontierRow, what: str, reason: str | None, stored: Stored) -> None:
        """A claim of this row was ended and stored."""
        self._last_seen[row.portal_id] = time.monotonic()
        if stored.change == "new":
            self.repetition.stored(row.portal_id)
        self._waiting = max(0, self._waiting + stored.links_added - (what != "retry"))
        self._tell(Progress(row, what, reason, stored.change, self._waiting))

    def cleaned(self, portal_id: str, left: int) -> None:
        """A stored article was looked at again; so many are left."""
        self.recleaned[portal_id] += 1
        self._tell(Progress(None, "cleaned", waiting=left))

    def end(self, reason: str) -> None:
        """End the run: articles cleaned, report, readers, files. A second call does nothing.

        `reason` is Scrapy's: "shutdown" for a stop from the keyboard.
        """
        if self._closed:
            return
        self._closed = True
        if reason == "shutdown" and self.ended_by is None:
            self.ended_by = "interrupted"
        try:
            try:
                if self.error is None and self.ended_by != "interrupted":
                    reclean(self)
            finally:
                self.pool.close()
                self.writer.close()
            if self.error is None:
                self._conclude()
            elif not isinstance(self.error, ArchiveError):
                finish(self.archive, self.run_id, "failed")
        except ArchiveError as error:
            self.fail(error)
        finally:
            self.archive.close()

    def _tell(self, step: Progress) -> None:
        """Show a step. Where the terminal has gone or the log's disk is full, no more is shown:
        the step itself is stored."""
        if self.progress is None:
            return
        try:
            self.progress(step)
        except OSError as error:
            self.progress = None
            log.warning("progress cannot be shown any more (%s); the crawl goes on", error)

    def conditions(self, row: FrontierRow) -> dict[str, str]:
        """Request headers that ask whether the page of this row has changed; mostly none."""
        profile = self.profile(row.portal_id)
        if row.origin in self.liars or (profile is not None and profile.useless_validators):
            return {}
        every = self.limits.full_visit_every
        if every and self._visits.get(row.portal_id, 0) % every == 0:
            return {}
        return conditions(row)

    def name(self, portal_id: str) -> str:
        """The portal's name in its record."""
        return self.portals[portal_id].name

    def other_body(self, row: FrontierRow, reading: Reading) -> str | None:
        """How a start page names its site, when that is another body than the record's."""
        portal = self.portals[row.portal_id]
        title = reading.title
        if row.kind != "start" or not title or portal.id in self._titled:
            return None
        self._titled.add(portal.id)
        before = note_title(self.archive, self.run_id, portal.id, title)
        if portal.level not in ("district", "commune"):
            return None
        if named_body(portal.name) is not None:
            before = portal.name
        return title if before is not None and is_other_body(before, title) else None

    def _judged(self, report: PortalReport) -> PortalReport:
        """The report, suspect where a portal gave less than it used to; its figures are kept."""
        id_ = report.portal_id
        profile = self.profile(id_)
        found = measure(
            self.archive,
            self.run_id,
            id_,
            datetime.now(UTC),
            None if self.resumed else self.listed[id_],
            has_profile=profile is not None and bool(profile.layouts),
        )
        if report.state == "done":
            before = earlier(self.archive, id_, self.run_id)
            why = suspicion(found, report.reasons, before)
            if why is not None:
                report = replace(report, state="suspect", why=why)
        put_measures(self.archive, self.run_id, id_, report.state, report.why, found)
        events = note_visit(self.archive, self.run_id, id_)
        told = tuple(f"{event.kind}: {event.detail}" for event in events)
        return replace(report, events=told)

    def _conclude(self) -> None:
        end = RunEnd(
            self.run_id,
            self.ended_by,
            self.left,
            self.budget.stopped_portals,
            self.budget_reached,
            self.budget.spent_days,
            self.budget.quiet_until,
        )
        runs = {run.portal_id: run for run in portal_runs(self.archive, self.run_id)}
        reports = []
        for portal in self.portals.values():
            seconds = self._last_seen.get(portal.id, self.started_at) - self.started_at
            run = runs.get(portal.id)
            cleaned = self.recleaned[portal.id]
            flag_shared_stamps(self.archive, portal.id)
            report = portal_report(self.frontier, portal, run, end, seconds, cleaned)
            report = replace(report, salvaged=self.salvages[portal.id])
            reports.append(self._judged(report))
            if not reports[-1].pending:
                finish_portal(self.archive, self.run_id, portal.id, seconds)
            plan_visit(self.archive, reports[-1], self.limits)
        took = round(time.monotonic() - self.started_at, 1)
        self.report = CrawlReport(self.run_id, str(self.archive.path), tuple(reports), took)
        state = self.report.state
        finish(self.archive, self.run_id, "done" if state == "suspect" else state)
