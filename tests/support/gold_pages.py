"""Writes the gold fixtures: pages in the shape of each family, and what they must give.

`python -m tests.support.gold_pages [FAMILY…]` writes `tests/gold/<family>-<n>/` anew from
`skins/pages.toml` (one entry a page) and the templates beside it. Words, pictures and by-lines come
from the demo portals' generator; the truth is taken from its draft, never from the reader.
Families whose markup nobody has published share plain templates; `x` is their prefix of classes.
"""

from __future__ import annotations

import json
import sys
import tomllib
from dataclasses import replace
from datetime import datetime, timedelta
from html import escape, unescape
from pathlib import Path
from random import Random
from string import Template
from typing import Any

from crawler.demo.articles import compose
from crawler.demo.body import BodyWriter
from crawler.demo.draft import Draft, Picture, Piece, Style, slugify
from crawler.demo.language import make_place
from crawler.demo.pages import gold_blocks, minute, weekday
from crawler.urls import normalise
from tests.support.gold import FOLDER

SKINS = Path(__file__).parent / "skins"
ATTEMPTS = 400
HOST = "https://queloc.example"
SITE = "Cổng thông tin điện tử huyện Quế Lộc"
_FIRST_DAY = datetime(2019, 3, 4, 8, 0)
Entry = dict[str, Any]


def write_all(only: set[str]) -> list[Path]:
    """Writes the fixtures of these families (all when empty); returns their folders."""
    data = tomllib.loads((SKINS / "pages.toml").read_text(encoding="utf-8"))
    written = []
    for make, entries in ((article_page, data["article"]), (listing_page, data["listing"])):
        for entry in entries:
            if only and entry["family"] not in only:
                continue
            folder = FOLDER / f"{entry['family']}-{entry.get('n', 1)}"
            page, url, expected = make(entry)
            _write(folder, entry, page, url, expected)
            written.append(folder)
    return written


def _write(folder: Path, entry: Entry, page: str, url: str, expected: Entry) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "page.html").write_text(page, encoding="utf-8")
    meta = {
        "url": url,
        "captured_at": "2026-11-20T09:00:00+07:00",
        "headers": [["content-type", "text/html; charset=utf-8"], *entry.get("headers", [])],
        "family": entry["family"],
        "recognised": entry.get("recognised", entry["family"]),
        "trust": entry["trust"],
    }
    for name, data in (("meta.json", meta), ("expected.json", expected)):
        text = json.dumps(data, ensure_ascii=False, indent=2)
        (folder / name).write_text(text + "\n", encoding="utf-8")


def article_page(entry: Entry) -> tuple[str, str, Entry]:
    """Markup, address and truth of an article."""
    number = entry.get("n", 1)
    draft = _draft(f"{entry['family']}:{number}", entry)
    names = _names(draft)
    url = HOST + _text(entry, "url", "/").format(**names)
    pictures = _text(entry, "pictures", "/upload/{file}")
    body = BodyWriter(
        rng=Random(draft.seed),
        shape=draft.shape,
        picture_url=lambda picture: pictures.format(file=picture.file, **names),
        alt=entry.get("alt"),
        caption_twice=entry.get("caption_twice", False),
    ).write(draft.pieces)
    files = entry.get("files", [])
    slots = {
        "title": escape(draft.title, quote=False),
        "lead": escape(_printed_lead(draft), quote=False),
        "body": body,
        "stamp": escape(_text(entry, "stamp", "").format(draft.moment, **names), quote=False),
        "iso": minute(draft.moment),
        "address": escape(url),
        "files": _files(files),
        **_furniture(entry, names),
    }
    page = _fill(entry["skin"], entry, slots)
    truth = _truth(draft, entry, names, [pictures, files])
    return page, url, truth | {"published_raw": unescape(slots["stamp"]) or None}


