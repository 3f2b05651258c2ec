"""What people type into a search box, as something FTS5 and Datasette accept.

Words must all occur, in any column and order; words in double quotes occur next to each other.
Tone marks, vowel marks and đ make no difference, as everywhere in khotin's search.
"""

from __future__ import annotations

import re

from crawler.text import fold, squeeze

_PART = re.compile(r'"([^"]*)"|([^\s"]+)')
_QUOTES = re.compile("[\u201c-\u201f\u00ab\u00bb]")
_LETTER = re.compile(r"[^\W_]")


def search_terms(text: str) -> list[str]:
    """The words and quoted phrases of a search, without quotes, blanks squeezed.

    An odd quote is dropped; so is what holds no letter and no digit, since FTS5 finds nothing
    by it.
    """
    parts = _PART.finditer(_balanced(_QUOTES.sub('"', text)))
    terms = [squeeze(part[1] if part[1] is not None else part[2]) for part in parts]
    return [term for term in terms if _LETTER.search(term)]


def match_expression(text: str) -> str | None:
    """The FTS5 expression for a search, every term quoted and folded; None when nothing is asked.

    The terms are folded because only the folded column of the index holds words with đ as d.
    """
    # fold() writes apostrophes as double quotes; a tokenizer treats either as a gap.
    terms = [fold(term).replace('"', " ") for term in search_terms(text)]
    return " ".join(f'"{term}"' for term in terms) or None


def tidy_search(text: str) -> str:
    """The search as a person would write it again, safe for Datasette's `?_search=`.

    Datasette answers 400 to a lone quote and to an empty phrase; phrases keep their quotes here.
    """
    return " ".join(f'"{term}"' if " " in term else term for term in search_terms(text))


def _balanced(text: str) -> str:
    """The text without its last quote when quotes do not come in pairs."""
    if text.count('"') % 2:
        head, _, tail = text.rpartition('"')
        return f"{head} {tail}"
    return text
