"""Record files: TOML on disk to Portal and back. schema.json is the one definition of a record."""

from __future__ import annotations

import json
import os
import re
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from crawler.errors import RecordError
from crawler.portals.model import Portal
from crawler.text import nfc

FIELDS = (
    "id", "name", "url", "level", "units_old", "units_new", "platform", "start_pages", "status",
    "status_date", "successor", "valid_from", "valid_to", "hosts", "delay_s", "tls",
    "tls_date", "tls_note", "note",
)  # fmt: skip
_LISTS = frozenset({"units_old", "units_new", "start_pages", "hosts"})
_TLS = frozenset({"tls", "tls_date", "tls_note"})  # all of them or none
_SCHEMA = Path(__file__).parent / "schema.json"
_FIRST_LINES = """\
# Portals of {province} (the province of before 1 July 2025).
# docs/adding-a-portal.md explains the fields, `khotin portals check` proves them.
province = {quoted}
"""
_TOML_DELETE = str.maketrans({"\x7f": "\\u007f"})


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a record, where, and what was expected."""

    severity: Literal["error", "warning"]
    path: Path | None
    portal_id: str | None
    field: str | None
    message: str

    def __str__(self) -> str:
        where = [str(self.path) if self.path else "", self.portal_id or "", self.field or ""]
        return ": ".join([*(part for part in where if part), self.message])


@dataclass(frozen=True, slots=True)
class Record:
    """A portal and the file it stands in (None: handed over by a program)."""

    portal: Portal
    path: Path | None


def read_file(path: Path, *, thorough: bool = False) -> tuple[list[Record], list[Finding]]:
    """The records of one file that fit the schema, and the findings about those that do not.

    `thorough` puts every record before the schema, not only those that look suspicious.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        return [], [Finding("error", path, None, None, f"cannot be read: {error.strerror}")]
    except UnicodeDecodeError as error:
        problem = f"is not UTF-8 (byte {error.start}); save it as UTF-8"
        return [], [Finding("error", path, None, None, problem)]
    except tomllib.TOMLDecodeError as error:
        return [], [Finding("error", path, None, None, f"is not valid TOML: {error}")]
    return _records(path, data, thorough)


def _records(
    path: Path, data: dict[str, Any], thorough: bool = True
) -> tuple[list[Record], list[Finding]]:
    rows = data.get("portal")
    shell = {**data, "portal": []} if isinstance(rows, list) else data
    if thorough or not _shell_looks_right(shell):
        findings = list(_schema_findings(path, shell))
        if findings:
            return [], findings
    records, findings = [], []
    for row in data["portal"]:
        trusted = not thorough and _looks_right(row)
        wrong = [] if trusted else list(_schema_findings(path, {**shell, "portal": [row]}))
        findings += wrong
        if not wrong:
            records.append(Record(_portal(row, data["province"]), path))
    return records, findings


def _portal(row: Mapping[str, Any], province: str) -> Portal:
    values: dict[str, Any] = {"url": None, **row, "province": nfc(province)}
    for key in _LISTS & row.keys():
        values[key] = tuple(row[key])
    return Portal(**values)


def _shell_looks_right(shell: Mapping[str, Any]) -> bool:
    if shell.keys() != {"province", "portal"} or not isinstance(shell["portal"], list):
        return False
    return isinstance(shell["province"], str) and shell["province"] != ""


def _looks_right(row: object) -> bool:
    """Whether a record surely fits the schema: a check of 1 µs that spares jsonschema's 400 µs.

    False only means that the schema must decide.
    """
    rules = _quick_rules()
    return (
        isinstance(row, dict)
        and row.keys() >= {"id", "name", "level"}
        and (row.get("status", "unverified") == "unverified" or "status_date" in row)
        and ("successor" not in row or "status" in row)
        and len(row.keys() & _TLS) in (0, len(_TLS))
        and all(key in rules and rules[key](value) for key, value in row.items())
    )


@cache
def _quick_rules() -> dict[str, Callable[[Any], bool]]:
    definitions = schema()["$defs"]
    properties = definitions["portal"]["properties"]
    return {name: _quick_rule(rule, definitions) for name, rule in properties.items()}


