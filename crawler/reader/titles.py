"""Titles: which of a page's lines is its title, without the site's name; a key to compare.

The page says its title several times: in `og:title`, in `<title>` with the site's name, in a
heading. Templates fill some of these with the name of the site or of a section.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.reader import select
from crawler.reader.blocks import Block, Item
from crawler.reader.boilerplate import is_boilerplate_line
from crawler.reader.dates import parse_published
from crawler.reader.document import Document
from crawler.text import fold, squeeze

TITLE_CHARS = 400
MIN_CHARS = 12  # a shorter piece of <title> may stand on any page
PROSE_CHARS = 60  # of a line that may be the first paragraph
MIN_WORDS = 5  # of a line that may replace what the page's head says
TOLD_SHARE = 0.6  # of the title's words that the text has
NEAR_STAMP = 6  # lines from a title down to its first paragraph, a stamp and tools between
NEAR_PROSE = 8  # lines above the first paragraph among which a heading may be the title
RESIDUE_CHARS = 24  # of leftovers, and letters that folding adds or takes
STAMP_CHARS = 120  # of a line with the day under a heading: a label, a section, a counter
SLUG_CHARS = 20  # of an address that spells a title; sections have short names
SLUG_MAX = 40  # some platforms cut their addresses off
_WORD = re.compile(r"[a-z0-9]+")
_HEADINGS = ("h1", "h2", "h3")
_RESIDUE = re.compile(r"^(null|%image_alt%|__trashed)\s*|\s*(%image_alt%|__trashed)$")
_SITE_TAIL = re.compile(r"\s+[-–|]\s+[^-–|]*$")
_ENDS_NAME = re.compile(r"[-–—|•·»>:/]\s*$")
_SEPARATOR = re.compile(r"(\s+(?:[-–—|•·»]|::?)\s+|\s*[|»]\s*)")
_HOME = re.compile(r"^(?:/|\./|/?(?:index|default|home|trang-chu)(?:\.\w+)?/?)?$", re.IGNORECASE)
_TITLE_NAMES = re.compile(r"title|headline|tieu-?de|heading", re.IGNORECASE)


def clean_title(text: str) -> str | None:
    """A title without leftovers of templates; as found otherwise."""
    return _without_residue(squeeze(text)) or None


def title_key(text: str) -> str:
    """What two spellings of one title have in common: folded, without leftovers of templates."""
    return fold(clean_title(text) or "")


def is_title(text: str, title: str) -> bool:
    """Whether a line says the title, given folded. Most lines are told by their length alone."""
    return abs(len(text) - len(title)) <= RESIDUE_CHARS and title_key(text) == title


def _without_residue(text: str) -> str:
    return _RESIDUE.sub("", text).strip() if text[:1] in "n%_" or text[-1:] in "%d" else text


def without_site(title: str, headings: Iterable[str]) -> str:
    """A <title> without the site's name behind a dash, when a heading says what the rest is."""
    known = {fold(heading) for heading in headings}
    cut = title
    while cut:
        if fold(cut) in known:
            return cut
        shorter = _SITE_TAIL.sub("", cut)
        if shorter == cut:
            break
        cut = shorter
    return title


def find_title(document: Document, items: Sequence[Item]) -> str | None:
    """og:title or <title> without the site's name, confirmed by a line of the page itself.

    None when both only name the site: then the heading above the text may be it.
    """
    sites = _site_names(document)
    headings = [text for tag in _HEADINGS for text in _texts(document, tag)]
    sites |= _name_over_heading(document, headings, items)
    blocks = [b for b in items if isinstance(b, Block) and len(b.text) <= TITLE_CHARS]
    lines = [_without_residue(block.text) for block in blocks if not block.link_chars]
    named = document.meta("og:title", "twitter:title") or document.jsonld.get("headline")
    candidates = [t for t in (named, document.head_title) if t and not _is_site(t, sites)]
    for spoken in (headings, lines):
        said = {fold(text): text for text in reversed(spoken)}
        for candidate in candidates:
            short = fold(without_site(candidate, spoken))
            if short in said:
                return clean_title(said[short])
        inside = _longest_inside(candidates[-1] if candidates else None, spoken, sites)
        if inside:
            return clean_title(inside)
    behind = _behind_site(candidates[-1] if candidates else None, blocks, sites)
    if found := behind or _stamped_heading(blocks, sites) or _stamped_line(blocks, sites):
        return clean_title(found)
    if candidates:
        return clean_title(_without_names(candidates[0], sites | _spoken(blocks)))
    if found := _as_in_address(document.base, [*headings, *lines]):
        return clean_title(found)
    own = [text for text in _texts(document, "h1") if not _is_site(text, sites)]
    return own[0] if len(own) == 1 else None


