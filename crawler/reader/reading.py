"""One page in, one Reading out: the order in which the parts of the reader are asked."""

from __future__ import annotations

import json
from dataclasses import replace

from lxml.html import HtmlElement

from crawler.platforms import GENERIC, Profile, get_profile, recognise
from crawler.platforms.profile import Layout
from crawler.reader import fields, select
from crawler.reader.blocks import Picture, walk
from crawler.reader.captions import split_captions
from crawler.reader.citations import find_citations
from crawler.reader.container import items_inside, page_items
from crawler.reader.dates import parse_published
from crawler.reader.decode import Decoded, decode
from crawler.reader.document import Document, parse
from crawler.reader.documents import read_documents
from crawler.reader.event_dates import date_event
from crawler.reader.feeds import looks_like_xml, read_feed
from crawler.reader.generic import read_generic
from crawler.reader.kinds import refresh_target, refuse_bytes, refuse_page
from crawler.reader.links import links_of
from crawler.reader.model import Citation, Link, Page, Reading
from crawler.reader.ownership import credible_canonical, foreign_host
from crawler.reader.pagers import next_page
from crawler.reader.repetition import Repeated, seen_blocks
from crawler.reader.script_lists import checked_fragment, dated, lists_on, read_answer
from crawler.reader.stamps import find_stamp, with_time
from crawler.reader.surroundings import box_of, section_of
from crawler.reader.text_flags import flags_of
from crawler.reader.titles import clean_title
from crawler.reader.verdicts import (
    fills,
    has_headlines,
    is_headed,
    is_hollow,
    is_list_item,
    is_message,
    is_no_list,
    is_record,
    refuse_article,
    refuse_other,
)
from crawler.urls import normalise

LISTING_LINKS = 3  # fewer addresses of articles make no list of news
SURE_ARTICLE = 0.5  # generic confidence from which an address of any shape may hold an article


def read(
    page: Page,
    profile: Profile | None = None,
    repeated: Repeated | None = None,
    *,
    links: bool = True,
) -> Reading:
    """What this page says.

    With a profile its fields are taken where the profile says; where no layout of it fits, and
    without a profile, the article is found by structure. `profile` None: recognised from the page.
    `repeated` is what was learned to repeat on the portal. Without `links` those of an article
    are not collected, which saves a sixth of the time; a list is nothing but its links.
    """
    # An address that is none says nothing, and must break nothing.
    address = normalise(page.url) if page.url else None
    reading = _read(replace(page, url=address), profile, repeated, links)
    reading.url = page.url
    if reading.reason == "empty" and page.request_method == "POST":
        # The answer of a pager beyond its end: a list that has come to an end, not a broken page.
        return Reading(page.url, "listing", None, platform=reading.platform)
    return reading


def _read(
    page: Page, profile: Profile | None, repeated: Repeated | None, with_links: bool
) -> Reading:
    reason = refuse_bytes(page.body, page.header("content-type"), page.status)
    if reason is not None:
        return Reading(page.url, "rejected", reason, platform=profile.id if profile else None)
    decoded = decode(page.body, page.header("content-type"))
    asked = profile or _named_by_address(page, decoded.text)
    source = asked.list_at(page.url, page.request_method) if asked else None
    if asked is None or source is None:
        text = _unwrap_json(decoded.text)
        return _read_markup(decoded, text, page, profile, repeated, with_links)
    if source.answer == "json":
        answer = read_answer(decoded.text, source, page, asked)
        if answer is not None:
            return answer
    text = _unwrap_json(decoded.text)
    reading = _read_markup(decoded, text, page, asked, repeated, with_links)
    return checked_fragment(reading, source, page)


def _named_by_address(page: Page, text: str) -> Profile | None:
    """The platform of an answer that has no markup of its own: JSON, or a part of a page."""
    if page.url is None or "<html" in text[:2000].lower():
        return None
    return get_profile(recognise("", page.url, page.headers))


