"""The figures as Markdown: now beside the floors, and the section of docs/measuring.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.accuracy.floors import Floors, Place
from tests.accuracy.gate import Measured
from tests.accuracy.measures import CEILINGS, KINDS, MEASURES

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "measuring.md"
START, END = "<!-- figures: written by the update -->\n", "<!-- end of figures -->"
SHORT = {"text_f1": "F1", "no_leak": "no leak", "paragraphs_lost": "lost"}
SHORT |= {"lost_to_repetition": "to repetition", "published": "time", "attachments": "files"}
COLUMNS = tuple(name for name in MEASURES if name.partition("_")[0] not in KINDS)
WAYS = ("profile", "recognised", "generic", "learned")
NAMES = {"generic": "profiles off", "learned": "profiles off, learned repetition"}


def beside(floors: Floors, measured: Sequence[Measured]) -> str:
    """Every figure now; one that differs from its floor has the floor in brackets."""
    kinds = [name for name in MEASURES if name not in COLUMNS]
    fields = _beside(floors, measured, COLUMNS)
    sums = [now for now in measured if any(place.measure in kinds for place in now.places)]
    return f"{fields}\n\n{_beside(floors, sums, kinds)}" if sums else fields


def _beside(floors: Floors, measured: Iterable[Measured], columns: Sequence[str]) -> str:
    rows = []
    for now in measured:
        held, figures = floors.places(now.name), now.places
        for way in now.results:
            places = [Place(now.name, way, column) for column in columns]
            cells = [_pair(p.measure, figures.get(p), held.get(p)) for p in places]
            rows.append([now.name, way, str(now.pages), *cells])
    return _table(["corpus", "way", "pages", *_heads(columns)], rows)


def _pair(name: str, value: float | None, floor: float | None) -> str:
    if value == floor:
        return _cell(name, value)
    told = "no floor" if floor is None else f"floor {_cell(name, floor)}"
    return f"{_cell(name, value)} ({told})"


def section(floors: Floors) -> str:
    """The figures that the floors stand at, for people: sums, kinds, and each platform."""
    sums = sorted(name for name in floors.corpora if _is_sum(floors, name))
    rest = [name for name in sorted(floors.corpora) if name not in sums]
    platforms = [name for name in rest if name.startswith("gold/")]
    portals = [name for name in rest if name not in platforms]
    parts = (
        ("Whole corpora", _by_way(floors, sums)),
        ("Kinds of pages, precision / recall", _kinds(floors, sums)),
        (
            "Each platform's fixtures: with its profile / with all profiles off",
            _side_by_side(floors, platforms, ("profile", "generic")),
        ),
        (
            "Each demo portal and mutation: profile / profiles off / off, learned repetition",
            _side_by_side(floors, portals, ("profile", "generic", "learned")),
        ),
    )
    return "".join(f"\n**{title}**\n\n{table}\n" for title, table in parts)


def write_section(floors: Floors, path: Path = DOCUMENT) -> None:
    """Put the figures between the marks of the document. ValueError: it has no such marks."""
    text = path.read_text(encoding="utf-8")
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        raise ValueError(f"{path.name} lacks the lines {START.strip()!r} and {END!r}")
    path.write_text(f"{before}{start}{section(floors)}\n{end}{after}", encoding="utf-8")


def _is_sum(floors: Floors, name: str) -> bool:
    return any(measure == "article_recall" for _, measure in floors.corpora[name].floors)


def _by_way(floors: Floors, names: Sequence[str]) -> str:
    rows = []
    for name in names:
        held = floors.corpora[name]
        for way in WAYS:
            own = {measure: value for (on, measure), value in held.floors.items() if on == way}
            if own:
                cells = [_cell(column, own.get(column)) for column in COLUMNS]
                rows.append([name, NAMES.get(way, way), str(held.pages), *cells])
    return _table(["corpus", "read by", "pages", *_heads(COLUMNS)], rows)


def _kinds(floors: Floors, names: Sequence[str]) -> str:
    rows = []
    for name in names:
        own = floors.corpora[name].floors
        for way in WAYS:
            if (way, "kind") not in own:
                continue
            pairs = (
                " / ".join(
                    _cell("", own.get((way, f"{kind}_{what}"))) for what in ("precision", "recall")
                )
                for kind in KINDS
            )
            cells = ["–" if pair == "– / –" else pair for pair in pairs]
            rows.append([name, NAMES.get(way, way), *cells])
    return _table(["corpus", "read by", *KINDS], rows)


def _side_by_side(floors: Floors, names: Sequence[str], ways: Sequence[str]) -> str:
    """A row a corpus; the ways share a cell, and one figure where all are equal."""
    rows = []
    columns = [name for name in COLUMNS if name != "lost_to_repetition"]
    for name in names:
        held = floors.corpora[name]
        cells = []
        for column in columns:
            found = [_cell(column, held.floors.get((way, column))) for way in ways]
            cells.append(found[0] if len(set(found)) == 1 else " / ".join(found))
        rows.append([name.partition("/")[2], str(held.pages), *cells])
    return _table(["corpus", "pages", *_heads(columns)], rows)


def _heads(columns: Iterable[str]) -> list[str]:
    return [SHORT.get(column, column) for column in columns]


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0f}" if name in CEILINGS else f"{value:.4g}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    lines = [heads, ["-" * width for width in widths], *rows]
    padded = ([cell.ljust(w) for cell, w in zip(line, widths, strict=True)] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in padded)
