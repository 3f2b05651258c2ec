"""Text that SQLite takes: whatever a hostile page or an odd error message holds."""

from __future__ import annotations

import re
import unicodedata

# Half of a surrogate pair (a JSON answer may spell one out) cannot be written as UTF-8, and NUL
# ends a text for half of SQLite's functions. Both become the sign for "unreadable".
_UNSTORABLE = re.compile("[\ud800-\udfff\x00]")


def storable(text: str) -> str:
    """The text in NFC, with what no database can hold replaced by U+FFFD."""
    if not text.isascii():
        if not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)
    elif "\0" not in text:
        return text
    return _UNSTORABLE.sub("\ufffd", text)


def storable_or_none(text: str | None) -> str | None:
    """As storable(); None stays None."""
    return None if text is None else storable(text)
