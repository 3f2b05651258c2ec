"""One crawl over some faults, and what can be asked of it afterwards."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.hostile.faults import Fault, host_of_site
from tests.hostile.redirects import NAMES
from tests.hostile.wire import NETWORK, Hostile
from tests.support.crawling import ROOT, query

LIMIT_S = 240  # a hang fails, a slow machine does not
SETTINGS: dict[str, object] = {
    "KHOTIN_CONTACT": "https://khotin.example/about",
    "KHOTIN_DELAY_PUBLIC_S": 0,
    "KHOTIN_ANSWER_TIMEOUT_S": 2,
    "KHOTIN_RETRY_BASE_S": 0.1,
    "KHOTIN_RETRY_ATTEMPTS": 3,
    "KHOTIN_ORIGIN_FAILURES": 4,
    "KHOTIN_BLOCK_WAIT_S": 0.3,
    "KHOTIN_DNS_NEGATIVE_S": 0.05,
    "KHOTIN_PATIENCE_S": 8,
    "KHOTIN_READERS": 1,
}


@dataclass(frozen=True, slots=True)
class Hostility:
    """A crawl that ended by itself. `connected` are "address port" of every connection made."""

    server: Hostile
    status: int
    report: dict[str, Any]
    db: Path
    peak_bytes: int
    connected: Mapping[str, int]
    seconds: float
    stderr: str

    def portal(self, site: str) -> dict[str, Any]:
        """The report of one site's portal."""
        found: dict[str, Any] = next(p for p in self.report["portals"] if p["portal_id"] == site)
        return found

    def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of the archive."""
        return query(self.db, sql, *values)

    def row(self, fault: Fault) -> tuple[str, str] | None:
        """State and reason of the frontier row of a fault's address."""
        url = self.server.url(fault)
        found = self.query("SELECT state, coalesce(reason, '') FROM frontier WHERE url = ?", url)
        return found[0] if found else None

    def stored(self, site: str) -> int:
        """How many articles of a site are stored."""
        return int(self.query("SELECT count(*) FROM articles WHERE portal_id = ?", site)[0][0])

    def verdict(self, fault: Fault) -> list[str]:
        """What khotin did not do as it must about a fault; empty when all is well."""
        must, wrong = fault.must, []
        if must.row is not None:
            row = self.row(fault)
            if row is None or row[0] != must.row[0] or not re.fullmatch(must.row[1], row[1]):
                wrong.append(f"row is {row}, not {must.row}")
        state = self.portal(fault.place)
        if state["state"] not in must.portal:
            wrong.append(f"portal is {state['state']} ({state['why']}), not {must.portal}")
        if must.detail:
            told = self.query("SELECT detail FROM problems WHERE portal_id = ?", fault.place)
            if not told or any(not re.fullmatch(must.detail, one or "") for (one,) in told):
                wrong.append(f"problems are {told}, not {must.detail}")
        if (stored := self.stored(fault.place)) < must.good:
            wrong.append(f"{stored} of {must.good} sound articles")
        if (asked := len(self.server.seen(fault.place))) > must.requests:
            wrong.append(f"{asked} requests, at most {must.requests}")
        return wrong


@contextmanager
def crawled(
    folder: Path,
    faults: Sequence[Fault],
    *,
    seed: int = 1,
    dead: Sequence[str] = (),
    **settings: Any,
) -> Iterator[Hostility]:
    """Serve these faults and crawl all their sites to the end, by `khotin crawl`.

    `dead` are ids of further portals, whose names are looked up for a minute and not found.
    """
    with Hostile(faults, seed=seed) as server:
        began = time.monotonic()
        status, out, err = khotin(folder, server, {**SETTINGS, **settings}, dead=dead)
        assert out.strip(), f"status {status}: {err[-3000:]}"
        told = json.loads((folder / "told.json").read_text(encoding="utf-8"))
        yield Hostility(
            server,
            status,
            json.loads(out.splitlines()[-1]),
            folder / "archive.db",
            told["peak_bytes"],
            told["connected"],
            time.monotonic() - began,
            err,
        )


def khotin(
    folder: Path,
    server: Hostile,
    settings: Mapping[str, object],
    *more: str,
    dead: Sequence[str] = (),
) -> tuple[int, str, str]:
    """Crawl a server's sites with further words on the command line: (status, stdout, stderr)."""
    own = {host_of_site(name): [[place.address]] for name, place in server.places.items()}
    if "rebind" in server.places:
        own[host_of_site("rebind")].append(["127.0.0.1"])
    world = {
        "network": NETWORK,
        "dead": [host_of_site(name) for name in dead],
        "names": {**{name: [found] for name, found in NAMES.items()}, **own},
        "told": str(folder / "told.json"),
    }
    (folder / "world.json").write_text(json.dumps(world), encoding="utf-8")
    _write_records(folder / "records", server, dead)
    environment = {name: str(value) for name, value in settings.items()}
    if server.trusted is not None:
        environment["SSL_CERT_FILE"] = str(server.trusted)
    words = ["crawl", *server.places, *dead, "--db", str(folder / "archive.db"), "--json", *more]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.hostile.world", str(folder / "world.json"), *words],
        cwd=ROOT,
        env={**os.environ, **environment, "KHOTIN_RECORDS": str(folder / "records")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        out, err = process.communicate(timeout=LIMIT_S)
    finally:
        process.kill()
        process.wait()
    return process.returncode, out, err


def _write_records(folder: Path, server: Hostile, dead: Sequence[str]) -> None:
    further = {fault.place: fault.record for fault in server.faults if fault.record}
    lines = ['province = "Thanh Hóa"']
    for name in (*server.places, *dead):
        fields = {
            "id": name,
            "name": name,
            "url": f"{server.base(name)}/",
            "level": "district",
            "platform": "generic",
            **further.get(name, {}),
        }
        lines += ["[[portal]]", *(f"{key} = {json.dumps(value)}" for key, value in fields.items())]
    folder.mkdir(exist_ok=True)
    (folder / "thanh-hoa.toml").write_text("\n".join(lines), encoding="utf-8")
