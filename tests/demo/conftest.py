"""Portals to test on, and how a test looks at their pages."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import lxml.html
import pytest

from crawler.demo import DemoPortal, GoldArticle, Request, Response, build
from crawler.text import squeeze

Get = Callable[..., Response]


@pytest.fixture(scope="session")
def portals() -> list[DemoPortal]:
    return build()


@pytest.fixture(scope="session")
def mutated() -> list[DemoPortal]:
    return build(mutation=7)


@pytest.fixture
def portal(portals: list[DemoPortal]) -> Callable[[str], DemoPortal]:
    """Finds a portal by its platform."""
    return lambda platform: next(portal for portal in portals if portal.platform == platform)


@pytest.fixture(scope="session")
def page_text() -> Callable[[Response], str]:
    """The text of a page, white space squeezed, invisible characters gone, NFC."""

    def text_of(response: Response) -> str:
        return squeeze(str(lxml.html.document_fromstring(response.text).xpath("string()")))

    return text_of


@pytest.fixture(scope="session")
def hrefs() -> Callable[[Response], list[str]]:
    """The addresses of a page's anchors, as they stand there."""

    def links(response: Response) -> list[str]:
        found = re.findall(r'<a [^>]*?href="([^"]*)"', response.text)
        return [html.unescape(link) for link in found]

    return links


@pytest.fixture(scope="session")
def ordinary() -> Callable[[DemoPortal], GoldArticle]:
    """A visible article with a lead, paragraphs and a caption."""

    def pick(portal: DemoPortal) -> GoldArticle:
        return next(
            gold
            for gold in reversed(portal.articles)
            if gold.visible and gold.captions and len(gold.paragraphs) > 2
        )

    return pick


@pytest.fixture(scope="session")
def get() -> Get:
    """Asks a portal for a path; headers by keyword, `_` for `-`."""

    def ask(portal: DemoPortal, target: str, **headers: str) -> Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return portal.respond(Request(target, headers=named))

    return ask
