"""The database: how it is opened, how long anybody waits for it, and what its dialects share."""

from __future__ import annotations

import errno
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import (
    DatabaseError,
    DataError,
    IntegrityError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
    StatementError,
)

from dl101_core.jobs.store.migrations import (
    VERSION,
    NewerStore,
    copy_file,
    keep_copy,
    migrate,
    older_file,
    version_of,
)
from dl101_core.jobs.store.tables import metadata
from dl101_core.seldom import Seldom

log = logging.getLogger(__name__)
T = TypeVar("T")

BUSY_MS = 5000
POOL = 3
# A page waits so long for an answer, and then asks nothing for a while.
PATIENCE = 4.0
RETRY_AFTER = 2.0
COMPLAIN_EVERY = 60.0
ROWS_PER_STATEMENT = 500
CONNECT_SECONDS = 5
POSTGRES_ARGS = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 10_000,
}
# The last one frees the rows that a server has locked which stands still.
POSTGRES_SETTINGS = (
    "SET statement_timeout = '15s'",
    "SET lock_timeout = '5s'",
    "SET idle_in_transaction_session_timeout = '15s'",
)


# What is said of a disk that is full or must not be written to.
SQLITE_FULL = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
}
POSTGRES_FULL = {"53100", "25006", "58030"}
SYSTEM_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EFBIG}

DAMAGED = "The file with earlier runs was damaged. It was put aside, and a new one was begun."
VANISHED = "The file with earlier runs has vanished. A new one was begun."


class NoAnswer(SQLAlchemyError):  # noqa: N818
    """The database did not answer in time, or has just failed to."""


class Full(SQLAlchemyError):  # noqa: N818
    """The disk takes nothing: not even the folder of the database, or a copy of an older one."""


