"""A crawl in a process of its own: the reactor runs once per process, and some are killed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_S = 300.0


@dataclass(frozen=True, slots=True)
class CrawlOrder:
    """What to crawl: portals as keyword arguments of `Portal`, archive, settings (KHOTIN_…)."""

    portals: Sequence[Mapping[str, Any]]
    archive: str
    settings: Mapping[str, Any] = field(default_factory=dict)


def portal_record(portal_id: str, url: str, platform: str | None, **more: Any) -> dict[str, Any]:
    """A portal for an order, with what a record must have."""
    record = {"id": portal_id, "name": portal_id, "url": url, "level": "district"}
    return {**record, "province": "Thử Nghiệm", "platform": platform, **more}


def begin_crawl(order: CrawlOrder) -> subprocess.Popen[str]:
    """Start a crawl and come back at once."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.crawl_process"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(asdict(order)))
    process.stdin.close()
    process.stdin = None  # communicate() would flush the closed pipe
    return process


def crawl_here(order: CrawlOrder) -> dict[str, Any]:
    """Crawl to the end in another process. RuntimeError carries what it wrote when it fails.

    The report as JSON, with `wall_s` for the whole process.
    """
    begun = time.monotonic()
    with begin_crawl(order) as process:
        out, errors = process.communicate(timeout=TIMEOUT_S)
    if process.returncode:
        raise RuntimeError(f"the crawl ended with {process.returncode}:\n{errors[-4000:]}")
    report: dict[str, Any] = json.loads(out.splitlines()[-1])
    return {**report, "wall_s": time.monotonic() - begun, "stderr": errors}
