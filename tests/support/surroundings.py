"""The furniture of the captured portal, found once per process by counting its lines."""

from __future__ import annotations

from functools import cache

from tests.support.egov import article_captures, gold_rows
from tests.support.leaks import repeated_lines
from tests.support.scoring import Surroundings


@cache
def egov_surroundings() -> Surroundings:
    """What stands round the articles: lines on most pages, and every title of the portal.

    Every fourth page is enough to see what repeats.
    """
    pages = list(article_captures(1).values())[::4]
    return Surroundings.of(repeated_lines(page.body for page in pages), gold_rows())
