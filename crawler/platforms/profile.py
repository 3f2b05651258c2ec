"""A platform profile: one CMS family as data, and what its addresses say.

Profiles are TOML files beside this module, checked against schema.json when they are loaded.
Field sources in a layout are strings, tried in order, first hit wins:
`meta:NAME` (a meta tag's content), `jsonld:KEY`, or a CSS selector, with `@attr` for an attribute.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import unquote, urlsplit, urlunsplit

from crawler.platforms.lists import ScriptList, build_list
from crawler.platforms.literals import Needs, needs_of
from crawler.urls import normalise, path_and_query

UrlKind = Literal["deny", "article", "listing", "print", "feed", "sitemap", "other"]

# Parameters that never tell one page from another, on any platform. `sid` is one only when its
# value is a token: on .NET portals a short one is the number of the site.
_NOISE = re.compile(
    r"^(?:(?:utm_\w+|fbclid|gclid|zarsrc|phpsessid|jsessionid|aspxautodetectcookiesupport|_ga)="
    r"|sid=[0-9a-z]{16,}$)",
    re.IGNORECASE,
)
_SESSION_IN_PATH = re.compile(r";jsessionid=[^/?]*|/\(S\([0-9a-z]{24}\)\)", re.IGNORECASE)
# Files that are no pages: documents, pictures, archives, scripts.
_FILE = re.compile(
    r"\.(pdf|docx?|xlsx?|pptx?|odt|ods|rtf|txt|zip|rar|7z|jpe?g|png|gif|bmp|webp|svg|ico|mp3|mp4"
    r"|wmv|avi|flv|mov|swf|css|js|json|woff2?|ttf|eot|exe|apk)$",
    re.IGNORECASE,
)


_EVERYWHERE: tuple[tuple[UrlKind, re.Pattern[str]], ...] = (
    ("sitemap", re.compile(r"/sitemap[\w.-]*\.xml$", re.IGNORECASE)),
    ("feed", re.compile(r"/(rss|feed|atom)(/|\.xml|\.rss)?$|\.rss$", re.IGNORECASE)),
    ("other", _FILE),
)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One sign of a platform: a regex on the generator, a cookie name, the markup or the URL.

    `needs` are strings without which the regex cannot match.
    """

    place: Literal["generator", "cookie", "markup", "url"]
    pattern: re.Pattern[str]
    weight: int
    needs: Needs = ()


@dataclass(frozen=True, slots=True)
class UrlRule:
    kind: UrlKind
    pattern: re.Pattern[str]
    id_pattern: re.Pattern[str] | None
    id_ignores_case: bool = False


@dataclass(frozen=True, slots=True)
class Pagination:
    """How a listing names its next page.

    "link": the element that `select` finds. "query": parameter `param` counts pages, the first is
    `first`. "post": a form sent to `url`, whose `{name}` places are filled from `find` (regexes
    on the page's markup, group 1) and `{page}`. "postback": the ASP.NET `__doPostBack` whose
    target matches `target`.
    """

    kind: Literal["link", "query", "post", "postback"]
    select: str | None = None
    param: str | None = None
    first: int = 1
    url: str | None = None
    form: tuple[tuple[str, str], ...] = ()
    find: tuple[tuple[str, re.Pattern[str]], ...] = ()
    target: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """Where one theme of the platform keeps each field. `valid_*` are ISO dates of the theme."""

    id: str
    body: tuple[str, ...]
    fields: dict[str, tuple[str, ...]]
    drop: tuple[str, ...] = ()
    byline: Literal["field", "body"] = "body"
    valid_from: str | None = None
    valid_to: str | None = None

    def valid_on(self, day: str | None) -> bool:
        """Whether the layout may stand on a page captured on this ISO day (None: any)."""
        if day is None:
            return True
        return (self.valid_from or "") <= day <= (self.valid_to or "9999")


@dataclass(frozen=True, slots=True)
class DocumentTable:
    """Where a list of official documents stands: its rows, and in a row title and issue date."""

    rows: str
    title: str
    published: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Address:
    """What one address says on a platform: its kind, its stable spelling, its native key."""

    kind: UrlKind
    canonical: str
    native_id: str | None


