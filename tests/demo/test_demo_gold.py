"""What the generator calls true stands on the pages, and is as varied as it should be."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable

import pytest

from crawler.demo import DemoPortal, GoldArticle, Request, Response, build
from crawler.text import squeeze

PLATFORMS = ("nukeviet", "tandan-sharepoint", "uiarticle", "thanhhoa-web-trang-chu", "liferay")


def said(gold: GoldArticle) -> list[str]:
    """Every text that the page of an article must show."""
    cells = [cell for table in gold.tables for row in table for cell in row if cell]
    alone = [text for text in (gold.title, gold.lead, gold.author, gold.source) if text]
    names = [name for _, name in gold.attachments]
    return [*alone, *gold.paragraphs, *gold.captions, *cells, *names, *gold.residue]


def test_there_is_one_portal_for_each_founding_platform(portals: list[DemoPortal]) -> None:
    assert tuple(portal.platform for portal in portals) == PLATFORMS
    assert len({portal.id for portal in portals}) == 5


@pytest.mark.parametrize("which", ["portals", "mutated"])
def test_every_article_page_shows_what_its_gold_says(
    which: str, request: pytest.FixtureRequest, page_text: Callable[[Response], str]
) -> None:
    portals: list[DemoPortal] = request.getfixturevalue(which)
    for portal in portals:
        for gold in portal.articles:
            if not gold.visible:
                continue
            text = page_text(portal.respond(Request(gold.urls[0])))
            missing = [piece for piece in said(gold) if squeeze(piece) not in text]
            assert not missing, f"{gold.key} {gold.special}: {missing[:2]}"


def test_every_address_of_an_article_gives_the_same_article(
    portals: list[DemoPortal], page_text: Callable[[Response], str]
) -> None:
    for portal in portals:
        for gold in filter(lambda gold: gold.visible, portal.articles):
            for url in gold.urls:
                response = portal.respond(Request(url))
                assert response.status == 200
                assert squeeze(gold.title) in page_text(response)


@pytest.mark.parametrize("which", ["portals", "mutated"])
def test_the_mobile_theme_shows_the_same_articles(
    which: str, request: pytest.FixtureRequest, page_text: Callable[[Response], str]
) -> None:
    portal: DemoPortal = request.getfixturevalue(which)[0]
    headers = {"user-agent": "Mozilla/5.0 (Linux; Android 15) Mobile"}
    for gold in filter(lambda gold: gold.visible, portal.articles):
        text = page_text(portal.respond(Request(gold.urls[0], headers=headers)))
        missing = [piece for piece in said(gold) if squeeze(piece) not in text]
        assert not missing, f"{gold.key} {gold.special}: {missing[:2]}"


def test_articles_that_are_not_visible_are_not_found(portals: list[DemoPortal]) -> None:
    for portal in portals:
        hidden = [gold for gold in portal.articles if not gold.visible]
        assert hidden
        assert all(portal.respond(Request(gold.urls[0])).status == 404 for gold in hidden)


def test_pictures_and_attachments_are_really_served(portals: list[DemoPortal]) -> None:
    starts = {"image/png": b"\x89PNG", "application/pdf": b"%PDF"}
    for portal in portals:
        urls = [image.url for gold in portal.articles if gold.visible for image in gold.images]
        urls += [url for gold in portal.articles if gold.visible for url, _ in gold.attachments]
        kinds = set()
        for url in urls:
            response = portal.respond(Request(url))
            assert response.status == 200, url
            kind = response.header("Content-Type") or ""
            kinds.add(kind)
            assert response.body.startswith(starts.get(kind, b"PK")), url
        assert {"image/png", "application/pdf"} <= kinds


def test_native_ids_stand_in_the_addresses(portals: list[DemoPortal]) -> None:
    shapes = {
        "nukeviet": r"^/[a-z-]+/[a-z0-9-]+-{id}\.html$",
        "uiarticle": r"^/[a-z-]+/[a-z0-9-]*-{id}$",
        "liferay": r"^/[a-z-]+/-/view_content/{id}-[a-z0-9-]+\.html$",
    }
    keyless = {
        "tandan-sharepoint": r"^/portal/Pages/\d{4}-[1-9]\d?-[1-9]\d?/[A-Za-z0-9-]+\.aspx$",
        "thanhhoa-web-trang-chu": r"^/web/trang-chu/[a-z;/-]+/[a-z0-9-]+\.html$",
        "liferay": r"^/web/que-thuong/-/[a-z0-9-]+$",
    }
    for portal in portals:
        for gold in portal.articles:
            shape = shapes if gold.native_id else keyless
            pattern = shape[portal.platform].replace("{id}", gold.native_id or "")
            assert re.search(pattern, gold.urls[0]), gold.urls[0]
    ids = [gold.native_id for gold in portals[2].articles if gold.native_id]
    assert {len(native_id) for native_id in ids} == {5, 6}


def test_all_kinds_of_odd_articles_are_there(portals: list[DemoPortal]) -> None:
    for portal in portals:
        by_kind = {kind: gold for gold in portal.articles for kind in gold.special}
        assert by_kind["one-sentence"].text.count("\n") == 0
        assert not by_kind["image-only"].text and by_kind["image-only"].images
        assert not by_kind["attachment-only"].text and by_kind["attachment-only"].attachments
        assert by_kind["table-only"].tables and not by_kind["table-only"].paragraphs
        assert by_kind["empty-lead"].lead is None
        if "T" in (by_kind["midnight"].published or ""):
            assert "T00:00:00" in (by_kind["midnight"].published or "")
        assert by_kind["capitals"].title.isupper() and by_kind["lower-case"].title.islower()
        assert "Ð" in by_kind["eth"].text + by_kind["eth"].title + (by_kind["eth"].lead or "")
        titles = Counter(gold.title for gold in portal.articles)
        assert [count for count in titles.values() if count > 1] == [2]


def test_gold_is_nfc_although_one_page_is_not(portals: list[DemoPortal]) -> None:
    for portal in portals:
        for gold in portal.articles:
            assert unicodedata.is_normalized("NFC", gold.title + gold.text)
        decomposed = next(gold for gold in portal.articles if "nfd" in gold.special)
        page = portal.respond(Request(decomposed.urls[0])).text
        assert unicodedata.normalize("NFD", decomposed.paragraphs[0]) in page


def test_stamps_reach_from_2012_to_2026_and_are_as_precise_as_printed(
    portals: list[DemoPortal],
) -> None:
    for portal in portals:
        printed = [gold.published for gold in portal.articles if gold.published]
        years = {stamp[:4] for stamp in printed}
        assert min(years) <= "2013" and max(years) >= "2025"
        lengths = {len(stamp) for stamp in printed}
        expected = {"nukeviet": {25}, "tandan-sharepoint": {10}, "uiarticle": {10}}
        assert lengths == expected.get(portal.platform, lengths)
    unstamped = [gold for gold in portals[2].articles if gold.published is None]
    assert any(gold.listed_published for gold in unstamped)
    assert any(gold.listed_published is None for gold in unstamped)


def test_most_paragraphs_stand_once_and_a_few_formulas_recur() -> None:
    portal = build(articles_per_portal=300)[0]
    counts = Counter(
        re.sub(r"\d", "0", paragraph) for gold in portal.articles for paragraph in gold.paragraphs
    )
    total = sum(counts.values())
    once = sum(count for count in counts.values() if count == 1)
    assert once / total > 0.7
    assert counts.most_common(1)[0][1] >= 8


def test_no_hole_of_the_grammar_is_left_open() -> None:
    for portal in build(articles_per_portal=100):
        for gold in portal.articles:
            text = "\n".join(said(gold))
            assert not re.search(r"[{}\[\]|]", text), gold.key
            assert "  " not in text


def test_the_same_seed_gives_the_same_portals_and_another_seed_others() -> None:
    first, again, other = build(seed=5), build(seed=5), build(seed=6)
    for one, two, three in zip(first, again, other, strict=True):
        assert one.articles == two.articles
        assert one.articles != three.articles
        path = one.articles[0].urls[0]
        assert one.respond(Request(path)) == two.respond(Request(path))


def test_the_number_of_articles_is_a_parameter() -> None:
    assert [len(portal.articles) for portal in build(articles_per_portal=25)] == [25] * 5


def test_publish_and_edit_change_every_copy_of_a_portal_alike(
    page_text: Callable[[Response], str],
) -> None:
    for one, two in zip(build(), build(), strict=True):
        new = one.publish()
        assert new == two.publish()
        assert new.key not in {gold.key for gold in build()[0].articles}
        old = one.articles[12]
        changed = one.edit(old.key)
        assert changed == two.edit(old.key)
        assert len(changed.paragraphs) == len(old.paragraphs) + 1
        assert (changed.urls, changed.title) == (old.urls, old.title)
        for gold in (new, changed):
            if gold.visible:
                text = page_text(one.respond(Request(gold.urls[0])))
                assert all(squeeze(paragraph) in text for paragraph in gold.paragraphs)
