"""What is watched while a crawl is under load: processes from /proc, pages from a server."""

from __future__ import annotations

import random
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.load_site import RARE

PROC = Path("/proc")
KIB = 1024
# One that finds nearly everything, and pairs of words as people search them.
SEARCHES = ("nông thôn mới", *(f"{RARE[at]} {RARE[at + 40]}" for at in (50, 150, 300, 800)))


@dataclass(frozen=True, slots=True)
class Sample:
    """One look at a crawl. Memory in MB (resident); `pages` are those of this process."""

    at_s: float
    pages: int
    main_mb: float
    readers_mb: float
    readers: int
    descriptors: int
    threads: int


def look(pid: int, at_s: float, pages: int) -> Sample | None:
    """A sample of a process and its children; None when it has ended."""
    try:
        children = _children(pid)
        memory = {child: _resident_mb(child) for child in children}
        return Sample(
            at_s,
            pages,
            _resident_mb(pid),
            sum(memory.values()),
            sum(1 for mb in memory.values() if mb > 1),
            len(list((PROC / str(pid) / "fd").iterdir())),
            len(list((PROC / str(pid) / "task").iterdir())),
        )
    except (OSError, IndexError, ValueError):
        return None


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in (PROC / str(pid) / "task").iterdir():
        found += map(int, (task / "children").read_text().split())
    return found


def _resident_mb(pid: int) -> float:
    try:
        text = (PROC / str(pid) / "status").read_text()
    except OSError:
        return 0.0
    line = next((line for line in text.splitlines() if line.startswith("VmRSS")), "VmRSS: 0 kB")
    return int(line.split()[1]) / KIB


def slope_mb(samples: list[Sample], skip: float = 0.25) -> float | None:
    """MB of the main process for each 10,000 pages: the median of the slopes between all pairs of
    samples (Theil and Sen), so that no single peak decides. The first quarter is warming up."""
    used = [one for one in samples if one.pages >= skip * samples[-1].pages]
    slopes = [
        (later.main_mb - one.main_mb) / (later.pages - one.pages) * 10_000
        for place, one in enumerate(used)
        for later in used[place + 1 :]
        if later.pages > one.pages
    ]
    return median(slopes) if slopes else None


def ends(samples: list[Sample], name: str) -> tuple[float, float]:
    """The median of a figure over the second tenth of the samples, and over the last."""
    tenth = max(1, len(samples) // 10)
    values = [float(getattr(one, name)) for one in samples]
    return median(values[tenth : 2 * tenth] or values), median(values[-tenth:])


@dataclass
class Visitor:
    """Somebody who reads the archive while it is crawled: a page each `every_s` seconds.

    `took` has the seconds of every answer by kind of page, `wrong` what was no 200.
    """

    base: str
    seed: int
    every_s: float = 0.5
    took: dict[str, list[float]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._visit, daemon=True)
        self._chance = random.Random(self.seed)
        self._newest = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(60)

    def know(self, articles: int) -> None:
        """So many articles are stored by now."""
        self._newest = articles

    def _visit(self) -> None:
        turn = 0
        while not self._stopped.is_set():
            pages = self._pages()
            kind = list(pages)[turn % len(pages)]
            turn += 1
            begun = time.monotonic()
            try:
                with urllib.request.urlopen(self.base + pages[kind], timeout=60) as answer:
                    answer.read()
            except (urllib.error.URLError, OSError) as error:
                self.wrong.append(f"{pages[kind]}: {error}")
            else:
                self.took.setdefault(kind, []).append(time.monotonic() - begun)
            self._stopped.wait(self.every_s)

    def _pages(self) -> dict[str, str]:
        words = urllib.parse.quote(self._chance.choice(SEARCHES))
        portal = f"tai-{self._chance.randrange(100):03d}"
        pages = {
            "front page": "/",
            "table": "/archive/articles",
            "table of a portal": f"/archive/articles?portal_id={portal}",
            "search": f"/archive/articles?_search={words}",
        }
        if self._newest:
            pages["article"] = f"/archive/articles/{self._chance.randint(1, self._newest)}"
        return pages


def percentile(values: list[float], share: float) -> float:
    """The value that this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
