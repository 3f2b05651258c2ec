"""Headers that lie: validators, statuses, types, charsets, counters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.hostile.faults import Fault, Must, answers, page, sound_article
from tests.hostile.wire import Exchange
from tests.support.news import article_body

READ = Must(("done", ""), ("done",), good=4, requests=8)
CALM = Must(None, ("done", "failed"), requests=8)


def _dated(days: float):  # type: ignore[no-untyped-def] # a handler
    async def handler(x: Exchange) -> None:
        when = format_datetime(datetime.now(UTC) + timedelta(days=days), usegmt=True)
        status = 304 if x.request.header("if-modified-since") else 200
        await x.reply(
            status, sound_article(9) if status == 200 else b"", (("Last-Modified", when),)
        )

    return handler


async def _etag(x: Exchange) -> None:
    status = 304 if x.request.header("if-none-match") else 200
    body = sound_article(x.hit + 8) if status == 200 else b""
    await x.reply(status, body, (("ETag", '"always"'),))


async def _counters(x: Exchange) -> None:
    counter = (
        f"<ul class='counter'><li>Đang truy cập{x.hit * 7}</li><li>Hôm nay{x.hit * 99}</li></ul>"
    )
    await x.reply(200, page(article_body(9) + counter, f"<title>Bài {x.random.random()}</title>"))


def _typed(name: str, does: str, type_: str, must: Must = CALM, body: bytes | str = "") -> Fault:
    return Fault(name, does, must, answers(body or sound_article(9), type=type_))


FAULTS = (
    Fault("etag-fixed", "the same ETag for changing pages", READ, _etag),
    Fault(
        "modified-yesterday",
        "Last-Modified is always yesterday, 304 to whoever asks",
        READ,
        _dated(-1),
    ),
    Fault("modified-tomorrow", "Last-Modified lies in the future", READ, _dated(400)),
    Fault(
        "not-modified-unasked",
        "304 without being asked",
        Must(("failed", "HTTP 304"), requests=8),
        answers(b"", 304),
    ),
    Fault(
        "partial-unasked",
        "206 without being asked: half a page is none",
        Must(("failed", "HTTP 206"), requests=8),
        answers(sound_article(9)[:900], 206, (("Content-Range", "bytes 0-899/9000"),)),
    ),
    Fault("counters", "counters and a title that change on every hit", READ, _counters),
    _typed("html-as-image", "a page with the type image/png", "image/png"),
    _typed(
        "html-as-bytes", "a page with the type application/octet-stream", "application/octet-stream"
    ),
    _typed("html-without-type", "a page without a type", "", READ),
    _typed("type-of-junk", "a type of rubbish", ';;;charset=""\';/html', CALM),
    _typed(
        "image-as-html",
        "a picture with the type text/html",
        "text/html",
        CALM,
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 200,
    ),
    _typed(
        "pdf-as-html",
        "a PDF with the type text/html",
        "text/html",
        CALM,
        b"%PDF-1.4\n" + b"\0\1\2\3" * 5000,
    ),
    _typed(
        "zip-as-html",
        "an archive with the type text/html",
        "text/html",
        CALM,
        b"PK\x03\x04" + bytes(range(256)) * 90,
    ),
    _typed(
        "charset-idna",
        "charset=idna, which Python knows as a codec",
        "text/html; charset=idna",
        READ,
    ),
    _typed("charset-codec", "charset=base64_codec", "text/html; charset=base64_codec", READ),
    _typed("charset-wrong", "UTF-8 declared as UTF-16", "text/html; charset=utf-16", CALM),
    _typed("charset-unknown", "a charset nobody knows", "text/html; charset=khong-co", READ),
    _typed("charset-latin", "UTF-8 declared as ISO-8859-1", "text/html; charset=iso-8859-1", CALM),
    _typed(
        "bytes-broken",
        "UTF-8 with broken bytes",
        "text/html; charset=utf-8",
        CALM,
        sound_article(9).encode().replace("ủ".encode(), b"\xe1\xbb"),
    ),
    _typed(
        "nul-bytes",
        "a page full of NUL",
        "text/html; charset=utf-8",
        CALM,
        sound_article(9).encode().replace(b"<p>", b"<p>\0\0"),
    ),
    _typed(
        "download",
        "a page as an attachment",
        "text/html; charset=utf-8\r\nContent-Disposition: attachment; filename=../../etc/passwd",
        CALM,
    ),
    Fault(
        "article-is-feed",
        "a feed where an article should be",
        Must(portal=("done", "failed"), requests=10),  # and the page that the feed names
        answers(
            "<?xml version='1.0'?><rss version='2.0'><channel><item><link>/x-12345.html</link>"
            "</item></channel></rss>",
            type="application/rss+xml",
        ),
    ),
    Fault(
        "feed-is-html",
        "a page where a feed should be",
        CALM,
        answers(sound_article(9)),
        path="/rss/",
    ),
    Fault(
        "robots-is-binary",
        "robots.txt of random bytes",
        Must(None, ("done", "failed"), good=0, requests=12),
        answers(bytes(range(256)) * 50, type="text/plain"),
        path="/robots.txt",
        linked=False,
    ),
    Fault(
        "robots-is-huge",
        "a robots.txt of 6 MB: its first 500 KB count",
        Must(("done", "rules"), ("done",), requests=12),
        answers(
            "User-agent: *\nDisallow: /khong/\n" + "# chú thích dài\n" * 350_000, type="text/plain"
        ),
        path="/robots.txt",
        linked=False,
    ),
    Fault(
        "robots-heavy",
        "a robots.txt of 30,000 rules with stars",
        Must(("done", "rules"), ("done", "failed"), requests=12),
        answers(
            "User-agent: *\n" + "".join(f"Disallow: /*{n}*a*b*c*d$\n" for n in range(20_000)),
            type="text/plain",
        ),
        path="/robots.txt",
        linked=False,
    ),
    Fault(
        "robots-delay-absurd",
        "Crawl-delay: 1e308, nan and -5",
        Must(("done", "rules"), ("done", "deferred", "failed"), good=0, requests=12),
        answers("User-agent: *\nCrawl-delay: nan\nCrawl-delay: -5\nDisallow:\n", type="text/plain"),
        path="/robots.txt",
        linked=False,
    ),
)
