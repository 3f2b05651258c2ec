"""Disks that fill up, files that may not be written: the crawl ends with 7 and goes on later."""

from __future__ import annotations

import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from crawler.exits import Exit
from tests.support.crashing import HERE, let_go, point, wait_until_halted
from tests.support.crawling import ROOT
from tests.support.disks import CannotMountError, fill, remount
from tests.support.filling import NO_LIMIT, articles, crawl, filled
from tests.support.kills import crawl_words, start, workplace
from tests.support.long import LONG
from tests.support.soundness import faults, leftovers
from tests.support.towns import Towns
from tests.support.workplace import Workplace

LIMIT_S = 120
Mount = Callable[[Path, str], Path]


def goes_on(place: Workplace, towns: Towns, before: set[str]) -> None:
    """With room again the crawl ends as done, and what was stored is stored still."""
    status, _, err = crawl(place, towns)
    assert status == 0, err
    after = articles(place.db)
    assert before <= after
    assert len(after) == towns.expected
    assert faults(place.db) + leftovers(place.db) == []


@pytest.mark.parametrize(
    "kib", [pytest.param(80, marks=LONG), pytest.param(4300, marks=LONG), 7000]
)
def test_a_crawl_stops_on_a_full_disk_and_goes_on_when_there_is_room(
    tmp_path: Path, untouched: Towns, kib: int
) -> None:
    try:
        found = filled(tmp_path, untouched, kib)
    except CannotMountError as error:
        pytest.skip(str(error))
    assert found.wrong == []
    assert found.status == Exit.ARCHIVE


@pytest.mark.parametrize(
    ("small", "size"),
    [("warcs", "16k"), pytest.param("database", "4500k", marks=LONG)],
    ids=["warcs", "database"],
)
def test_only_one_of_the_two_disks_is_full(
    tmp_path: Path, untouched: Towns, mounted: Mount, small: str, size: str
) -> None:
    """warcs/ may lie on a disk of its own: the database and its log here, the records there."""
    place = workplace(tmp_path, untouched)
    sizes = {"database": "60m", "warcs": "60m", small: size}
    folder = mounted(tmp_path / "disk", f"size={sizes['database']}")
    records = mounted(folder / "warcs", f"size={sizes['warcs']}")
    place.db = folder / "archive.db"
    status, _, err = crawl(place, untouched)
    assert status == Exit.ARCHIVE, err
    full = records if small == "warcs" else place.db
    assert f"the disk of {full}" in err and "free some space" in err
    before = articles(place.db)
    remount(records if small == "warcs" else folder, "size=60m")
    goes_on(place, untouched, before)


@LONG
def test_a_disk_that_is_full_when_the_report_is_stored_loses_no_article(
    tmp_path: Path, untouched: Towns, mounted: Mount
) -> None:
    place = workplace(tmp_path, untouched)
    folder = mounted(tmp_path / "disk", "size=60m")
    place.db = folder / "archive.db"
    halt = point("crawler.fetch.session:put_measures", "stop")
    process = start(place, untouched, halt, **NO_LIMIT)
    wait_until_halted(process)
    filler = fill(folder)
    let_go(process)
    _, err = process.communicate(timeout=LIMIT_S)
    assert process.returncode == Exit.ARCHIVE, err
    assert f"the disk of {place.db} is full" in err
    before = articles(place.db)
    assert len(before) == untouched.expected
    filler.unlink()
    goes_on(place, untouched, before)


def limited(words: list[str], place: Workplace, **limits: int) -> tuple[int, str]:
    """A khotin in a process with resource limits; exit status and stderr."""
    code = (
        "import resource, sys, json\n"
        "for name, value in json.loads(sys.argv.pop(1)).items():\n"
        "    resource.setrlimit(getattr(resource, name), (value, value))\n"
        "from crawler.cli import main\n"
        "main()\n"
    )
    environment = {**os.environ, "KHOTIN_RECORDS": str(place.write()), "KHOTIN_READERS": "1"}
    command = [sys.executable, "-c", code, json.dumps(limits), *words]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        timeout=LIMIT_S,
    )  # fmt: skip
    return done.returncode, done.stderr


@LONG
@pytest.mark.parametrize("size", [40_000, 3_900_000], ids=["at its begin", "in the middle"])
def test_a_limit_on_the_size_of_files_stops_the_crawl_with_words(
    tmp_path: Path, untouched: Towns, size: int
) -> None:
    place = workplace(tmp_path, untouched)
    status, err = limited(crawl_words(place, untouched), place, RLIMIT_FSIZE=size)
    assert status == Exit.ARCHIVE, err
    assert "size limit" in err and "Traceback" not in err
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    goes_on(place, untouched, articles(place.db))


