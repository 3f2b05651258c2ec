"""What a new run takes over from the one before: answers that were not stored, and distances."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from crawler.archive.captures import asked_lately
from crawler.archive.clock import iso
from crawler.archive.frontier import Frontier, FrontierRow
from crawler.archive.frontier_rows import RECURRING
from crawler.archive.salvage import Salvaged
from crawler.fetch.limits import Limits

SECOND_S = 1.0  # stored times are cut to the second


def is_worth_salvage(row: FrontierRow, run_id: int, portals: Collection[str]) -> bool:
    """Whether the answer to a row that was claimed at a kill is to be taken from its record.

    Not of another portal's row: that page is simply asked for again, when its portal is crawled.
    Not of a list or feed of an earlier run: it was to say what was new then. And not robots.txt:
    whether we may go on is asked now, and its redirects are followed in memory.
    """
    if row.kind == "robots" or row.portal_id not in portals:
        return False
    return row.run_id == run_id or row.kind not in RECURRING


def last_asked(
    frontier: Frontier, salvaged: Iterable[Salvaged], limits: Limits
) -> dict[str, float]:
    """When each origin was asked last, in Unix seconds, as well as it is known, rather too late.

    Records say it to the second. Of a request that had no answer when its crawl was killed nobody
    knows when it broke off: it counts as asked now. Call before the claims are given back.
    """
    now = time.time()
    longest_s = max(limits.delay_public_s, limits.crawl_delay_max_s, limits.pace_max_s)
    since = iso(datetime.fromtimestamp(now - longest_s, UTC))
    asked = {
        origin: _unix(moment)
        for origin, moment in asked_lately(frontier.archive.conn, since).items()
    }
    answered = set()
    for item in salvaged:
        answered.add(item.row.id)
        asked[item.row.origin] = max(asked.get(item.row.origin, 0.0), _unix(item.fetched_at))
    for row in frontier.claimed():
        if row.id not in answered:
            asked[row.origin] = now
    return {origin: min(at, now) for origin, at in asked.items()}


def _unix(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp() + SECOND_S
