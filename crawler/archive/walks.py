"""What the archive remembers of listings: how far each was walked, and what of it is stored."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from crawler.archive.clock import now_iso
from crawler.archive.db import Archive
from crawler.archive.frontier_rows import ALIAS, SETTLED, NewLink

PagerStep = Literal["stop", "go", "again"]


class Walks:
    """A walk is a listing from its first page (whose row id names it) through its "next" pages."""

    archive: Archive

    def mark_walk_complete(self, walk_id: int) -> None:
        """The listing that begins at this row has been walked to its end."""
        with self.archive.atomic() as db:
            db.execute(
                "UPDATE frontier SET walk_complete_at = ? WHERE id = ?", (now_iso(), walk_id)
            )

    def set_items_digest(self, row_id: int, digest: str) -> None:
        """What the items of this listing page hash to: the same again means an endless pager."""
        with self.archive.atomic() as db:
            db.execute("UPDATE frontier SET items_digest = ? WHERE id = ?", (digest, row_id))

    def is_walk_complete(self, walk_id: int) -> bool:
        """Whether the listing that begins at this row was ever walked to its end."""
        found = self.archive.conn.execute(
            "SELECT walk_complete_at IS NOT NULL FROM frontier WHERE id = ?", (walk_id,)
        ).fetchone()
        return bool(found and found[0])

    def all_stored(self, portal_id: str, links: Iterable[NewLink]) -> bool:
        """Whether every article link is stored, or was fetched and gave no article.

        Queued does not count: only what has an end may end a pager. False when there is none.
        """
        articles = [link for link in links if link.kind == "article"]
        return bool(articles) and all(self._settled(portal_id, link) for link in articles)

    def follow(self, walk_id: int, portal_id: str, links: Iterable[NewLink]) -> PagerStep:
        """What a pager does after a page with these links (ask before storing the page).

        "stop": the listing was once walked to its end, it has shown every article of this page
        before, and all are stored. "again": go on, to a next page that an earlier run may have
        read (NewLink(revisit=True)), because articles have shifted there. "go": go on to pages
        not read yet; a walk that was cut short continues where it stopped.

        That every article is stored is not enough to stop: the ten newest may all have come
        from the home page, with the eleventh still unseen on the listing's second page.
        """
        articles = [link for link in links if link.kind == "article"]
        if not self._all_shown(walk_id, articles):
            return "again"
        if not self.is_walk_complete(walk_id):
            return "go"
        return "stop" if not articles or self.all_stored(portal_id, articles) else "again"

    def remember_items(self, walk_id: int, links: Iterable[NewLink]) -> None:
        """Note the articles that a page of this listing showed; store() does so for pagers."""
        items = {(walk_id, _item(link)) for link in links if link.kind == "article"}
        with self.archive.atomic() as db:
            db.conn.executemany("INSERT OR IGNORE INTO walk_items VALUES (?, ?)", sorted(items))

    def _all_shown(self, walk_id: int, articles: Iterable[NewLink]) -> bool:
        return all(
            self.archive.conn.execute(
                "SELECT 1 FROM walk_items WHERE walk_id = ? AND item = ?", (walk_id, _item(link))
            ).fetchone()
            for link in articles
        )

    def _settled(self, portal_id: str, link: NewLink) -> bool:
        conn = self.archive.conn
        if (
            link.native_id is not None
            and conn.execute(
                "SELECT 1 FROM articles WHERE portal_id = ? AND native_id = ?",
                (portal_id, link.native_id),
            ).fetchone()
        ):
            return True
        if conn.execute(
            "SELECT 1 FROM article_urls WHERE portal_id = ? AND url = ?", (portal_id, link.url)
        ).fetchone():
            return True
        row = conn.execute(
            "SELECT state, reason FROM frontier WHERE key = ?", (link.key(portal_id),)
        ).fetchone()
        return row is not None and row[0] in SETTLED and row[1] != ALIAS


def _item(link: NewLink) -> str:
    return link.native_id or link.url