def _read_markup(
    decoded: Decoded,
    markup: str,
    page: Page,
    profile: Profile | None,
    repeated: Repeated | None,
    with_links: bool,
) -> Reading:
    if looks_like_xml(markup):
        profile = profile or get_profile(GENERIC)
        links = read_feed(markup, page.url, profile)
        if links is not None:
            return Reading(page.url, "listing", None, platform=profile.id, links=links)
    document = parse(markup, page.url)
    if document is None:
        return Reading(page.url, "rejected", "empty", platform=profile.id if profile else None)
    document.flags.extend(decoded.flags)
    profile = profile or get_profile(recognise(markup, page.url, page.headers))
    return _read_document(document, page, profile, repeated, with_links)


def _read_document(
    document: Document,
    page: Page,
    profile: Profile,
    repeated: Repeated | None,
    with_links: bool,
) -> Reading:
    reason = refuse_page(document, profile)
    is_shell = reason in ("needs JavaScript", "empty")
    if is_shell and (lists := lists_on(document, page, profile)):
        return _listing(document, page, profile, lists)
    if reason is not None:
        return Reading(page.url, "rejected", reason, platform=profile.id)
    if foreign_host(document, page) is not None:
        return Reading(page.url, "rejected", "foreign host", platform=profile.id)
    target = refresh_target(document)
    if target is not None:
        link = Link(profile.canonical(target), "other")
        return Reading(page.url, "rejected", "refresh", platform=profile.id, links=[link])
    if profile.documents and (documents := read_documents(document, page, profile)) is not None:
        return documents
    reading = _article(document, page, profile, repeated)
    if reading is None:
        return _no_article(document, page, profile)
    reason = refuse_article(document, reading)
    if reason is not None:
        return Reading(page.url, "rejected", reason, platform=profile.id)
    if reading.by_structure and is_record(document, reading):
        return _other(document, page, profile, "document record", links_of(document, page, profile))
    if reading.by_structure and is_message(document, reading):
        return _no_article(document, page, profile)
    if with_links:
        reading.links = links_of(document, page, profile)
    reading.citations = _citations(reading)
    reading.flags.extend(flags_of(reading, document.recoded))
    date_event(reading)
    return reading


def _other(
    document: Document, page: Page, profile: Profile, reason: str | None, links: list[Link]
) -> Reading:
    return Reading(
        page.url,
        "other",
        reason,
        platform=profile.id,
        title=document.head_title,
        language=document.language,
        flags=list(document.flags),
        links=links,
    )


def _no_article(document: Document, page: Page, profile: Profile) -> Reading:
    links = links_of(document, page, profile)
    articles = sum(1 for link in links if link.kind == "article")
    promised = profile.address(page.url).kind if page.url else None
    if page.request_method == "GET":
        reason = refuse_other(document, articles, promised)
        if reason is not None:
            return Reading(page.url, "rejected", reason, platform=profile.id)
    following = next_page(document, page, profile)
    if following is not None:
        links = [following, *(link for link in links if link.url != following.url or link.form)]
    named = page.url is not None and profile.knows(profile.canonical(page.url))
    # An address that only looks like a list's is one where an article is linked: a form or a chart
    # has such an address too.
    lists = articles > 0 or page.request_method != "GET" or has_headlines(links)
    is_promised = promised == "listing" and (named or lists)
    filled = lists_on(document, page, profile)
    links = [*links, *filled]
    is_listing = articles >= LISTING_LINKS or following is not None or is_promised or bool(filled)
    if is_listing and following is None and page.request_method == "GET":
        is_listing = (named and promised == "listing") or not is_no_list(document, profile, links)
    if not is_listing:
        return _other(document, page, profile, "no article, no list of articles", links)
    source = profile.list_at(page.url, page.request_method)
    if source is not None and source.items.published:
        links = dated(links, document, source, page)
    return _listing(document, page, profile, links)


def _listing(document: Document, page: Page, profile: Profile, links: list[Link]) -> Reading:
    reading = _other(document, page, profile, None, links)
    reading.kind = "listing"
    return reading


