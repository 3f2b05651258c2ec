"""A Scrapy spider that only fetches: the rate that our crawl is held against.

`python -m bench.fetch_only URLS CONCURRENT` fetches the addresses of a file, one a line, keeps
nothing, and prints {"pages": n, "seconds": from the first request to the last answer}.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import click
import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response


class FetchOnlySpider(scrapy.Spider):
    """Fetches what it is told to, and counts."""

    name = "fetch-only"

    def __init__(self, urls: list[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.urls = urls
        self.pages = 0
        self.begun = self.ended = 0.0

    async def start(self) -> AsyncIterator[scrapy.Request]:
        self.begun = time.monotonic()
        for url in self.urls:
            yield scrapy.Request(url, callback=self.parse, errback=self.failed, dont_filter=True)

    def parse(self, response: Response, **kwargs: Any) -> None:
        self.pages += 1
        self.ended = time.monotonic()

    def failed(self, failure: object) -> None:
        """Not a page; the caller compares the numbers."""


def settings(concurrent: int) -> dict[str, object]:
    """Scrapy without delay, robots and retries: nothing but requests."""
    return {
        "CONCURRENT_REQUESTS": concurrent,
        "CONCURRENT_REQUESTS_PER_DOMAIN": concurrent,
        "DOWNLOAD_DELAY": 0,
        "ROBOTSTXT_OBEY": False,
        "RETRY_ENABLED": False,
        "REDIRECT_ENABLED": False,
        "COOKIES_ENABLED": False,
        "HTTPERROR_ALLOW_ALL": True,
        "TELNETCONSOLE_ENABLED": False,
        "LOG_ENABLED": False,
    }


def main() -> None:
    """Fetch every address of the file and print how many pages came."""
    urls = Path(sys.argv[1]).read_text(encoding="utf-8").split()
    process = CrawlerProcess(settings(int(sys.argv[2])))
    crawler = process.create_crawler(FetchOnlySpider)
    process.crawl(crawler, urls=urls)
    process.start()
    spider = crawler.spider
    assert isinstance(spider, FetchOnlySpider)
    click.echo(json.dumps({"pages": spider.pages, "seconds": spider.ended - spider.begun}))


if __name__ == "__main__":
    main()
