"""One writer per archive: an operating-system lock that a killed process cannot leave behind."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

from crawler.errors import ArchiveError, LockedError

# A lock on a file of its own, not on archive.db: closing any descriptor of a database file drops
# the POSIX locks that SQLite itself holds on it.
SUFFIX = ".lock"


class WriteLock:
    """An exclusive flock on `<archive>.lock`, held until close() or the death of the process."""

    def __init__(self, database: Path) -> None:
        """Raises LockedError when another process holds it, ArchiveError for a read-only folder."""
        self.path = database.with_name(database.name + SUFFIX)
        try:
            self._fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise ArchiveError(_cannot_open(database, self.path, error)) from error
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._fd, 32, 0).decode("ascii", "replace").strip()
            os.close(self._fd)
            if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                raise ArchiveError(
                    f"{self.path} cannot be locked ({error.strerror}): put the archive on a "
                    "local disk, network folders often have no locks"
                ) from error
            raise LockedError(
                f"{database} is in use by another khotin (process {holder or 'unknown'}): wait "
                "until it ends, or give another archive with --db"
            ) from error
        try:
            os.ftruncate(self._fd, 0)
            os.pwrite(self._fd, f"{os.getpid()}\n".encode("ascii"), 0)
        except OSError:
            # The number is a courtesy to the next process; on a full disk the lock still holds.
            pass

    def close(self) -> None:
        """Let go. The file stays: unlinking it would let two processes lock two files."""
        os.close(self._fd)


def _cannot_open(database: Path, lock: Path, error: OSError) -> str:
    folder = database.parent
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        if lock.exists() and os.access(folder, os.W_OK):
            return (
                f"{lock} cannot be written to ({error.strerror}): it was made by another user or "
                "its rights were taken away; change its rights"
            )
        return (
            f"the folder {folder} cannot be written to ({error.strerror}): an archive needs its "
            "lock, write-ahead log and warcs/ there; change its rights or give another --db"
        )
    if error.errno == errno.ENOENT:
        return f"the folder {folder} does not exist: create it or give another --db"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"the disk of {folder} is full: free some space and run again"
    return f"{folder} cannot hold the archive's lock ({error.strerror})"
