"""How well the pages of a demo portal are read, against the articles it was made from.

Needs nothing but the generator: what is foreign to an article are the lines that stand on most
pages of its portal, and the titles of all other articles.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from crawler.demo import DemoPortal, GoldArticle, Request
from crawler.platforms import get_profile
from crawler.reader import read
from crawler.reader.model import Page, Reading
from crawler.reader.repetition import Repeated
from tests.support.answers import from_reading
from tests.support.leaks import repeated_lines
from tests.support.report import Report
from tests.support.scoring import PageScore, Surroundings, score
from tests.support.truth import Truth

CAPTURED_AT = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)


@dataclass(frozen=True)
class DemoPages:
    """The article pages of one portal, newest first as a crawl meets them, with their gold."""

    portal: DemoPortal

    @property
    def host(self) -> str:
        """Where the portal's addresses begin."""
        return f"http://{self.portal.id}.test"

    @cached_property
    def pages(self) -> list[tuple[Page, GoldArticle]]:
        """Each visible article at its canonical address."""
        visible = [gold for gold in reversed(self.portal.articles) if gold.visible]
        return [(self.page_at(gold.urls[0]), gold) for gold in visible]

    @cached_property
    def around(self) -> Surroundings:
        """Lines of the portal's furniture, and all titles."""
        furniture = repeated_lines(page.body for page, _ in self.pages)
        truths = [self.truth(gold) for _, gold in self.pages]
        return Surroundings.of(furniture, truths, with_facts=False)

    def page_at(self, path: str) -> Page:
        """What the portal answers at an address."""
        answer = self.portal.respond(Request(path))
        headers = tuple((name.lower(), value) for name, value in answer.headers)
        return Page(answer.body, f"{self.host}{path}", headers, answer.status, CAPTURED_AT)

    def truth(self, gold: GoldArticle) -> Truth:
        """The article as answers are compared with it."""
        captions = (i.caption or i.credit or "" for i in gold.images)
        return Truth(
            key=gold.key,
            title=gold.title,
            lead=gold.lead or "",
            paragraphs=tuple(gold.paragraphs),
            tables=tuple(gold.tables),
            signatures=(*gold.residue, *filter(None, (gold.author, gold.source))),
            captions=tuple(filter(None, captions)),
            images=tuple(self.host + image.url for image in gold.images),
            published=gold.published or "",
            author=gold.author or "",
            source=gold.source or "",
            tags=frozenset(gold.tags),
            attachments=tuple((self.host + url, name) for url, name in gold.attachments),
        )

    def readings(self, repeated: Repeated | None) -> list[tuple[Reading, GoldArticle]]:
        """Every page read by structure."""
        profile = get_profile("generic")
        return [(read(page, profile, repeated), gold) for page, gold in self.pages]

    def score(self, reading: Reading, gold: GoldArticle) -> PageScore:
        """One reading compared with its article."""
        return score(from_reading(reading), self.truth(gold), self.around)

    def report(self, repeated: Repeated | None = None) -> Report:
        """Every page read by structure and compared."""
        found = Report(self.portal.id)
        for reading, gold in self.readings(repeated):
            if reading.kind == "article":
                found.add(self.score(reading, gold))
            else:
                found.missing.append(gold.key)
        return found
