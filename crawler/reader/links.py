"""The links of a page and what each promises; the next page of a listing among them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

from lxml.html import HtmlElement

from crawler.platforms.profile import Pagination, Profile
from crawler.reader import select
from crawler.reader.document import Document
from crawler.reader.model import Link, LinkKind, Page
from crawler.text import fold, squeeze
from crawler.urls import host_of, normalise

MAX_LINKS = 2_000  # more on one page is a calendar or a directory, not news
_POSTBACK = re.compile(r"__doPostBack\(\s*'([^']*)'\s*,\s*'([^']*)'", re.IGNORECASE)
_NEXT_TEXT = re.compile(
    r"^\s*(»|›|>|>>|→|next( page)?|sau|trang sau|trang tiep|trang ke( tiep)?|tiep( theo)?|xem tiep"
    r"|tiep tuc)\s*(»|›|>|>>)?\s*$"
)
_LAST_TEXT = re.compile(r"^\s*(»»|>>\||>\||last|cuoi|trang cuoi)\s*$")
_PAGE_IN_URL = re.compile(
    r"(?:[/?&._-](?:page|trang|p|pageindex|pageno|pagenumber|cur|start)[-=/]|_cur=)(\d{1,6})",
    re.IGNORECASE,
)


def links_of(document: Document, page: Page, profile: Profile) -> list[Link]:
    """Every address on the page once, canonical for the platform; denied ones left out."""
    found: dict[str, Link] = {}
    own = profile.canonical(page.url) if page.url else None
    for url, element, is_feed in _addresses(document):
        address = profile.address(url)
        if address.kind == "deny" or not address.canonical or address.canonical == own:
            continue
        known = found.get(address.canonical)
        if (known is not None and known.text) or len(found) >= MAX_LINKS:
            continue
        kind: LinkKind = "feed" if is_feed else address.kind
        text = _text_of(element) or squeeze(element.get("title") or "") or None
        found[address.canonical] = Link(address.canonical, kind, address.native_id, text)
    return list(found.values())


def _text_of(link: HtmlElement) -> str:
    """The text of a link; most hold nothing but text, and there are a hundred on a page."""
    return select.inline_text(link) if len(link) else squeeze(link.text or "")


def next_page(document: Document, page: Page, profile: Profile) -> Link | None:
    """The next page of this listing, by the platform's pager, else by what a pager looks like."""
    for pagination in profile.pagination:
        found = _PAGERS[pagination.kind](document, page, profile, pagination)
        if found is not None:
            return found
    if any(pagination.kind == "post" for pagination in profile.pagination) and _is_answer(page):
        return None
    return _next_by_looks(document, page, profile)


def _addresses(document: Document) -> Iterator[tuple[str, HtmlElement, bool]]:
    base = document.base
    for element in document.root.iter("a", "area", "link", "iframe", "frame"):
        if element.tag == "link" and not _is_feed_link(element):
            continue
        href = element.get("href") or (element.get("src") if "frame" in element.tag else None)
        if not href or href.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
            continue
        url = normalise(href, base)
        if url is None:
            continue
        yield url, element, element.tag == "link"


def _is_feed_link(element: HtmlElement) -> bool:
    kind = (element.get("type") or "").lower()
    return "alternate" in (element.get("rel") or "").lower() and ("rss" in kind or "atom" in kind)


def _by_link(
    document: Document, page: Page, profile: Profile, pagination: Pagination
) -> Link | None:
    for element in select.elements(document, (pagination.select or "a[rel~=next]",)):
        url = normalise(element.get("href") or "", document.base)
        if url and page.url and url != normalise(page.url):
            return _next(profile, url)
    return None


def _by_query(
    document: Document, page: Page, profile: Profile, pagination: Pagination
) -> Link | None:
    """Parameter N + 1 of this address, if the page itself links to that or a later page."""
    if page.url is None or pagination.param is None:
        return None
    name = pagination.param
    current = _query_number(page.url, name, pagination.first)
    numbers = {
        _query_number(url, name, pagination.first)
        for url, _, _ in _addresses(document)
        if _same_listing(url, page.url, name)
    }
    if not any(number > current for number in numbers):
        return None
    parts = urlsplit(page.url)
    pairs = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k != name]
    query = urlencode([*pairs, (name, str(current + 1))])
    url = normalise(parts._replace(query=query).geturl())
    return _next(profile, url) if url else None


def _same_listing(url: str, own: str, name: str) -> bool:
    theirs, ours = urlsplit(url), urlsplit(own)
    return theirs.path == ours.path and host_of(url) == host_of(own) and f"{name}=" in theirs.query


def _query_number(url: str, name: str, default: int) -> int:
    for key, value in parse_qsl(urlsplit(url).query, keep_blank_values=True):
        if key == name and value.isdigit():
            return int(value)
    return default


