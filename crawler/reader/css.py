"""CSS selectors as plain tests on elements: an ordinary one is answered by walking one tag.

lxml turns a selector into XPath and searches every node of the page with it, a tenth of a
millisecond each time, and a profile asks a dozen. A selector of tags, classes, ids, attributes and
the two common combinators needs only the elements of its last tag. cssselect parses; what is
beyond that subset is left to lxml.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import cast

import cssselect
from cssselect.parser import Attrib, Class, CombinedSelector, Element, Hash, Tree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from crawler.errors import RecordError

Test = Callable[[HtmlElement], bool]


@dataclass(frozen=True, slots=True)
class Selector:
    """A compiled selector. `needs`: classes and ids without which it finds nothing on a page."""

    css: str
    needs: tuple[str, ...]
    tag: str | None
    test: Test | None
    xpath: CSSSelector | None

    def find(self, root: HtmlElement) -> list[HtmlElement]:
        """All elements below the root that fit, in document order."""
        if self.test is None:
            assert self.xpath is not None
            return cast("list[HtmlElement]", self.xpath(root))
        test = self.test
        return [element for element in root.iter(self.tag or "*") if test(element)]


@cache
def compiled(css: str) -> Selector:
    """The selector; RecordError when the text is none."""
    try:
        parsed = cssselect.parse(css)
        xpath = CSSSelector(css, translator="html")
    except Exception as error:  # cssselect raises several unrelated classes
        raise RecordError(f"{css!r} in a platform profile is no CSS selector: {error}") from error
    if len(parsed) != 1 or parsed[0].pseudo_element is not None:
        return Selector(css, (), None, None, xpath)
    tree = parsed[0].parsed_tree
    needs: list[str] = []
    test = _test(tree, needs)
    if test is None:
        return Selector(css, (), None, None, xpath)
    return Selector(css, tuple(needs), _last_tag(tree), test, None)


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


def _last_tag(tree: Tree) -> str | None:
    while not isinstance(tree, Element):
        tree = tree.subselector if isinstance(tree, CombinedSelector) else tree.selector
    return tree.element
