"""Certificates of the hostile server: an authority that its crawls trust, and what is amiss.

Made anew for each server, in a folder of its own; nothing here is valid anywhere else.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

TODAY = datetime.now(UTC)
EXPIRED = TODAY - timedelta(days=9)
NOT_BEFORE = TODAY + timedelta(days=2)
LARGE_NAMES = 12_000  # names that make a certificate of some 500 kB; OpenSSL takes 100 kB
_WEAK = "DEFAULT:@SECLEVEL=0"  # without it OpenSSL serves neither TLS 1.0 nor 1.1


@dataclass(frozen=True, slots=True)
class Signed:
    """A certificate and the key that it is for."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def pem(self) -> bytes:
        """The certificate alone."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def sign(
    name: str,
    by: Signed | None,
    *,
    authority: bool = False,
    names: Sequence[str] = (),
    since: datetime = TODAY - timedelta(days=30),
    until: datetime = TODAY + timedelta(days=30),
) -> Signed:
    """A certificate by another, or by itself (`by` None)."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if names:
        hosts = [x509.DNSName(one) for one in names]
        made = made.add_extension(x509.SubjectAlternativeName(hosts), critical=False)
    return Signed(made.sign(by.key if by else key, hashes.SHA256()), key)


class Keys:
    """Two authorities, the second under the first, and what a site shows for each way to be wrong.

    `trusted` is the file of the first; a crawl gets it as SSL_CERT_FILE.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._root = sign("Hostile Root", None, authority=True)
        self._between = sign("Hostile Intermediate", self._root, authority=True)
        self._stranger = sign("Nobody Knows", None, authority=True)
        self._ways: dict[str, Callable[[str], tuple[Signed, ...]]] = {
            "sound": lambda host: (sign(host, self._between, names=[host]), self._between),
            "incomplete-chain": lambda host: (sign(host, self._between, names=[host]),),
            "expired": lambda host: (sign(host, self._root, names=[host], until=EXPIRED),),
            "not-yet": lambda host: (sign(host, self._root, names=[host], since=NOT_BEFORE),),
            "wrong-name": lambda host: (sign(host, self._root, names=[f"khac.{host}"]),),
            "no-name": lambda host: (sign(host, self._root),),
            "self-signed": lambda host: (sign(host, None, names=[host], authority=True),),
            "unknown-authority": lambda host: (
                sign(host, self._stranger, names=[host]),
                self._stranger,
            ),
            "large-certificate": lambda host: (
                sign(
                    host,
                    self._root,
                    names=[host, *(f"ten-{n:05}.{host}" for n in range(LARGE_NAMES))],
                ),
            ),
            "tls-1.0": lambda host: (sign(host, self._root, names=[host]),),
            "tls-1.1": lambda host: (sign(host, self._root, names=[host]),),
        }
        self.trusted = folder / "trusted.pem"
        self.trusted.write_bytes(self._root.pem())

    def context(self, way: str, host: str) -> ssl.SSLContext | None:
        """What a site that is wrong in this way speaks; None where it does not get that far."""
        made = self._ways.get(way)
        if made is None:
            return None
        leaf, *chain = made(host)
        key = leaf.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path = self._folder / f"{way}.pem"
        path.write_bytes(leaf.pem() + b"".join(one.pem() for one in chain) + key)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if way in OLD:
            context.set_ciphers(_WEAK)
            context.minimum_version = context.maximum_version = OLD[way]
        context.load_cert_chain(path)
        return context


OLD = {"tls-1.0": ssl.TLSVersion.TLSv1, "tls-1.1": ssl.TLSVersion.TLSv1_1}
