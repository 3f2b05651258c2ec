"""The gate: no figure of any corpus may fall below its floor, and no corpus may change unseen."""

from __future__ import annotations

import pytest

from tests.accuracy.corpora import is_absent
from tests.accuracy.floors import load
from tests.accuracy.gate import COMMAND, Run, change, falls, gone
from tests.accuracy.measures import is_worse
from tests.accuracy.tables import DOCUMENT, section
from tests.support.shared import MISSING

RUN = Run()
FLOORS = load()
NAMES = sorted({*RUN.names, *FLOORS.corpora})


@pytest.mark.parametrize("name", NAMES)
def test_no_figure_of_a_corpus_is_below_its_floor(name: str) -> None:
    if is_absent(name):
        pytest.skip(MISSING)
    assert name not in gone(FLOORS, RUN), f"{name} has floors and is no more: {COMMAND} --update"
    now = RUN.measured(name)
    changed = change(FLOORS, now)
    assert changed is None, changed
    fallen = "\n".join(map(str, falls(FLOORS, now)))
    assert not fallen, f"below the floors ({COMMAND} shows all figures):\n{fallen}"


def test_every_floor_is_at_least_what_is_required() -> None:
    assert FLOORS.required
    for (corpus, way, measure), least in FLOORS.required.items():
        floor = FLOORS.corpora[corpus].floors[way, measure]
        assert not is_worse(measure, floor, least), (corpus, way, measure)


def test_what_is_required_of_the_captured_portal_is_written_down() -> None:
    required = {place[1:]: least for place, least in FLOORS.required.items() if place[0] == "egov"}
    fields = ("title", "published", "author", "source", "lead", "tags")
    assert {required["profile", name] for name in fields} == {0.995}
    assert required["profile", "text_f1"] == 0.995
    assert required["profile", "no_leak"] == 1.0
    assert {required["profile", name] for name in ("captions", "attachments")} == {0.99}
    assert required["learned", "text_f1"] == 0.96
    assert required["learned", "lost_to_repetition"] == 0
    assert {required["learned", name] for name in ("no_leak", "title")} == {0.99}
    assert required["learned", "published"] == 0.97


def test_the_document_shows_the_figures_that_the_floors_stand_at() -> None:
    assert section(FLOORS) in DOCUMENT.read_text(encoding="utf-8")
