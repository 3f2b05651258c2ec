"""Precision and recall of the kinds on the gold pages, with profiles and with all switched off.

`python -m tests.support.kind_scores` prints them, and every page that was taken for another kind.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from crawler.platforms import get_profile
from crawler.reader import read
from tests.support.gold import Fixture, fixtures

KINDS = ("article", "listing", "other", "rejected")


@dataclass
class KindScores:
    """Pages by (expected, read) kind, and the mistaken ones as (name, expected, read)."""

    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    mistakes: list[tuple[str, str, str]] = field(default_factory=list)

    def precision(self, kind: str) -> float:
        """Of the pages read as this kind, the share that is of it; 1 when there is none."""
        read_as = sum(count for (_, got), count in self.pairs.items() if got == kind)
        return self.pairs[kind, kind] / read_as if read_as else 1.0

    def recall(self, kind: str) -> float:
        """Of the pages of this kind, the share that was read as it."""
        of_kind = sum(count for (asked, _), count in self.pairs.items() if asked == kind)
        return self.pairs[kind, kind] / of_kind if of_kind else 1.0

    @property
    def accuracy(self) -> float:
        right = sum(count for (asked, got), count in self.pairs.items() if asked == got)
        return right / max(1, self.pairs.total())


def judge(fixture: Fixture, *, profiles: bool) -> tuple[str, str]:
    """The page's expected and read kind; a reason that differs makes another kind of it."""
    reading = read(fixture.page(), None if profiles else get_profile("generic"))
    expected, got = str(fixture.expected["kind"]), str(reading.kind)
    if expected == got == "rejected" and reading.reason != fixture.expected["reason"]:
        return expected, f"rejected as {reading.reason}"
    return expected, got


def scores(*, profiles: bool) -> KindScores:
    """All gold pages judged. With `profiles` the platform is recognised from the page."""
    found = KindScores()
    for fixture in fixtures():
        pair = judge(fixture, profiles=profiles)
        found.pairs[pair] += 1
        if pair[0] != pair[1]:
            found.mistakes.append((fixture.name, *pair))
    return found


if __name__ == "__main__":
    for switched_on in (True, False):
        result = scores(profiles=switched_on)
        print(f"profiles {'on' if switched_on else 'off'}: {result.accuracy:.1%} of pages")
        for kind in KINDS:
            print(f"  {kind:9} P {result.precision(kind):.3f}  R {result.recall(kind):.3f}")
        for mistake in result.mistakes:
            print("   ", *mistake)
