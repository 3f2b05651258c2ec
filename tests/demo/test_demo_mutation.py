"""A mutated portal says the same under other names, in other places, among other boxes."""

from __future__ import annotations

import re

from crawler.demo import DemoPortal, Request, Response, build

NAMES = re.compile(r'\b(?:class|id)="([^"]*)"')


def names(page: str) -> set[str]:
    return {name for value in NAMES.findall(page) for name in value.split()}


def articles(portal: DemoPortal) -> list[str]:
    return [portal.respond(Request(gold.urls[0])).text for gold in portal.articles if gold.visible]


def test_the_gold_of_a_mutated_portal_is_that_of_the_plain_one(
    portals: list[DemoPortal], mutated: list[DemoPortal]
) -> None:
    assert [portal.articles for portal in portals] == [portal.articles for portal in mutated]


def test_no_class_or_id_keeps_its_name_but_those_that_came_with_the_text(
    portals: list[DemoPortal], mutated: list[DemoPortal]
) -> None:
    for plain, other in zip(portals, mutated, strict=True):
        before = set().union(*map(names, articles(plain)))
        after = set().union(*map(names, articles(other)))
        assert before & after == {"MsoNormal"}


def test_a_name_is_the_same_on_all_pages_whatever_is_asked_first() -> None:
    one, two = build(mutation=3)[0], build(mutation=3)[0]
    paths = ["/", "/thong-bao/", *(gold.urls[0] for gold in one.articles[:6])]
    forward = {path: names(one.respond(Request(path)).text) for path in paths}
    backward = {path: names(two.respond(Request(path)).text) for path in reversed(paths)}
    assert forward == backward
    assert len(set.intersection(*forward.values())) > 10


def test_style_sheets_follow_the_new_names(mutated: list[DemoPortal]) -> None:
    for portal in mutated:
        css = portal.respond(Request("/css/style.css")).text
        styled = set(re.findall(r"\.([\w-]+)", css.split("{", 1)[1]))
        used = set().union(*map(names, articles(portal)))
        assert len(styled & used) > 3


def test_mutations_differ_and_move_the_stamp_somewhere() -> None:
    places = set()
    pages = set()
    for number in range(8):
        other = build(articles_per_portal=25, mutation=number)[0]
        places.add(other.mutation.stamp_place)
        gold = next(gold for gold in other.articles if gold.visible)
        pages.add(other.respond(Request(gold.urls[0])).text)
    assert places == {"above", "below", "native"}
    assert len(pages) == 8


def test_the_stamp_is_printed_once_wherever_it_went() -> None:
    stamps = {
        0: r"Thứ \w+ - \d\d/\d\d/\d{4} \d\d:\d\d|Chủ nhật - \d\d/\d\d/\d{4} \d\d:\d\d",
        1: r"Đăng ngày \d\d - \d\d - \d{4}",
        3: r"Đăng lúc: ",
        4: r"\d\d/\d\d/\d{4} \| \d\d:\d\d [AP]M",
    }
    for number in range(3):
        built = build(articles_per_portal=25, mutation=number)
        for index, pattern in stamps.items():
            for page in articles(built[index]):
                assert len(re.findall(pattern, page)) == 1


def test_extra_boxes_with_real_titles_stand_in_some_bodies() -> None:
    found = 0
    plain = build(articles_per_portal=25)[2]
    for number in range(3):
        portal = build(articles_per_portal=25, mutation=number)[2]
        for one, two in zip(articles(plain), articles(portal), strict=True):
            found += len(re.findall(r"\(\d\d/\d\d/\d{4}\)", two)) > len(
                re.findall(r"\(\d\d/\d\d/\d{4}\)", one)
            )
    assert found > 30


def test_fingerprints_of_the_software_survive(mutated: list[DemoPortal]) -> None:
    marks = ("NukeViet v4", "__VIEWSTATE", "/DesktopModule/", "/web/trang-chu", "/-/view_content/")
    for portal, mark in zip(mutated, marks, strict=True):
        home: Response = portal.respond(Request("/"))
        if home.status == 302:
            home = portal.respond(Request(home.header("Location") or "/"))
        assert mark in home.text


def test_every_fourth_mutation_keeps_the_names_and_only_moves_and_adds(
    portals: list[DemoPortal],
) -> None:
    for plain, other in zip(portals, build(mutation=8), strict=True):
        before, after = articles(plain), articles(other)
        assert set().union(*map(names, before)) <= set().union(*map(names, after))
        assert all(one != two for one, two in zip(before, after, strict=True))
