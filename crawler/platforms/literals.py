"""What a regex cannot match without: plain strings that are looked for first, as that is cheap.

A page of unknown platform is searched for some hundred signs. A regex that ignores case costs a
millisecond on it, a plain string a hundredth of one.
"""

from __future__ import annotations

from collections.abc import Iterable
from re import _constants as constants  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

MIN_CHARS = 3  # shorter strings stand on every page
MAX_CHOICES = 12

Needs = tuple[frozenset[str], ...]


def needs_of(pattern: str) -> Needs:
    """Sets of lower-case strings: a match, put in lower case, holds one of each set.

    An empty tuple says nothing. `re`'s own parser is asked, so groups, choices and repeats are
    understood as they are when matching; a test compares the answers with and without.
    """
    return tuple(_needs(parser.parse(pattern)))


def _needs(parsed: Iterable[tuple[Any, Any]]) -> list[frozenset[str]]:
    found: list[frozenset[str]] = []
    run = ""
    for what, value in parsed:
        if what is constants.LITERAL:
            run += chr(value)
            continue
        _keep(found, {run})
        run = ""
        if what is constants.SUBPATTERN:
            found += _needs(value[-1])
        elif what is constants.BRANCH:
            _keep(found, _one_of_each(value[1]))
        elif what in (constants.MAX_REPEAT, constants.MIN_REPEAT) and value[0] > 0:
            found += _needs(value[2])
    _keep(found, {run})
    return found


def _one_of_each(branches: Iterable[Any]) -> set[str]:
    """For each branch its rarest string, taken to be the longest; "" where it has none."""
    choices: set[str] = set()
    for branch in branches:
        sets = _needs(branch)
        choices |= max(sets, key=lambda choice: min(map(len, choice))) if sets else {""}
    return choices


def _keep(found: list[frozenset[str]], choices: set[str]) -> None:
    if len(choices) <= MAX_CHOICES and all(len(text) >= MIN_CHARS for text in choices):
        found.append(frozenset(text.lower() for text in choices))