def _name_over_heading(
    document: Document, headings: Sequence[str], items: Sequence[Item]
) -> frozenset[str]:
    """What <title> says, as the name of a site, where it is a few words of a line above the one
    first heading of the page and that heading is longer."""
    head = fold(document.head_title or "")
    own = _texts(document, "h1")
    if len(own) != 1 or head in map(fold, headings) or len(own[0].split()) <= MIN_WORDS:
        return frozenset()
    if len(head.split()) > MIN_WORDS:
        return frozenset()
    lines = [fold(b.text) for b in items if isinstance(b, Block)]
    top = fold(own[0])
    above = lines[: lines.index(top)] if top in lines else []
    return frozenset((head,)) if head in above else frozenset()


def _texts(document: Document, tag: str) -> list[str]:
    texts = (clean_title(select.inline_text(element)) for element in document.root.iter(tag))
    return [text for text in texts if text and len(text) <= TITLE_CHARS]


def heading_above(items: Sequence[Item], inside: Sequence[Item]) -> str | None:
    """The heading nearest above the first paragraph of the text (`inside`), on a page that names
    no title: a heading element first, else a line whose element says so or that is all bold."""
    prose = next((b for b in inside if isinstance(b, Block) and _is_text(b)), None)
    blocks = [b for b in items if isinstance(b, Block)]
    end = next((p for p, block in enumerate(blocks) if block is prose), 0)
    near = [
        block
        for block in blocks[max(0, end - NEAR_PROSE) : end]
        if MIN_CHARS <= len(block.text) <= TITLE_CHARS
        and block.link_chars <= len(block.text) / 2
        and any(char.isalpha() for char in block.text[:MIN_CHARS])
        and not (_is_sentence(block) or _is_day(block))
        and not is_boilerplate_line(block.text)
    ]
    for is_one in (_is_heading, _is_named_title, _is_bold):
        found = next((block for block in reversed(near) if is_one(block)), None)
        if found is not None:
            return clean_title(found.text)
    return clean_title(near[-1].text) if near else None


def title_over(items: Sequence[Item], inside: Sequence[Item], title: str) -> str | None:
    """A better title than one from the page's head that no line of the page says: the line over
    the text (`inside`), when it is longer and told in the text's own words."""
    blocks = [b for b in items if isinstance(b, Block)]
    if any(fold(block.text) == fold(title) for block in blocks):
        return None
    line = heading_above(items, inside)
    if line is None or len(line.split()) <= max(MIN_WORDS, len(title.split())):
        return None
    prose = " ".join(b.text for b in inside if isinstance(b, Block) and _is_sentence(b))
    told = set(_WORD.findall(fold(prose)))
    words = _WORD.findall(fold(line))
    return line if sum(word in told for word in words) >= TOLD_SHARE * len(words) else None


def _is_text(block: Block) -> bool:
    dressed = _is_heading(block) or _is_named_title(block) or block.bold
    return len(block.text) >= PROSE_CHARS and (_is_sentence(block) or not dressed)


def _is_sentence(block: Block) -> bool:
    return block.text.endswith((".", ";", ":", ",")) or len(block.text) > TITLE_CHARS


def _is_heading(block: Block) -> bool:
    return block.kind == "h"


def _is_named_title(block: Block) -> bool:
    return bool(_TITLE_NAMES.search(f"{block.owner.get('class') or ''} {block.owner.get('id')}"))


def _is_bold(block: Block) -> bool:
    return block.bold


def _stamped_heading(blocks: Sequence[Block], sites: frozenset[str]) -> str | None:
    """The one heading of the page with a day under it, or under the name of its section.

    Templates leave the name of the site or "Chi tiết tin tức" in <title>: what no line of the
    page says is no title then.
    """
    found = {
        block.text
        for at, block in enumerate(blocks)
        if _is_heading(block)
        and not block.link_chars
        and len(block.text) >= MIN_CHARS
        and not _is_site(block.text, sites)
        and has_day_under(blocks[at + 1 : at + 3])
    }
    return found.pop() if len(found) == 1 else None


