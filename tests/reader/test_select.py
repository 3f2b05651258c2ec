"""Field sources of a profile: metadata, attributes, texts, in the order they are named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reader.document import Document, parse
from crawler.reader.select import elements, first_source, first_value, inline_text, values

PAGE = """<html><head><meta property="og:title" content="Từ meta"><meta name="empty" content="">
<script type="application/ld+json">{"@type":"NewsArticle","headline":"Từ JSON"}</script></head>
<body><h1 class="title"> Nhan  <b>đề</b> </h1><p class="lead"></p><p class="lead">Lời dẫn</p>
<time datetime="2024-01-05T15:10:00+07:00">hôm nay</time><div id="a"><p>trong</p></div></body>"""


@pytest.fixture
def document() -> Document:
    found = parse(PAGE, None)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("sources", "value"),
    [
        (("h1.title", "meta:og:title"), "Nhan đề"),
        (("h2", "meta:og:title"), "Từ meta"),
        (("meta:OG:Title",), "Từ meta"),
        (("meta:empty", "jsonld:headline"), "Từ JSON"),
        (("time@datetime",), "2024-01-05T15:10:00+07:00"),
        (("time@title", "time"), "hôm nay"),
        (("p.lead",), "Lời dẫn"),
        (("p.missing", "meta:missing", "jsonld:missing"), None),
        ((), None),
    ],
)
def test_the_first_source_that_says_something_is_taken(
    document: Document, sources: tuple[str, ...], value: str | None
) -> None:
    assert first_value(document, sources) == value


def test_all_values_come_source_by_source(document: Document) -> None:
    sources = ("p", "meta:og:title", "h1")
    assert list(values(document, sources)) == ["Lời dẫn", "trong", "Từ meta", "Nhan đề"]


def test_elements_of_the_first_source_that_finds_any(document: Document) -> None:
    assert [e.tag for e in first_source(document, ("h2", "p.lead", "h1"))] == ["p", "p"]
    assert first_source(document, ("h2", "meta:og:title")) == []
    inside = document.root.get_element_by_id("a")
    assert [e.text for e in elements(document, ("p",), inside)] == ["trong"]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>0<b>x<i>y</i></b> tail</p>", "0xy tail"),
        ("<p><span><a>TN</a> - </span>Sáng <b>nay</b>.</p>", "TN - Sáng nay."),
        ("<div><p>Một</p><p>Hai</p>Ba<br>Bốn</div>", "Một Hai Ba Bốn"),
        ("<div>Hu<span>yện</span> ủ<b>y</b></div>", "Huyện ủy"),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul>d</li></ul>", "a b c d"),
        ("<div>a<script>x</script>b<style>y</style>c<noscript><p>z</p></noscript>d</div>", "abcd"),
        ("<script>x</script>", ""),
        ("<p> \u00a0 </p>", ""),
        ("<p>a\u200bb</p>", "ab"),
    ],
)
def test_the_text_of_an_element_is_read_in_order(markup: str, text: str) -> None:
    document = parse(f"<body>{markup}</body>", None)
    assert document is not None
    assert inline_text(document.root.find("body")[0]) == text


def test_deep_elements_are_read_without_recursion() -> None:
    document = parse("<body>" + "<div>" * 1900 + "trong" + "</div>" * 1900 + "sau</body>", None)
    assert document is not None
    assert inline_text(document.root) == "trong sau"


_pieces = st.recursive(
    st.text(alphabet="abc ", max_size=4),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
        st.sampled_from(["b", "i", "span", "em", "font", "u"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=15,
)


@given(st.lists(_pieces, max_size=5))
def test_inline_text_is_what_the_parser_reads(parts: list[str]) -> None:
    document = parse(f"<body><p>z{''.join(parts)}</p></body>", None)
    assert document is not None
    paragraph = document.root.find(".//p")
    assert inline_text(paragraph) == " ".join(paragraph.text_content().split())
