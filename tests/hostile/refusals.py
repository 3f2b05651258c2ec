"""Sites that ask to wait, refuse or challenge, rightly or absurdly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.hostile.faults import Fault, Handler, Must, answers, page, sound_article
from tests.hostile.wire import Exchange

# NukeViet's flood blocker: status 200, in place of any page, feed or robots.txt.
WAIT_PAGE = (
    "<!DOCTYPE html><html><head><meta charset='utf-8'><title>Hãy đợi...</title></head><body>"
    "<div class='floodblocker'>Hệ thống đang từ chối truy cập của bạn. Hãy đợi 59 giây</div>"
    "</body></html>"
)
CHALLENGE = page(
    "<h1>Just a moment...</h1><p>Enable JavaScript and cookies to continue</p>",
    "<title>Just a moment...</title>",
)
READ = Must(("done", ""), ("done",), good=4, requests=8)
LATER = Must(("pending", "HTTP (429|503)"), ("deferred",), good=0, requests=8)
SOON = Must(("failed", "HTTP (429|503)"), ("failed",), requests=12)


def _once(status: int, retry_after: str, then: str | None = None) -> Handler:
    async def handler(x: Exchange) -> None:
        if x.hit == 1:
            await x.reply(status, page("<p>chờ</p>"), (("Retry-After", retry_after),))
        else:
            await x.reply(200, then or sound_article(9))

    return handler


def _always(status: int, retry_after: str) -> Handler:
    return answers(page("<p>chờ</p>"), status, (("Retry-After", retry_after),))


async def _date(x: Exchange) -> None:
    when = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    if x.hit == 1:
        await x.reply(429, b"", (("Retry-After", when),))
    else:
        await x.reply(200, sound_article(9))


async def _wait_once(x: Exchange) -> None:
    if x.hit == 1:
        await x.reply(200, WAIT_PAGE)
    elif x.request.path == "/robots.txt":
        await x.reply(200, "User-agent: *\nDisallow:\n", type="text/plain")
    else:
        await x.reply(200, sound_article(9))


async def _cookies(x: Exchange) -> None:
    odd = (
        "a=1; path=/", "a=2; path=/", "=novalue", "; ; ;", "", "b", "c=; expires=Thu, 99 Foo 9999",
        "d=1; Max-Age=99999999999999999999", "e=1; Max-Age=-1", "f=1; domain=.vn", "g=ữ; path=/",
        "h=1; domain=127.0.0.1", "i=\x01\x02", 'j="unclosed', "k=1; path=/; Secure; HttpOnly; X=Y",
        "l=" + "x" * 5_000, "m=1; version=abc; port=\"80,zz\"", "n=1; expires=", "__Host-o=1",
    )  # fmt: skip
    await x.reply(200, sound_article(9), tuple(("Set-Cookie", value) for value in odd))


async def _cookie_flood(x: Exchange) -> None:
    many = tuple(("Set-Cookie", f"c{n}-{x.random.getrandbits(30)}=1") for n in range(900))
    await x.reply(200, sound_article(9), many)


async def _cookie_large(x: Exchange) -> None:
    await x.reply(200, sound_article(9), (("Set-Cookie", f"big={'y' * 60_000}; path=/"),))


WAITS = (
    Fault("wait-seconds", "429 with Retry-After: 1, then the page", READ, _once(429, "1")),
    Fault("wait-date", "429 with the date in two seconds, then the page", READ, _date),
    Fault("wait-503", "503 with Retry-After: 1, then the page", READ, _once(503, "1")),
    Fault("wait-zero", "429 with Retry-After: 0: not at once", READ, _once(429, "0")),
    Fault(
        "wait-past", "429 with a date long gone", READ, _once(429, "Mon, 01 Jan 2001 00:00:00 GMT")
    ),
    Fault("wait-negative", "429 with Retry-After: -5", READ, _once(429, "-5")),
    Fault("wait-junk", "429 with Retry-After: soon", READ, _once(429, "soon")),
    Fault("wait-float", "429 with Retry-After: 0.5", READ, _once(429, "0.5")),
    Fault(
        "wait-ten-years",
        "429 with ten years in seconds: a day at most, or the host is lost",
        LATER,
        _always(429, "315360000"),
    ),
    Fault("wait-eons", "429 with a number of thirty digits", LATER, _always(429, "9" * 30)),
    Fault(
        "wait-year-9999",
        "503 with the last date there is",
        LATER,
        _always(503, "Fri, 31 Dec 9999 23:59:59 GMT"),
    ),
    Fault(
        "wait-date-junk",
        "503 with a date that is none",
        SOON,
        _always(503, "Fri, 99 Foo 12345 99:99:99 GMT"),
    ),
    Fault("wait-always", "429 for ever without Retry-After", SOON, answers(b"", 429)),
)

BLOCKS = (
    Fault(
        "error-500",
        "500 for one article",
        Must(("failed", "HTTP 500")),
        answers(page("<p>lỗi</p>"), 500),
    ),
    Fault("error-503", "503 without Retry-After", SOON, answers(b"", 503)),
    Fault(
        "challenge-403",
        "a challenge with status 403",
        Must(("failed", "HTTP 403")),
        answers(CHALLENGE, 403),
    ),
    Fault(
        "login-401",
        "a page behind a password",
        Must(("failed", "HTTP 401")),
        answers(b"", 401, (("WWW-Authenticate", "Basic realm=x"),)),
    ),
    Fault("teapot", "418", Must(("failed", "HTTP 418"), requests=8), answers(b"", 418)),
    Fault(
        "wait-page",
        "NukeViet's wait page in place of an article, for ever",
        Must(("failed", "block page"), requests=12),
        answers(WAIT_PAGE),
    ),
    Fault("wait-page-once", "NukeViet's wait page once", READ, _wait_once),
    Fault(
        "wait-page-feed",
        "NukeViet's wait page in place of a feed",
        Must(("failed", "block page"), requests=12),
        answers(WAIT_PAGE),
        path="/rss/",
    ),
    Fault(
        "wait-page-sitemap",
        "NukeViet's wait page in place of a sitemap",
        Must(("failed", "block page"), requests=12),
        answers(WAIT_PAGE),
        path="/sitemap.xml",
        linked=False,
    ),
    Fault(
        "wait-page-robots",
        'NukeViet\'s wait page in place of robots.txt: not "allow all"',
        Must(("failed", "block page"), good=0, requests=4),
        answers(WAIT_PAGE),
        path="/robots.txt",
        linked=False,
    ),
    Fault(
        "wait-page-robots-once",
        "the same, once",
        Must(("done", "rules"), ("done",), requests=9),
        _wait_once,
        path="/robots.txt",
        linked=False,
    ),
    Fault(
        "robots-401",
        "robots.txt behind a password: no",
        Must(("done", "deny"), ("failed", "done"), good=0, requests=2),
        answers(b"", 401),
        path="/robots.txt",
        linked=False,
    ),
    Fault(
        "robots-403",
        "robots.txt refused: no",
        Must(("done", "deny"), ("failed", "done"), good=0, requests=2),
        answers(b"", 403),
        path="/robots.txt",
        linked=False,
    ),
    Fault(
        "robots-500",
        "robots.txt broken: wait",
        Must(("failed", "HTTP 500"), good=0, requests=4),
        answers(b"", 500),
        path="/robots.txt",
        linked=False,
    ),
    Fault(
        "robots-429",
        "robots.txt that asks to wait for ten years",
        Must(("pending", "HTTP 429"), ("deferred",), good=0, requests=4),
        _always(429, "315360000"),
        path="/robots.txt",
        linked=False,
    ),
    Fault(
        "robots-404",
        "no robots.txt",
        Must(("done", "allow"), ("done",), requests=9),
        answers(b"", 404),
        path="/robots.txt",
        linked=False,
    ),
)

COOKIES = (
    Fault("cookies-odd", "cookies twice, empty and broken", READ, _cookies),
    Fault("cookies-900", "900 cookies", READ, _cookie_flood),
    Fault("cookie-large", "a cookie of 60 KB: never sent back", READ, _cookie_large),
)

FAULTS = (*WAITS, *BLOCKS, *COOKIES)