@dataclass(frozen=True, eq=False)
class Profile:
    """A CMS family. `version` changes whenever the profile's text does.

    `open_addresses`: articles may stand at addresses that no rule names. `print_key`: whether
    print views are keyed by their article's native id, or by numbers of their own; `print_of`
    makes the article's address of a print view's.
    """

    id: str
    name: str
    version: str
    trust: str
    fingerprints: tuple[Fingerprint, ...]
    rules: tuple[UrlRule, ...]
    layouts: tuple[Layout, ...] = ()
    pagination: tuple[Pagination, ...] = ()
    block_page: tuple[re.Pattern[str], ...] = ()
    drop_query: tuple[re.Pattern[str], ...] = ()
    rewrites: tuple[tuple[re.Pattern[str], str], ...] = ()
    drop_cookies: tuple[re.Pattern[str], ...] = ()
    start_paths: tuple[str, ...] = ()
    delay_s: float | None = None
    useless_validators: bool = False
    open_addresses: bool = False
    print_key: Literal["article", "own"] = "article"
    print_of: tuple[re.Pattern[str], str] | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    lists: tuple[ScriptList, ...] = ()
    documents: tuple[DocumentTable, ...] = ()

    def address(self, url: str) -> Address:
        """Kind, canonical spelling and native key of a normal address, remembered: the same
        menus and lists stand on every page of a portal."""
        return _address(self, url)

    def classify(self, url: str) -> UrlKind:
        """What the address promises; one that no rule names: sitemap, feed, file or listing."""
        rule = self._rule(path_and_query(url))
        if rule is not None:
            return rule.kind
        for kind, pattern in _EVERYWHERE:
            if pattern.search(urlsplit(url).path):
                return kind
        return "listing"

    def list_at(self, url: str | None, method: str) -> ScriptList | None:
        """The list that a script fills from this address."""
        if url is None or not self.lists:
            return None
        place = path_and_query(url)
        return next((x for x in self.lists if x.method == method and x.at.search(place)), None)

    def knows(self, url: str) -> bool:
        """Whether one of the platform's own rules names the address."""
        return self._rule(path_and_query(url)) is not None

    def _rule(self, place: str) -> UrlRule | None:
        return next((rule for rule in self.rules if rule.pattern.search(place)), None)

    def native_id(self, url: str) -> str | None:
        """The platform's own key in the address; without one, path and query are the key.

        A key of several parts (a site and a slug) is joined by "/".
        """
        place = path_and_query(url)
        rule = self._rule(place)
        if rule is None:
            return None
        if rule.id_pattern is not None and (found := rule.id_pattern.search(place)):
            key = "/".join(group for group in found.groups() if group)
            return (key.lower() if rule.id_ignores_case else key) or None
        return place if rule.kind in ("article", "print") else None

    def article_of(self, url: str) -> str | None:
        """The canonical address of the article that a print view shows, as far as its own tells."""
        if self.print_of is None:
            return None
        pattern, to = self.print_of
        parts = urlsplit(url)
        place, count = pattern.subn(to, path_and_query(url), count=1)
        if not count:
            return None
        # A path in a query is written with its slashes encoded.
        path, _, query = place.replace("%2F", "/").partition("?")
        return self.canonical(urlunsplit((parts.scheme, parts.netloc, path, query, ""))) or None

    def canonical(self, url: str) -> str:
        """The address without what changes from visit to visit; "" when it is no address."""
        normal = normalise(url)
        if normal is None:
            return ""
        parts = urlsplit(normal)
        path = _SESSION_IN_PATH.sub("", parts.path)
        query = parts.query
        if query:
            query = self._kept_query(query)
        place = f"{path}?{query}" if query else path
        for pattern, to in self.rewrites:
            place = pattern.sub(to, place)
        path, _, query = place.partition("?")
        return urlunsplit((parts.scheme, parts.netloc, path or "/", query, ""))

    def _kept_query(self, query: str) -> str:
        # What is kept stays as written: some servers care about order and odd encodings.
        return "&".join(part for part in query.split("&") if not self._is_noise(part))

    def _is_noise(self, part: str) -> bool:
        name, _, value = part.partition("=")
        name = unquote(name)
        return bool(_NOISE.match(f"{name}={value}")) or any(p.search(name) for p in self.drop_query)


