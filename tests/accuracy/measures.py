"""What is measured on a corpus, way by way, and which pages are to blame."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import get_args

from crawler.platforms import get_profile
from crawler.platforms.profile import Profile
from crawler.reader import read
from crawler.reader.model import Kind, Reading
from crawler.reader.repetition import Repeated
from tests.accuracy.corpora import Corpus, GoldPage, Way
from tests.support.answers import from_reading
from tests.support.learning import Learner
from tests.support.report import Report
from tests.support.scoring import FIELDS, PageScore, score

Figures = dict[str, float]
KINDS: tuple[Kind, ...] = get_args(Kind)
TEXT = ("text_f1", "no_leak", "paragraphs_lost", "lost_to_repetition")
CEILINGS = frozenset(("paragraphs_lost", "lost_to_repetition"))  # counts: the fewer, the better
BY_KIND = tuple(f"{kind}_{what}" for kind in KINDS for what in ("precision", "recall"))
MEASURES = (*TEXT, *FIELDS, "kind", *BY_KIND)
DIGITS = 4  # of a share; always rounded towards the worse, so that a figure never beats itself


@dataclass(slots=True)
class Result:
    """One corpus read in one way. `kinds` are (page, right kind, said kind)."""

    report: Report
    kinds: list[tuple[str, str, str]] = field(default_factory=list)
    taken: dict[str, list[str]] | None = None  # paragraphs lost to repetition; None: none learned
    by_kind: bool = False

    def figures(self) -> Figures:
        """Every measure that this result has, shares between 0 and 1, counts as they are."""
        found: Figures = {}
        if self.report.pages or self.report.missing:
            total = len(self.report.pages) + len(self.report.missing)
            found["text_f1"] = self.report.f1
            found["no_leak"] = (len(self.report.pages) - len(self.report.leaking)) / total
            found["paragraphs_lost"] = self.report.lost
            found |= {name: self.report.share(name) for name in FIELDS}
        if self.taken is not None:
            found["lost_to_repetition"] = sum(map(len, self.taken.values()))
        right = sum(asked == said for _, asked, said in self.kinds)
        found["kind"] = right / len(self.kinds)
        if self.by_kind:
            found |= self._precision_and_recall()
        return {name: _towards_worse(name, found[name]) for name in MEASURES if name in found}

    def _precision_and_recall(self) -> Figures:
        """Of each kind that the corpus has; what is never said has no precision."""
        found = {}
        for kind in KINDS:
            asked = sum(right == kind for _, right, _ in self.kinds)
            said = sum(told == kind for _, _, told in self.kinds)
            hits = sum(right == told == kind for _, right, told in self.kinds)
            if asked and said:
                found[f"{kind}_precision"] = hits / said
            if asked:
                found[f"{kind}_recall"] = hits / asked
        return found

    def worst(self, measure: str, limit: int = 5) -> list[str]:
        """The pages that cost most in a measure, each with what is wrong on it."""
        found = [f"{key}: read as no article" for key in self.report.missing]
        if measure == "text_f1":
            pages = sorted(self.report.pages, key=lambda page: page.f1)
            found += [
                f"{page.key}: F1 {page.f1:.4f}, precision {page.precision:.4f}, "
                f"recall {page.recall:.4f}"
                for page in pages
                if page.f1 < 1.0
            ]
        elif measure in FIELDS:
            wrong = ((page.key, page.wrong.get(measure)) for page in self.report.pages)
            found += [f"{key}: said {w[0]!r}, should be {w[1]!r}" for key, w in wrong if w]
        elif measure in TEXT:
            texts = self._texts(measure)
            found += [f"{key}: {[text[:90] for text in these[:3]]}" for key, these in texts]
        else:
            kind = measure.partition("_")[0]
            found = [
                f"{key}: said {said}, should be {right}"
                for key, right, said in self.kinds
                if said != right and kind in ("kind", said, right)
            ]
        return found[:limit]

    def _texts(self, measure: str) -> list[tuple[str, list[str]]]:
        if measure == "lost_to_repetition":
            return sorted((self.taken or {}).items(), key=lambda pair: -len(pair[1]))
        texts = [
            (page.key, page.leaks if measure == "no_leak" else page.lost)
            for page in self.report.pages
        ]
        return sorted(filter(operator.itemgetter(1), texts), key=lambda pair: -len(pair[1]))


def _towards_worse(measure: str, value: float) -> float:
    if measure in CEILINGS:
        return value
    scale = 10.0**DIGITS
    return math.floor(value * scale + 1e-9) / scale


def is_worse(measure: str, value: float, than: float) -> bool:
    """Whether a figure is worse than another of the same measure."""
    return value > than if measure in CEILINGS else value < than


def measure(corpus: Corpus) -> dict[Way, Result]:
    """The corpus read in each of its ways, and compared."""
    pages = corpus.load()
    by_kind = corpus.group == corpus.name
    plain: list[Reading] = []
    if {"generic", "learned"} & set(corpus.ways):
        plain = [read(page.page, get_profile("generic"), links=False) for page in pages]
    found: dict[Way, Result] = {}
    for way in corpus.ways:
        if way == "generic":
            readings = plain
        elif way == "learned":
            readings = _again(pages, learned(plain))
        else:
            readings = [read(page.page, _profile(way, page), links=False) for page in pages]
        found[way] = _result(f"{corpus.name}, {way}", pages, readings, by_kind)
    if "learned" in found:
        found["learned"].taken = _taken(found["generic"].report, found["learned"].report)
    return found


def learned(readings: Iterable[Reading]) -> Repeated:
    """What a crawl knows at its end, after these readings of its article pages."""
    with Learner() as learner:
        return learner.see(*(reading.seen for reading in readings if reading.seen))


def pooled(results: Sequence[dict[Way, Result]], name: str) -> dict[Way, Result]:
    """Several corpora as one."""
    found: dict[Way, Result] = {}
    for result in results:
        for way, part in result.items():
            whole = found.setdefault(way, Result(Report(f"{name}, {way}"), by_kind=True))
            whole.report.pages += part.report.pages
            whole.report.missing += part.report.missing
            whole.kinds += part.kinds
            if part.taken is not None:
                whole.taken = (whole.taken or {}) | part.taken
    return found


def _profile(way: Way, page: GoldPage) -> Profile | None:
    return get_profile(page.profile) if way == "profile" else None


def _again(pages: Sequence[GoldPage], known: Repeated) -> list[Reading]:
    return [read(page.page, get_profile("generic"), known, links=False) for page in pages]


def _result(
    name: str, pages: Sequence[GoldPage], readings: Sequence[Reading], by_kind: bool
) -> Result:
    found = Result(Report(name), by_kind=by_kind)
    for page, reading in zip(pages, readings, strict=True):
        found.kinds.append((page.key, page.kind, reading.kind))
        if page.truth is None:
            continue
        if reading.kind == "article":
            found.report.add(score(from_reading(reading), page.truth, page.around))
        else:
            found.report.missing.append(page.key)
    return found


def _taken(before: Report, after: Report) -> dict[str, list[str]]:
    """Paragraphs that stand in the text as long as nothing is learned, and then no more."""
    lost: dict[str, PageScore] = {page.key: page for page in before.pages}
    return {
        page.key: gone
        for page in after.pages
        if page.key in lost and (gone := [t for t in page.lost if t not in lost[page.key].lost])
    }
