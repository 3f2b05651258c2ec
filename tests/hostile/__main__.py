"""`python -m tests.hostile`: print the catalogue with its addresses, and serve it."""

from __future__ import annotations

import argparse
import time

from tests.hostile.catalogue import FAULTS, KINDS
from tests.hostile.wire import Hostile


def main() -> None:
    """Serve until Ctrl-C. Sites are told apart by address: 127.77.x.y, one each."""
    words = argparse.ArgumentParser(prog="python -m tests.hostile", description=main.__doc__)
    words.add_argument("--port", type=int, default=0, help="0 takes a free one")
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--list", action="store_true", help="print the catalogue only")
    chosen = words.parse_args()
    server = Hostile(FAULTS, seed=chosen.seed, port=chosen.port)
    for kind, faults in KINDS.items():
        print(f"\n{kind} ({len(faults)})")
        for fault in faults:
            address = server.places[fault.place].address
            port = f":{chosen.port}" if chosen.port else ""
            row = " ".join(fault.must.row) if fault.must.row else "-"
            ends = "|".join(fault.must.portal)
            scheme = "https" if fault.tls else "http"
            print(f"  {fault.name}  {scheme}://{address}{port}{fault.address}")
            print(f"      {fault.does}; khotin: row {row}, portal {ends}")
    print(f"\n{len(FAULTS)} faults on {len(server.places)} sites, seed {chosen.seed}", flush=True)
    if chosen.list:
        return
    with server:
        print(f"serving on port {server.port}, until Ctrl-C", flush=True)
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    main()
