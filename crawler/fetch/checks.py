"""What is looked at before a crawl asks anybody anything."""

from __future__ import annotations

import logging
import socket
from collections.abc import Sequence
from dataclasses import replace

from crawler.errors import UsageError
from crawler.fetch.identity import require_contact
from crawler.fetch.limits import Limits
from crawler.platforms import GENERIC, load_profiles
from crawler.portals.model import Portal, host_key
from crawler.urls import host_of

log = logging.getLogger(__name__)


def check_contact(portals: Sequence[Portal], limits: Limits) -> None:
    """Raise UsageError for a crawl of named hosts without a contact, before anything is asked.

    What a name resolves to is known later only, and checked again then; an address written as
    digits may be a private one.
    """
    if limits.allow_private:
        return
    for portal in portals:
        host = host_of(portal.url or portal.start_pages[0])
        if not _is_number(host) and host != "localhost":
            require_contact(limits.contact, host)


def must_verify(portal: Portal, url: str) -> bool:
    """Whether the certificate of this address is verified: always, but on the portal's own hosts
    where its record says that the chain is broken."""
    if portal.tls != "unverified":
        return True
    hosts = {host_key(host) for host in portal.all_hosts()}
    return host_key(host_of(url)) not in hosts


def _is_number(host: str) -> bool:
    """Whether a host is an address in any spelling: dotted, decimal, hex, short, IPv6."""
    try:
        socket.inet_aton(host)
    except OSError:
        return ":" in host
    return True


def with_known_platforms(portals: Sequence[Portal]) -> list[Portal]:
    """The portals, those of a platform without a profile as generic ones; which, is said."""
    found = []
    for portal in portals:
        if portal.platform and portal.platform not in load_profiles():
            log.warning(
                "%s: there is no profile %r; its pages are read by the generic rules",
                portal.id,
                portal.platform,
            )
            portal = replace(portal, platform=GENERIC)
        found.append(portal)
    return found


def check_portals(portals: Sequence[Portal]) -> None:
    """Raise UsageError for a portal that has no address to begin at, or for none at all."""
    if not portals:
        raise UsageError("no portal to crawl: name portal ids, or use --all or --province")
    for portal in portals:
        if portal.url is None and not portal.start_pages:
            raise UsageError(
                f"the record of {portal.id} ({portal.name}) has no url, so there is nothing to "
                f"crawl; find its address and add `url` to the record"
            )
