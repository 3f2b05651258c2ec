"""TLS that fails: certificates that do not hold, old versions, handshakes that never end.

Each site has one fault, and its robots.txt is the first that is asked for: without TLS nobody
knows what is allowed, so a site is left with nothing stored and the reason said.
"""

from __future__ import annotations

from tests.hostile.faults import Fault, Must, answers
from tests.hostile.keys import EXPIRED, NOT_BEFORE

RULES = answers("User-agent: *\nDisallow:\n", type="text/plain")

OLD = r"TLS failed: it speaks no version of TLS that is accepted \(1\.2 or later\) .*"
NO_TLS = r"TLS failed: what answers there does not speak TLS \(wrong version number\)"
LARGE = r"TLS failed: its certificate or greeting is too large \(excessive message size\)"


def _refused(way: str, does: str, detail: str, requests: int = 0) -> Fault:
    return _site(way, does, Must(("failed", "tls"), good=0, requests=requests, detail=detail))


def _site(way: str, does: str, must: Must) -> Fault:
    name = (way if way.startswith("tls-") else f"tls-{way}").replace(".", "-")
    return Fault(name, does, must, RULES, path="/robots.txt", linked=False, tls=way)


CERTIFICATES = (
    _refused(
        "expired", "a certificate that has expired", f"certificate expired since {EXPIRED:%Y-%m-%d}"
    ),
    _refused(
        "not-yet",
        "a certificate of the day after tomorrow",
        f"certificate not valid before {NOT_BEFORE:%Y-%m-%d}",
    ),
    _refused(
        "wrong-name",
        "a certificate for another name",
        r"certificate made out for khac\.\S+, not for \S+",
    ),
    _refused("no-name", "a certificate for no name", r"certificate made out for nobody, not .*"),
    _refused("self-signed", "a certificate signed by itself", r"certificate signed by itself .*"),
    _refused(
        "unknown-authority",
        "a whole chain of an authority that nobody knows",
        r"certificate its chain ends in an authority that signed itself .*",
    ),
    _refused(
        "incomplete-chain",
        "a certificate of an authority in between, which the server does not send",
        r"certificate (the chain is incomplete|signed by an authority that is not known here) .*",
    ),
    _refused("large-certificate", "a certificate of half a megabyte", LARGE),
)

VERSIONS = (
    _refused("tls-1.0", "speaks no later version than TLS 1.0", OLD),
    _refused("tls-1.1", "speaks no later version than TLS 1.1", OLD),
    _refused("old-hello", "greets in TLS 1.0, whatever it was asked", OLD),
)

HANDSHAKES = (
    _refused("plain", "a plain answer of HTTP on the port of TLS", NO_TLS),
    _refused("junk", "bytes that are no TLS", NO_TLS),
    _refused("endless-hello", "a greeting of 16 MB", LARGE),
    _site(
        "stalls",
        "takes the greeting and says nothing",
        Must(("failed", "timeout"), good=0, requests=0),
    ),
    _site(
        "stalls-in-hello",
        "stops in the middle of its greeting",
        Must(("failed", "timeout"), good=0, requests=0),
    ),
    _site(
        "drips",
        "a greeting at a byte a second",
        Must(("failed", "timeout"), good=0, requests=0),
    ),
    _site(
        "closes",
        "closes when it was greeted",
        Must(("failed", "connection lost"), good=0, requests=0),
    ),
    _site(
        "resets",
        "resets when it was greeted",
        Must(("failed", "connection lost"), good=0, requests=0),
    ),
)

SOUND = (
    Fault(
        "tls-sound",
        "nothing: a whole chain for its own name",
        Must(("done", "rules"), ("done",), requests=8),
        RULES,
        path="/robots.txt",
        linked=False,
        tls="sound",
    ),
)

FAULTS = (*CERTIFICATES, *VERSIONS, *HANDSHAKES, *SOUND)
