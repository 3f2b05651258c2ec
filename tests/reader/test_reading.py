"""Whole pages in, whole readings out: what must hold for any page at all, and for the worst."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.demo import build
from crawler.demo.model import Request
from crawler.fetch.outcomes import Outcome, ReadOk, ReadProblem
from crawler.fetch.workers import ReaderPool
from crawler.platforms import get_profile
from crawler.reader import Page, Reading, read

URL = "https://quethuong.example/tin-tuc/huyen-uy-tong-ket-cong-tac-nam-51423.html"
TITLE = "Huyện ủy tổng kết công tác năm 2023"
TEXT = (
    "Sáng ngày 05/01, Huyện ủy tổ chức hội nghị tổng kết công tác năm 2023, triển khai nhiệm vụ "
    "trọng tâm năm 2024 tới các chi, đảng bộ trực thuộc trong toàn huyện."
)
FAMILIES = ("nukeviet", "uiarticle", "tandan-sharepoint", "thanhhoa-web-trang-chu", "liferay")
CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")


def page(inside: str, head: str = "") -> str:
    return (
        f"<!DOCTYPE html><html lang='vi'><head><meta charset='utf-8'><title>{TITLE}</title>{head}"
        f"</head><body><h1>{TITLE}</h1><div class='date'>05/01/2024 15:10</div>{inside}</body>"
    )


def reading(markup: str, url: str | None = URL, platform: str | None = "generic") -> Reading:
    profile = get_profile(platform) if platform else None
    return read(Page(markup.encode(), url, (("content-type", "text/html"),)), profile)


@cache
def demo_pages() -> tuple[tuple[str, str, bytes], ...]:
    """(platform, path, body) of home pages and articles of the demo portals."""
    found = []
    for portal in build(articles_per_portal=6):
        told = [entry for entry in portal.articles if entry.visible and entry.paragraphs]
        articles = [entry.urls[0] for entry in told]
        for path in ["/", *articles[:3]]:
            answer = portal.respond(Request(path))
            if answer.status == 200:
                found.append((portal.platform, path, answer.body))
    return tuple(found)


def strings_of(found: Reading) -> Iterator[str]:
    fields = (found.title, found.lead, found.text, found.author, found.source, found.category)
    yield from (text for text in fields if text is not None)
    yield from found.tags
    yield from (image.caption for image in found.images if image.caption is not None)
    yield from (image.credit for image in found.images if image.credit is not None)
    yield from (file.name for file in found.attachments if file.name is not None)


def check(found: Reading) -> None:
    """What holds for every reading, whatever the page was."""
    assert found.kind in ("article", "listing", "other", "rejected")
    assert (found.kind == "rejected") <= (found.reason is not None)
    for text in strings_of(found):
        assert text.strip() and unicodedata.is_normalized("NFC", text)
        assert not CONTROLS.search(text)
    urls = [link.url for link in found.links] + [image.url for image in found.images]
    for url in (*urls, *(file.url for file in found.attachments)):
        assert url.startswith(("http://", "https://"))
    if found.kind != "article":
        assert (found.text, found.author, found.images) == (None, None, [])
    json.dumps(found.as_json(links=True), ensure_ascii=False).encode()


def test_a_small_page_of_no_platform_is_read_whole() -> None:
    found = reading(page(f"<p>{TEXT}</p><p>{TEXT[::-1]}</p>"), platform=None)
    assert (found.kind, found.platform, found.title) == ("article", "generic", TITLE)
    assert found.published_at == "2024-01-05T15:10:00+07:00"
    assert found.text == f"{TEXT}\n\n{TEXT[::-1]}"
    assert (found.native_id, found.canonical_url, found.language) == ("51423", URL, "vi")
    check(found)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_bare_file_of_a_family_is_recognised(family: str) -> None:
    bodies = [body for platform, path, body in demo_pages() if platform == family and path != "/"]
    for body in bodies:
        found = read(Page(body))
        assert (found.platform, found.kind) == (family, "article")
        check(found)


def test_decomposed_text_is_composed() -> None:
    found = reading(unicodedata.normalize("NFD", page(f"<p>{TEXT}</p>")))
    assert (found.title, found.text) == (TITLE, TEXT)


def test_nul_bytes_and_control_characters_are_no_text() -> None:
    found = reading(page(f"<p>{TEXT}</p>").replace("Huyện ủy", "Huyện\x00 \x07ủy"))
    assert (found.title, found.text) == (TITLE, TEXT)


def test_the_wrong_header_makes_no_mojibake() -> None:
    headers = (("content-type", "text/html; charset=ISO-8859-1"),)
    found = read(Page(page(f"<p>{TEXT}</p>").replace("utf-8", "x").encode(), URL, headers))
    assert found.title == TITLE
    assert found.flags == ["charset_mismatch"]


def test_what_the_parser_drops_is_flagged_on_the_reading() -> None:
    found = reading(page(f"<p>{TEXT}</p>" + "<div>" * 5000 + "<p>mất</p>"))
    assert found.kind == "article"
    assert "truncated_parse" in found.flags


@pytest.mark.parametrize(
    "url", ["http://[::1", "javascript:1", "", "tin-tuc", "http://a.example:99999/", "\udc80", None]
)
@pytest.mark.parametrize("platform", [None, *FAMILIES])
def test_an_address_that_is_none_breaks_nothing(url: str | None, platform: str | None) -> None:
    found = reading(page(f"<p>{TEXT}</p><a href='/x?page=2'>2</a>"), url, platform)
    assert found.url == url
    assert found.title == TITLE


def test_reading_a_page_twice_gives_the_same() -> None:
    for platform, path, body in demo_pages():
        one = Page(body, f"https://demo.example{path}", (("content-type", "text/html"),))
        assert read(one, get_profile(platform)) == read(one, get_profile(platform))


_methods = st.sampled_from(["GET", "GET", "POST"])
_types = st.sampled_from(
    ["text/html", "text/html; charset=utf-16", "text/html; charset=idna", "application/json", ""]
)
_platforms = st.sampled_from([None, "generic", *FAMILIES])


@given(st.binary(max_size=3000), _types, _methods, _platforms, st.booleans())
def test_arbitrary_bytes_never_raise(
    body: bytes, content_type: str, method: str, platform: str | None, addressed: bool
) -> None:
    one = Page(
        body, URL if addressed else None, (("content-type", content_type),), 200, None, method
    )
    profile = get_profile(platform) if platform else None
    found = read(one, profile)
    check(found)
    assert found == read(one, profile)


@given(st.text(max_size=400), _platforms)
def test_arbitrary_text_in_a_page_never_raises(text: str, platform: str | None) -> None:
    body = page(f"<p>{text}</p>").encode("utf-8", "replace")
    check(read(Page(body, URL), get_profile(platform) if platform else None))


_TAG = re.compile(rb"</?[a-zA-Z][^>]*>")
_SNIPPETS = (
    b"<!--", b"<script>", b"<table>", b"</div></div>", b'<base href="//">', b"<td><li><tr>",
    b'<a href="http://[::1">', b"&#xD800;&#0;", b"<noscript>", b"<svg><title>", b"<figure>",
    b"<pre>", b"<frameset>", b"\xff\xfe\x00", b"<meta charset=utf-16>", b'class="a" class="b"',
    b"<plaintext>", b"</body></html>", b"<p hidden>", b"]]>",
)  # fmt: skip


@st.composite
def mangled(draw: st.DrawFn) -> tuple[str, str, bytes]:
    """A page of a demo portal with cuts, copies, swapped tags and foreign pieces in it."""
    platform, path, body = draw(st.sampled_from(demo_pages()))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(body)))
        length = draw(st.sampled_from([1, 7, 80, 900, 9000]))
        what = draw(st.integers(0, 5))
        if what == 0:
            body = body[:at] + body[at + length :]
        elif what == 1:
            body = body[:at] + body[at : at + length] * 3 + body[at:]
        elif what == 2:
            body = body[:at] + draw(st.sampled_from(_SNIPPETS)) + body[at:]
        elif what == 3 and (tags := _TAG.findall(body)):
            one, other = draw(st.sampled_from(tags)), draw(st.sampled_from(tags))
            body = body.replace(one, other, draw(st.sampled_from([1, 500])))
        elif what == 4:
            body = body.replace(
                b"div", draw(st.sampled_from([b"td", b"li", b"p", b"figure", b"h1"]))
            )
        else:
            body = body.replace(b"class=", draw(st.sampled_from([b"id=", b"class= class=", b"x="])))
    return platform, path, body


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(mangled(), _platforms, _methods)
def test_mangled_pages_never_raise(
    found: tuple[str, str, bytes], platform: str | None, method: str
) -> None:
    own, path, body = found
    one = Page(
        body, f"https://demo.example{path}", (("content-type", "text/html"),), 200, None, method
    )
    for name in (own, platform):
        check(read(one, get_profile(name) if name else None))


MEGABYTE = 1024 * 1024
WORST: dict[str, Callable[[], str]] = {
    "100,000 attributes": lambda: page(
        "<p " + " ".join(f'a{n}="1"' for n in range(100_000)) + f">{TEXT}</p>"
    ),
    "100,000 paragraphs": lambda: page(f"<p>{TEXT}</p>" * 100_000),
    "nesting of 100,000": lambda: page(f"<p>{TEXT}</p>" + "<div>" * 100_000),
    "a text of 20 MB": lambda: page(f"<p>{'x' * 20 * MEGABYTE}</p>"),
    "an unclosed comment": lambda: page(f"<p>{TEXT}</p><!-- " + "x" * MEGABYTE),
    "NUL bytes": lambda: page(f"<p>{TEXT}</p>".replace("a", "a\x00") * 200),
}


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Outcome]:
    """The worst pages, read by two workers that have two seconds for each."""
    with ReaderPool(workers=2, timeout_s=2.0) as pool:
        good = Page(page(f"<p>{TEXT}</p>").encode(), URL)
        futures = {name: pool.submit(Page(make().encode(), URL)) for name, make in WORST.items()}
        futures["a good page after them"] = pool.submit(good)
        return {name: future.result(timeout=60) for name, future in futures.items()}


@pytest.mark.parametrize("name", WORST)
def test_the_worst_pages_end_as_an_answer_or_a_problem(
    outcomes: dict[str, Outcome], name: str
) -> None:
    outcome = outcomes[name]
    if isinstance(outcome, ReadProblem):
        assert outcome.kind in ("timeout", "memory")
        assert outcome.numbers["body_bytes"] > MEGABYTE
    else:
        check(outcome.reading)


def test_what_the_worst_pages_say_is_right(outcomes: dict[str, Outcome]) -> None:
    assert isinstance(outcomes["100,000 attributes"], ReadProblem)
    deep, comment = outcomes["nesting of 100,000"], outcomes["an unclosed comment"]
    assert isinstance(deep, ReadOk) and "truncated_parse" in deep.reading.flags
    assert isinstance(comment, ReadOk) and comment.reading.text == TEXT


def test_a_good_page_is_read_after_the_worst(outcomes: dict[str, Outcome]) -> None:
    outcome = outcomes["a good page after them"]
    assert isinstance(outcome, ReadOk)
    assert outcome.reading.text == TEXT
