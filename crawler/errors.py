"""The errors khotin raises on purpose. Each says what, where and what to do next."""

from crawler.exits import Exit


class KhotinError(Exception):
    """An error a person can act on. `exit_status` is what the command ends with."""

    exit_status = Exit.FAILED


class UsageError(KhotinError):
    """The request itself is wrong: an unknown portal, an impossible date, a missing file."""

    exit_status = Exit.USAGE


class RecordError(KhotinError):
    """A portal record or platform profile does not fit its schema."""

    exit_status = Exit.USAGE


class ArchiveError(KhotinError):
    """archive.db or warcs/ cannot be used as they are."""

    exit_status = Exit.ARCHIVE


class LockedError(ArchiveError):
    """Another process writes to the archive: it can be used when that one has ended."""
