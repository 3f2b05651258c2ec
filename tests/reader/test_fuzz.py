"""Whatever bytes a server sends, reading them ends in a Reading, never in an exception.

`python -m bench fuzz` does the same to thousands of mutated real pages, in the worker pool.
"""

from __future__ import annotations

import pickle
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.fuzzing import originals
from bench.mutations import MUTATIONS, mutate
from crawler.platforms import get_profile
from crawler.reader import Page, read
from tests.support.worst_pages import URL, page

PROFILES = st.sampled_from((None, "generic", "nukeviet", "sharepoint-pages", "wordpress"))
KINDS = {"article", "listing", "other", "rejected"}
TAGS = (
    "html head title meta body h1 h2 div p span a b i font table tr td th ul li img figure"
    " figcaption script style noscript form input select option iframe svg br hr center pre time"
    " article section nav footer o:p base link textarea object template"
).split()
LABELS = st.one_of(
    st.sampled_from(
        ("utf-8", "utf-16", "windows-1258", "idna", "base64", "utf-7", "rot13", "x-viet-vps", "")
    ),
    st.text(max_size=12),
)
WORDS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        (
            "12/03/2024 08:30", "31/02/2024", "Tác giả: Nguyễn Văn A", "Nguồn: TTXVN", "Tin khác",
            "Lượt xem: 12", "Nghị quyết số 12-NQ/TU ngày 3/2/2023", "&#0;", "&#xD800;", "&nbsp;",
            "\ufffe", "Sáng 12/3, huyện tổ chức hội nghị.", "<!--", "-->", "]]>", "\x00", "héi",
        )
    ),
)  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(("//[", "http://[::1", "javascript:", "/a-1.html", "?page=2", "0;url=/x", "#")),
)
NAMES = st.sampled_from(
    "class id style href src content name property itemprop rel type http-equiv onclick".split()
)


@st.composite
def _element(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    tag = draw(st.sampled_from(TAGS))
    pairs = draw(st.lists(st.tuples(NAMES, VALUES), max_size=3))
    attributes = "".join(f' {name}="{value}"' for name, value in pairs)
    end = draw(st.sampled_from((f"</{tag}>", "", "</p>", "<")))
    return f"<{tag}{attributes}>{draw(inner)}{end}"


MARKUP = st.recursive(
    WORDS,
    lambda inner: st.one_of(_element(inner), st.lists(inner, max_size=5).map("".join)),
    max_leaves=40,
)


def reads(body: bytes, label: str = "utf-8", profile: str | None = None, url: str = URL) -> None:
    headers = (("content-type", f"text/html; charset={label}"),)
    given_profile = get_profile(profile) if profile else None
    reading = read(Page(body, url, headers=headers), given_profile)
    assert reading.kind in KINDS
    assert reading.kind != "rejected" or reading.reason
    assert pickle.loads(pickle.dumps(reading)) == reading
    for text in (reading.title, reading.text, reading.lead, reading.author):
        assert text is None or text.encode()  # no half of a character


@given(st.binary(max_size=2_000), LABELS, PROFILES)
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read(body: bytes, label: str, profile: str | None) -> None:
    reads(body, label, profile)


@given(MARKUP, LABELS, PROFILES, st.one_of(st.just(URL), st.text(max_size=30)))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_soup_of_tags_is_read(markup: str, label: str, profile: str | None, url: str) -> None:
    reads(markup.encode("utf-8", "surrogatepass"), label, profile, url)


@given(MARKUP, PROFILES)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_soup_amid_an_article_is_read(markup: str, profile: str | None) -> None:
    reads(page(markup).encode("utf-8", "surrogatepass"), profile=profile)


@given(st.sampled_from(("utf-16", "cp1258", "utf-32", "gb18030", "utf-7", "cp037")), LABELS)
@settings(max_examples=60, deadline=None)
def test_any_charset_under_any_label_is_read(charset: str, label: str) -> None:
    reads(page().encode(charset, "replace"), label)


def test_mutated_pages_are_read() -> None:
    """A few of the mutants of the benchmark; the seed is fixed, so a failure comes again."""
    rng = Random(20)
    pages = [entry for _, entry in originals()]
    bodies = [entry.body for entry in pages]
    for _ in range(120):
        original = rng.choice(pages)
        body, _done = mutate(original.body, bodies, rng)
        reads(body, profile=rng.choice((None, "generic", "nukeviet")), url=original.url or URL)


def test_every_mutation_changes_a_page() -> None:
    body = page('<p class="lead">một</p>\n').encode()
    for mutation in MUTATIONS:
        changed = [mutation(body, [body], Random(seed)) != body for seed in range(8)]
        assert any(changed), mutation.__name__
