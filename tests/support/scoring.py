"""How well an answer about a page agrees with what its article really holds.

An `Answer` is what any reader says (ours, trafilatura, a row of archive.db). Text is compared in
NFC with squeezed blanks, as a bag of words: lead, paragraphs and table cells are asked for;
captions are free, they neither help nor hurt; so is a signature in the body when the answer
gives it as the author. Everything else compares as a whole, right or wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote, urlsplit

from tests.support.leaks import leaks, lines_of, plain
from tests.support.truth import Truth

_WORDS = re.compile(r"\w+")
_SIGNATURE_LABEL = re.compile(r"^(?:tin|bài|ảnh|,|\s)+:\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reader says about a page. `published` is ISO 8601; attachments are (url, name)."""

    title: str | None = None
    lead: str | None = None
    text: str | None = None
    published: str | None = None
    author: str | None = None
    source: str | None = None
    tags: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    attachments: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The portal round an article: lines of its menus and the titles of other articles.

    `with_facts`: what is boilerplate on any portal is foreign too; that needs the shared folder.
    """

    lines: frozenset[str]
    with_facts: bool = True

    @classmethod
    def of(
        cls, repeated: Iterable[str], gold: Iterable[Truth], *, with_facts: bool = True
    ) -> Surroundings:
        """Build from lines that repeat over the pages and from the titles in the gold."""
        titles = {plain(row.title) for row in gold}
        return cls(frozenset(repeated) | titles, with_facts)

    def around(self, gold: Truth) -> frozenset[str]:
        """The foreign lines for one article: its own words are never foreign to it."""
        return self.lines - own_lines(gold)


@dataclass(slots=True)
class PageScore:
    """One page: `wrong` maps a field to what was said and what should have been."""

    key: str
    precision: float
    recall: float
    f1: float
    leaks: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    wrong: dict[str, tuple[object, object]] = field(default_factory=dict)


FIELDS = (
    "title",
    "published",
    "author",
    "source",
    "lead",
    "tags",
    "captions",
    "attachments",
    "images",
)


def score(answer: Answer, gold: Truth, surroundings: Surroundings) -> PageScore:
    """Compare one answer with its gold."""
    precision, recall, f1 = _bags(answer, gold)
    said = "\n".join(filter(None, (answer.title, answer.lead, answer.text)))
    whole = plain(said)
    standing = set(lines_of(said))
    asked = [plain(text) for text in gold.paragraphs if not _given_as_author(text, answer, gold)]
    page = PageScore(
        key=gold.key,
        precision=precision,
        recall=recall,
        f1=f1,
        leaks=leaks(
            said, own_lines(gold), surroundings.around(gold), with_facts=surroundings.with_facts
        ),
        lost=[text for text in asked if text not in whole],
        broken=[text for text in asked if text in whole and text not in standing],
    )
    for name in FIELDS:
        said_value, right_value, right = _CHECKS[name](answer, gold)
        if not right:
            page.wrong[name] = (said_value, right_value)
    return page


def own_lines(gold: Truth) -> frozenset[str]:
    """Every line that the article itself holds."""
    parts = (gold.title, gold.lead, *gold.paragraphs, *gold.cells, *gold.captions)
    return frozenset(map(plain, (*parts, *gold.signatures)))


def words(text: str | None) -> Counter[str]:
    """The words of a text with their counts."""
    return Counter(_WORDS.findall(plain(text).casefold()))


def _bags(answer: Answer, gold: Truth) -> tuple[float, float, float]:
    """Precision, recall and F1 over words; a page without words asks for silence."""
    body = [text for text in gold.paragraphs if not _given_as_author(text, answer, gold)]
    asked = words("\n".join((gold.lead, *body, *gold.cells)))
    free = words("\n".join((*gold.captions, *gold.signatures)))
    said = words("\n".join(filter(None, (answer.lead, answer.text))))
    hits = (said & asked).total()
    false = ((said - asked) - free).total()
    if not asked:
        right = 1.0 if not false else 0.0
        return right, right, right
    precision = hits / (hits + false) if hits + false else 0.0
    recall = hits / asked.total()
    return precision, recall, 2 * precision * recall / ((precision + recall) or 1.0)


def _given_as_author(text: str, answer: Answer, gold: Truth) -> bool:
    return text in gold.signatures and _is_signature(answer.author, text)


def _is_signature(author: str | None, signature: str) -> bool:
    bare = _SIGNATURE_LABEL.sub("", plain(signature))
    return bool(author) and plain(author) in (plain(signature), bare)


Check = Callable[[Answer, Truth], tuple[object, object, bool]]


def _title(answer: Answer, gold: Truth) -> tuple[object, object, bool]:
    return answer.title, gold.title, plain(answer.title) == plain(gold.title)


def _lead(answer: Answer, gold: Truth) -> tuple[object, object, bool]:
    return answer.lead, gold.lead, plain(answer.lead) == plain(gold.lead)


def _published(answer: Answer, gold: Truth) -> tuple[object, object, bool]:
    return answer.published, gold.published, _minute(answer.published) == _minute(gold.published)


def _minute(stamp: str | None) -> datetime | str | None:
    """The minute of a stamp that has one, with its zone; the day of one that has only that."""
    if not stamp or "T" not in stamp:
        return stamp or None
    value = datetime.fromisoformat(stamp)
    return value.astimezone().replace(second=0, microsecond=0) if value.tzinfo else stamp


def _author(answer: Answer, gold: Truth) -> tuple[object, object, bool]:
    """The author field; where the portal left it empty, a signature in the body or nothing."""
    if gold.author:
        right = plain(answer.author) == plain(gold.author)
    else:
        right = not answer.author or any(_is_signature(answer.author, s) for s in gold.signatures)
    return answer.author, gold.author or gold.signatures, right


def _source(answer: Answer, gold: Truth) -> tuple[object, object, bool]:
    return answer.source, gold.source, plain(answer.source) == plain(gold.source)


def _tags(answer: Answer, gold: Truth) -> tuple[object, object, bool]:
    said, right = ({plain(tag) for tag in tags} for tags in (answer.tags, gold.tags))
    return sorted(said), sorted(right), said == right


def _captions(answer: Answer, gold: Truth) -> tuple[object, object, bool]:
    said = {plain(caption) for caption in answer.captions} - {""}
    right = {plain(caption) for caption in gold.captions}
    return sorted(said), sorted(right), said == right


def _images(answer: Answer, gold: Truth) -> tuple[object, object, bool]:
    """Every picture of the article, by file name; a portal may serve it as a thumbnail."""
    said, right = ({_file_name(url) for url in urls} for urls in (answer.images, gold.images))
    return sorted(said), sorted(right), said == right


def _attachments(answer: Answer, gold: Truth) -> tuple[object, object, bool]:
    """Each file by its key and name; files linked inside the text may be there too."""
    said = [
        (gold.attachment_key(url), plain(name) or _file_name(url))
        for url, name in answer.attachments
        if _file_name(url) not in gold.inline_files
    ]
    right = list(gold.attachments)
    return said, right, said == right


def _file_name(url: str) -> str:
    return unquote(urlsplit(url).path.rpartition("/")[2])


_CHECKS: dict[str, Check] = {
    "title": _title,
    "published": _published,
    "author": _author,
    "source": _source,
    "lead": _lead,
    "tags": _tags,
    "captions": _captions,
    "attachments": _attachments,
    "images": _images,
}
