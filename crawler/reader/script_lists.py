"""Lists that a portal fills by a script: which a page asks for, and what their answers say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from crawler.platforms.lists import PLACE, ScriptList, filled
from crawler.platforms.profile import Profile
from crawler.reader import select
from crawler.reader.dates import parse_published
from crawler.reader.document import Document
from crawler.reader.links import MAX_LINKS, addresses
from crawler.reader.model import Link, Page, Reading
from crawler.text import fold, nfc, squeeze
from crawler.urls import normalise

MAX_LISTS = 20  # more on one page are the boxes of a portal with many sections, not its lists
MAX_WRAPPINGS = 3  # objects around the list in an answer
MAX_NUMBER_DIGITS = 9  # of a page or offset
TITLE_CHARS = 1_000
NOT_JSON = "malformed JSON"
NO_ITEMS = "no items in the JSON"
NO_ADDRESSES = "no addresses in the JSON"
HTML_INSTEAD = "HTML in place of JSON"
# Some frameworks put a guard or a function's name before what would otherwise run as a script.
_GUARD = re.compile(r"\)\]\}'?,?\s*|(?:while\s*\(1\)|for\s*\(;;\))\s*;\s*")
_CALL = re.compile(r"(?:/\*.{0,200}?\*/\s*)?[\w$.]{1,200}\s*\(\s*(?=[\[{])", re.DOTALL)
_CALL_END = re.compile(r"\)\s*;?\s*$")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--.*?-->", re.DOTALL)
_NO_WORD = re.compile(r"[^a-z0-9]+")
_MILLISECONDS = 100_000_000_000  # larger numbers of a date are milliseconds since 1970


def lists_on(document: Document, page: Page, profile: Profile) -> list[Link]:
    """The first pages of the lists that a page fills by a script, as links of kind "listing"."""
    found: dict[tuple[str, str | None], Link] = {}
    for source in profile.lists if page.request_method == "GET" else ():
        for values in source.values_on(document.markup, MAX_LISTS):
            link = _request(source, values, document, profile)
            if link is not None and len(found) < MAX_LISTS:
                found.setdefault((link.url, link.form), link)
    return list(found.values())


def _request(
    source: ScriptList, values: dict[str, str], document: Document, profile: Profile
) -> Link | None:
    """What a script would ask for; None when the page does not tell all of it."""
    place = filled(source.url, values)
    url = normalise(place, document.base) if place else None
    fields = [(name, _field(text, values)) for name, text in source.fields]
    if url is None or any(text is None for _, text in fields):
        return None
    form = urlencode([(name, text or "") for name, text in fields])
    if source.method == "POST":
        target = profile.canonical(url)
        return Link(target, "listing", method="POST", form=form) if target else None
    parts = urlsplit(url)
    told = {name for name, _ in fields}
    kept = [part for part in parts.query.split("&") if part and _name(part) not in told]
    full = urlunsplit(parts._replace(query="&".join([*kept, form])))
    target = profile.canonical(full)
    return Link(target, "listing") if target and source.at.search(_place(target)) else None


def _field(template: str, values: dict[str, str]) -> str | None:
    return filled(template, values) if PLACE.search(template) else template


def _name(part: str) -> str:
    return unquote(part.partition("=")[0])


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def next_request(source: ScriptList, page: Page, profile: Profile) -> Link | None:
    """The request for the page after this answer; None when this one does not say its number."""
    if page.url is None:
        return None
    name, by = source.counter
    if source.method == "POST":
        form = _counted(page.request_body or "", name, by)
        return Link(page.url, "next", method="POST", form=form) if form else None
    parts = urlsplit(page.url)
    query = _counted(parts.query, name, by)
    if query is None:
        return None
    url = profile.canonical(urlunsplit(parts._replace(query=query)))
    return Link(url, "next") if url else None


def _counted(query: str, name: str, by: int) -> str | None:
    """The query with this field counted on; everything else stays as it is written."""
    parts = query.split("&")
    for at, part in enumerate(parts):
        value = part.partition("=")[2]
        if _name(part) == name and value.isdecimal() and len(value) <= MAX_NUMBER_DIGITS:
            parts[at] = f"{quote(name)}={int(value) + by}"
            return "&".join(parts)
    return None


def read_answer(text: str, source: ScriptList, page: Page, profile: Profile) -> Reading | None:
    """The listing that a JSON answer is, or why it is none; None when it is HTML."""
    text = text.lstrip("\ufeff \t\r\n")
    if text.startswith("<"):
        return None
    try:
        data = json.loads(_bare(text))
    except (ValueError, RecursionError):
        return _rejected(page, profile.id, NOT_JSON)
    try:
        entries = _entries(data, source, _sent(page))
    except (LookupError, ValueError, RecursionError):
        return _rejected(page, profile.id, NO_ITEMS)
    reading = Reading(page.url, "listing", None, platform=profile.id)
    if not entries:
        return reading  # one page beyond the last, or a section without news
    links = _items(entries, source, page, profile)
    if not links:
        return _rejected(page, profile.id, NO_ADDRESSES)
    following = None if _is_last(data, source, page) else next_request(source, page, profile)
    reading.links = [*([following] if following else []), *links]
    return reading


def checked_fragment(reading: Reading, source: ScriptList, page: Page) -> Reading:
    """What was read from HTML where a list was asked for: a list, or the reason why not."""
    if reading.kind == "rejected" or source.answer == "html":
        return reading
    if any(link.kind == "article" for link in reading.links) and reading.kind == "listing":
        return reading
    return _rejected(page, reading.platform, HTML_INSTEAD)


def follow_fragment(
    document: Document, source: ScriptList, page: Page, profile: Profile
) -> Link | None:
    """The page after an answer in HTML; None when it holds no item."""
    if next(addresses(document), None) is None:
        return None
    return next_request(source, page, profile)


def dated(links: list[Link], document: Document, source: ScriptList, page: Page) -> list[Link]:
    """The links of an answer in HTML, with the publish times that stand beside them."""
    when: dict[str, str] = {}
    for item in select.elements(document, (source.items.path or "",)):
        stamp = _stamp_in(item, document, source, page)
        for anchor in item.iter("a") if stamp else ():
            url = normalise(anchor.get("href") or "", document.base)
            if url and stamp:
                when.setdefault(url, stamp)
    return [replace(link, published=when.get(link.url, link.published)) for link in links]


def _stamp_in(item: Any, document: Document, source: ScriptList, page: Page) -> str | None:
    for place in source.items.published:
        _, _, attribute = place.partition("@")
        for element in select.elements(document, (place,), item):
            text = element.get(attribute) if attribute else select.inline_text(element)
            if stamp := _published(text, page):
                return stamp
    return None


def _rejected(page: Page, platform: str | None, reason: str) -> Reading:
    return Reading(page.url, "rejected", reason, platform=platform)


def _bare(text: str) -> str:
    """JSON without the guard or the call around it."""
    if guard := _GUARD.match(text):
        text = text[guard.end() :]
    if call := _CALL.match(text):
        text = _CALL_END.sub("", text[call.end() :])
    return text


def _entries(data: Any, source: ScriptList, sent: dict[str, str]) -> list[Any]:
    """The list of the items. Raises LookupError when there is none."""
    if source.items.path is not None:
        return _at(data, source.items.path)
    first: list[Any] | None = None
    for found in _lists_in(_reach(data, ""), 0):
        if any(isinstance(e, dict) and _address(source.items.url or "", e, sent) for e in found):
            return found
        first = found if first is None else first
    if first is None:
        raise LookupError("a list")
    return first


def _lists_in(data: Any, depth: int) -> Iterator[list[Any]]:
    if isinstance(data, list):
        yield data
    elif isinstance(data, dict) and depth < MAX_WRAPPINGS:
        for value in data.values():
            yield from _lists_in(_parsed(value), depth + 1)


def _items(entries: list[Any], source: ScriptList, page: Page, profile: Profile) -> list[Link]:
    """The links to the articles that the entries name, each once."""
    sent = _sent(page)
    links: dict[str, Link] = {}
    for entry in entries[:MAX_LINKS]:
        link = _item(entry, sent, source, page, profile) if isinstance(entry, dict) else None
        if link is not None:
            links.setdefault(link.url, link)
    return list(links.values())


def _at(data: Any, path: str) -> list[Any]:
    """The list that the path leads to; one that is null is empty. Raises LookupError."""
    found = _reach(data, path)
    if found is None:
        return []
    if not isinstance(found, list):
        raise LookupError(path)
    return found


def _reach(data: Any, path: str) -> Any:
    """What stands at the path. ASP.NET wraps answers in "d", often as a string of JSON."""
    if isinstance(data, dict) and set(data) == {"d"}:
        data = data["d"]
    for name in filter(None, path.split(".")):
        data = _value(_parsed(data), name)
    return _parsed(data)


def _parsed(data: Any) -> Any:
    if isinstance(data, str) and data.lstrip().startswith(("{", "[")):
        try:
            return json.loads(data)
        except ValueError:
            return data  # a title in brackets
    return data


def _value(data: Any, name: str) -> Any:
    """A field, by its name in any case. Raises LookupError when there is none."""
    if not isinstance(data, dict):
        raise LookupError(name)
    if name in data:
        return data[name]
    wanted = name.lower()
    for key, value in data.items():
        if key.lower() == wanted:
            return value
    raise LookupError(name)


def _item(
    entry: dict[str, Any], sent: dict[str, str], source: ScriptList, page: Page, profile: Profile
) -> Link | None:
    """An item as a link to its article; None without an address that the platform allows."""
    place = _address(source.items.url or "", entry, sent)
    url = normalise(place, page.url) if place else None
    if url is None:
        return None
    address = profile.address(url)
    if address.kind not in ("article", "listing") or not address.canonical:
        return None
    # What a list of news names is news, whatever its address looks like.
    return Link(
        address.canonical,
        "article",
        address.native_id if address.kind == "article" else None,
        next(_texts(entry, source.items.title), None),
        published=next(_stamps(entry, source.items.published, page), None),
    )


def _address(template: str, entry: dict[str, Any], sent: dict[str, str]) -> str | None:
    """The template with fields of the item in it, else with what was asked for."""
    values: dict[str, str] = {}
    for slug, name in PLACE.findall(template):
        value = _plain(_field_of(entry, name)) or sent.get(name)
        if not value:
            return None
        values[slug + name] = _slug(_text(value)) if slug else unescape(value)
    found = PLACE.sub(lambda place: values[(place.group(1) or "") + place.group(2)], template)
    return found.strip() or None


def _sent(page: Page) -> dict[str, str]:
    """The fields of the request that was answered."""
    body = page.request_body if page.request_method == "POST" else urlsplit(page.url or "").query
    try:
        return dict(parse_qsl(body or "", keep_blank_values=True))
    except ValueError:  # more fields than anyone sends
        return {}


def _field_of(entry: dict[str, Any], name: str) -> Any:
    try:
        return _value(entry, name)
    except LookupError:
        return None


def _plain(value: Any) -> str | None:
    """A string or number as text; None for what is neither."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else None
    if isinstance(value, int):
        return str(value) if abs(value) < 10**30 else None
    if not isinstance(value, str):
        return None
    return value.encode("utf-8", "ignore").decode().strip() or None  # no halves of a pair


