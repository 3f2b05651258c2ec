"""A gold page after a change of theme: the stamp elsewhere, boxes that were not there, new names.

What the article says stays, so its truth does. The same seed gives the same page.
"""

from __future__ import annotations

from random import Random

import lxml.html
from lxml.html import HtmlElement

from crawler.platforms import get_profile
from crawler.text import fold, squeeze
from tests.support.gold import Fixture
from tests.support.seed_pages import mutated

_OTHERS = (
    ("Bàn giao nhà tình nghĩa cho gia đình chính sách ở thôn Đồng Mới", "02/03/2022"),
    ("Khai trương điểm giới thiệu sản phẩm của hợp tác xã Hồng Phong", "17/11/2021"),
    ("Họp bàn giải pháp gỡ vướng cho dự án kè sông qua thị trấn", "29/06/2023"),
)
_ROWS = "".join(
    f'<li><a href="/tin-{number}.html">{title}</a> ({day})</li>'
    for number, (title, day) in enumerate(_OTHERS)
)
_RELATED = f'<div class="extra-box"><h4>Tin tiêu điểm</h4><ul>{_ROWS}</ul></div>'
_BANNER = """<div class="banner-box"><a href="/"><img src="/images/banner-phu.png" alt="Banner"
width="468" height="60"></a><strong>Thông báo:</strong> cổng thông tin đang được nâng cấp.</div>"""


def changed(fixture: Fixture, seed: int, *, renamed: bool) -> str:
    """The fixture's page, its stamp below the body or above the title, with two boxes more.

    `renamed`: every class and id has another name, and the software no longer names itself.
    """
    rng = Random(f"{fixture.name}:{seed}")
    root = lxml.html.document_fromstring(fixture.markup)
    title = _outermost(_element_of(root, fixture.expected["title"]))
    paragraphs = [
        element
        for line in fixture.expected["text"].splitlines()
        if (element := _element_of(root, line)) is not None
    ]
    body = _outermost(_around(paragraphs))
    assert body is not None, f"{fixture.name}: its paragraphs stand in no element"
    stamp = _outermost(_element_of(root, fixture.expected["published_raw"] or ""))
    if stamp is not None and title is not None:
        stamp.drop_tree()
        if rng.random() < 0.5:
            title.addprevious(stamp)
        else:
            body.addnext(stamp)
    related, banner = map(lxml.html.fragment_fromstring, (_RELATED, _BANNER))
    if rng.random() < 0.5:
        body.addprevious(related)
    else:
        body.addnext(related)
    body.addnext(banner)
    page = lxml.html.tostring(root, encoding="unicode", doctype="<!DOCTYPE html>")
    return mutated(page) if renamed else page


def body_of(fixture: Fixture) -> HtmlElement | None:
    """The element that a layout of the fixture's family takes for the body, None without one."""
    root = lxml.html.document_fromstring(fixture.markup)
    layouts = get_profile(fixture.family).layouts
    for selector in (body for layout in layouts for body in layout.body):
        bodies: list[HtmlElement] = list(root.cssselect(selector))
        if bodies:
            return max(bodies, key=lambda element: len(element.text_content()))
    return None


def hollow(fixture: Fixture) -> str:
    """The fixture's page, all that its body held moved into an element of no name beside it."""
    body = body_of(fixture)
    assert body is not None, f"{fixture.name}: no layout of its family stands on the page"
    root = body.getroottree().getroot()
    beside = lxml.html.fragment_fromstring("<div></div>")
    beside.text, body.text = body.text, None
    beside.extend(list(body))
    body.addnext(beside)
    page: str = lxml.html.tostring(root, encoding="unicode", doctype="<!DOCTYPE html>")
    return page


def _element_of(root: HtmlElement, text: str) -> HtmlElement | None:
    """The innermost element of the page's body that says this and nothing else."""
    wanted = fold(text)
    if not wanted:
        return None
    found = None
    for element in root.find("body").iter():
        if isinstance(element.tag, str) and fold(squeeze(element.text_content())) == wanted:
            found = element
    return found


def _around(elements: list[HtmlElement]) -> HtmlElement:
    """The smallest element around all of these."""
    first, *others = elements
    around = {first, *first.iterancestors()}.intersection(
        *({element, *element.iterancestors()} for element in others)
    )
    return next(e for e in (first, *first.iterancestors()) if e in around and e not in elements)


def _outermost(element: HtmlElement | None) -> HtmlElement | None:
    """The largest element that says the same as this one: its box."""
    while element is not None and element.getparent().tag != "body":
        parent = element.getparent()
        if fold(squeeze(parent.text_content())) != fold(squeeze(element.text_content())):
            break
        element = parent
    return element
