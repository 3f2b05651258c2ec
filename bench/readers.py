"""The readers that are compared: name to function of one captured page.

A reader takes the captured response and gives an Answer, or None where it gives none (the floor
only parses). Readers of packages that are not installed are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import lxml.html
import trafilatura

from crawler.platforms import get_profile
from crawler.reader import read
from crawler.reader.model import Page
from crawler.reader.repetition import Repeated
from tests.support.answers import from_reading, from_trafilatura
from tests.support.egov import Capture
from tests.support.learning import Learner
from tests.support.scoring import Answer

Reader = Callable[[Capture], Answer | None]

OURS = "khotin, profile"
LEARNED = "khotin, generic with repetition"
FLOOR = "lxml parse + one walk"
TRAFILATURA = "trafilatura, metadata"


def readers(learned: Repeated) -> dict[str, Reader]:
    """Every reader that this environment can run, ours first; `learned` is what repeats."""
    found: dict[str, Reader] = {
        OURS: _ours("nukeviet"),
        "khotin, recognised": _ours(None),
        "khotin, generic": _ours("generic"),
        LEARNED: _ours("generic", learned),
        FLOOR: _floor,
        TRAFILATURA: _trafilatura,
    }
    if find_spec("newspaper"):
        found["newspaper4k"] = _newspaper
    if find_spec("newsplease"):
        found["news-please"] = _newsplease
    return found


def page_of(capture: Capture) -> Page:
    """A captured response as the reader takes it."""
    headers = tuple((name.lower(), value) for name, value in capture.headers)
    return Page(body=capture.body, url=capture.url, headers=headers, status=capture.status)


def learn_from(pages: Iterable[Page]) -> Repeated:
    """What these pages of one portal teach a crawl that reads them without a profile."""
    generic = get_profile("generic")
    with Learner() as learner:
        return learner.see(*(seen for page in pages if (seen := read(page, generic).seen)))


def _ours(profile_id: str | None, learned: Repeated | None = None) -> Reader:
    profile = get_profile(profile_id) if profile_id else None

    def answer(capture: Capture) -> Answer:
        return from_reading(read(page_of(capture), profile, learned))

    return answer


def _floor(capture: Capture) -> None:
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    pieces = []
    for element in lxml.html.document_fromstring(capture.body, parser=parser).iter():
        pieces += [element.text, element.tail]


def _trafilatura(capture: Capture) -> Answer:
    found = trafilatura.bare_extraction(
        capture.body.decode("utf-8"), url=capture.url, with_metadata=True
    )
    return from_trafilatura(_as_mapping(found))


def _as_mapping(found: Any) -> Mapping[str, Any]:
    if found is None:
        return {}
    mapping: Mapping[str, Any] = found.as_dict() if hasattr(found, "as_dict") else found
    return mapping


def _newspaper(capture: Capture) -> Answer:
    newspaper: Any = import_module("newspaper")
    article = newspaper.Article(capture.url, language="vi", fetch_images=False)
    article.download(input_html=capture.body.decode("utf-8"))
    article.parse()
    stamp = article.publish_date
    return Answer(
        title=article.title,
        text=article.text,
        published=stamp.isoformat() if stamp else None,
        author=", ".join(article.authors or ()) or None,
        tags=tuple(article.tags or ()),
    )


def _newsplease(capture: Capture) -> Answer:
    newsplease: Any = import_module("newsplease")
    article = newsplease.NewsPlease.from_html(capture.body.decode("utf-8"), url=capture.url)
    stamp = article.date_publish
    return Answer(
        title=article.title,
        lead=article.description,
        text=article.maintext,
        published=stamp.isoformat() + "+07:00" if stamp else None,
        author=", ".join(article.authors or ()) or None,
    )
