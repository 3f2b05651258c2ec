"""The update of the floors, on copies: it raises, it refuses to lower, it keeps the reason."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.accuracy.command import main
from tests.accuracy.corpora import corpora
from tests.accuracy.floors import FILE, Floors, Held, Lowered, Place, Removed, dump, load
from tests.accuracy.gate import Run
from tests.accuracy.measures import MEASURES, is_worse
from tests.accuracy.tables import END, START, section
from tests.support.gold import FOLDER

FIXTURES = ("drupal-1", "drupal-2", "joomla-1")
REASON = "the page's title was cut by hand"


@dataclass
class Copy:
    """A folder of three fixtures with its own floors and document."""

    folder: Path

    @property
    def gold(self) -> Path:
        """Anew for every run: fixtures are read once per folder."""
        number = len(list(self.folder.glob("gold-*")))
        return Path(shutil.copytree(self.folder / "gold", self.folder / f"gold-{number}"))

    @property
    def floors(self) -> Floors:
        return load(self.folder / "floors.toml")

    @property
    def text(self) -> str:
        return (self.folder / "floors.toml").read_text(encoding="utf-8")

    def run(self, *options: str) -> Result:
        places = ["--gold", self.gold, "--floors", self.folder / "floors.toml"]
        places += ["--document", self.folder / "measuring.md"]
        arguments = [*options, "--only", "gold", *map(str, places)]
        return CliRunner().invoke(main, arguments, catch_exceptions=False)

    def alter(self, name: str, change: Callable[[dict[str, Any]], None]) -> None:
        """Change what a fixture must give: for the reader, as if it read the page worse."""
        path = self.folder / "gold" / name / "expected.json"
        expected = json.loads(path.read_text(encoding="utf-8"))
        change(expected)
        path.write_text(json.dumps(expected, ensure_ascii=False), encoding="utf-8")


def retitle(expected: dict[str, Any]) -> None:
    expected["title"] = "Một tiêu đề không có trên trang"


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    for name in FIXTURES:
        shutil.copytree(FOLDER / name, tmp_path / "gold" / name)
    document = f"# Figures\n\n{START}{END}\nAfter.\n"
    (tmp_path / "measuring.md").write_text(document, encoding="utf-8")
    made = Copy(tmp_path)
    assert made.run("--update").exit_code == 0
    return made


def test_an_update_takes_in_new_corpora_and_then_nothing_falls(copy: Copy) -> None:
    assert set(copy.floors.corpora) == {"gold", "gold/drupal", "gold/joomla"}
    held = copy.floors.corpora["gold/drupal"]
    assert held.floors["profile", "title"] == 1.0
    assert held.floors["profile", "paragraphs_lost"] == 0
    again = copy.run()
    assert again.exit_code == 0
    assert "Nothing fell." in again.output
    assert re.search(r"\| gold/drupal +\| generic +\| 2 ", again.output)


def test_the_document_gets_the_tables_and_keeps_the_rest(copy: Copy) -> None:
    text = (copy.folder / "measuring.md").read_text(encoding="utf-8")
    assert text.startswith("# Figures\n") and text.endswith(f"{END}\nAfter.\n")
    assert section(copy.floors) in text
    assert re.search(r"\| drupal +\| 2 +\| 1 ", text)


def test_a_fall_is_told_with_its_measure_its_floor_and_its_page(copy: Copy) -> None:
    copy.alter("drupal-1", retitle)
    told = copy.run()
    assert told.exit_code == 1
    assert "gold/drupal, profile: title is 0, the floor is 1" in told.output
    assert "drupal-1: said" in told.output and "should be 'Một tiêu đề" in told.output
    assert "gold, profile: title is 0.5, the floor is 1" in told.output
    assert re.search(r"\| gold/drupal +\| profile +\| 2 .*\| 0 \(floor 1\) +\|", told.output)


def test_an_update_that_would_lower_a_floor_is_refused_whole(copy: Copy) -> None:
    before = copy.text
    copy.alter("drupal-1", retitle)
    shutil.copytree(FOLDER / "dnn-1", copy.folder / "gold" / "dnn-1")
    refused = copy.run("--update")
    assert refused.exit_code == 1
    assert "title is 0, the floor is 1" in refused.output
    assert '--lower "REASON"' in refused.output
    assert copy.text == before


def test_a_floor_is_lowered_for_a_reason_that_is_kept_until_it_is_back(copy: Copy) -> None:
    original = (copy.folder / "gold" / "drupal-1" / "expected.json").read_bytes()
    copy.alter("drupal-1", retitle)
    assert copy.run("--update", "--lower", REASON).exit_code == 0
    held = copy.floors.corpora["gold/drupal"]
    assert held.floors["profile", "title"] == 0.0
    today = date.today().isoformat()
    assert Lowered("profile", "title", 1.0, 0.0, today, REASON) in held.lowered
    assert f'to = 0.0, on = "{today}", reason = "{REASON}"' in copy.text
    assert not copy.floors.corpora["gold/joomla"].lowered
    assert copy.run().exit_code == 0
    (copy.folder / "gold" / "drupal-1" / "expected.json").write_bytes(original)
    assert copy.run("--update").exit_code == 0
    held = copy.floors.corpora["gold/drupal"]
    assert (held.floors["profile", "title"], held.lowered) == (1.0, [])


def test_a_corpus_that_changed_must_be_taken_in_though_nothing_fell(copy: Copy) -> None:
    page = copy.folder / "gold" / "drupal-1" / "page.html"
    page.write_bytes(page.read_bytes() + b"\n")
    told = copy.run()
    assert told.exit_code == 1
    assert "gold/drupal changed (2 pages then, 2 now)" in told.output
    assert "run python -m tests.accuracy --update" in told.output
    assert "gold/joomla changed" not in told.output
    assert copy.run("--update").exit_code == 0
    assert copy.run().exit_code == 0


def test_a_new_corpus_has_no_floors_until_the_update(copy: Copy) -> None:
    shutil.copytree(FOLDER / "dnn-1", copy.folder / "gold" / "dnn-1")
    told = copy.run()
    assert told.exit_code == 1
    assert "gold/dnn has no floors yet" in told.output
    assert copy.run("--update").exit_code == 0
    assert "gold/dnn" in copy.floors.corpora


def test_a_corpus_is_given_up_only_for_a_reason(copy: Copy) -> None:
    shutil.rmtree(copy.folder / "gold" / "joomla-1")
    assert "gold/joomla has floors and is no more" in copy.run().output
    assert copy.run("--update").exit_code == 1
    assert "gold/joomla" in copy.floors.corpora
    assert copy.run("--update", "--lower", "the family is gone").exit_code == 0
    assert "gold/joomla" not in copy.floors.corpora
    (removed,) = copy.floors.removed
    assert (removed.corpus, removed.reason) == ("gold/joomla", "the family is gone")


def test_what_is_required_is_lowered_by_no_reason(copy: Copy) -> None:
    text = f'[required."gold/drupal"]\ntitle = {{ profile = 0.9 }}\n\n{copy.text}'
    (copy.folder / "floors.toml").write_text(text, encoding="utf-8")
    copy.alter("drupal-1", retitle)
    refused = copy.run("--update", "--lower", REASON)
    assert refused.exit_code == 1
    assert "What is required is never lowered" in refused.output
    assert copy.text == text


def test_what_is_required_is_kept_by_every_update(copy: Copy) -> None:
    text = f'[required."gold/drupal"]\ntitle = {{ profile = 0.9 }}\n\n{copy.text}'
    (copy.folder / "floors.toml").write_text(text, encoding="utf-8")
    assert copy.run("--update").exit_code == 0
    assert copy.floors.required == {Place("gold/drupal", "profile", "title"): 0.9}


@pytest.mark.parametrize("options", [["--lower", "why"], ["--update", "--lower", "  "]])
def test_a_reason_needs_an_update_and_words(copy: Copy, options: list[str]) -> None:
    assert copy.run(*options).exit_code == 2


def test_the_tables_are_printed_without_measuring(copy: Copy) -> None:
    assert copy.run("--markdown").output == section(copy.floors) + "\n"


def test_the_floors_are_written_as_they_are_read() -> None:
    assert dump(load(FILE)) == FILE.read_text(encoding="utf-8")


def test_floors_with_everything_survive_the_file(tmp_path: Path) -> None:
    lowered = [
        Lowered("generic", "no_leak", 0.5, None, "2026-01-02", 'tiếng Việt, "trích"\\'),
        Lowered("generic", "paragraphs_lost", 1, 2, "2026-01-02", "vì sao"),
    ]
    floors = Floors(
        {Place("egov/2", "profile", "title"): 0.995},
        {"gold/a-b": Held("ab", 3, {("generic", "text_f1"): 0.9123}, lowered)},
        [Removed("gold/xưa", "2026-01-02", "không còn")],
    )
    path = tmp_path / "floors.toml"
    path.write_text(dump(floors), encoding="utf-8")
    assert load(path) == floors


def test_fewer_lost_paragraphs_are_better_and_larger_shares_are() -> None:
    assert is_worse("paragraphs_lost", 2, 1) and not is_worse("paragraphs_lost", 1, 2)
    assert is_worse("text_f1", 0.9, 0.91) and not is_worse("text_f1", 0.91, 0.91)


def test_fingerprints_and_figures_are_the_same_in_every_run() -> None:
    names = ("gold/drupal", "demo/thanhgiang/3")
    first, second = Run(), Run()
    for name in names:
        one, other = first.measured(name), second.measured(name)
        assert (one.fingerprint, one.places) == (other.fingerprint, other.places)
        assert {place.measure for place in one.places} <= set(MEASURES)


def test_every_fixture_folder_is_in_a_corpus() -> None:
    keys = {page.key for corpus in corpora() if corpus.group == "gold" for page in corpus.load()}
    assert keys == {path.name for path in FOLDER.iterdir() if path.is_dir()}