@lru_cache(maxsize=32_768)
def _address(profile: Profile, url: str) -> Address:
    if profile.classify(url) == "deny":
        return Address("deny", "", None)
    canonical = profile.canonical(url)
    kind = profile.classify(canonical)
    native = profile.native_id(canonical) if kind in ("article", "print") else None
    return Address(kind, canonical, native)


def build(data: dict[str, Any], version: str) -> Profile:
    """A Profile from schema-checked TOML data."""
    canonical = data.get("canonical", {})
    return Profile(
        id=data["id"],
        name=data["name"],
        version=version,
        trust=data["trust"],
        fingerprints=tuple(
            Fingerprint(
                sign["in"], _regex(sign["pattern"]), sign["weight"], needs_of(sign["pattern"])
            )
            for sign in data["recognise"]
        ),
        rules=tuple(_url_rule(rule) for rule in data["urls"]),
        layouts=tuple(_layout(layout) for layout in data.get("layouts", [])),
        pagination=tuple(_pagination(entry) for entry in data.get("pagination", [])),
        block_page=_regexes(data.get("block_page", ())),
        drop_query=_regexes(canonical.get("drop_query", ())),
        rewrites=tuple(
            (_regex(entry["pattern"]), entry["to"]) for entry in canonical.get("rewrite", ())
        ),
        drop_cookies=_regexes(data.get("drop_cookies", ())),
        start_paths=tuple(data.get("start_paths", ())),
        delay_s=data.get("delay_s"),
        useless_validators=data.get("useless_validators", False),
        open_addresses=data.get("open_addresses", False),
        print_key=data.get("print", {}).get("key", "article"),
        print_of=_print_of(data.get("print", {})),
        valid_from=data.get("valid_from"),
        valid_to=data.get("valid_to"),
        lists=tuple(build_list(entry) for entry in data.get("lists", ())),
        documents=tuple(
            DocumentTable(entry["rows"], entry["title"], tuple(entry.get("published", ())))
            for entry in data.get("documents", ())
        ),
    )


def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _print_of(data: dict[str, str]) -> tuple[re.Pattern[str], str] | None:
    return (_regex(data["pattern"]), data["to"]) if "pattern" in data else None


def _regexes(patterns: list[str] | tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(_regex(pattern) for pattern in patterns)


def _url_rule(rule: dict[str, Any]) -> UrlRule:
    flags = 0 if rule.get("case_sensitive") else re.IGNORECASE
    id_text = rule.get("id")
    return UrlRule(
        rule["kind"],
        re.compile(rule["pattern"], flags),
        re.compile(id_text, flags) if id_text else None,
        rule.get("id_ignores_case", False),
    )


_FIELDS = (
    "title",
    "published",
    "updated",
    "lead",
    "author",
    "source",
    "category",
    "tags",
    "attachments",
    "lead_image",
)


def _layout(data: dict[str, Any]) -> Layout:
    return Layout(
        id=data["id"],
        body=tuple(data["body"]),
        fields={name: tuple(data[name]) for name in _FIELDS if name in data},
        drop=tuple(data.get("drop", ())),
        byline=data.get("byline", "body"),
        valid_from=data.get("valid_from"),
        valid_to=data.get("valid_to"),
    )


def _pagination(data: dict[str, Any]) -> Pagination:
    return Pagination(
        kind=data["kind"],
        select=data.get("select"),
        param=data.get("param"),
        first=data.get("first", 1),
        url=data.get("url"),
        form=tuple(data.get("form", {}).items()),
        find=tuple((name, _regex(text)) for name, text in data.get("find", {}).items()),
        target=_regex(data["target"]) if "target" in data else None,
    )
