"""The lead by its place: a paragraph that the template, not the author, sets apart from the text.

An editor writes paragraphs of one kind into one box. What stands in a box of its own between the
title and that box, or is of another kind than all paragraphs behind it, was a field of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml.html import HtmlElement

from crawler.reader.anchor import PROSE_CHARS
from crawler.reader.blocks import Block

LEAD_WORDS = 150
SEEN = 6  # paragraphs behind the lead that it is compared with
ALIKE = 3  # of one kind are needed where a mere tag sets the lead apart

_Sign = tuple[object, str]


def stands_apart(first: Block, others: Sequence[Block], heading: HtmlElement | None) -> bool:
    """Whether the first paragraph stands apart from the others. `heading` says the title."""
    prose = [b.owner for b in others if len(b.text) >= PROSE_CHARS and b.kind == "p"][:SEEN]
    if not prose or len(first.text.split()) > LEAD_WORDS or first.owner in prose:
        return False
    box = _common(prose[0], prose[1]) if len(prose) > 1 else prose[0]
    if box is None:
        return False
    if not _is_in(first.owner, box):
        around = _common(first.owner, box)
        if around is None or around is first.owner:
            return False
        own, text = _branch(first.owner, around), _branch(box, around)
        return _sign(own) != _sign(text) and (
            _holds(around, heading) or (_is_named(own) and _is_named(text))
        )
    return _is_odd_one(first, prose, box) if _holds(box, heading) else False


def _is_odd_one(first: Block, prose: Sequence[HtmlElement], box: HtmlElement) -> bool:
    """Whether, among boxes that stand side by side under the title, the first is of a kind of its
    own and all others are of one kind."""
    if first.owner is box:
        return False
    own = _branch(first.owner, box)
    signs = [_sign(_branch(element, box)) for element in prose if _is_in(element, box)]
    if len(set(signs)) != 1 or _sign(own) in signs or len(signs) < 2:
        return False
    return len(signs) >= ALIKE or bool(own.get("class"))


def _holds(box: HtmlElement, heading: HtmlElement | None) -> bool:
    return heading is not None and _is_in(heading, box)


def _is_in(element: HtmlElement, box: HtmlElement) -> bool:
    return element is box or any(above is box for above in element.iterancestors())


def _common(first: HtmlElement, second: HtmlElement) -> HtmlElement | None:
    """The smallest element around both."""
    around = {first, *first.iterancestors()}
    return next((e for e in (second, *second.iterancestors()) if e in around), None)


def _branch(element: HtmlElement, top: HtmlElement) -> HtmlElement:
    """The child of `top` that the element is in; the element itself when it is `top`."""
    current = element
    for above in element.iterancestors():
        if current is top or above is top:
            break
        current = above
    return current


def _sign(element: HtmlElement) -> _Sign:
    return element.tag, element.get("class") or ""


def _is_named(element: HtmlElement) -> bool:
    return bool(element.get("class") or element.get("id"))