def _by_post(
    document: Document, page: Page, profile: Profile, pagination: Pagination
) -> Link | None:
    """The form of an AJAX pager: filled from the list page first, counted on from its answers."""
    if page.url is None or pagination.url is None:
        return None
    target = normalise(pagination.url, page.url)
    if target is None:
        return None
    if _is_answer(page):
        fields = dict(parse_qsl(page.request_body or "", keep_blank_values=True))
        number = fields.get("page", "")
        if normalise(page.url) != target or not number.isdigit():
            return None
        return Link(
            target, "next", method="POST", form=urlencode({**fields, "page": int(number) + 1})
        )
    values = {"page": str(pagination.first)}
    for name, pattern in pagination.find:
        match = pattern.search(document.markup)
        if match is None:
            return None
        values[name] = match.group(1)
    fields = {key: text.format(**values) for key, text in pagination.form}
    return Link(target, "next", method="POST", form=urlencode(fields))


def _is_answer(page: Page) -> bool:
    return page.request_method == "POST"


def _by_postback(
    document: Document, page: Page, profile: Profile, pagination: Pagination
) -> Link | None:
    return _postback(document, page, pagination.target)


def _postback(document: Document, page: Page, wanted: re.Pattern[str] | None) -> Link | None:
    """The `__doPostBack` that the page's pager would send, with the form's hidden fields."""
    current = _current_number(document, page)
    for element in document.root.iter("a"):
        match = _POSTBACK.search(element.get("href") or "") or _POSTBACK.search(
            element.get("onclick") or ""
        )
        if match is None or (wanted is not None and not wanted.search(match.group(1))):
            continue
        if not _says_next(element, current + 1):
            continue
        form = next(element.iterancestors("form"), None)
        action = normalise((form.get("action") if form is not None else "") or "", page.url)
        fields = _hidden_fields(form if form is not None else document.root)
        fields |= {"__EVENTTARGET": match.group(1), "__EVENTARGUMENT": match.group(2)}
        target = action or (normalise(page.url) if page.url else None)
        return Link(target, "next", method="POST", form=urlencode(fields)) if target else None
    return None


def _hidden_fields(form: HtmlElement) -> dict[str, str]:
    return {
        name: element.get("value") or ""
        for element in form.iter("input")
        if (name := element.get("name")) and (element.get("type") or "").lower() == "hidden"
    }


_PAGERS = {"link": _by_link, "query": _by_query, "post": _by_post, "postback": _by_postback}


def _next_by_looks(document: Document, page: Page, profile: Profile) -> Link | None:
    """Without the platform's word: rel=next, a "»" or "Trang sau", or the number after ours."""
    current = _current_number(document, page)
    own = profile.canonical(page.url) if page.url else None
    for element in document.root.iter("a"):
        if not _says_next(element, current + 1):
            continue
        href = element.get("href") or ""
        url = normalise(href, document.base) if not href.startswith("#") else None
        if url and _is_later_page(url, own, current) and profile.classify(url) != "deny":
            return _next(profile, url)
    return _postback(document, page, None)


def _says_next(element: HtmlElement, number: int) -> bool:
    if "next" in (element.get("rel") or "").lower().split():
        return True
    classes = (element.get("class") or "").lower()
    if "disabled" in classes or any(
        "disabled" in (parent.get("class") or "")
        for parent in [element.getparent()]
        if parent is not None
    ):
        return False
    text = fold(select.inline_text(element))
    if text == str(number):
        return True
    hints = [text, fold(element.get("title") or ""), fold(element.get("aria-label") or "")]
    return any(_NEXT_TEXT.match(hint) and not _LAST_TEXT.match(hint) for hint in hints if hint)


def _is_later_page(url: str, own: str | None, current: int) -> bool:
    """The address of a pager's next page differs from ours by a number that is larger."""
    number = page_number(url)
    if own is None or number is None:
        return number is not None
    return number > (page_number(own) or 0) and host_of(url) == host_of(own)


def page_number(url: str) -> int | None:
    """The page number that an address carries, None if it carries none."""
    found = _PAGE_IN_URL.search(url)
    return int(found.group(1)) if found else None


def _current_number(document: Document, page: Page) -> int:
    number = page_number(page.url) if page.url else None
    if number is not None and page.request_method == "GET":
        return number
    for element in document.root.iter("span", "li", "b", "strong", "a", "td"):
        classes = (element.get("class") or "").lower().split()
        if not {"active", "current", "selected", "aspnetcurrentpage", "page-current"} & set(
            classes
        ):
            continue
        text = select.inline_text(element)
        if text.isdigit() and len(text) <= 5:
            return int(text)
    return _postback_gap(document) or 1


def _postback_gap(document: Document) -> int | None:
    """ASP.NET grids print the current page as plain text between links: the missing number."""
    numbers = set()
    for element in document.root.iter("a"):
        if _POSTBACK.search(element.get("href") or ""):
            text = select.inline_text(element)
            if text.isdigit() and len(text) <= 5:
                numbers.add(int(text))
    if not numbers:
        return None
    gaps = [n for n in range(1, max(numbers)) if n not in numbers]
    return gaps[-1] if gaps else max(numbers) + 1 if min(numbers) == 1 else 1


def _next(profile: Profile, url: str) -> Link:
    return Link(profile.canonical(url) or url, "next")
