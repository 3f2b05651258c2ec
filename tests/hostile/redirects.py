"""Ways to send a crawler where it must not go: private addresses, other schemes, endless chains."""

from __future__ import annotations

from tests.hostile.faults import Fault, Must, answers, good_paths, page, path_of, redirects
from tests.hostile.wire import Exchange
from tests.support.news import list_body

# The host of each target as it stands in the address; {host} is the site's own.
SPELLINGS = {
    "plain": "127.0.0.1",
    "decimal": "2130706433",
    "hex": "0x7f000001",
    "hex-dotted": "0x7f.0x0.0x0.0x1",
    "octal": "0177.0.0.1",
    "octal-whole": "017700000001",
    "short": "127.1",
    "shorter": "127.0.1",
    "zero": "0",
    "this-host": "0.0.0.0",
    "loopback-other": "127.66.0.1",
    "mapped": "[::ffff:127.0.0.1]",
    "mapped-hex": "[::ffff:7f00:1]",
    "compatible": "[::127.0.0.1]",
    "six": "[::1]",
    "six-any": "[::]",
    "six-link": "[fe80::1]",
    "six-link-zone": "[fe80::1%25lo]",
    "six-local": "[fd00::1]",
    "nat64": "[64:ff9b::7f00:1]",
    "six-to-four": "[2002:7f00:1::]",
    "metadata": "169.254.169.254",
    "metadata-decimal": "2852039166",
    "metadata-name": "metadata.google.internal",
    "ten": "10.0.0.1",
    "seventeen-two": "172.16.0.1",
    "nineteen-two": "192.168.0.1",
    "carrier": "100.64.0.1",
    "localhost": "localhost",
    "localhost-dot": "localhost.",
    "dot": "127.0.0.1.",
    "digits-wide": "１２７.０.０.１",
    "digits-circled": "①②⑦.⓪.⓪.①",
    "full-stop": "127。0。0。1",
    "full-stop-half": "127｡0｡0｡1",
    "escaped": "%31%32%37.0.0.1",
    "name-inside": "inside.hostile.test",
    "name-mixed": "mixed.hostile.test",
    "user": "{host}@127.0.0.1",
    "user-password": "{host}:80@127.0.0.1",
}
# What the spelled names are in the DNS of these tests; the crawl's own resolver asks it.
NAMES = {
    "localhost": ["127.0.0.1"],
    "metadata.google.internal": ["169.254.169.254"],
    "inside.hostile.test": ["127.0.0.1"],
    "mixed.hostile.test": ["127.77.0.1", "127.0.0.1"],
    "www.www-inside.hostile.test": ["127.0.0.1"],
    "www.www-mixed.hostile.test": ["127.77.0.1", "127.0.0.1"],
}
# A browser takes these for other hosts than a parser of addresses does; whatever they are taken
# for, nothing private may be asked.
TRICKS = {
    "backslash": "http://127.0.0.1:{port}\\@{host}:{port}/x-12345.html",
    "fragment": "http://{host}:{port}#@127.0.0.1:{port}/x-12345.html",
    "two-ats": "http://a@127.0.0.1:{port}@{host}:{port}/x-12345.html",
    "no-scheme": "//127.0.0.1:{port}/x-12345.html",
    "one-slash": "http:/127.0.0.1:{port}/x-12345.html",
    "three-slashes": "http:///127.0.0.1:{port}/x-12345.html",
    "tab-inside": "http://127.0\t.0.1:{port}/x-12345.html",
    "newline-escaped": "http://127.0.0.1%0d%0a:{port}/x-12345.html",
    "port-junk": "http://127.0.0.1:{port}abc/x-12345.html",
    "port-huge": "http://127.0.0.1:99999/x-12345.html",
}
SCHEMES = {
    "file": "file:///etc/passwd",
    "file-host": "file://localhost/etc/passwd",
    "ftp": "ftp://127.0.0.1:{port}/x",
    "data": "data:text/html,<h1>x</h1>",
    "javascript": "javascript:alert(1)",
    "gopher": "gopher://127.0.0.1:{port}/_GET%20/",
    "dict": "dict://127.0.0.1:{port}/x",
    "jar": "jar:http://127.0.0.1:{port}/x!/y",
    "view-source": "view-source:http://127.0.0.1:{port}/",
    "s3": "s3://bucket/key",
}
# A portal most of whose pages have moved away is suspect, and rightly so.
AWAY = Must(("failed", "moved to .*|bad redirect"), ("done", "failed", "suspect"), requests=120)
NOWHERE = Must(None, ("done", "failed", "suspect"), requests=120)
LEFT = Must(("done", "redirect"), ("failed",), good=0, requests=4)


def _target(spelling: str, path: str) -> str:
    return f"http://{SPELLINGS[spelling]}:{{port}}{path}"


def _all_targets(suffix: str = ".html") -> list[str]:
    targets = [_target(name, f"/{name}-12345{suffix}") for name in SPELLINGS]
    return [*targets, *TRICKS.values(), *SCHEMES.values()]


