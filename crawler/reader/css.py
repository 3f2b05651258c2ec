"""CSS selectors as plain tests on the few elements that may fit.

lxml turns a selector into XPath and searches every node of the page with all of it, a tenth of a
millisecond each time, and a profile asks a dozen. Of a selector of tags, classes, ids, attributes
and the two common combinators the last part alone is searched for, roughly, and the few elements
found are tested. cssselect parses; what is beyond that subset is left to lxml.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import cast

import cssselect
from cssselect.parser import Attrib, Class, CombinedSelector, Element, Hash, Tree
from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from crawler.errors import RecordError

Test = Callable[[HtmlElement], bool]
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")  # what XPath takes as a name as it stands


@dataclass(frozen=True, slots=True)
class Selector:
    """A compiled selector. `needs`: classes and ids without which it finds nothing on a page.

    `xpath` finds all that fit, and more where there is a `test` to tell them apart.
    """

    css: str
    needs: tuple[str, ...]
    test: Test | None
    xpath: etree.XPath

    def find(self, root: HtmlElement) -> list[HtmlElement]:
        """All elements below the root that fit, in document order."""
        found = cast("list[HtmlElement]", self.xpath(root))
        return found if self.test is None else list(filter(self.test, found))


@cache
def compiled(css: str) -> Selector:
    """The selector; RecordError when the text is none."""
    try:
        parsed = cssselect.parse(css)
        xpath = CSSSelector(css, translator="html")
    except Exception as error:  # cssselect raises several unrelated classes
        raise RecordError(f"{css!r} in a platform profile is no CSS selector: {error}") from error
    if len(parsed) != 1 or parsed[0].pseudo_element is not None:
        return Selector(css, (), None, xpath)
    tree = parsed[0].parsed_tree
    needs: list[str] = []
    test = _test(tree, needs)
    if test is None:
        return Selector(css, (), None, xpath)
    return Selector(css, tuple(needs), test, _candidates(tree))


def _test(tree: Tree, needs: list[str]) -> Test | None:
    """The test for a parse tree, None where it is beyond the subset."""
    if isinstance(tree, Element):
        tag = tree.element
        return (lambda element: True) if tag is None else (lambda element: element.tag == tag)
    if isinstance(tree, CombinedSelector):
        return _combined(tree, needs)
    if isinstance(tree, Class):
        needs.append(tree.class_name)
        name = tree.class_name
        return _both(_test(tree.selector, needs), lambda e: name in (e.get("class") or "").split())
    if isinstance(tree, Hash):
        needs.append(tree.id)
        identifier = tree.id
        return _both(_test(tree.selector, needs), lambda e: e.get("id") == identifier)
    if isinstance(tree, Attrib):
        own = _attribute(tree)
        return None if own is None else _both(_test(tree.selector, needs), own)
    return None


def _both(first: Test | None, second: Test) -> Test | None:
    if first is None:
        return None
    return lambda element: first(element) and second(element)


def _combined(tree: CombinedSelector, needs: list[str]) -> Test | None:
    left, right = _test(tree.selector, needs), _test(tree.subselector, needs)
    if left is None or right is None or tree.combinator not in (" ", ">"):
        return None
    if tree.combinator == ">":
        return lambda e: right(e) and (parent := e.getparent()) is not None and left(parent)
    return lambda e: right(e) and any(left(parent) for parent in e.iterancestors())


_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "=": lambda value, wanted: value == wanted,
    "*=": lambda value, wanted: bool(wanted) and wanted in value,
    "^=": lambda value, wanted: bool(wanted) and value.startswith(wanted),
    "$=": lambda value, wanted: bool(wanted) and value.endswith(wanted),
    "~=": lambda value, wanted: wanted in value.split(),
}


def _attribute(tree: Attrib) -> Test | None:
    name = tree.attrib.lower()
    if tree.namespace is not None:
        return None
    if tree.operator == "exists":
        return lambda element: element.get(name) is not None
    compare = _OPERATORS.get(tree.operator)
    if compare is None or tree.value is None or tree.value.value is None:
        return None
    wanted = tree.value.value
    return lambda e: (value := e.get(name)) is not None and compare(value, wanted)


def _candidates(tree: Tree) -> etree.XPath:
    """What every element that fits must be, of its own tag, class, id or attributes."""
    while isinstance(tree, CombinedSelector):
        tree = tree.subselector
    asked = ""
    while not isinstance(tree, Element):
        asked += _asked_of(tree)
        tree = tree.selector
    tag = tree.element if tree.element and _NAME.fullmatch(tree.element) else "*"
    return etree.XPath(f"descendant-or-self::{tag}{asked}")


def _asked_of(part: Tree) -> str:
    """An XPath predicate that holds wherever this part of a selector does; "" for any element."""
    if isinstance(part, Class):
        return _predicate("class", "*=", part.class_name)
    if isinstance(part, Hash):
        return _predicate("id", "=", part.id)
    if isinstance(part, Attrib) and part.value is not None:
        return _predicate(part.attrib.lower(), part.operator, part.value.value)
    return ""


def _predicate(name: str, operator: str, value: str | None) -> str:
    if (
        not value
        or not value.isprintable()
        or not _NAME.fullmatch(name)
        or '"' in value
        or operator not in ("=", "*=", "^=")
    ):
        return ""
    return f'[@{name}="{value}"]' if operator == "=" else f'[contains(@{name}, "{value}")]'
