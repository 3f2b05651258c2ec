"""From an answer to its end: capture, read, store. Every claim ends here, in one place.

The record is on disk before the page is read, and all that the page gave is stored in the
transaction that ends its claim.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import replace

from scrapy.http import Request, Response
from twisted.python.failure import Failure

from crawler import __version__
from crawler.archive.captures import CaptureRef, NewCapture, RawResponse
from crawler.archive.frontier import FrontierRow, NewLink
from crawler.archive.runs import Problem
from crawler.archive.salvage import Salvaged
from crawler.archive.store import Outcome, store
from crawler.errors import ArchiveError
from crawler.fetch.durable import Durable
from crawler.fetch.endings import ASK_TO_WAIT, TAKEN_OVER, Ending, Endings
from crawler.fetch.exchange import Answer, answer_of, raw_of
from crawler.fetch.failures import classify_failure
from crawler.fetch.lanes import Lanes
from crawler.fetch.outcomes import ReadProblem
from crawler.fetch.robots import RobotsDecision, RobotsRules, decide
from crawler.fetch.session import CrawlSession
from crawler.fetch.validators import Validators, is_lie, remember_liars, validators_of
from crawler.fetch.walk import site_of, step
from crawler.platforms import get_profile
from crawler.reader.model import Reading
from crawler.reader.repetition import Repeated
from crawler.urls import normalise, origin_of

log = logging.getLogger(__name__)
FIRST_PAGES = frozenset(("start", "feed", "listing"))  # what every visit asks for


class Pipeline:
    """Ends the claims of one session."""

    def __init__(self, session: CrawlSession, lanes: Lanes) -> None:
        self._session = session
        self._lanes = lanes
        self._endings = Endings(session, lanes)
        self._durable = Durable(session.writer)
        self._written: dict[int, tuple[RawResponse, CaptureRef]] = {}  # not ended yet, by row

    async def salvage(self) -> None:
        """End the claims whose answers a killed crawl left on disk, without a request.

        They take the way of live answers, one after the other; what is asked afterwards knows
        all that they say.
        """
        session = self._session
        while session.salvaged and session.error is None:
            item = session.salvaged[0]
            session.flight.open(item.row.id)
            await self.end(item.row, item)
            session.salvaged.popleft()
            session.salvages[item.row.portal_id] += 1
        self._lanes.notify(())

    async def end(self, row: FrontierRow, result: Response | Failure | Salvaged) -> None:
        """End the claim of a row by its response or failure. Raises only cancellation.

        An archive that cannot be written to stops the crawl; the row stays claimed then, and is
        fetched again by the next run.
        """
        self._lanes.finished(row)
        try:
            await self._end(row, result)
        except ArchiveError as error:
            self._session.fail(error)
        finally:
            self._written.pop(row.id, None)  # of an answer that was lost on its way here
            self._session.flight.close(row.id)

    def received(self, row: FrontierRow, request: Request, response: Response) -> None:
        """A response has just come in, and its address may not be asked again before this returns.

        It is looked at: does its host ask us to wait? And it is written, so that a kill costs no
        more than one answer of an address.
        """
        if response.status in ASK_TO_WAIT:
            value = response.headers.get("Retry-After")
            text = value.decode("latin-1") if value is not None else None
            self._endings.host_waits(row, text)
        try:
            self._written[row.id] = self._write(row, request, response)
        except Exception as error:
            # end() tries once more, and meets what is wrong where it can end the claim by it.
            log.info("%s: not written (%s: %s)", row.url, type(error).__name__, error)

    def refuse(self, row: FrontierRow, reason: str) -> None:
        """End a row that must not be asked for; nothing was sent."""
        self._store(row, Ending(Outcome("failed", reason)))

    def lose(self, origin: str, reason: str, detail: str) -> None:
        """A site was left before anything could be asked: its start page failed, the rest waits."""
        row = self._session.frontier.peek(origin, float("inf"))
        if row is None:
            return
        problem = Problem("fetch", reason, detail)
        if row.kind == "robots":
            for waiting in self._session.robots.give_up(row) - {origin}:
                self._lanes.leave(waiting, reason)
        failed = row.kind in ("start", "robots")
        outcome = Outcome("failed", reason) if failed else Outcome("retry", reason, time.time())
        self._store(row, Ending(outcome, problem=problem))

    async def _end(self, row: FrontierRow, result: Response | Failure | Salvaged) -> None:
        ended = False
        try:
            ending = await self._ending(row, result)
            if ending is not None and ending.capture is not None:
                await self._durable.wait(ending.capture.ref)
            if ending is not None:
                self._store(row, ending)
                ended = True
        except ArchiveError:
            ended = True  # nothing more can be written; the claim is found at the next start
            raise
        except Exception as error:
            # One page must not stop the others, nor come back for ever: a bug of ours fails it.
            log.exception("%s: khotin failed on this page", row.url)
            problem = Problem("store", "error", f"{type(error).__name__}: {error}"[:500])
            self._store(row, Ending(Outcome("failed", "error inside khotin"), problem=problem))
            ended = True
        finally:
            if not ended:  # cancelled, or the readers were closed: as if never asked for
                self._session.frontier.release(row.id)

    async def _ending(
        self, row: FrontierRow, result: Response | Failure | Salvaged
    ) -> Ending | None:
        if isinstance(result, Failure):
            return self._endings.unanswered(row, classify_failure(result))
        if isinstance(result, Salvaged):
            raw, ref = result.read(self._session.archive.warcs), result.ref
        elif row.id in self._written:
            raw, ref = self._written.pop(row.id)
        else:
            assert result.request is not None
            raw, ref = self._write(row, result.request, result)
        await self._session.flight.room()
        answer = answer_of(raw, self._session.limits.decoded_max_bytes)
        ticket = self._session.flight.get(row.id)
        if ticket is not None:
            ticket.unpacked(len(answer.body))
        capture = answer.capture(ref)
        ending = self._endings.by_status(row, answer, capture)
        if ending is not None:
            return ending
        if row.kind == "robots":
            return await self._robots(row, answer, capture)
        return await self._page(row, answer, capture)

    def _write(
        self, row: FrontierRow, request: Request, response: Response
    ) -> tuple[RawResponse, CaptureRef]:
        raw = raw_of(row, request, response)
        ref = self._session.writer.write(raw, sync=False)
        self._durable.begin()
        return raw, ref

    async def _page(self, row: FrontierRow, answer: Answer, capture: NewCapture) -> Ending | None:
        """The ending of a page that the reader must look at; None when the readers are closed."""
        session = self._session
        repeated = session.repetition.known(row.portal_id)
        reading = await self._read(row, answer, repeated)
        if isinstance(reading, ReadProblem):
            if reading.kind == "closed":
                return None
            problem = Problem("read", reading.kind, reading.detail, reading.numbers)
            return Ending(Outcome("failed", f"reader {reading.kind}"), capture, problem=problem)
        if reading.kind == "rejected":
            return self._endings.rejected(row, answer, reading, capture)
        if reading.platform:
            session.platforms.setdefault(row.portal_id, reading.platform)
        other = session.other_body(row, reading)
        if other is not None:
            session.budget.leave(row.portal_id)
            problem = Problem("read", TAKEN_OVER, other, {"record": session.name(row.portal_id)})
            return Ending(Outcome("failed", TAKEN_OVER), capture, problem=problem)
        scope = session.scopes[row.portal_id]
        found = step(session.frontier, row, reading, scope, session.limits, session.run_id)
        if row.kind in FIRST_PAGES:
            session.listed[row.portal_id] += sum(link.kind == "article" for link in found.links)
        validators = self._validators(row, answer)
        outcome = Outcome(
            "done", found.reason, walk_complete=found.complete, items_digest=found.items_digest
        )
        return Ending(
            outcome,
            capture,
            reading,
            step=found,
            repeated_version=repeated.version,
            validators=validators,
        )

    def _validators(self, row: FrontierRow, answer: Answer) -> Validators:
        """What is worth asking with next time: nothing, where the site was caught lying."""
        session = self._session
        found = validators_of(answer)
        if row.origin not in session.liars and is_lie(session.archive, row, answer, found):
            log.info("%s: a page changed under the same validator; none is sent again", row.origin)
            session.liars.add(row.origin)
            remember_liars(session.archive, [row.origin])
        return Validators() if row.origin in session.liars else found

    async def _robots(self, row: FrontierRow, answer: Answer, capture: NewCapture) -> Ending | None:
        decision = decide(answer.status, answer.body, self._session.limits.robots_max_bytes)
        if decision.verdict != "wait":
            return self._endings.decided(decision, capture)
        reading = await self._read(row, answer)
        if isinstance(reading, Reading) and reading.reason == "block page":
            return self._endings.rejected(row, answer, reading, capture)
        if isinstance(reading, ReadProblem) and reading.kind == "closed":
            return None
        return self._endings.soft_robots(row, decision.reason, capture)

    async def _read(
        self, row: FrontierRow, answer: Answer, repeated: Repeated | None = None
    ) -> Reading | ReadProblem:
        platform = self._session.portals[row.portal_id].platform
        page = replace(answer.page(), own_hosts=self._session.scopes[row.portal_id].hosts)
        future = self._session.pool.submit(page, platform, repeated)
        outcome = await asyncio.wrap_future(future)
        return outcome if isinstance(outcome, ReadProblem) else outcome.reading

    def _store(self, row: FrontierRow, ending: Ending) -> None:
        session = self._session
        reading = ending.reading
        platform = reading.platform if reading is not None else None
        touched = {origin_of(site) for site in {site_of(link.url) for link in ending.step.links}}
        with session.archive.atomic():
            stored = store(
                session.archive,
                run_id=session.run_id,
                row=row,
                capture=ending.capture,
                reading=reading,
                problem=ending.problem or ending.step.problem,
                links=ending.step.links,
                portal=session.portals[row.portal_id],
                outcome=ending.outcome,
                reader_version=__version__,
                profile_version=get_profile(platform).version if platform else None,
                repeated_version=ending.repeated_version,
                validators=ending.validators.pair if ending.validators else None,
            )
            if ending.robots is not None:
                touched |= self._put_in_force(row, ending, ending.robots, stored.capture_id)
        if ending.outcome.state == "retry":
            touched.add(row.origin)
        elif ending.outcome.state == "failed" and row.native_id is not None:
            touched |= self._other_addresses(row)
        self._lanes.notify(touched)
        state = ending.outcome.state
        kind = reading.kind if reading is not None else ending.what or row.kind
        what = kind if state == "done" else state
        session.settled(row, what, ending.outcome.reason, stored)

    def _other_addresses(self, row: FrontierRow) -> set[str]:
        """Where an article that failed here may still be had: its alias has become pending."""
        found = self._session.archive.conn.execute(
            "SELECT DISTINCT origin FROM frontier WHERE portal_id = ? AND native_id = ? "
            "AND state = 'pending'",
            (row.portal_id, row.native_id),
        )
        return {origin for (origin,) in found}

    def _put_in_force(
        self, row: FrontierRow, ending: Ending, decision: RobotsDecision, capture_id: int | None
    ) -> set[str]:
        """Store a robots decision and the sitemaps it names; the origins that may go on."""
        session = self._session
        status = ending.capture.status if ending.capture else None
        origins = session.robots.settle(row, decision, time.time(), status, capture_id)
        if decision.text is None:
            return origins
        scope = session.scopes[row.portal_id]
        named = RobotsRules("rules", 0.0, decision.text).sitemaps
        links = [
            NewLink(url, "sitemap", depth=1)
            for url in (normalise(name, row.url) for name in named)
            if url is not None and scope.owns(url)
        ]
        session.frontier.add(row.portal_id, links, row.id, session.run_id)
        return {*origins, *(origin_of(link.url) for link in links)}
