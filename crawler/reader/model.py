"""What goes into the reader and what comes out: plain data, picklable, no behaviour."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

Kind = Literal["article", "listing", "other", "rejected"]
LinkKind = Literal["article", "listing", "next", "feed", "sitemap", "print", "other"]


@dataclass(frozen=True, slots=True)
class Page:
    """One response, as received: what a live fetch, a WARC record and a saved file have in common.

    `body` is after content decoding (gzip, br) and before charset decoding. `headers` are
    (lower-case name, value) pairs; several Set-Cookie lines stay several pairs.
    `captured_at` is timezone-aware; without it no relative time is read. `own_hosts` are the
    hosts of the portal that the page was fetched for (crawler.portals.model.host_key), none where
    that is not known.
    """

    body: bytes
    url: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200
    captured_at: datetime | None = None
    request_method: str = "GET"
    request_body: str | None = None  # form fields of the POST that a pager sent
    own_hosts: frozenset[str] = frozenset()

    def header(self, name: str) -> str | None:
        """The first value of a header (name in lower case), or None."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True)
class Image:
    url: str
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    url: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A number of an official document, as it stands in the text.

    `paragraph` says where: 0 in the lead, else which of the text's paragraphs, from 1; None when
    the text was read by itself.
    """

    text: str
    type: str | None = None
    number: str | None = None
    code: str | None = None
    organ: str | None = None
    date: str | None = None
    paragraph: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """An address found on a page, absolute and canonical for its platform.

    `kind` is what the address promises; only fetching it tells. A pager that works by POST
    gives `method` "POST" and the encoded form in `form`. `published` is the publish time that a
    list filled by a script says beside its item, in the shape of `Reading.published_at`.
    """

    url: str
    kind: LinkKind
    native_id: str | None = None
    text: str | None = None
    method: Literal["GET", "POST"] = "GET"
    form: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class SeenBlock:
    """A block of a page as it is counted, to learn what repeats on its portal.

    `region` is the key of `path`, the place where it stands; `text` the key of what it says, its
    digits folded; `chars` its length and `sample` its beginning, for people.
    """

    region: str
    text: str
    path: str
    chars: int
    sample: str


@dataclass(slots=True)
class Reading:
    """What one page says. Absent is None or an empty list, never a guess.

    `text` is the body: paragraphs separated by a blank line, list items and table rows one a
    line, cells separated by " | ". `published_at` is ISO 8601: a date, or a time at +07:00;
    `event_date` is the day of which the lead tells.
    `text_method` says how the text was found; `flags` are names of what a researcher may want
    to filter on (docs/reading.md lists them). `seen` are the blocks of the whole page, of an
    article that was found by structure.
    """

    url: str | None
    kind: Kind
    reason: str | None = None
    platform: str | None = None
    native_id: str | None = None
    canonical_url: str | None = None
    title: str | None = None
    lead: str | None = None
    text: str | None = None
    published_at: str | None = None
    published_precision: Literal["minute", "day"] | None = None
    published_raw: str | None = None
    updated_at: str | None = None
    event_date: str | None = None
    author: str | None = None
    source: str | None = None
    agency_code: str | None = None
    category: str | None = None
    tags: list[str] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    language: str | None = None
    text_method: str | None = None
    confidence: float | None = None
    flags: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    seen: list[SeenBlock] = field(default_factory=list)

    @property
    def by_structure(self) -> bool:
        """Whether the article was found without a profile, so that what repeats matters."""
        return (self.text_method or "").startswith("generic:")

    def as_json(self, *, links: bool = False) -> dict[str, Any]:
        """The Reading as JSON-ready values; `links` are left out unless asked for.

        What only the archive needs is left out: `seen`, and the paragraph of a citation.
        """
        data = asdict(replace(self, seen=[]))
        del data["seen"]
        for citation in data["citations"]:
            del citation["paragraph"]
        if not links:
            del data["links"]
        return data
