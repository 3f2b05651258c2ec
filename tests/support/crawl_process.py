"""The crawling process: a `CrawlOrder` as JSON on standard input, the report as JSON back."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from crawler.fetch.run import crawl
from crawler.portals.model import Portal
from tests.support.crawl_orders import CrawlOrder


def main() -> None:
    """Do as the order on standard input says."""
    order = CrawlOrder(**json.load(sys.stdin))
    portals = [Portal(**record) for record in order.portals]
    report = crawl(portals, Path(order.archive), allow_private=True, settings=order.settings)
    print(json.dumps(report.as_json()))


if __name__ == "__main__":
    main()
