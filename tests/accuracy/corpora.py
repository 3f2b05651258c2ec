"""The pages that accuracy is measured on, each with what is known about it.

- `gold/<family>`: the fixture folders of `tests/gold`, one corpus a platform.
- `unseen`: pages of template traditions that no profile describes, read without profiles.
- `demo/<portal>` and `demo/<portal>/<mutation>`: the demo portals, in their own markup and with
  other names, stamps elsewhere and more boxes.
- `egov` and `egov/2`: the captured portal in its two states, where the shared folder is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Literal

from crawler.demo import DemoPortal, Request, build
from crawler.reader.model import Kind, Page
from tests.support import egov
from tests.support.demo_scores import DemoPages
from tests.support.gold import FOLDER, Fixture, fixtures
from tests.support.leaks import lines_around
from tests.support.scoring import Surroundings, own_lines
from tests.support.shared import shared_file, shared_path
from tests.support.surroundings import egov_surroundings
from tests.support.truth import Truth

Way = Literal["profile", "recognised", "generic", "learned"]
ARTICLES = 20  # of each demo portal: every oddity that the generator knows, and some usual ones
MUTATIONS = (3, 8)
UNSEEN = "unseen"  # a folder beside that of the gold
EGOV_FILES = (egov.CAPTURES, egov.GOLD, "facts/boilerplate.tsv", "facts/boilerplate.md")
LISTS = frozenset(("home", "category", "rss", "sitemap", "feeds", "tag", "topic", "groups"))
BLOCKED = frozenset(("flood",))
# Forms, counters and answers to scripts; what is neither news nor clearly something else (static
# pages, lists of laws) has no right answer and is not asked for.
FORMS = ("contact/", "statistics/", "users/", "voting/", "banners/", "sendmail/")
DEMO_FORMS = {
    "nukeviet": ("/contact/", "/users/login/", "/statistics/"),
    "uiarticle": ("/dang-nhap",),
}
NOWHERE = "/tin-tuc/khong-co-bai-nay-99999999.html"


@dataclass(frozen=True, slots=True)
class GoldPage:
    """A page, its kind and, of an article, what it holds and what is foreign to it."""

    key: str
    page: Page
    kind: Kind
    profile: str
    truth: Truth | None
    around: Surroundings


@dataclass(frozen=True, slots=True)
class Corpus:
    """Pages that are measured together. `group` names the corpora whose sum is measured too."""

    name: str
    group: str
    ways: tuple[Way, ...]
    load: Callable[[], tuple[GoldPage, ...]]
    fingerprint: Callable[[], str]


def corpora(gold: Path = FOLDER) -> list[Corpus]:
    """Every corpus that is here; `gold` is the folder of fixtures."""
    return [*_gold(gold), _unseen(FOLDER.parent / UNSEEN), *_demo(), *_egov()]


def is_absent(name: str) -> bool:
    """Whether a corpus cannot be measured because the shared folder is not here."""
    return name.startswith("egov") and shared_path(egov.CAPTURES) is None


def _gold(folder: Path) -> Iterator[Corpus]:
    by_family: dict[str, list[Fixture]] = {}
    for fixture in fixtures(folder):
        by_family.setdefault(fixture.family, []).append(fixture)
    for family, found in by_family.items():
        yield Corpus(
            name=f"gold/{family}",
            group="gold",
            ways=("profile", "recognised", "generic"),
            load=partial(_fixture_pages, tuple(found)),
            fingerprint=partial(_hash_folders, [folder / fixture.name for fixture in found]),
        )


def _unseen(folder: Path) -> Corpus:
    found = fixtures(folder)
    return Corpus(
        name="unseen",
        group="unseen",
        ways=("generic",),
        load=partial(_fixture_pages, found),
        fingerprint=partial(_hash_folders, [folder / fixture.name for fixture in found]),
    )


def _fixture_pages(found: tuple[Fixture, ...]) -> tuple[GoldPage, ...]:
    return tuple(
        GoldPage(
            fixture.name,
            fixture.page(),
            fixture.expected["kind"],
            fixture.family,
            truth := fixture.truth,
            Surroundings(_around(fixture, truth) if truth else frozenset(), with_facts=False),
        )
        for fixture in found
    )


def _around(fixture: Fixture, truth: Truth) -> frozenset[str]:
    """What stands on the fixture's page beside the article; by-lines are no furniture."""
    own = (*own_lines(truth), truth.author, truth.source)
    return lines_around(fixture.markup.encode(), own)


