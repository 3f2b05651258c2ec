"""The figures of the load benchmark, on samples whose answer is known."""

from __future__ import annotations

import os

import pytest

from bench.load_site import FAULTS, Load
from bench.load_watch import Sample, ends, look, percentile, slope_mb


def samples(count: int, growth_mb: float, warm_up_mb: float = 0.0) -> list[Sample]:
    """Samples 100 pages apart; `growth_mb` for each 10,000 pages, after a warm-up."""
    return [
        Sample(n * 5.0, n * 100, 100 + growth_mb * n / 100 + min(warm_up_mb, n * 10), 80, 2, 120, 7)
        for n in range(1, count + 1)
    ]


@pytest.mark.parametrize("growth", [0.0, 0.8, 5.0])
def test_the_slope_is_that_of_the_pages_after_the_warm_up(growth: float) -> None:
    assert slope_mb(samples(100, growth, warm_up_mb=60)) == pytest.approx(growth, abs=1e-6)


def test_a_single_peak_does_not_make_a_slope() -> None:
    flat = samples(100, 0.0)
    peak = Sample(305.0, 6_050, 400.0, 80, 2, 120, 7)
    assert slope_mb([*flat[:60], peak, *flat[60:]]) == pytest.approx(0.0)


def test_too_few_samples_have_no_slope() -> None:
    assert slope_mb(samples(1, 1.0)) is None


def test_first_and_last_are_medians_of_tenths() -> None:
    assert ends(samples(100, 10.0), "main_mb") == pytest.approx((101.55, 109.55))


def test_a_percentile_is_a_value_that_was_seen() -> None:
    values = [float(n) for n in range(1, 101)]
    assert (percentile(values, 0.5), percentile(values, 0.95)) == (51.0, 96.0)
    assert percentile([3.0], 0.95) == 3.0


def test_a_process_is_looked_at_from_outside() -> None:
    seen = look(os.getpid(), 1.0, 5)
    assert seen is not None
    assert seen.main_mb > 5 and seen.threads >= 1 and seen.descriptors >= 3
    assert look(2**22 + 1, 1.0, 5) is None


def test_faults_follow_the_seed_and_their_share() -> None:
    def faults(seed: int) -> list[str | None]:
        load = Load(100, 0.05, seed)
        return [load._fault("127.77.0.1", f"/tin-tuc/bai-viet-{n:06d}.html") for n in range(4_000)]

    first = faults(1)
    assert first == faults(1) != faults(2)
    found = [fault for fault in first if fault is not None]
    assert 140 < len(found) < 260
    assert set(found) == set(FAULTS)
