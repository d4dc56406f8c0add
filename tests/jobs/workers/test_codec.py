"""Every value survives the way through JSON and frames; nothing else gets in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dl101_core.jobs.runner import Pause
from dl101_core.jobs.slicer import EventReport, Parked
from dl101_core.jobs.workers.codec import (
    HEADER,
    BadMessage,
    Unpacker,
    from_text,
    pack,
    to_text,
)
from dl101_core.jobs.workers.protocol import FromWorker, Pong, ToldBatch, Turn
from dl101_core.models import ModelConfig
from dl101_core.optim import OptimizerConfig
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.tasks.images.task import Mistake
from dl101_core.training.events import (
    Array,
    Checkpointed,
    Failed,
    LearningRateChanged,
    SetLearningRate,
    Snapshot,
    Started,
    Stop,
)
from tests.events import evaluated, finished, progress

VALUES = [
    Started(10, 5, 7850, 100, 10, 20),
    progress(1, 0.1 + 0.2, 1 / 3, 1e-300),
    evaluated(5, float("inf"), 0.5),
    LearningRateChanged(3, 0.01),
    finished(9, True, 0.5, 0.9, ((1, 2), (3, 4)), (Mistake(1, 2, 3, 0.25),)),
    finished(9, False, 0.5, 0.9, (), ()),
    Failed(4, "Zu groß – try 0.1.", 0.1),
    Snapshot(3, (Array("0.weight", (1, 2), b"12345678"), Array("0.bias", (0,), b""))),
    Checkpointed(1, 1, b"state"),
    Parked(),
    Pause(),
    Stop(),
    SetLearningRate(0.5),
    ImageConfig(),
    ImageConfig(
        data="mnist",
        model=ModelConfig(name="gru", hidden_size=64, num_layers=2, dropout=0.1),
        optimizer=OptimizerConfig(name="adamw", betas=(0.5, 0.6)),
        seed=3,
    ),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_comes_back_equal(value: object) -> None:
    assert from_text(to_text(value)) == value
    assert hash(from_text(to_text(value))) == hash(value)


@given(st.floats(allow_nan=False), st.floats(allow_nan=False), st.integers(0, 10**9))
def test_numbers_come_back_bit_for_bit(loss: float, lr: float, step: int) -> None:
    assert from_text(to_text(progress(step, loss, 0.5, lr))) == progress(step, loss, 0.5, lr)


@given(st.lists(st.binary(max_size=50), max_size=4), st.integers(1, 7))
def test_frames_survive_being_cut_anywhere(states: list[bytes], size: int) -> None:
    told = tuple(EventReport("a", n, Checkpointed(n, n, state)) for n, state in enumerate(states))
    messages = [Turn("first"), ToldBatch(told, {"a": 0.5}), Turn("last")]
    stream = b"".join(map(pack, messages))
    unpacker = Unpacker(FromWorker)
    got = [m for n in range(0, len(stream), size) for m in unpacker.feed(stream[n : n + size])]
    assert got == messages


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "[" * 10_000,
        '{"type": "os.system"}',
        '{"type": "Progress"}',
        '{"type": "Progress", "step": "1", "loss": 0.0, "accuracy": 0.0, "lr": 0.1}',
        '{"type": "Progress", "step": 1, "loss": 0.0, "accuracy": 0.0, "lr": 0.1, "more": 1}',
        '{"type": "Checkpointed", "step": 1, "told": 1, "state": 0}',
        '{"type": "TrainConfig", "epochs": -1}',
        '{"type": "Finished", "confusion": 3}',
        '{"type": "Finished", "step": 1, "stopped": false, "measures": [["loss"]]}',
        '{"type": "Array", "name": "w", "shape": [3], "data": 0, "blobs": ["AAAA"]}',
        '{"type": "Array", "name": "w", "shape": [-1], "data": 0, "blobs": ["AAAA"]}',
        '{"type": "Array", "name": "w", "shape": [3], "data": "AAAA"}',
        '{"type": "Array", "name": "w", "shape": [-1], "data": "AAAA"}',
        '{"type": "Snapshot", "step": 1, "arrays": [{"data": 0}], "blobs": ["AAAA"]}',
        '{"type": "Snapshot", "step": 1, "arrays": [{"data": 1}], "blobs": ["AAAA"]}',
        '{"type": "Snapshot", "step": 1, "arrays": 3, "blobs": 3}',
        '{"type": "Checkpointed", "step": 1, "told": 1, "state": "?"}',
        '{"type": "Checkpointed", "step": 1, "told": 1, "state": 0, "blobs": ["?"]}',
        '{"type": "Checkpointed", "step": 1, "told": 1, "state": 0, "blobs": 3}',
        '{"type": "Checkpointed", "step": 1, "told": 1, "state": 1, "blobs": ["AAAA"]}',
    ],
)
def test_what_we_did_not_write_is_refused(text: str) -> None:
    with pytest.raises(BadMessage):
        from_text(text)


def test_a_config_of_an_older_version_takes_the_defaults() -> None:
    assert from_text('{"type": "TrainConfig", "epochs": 3}') == ImageConfig(epochs=3)


def test_events_of_older_versions_are_read_as_todays() -> None:
    """Loss and accuracy were fields, and every run sorted images into ten classes."""
    old = '{"type": "Progress", "step": 1, "loss": 0.5, "accuracy": 0.25, "lr": 0.1}'
    assert from_text(old) == progress(1, 0.5, 0.25, 0.1)
    assert from_text('{"type": "Evaluated", "step": 1, "loss": 0.5, "accuracy": 0.25}') == (
        evaluated(1, 0.5, 0.25)
    )
    mistake = '{"type": "Mistake", "index": 1, "label": 2, "predicted": 3, "probability": 0.5}'
    old = '{"type": "Finished", "step": 9, "stopped": false, "loss": 0.5, "accuracy": 0.25, '
    old += f'"confusion": [[1, 0], [0, 1]], "mistakes": [{mistake}]}}'
    assert from_text(old) == finished(
        9, False, 0.5, 0.25, ((1, 0), (0, 1)), (Mistake(1, 2, 3, 0.5),)
    )


def test_arrays_are_read_as_they_were_kept_before_they_stood_in_their_places() -> None:
    old = '{"type": "Snapshot", "step": 3, "arrays": [{"type": "Array", "name": "w", '
    old += '"shape": [1], "data": 0}], "blobs": ["MTIzNA=="]}'
    assert from_text(old) == Snapshot(3, (Array("w", (1,), b"1234"),))


def test_strange_values_are_not_sent() -> None:
    with pytest.raises(TypeError, match="no place"):
        to_text(object())
    with pytest.raises(TypeError, match="no place"):
        pack(object())


@pytest.mark.parametrize(
    "frame",
    [
        HEADER.pack(2**31),
        HEADER.pack(2) + b"{}",
        HEADER.pack(3) + b"...",
        HEADER.pack(0),
        HEADER.pack(len(pack(Pong()))) + pack(Pong())[HEADER.size :] + b"more",
    ],
)
def test_a_broken_frame_is_refused(frame: bytes) -> None:
    with pytest.raises(BadMessage):
        list(Unpacker(FromWorker).feed(frame))
