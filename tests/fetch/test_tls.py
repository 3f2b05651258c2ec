"""Certificates: verified by default, refused when broken, accepted only for named portals."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.crawling import Crawl, crawl, portal
from tests.support.news import news_site
from tests.support.site import Site

EXCEPTION = {"tls": "unverified", "tls_date": "2025-07-01", "tls_note": "the chain is broken"}
SITES = {"good": "127.0.0.2", "broken": "127.0.0.3", "known": "127.0.0.4", "other": "127.0.0.5"}


def certificate(folder: Path, address: str) -> tuple[ssl.SSLContext, Path]:
    """A self-signed certificate for an address, and the server's context with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
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
    """One trusted site, one with an unknown certificate, one that is a known exception, and one
    that shows another site's certificate."""
    folder = tmp_path_factory.mktemp("tls")
    with ExitStack() as stack:
        portals = []
        trusted = b""
        contexts = {}
        for id_, address in SITES.items():
            contexts[id_], path = certificate(folder, address)
            if id_ in ("good", "other"):
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


@pytest.mark.parametrize("id_", ["broken", "other"])
def test_a_certificate_that_does_not_hold_is_refused(done: Crawl, id_: str) -> None:
    assert done.portals[id_]["state"] == "failed"
    assert done.portals[id_]["why"] == "tls"
    assert done.portals[id_]["pages"] == 0
    assert {
        kind for (kind,) in done.query("SELECT kind FROM problems WHERE portal_id = ?", id_)
    } == {"tls"}


def test_a_recorded_exception_is_crawled_and_the_capture_says_so(done: Crawl) -> None:
    assert done.portals["known"]["articles_new"] == 3
    assert done.query("SELECT DISTINCT tls_verified FROM captures WHERE portal_id = 'known'") == [
        (0,)
    ]
