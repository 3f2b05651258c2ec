"""Certificates: verified by default, refused when broken, accepted only for named portals."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crawler.fetch.checks import must_verify
from crawler.portals.model import Portal
from tests.support.crawling import Crawl, crawl, portal
from tests.support.news import news_site
from tests.support.site import Site

EXCEPTION = {"tls": "unverified", "tls_date": "2025-07-01", "tls_note": "the chain is broken"}
SITES = {
    "good": "127.0.0.2",
    "broken": "127.0.0.3",
    "known": "127.0.0.4",
    "other": "127.0.0.5",
    "expired": "127.0.0.6",
    "early": "127.0.0.7",
    "signed": "127.0.0.8",
}
TODAY = datetime.now(UTC)
LAST_DAY = {"expired": TODAY - timedelta(days=9)}
FIRST_DAY = {"expired": TODAY - timedelta(days=99), "early": TODAY + timedelta(hours=30)}
AUTHORITY = ec.generate_private_key(ec.SECP256R1())  # that nobody here knows


def certificate(folder: Path, id_: str) -> tuple[ssl.SSLContext, Path]:
    """A certificate for the address of a site, self-signed or not, and the server's context."""
    address = SITES[id_]
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Somebody")])
    by_itself = id_ != "signed"
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name if by_itself else issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(FIRST_DAY.get(id_, TODAY - timedelta(days=1)))
        .not_valid_after(LAST_DAY.get(id_, TODAY + timedelta(days=3)))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), False)
        .add_extension(x509.BasicConstraints(ca=by_itself, path_length=None), True)
        .sign(key if by_itself else AUTHORITY, hashes.SHA256())
    )
    path = folder / f"{address}.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context, path


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawl]:
    """Trusted sites, one of them with another's certificate; unknown, expired, early ones; and one
    that is a recorded exception."""
    folder = tmp_path_factory.mktemp("tls")
    with ExitStack() as stack:
        portals = []
        trusted = b""
        contexts = {}
        for id_ in SITES:
            contexts[id_], path = certificate(folder, id_)
            if id_ in ("good", "other", "expired", "early"):
                trusted += path.read_bytes()
        (folder / "trusted.pem").write_bytes(trusted)
        contexts["other"] = contexts["good"]
        for id_, address in SITES.items():
            site = stack.enter_context(Site())
            news_site(site, 3, 3)
            further = EXCEPTION if id_ == "known" else {}
            portals.append(portal(id_, site.listen(address, contexts[id_]), **further))
        yield crawl(
            folder,
            portals,
            environment={"SSL_CERT_FILE": str(folder / "trusted.pem")},
        )


def test_a_trusted_certificate_is_verified_and_the_capture_says_so(done: Crawl) -> None:
    assert done.portals["good"]["articles_new"] == 3
    assert done.query("SELECT DISTINCT tls_verified FROM captures WHERE portal_id = 'good'") == [
        (1,)
    ]


@pytest.mark.parametrize(
    ("id_", "detail"),
    [
        ("broken", "certificate signed by itself (issuer CN=127.0.0.3)"),
        ("other", "certificate made out for 127.0.0.2, not for 127.0.0.5"),
        ("expired", f"certificate expired since {LAST_DAY['expired']:%Y-%m-%d}"),
        ("early", f"certificate not valid before {FIRST_DAY['early']:%Y-%m-%d}"),
        (
            "signed",
            "certificate signed by an authority that is not known here (issuer CN=Somebody)",
        ),
    ],
)
def test_a_certificate_that_does_not_hold_is_refused_with_its_fault(
    done: Crawl, id_: str, detail: str
) -> None:
    assert done.portals[id_]["state"] == "failed"
    assert done.portals[id_]["why"] == "tls"
    assert done.portals[id_]["pages"] == 0
    problems = done.query("SELECT DISTINCT kind, detail FROM problems WHERE portal_id = ?", id_)
    assert problems == [("tls", detail)]


def test_a_broken_certificate_is_an_event_of_its_portal(done: Crawl) -> None:
    events = done.query("SELECT portal_id FROM portal_events WHERE kind = 'certificate'")
    assert {id_ for (id_,) in events} == set(SITES) - {"good", "known"}


def test_a_recorded_exception_is_crawled_and_the_capture_says_so(done: Crawl) -> None:
    assert done.portals["known"]["articles_new"] == 3
    assert done.query("SELECT DISTINCT tls_verified FROM captures WHERE portal_id = 'known'") == [
        (0,)
    ]


def test_an_exception_holds_for_the_hosts_of_its_portal_alone() -> None:
    one = Portal("p", "P", "https://a.example/", "other", "Thanh Hóa", tls="unverified")
    assert not must_verify(one, "https://www.a.example/robots.txt")
    assert must_verify(one, "https://b.example/robots.txt")
    assert must_verify(replace(one, tls=None), "https://a.example/")
