"""Addresses: one spelling for one resource, and the parts that politeness is keyed by."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
MAX_URL_CHARS = 4096  # longer ones are traps or broken markup; browsers stop at about 2,000
_SAFE_PATH = "/%:@!$&'()*+,;=~-._[]"
_SAFE_QUERY = _SAFE_PATH + "?"
_PERCENT = re.compile(r"%([0-9a-fA-F]{2})")
_BAD_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PLAIN = re.compile(r"[A-Za-z0-9/:@!$&'()*+,;=~\-._?]*")
_CONTROLS = re.compile(r"[\x00-\x20\x7f]+")


def normalise(url: str, base: str | None = None) -> str | None:
    """The absolute http(s) address in its normal spelling, or None if it is not one.

    Host in lower case and IDNA, default port, user name and fragment dropped, dot segments
    resolved, percent-encoding in upper case with unreserved characters decoded and everything
    that is not ASCII encoded as UTF-8. The path's case and the query stay as they are.
    """
    if len(url) > MAX_URL_CHARS:
        return None  # before it is remembered: a page may hold megabytes of such
    if base and url.startswith("/") and not url.startswith("//"):
        # The same menu stands on every page of a portal: its answers are worth keeping.
        base = base[: base.find("/", base.find("://") + 3) + 1] or base
    return _normalise(url, base)


@lru_cache(maxsize=16_384)
def _normalise(url: str, base: str | None) -> str | None:
    url = url.strip().replace("\\", "/") if "://" not in url[:12] else url.strip()
    try:
        parts = urlsplit(urljoin(base, url) if base else url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in DEFAULT_PORTS or not host:
        return None
    host_text = _host(host)
    if host_text is None:
        return None
    if port is not None and port != DEFAULT_PORTS[parts.scheme]:
        host_text = f"{host_text}:{port}"
    try:
        path = _dots(_encode(parts.path or "/", _SAFE_PATH))
        query = _encode(parts.query, _SAFE_QUERY)
    except UnicodeEncodeError:  # half a surrogate pair is no character
        return None
    return urlunsplit(SplitResult(parts.scheme, host_text, path, query, ""))


def host_of(url: str) -> str:
    """The host of a normal address, without port, in lower case; "" when there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def origin_of(url: str) -> str:
    """scheme://host:port, the port always written: what robots.txt and the frontier key by."""
    parts = urlsplit(url)
    port = parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
    host = parts.hostname or ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def path_and_query(url: str) -> str:
    """Path and query of an address, percent-encoding kept: what address patterns are matched on."""
    parts = urlsplit(url)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def _host(host: str) -> str | None:
    host = host.rstrip(".").lower()
    if ":" in host:
        return f"[{host}]"
    if not host or _CONTROLS.search(host):
        return None
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return None


def _encode(text: str, safe: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    text = _CONTROLS.sub(lambda match: quote(match.group()), text)
    text = _BAD_PERCENT.sub("%25", quote(text, safe=safe))
    return _PERCENT.sub(_plain_if_unreserved, text)


def _plain_if_unreserved(match: re.Match[str]) -> str:
    code = int(match.group(1), 16)
    return chr(code) if code in _UNRESERVED else f"%{code:02X}"


def _dots(path: str) -> str:
    if "/." not in path:
        return path
    out: list[str] = []
    parts = path.split("/")
    for part in parts[1:]:
        if part == "..":
            if out:
                out.pop()
        elif part != ".":
            out.append(part)
    if parts[-1] in (".", ".."):
        out.append("")
    return "/" + "/".join(out)
