"""The next page of a listing: by the platform's own pager, else by what a pager looks like."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from lxml.html import HtmlElement

from crawler.platforms.profile import Pagination, Profile
from crawler.reader import select
from crawler.reader.document import Document
from crawler.reader.links import addresses
from crawler.reader.model import Link, Page
from crawler.reader.script_lists import follow_fragment
from crawler.text import fold
from crawler.urls import host_of, normalise

_POSTBACK = re.compile(
    r"(?:__doPostBack\(|WebForm_PostBackOptions\()\s*[\"']([^\"']*)[\"']\s*,\s*[\"']([^\"']*)[\"']",
    re.IGNORECASE,
)
_PAGE_ARGUMENT = re.compile(r"^Page\$(\d{1,5})$", re.IGNORECASE)
_ARROW = re.compile(r"^(»|›|>|>>|→|❯|▶|►)$")
_NEXT_WORDS = re.compile(
    r"^(next( page)?|sau|trang sau|trang tiep( theo)?|trang ke( tiep)?|tiep( theo)?|xem tiep"
    r"|tiep tuc|xem them|(bai |tin )?(viet )?cu hon|older( posts)?)$"
)
_NEXT_CLASS = re.compile(r"(?<![a-z])next(?![a-z])")
_AROUND = " \t«»‹›<>←→❯▶►.…"
_PAGE_IN_URL = re.compile(
    r"(?:[/?&._-](?:page|trang|p|pageindex|pageno|pagenumber|cur)[-=/]|_cur=)(\d{1,6})"
    r"(?![\w])",
    re.IGNORECASE,
)
_OFFSET_IN_URL = re.compile(r"[?&](?:start|offset|limitstart)=(\d{1,6})(?!\w)", re.IGNORECASE)
_CURRENT_CLASSES = frozenset(
    ("active", "is-active", "current", "selected", "aspnetcurrentpage", "page-current")
)
MAX_PAGE_DIGITS = 5


def next_page(document: Document, page: Page, profile: Profile) -> Link | None:
    """The next page of this listing as a link of kind "next", None when this is the last one.

    A pager that works by POST gives the encoded form, hidden fields included.
    """
    source = profile.list_at(page.url, page.request_method)
    if source is not None:
        return follow_fragment(document, source, page, profile)
    for pagination in profile.pagination:
        found = _PAGERS[pagination.kind](document, page, profile, pagination)
        if found is not None:
            return found
    if any(pagination.kind == "post" for pagination in profile.pagination) and _is_answer(page):
        return None
    return _by_looks(document, page, profile)


def page_number(url: str) -> int | None:
    """The page number that an address carries, None if it carries none."""
    found = _PAGE_IN_URL.search(url)
    return int(found.group(1)) if found else None


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
        for url, _, _ in addresses(document)
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
        if key == name and value.isdecimal() and len(value) <= MAX_PAGE_DIGITS:
            return int(value)
    return default


def _by_post(
    document: Document, page: Page, profile: Profile, pagination: Pagination
) -> Link | None:
    """The form of an AJAX pager: filled from the list page first, counted on from its answers."""
    if page.url is None or pagination.url is None:
        return None
    target = normalise(pagination.url, page.url)
    counter = next((name for name, text in pagination.form if text == "{page}"), None)
    if target is None or counter is None:
        return None
    if _is_answer(page):
        fields = dict(parse_qsl(page.request_body or "", keep_blank_values=True))
        number = fields.get(counter, "")
        if normalise(page.url) != target or not number.isdecimal():
            return None
        if next(addresses(document), None) is None:
            return None  # an answer without any item is one page beyond the last
        form = urlencode({**fields, counter: int(number) + 1})
        return Link(target, "next", method="POST", form=form)
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
    links = [
        (element, target, argument)
        for element, target, argument in _postbacks(document)
        if wanted is None or wanted.search(target)
    ]
    if not links or page.url is None:
        return None
    number = _current_number(document, page, [element for element, _, _ in links]) + 1
    for element, target, argument in links:
        told = _PAGE_ARGUMENT.match(argument)
        # "..." leads to the next window of numbers: what it sends says which page that is.
        is_next = int(told.group(1)) == number if told else _says_next(element, number)
        if is_next and not _is_disabled(element):
            form = next(element.iterancestors("form"), None)
            fields = _hidden_fields(form if form is not None else document.root)
            fields |= {"__EVENTTARGET": target, "__EVENTARGUMENT": argument}
            address = _action(form, document, page.url)
            return Link(address, "next", method="POST", form=urlencode(fields)) if address else None
    return None


def _postbacks(document: Document) -> list[tuple[HtmlElement, str, str]]:
    """Links that send a form by script: element, event target, event argument."""
    found = []
    for element in document.root.iter("a"):
        match = _POSTBACK.search(element.get("href") or "") or _POSTBACK.search(
            element.get("onclick") or ""
        )
        if match is not None:
            found.append((element, match.group(1), match.group(2)))
    return found


def _action(form: HtmlElement | None, document: Document, url: str) -> str | None:
    action = (form.get("action") or "").strip() if form is not None else ""
    return normalise(action, document.base or url) if action else normalise(url)


def _hidden_fields(form: HtmlElement) -> dict[str, str]:
    return {
        name: element.get("value") or ""
        for element in form.iter("input")
        if (name := element.get("name")) and (element.get("type") or "").lower() == "hidden"
    }


_PAGERS = {"link": _by_link, "query": _by_query, "post": _by_post, "postback": _by_postback}


def _by_looks(document: Document, page: Page, profile: Profile) -> Link | None:
    """Without the platform's word: rel=next, a "»" or "Trang sau", or the number after ours."""
    current = _current_number(document, page)
    own = profile.canonical(page.url) if page.url else None
    for element in document.root.iter("a"):
        href = element.get("href") or ""
        if not href or href.startswith("#") or not _says_next(element, current + 1):
            continue
        url = normalise(href, document.base)
        if url and _is_later_page(url, own) and profile.classify(url) != "deny":
            return _next(profile, url)
    return _postback(document, page, None)


