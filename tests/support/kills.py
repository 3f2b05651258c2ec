"""A crawl that is killed at many points and resumed until it is done, and what that cost.

    figures = killed_crawl(folder, towns, plan(seed, 50, expected))
    assert figures.wrong == []

Kills come from two sides: the server kills at the request that it was told (before its answer or
a moment after it), and points inside the process kill in the steps of the resume and of the end.
"""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.crashing import HERE, point
from tests.support.soundness import due_now, faults, leftovers
from tests.support.towns import Ask, Repeats, Towns
from tests.support.workplace import Workplace

LIMIT_S = 600
DELAYS_MS = (0.0, 0.0, 2.0, 5.0, 10.0, 30.0)  # after a request came in; 0: before its answer
PATIENCE = 25  # requests
KINDS = ("robots", "redirect", "feed", "listing", "pager", "article")
SESSION = "crawler.fetch.session"
# The steps of a start, in their order. Each is a kill of the resume itself.
RESUME = (
    point("crawler.archive.db:WriteLock", "after"),
    point(f"{SESSION}:start_or_resume", "after"),
    point(f"{SESSION}:find_salvage", "after"),
    point(f"{SESSION}:repair_archive", "before"),
    point(f"{SESSION}:repair_archive", "after"),
    point("crawler.archive.warc:_quarantine", "before"),
    point("crawler.archive.warc:_quarantine", "after"),
    point(f"{SESSION}:sync_units", "during=3"),
    point(f"{SESSION}:sync_portals", "after"),
    point("crawler.archive.frontier:Frontier.recover", "after"),
    point("crawler.archive.frontier:Frontier.seed", "after", 3),
    point("sql:COMMIT", "before", 2),
    point("sql:COMMIT", "after", 4),
    point("crawler.archive.salvage:Salvaged.read", "after"),
    point("crawler.archive.salvage:Salvaged.read", "before", 2),
)
# Between the steps of a page that is being stored.
STORING = (
    point("crawler.archive.warc:os.write", "half", 5),
    point("crawler.archive.warc:WarcWriter.write", "after", 7),
    point("crawler.archive.warc:os.fsync", "after", 3),
    point("crawler.fetch.pipeline:store", "before", 6),
    point("crawler.fetch.pipeline:store", "after", 9),
    point("sql:COMMIT", "before", 40),
    point("sql:COMMIT", "after", 41),
)
# The end of a run: articles are cleaned, figures taken, the log is moved into the database.
ENDING = (
    point("crawler.fetch.recleaning:put_cleaned", "before", 4),
    point("crawler.fetch.recleaning:put_cleaned", "after", 9),
    point(f"{SESSION}:put_measures", "before", 1),
    point(f"{SESSION}:plan_visit", "after", 1),
    point("sql:PRAGMA wal_checkpoint", "before"),
    point("sql:PRAGMA wal_checkpoint", "during=1"),
)


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: `at` a point inside the process, or by the server at a request.

    The server kills at the first request of this `kind` (any: None) from the `number`-th on, and
    at the latest PATIENCE requests later: so that a point which is not reached is a kill, too.
    """

    number: float
    at: str | None = None
    kind: str | None = None
    delay_ms: float = 0.0

    def __str__(self) -> str:
        place = self.at or f"{self.kind or 'any'}, {self.delay_ms:g} ms"
        return f"request {self.number:g}: {place}"


@dataclass(slots=True)
class Figures:
    """What the kills cost. `under_way` are the rows claimed at each kill; `wrong` says what is
    not as promised, in words."""

    seed: int
    expected: int
    hosts: int
    kills: int = 0
    stored: int = 0
    under_way: list[int] = field(default_factory=list)
    repeats: list[Repeats] = field(default_factory=list)  # requests, by the kill that cost them
    killed_at: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def refetched(self) -> int:
        """Requests repeated within the run."""
        return sum(kill.requests for kill in self.repeats)

    def as_row(self) -> dict[str, Any]:
        """One row of figures."""
        return {
            "kills": self.kills,
            "articles": f"{self.stored} of {self.expected}",
            "refetched": self.refetched,
            "a kill, mean": self.refetched / max(1, self.kills),
            "max": max((kill.requests for kill in self.repeats), default=0),
            "answered, mean": sum(kill.answered for kill in self.repeats) / max(1, self.kills),
            "answered, max": max((kill.answered for kill in self.repeats), default=0),
            "under way, max": max(self.under_way, default=0),
            "wrong": len(self.wrong),
            "seconds": self.seconds,
        }


def plan(seed: int, kills: int, requests: int) -> list[Kill]:
    """Where to kill a crawl of about so many requests: first robots.txt, then requests of every
    kind spread over the crawl with points of resume and storing among them, last the end."""
    chance = random.Random(seed)
    wanted = _some(chance, RESUME, kills // 4) + _some(chance, STORING, kills // 6)
    wanted = chance.sample(wanted, len(wanted))
    ending = _some(chance, ENDING, kills // 10)
    kinds = [kind for kind in KINDS if kind != "robots"]
    middle = max(0, kills - len(ending) - 1)
    numbers = sorted(chance.sample(range(8, int(requests * 0.93)), middle))
    inside = set(chance.sample(range(middle), min(middle, len(wanted))))
    planned = [Kill(1, None, "robots")]
    for place, number in enumerate(numbers):
        at = wanted.pop() if place in inside else None
        kind = chance.choice((None, *kinds)) if at is None else "never"
        planned.append(Kill(number, at, kind, chance.choice(DELAYS_MS)))
    return [*planned, *(Kill(float("inf"), at) for at in ending)][:kills]


def _some(chance: random.Random, points: Sequence[str], wanted: int) -> list[str]:
    """So many of the points, at least one, in their order."""
    chosen = set(chance.sample(range(len(points)), min(len(points), max(1, wanted))))
    return [text for number, text in enumerate(points) if number in chosen]


def workplace(folder: Path, towns: Towns) -> Workplace:
    """A folder with the records of the towns."""
    place = Workplace(folder)
    for town in towns.portals:
        place.add(town["id"], f'url = "{town["url"]}"')
    return place


def crawl_words(place: Workplace, towns: Towns) -> list[str]:
    """The words of `khotin crawl` over all towns."""
    ids = [town["id"] for town in towns.portals]
    return ["crawl", *ids, "--db", str(place.db), "--allow-private", "--json"]


def start(place: Workplace, towns: Towns, *points: str, **settings: Any) -> subprocess.Popen[str]:
    """A crawl of the towns that dies at these points."""
    return place.start(HERE, *points, "--", *crawl_words(place, towns), **settings)


def killed_crawl(
    folder: Path,
    towns: Towns,
    kills: Sequence[Kill],
    seed: int = 0,
    *,
    say: Callable[[str], None] = lambda line: None,
    **settings: Any,
) -> Figures:
    """Kill and resume at each point in turn, then let the crawl end; see `Figures`.

    `say` is told each kill as it comes.
    """
    figures = Figures(seed, towns.expected, towns.hosts)
    place = workplace(folder, towns)
    began = time.monotonic()
    for kill in kills:
        if not _killed(place, towns, kill, figures, settings):
            break  # it ended before this point was reached
        say(f"{figures.kills}: {kill}; {towns.asked.total()} requests so far")
    else:
        _killed(place, towns, None, figures, settings)
    _judge(place, figures)
    figures.seconds = round(time.monotonic() - began, 1)
    return figures


def _killed(
    place: Workplace, towns: Towns, kill: Kill | None, figures: Figures, settings: dict[str, Any]
) -> bool:
    """One crawl with one kill or none; False when it ended by itself."""
    over = _is_over(place.db)
    process = start(place, towns, *([kill.at] if kill and kill.at else []), **settings)
    fell = _Fall(process, kill) if kill is not None else None
    towns.trigger = fell
    towns.announce(lambda: process.poll() is None, anew=over)
    out, err = process.communicate(timeout=LIMIT_S)
    towns.trigger = None
    if not over:  # else it is another visit, which asks for lists and feeds anew
        figures.repeats.append(towns.repeats[-1])
    if process.returncode != -signal.SIGKILL:
        _ended(place, process.returncode, f"{kill}: {err}", out, figures)
        return False
    figures.kills += 1
    assert kill is not None and fell is not None
    figures.killed_at[fell.kind or (kill.at or "").split(":")[1] or "statement"] += 1
    figures.under_way.append(_claimed(place.db))
    return True


class _Fall:
    """The server's side of a kill; `kind` is that of the request it killed at."""

    def __init__(self, process: subprocess.Popen[str], kill: Kill) -> None:
        self.kind: str | None = None
        self._process = process
        self._kill = kill
        self._once = threading.Lock()

    def __call__(self, ask: Ask, kind: str, count: int) -> None:
        kill = self._kill
        late = count >= kill.number + PATIENCE
        if count < kill.number or (kill.kind not in (None, kind) and not late):
            return
        if not self._once.acquire(blocking=False):
            return
        if self._process.poll() is None:
            self.kind = kind
        if kill.delay_ms:
            threading.Timer(kill.delay_ms / 1000, self._process.kill).start()
        else:
            self._process.kill()
            self._process.wait()


