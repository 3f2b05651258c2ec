"""Tests of the long part: `make bench-reliability` runs them, `make test` leaves them."""

from __future__ import annotations

import os

import pytest

LONG = pytest.mark.skipif(
    not os.environ.get("KHOTIN_LONG_TESTS"), reason="of the long part: make bench-reliability"
)