def _refresh(target: str):  # type: ignore[no-untyped-def] # a handler
    async def handler(x: Exchange) -> None:
        tag = f'<meta http-equiv="refresh" content="0; url={x.fill(target)}">'
        await x.reply(200, page("", tag))

    return handler


async def _sitemap(x: Exchange) -> None:
    urls = "".join(
        f"<url><loc>{x.fill(t).replace('<', '&lt;')}</loc></url>" for t in _all_targets()
    )
    await x.reply(200, f"<?xml version='1.0'?><urlset>{urls}</urlset>", type="application/xml")


async def _sitemap_index(x: Exchange) -> None:
    maps = "".join(
        f"<sitemap><loc>{x.fill(_target(name, '/sitemap.xml'))}</loc></sitemap>"
        for name in SPELLINGS
    )
    await x.reply(200, f"<?xml version='1.0'?><sitemapindex>{maps}</sitemapindex>", type="text/xml")


async def _external_entity(x: Exchange) -> None:
    feed = (
        '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd">'
        '<!ENTITY % p SYSTEM "http://127.0.0.1:{port}/p.dtd"> %p;]><rss version="2.0"><channel>'
        "<item><title>&f;</title><link>/tin-tuc/&f;-12345.html</link></item></channel></rss>"
    )
    await x.reply(200, x.fill(feed), type="application/rss+xml")


async def _feed(x: Exchange) -> None:
    items = "".join(
        f"<item><title>Tin</title><link>{x.fill(t).replace('<', '&lt;')}</link>"
        f"<enclosure url='{x.fill(_target('plain', '/a.jpg'))}' type='image/jpeg'/></item>"
        for t in _all_targets()
    )
    await x.reply(
        200,
        f"<?xml version='1.0'?><rss version='2.0'><channel>{items}</channel></rss>",
        type="application/rss+xml",
    )


async def _images(x: Exchange) -> None:
    from tests.support.news import article_body  # noqa: PLC0415

    tags = "".join(
        f'<p><img src="{x.fill(t)}" srcset="{x.fill(t)} 2x" data-src="{x.fill(t)}">'
        f'<a href="{x.fill(t)}">tệp</a><iframe src="{x.fill(t)}"></iframe></p>'
        for t in _all_targets(".jpg")
    )
    base = x.fill('<base href="http://127.0.0.1:{port}/"><link rel="stylesheet" href="/x.css">')
    await x.reply(200, page(article_body(9) + tags, base))


async def _anchors(x: Exchange) -> None:
    items = "".join(
        f'<li><h3><a href="{x.fill(t)}">Một bài viết dài ở nơi khác số {n}</a></h3></li>'
        for n, t in enumerate(_all_targets())
    )
    canonical = x.fill('<link rel="canonical" href="http://127.0.0.1:{port}/">')
    following = x.fill("<a rel='next' href='http://127.0.0.1:{port}/page-2/'>»</a>")
    await x.reply(200, page(f"<ul>{items}</ul>{list_body(good_paths())}{following}", canonical))


async def _robots_sitemaps(x: Exchange) -> None:
    lines = [f"Sitemap: {x.fill(_target(name, '/sitemap.xml'))}" for name in SPELLINGS]
    await x.reply(200, "\n".join(["User-agent: *", "Disallow:", *lines]), type="text/plain")


async def _loop(x: Exchange) -> None:
    await x.reply(302, b"", (("Location", x.request.path),))


async def _chain(x: Exchange) -> None:
    number = int(x.request.path.rpartition("/")[2] or 0) if "/chuoi/" in x.request.path else 0
    await x.reply(302, b"", (("Location", f"/chuoi/{number + 1}"),))


async def _growing(x: Exchange) -> None:
    await x.reply(302, b"", (("Location", f"{x.request.path}?{x.request.path[:300]}{x.hit}"),))


async def _robots_chain(x: Exchange) -> None:
    number = int("".join(filter(str.isdigit, x.request.path)) or 0)
    await x.reply(301, b"", (("Location", f"/r{number + 1}.txt"),))


PRIVATE = (
    *(
        Fault(
            f"to-{name}",
            f"redirects to {host}",
            AWAY,
            redirects(_target(name, "/x-12345.html")),
            site="redirects",
        )
        for name, host in SPELLINGS.items()
    ),
    *(
        Fault(f"trick-{name}", f"redirects to {target}", NOWHERE, redirects(target), site="tricks")
        for name, target in TRICKS.items()
    ),
    *(
        Fault(
            f"refresh-{name}",
            f"meta refresh to {host}",
            AWAY if "digits-circled" not in name else NOWHERE,
            _refresh(_target(name, "/x-12345.html")),
            site="refreshes",
        )
        for name, host in SPELLINGS.items()
    ),
    *(
        Fault(
            f"robots-to-{name}",
            f"robots.txt redirects to {host}, which is followed to any host and must not be there",
            LEFT,
            redirects(_target(name, "/robots.txt")),
            path="/robots.txt",
            linked=False,
        )
        for name, host in SPELLINGS.items()
    ),
)

