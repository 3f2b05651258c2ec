"""Whether the end of a page was lost in something that never ends.

A comment, a quoted attribute or a <textarea> without its end swallows all that follows, in a
browser as here, and the parser does not say so. The text is not to be had, but its loss is.
"""

from __future__ import annotations

import re
from typing import cast

from lxml import etree
from lxml.html import HtmlElement

# Elements whose content is no text of the page: left open, they hide the rest of it.
_HIDING = frozenset(
    "script style title textarea noscript template select object iframe svg video audio canvas"
    " button map noframes noembed".split()
)
END_CHARS = 8_000  # of the markup, in which its last words are looked for
LAST_CHARS = 2_000  # of it, which mostly hold some
_NO_TEXT = re.compile(
    r"<!--.*?--!?>|<(script|style|noscript|template|svg|select|iframe)\b.*?</\1\s*>", re.I | re.S
)
# Twelve characters at least: shorter words may stand anywhere.
_WORDS = re.compile(r">\s*([^<>&\s][^<>&\r\n\t]{11,200})")
_all_text = etree.XPath("string()")


def is_cut_short(root: HtmlElement, markup: str) -> bool:
    """Whether the tree of this markup lacks its end, or hides it in an element left open."""
    return _is_hidden(root, markup) or _lacks_last_words(root, markup)


def _is_hidden(root: HtmlElement, markup: str) -> bool:
    """What is left open holds the last element of the page."""
    element = root
    while len(element):
        element = element[-1]
        if element.tag in _HIDING:
            return not _is_closed(element.tag, markup)
    return False


def _is_closed(tag: str, markup: str) -> bool:
    for name in (tag, tag.upper()):
        start = markup.rfind(f"<{name}")
        if start >= 0:
            return markup.find(f"</{name}", start) >= 0
    return True  # a tag in mixed case: no word of it is better than a wrong one


def _lacks_last_words(root: HtmlElement, markup: str) -> bool:
    text = cast("str", _all_text(root))
    end = markup[-END_CHARS:]
    if not _is_missing(_last_words(markup[-LAST_CHARS:]) or _last_words(end), text):
        return False
    # Those may be words of a script or a comment, which are taken out only now: it takes time.
    return _is_missing(_last_words(_NO_TEXT.sub("<", end)), text)


def _is_missing(words: str | None, text: str) -> bool:
    return words is not None and words.rstrip() not in text


def _last_words(markup: str) -> str | None:
    found = _WORDS.findall(markup)
    return found[-1] if found else None
