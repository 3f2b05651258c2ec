"""Stamps that many articles of a portal share: mostly the minute of an import, not of publishing.

One page cannot show it, so it is asked of the archive at the end of a run.
"""

from __future__ import annotations

from crawler.archive.db import Archive

# Articles with one stamp to the minute. An office that publishes what has gathered manages two
# or three in a minute; an import writes dozens.
SHARED_BY = 5

_FLAG_SHARED = """
UPDATE articles SET flags = json_insert(flags, '$[#]', 'stamp_suspect')
WHERE portal_id = :portal AND published_at IN (
    SELECT published_at FROM articles WHERE portal_id = :portal
    GROUP BY published_at HAVING count(*) >= :shared_by)
  AND published_precision = 'minute'
  AND NOT EXISTS (
    SELECT 1 FROM json_each(articles.flags) WHERE value IN ('stamp_suspect', 'relative'))
"""


def flag_shared_stamps(archive: Archive, portal_id: str) -> int:
    """Flag `stamp_suspect` where a portal's articles share a stamp; how many were flagged anew.

    Days are shared by nature, and times counted back from the visit say nothing. The stamps
    stay as they are, and no version is added: the portal changed nothing.
    """
    with archive.atomic() as db:
        values = {"portal": portal_id, "shared_by": SHARED_BY}
        return db.conn.execute(_FLAG_SHARED, values).rowcount