def _says_next(element: HtmlElement, number: int) -> bool:
    """Whether a link says that it leads on: by rel, number, arrow, words or class."""
    if _is_disabled(element):
        return False
    if "next" in (element.get("rel") or "").lower().split():
        return True
    text = select.inline_text(element)
    if text == str(number):
        return True
    for hint in (text, element.get("title") or "", element.get("aria-label") or ""):
        if _ARROW.match(hint.strip()) or _NEXT_WORDS.match(fold(hint.strip(_AROUND))):
            return True
    parent = element.getparent()
    holders = (
        (element, parent) if parent is not None and parent.tag in ("li", "span") else (element,)
    )
    return any(_NEXT_CLASS.search((holder.get("class") or "").lower()) for holder in holders)


def _is_disabled(element: HtmlElement) -> bool:
    parent = element.getparent()
    holders = (element, parent) if parent is not None else (element,)
    return any(
        "disabled" in (holder.get("class") or "").lower() or holder.get("aria-disabled") == "true"
        for holder in holders
    )


def _is_later_page(url: str, own: str | None) -> bool:
    """The address of a pager's next page differs from ours by a number that is larger."""
    if own is not None and host_of(url) != host_of(own):
        return False
    for pattern in (_PAGE_IN_URL, _OFFSET_IN_URL):
        if found := pattern.search(url):
            ours = pattern.search(own) if own else None
            return int(found.group(1)) > (int(ours.group(1)) if ours else 0)
    return False


def _current_number(document: Document, page: Page, pager: list[HtmlElement] | None = None) -> int:
    """The number of this page, as its address, the form that asked for it or its pager says."""
    if _is_answer(page):
        fields = dict(parse_qsl(page.request_body or "", keep_blank_values=True))
        if told := _PAGE_ARGUMENT.match(fields.get("__EVENTARGUMENT", "")):
            return int(told.group(1))
    elif page.url and (number := page_number(page.url)) is not None:
        return number
    for element in document.root.iter("span", "li", "b", "strong", "a", "td"):
        classes = (element.get("class") or "").lower().split()
        if classes and not _CURRENT_CLASSES.isdisjoint(classes):
            number = _number(element)
            if number is not None:
                return number
    return _number_between(pager or []) or 1


def _number_between(links: list[HtmlElement]) -> int | None:
    """ASP.NET grids print the current page between their links as plain text, without a class."""
    numbered = [(element, number) for element in links if (number := _number(element)) is not None]
    if not numbered:
        return None
    known = {number for _, number in numbered}
    holder = numbered[0][0].getparent()
    for _ in range(4):
        if holder is None:
            break
        for element in holder.iter("span", "b", "strong", "font", "td", "li"):
            number = _number(element) if element.find(".//a") is None else None
            if number is not None and number not in known and element.getparent().tag != "a":
                return number
        holder = holder.getparent()
    missing = set(range(min(known), max(known))) - known
    return max(missing) if missing else None


def _number(element: HtmlElement) -> int | None:
    if select.is_large(element):
        return None
    text = select.inline_text(element)
    return int(text) if text.isdecimal() and len(text) <= MAX_PAGE_DIGITS else None


def _next(profile: Profile, url: str) -> Link:
    return Link(profile.canonical(url) or url, "next")
