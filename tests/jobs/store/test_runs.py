"""The runs in the store, and faults of the disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from dl101_core.jobs.record import RunRow, Saved
from dl101_core.jobs.runner import UnknownRun
from dl101_core.jobs.store import database as database_module
from dl101_core.jobs.store.journal import StoreJournal, database_url, open_journal
from dl101_core.jobs.store.runs import Batch, Store
from dl101_core.jobs.store.tables import runs
from dl101_core.training.events import Checkpointed, Progress
from tests.events import finished, progress
from tests.inline import InlineRunner
from tests.jobs.helpers import config, curve, start, wait_for, watch

RUN = "r" * 22
DONE = finished(9, False, 0.5, 0.9, ((1, 0), (0, 1)), ())
POINTS = tuple(progress(step, 1 / step, 0.5, 0.1) for step in range(1, 5))


def row(run_id: str = RUN, created: float = 1.0, **changes: object) -> RunRow:
    return RunRow(run_id, "me", config(), created, **changes)  # type: ignore[arg-type]


def batch(points: tuple[Progress, ...] = POINTS) -> Batch:
    told = [(RUN, seq, event) for seq, event in enumerate(points, 1)]
    return Batch({RUN: row()}, list(told), {RUN: Checkpointed(2, 2, b"\x00state")})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "runs.sqlite"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.faults)])
def url(request: pytest.FixtureRequest, path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{path}"
    return request.getfixturevalue("postgres").new_url()  # type: ignore[no-any-return]


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = Store(url)
    yield store
    store.close()


def test_a_run_comes_back_whole_in_another_server(store: Store, url: str) -> None:
    store.write(batch())
    store.write(Batch({RUN: row(outcome="finished", step=9, result=DONE)}))
    again = Store(url)
    whole = row(outcome="finished", step=9, result=DONE)
    assert again.load(RUN) == Saved(whole, POINTS, Checkpointed(2, 2, b"\x00state"))
    assert again.load("x" * 22) is None
    assert again.notice == ""
    again.close()


def test_events_that_are_known_stay_as_they_are(store: Store) -> None:
    store.write(batch(POINTS[:2]))
    store.write(batch((progress(7, 7.0, 0.7, 0.7), *POINTS[1:])))
    saved = store.load(RUN)
    assert saved is not None
    assert saved.events == POINTS


def test_a_curve_with_a_hole_is_cut_and_its_late_checkpoint_ignored(store: Store) -> None:
    store.write(batch(POINTS[:1]))
    store.write(Batch(events=[(RUN, 3, POINTS[2])]))
    saved = store.load(RUN)
    assert saved is not None
    assert (saved.events, saved.checkpoint) == (POINTS[:1], None)


def test_the_list_is_newest_first_by_owner_and_limited(store: Store) -> None:
    rows = {f"{n:022}": row(f"{n:022}", created=float(n)) for n in range(5)}
    store.write(Batch(rows))
    assert [r.created for r in store.recent("me", 3)] == [4.0, 3.0, 2.0]
    assert store.recent("other", 3) == []
    assert len(store.recent(None, 10)) == 5


def test_old_runs_are_forgotten(store: Store, url: str) -> None:
    store.write(batch())
    store.write(Batch({f"{n:022}": row(f"{n:022}", created=n + 2.0) for n in range(5)}))
    again = Store(url, kept_runs=3)
    assert [r.created for r in again.recent(None, 10)] == [6.0, 5.0, 4.0]
    assert again.load(RUN) is None
    again.close()


def test_the_file_is_in_wal_mode(path: Path) -> None:
    Store(f"sqlite:///{path}").close()
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


@pytest.mark.parametrize("damage", ["garbage", "truncated", "overwritten"])
def test_a_damaged_file_is_kept_aside_and_a_new_one_begun(path: Path, damage: str) -> None:
    first = Store(f"sqlite:///{path}")
    for _ in range(50):
        first.write(Batch({f"{n:022}": row(f"{n:022}") for n in range(50)}))
    first.close()
    content = path.read_bytes()
    broken = {
        "garbage": b"this is no database" * 100,
        "truncated": content[: len(content) // 2],
        "overwritten": content[:4096] + b"\xff" * 8192 + content[12288:],
    }[damage]
    path.write_bytes(broken)
    second = Store(f"sqlite:///{path}")
    assert "put aside" in second.notice
    (aside,) = path.parent.glob("runs.sqlite.damaged-*")
    assert aside.read_bytes() == broken
    second.write(batch())
    assert second.load(RUN) is not None
    second.close()


def test_a_run_that_cannot_be_read_is_left_out(store: Store) -> None:
    store.write(batch())
    with store.database.begin() as connection:
        connection.execute(sa.update(runs).values(config='{"type": "Gone"}'))
    assert store.load(RUN) is None
    assert store.recent(None, 10) == []


def test_a_full_disk_loses_nothing_and_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(f"sqlite:///{path}")
    pages = [30]  # SQLite calls a database full that may not grow any more

    @sa.event.listens_for(store.database.engine, "begin")
    def limit(connection: sa.Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages[0]}")

    monkeypatch.setattr("dl101_core.jobs.store.journal.FIRST_DELAY", 0.01)
    journal = StoreJournal(store)
    state = b"weights" * 100_000
    journal.save_run(row())
    journal.save_checkpoint(RUN, Checkpointed(2, 2, state))
    wait_for(lambda: "cannot be saved" in journal.notice)
    for seq, event in enumerate(POINTS, 1):
        journal.save_event(RUN, seq, event)
    assert not journal.settled
    pages[0] = 10_000
    wait_for(lambda: journal.settled)
    assert journal.notice == ""
    assert journal.load(RUN) == Saved(row(), POINTS, Checkpointed(2, 2, state))
    journal.close()


def test_a_locked_database_only_delays_saving(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "BUSY_MS", 10)
    monkeypatch.setattr("dl101_core.jobs.store.journal.FIRST_DELAY", 0.01)
    journal = StoreJournal(Store(f"sqlite:///{path}"))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    journal.save_run(row())
    wait_for(lambda: "cannot be saved" in journal.notice)
    other.execute("COMMIT")
    other.close()
    wait_for(lambda: journal.settled)
    assert journal.load(RUN) is not None
    journal.close()


def test_a_store_that_does_not_answer_is_named_and_stops_nobody_from_starting(
    store: Store,
) -> None:
    journal = StoreJournal(store)
    with store.database.begin() as connection:
        for table in ("runs", "events", "checkpoints"):
            connection.execute(sa.text(f"DROP TABLE dl101_{table}"))
    with pytest.raises(UnknownRun, match="cannot be read at the moment"):
        journal.load(RUN)
    assert journal.recent(None, 10) == []
    runner = InlineRunner()
    runner._journal = journal
    assert watch(runner, start(runner, config())) == curve(config())
    assert "cannot be saved" in runner.notice
    journal.close()


def test_closing_saves_what_is_left(url: str) -> None:
    journal = StoreJournal(Store(url))
    journal.save_run(row())
    journal.close()
    again = Store(url)
    assert again.load(RUN) is not None
    again.close()


@pytest.mark.parametrize(
    "url", ["sqlite:////proc/nowhere/runs.sqlite", "nosuchdatabase://host/name", "not a url"]
)
def test_without_a_store_runs_are_kept_in_memory_and_the_learner_is_told(url: str) -> None:
    journal = open_journal(url)
    journal.save_run(row())
    assert "cannot be saved on this server" in journal.notice
    assert journal.load(RUN) is None
    journal.close()


def test_the_database_is_the_hosts_choice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("DL101_STATE_DIR", str(tmp_path))
    assert database_url() == f"sqlite:///{tmp_path}/runs.sqlite"
    monkeypatch.setenv("DATABASE_URL", "postgres://user@host/name")
    assert database_url() == "postgresql://user@host/name"


def test_a_long_outage_is_saved_in_one_go(store: Store) -> None:
    many = [progress(step, 0.5, 0.5, 0.1) for step in range(1, 2500)]
    told = [(RUN, seq, event) for seq, event in enumerate(many, 1)]
    store.write(Batch({RUN: row()}, [*told, *told[:10]]))
    store.write(Batch(events=told[2000:]))
    saved = store.load(RUN)
    assert saved is not None
    assert saved.events == tuple(many)


def test_what_is_deleted_leaves_nothing(store: Store) -> None:
    store.write(batch())
    store.write(Batch(deleted={RUN}))
    assert store.load(RUN) is None
    assert store.checkpoint(RUN) is None
    assert store.recent(None, 10) == []
