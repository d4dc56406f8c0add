"""Databases of older versions are brought up to date in numbered steps; newer ones are refused.

A step is a function in ``STEPS`` under the number that it leads to. It may find its work done
already, because several servers can open one database. Before the first step a copy is kept: of an
SQLite file as ``<name>.before-<number>``, of other databases as tables with the rows that a step
is about to change.

1: the tables of version 0.1. 2: several servers (0.2 and 0.3). 3: this number is kept in the
database, and states of 0.1, which ``torch.save`` wrote, are safetensors.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from dl101_core.jobs.store.tables import checkpoints, runs, versions
from dl101_core.jobs.store.torch_states import MAGIC, modernise
from dl101_core.jobs.workers.codec import BadMessage, from_text
from dl101_core.training.states import DamagedState

log = logging.getLogger(__name__)

OLDER_FILES = ("runs-2.sqlite", "runs-1.sqlite")
"""What earlier versions called the file of the state folder, newest first."""


class NewerStore(SQLAlchemyError):  # noqa: N818
    """The database is of a newer version of this app. ``notice``: a sentence for learners."""

    notice = (
        "Runs of a newer version of this app are kept here, and this older one must not touch "
        "them. Runs that are started now are gone when the server ends. Whoever runs the server "
        "can start the newer version again, or set DL101_STATE_DIR or DATABASE_URL to another "
        "place."
    )

    def __init__(self, found: int) -> None:
        super().__init__(f"the database has version {found}; this app knows {VERSION}")


def _states_of_torch(connection: sa.Connection) -> None:
    """0.1 kept what ``torch.save`` wrote."""
    old = sa.func.substr(checkpoints.c.state, 1, len(MAGIC)) == MAGIC
    found = list(connection.execute(sa.select(checkpoints.c.run_id).where(old)).scalars())
    if found and connection.dialect.name != "sqlite":
        _keep_rows(connection, checkpoints, old)
    for run_id in found:
        here = checkpoints.c.run_id == run_id
        state = connection.execute(sa.select(checkpoints.c.state).where(here)).scalar_one()
        text = connection.execute(sa.select(runs.c.config).where(runs.c.run_id == run_id)).scalar()
        try:
            new = modernise(from_text(text or ""), bytes(state))
        except (BadMessage, DamagedState) as error:  # the run will say that it is damaged
            log.warning("a state of 0.1 cannot be read: %s", error, extra={"run": run_id})
            continue
        connection.execute(sa.update(checkpoints).where(here).values(state=new))
    log.info("%d states of version 0.1 were brought up to date", len(found))


STEPS: dict[int, Callable[[sa.Connection], None]] = {
    2: lambda _: None,  # only tables are new, and those that are missing are made anyway
    3: _states_of_torch,
}
VERSION = max(STEPS)


def version_of(connection: sa.Connection) -> int:
    """The number of the database; 0 if it is empty. Raises ``NewerStore``."""
    tables = set(sa.inspect(connection).get_table_names())
    if versions.name in tables:
        found = int(connection.execute(sa.select(sa.func.max(versions.c.number))).scalar() or 0)
        if found > VERSION:
            raise NewerStore(found)
        if found:
            return found
    if runs.name not in tables:
        return 0
    return 2 if "dl101_claims" in tables else 1


def migrate(connection: sa.Connection, found: int) -> None:
    """Take the steps from ``found`` on. All tables must be there already; one transaction."""
    if connection.dialect.name == "postgresql":  # two servers that start together: one of them
        connection.execute(sa.text(f"LOCK TABLE {versions.name} IN EXCLUSIVE MODE"))
    found = max(found, connection.execute(sa.select(sa.func.max(versions.c.number))).scalar() or 0)
    for number in range(found + 1, VERSION + 1) if found else (VERSION,):
        if found:
            log.info("the database of the runs goes from version %d to %d", number - 1, number)
            STEPS[number](connection)
        connection.execute(sa.insert(versions).values(number=number))


def keep_copy(file: Path) -> None:
    """Keep the SQLite ``file`` as it is, beside itself; a copy that is there already stays."""
    copy = file.with_name(f"{file.name}.before-{VERSION}")
    if not copy.exists():
        copy_file(file, copy)
        log.info("the database is kept as %s before it changes", copy.name)


def copy_file(source: Path, target: Path) -> None:
    """A whole copy of an SQLite file and its log under the name ``target``, or none at all.

    Raises ``OperationalError`` and ``OSError``.
    """
    half = target.with_name(f"{target.name}.half")
    try:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(half)) as new:
            old.backup(new)
        half.replace(target)
    except sqlite3.OperationalError as error:
        raise OperationalError(f"copy to {target.name}", None, error) from None
    finally:
        half.unlink(missing_ok=True)


def older_file(file: Path) -> Path | None:
    """The database of an earlier version in the same folder, if ``file`` is not there yet."""
    beside = (file.with_name(name) for name in OLDER_FILES)
    return None if file.exists() else next((path for path in beside if path.exists()), None)


def _keep_rows(connection: sa.Connection, table: sa.Table, which: sa.ColumnElement[bool]) -> None:
    name = f"{table.name}_before_{VERSION}"
    if sa.inspect(connection).has_table(name):
        return
    copy = sa.Table(name, sa.MetaData(), *(sa.Column(c.name, c.type) for c in table.columns))
    copy.create(connection)
    names = [column.name for column in table.columns]
    connection.execute(sa.insert(copy).from_select(names, sa.select(table).where(which)))
