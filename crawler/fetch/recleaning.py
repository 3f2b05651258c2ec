"""The end of a run: articles that were read before the counts were in are cleaned again.

Each is stored by itself, so that this may be stopped or killed at any point: what was not reached
is found by the next run of the portal.
"""

from __future__ import annotations

import logging
import math
import signal
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TYPE_CHECKING

from crawler.archive.captures import read_capture
from crawler.archive.recleaning import (
    Outdated,
    keep_as_it_is,
    outdated,
    put_cleaned,
    source_of,
)
from crawler.archive.repetition import load
from crawler.archive.runs import Problem
from crawler.errors import ArchiveError
from crawler.fetch.decoding import DecodingError, decode_body
from crawler.fetch.outcomes import Outcome, ReadOk
from crawler.platforms import get_profile
from crawler.reader.model import Page, Reading
from crawler.reader.repetition import Repeated

if TYPE_CHECKING:
    from crawler.fetch.session import CrawlSession
    from crawler.portals.model import Portal

log = logging.getLogger(__name__)

CLEANING_SHARE = 0.05  # of the time of a run that has a limit: then the next run goes on
CLEANING_LEAST_S = 10.0
AHEAD = 3  # pages for each worker that are read from their records before their turn


def reclean(session: CrawlSession) -> None:
    """Clean the articles of this run's portals. Ctrl-C ends it early and is no error; so does the
    time limit of the run, of which it may take a small share more."""
    work = []
    for portal in session.portals.values():
        repeated = load(session.archive, portal.id)
        ids = outdated(session.archive, portal.id, repeated.version)
        work.append((portal, repeated, ids))
    left = sum(len(ids) for _, _, ids in work)
    if not left:
        return
    ends_at = _ends_at(session)
    try:
        with _interruptible():
            for portal, repeated, ids in work:
                for _ in _clean(session, portal, repeated, ids):
                    left -= 1
                    session.cleaned(portal.id, left)
                    if time.monotonic() >= ends_at:
                        log.warning("%d articles are cleaned by the next run: time", left)
                        return
    except KeyboardInterrupt:
        session.ended_by = session.ended_by or "interrupted"
        log.warning("stopped with %d articles still to be cleaned: the next run does it", left)


def _ends_at(session: CrawlSession) -> float:
    """When cleaning has to stop (monotonic)."""
    limit = session.limits.seconds_max
    allowed = max(CLEANING_LEAST_S, limit * CLEANING_SHARE) if limit else math.inf
    return time.monotonic() + allowed


def _clean(
    session: CrawlSession, portal: Portal, repeated: Repeated, ids: list[int]
) -> Iterator[None]:
    """Clean these articles; yields after each."""
    waiting: deque[tuple[Outdated, Future[Outcome] | Problem]] = deque()
    for article_id in ids:
        article = source_of(session.archive, article_id)
        waiting.append((article, _begin(session, portal, repeated, article)))
        if len(waiting) > AHEAD * session.pool.workers:
            _finish(session, portal, repeated, *waiting.popleft())
            yield
    while waiting:
        _finish(session, portal, repeated, *waiting.popleft())
        yield


def _begin(
    session: CrawlSession, portal: Portal, repeated: Repeated, article: Outdated
) -> Future[Outcome] | Problem:
    """Have the capture of an article read; a Problem when its record does not give the page."""
    try:
        page = _page(session, article)
    except ArchiveError as error:
        return Problem("capture", "not cleaned", str(error))
    except DecodingError as error:
        return Problem("read", "not cleaned", str(error))
    return session.pool.submit(page, portal.platform, repeated)


def _page(session: CrawlSession, article: Outdated) -> Page:
    if article.ref is None:
        raise ArchiveError(f"the record of capture {article.capture_id} is lost (see problems)")
    record = read_capture(session.archive.warcs, article.ref)
    encoding = next((value for name, value in record.headers if name == "content-encoding"), None)
    return Page(
        body=decode_body(record.body, encoding, session.limits.decoded_max_bytes),
        url=article.asked_url,
        headers=record.headers,
        status=record.status,
        captured_at=record.fetched_at,
        request_method=article.method,
        request_body=article.request_body,
    )


def _finish(
    session: CrawlSession,
    portal: Portal,
    repeated: Repeated,
    article: Outdated,
    begun: Future[Outcome] | Problem,
) -> None:
    """Store what came of it: the better text, or the old one with the problem."""
    found = _judged(begun.result(), article) if isinstance(begun, Future) else begun
    if isinstance(found, Problem):
        version = repeated.version
        keep_as_it_is(session.archive, portal, article, version, found, session.run_id)
        return
    profile = get_profile(found.platform).version if found.platform else None
    put_cleaned(session.archive, portal, article, found, repeated.version, profile)


def _judged(outcome: Outcome, article: Outdated) -> Reading | Problem:
    """The reading, if it may take the place of the stored one: an article, and not emptier."""
    if not isinstance(outcome, ReadOk):
        return Problem("read", "not cleaned", f"{outcome.kind}: {outcome.detail}", outcome.numbers)
    reading = outcome.reading
    if reading.kind != "article":
        return Problem("read", "not cleaned", f"read anew it is {reading.kind}: {reading.reason}")
    rest = reading.text or (not article.has_text and (reading.images or reading.attachments))
    if not reading.title or not (rest or reading.lead):
        return Problem("read", "not cleaned", "read anew it has no title or no text")
    return reading


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C raises KeyboardInterrupt here: the handlers of the crawl only stop its reactor."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    caught = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, signal.default_int_handler) for number in caught]
    try:
        yield
    finally:
        for number, handler in zip(caught, before, strict=True):
            signal.signal(number, handler)