def _article(
    document: Document, page: Page, profile: Profile, repeated: Repeated | None
) -> Reading | None:
    """The article on the page, by the profile, else by structure; None if there is none."""
    if page.request_method != "GET":
        return None
    promised = profile.address(page.url).kind if page.url else None
    day = page.captured_at.date().isoformat() if page.captured_at else None
    found = fields.layout_for(document, profile.layouts, day)
    if found is not None:
        reading = _by_layout(document, page, profile, *found)
        if promised in ("article", "print") and is_hollow(reading):
            other = _by_structure(document, page, profile, promised, repeated)
            if other is not None and fills(document, found[1], other):
                return _with_head_of(reading, other)
        if reading.title and promised in ("article", "print"):
            return reading  # however little it holds: a picture, a file, a headline alone
        if _holds(reading) and (promised is None or reading.published_at):
            return reading
        if promised is None and reading.title and reading.published_at:
            return reading  # a bare file: its pictures have no addresses
    if promised in ("listing", "feed", "sitemap") and not _is_open(document, page, profile):
        return None
    return _by_structure(document, page, profile, promised, repeated)


def _with_head_of(hollow: Reading, found: Reading) -> Reading:
    """The text that structure found, under the title, lead and stamp that the layout has."""
    found.title, found.lead = hollow.title or found.title, hollow.lead or found.lead
    found.agency_code = hollow.agency_code or found.agency_code
    if hollow.published_at:
        found.published_at, found.published_raw = hollow.published_at, hollow.published_raw
        found.published_precision = hollow.published_precision
    return found


def _is_open(document: Document, page: Page, profile: Profile) -> bool:
    """Whether an address that sounds like a listing may hold an article after all: the platform
    has articles at such addresses, no rule of it names this one, and no pager leads on."""
    if page.url is None or not profile.open_addresses:
        return False
    if profile.id != GENERIC and profile.knows(profile.canonical(page.url)):
        return False
    return next_page(document, page, profile) is None


def _holds(reading: Reading) -> bool:
    """Whether there is anything of an article: a title with words, a picture or a file."""
    return bool(
        reading.title and (reading.text or reading.lead or reading.images or reading.attachments)
    )


def _by_layout(
    document: Document, page: Page, profile: Profile, layout: Layout, container: HtmlElement
) -> Reading:
    reading = _begin(document, page, profile)
    get = layout.fields.get
    reading.title = _title(document, get("title", ()))
    headings = select.first_source(document, get("title", ()))
    box = box_of(container, headings[0] if headings else None)
    lead_elements = select.first_source(document, get("lead", ()))
    lead = next((text for element in lead_elements if (text := select.inline_text(element))), None)
    body = fields.read_body(
        document,
        container,
        drop=layout.drop,
        byline=layout.byline,
        file_lines="attachments" in layout.fields,
    )
    if fields.drop_repeats(body, reading.title, lead):
        reading.flags.append("lead_repeated")
    if lead:
        reading.lead, reading.agency_code = fields.split_agency(lead)
    stamp = fields.published(document, layout, page.captured_at)
    if stamp is None:
        around = items_inside(page_items(document.root), box)
        stamp = find_stamp(document, around, container, reading.title, page.captured_at)
        stamp = with_time(stamp, document, container) if stamp else None
    if stamp is not None:
        reading.published_at, reading.published_precision = stamp.iso, stamp.precision
        reading.published_raw = stamp.raw
        reading.flags.extend(stamp.flags)
    elif raw := fields.impossible_stamp(document, layout):
        reading.published_raw = raw
        reading.flags.append("bad_date")
    updated = select.first_value(document, get("updated", ()))
    changed = parse_published(updated) if updated else None
    reading.updated_at = changed.iso if changed else None
    if layout.byline == "body" or "attachments" not in layout.fields:
        fields.add_surroundings(document, body, box, container)
    reading.author = fields.labelled(document, get("author", ()), "author") or body.author
    reading.source = fields.labelled(document, get("source", ()), "source") or body.source
    reading.category = select.first_value(document, get("category", ())) or section_of(
        document, reading.canonical_url, reading.title
    )
    reading.tags = list(dict.fromkeys(_texts(document, get("tags", ()))))
    files = fields.attachments_of(document, select.first_source(document, get("attachments", ())))
    known = {entry.url for entry in files}
    reading.attachments = [*files, *(a for a in body.attachments if a.url not in known)]
    lead_pictures = _lead_pictures(document, get("lead_image", ()), container)
    reading.images = fields.images_of(document, lead_pictures, body.pictures)
    reading.text = body.text
    reading.text_method, reading.confidence = f"profile:{layout.id}", 1.0
    return reading


