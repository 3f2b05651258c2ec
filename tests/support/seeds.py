"""The five founding documents, each line with its role; their text stays in the shared folder.

A seed is text as an extractor left it: title, stamp and paragraphs mixed with menus, counters
and lists. A string of letters, one per line that is not blank, says what each line is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache

from tests.support.leaks import plain
from tests.support.shared import shared_file

ROLES = {
    "t": "title",
    "s": "stamp",
    "k": "category",
    "l": "lead",
    "p": "paragraph",
    "c": "caption",
    "d": "caption printed a second time",
    "n": "file name of a picture",
    "b": "by-line",
    "o": "furniture above the article",
    "z": "zoom control",
    "h": "heading of other news",
    "r": "title of other news",
    "y": "date of other news",
    "m": "menu or heading",
    "q": "pager",
    "v": "counter",
    "i": "idle notice",
    "x": "rest of a form or widget",
}
KEPT = frozenset("tsklpcb")
_AUTHOR_LABEL = re.compile(r"^Tác giả bài viết:\s*")


@dataclass(frozen=True, slots=True)
class Seed:
    """One document. `lines` are (role, text); what the seed lacks is set by `title`, `stamp`.

    `published` is what the stamp says.
    """

    file: str
    url: str
    platform: str
    roles: str
    published: str
    own_title: str | None = None
    own_stamp: str | None = None
    lines: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def of(self, roles: str) -> list[str]:
        """The lines with one of these roles, in order."""
        return [text for role, text in self.lines if role in roles]

    @property
    def title(self) -> str:
        """The title, the test's own where the seed has lost it."""
        return self.own_title or self.of("t")[0]

    @property
    def stamp(self) -> str | None:
        """The publish stamp as printed, the test's own where the seed has none."""
        return self.own_stamp or next(iter(self.of("s")), None)

    @property
    def author(self) -> str | None:
        """The by-line without its label, None where the document has none."""
        return next((_AUTHOR_LABEL.sub("", text) for text in self.of("b")), None)

    @property
    def leftovers(self) -> list[str]:
        """The lines that no reading may hold."""
        return [text for role, text in self.lines if role not in KEPT and role != "d"]


_SEEDS = (
    Seed(
        file="000_69660db854593e80.txt",
        url="https://samson.example/portal/Pages/2023-12-5/Tiep-tuc-nang-cao-chat-luongk3x9d2.aspx",
        platform="tandan-sharepoint",
        roles="otszlcpcpcpcpcpxxhrrrrrrrrx",
        published="2023-12-05",
    ),
    Seed(
        file="001_96a9b230bd46cbca.txt",
        url="https://tamdiep.example/xay-dung-dang/hoi-nghi-tong-ket-cong-tac-ban-chi-dao-263518",
        platform="uiarticle",
        roles="lcpppppcppcppbvv",
        published="2024-01-12",
        own_title="Tổng kết công tác của ban chỉ đạo và của ngành trong năm qua",
        own_stamp="Thứ Sáu, 12/01/2024",
    ),
    Seed(
        file="002_8c416f54e488aff7.txt",
        url="https://sapa.example/1215/27678/37563/549382/tin-tuc-su-kien/pho-bi-thu-thuong-truc",
        platform="uiarticle",
        roles="tlcpcpppppcpcpppbhqmxryryryqvvvvx",
        published="2021-07-08",
        own_stamp="Cập nhật ngày: 08/07/2021",
    ),
    Seed(
        file="003_7c13539286dc9537.txt",
        url="https://thoxuan.example/web/trang-chu/tin-tuc/chien-luoc/thuong-truc-huyen-uy.html",
        platform="thanhhoa-web-trang-chu",
        roles="ooxktszlncpnpnnpncpnpnppb",
        published="2023-01-31",
    ),
    Seed(
        file="004_011d73779fde9fba.txt",
        url="https://huyenuy.example/tin-tuc/tong-ket-cong-tac-tuyen-giao-nam-2023-514.html",
        platform="nukeviet",
        roles="tslcdpppbmmmmmmmmmmmmvvvvvi",
        published="2024-01-12T15:10:00+07:00",
    ),
)
SEED_NAMES = tuple(seed.file[:3] for seed in _SEEDS)


@cache
def seed(name: str) -> Seed:
    """The seed whose file begins with these three digits."""
    bare = _SEEDS[SEED_NAMES.index(name)]
    text = shared_file(f"seeds/{bare.file}").read_text(encoding="utf-8")
    lines = [line for line in map(plain, text.splitlines()) if line]
    pairs = tuple(zip(bare.roles, lines, strict=True))
    return replace(bare, lines=pairs)
