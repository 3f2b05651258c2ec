"""Mutated portals: the same articles under other class names, moved stamps, extra boxes.

A mutation is chosen by a number, and the same number always gives the same changes. Multiples of
four keep the names of classes and only move and add things. What an article says never changes,
so its gold stays true; fingerprints of the software (addresses, generator, cookies, script
calls) stay as well, as they do when a portal gets a new theme.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from random import Random
from zlib import crc32

from markupsafe import Markup

_TAG = re.compile(r"<[a-zA-Z][^<>]*>")
_ATTRIBUTE = re.compile(r'\b(class|id|for|aria-labelledby)="([^"]*)"')
_FRAGMENT = re.compile(r'\bhref="#([^"]+)"')
_CSS_NAME = re.compile(r"([.#])(-?[A-Za-z_][\w-]*)(?=[^{}]*\{)")
_ITEMPROP = re.compile(r'\s(?:itemprop|itemtype|itemscope)(?:="[^"]*")?')
_KEPT = re.compile(r"Mso\w+")  # Word's own names come with the text, not with the theme
_BOX_PLACES = ("before_title", "before_lead", "in_body", "after_body", "around")


class Mutation:
    """The changes of one mutated portal; with `seed` None it changes nothing."""

    def __init__(self, seed: int | None, portal_id: str) -> None:
        self.seed = seed
        self._portal_id = portal_id
        self._names: dict[str, str] = {}
        self._used: set[str] = set()
        self.titles: Sequence[tuple[str, str, str]] = ()  # (title, path, dd/mm/yyyy)
        self.title_tag, self.stamp_place, self.wrappers = "h1", "native", 0
        self._places: tuple[str, ...] = ()
        self._drops_microdata = False
        self._renames = seed is not None and seed % 4 != 0
        if seed is None:
            return
        rng = Random(f"mutation:{seed}:{portal_id}")
        self.title_tag = rng.choice(("h1", "h2", "h2", "h3", "div"))
        self.stamp_place = rng.choice(("native", "above", "below", "above", "below"))
        self.wrappers = rng.randrange(1, 4)
        self._places = tuple(rng.sample(_BOX_PLACES, rng.randrange(2, len(_BOX_PLACES) + 1)))
        self._drops_microdata = rng.random() < 0.7

    def open(self) -> Markup:
        """Opening tags of wrapper elements that the portal did not have."""
        return Markup("".join(f'<div class="wrap-{n}">' for n in range(self.wrappers)))

    def close(self) -> Markup:
        return Markup("</div>" * self.wrappers)

    def box(self, place: str, page: str) -> Markup:
        """An intruding box for this place on this page, or nothing."""
        if self.seed is None or place not in self._places:
            return Markup("")
        rng = Random(f"box:{self.seed}:{self._portal_id}:{place}")
        kind = rng.choice(("related", "banner", "notice", "related"))
        if place in ("in_body", "around"):
            kind = "related"
        if kind == "banner":
            return Markup(
                '<div class="banner-box"><a href="/"><img src="/images/banner-phu.png" '
                'alt="Banner" width="468" height="60"></a></div>'
            )
        if kind == "notice":
            return Markup(
                '<div class="notice-box"><strong>Thông báo:</strong> Cổng thông tin đang được '
                "nâng cấp, một số chức năng tạm thời gián đoạn.</div>"
            )
        return self._related(rng, f"{place}:{page}")

    def _related(self, rng: Random, page: str) -> Markup:
        heading = rng.choice(("Tin tiêu điểm", "Có thể bạn quan tâm", "Xem thêm", "Tin nổi bật"))
        chosen = Random(f"{self.seed}:{page}").sample(self.titles, min(4, len(self.titles)))
        rows = "".join(
            f'<li><a href="{escape(path)}">{escape(title, quote=False)}</a> ({day})</li>'
            for title, path, day in chosen
        )
        return Markup(f'<div class="extra-box"><h4>{heading}</h4><ul>{rows}</ul></div>')

    def rename(self, html: str) -> str:
        """The page with every class and id renamed, the same name always to the same."""
        if not self._renames:
            return html
        if self._drops_microdata:
            html = _TAG.sub(lambda tag: _ITEMPROP.sub("", tag[0]), html)
        return _TAG.sub(lambda tag: self._rename_tag(tag[0]), html)

    def rename_css(self, css: str) -> str:
        """The style sheet with the names that `rename` gives."""
        if not self._renames:
            return css
        return _CSS_NAME.sub(lambda name: name[1] + self._new_name(name[2]), css)

    def _rename_tag(self, tag: str) -> str:
        tag = _ATTRIBUTE.sub(
            lambda found: f'{found[1]}="{" ".join(map(self._new_name, found[2].split()))}"', tag
        )
        return _FRAGMENT.sub(lambda found: f'href="#{self._new_name(found[1])}"', tag)

    def _new_name(self, name: str) -> str:
        if _KEPT.fullmatch(name):
            return name
        if name not in self._names:
            # Derived from the name alone: the order in which pages are asked for must not matter.
            rng = Random(crc32(f"{self.seed}:{self._portal_id}:{name}".encode()))
            fresh = ""
            while not fresh or fresh in self._used:
                syllables = (rng.choice("bcdghklmnpstvx") + rng.choice("aeiou") for _ in range(4))
                fresh = "".join(syllables)
            self._used.add(fresh)
            self._names[name] = fresh
        return self._names[name]
