"""A hostile web server on loopback: every fault a named address, seeded, with a log.

    with Hostile(seed=1) as server:
        ...                             # crawl server.records() in another process
        server.log                      # list[Request], for proofs of politeness
        server.canary                   # connections that must never have been made

By hand: `python -m tests.hostile --port 8080 --seed 1` prints the catalogue and serves it.
"""

from tests.hostile.wire import Hostile, Request

__all__ = ["Hostile", "Request"]