def _text(value: str) -> str:
    """Text without markup, escaped once or twice."""
    for _ in range(2):
        value = unescape(_TAG.sub(" ", value))
    return squeeze(nfc(_TAG.sub(" ", value)).strip("# "))[:TITLE_CHARS]


def _texts(entry: dict[str, Any], names: tuple[str, ...]) -> Iterator[str]:
    values = (_plain(_field_of(entry, name)) for name in names)
    yield from (text for value in values if value and (text := _text(value)))


def _stamps(entry: dict[str, Any], names: tuple[str, ...], page: Page) -> Iterator[str]:
    for name in names:
        value = _plain(_field_of(entry, name))
        if value and value.isdecimal() and _MILLISECONDS < int(value) < _MILLISECONDS * 100:
            value = f"/Date({value})/"
        if value and (stamp := _published(value, page)):
            yield stamp


def _published(text: str | None, page: Page) -> str | None:
    found = parse_published(text, page.captured_at) if text else None
    return found.iso if found is not None else None


def _slug(title: str) -> str:
    return _NO_WORD.sub("-", fold(title)).strip("-")


def _is_last(data: Any, source: ScriptList, page: Page) -> bool:
    """Whether the answer says that there are no more pages than those asked for."""
    if source.items.pages is None:
        return False
    try:
        most = _plain(_reach(data, source.items.pages))
    except (LookupError, ValueError, RecursionError):
        return False
    name, by = source.counter
    number = _sent(page).get(name, "")
    if not most or not most.isdecimal() or not number.isdecimal():
        return False
    if len(most) > MAX_NUMBER_DIGITS or len(number) > MAX_NUMBER_DIGITS:
        return False
    pages_read = int(number) // by + 1 - (source.first if by == 1 else 0)
    return pages_read >= int(most)
