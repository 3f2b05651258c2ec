"""Two dozen hosts that all send too much at once: the memory is bounded over hosts, not by host."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.hostile.bombs import FAULTS
from tests.hostile.crawls import crawled
from tests.hostile.faults import Fault

HOSTS = 24
LARGE = {fault.name: fault for fault in FAULTS}


def _many(name: str) -> list[Fault]:
    model = LARGE[name]
    return [
        Fault(f"{name}-{n}", model.does, model.must, model.handler, path="/", linked=False)
        for n in range(HOSTS)
    ]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("endless-body", "body too large"), ("gzip-15-mb", None), ("brotli-bomb", "decoded size")],
)
def test_many_large_bodies_at_once_stay_within_the_memory(
    tmp_path: Path, name: str, reason: str | None
) -> None:
    faults = _many(name)
    settings: dict[str, Any] = {"KHOTIN_ANSWER_TIMEOUT_S": 30, "KHOTIN_READER_TIMEOUT_S": 1}
    with crawled(tmp_path, faults, **settings) as done:
        print(f"{name} from {HOSTS} hosts: {done.peak_bytes / 1e6:.0f} MB, {done.seconds:.1f} s")
        assert done.peak_bytes < 300e6
        if reason is not None:
            assert {done.row(fault) for fault in faults} == {("failed", reason)}
