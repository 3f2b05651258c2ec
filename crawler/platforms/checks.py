"""The schema of a profile, and what JSON Schema alone cannot check: selectors and rewrites."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
from cssselect import HTMLTranslator, SelectorError

from crawler.platforms.lists import COUNTERS, PLACE

_SCHEMA = Path(__file__).parent / "schema.json"
_ATTRIBUTE = re.compile(r"@[\w:-]+$")


def problems(data: dict[str, Any]) -> Iterator[str]:
    """What is wrong with a profile's data, each with the dotted path of its field."""
    for error in _validator().iter_errors(data):
        where = ".".join(str(part) for part in error.absolute_path) or "top level"
        yield f"at {where}: {error.message}"
    for number, entry in enumerate(data.get("canonical", {}).get("rewrite", ())):
        try:
            re.compile(entry["pattern"]).sub(entry["to"], "")
        except re.error as error:
            yield f"at canonical.rewrite.{number}.to: {error}"

    if "pattern" in (view := data.get("print", {})):
        try:
            re.compile(view["pattern"]).sub(view["to"], "")
        except re.error as error:
            yield f"at print.to: {error}"
    for number, entry in enumerate(data.get("lists", ())):
        yield from _list_problems(entry, f"lists.{number}")


def _list_problems(data: dict[str, Any], where: str) -> Iterator[str]:
    """Places that nothing fills, and fields that do not say which one turns the pages."""
    fields = data.get("fields", {})
    try:
        each = re.compile(data.get("each", ""))
    except re.error:
        return  # named by the schema
    if sum(text in COUNTERS for text in fields.values()) != 1:
        yield f"at {where}.fields: exactly one must be {{page}} or {{offset}}"
    known = {"page", "offset", "size", *each.groupindex}
    known |= {*data.get("find", {}), *data.get("default", {})}
    for text in (data.get("url", ""), *fields.values()):
        for _, name in PLACE.findall(text):
            if name not in known:
                yield f"at {where}: nothing fills {{{name}}}"


@cache
def _validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    checker = jsonschema.FormatChecker(formats=["regex"])
    checker.checks("css", raises=SelectorError)(_is_css)
    checker.checks("source", raises=SelectorError)(_is_source)
    return jsonschema.Draft202012Validator(schema, format_checker=checker)


def _is_css(value: object) -> bool:
    if isinstance(value, str):
        HTMLTranslator().css_to_xpath(value)
    return True


def _is_source(value: object) -> bool:
    if isinstance(value, str) and not value.startswith(("meta:", "jsonld:")):
        _is_css(_ATTRIBUTE.sub("", value))
    return True