def listing_page(entry: Entry) -> tuple[str, str, Entry]:
    """Markup, address and truth of a list of articles."""
    url = HOST + entry["url"]
    drafts = [_draft(f"{entry['family']}:list:{n}", {"lead": "field"}) for n in range(8)]
    rows, articles = [], []
    for number, draft in enumerate(drafts):
        names = _names(draft) | {"n": 4100 + 7 * number}
        href = entry["item"].format(**names)
        articles.append(HOST + href)
        slots = {
            "href": escape(href),
            "title": escape(draft.title, quote=False),
            "lead": escape(draft.lead or "", quote=False),
            "stamp": escape(_text(entry, "stamp", "{:%d/%m/%Y}").format(draft.moment), quote=False),
        }
        rows.append(Template(entry["row"]).substitute(slots))
    slots = {"rows": "\n".join(rows), "pager": entry["pager"], "title": entry["title"]}
    slots |= dict.fromkeys(("stamp", "lead", "body", "iso", "files"), "")
    slots["address"] = escape(url)
    page = _fill(entry["skin"], entry, slots | _furniture(entry, {"n": 0, "slug": ""}))
    following = entry["next"] | {"url": HOST + entry["next"]["url"]}
    return page, url, {"kind": "listing", "next": following, "articles": articles}


def _fill(skin: str, entry: Entry, slots: dict[str, str]) -> str:
    """The template with its slots filled; `above`, `below` and `after` are of the family."""
    whole = Template((SKINS / f"{skin}.html").read_text(encoding="utf-8"))
    slots = {"x": entry.get("x", ""), "site": SITE, **slots}
    own = {
        name: Template(entry.get(name, "")).substitute(slots)
        for name in ("head", "above", "below", "after")
    }
    return whole.substitute(slots | own)


def _draft(seed: str, entry: Entry) -> Draft:
    """A draft with what a fixture needs: some paragraphs, a caption, a by-line, a lead."""
    style = Style(
        make_place("Quế Lộc", "huyện", 3),
        shapes=tuple(entry.get("shapes", ("p", "plain", "word"))),
        caption_markups=tuple(entry.get("captions", ("pem", "figure"))),
        has_lead=entry.get("lead", "body") != "body",
    )
    for attempt in range(ATTEMPTS):
        rng = Random(f"{seed}:{attempt}")
        moment = _FIRST_DAY + timedelta(days=rng.randrange(2600), minutes=rng.randrange(20, 560))
        draft = compose(
            f"{seed}:{attempt}", style, attempt, moment, entry.get("special", ""), set()
        )
        paragraphs = sum(piece.kind == "paragraph" for piece in draft.pieces)
        captions = [piece.picture.caption for piece in draft.pieces if piece.picture]
        is_full = 3 <= paragraphs <= 8 and any(captions) and all(captions) and draft.byline
        if is_full and len(draft.title.split()) >= 7 and len(set(captions)) == len(captions):
            return _dressed(draft, entry)
    raise ValueError(f"{seed}: no draft fits in {ATTEMPTS} attempts")


def _dressed(draft: Draft, entry: Entry) -> Draft:
    """The draft with the family's own habits: agency code, by-line, how the lead is printed."""
    pieces = list(draft.pieces)
    code = entry.get("agency")
    if "byline" in entry:
        pieces = [piece for piece in pieces if piece.kind != "byline"]
        pieces += [Piece("byline", line) for line in entry["byline"]]
        draft = replace(draft, author=entry.get("author"))
    if entry.get("lead") == "bold" and draft.lead:
        # The lead is no field: it is the first paragraph, all of it bold.
        pieces.insert(0, Piece("heading", f"{code} - {draft.lead}" if code else draft.lead))
    return replace(draft, pieces=tuple(pieces), agency_code=code)


def _text(entry: Entry, key: str, default: str) -> str:
    return str(entry.get(key, default))


def _printed_lead(draft: Draft) -> str:
    code = f"{draft.agency_code} - " if draft.agency_code else ""
    return code + (draft.lead or "")


def _names(draft: Draft) -> Entry:
    moment = draft.moment
    unix = int((moment - datetime(1970, 1, 1)).total_seconds()) - 7 * 3600 - 1740
    return {
        "slug": draft.slug,
        "lossy": "".join(c for c in draft.title.lower().replace(" ", "-") if c.isascii()),
        "accented": "-".join(draft.title.lower().split()),
        "moment": moment,
        "unix": unix,
        "weekday": weekday(moment),
        "n": 5000 + draft.number,
    }


