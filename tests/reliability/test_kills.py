"""The short form of `python -m bench reliability`: a crawl killed at seeded points, resumed."""

from __future__ import annotations

from pathlib import Path

from tests.support.kills import ENDING, RESUME, STORING, killed_crawl, plan
from tests.support.towns import Towns

SEED = 20
KILLS = 5


def test_a_crawl_killed_at_seeded_points_ends_whole_with_little_asked_twice(tmp_path: Path) -> None:
    with Towns(hosts=3, articles=12) as towns:
        kills = plan(SEED, KILLS, towns.requests)
        figures = killed_crawl(tmp_path, towns, kills, SEED, say=print, KHOTIN_READERS=1)
    assert figures.wrong == []
    assert (figures.kills, figures.stored) == (KILLS, towns.expected)
    assert dict(figures.statuses) == {0: 1}


def test_a_plan_of_kills_is_the_same_for_the_same_seed_and_covers_every_phase() -> None:
    kills = plan(7, 50, 1300)
    assert kills == plan(7, 50, 1300) != plan(8, 50, 1300)
    assert len(kills) == 50
    assert kills[0].kind == "robots"
    inside = {kill.at for kill in kills}
    assert inside & set(RESUME) and inside & set(STORING) and inside & set(ENDING)
    assert {"redirect", "feed", "listing", "pager", "article"} <= {kill.kind for kill in kills}
