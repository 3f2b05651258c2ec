"""Five fictional portals, one per founding platform, with the truth about every article.

They show what khotin does without touching anybody's server, and they are what the tests and the
benchmark crawl. Markup follows the shape of each platform; places, persons and texts are
invented. Nothing here knows the profiles or the reader.
"""

from __future__ import annotations

from crawler.demo.draft import Style
from crawler.demo.language import make_place
from crawler.demo.liferay import LiferayPortal
from crawler.demo.model import GoldArticle, GoldBlock, GoldImage, Request, Response
from crawler.demo.nukeviet import NukeVietPortal
from crawler.demo.portal import DemoPortal
from crawler.demo.server import DemoServer, serve
from crawler.demo.tandan import TanDanPortal
from crawler.demo.thanhhoa import ThanhHoaPortal
from crawler.demo.uiarticle import UIArticlePortal

__all__ = [
    "DemoPortal",
    "DemoServer",
    "GoldArticle",
    "GoldBlock",
    "GoldImage",
    "Request",
    "Response",
    "build",
    "serve",
]


def build(
    seed: int = 2026, articles_per_portal: int = 40, mutation: int | None = None
) -> list[DemoPortal]:
    """The five portals, each with this many articles; the same arguments give the same portals.

    `mutation` is a number that chooses other class names, stamp places and extra boxes; the
    gold is that of the unmutated portal.
    """
    styles = _styles()

    def make(kind: type[DemoPortal], key: str, name: str) -> DemoPortal:
        return kind(
            id=f"demo-{key}",
            name=name,
            style=styles[key],
            seed=seed,
            count=articles_per_portal,
            mutation=mutation,
        )

    return [
        make(NukeVietPortal, "minhson", "Cổng thông tin điện tử huyện Minh Sơn"),
        make(TanDanPortal, "haibinh", "Cổng thông tin điện tử thành phố Hải Bình"),
        make(UIArticlePortal, "donglinh", "Trang thông tin điện tử thị xã Đông Lĩnh"),
        make(ThanhHoaPortal, "thanhgiang", "Cổng thông tin điện tử huyện Thanh Giang"),
        make(LiferayPortal, "quethuong", "Cổng thông tin điện tử huyện Quế Thượng"),
    ]


def _styles() -> dict[str, Style]:
    return {
        "minhson": Style(
            make_place("Minh Sơn", "huyện", 0),
            shapes=("p", "plain", "div", "word", "wordsplit", "br2", "br1"),
            caption_markups=("figure", "figdiv", "pem", "br", "table", "divspan"),
            author_field=True,
            source_field=True,
            lead_picture=True,
            has_tags=True,
        ),
        "haibinh": Style(
            make_place("Hải Bình", "thành phố", 1),
            shapes=("p", "word", "div", "wordsplit"),
            caption_markups=("pnext", "figure"),
            older_spelling=0.5,
        ),
        "donglinh": Style(
            make_place("Đông Lĩnh", "thị xã", 2),
            shapes=("p", "plain", "div", "word", "wordsplit", "br2", "br1"),
            caption_markups=("pem", "figure", "br", "table"),
            older_spelling=0.2,
        ),
        "thanhgiang": Style(
            make_place("Thanh Giang", "huyện", 3),
            shapes=("p", "plain", "word", "br1"),
            caption_markups=("filename",),
            has_lead=False,
        ),
        "quethuong": Style(
            make_place("Quế Thượng", "huyện", 4),
            shapes=("p", "plain", "word", "wordsplit", "br2"),
            caption_markups=("figure", "pem", "table", "br"),
            author_field=True,
            source_field=True,
            older_spelling=0.1,
        ),
    }
