"""Quotas of kept runs: an owner of many loses its own oldest; an owner of few loses none."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from dl101_core.jobs.runner import owner_of
from dl101_core.jobs.store.journal import open_journal
from dl101_core.jobs.store.quotas import Kept, surplus
from dl101_core.jobs.store.runs import Batch, Store
from dl101_core.jobs.store.tables import metadata, origins, runs
from tests.jobs.helpers import config, start
from tests.jobs.store.test_runs import row
from tests.jobs.test_manager import BEGUN, DONE, Scene

owners = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from(["", "x", "y"]), st.booleans()),
    max_size=60,
)


def kept(of: list[tuple[str, str, bool]]) -> list[Kept]:
    """The kept runs; all runs of a learner come from one address."""
    where = {owner: address for owner, address, _ in of}
    return [Kept(f"{n:03}", owner, float(n), where[owner], b) for n, (owner, _, b) in enumerate(of)]


def group(run: Kept) -> str:
    return run.address or run.owner


@given(owners, st.integers(1, 10), st.integers(1, 40))
def test_both_quotas_hold_and_what_is_trained_stays(
    of: list[tuple[str, str, bool]], per_owner: int, in_all: int
) -> None:
    before = kept(of)
    gone = surplus(before, per_owner, in_all)
    assert len(gone) == len(set(gone))
    left = [run for run in before if run.run_id not in gone]
    assert all(run in left for run in before if run.busy)
    free = Counter(run.owner for run in left if not run.busy)
    for owner, count in Counter(run.owner for run in left).items():
        assert count <= per_owner or not free[owner]
    assert len(left) <= in_all or not free.total()


@given(owners, st.integers(1, 10), st.integers(1, 40))
def test_of_each_learner_the_oldest_go(
    of: list[tuple[str, str, bool]], per_owner: int, in_all: int
) -> None:
    before = kept(of)
    gone = surplus(before, per_owner, in_all)
    for owner in "abcdef":
        mine = [run.run_id for run in before if run.owner == owner and not run.busy]
        lost = [run_id for run_id in mine if run_id in gone]
        assert lost == mine[: len(lost)]


@given(owners, st.integers(1, 40))
def test_nobody_with_less_than_an_equal_share_loses_any(
    of: list[tuple[str, str, bool]], in_all: int
) -> None:
    before = [Kept(r.run_id, r.owner, r.created, r.address) for r in kept(of)]
    gone = surplus(before, 1000, in_all)
    assert len(gone) == max(0, len(before) - in_all)
    held, lost = Counter(map(group, before)), Counter()
    for run in before:
        if run.run_id in gone:
            lost[group(run)] += 1
    for name in lost:
        assert held[name] - lost[name] >= in_all // len(held)
        # An owner who lost runs still has as many as any other, except for one run.
        assert held[name] - lost[name] >= max(held[g] - lost[g] for g in held) - 1


@given(owners, st.integers(1, 10))
def test_who_has_few_enough_loses_nothing(of: list[tuple[str, str, bool]], quota: int) -> None:
    before = kept(of)
    gone = surplus(before, quota, 1000)
    counts = Counter(run.owner for run in before)
    assert not [run for run in before if counts[run.owner] <= quota and run.run_id in gone]


def test_a_school_behind_one_address_shares_among_its_learners() -> None:
    school = [Kept(f"s{n:03}", f"pupil {n % 30}", float(n), "school") for n in range(300)]
    home = [Kept("home", "me", 1000.0, "home")]
    [lost] = surplus(school + home, 20, 300)
    assert lost == "s000"
    assert surplus(school, 20, 300) == []


def test_cleared_cookies_multiply_nothing() -> None:
    flood = [Kept(f"f{n:03}", f"cookie {n}", 1000.0 + n, "greedy") for n in range(600)]
    others = [Kept(f"o{n:02}", f"learner {n % 5}", float(n), f"home {n % 5}") for n in range(15)]
    gone = surplus(flood + others, 20, 300)
    assert gone == [f"f{n:03}" for n in range(315)]


def test_a_flood_of_cookies_is_sorted_out_without_a_search_for_each_of_its_runs() -> None:
    flood = [Kept(f"{n:06}", f"cookie {n}", float(n), "greedy") for n in range(20_000)]
    assert len(surplus(flood, 20, 300)) == 19_700


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'runs.sqlite'}"
    return request.getfixturevalue("postgres").new_url()  # type: ignore[no-any-return]


def test_232_presses_of_start_and_a_restart_leave_everybody_elses_runs_in_place(url: str) -> None:
    """By one learner, and then by a learner who clears the cookies at every press."""
    first = open_journal(url)
    scene = Scene(first)
    theirs = {
        f"learner {n}": [_finished(scene, f"learner {n}", "school") for _ in range(5)]
        for n in range(8)
    }
    greedy = [_finished(scene, "greedy", "elsewhere") for _ in range(232)]
    for number in range(100):
        _finished(scene, f"cookie {number}", "elsewhere")
    first.close()
    again = open_journal(url)
    for learner, ids in theirs.items():
        assert [r.run_id for r in again.recent(owner_of(learner), 50)] == ids[::-1]
    assert [r.run_id for r in again.recent(owner_of("greedy"), 50)] == greedy[:-21:-1]
    left = [r.run_id for r in again.recent(None, 1000)]
    assert len(left) == 8 * 5 + 20 + 100
    again.close()
    small = open_journal(url, kept_in_all=100)
    for learner, ids in theirs.items():
        assert [r.run_id for r in small.recent(owner_of(learner), 50)] == ids[::-1]
    left = [r.run_id for r in small.recent(None, 1000)]
    assert len(left) == 100
    small.close()


def _finished(scene: Scene, owner: str, address: str) -> str:
    scene.manager.visit(owner_of(owner), address)
    run_id = start(scene.manager, config(), owner)
    scene.tell(run_id, BEGUN, DONE)
    return run_id


def test_where_a_run_was_started_goes_with_it(url: str) -> None:
    store = Store(url)
    store.write(Batch({"a" * 22: row("a" * 22, address="mark")}))
    store.write(Batch({"a" * 22: row("a" * 22, address="another mark", step=3)}))
    assert _marks(store) == [("a" * 22, "mark")]
    store.write(Batch(deleted={"a" * 22}))
    assert _marks(store) == []
    store.close()


def _marks(store: Store) -> list[tuple[str, str]]:
    with store.database.begin() as connection:
        return [tuple(found) for found in connection.execute(sa.select(origins))]


def test_a_database_from_before_the_quotas_opens_and_keeps_its_runs(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'runs.sqlite'}"
    engine = sa.create_engine(url)
    metadata.create_all(engine, tables=[t for t in metadata.sorted_tables if t is not origins])
    engine.dispose()
    store = Store(url, kept_runs=3)
    store.write(Batch({f"{n:022}": row(f"{n:022}", created=float(n)) for n in range(5)}))
    store.prune()
    assert [r.created for r in store.recent("me", 10)] == [4.0, 3.0, 2.0]
    with store.database.begin() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(runs)).scalar() == 3
    store.close()


def test_only_what_is_new_is_marked(url: str) -> None:
    """One statement for a run, not one for every point of its curve."""
    store = Store(url)
    told: list[str] = []
    sa.event.listen(
        store.database.engine, "before_cursor_execute", lambda *args: told.append(args[2])
    )
    for step in range(5):
        store.write(Batch({"a" * 22: row("a" * 22, address="mark", step=step)}))
    assert sum(origins.name in text for text in told) == 1
    store.close()
