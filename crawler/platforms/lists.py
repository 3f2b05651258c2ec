"""Lists that a portal fills by a script: where their items come from, and how the answer says them.

A profile names them in `[[lists]]`. Places in braces (`{page}`, `{ID}`) are filled from the page
that asks, or from the item that is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

PLACE = re.compile(r"\{(slug:)?(\w+)\}")
COUNTERS = ("{page}", "{offset}")
_ESCAPED = re.compile(r"\\(?:/|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))")


@dataclass(frozen=True, slots=True)
class ListItems:
    """Where the items of an answer stand.

    Of JSON: `path` leads to them by keys joined by dots ("" when the answer is the list itself,
    None when nobody knows: the first list of objects that give an address); `url` is the template
    of an item's address; `title` and `published` are names of its fields (first one with a value
    wins); `pages` is the path of the number of pages. Of HTML: `path` is the selector of an item,
    `published` are sources in it; addresses and titles are those of links.
    """

    path: str | None
    url: str | None = None
    title: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    pages: str | None = None


@dataclass(frozen=True, slots=True)
class ScriptList:
    """One kind of list.

    `at` tells the addresses of its answers. `each` finds the lists on a page, one for each
    different match; its named groups, those of `find` (first match on the page, else `default`),
    `{size}` and `{page}` or `{offset}` fill `url` and `fields`. These are sent in the query by
    GET, in a form by POST. `first` is the number of the first page.
    """

    id: str
    answer: Literal["json", "html"]
    method: Literal["GET", "POST"]
    url: str
    at: re.Pattern[str]
    each: re.Pattern[str]
    fields: tuple[tuple[str, str], ...]
    items: ListItems
    find: tuple[tuple[str, re.Pattern[str]], ...] = ()
    default: tuple[tuple[str, str], ...] = ()
    first: int = 1
    size: int = 10

    @property
    def counter(self) -> tuple[str, int]:
        """The field that turns the pages, and by how much it grows from one to the next."""
        name, text = next(pair for pair in self.fields if pair[1] in COUNTERS)
        return name, 1 if text == "{page}" else self.size

    def start(self) -> dict[str, str]:
        """What the first page fills into the places for numbers."""
        return {"page": str(self.first), "offset": "0", "size": str(self.size)}

    def values_on(self, markup: str, most: int) -> list[dict[str, str]]:
        """What fills the places of each list that a page names, `most` of them at most."""
        shared = dict(self.default)
        for name, pattern in self.find:
            if found := pattern.search(markup):
                shared[name] = unescaped(next(filter(None, found.groups()), ""))
        lists: dict[tuple[tuple[str, str], ...], dict[str, str]] = {}
        for match in self.each.finditer(markup):
            own = {name: unescaped(text) for name, text in match.groupdict().items() if text}
            lists.setdefault(tuple(sorted(own.items())), {**self.start(), **shared, **own})
            if len(lists) >= most:
                break
        return list(lists.values())


def filled(template: str, values: Mapping[str, str]) -> str | None:
    """The template with its places filled; None when one has no value."""
    names = [name for _, name in PLACE.findall(template)]
    if not all(values.get(name) for name in names):
        return None
    return PLACE.sub(lambda place: values[place.group(2)], template)


def unescaped(text: str) -> str:
    """A string of a script without what escapes it there (`\\/`, `\\x26`, `\\u0026`)."""
    return _ESCAPED.sub(
        lambda found: chr(int(code, 16)) if (code := found.group(1) or found.group(2)) else "/",
        text,
    ).replace("&amp;", "&")


def build_list(data: dict[str, Any]) -> ScriptList:
    """A ScriptList from schema-checked TOML data."""
    items = data.get("items", {})
    return ScriptList(
        id=data["id"],
        answer=data["answer"],
        method=data.get("method", "GET"),
        url=data["url"],
        at=re.compile(data["at"], re.IGNORECASE),
        each=re.compile(data["each"], re.IGNORECASE),
        fields=tuple(data["fields"].items()),
        items=ListItems(
            items.get("path"),
            items.get("url"),
            tuple(items.get("title", ())),
            tuple(items.get("published", ())),
            items.get("pages"),
        ),
        find=tuple((name, re.compile(text, re.IGNORECASE)) for name, text in data["find"].items())
        if "find" in data
        else (),
        default=tuple(data.get("default", {}).items()),
        first=data.get("first", 1),
        size=data.get("size", 10),
    )
