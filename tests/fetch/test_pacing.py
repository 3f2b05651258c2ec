"""Turns and spacing, without a network: what the scheduler's promises rest on."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.fetch.pacing import Pacer


def pacer(*places: tuple[str, str, float], margin_s: float = 0.0) -> Pacer:
    made = Pacer(margin_s)
    for lane, address, delay_s in places:
        made.join(lane, address, delay_s)
        made.due(lane, 0.0)
    return made


def test_an_address_with_a_request_under_way_is_not_asked_again() -> None:
    turns = pacer(("a", "192.0.2.1", 0.0), ("b", "192.0.2.1", 0.0))
    first = turns.take(0.0)
    assert first is not None
    turns.start(first, 1)
    assert turns.take(100.0) is None
    turns.finish(1, 100.0, 0.0)
    assert turns.take(100.0) == ({"a", "b"} - {first}).pop()


def test_the_spacing_counts_from_the_end_of_the_request_and_has_the_margin() -> None:
    turns = pacer(("a", "192.0.2.1", 2.5), margin_s=0.05)
    assert turns.take(0.0) == "a"
    turns.start("a", 1)
    turns.due("a", 0.0)
    turns.finish(1, 4.0, 2.5)
    assert turns.earliest() == 6.55
    assert turns.take(6.5) is None
    assert turns.take(6.55) == "a"


def test_two_addresses_do_not_wait_for_each_other() -> None:
    turns = pacer(("a", "192.0.2.1", 2.5), ("b", "192.0.2.2", 2.5))
    first = turns.take(0.0)
    assert first is not None
    turns.start(first, 1)
    second = turns.take(0.0)
    assert {first, second} == {"a", "b"}


def test_sites_on_one_address_take_turns() -> None:
    turns = pacer(*((lane, "192.0.2.1", 0.0) for lane in "abc"))
    order = []
    for step in range(9):
        lane = turns.take(float(step))
        assert lane is not None
        turns.start(lane, 1)
        turns.due(lane, float(step))
        turns.finish(1, float(step), 0.0)
        order.append(lane)
    assert order == list("abc") * 3


def test_the_slowest_site_sets_the_pace_of_its_address() -> None:
    turns = pacer(("a", "192.0.2.1", 1.0), ("b", "192.0.2.1", 4.0))
    lane = turns.take(0.0)
    assert lane is not None
    turns.start(lane, 1)
    turns.due(lane, 0.0)
    turns.finish(1, 0.0, 1.0)
    assert turns.earliest() == 4.0


def test_a_lane_that_is_parked_is_not_taken() -> None:
    turns = pacer(("a", "192.0.2.1", 0.0))
    turns.park("a")
    assert turns.take(1.0) is None
    assert turns.waiting_until() is None
    turns.due("a", 5.0)
    assert turns.take(4.0) is None
    assert turns.take(5.0) == "a"


def test_a_site_that_moves_to_another_address_takes_its_work_there() -> None:
    turns = pacer(("a", "192.0.2.1", 0.0))
    turns.join("a", "192.0.2.2", 0.0)
    assert turns.take(1.0) is None
    turns.due("a", 1.0)
    assert turns.take(1.0) == "a"
    assert turns.take(1.0) is None


def test_an_address_is_freed_even_when_its_site_has_moved_meanwhile() -> None:
    turns = pacer(("a", "192.0.2.1", 0.0), ("b", "192.0.2.1", 0.0))
    assert turns.take(0.0) == "a"
    turns.start("a", 1)
    turns.join("a", "192.0.2.2", 0.0)
    assert turns.take(1.0) is None
    turns.finish(1, 1.0, 0.0)
    assert turns.take(1.0) == "b"


def test_a_failed_request_frees_its_address_once() -> None:
    turns = pacer(("a", "192.0.2.1", 1.0), ("b", "192.0.2.1", 1.0))
    lane = turns.take(0.0)
    assert lane is not None
    turns.start(lane, 1)
    turns.finish(1, 1.0, 1.0)
    other = turns.take(2.0)
    assert other is not None
    turns.start(other, 2)
    turns.finish(1, 2.0, 1.0)  # told a second time, about the old request
    turns.due(lane, 2.0)
    assert turns.take(50.0) is None


def test_the_end_of_an_old_request_does_not_free_an_address_for_a_third() -> None:
    turns = pacer(("a", "192.0.2.1", 0.0))
    for ticket in (1, 2):
        assert turns.take(1.0) == "a"
        turns.start("a", ticket)
        turns.due("a", 1.0)
        if ticket == 1:
            turns.finish(1, 1.0, 0.0)
    turns.finish(1, 1.0, 0.0)  # of the same site, told once more while 2 is under way
    assert turns.take(1.0) is None


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from("abcdef"), st.floats(0, 3), st.floats(0, 2)),
        min_size=1,
        max_size=40,
    )
)
def test_requests_to_one_address_never_overlap_and_are_never_too_close(
    work: list[tuple[str, float, float]],
) -> None:
    delay_s = 0.7
    turns = Pacer(0.0)
    for lane in "abcdef":
        turns.join(lane, f"192.0.2.{ord(lane) % 2}", delay_s)
    queues: dict[str, list[float]] = {lane: [] for lane in "abcdef"}
    for lane, at, took in work:
        queues[lane].append(took)
        turns.due(lane, at)
    ended: dict[int, float] = {}
    done = 0
    now = 0.0
    while (due := turns.earliest()) is not None:
        now = max(now, due)
        taken = turns.take(now)
        if taken is None:
            continue
        address = ord(taken) % 2
        assert now >= ended.get(address, -delay_s) + delay_s - 1e-9
        turns.start(taken, 1)
        ended[address] = now + queues[taken].pop()
        done += 1
        if queues[taken]:
            turns.due(taken, now)
        turns.finish(1, ended[address], delay_s)
    assert done == len(work)
