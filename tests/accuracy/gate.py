"""Figures beside their floors: what fell, which corpora changed, and what an update makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tests.accuracy.corpora import Corpus, Way, corpora, is_absent
from tests.accuracy.floors import Floors, Held, Lowered, Place, Removed
from tests.accuracy.measures import Result, is_worse, measure, pooled
from tests.support.gold import FOLDER

COMMAND = "python -m tests.accuracy"


@dataclass(frozen=True, slots=True)
class Measured:
    """One corpus, or the sum of a group, as it is read now."""

    name: str
    fingerprint: str
    pages: int
    results: Mapping[Way, Result]

    @property
    def places(self) -> dict[Place, float]:
        """Every figure by its place."""
        return {
            Place(self.name, way, name): value
            for way, result in self.results.items()
            for name, value in result.figures().items()
        }


class Run:
    """The corpora that are here, each measured when it is asked for and once."""

    def __init__(self, gold: Path = FOLDER) -> None:
        self.corpora = {corpus.name: corpus for corpus in corpora(gold)}
        self._groups: dict[str, list[Corpus]] = {}
        for corpus in self.corpora.values():
            self._groups.setdefault(corpus.group, []).append(corpus)
        self._results: dict[str, dict[Way, Result]] = {}

    @property
    def names(self) -> list[str]:
        """The names of corpora and of groups, groups first."""
        return list(dict.fromkeys((*self._groups, *self.corpora)))

    def measured(self, name: str) -> Measured:
        """A corpus or group by its name."""
        if name in self.corpora:
            return Measured(
                name,
                self.corpora[name].fingerprint(),
                len(self.corpora[name].load()),
                self._result(name),
            )
        members = self._groups[name]
        prints = "".join(f"{member.name} {member.fingerprint()}\n" for member in members)
        return Measured(
            name,
            sha256(prints.encode()).hexdigest(),
            sum(len(member.load()) for member in members),
            pooled([self._result(member.name) for member in members], name),
        )

    def _result(self, name: str) -> dict[Way, Result]:
        if name not in self._results:
            self._results[name] = measure(self.corpora[name])
        return self._results[name]


@dataclass(frozen=True, slots=True)
class Fall:
    """A figure below its floor; `now` None: it is measured no more."""

    place: Place
    floor: float
    now: float | None
    is_required: bool
    worst: tuple[str, ...] = ()

    def __str__(self) -> str:
        corpus, way, name = self.place
        what = "required" if self.is_required else "the floor"
        now = "measured no more" if self.now is None else f"{self.now:g}"
        pages = "".join(f"\n    {line}" for line in self.worst)
        return f"{corpus}, {way}: {name} is {now}, {what} is {self.floor:g}{pages}"


def falls(floors: Floors, now: Measured) -> Iterator[Fall]:
    """Every figure of a corpus that is below its floor or below what is required."""
    figures = now.places
    for place, floor in floors.places(now.name).items():
        value = figures.get(place)
        if value is not None and not is_worse(place.measure, value, floor):
            continue
        least = floors.required.get(place)
        needed = least is not None and (value is None or is_worse(place.measure, value, least))
        result = now.results.get(place.way)  # type: ignore[call-overload]
        worst = tuple(result.worst(place.measure)) if result and value is not None else ()
        yield Fall(place, floor, value, needed, worst)


def change(floors: Floors, now: Measured) -> str | None:
    """How a corpus differs from the one that the floors were taken on, and what to do."""
    held = floors.corpora.get(now.name)
    if held is None:
        return f"{now.name} has no floors yet: run {COMMAND} --update"
    if held.fingerprint != now.fingerprint:
        return (
            f"{now.name} changed ({held.pages} pages then, {now.pages} now), so its floors say "
            f"nothing: look at the figures ({COMMAND}), then run {COMMAND} --update"
        )
    return None


def gone(floors: Floors, run: Run) -> list[str]:
    """Corpora that have floors and are no more; those of an absent folder are only away."""
    return [name for name in floors.corpora if name not in run.names and not is_absent(name)]


class RefusedError(Exception):
    """An update that would lower floors. `falls` and `dropped` (corpora) say which."""

    def __init__(self, falls: list[Fall], dropped: list[str]) -> None:
        super().__init__(f"{len(falls)} floors would be lowered, {len(dropped)} corpora dropped")
        self.falls = falls
        self.dropped = dropped


def update(
    floors: Floors, measured: list[Measured], dropped: list[str], reason: str | None, today: str
) -> Floors:
    """The floors with these figures taken in: all raised; lowered only with a reason.

    Raises RefusedError where a floor or a corpus would fall without a reason, or below what is
    required; nothing is changed then.
    """
    found = [fall for now in measured for fall in falls(floors, now)]
    if ((found or dropped) and not reason) or any(fall.is_required for fall in found):
        raise RefusedError(found, dropped)
    kept = {name: held for name, held in floors.corpora.items() if name not in dropped}
    new = Floors(floors.required, kept, list(floors.removed))
    new.removed += [Removed(name, today, reason or "") for name in dropped]
    for now in measured:
        fresh = [
            Lowered(f.place.way, f.place.measure, f.floor, f.now, today, reason or "")
            for f in found
            if f.place.corpus == now.name
        ]
        new.corpora[now.name] = _held(floors.corpora.get(now.name), now, fresh)
    return new


def _held(old: Held | None, now: Measured, fresh: list[Lowered]) -> Held:
    """The corpus as it is now; a lowering is forgotten when the floor is back where it was."""
    figures = {(place.way, place.measure): value for place, value in now.places.items()}
    kept = [
        entry
        for entry in (old.lowered if old else [])
        if (value := figures.get((entry.way, entry.measure))) is None
        or is_worse(entry.measure, value, entry.start)
    ]
    return Held(now.fingerprint, now.pages, figures, [*kept, *fresh])
