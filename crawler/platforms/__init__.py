"""What software runs the portals: one TOML profile per CMS family."""

from __future__ import annotations

import difflib
import hashlib
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from crawler.errors import RecordError, UsageError
from crawler.platforms.profile import Profile, build
from crawler.platforms.recognise import recognise_among

GENERIC = "generic"
_FOLDER = Path(__file__).parent

__all__ = [
    "GENERIC",
    "Profile",
    "get_profile",
    "load_profiles",
    "profile_files",
    "read_profile",
    "recognise",
]


@cache
def load_profiles() -> dict[str, Profile]:
    """All profiles by id, in the order of their file names; RecordError if one is broken."""
    return {path.stem: _load(path) for path in profile_files()}


def profile_files() -> list[Path]:
    """The files of all profiles, by name."""
    return sorted(_FOLDER.glob("*.toml"))


def read_profile(path: Path) -> Profile:
    """One profile file, checked against the schema. RecordError names the file and the field."""
    # Slow to import and to run; a crawl that starts trusts profiles that can be built.
    from crawler.platforms.checks import problems  # noqa: PLC0415

    data, version = _parse(path)
    problem = next(problems(data), None)
    if problem is not None:
        raise RecordError(f"{path.name}, {problem}. See crawler/platforms/schema.json.")
    if data["id"] != path.stem:
        raise RecordError(f"{path.name}: its id is {data['id']!r}; name the file after the id.")
    return build(data, version)


@cache
def _load(path: Path) -> Profile:
    """A profile as every start needs it: built at once, looked at closely only when that fails.

    Tests and `khotin portals check` look at all of them closely.
    """
    data, version = _parse(path)
    try:
        return build(data, version)
    except (KeyError, TypeError, ValueError, AttributeError, re.error):
        return read_profile(path)


def _parse(path: Path) -> tuple[dict[str, Any], str]:
    text = path.read_text(encoding="utf-8")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RecordError(f"{path.name} is no valid TOML: {error}. Mend the file.") from error
    return data, hashlib.sha256(text.encode()).hexdigest()[:12]


def get_profile(profile_id: str) -> Profile:
    """The profile of this id; UsageError naming the nearest ones if there is none."""
    path = _FOLDER / f"{profile_id}.toml"
    if path.is_file():
        return _load(path)
    profiles = load_profiles()
    near = difflib.get_close_matches(profile_id, profiles, n=3, cutoff=0.4) or sorted(profiles)
    raise UsageError(f"There is no platform {profile_id!r}. Did you mean {', '.join(near)}?")


def recognise(
    markup: str, url: str | None = None, headers: tuple[tuple[str, str], ...] = ()
) -> str:
    """The id of the platform that served this page; "generic" when no profile fits."""
    return recognise_among(load_profiles().values(), markup, url, headers) or GENERIC
