"""Which row goes out now: the frontier seen as lanes, one per site (scheme, host and port).

Ties together the pacing of addresses, robots.txt, names and waits. Knows no Scrapy request: the
scheduler asks `take()` for a row and says when its request has ended.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from twisted.python.failure import Failure

from crawler.archive.frontier import Frontier, FrontierRow
from crawler.fetch.addresses import AddressClass
from crawler.fetch.budget import Budget
from crawler.fetch.host_paces import HostPaces
from crawler.fetch.limits import Limits
from crawler.fetch.pacing import Pacer
from crawler.fetch.resolver import GuardedResolver, RefusedAddressError, Resolved
from crawler.fetch.retries import backoff_s
from crawler.fetch.robots import RobotsRules
from crawler.fetch.robots_book import RobotsBook
from crawler.urls import host_of

log = logging.getLogger(__name__)
WAIT_REASONS = ("HTTP 429", "HTTP 503", "block page")  # of rows that are to be asked again
ROWS_PER_TURN = 50  # rows a lane may settle without a request before others have their turn

DelayOf = Callable[[FrontierRow, AddressClass], float]
Refuse = Callable[[FrontierRow, str], None]
Lose = Callable[[str, str, str], None]
Check = Callable[[Resolved], None]


@dataclass(slots=True, eq=False)
class Lane:
    """One site in this run. `failures` and `refusals`: connections that failed, answers of
    5xx or 403, in a row. `answers`: whether it gave an answer since its word was last doubted.
    """

    origin: str
    host: str
    resolving: bool = False
    address: str | None = None  # None: to be resolved, at its turn
    crawl_delay_s: float = 0.0
    next_at: float = 0.0  # monotonic; Crawl-delay and trouble of this site alone
    failures: int = 0
    refusals: int = 0
    answers: bool = False
    doubted: bool = False  # robots.txt is asked for again before the site is left
    dead: str | None = None  # why the site is left for this run


class Lanes:
    """All lanes of a run. Times inside are monotonic; the frontier's are Unix seconds."""

    def __init__(
        self,
        frontier: Frontier,
        robots: RobotsBook,
        resolver: GuardedResolver,
        limits: Limits,
        budget: Budget,
        run_id: int,
        *,
        delay_of: DelayOf,
        check: Check,
        refuse: Refuse,
        lose: Lose,
        wake: Callable[[], None],
    ) -> None:
        self._frontier = frontier
        self._robots = robots
        self._resolver = resolver
        self._limits = limits
        self._budget = budget
        self._run_id = run_id
        self._delay_of = delay_of
        self._check = check
        self._refuse = refuse
        self._lose = lose
        self._wake = wake
        self._pacer = Pacer(limits.delay_margin_s)
        self._paces = HostPaces(frontier.archive, limits)
        self._lanes: dict[str, Lane] = {}
        self._host_waits: dict[str, float] = {}  # host -> monotonic time
        self._classes: dict[str, AddressClass] = {}
        self._under_way: dict[int, AddressClass] = {}  # by row id
        self._asked: dict[str, float] = {}  # by earlier runs: origin -> monotonic time
        self._resolving = 0
        self._closed = False

    # What the scheduler asks

    def open(self, asked: Mapping[str, float] | None = None) -> None:
        """Make a lane for every site with pending rows; names are resolved as turns come.

        `asked` says when origins were asked last, by earlier runs (Unix seconds).
        """
        now = time.time()
        ago = time.monotonic() - now
        self._asked = {origin: at + ago for origin, at in (asked or {}).items()}
        for host, until in self._frontier_waits(now).items():
            self.wait_host(host, until - now)
        self.notify(self._frontier.origins())

    def close(self) -> None:
        """No answer that still comes in may change anything."""
        self._closed = True

    def take(self) -> FrontierRow | None:
        """A claimed row whose request may start now; None when every lane must wait."""
        now = time.monotonic()
        while (origin := self._pacer.take(now)) is not None:
            lane = self._lanes[origin]
            row = self._offer(lane, now)
            if row is not None:
                with self._frontier.archive.atomic():
                    self._frontier.claim(row.id)
                    if row.kind != "robots":
                        self._budget.spend(row.portal_id, row.kind)
                self._pacer.start(origin, row.id)
                assert lane.address is not None
                self._under_way[row.id] = self._classes[lane.address]
                return row
        return None

    def finished(self, row: FrontierRow) -> None:
        """The row's request is over, whatever came of it; its address is free after the delay.

        A second call for the same request does nothing.
        """
        place = self._under_way.pop(row.id, None)
        if place is None:
            return
        lane = self._lanes[row.origin]
        now = time.monotonic()
        self._pacer.finish(row.id, now, self._rest(lane, row, place, now))
        if lane.dead is None:
            self._pacer.due(row.origin, max(now, lane.next_at))

    @property
    def under_way(self) -> int:
        """Requests that went out and have not ended."""
        return len(self._under_way)

    def earliest(self) -> float | None:
        """When take() may next give a row (monotonic), were nothing else to happen."""
        return self._pacer.earliest()

    def has_work(self) -> bool:
        """Whether anything is due within the patience of a run, or a name is being looked up."""
        if self._resolving:
            return True
        at = self._pacer.waiting_until()
        return at is not None and at <= time.monotonic() + self._limits.patience_s

    # What the pipeline tells

    def notify(self, origins: Iterable[str]) -> None:
        """These sites may have new rows."""
        for origin in origins:
            lane = self._lanes.get(origin)
            if lane is None:
                lane = self._lanes[origin] = Lane(origin, host_of(origin))
                self._unresolve(lane)
            if lane.dead is None and not lane.resolving:
                self._pacer.due(origin, max(time.monotonic(), lane.next_at))
        self._wake()

    def wait_host(self, host: str, seconds: float) -> None:
        """Nothing goes to this host for so long: it asked us to wait, or blocked us."""
        self._wait_until(host, time.monotonic() + seconds)

    def answered(self, origin: str) -> None:
        """The site gave an answer of some use: its trouble is over."""
        lane = self._lanes.get(origin)
        if lane is not None:
            lane.failures = lane.refusals = 0
            lane.answers, lane.doubted = True, False
            self._paces.good(lane.host)

    def slow_down(self, origin: str, reason: str) -> None:
        """The site blocked us or asked us to wait: its host is asked at half the pace from now on,
        by later runs too."""
        self._paces.refused(host_of(origin), reason)

    def troubled(self, origin: str, reason: str) -> None:
        """A connection failed: slow down, and leave the site after some.

        A few pages that break off are not the whole site: one that gave answers before is asked
        for its robots.txt again, and left only when that does not come either.
        """
        lane = self._lanes.get(origin)
        if lane is None or lane.dead is not None:
            return
        lane.failures += 1
        if lane.failures >= self._limits.origin_failures or lane.doubted:
            if not lane.answers:
                self.leave(origin, reason)
                return
            lane.answers, lane.doubted, lane.failures = False, True, 1
        self._back_off(lane)
        self._resolver.rotate(lane.host)
        self._unresolve(lane)
        self._pacer.due(origin, lane.next_at)

    def refused(self, origin: str, reason: str) -> None:
        """The site answered 5xx or 403. After many in a row it is left."""
        lane = self._lanes.get(origin)
        if lane is not None:
            lane.failures = 0
            lane.refusals += 1
            if lane.refusals >= self._limits.origin_refusals:
                self.leave(origin, reason)

    def leave(self, origin: str, reason: str) -> None:
        """Ask this site nothing more in this run. Its rows stay for the next."""
        lane = self._lanes.get(origin)
        if lane is not None and lane.dead is None:
            lane.dead = reason
            log.info("%s is left for this run: %s", origin, reason)
            if self._pacer.knows(origin):
                self._pacer.park(origin)

    def address(self, origin: str) -> str | None:
        """The address that an origin's requests go to; None while its name is not resolved."""
        return self._lanes[origin].address

    def left(self) -> dict[str, str]:
        """The sites that were left, and why."""
        return {lane.origin: lane.dead for lane in self._lanes.values() if lane.dead is not None}

    # Inside

    def _wait_until(self, host: str, at: float) -> None:
        self._host_waits[host] = max(self._host_waits.get(host, 0.0), at)

    def _rest(self, lane: Lane, row: FrontierRow, place: AddressClass, ended_at: float) -> float:
        """After a request that ended at this time: the site waits as long as its robots.txt asks,
        its host as long as it has to, its address for the seconds returned."""
        margin_s = self._limits.delay_margin_s
        if lane.crawl_delay_s:
            lane.next_at = max(lane.next_at, ended_at + lane.crawl_delay_s + margin_s)
        delay_s = self._delay_of(row, place)
        usual_s = max(delay_s, lane.crawl_delay_s)
        raised_s = self._paces.delay_s(lane.host, usual_s)
        if raised_s > usual_s:
            self._wait_until(lane.host, ended_at + raised_s + margin_s)
        return delay_s

    def _go_on_from(self, lane: Lane, row: FrontierRow, place: AddressClass, at: float) -> None:
        """The distance from the last request of an earlier run is kept as from one of this."""
        assert lane.address is not None
        rules = self._robots.rules(lane.origin, time.time())
        if rules is not None:
            lane.crawl_delay_s = min(rules.crawl_delay_s, self._limits.crawl_delay_max_s)
        self._pacer.ended(lane.address, at, self._rest(lane, row, place, at))

    def _frontier_waits(self, now: float) -> dict[str, float]:
        """Hosts that asked an earlier run to wait until a time that is still to come."""
        marks = ", ".join("?" for _ in WAIT_REASONS)
        rows = self._frontier.archive.conn.execute(
            "SELECT origin, max(due_at) FROM frontier WHERE state = 'pending' AND due_at > ? "
            f"AND reason IN ({marks}) GROUP BY origin",
            (now, *WAIT_REASONS),
        )
        return {host_of(origin): until for origin, until in rows}

    def _offer(self, lane: Lane, now: float) -> FrontierRow | None:
        """The lane's next row to fetch, or None after its next time was set."""
        if not self._is_ready(lane, now):
            return None
        for _ in range(ROWS_PER_TURN):
            unix = time.time()
            shut = self._budget.shut
            row = self._frontier.peek(lane.origin, unix, shut)
            if row is None:
                self._due_again(lane, now, self._frontier.next_due(lane.origin, shut))
                return None
            if row.kind != "robots" and not self._budget.allows(row.portal_id):
                continue  # another portal may live on this site
            rules = self._robots.rules(lane.origin, unix)
            if lane.doubted:
                return self._ask_robots(lane, row, now, unix)
            if row.kind == "robots":
                if rules is None or row.hops:
                    return row
                self._frontier.done(row.id, "decision in force", run_id=self._run_id)
                continue
            if rules is None:
                return self._ask_robots(lane, row, now, unix)
            lane.crawl_delay_s = min(rules.crawl_delay_s, self._limits.crawl_delay_max_s)
            reason = self._refusal(row, rules)
            if reason is None:
                return row
            self._refuse(row, reason)
        self._pacer.due(lane.origin, now)
        return None

    def _is_ready(self, lane: Lane, now: float) -> bool:
        """Whether the lane may ask now; if not, when it may was set."""
        ready_at = max(lane.next_at, self._host_waits.get(lane.host, 0.0))
        if lane.dead is not None:
            return False
        if ready_at > now:
            self._pacer.due(lane.origin, ready_at)
            return False
        if lane.address is not None:
            return True
        if not lane.resolving:
            self._resolve(lane)
        return False

    def _refusal(self, row: FrontierRow, rules: RobotsRules) -> str | None:
        """Why a row is not to be asked for at all, or None."""
        if not rules.allows(row.url):
            return "robots" if rules.verdict == "rules" else "robots: refused"
        if self._budget.has_feeds_enough(row.portal_id, row.kind):
            return "too many feeds"
        return None

    def _ask_robots(
        self, lane: Lane, row: FrontierRow, now: float, unix: float
    ) -> FrontierRow | None:
        if self._robots.is_asked_elsewhere(lane.origin):
            return None
        question = self._robots.question(lane.origin, row.portal_id, self._run_id)
        if question is None or question.state == "failed":
            self.leave(lane.origin, (question and question.reason) or "robots.txt")
            return None
        if question.state == "claimed":
            return None
        if question.due_at > unix:
            self._due_again(lane, now, question.due_at)
            return None
        return question

    def _due_again(self, lane: Lane, now: float, unix_due: float | None) -> None:
        if unix_due is not None:
            self._pacer.due(lane.origin, now + max(0.0, unix_due - time.time()))

    def _back_off(self, lane: Lane) -> None:
        wait_s = backoff_s(lane.failures, self._limits.retry_base_s, self._limits.retry_cap_s)
        lane.next_at = max(lane.next_at, time.monotonic() + wait_s)

    def _unresolve(self, lane: Lane) -> None:
        # Until its address is known a lane waits for its turn at a place of its own.
        lane.address = None
        self._pacer.join(lane.origin, f"name {lane.origin}", 0.0)

    def _resolve(self, lane: Lane) -> None:
        lane.resolving = True
        self._resolving += 1
        deferred = self._resolver.resolve(lane.host)
        deferred.addCallbacks(
            self._found, self._not_found, callbackArgs=(lane,), errbackArgs=(lane,)
        )
        deferred.addErrback(lambda failure: log.error("resolving failed", exc_info=failure.value))

    def _found(self, resolved: Resolved, lane: Lane) -> None:
        lane.resolving = False
        self._resolving -= 1
        if self._closed:
            return
        self._check(resolved)
        lane.address = resolved.address
        self._classes[resolved.address] = resolved.address_class
        # The slowest portal sets the pace of its address, from before its first request on.
        row = self._frontier.peek(lane.origin, time.time(), self._budget.shut)
        delay_s = 0.0 if row is None else self._delay_of(row, resolved.address_class)
        self._pacer.join(lane.origin, resolved.address, delay_s)
        asked_at = self._asked.pop(lane.origin, None)
        if asked_at is not None and row is not None:
            self._go_on_from(lane, row, resolved.address_class, asked_at)
        self._pacer.due(lane.origin, max(time.monotonic(), lane.next_at))
        self._wake()

    def _not_found(self, failure: Failure, lane: Lane) -> None:
        lane.resolving = False
        self._resolving -= 1
        if self._closed:
            return
        refused = isinstance(failure.value, RefusedAddressError)
        reason = "refused address" if refused else "dns"
        lane.failures += 1
        if refused or lane.failures >= self._limits.origin_failures:
            self.leave(lane.origin, reason)
            self._lose(lane.origin, reason, str(failure.value))
        else:
            self._back_off(lane)
            # Not before the resolver would ask again: its memory of the failure is no answer.
            known_until = time.monotonic() + self._limits.dns_negative_s
            self._pacer.due(lane.origin, max(lane.next_at, known_until))
        self._wake()
