"""A page parsed once: the tree, its metadata, and what the parser had to drop."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from lxml import etree, html

from crawler.reader.controls import without_controls
from crawler.reader.recode import recode
from crawler.reader.truncation import is_cut_short
from crawler.text import squeeze
from crawler.urls import normalise

# libxml2 stops at 255 levels and 10 MB of text without an exception, and so it does at 2,048
# levels with huge_tree, which lifts the first two; the worker's memory and time limits stand in
# their place. The error log alone tells of it.
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_LIMIT_ERRORS = frozenset(("ERR_RESOURCE_LIMIT", "ERR_NO_MEMORY"))
TITLE_CHARS = 1_000  # what a <title> holds beyond is the page, caught in a tag left open
META_CHARS = 20_000  # of a meta tag: no description is longer
_OUT_OF_MEMORY = "unknown error"  # what libxml2 says when an allocation fails under a limit


@dataclass
class Document:
    """The parsed page. `url` is where it came from, `base` what its links are relative to.

    `recoded` are the runs of text that came out of an old encoding, by the flag that says which.
    """

    root: html.HtmlElement
    markup: str
    url: str | None
    flags: list[str] = field(default_factory=list)
    selected: dict[str, list[html.HtmlElement]] = field(default_factory=dict)  # by selector
    recoded: dict[str, list[str]] = field(default_factory=dict)

    @cached_property
    def base(self) -> str | None:
        for element in self.root.iter("base"):
            if href := element.get("href"):
                return normalise(href, self.own_url) or self.own_url
        return self.own_url

    @cached_property
    def own_url(self) -> str | None:
        """Where the page came from; for a file of unknown origin what the page itself says."""
        if self.url is not None:
            return self.url
        links = (e.get("href") for e in self.root.iter("link") if e.get("rel") == "canonical")
        said = next((href for href in links if href), None) or self.meta("og:url")
        return normalise(said) if said else None

    @cached_property
    def metas(self) -> dict[str, list[str]]:
        """Content of meta tags by name, property, itemprop or http-equiv, in lower case."""
        found: dict[str, list[str]] = {}
        for element in self.root.iter("meta"):
            content = element.get("content")
            if content is None:
                continue
            for attribute in ("name", "property", "itemprop", "http-equiv"):
                if name := element.get(attribute):
                    found.setdefault(name.strip().lower(), []).append(squeeze(content[:META_CHARS]))
        return found

    @cached_property
    def jsonld(self) -> dict[str, str]:
        """Plain values of JSON-LD objects that describe an article, by key; first one wins."""
        found: dict[str, str] = {}
        for element in self.root.iter("script"):
            if (element.get("type") or "").strip().lower() != "application/ld+json":
                continue
            try:
                data = json.loads(element.text or "")
            except (ValueError, RecursionError):
                continue
            for node in _article_nodes(data):
                for key, value in node.items():
                    if isinstance(value, dict):
                        value = value.get("name")
                    if isinstance(value, str) and value.strip():
                        found.setdefault(key, squeeze(value))
        return found

    def meta(self, *names: str) -> str | None:
        """The first non-empty content among these meta names."""
        for name in names:
            for content in self.metas.get(name, ()):
                if content:
                    return content
        return None

    @cached_property
    def head_title(self) -> str | None:
        for element in self.root.iter("title"):
            if element.getparent() is not None and element.getparent().tag == "svg":
                continue
            return squeeze(element.text_content())[:TITLE_CHARS] or None
        return None

    @cached_property
    def canonical_link(self) -> str | None:
        for element in self.root.iter("link"):
            if (element.get("rel") or "").lower() == "canonical" and element.get("href"):
                return normalise(element.get("href"), self.base)
        return None

    @cached_property
    def language(self) -> str | None:
        value = (self.root.get("lang") or self.meta("content-language") or "").strip().lower()
        found = re.match(r"[a-z]{2}", value)
        return found.group() if found else None


def parse(markup: str, url: str | None) -> Document | None:
    """The document, or None when there is no element at all in the text.

    Raises MemoryError when libxml2 ran out of memory: the page is large, not empty.
    """
    text = _XML_DECLARATION.sub("", markup, count=1)
    data = without_controls(text)
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True
    )
    # lxml.html picks a class for each element in Python; one class for all is picked in C.
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=html.HtmlElement))
    try:
        root = html.document_fromstring(data, parser=parser)
    except etree.XMLSyntaxError as error:
        if _OUT_OF_MEMORY in str(error):
            raise MemoryError(f"libxml2 ran out of memory on {len(data)} bytes") from None
        return None
    except (etree.ParserError, ValueError):
        return None
    document = Document(root, markup, url, recoded=recode(root, data).runs)
    limited = any(entry.type_name in _LIMIT_ERRORS for entry in parser.error_log)
    if limited or is_cut_short(root, text):
        document.flags.append("truncated_parse")
    return document


def _article_nodes(data: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > 4:
        return
    if isinstance(data, list):
        for entry in data[:20]:
            yield from _article_nodes(entry, depth + 1)
    elif isinstance(data, dict):
        kind = data.get("@type")
        kinds = kind if isinstance(kind, list) else [kind]
        if any(isinstance(k, str) and ("Article" in k or "Posting" in k) for k in kinds):
            yield data
        yield from _article_nodes(data.get("@graph", []), depth + 1)
