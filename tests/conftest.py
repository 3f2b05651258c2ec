"""Fixtures that tests of several rooms share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.site import Site


@pytest.fixture
def site() -> Iterator[Site]:
    """A small web site on loopback, whose answers the test chooses."""
    with Site() as made:
        yield made
