"""What visits by the clock cost and find: khotin's schedule beside fixed ones, on real stamps.

A year of each portal is played through without a network: articles appear when their stamps say,
are edited when their last save says, and a policy decides when to look. The rules are the crawl's
own (crawler.archive.schedule, crawler.archive.revisits); a portal's past is known when the year
begins, as it is after a first crawl.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import mean, quantiles
from typing import Any

import click

from bench import results
from crawler.archive.revisits import revisit_after_s
from crawler.archive.schedule import DAY_S, VisitRule, learned_interval
from crawler.demo import build
from tests.support.egov import GOLD
from tests.support.shared import MISSING, shared_file, shared_path

YEAR_S = 365 * DAY_S
VISIT_REQUESTS = 6  # start page, feeds and first pages of listings: what every visit asks for
BUSY = (1, 10, 60)  # portals publish once a week to several times a day: the stamps, run faster
RECENT_S = 30 * DAY_S

Stamp = tuple[float, float]  # published, last saved: seconds since the first day of the year


@dataclass(slots=True)
class Tally:
    """Requests spent in a year, and seconds until articles and edits were found."""

    requests: int = 0
    found_s: list[float] = field(default_factory=list)
    edits_s: list[float] = field(default_factory=list)
    edits: int = 0

    def add(self, other: Tally) -> None:
        self.requests += other.requests
        self.found_s += other.found_s
        self.edits_s += other.edits_s
        self.edits += other.edits

    def row(self, policy: str) -> dict[str, Any]:
        twentieths = quantiles(self.found_s, n=20) if len(self.found_s) > 1 else [0.0]
        return {
            "policy": policy,
            "requests a day": self.requests / 365,
            "articles": len(self.found_s),
            "hours to find one": mean(self.found_s or [0.0]) / 3600,
            "95 % within, hours": twentieths[-1] / 3600,
            "edits found": f"{len(self.edits_s)} of {self.edits}",
            "days to find one": mean(self.edits_s or [0.0]) / DAY_S,
        }


@dataclass(frozen=True, slots=True)
class Policy:
    """When to visit (seconds from the stamps known so far), and when to look again at an article
    (seconds from its age and the looks that found nothing), None for never."""

    name: str
    interval_s: Callable[[Sequence[float], float], float]
    look_again_s: Callable[[float, int], float | None]


def run() -> dict[str, Any]:
    """Play the year of every portal under every policy, and print what each cost and found."""
    taken_on = results.machine()
    portals = list(_portals())
    ours = Policy("khotin", _learned, revisit_after_s)
    spent = _year(portals, ours).requests
    policies = (
        Policy("daily, articles never again", _every(DAY_S), lambda age, looks: None),
        Policy("daily, a month's articles each time", _every(DAY_S), _recent),
        ours,
        Policy("khotin's visits, articles never again", _learned, lambda age, looks: None),
        _fixed_at(portals, spent),
    )
    rows = [_year(portals, policy).row(policy.name) for policy in policies]
    results.show(f"A year of {len(portals)} portals, {VISIT_REQUESTS} requests a visit", rows)
    click.echo(f"\nwritten to {results.write('schedule', {'rows': rows}, taken_on)}")
    return {"rows": rows}


def _learned(stamps: Sequence[float], now: float) -> float:
    moments = (_moment(stamp) for stamp in stamps)
    return learned_interval(moments, _moment(now), VisitRule()).seconds


def _every(seconds: float) -> Callable[[Sequence[float], float], float]:
    return lambda stamps, now: seconds


def _recent(age_s: float, unchanged: int) -> float | None:
    return DAY_S if age_s < RECENT_S else None


def _fixed_at(portals: Sequence[Sequence[Stamp]], requests: int) -> Policy:
    """One interval for all that spends as many requests as ours, articles looked at alike."""
    low, high = 3600.0, 60 * DAY_S
    for _ in range(20):
        middle = (low + high) / 2
        policy = Policy("one interval", _every(middle), revisit_after_s)
        if _year(portals, policy).requests > requests:
            low = middle
        else:
            high = middle
    name = f"every {high / 3600:.0f} h, as many requests as khotin"
    return Policy(name, _every(high), revisit_after_s)


def _year(portals: Sequence[Sequence[Stamp]], policy: Policy) -> Tally:
    total = Tally()
    for stamps in portals:
        total.add(_play(stamps, policy))
    return total


def _play(stamps: Sequence[Stamp], policy: Policy) -> Tally:
    """One portal's year. An edit made before the article was found is no edit to us."""
    tally = Tally()
    known = [published for published, _ in stamps if published < 0]
    coming = sorted(stamp for stamp in stamps if 0 <= stamp[0] < YEAR_S)
    tally.edits = sum(1 for published, saved in coming if published < saved < YEAR_S)
    looks: list[tuple[float, float, float, int]] = []  # due, published, last save unseen, looks
    now, position = policy.interval_s(known, 0.0), 0
    while now < YEAR_S:
        tally.requests += VISIT_REQUESTS
        while position < len(coming) and coming[position][0] <= now:
            published, saved = coming[position]
            position += 1
            known.append(published)
            tally.requests += 1
            tally.found_s.append(now - published)
            if published < saved <= now:
                tally.edits_s.append(now - saved)
                saved = published
            _plan(looks, policy, now, published, saved, 0)
        _look(looks, policy, now, tally)
        now += policy.interval_s(known, now)
    return tally


def _look(
    looks: list[tuple[float, float, float, int]], policy: Policy, now: float, tally: Tally
) -> None:
    """Ask again for the articles that are due at this visit."""
    while looks and looks[0][0] <= now:
        _, published, saved, unchanged = heapq.heappop(looks)
        tally.requests += 1
        if published < saved <= now:
            tally.edits_s.append(now - saved)
            _plan(looks, policy, now, published, published, 0)
        else:
            _plan(looks, policy, now, published, saved, unchanged + 1)


def _plan(
    looks: list[tuple[float, float, float, int]],
    policy: Policy,
    now: float,
    published: float,
    saved: float,
    unchanged: int,
) -> None:
    wait_s = policy.look_again_s(now - published, unchanged)
    if wait_s is not None:
        heapq.heappush(looks, (now + wait_s, published, saved, unchanged))


def _portals() -> Iterator[list[Stamp]]:
    """The stamps of the captured and the demo portals, as they are and run faster, so that their
    year holds more: seconds from the first day of the last year that they cover."""
    found = [
        [
            (draft.moment.timestamp(), draft.saved.timestamp())
            for draft in (entry.draft for entry in portal.entries)
        ]
        for portal in build(articles_per_portal=400)
    ]
    if shared_path(GOLD) is None:
        click.echo(f"captured portal: skipped, {MISSING}")
    else:
        found.append(_captured())
    for stamps in found:
        end = max(published for published, _ in stamps)
        for speed in BUSY:
            yield [_shifted(published, saved, end, speed) for published, saved in stamps]


def _shifted(published: float, saved: float, end: float, speed: float) -> Stamp:
    moved = (published - end) / speed + YEAR_S
    return moved, moved + saved - published


def _captured() -> list[Stamp]:
    rows = map(json.loads, shared_file(GOLD).read_text(encoding="utf-8").splitlines())
    return [
        (float(row["publ_epoch"]), float(row["edit_epoch"]))
        for row in rows
        if row["visible"] and row["current"]
    ]


def _moment(seconds: float) -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
