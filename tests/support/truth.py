"""What an article really holds, whatever corpus it is from: the right side of every score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """One article. Absent text is "".

    `paragraphs` hold list items too, one each; `signatures` are by-lines of the body, which may
    stand in the text or not. `published` is ISO 8601, a time or a day, as precise as the page.
    An attachment is (key, name); `attachment_key` gives the key of an address. `inline_files` are
    names of files linked from inside the text, free to be attachments as well.
    """

    key: str
    title: str
    lead: str = ""
    paragraphs: tuple[str, ...] = ()
    tables: tuple[tuple[tuple[str, ...], ...], ...] = ()
    signatures: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    published: str = ""
    author: str = ""
    source: str = ""
    tags: frozenset[str] = frozenset()
    attachments: tuple[tuple[str, str], ...] = ()
    inline_files: frozenset[str] = frozenset()

    @property
    def cells(self) -> Iterator[str]:
        """The text of every table cell, in order."""
        return (cell for table in self.tables for row in table for cell in row)

    def attachment_key(self, url: str) -> str:
        """What tells an attachment's address from another's."""
        return url
