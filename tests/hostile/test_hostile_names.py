"""Names: dead ones hold up nobody, and a public one without a contact is asked nothing."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

from crawler.exits import Exit
from tests.hostile import Hostile
from tests.hostile.crawls import SETTINGS, crawled, khotin
from tests.hostile.faults import Fault, Must, answers, page

DELAY_S = 0.1
DEAD = tuple(f"dead-{number}" for number in range(40))
TIMEOUT_S = 12
SOUND = Fault("sound", "nothing", Must(portal=("done",)), answers(page("<p>trang</p>")))


def test_forty_dead_names_delay_no_request_of_a_live_site(tmp_path: Path) -> None:
    settings: dict[str, Any] = {
        "KHOTIN_DELAY_PUBLIC_S": DELAY_S,
        "KHOTIN_DNS_TIMEOUT_S": TIMEOUT_S,
        "KHOTIN_ORIGIN_FAILURES": 1,
        "KHOTIN_DNS_THREADS": len(DEAD) + 1,  # one that nobody holds up
    }
    with crawled(tmp_path, [SOUND], dead=DEAD, **settings) as done:
        log = done.server.seen("sound")
        took = log[-1].ended - log[0].at
        gaps = [later.at - earlier.ended for earlier, later in pairwise(log)]
        print(f"{len(log)} requests in {took:.1f} s beside {len(DEAD)} dead names")
        assert done.portal("sound")["articles_new"] == 3
        assert min(gaps) >= DELAY_S
        assert took < TIMEOUT_S - 2  # over before the first of the dead names was given up
        assert {(done.portal(id_)["state"], done.portal(id_)["why"]) for id_ in DEAD} == {
            ("failed", "start page: dns")
        }


def test_a_public_name_is_asked_nothing_without_a_contact_on_an_intranet_crawl_either(
    tmp_path: Path,
) -> None:
    with Hostile([SOUND], seed=1) as server:
        settings = {**SETTINGS, "KHOTIN_CONTACT": ""}
        status, _, err = khotin(tmp_path, server, settings, "--allow-private")
        assert status == Exit.USAGE
        assert "needs a contact in the User-Agent" in err
        assert server.log == []
