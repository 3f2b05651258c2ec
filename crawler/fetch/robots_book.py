"""robots.txt of every origin: what is in force, what is being asked, what leads elsewhere."""

from __future__ import annotations

from crawler.archive.frontier import Frontier, FrontierRow, NewLink
from crawler.archive.robots import get_robots, put_robots
from crawler.fetch.robots import RobotsDecision, RobotsRules
from crawler.urls import normalise, origin_of

PATH = "/robots.txt"


class RobotsBook:
    """Decisions per origin (scheme://host:port), kept in archive.db and, parsed, in memory."""

    def __init__(self, frontier: Frontier, expiry_s: float) -> None:
        self._frontier = frontier
        self._expiry_s = expiry_s
        self._rules: dict[str, RobotsRules] = {}
        self._chains: dict[str, set[str]] = {}  # where robots.txt moved to -> origins that wait
        self._paths: dict[str, frozenset[str]] = {}  # the same -> the addresses that led there

    def rules(self, origin: str, now: float) -> RobotsRules | None:
        """The decision in force at `now` (Unix seconds); None: it must be asked for first."""
        known = self._rules.get(origin)
        if known is None:
            stored = get_robots(self._frontier.archive, origin)
            if stored is None or stored.decision == "wait":
                return None
            known = RobotsRules(
                stored.decision, stored.expires_at, stored.body or "", "stored decision"
            )
            self._rules[origin] = known
        return known if known.expires_at > now else None

    def question(self, origin: str, portal_id: str, run_id: int) -> FrontierRow | None:
        """The row that asks an origin for its robots.txt, made pending if it had ended.

        None when the address is no address. A row that failed in this run stays failed.
        """
        url = normalise(origin + PATH)
        if url is None:
            return None
        link = NewLink(url, "robots", revisit=True)
        row = self._find(link.key(portal_id))
        if row is None or row.state == "done" or (row.state == "failed" and row.run_id != run_id):
            self._frontier.add(portal_id, [link], run_id=run_id)
            row = self._find(link.key(portal_id))
        return row

    def moved(self, row: FrontierRow, target: str) -> bool:
        """The origins that wait for this row now wait for the address it redirects to.

        False when that address has led here itself: nobody would ever answer.
        """
        waiting = self._waiting_for(row)
        path = self._paths.pop(row.url, frozenset()) | {row.url}
        if target in path:
            return False
        self._paths[target] = path
        self._chains.pop(row.url, None)
        self._chains.setdefault(target, set()).update(waiting)
        return True

    def is_asked_elsewhere(self, origin: str) -> bool:
        """Whether the origin's robots.txt was redirected and the answer is still to come."""
        return any(origin in origins for origins in self._chains.values())

    def settle(
        self,
        row: FrontierRow,
        decision: RobotsDecision,
        now: float,
        status: int | None = None,
        capture_id: int | None = None,
    ) -> set[str]:
        """Put a final decision in force for the row's origin and all that were led here.

        "wait" is not final and is not passed here. Returns the origins decided.
        """
        origins = self._waiting_for(row)
        expires_at = now + self._expiry_s
        for origin in origins:
            put_robots(
                self._frontier.archive,
                origin,
                decision.verdict,
                expires_at=expires_at,
                body=decision.text,
                status=status,
                capture_id=capture_id,
            )
            self._rules[origin] = RobotsRules(
                decision.verdict, expires_at, decision.text or "", decision.reason
            )
        self._forget(row)
        return origins

    def give_up(self, row: FrontierRow) -> set[str]:
        """The row failed: the origins that waited for it, which nobody may crawl in this run."""
        origins = self._waiting_for(row)
        self._forget(row)
        return origins

    def _forget(self, row: FrontierRow) -> None:
        self._chains.pop(row.url, None)
        self._paths.pop(row.url, None)

    def _waiting_for(self, row: FrontierRow) -> set[str]:
        waiting = set(self._chains.get(row.url, ()))
        # An address that a redirect led to decides for its own origin only if it is the place.
        if row.url == normalise(origin_of(row.url) + PATH):
            waiting.add(row.origin)
        return waiting

    def _find(self, key: str) -> FrontierRow | None:
        found = self._frontier.archive.conn.execute(
            "SELECT id FROM frontier WHERE key = ?", (key,)
        ).fetchone()
        return None if found is None else self._frontier.get(found[0])
