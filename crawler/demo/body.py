"""Body markup as editors and word processors leave it: seven text shapes, eight caption forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from random import Random

from crawler.demo.draft import Picture, Piece
from crawler.demo.model import Rows

BLOCK_SHAPES = ("p", "plain", "div", "word", "wordsplit")
BREAK_SHAPES = ("br2", "br1")
_NBSP = "&nbsp;"


@dataclass(slots=True)
class BodyWriter:
    """Turns the pieces of an article into HTML.

    `picture_url` and `file_url` give the addresses of pictures and files, `box` the markup of
    an intruding box (mutated portals) for the middle of the body, `alt` the alternative text
    of every picture.
    """

    rng: Random
    shape: str
    picture_url: Callable[[Picture], str]
    alt: str | None = None
    zero_width: bool = False
    layout_table: bool = False
    box: str = ""
    caption_twice: bool = False

    def write(self, pieces: tuple[Piece, ...]) -> str:
        rendered = [self._piece(piece) for piece in pieces]
        if self.box:
            rendered.insert(max(1, len(rendered) // 2), self.box)
        is_broken = self.shape in BREAK_SHAPES
        html = self._joined_by_breaks(pieces, rendered) if is_broken else "\n".join(rendered)
        if self.layout_table:
            return (
                '<table border="0" cellpadding="0" style="width:100%"><tbody><tr>'
                f"<td>{html}</td></tr></tbody></table>"
            )
        return html

    def _joined_by_breaks(self, pieces: tuple[Piece, ...], rendered: list[str]) -> str:
        gap = "<br />\n<br />\n" if self.shape == "br2" else "<br />\n" + _NBSP * 5
        if self.box or len(rendered) != len(pieces):
            return f"<div>{gap.join(rendered)}</div>"
        html = ""
        for index, (piece, markup) in enumerate(zip(pieces, rendered, strict=True)):
            is_text = piece.kind in ("paragraph", "heading", "byline", "lead-repeat")
            html += (gap if index and is_text else "") + markup
        return f"<div>{html}</div>"

    def _piece(self, piece: Piece) -> str:
        if piece.kind == "picture" and piece.picture:
            again = ""
            if self.caption_twice and piece.picture.caption:
                again = f"\n<p>{escape(piece.picture.caption, quote=False)}</p>"
            return self.picture(piece.picture) + again
        if piece.kind == "table":
            return self.table(piece.rows)
        if piece.kind == "list":
            return self._list(piece.items)
        if piece.kind == "heading":
            return self._block(f"<strong>{escape(piece.text)}</strong>", "")
        if piece.kind == "byline":
            strong = self.rng.choice(("<strong>{}</strong>", "<em>{}</em>", "{}"))
            return self._block(strong.format(escape(piece.text)), "text-align:right")
        return self._block(self._text(piece.text), "text-align:justify")

    def _text(self, text: str) -> str:
        html = escape(text, quote=False)
        if not self.zero_width:
            return html
        words = html.split(" ")
        for index in range(3, len(words), 7):
            words[index] = "\u200b" + words[index]
        joined = " ".join(words)
        return joined.replace(" của ", "&nbsp;của ").replace(" và ", " &nbsp;và ")

    def _block(self, html: str, style: str) -> str:
        attribute = f' style="{style};"' if style else ""
        if self.shape == "plain":
            return f"<p>{html}</p>"
        if self.shape == "div":
            return f"<div{attribute}>{_NBSP * 6} {html}</div>"
        if self.shape == "word":
            return (
                f'<p class="MsoNormal"{attribute}><span style="font-size:14.0pt">'
                '<span style="line-height:115%"><span style="font-family:&quot;Times New '
                f'Roman&quot;,serif">{html}</span></span></span></p>'
            )
        if self.shape == "wordsplit":
            return f'<p class="MsoNormal"{attribute}>{self._split(html)}<o:p></o:p></p>'
        if self.shape in BREAK_SHAPES:
            return html
        spacer = f"\n<p>{_NBSP}</p>" if self.rng.random() < 0.12 else ""
        return f"<p{attribute}>{html}</p>{spacer}"

    def _split(self, html: str) -> str:
        """The text in several spans, broken at blanks, as Word does after corrections."""
        if "<" in html:
            return html
        words = html.split(" ")
        spans = []
        while words:
            length = self.rng.randrange(2, 9)
            part, words = words[:length], words[length:]
            spans.append(" ".join(part) + (" " if words else ""))
        return "".join(f'<span style="font-size:13.0pt">{span}</span>' for span in spans)

    def _list(self, items: tuple[str, ...]) -> str:
        rows = "\n".join(f"<li>{escape(item, quote=False)}</li>" for item in items)
        return f"<ul>\n{rows}\n</ul>"

    def table(self, rows: Rows) -> str:
        """A data table, with header cells or without, sometimes with paragraphs in its cells."""
        head = self.rng.random() < 0.5
        cell = "<p>{}</p>" if self.shape in ("word", "p") and self.rng.random() < 0.6 else "{}"
        lines = []
        for number, row in enumerate(rows):
            tag = "th" if head and number == 0 else "td"
            cells = "".join(f"<{tag}>{cell.format(escape(text))}</{tag}>" for text in row)
            lines.append(f"<tr>{cells}</tr>")
        body = "\n".join(lines)
        return (
            f'<table border="1" cellpadding="4" cellspacing="0"><tbody>\n{body}\n</tbody></table>'
        )

    def image(self, picture: Picture) -> str:
        alt = f' alt="{escape(self.alt)}"' if self.alt is not None else ' alt=""'
        return f'<img src="{escape(self.picture_url(picture))}"{alt} width="600" height="360" />'

    def picture(self, picture: Picture) -> str:
        """A picture with its caption, in the form that the picture names."""
        image = self.image(picture)
        caption = escape(picture.caption or "", quote=False)
        center = '<p style="text-align:center;">'
        if picture.markup == "filename":
            name = f"<p>{escape(picture.file)}&nbsp;</p>"
            return f"{center}{image}</p>\n{name}" + (f"\n{center}{caption}</p>" if caption else "")
        if not caption:
            return f"{center}{image}</p>"
        cell = f'<td style="text-align:center">{caption}</td>'
        forms = {
            "figure": f'<figure class="image">{image}<figcaption>{caption}</figcaption></figure>',
            "figdiv": f'<div style="text-align:center"><figure class="image" '
            f'style="display:inline-block">{image}<figcaption>{caption}</figcaption></figure></div>',
            "pem": f"{center}{image}</p>\n{center}<em>{caption}</em></p>",
            "pnext": f"{center}{image}</p>\n{center}{caption}</p>",
            "br": f"{center}{image}<br />\n<em>{caption}</em></p>",
            "table": '<table align="center" border="0" cellpadding="1"><tbody><tr><td>'
            f"{image}</td></tr><tr>{cell}</tr></tbody></table>",
            "divspan": f'<div style="text-align:center">{image}<br />\n'
            f'<span style="font-size:12px"><i>{caption}</i></span></div>',
        }
        return forms[picture.markup]
