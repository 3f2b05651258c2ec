"""Every fault of the catalogue, crawled by `khotin crawl` beside sound articles of the same site.

A few crawls for all of them, each over one kind of fault; the private addresses are refused as
in a real crawl, because only 127.77.0.0/16 counts as public there (tests/hostile/world.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from crawler.exits import Exit
from tests.hostile import Hostile
from tests.hostile.catalogue import FAULTS, KINDS
from tests.hostile.crawls import Hostility, crawled
from tests.hostile.faults import Fault

# Python warns of whoever serves TLS 1.0 or 1.1: here that is the fault.
pytestmark = pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
SEED = 1
PEAK_MAX_MB = 300
SECONDS_MAX = 120  # far beyond any crawl here; a fault that is not bounded takes hours
LIMITS: dict[str, dict[str, Any]] = {
    "bombs": {"KHOTIN_ANSWER_TIMEOUT_S": 15, "KHOTIN_READER_TIMEOUT_S": 2, "KHOTIN_READERS": 2},
    "transport": {},
    "redirects": {"KHOTIN_DNS_POSITIVE_S": 0},  # a name is asked for again before each connection
    "traps": {"KHOTIN_PORTAL_PAGES_MAX": 25, "KHOTIN_FEEDS_MAX": 6},
    "lies": {"KHOTIN_DELAY_PUBLIC_S": 0.02, "KHOTIN_DELAY_MARGIN_S": 0.01},
    "refusals": {},
    "secure": {},
}
AT_ONCE = 2  # crawls that run beside each other: most of their time is waiting


@pytest.fixture(scope="module")
def crawls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Hostility]]:
    """A finished crawl for each kind of fault."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        found = threads.map(lambda kind: _crawl(kind, tmp_path_factory.mktemp(kind)), LIMITS)
        made = dict(zip(LIMITS, found, strict=True))
    yield made
    for kind, crawl in made.items():
        peak = crawl.peak_bytes / 1e6
        asked = len(crawl.server.log)
        print(f"{kind}: {peak:.0f} MB peak, {crawl.seconds:.1f} s, {asked} requests, seed {SEED}")


def _crawl(kind: str, folder: Path) -> Hostility:
    with crawled(folder, KINDS[kind], seed=SEED, **LIMITS[kind]) as done:
        return done


def test_every_fault_has_a_name_and_an_address_of_its_own() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert len({(fault.place, fault.address) for fault in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize(
    ("kind", "fault"),
    [pytest.param(kind, fault, id=fault.name) for kind in KINDS for fault in KINDS[kind]],
)
def test_a_fault_ends_as_it_must(crawls: dict[str, Hostility], kind: str, fault: Fault) -> None:
    assert not crawls[kind].verdict(fault), f"seed {SEED}: {fault.does}"


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_private_is_connected_to(crawls: dict[str, Hostility], kind: str) -> None:
    assert crawls[kind].server.canary == []
    elsewhere = [place for place in crawls[kind].connected if not place.startswith("127.77.")]
    assert elsewhere == []
    assert crawls[kind].connected


@pytest.mark.parametrize("kind", KINDS)
def test_the_main_process_stays_small(crawls: dict[str, Hostility], kind: str) -> None:
    assert crawls[kind].peak_bytes / 1e6 < PEAK_MAX_MB


@pytest.mark.parametrize("kind", KINDS)
def test_a_crawl_ends_in_time_with_the_status_of_its_worst_portal(
    crawls: dict[str, Hostility], kind: str
) -> None:
    assert crawls[kind].seconds < SECONDS_MAX
    assert crawls[kind].status == crawls[kind].report["exit_status"] == Exit.FAILED


@pytest.mark.parametrize("kind", KINDS)
def test_every_claim_is_ended_and_no_page_fails_by_a_fault_of_ours(
    crawls: dict[str, Hostility], kind: str
) -> None:
    crawl = crawls[kind]
    assert crawl.query("SELECT url FROM frontier WHERE state = 'claimed'") == []
    assert crawl.query("SELECT url FROM frontier WHERE reason = 'error inside khotin'") == []
    assert crawl.query("PRAGMA integrity_check") == [("ok",)]
    assert "Traceback" not in crawl.stderr


@pytest.mark.parametrize("kind", KINDS)
def test_a_failed_row_says_why(crawls: dict[str, Hostility], kind: str) -> None:
    assert (
        crawls[kind].query("SELECT url FROM frontier WHERE state = 'failed' AND reason IS NULL")
        == []
    )


def test_one_address_is_asked_one_thing_at_a_time_with_the_delay_between(
    crawls: dict[str, Hostility],
) -> None:
    crawl = crawls["lies"]
    for site in crawl.server.places:
        seen = crawl.server.seen(site)
        gaps = [later.at - earlier.ended for earlier, later in pairwise(seen)]
        assert all(gap >= 0.02 for gap in gaps), site


def test_a_broken_connection_is_not_used_again_behind_our_back(
    crawls: dict[str, Hostility],
) -> None:
    seen = crawls["transport"].server.seen("kept-connection-dies")
    twice = [request for request in seen if "kept-connection" in request.path]
    assert len(twice) == 2
    assert twice[1].at - twice[0].ended >= 0.1  # KHOTIN_RETRY_BASE_S: a retry of ours


def test_a_theme_cookie_and_a_huge_one_never_come_back(crawls: dict[str, Hostility]) -> None:
    sent = [request.header("cookie") or "" for request in crawls["traps"].server.log]
    assert not any("nvvithemever" in cookie for cookie in sent)
    sent = [request.header("cookie") or "" for request in crawls["refusals"].server.log]
    assert max(map(len, sent)) < 8_000


def test_a_zero_retry_after_is_no_leave_to_come_back_at_once(crawls: dict[str, Hostility]) -> None:
    for name in ("wait-zero", "wait-past", "wait-negative", "wait-junk"):
        seen = [r for r in crawls["refusals"].server.seen(name) if name in r.path]
        assert seen[1].at - seen[0].ended >= 0.1, name


def test_the_same_seed_gives_the_same_faults() -> None:
    session = next(fault for fault in FAULTS if fault.name == "session-in-path")
    first, second, other = (Hostile([session], seed=seed) for seed in (5, 5, 6))
    assert [place.routes.keys() for place in first.places.values()] == [
        place.routes.keys() for place in second.places.values()
    ]
    assert other.seed != first.seed
