"""khotin's own crawl settings as data: name, default, unit and reason in one table.

settings.py, `khotin crawl`, docs/crawling.md and the tests read this table. Scrapy's settings
that we change are in settings.py.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from crawler.errors import UsageError

PREFIX = "KHOTIN_"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name without the prefix, its default, and why it exists."""

    name: str
    default: Any
    reason: str


SETTINGS: tuple[Setting, ...] = (
    Setting("CONTACT", "", "address in the User-Agent by which a portal's keeper reaches us"),
    Setting("ALLOW_PRIVATE", False, "crawl loopback and private addresses: tests, demo, intranets"),
    Setting(
        "DELAY_PUBLIC_S",
        2.5,
        "between requests to one public address; NukeViet refuses 40 in 60 s or 150 in 300 s",
    ),
    Setting("DELAY_LOOPBACK_S", 0.0, "the same on loopback, where only tests and demos live"),
    Setting("DELAY_MARGIN_S", 0.05, "added to every delay: a server saw 0.996 s for 1 s"),
    Setting("CRAWL_DELAY_MAX_S", 60.0, "a larger Crawl-delay is cut to this"),
    Setting("PACE_MAX_S", 60.0, "to this a host's delay may double by block pages, 429 and 503"),
    Setting(
        "PACE_GOOD_ANSWERS", 20, "good answers in a row that halve a raised delay; so does a day"
    ),
    Setting(
        "QUIET_HOURS",
        "",
        "times at +07:00 in which no host is asked, like 07:30-11:30,13:00-17:00",
    ),
    Setting("DNS_THREADS", 32, "threads that resolve names, so that dead names block no live one"),
    Setting("DNS_TIMEOUT_S", 15.0, "a name that takes longer counts as not found"),
    Setting("DNS_POSITIVE_S", 3600.0, "an address is asked for again after this: portals move"),
    Setting("DNS_NEGATIVE_S", 10.0, "a name that was not found is not asked for again before"),
    Setting(
        "ANSWER_TIMEOUT_S", 30.0, "one answer, drips included; a silent host holds itself only"
    ),
    Setting("HEADER_MAX_BYTES", 64 * 1024, "the head of one answer, interim heads counted too"),
    Setting("BODY_MAX_BYTES", 8 * 1024 * 1024, "a body as received; it costs three times its size"),
    Setting(
        "FLIGHT_MAX_BYTES",
        32 * 1024 * 1024,
        "of bodies under way and in work, of all hosts; beyond it only the oldest is received",
    ),
    Setting("CONNECTIONS_MAX", 400, "requests under way; an open one costs about 130 kB"),
    Setting("DECODED_MAX_BYTES", 16 * 1024 * 1024, "a small body may not unpack to gigabytes"),
    Setting("RETRY_ATTEMPTS", 4, "requests for one address before it is recorded as failed"),
    Setting("RETRY_BASE_S", 10.0, "first wait before asking again; it doubles each time"),
    Setting("RETRY_AFTER_MAX_S", 86400.0, "a longer Retry-After is cut: a typing error, or spite"),
    Setting("RETRY_CAP_S", 3600.0, "longest wait of our own between two tries"),
    Setting("BLOCK_WAIT_S", 90.0, "wait after a block page: NukeViet's says up to 60 s"),
    Setting("ORIGIN_FAILURES", 4, "failed connections in a row: then a site is left"),
    Setting("ORIGIN_REFUSALS", 20, "answers of 5xx or 403 in a row: then a site is left"),
    Setting("PATIENCE_S", 300.0, "a run waits this long for what is due later, then ends deferred"),
    Setting("ROBOTS_EXPIRY_S", 86400.0, "robots.txt is asked for again after this"),
    Setting("ROBOTS_MAX_BYTES", 500 * 1024, "what is read of a robots.txt (RFC 9309)"),
    Setting("HOPS_MAX", 5, "redirects followed from one address, robots.txt included"),
    Setting("DEPTH_MAX", 12, "clicks from a start page; pages of one listing count once"),
    Setting("PATH_REPEATS_MAX", 3, "times one path segment may recur: broken relative links"),
    Setting("LINKS_MAX", 2000, "links that are followed from one page: more is a trap, and said"),
    Setting(
        "ENTRIES_MAX", 50_000, "entries taken from one feed or sitemap: the protocol's own limit"
    ),
    Setting("WALK_PAGES_MAX", 10000, "pages of one listing and run"),
    Setting(
        "FEEDS_MAX", 500, "feeds and sitemaps of one portal and run: they come before articles"
    ),
    Setting(
        "PORTAL_PAGES_MAX",
        50_000,
        "pages of one portal and run: a trap ends, after 35 h at 2.5 s; 0 is no limit",
    ),
    Setting(
        "PORTAL_SECONDS_MAX",
        172_800.0,
        "from the first request to a portal to its last in a run: one that drips ends; 0: no limit",
    ),
    Setting(
        "PORTAL_DAY_PAGES", 0, "pages of one portal and day of +07:00, over all runs; 0: no limit"
    ),
    Setting("PAGES_MAX", 0, "pages of the run; 0 is no limit"),
    Setting("SECONDS_MAX", 0.0, "seconds the run may take; 0 is no limit"),
    Setting(
        "DISK_MIN_BYTES",
        500 * 1024 * 1024,
        "free on the archive's disk, else the run ends: a full disk stops others too; 0: no limit",
    ),
    Setting("REVISITS_MAX", 200, "stored articles of a portal and run that are looked at again"),
    Setting("FULL_VISIT_EVERY", 4, "each so many visits no page is asked whether it has changed"),
    Setting("VISIT_BASE_S", 86400.0, "between visits to a portal with one article a day"),
    Setting("VISIT_MIN_S", 21600.0, "least time between two visits, however much is published"),
    Setting("VISIT_MAX_S", 604800.0, "longest time between two visits: frozen portals vanish"),
    Setting("VISIT_RETRY_S", 21600.0, "first wait after a visit that went wrong; it doubles"),
    Setting(
        "WARC_MAX_BYTES",
        1024**3,
        "of one WARC file: the usual size, large enough and still movable",
    ),
    Setting("READERS", 0, "reader processes; 0 is one per core"),
    Setting("READER_TIMEOUT_S", 10.0, "a page that takes longer to read is killed and recorded"),
    Setting(
        "READER_MEMORY_BYTES",
        1024**3,
        "address space of one reader; parsing takes about twenty times the page",
    ),
    Setting(
        "READER_CPU_GRACE_S",
        2.0,
        "CPU seconds beyond the time-out, after which the system ends a reader by itself",
    ),
    Setting("READER_BACKLOG", 4, "pages that may wait per reader before fetching holds back"),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """The values of one run; the field names are the setting names in lower case."""

    contact: str
    allow_private: bool
    delay_public_s: float
    delay_loopback_s: float
    delay_margin_s: float
    crawl_delay_max_s: float
    pace_max_s: float
    pace_good_answers: int
    quiet_hours: str
    dns_threads: int
    dns_timeout_s: float
    dns_positive_s: float
    dns_negative_s: float
    answer_timeout_s: float
    header_max_bytes: int
    body_max_bytes: int
    flight_max_bytes: int
    connections_max: int
    decoded_max_bytes: int
    retry_attempts: int
    retry_base_s: float
    retry_after_max_s: float
    retry_cap_s: float
    block_wait_s: float
    origin_failures: int
    origin_refusals: int
    patience_s: float
    robots_expiry_s: float
    robots_max_bytes: int
    hops_max: int
    depth_max: int
    path_repeats_max: int
    links_max: int
    entries_max: int
    walk_pages_max: int
    feeds_max: int
    portal_pages_max: int
    portal_seconds_max: float
    portal_day_pages: int
    pages_max: int
    seconds_max: float
    disk_min_bytes: int
    revisits_max: int
    full_visit_every: int
    visit_base_s: float
    visit_min_s: float
    visit_max_s: float
    visit_retry_s: float
    warc_max_bytes: int
    readers: int
    reader_timeout_s: float
    reader_memory_bytes: int
    reader_cpu_grace_s: float
    reader_backlog: int

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Limits:
        """Limits from Scrapy settings (or a plain dict); what is missing has its default.

        Raises UsageError for a value of the wrong type, naming the setting.
        """
        values = {}
        for setting in SETTINGS:
            name = PREFIX + setting.name
            value = settings.get(name)
            values[setting.name.lower()] = _typed(
                name, setting.default if value is None else value, setting.default
            )
        return cls(**values)


def defaults() -> dict[str, Any]:
    """Every setting with its prefix, from the environment variable of that name or its default."""
    return {
        PREFIX + setting.name: os.environ.get(PREFIX + setting.name, setting.default)
        for setting in SETTINGS
    }


def _typed(name: str, value: Any, default: Any) -> Any:
    if isinstance(default, bool):
        return value if isinstance(value, bool) else str(value).lower() in ("1", "true", "yes")
    try:
        return type(default)(value)
    except (TypeError, ValueError) as error:
        wanted = "a whole number" if isinstance(default, int) else "a number"
        raise UsageError(f"{name} must be {wanted}, not {value!r}") from error


assert {field.name for field in fields(Limits)} == {s.name.lower() for s in SETTINGS}
