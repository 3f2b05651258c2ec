"""What a robots.txt answer means: rules, go, do not go, or ask again later. No network, no clock.

RFC 9309 with two choices on the careful side: 401 and 403 mean no, and what is not robots text
(a wait page with status 200, an HTML page) means ask again, not go.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from protego import Protego

USER_AGENT_TOKEN = "khotin"
Verdict = Literal["rules", "allow", "deny", "wait"]
_FIELD = re.compile(
    r"^\s*(user-?agent|disallow|allow|sitemap|crawl-?delay|host|request-rate|visit-time|noindex"
    r"|clean-param)\s*:",
    re.IGNORECASE | re.MULTILINE,
)
_MARKUP = re.compile(r"^\s*<|<!doctype|<html|<head|<body|<title", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RobotsDecision:
    """What one answer means for its origin. `text` only with "rules"."""

    verdict: Verdict
    reason: str
    text: str | None = None


@dataclass(frozen=True)
class RobotsRules:
    """The decision in force for one origin, until `expires_at` (Unix seconds)."""

    verdict: Verdict
    expires_at: float
    text: str = ""
    reason: str = ""

    @cached_property
    def _rules(self) -> Protego:
        return Protego.parse(self.text)

    def allows(self, url: str) -> bool:
        """Whether the address may be fetched; only "rules" and "allow" ever say yes."""
        if self.verdict == "rules":
            return bool(self._rules.can_fetch(url, USER_AGENT_TOKEN))
        return self.verdict == "allow"

    @property
    def crawl_delay_s(self) -> float:
        """Seconds between requests that the rules ask for; 0 when they ask for none."""
        delay = self._rules.crawl_delay(USER_AGENT_TOKEN) if self.verdict == "rules" else None
        return float(delay or 0)

    @property
    def sitemaps(self) -> list[str]:
        """Addresses in Sitemap lines, as written."""
        return list(self._rules.sitemaps) if self.verdict == "rules" else []


def decide(status: int, body: bytes, max_bytes: int) -> RobotsDecision:
    """The meaning of a final answer (not a redirect) for /robots.txt.

    `body` is after content decoding. 2xx: rules, if it is robots text. 401, 403: deny. Other 4xx:
    allow, there is no robots.txt. 429, 5xx and anything odd: wait.
    """
    if 200 <= status < 300:
        return _from_text(body, max_bytes)
    if status in (401, 403):
        return RobotsDecision("deny", f"robots.txt answered {status}")
    if 400 <= status < 500 and status != 429:
        return RobotsDecision("allow", f"robots.txt answered {status}")
    return RobotsDecision("wait", f"robots.txt answered {status}")


def _from_text(body: bytes, max_bytes: int) -> RobotsDecision:
    cut = body[:max_bytes]
    if len(body) > max_bytes:
        cut = cut[: cut.rfind(b"\n") + 1]  # half a line could say more, or less, than the whole
    text = cut.decode("utf-8-sig", "replace").replace("\x00", "")
    if not text.strip():
        return RobotsDecision("allow", "robots.txt is empty")
    if _MARKUP.search(text[:2048]) and not _FIELD.match(text):
        return RobotsDecision("wait", "a web page in place of robots.txt")
    return RobotsDecision("rules", "robots.txt", text)
