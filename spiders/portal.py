"""Live portals over HTTP. Thin: what it does is in crawler/fetch, one module per mechanism.

    scrapy crawl portal -a portals=ID,ID [-a db=PATH] [-s KHOTIN_...=VALUE]

`khotin crawl` runs this spider too, with progress, a report and exit statuses.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.fetch.identity import user_agent
from crawler.fetch.limits import Limits
from crawler.fetch.scheduler import ROW, FrontierScheduler
from crawler.fetch.session import CrawlSession
from crawler.portals.registry import Registry

log = logging.getLogger(__name__)


class PortalSpider(Spider):
    """Walks the portals of a session: each answer goes to the pipeline, which ends its row."""

    name = "portal"

    def __init__(self, session: CrawlSession, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.session = session

    @classmethod
    def from_crawler(
        cls,
        crawler: Crawler,
        *args: Any,
        session: CrawlSession | None = None,
        portals: str = "",
        db: str = "archive.db",
        **kwargs: Any,
    ) -> PortalSpider:
        """With `session` (from crawl()), or with the ids of portals, separated by commas."""
        if session is None:
            registry = Registry.load()
            wanted = [registry.get(id_.strip()) for id_ in portals.split(",") if id_.strip()]
            limits = Limits.from_settings(crawler.settings)
            session = CrawlSession.open(wanted, Path(db), limits)
        crawler.settings.set("USER_AGENT", user_agent(session.limits.contact), "spider")
        return super().from_crawler(crawler, *args, session=session, **kwargs)

    async def start(self) -> AsyncIterator[Any]:
        """No request: the session has seeded the frontier. What a killed crawl left is ended."""
        await self._pipeline().salvage()
        none: tuple[Any, ...] = ()
        for request in none:
            yield request

    async def parse(self, response: Response, **kwargs: Any) -> None:
        """An answer of whatever status."""
        assert response.request is not None
        await self._pipeline().end(response.request.meta[ROW], response)

    async def failed(self, failure: Failure) -> None:
        """No answer."""
        await self._pipeline().end(failure.request.meta[ROW], failure)  # type: ignore[attr-defined]

    def closed(self, reason: str) -> None:
        """End the run, and say what it did where no caller of crawl() does."""
        self.session.end(reason)
        if self.session.error is not None:
            log.error("%s", self.session.error)
        for portal in self.session.report.portals if self.session.report else ():
            log.info("%s: %s", portal.portal_id, portal)

    def _pipeline(self) -> Any:
        scheduler = self.crawler.engine.scheduler
        assert isinstance(scheduler, FrontierScheduler)
        return scheduler.pipeline
