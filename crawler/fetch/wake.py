"""The one private call into Scrapy's engine: ask the scheduler again now.

After next_request() gave None the engine asks again when a request ends, or at its heartbeat
every 5 s. A timer that knows the next due time has no public way to say so.
tests/fetch/test_scheduler.py fails when the name moves: the crawl then idles.
"""

from __future__ import annotations

from scrapy.core.engine import ExecutionEngine


def wake_engine(engine: ExecutionEngine) -> None:
    """Make the engine call next_request() in the next turn of the reactor."""
    slot = engine._slot
    if slot is not None and slot.closing is None:
        slot.nextcall.schedule()
