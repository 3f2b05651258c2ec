"""The documents keep up with the code: links, commands, statuses, fields, flags, reasons, dates."""

from __future__ import annotations

import ast
import dataclasses
import re
import shlex
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click
import pytest

from crawler.cli import COMMANDS, main
from crawler.exits import MEANINGS
from crawler.reader.dates import VIETNAM, parse_published
from crawler.reader.model import Attachment, Citation, Image, Link, Reading

ROOT = Path(__file__).parents[1]
ENGLISH, VIETNAMESE = ROOT / "README.md", ROOT / "README.vi.md"
READING = (ROOT / "docs" / "reading.md").read_text(encoding="utf-8")
IGNORED = {".venv", ".git", "node_modules", "build"}
PICTURE_MAX_BYTES = 300_000


def is_ours(path: Path) -> bool:
    return not any(
        part in IGNORED or part.startswith(".") or part.endswith(".egg-info")
        for part in path.relative_to(ROOT).parts
    )


DOCUMENTS = sorted(path for path in ROOT.rglob("*.md") if is_ours(path))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def without_code(text: str) -> str:
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(document.read_text("utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        place = document.parent / file if file else document
        if not place.exists() or (anchor and anchor not in anchors(place)):
            broken.append(target)
    assert broken == []


def test_the_index_names_every_page_of_the_documentation() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    pages = {path.name for path in (ROOT / "docs").glob("*.md")} - {"index.md"}
    assert {page for page in pages if f"]({page})" not in index} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_no_document_names_a_package_index_or_a_place_on_this_machine(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert re.findall(r"\b(?:pypi|pythonhosted|npmjs|crates)\.\w+|index-url", text) == []
    assert re.findall(r"(?<![\w.:/-])/(?:root|home|Users|mnt|srv|tmp)\b", text) == []
    assert str(ROOT) not in text


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_document_is_in_nfc(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)


def test_pictures_are_small_and_shown() -> None:
    text = ENGLISH.read_text("utf-8") + VIETNAMESE.read_text("utf-8")
    pictures = sorted((ROOT / "docs" / "images").iterdir())
    assert pictures
    for picture in pictures:
        assert picture.stat().st_size < PICTURE_MAX_BYTES
        assert f"docs/images/{picture.name}" in text


def commands_in(text: str) -> list[list[str]]:
    """The words of every command of khotin, make and scrapy that a document prints, in order."""
    blocks = re.findall(r"```(?:sh)?\n(.*?)```|`([^`\n]+)`", text, re.DOTALL)
    lines = [line.strip() for block, inline in blocks for line in (block or inline).splitlines()]
    found = [line for line in lines if re.match(r"(khotin|make|warcio|source|export|cd) ", line)]
    return [shlex.split(line, comments=True) for line in found]


def check_command(words: list[str]) -> list[str]:
    """What is wrong with a printed khotin command: unknown commands and options."""
    command: click.Command = main
    wrong = []
    following = iter(words[1:])
    for word in following:
        if word in ("|", ">", "<"):
            break
        if isinstance(command, click.Group) and not word.startswith("-"):
            found = command.get_command(click.Context(command), word)
            if found is None:
                return [f"no command {word}"]
            command = found
        elif word.startswith("-") and word != "-":
            known = {o: p for p in command.params for o in (*p.opts, *p.secondary_opts)}
            option = known.get(word)
            if option is None and word != "--help":
                wrong.append(f"no option {word}")
            elif isinstance(option, click.Option) and not option.is_flag:
                next(following, None)  # its value
    return wrong


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_command_and_option_that_is_printed_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    ours = [words for words in commands_in(text) if words[0] == "khotin"]
    assert {" ".join(words): bad for words in ours if (bad := check_command(words))} == {}


@pytest.mark.parametrize("readme", [ENGLISH, VIETNAMESE], ids=name_of)
def test_a_readme_shows_every_command(readme: Path) -> None:
    shown = {words[1] for words in commands_in(readme.read_text("utf-8")) if words[0] == "khotin"}
    assert set(COMMANDS) - shown <= {"demo"}  # make demo calls it


@pytest.mark.parametrize("readme", [ENGLISH, VIETNAMESE], ids=name_of)
def test_every_make_target_that_a_readme_names_exists(readme: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {w[1] for w in commands_in(readme.read_text("utf-8")) if w[0] == "make"}
    assert {"demo", "test"} <= named <= targets


def test_both_readmes_print_the_same_commands_in_the_same_order() -> None:
    english, vietnamese = (commands_in(p.read_text("utf-8")) for p in (ENGLISH, VIETNAMESE))
    assert english == vietnamese


def test_both_readmes_lead_to_the_same_places() -> None:
    def places(readme: Path) -> list[str]:
        targets = re.findall(r"\]\(([^)\s]+)\)", readme.read_text("utf-8"))
        return [target.replace(".vi.", ".") for target in targets]

    assert places(ENGLISH) == places(VIETNAMESE)


def rows(text: str, heading: str) -> list[list[str]]:
    """The cells of the first table whose head begins with these words."""
    table = text.split(f"\n{heading}", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return [[c.strip() for c in re.split(r"(?<!\\)\|", line.strip()[1:-1])] for line in table]


def test_the_printed_exit_statuses_are_the_real_ones() -> None:
    text = (ROOT / "docs" / "exit-statuses.md").read_text(encoding="utf-8")
    wanted = [[str(int(status)), meaning] for status, meaning in MEANINGS.items()]
    assert rows(text, "| status | means |") == wanted


def test_every_field_of_a_reading_is_explained() -> None:
    table = {cells[0].strip("`"): cells[1] for cells in rows(READING, "| field | shape |")}
    fields = [field.name for field in dataclasses.fields(Reading)]
    printed = Reading(None, "other").as_json(links=True)
    assert set(table) == {"path", *printed}
    assert set(printed) <= set(fields)


@pytest.mark.parametrize(
    ("field", "model"),
    [("images", Image), ("attachments", Attachment), ("citations", Citation), ("links", Link)],
)
def test_every_part_of_a_field_is_explained(
    field: str, model: type[Image | Attachment | Citation | Link]
) -> None:
    shape = next(c[1] for c in rows(READING, "| field | shape |") if c[0] == f"`{field}`")
    reading = Reading(None, "article")
    reading.citations = [Citation("")]
    parts = {part.name for part in dataclasses.fields(model)}
    if model is Citation:
        parts = set(reading.as_json()["citations"][0])
    assert set(re.findall(r"`(\w+)`", shape)) == parts


def reader_trees() -> Iterator[ast.Module]:
    for path in sorted((ROOT / "crawler" / "reader").glob("*.py")):
        yield ast.parse(path.read_text(encoding="utf-8"))


def strings(node: ast.AST) -> set[str]:
    constants = (n for n in ast.walk(node) if isinstance(n, ast.Constant))
    return {n.value for n in constants if isinstance(n.value, str)}


def flags_set_by(tree: ast.Module) -> set[str]:
    """Names put into a list called flags, given as one, or handed over in a tuple of flags; those
    of text that was converted."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id in ("flag", "flags")
            for target in node.targets
        ):
            found |= strings(node.value) - {"utf-8"}
        elif isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else None
            if name in ("Decoded", "Published") and len(node.args) == 3:
                found |= strings(node.args[2])
            if name == "Encoding" or ast.unparse(node.func) == "recoded.note":
                found |= strings(node.args[0])
            if isinstance(node.func, ast.Attribute) and node.func.attr in ("append", "extend"):
                owner = node.func.value
                called = owner.attr if isinstance(owner, ast.Attribute) else ast.unparse(owner)
                if called == "flags":
                    found |= set().union(*(strings(argument) for argument in node.args))
    return found


def test_every_flag_that_the_reader_sets_is_explained() -> None:
    set_by_code = set().union(*map(flags_set_by, reader_trees()))
    explained = {cells[0].strip("`") for cells in rows(READING, "| flag | means |")}
    assert explained == set_by_code


REASON_PLACES = {"Reading": 2, "_rejected": 2, "_other": 3}  # of the argument in a call


def reasons_given_by(tree: ast.Module) -> set[str]:
    """Strings that a `refuse…` function returns, the notices that pages give, and reasons of
    readings that are no content."""
    found: set[str] = set()
    named = {
        ast.unparse(node.targets[0]): strings(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.lstrip("_").startswith("refuse"):
            returns = (n for n in ast.walk(node) if isinstance(n, ast.Return) and n.value)
            for value in (n.value for n in returns):
                if isinstance(value, ast.JoinedStr):
                    found.add(f"{next(iter(strings(value))).strip()} NNN")
                elif value is not None:
                    found |= strings(value)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in REASON_PLACES:
            place = REASON_PLACES[ast.unparse(node.func)]
            for value in node.args[place : place + 1]:
                given = strings(value) | named.get(ast.unparse(value), set())
                found |= given - {"listing", "other"}
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "Notice":
            found |= strings(node.value)
    return found


def test_every_reason_of_rejection_is_explained() -> None:
    given = set().union(*map(reasons_given_by, reader_trees()))
    explained = {cells[0].strip("`") for cells in rows(READING, "| reason | means |")}
    assert {"block page", "HTTP NNN", "refresh"} <= given
    assert explained == given


@pytest.mark.parametrize(
    ("stamp", "wanted"),
    [
        (cells[0].strip("`").replace("\\|", "|"), cells[1])
        for cells in rows(READING, "| on the page | published_at |")
    ],
)
def test_the_printed_stamps_are_read_as_printed(stamp: str, wanted: str) -> None:
    found = parse_published(stamp)
    if wanted.startswith("null: "):
        assert found is None
    else:
        assert found is not None
        assert found.iso == wanted


def test_times_told_from_the_visit_need_the_time_of_the_visit() -> None:
    said = READING.split("Times told from the visit (", 1)[1].split(")", 1)[0]
    examples = re.findall(r"`([^`]+)`", said)
    assert len(examples) == 2
    for example in examples:
        assert parse_published(example) is None
        found = parse_published(example, datetime(2024, 1, 12, 18, tzinfo=VIETNAM))
        assert found is not None
        assert found.flags == ("relative",)
