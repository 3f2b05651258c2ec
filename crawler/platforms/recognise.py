"""Which platform served a page: signs in the markup, cookies and address, weighed together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from crawler.platforms.profile import Fingerprint, Profile
from crawler.urls import path_and_query

# Weights run from 1 (an address shape that several systems share) to 5 (the software names
# itself). One weak sign alone decides nothing.
THRESHOLD = 3
# Signs stand in the head, the scripts and the classes; a page of many megabytes need not be
# searched to its end for each of them.
MARKUP_CHARS = 400_000
_GENERATOR = re.compile(
    r"<meta\s[^<>]{0,400}?name=[\"']?generator[\"']?[^<>]{0,400}?content=[\"']([^\"']{0,400})"
    r"|<meta\s[^<>]{0,400}?content=[\"']([^\"'<>]{0,400})[\"'][^<>]{0,400}?name=[\"']?generator",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Candidate:
    """A profile whose signs are looked at one by one: what it has, and what it may still get."""

    profile: Profile
    position: int
    score: int
    open: list[Fingerprint]

    @property
    def bound(self) -> int:
        return self.score + sum(sign.weight for sign in self.open)

    @property
    def rank(self) -> tuple[int, int]:
        """Best first; of two with the same score the one that stands first."""
        return -self.score, self.position


def recognise_among(
    profiles: Iterable[Profile],
    markup: str,
    url: str | None,
    headers: tuple[tuple[str, str], ...],
) -> str | None:
    """The id of the best fitting profile, None if the signs are too weak.

    Searching the markup is what costs. So the address, the cookies and the generator are asked
    first, then plain strings, and a regex only where the profile could still win by it.
    """
    markup = markup[:MARKUP_CHARS]
    lowered = markup.lower()
    places = _places(markup, lowered, url, headers)
    found = [_first_look(n, profile, places) for n, profile in enumerate(profiles)]
    least = max([THRESHOLD, *(candidate.score for candidate in found)])
    for candidate in found:
        _rule_out(candidate, lowered, least)
    found.sort(key=lambda one: (-one.bound, one.position))
    best: _Candidate | None = None
    for place, candidate in enumerate(found):
        least = best.score if best is not None else THRESHOLD
        if candidate.bound < least:
            break  # the others can get still less
        rival = found[place + 1].bound if place + 1 < len(found) else 0
        _search(candidate, markup, least, max(rival, least))
        if candidate.score >= THRESHOLD and (best is None or candidate.rank < best.rank):
            best = candidate
    return best.profile.id if best is not None else None


def _places(
    markup: str, lowered: str, url: str | None, headers: tuple[tuple[str, str], ...]
) -> dict[str, list[str]]:
    """The texts of each place but the markup."""
    found = _GENERATOR.search(markup) if "generator" in lowered else None
    cookies = [value.partition("=")[0].strip() for name, value in headers if name == "set-cookie"]
    return {
        "generator": [(found.group(1) or found.group(2) or "") if found else ""],
        "url": [path_and_query(url) if url else ""],
        "cookie": [line for name in cookies for line in name.splitlines()],
    }


def _first_look(position: int, profile: Profile, places: dict[str, list[str]]) -> _Candidate:
    """What a profile has without its markup; its signs in the markup are open, heaviest first."""
    score = sum(
        sign.weight
        for sign in profile.fingerprints
        if sign.place != "markup" and any(map(sign.pattern.search, places[sign.place]))
    )
    signs = [sign for sign in profile.fingerprints if sign.place == "markup"]
    return _Candidate(profile, position, score, sorted(signs, key=lambda s: -s.weight))


def _rule_out(candidate: _Candidate, lowered: str, least: int) -> None:
    """Close the signs whose plain strings are not there, while the profile can still win."""
    bound = candidate.bound
    still_open: list[Fingerprint] = []
    for sign in candidate.open:
        if bound < least:
            still_open = []  # whatever else it has is not enough
            break
        if all(any(text in lowered for text in choices) for choices in sign.needs):
            still_open.append(sign)
        else:
            bound -= sign.weight
    candidate.open = still_open


def _search(candidate: _Candidate, markup: str, least: int, enough: int) -> None:
    """Look for the open signs, while the profile can still win and has not won yet."""
    while candidate.open and candidate.bound >= least and candidate.score <= enough:
        sign = candidate.open.pop(0)
        if sign.pattern.search(markup):
            candidate.score += sign.weight