def _by_structure(
    document: Document,
    page: Page,
    profile: Profile,
    promised: str | None,
    repeated: Repeated | None,
) -> Reading | None:
    found = read_generic(document, page.captured_at, repeated)
    if repeated is not None and promised == "article" and (found is None or not found.body.text):
        # An office whose every article has the same words but for the numbers: never lose one.
        found = read_generic(document, page.captured_at)
    if found is None or not found.title:
        return None
    if promised in ("listing", "deny") and (
        found.published is None or found.confidence < SURE_ARTICLE
    ):
        return None
    if promised in ("other", None) and found.confidence < SURE_ARTICLE:
        return None
    reading = _begin(document, page, profile)
    reading.title, reading.lead = found.title, found.lead
    if found.lead:
        reading.lead, reading.agency_code = fields.split_agency(found.lead)
    if found.published is not None:
        reading.published_at = found.published.iso
        reading.published_precision = found.published.precision
        reading.published_raw = found.published.raw
        reading.flags.extend(found.published.flags)
    elif found.bad_stamp:
        reading.published_raw = found.bad_stamp
        reading.flags.append("bad_date")
    fields.drop_repeats(found.body, found.title, found.lead)
    reading.text = found.body.text
    reading.author, reading.source = found.body.author, found.body.source
    reading.category, reading.tags = found.category, found.tags
    reading.attachments = found.body.attachments
    reading.images = fields.images_of(document, [], found.body.pictures)
    reading.text_method, reading.confidence = f"generic:{found.method}", found.confidence
    if profile.id != GENERIC:
        reading.flags.append("layout_unknown")
    reading.seen = seen_blocks(found.page_items)
    if promised in ("listing", "other", "deny") and is_list_item(document, profile, reading):
        if not is_headed(document, reading):
            return None
        reading.text = reading.lead = None  # of another article; this one has but a head
    return reading if _holds(reading) else None


def _citations(reading: Reading) -> list[Citation]:
    """The documents named in lead and text, each with its paragraph; the lead is number 0."""
    parts = [reading.lead or "", *(reading.text or "").split("\n\n")]
    return [
        replace(citation, paragraph=number)
        for number, part in enumerate(parts)
        for citation in find_citations(part)
    ]


def _begin(document: Document, page: Page, profile: Profile) -> Reading:
    url = page.url or document.canonical_link or document.meta("og:url")
    # A print view can be canonical to itself.
    shown = profile.article_of(url) if url else None
    address = shown or credible_canonical(document) or url
    canonical = profile.canonical(address) if address else None
    return Reading(
        page.url,
        "article",
        platform=profile.id,
        native_id=profile.native_id(profile.canonical(url)) if url else None,
        canonical_url=canonical or None,
        language=document.language,
        flags=list(document.flags),
    )


def _title(document: Document, sources: tuple[str, ...]) -> str | None:
    for text in select.values(document, sources):
        if title := clean_title(text):
            return title
    return None


def _texts(document: Document, sources: tuple[str, ...]) -> list[str]:
    for source in sources:
        if texts := list(select.values(document, (source,))):
            return texts
    return []


def _lead_pictures(
    document: Document, sources: tuple[str, ...], container: HtmlElement
) -> list[Picture]:
    """The picture above the body with its caption, where the layout has a place for one."""
    for image in select.elements(document, sources):
        if any(ancestor is container for ancestor in image.iterancestors()):
            continue
        figure = next(image.iterancestors("figure"), None)
        holder = figure if figure is not None else image.getparent()
        pictures, _ = split_captions(walk(holder)) if holder is not None else ([], [])
        return [replace(picture) for picture in pictures[:1]]
    return []


def _unwrap_json(markup: str) -> str:
    """The HTML inside the JSON that ASP.NET page methods wrap their answers in."""
    text = markup.lstrip()
    if not text.startswith("{"):
        return markup
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return markup
    if not isinstance(data, dict):
        return markup
    for key in ("d", "html", "Html", "data", "content"):
        found = data.get(key)
        if isinstance(found, str) and ("<" in found or not found.strip()):
            return found
    return markup
