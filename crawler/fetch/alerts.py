"""Alerts after a run: by a command of the operator's, by webhook, by mail; off unless set up.

What an alert says is found in the archive (crawler.archive.alerts). An alert that cannot be sent
is a row in `problems`; it changes nothing of what a run has stored, nor its exit status.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from crawler import __version__
from crawler.archive.alerts import News, news, note_told
from crawler.archive.clock import iso
from crawler.archive.db import Archive
from crawler.archive.runs import Problem, add_problem
from crawler.archive.status import WRONG, portal_statuses
from crawler.errors import ArchiveError, KhotinError
from crawler.fetch.alert_channels import CHANNELS, Message
from crawler.fetch.alert_settings import AlertSettings
from crawler.text import squeeze

log = logging.getLogger(__name__)
LINES_MAX = 50  # portals named in the text of a message; the JSON has them all
WHY_CHARS = 200
ERROR_CHARS = 1000
HURRY_S = 5.0  # somebody who pressed Ctrl-C waits no longer for the alerts
_WORDS = {"trouble": "", "recovered": "well again", "reminder": "still "}


def tell_after_run(path: Path, run_id: int, settings: AlertSettings) -> list[str]:
    """Tell of the portals whose standing has changed; the ways that failed, empty when none did.

    Nothing is told when nothing has changed. What no way could carry is tried again after the
    next run. Never raises: a run that is over does not fail for its alert.
    """
    if not settings.channels:
        return []
    try:
        with Archive.open(path) as archive:
            return _tell(archive, run_id, settings)
    except ArchiveError as error:
        log.warning("no alert was sent: %s", error)
        return list(settings.channels)


def tell_of_error(
    path: Path, error: BaseException, settings: AlertSettings, run_id: int | None = None
) -> list[str]:
    """Tell that an error has ended a run, or kept it from beginning (`run_id` None).

    Nobody but the operator can mend it, and the archive may be past writing to: nothing is
    remembered, so each run that ends so says so. The ways that failed; never raises.
    """
    if not settings.channels:
        return []
    what = "kept a crawl from beginning" if run_id is None else "ended a crawl"
    known = isinstance(error, KhotinError)
    why = squeeze(str(error) if known else f"error inside khotin: {type(error).__name__}: {error}")
    text = f"An error {what} (lỗi làm dừng việc thu thập).\n{why[:ERROR_CHARS]}"
    data = {**_head(path, run_id), "kind": "error", "text": text, "news": [], "wrong": []}
    failed = send(Message(f"khotin: an error {what}", text, data), settings)
    for name, words in failed.items():
        log.warning("the alert by %s was not sent: %s", name, words)
    return list(failed)


def send_test(archive: Path, settings: AlertSettings) -> dict[str, str]:
    """Send a message that says it is a test by every way; what went wrong, by way."""
    text = "khotin can reach you: this is a test, no portal is in trouble (thử báo tin)."
    data = {**_head(archive, None), "kind": "test", "text": text, "news": [], "wrong": []}
    return send(Message("khotin: test (thử báo tin)", text, data), settings)


def send(message: Message, settings: AlertSettings) -> dict[str, str]:
    """Send by every way at once; why each that failed did, within the time limit of all."""
    failed = dict.fromkeys(settings.channels, f"no end within {settings.timeout_s:g} s")

    def work(name: str) -> None:
        try:
            wrong = CHANNELS[name](message, settings)
        except Exception as error:
            # The end of a thread: what nobody foresaw is still said, and its type tells no secret.
            wrong = f"error inside khotin: {type(error).__name__}"
        if wrong is None:
            failed.pop(name, None)
        else:
            failed[name] = wrong

    # Daemons: a server that drips for ever is left behind, and does not hold the process.
    threads = [
        threading.Thread(target=work, args=(name,), name=f"alert-{name}", daemon=True)
        for name in settings.channels
    ]
    until = time.monotonic() + settings.timeout_s
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    return dict(failed)


def _tell(archive: Archive, run_id: int, settings: AlertSettings) -> list[str]:
    now = datetime.now(UTC)
    remind = timedelta(days=settings.remind_days) if settings.remind_days > 0 else None
    statuses = portal_statuses(archive, now)
    found = news(archive, statuses, now, remind)
    if not found:
        return []
    wrong = [status.as_json() for status in statuses if status.standing in WRONG]
    text = _text(found, len(wrong))
    data = {
        **_head(archive.path, run_id),
        "kind": "news",
        "text": text,
        "news": [{"kind": one.kind, "was": one.was, **one.status.as_json()} for one in found],
        "wrong": wrong,
    }
    failed = send(Message(_subject(found), text, data), settings)
    for name, why in failed.items():
        log.warning("the alert by %s was not sent: %s", name, why)
        add_problem(archive, Problem("alert", name, why), run_id=run_id)
    if len(failed) < len(settings.channels):
        note_told(archive, found, now)
    return list(failed)


def _head(archive: Path, run_id: int | None) -> dict[str, Any]:
    return {
        "khotin": __version__,
        "archive": str(archive),
        "run_id": run_id,
        "at": iso(datetime.now(UTC)),
    }


def _subject(found: Sequence[News]) -> str:
    """One line: the portal where it is one, else how many."""
    if len(found) == 1:
        return f"khotin: {_line(found[0])}"
    counts = {
        "in trouble": sum(one.kind == "trouble" for one in found),
        "well again": sum(one.kind == "recovered" for one in found),
        "still in trouble": sum(one.kind == "reminder" for one in found),
    }
    told = ", ".join(f"{count} {words}" for words, count in counts.items() if count)
    return f"khotin: portals: {told}"


def _line(one: News) -> str:
    status = one.status
    if one.kind == "recovered":
        return f"{squeeze(status.name)} ({status.portal_id}): {_WORDS[one.kind]}"
    because = "; ".join(filter(None, (status.why, *status.events)))
    stands = f"{_WORDS[one.kind]}{status.standing}"
    return squeeze(f"{status.name} ({status.portal_id}): {stands}: {because}"[:WHY_CHARS])


def _text(found: Sequence[News], wrong: int) -> str:
    lines = [_line(one) for one in found[:LINES_MAX]]
    if len(found) > LINES_MAX:
        lines.append(f"and {len(found) - LINES_MAX} more")
    now = f"{wrong} portals are in trouble now" if wrong else "no portal is in trouble now"
    return "\n".join([*lines, "", f"{now}; `khotin status` shows them all."])
