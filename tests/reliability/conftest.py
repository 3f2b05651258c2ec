"""What the tests of crashes share: small towns, and an archive that was crawled to its end."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.disks import CannotMountError, disk
from tests.support.kills import start, workplace
from tests.support.towns import Towns


@pytest.fixture(scope="module")
def towns() -> Iterator[Towns]:
    """Two portals of twenty articles."""
    with Towns(2, 20) as served:
        yield served


@pytest.fixture
def untouched(towns: Towns) -> Towns:
    """The towns, with nothing counted yet."""
    towns.forget()
    return towns


@pytest.fixture(scope="module")
def whole(towns: Towns, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an archive of the towns; only copies of it may be changed."""
    folder = tmp_path_factory.mktemp("whole")
    process = start(workplace(folder, towns), towns)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return folder


@pytest.fixture
def copied(whole: Path, tmp_path: Path) -> Path:
    """A copy of that archive, to be spoiled: the path of its archive.db."""
    shutil.copytree(whole, tmp_path / "copy")
    return tmp_path / "copy" / "archive.db"


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Callable[[Path, str], Path]]:
    """mounted(folder, "size=2m") -> that folder as a small disk; skips where it is not allowed."""
    with ExitStack() as disks:

        def mount(folder: Path, options: str) -> Path:
            try:
                return disks.enter_context(disk(folder, options))
            except CannotMountError as error:
                pytest.skip(str(error))

        yield mount