class Database:
    """The database at ``url``. ``notice``: a sentence if it had to be begun anew, or empty.

    A place where no file can ever be raises ``OSError``, and a database of a newer version
    ``NewerStore``. A full disk, and a server that does not answer yet, are asked again whenever
    something is wanted of them. ``renewals``: how often a file was begun anew while it was in use,
    because it had vanished or was damaged. ``complain``: whether trouble with the database is due
    for a line in the log; whoever meets it asks, and it is once a minute for all of them.
    """

    def __init__(self, url: str) -> None:
        address = sa.make_url(url)
        self.notice, self.ready, self.renewals = "", False, 0
        self._file: Path | None = None
        self._known: tuple[int, int] | None = None
        self._opening = threading.RLock()
        self._failed_at = float("-inf")
        self.complain = Seldom(COMPLAIN_EVERY)
        options: dict[str, Any] = {}
        tune: Callable[[Any, Any], None] = _tune_nothing
        match address.get_backend_name():
            case "sqlite":
                tune = _tune_sqlite
                if address.database:
                    self._file = Path(address.database)
            case "postgresql":
                tune = _tune_postgres
                pool = {"pool_size": POOL, "max_overflow": POOL, "pool_timeout": CONNECT_SECONDS}
                options = {"connect_args": POSTGRES_ARGS, "pool_pre_ping": True, **pool}
        self.engine = sa.create_engine(address, hide_parameters=True, **options)
        sa.event.listen(self.engine, "connect", tune)
        try:
            if self._file:
                self.notice = _make_room(self._file)
            self._prepare()
        except (OperationalError, OSError) as error:
            if isinstance(error, OSError) and not takes_nothing(error):
                raise
            self.complain()
            log.warning("the database cannot be used yet", exc_info=True)
        except NewerStore:
            self.engine.dispose()
            raise

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """One transaction. For threads that may wait; raises ``SQLAlchemyError``."""
        try:
            self._prepare()
            with self.engine.begin() as connection:
                yield connection
        except OSError as error:
            raise Full(str(error)) from error
        except SQLAlchemyError as error:
            if type(error) is DatabaseError:  # SQLite: malformed, or no database at all
                self._mend()
            # What takes nothing may still be read.
            if not (is_hopeless(error) or takes_nothing(error)):
                self._failed_at = time.monotonic()
            raise
        self._failed_at = float("-inf")

    def read(self, work: Callable[[sa.Connection], T]) -> T:
        """What ``work`` reads; from a file on a full disk, too. Raises ``SQLAlchemyError``."""
        try:
            with self.begin() as connection:
                return work(connection)
        except SQLAlchemyError as error:
            source = self._file and (older_file(self._file) or self._file)
            if not (source and source.exists() and takes_nothing(error)):
                raise
        # Beside a file that it reads, SQLite wants another one for its locks. Where there is no
        # room for that, nobody can write either, so it is read as if it could never change.
        address = f"sqlite:///file:{quote(str(source))}?mode=ro&immutable=1&uri=true"
        frozen = sa.create_engine(address, hide_parameters=True, poolclass=sa.NullPool)
        with frozen.connect() as connection:
            return work(connection)

    def ask(self, work: Callable[[], T]) -> T:
        """``work()``, for a page: ``NoAnswer`` after ``PATIENCE``, or at once if it just failed."""
        if time.monotonic() - self._failed_at < RETRY_AFTER:
            raise NoAnswer("the database has just failed to answer")
        answers: queue.SimpleQueue[T | BaseException] = queue.SimpleQueue()

        def run() -> None:
            try:
                answers.put(work())
            except BaseException as error:
                answers.put(error)

        threading.Thread(target=run, name="dl101-ask", daemon=True).start()
        try:
            answer = answers.get(timeout=PATIENCE)
        except queue.Empty:
            self._failed_at = time.monotonic()
            raise NoAnswer("the database does not answer") from None
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def close(self) -> None:
        self.engine.dispose()

    def _prepare(self) -> None:
        """Make the tables that are missing; another server may be doing the same."""
        with self._opening:
            if self.ready and self._file and self._known != _identity(self._file):
                # SQLite would go on writing into what nobody can find again.
                self._renew(VANISHED)
            if not self.ready:
                self._make_tables()
                self._known = _identity(self._file) if self._file else None

    def _mend(self) -> None:
        """Begin anew if the file is damaged; it is kept aside."""
        with self._opening:
            if self._file and self._file.exists() and _is_damaged(self._file):
                self._renew(DAMAGED)

    def _renew(self, notice: str) -> None:
        assert self._file is not None
        log.error("%s", notice)
        self.engine.dispose()
        _make_room(self._file)
        self.notice, self.ready = notice, False
        self.renewals += 1

    def _make_tables(self) -> None:
        """Make what is missing, and bring an older database up to date."""
        found = self._find_version()
        if found == VERSION:
            metadata.create_all(self.engine)
        else:
            self._create_all()
            with self.engine.begin() as connection:
                migrate(connection, found)
        self.ready = True

    def _find_version(self) -> int:
        """The number of the database, after a copy of an older one was made."""
        copied = False
        if self._file:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            # A file that was put aside, or has vanished, is not replaced by an even older one.
            if not self.notice and (older := older_file(self._file)):
                log.info("the runs of an earlier version are taken over from %s", older.name)
                _make_room(older)
                copied = older.exists()
                if copied:
                    copy_file(older, self._file)
        with self.engine.connect() as connection:
            found = version_of(connection)
        if self._file and 0 < found < VERSION and not copied:
            keep_copy(self._file)
        return found

    def _create_all(self) -> None:
        for _ in range(2):
            try:
                metadata.create_all(self.engine)
                break
            except (IntegrityError, ProgrammingError, OperationalError) as error:
                if isinstance(error, OperationalError) and "already exists" not in str(error):
                    raise
        else:
            metadata.create_all(self.engine)


def now(connection: sa.Connection) -> sa.ColumnElement[float]:
    """Seconds since 1970 by the one clock that all servers share."""
    if connection.dialect.name == "postgresql":
        return sa.cast(sa.extract("epoch", sa.func.clock_timestamp()), sa.Double)
    return sa.literal(time.time())


