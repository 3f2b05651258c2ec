"""`khotin crawl` in a process whose Internet is one loopback network, watched from inside.

    python -m tests.hostile.world world.json crawl ID... --db archive.db --json

In that process 127.77.0.0/16 counts as public and everything else as what it is, so the refusal
of private addresses is in force as in a real crawl, without --allow-private. Names are looked up
in a table, no real DNS is asked. An audit hook notes every connection that Python makes, and the
process writes its peak memory when it ends.
"""

from __future__ import annotations

import atexit
import json
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from scrapy.settings import BaseSettings

from crawler.fetch.limits import Limits
from crawler.fetch.resolver import GuardedResolver

Names = Mapping[str, Sequence[Sequence[str]]]
_NAMES: dict[str, list[list[str]]] = {}
_DEAD: set[str] = set()  # names that their servers do not answer for
DEAD_S = 60


class TableResolver(GuardedResolver):
    """The real guard over a table of names: each look-up of a name takes its next answer."""

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> TableResolver:
        settings: BaseSettings = crawler.settings
        return cls(reactor, Limits.from_settings(settings), lookup)


def lookup(host: str) -> list[str]:
    """Addresses from the table; numeric hosts in any spelling by the system, without DNS."""
    answers = _NAMES.get(host)
    if host in _DEAD:
        time.sleep(DEAD_S)
        raise OSError("no name server answered")
    if answers is not None:
        return answers.pop(0) if len(answers) > 1 else answers[0]
    numeric = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    return [str(entry[4][0]) for entry in numeric]


def peak_bytes() -> int:
    """The most resident memory that this process has had since it was started."""
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def main() -> None:
    """Set the scene, then be `khotin`."""
    config = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    _NAMES.update(config["names"])
    _DEAD.update(config["dead"])
    connected: Counter[str] = Counter()

    def watch(event: str, values: tuple[Any, ...]) -> None:
        if event == "socket.connect" and isinstance(values[1], tuple):
            connected[f"{values[1][0]} {values[1][1]}"] += 1

    def tell() -> None:
        told = {
            "peak_bytes": peak_bytes(),
            "connected": connected,
            "threads": threading.active_count(),
        }
        Path(config["told"]).write_text(json.dumps(told), encoding="utf-8")

    sys.addaudithook(watch)
    atexit.register(tell)
    _place(config)
    from crawler.cli import main as khotin  # noqa: PLC0415 - after the settings are in place

    sys.argv = ["khotin", *sys.argv[2:]]
    khotin()


def _place(config: dict[str, Any]) -> None:
    import settings  # noqa: PLC0415 - reads the environment, which is ours alone here
    from crawler.fetch import addresses  # noqa: PLC0415

    public = (ip_network(config["network"]), addresses.AddressClass.PUBLIC)
    addresses._V4.insert(0, public)
    settings.TWISTED_DNS_RESOLVER = "tests.hostile.world.TableResolver"


if __name__ == "__main__":
    # Scrapy loads the resolver by its name, from the module of that name, not from __main__.
    from tests.hostile import world

    world.main()