def _quick_rule(rule: Mapping[str, Any], definitions: Mapping[str, Any]) -> Callable[[Any], bool]:
    if "$ref" in rule:
        rule = {**definitions[rule["$ref"].rpartition("/")[2]], **rule}
    if "enum" in rule:
        names = frozenset(rule["enum"])
        return lambda value: isinstance(value, str) and value in names
    if rule["type"] == "array":
        item = _quick_rule(rule["items"], definitions)
        return lambda value: (
            isinstance(value, list) and all(map(item, value)) and len(set(value)) == len(value)
        )
    if rule["type"] == "number":
        low, high = rule["minimum"], rule["maximum"]
        return lambda value: type(value) in (int, float) and low <= value <= high
    shape = re.compile(rule.get("pattern", ""))
    shortest, longest = rule.get("minLength", 0), rule.get("maxLength", 4096)
    return lambda value: (
        isinstance(value, str)
        and shortest <= len(value) <= longest
        and shape.search(value) is not None
    )


@cache
def schema() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    return data


def _schema_findings(path: Path, data: dict[str, Any]) -> Iterator[Finding]:
    import jsonschema  # noqa: PLC0415 - takes 0.3 s, and a healthy registry never needs it

    for error in jsonschema.Draft202012Validator(schema()).iter_errors(data):
        where = list(error.absolute_path)
        row = data["portal"][where[1]] if len(where) > 1 else None
        name = row.get("id") or row.get("name") if isinstance(row, dict) else None
        field = next((str(part) for part in where[2:] if isinstance(part, str)), None)
        expected = error.schema.get("description") if isinstance(error.schema, dict) else None
        if (
            field is not None and where[-1] == field
        ):  # not inside a list: the field's own words come first
            expected = _field_description(field) or expected
        keys_are_wrong = isinstance(error.instance, dict) or expected is None
        message = error.message if keys_are_wrong else _wrong(error.instance, str(expected))
        yield Finding("error", path, str(name) if name else None, field, message)


def _field_description(field: str) -> str | None:
    rule = schema()["$defs"]["portal"]["properties"].get(field, {})
    description: str | None = rule.get("description")
    return description


def _wrong(value: object, expected: str) -> str:
    shown = repr(value) if len(repr(value)) <= 80 else f"{repr(value)[:77]}..."
    return f"expected {expected}; found {shown}"


def render(portal: Portal) -> str:
    """The record as a TOML table, fields in the order of FIELDS, those without a value left out."""
    lines = ["[[portal]]"]
    for field in FIELDS:
        value = getattr(portal, field)
        if value is None or value == () or (field == "status" and value == "unverified"):
            continue
        lines.append(f"{field} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def render_file(province: str, portals: list[Portal]) -> str:
    """A whole record file."""
    head = _FIRST_LINES.format(province=province, quoted=_toml(province))
    return "\n".join([head, *(render(portal) for portal in portals)])


def append(path: Path, portal: Portal) -> None:
    """Add a record at the end of its file, which is made if need be; what stands there stays.

    RecordError when the file is of another province, or would not be valid afterwards.
    """
    text = render_file(portal.province, [portal])
    if path.exists():
        _, findings = read_file(path)
        if findings:
            raise RecordError(f"{findings[0]}; mend the file before adding to it")
        before = path.read_text(encoding="utf-8")
        province = tomllib.loads(before)["province"]
        if province != portal.province:
            raise RecordError(f"{path} is of province {province!r}, not {portal.province!r}")
        text = f"{before.rstrip()}\n\n{render(portal)}"
    _, findings = _records(path, tomllib.loads(text))
    if findings:
        raise RecordError(f"the record was not written: {findings[0]}")
    _replace(path, text)


def _replace(path: Path, text: str) -> None:
    """Write the file in one step, so that a crash leaves the old one or the new one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        raise RecordError(
            f"{path} cannot be written ({error.strerror}); name a folder of your own"
            " with --records FOLDER or the variable KHOTIN_RECORDS"
        ) from error


def _toml(value: object) -> str:
    if isinstance(value, str):  # a JSON string is a TOML basic string, but for DEL
        return json.dumps(value, ensure_ascii=False).translate(_TOML_DELETE)
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return repr(value)
