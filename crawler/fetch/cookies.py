"""Cookies: one jar per portal and run, so that we count as one visitor, without theme cookies.

A request without cookies is a new visitor to NukeViet's public counters; a theme cookie would
turn all later pages into mobile markup. Which cookies to drop is in the platform's profile.
"""

from __future__ import annotations

import re
from collections import defaultdict
from http.cookiejar import DefaultCookiePolicy

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.cookies import CookieJar

PORTAL = "khotin_portal"  # request.meta key: the portal's id, one jar each
DROP_COOKIES = "khotin_drop_cookies"  # request.meta key: regexes on cookie names
MAX_COOKIE_CHARS = 4096  # of name and value; browsers drop larger ones, servers refuse them
MAX_COOKIES = 50  # a jar beyond this is emptied: a site that sets random names


class PortalCookies:
    """Downloader middleware: Cookie on the way out, Set-Cookie on the way in."""

    def __init__(self) -> None:
        policy = DefaultCookiePolicy(
            # A cookie goes back only to the very host that set it: portals of one province
            # share a parent domain and are different sites.
            strict_ns_domain=DefaultCookiePolicy.DomainStrict,
            strict_domain=True,
        )
        self._jars: dict[str, CookieJar] = defaultdict(lambda: CookieJar(policy))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PortalCookies:
        return cls()

    def process_request(self, request: Request) -> None:
        """Add the portal's cookies to a request."""
        self._jars[request.meta.get(PORTAL, "")].add_cookie_header(request)

    def process_response(self, request: Request, response: Response) -> Response:
        """Keep what the response sets, except cookies that choose a theme."""
        if b"Set-Cookie" in response.headers:
            jar = self._jars[request.meta.get(PORTAL, "")]
            jar.extract_cookies(response, request)
            drop: tuple[re.Pattern[str], ...] = request.meta.get(DROP_COOKIES, ())
            cookies = list(jar)
            for cookie in cookies:
                large = len(cookie.name) + len(cookie.value or "") > MAX_COOKIE_CHARS
                if large or any(pattern.search(cookie.name) for pattern in drop):
                    jar.clear(cookie.domain, cookie.path, cookie.name)
            if len(cookies) > MAX_COOKIES:
                jar.clear()
        return response
