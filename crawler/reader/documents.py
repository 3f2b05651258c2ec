"""Lists of official documents: told from lists of news, and read for what they name."""

from __future__ import annotations

from lxml.html import HtmlElement

from crawler.platforms.profile import DocumentTable, Profile
from crawler.reader import select
from crawler.reader.citations import find_citations
from crawler.reader.dates import parse_published
from crawler.reader.document import Document
from crawler.reader.links import links_of
from crawler.reader.model import Citation, Link, Page, Reading
from crawler.urls import normalise

DOCUMENTS = "list of documents"


def read_documents(document: Document, page: Page, profile: Profile) -> Reading | None:
    """The list of documents on the page, None when the platform knows none there.

    It is of kind "other": documents are no news, so neither they nor their pager are followed.
    Their links are of kind "other" too, each with its title and issue date; the numbers in the
    rows are the citations.
    """
    if page.url and profile.address(page.url).kind in ("article", "print"):
        return None
    found: dict[str, Link] = {}
    citations: list[Citation] = []
    for table in profile.documents:
        for row in select.elements(document, (table.rows,)):
            link = _document(row, table, document, profile)
            if link is not None and link.url not in found:
                found[link.url] = link
                citations += _numbers(row, table, document)
    if not found:
        return None
    links = [found.get(link.url, link) for link in links_of(document, page, profile)]
    known = {link.url for link in links}
    return Reading(
        page.url,
        "other",
        DOCUMENTS,
        platform=profile.id,
        title=document.head_title,
        citations=citations,
        language=document.language,
        flags=list(document.flags),
        links=[*links, *(link for url, link in found.items() if url not in known)],
    )


def _document(
    row: HtmlElement, table: DocumentTable, document: Document, profile: Profile
) -> Link | None:
    """A row as a link; None for the header and the row of the pager."""
    anchor = next(select.elements(document, (table.title,), row), None)
    if anchor is None or not (href := anchor.get("href")):
        return None
    url, title = normalise(href, document.base), select.inline_text(anchor)
    if url is None or not title:
        return None
    address = profile.address(url)
    if not address.canonical:
        return None
    # Its key is kept from the articles: their numbers are counted apart.
    issued = _issued(row, table, document)
    return Link(address.canonical, "other", None, title, published=issued)


def _issued(row: HtmlElement, table: DocumentTable, document: Document) -> str | None:
    for element in select.elements(document, table.published, row):
        stamp = parse_published(select.inline_text(element))
        if stamp is not None:
            return stamp.iso
    return None


def _numbers(row: HtmlElement, table: DocumentTable, document: Document) -> list[Citation]:
    """The numbers in a row's cells; the title's is left out, which may cite other documents."""
    anchor = next(select.elements(document, (table.title,), row), None)
    around = {anchor, *anchor.iterancestors()} if anchor is not None else set()
    cells = (cell for cell in row.iter("td", "th") if cell not in around)
    return [found for cell in cells for found in find_citations(select.inline_text(cell))]
