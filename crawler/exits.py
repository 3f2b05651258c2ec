"""Exit statuses: one table, used by every command and printed in docs/exit-statuses.md."""

from enum import IntEnum


class Exit(IntEnum):
    """What a command's exit status says. 0 only when all that was asked was done."""

    DONE = 0
    USAGE = 2  # the words of the command are off (Click's own number)
    FAILED = 3  # some of what was asked failed; the rest is done and stored
    BUDGET = 4  # a page, time or depth budget ended the run; run again to go on
    DEFERRED = 5  # what is left is due later: a host asked to wait, or robots.txt failed
    SUSPECT = 6  # a portal gave nothing, or far less than it should
    ARCHIVE = 7  # archive.db or warcs/ cannot be opened, is locked, full or from a newer version
    INTERRUPTED = 130  # stopped by Ctrl-C; run again to go on


MEANINGS: dict[Exit, str] = {
    Exit.DONE: "all that was asked is done",
    Exit.USAGE: "the command line is wrong: unknown option, portal or value",
    Exit.FAILED: "some of what was asked failed; the rest is done and stored",
    Exit.BUDGET: "a budget of pages, time or depth was reached; run again to go on",
    Exit.DEFERRED: "what is left is due later: a host asked to wait, or it is quiet hours",
    Exit.SUSPECT: "a portal gave nothing, or far less than it should",
    Exit.ARCHIVE: "the archive cannot be used: locked, full, read-only or from a newer version",
    Exit.INTERRUPTED: "stopped from the keyboard; run again to go on",
}
