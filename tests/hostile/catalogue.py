"""All faults in one list, and by kind."""

from __future__ import annotations

from tests.hostile import bombs, lies, redirects, refusals, secure, transport, traps
from tests.hostile.faults import Fault

KINDS: dict[str, tuple[Fault, ...]] = {
    "transport": transport.FAULTS,
    "bombs": bombs.FAULTS,
    "redirects": redirects.FAULTS,
    "traps": traps.FAULTS,
    "lies": lies.FAULTS,
    "refusals": refusals.FAULTS,
    "secure": secure.FAULTS,
}
FAULTS: tuple[Fault, ...] = tuple(fault for kind in KINDS.values() for fault in kind)
