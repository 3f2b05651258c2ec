"""Which platform served a page: signs in the markup, cookies and address, weighed together."""

from __future__ import annotations

import re
from collections.abc import Iterable

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


def recognise_among(
    profiles: Iterable[Profile],
    markup: str,
    url: str | None,
    headers: tuple[tuple[str, str], ...],
) -> str | None:
    """The id of the best fitting profile, None if the signs are too weak."""
    markup = markup[:MARKUP_CHARS]
    found = _GENERATOR.search(markup)
    places = {
        "markup": markup,
        "generator": (found.group(1) or found.group(2) or "") if found else "",
        "url": path_and_query(url) if url else "",
        "cookie": "\n".join(
            value.partition("=")[0].strip() for name, value in headers if name == "set-cookie"
        ),
    }
    best, best_score = None, THRESHOLD - 1
    lowered = markup.lower()
    for profile in profiles:
        score = sum(sign.weight for sign in profile.fingerprints if _fits(sign, places, lowered))
        if score > best_score:
            best, best_score = profile.id, score
    return best


def _fits(sign: Fingerprint, places: dict[str, str], lowered: str) -> bool:
    if sign.place == "markup" and not all(
        any(text in lowered for text in choices) for choices in sign.needs
    ):
        return False
    if sign.place == "cookie":
        return any(sign.pattern.search(name) for name in places["cookie"].splitlines())
    return bool(sign.pattern.search(places[sign.place]))
