"""crawl(): one run of the crawl in this process. The reactor runs once per process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scrapy.crawler import CrawlerProcess
from scrapy.settings import Settings

from crawler.errors import ArchiveError, LockedError
from crawler.fetch.alert_settings import AlertSettings
from crawler.fetch.alerts import HURRY_S, tell_after_run, tell_of_error
from crawler.fetch.limits import PREFIX, Limits
from crawler.fetch.memory import give_back_large_buffers
from crawler.fetch.report import CrawlReport
from crawler.fetch.session import CrawlSession, ProgressFunction
from crawler.portals.model import Portal

SPIDER = "portal"


def crawl(
    portals: Sequence[Portal],
    archive_path: Path,
    *,
    allow_private: bool = False,
    settings: Mapping[str, Any] | None = None,
    progress: ProgressFunction | None = None,
) -> CrawlReport:
    """Crawl these portals into the archive until nothing is left to do, or a budget is reached.

    `settings` override settings.py (KHOTIN_* and Scrapy's own). `progress` is called in this
    thread after each settled row. A run that was killed is continued; one that was stopped is
    begun anew, and fetches no article again. Ctrl-C ends gracefully, a second one at once.

    Raises UsageError for a portal that cannot be crawled or a missing contact, ArchiveError when
    the archive cannot be opened or written to. Once per process: the reactor cannot restart.
    """
    give_back_large_buffers()
    merged = Settings()
    merged.setmodule("settings", priority="project")
    merged.update(dict(settings or {}), priority="cmdline")
    merged.set("LOG_INSTALL_ROOT_HANDLER", False, priority="cmdline")  # the caller's to decide
    if allow_private:
        merged.set(PREFIX + "ALLOW_PRIVATE", True, priority="cmdline")
    limits = Limits.from_settings(merged)
    alerts = AlertSettings.from_environment()
    session = _open(portals, Path(archive_path), limits, progress, alerts)
    try:
        process = CrawlerProcess(merged)
        process.crawl(SPIDER, session=session)
        process.start()
    finally:
        # Reached with the session open only when the spider never opened, or the second Ctrl-C
        # stopped the reactor: claims are then given back by the next run.
        at_once = session.report is None and session.error is None
        session.end("shutdown")
    if session.error is not None:
        tell_of_error(Path(archive_path), session.error, alerts, session.run_id)
        raise session.error
    assert session.report is not None
    if not at_once:  # else the next run tells
        hurry = session.report.state == "interrupted"
        tell_after_run(
            Path(archive_path), session.run_id, alerts.within(HURRY_S) if hurry else alerts
        )
    return session.report


def _open(
    portals: Sequence[Portal],
    path: Path,
    limits: Limits,
    progress: ProgressFunction | None,
    alerts: AlertSettings,
) -> CrawlSession:
    """A session; where the archive cannot be used for one, the operator is told."""
    try:
        return CrawlSession.open(portals, path, limits, progress=progress)
    except LockedError:
        raise  # another crawl is at work: as it should be
    except ArchiveError as error:
        tell_of_error(path, error, alerts)
        raise
