"""Why a certificate was not accepted, in words: OpenSSL itself only says "verify failed".

Builds on underscored names of Twisted 26, as handler.py does. What Twisted refuses is refused; a
certificate whose names cannot be read is refused, too, where Twisted's check would let it pass.
"""

from __future__ import annotations

from typing import Any

from cryptography import x509
from OpenSSL import SSL
from OpenSSL.crypto import X509
from service_identity.pyopenssl import extract_patterns
from twisted.internet._sslverify import ClientTLSOptions, _verifyCB
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer  # type: ignore[import-untyped]

NAMES_MAX = 5  # of a certificate's names that are told
# X509_V_ERR_* of openssl/x509_vfy.h
NOT_YET, EXPIRED = 9, 10
_CHAIN = {
    18: "signed by itself",
    19: "its chain ends in an authority that signed itself and is not known here",
    20: "signed by an authority that is not known here",
    21: "the chain is incomplete",
    23: "revoked",
}


# What OpenSSL calls a handshake that failed, and what that says about the server.
_HANDSHAKE = {
    "unsupported protocol": "it speaks no version of TLS that is accepted (1.2 or later)",
    "protocol version": "it speaks no version of TLS that is accepted (1.2 or later)",
    "wrong version number": "what answers there does not speak TLS",
    "excessive message size": "its certificate or greeting is too large",
    "handshake failure": "it shares no cipher with us",
}


class BrokenCertificateError(Exception):
    """A host's certificate was not accepted; the text says why."""


@implementer(IPolicyForHTTPS)
class TellingPolicy:
    """A policy that verifies as the one it wraps does, and remembers why a host was refused."""

    def __init__(self, policy: Any) -> None:
        self._policy = policy
        self._faults: dict[str, str] = {}

    def creatorForNetloc(self, hostname: bytes, port: int) -> _TellingCreator:  # noqa: N802
        """Twisted's question, for each connection."""
        host = hostname.decode("ascii")
        self._faults.pop(host, None)
        creator = self._policy.creatorForNetloc(hostname, port)
        return _TellingCreator(creator, host, self._faults)

    def fault(self, host: str) -> str | None:
        """Why the last connection to a host was refused by us; None when it was not."""
        return self._faults.pop(host, None)


@implementer(IOpenSSLClientConnectionCreator)
class _TellingCreator:
    def __init__(self, creator: ClientTLSOptions, host: str, faults: dict[str, str]) -> None:
        self._creator = creator
        self._host = host
        self._faults = faults

    def clientConnectionForTLS(self, tlsProtocol: Any) -> SSL.Connection:  # noqa: N802, N803
        """Twisted's connection with Twisted's check, listened to."""
        creator = self._creator
        connection = creator.clientConnectionForTLS(tlsProtocol)
        check = _verifyCB(tlsProtocol, creator._hostnameIsDnsName, creator._hostnameASCII)

        def listen(conn: SSL.Connection, cert: X509, error: int, depth: int, ok: int) -> bool:
            # First, because Twisted logs what keeps it from reading the names, and goes on.
            accepted = depth > 0 or not ok or _has_names(cert)
            accepted = accepted and bool(check(conn, cert, error, depth, bool(ok)))
            if not accepted:
                self._faults.setdefault(
                    self._host, _told(cert.to_cryptography(), 0 if ok else error, self._host)
                )
            return accepted

        connection.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, listen)
        return connection


def handshake_words(error: SSL.Error) -> str:
    """What a failed handshake says about a server, OpenSSL's own words after it."""
    entries = error.args[0] if error.args and isinstance(error.args[0], list) else []
    reasons = "; ".join(str(entry[-1]) for entry in entries if entry)
    told = next((words for part, words in _HANDSHAKE.items() if part in reasons), None)
    said = reasons or f"{type(error).__name__} {error}".strip()
    return f"TLS failed: {told} ({said})" if told else f"TLS failed: {said}"


def _has_names(certificate: X509) -> bool:
    """Whether the names that a certificate is made out for can be read, and there are any."""
    try:
        return bool(extract_patterns(certificate))
    except Exception:
        # A parser of hostile bytes inside a callback of OpenSSL: whatever it stumbles over, the
        # certificate proves nothing. An exception would be lost here, the refusal is recorded.
        return False


def _told(certificate: x509.Certificate, error: int, host: str) -> str:
    """A fault in words. `error` 0: the chain is well, the name is not."""
    if error == EXPIRED:
        return f"expired since {certificate.not_valid_after_utc:%Y-%m-%d}"
    if error == NOT_YET:
        return f"not valid before {certificate.not_valid_before_utc:%Y-%m-%d}"
    if error:
        return f"{_CHAIN.get(error, f'error {error} of OpenSSL')} ({_issuer(certificate)})"
    names = _names(certificate)
    shown = ", ".join(names[:NAMES_MAX]) + (" …" if len(names) > NAMES_MAX else "")
    return f"made out for {shown or 'nobody'}, not for {host}"


def _issuer(certificate: x509.Certificate) -> str:
    return f"issuer {certificate.issuer.rfc4514_string()}"[:200]


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    return [str(name.value)[:100] for name in found]
