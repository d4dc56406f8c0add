"""The disk fails while a class trains: the learner is told, and nothing is lost."""

from __future__ import annotations

import resource
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from dl101_core.jobs.local import LocalRunner
from dl101_core.jobs.record import RunRow
from dl101_core.jobs.runner import Runner, owner_of
from dl101_core.jobs.store import database
from dl101_core.jobs.store.journal import StoreJournal, open_journal
from dl101_core.jobs.store.leases import Leases
from dl101_core.jobs.store.runs import Store
from dl101_core.jobs.store.shared import share
from dl101_core.limits import Limits
from dl101_core.tasks.images.config import ImageConfig
from tests.faults.helpers import (
    MIXED,
    ROOT,
    all_end,
    all_told,
    assert_nothing_lost,
    begin,
    has_final_weights,
    local,
    told,
    undisturbed,
)
from tests.inline import InlineRunner
from tests.jobs.helpers import config, start, wait_for, watch

FILE = "runs.sqlite"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state directory whose database has a short timeout."""
    monkeypatch.setattr(database, "BUSY_MS", 20)
    monkeypatch.setattr("dl101_core.jobs.store.journal.FIRST_DELAY", 0.05)
    monkeypatch.setattr("dl101_core.jobs.store.journal.LONGEST_DELAY", 0.2)
    return tmp_path / "state"


@pytest.fixture
def runner(folder: Path) -> Iterator[LocalRunner]:
    runner = local(folder, workers=1)
    yield runner
    runner.close()


def journal_of(runner: LocalRunner) -> StoreJournal:
    assert isinstance(runner._journal, StoreJournal)
    return runner._journal


@contextmanager
def locked(folder: Path, runner: LocalRunner) -> Iterator[None]:
    other = sqlite3.connect(folder / FILE, isolation_level=None, timeout=60)
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.execute("ROLLBACK")
    other.close()


@contextmanager
def full(folder: Path, runner: LocalRunner) -> Iterator[None]:
    """No file of this process may grow beyond 60 kB; one checkpoint takes more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def read_only(folder: Path, runner: LocalRunner) -> Iterator[None]:
    engine, word = journal_of(runner).store.database.engine, ["ON"]

    @sa.event.listens_for(engine, "begin")
    def refuse(connection: sa.Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA query_only = {word[0]}")

    yield
    word[0] = "OFF"


@pytest.mark.parametrize("trouble", [locked, full, read_only])
def test_a_disk_that_takes_nothing_for_a_while_is_named_and_loses_nothing(
    folder: Path, runner: LocalRunner, trouble: object
) -> None:
    runs = begin(runner, MIXED)
    wait_for(lambda: all_told(runner, runs) > 10)
    with trouble(folder, runner):  # type: ignore[operator]
        wait_for(lambda: all_told(runner, runs) and "cannot be saved" in runner.notice)
        assert "They go on" in runner.notice
        all_end(runner, runs)
    wait_for(lambda: journal_of(runner).settled)
    assert runner.notice == ""
    assert_nothing_lost(runner, runs)
    assert all(kept(folder, run_id, of) for run_id, of in runs.items())


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_file_that_is_deleted_under_the_server_is_begun_anew_with_all_that_is_in_memory(
    folder: Path, runner: LocalRunner, what: str
) -> None:
    runs = begin(runner, MIXED)
    wait_for(lambda: all_told(runner, runs) > 10)
    if what == "file":
        (folder / FILE).unlink()
    else:
        shutil.rmtree(folder)
    wait_for(lambda: all_told(runner, runs) and "vanished" in runner.notice)
    all_end(runner, runs)
    wait_for(lambda: all(kept(folder, run_id, of) for run_id, of in runs.items()))
    assert_nothing_lost(runner, runs)


@pytest.mark.parametrize("damage", ["garbage", "truncated"])
def test_a_file_that_is_damaged_under_the_server_is_put_aside_and_a_new_one_begun(
    folder: Path, damage: str
) -> None:
    journal = StoreJournal(Store(f"sqlite:///{folder / FILE}"))
    journal.save_run(RunRow("a" * 22, "me", MIXED[0], 1.0))
    wait_for(lambda: journal.settled)
    # The cache and the log of an open connection hide the damage, and may even repair it.
    journal.store.database.engine.dispose()
    content = (folder / FILE).read_bytes()
    damaged = b"no database" * 5000 if damage == "garbage" else content[:5000]
    (folder / FILE).write_bytes(damaged)
    assert not journal.begun_anew()
    journal.save_run(RunRow("b" * 22, "me", MIXED[0], 2.0))
    wait_for(lambda: "put aside" in journal.notice)
    (aside,) = folder.glob(f"{FILE}.damaged-*")
    assert aside.read_bytes() == damaged
    wait_for(lambda: journal.settled)
    assert journal.begun_anew()
    assert not journal.begun_anew()
    assert [row.run_id for row in journal.recent(None, 10)] == ["b" * 22]
    journal.close()


def test_a_server_that_ends_tries_once_more_to_save(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dl101_core.jobs.store.journal.FIRST_DELAY", 600.0)
    journal = StoreJournal(Store(f"sqlite:///{folder / FILE}"))
    other = sqlite3.connect(folder / FILE, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    journal.save_run(RunRow("a" * 22, "me", MIXED[0], 1.0))
    wait_for(lambda: "cannot be saved" in journal.notice)
    journal.save_run(RunRow("b" * 22, "me", MIXED[0], 2.0))
    other.execute("ROLLBACK")
    other.close()
    journal.close()
    again = Store(f"sqlite:///{folder / FILE}")
    assert [row.run_id[0] for row in again.recent(None, 10)] == ["b", "a"]
    again.database.close()


@contextmanager
def no_room() -> Iterator[Callable[[], None]]:
    """No file may grow beyond 30 kB, less than SQLite needs; yields a function that ends this."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, hard))

    def make_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    try:
        yield make_room
    finally:
        make_room()


@contextmanager
def server(folder: Path) -> Iterator[Runner]:
    """A server that trains inside the polling calls, and keeps its runs in ``folder``."""
    journal = open_journal(f"sqlite:///{folder / FILE}")
    manager = InlineRunner()
    manager._journal = journal
    runner = share(manager, journal, Limits())
    yield runner
    runner.close()


def test_a_server_that_starts_on_a_full_disk_saves_its_runs_once_there_is_room(
    folder: Path,
) -> None:
    of = config("softmax", epochs=2)
    with no_room() as make_room, server(folder) as runner:
        assert "cannot be saved at the moment" in runner.notice
        run_id = start(runner, of)
        assert watch(runner, run_id) == undisturbed(of)[0]
        make_room()
        wait_for(lambda: runner.notice == "" and kept(folder, run_id, of))
    with server(folder) as again:
        assert told(again, run_id) == undisturbed(of)[0]


def test_a_server_that_starts_again_on_a_full_disk_shows_what_is_saved_and_then_goes_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("dl101_core.jobs.store.shared.TALK_EVERY", 0.01)
    of, endless = config("softmax", epochs=2), config("mlp", epochs=100, train_size=15_000)
    with server(folder) as runner:
        ended, going = start(runner, of), start(runner, endless)
        assert watch(runner, ended) == undisturbed(of)[0]
        wait_for(lambda: len(told(runner, going)) > 5)
    tries: list[float] = []
    monkeypatch.setattr(Leases, "forget_beat", lambda _: tries.append(0.0))
    caplog.set_level("WARNING", logger="dl101_core.jobs.store")
    with no_room() as make_room, server(folder) as again:
        assert "cannot be saved at the moment" in again.notice
        assert told(again, ended) == undisturbed(of)[0]
        state = again.checkpoint(ended)
        assert state is not None
        assert has_final_weights(of, state)
        status = again.status(going)
        assert status.state == "paused"
        assert "when there is room again" in status.message
        before = len(told(again, going))
        assert before > 5
        assert {run.run_id for run in again.runs(owner_of("me"))} == {ended, going}
        wait_for(lambda: len(tries) > 20)
        assert len(caplog.records) == 1
        make_room()
        wait_for(lambda: again.status(going).state == "running")
        wait_for(lambda: len(told(again, going)) > before)
        wait_for(lambda: again.notice == "")


def test_a_disk_without_room_for_a_copy_of_an_older_file_shows_its_runs_meanwhile(
    folder: Path,
) -> None:
    folder.mkdir()
    old = folder / "runs-2.sqlite"
    shutil.copy(ROOT / "tests/fixtures/state/0.2.0/runs-2.sqlite", old)
    run_id = "finished-run-000000001"
    with no_room() as make_room, server(folder) as runner:
        assert "cannot be saved at the moment" in runner.notice
        assert runner.status(run_id).state == "finished"
        assert runner.checkpoint(run_id) is not None
        make_room()
        wait_for(lambda: runner.notice == "")
        assert runner.status(run_id).state == "finished"
    assert (folder / FILE).exists()
    assert old.exists()


def kept(folder: Path, run_id: str, of: ImageConfig) -> bool:
    """Whether the next server will find the whole run."""
    again = Store(f"sqlite:///{folder / FILE}")
    try:
        saved = again.load(run_id)
    finally:
        again.database.close()
    whole = saved is not None and saved.row.outcome == "finished" and saved.checkpoint is not None
    return whole and saved is not None and list(saved.events) == undisturbed(of)[0]