def _demo() -> Iterator[Corpus]:
    for mutation in (None, *MUTATIONS):
        for number, portal in enumerate(_portals(mutation)):
            end = "" if mutation is None else f"/{mutation}"
            load = partial(_demo_pages, mutation, number)
            yield Corpus(
                name=f"demo/{portal.id.removeprefix('demo-')}{end}",
                group="demo" if mutation is None else "demo/mutated",
                ways=("profile", "generic", "learned"),
                load=load,
                fingerprint=partial(_hash_pages, load),
            )


@cache
def _portals(mutation: int | None) -> list[DemoPortal]:
    return build(articles_per_portal=ARTICLES, mutation=mutation)


@cache
def _demo_pages(mutation: int | None, number: int) -> tuple[GoldPage, ...]:
    portal = _portals(mutation)[number]
    demo = DemoPages(portal)
    articles = [
        GoldPage(gold.key, page, "article", portal.platform, demo.truth(gold), demo.around)
        for page, gold in demo.pages
    ]
    others = [
        GoldPage(path, demo.page_at(path), kind, portal.platform, None, demo.around)
        for kind, paths in _demo_others(portal).items()
        for path in paths
    ]
    return (*articles, *others)


def _demo_others(portal: DemoPortal) -> dict[Kind, list[str]]:
    """Addresses of a demo portal that show no article, by what they show.

    A section without a single article is left out: nobody can say what its page is.
    """
    empty = tuple(c.slug for c in portal.categories if not portal.in_category(c))
    others = [path for path in portal.paths() if path not in portal.by_path]
    lists = [path for path in others if not _bare(path).endswith(empty)]
    return {
        "listing": [path for path in lists if portal.respond(Request(path)).status == 200],
        "other": list(DEMO_FORMS.get(portal.platform, ())),
        "rejected": [NOWHERE],
    }


def _bare(path: str) -> str:
    return path.removesuffix(".aspx").rstrip("/")


def _egov() -> Iterator[Corpus]:
    if is_absent("egov"):
        return
    for state, name in ((1, "egov"), (2, "egov/2")):
        yield Corpus(
            name=name,
            group=name,
            ways=("profile", "recognised", "generic", "learned"),
            load=partial(_egov_pages, state),
            fingerprint=_hash_egov,
        )


@cache
def _egov_pages(state: int) -> tuple[GoldPage, ...]:
    around = egov_surroundings()
    articles = [
        GoldPage(gold.key, _page_of(capture), "article", "nukeviet", gold, around)
        for capture, gold in egov.scored_pages(state)
    ]
    others = [
        GoldPage(capture.path, _page_of(capture), kind, "nukeviet", None, around)
        for capture in egov.captures()
        if capture.rev == state and (kind := _kind_of(capture))
    ]
    return (*articles, *others)


def _kind_of(capture: egov.Capture) -> Kind | None:
    """The kind of a captured page that shows no article; None where nobody can say."""
    if capture.group in BLOCKED or capture.status == 404:
        return "rejected"
    if capture.status != 200:
        return None
    if capture.group in LISTS:
        return "listing"
    is_form = capture.path.removeprefix("/").startswith(FORMS)
    return "other" if capture.group == "comment" or is_form else None


def _page_of(capture: egov.Capture) -> Page:
    headers = tuple((name.lower(), value) for name, value in capture.headers)
    return Page(body=capture.body, url=capture.url, headers=headers, status=capture.status)


def _hash_folders(folders: list[Path]) -> str:
    found = sha256()
    for path in sorted(path for folder in folders for path in folder.iterdir()):
        found.update(f"{path.parent.name}/{path.name}\0".encode())
        found.update(sha256(path.read_bytes()).digest())
    return found.hexdigest()


def _hash_pages(load: Callable[[], tuple[GoldPage, ...]]) -> str:
    found = sha256()
    for page in load():
        truth = asdict(page.truth) if page.truth else None
        known = json.dumps([page.key, page.page.url, page.kind, truth], default=sorted)
        found.update(known.encode())
        found.update(sha256(page.page.body).digest())
    return found.hexdigest()


@cache
def _hash_egov() -> str:
    found = sha256()
    for name in EGOV_FILES:
        found.update(sha256(shared_file(name).read_bytes()).digest())
    return found.hexdigest()
