"""Flags as a researcher filters on them: in an export, in SQL and in the real Datasette."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crawler.archive.captures import open_writer
from crawler.archive.db import Archive
from crawler.archive.runs import start_or_resume
from crawler.cli import main
from crawler.exits import Exit
from crawler.web.site import close_site, make_site
from tests.support.sample_archive import PORTALS, put, reading

FLAGS: tuple[list[str], ...] = (
    [],
    ["tcvn3"],
    ["midnight", "tcvn3"],
    ["nfd", "mojibake_repaired"],
    ["mojibake_repaired"],
    [],
)


@pytest.fixture(scope="module")
def flagged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("flags") / "kho.db"
    with Archive.open(path) as archive, open_writer(archive) as writer:
        run = start_or_resume(archive, [portal.id for portal in PORTALS])
        for number, flags in enumerate(FLAGS):
            read = reading(number)
            read.flags = list(flags)
            put(archive, writer, run.id, number, read, b"first")
    return path


def export(path: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["export", "--db", str(path), *words])


def exported(path: Path, *words: str) -> list[list[str]]:
    answer = export(path, "--format", "jsonl", *words)
    assert answer.exit_code == 0, answer.output
    return [json.loads(line)["flags"] for line in answer.stdout.splitlines()]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["--flag", "tcvn3"], FLAGS[1:3]),
        (["--flag", "tcvn3", "--flag", "midnight"], FLAGS[2:3]),
        (["--without-flag", "tcvn3"], (FLAGS[0], *FLAGS[3:])),
        (["--without-flag", "tcvn3", "--without-flag", "nfd"], (FLAGS[0], *FLAGS[4:])),
        (["--flag", "mojibake_repaired", "--without-flag", "nfd"], FLAGS[4:5]),
        (["--flag", "mojibake"], ()),
        (["--without-flag", "lossy"], FLAGS),
    ],
)
def test_an_export_takes_articles_with_and_without_flags(
    flagged: Path, words: list[str], wanted: tuple[list[str], ...]
) -> None:
    assert exported(flagged, *words) == list(wanted)


def test_a_flag_is_a_whole_name_and_no_pattern(flagged: Path) -> None:
    assert exported(flagged, "--flag", "%") == []
    assert exported(flagged, "--flag", '"') == []


@pytest.mark.parametrize("option", ["--flag", "--without-flag"])
def test_a_slip_in_a_flags_name_is_an_error_that_names_the_right_one(
    flagged: Path, option: str
) -> None:
    answer = export(flagged, option, "tvcn3")
    assert answer.exit_code == Exit.USAGE
    assert "did you mean tcvn3?" in answer.output


def test_a_flag_asked_for_and_forbidden_is_an_error(flagged: Path) -> None:
    answer = export(flagged, "--flag", "nfd", "--without-flag", "nfd")
    assert answer.exit_code == Exit.USAGE
    assert "give one of them" in answer.output


def test_csv_has_one_flag_a_line_in_its_cell(flagged: Path) -> None:
    answer = export(flagged)
    rows = list(csv.DictReader(io.StringIO(answer.stdout.lstrip("\ufeff"), newline="")))
    assert [row["flags"] for row in rows] == ["\n".join(flags) for flags in FLAGS]


@pytest.fixture(scope="module")
def site(flagged: Path) -> Iterator[Any]:
    site = make_site(flagged)
    yield site
    close_site(site)


def ask(site: Any, path: str) -> Any:
    answer = asyncio.run(site.client.get(path))
    assert answer.status_code == 200, answer.text
    return answer


def test_datasette_filters_on_a_flag(site: Any) -> None:
    query = "/archive/articles.json?_shape=array&_col=flags&flags__arraycontains=tcvn3"
    assert [json.loads(row["flags"]) for row in ask(site, query).json()] == [FLAGS[2], FLAGS[1]]
    query = query.replace("__arraycontains=", "__arraynotcontains=")
    assert len(ask(site, query).json()) == 4


def test_datasette_counts_articles_by_flag(site: Any) -> None:
    data = ask(site, "/archive/articles.json?_facet_array=flags&_size=1").json()
    counts = {row["value"]: row["count"] for row in data["facet_results"]["flags"]["results"]}
    assert counts == {"tcvn3": 2, "mojibake_repaired": 2, "midnight": 1, "nfd": 1}


def test_the_table_page_filters_on_a_flag_and_its_csv_too(site: Any) -> None:
    page = ask(site, "/archive/articles?flags__arraycontains=midnight&_facet_array=flags").text
    assert "flags" in page
    assert "(lần 2)" in page
    assert "(lần 1)" not in page
    text = ask(site, "/archive/articles.csv?flags__arraycontains=midnight").text
    assert [row["native_id"] for row in csv.DictReader(io.StringIO(text))] == ["1002"]


def test_sql_counts_flags_by_portal(flagged: Path) -> None:
    sql = (
        "SELECT flag.value, count(*) FROM articles, json_each(articles.flags) AS flag "
        "GROUP BY flag.value ORDER BY flag.value"
    )
    with Archive.open(flagged, readonly=True) as archive:
        found = [tuple(row) for row in archive.conn.execute(sql)]
    assert found == [("midnight", 1), ("mojibake_repaired", 2), ("nfd", 1), ("tcvn3", 2)]
