"""The one place that opens archive.db, and the one transaction primitive."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from sqlite_utils import Database

from crawler import __version__
from crawler.archive.lock import WriteLock
from crawler.archive.migrations import MIGRATIONS, applied_names, known_names, upgrade
from crawler.errors import ArchiveError

WARC_FOLDER = "warcs"
NO_SPACE_BYTES = 256 * 1024  # less than the smallest archive: nothing can be stored any more
GROWTH_BYTES = 64 * 1024  # the most that SQLite adds to a file at once: a piece of the -shm file
BUSY_TIMEOUT_MS = 10_000  # the only other connections are short readers: Datasette, an export
CHECKPOINT_WAIT_MS = 1_000
# The default page cache (2 MB) and checkpoint interval (4 MB) are those of a telephone: a page's
# transaction touches some 30 index pages, and each would be written out over and over.
CACHE_KIB = 32_000
CHECKPOINT_PAGES = 4_000
CACHED_STATEMENTS = 512  # a page's transaction runs about 30 different statements


class Archive:
    """An open archive: `db` (sqlite-utils), `path` of archive.db, `warcs` its folder of records.

    A writer holds an operating-system lock until close(). Use as a context manager.
    """

    def __init__(self, path: Path, db: Database, lock: WriteLock | None, readonly: bool) -> None:
        self.path = path
        self.db = db
        self.readonly = readonly
        self._lock = lock

    @property
    def warcs(self) -> Path:
        """The folder of WARC files, beside the database."""
        return self.path.parent / WARC_FOLDER

    @property
    def conn(self) -> sqlite3.Connection:
        """The connection itself, for prepared statements where speed counts."""
        return self.db.conn

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        create: bool = True,
        readonly: bool = False,
        tell: Callable[[str], None] | None = None,
    ) -> Archive:
        """Open (and with `create` make) an archive, brought to this khotin's schema.

        `readonly` takes no lock, changes nothing and may be used beside a crawl. `tell` is told of
        each step that an older archive has to go through, and that it is still at it. Raises
        ArchiveError when the file is missing, locked, no archive, damaged or from a newer
        khotin, and when its folder cannot be written.
        """
        path = Path(path)
        if (readonly or not create) and not path.exists():
            raise ArchiveError(
                f"there is no archive at {path}: `khotin crawl` makes one, or give its place "
                "with --db"
            )
        if path.is_dir():
            raise ArchiveError(
                f"{path} is a folder: --db names the file, such as {path}/archive.db"
            )
        if readonly:
            return cls(path, _open_readonly(path), None, True)
        lock = WriteLock(path)
        try:
            return cls(path, _open_writer(path, tell), lock, False)
        except BaseException:
            lock.close()
            raise

    @contextmanager
    def atomic(self) -> Iterator[Database]:
        """One transaction: all of the block is stored, or nothing. Nested blocks are savepoints.

        It takes the write lock at its start: a transaction that reads first and writes later
        fails at once beside another writer, whatever the busy time-out. Raises ArchiveError
        for a full disk, a read-only file or a damaged database.
        """
        with storage_errors(self.path):
            if self.conn.in_transaction:
                with self._savepoint():
                    yield self.db
                return
            self.conn.execute("BEGIN IMMEDIATE")
            try:
                yield self.db
                self.conn.execute("COMMIT")
            except BaseException:
                self.db.rollback()  # nothing to do after errors that rolled back themselves
                raise

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        # One name for all depths (SQLite takes the innermost): sqlite-utils' random names would
        # be parsed anew each time and push the statements in use out of the cache.
        self.conn.execute("SAVEPOINT inner_block")
        try:
            yield
        except BaseException:
            if self.conn.in_transaction:
                self.conn.execute("ROLLBACK TO inner_block")
                self.conn.execute("RELEASE inner_block")
            raise
        self.conn.execute("RELEASE inner_block")

    def checkpoint(self) -> None:
        """Move the write-ahead log into archive.db and empty it.

        A reader that holds an old state keeps the log from being emptied: it is not waited for
        longer than a second, the next run empties the log.
        """
        with storage_errors(self.path):
            self.conn.execute(f"PRAGMA busy_timeout={CHECKPOINT_WAIT_MS}")
            self.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            self.conn.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")

    def close(self) -> None:
        """Close the database and let go of the lock."""
        self.db.close()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite says about disk and file into an ArchiveError that says what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        message = _explain(path, error)
        if message is None:
            raise
        raise ArchiveError(message) from error


def _explain(path: Path, error: sqlite3.DatabaseError) -> str | None:
    """What an SQLite error means for this archive, or None for errors of the program itself."""
    code = (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
    # Where the log's shared memory does not fit any more, SQLite speaks of an I/O error.
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _is_full(path.parent)):
        return (
            f"the disk of {path} is full: every finished page is stored, the one at hand is not; "
            "free some space and run again"
        )
    if code == sqlite3.SQLITE_IOERR and _may_not_grow(path):
        return (
            f"{path} may not grow further (file size limit): raise the limit and run again; every "
            "finished page is stored"
        )
    if code == sqlite3.SQLITE_READONLY and not os.access(path.parent, os.W_OK):
        return (
            f"the folder {path.parent} cannot be written to: an archive needs its write-ahead log "
            "there; change its rights or give another --db"
        )
    if code == sqlite3.SQLITE_READONLY:
        return f"{path} cannot be written to: change its rights or give another --db"
    if code == sqlite3.SQLITE_CANTOPEN:
        return f"{path} cannot be opened ({error}): check the folder and its rights"
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return (
            f"{path} is held by another program that is not khotin ({error}): close it, or give "
            "another archive with --db"
        )
    if code == sqlite3.SQLITE_IOERR:
        return f"the disk of {path} reports an error ({error}): check the disk, then run again"
    if code == sqlite3.SQLITE_NOTADB:
        return f"{path} is not a database: give the archive's place with --db"
    if code == sqlite3.SQLITE_CORRUPT:
        return (
            f"{path} is damaged ({error}): keep a copy, restore a backup, or save what can be "
            "read with `sqlite3 archive.db .recover`"
        )
    return None


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < NO_SPACE_BYTES
    except OSError:
        return False


def _may_not_grow(path: Path) -> bool:
    """Whether a file of the archive is as large as this process may make one (`ulimit -f`)."""
    limit, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    if limit == resource.RLIM_INFINITY:
        return False
    files = [path.with_name(path.name + suffix) for suffix in ("", "-wal", "-shm")]
    sizes = [file.stat().st_size for file in files if file.exists()]
    return max(sizes, default=0) + GROWTH_BYTES > limit


def _open_writer(path: Path, tell: Callable[[str], None] | None) -> Database:
    conn: sqlite3.Connection | None = None
    try:
        with storage_errors(path):
            # isolation_level None: Python opens no transactions of its own behind our back.
            conn = sqlite3.connect(path, isolation_level=None, cached_statements=CACHED_STATEMENTS)
            conn.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
            db = Database(conn)
            _refuse_foreign(path, db)
            conn.execute("PRAGMA journal_mode=WAL").fetchone()
            conn.execute("PRAGMA synchronous=NORMAL")
            conn.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
            conn.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
            conn.execute("PRAGMA foreign_keys=ON")
            conn.execute("PRAGMA recursive_triggers=ON")
            upgrade(db, tell)
            return db
    except BaseException:
        if conn is not None:
            conn.close()
        raise


def _open_readonly(path: Path) -> Database:
    conn: sqlite3.Connection | None = None
    try:
        with storage_errors(path):
            conn = _connect_readonly(path)
            db = Database(conn)
            _refuse_foreign(path, db)
            behind = MIGRATIONS.pending(db)
        if behind:
            raise ArchiveError(
                f"{path} was made by an older khotin (schema step {behind[0].name} is missing): "
                "run `khotin upgrade` on it once to bring it up to date"
            )
        return db
    except BaseException:
        if conn is not None:
            conn.close()
        raise


def _connect_readonly(path: Path) -> sqlite3.Connection:
    """mode=ro; immutable only where SQLite cannot make its shared memory file and needs none.

    An immutable database ignores the write-ahead log, so it is refused while that holds rows.
    """
    address = path.absolute().as_uri()
    conn = sqlite3.connect(
        f"{address}?mode=ro", uri=True, isolation_level=None, cached_statements=CACHED_STATEMENTS
    )
    try:
        conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        conn.close()
        log = path.with_name(path.name + "-wal")
        if os.access(path.parent, os.W_OK) or (log.exists() and log.stat().st_size):
            raise
        return sqlite3.connect(f"{address}?immutable=1", uri=True, isolation_level=None)
    except BaseException:
        conn.close()
        raise
    return conn


def _refuse_foreign(path: Path, db: Database) -> None:
    """Refuse a database that a newer khotin wrote to, or that is not an archive at all."""
    applied, known = applied_names(db), known_names()
    unknown = [name for name in applied if name not in known]
    if unknown:
        raise ArchiveError(
            f"{path} was written by a newer khotin (schema step {unknown[-1]}; this is khotin "
            f"{__version__}): install that version or a later one, or give another --db"
        )
    # The list of steps is made before the first step: it stands alone where that was cut short,
    # by a kill or a full disk, and the step is taken again.
    tables = [name for name in db.table_names() if name != MIGRATIONS.migrations_table]
    if not applied and tables:
        raise ArchiveError(
            f"{path} is a database of another program (tables {', '.join(tables[:3])}): "
            "give another --db"
        )
