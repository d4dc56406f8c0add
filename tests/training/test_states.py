"""Saved states: every optimizer resumes bit for bit; a damaged state is always refused."""

from __future__ import annotations

import json
import struct
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dl101_core.models import MODELS, ModelConfig
from dl101_core.optim import OPTIMIZERS, OptimizerConfig
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.training.checkpoints import resumes, trained_model, weights_of
from dl101_core.training.events import (
    Checkpointed,
    Event,
    SaveCheckpoint,
    SetLearningRate,
    Snapshot,
)
from dl101_core.training.loop import train
from dl101_core.training.states import (
    DamagedState,
    OtherSettings,
    is_sound,
    pack_state,
    unpack_state,
)

pytestmark = pytest.mark.usefixtures("few_test_images")
TINY = ImageConfig(
    train_size=60,
    val_size=20,
    model=ModelConfig(name="mlp", hidden_size=8),
    batch_size=10,
    epochs=2,
    seed=3,
)


def state_after(config: ImageConfig, steps: int) -> Checkpointed:
    """The checkpoint of ``config`` after ``steps`` updates."""
    run = train(config)
    events: list[Event | None] = []
    while sum(not isinstance(event, Snapshot) for event in events) < steps:
        events.append(next(run))
    events.append(run.send(SaveCheckpoint()))
    events += [next(run) for _ in range(2)]
    return next(e for e in events if isinstance(e, Checkpointed))


def told_and_weights(
    config: ImageConfig, state: bytes | None = None
) -> tuple[list[Event], dict[str, torch.Tensor]]:
    """The events of a run, and its last weights."""
    events = [event for event in train(config, state) if event is not None]
    saved = [event for event in events if isinstance(event, Checkpointed)]
    curve = [event for event in events if not isinstance(event, Checkpointed)]
    return curve, weights_of(saved[-1].state)


def told(config: ImageConfig, state: bytes | None = None) -> list[Event]:
    return told_and_weights(config, state)[0]


@pytest.mark.parametrize("model", ["softmax", "cnn", "lstm"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_resumes_to_the_same_events_and_the_same_weights(
    optimizer: str, model: str
) -> None:
    network = ModelConfig(name=model, hidden_size=6, channels=3, dropout=0.2, num_layers=2)
    steps = OptimizerConfig(name=optimizer, lr=0.01, weight_decay=0.01)
    config = replace(TINY, model=network, optimizer=steps)
    saved = state_after(config, 4)
    assert 1 < saved.step < 12
    curve, whole = told_and_weights(config)
    rest, resumed = told_and_weights(config, saved.state)
    assert rest == curve[saved.told :]
    assert whole.keys() == resumed.keys()
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)


def test_a_state_of_a_restored_run_is_the_same_state() -> None:
    saved = state_after(TINY, 4)
    run = train(TINY, saved.state)
    run.send(None)
    again = next(e for e in (run.send(SaveCheckpoint()), next(run)) if isinstance(e, Checkpointed))
    direct = state_after(TINY, again.step + 1)
    assert again.step == direct.step
    assert again.state == direct.state


def test_a_state_of_an_older_version_goes_on_though_its_settings_had_fewer_fields() -> None:
    saved = state_after(TINY, 4)
    state = unpack_state(saved.state)
    # What 0.2.0 wrote: its networks had no layers of their own.
    words = repr(TINY).replace(", layers=''", "").replace("ImageConfig", "TrainConfig")
    assert words != repr(TINY)
    numbers = {name: value for name, value in state.numbers.items() if name != "settings"}
    old = pack_state(state.tensors, {**numbers, "config": words})
    assert resumes(TINY, old)
    assert told(TINY, old) == told(TINY)[saved.told :]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"epochs": 3}, r"epochs \(=2\) is 3 here"),
        ({"model": ModelConfig(name="mlp", hidden_size=9)}, r"hidden_size \(=8\) is 9 here"),
    ],
)
def test_a_state_of_other_settings_is_refused_and_they_are_named(
    changes: dict[str, object], said: str
) -> None:
    other = replace(TINY, **changes)  # type: ignore[arg-type]
    state = state_after(TINY, 4).state
    assert not resumes(other, state)
    with pytest.raises(OtherSettings, match=f"other settings .{said}.: start"):
        next(train(other, state))


def test_a_changed_learning_rate_is_in_the_state() -> None:
    run = train(TINY)
    events = [next(run) for _ in range(3)]
    events.append(run.send(SetLearningRate(0.5)))
    events += [next(run) for _ in range(3)]
    saved = next(e for e in events if isinstance(e, Checkpointed))
    assert unpack_state(saved.state).numbers["lr"] == 0.5


def test_what_is_packed_is_unpacked_bit_for_bit() -> None:
    tensors = {
        "plain": torch.tensor([[1.5, -0.0, float("nan")]]),
        "channels last": torch.rand(2, 3, 4, 5).contiguous(memory_format=torch.channels_last),
        "one": torch.tensor(7.0),
        "none": torch.empty(0, dtype=torch.int64),
        "bytes": torch.arange(256).to(torch.uint8),
    }
    numbers = {"loss": 0.1 + 0.2, "small": 5e-324, "endless": float("inf"), "text": "ä\ud800"}
    state = unpack_state(pack_state(tensors, numbers))
    assert state.numbers == numbers
    assert state.tensors.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert torch.equal(state.tensors[name].nan_to_num(9), tensor.nan_to_num(9))
        assert state.tensors[name].dtype == tensor.dtype


