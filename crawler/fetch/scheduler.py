"""Scrapy's scheduler interface over the frontier: rows go out as requests, when they may start."""

from __future__ import annotations

import logging
import time

from scrapy import Request, Spider, signals
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from scrapy.utils.asyncio import CallLaterResult, call_later

from crawler.archive.frontier import FrontierRow
from crawler.errors import ArchiveError, UsageError
from crawler.fetch.addresses import AddressClass
from crawler.fetch.checks import must_verify
from crawler.fetch.cookies import DROP_COOKIES, PORTAL
from crawler.fetch.handler import FLIGHT, TLS_VERIFY
from crawler.fetch.identity import require_contact
from crawler.fetch.lanes import Lanes
from crawler.fetch.pipeline import Pipeline
from crawler.fetch.resolver import Resolved, installed_resolver
from crawler.fetch.session import CrawlSession
from crawler.fetch.wake import wake_engine

log = logging.getLogger(__name__)
ROW = "khotin_row"  # request.meta key: the FrontierRow as it was before its claim
MIN_TIMER_S = 0.001


class FrontierScheduler(BaseScheduler):
    """Hands out what may start now, and wakes the engine when something else may.

    The session comes from the spider (`spider.session`). Start requests are not used: the
    session has seeded the frontier.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._timer: CallLaterResult | None = None
        self._timer_at = 0.0
        self._deadline: CallLaterResult | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> FrontierScheduler:
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        """Check the guard on addresses, build lanes and pipeline, and begin.

        Raises CloseSpider with the session's error set when the crawl must not start.
        """
        session = spider.session  # type: ignore[attr-defined]
        assert isinstance(session, CrawlSession)
        self._session = session
        resolver = installed_resolver()
        if resolver is None:
            session.fail(
                UsageError(
                    "the guard on private addresses is not installed: run the crawl by "
                    "`khotin crawl` or `scrapy crawl portal`, whose process installs it"
                )
            )
            raise CloseSpider("no guard")
        self.lanes = Lanes(
            session.frontier,
            session.robots,
            resolver,
            session.limits,
            session.budget,
            session.run_id,
            delay_of=session.delay_s,
            check=self._check_contact,
            refuse=lambda row, reason: self.pipeline.refuse(row, reason),
            lose=lambda origin, reason, detail: self.pipeline.lose(origin, reason, detail),
            wake=self.wake,
        )
        self.pipeline = Pipeline(session, self.lanes)
        session.begin()
        self._crawler.signals.connect(self._downloaded, signals.response_downloaded)
        self._crawler.signals.connect(self._left_downloader, signals.request_left_downloader)
        self.lanes.open(session.asked)
        left = session.budget.seconds_left
        if left is not None:
            self._deadline = call_later(left, self.wake)

    def close(self, reason: str) -> None:
        """No more timers. What is pending stays in the frontier."""
        self.lanes.close()
        for timer in (self._timer, self._deadline):
            if timer is not None:
                timer.cancel()
        self._session.left = self.lanes.left()

    def has_pending_requests(self) -> bool:
        """Whether this run has anything left to ask for, now or within its patience."""
        return not self._is_over() and self.lanes.has_work()

    def enqueue_request(self, request: Request) -> bool:
        """Refused: links are rows of the frontier, stored with the page that has them."""
        log.error("%s was yielded as a request; it belongs into the frontier", request.url)
        return False

    def next_request(self) -> Request | None:
        """A request that may start at once, or None; then a timer says when to ask again."""
        if self._is_over() or self._session.salvaged or self._session.hold_back():
            return None
        if self.lanes.under_way >= self._session.limits.connections_max:
            return None  # the engine asks again when one of them has ended
        try:
            row = self.lanes.take()
        except (ArchiveError, UsageError) as error:
            self._session.fail(error)
            return None
        if row is None:
            self._arm()
            return None
        return self._request(row)

    def wake(self) -> None:
        """Make the engine ask again."""
        engine = self._crawler._engine
        if engine is not None:
            wake_engine(engine)

    def _request(self, row: FrontierRow) -> Request:
        session = self._session
        spider = self._crawler.spider
        assert spider is not None
        request = Request(
            row.url,
            method=row.method,
            body=row.form or "",
            callback=spider.parse,
            errback=spider.failed,  # type: ignore[attr-defined]
            dont_filter=True,
            meta={
                ROW: row,
                PORTAL: row.portal_id,
                DROP_COOKIES: session.drop_cookies(row.portal_id),
                TLS_VERIFY: must_verify(session.portals[row.portal_id], row.url),
                FLIGHT: session.flight.open(row.id),
                "download_slot": self.lanes.address(row.origin),
                "download_timeout": session.limits.answer_timeout_s,
            },
        )
        for name, value in session.conditions(row).items():
            request.headers[name] = value.encode("latin-1", "replace")
        if row.form is not None:
            request.headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
        return request

    def _is_over(self) -> bool:
        if self._session.error is not None:
            return True
        if self._session.ended_by is None and (reached := self._session.budget.reached()):
            self._session.ended_by = "budget"
            self._session.budget_reached = reached
        return self._session.ended_by is not None

    def _downloaded(self, response: Response, request: Request) -> None:
        # Before the address is free again: the next request must not be under way already when
        # the pipeline comes to this answer.
        row = request.meta.get(ROW)
        if row is not None:
            self.pipeline.received(row, request, response)

    def _left_downloader(self, request: Request) -> None:
        row = request.meta.get(ROW)
        if row is not None:
            self.lanes.finished(row)

    def _arm(self) -> None:
        """Set the one timer to the earliest due time."""
        at = self.lanes.earliest()
        if at is None or (self._timer is not None and self._timer_at <= at):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = at
        self._timer = call_later(max(MIN_TIMER_S, at - time.monotonic()), self._ring)

    def _ring(self) -> None:
        self._timer = None
        self.wake()

    def _check_contact(self, resolved: Resolved) -> None:
        if resolved.address_class is AddressClass.PUBLIC:
            try:
                require_contact(self._session.limits.contact, resolved.host)
            except UsageError as error:
                self._session.fail(error)
