"""How a claim ends: done, asked again later, or failed, by what came back."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

from crawler.archive.captures import NewCapture
from crawler.archive.frontier import FrontierRow, NewLink
from crawler.archive.runs import Problem
from crawler.archive.store import UNCHANGED, Outcome
from crawler.fetch.exchange import Answer
from crawler.fetch.failures import FetchFailure
from crawler.fetch.lanes import Lanes
from crawler.fetch.retries import backoff_s, retry_after_s
from crawler.fetch.robots import RobotsDecision
from crawler.fetch.session import CrawlSession
from crawler.fetch.validators import NOT_MODIFIED, Validators, was_asked
from crawler.fetch.walk import Step, moved
from crawler.reader.model import Reading
from crawler.urls import host_of

ASK_TO_WAIT = frozenset((429, 503))
PARTIAL = 206
GONE = frozenset((404, 410))
REFUSED = frozenset((401, 403))
SOFT_ROBOTS_ATTEMPTS = 2  # a web page in place of robots.txt is asked for so often, then believed
TAKEN_OVER = "taken over"  # reason of a start page whose host speaks for another body now
NO_STEP = Step(())


@dataclass(frozen=True, slots=True)
class Ending:
    """How a claim ends, and what is stored with it. `what` is for the progress bar."""

    outcome: Outcome
    capture: NewCapture | None = None
    reading: Reading | None = None
    problem: Problem | None = None
    step: Step = field(default=NO_STEP)
    robots: RobotsDecision | None = None
    what: str | None = None
    repeated_version: str = ""
    validators: Validators | None = None


class Endings:
    """Decides endings, and tells the lanes what each means for its site."""

    def __init__(self, session: CrawlSession, lanes: Lanes) -> None:
        self._session = session
        self._lanes = lanes
        self._limits = session.limits

    def by_status(self, row: FrontierRow, answer: Answer, capture: NewCapture) -> Ending | None:
        """The ending that status, headers and encoding decide; None: the body must be looked at."""
        status = f"HTTP {answer.status}"
        if answer.status in ASK_TO_WAIT:
            return self._told_to_wait(row, answer, capture)
        if answer.status >= 500 or (answer.status in REFUSED and row.kind != "robots"):
            # Some portals answer 500 for each article they have lost: no reason to leave the site
            # unless nothing else comes any more.
            self._lanes.refused(row.origin, status)
            return self.again(row, status, capture)
        self._lanes.answered(row.origin)
        if answer.target is not None:
            return self.redirected(row, answer.target, capture)
        if answer.astray is not None and row.kind != "robots":
            problem = Problem("fetch", "bad redirect", answer.astray, {"status": answer.status})
            return self._final(row, "bad redirect", capture, problem)
        if answer.status == NOT_MODIFIED and was_asked(answer) and row.kind != "robots":
            return Ending(Outcome("done", UNCHANGED), capture, what=row.kind)
        if answer.broken is not None:
            problem = Problem("read", answer.broken.kind, str(answer.broken))
            return self._final(row, answer.broken.kind, capture, problem)
        if row.kind == "robots":
            return None
        if answer.status in GONE:
            if row.referrer_id is None and row.kind != "start":
                # A feed or sitemap that the platform may have, asked for on the off chance.
                return Ending(Outcome("done", "absent"), capture, what="other")
            return Ending(Outcome("failed", "gone"), capture)
        # Half a page that nobody asked for is no evidence either.
        if not 200 <= answer.status < 300 or answer.status == PARTIAL:
            return Ending(Outcome("failed", status), capture)
        return None

    def redirected(self, row: FrontierRow, target: str, capture: NewCapture) -> Ending:
        """A redirect or refresh: captured, and a link of the same kind one hop further."""
        if row.hops >= self._limits.hops_max:
            return self._final(row, "too many redirects", capture)
        if row.kind == "robots":
            if not target.partition("?")[0].endswith(".txt"):
                return self.soft_robots(row, "robots.txt leads to a web page", capture)
            if not self._session.robots.moved(row, target):
                return self._final(row, "too many redirects", capture)
            return Ending(Outcome("done", "redirect"), capture, step=Step((moved(row, target),)))
        if not self._session.scopes[row.portal_id].owns(target):
            problem = Problem("fetch", "moved to", target, {"from": row.url})
            return Ending(
                Outcome("failed", f"moved to {host_of(target)}"), capture, problem=problem
            )
        if row.kind == "article" and _is_home(target):
            return Ending(Outcome("failed", "gone"), capture)  # a soft 404
        link = self._moved(row, target)
        if link is None:
            return Ending(Outcome("done", "redirect to no article"), capture, what="redirect")
        known = self._stored(row, link) or self._session.read_in_run(row.portal_id, link)
        # A pager that is sent back to a page it has been on has no more pages.
        outcome = Outcome("done", "redirect", walk_complete=known and row.kind == "next")
        links: tuple[NewLink, ...] = () if known else (link,)
        return Ending(outcome, capture, step=Step(links), what="redirect")

    def _moved(self, row: FrontierRow, target: str) -> NewLink | None:
        """Where an address leads; None when an article's leads to a page that is none.

        Portals publish items that are only a pointer to another page: that page is not the
        article, and must not be stored under its number.
        """
        link = moved(row, target)
        profile = self._session.profile(row.portal_id)
        if row.kind != "article" or profile is None or profile.open_addresses:
            return link
        address = profile.address(target)
        return replace(link, native_id=address.native_id) if address.kind == "article" else None

    def _stored(self, row: FrontierRow, link: NewLink) -> bool:
        """Whether an article's address leads to one that is stored, and need not be fetched.

        A row that has given an article before is asked again for its present state.
        """
        if row.kind != "article" or row.article_id is not None:
            return False
        return self._session.frontier.all_stored(row.portal_id, [link])

    def rejected(
        self, row: FrontierRow, answer: Answer, reading: Reading, capture: NewCapture
    ) -> Ending:
        """A page that is no content. A block page makes the whole host wait."""
        reason = reading.reason or "rejected"
        if reason == "block page":
            asked = self._asked_s(answer.header("retry-after"))
            wait_s = self._limits.block_wait_s if asked is None else asked
            self._lanes.wait_host(host_of(row.url), wait_s)
            self._lanes.slow_down(row.origin, reason)
            return self.again(row, reason, capture, wait_s=wait_s)
        if reason == "maintenance":
            return self.again(row, reason, capture)  # a 503 that says 200
        if reason == "refresh" and reading.links:
            return self.redirected(row, reading.links[0].url, capture)
        state = "failed" if row.kind == "start" else "done"
        return Ending(Outcome(state, reason), capture, reading)  # type: ignore[arg-type]

    def soft_robots(self, row: FrontierRow, reason: str, capture: NewCapture) -> Ending:
        """A page of the site where robots.txt should be: asked once more, then there is none.

        Many portals answer every unknown address with a page; a site that blocks us does so too,
        but its block page is recognised, and does not last.
        """
        if row.attempts + 1 < SOFT_ROBOTS_ATTEMPTS:
            return self.again(row, reason, capture)
        problem = Problem("robots", "no robots.txt", reason)
        return self.decided(RobotsDecision("allow", reason), capture, problem)

    def decided(
        self, decision: RobotsDecision, capture: NewCapture, problem: Problem | None = None
    ) -> Ending:
        """robots.txt was answered for good."""
        outcome = Outcome("done", decision.verdict)
        return Ending(outcome, capture, problem=problem, robots=decision)

    def unanswered(self, row: FrontierRow, failure: FetchFailure) -> Ending:
        """No response came, or none that was taken."""
        if failure.site:
            self._lanes.troubled(row.origin, failure.kind)
        problem = Problem("fetch", failure.kind, failure.detail, {"attempt": row.attempts + 1})
        if failure.again:
            return self.again(row, failure.kind, None, problem=problem)
        return self._final(row, failure.kind, None, problem)

    def again(
        self,
        row: FrontierRow,
        reason: str,
        capture: NewCapture | None,
        *,
        wait_s: float | None = None,
        problem: Problem | None = None,
    ) -> Ending:
        """Retry after a wait, or fail when this was the last attempt."""
        attempts = row.attempts + 1  # the row is as it was before its claim
        if attempts >= self._limits.retry_attempts:
            return self._final(row, reason, capture, problem)
        if wait_s is None:
            wait_s = backoff_s(attempts, self._limits.retry_base_s, self._limits.retry_cap_s)
        outcome = Outcome("retry", reason, time.time() + wait_s)
        return Ending(outcome, capture, problem=problem, what="retry")

    def host_waits(self, row: FrontierRow, retry_after: str | None) -> float:
        """The row's host is left alone for as long as it asks, or as our backoff says: seconds."""
        asked = self._asked_s(retry_after)
        own = backoff_s(row.attempts + 1, self._limits.retry_base_s, self._limits.retry_cap_s)
        wait_s = own if asked is None else asked
        self._lanes.wait_host(host_of(row.url), wait_s)
        return wait_s

    def _asked_s(self, retry_after: str | None) -> float | None:
        return retry_after_s(retry_after, time.time(), self._limits.retry_after_max_s)

    def _told_to_wait(self, row: FrontierRow, answer: Answer, capture: NewCapture) -> Ending:
        wait_s = self.host_waits(row, answer.header("retry-after"))
        self._lanes.slow_down(row.origin, f"HTTP {answer.status}")
        return self.again(row, f"HTTP {answer.status}", capture, wait_s=wait_s)

    def _final(
        self,
        row: FrontierRow,
        reason: str,
        capture: NewCapture | None,
        problem: Problem | None = None,
    ) -> Ending:
        if row.kind == "robots":
            # Nobody knows what the site allows: it is left alone until the next run.
            for origin in self._session.robots.give_up(row):
                self._lanes.leave(origin, reason)
        return Ending(Outcome("failed", reason), capture, problem=problem)


def _is_home(url: str) -> bool:
    return url.split("/", 3)[3:] in ([], [""])