@pytest.fixture(scope="module")
def state() -> bytes:
    return state_after(replace(TINY, model=ModelConfig(name="softmax")), 3).state


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_state_with_any_byte_changed_is_called_damaged(state: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(state) - 1) | st.integers(0, 2000))
    value = data.draw(st.integers(0, 255).filter(lambda byte: byte != state[place]))
    changed = bytearray(state)
    changed[place] = value
    try:
        same = unpack_state(bytes(changed))
    except DamagedState:
        return
    # The names of unused header fields and spaces carry nothing: then everything else is the same.
    good = unpack_state(state)
    assert same.numbers == good.numbers
    assert all(torch.equal(same.tensors[name], tensor) for name, tensor in good.tensors.items())


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_state_cut_anywhere_is_called_damaged(state: bytes, data: st.DataObject) -> None:
    end = data.draw(st.integers(0, len(state) - 1) | st.integers(0, 300))
    assert not is_sound(state[:end])
    assert not is_sound(state[end + 1 :])


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_called_damaged(noise: bytes) -> None:
    with pytest.raises(DamagedState, match="start it again"):
        unpack_state(noise)


@given(header=st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["__metadata__", "numbers", "0 {}", "a"]), inner, max_size=4),
    max_leaves=12,
))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_any_header_is_called_damaged(header: object) -> None:
    text = json.dumps(header).encode()
    assert not is_sound(struct.pack("<Q", len(text)) + text)


@pytest.mark.parametrize(
    "header",
    [
        b"[" * 100_000,
        b'{"__metadata__": {"numbers": "0 ' + b"[" * 100_000 + b'"}}',
        b'{"a": {"dtype": "F32", "shape": [4611686018427387904, 4], "data_offsets": [0, 0]}}',
        b'{"a": {"dtype": "F4", "shape": [2], "data_offsets": [0, 1]}}',
        b'{"a": {"dtype": "F32", "shape": [0, 3], "data_offsets": [0, 0]}}',
        b"9" * 5000,
    ],
    ids=["deep", "deep numbers", "huge", "unknown type", "empty", "long number"],
)
def test_a_hostile_header_is_called_damaged(header: bytes) -> None:
    assert not is_sound(struct.pack("<Q", len(header)) + header + b"\0")
    assert not is_sound(struct.pack("<Q", len(header)) + header)
    assert not is_sound(struct.pack("<Q", 2**63) + header)


def _with(numbers: dict[str, object]) -> bytes:
    good = unpack_state(state_after(TINY, 3).state)
    return pack_state(good.tensors, {**good.numbers, **numbers})


@pytest.mark.parametrize(
    "numbers",
    [
        {"step": -1},
        {"step": 13},
        {"step": True},
        {"step": "3"},
        {"told": 1e9},
        {"sums": None},
        {"sums": []},
        {"sums": [None]},
        {"sums": [float("inf")]},
        {"lr": float("nan")},
        {"lr": 1000},
        {"lr": "fast"},
        {"sizes": [11]},
        {"sizes": 4},
        {"losses": [1.0] * 5},
        {"losses": [10**400]},
        {"losses": ["x"]},
        {"optimizer": None},
        {"optimizer": {"99/step": 1}},
        {"optimizer": {"0/step": "x"}},
        {"settings": "another"},
    ],
    ids=str,
)
def test_impossible_numbers_are_called_damaged(numbers: dict[str, object]) -> None:
    with pytest.raises(DamagedState):
        next(train(TINY, _with(numbers)))


@pytest.mark.parametrize(
    ("name", "tensor"),
    [
        ("optimizer/0/exp_avg", torch.zeros(3)),
        ("optimizer/0/exp_avg", torch.zeros(8, 784, dtype=torch.float64)),
        ("optimizer/99/exp_avg", torch.zeros(1)),
        ("optimizer/²/exp_avg", torch.zeros(1)),
        ("optimizer/0", torch.zeros(1)),
        ("random/shuffle", torch.zeros(10, dtype=torch.uint8)),
        ("random/noise", torch.zeros(5056)),
        ("model/unknown", torch.zeros(1)),
    ],
    ids=str,
)
def test_tensors_that_do_not_fit_are_called_damaged(name: str, tensor: torch.Tensor) -> None:
    good = unpack_state(state_after(TINY, 3).state)
    with pytest.raises(DamagedState):
        next(train(TINY, pack_state({**good.tensors, name: tensor}, good.numbers)))


@pytest.mark.parametrize("missing", ["random/shuffle", "random/noise", "model/"])
def test_missing_tensors_are_called_damaged(missing: str) -> None:
    good = unpack_state(state_after(TINY, 3).state)
    rest = {name: t for name, t in good.tensors.items() if not name.startswith(missing)}
    with pytest.raises(DamagedState):
        next(train(TINY, pack_state(rest, good.numbers)))


def test_weights_of_another_network_are_called_damaged() -> None:
    other = replace(TINY, model=ModelConfig(name="mlp", hidden_size=9))
    with pytest.raises(DamagedState):
        trained_model(other, state_after(TINY, 3).state)


def test_after_a_damaged_state_the_run_begun_anew_tells_the_same() -> None:
    saved = state_after(TINY, 6)
    with pytest.raises(DamagedState):
        next(train(TINY, saved.state[:-1]))
    assert told(TINY)[: saved.told] + told(TINY, saved.state) == told(TINY)


@pytest.mark.parametrize("model", MODELS)
def test_no_state_holds_a_pickle(model: str) -> None:
    config = replace(TINY, model=ModelConfig(name=model, hidden_size=6, channels=2))
    state = state_after(config, 3).state
    assert b"PROTO" not in state
    assert state[8:9] == b"{"
    assert not state.startswith((b"PK", b"\x80"))