def _truth(draft: Draft, entry: Entry, names: Entry, places: list[Any]) -> Entry:
    pictures, files = places
    blocks = gold_blocks(draft)
    if entry.get("lead") == "bold":
        blocks = blocks[1:]
    precision = entry.get("precision")
    stamps = {"minute": minute(draft.moment), "day": f"{draft.moment:%Y-%m-%d}"}
    images = [piece.picture for piece in draft.pieces if piece.picture]
    address = _text(entry, "canonical", entry["url"]).format(**names)
    return {
        "kind": "article",
        "platform": entry["family"],
        "canonical_url": normalise(HOST + address),
        "native_id": entry["native_id"].format(**names) if "native_id" in entry else None,
        "title": draft.title,
        "lead": draft.lead,
        "text": "\n\n".join(block.as_text() for block in blocks),
        "published_at": stamps[precision] if precision else None,
        "published_precision": precision,
        "author": draft.author,
        "source": entry.get("source"),
        "agency_code": draft.agency_code,
        "tags": entry.get("tags", []),
        "images": [_image(picture, pictures, names) for picture in images],
        "attachments": [{"url": HOST + file["url"], "name": file["name"]} for file in files],
    }


def _image(picture: Picture, address: str, names: Entry) -> Entry:
    url = address.format(file=picture.file, **names)
    return {"url": url if "://" in url else HOST + url, "caption": picture.caption}


def _files(files: list[Entry]) -> str:
    return "".join(f'<li><a href="{escape(f["url"])}">{escape(f["name"])}</a></li>' for f in files)


def _furniture(entry: Entry, names: Entry) -> dict[str, str]:
    """Menu, other news with their days, and counters: what stands round every page."""
    section = _text(entry, "section", "/{slug}")
    related = _text(entry, "related", entry.get("item") or "")
    menu = "".join(
        f'<li><a href="{escape(section.format(slug=slugify(name), n=200 + at))}">{name}</a></li>'
        for at, name in enumerate(_MENU)
    )
    others = []
    for at in range(6):
        other = _draft(f"{entry['family']}:other:{at}", {"lead": "field"})
        href = escape(related.format(**_names(other) | {"n": 3900 + at}))
        day = f"{other.moment:%d/%m/%Y}"
        others.append(
            f'<li><a href="{href}">{escape(other.title, quote=False)}</a> <span>({day})</span></li>'
        )
    rng = Random(f"{entry['family']}:counters")
    rows = (
        f"Đang truy cập: {rng.randrange(3, 90)}",
        f"Hôm nay: {rng.randrange(100, 4000)}",
        f"Tháng hiện tại: {rng.randrange(9000, 90000)}",
        f"Tổng lượt truy cập: {rng.randrange(300000, 9000000)}",
    )
    counters = "".join(f"<li>{row}</li>" for row in rows)
    return {"menu": menu, "related": "\n".join(others), "counters": counters}


_MENU = (
    "Trang chủ", "Giới thiệu chung", "Lịch sử hình thành", "Điều kiện tự nhiên",
    "Bản đồ hành chính", "Cơ cấu tổ chức", "Huyện ủy", "Hội đồng nhân dân",
    "Ủy ban nhân dân", "Phòng ban chuyên môn", "Các xã, thị trấn", "Tin tức sự kiện",
    "Xây dựng Đảng", "Hoạt động chính quyền", "Mặt trận, đoàn thể", "Kinh tế",
    "Văn hóa, xã hội", "An ninh, quốc phòng", "Nông thôn mới",
    "Cải cách hành chính", "Chuyển đổi số", "Thông báo", "Lịch công tác", "Lịch tiếp công dân",
    "Văn bản chỉ đạo", "Văn bản pháp luật", "Công báo", "Thủ tục hành chính", "Dịch vụ công",
    "Thông tin quy hoạch", "Đầu tư, mua sắm công", "Dự án, hạng mục", "Ngân sách", "Đấu giá",
    "Tuyên truyền pháp luật", "Học tập và làm theo Bác", "Du lịch", "Lễ hội", "Thư viện ảnh",
    "Thư viện video", "Góp ý", "Hỏi đáp", "Sơ đồ cổng", "Liên kết",
)  # fmt: skip


if __name__ == "__main__":
    for path in write_all(set(sys.argv[1:])):
        print(path.name)
