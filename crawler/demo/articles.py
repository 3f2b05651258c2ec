"""Composes the articles of a portal: words, pictures, tables, by-lines, and what is odd in each.

A Draft is an article before any portal's markup: the platform modules turn it into pages and
into the gold that goes with them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from crawler.demo.draft import Draft, Picture, Piece, Style, slugify
from crawler.demo.language import Writer, load_grammar, older_spelling
from crawler.demo.pieces import data_table, make_byline, make_picture

# What every portal has at least one of; the rest of its articles are ordinary.
SPECIALS = (
    "data-table", "one-sentence", "image-only", "attachment-only", "table-only", "empty-lead",
    "same-title", "same-title", "lead-repeated", "nfd", "zero-width", "layout-table", "long",
    "list", "headings", "agency-code", "photo-credit", "two-attachments", "no-byline", "hidden",
    "midnight", "migrated", "eth", "capitals", "lower-case", "caption-twice",
)  # fmt: skip
_FIRST_DAY = datetime(2012, 2, 6, 8, 0)
_LAST_DAY = datetime(2026, 10, 30, 17, 0)


def compose_all(seed: str, style: Style, count: int) -> list[Draft]:
    """`count` drafts, oldest first; the odd ones are spread over all years."""
    rng = Random(f"{seed}:plan")
    odd = list(SPECIALS[:count]) + [""] * max(0, count - len(SPECIALS))
    rng.shuffle(odd)
    drafts: list[Draft] = []
    titles: set[str] = set()
    shared_title: str | None = None
    for number, (special, moment) in enumerate(zip(odd, _moments(rng, count), strict=True)):
        draft = compose(f"{seed}:{number}", style, number, moment, special, titles)
        if special == "same-title":
            shared_title = shared_title or draft.title
            draft = replace(draft, title=shared_title)
        titles.add(draft.title)
        drafts.append(draft)
    return drafts


def _moments(rng: Random, count: int) -> list[datetime]:
    """Publish times, oldest first, denser in later years; no two equal."""
    span = (_LAST_DAY - _FIRST_DAY).days
    days = sorted(int(span * (index + rng.random()) / count) for index in range(count))
    moments = []
    for index, day in enumerate(days):
        clock = timedelta(minutes=(rng.randrange(20, 560) // 2) * 2 + index % 2)
        moments.append(_FIRST_DAY + timedelta(days=day) + clock)
    return sorted(moments)


def compose(
    seed: str, style: Style, number: int, moment: datetime, special: str, taken: set[str]
) -> Draft:
    """One draft; titles in `taken` are avoided, so that only wanted repeats repeat."""
    rng = Random(seed)
    topic = "tong-ket" if special == "same-title" else _pick_topic(rng, moment)
    rules: dict[str, Any] = load_grammar()["topics"][topic]
    if special == "midnight":
        moment = moment.replace(hour=0, minute=0)
    # An imported record carries the day of the import, long after the event it tells of.
    day = moment.date() - timedelta(days=700 if special == "migrated" else 0)
    writer = Writer(rng, style.place, day, style.place.name)
    title = _fresh_title(writer, rules["titles"], taken)
    lead = writer.write(rng.choice(rules["leads"]), introduce=True)
    pieces = _pieces(writer, style, rules, special)
    draft = Draft(
        number=number,
        topic=topic,
        category=rules["category"],
        moment=moment,
        saved=moment + timedelta(minutes=rng.choice((0, 0, 7, 1442, 61_003))),
        title=title,
        lead=lead,
        pieces=tuple(pieces),
        author=None,
        byline=None,
        source=None,
        agency_code=None,
        tags=tuple(rng.sample(_TAGS, rng.randrange(0, 4))) if style.has_tags else (),
        attachments=(),
        lead_picture=None,
        shape="p" if special == "nfd" else rng.choice(style.shapes),
        special=(special,) if special else (),
    )
    draft = _short_pieces(writer, style, draft, special)
    draft = _finish(writer, style, draft, special)
    if rng.random() < style.older_spelling:
        draft = _respell(draft, older_spelling)
    return _odd_letters(draft, special)


def _fresh_title(writer: Writer, templates: list[str], taken: set[str]) -> str:
    for _ in range(12):
        title = writer.choose(templates)
        if title not in taken:
            return title
    while title in taken:
        title = f"{title} {writer.rng.choice(('ở', 'tại', '-'))} {writer.slot('cs1')}"
    return title


def _odd_letters(draft: Draft, special: str) -> Draft:
    """The draft with ETH for Đ, or its title in capitals or small letters, if it is such a one."""
    if special == "eth":
        draft = _respell(draft, lambda text: text.replace("Đ", "Ð"))
    if special == "capitals":
        draft = replace(draft, title=draft.title.upper())
    if special == "lower-case":
        draft = replace(draft, title=draft.title.lower())
    return draft


_TAGS = (
    "nông thôn mới", "chuyển đổi số", "cải cách hành chính", "đại hội đảng", "học tập và làm theo",
    "kỳ họp hội đồng nhân dân", "an sinh xã hội", "thiên tai", "giáo dục", "lễ hội",
)  # fmt: skip


_LIST_HEAD = "[Các nhiệm vụ trọng tâm gồm|Nội dung cụ thể như sau|{uy} {ten} yêu cầu {cs}]:"
_LIST_ITEM = "{giai_phap}[|, giao {phong} chủ trì|, hoàn thành trước ngày {ngay_so}| ở {cs1}]"


def _pick_topic(rng: Random, moment: datetime) -> str:
    topics: dict[str, dict[str, Any]] = load_grammar()["topics"]
    fitting = [
        name
        for name, rules in topics.items()
        if moment.month in rules.get("months", range(1, 13))
        and moment.year >= rules.get("min_year", 0)
        and moment.year in rules.get("years", range(2000, 2100))
    ]
    return rng.choice(fitting)


def _pieces(writer: Writer, style: Style, rules: dict[str, Any], special: str) -> list[Piece]:
    rng = writer.rng
    wanted = len(rules["body"]) if special == "long" else rng.randrange(2, 6)
    templates: list[str] = rng.sample(rules["body"], min(wanted, len(rules["body"])))
    pieces = [Piece("paragraph", writer.write(_varied(rng, template))) for template in templates]
    if special == "long":
        more = load_grammar()["common"]["rules"]["them"]
        pieces += [Piece("paragraph", writer.write(template)) for template in more[1:10]]
    if rng.random() < 0.45:
        formulas = load_grammar()["common"]["formulas"]
        text = rng.choice(formulas[rng.choice(rules["formulas"])])
        pieces.insert(rng.randrange(1, len(pieces) + 1), Piece("paragraph", text))
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        picture = make_picture(writer, style, rules, with_credit=special == "photo-credit")
        pieces.insert(rng.randrange(1, len(pieces) + 1), Piece("picture", picture=picture))
    if special in ("photo-credit", "caption-twice"):
        picture = make_picture(writer, style, rules, with_credit=special == "photo-credit")
        pieces.insert(1, Piece("picture", picture=picture))
    if special == "data-table" or (not special and rng.random() < 0.08):
        pieces.append(Piece("table", rows=data_table(writer)))
        pieces.append(Piece("paragraph", writer.write("{them}")))
    if special == "list" or (not special and rng.random() < 0.12):
        pieces.append(Piece("paragraph", writer.write(_LIST_HEAD)))
        items = tuple(writer.write(_LIST_ITEM) for _ in range(rng.randrange(3, 6)))
        pieces.append(Piece("list", items=items))
    if special == "headings":
        pieces.insert(0, Piece("heading", "I. Kết quả đạt được"))
        pieces.insert(len(pieces) // 2 + 1, Piece("heading", "II. Nhiệm vụ thời gian tới"))
    return pieces


def _varied(rng: Random, template: str) -> str:
    """The template, half of the time with one more sentence, so that few paragraphs recur."""
    return f"{template} {{them}}" if "{them}" not in template and rng.random() < 0.5 else template


def _short_pieces(writer: Writer, style: Style, draft: Draft, special: str) -> Draft:
    """The very short articles of real portals: one sentence, one picture, one file, one table."""
    rules: dict[str, Any] = load_grammar()["topics"][draft.topic]
    if special == "one-sentence":
        text = writer.write("{khi}, {ct} dự chương trình tại {xa}.")
        return replace(draft, pieces=(Piece("paragraph", text),), lead=None)
    if special == "image-only":
        picture = make_picture(writer, style, rules, with_caption=False)
        return replace(draft, pieces=(Piece("picture", picture=picture),), lead=None)
    if special == "table-only":
        return replace(draft, pieces=(Piece("table", rows=data_table(writer)),), lead=None)
    if special == "attachment-only":
        return replace(draft, pieces=(), lead=None)
    if special == "empty-lead":
        return replace(draft, lead=None)
    return draft


def _finish(writer: Writer, style: Style, draft: Draft, special: str) -> Draft:
    rng = writer.rng
    pieces = list(draft.pieces)
    if special == "lead-repeated" and draft.lead:
        repeated = draft.lead if style.has_lead else draft.title
        pieces.insert(0, Piece("lead-repeat", repeated))
    if draft.lead and not style.has_lead:
        pieces.insert(int(special == "lead-repeated"), Piece("paragraph", draft.lead))
        draft = replace(draft, lead=None)
    attachments: tuple[tuple[str, str], ...] = ()
    if special in ("attachment-only", "two-attachments") or draft.category == "thong-bao":
        count = 2 if special == "two-attachments" else 1
        attachments = tuple(_attachment(writer, draft, index) for index in range(count))
    is_short = special in ("one-sentence", "image-only", "attachment-only", "table-only")
    if not is_short and special != "no-byline" and rng.random() < 0.8:
        author, byline = make_byline(writer, labelled=not style.author_field)
        draft = replace(draft, author=author, byline=byline)
        if not style.author_field:
            pieces += [Piece("byline", line) for line in byline.split("\n")]
    if style.source_field and not is_short and rng.random() < 0.25:
        draft = replace(draft, source=rng.choice(("Báo Lam Giang", "baolamgiang.example", "TTXVN")))
    if special == "agency-code" and draft.lead:
        draft = replace(draft, agency_code=rng.choice(("CTTĐT", "LGO", "TGLG")))
    if style.lead_picture and not is_short and rng.random() < 0.4:
        rules: dict[str, Any] = load_grammar()["topics"][draft.topic]
        draft = replace(draft, lead_picture=make_picture(writer, style, rules))
    elif style.lead_picture and rng.random() < 0.25:
        # Where no lead picture was chosen this software shows the first one of the body twice.
        first = (piece.picture for piece in pieces if piece.picture)
        draft = replace(draft, lead_picture=next(first, None))
    return replace(draft, pieces=tuple(pieces), attachments=attachments)


def _attachment(writer: Writer, draft: Draft, index: int) -> tuple[str, str]:
    extension = writer.rng.choice(("pdf", "xlsx", "docx")) if index else "pdf"
    kind = writer.rng.choice(("Kế hoạch", "Quyết định", "Phụ lục", "Danh sách", "Biểu tổng hợp"))
    number = writer.rng.randrange(10, 900)
    file = f"{slugify(kind)}-{number}-{draft.moment.year}.{extension}"
    return file, f"{kind} số {number}.{extension}"


def _respell(draft: Draft, spell: Callable[[str], str]) -> Draft:
    """The draft in another spelling throughout."""

    def respell(picture: Picture | None) -> Picture | None:
        if picture is None or picture.caption is None:
            return picture
        return replace(picture, caption=spell(picture.caption))

    def piece(old: Piece) -> Piece:
        picture = respell(old.picture)
        items = tuple(spell(item) for item in old.items)
        return replace(old, text=spell(old.text), items=items, picture=picture)

    return replace(
        draft,
        title=spell(draft.title),
        lead=spell(draft.lead) if draft.lead else None,
        author=spell(draft.author) if draft.author else None,
        byline=spell(draft.byline) if draft.byline else None,
        lead_picture=respell(draft.lead_picture),
        pieces=tuple(piece(old) for old in draft.pieces),
    )


def edited(draft: Draft, sentence: str) -> Draft:
    """The draft after an edit: one more paragraph before the by-line, a later save."""
    pieces: Sequence[Piece] = draft.pieces
    signed = (at for at, piece in enumerate(pieces) if piece.kind == "byline")
    at = next(signed, len(pieces))
    more = (*pieces[:at], Piece("paragraph", sentence), *pieces[at:])
    return replace(draft, pieces=more, saved=draft.saved + timedelta(days=1, minutes=11))