def _stamped_line(blocks: Sequence[Block], sites: frozenset[str]) -> str | None:
    """The one line of the page, dressed or not, with a day right under it and prose below that.

    In templates without headings the title is a bold line, or nothing but the first one.
    """
    found = {
        block.text
        for at, block in enumerate(blocks[:-1])
        if len(block.text) >= MIN_CHARS
        and not _is_link(block)
        and not (_is_sentence(block) or _is_day(block) or _is_site(block.text, sites))
        and has_day_under(blocks[at + 1 : at + 2])
        and any(_is_prose(below) for below in blocks[at + 2 : at + NEAR_STAMP])
    }
    return found.pop() if len(found) == 1 else None


def _is_prose(block: Block) -> bool:
    return len(block.text) >= PROSE_CHARS and not block.link_chars


def _is_link(block: Block) -> bool:
    return block.link_chars > len(block.text) / 2


def has_day_under(blocks: Sequence[Block]) -> bool:
    """Whether the first of these lines that is no section's name tells a day; tools for reading
    may stand beside it."""
    for block in blocks:
        if _is_link(block) or _is_heading(block) or len(block.text) > STAMP_CHARS:
            return False
        if _is_day(block):
            return True
        if block.link_chars:
            return False
    return False


def _is_day(block: Block) -> bool:
    return len(block.text) <= STAMP_CHARS and parse_published(block.text) is not None


def _behind_site(head: str | None, blocks: Sequence[Block], sites: frozenset[str]) -> str | None:
    """The longest line of the page that its <title> ends with, behind the name of a site or
    section. It is longer than that name, or has a day under it: else it may be the name."""
    whole = fold(head or "")
    found = [
        block.text
        for at, block in enumerate(blocks)
        if len(block.text) >= MIN_CHARS
        and not block.link_chars
        and (line := fold(block.text)) != whole
        and whole.endswith(line)
        and _ENDS_NAME.search(whole[: -len(line)])
        and not _is_site(block.text, sites)
        and (2 * len(line) > len(whole) or has_day_under(blocks[at + 1 : at + 3]))
    ]
    return max(found, key=len, default=None)


def _longest_inside(head: str | None, lines: list[str], sites: frozenset[str]) -> str | None:
    """The longest line that the page's <title> begins with."""
    if not head:
        return None
    whole = fold(head)
    inside = [
        line
        for line in lines
        if len(line) >= MIN_CHARS and whole.startswith(fold(line)) and not _is_site(line, sites)
    ]
    return max(inside, key=len, default=None)


def _as_in_address(address: str | None, lines: Sequence[str]) -> str | None:
    """The line that the page's address spells out ("…/hop-dan-o-xa-que-loc-417.html")."""
    slug = _slug(urlsplit(address or "").path)
    for line in lines:
        spelt = _slug(line)
        if len(spelt) >= SLUG_CHARS and spelt[:SLUG_MAX] in slug:
            return line
    return None


def _slug(text: str) -> str:
    return "-".join(_WORD.findall(fold(text)))


def _site_names(document: Document) -> frozenset[str]:
    """What the page calls its site: the meta tag for it, and the words of links to its root."""
    names = [document.meta("og:site_name", "application-name") or ""]
    host = urlsplit(document.base or "").netloc
    for link in document.root.iter("a"):
        href = link.get("href")
        if href is not None and _leads_home(href.strip(), host):
            names += _words_of(link)
    return frozenset(folded for name in names if len(folded := fold(squeeze(name))) >= MIN_CHARS)


def _leads_home(href: str, host: str) -> bool:
    if "#" in href or "?" in href or not href:
        return False
    if "://" not in href and not href.startswith("//"):
        return bool(_HOME.match(href))
    try:
        parts = urlsplit(href)
    except ValueError:  # half an IPv6 address
        return False
    return parts.netloc == host and bool(_HOME.match(parts.path))


def _words_of(link: HtmlElement) -> list[str]:
    pictures = (image.get("alt") or "" for image in link.iter("img"))
    return [select.inline_text(link), link.get("title") or "", *pictures]


def _is_site(text: str, sites: frozenset[str]) -> bool:
    return fold(text) in sites or is_boilerplate_line(text)


def _spoken(blocks: Sequence[Block]) -> frozenset[str]:
    """The short lines of a page, links too: its sections and the name in its banner."""
    return frozenset(fold(block.text) for block in blocks if len(block.text) <= TITLE_CHARS)


def _without_names(title: str, names: frozenset[str]) -> str:
    """A title whose end (or head) repeats the name of the site or a section, without it."""
    parts = _SEPARATOR.split(title)
    while len(parts) > 2 and _is_site(parts[-1].strip(), names):
        parts = parts[:-2]
    while len(parts) > 2 and _is_site(parts[0].strip(), names):
        parts = parts[2:]
    return "".join(parts)
