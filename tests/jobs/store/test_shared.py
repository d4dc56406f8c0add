"""Several servers on one store: which trains, which watches, and the end of one of them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path
from time import monotonic

import msgspec
import pytest
import sqlalchemy as sa

from dl101_core.jobs.local import LocalRunner
from dl101_core.jobs.manager import Manager
from dl101_core.jobs.runner import (
    NotYours,
    Pause,
    Refused,
    Resume,
    RunSpec,
    UnknownRun,
    new_run_id,
    owner_of,
)
from dl101_core.jobs.slicer import Drop, EventReport, Parked
from dl101_core.jobs.store import host, tables
from dl101_core.jobs.store import leases as leases_module
from dl101_core.jobs.store.database import Database
from dl101_core.jobs.store.journal import NoJournal, StoreJournal, open_journal
from dl101_core.jobs.store.leases import Leases, Shown, command_of, order_of
from dl101_core.jobs.store.runs import Batch, Store
from dl101_core.jobs.store.shared import SharedRunner, share
from dl101_core.limits import Limits
from dl101_core.optim import OptimizerConfig
from dl101_core.training.checkpoints import trained_model
from dl101_core.training.events import (
    Checkpointed,
    Event,
    Finished,
    LearningRateChanged,
    SaveCheckpoint,
    SetLearningRate,
    Started,
    Stop,
)
from dl101_core.training.loop import train
from tests.events import finished, progress
from tests.jobs.helpers import ENDLESS, config, curve, looks, rests, start, steer, wait_for, watch
from tests.jobs.store.postgres import Cluster
from tests.jobs.store.test_runs import row
from tests.jobs.test_manager import Notes
from tests.patience import PATIENCE

pytestmark = pytest.mark.faults
# A few seconds, even on a busy machine.
SHORT = config("mlp", epochs=3, train_size=2000, optimizer=OptimizerConfig(name="sgd", lr=0.05))
POINTS = [progress(step, 1 / step, 0.5, 0.1) for step in range(1, 9)]
BEGUN = Started(60, 15, 1, 1, 1, 1)
DONE = finished(60, False, 0.1, 0.9, (), ())


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('shared')}/runs.sqlite"
    return request.getfixturevalue("postgres").new_url()  # type: ignore[no-any-return]


@pytest.fixture
def chatty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers that talk more often."""
    monkeypatch.setattr("dl101_core.jobs.store.shared.TALK_EVERY", 0.05)


def found_dead(name: str, url: str) -> None:
    """Set the row of the server ``name`` back by more than a lease."""
    database = Database(url)
    with database.begin() as connection:
        mine = tables.servers.c.server == name
        connection.execute(sa.update(tables.servers).where(mine).values(expires=0.0))
    database.close()


