"""Databases of released versions, made by their own code (tests/fixtures/state), open whole."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import zipfile
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import torch
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict

from dl101_core.jobs.record import record_of
from dl101_core.jobs.store.database import Database
from dl101_core.jobs.store.journal import StoreJournal, database_url, open_journal
from dl101_core.jobs.store.migrations import VERSION, NewerStore, version_of
from dl101_core.jobs.store.runs import Store
from dl101_core.jobs.store.tables import metadata, versions
from dl101_core.jobs.store.torch_states import MAGIC, modernise
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.training.checkpoints import resumes, trained_model
from dl101_core.training.events import Checkpointed, LearningRateChanged, Snapshot
from dl101_core.training.loop import train
from dl101_core.training.states import DamagedState, unpack_state
from tests.inline import InlineRunner

FIXTURES = Path(__file__).parents[2] / "fixtures" / "state"
RELEASES = {"0.1.0": "runs-1.sqlite", "0.2.0": "runs-2.sqlite", "0.3.0": "runs-2.sqlite"}
FINISHED, STEERED = "finished-run-000000001", "steered-run-0000000002"
LATER = 12
"""Events of the unfinished run that are trained and compared."""


def expected(release: str) -> dict[str, Any]:
    return json.loads((FIXTURES / release / "expected.json").read_text())  # type: ignore[no-any-return]


def as_told(events: Any) -> list[Any]:
    """Events in the form of ``expected.json``: loss and accuracy were fields of their own."""
    return json.loads(json.dumps([in_03(event) for event in events]))  # type: ignore[no-any-return]


def in_03(event: Any) -> dict[str, Any]:
    content = asdict(event)
    content |= dict(content.pop("measures", ()))
    if details := content.pop("details", None):
        content |= {**asdict(details), "mistakes": [asdict(one) for one in details.mistakes]}
    return {"type": type(event).__name__, **content}


def into_postgres(file: Path, url: str) -> None:
    """The tables and rows of an SQLite file, as that version would have made them there."""
    engine = sa.create_engine(url)
    with closing(sqlite3.connect(file)) as old, engine.begin() as new:
        for (name,) in old.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
            table = metadata.tables[name]
            table.create(new)
            names = [row[1] for row in old.execute(f"PRAGMA table_info({name})")]
            rows = [
                dict(zip(names, row, strict=True)) for row in old.execute(f"SELECT * FROM {name}")
            ]
            for row in rows:
                if "held" in row:
                    row["held"] = bool(row["held"])
            if rows:
                new.execute(sa.insert(table), rows)
    engine.dispose()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state folder of this server."""
    monkeypatch.setenv("DL101_STATE_DIR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture(params=RELEASES)
def release(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, release: str, folder: Path) -> str:
    """A database as ``release`` left it."""
    file = FIXTURES / release / RELEASES[release]
    if request.param == "sqlite":
        shutil.copy(file, folder)
        return database_url()
    url = str(request.getfixturevalue("postgres").new_url())
    into_postgres(file, url)
    return url


def test_every_run_comes_back_with_its_curve_and_its_network(release: str, url: str) -> None:
    store = Store(url)
    assert store.notice == ""
    for run_id, of in expected(release).items():
        saved = store.load(run_id)
        assert saved is not None
        assert saved.checkpoint is not None
        kept = len(saved.events)
        assert (kept, as_told(saved.events)) == (of["saved"], of["curve"][:kept])
        assert resumes(saved.row.config, saved.checkpoint.state)
        network = trained_model(saved.row.config, saved.checkpoint.state).state_dict()
        sums = {name: float(tensor.double().sum()) for name, tensor in network.items()}
        assert sums == pytest.approx(of["weights"], rel=1e-12, abs=1e-12)
    store.close()


def test_an_unfinished_run_whose_rate_was_changed_goes_on_as_its_own_version_would_have(
    release: str, url: str
) -> None:
    store = Store(url)
    saved = store.load(STEERED)
    store.close()
    assert saved is not None
    assert any(isinstance(event, LearningRateChanged) for event in saved.events)
    record = record_of(saved)
    assert (record.outcome, record.message) == ("", "")
    assert record.checkpoint is not None
    run = train(record.config, record.checkpoint.state)
    # Those versions showed no pictures.
    later = (e for e in run if e is not None and not isinstance(e, Checkpointed | Snapshot))
    told = expected(release)[STEERED]
    place = told["told"]
    assert as_told([next(later) for _ in range(LATER)]) == told["curve"][place : place + LATER]


def test_a_server_shows_the_finished_run_and_trains_the_other(release: str, url: str) -> None:
    journal = StoreJournal(Store(url))
    runner = InlineRunner()
    runner._journal = journal
    before = expected(release)[STEERED]["saved"]
    done = runner.status(FINISHED)
    (*_, end) = expected(release)[FINISHED]["curve"]
    assert as_told([done.result]) == [end]
    assert runner.checkpoint(FINISHED) is not None
    runner.status(STEERED)
    while len(runner.events(STEERED)) <= before:
        assert runner.status(STEERED).state == "running"
    journal.close()


def test_a_copy_is_kept_and_the_second_start_changes_nothing(release: str, folder: Path) -> None:
    name = RELEASES[release]
    shutil.copy(FIXTURES / release / name, folder)
    Store(database_url()).close()
    assert {path.name for path in folder.iterdir()} == {name, "runs.sqlite"}
    assert (folder / name).read_bytes() == (FIXTURES / release / name).read_bytes()
    content = (folder / "runs.sqlite").read_bytes()
    Store(database_url()).close()
    assert {path.name for path in folder.iterdir()} == {name, "runs.sqlite"}
    assert (folder / "runs.sqlite").read_bytes() == content


def test_a_file_of_another_name_is_copied_before_it_is_changed(release: str, folder: Path) -> None:
    shutil.copy(FIXTURES / release / RELEASES[release], folder / "class.sqlite")
    url = f"sqlite:///{folder}/class.sqlite"
    Store(url).close()
    Store(url).close()
    copy = folder / f"class.sqlite.before-{VERSION}"
    with (
        closing(sqlite3.connect(copy)) as old,
        closing(sqlite3.connect(folder / "class.sqlite")) as new,
    ):
        (state,) = old.execute("SELECT state FROM dl101_checkpoints").fetchone()
        assert (state[:4] == MAGIC) == (release == "0.1.0")
        tables = [row[0] for row in old.execute("SELECT name FROM sqlite_master")]
        assert versions.name not in tables
        assert new.execute(f"SELECT max(number) FROM {versions.name}").fetchone() == (VERSION,)


def test_postgres_keeps_the_rows_that_a_step_changes(postgres: Any, folder: Path) -> None:
    url = str(postgres.new_url())
    into_postgres(FIXTURES / "0.1.0" / RELEASES["0.1.0"], url)
    Store(url).close()
    Store(url).close()
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        kept = connection.execute(
            sa.text(f"SELECT run_id, state FROM dl101_checkpoints_before_{VERSION}")
        ).all()
        assert version_of(connection) == VERSION
    engine.dispose()
    with closing(sqlite3.connect(FIXTURES / "0.1.0" / "runs-1.sqlite")) as old:
        was = dict(old.execute("SELECT run_id, state FROM dl101_checkpoints"))
    assert {run_id: bytes(state) for run_id, state in kept} == was


@pytest.fixture(params=["sqlite", "postgres"])
def newer(request: pytest.FixtureRequest, folder: Path) -> str:
    """A database that a later version has changed."""
    url = (
        database_url()
        if request.param == "sqlite"
        else str(request.getfixturevalue("postgres").new_url())
    )
    store = Store(url)
    with store.database.begin() as connection:
        connection.execute(sa.insert(versions).values(number=VERSION + 1))
    store.close()
    return url


def test_a_database_of_a_newer_version_is_left_alone_and_the_learner_is_told(newer: str) -> None:
    with pytest.raises(NewerStore, match=f"version {VERSION + 1}; this app knows {VERSION}"):
        Database(newer)
    journal = open_journal(newer)
    assert not journal.lasting
    assert "newer version" in journal.notice
    assert "start the newer version again" in journal.notice


def test_a_new_database_has_the_number_of_today(folder: Path) -> None:
    store = Store(database_url())
    with store.database.begin() as connection:
        assert version_of(connection) == VERSION
    store.close()
    assert os.listdir(folder) == ["runs.sqlite"]


def test_an_older_file_that_is_damaged_is_put_aside(folder: Path) -> None:
    (folder / "runs-2.sqlite").write_bytes(b"this is no database" * 100)
    store = Store(database_url())
    assert store.recent(None, 10) == []
    store.close()
    assert list(folder.glob("runs-2.sqlite.damaged-*"))


# ---------------------------------------------------------------- states of 0.1, good and bad


def state_of_torch() -> tuple[ImageConfig, bytes]:
    with closing(sqlite3.connect(FIXTURES / "0.1.0" / "runs-1.sqlite")) as old:
        query = "SELECT state FROM dl101_checkpoints WHERE run_id = ?"
        (state,) = old.execute(query, (STEERED,)).fetchone()
    return ImageConfig(), bytes(state)


CONFIG, STATE = state_of_torch()


def rewritten(program: bytes | None = None, **changes: Any) -> bytes:
    """``STATE`` with another program for pickle, or packed in another way."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(STATE)) as old, zipfile.ZipFile(target, "w", **changes) as new:
        for name in old.namelist():
            swap = program is not None and name.endswith("data.pkl")
            new.writestr(name, program if swap else old.read(name))
    return target.getvalue()


def program() -> bytes:
    with zipfile.ZipFile(io.BytesIO(STATE)) as old:
        (name,) = (name for name in old.namelist() if name.endswith("data.pkl"))
        return old.read(name)


def test_a_state_that_is_only_packed_anew_is_read() -> None:
    assert modernise(CONFIG, rewritten()) == modernise(CONFIG, STATE)


def test_the_numbers_of_a_state_are_those_that_torch_reads() -> None:
    read = torch.load(io.BytesIO(STATE), weights_only=True)
    ours = unpack_state(modernise(CONFIG, STATE))
    assert all(torch.equal(ours.tensors[f"model/{k}"], v) for k, v in read["model"].items())
    for number, slots in read["optimizer"]["state"].items():
        momentum = slots["momentum_buffer"]
        assert torch.equal(ours.tensors[f"optimizer/{number}/momentum_buffer"], momentum)
    assert ours.numbers["losses"] == read["losses"]


@pytest.mark.parametrize(
    "state",
    [
        b"",
        STATE[:1000],
        rewritten(compression=zipfile.ZIP_DEFLATED),
        rewritten(b""),
        rewritten(b"."),
        rewritten(b"}."),
        rewritten(b"cposix\nsystem\nX\x02\x00\x00\x00id\x85R."),
        rewritten(b"cos\nsystem\n."),
        rewritten(b"]" * 100_000 + b"."),
        rewritten(program().replace(b"collections\nOrderedDict", b"builtins\nexec")),
        rewritten(program().replace(b"FloatStorage", b"BoolStorage")),
        rewritten(program().replace(b"X\x05\x00\x00\x00model", b"X\x05\x00\x00\x00modem")),
    ],
)
def test_anything_else_is_called_damaged_and_nothing_of_it_is_run(state: bytes) -> None:
    with pytest.raises(DamagedState):
        modernise(CONFIG, state)


@given(st.integers(0, len(program()) - 1), st.integers(1, 255))
def test_no_changed_byte_of_the_program_does_more_than_that(place: int, change: int) -> None:
    changed = bytearray(program())
    changed[place] ^= change
    with suppress(DamagedState):
        assert isinstance(modernise(CONFIG, rewritten(bytes(changed))), bytes)
