"""docs/adding-a-portal.md keeps up with the fields and the commands."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from crawler.commands.portals import portals
from crawler.portals.model import LEVELS, STATUSES
from crawler.portals.record_files import FIELDS
from crawler.portals.registry import Registry

DOC = (Path(__file__).parents[2] / "docs" / "adding-a-portal.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("word", [*FIELDS, *LEVELS, *STATUSES])
def test_every_field_and_value_is_explained(word: str) -> None:
    assert f"`{word}`" in DOC


@pytest.mark.parametrize("command", sorted(portals.commands))
def test_every_command_is_shown(command: str) -> None:
    assert f"khotin portals {command}" in DOC.replace("--records FOLDER ", "")


def test_the_example_is_the_record_itself() -> None:
    example = tomllib.loads(DOC.split("```toml\n")[1].split("```")[0])
    portal = Registry.load().get("samson-thanhhoa")
    (row,) = example["portal"]
    assert example["province"] == portal.province
    for field, value in row.items():
        found = getattr(portal, field)
        assert (list(found) if isinstance(found, tuple) else found) == value