@pytest.fixture
def quick(chatty: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers that are soon found dead."""
    monkeypatch.setattr(leases_module, "EXPIRY", 1.5)
    monkeypatch.setattr(leases_module, "BEAT_EVERY", 0.1)
    monkeypatch.setattr("dl101_core.jobs.store.shared.EXPIRY", 1.5)


# ------------------------------------------------------------ servers that train


@pytest.fixture(scope="module")
def pair(postgres: Cluster) -> Iterator[tuple[SharedRunner, SharedRunner]]:
    """Two servers with processes of their own."""
    url = postgres.new_url()
    both = train_here(url), train_here(url)
    yield both
    for server in both:
        server.close()


def train_here(url: str, **limits: object) -> SharedRunner:
    settings = Limits(**{"workers": 1, "checkpoint_every": 0.05} | limits)  # type: ignore[arg-type]
    journal = open_journal(url)
    runner = share(LocalRunner(journal, settings), journal, settings)
    assert isinstance(runner, SharedRunner)
    return runner


def known_to(server: SharedRunner, run_id: str) -> bool:
    """Whether the run has reached the store by now."""
    try:
        return server.status(run_id).run_id == run_id
    except UnknownRun:
        return False


def test_a_link_shows_the_same_on_every_server(pair: tuple[SharedRunner, SharedRunner]) -> None:
    here, there = pair
    run_id = start(here, SHORT)
    wait_for(lambda: known_to(there, run_id))
    assert there.submit(RunSpec(run_id, owner_of("me"), SHORT)) == run_id
    with pytest.raises(ValueError, match="other settings"):
        there.submit(RunSpec(run_id, owner_of("me"), config()))
    states = set()
    for look, seen in enumerate(looks(there, run_id)):
        assert seen == curve(SHORT)[: len(seen)]
        states.add(there.status(run_id).state)
        if look % 50 == 0:
            states |= {status.state for status in there.runs()}
    assert seen == curve(SHORT)
    assert states <= {"queued", "running", "finished"}
    assert not there.manager.holds(run_id) or there.status(run_id).ended
    assert there.status(run_id) == here.status(run_id)
    assert there.checkpoint(run_id) == here.checkpoint(run_id) is not None
    assert there.runs(owner_of("me")) == here.runs(owner_of("me"))


def test_the_owner_steers_from_any_server(pair: tuple[SharedRunner, SharedRunner]) -> None:
    here, there = pair
    run_id = start(here, ENDLESS)
    wait_for(lambda: known_to(there, run_id))
    next(seen for seen in looks(there, run_id) if len(seen) >= 3)
    with pytest.raises(NotYours):
        there.command(run_id, Pause(), "somebody")
    with pytest.raises(ValueError, match=r"lr \(=-1\)"):
        steer(there, run_id, SetLearningRate(-1))
    steer(there, run_id, Pause())
    assert there.status(run_id).state == "paused"
    wait_for(lambda: rests(here.manager, run_id))
    steer(there, run_id, SetLearningRate(0.01))
    steer(there, run_id, Resume())
    assert there.status(run_id).state == "running"
    next(seen for seen in looks(there, run_id) if any(map(told_rate, seen)))
    assert here.status(run_id).state == "running"
    steer(there, run_id, Stop())
    seen = watch(there, run_id)
    assert isinstance(seen[-1], Finished)
    assert [event.lr for event in seen if told_rate(event)] == [0.01]
    assert here.events(run_id) == there.events(run_id)


def told_rate(event: Event) -> bool:
    return isinstance(event, LearningRateChanged)


def test_the_owner_deletes_from_any_server(pair: tuple[SharedRunner, SharedRunner]) -> None:
    here, there = pair
    live, ended = start(here, ENDLESS), start(here, config(), "other")
    watch(here, ended)
    next(seen for seen in looks(here, live) if len(seen) >= 3)
    for run_id, key in ((live, "me"), (ended, "other")):
        wait_for(lambda: known_to(there, run_id))  # noqa: B023
        with pytest.raises(NotYours):
            there.delete(run_id, "somebody")
        there.delete(run_id, key)
        with pytest.raises(UnknownRun):
            there.status(run_id)
        wait_for(lambda: not known_to(here, run_id))  # noqa: B023
    wait_for(lambda: not leftovers(there, {live, ended}))
    assert {live, ended}.isdisjoint(s.run_id for s in (*here.runs(), *there.runs()))


def leftovers(server: SharedRunner, run_ids: set[str]) -> set[str]:
    with server._database.begin() as connection:
        return {
            table.name
            for table in tables.OF_A_RUN
            if connection.execute(sa.select(table).where(table.c.run_id.in_(run_ids))).first()
        }


def shown(server: SharedRunner, run_id: str) -> bool:
    """Whether the other server has reported the status of the run."""
    copy = server._copies.get(run_id)
    return copy is not None and copy.shown is not None


def test_a_run_moves_to_another_server_when_its_own_is_ended(postgres: Cluster) -> None:
    url = postgres.new_url()
    first, second = train_here(url), train_here(url)
    run_id = start(first, ENDLESS)
    wait_for(lambda: known_to(second, run_id))
    next(seen for seen in looks(second, run_id) if len(seen) >= 3)
    wait_for(lambda: second.runs()[0].state == "running" and shown(second, run_id))
    first.close()
    wait_for(lambda: second.status(run_id) and second.manager.holds(run_id))
    assert "Its server had stopped" in second.status(run_id).message
    goes_on_unbroken(second, run_id)
    second.close()


def goes_on_unbroken(server: SharedRunner, run_id: str) -> None:
    """The run goes on; until its stop, its events equal those of an undisturbed run."""
    before = server.events(run_id)
    next(seen for seen in looks(server, run_id) if len(seen) >= len(before) + 3)
    steer(server, run_id, Stop())
    seen = watch(server, run_id)
    alone = (event for event in train(ENDLESS) if event and not isinstance(event, Checkpointed))
    assert seen[:-1] == list(islice(alone, len(seen) - 1))
    assert [event for _, event in before] == seen[: len(before)]
    state = server.checkpoint(run_id)
    assert state is not None
    assert trained_model(ENDLESS, state)


SERVER = """
import sys, time
from tests.jobs.helpers import ENDLESS, looks, start
from tests.jobs.store.test_shared import train_here

runner = train_here(sys.argv[1])
run_id = start(runner, ENDLESS)
next(seen for seen in looks(runner, run_id) if len(seen) >= 4)
print(run_id, runner._leases.server, flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc")
@pytest.mark.parametrize("far", [False, True], ids=["same machine", "another machine"])
def test_another_server_takes_over_from_a_killed_one(
    postgres: Cluster, chatty: None, monkeypatch: pytest.MonkeyPatch, far: bool
) -> None:
    url = postgres.new_url()
    if far:  # only its silence tells that it is dead
        monkeypatch.setattr(leases_module, "has_died", lambda server: False)
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, url],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        run_id, name = server.stdout.readline().split()
        second = train_here(url)
        wait_for(lambda: known_to(second, run_id))
        assert not second.manager.holds(run_id)
        before = second.events(run_id)
        server.send_signal(signal.SIGKILL)
    if far:
        found_dead(name, url)
    wait_for(lambda: second.status(run_id) and second.manager.holds(run_id))
    assert "Its server had stopped" in second.status(run_id).message
    assert second.events(run_id)[: len(before)] == before
    goes_on_unbroken(second, run_id)
    second.close()


# ------------------------------------------------------------ servers with a fake engine


class Server:
    """A server with a fake engine: the test decides a worker's reports, and when it is asked."""

    def __init__(self, url: str, **limits: object) -> None:
        settings = Limits(**{"live_per_worker": 9} | limits)  # type: ignore[arg-type]
        self.url, self.later = url, 0.0
        self.engine = Notes(settings.live_per_worker)
        self.journal = StoreJournal(Store(url))
        self.manager = Manager(
            self.engine, self.journal, settings, lambda: monotonic() + self.later
        )
        self.runner = SharedRunner(self.manager, self.journal, settings)
        self.silent = False

    def tell(self, run_id: str, *events: Event | Parked, first: int = 1) -> None:
        worker = self.engine.worker_of(run_id)
        for seq, event in enumerate(events, first):
            self.manager.reported(worker, EventReport(run_id, seq, event))

    def fall_silent(self) -> None:
        """Stop its thread for longer than a lease, as on a sleeping computer."""
        self.runner._closing = True
        self.runner._bell.set()
        self.runner._thread.join()
        self.silent = True
        found_dead(self.runner._leases.server, self.url)

    def speak_again(self) -> None:
        self.runner._closing = self.silent = False
        self.runner._thread = threading.Thread(target=self.runner._work, daemon=True)
        self.runner._thread.start()

    def has_saved(self, run_id: str) -> bool:
        return self.journal.has_saved(run_id)


Make = Callable[..., Server]


@pytest.fixture
def server(url: str, chatty: None) -> Iterator[Make]:
    made: list[Server] = []

    def make(**limits: object) -> Server:
        made.append(Server(url, **limits))
        return made[-1]

    yield make
    for each in made:
        if each.silent:
            each.speak_again()
        each.runner.close()


@cache
def saved() -> Checkpointed:
    """After step 2 of ``config()``, and three events."""
    trainer = train(config())
    for _ in range(3):
        next(trainer)
    event = trainer.send(SaveCheckpoint())
    assert isinstance(event, Checkpointed)
    return msgspec.structs.replace(event, told=3)


def begin(server: Server, key: str = "me") -> str:
    """A run that has reported its first points."""
    run_id = start(server.runner, config(), key)
    server.tell(run_id, BEGUN, *POINTS[:2])
    server.tell(run_id, saved(), first=3)
    wait_for(lambda: server.has_saved(run_id))
    return run_id


def test_a_run_watched_elsewhere_is_not_paused(
    server: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dl101_core.jobs.store.shared.LOOK_EVERY", 0.05)
    here, there = server(lease=300.0), server(lease=300.0)
    run_id = begin(here)
    record = here.manager._records[run_id]
    for seq, event in enumerate(POINTS[2:], 4):
        before = record.asked_at
        wait_for(lambda: there.runner.events(run_id) and record.asked_at > before)  # noqa: B023
        here.later += 200.0
        here.manager.tick()
        here.tell(run_id, event, first=seq)
    assert here.engine.commands == []
    here.later += 200.0
    here.manager.tick()
    assert here.engine.commands == [(1, run_id, Pause())]


def test_every_server_tells_what_the_training_one_knows(server: Make) -> None:
    here, there = server(live_per_worker=1), server()
    ids = [begin(here, f"owner-{n}") for n in range(2)]
    ids.append(start(here.runner, config(), "owner-3"))
    wait_for(lambda: known_to(there.runner, ids[2]))
    wait_for(lambda: there.runner.status(ids[2]).position == 1)
    theirs, ours = there.runner.status(ids[2]), here.runner.status(ids[2])
    assert (theirs.state, theirs.message) == (ours.state, ours.message)
    assert theirs.ends_in == pytest.approx(ours.ends_in, abs=0.2)
    shown = {s.run_id: s.state for s in there.runner.runs()}
    assert [shown[run_id] for run_id in ids] == ["running", "running", "queued"]
    assert there.engine.submitted == []


def test_nobody_hears_of_an_end_before_the_whole_curve_is_there(
    server: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = server(), server()
    run_id = begin(here)
    wait_for(lambda: known_to(there.runner, run_id))
    wait_for(lambda: there.runner.status(run_id) and run_id in here.runner._published)
    write, may_write = here.journal.store.write, threading.Event()
    monkeypatch.setattr(
        here.journal.store, "write", lambda b: may_write.wait(PATIENCE) and write(b)
    )
    here.tell(run_id, POINTS[2], DONE, first=4)
    exchanges = count_calls(monkeypatch, there.runner, "_talk")
    while exchanges() < 10:
        assert there.runner.status(run_id).state == "running"
        assert len(there.runner.events(run_id)) == 3
    may_write.set()
    wait_for(lambda: there.runner.status(run_id).ended)
    assert [event for _, event in there.runner.events(run_id)] == [BEGUN, *POINTS[:3], DONE]
    assert there.runner.status(run_id).result == DONE


def count_calls(monkeypatch: pytest.MonkeyPatch, of: object, name: str) -> Callable[[], int]:
    """A function that gives how often the method has returned since."""
    calls, method = [0], getattr(of, name)

    def counted() -> None:
        method()
        calls[0] += 1

    monkeypatch.setattr(of, name, counted)
    return lambda: calls[0]


def test_a_silent_server_loses_its_runs_and_nothing_it_tells_later_is_kept(
    server: Make,
) -> None:
    here, there = server(), server()
    run_id = begin(here)
    here.fall_silent()
    wait_for(lambda: there.runner.status(run_id) and there.manager.holds(run_id))
    assert there.engine.submitted == [(1, run_id, saved(), 3)]
    assert "goes on from where it was last saved" in there.runner.status(run_id).message
    here.tell(run_id, LearningRateChanged(3, 0.5), Checkpointed(3, 4, b"wrong"), first=4)
    wait_for(lambda: here.has_saved(run_id))
    there.tell(run_id, *POINTS[2:4], first=4)
    wait_for(lambda: there.has_saved(run_id))
    kept = there.journal.load(run_id)
    assert kept is not None
    assert kept.events == (BEGUN, *POINTS[:4])
    assert kept.checkpoint == saved()
    here.speak_again()
    wait_for(lambda: not here.manager.holds(run_id))
    assert here.engine.commands[-1] == (1, run_id, Drop())
    assert here.runner.events(run_id) == list(enumerate((BEGUN, *POINTS[:4]), 1))


def test_an_order_to_a_dead_server_is_obeyed_by_the_next(server: Make) -> None:
    here, there = server(), server()
    run_id = begin(here)
    wait_for(lambda: known_to(there.runner, run_id))
    here.fall_silent()
    steer(there.runner, run_id, Stop())
    wait_for(lambda: there.runner.status(run_id) and there.manager.holds(run_id))
    wait_for(lambda: (1, run_id, Stop()) in there.engine.commands)


def test_a_run_that_nobody_watches_is_given_back_and_taken_by_who_asks(server: Make) -> None:
    here, there = server(lease=0.2), server()
    run_id = begin(here)
    wait_for(lambda: here.manager.tick() or here.engine.commands)
    here.tell(run_id, Parked(), first=3)
    wait_for(lambda: here.manager.tick() or not here.manager.holds(run_id))
    wait_for(lambda: there.runner.status(run_id) and there.manager.holds(run_id))
    assert "while nobody watched" in there.runner.status(run_id).message


def test_a_learner_has_one_allowance_on_all_servers(server: Make) -> None:
    here, there = server(waiting_per_owner=1), server(waiting_per_owner=1)
    for _ in range(2):
        start(here.runner, config(), "keen")
    wait_for(lambda: here.journal.settled)
    with pytest.raises(Refused, match="2 runs that are not finished"):
        start(there.runner, config(), "keen")
    assert start(there.runner, config(), "modest")


def test_pruning_keeps_what_another_server_trains(server: Make, url: str) -> None:
    here = server()
    run_id = begin(here)
    store = Store(url)
    mine = [replace(row(f"new{n:019}", created=4e9 + n), owner=owner_of("me")) for n in range(3)]
    new = {each.run_id: each for each in mine}
    store.write(Batch(new))
    store.close()
    Store(url, kept_runs=3).close()
    assert here.journal.load(run_id) is not None
    here.tell(run_id, DONE, first=4)
    wait_for(lambda: not held(url, run_id))
    Store(url, kept_runs=2).close()
    assert here.journal.load(run_id) is None
    Store(url, kept_runs=1).close()


def held(url: str, run_id: str) -> bool:
    database = Database(url)
    with database.begin() as connection:
        found = Leases(database).find(connection, [run_id])
    database.close()
    return found[run_id].held


def test_of_many_servers_that_want_a_run_one_gets_it(url: str) -> None:
    store = Store(url)
    for _ in range(5):
        run_id = new_run_id()
        store.write(Batch({run_id: row(run_id)}))
        rivals = [Leases(Database(url)) for _ in range(4)]
        gate, took = threading.Barrier(4), list[str]()

        def grab(rival: Leases, run_id: str = run_id) -> None:
            gate.wait()  # noqa: B023
            if rival.take(run_id) != "refused":
                took.append(rival.server)  # noqa: B023

        threads = [threading.Thread(target=grab, args=(rival,)) for rival in rivals]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with store.database.begin() as connection:
            lease = rivals[0].find(connection, [run_id])[run_id]
        assert took == [lease.server]
        for rival in rivals:
            rival._database.close()
    store.close()


def test_servers_may_make_the_tables_together(postgres: Cluster) -> None:
    url = postgres.new_url()
    gate, made = threading.Barrier(4), list[Database]()

    def open_it() -> None:
        gate.wait()
        made.append(Database(url))

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [database.ready for database in made] == [True] * 4
    for database in made:
        database.close()


def test_orders_and_statuses_come_back_as_they_went() -> None:
    for command in (Pause(), Resume(), Stop(), SetLearningRate(1e-5)):
        assert command_of(order_of(command)) == command
    for text in ("", "look", "rate", "rate x", "rate 1 2", "drop table", "pause now"):
        assert command_of(text) is None
    shown = Shown("queued", 3, "why", 1.5, None)
    assert leases_module._shown(leases_module._text(shown)) == shown
    for text in ("", "[]", "3", '{"state": "odd"}', '{"x": 1}', "[" * 10_000):
        assert leases_module._shown(text) is None


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc")
def test_a_server_knows_when_its_neighbour_has_died() -> None:
    code = (
        "from dl101_core.jobs.store.host import new_server_name as new\n"
        "print(new(), flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        assert not host.has_died(name)
        machine, pid, begun, _ = name.split(":")
        assert host.has_died(f"{machine}:{pid}:{int(begun) + 1}:x")  # the number was given again
        assert not host.has_died(f"elsewhere:{pid}:{int(begun) + 1}:x")
        process.kill()
    assert host.has_died(name)
    for odd in ("", "a", ":::", f"{machine}:x:y:z", f"{machine}:1::"):
        assert not host.has_died(odd)


# ------------------------------------------------------------ the database is away


def test_while_the_database_is_gone_runs_go_on_and_are_saved_afterwards(
    postgres: Cluster, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dl101_core.jobs.store.journal.FIRST_DELAY", 0.05)
    monkeypatch.setattr("dl101_core.jobs.store.journal.LONGEST_DELAY", 0.2)
    url = postgres.new_url()
    here, there = Server(url), Server(url)
    run_id = begin(here)
    wait_for(lambda: known_to(there.runner, run_id))
    postgres.stop()
    try:
        here.tell(run_id, *POINTS[2:5], first=4)
        wait_for(lambda: "cannot be saved" in here.runner.notice)
        wait_for(lambda: there.runner.status(run_id) and "may be behind" in there.runner.notice)
        new = start(here.runner, config(), "new")
        here.tell(new, BEGUN, DONE)
        assert here.runner.status(new).state == "finished"
        assert len(here.runner.events(run_id)) == 6
        assert len(there.runner.events(run_id)) == 3
        with pytest.raises(UnknownRun, match="cannot be read at the moment"):
            there.runner.status(new)
        late = Server(url)
        assert "cannot be saved" in late.runner.notice
    finally:
        postgres.start()
    wait_for(lambda: here.journal.settled and here.runner.notice == "")
    wait_for(lambda: len(there.runner.events(run_id)) == 6)
    wait_for(lambda: known_to(late.runner, new) and late.runner.status(new).state == "finished")
    # All servers were silent for longer than a lease, and still none took the run.
    assert here.manager.holds(run_id)
    assert there.engine.submitted == late.engine.submitted == []
    for each in (here, there, late):
        each.runner.close()


def test_a_database_that_hangs_keeps_nobody_waiting_for_long(
    postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres.new_url()
    here, there = Server(url), Server(url)
    run_id, other = begin(here), begin(there)
    monkeypatch.setattr("dl101_core.jobs.store.database.PATIENCE", 0.3)
    stopped = postgres.pids()
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(UnknownRun, match="cannot be read at the moment"):
            there.runner.status(run_id)
        # The database does not answer yet, and no call has waited for it.
        assert there.runner.status(other).state == "running"
        assert start(there.runner, config(), "new")
        assert there.runner.runs()
        assert there.runner.checkpoint(other) == saved().state
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
        monkeypatch.undo()
    wait_for(lambda: known_to(there.runner, run_id))
    here.runner.close()
    there.runner.close()


def test_a_value_that_no_database_takes_costs_its_own_run_only(
    postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = StoreJournal(Store(postgres.new_url()))
    good, bad = "g" * 22, "b" * 22
    journal.save_run(row(bad, message="zero \0 byte"))
    journal.save_run(row(good))
    wait_for(lambda: journal.settled)
    assert journal.load(good) is not None
    assert journal.load(bad) is None
    assert journal.notice == ""
    journal.close()


def test_without_a_store_a_server_is_alone() -> None:
    manager = Manager(Notes(1), NoJournal(), Limits())
    assert share(manager, NoJournal(), Limits()) is manager


def test_what_servers_tell_each_other_holds_no_key(server: Make, url: str) -> None:
    here, there = server(), server()
    run_id = begin(here, "secret-key-of-a-learner")
    wait_for(lambda: known_to(there.runner, run_id))
    steer(there.runner, run_id, Pause())
    wait_for(lambda: here.runner.status(run_id).state == "paused")
    database = Database(url)
    with database.begin() as connection:
        everything = [
            json.dumps([list(map(str, found)) for found in connection.execute(sa.select(table))])
            for table in tables.metadata.sorted_tables
        ]
    database.close()
    assert not any("secret-key" in text for text in everything)
    assert any(owner_of("secret-key-of-a-learner") in text for text in everything)
