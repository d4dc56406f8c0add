"""Addresses share queue and workers: one with many runs yields, a single one may use all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dl101_core.jobs import messages
from dl101_core.jobs.runner import Pause, Refused, owner_of
from dl101_core.jobs.sharing import gives_way, in_turn, youngest_of_most
from dl101_core.jobs.slicer import Parked
from tests.events import progress
from tests.jobs.helpers import config, start
from tests.jobs.test_manager import BEGUN, DONE, Scene
from tests.jobs.test_manners import SAVED


@dataclass(frozen=True)
class Run:
    address: str
    created: float


addresses = st.lists(st.sampled_from("abcd"), max_size=30)


def runs(of: list[str]) -> list[Run]:
    return [Run(address, float(number)) for number, address in enumerate(of)]


# ------------------------------------------------------------ the rules alone


@given(addresses, addresses)
def test_the_line_holds_everybody_once_and_each_address_first_come_first(
    waits: list[str], works: list[str]
) -> None:
    waiting = runs(waits)
    order = in_turn(waiting, runs(works))
    assert Counter(order) == Counter(waiting)
    for address in "abcd":
        mine = [run for run in order if run.address == address]
        assert mine == sorted(mine, key=lambda run: run.created)


@given(st.integers(0, 30), st.integers(0, 30))
def test_an_address_that_is_alone_waits_first_come_first(waits: int, works: int) -> None:
    waiting = runs(["a"] * waits)
    assert in_turn(waiting, runs(["a"] * works)) == waiting
    assert gives_way(runs(["a"] * works), "a") is None


@given(addresses, addresses, st.integers(1, 20))
def test_whoever_is_beyond_the_end_of_the_line_holds_no_fewer_than_those_in_it(
    waits: list[str], works: list[str], length: int
) -> None:
    order = in_turn(runs(waits), runs(works))
    inside = Counter(run.address for run in order[:length]) + Counter(works)
    for run in order[length:]:
        for other in order[:length]:
            assert inside[run.address] >= inside[other.address] - 1


@given(addresses, st.integers(1, 20))
def test_no_address_with_less_than_an_equal_share_of_the_line_is_beyond_its_end(
    waits: list[str], length: int
) -> None:
    order = in_turn(runs(waits), [])
    inside = Counter(run.address for run in order[:length])
    assert sum(inside.values()) == min(length, len(waits))
    for run in order[length:]:
        assert inside[run.address] >= length // len(set(waits))


@given(addresses, st.sampled_from("abcd"))
def test_a_place_is_given_up_only_by_who_still_has_no_fewer(works: list[str], comes: str) -> None:
    placed, held = runs(works), Counter(works)
    leaves = gives_way(placed, comes)
    if leaves is None:
        assert max(held.values(), default=0) - held[comes] < 2
        return
    assert held[leaves.address] == max(held.values())
    assert held[leaves.address] - 1 >= held[comes] + 1
    assert leaves == max((r for r in placed if held[r.address] == held[leaves.address]), key=_age)
    assert leaves == youngest_of_most(placed)


def _age(run: Run) -> float:
    return run.created


@given(addresses, st.lists(st.sampled_from("abcd"), max_size=60))
def test_giving_way_ends_in_equal_shares_and_does_not_go_back_and_forth(
    works: list[str], comes: list[str]
) -> None:
    placed, moves = runs(works), 0
    for number, address in enumerate(comes):
        while leaves := gives_way(placed, address):
            placed.remove(leaves)
            placed.append(Run(address, 100.0 + number))
            moves += 1
            assert moves <= len(works) * len(comes)
        held = Counter(run.address for run in placed)
        assert len(placed) == len(works)
        assert max(held.values(), default=0) - held[address] <= 1


# ------------------------------------------------------------ at the manager


class Town(Scene):
    """A scene whose learners come from addresses: ``name@address``."""

    def begin(self, owner: str) -> str:
        self.manager.visit(owner_of(owner), owner.partition("@")[2])
        return start(self.manager, config(), owner)

    def states_of(self, run_ids: list[str]) -> Counter[str]:
        return Counter(self.manager.status(run_id).state for run_id in run_ids)

    def parked(self) -> None:
        """The workers save and drop the runs that they were asked to."""
        for record in list(self.manager._records.values()):
            if record.parking:
                self.tell(record.run_id, SAVED, Parked(), first=len(record.events) + 1)


def flooded(**limits: object) -> tuple[Town, list[str]]:
    """Fifty-nine cookies of one address press Start four times each: more than the queue takes."""
    town = Town(live_per_worker=15, **limits)
    flood, refused = [], 0
    for number in range(59):
        for _ in range(4):
            try:
                flood.append(town.begin(f"cookie {number}@greedy"))
                town.parked()
            except Refused:
                refused += 1
    assert (len(flood), refused) == (230, 6)  # 30 in workers, 200 wait
    return town, flood


def test_a_learner_elsewhere_trains_at_once_however_many_cookies_fill_the_line() -> None:
    town, flood = flooded()
    with pytest.raises(Refused, match="200 runs wait already, as many as this server keeps"):
        town.begin("one more cookie@greedy")
    mine = town.begin("me@home")
    assert town.manager.status(mine).state == "running"
    town.parked()
    assert town.states_of(flood) == {"running": 29, "queued": 200, "paused": 1}


def test_who_gave_a_place_up_reads_why_and_gets_it_back() -> None:
    town, flood = flooded()
    mine = town.begin("me@home")
    _, gave, command = town.engine.commands[-1]
    assert command == Pause()
    town.tell(gave, BEGUN, progress(7, 1.0, 0.5, 0.1))
    town.parked()
    status = town.manager.status(gave)
    assert (status.state, status.message) == ("queued", messages.YIELDED)
    [outside] = [i for i in flood if town.manager.status(i).state == "paused"]
    assert town.manager.status(outside).message == messages.OUTSIDE_SHARED
    town.tell(mine, BEGUN, DONE)
    assert town.manager.status(gave).state == "running"
    assert town.manager.status(gave).message == ""
    assert town.manager.status(outside).state == "queued"
    assert town.engine.submitted[-1][1:] == (gave, SAVED, 2)


def test_a_second_address_gets_half_of_everything_and_no_more() -> None:
    town, flood = flooded()
    others = []
    for number in range(59):
        for _ in range(4):
            try:
                others.append(town.begin(f"learner {number}@school"))
            except Refused:
                break
        town.parked()
    town.parked()
    assert town.states_of(flood) == {"running": 15, "queued": 100, "paused": 115}
    assert town.states_of(others) == {"running": 15, "queued": 100}


def test_many_small_addresses_all_begin_at_once() -> None:
    town, _ = flooded()
    others = [town.begin(f"learner@home {number}") for number in range(28)]
    assert town.states_of(others) == {"running": 28}


def test_what_is_outside_counts_against_its_learner() -> None:
    town = Town(waiting_in_all=3, live_per_worker=1)
    mine = [town.begin("me@a") for _ in range(2)] + [town.begin("you@a")]
    mine += [town.begin("me@a"), town.begin("me@a")]
    others = [town.begin(f"{n}@b") for n in range(2)]
    assert "paused" in town.states_of(mine)
    assert town.states_of(others)["running"] == 1
    with pytest.raises(Refused, match="4 runs that are not finished"):
        town.begin("me@a")


def test_a_run_that_comes_back_from_an_earlier_server_knows_its_address() -> None:
    town = Town()
    run_id = town.begin("me@home")
    assert town.manager._records[run_id].address == "home"
    town.manager.visit(owner_of("me@home"), "school")
    assert town.manager._records[run_id].address == "school"
    assert town.manager._records[run_id].row().address == "school"


def test_memory_is_given_back_by_the_address_that_holds_most() -> None:
    town = Town(live_per_worker=15, memory_mb=1000)
    greedy = [town.begin(f"{n}@greedy") for n in range(5)]
    mine = town.begin("me@home")
    town.engine.used_mb = 1001.0
    town.manager.tick()
    assert [command[1:] for command in town.engine.commands] == [(greedy[-1], Pause())]
    assert town.manager.status(mine).state == "running"


def test_who_waits_for_memory_gets_that_of_an_address_that_holds_more() -> None:
    town = Town(live_per_worker=15, memory_mb=1000)
    greedy = [town.begin(f"{n}@greedy") for n in range(5)]
    town.engine.used_mb = 990.0
    town.manager.tick()
    mine = town.begin("me@home")
    assert "may use 1,000 MB" in town.manager.status(mine).message
    for _ in range(3):  # one at a time: what it gives back is known later
        town.manager.tick()
    assert [command[1:] for command in town.engine.commands] == [(greedy[-1], Pause())]
    town.engine.used_mb = 700.0
    town.parked()
    town.manager.tick()
    assert town.manager.status(mine).state == "running"


def test_who_is_alone_and_waits_for_memory_disturbs_nobody() -> None:
    town = Town(live_per_worker=15, memory_mb=1000)
    for number in range(5):
        town.begin(f"{number}@school")
    town.engine.used_mb = 990.0
    town.manager.tick()
    town.begin("me@school")
    town.manager.tick()
    assert town.engine.commands == []


# ------------------------------------------------------------ a day in town


class Day:
    """Learners come at random. Runs end after ``lasts`` ticks in a worker, even if they are
    interrupted; all learners poll all the time."""

    def __init__(self, town: Town, lasts: int) -> None:
        self.town, self.lasts = town, lasts
        self.served: Counter[str] = Counter()
        self.done: list[str] = []
        self.begun: dict[str, int] = {}
        self.asked: dict[str, int] = {}
        self.tick = 0

    def ask(self, owner: str) -> str | None:
        try:
            run_id = self.town.begin(owner)
        except Refused:
            return None
        self.asked[run_id] = self.tick
        return run_id

    def pass_time(self) -> None:
        self.tick += 1
        self.town.now += 1
        records = self.town.manager._records
        self.town.parked()
        for run_id, record in list(records.items()):
            if record.outcome:
                continue
            if record.worker is not None:
                self.begun.setdefault(run_id, self.tick)
                self.served[run_id] += 1
                if not record.events:
                    self.town.tell(run_id, BEGUN)
                if self.served[run_id] >= self.lasts and not record.parking:
                    self.town.tell(run_id, DONE, first=len(record.events) + 1)
                    self.done.append(run_id)
            if run_id in records:
                self.town.manager.touch(run_id)
        self.town.manager.tick()
        line = self.town.manager._queue
        assert len(line.waiting()) <= line._limits.waiting_in_all


@settings(deadline=None, max_examples=8)
@given(st.integers(0, 2**32), st.integers(1, 6), st.integers(1, 4))
def test_nobody_starves_whoever_comes(seed: int, lasts: int, room: int) -> None:
    chance = Random(seed)
    day = Day(Town(live_per_worker=room, waiting_in_all=12, running_per_owner=1), lasts)
    homes = [f"home {n}" for n in range(3)]
    for _ in range(60):
        for _ in range(3):
            day.ask(f"cookie {chance.randrange(10**6)}@greedy")
        if chance.random() < 0.3:
            day.ask(f"learner {chance.randrange(10**6)}@{chance.choice(homes)}")
        day.pass_time()
    for _ in range(2000):
        if len(day.done) == len(day.asked):
            break
        day.pass_time()
    assert set(day.done) == set(day.asked)


@settings(deadline=None, max_examples=8)
@given(st.integers(0, 2**32), st.integers(1, 8), st.integers(2, 4))
def test_a_lone_learner_waits_for_no_flood(seed: int, lasts: int, room: int) -> None:
    chance = Random(seed)
    day = Day(Town(live_per_worker=room, waiting_in_all=20), lasts)
    for _ in range(30):
        for _ in range(chance.randrange(6)):
            day.ask(f"cookie {chance.randrange(10**6)}@greedy")
        day.pass_time()
    mine = day.ask("me@home")
    assert mine is not None
    assert day.town.manager.status(mine).state == "running"
    for _ in range(lasts):
        assert day.town.manager.status(mine).state == "running"
        for _ in range(8):
            day.ask(f"cookie {chance.randrange(10**6)}@greedy")
        day.pass_time()
    assert mine in day.done


@settings(deadline=None, max_examples=8)
@given(st.integers(0, 2**32))
def test_a_school_behind_one_address_is_served_as_if_there_were_no_addresses(seed: int) -> None:
    def history(where: str) -> list[object]:
        chance = Random(seed)
        day = Day(Town(live_per_worker=3, waiting_in_all=9), lasts=4)
        numbers: dict[str, int] = {}
        for _ in range(60):
            if run_id := day.ask(f"learner {chance.randrange(30)}{where}"):
                numbers[run_id] = len(numbers)
            day.pass_time()
        told = [(worker, numbers[run_id]) for worker, run_id, *_ in day.town.engine.submitted]
        return [*told, [numbers[run_id] for run_id in day.done], len(day.town.engine.commands)]

    assert history("@school") == history("")
