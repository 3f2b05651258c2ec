"""Markup without the characters that no text means and that lxml reads but will not write."""

from __future__ import annotations

import re

# Control characters, as bytes and as references. A form feed is white space, as a blank is.
_CONTROLS = bytes(range(0x20)).translate(None, b"\t\n\r") + b"\x7f"
_BLANKED = bytes.maketrans(_CONTROLS, b" " * len(_CONTROLS))
# Halves of surrogate pairs and U+FFFE, U+FFFF ("lost"): something is gone there, and it shows.
_REFERENCES = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|127)|x0*(?:[0-8bce]|1[0-9a-f]|7f)"
    r"|(?P<lost>0*(?:5529[6-9]|55[3-9]\d\d|56\d{3}|57[0-2]\d\d|573[0-3]\d|5734[0-3]|6553[45])"
    r"|x0*(?:d[89a-f][\da-f]{2}|fff[ef])))(?:;|(?![\da-f]))",
    re.IGNORECASE,
)
_REPLACEMENT = "\ufffd"


def without_controls(markup: str) -> bytes:
    """The markup as UTF-8: control characters as blanks, what is no character as U+FFFD."""
    if "&#" in markup:
        markup = _REFERENCES.sub(lambda found: _REPLACEMENT if found["lost"] else " ", markup)
    if "\ufffe" in markup or "\uffff" in markup:
        markup = markup.replace("\ufffe", _REPLACEMENT).replace("\uffff", _REPLACEMENT)
    return markup.encode("utf-8", "replace").translate(_BLANKED)
