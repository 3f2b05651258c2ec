"""What the pool's tests have its workers do. A real module, so that spawned workers find it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from lxml import etree, html

from crawler.reader.model import Page, Reading
from crawler.reader.repetition import Repeated


def act(page: Page, profile_id: str | None, repeated: Repeated | None) -> Reading:
    """Do what the body says: a verb and an argument."""
    verb, _, argument = page.body.decode().partition(" ")
    return Reading(url=page.url, kind="other", platform=profile_id, text=VERBS[verb](argument))


def echo(argument: str) -> str:
    return argument


def pid(_: str) -> str:
    return str(os.getpid())


def sleep(seconds: str) -> str:
    time.sleep(float(seconds))
    return str(os.getpid())


def spin(_: str) -> str:
    while True:
        pass


def attributes(count: str) -> str:
    """A tag with so many attributes that lxml takes many seconds, inside one C call."""
    tag = "<p " + " ".join(f"a{number}=1" for number in range(int(count))) + ">"
    return str(len(html.fromstring(tag).attrib))


def hog(_: str) -> str:
    kept = [bytearray(16 * 1024**2) for _ in range(1000)]
    return str(len(kept))


def paragraphs(count: str) -> str:
    """A document of so many elements that lxml itself runs out of memory."""
    return str(len(html.fromstring("<div>" + "<p><b>x</b><i>y</i></p>" * int(count) + "</div>")))


def fail(argument: str) -> str:
    raise ValueError(argument)


def lxml_error(_: str) -> str:
    return str(etree.fromstring("<a><b></a>"))


def leave(_: str) -> str:
    raise SystemExit(3)


def die(_: str) -> str:
    os.kill(os.getpid(), signal.SIGKILL)
    return "unreachable"


def die_once(marker: str) -> str:
    if Path(marker).exists():
        return "survived"
    Path(marker).touch()
    return die(marker)


class Poison:
    """Pickles in the worker and blows up where it is unpickled."""

    def __reduce__(self) -> tuple[Callable[[str], str], tuple[str]]:
        return fail, ("poison",)


def poison(page: Page, profile_id: str | None, repeated: Repeated | None) -> Reading:
    return Reading(url=page.url, kind="other", flags=[Poison()])  # type: ignore[list-item]


def unpicklable(page: Page, profile_id: str | None, repeated: Repeated | None) -> Reading:
    return Reading(url=page.url, kind="other", flags=[lambda: 0])  # type: ignore[list-item]


VERBS: dict[str, Callable[[str], str]] = {
    verb.__name__: verb
    for verb in (
        echo,
        pid,
        sleep,
        spin,
        attributes,
        hog,
        paragraphs,
        fail,
        lxml_error,
        leave,
        die,
        die_once,
    )
}
