"""A row of the frontier, an address to be added to it, and in which order rows are fetched."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Literal

RowKind = Literal[
    "robots", "start", "feed", "sitemap", "listing", "next", "article", "print", "other"
]
RowState = Literal["pending", "claimed", "done", "failed"]

# What comes first when several rows of an origin are due. Start pages and feeds say what is new;
# known articles come before more listings, so that a run with a small budget still ends with
# news; "next" pages, which lead into the past, come after everything that leads to the present.
KIND_PRIORITY: dict[RowKind, int] = {
    "robots": 1000,
    "start": 900,
    "feed": 800,
    "sitemap": 700,
    "article": 600,
    "listing": 500,
    "other": 400,
    "next": 300,
    "print": 100,
}
MAX_SHIFT = 49  # of a row within its kind: half the distance between two kinds
# Asked again in every run, because what is new shows there. "next" is not among them: a listing
# goes on to its next page only when the page before gave something new.
RECURRING: tuple[RowKind, ...] = ("start", "feed", "sitemap", "listing")
SETTLED: tuple[RowState, ...] = ("done", "failed")
ALIAS = "alias"  # reason of a row that is another address of a known article: not fetched
_FORM_STATE = re.compile(
    r"(?:^|&)__(?:VIEWSTATE\w*|EVENTVALIDATION|PREVIOUSPAGE|REQUESTDIGEST)=[^&]*"
)


@dataclass(frozen=True, slots=True)
class FrontierRow:
    """One row of the frontier table; docs/archive.md says what each column means."""

    id: int
    key: str
    portal_id: str
    url: str
    method: str
    form: str | None
    kind: RowKind
    native_id: str | None
    state: RowState
    origin: str
    priority: int
    depth: int
    hops: int
    attempts: int
    due_at: float
    reason: str | None
    referrer_id: int | None
    walk_id: int | None
    page_no: int | None
    walk_complete_at: str | None
    items_digest: str | None
    run_id: int | None
    capture_id: int | None
    article_id: int | None
    claimed_at: str | None
    done_at: str | None
    unchanged: int = 0
    etag: str | None = None
    last_modified: str | None = None

    @property
    def walk(self) -> int:
        """The id of the first page of this row's listing: what its next page gets as walk_id."""
        return self.walk_id if self.walk_id is not None else self.id


@dataclass(frozen=True, slots=True)
class NewLink:
    """An address to be fetched. `url` is absolute and canonical for its platform.

    `priority` (-49 to 49) shifts the row within its kind. `revisit` asks for a row again that was
    done or failed in an earlier run; never twice in one run, or a pager that leads back to its
    first page would not end (robots.txt excepted, which may expire within a run). `native_id` is
    what the address says of the article's number.
    """

    url: str
    kind: RowKind
    method: str = "GET"
    form: str | None = None
    depth: int = 0
    hops: int = 0
    priority: int = 0
    walk_id: int | None = None
    page_no: int | None = None
    revisit: bool = False
    native_id: str | None = None

    def key(self, portal_id: str) -> str:
        """What makes this address one row: portal, method, address and form.

        Of an ASP.NET form only what the visitor chose counts, and the page number with it: its
        state fields differ on every visit, and "next" is the same choice on every page.
        """
        parts = [portal_id, self.method, self.url]
        if self.form is not None:
            parts += [_FORM_STATE.sub("", self.form), str(self.page_no)]
        return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


COLUMNS = ", ".join(FrontierRow.__dataclass_fields__)

BEST_READY = (
    f"SELECT {COLUMNS} FROM frontier WHERE origin = ? AND portal_id = ? "
    "AND state = 'pending' AND due_at = 0 ORDER BY priority DESC, id LIMIT 1"
)
FIRST_WAITING = (
    f"SELECT {COLUMNS} FROM frontier WHERE origin = ? AND portal_id = ? "
    "AND state = 'pending' AND due_at > 0 ORDER BY due_at, id LIMIT 1"
)
