"""Every example address of the shared facts, by the profile of its family."""

from __future__ import annotations

import csv
import json
import re
from typing import Any

import pytest

from crawler.platforms import get_profile, load_profiles, recognise
from crawler.platforms.profile import Address
from crawler.urls import normalise, path_and_query
from tests.support.shared import MISSING, shared_path

# The facts' own names for parts of a family; every other family is called as its profile is.
ALIASES = {
    "list-nukeviet": "nukeviet",
    "deny-nukeviet-tokens": "nukeviet",
    "liferay-portlet-query": "liferay",
    "liferay-chi-tiet-id": "liferay",
    "deny-liferay-language-switch": "liferay",
    "list-common-title": "common-title",
    "list-wordpress-page": "wordpress",
}
FAMILIES = {name: name for name in load_profiles() if name != "generic"} | ALIASES
# Addresses that are of two families at once: a page of SharePoint with the tail of Bắc Kạn.
ALSO = {"sharepoint-pages": "backan-sharepoint", "sharepoint-lists": "vinhphuc-api"}
KINDS = {"article": "article", "print": "print", "list": "listing", "deny": "deny"}
# Shapes that only look like articles of their family: home pages, lists, a list of tags, a page
# of two words about the unit.
NO_ARTICLES = re.compile(
    r"/tag/|/page-\d+$|newsbycategory|/web/tx-tu-son$|ieu-kien-tu-nhien|categoryId=\d+$"
    r"|nk-2026-2031$|/45306/xa-son-thuy$|/tang-cuong-phong-chong-dich-covid-19$|^https?://[^/]+/$"
    r"|\?start=\d+$|[?&]tabid=1689$|/chuyen-muc[-/]|[?&]catalog=|/hoi-dong-nhan-dan\.html$|/KenhTin/"
    r"|\?id=home$|/dai-hoi-dang-cac-cap\?|/tong-quankintexahoi\.aspx$"
)

_patterns = shared_path("facts/url_patterns.json")
_hosts = shared_path("facts/hosts.csv")
pytestmark = pytest.mark.skipif(_patterns is None or _hosts is None, reason=MISSING)


def patterns() -> list[dict[str, Any]]:
    if _patterns is None:
        return []
    found: list[dict[str, Any]] = json.loads(_patterns.read_text(encoding="utf-8"))["patterns"]
    return found


def examples(ours: bool) -> list[Any]:
    return [
        pytest.param(entry, url, id=f"{entry['order']}-{number}")
        for entry in patterns()
        for number, url in enumerate(entry["examples"])
        if (entry["family"] in FAMILIES) == ours
    ]


def seen_pages() -> list[Any]:
    if _hosts is None:
        return []
    with _hosts.open(encoding="utf-8", newline="") as file:
        return [
            pytest.param(FAMILIES[row["platform_guess"]], row["example_url"], id=row["host"])
            for row in csv.DictReader(file)
            if row["platform_guess"] in FAMILIES and row["example_url"]
        ]


def address(platform: str, url: str) -> Address:
    normal = normalise(url)
    assert normal is not None
    return get_profile(platform).address(normal)


@pytest.mark.parametrize(("entry", "url"), examples(ours=True))
def test_an_example_has_its_kind_and_native_id(entry: dict[str, Any], url: str) -> None:
    found = address(FAMILIES[entry["family"]], url)
    if NO_ARTICLES.search(url):
        assert found.kind in ("listing", "other")
        return
    assert found.kind == KINDS[entry["kind"]]
    match = re.search(entry["id_regex"], path_and_query(url), re.I) if entry["id_regex"] else None
    groups = match.groupdict() if match else {}
    number = next((text for name, text in groups.items() if name.startswith("id") and text), None)
    if number is not None:
        # Where numbers are unique in one list or site only, that stands before the number.
        assert found.native_id in (number, number.lower()) or (
            (found.native_id or "").endswith(f"/{number}")
        )
    elif entry["kind"] in ("article", "print"):
        assert found.native_id


@pytest.mark.parametrize(("platform", "url"), seen_pages())
def test_a_page_seen_on_a_host_is_an_article_with_a_key(platform: str, url: str) -> None:
    found = address(platform, url)
    if NO_ARTICLES.search(url):
        assert found.kind in ("listing", "other")
    else:
        assert found.kind in ("article", "print")
        assert found.native_id
        assert found.canonical.startswith(("http://", "https://"))


@pytest.mark.parametrize(("entry", "url"), [*examples(ours=True), *examples(ours=False)])
def test_an_address_alone_never_names_another_family(entry: dict[str, Any], url: str) -> None:
    family = FAMILIES.get(entry["family"], "generic")
    assert recognise("", url) in (family, ALSO.get(family, family), "generic")


def test_the_pages_of_a_family_have_keys_of_their_own() -> None:
    keys: dict[tuple[str, str, str], str] = {}
    for parameter in seen_pages():
        platform, url = parameter.values
        found = address(platform, url)
        if found.native_id:
            key = (platform, url.split("/")[2], found.native_id)
            assert keys.setdefault(key, url) == url
