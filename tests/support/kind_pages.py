"""Writes the gold pages of kinds: errors, blocks, log-ins, lists, records, and news about them.

`python -m tests.support.kind_pages` writes `tests/gold/kind-<name>/` anew from
`skins/kinds.toml`. A page is `bare` (its `page` is all of it) or stands in the chrome of
`kind-portal.html` (`main`). An article's truth is put together from the words it is made of.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from string import Template
from typing import Any

from crawler.urls import normalise, path_and_query
from tests.support.gold import FOLDER

SKINS = Path(__file__).parent / "skins"
HOST = "https://queloc.example"
SITE = "Cổng thông tin điện tử huyện Quế Lộc"
Entry = dict[str, Any]


def write_all() -> list[Path]:
    """Writes every fixture; returns their folders."""
    data = tomllib.loads((SKINS / "kinds.toml").read_text(encoding="utf-8"))
    return [_write(entry) for entry in data["page"]]


def _write(entry: Entry) -> Path:
    folder = FOLDER / f"kind-{entry['name']}"
    folder.mkdir(parents=True, exist_ok=True)
    url = HOST + entry.get("url", "/tin-tuc-su-kien/huyen-to-chuc-hoi-nghi-tong-ket-24712.html")
    (folder / "page.html").write_text(_markup(entry), encoding="utf-8")
    family = entry.get("family", "generic")
    meta = {
        "url": url,
        "captured_at": "2026-11-20T09:00:00+07:00",
        "headers": [["content-type", "text/html; charset=utf-8"], *entry.get("headers", [])],
        "family": family,
        "recognised": entry.get("recognised", family),
        "trust": entry.get("trust", "seen"),
    }
    for name, data in (("meta.json", meta), ("expected.json", _expected(entry, url))):
        text = json.dumps(data, ensure_ascii=False, indent=2)
        (folder / name).write_text(text + "\n", encoding="utf-8")
    return folder


def _markup(entry: Entry) -> str:
    if "page" in entry:
        return str(entry["page"])
    main = entry.get("main") or _article_markup(entry)
    title = entry.get("head_title") or f"{entry.get('title', SITE)} - {SITE}"
    page = Template((SKINS / "kind-portal.html").read_text(encoding="utf-8"))
    return page.substitute(title=title, head=entry.get("head", ""), main=main)


def _article_markup(entry: Entry) -> str:
    """A plain article: title, stamp, what stands above the body, the body."""
    told = "\n".join(f"<p>{text}</p>" for text in entry["paragraphs"])
    stamp = f'<div class="thoi-gian">{entry["stamp"]}</div>' if "stamp" in entry else ""
    above, inside = entry.get("above", ""), entry.get("inside", "")
    return (
        f'<div class="bai">{above}<h1 class="nhan-de">{entry["title"]}</h1>{stamp}\n'
        f'<div class="noi-dung">{told}\n{inside}</div></div>'
    )


def _expected(entry: Entry, url: str) -> Entry:
    kind = entry["kind"]
    if kind == "rejected":
        return {"kind": kind, "reason": entry["reason"]}
    if kind == "other":
        return {"kind": kind}
    if kind == "listing":
        articles = [HOST + path for path in entry.get("articles", [])]
        pager = {"url": HOST + entry["next"], "method": "GET"} if "next" in entry else None
        return {"kind": kind, "articles": articles, "next": pager}
    canonical = normalise(entry.get("canonical", url))
    return {
        "kind": "article",
        "platform": entry.get("family", "generic"),
        "canonical_url": canonical,
        "native_id": entry.get("native_id", path_and_query(url)),
        "title": entry["title"],
        "lead": None,
        "text": "\n\n".join([*entry["paragraphs"], *entry.get("more_text", [])]),
        "published_at": entry.get("published_at"),
        "published_precision": entry.get("precision"),
        "author": None,
        "source": None,
        "agency_code": None,
        "tags": [],
        "images": [
            {"url": HOST + image["url"], "caption": image.get("caption")}
            for image in entry.get("images", [])
        ],
        "attachments": [
            {"url": HOST + file["url"], "name": file["name"]} for file in entry.get("files", [])
        ],
        "published_raw": entry.get("stamp"),
    }


if __name__ == "__main__":
    for path in write_all():
        print(path.name)
