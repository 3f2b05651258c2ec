"""Scores of many pages as one report: a table of totals, and each failure by page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from tests.support.scoring import FIELDS, PageScore


@dataclass(slots=True)
class Report:
    """The scores of one reader over a set of pages."""

    name: str
    pages: list[PageScore] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def add(self, page: PageScore) -> None:
        """Take in the score of one page."""
        self.pages.append(page)

    @property
    def f1(self) -> float:
        """Mean F1 of the text; a missing page counts as zero."""
        total = len(self.pages) + len(self.missing)
        return sum(page.f1 for page in self.pages) / total if total else 0.0

    @property
    def leaking(self) -> list[PageScore]:
        """The pages with a foreign line in title, lead or text."""
        return [page for page in self.pages if page.leaks]

    @property
    def lost(self) -> int:
        """Paragraphs that are in the gold and nowhere in the text."""
        return sum(len(page.lost) for page in self.pages)

    @property
    def broken(self) -> int:
        """Paragraphs that are in the text, but not as lines of their own."""
        return sum(len(page.broken) for page in self.pages)

    def right(self, name: str) -> int:
        """On how many pages a field is right."""
        return sum(name not in page.wrong for page in self.pages)

    def share(self, name: str) -> float:
        """The share of pages on which a field is right; a missing page is wrong in all."""
        total = len(self.pages) + len(self.missing)
        return self.right(name) / total if total else 0.0

    def numbers(self) -> dict[str, float | int | str]:
        """The totals, for a table or JSON."""
        pages = self.pages
        row: dict[str, float | int | str] = {
            "reader": self.name,
            "pages": len(pages),
            "missing": len(self.missing),
            "F1": round(self.f1, 4),
            "P": round(fmean(page.precision for page in pages), 4) if pages else 0.0,
            "R": round(fmean(page.recall for page in pages), 4) if pages else 0.0,
            "no leak": len(pages) - len(self.leaking),
            "lost": self.lost,
            "broken": self.broken,
        }
        return row | {name: self.right(name) for name in FIELDS}

    def failures(self, limit: int = 20) -> str:
        """What is wrong, page by page, the first `limit` of each kind."""
        lines = [f"missing: {key}" for key in self.missing[:limit]]
        worst = sorted((page for page in self.pages if page.f1 < 0.99), key=lambda page: page.f1)
        lines += [
            f"text {page.key}: F1 {page.f1:.3f} P {page.precision:.3f} R {page.recall:.3f}"
            for page in worst[:limit]
        ]
        lines += _first(limit, "leak", ((page.key, page.leaks) for page in self.leaking))
        lines += _first(limit, "lost", ((page.key, page.lost) for page in self.pages))
        lines += _first(limit, "broken", ((page.key, page.broken) for page in self.pages))
        for name in FIELDS:
            wrong = [(page.key, page.wrong[name]) for page in self.pages if name in page.wrong]
            lines += [
                f"{name} {key}: said {said!r}, should be {right!r}"
                for key, (said, right) in wrong[:limit]
            ]
        return "\n".join(lines) or "nothing is wrong"


def _first(limit: int, kind: str, pages: Iterable[tuple[str, list[str]]]) -> list[str]:
    found = [(key, texts) for key, texts in pages if texts]
    return [f"{kind} {key}: {[text[:90] for text in texts[:4]]}" for key, texts in found[:limit]]


def table(reports: Sequence[Report]) -> str:
    """The totals of several readers side by side, as a Markdown table."""
    rows = [report.numbers() for report in reports]
    names = list(rows[0])
    widths = [max(len(name), *(len(_cell(row[name])) for row in rows)) for name in names]
    lines = ["| " + " | ".join(n.ljust(w) for n, w in zip(names, widths, strict=True)) + " |"]
    lines.append("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    for row in rows:
        cells = [_cell(row[n]).rjust(w) for n, w in zip(names, widths, strict=True)]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(value: float | int | str) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
