"""The walls of the house: which room may import which, and how large a room's parts may grow."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LEAVES = {"text", "urls", "errors", "exits"}
# Room → rooms it may import. What is not named here, it may not.
ALLOWED: dict[str, set[str]] = {
    "portals": set(),
    "platforms": set(),
    "demo": set(),
    "reader": {"platforms", "portals"},
    "archive": {"reader", "platforms", "portals"},
    "fetch": {"archive", "reader", "platforms", "portals"},
    "web": {"archive", "reader", "platforms", "portals"},
}
FORBIDDEN_IN_READER = {
    "scrapy", "twisted", "sqlite3", "sqlite_utils", "socket", "urllib.request", "httpx", "requests",
    "time", "random", "os", "subprocess",
}  # fmt: skip
MAX_MODULE_LINES = 500
MAX_FUNCTION_LINES = 60


def modules() -> list[Path]:
    return sorted([*ROOT.glob("crawler/**/*.py"), *ROOT.glob("spiders/*.py")])


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(path: Path) -> str | None:
    parts = path.relative_to(ROOT).parts
    return parts[1] if parts[0] == "crawler" and len(parts) > 2 else None


@pytest.mark.parametrize("room", sorted(ALLOWED))
def test_a_room_imports_only_what_stands_below_it(room: str) -> None:
    offences = []
    for path in (ROOT / "crawler" / room).glob("**/*.py"):
        for name in imports_of(path):
            parts = name.split(".")
            if parts[0] == "spiders" or parts[:2] in (["crawler", "cli"], ["crawler", "commands"]):
                offences.append(f"{path.name} imports {name}")
            if parts[0] != "crawler" or len(parts) < 2:
                continue
            other = parts[1]
            known = other in ALLOWED or other in LEAVES
            if known and other != room and other not in ALLOWED[room] | LEAVES:
                offences.append(f"{path.name} imports {name}")
    assert not offences


def test_the_reader_knows_no_network_no_database_and_no_clock() -> None:
    offences = [
        f"{path.name} imports {name}"
        for path in (ROOT / "crawler" / "reader").glob("**/*.py")
        for name in imports_of(path)
        if name in FORBIDDEN_IN_READER or name.split(".")[0] in FORBIDDEN_IN_READER
    ]
    assert not offences


def test_every_folder_of_the_package_is_a_room_with_known_walls() -> None:
    rooms = {room for path in modules() if (room := room_of(path))}
    assert rooms - {"commands"} == set(ALLOWED)


def test_no_module_and_no_function_grows_too_long() -> None:
    long = []
    for path in modules():
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > MAX_MODULE_LINES:
            long.append(f"{path.name}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or node.lineno) - node.lineno + 1
                if size > MAX_FUNCTION_LINES:
                    long.append(f"{path.name}: {node.name} has {size} lines")
    assert not long


def test_every_dependency_is_pinned_exactly_and_says_why_it_is_there() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    needed = tomllib.loads(text)["project"]["dependencies"]
    names = {entry.split(">")[0].split("<")[0].split("=")[0].lower() for entry in needed}
    pins = {
        line.split("==")[0].lower()
        for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    }
    assert {name.replace("_", "-") for name in names} <= {pin.replace("_", "-") for pin in pins}
    lines = [line for line in text.splitlines() if line.strip().startswith('"') and ">=" in line]
    runtime = [
        line for line in lines if line.strip().split(",")[0].strip('"') in needed or "#" in line
    ]
    assert len([line for line in runtime if "#" in line]) >= len(needed)