@LONG
def test_an_archive_on_a_disk_that_is_read_only_is_refused_and_unharmed(
    copied: Path, untouched: Towns, mounted: Mount
) -> None:
    folder = mounted(copied.parent / "disk", "size=60m")
    for name in ("archive.db", "warcs"):
        shutil.move(copied.parent / name, folder / name)
    place = workplace(copied.parent, untouched)
    place.db = folder / "archive.db"
    before = articles(place.db)
    remount(folder, "ro")
    status, _, err = crawl(place, untouched)
    assert status == Exit.ARCHIVE
    assert f"the folder {folder} cannot be written to" in err and "--db" in err
    remount(folder, "rw")
    goes_on(place, untouched, before)


def matching(folder: Path, pattern: str) -> list[Path]:
    """The files of a folder that match, the folder itself for an empty pattern."""
    return sorted(folder.glob(pattern)) if pattern else [folder]


def bound_by_rights() -> list[str]:
    """Words before a command that make root obey the modes of files, as others do."""
    if os.geteuid() != 0:
        return []
    drop = "-dac_override,-dac_read_search"
    words = ["setpriv", f"--bounding-set={drop}", f"--inh-caps={drop}"]
    try:
        done = subprocess.run([*words, "true"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("as root, file modes bind only after setpriv (util-linux)")
    if done.returncode:
        pytest.skip(f"capabilities cannot be dropped here: {done.stderr.strip()}")
    return words


@pytest.mark.parametrize(
    ("spoiled", "named"),
    [
        (["archive.db"], "archive.db cannot be written to: change its rights"),
        ([""], "cannot be written to: an archive needs its write-ahead log there"),
        pytest.param(
            ["archive.db.lock"],
            "archive.db.lock cannot be written to (Permission denied)",
            marks=LONG,
        ),
        (["warcs", "warcs/*"], "warcs cannot be written to (Permission denied): change its rights"),
    ],
    ids=["database", "folder", "lock", "records"],
)
def test_a_crawl_without_the_rights_says_which_and_goes_on_when_it_has_them(
    copied: Path, untouched: Towns, spoiled: list[str], named: str
) -> None:
    place = workplace(copied.parent / "records-of-it", untouched)
    place.folder.mkdir()
    place.db = copied
    (copied.parent / "archive.db.lock").touch()
    before = articles(copied)
    files = [path for pattern in spoiled for path in matching(copied.parent, pattern)]
    modes = [path.stat().st_mode for path in files]
    environment = {**os.environ, "KHOTIN_RECORDS": str(place.write()), "KHOTIN_READERS": "1"}
    words = [*bound_by_rights(), sys.executable, "-m", "crawler.cli"]
    for path in files:
        path.chmod(path.stat().st_mode & ~0o222)
    try:
        done = subprocess.run(
            [*words, *crawl_words(place, untouched)], cwd=ROOT, env=environment, check=False,
            capture_output=True, text=True, timeout=LIMIT_S,
        )  # fmt: skip
    finally:
        for path, mode in zip(files, modes, strict=True):
            path.chmod(mode)
    assert done.returncode == Exit.ARCHIVE, done.stderr
    assert named in done.stderr and "Traceback" not in done.stderr
    assert articles(copied) == before


def test_a_crawl_ends_before_the_disk_is_full(
    tmp_path: Path, untouched: Towns, mounted: Mount
) -> None:
    place = workplace(tmp_path, untouched)
    folder = mounted(tmp_path / "disk", "size=20m")
    place.db = folder / "archive.db"
    status, out, err = crawl(place, untouched, KHOTIN_DISK_MIN_BYTES=14 * 2**20)
    assert status == Exit.BUDGET, err
    whys = [portal["why"] for portal in json.loads(out)["portals"]]
    assert all("MB are free on the archive's disk, 14 MB must stay free" in why for why in whys)
    assert faults(place.db) + leftovers(place.db) == []


@pytest.mark.parametrize(
    "broken",
    [
        *(pytest.param(x, marks=LONG) for x in ("stdout closed", "stdout full", "all closed")),
        "all full",
    ],
)
def test_a_crawl_that_cannot_speak_stores_all_the_same(
    tmp_path: Path, untouched: Towns, broken: str
) -> None:
    place = workplace(tmp_path, untouched)
    where = {
        "stdout closed": ">&-",
        "stdout full": ">/dev/full",
        "all closed": "<&- >&- 2>&-",
        "all full": ">/dev/full 2>/dev/full",
    }[broken]
    # A line of progress after each page, not every ten seconds.
    points = ["crawler.commands.crawl_view:LINE_EVERY_S:let=0"]
    words = [sys.executable, "-m", HERE, *points, "--", *crawl_words(place, untouched)]
    environment = {**os.environ, "KHOTIN_RECORDS": str(place.write()), "KHOTIN_READERS": "1"}
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {where}', "sh", *words], cwd=ROOT, env=environment, check=False,
        capture_output=True, text=True, timeout=LIMIT_S,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(articles(place.db)) == untouched.expected
    with closing(sqlite3.connect(place.db)) as conn:
        assert conn.execute("SELECT kind, detail FROM problems").fetchall() == []
    assert faults(place.db) + leftovers(place.db) == []
