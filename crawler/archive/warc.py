"""The files of warcs/: append, rotate, cut torn tails. Knows bytes and files, no database."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from crawler.archive.records import (
    GZIP_LEVEL,
    CaptureRef,
    RawResponse,
    encode_response,
    encode_warcinfo,
)
from crawler.errors import ArchiveError

MAX_FILE_BYTES = 1024 * 1024 * 1024  # the usual size of WARC files: large enough, still movable
QUARANTINE = "quarantine"
_COPY_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Repair:
    """What was found wrong with one file: a tail cut off, or committed bytes that are missing.

    `gone` says that the whole file is: perhaps it was moved to another disk, so nothing is
    decided about its captures.
    """

    file: str
    kept_bytes: int
    cut_bytes: int = 0
    missing_bytes: int = 0
    gone: bool = False
    quarantined: Path | None = None

    def __str__(self) -> str:
        if self.cut_bytes:
            return (
                f"{self.file}: {self.cut_bytes} bytes of an unfinished write were moved to "
                f"{self.quarantined}"
            )
        if self.gone:
            return f"{self.file}: the file is missing; put it back, it holds evidence"
        return f"{self.file}: the last {self.missing_bytes} bytes are missing"


class WarcWriter:
    """Appends records to the newest file of a folder, one gzip member each, fsynced.

    `append_to` is (file, size) of a file of this archive that may be continued; `register` is
    called with the name of each file made, before its first byte is written. `reserved` are
    names of files that were moved away: they may come back, so none is used again.
    """

    def __init__(
        self,
        folder: Path,
        max_bytes: int = MAX_FILE_BYTES,
        *,
        append_to: tuple[str, int] | None = None,
        register: Callable[[str], None] | None = None,
        reserved: Collection[str] = (),
        level: int = GZIP_LEVEL,
    ) -> None:
        self.folder = folder
        self.max_bytes = max_bytes
        self._register = register
        self._reserved = frozenset(reserved)
        self._level = level
        self._fd = -1
        self._file = ""
        self._end = 0
        self._append_to = append_to
        self._synced = 0  # bytes of the file at hand that were forced to disk

    def write(self, response: RawResponse, *, sync: bool = True) -> CaptureRef:
        """Write one exchange and force it to disk. Where it stands is returned.

        Without `sync` the caller sees to it (`unsynced`, `is_durable`) before it commits a row
        that names the record. Raises ArchiveError when the disk is full or the file cannot be
        written; nothing of the record is left then.
        """
        request, member, digest = encode_response(response, self._level)
        self._make_room(len(request) + len(member))
        start = self._append(request + member, sync)
        return CaptureRef(self._file, start + len(request), len(member), digest)

    def is_durable(self, ref: CaptureRef) -> bool:
        """Whether a record of this writer is on disk for certain: a file left behind always is."""
        return ref.file != self._file or ref.offset + ref.length <= self._synced

    def unsynced(self) -> Callable[[], None]:
        """A function that forces to disk what is written now; it may run in another thread.

        It raises ArchiveError. Its success is to be told to `synced` with the same `end`.
        """
        fd, path = os.dup(self._fd), self.folder / self._file

        def sync() -> None:
            try:
                os.fsync(fd)
            except OSError as error:
                raise ArchiveError(_explain(path, error)) from error
            finally:
                os.close(fd)

        return sync

    @property
    def position(self) -> tuple[str, int]:
        """The file at hand and its end: what an `unsynced()` of now covers."""
        return self._file, self._end

    def synced(self, position: tuple[str, int]) -> None:
        """What stands before this position was forced to disk."""
        file, end = position
        if file == self._file:
            self._synced = max(self._synced, end)

    def close(self) -> None:
        """Force the file at hand to disk and close it; the next write opens another.

        Raises ArchiveError when the disk fails; the file is closed all the same.
        """
        if self._fd < 0:
            return
        try:
            if self._synced < self._end:
                os.fsync(self._fd)
                self._synced = self._end
        except OSError as error:
            raise ArchiveError(_explain(self.folder / self._file, error)) from error
        finally:
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> WarcWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _make_room(self, size: int) -> None:
        if self._fd < 0 and self._append_to is not None:
            file, end = self._append_to
            self._append_to = None
            if end + size <= self.max_bytes:
                self._continue(file, end)
        if self._fd >= 0 and self._end + size <= self.max_bytes:
            return
        self.close()
        self._create()

    def _continue(self, file: str, end: int) -> None:
        try:
            fd = os.open(self.folder / file, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        except OSError:
            return  # moved away or made read-only by its owner: a new file serves as well
        if os.fstat(fd).st_size != end:
            os.close(fd)
            return
        self._fd, self._file, self._end = fd, file, end
        self._synced = end

    def _create(self) -> None:
        now = datetime.now(UTC)
        try:
            if not self.folder.exists():
                self.folder.mkdir(parents=True)
                _sync_folder(self.folder.parent)
            self._fd, self._file = _open_free_name(self.folder, now, self._reserved)
            _sync_folder(self.folder)
        except OSError as error:
            raise ArchiveError(_explain(self.folder, error)) from error
        self._end = self._synced = 0
        if self._register is not None:
            try:
                self._register(self._file)
            except BaseException:
                # No row names it, so no repair would ever look at it.
                self.close()
                (self.folder / self._file).unlink(missing_ok=True)
                raise
        self._append(encode_warcinfo(self._file, now, self._level))

    def _append(self, data: bytes, sync: bool = True) -> int:
        """Append, and fsync if asked; on failure take back what was written, then raise."""
        start, path = self._end, self.folder / self._file
        if os.fstat(self._fd).st_size != start:
            raise ArchiveError(
                f"{path} was changed by another program while khotin wrote to it: nothing more "
                "is written; run again, and the file will be checked"
            )
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(self._fd, view) :]
            if sync:
                os.fsync(self._fd)
        except OSError as error:
            # A failed truncation changes nothing: the tail is not committed and is cut at start.
            _truncate_quietly(self._fd, start)
            raise ArchiveError(_explain(path, error)) from error
        self._end = start + len(data)
        if sync:
            self._synced = self._end
        return start


def repair(folder: Path, committed: Mapping[str, int]) -> list[Repair]:
    """Cut each file to the end of its last committed record; keep what is cut in quarantine.

    `committed` maps file names to byte offsets. A file with nothing committed is moved away as a
    whole. Files that are not named are not touched. May be interrupted anywhere and run again.
    """
    found: list[Repair] = []
    for file, end in sorted(committed.items()):
        path = folder / file
        try:
            size = path.stat().st_size
            if size > end:
                kept = _quarantine(path, end)
                found.append(Repair(file, end, cut_bytes=size - end, quarantined=kept))
            elif size < end:
                found.append(Repair(file, size, missing_bytes=end - size))
        except FileNotFoundError:
            if end:
                found.append(Repair(file, 0, missing_bytes=end, gone=True))
        except OSError as error:
            raise ArchiveError(_explain(path, error)) from error
    return found


def _quarantine(path: Path, end: int) -> Path:
    folder = path.parent / QUARANTINE
    folder.mkdir(exist_ok=True)
    target = _free_path(folder, f"{path.name}.from-{end}")
    if end == 0:
        path.rename(target)
        _sync_folder(path.parent)
        return target
    with path.open("rb+") as source:
        source.seek(end)
        try:
            with target.open("xb") as copy:
                while block := source.read(_COPY_BYTES):
                    copy.write(block)
                copy.flush()
                os.fsync(copy.fileno())
        except OSError:
            # On a full disk each start would leave another half of a copy, and fill it further.
            target.unlink(missing_ok=True)
            raise
        _sync_folder(folder)
        source.truncate(end)
        os.fsync(source.fileno())
    return target


def _free_path(folder: Path, name: str) -> Path:
    target, number = folder / name, 1
    while target.exists():
        target, number = folder / f"{name}.{number}", number + 1
    return target


def _open_free_name(folder: Path, now: datetime, reserved: Collection[str]) -> tuple[int, str]:
    """A new file under the next free name. O_EXCL: a file that exists is never opened."""
    number = 0
    while True:
        name = f"khotin-{now:%Y%m%d%H%M%S}-{number:05d}.warc.gz"
        number += 1
        if name in reserved:
            continue
        try:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            return os.open(folder / name, flags, 0o644), name
        except FileExistsError:
            continue


def _sync_folder(folder: Path) -> None:
    """A new name survives a power loss only when its folder is on disk, too."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _truncate_quietly(fd: int, size: int) -> None:
    try:
        os.ftruncate(fd, size)
    except OSError:
        return


def _explain(path: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"the disk of {path} is full: every finished page is stored, the one at hand is not; "
            "free some space and run again"
        )
    if error.errno == errno.EFBIG:
        return f"{path} may not grow further (file size limit): raise the limit and run again"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{path} cannot be written to ({error.strerror}): change its rights, then run again"
    return f"{path} cannot be written to ({error.strerror}): check the disk, then run again"
