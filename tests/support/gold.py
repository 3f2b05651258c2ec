"""The gold fixtures: folders with a page, what is known about it and what it must give."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from crawler.reader.model import Page

FOLDER = Path(__file__).resolve().parents[1] / "gold"


@dataclass(frozen=True, slots=True)
class Fixture:
    """One folder of `tests/gold`. `recognised` is the platform that the page alone tells of."""

    name: str
    markup: str
    url: str
    captured_at: datetime
    headers: tuple[tuple[str, str], ...]
    family: str
    recognised: str
    trust: str
    expected: dict[str, Any]

    def page(self, markup: str | None = None) -> Page:
        """The page as captured, or with another markup."""
        text = self.markup if markup is None else markup
        return Page(
            body=text.encode(),
            url=self.url,
            headers=self.headers,
            captured_at=self.captured_at,
        )


@cache
def fixtures() -> tuple[Fixture, ...]:
    """All fixtures that have a page, by name."""
    return tuple(_load(path.parent) for path in sorted(FOLDER.glob("*/page.html")))


def _load(folder: Path) -> Fixture:
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    return Fixture(
        name=folder.name,
        markup=(folder / "page.html").read_text(encoding="utf-8"),
        url=meta["url"],
        captured_at=datetime.fromisoformat(meta["captured_at"]),
        headers=tuple((name, value) for name, value in meta["headers"]),
        family=meta["family"],
        recognised=meta["recognised"],
        trust=meta["trust"],
        expected=json.loads((folder / "expected.json").read_text(encoding="utf-8")),
    )
