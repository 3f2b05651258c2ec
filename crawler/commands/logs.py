"""Log lines on stderr, of one level and up, whatever the libraries set their loggers to."""

from __future__ import annotations

import logging


def log_to_stderr(level: int) -> None:
    """Show records of this level and up. Scrapy sets its own loggers to DEBUG, so the limit
    has to stand on the handler."""
    handler = logging.StreamHandler()
    handler.setLevel(level)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logging.getLogger().handlers = [handler]
