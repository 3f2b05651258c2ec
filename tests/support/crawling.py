"""Real crawls in processes of their own, as the tests start, watch and kill them.

    done = crawl(tmp_path, [portal("a", site.listen("127.0.0.2"))], KHOTIN_PATIENCE_S=1)
    assert done.portals["a"]["state"] == "done"

Waits are scaled down by FAST; spacing stays as each test sets it.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.portals.model import Portal

ROOT = Path(__file__).parents[2]
LIMIT_S = 90  # far beyond any crawl here: a hang fails, a slow machine does not
FAST: dict[str, Any] = {
    "KHOTIN_RETRY_BASE_S": 0.2,
    "KHOTIN_RETRY_ATTEMPTS": 3,
    "KHOTIN_ORIGIN_FAILURES": 3,
    "KHOTIN_BLOCK_WAIT_S": 0.6,
    "KHOTIN_DNS_NEGATIVE_S": 0.05,
    "KHOTIN_PATIENCE_S": 20,
    "KHOTIN_READERS": 1,
}


@dataclass(frozen=True, slots=True)
class Crawl:
    """A crawl that ended by itself. `steps` are (kind, url, what, reason) of each settled row."""

    report: dict[str, Any]
    steps: list[tuple[str, str, str, str | None]]
    db: Path
    error: str | None
    stderr: str

    @property
    def portals(self) -> dict[str, dict[str, Any]]:
        """The report's portals by id."""
        return {portal["portal_id"]: portal for portal in self.report["portals"]}

    def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of the archive."""
        return query(self.db, sql, *values)


def portal(id_: str, url: str, **fields: Any) -> dict[str, Any]:
    """A portal for `crawl`, with what no test cares about filled in."""
    return {
        "id": id_,
        "name": id_,
        "url": url if url.count("/") > 2 else f"{url}/",
        "level": "district",
        "province": "Thanh Hóa",
        "platform": "generic",
        **fields,
    }


def start(
    folder: Path, portals: Sequence[dict[str, Any]], **settings: Any
) -> subprocess.Popen[str]:
    """Begin a crawl into folder/archive.db in a process of its own."""
    config = folder / "crawl.json"
    allow_private = settings.pop("allow_private", True)
    environment = settings.pop("environment", {})
    config.write_text(
        json.dumps(
            {
                "portals": list(portals),
                "db": str(folder / "archive.db"),
                "allow_private": allow_private,
                "settings": {**FAST, **settings},
            }
        )
    )
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.crawling", str(config)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )


def crawl(
    folder: Path, portals: Sequence[dict[str, Any]], *, limit_s: float = LIMIT_S, **settings: Any
) -> Crawl:
    """Crawl to the end. AssertionError with the process's stderr when it broke."""
    process = start(folder, portals, **settings)
    out, err = process.communicate(timeout=limit_s)
    assert process.returncode == 0, err
    data = json.loads(out.splitlines()[-1])
    steps = [tuple(step) for step in data["steps"]]
    return Crawl(data["report"], steps, folder / "archive.db", data["error"], err)


def crawl_until(
    folder: Path,
    portals: Sequence[dict[str, Any]],
    reached: Callable[[], bool],
    **settings: Any,
) -> None:
    """Crawl until `reached()`, then `kill -9`."""
    process = start(folder, portals, **settings)
    try:
        wait_for(reached, process)
    finally:
        process.kill()
        process.communicate(timeout=LIMIT_S)


def wait_for(reached: Callable[[], bool], process: subprocess.Popen[str] | None = None) -> None:
    """Wait until `reached()`; AssertionError when that takes too long or the process ended."""
    deadline = time.monotonic() + LIMIT_S
    while not reached():
        assert time.monotonic() < deadline, "waited in vain"
        if process is not None and process.poll() is not None:
            raise AssertionError(f"the crawl ended by itself: {process.communicate()[1]}")
        time.sleep(0.005)


def query(db: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Rows of an archive that nobody writes to."""
    conn = sqlite3.connect(db)
    try:
        return conn.execute(sql, values).fetchall()
    finally:
        conn.close()


def main() -> None:
    """The crawling process: one JSON object on the last line of stdout."""
    # Imported here: the tests that only start this process need no Scrapy.
    from crawler.errors import KhotinError  # noqa: PLC0415
    from crawler.fetch.run import crawl as run_crawl  # noqa: PLC0415
    from crawler.fetch.session import Progress  # noqa: PLC0415

    config = json.loads(Path(sys.argv[1]).read_text())
    portals = []
    for fields in config["portals"]:
        values: Any = {k: tuple(v) if isinstance(v, list) else v for k, v in fields.items()}
        portals.append(Portal(**values))
    steps: list[tuple[str, str, str, str | None]] = []

    def note(step: Progress) -> None:
        if step.row is not None:
            steps.append((step.row.kind, step.row.url, step.what, step.reason))

    report, error = None, None
    try:
        report = run_crawl(
            portals,
            Path(config["db"]),
            allow_private=config["allow_private"],
            settings=config["settings"],
            progress=note,
        ).as_json()
    except KhotinError as wrong:
        error = f"{int(wrong.exit_status)} {type(wrong).__name__}: {wrong}"
    print(json.dumps({"report": report, "error": error, "steps": steps}))


if __name__ == "__main__":
    main()
