"""The gold fixtures: folders with a page, what is known about it and what it must give."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from crawler.reader.model import Page
from tests.support.leaks import lines_of
from tests.support.truth import Truth

FOLDER = Path(__file__).resolve().parents[1] / "gold"


_TEXTS = ("title", "lead", "author", "source")


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

    @property
    def truth(self) -> Truth | None:
        """What the article holds; None for a page of another kind."""
        if self.expected["kind"] != "article":
            return None
        title, lead, author, source = (self.expected.get(key) or "" for key in _TEXTS)
        images = self.expected.get("images", [])
        files = self.expected.get("attachments", [])
        return Truth(
            key=self.name,
            title=title,
            lead=lead,
            paragraphs=tuple(lines_of(self.expected["text"])),
            published=self.expected.get("published_at") or "",
            author=author,
            source=source,
            captions=tuple(image["caption"] for image in images if image["caption"]),
            images=tuple(image["url"] for image in images),
            tags=frozenset(self.expected.get("tags", ())),
            attachments=tuple((file["url"], file["name"]) for file in files),
        )

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
def fixtures(folder: Path = FOLDER) -> tuple[Fixture, ...]:
    """All fixtures that have a page, by name."""
    return tuple(_load(path.parent) for path in sorted(folder.glob("*/page.html")))


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
