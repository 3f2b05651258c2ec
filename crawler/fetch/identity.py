"""Who we say we are: name, version, and where a portal's keeper can reach us."""

from __future__ import annotations

from crawler import __version__
from crawler.errors import UsageError


def user_agent(contact: str) -> str:
    """The User-Agent header: "khotin/<version> (+<contact>)", without the bracket when unset."""
    contact = " ".join(contact.split())
    return f"khotin/{__version__} (+{contact})" if contact else f"khotin/{__version__}"


def require_contact(contact: str, host: str) -> None:
    """Raise UsageError when a public host would be crawled without an address to complain to."""
    if not contact.strip():
        raise UsageError(
            f"crawling {host} needs a contact in the User-Agent: set KHOTIN_CONTACT to a web page "
            "or mail address where the portal's keeper can reach you, "
            "such as KHOTIN_CONTACT=https://example.org/about-my-crawl"
        )