def _ended(place: Workplace, status: int, said: str, out: str, figures: Figures) -> None:
    """A crawl ended by itself: its status must be done, and nothing due be left."""
    figures.statuses[status] += 1
    if status != 0:
        figures.wrong.append(f"exit status {status}: {said[-800:]}")
        return
    if left := due_now(place.db, time.time()):
        figures.wrong.append(f"exit status 0 with {left} addresses due")
    if (state := json.loads(out)["state"]) != "done":
        figures.wrong.append(f"exit status 0, and the report says {state}")


def _judge(place: Workplace, figures: Figures) -> None:
    """Hold what is stored, and what was asked twice, against what was promised."""
    with closing(sqlite3.connect(place.db)) as conn:
        (figures.stored,) = conn.execute("SELECT count(*) FROM articles").fetchone()
    if figures.stored != figures.expected:
        figures.wrong.append(f"{figures.stored} of {figures.expected} articles are stored")
    # One request of each host can be on the wire; whatever was received is in a record. What was
    # under way may be asked again by any later crawl: the next may be killed before it asks.
    for number, kill in enumerate(figures.repeats, 1):
        if kill.requests > figures.hosts:
            figures.wrong.append(
                f"kill {number} made {kill.requests} requests be repeated, of {figures.hosts} hosts"
            )
    figures.wrong += faults(place.db) + leftovers(place.db)


def _is_over(db: Path) -> bool:
    """Whether the archive's run has ended: what comes now is another."""
    if not db.exists():
        return False
    with closing(sqlite3.connect(db)) as conn:
        try:
            states = {state for (state,) in conn.execute("SELECT state FROM runs")}
        except sqlite3.OperationalError:
            return False
    return bool(states) and "running" not in states


def _claimed(db: Path) -> int:
    if not db.exists():
        return 0
    with closing(sqlite3.connect(db)) as conn:
        try:
            sql = "SELECT count(*) FROM frontier WHERE state = 'claimed'"
            return int(conn.execute(sql).fetchone()[0])
        except sqlite3.OperationalError:
            return 0  # killed before the tables were made