CARRIERS = (
    Fault(
        "sitemap-private",
        "a sitemap of private addresses",
        Must(("done", ""), ("done",), requests=10),
        _sitemap,
        path="/sitemap.xml",
        linked=False,
    ),
    Fault(
        "sitemap-index-private",
        "a sitemap index of private addresses",
        Must(("done", ""), ("done",), requests=8),
        _sitemap_index,
        path="/sitemap.xml",
        linked=False,
    ),
    Fault(
        "feed-private",
        "a feed of private addresses",
        Must(("done", ""), ("done",), requests=10),
        _feed,
        path="/rss/",
    ),
    Fault(
        "feed-entities",
        "a feed whose entities are files and private addresses",
        Must(None, ("done", "failed"), requests=9),
        _external_entity,
        path="/rss/",
    ),
    Fault(
        "images-private",
        "an article whose images, files and frames are private",
        Must(("done", ""), ("done",), good=4, requests=8),
        _images,
    ),
    Fault(
        "links-private",
        "a list of private addresses, as canonical and next page too",
        Must(("done", ".*"), ("done",), requests=10),
        _anchors,
        path="/chuyen-muc-tin-tuc/page-1/",
    ),
    Fault(
        "robots-sitemaps-private",
        "a robots.txt that names sitemaps at private addresses",
        Must(("done", "rules"), ("done",), requests=8),
        _robots_sitemaps,
        path="/robots.txt",
        linked=False,
    ),
)

NAMED = (
    Fault(
        "www-inside",
        "redirects to its www. name, which is its own and leads to 127.0.0.1",
        Must(None, ("failed",), requests=8),
        redirects("http://www.{host}:{port}/x-12345.html"),
    ),
    Fault(
        "www-mixed",
        "the same with a public and a private address",
        Must(None, ("failed",), requests=8),
        redirects("http://www.{host}:{port}/x-12345.html"),
    ),
    Fault(
        "rebind",
        "a name that is public when it is looked up and private when it is connected to",
        Must(None, ("failed",), good=0, requests=0),
        answers(page("<p>x</p>")),
    ),
)

OTHER_SCHEMES = tuple(
    Fault(
        f"scheme-{name}",
        f"redirects to {target}",
        Must(("failed", "bad redirect"), ("failed",), requests=60),
        redirects(target),
        site="schemes",
    )
    for name, target in SCHEMES.items()
)

CHAINS = (
    Fault(
        "redirect-self",
        "redirects to itself",
        Must(("done", "redirect"), ("done", "failed"), requests=10),
        _loop,
    ),
    Fault(
        "redirect-chain",
        "redirects without end",
        Must(None, ("done", "failed"), requests=14),
        _chain,
        more={"/chuoi/*": _chain},
    ),
    Fault(
        "redirect-grows",
        "redirects to ever longer addresses",
        Must(None, ("done", "failed"), requests=14),
        _growing,
    ),
    Fault(
        "redirect-nowhere",
        "302 without Location",
        Must(("failed", "bad redirect|HTTP 302"), requests=8),
        answers(b"", 302),
    ),
    Fault(
        "redirect-empty",
        "302 with an empty Location",
        Must(("failed", "bad redirect|HTTP 302|too many redirects"), requests=8),
        answers(b"", 302, (("Location", ""),)),
    ),
    Fault(
        "redirect-two-ways",
        "302 with two Locations",
        Must(None, ("done", "failed"), requests=8),
        answers(
            b"", 302, (("Location", "/tin-tuc/mot-12345.html"), ("Location", "http://127.0.0.1/"))
        ),
    ),
    Fault(
        "redirect-home",
        "an article sent to the home page: it is gone",
        Must(("failed", "gone"), ("done",), requests=8),
        redirects("/"),
    ),
    Fault(
        "refresh-self",
        "a meta refresh to itself",
        Must(None, ("done", "failed"), requests=10),
        _refresh(path_of("refresh-self")),
    ),
    Fault(
        "robots-loop",
        "robots.txt that redirects to itself",
        Must(None, ("failed", "done"), good=0, requests=20),
        _loop,
        path="/robots.txt",
        linked=False,
    ),
    Fault(
        "robots-chain",
        "robots.txt that redirects without end",
        Must(None, ("failed", "done"), good=0, requests=20),
        _robots_chain,
        path="/robots.txt",
        linked=False,
        more={"/r*": _robots_chain},
    ),
    Fault(
        "robots-to-home",
        "robots.txt that redirects to the home page: there is none",
        Must(("done", "allow"), ("done",), requests=12),
        redirects("/"),
        path="/robots.txt",
        linked=False,
    ),
    Fault(
        "robots-to-file",
        "robots.txt that redirects to file:",
        Must(None, ("failed", "done"), good=0, requests=12),
        redirects("file:///etc/robots.txt"),
        path="/robots.txt",
        linked=False,
    ),
)

FAULTS = (*PRIVATE, *CARRIERS, *NAMED, *OTHER_SCHEMES, *CHAINS)
