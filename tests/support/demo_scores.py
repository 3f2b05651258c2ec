"""How well the pages of a demo portal are read, against the articles it was made from.

Needs nothing but the generator: text as a bag of words, paragraphs lost, and leaks: lines of the
text that stand on most pages of the portal, or are the title of another article.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from statistics import fmean

from crawler.demo import DemoPortal, GoldArticle, Request
from crawler.platforms import get_profile
from crawler.reader import read
from crawler.reader.model import Page, Reading
from crawler.reader.repetition import Repeated
from tests.support.leaks import lines_of, plain, repeated_lines
from tests.support.scoring import words

CAPTURED_AT = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)


@dataclass(slots=True)
class Totals:
    """One way of reading over all pages; keys of articles name what went wrong."""

    pages: int
    f1: float
    leaking: dict[str, list[str]] = field(default_factory=dict)
    lost: dict[str, list[str]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    @property
    def paragraphs_lost(self) -> int:
        return sum(map(len, self.lost.values()))


@dataclass(frozen=True)
class DemoPages:
    """The article pages of one portal, newest first as a crawl meets them, with their gold."""

    portal: DemoPortal

    @cached_property
    def pages(self) -> list[tuple[Page, GoldArticle]]:
        """Each visible article at its canonical address."""
        found = []
        for gold in reversed(self.portal.articles):
            if gold.visible:
                answer = self.portal.respond(Request(gold.urls[0]))
                headers = tuple((name.lower(), value) for name, value in answer.headers)
                url = f"http://{self.portal.id}.test{gold.urls[0]}"
                found.append((Page(answer.body, url, headers, 200, CAPTURED_AT), gold))
        return found

    @cached_property
    def foreign(self) -> frozenset[str]:
        """Lines of the portal's furniture, and all titles."""
        furniture = repeated_lines(page.body for page, _ in self.pages)
        return furniture | {plain(gold.title) for _, gold in self.pages}

    def readings(self, repeated: Repeated | None) -> list[tuple[Reading, GoldArticle]]:
        """Every page read by structure."""
        profile = get_profile("generic")
        return [(read(page, profile, repeated), gold) for page, gold in self.pages]

    def totals(self, repeated: Repeated | None = None) -> Totals:
        """Every page read by structure and compared."""
        found = Totals(len(self.pages), 0.0)
        scores = []
        for reading, gold in self.readings(repeated):
            if reading.kind != "article":
                found.missing.append(gold.key)
                scores.append(0.0)
                continue
            scores.append(f1(reading, gold))
            if leaked := leaks(reading, gold, self.foreign):
                found.leaking[gold.key] = leaked
            if lost := lost_paragraphs(reading, gold):
                found.lost[gold.key] = lost
        found.f1 = fmean(scores)
        return found


def f1(reading: Reading, gold: GoldArticle) -> float:
    """Of the words of lead and text; captions and by-lines are free, an empty body asks silence."""
    asked = words("\n".join(filter(None, (gold.lead, gold.text))))
    free = words("\n".join((*gold.captions, *gold.residue, gold.author or "", gold.source or "")))
    said = words("\n".join(filter(None, (reading.lead, reading.text))))
    hits = (said & asked).total()
    false = ((said - asked) - free).total()
    if not asked:
        return 0.0 if false else 1.0
    return 2 * hits / (2 * hits + false + (asked - said).total())


def lost_paragraphs(reading: Reading, gold: GoldArticle) -> list[str]:
    """The lead and paragraphs of the gold that are nowhere in lead and text."""
    said = plain("\n".join(filter(None, (reading.lead, reading.text))))
    return [text for text in (gold.lead or "", *gold.paragraphs) if plain(text) not in said]


def leaks(reading: Reading, gold: GoldArticle, foreign: frozenset[str]) -> list[str]:
    """Lines of lead and text that belong to the portal or to another article."""
    own = {plain(text) for text in (gold.title, gold.lead, *gold.captions, *gold.residue)}
    own |= {line for text in gold.paragraphs for line in lines_of(text)}
    said = lines_of("\n".join(filter(None, (reading.lead, reading.text))))
    return [line for line in said if line in foreign and line not in own]
