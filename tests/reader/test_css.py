"""The quick selectors find what lxml's XPath finds, on every selector that a profile has."""

from __future__ import annotations

import pytest
from lxml.cssselect import CSSSelector
from lxml.html import document_fromstring

from crawler.demo import Request, build
from crawler.errors import RecordError
from crawler.platforms import load_profiles
from crawler.reader.css import compiled

PAGE = """<html><body><div id="a" class="x y"><p class="y">1</p><p lang="vi">2</p>
<ul class="pager"><li class="on"><a rel="prev next" href="/p-2.html">3</a></li><li>4</li></ul>
<div><span class="y"><b class="x">5</b></span></div></div><p class="xy">6</p></body></html>"""
SELECTORS = (
    "p", ".y", "p.y", "#a", "div#a.x", "div p", "div > p", "#a .y .x", "[lang]", "p[lang=vi]",
    "a[href*='p-']", "a[href^='/p']", "a[href$='.html']", "a[rel~=next]",
    "ul.pager li:last-child a", "li:nth-child(2)", "p, b", "*", "div > .y > b", ".nothing",
    "p:not(.y)",
)  # fmt: skip


def profile_selectors() -> list[str]:
    found: set[str] = set()
    for profile in load_profiles().values():
        for layout in profile.layouts:
            sources = [*layout.body, *layout.drop, *sum(layout.fields.values(), ())]
            found.update(
                s.partition("@")[0] for s in sources if not s.startswith(("meta:", "json"))
            )
    return sorted(found)


@pytest.mark.parametrize("css", SELECTORS)
def test_a_selector_finds_what_xpath_finds(css: str) -> None:
    root = document_fromstring(PAGE)
    assert compiled(css).find(root) == CSSSelector(css, translator="html")(root)


def test_the_selectors_of_all_profiles_find_what_xpath_finds_on_the_demo_pages() -> None:
    roots = []
    for portal in build(articles_per_portal=25):
        request = Request(portal.articles[0].urls[0], headers={"host": "demo.example"})
        roots.append(document_fromstring(portal.respond(request).body.decode()))
    found = 0
    for css in profile_selectors():
        for root in roots:
            elements = compiled(css).find(root)
            assert elements == CSSSelector(css, translator="html")(root), css
            found += len(elements)
    assert found > 20


def test_a_selector_names_what_it_cannot_do_without() -> None:
    assert set(compiled("div.x #a p.y").needs) == {"x", "a", "y"}
    assert compiled("p, .y").needs == ()


def test_a_broken_selector_is_a_record_error_that_quotes_it() -> None:
    with pytest.raises(RecordError, match="p\\[\\["):
        compiled("p[[")
