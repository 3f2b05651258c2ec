"""What every table and column of an archive means, in English and Vietnamese, with its unit.

The words are data (catalogue.tsv); the web pages, the metadata that Datasette publishes and
docs/serving.md are made from them, and a test holds them against the real schema.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, Literal

Language = Literal["en", "vi"]

# What a researcher works with. The rest of the tables is the crawler's own book-keeping.
RESEARCH = (
    "articles",
    "portals",
    "versions",
    "images",
    "attachments",
    "citations",
    "tags",
    "units",
    "unit_successors",
    "portal_units",
)
FACETS = {
    "articles": ["portal_id", "province", "level", "year"],
    "portals": ["province", "level", "platform", "status"],
    "units": ["type"],
    "captures": ["portal_id", "kind", "status"],
    "frontier": ["portal_id", "kind", "state"],
    "problems": ["portal_id", "stage", "kind"],
}
NEWEST_FIRST = {
    "articles": "published_at",
    "versions": "seen_at",
    "captures": "id",
    "runs": "id",
    "problems": "id",
}
# Columns that nobody sorts by, and that would make SQLite read and hold every text to do so.
UNSORTED = ("text", "lead", "folded", "body", "flags", "args", "reasons", "numbers", "detail")
LABEL = {"articles": "title", "portals": "name", "units": "name"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its unit (empty for plain text) and its meaning in both languages.

    `shown` says that the table page has the column; the others are one click away.
    """

    name: str
    unit: str
    shown: bool
    en: str
    vi: str

    def meaning(self, language: Language) -> str:
        """The description, followed by the unit in brackets."""
        text = self.vi if language == "vi" else self.en
        return f"{text} [{self.unit}]" if self.unit else text


@dataclass(frozen=True, slots=True)
class Table:
    """One table: title and description in both languages, columns in the order of the schema."""

    name: str
    titles: dict[Language, str]
    texts: dict[Language, str]
    columns: dict[str, Column] = field(default_factory=dict)

    @property
    def research(self) -> bool:
        return self.name in RESEARCH

    def shown(self) -> list[str]:
        """Names of the columns that the table page shows unasked."""
        return [column.name for column in self.columns.values() if column.shown]


def _load() -> dict[str, Table]:
    tables: dict[str, Table] = {}
    text = (resources.files("crawler.web") / "catalogue.tsv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        name, column = row["table"], row["column"]
        if column:
            shown = row["shown"] == "x"
            tables[name].columns[column] = Column(column, row["unit"], shown, row["en"], row["vi"])
        else:
            (en, _, en_text), (vi, _, vi_text) = (
                row["en"].partition(": "),
                row["vi"].partition(": "),
            )
            texts: dict[Language, str] = {"en": _sentence(en_text), "vi": _sentence(vi_text)}
            tables[name] = Table(name, {"en": en, "vi": vi}, texts)
    first = {name: place for place, name in enumerate(RESEARCH)}
    return dict(sorted(tables.items(), key=lambda item: first.get(item[0], len(first))))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


TABLES: dict[str, Table] = _load()


def metadata(tables: set[str]) -> dict[str, Any]:
    """Datasette's metadata for those tables of one archive; titles and descriptions in English."""
    return {name: _table_metadata(TABLES[name]) for name in TABLES if name in tables}


def _table_metadata(table: Table) -> dict[str, Any]:
    text = table.texts["en"]
    if not table.research:
        text = f"The crawler's own table. {text}"
    data: dict[str, Any] = {
        "title": table.titles["en"],
        "description": text,
        "hidden": not table.research,
        "columns": {name: column.meaning("en") for name, column in table.columns.items()},
    }
    data["sortable_columns"] = [name for name in table.columns if name not in UNSORTED]
    if table.name in FACETS:
        data["facets"] = FACETS[table.name]
    if table.name in NEWEST_FIRST:
        data["sort_desc"] = NEWEST_FIRST[table.name]
    if table.name in LABEL:
        data["label_column"] = LABEL[table.name]
    return data


def markdown() -> str:
    """The tables as docs/serving.md prints them."""
    lines: list[str] = []
    for table in TABLES.values():
        own = "" if table.research else " (the crawler's own)"
        lines += [f"### {table.name}{own}", "", f"{table.texts['en']}", ""]
        lines += ["| column | unit | meaning |", "|---|---|---|"]
        lines += [f"| {c.name} | {c.unit} | {c.en} |" for c in table.columns.values()]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    import sys

    sys.stdout.write(markdown())
