"""The captured eGovernment portal: its responses, state by state, and what is in its articles."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from warcio.archiveiterator import ArchiveIterator

from tests.support.shared import shared_file
from tests.support.truth import Truth

CAPTURES = "captures/egov.warc.gz"
GOLD = "captures/egov-gold.jsonl"
HOST = "huyenanphuc.example"
HOME = f"http://{HOST}/"

# The same address was captured several times in these groups, each time under a condition (a
# phone's browser, a conditional header, the flood blocker) that an ordinary visit does not meet.
CONDITIONAL_GROUPS = frozenset({"ua", "conditional", "flood"})
_NATIVE_ID = re.compile(r"-(\d+)\.html$")


@dataclass(frozen=True, slots=True)
class Capture:
    """One response of the portal. `rev` is the state of the portal, 1 or 2."""

    url: str
    rev: int
    group: str
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    condition: str | None = None

    @property
    def path(self) -> str:
        """Path and query, as requested."""
        return self.url.partition(HOST)[2]

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever the case of its name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold(Truth):
    """What one article holds, from the database of the portal."""

    id: int
    rev: int
    url: str
    visible: bool
    current: bool
    external: bool
    special: str
    edit: str

    def attachment_key(self, url: str) -> str:
        """Downloads are numbered: the number, whatever the address round it."""
        return parse_qs(urlsplit(url).query).get("id", [""])[0]


@cache
def captures() -> tuple[Capture, ...]:
    """Every response of the capture file, in the order of capture."""
    return tuple(_responses(shared_file(CAPTURES)))


@cache
def gold_rows() -> tuple[Gold, ...]:
    """Every row of the gold, both states; rows of deleted articles have no text."""
    with shared_file(GOLD).open(encoding="utf-8") as lines:
        return tuple(_gold(json.loads(line)) for line in lines)


def visible_gold(rev: int) -> dict[int, Gold]:
    """The articles a visitor of this state can read, by native id.

    One published article is not among them: its address redirects to another page, so it has
    no text of its own anywhere on the portal.
    """
    state: dict[int, Gold] = {}
    for row in gold_rows():
        if row.rev <= rev:
            state[row.id] = row
    return {key: row for key, row in state.items() if row.visible and not row.external}


def article_captures(rev: int) -> dict[int, Capture]:
    """The article pages captured in this state, by native id; only those that show an article."""
    pages: dict[int, Capture] = {}
    for capture in captures():
        match = _NATIVE_ID.search(capture.url)
        if match and capture.rev == rev and capture.group == "article" and capture.status == 200:
            pages[int(match.group(1))] = capture
    return pages


def scored_pages(rev: int = 1) -> Iterator[tuple[Capture, Gold]]:
    """Every captured article page of a state with its gold."""
    gold = visible_gold(rev)
    return ((page, gold[key]) for key, page in article_captures(rev).items())


def _responses(path: Path) -> Iterator[Capture]:
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream):
            if record.rec_type != "response":
                continue
            head, http = record.rec_headers, record.http_headers
            yield Capture(
                url=head.get_header("WARC-Target-URI"),
                rev=int(head.get_header("X-Rev")),
                group=head.get_header("X-Group"),
                status=int(http.get_statuscode()),
                reason=http.statusline.partition(" ")[2],
                headers=tuple(http.headers),
                body=record.content_stream().read(),
                condition=_condition(head.get_header),
            )


def _condition(header: Any) -> str | None:
    names = ("X-Browser-Id", "X-Method", "X-Conditional", "X-Requested-With")
    return next((header(name) for name in names if header(name)), None)


def _gold(row: dict[str, Any]) -> Gold:
    blocks = row.get("blocks", [])
    captions = list(row.get("captions", []))
    images = [image["src"] for image in row.get("images", [])]
    if row.get("home_image_shown"):
        captions.insert(0, row["home_image_caption"])
        images.insert(0, row["home_image"])
    return Gold(
        key=row["key"],
        id=row["id"] or 0,
        rev=row["rev"],
        url=row.get("url") or "",
        visible=row["visible"],
        current=row["current"],
        external=bool(row.get("external_link")),
        special=row["special"],
        edit=row["edit"],
        title=row["title"],
        lead=row.get("lead") or "",
        paragraphs=tuple(row.get("body_paragraphs", ())),
        tables=tuple(_rows(table) for table in row.get("tables", ())),
        signatures=tuple(row.get("author_signature_in_body", ())),
        captions=tuple(caption for caption in captions if caption.strip()),
        images=tuple(dict.fromkeys(image for image in images if image)),
        published=row.get("publ_iso", ""),
        author=row.get("author") or "",
        source=row.get("source") or "",
        tags=frozenset(row.get("tags", ())),
        attachments=tuple(
            (str(number), name) for number, name in enumerate(_names(row.get("attachments", ())))
        ),
        inline_files=frozenset(_names(b["href"] for b in blocks if b["k"] == "link")),
    )


def _rows(table: Iterable[Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(cells) for cells in table)


def _names(paths: Iterable[str]) -> Iterator[str]:
    return (urlsplit(path).path.rpartition("/")[2] for path in paths)
