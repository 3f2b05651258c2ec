"""A served sample archive, asked in process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.web.site import close_site, make_site
from tests.support.sample_archive import make_archive

Ask = Callable[..., Any]


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The path of an archive with 60 articles over three portals."""
    return make_archive(tmp_path_factory.mktemp("served") / "kho.db", 60)


@pytest.fixture(scope="session")
def site(sample: Path) -> Iterator[Any]:
    site = make_site(sample)
    yield site
    close_site(site)


@pytest.fixture
def ask(site: Any) -> Ask:
    """GET an address of the site in Vietnamese, or in another language by its headers."""

    def get(path: str, **options: Any) -> Any:
        options.setdefault("headers", {"accept-language": "vi"})
        return asyncio.run(site.client.get(path, **options))

    return get
