"""Every profile is sound, and a broken one is refused with the name of file and field."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

from crawler.errors import RecordError, UsageError
from crawler.platforms import get_profile, load_profiles, read_profile
from crawler.reader.css import compiled

FAMILIES = {"generic", "liferay", "nukeviet", "tandan-sharepoint", "thanhhoa-web-trang-chu"}
MINIMUM = """id = "{id}"
name = "A family"
trust = "guess"
recognise = []
urls = []
"""


def written(folder: Path, text: str, name: str = "family") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str, name: str = "family") -> str:
    with pytest.raises(RecordError) as caught:
        read_profile(written(folder, text, name))
    return str(caught.value)


def test_the_founding_families_are_there() -> None:
    profiles = load_profiles()
    assert {*FAMILIES, "uiarticle"} <= set(profiles)
    assert all(profile.id == name for name, profile in profiles.items())


@pytest.mark.parametrize("name", sorted(load_profiles()))
def test_a_profile_is_sound(name: str) -> None:
    profile = get_profile(name)
    assert profile.trust and profile.name and re.fullmatch(r"[0-9a-f]{12}", profile.version)
    assert all(path.startswith("/") for path in profile.start_paths)
    for rule in profile.rules:
        assert rule.id_pattern is None or rule.id_pattern.groups, "an id regex needs a group"
    for layout in profile.layouts:
        sources = [*layout.body, *layout.drop, *(s for f in layout.fields.values() for s in f)]
        for source in sources:
            if not source.startswith(("meta:", "jsonld:")):
                compiled(source.partition("@")[0])
    for pagination in profile.pagination:
        if pagination.kind == "query":
            assert pagination.param
        if pagination.kind == "post":
            places = {name for _, text in pagination.form for name in re.findall(r"{(\w+)}", text)}
            assert places == {"page", *(name for name, _ in pagination.find)}
            assert all(pattern.groups == 1 for _, pattern in pagination.find)


def test_recognition_weighs_enough_to_decide() -> None:
    # Two families have no sign of their own: only the records of their portals name them.
    silent = {name for name, profile in load_profiles().items() if not profile.fingerprints}
    assert silent == {"generic", "commune-html", "daklak-slug-n"}
    for profile in load_profiles().values():
        if profile.fingerprints:
            assert max(sign.weight for sign in profile.fingerprints) >= 3


def test_a_profile_travels_by_its_id() -> None:
    link = pickle.loads(pickle.dumps(get_profile("nukeviet").id))
    assert get_profile(link) is get_profile("nukeviet")


def test_an_unknown_profile_is_refused_with_the_nearest_names() -> None:
    with pytest.raises(UsageError, match="nukeviet"):
        get_profile("nukevit")
    with pytest.raises(UsageError, match="generic"):
        get_profile("???")


def test_the_smallest_profile_is_valid(tmp_path: Path) -> None:
    profile = read_profile(written(tmp_path, MINIMUM.format(id="family")))
    assert profile.classify("https://a.example/x") == "listing"
    assert profile.classify("https://a.example/x.pdf") == "other"
    assert profile.native_id("https://a.example/x") is None


def test_the_version_follows_the_text(tmp_path: Path) -> None:
    text = MINIMUM.format(id="family")
    first = read_profile(written(tmp_path, text)).version
    assert read_profile(written(tmp_path, text + "delay_s = 1.0\n")).version != first


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("id = \n", "no valid TOML"),
        ('id = "a"\n' * 2, "no valid TOML"),
        (MINIMUM.format(id="family").replace('name = "A family"\n', ""), "name"),
        (MINIMUM.format(id="FAMILY"), "id"),
        (MINIMUM.format(id="family").replace('"guess"', '"sure"'), "trust"),
        (MINIMUM.format(id="family") + "colour = 1\n", "colour"),
        (MINIMUM.format(id="family") + "delay_s = -1\n", "delay_s"),
        (MINIMUM.format(id="family") + 'valid_to = "2025"\n', "valid_to"),
        (MINIMUM.format(id="family") + 'block_page = ["(a"]\n', "block_page.0"),
        (
            MINIMUM.format(id="family").replace(
                "urls = []", 'urls = [{kind="article", pattern="[a"}]'
            ),
            "urls.0.pattern",
        ),
        (
            MINIMUM.format(id="family").replace("urls = []", 'urls = [{kind="page", pattern="a"}]'),
            "urls.0.kind",
        ),
        (
            MINIMUM.format(id="family").replace(
                "recognise = []", 'recognise = [{in="markup", pattern="a", weight=9}]'
            ),
            "recognise.0.weight",
        ),
        (MINIMUM.format(id="family") + '[[layouts]]\nid = "x"\n', "layouts.0"),
        (MINIMUM.format(id="family") + '[[pagination]]\nkind = "scroll"\n', "pagination.0.kind"),
        (
            MINIMUM.format(id="family") + '[[layouts]]\nid = "x"\nbody = ["div[["]\n',
            "layouts.0.body.0",
        ),
        (
            MINIMUM.format(id="family")
            + '[[layouts]]\nid = "x"\nbody = ["p"]\ntitle = ["meta:a", "h1 >"]\n',
            "layouts.0.title.1",
        ),
        (
            MINIMUM.format(id="family") + '[[pagination]]\nkind = "link"\nselect = "a:nope("\n',
            "pagination.0.select",
        ),
        (
            MINIMUM.format(id="family") + '[[canonical.rewrite]]\npattern = "(a)"\nto = "\\\\2"\n',
            "canonical.rewrite.0.to",
        ),
    ],
)
def test_a_broken_profile_is_refused_with_file_and_field(
    tmp_path: Path, text: str, where: str
) -> None:
    message = refusal(tmp_path, text)
    assert "family.toml" in message
    assert where in message


def test_a_profile_named_unlike_its_file_is_refused(tmp_path: Path) -> None:
    assert "other.toml" in refusal(tmp_path, MINIMUM.format(id="family"), name="other")