def insert(
    connection: sa.Connection,
    table: sa.Table,
    rows: Sequence[dict[str, Any]],
    overwrite: bool,
) -> int:
    """Insert; rows that are there already stay as they are, or are overwritten. How many changed.

    In order of their keys, so that two servers never wait for each other.
    """
    keys = [column.name for column in table.primary_key]
    ordered = sorted(rows, key=lambda row: [row[key] for key in keys])
    changed = 0
    for first in range(0, len(ordered), ROWS_PER_STATEMENT):
        part = ordered[first : first + ROWS_PER_STATEMENT]
        if connection.dialect.name in ("postgresql", "sqlite"):
            changed += _insert_many(connection, table, part, keys, overwrite)
        else:
            changed += sum(_insert_one(connection, table, row, keys, overwrite) for row in part)
    return changed


def _insert_many(
    connection: sa.Connection,
    table: sa.Table,
    rows: Sequence[dict[str, Any]],
    keys: list[str],
    overwrite: bool,
) -> int:
    # Both dialects know ON CONFLICT, each by its own function.
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(rows)
    if overwrite:
        new = {name: statement.excluded[name] for name in rows[0] if name not in keys}
        statement = statement.on_conflict_do_update(index_elements=keys, set_=new)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=keys)
    counted = statement.execution_options(preserve_rowcount=True)
    return int(connection.execute(counted).rowcount)


def _insert_one(
    connection: sa.Connection,
    table: sa.Table,
    row: dict[str, Any],
    keys: list[str],
    overwrite: bool,
) -> int:
    same = sa.and_(*(table.c[key] == row[key] for key in keys))
    there = connection.execute(sa.select(sa.literal(1)).select_from(table).where(same)).first()
    if there is None:
        connection.execute(sa.insert(table).values(row))
    elif overwrite:
        connection.execute(sa.update(table).where(same).values(row))
    return int(there is None or overwrite)


def is_hopeless(error: SQLAlchemyError) -> bool:
    """Whether the same statement can never succeed: the values are wrong, not the database."""
    return isinstance(error, DataError | NotSupportedError) or type(error) is StatementError


def takes_nothing(error: BaseException) -> bool:
    """Whether the disk is full or must not be written to; what is there may still be read."""
    if isinstance(error, OSError):
        return error.errno in SYSTEM_FULL
    reason = getattr(error, "orig", None)
    if isinstance(reason, sqlite3.Error):
        # Extended codes tell more in their higher bits.
        return getattr(reason, "sqlite_errorcode", 0) & 0xFF in SQLITE_FULL
    return isinstance(error, Full) or getattr(reason, "sqlstate", None) in POSTGRES_FULL


def _tune_nothing(connection: Any, record: Any) -> None: ...


def _tune_postgres(connection: Any, record: Any) -> None:
    with connection.cursor() as cursor:
        for setting in POSTGRES_SETTINGS:
            cursor.execute(setting)
    connection.commit()


def _tune_sqlite(connection: sqlite3.Connection, record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={BUSY_MS}"):
        connection.execute(f"PRAGMA {pragma}")


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file is there; None if there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _make_room(path: Path) -> str:
    """Make the folder; put a damaged file aside, and say so in a sentence."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or not _is_damaged(path):
        return ""
    mark = time.strftime("%Y%m%d-%H%M%S")
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(path.with_name(f"{path.name}.damaged-{mark}{suffix}"))
    log.error("%s was damaged; it is kept as %s.damaged-%s", path, path.name, mark)
    return DAMAGED


def _is_damaged(path: Path) -> bool:
    connection = sqlite3.connect(path, timeout=BUSY_MS / 1000)
    try:
        return bool(connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",))
    except sqlite3.OperationalError:  # locked, or not ours to read: no damage
        return False
    except sqlite3.DatabaseError:
        return True
    finally:
        connection.close()
