"""Between server and worker: what is not one of our messages is refused, nothing else happens."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dl101_core.jobs.slicer import EventReport
from dl101_core.jobs.workers.codec import (
    FRAME_ROOM,
    HEADER,
    KNOWN,
    MAX_FRAME,
    BadMessage,
    Unpacker,
    decode,
    encode,
    frame_limit,
    from_text,
    pack,
)
from dl101_core.jobs.workers.protocol import (
    Bye,
    Close,
    Hello,
    Ping,
    Pong,
    Settings,
    Steer,
    Submit,
    ToldBatch,
    Turn,
    from_server,
    from_worker,
)
from dl101_core.models import ModelConfig, build_model
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.training.events import Checkpointed, SetLearningRate
from dl101_core.training.loop import train
from tests.events import progress
from tests.fuzz.strategies import JSON, SCALARS, many, nested

PROGRESS = progress(1, 0.5, 0.25, 0.1)


def test_what_a_worker_says_is_read() -> None:
    assert from_worker({"kind": "hello", "pid": 7, "threads": 1}, []) == Hello(7, 1)
    blobs: list[bytes] = []
    saved = Checkpointed(1, 2, b"state")
    items = [["a", 1, encode(PROGRESS, blobs)], ["b", 2, encode(saved, blobs)]]
    batch = from_worker({"kind": "told", "items": items, "spent": {"a": 1, "b": 0.5}}, blobs)
    assert batch == ToldBatch(
        (EventReport("a", 1, PROGRESS), EventReport("b", 2, saved)), {"a": 1.0, "b": 0.5}
    )
    assert from_worker({"kind": "turn", "run": "a"}, []) == Turn("a")
    assert from_worker({"kind": "pong"}, []) == Pong()
    assert from_worker({"kind": "bye"}, []) == Bye()


def test_what_the_server_says_is_read() -> None:
    limits = {"kind": "limits", "checkpoint_every": 5, "memory_mb": 400, "max_frame": 1000}
    assert from_server(limits, []) == Settings(5.0, 400, 1000)
    config = encode(ImageConfig(), [])
    submit = {"kind": "submit", "run": "a", "config": config, "told": 3, "replay": 4}
    assert from_server(submit, []) == Submit("a", ImageConfig(), None, 3, 4)
    assert from_server(submit, [b"s"]) == Submit("a", ImageConfig(), b"s", 3, 4)
    rate = SetLearningRate(0.5)
    command = {"kind": "command", "run": "a", "command": encode(rate, [])}
    assert from_server(command, []) == Steer("a", rate)
    assert from_server({"kind": "ping"}, []) == Ping()
    assert from_server({"kind": "close"}, []) == Close()


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"kind": ["hello"]},
        {"kind": "submit"},
        {"kind": "hello", "pid": 1, "threads": 1},
        {"kind": "hello", "pid": -1, "threads": 1},
        {"kind": "hello", "pid": 2**60, "threads": 1},
        {"kind": "hello", "pid": True, "threads": 1},
        {"kind": "hello", "pid": 7.0, "threads": 1},
        {"kind": "turn", "run": 5},
        {"kind": "turn", "run": ""},
        {"kind": "turn", "run": "x" * 101},
        {"kind": "told", "items": [], "spent": {"a": -1}},
        {"kind": "told", "items": [], "spent": {"a": float("nan")}},
        {"kind": "told", "items": [], "spent": {"a": 10**400}},
        {"kind": "told", "items": [], "spent": []},
        {"kind": "told", "items": {}, "spent": {}},
        {"kind": "told", "items": [["a", 1]], "spent": {}},
        {"kind": "told", "items": [["a", -1, {"type": "Parked"}]], "spent": {}},
        {"kind": "told", "items": [["a", 1, {"type": "Pause"}]], "spent": {}},
        {"kind": "told", "items": [["a", 1, {"type": "TrainConfig"}]], "spent": {}},
        {"kind": "told", "items": [["a", 1, {"type": ["Parked"]}]], "spent": {}},
    ],
    ids=str,
)
def test_what_no_worker_says_is_refused(message: dict[str, Any]) -> None:
    with pytest.raises(BadMessage):
        from_worker(message, [])


@pytest.mark.parametrize(
    ("message", "blobs"),
    [
        ({"kind": "hello", "pid": 7, "threads": 1}, []),
        ({"kind": "limits", "checkpoint_every": -1, "memory_mb": 1, "max_frame": 1}, []),
        ({"kind": "limits", "checkpoint_every": 1}, []),
        ({"kind": "command", "run": "a", "command": {"type": "Parked"}}, []),
        ({"kind": "command", "run": "a", "command": {"type": "SetLearningRate"}}, []),
        ({"kind": "submit", "run": "a", "config": {"type": "Pause"}, "told": 0, "replay": 0}, []),
        ({"kind": "submit", "run": "a", "config": {"type": "TrainConfig"}}, []),
        (
            {
                "kind": "submit",
                "run": "a",
                "config": {"type": "TrainConfig"},
                "told": 0,
                "replay": 0,
            },
            [b"", b""],
        ),
    ],
    ids=str,
)
def test_what_no_server_says_is_refused(message: dict[str, Any], blobs: list[bytes]) -> None:
    with pytest.raises(BadMessage):
        from_server(message, blobs)


NAMES = st.sampled_from([*KNOWN, "type", "kind", "step", "loss", "state", "model", "confusion"])
VALUES = st.recursive(
    SCALARS | NAMES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(NAMES, inner, max_size=6)
        | st.builds(lambda kind, rest: {**rest, "type": kind}, NAMES, st.dictionaries(NAMES, inner))
    ),
    max_leaves=20,
)


@given(VALUES | JSON, st.lists(st.binary(max_size=5), max_size=3))
@many(200)
def test_any_data_is_a_value_or_refused(data: Any, blobs: list[bytes]) -> None:
    try:
        value = decode(data, blobs)
    except BadMessage as refusal:
        note = str(refusal)
        assert len(note) < 400
        return
    assert type(value).__name__ in KNOWN


KINDS = st.sampled_from(
    ["hello", "told", "turn", "pong", "bye", "limits", "submit", "command", "ping", "close"]
)
FIELDS = st.sampled_from(["pid", "threads", "items", "spent", "run", "config", "told", "replay"])


@given(st.dictionaries(FIELDS, VALUES | JSON, max_size=8), KINDS | JSON)
@many(200)
def test_any_message_is_one_of_ours_or_refused(message: dict[str, Any], kind: Any) -> None:
    for read in (from_worker, from_server):
        try:
            read({**message, "kind": kind}, [])
        except BadMessage:
            continue


GOOD = pack({"kind": "told", "items": [["a", 1, encode(PROGRESS, [])]], "spent": {}}, [b"x" * 50])


def read_all(stream: bytes, limit: int = MAX_FRAME) -> int:
    """How many messages ``stream`` holds; a refusal ends it."""
    try:
        return sum(1 for _ in Unpacker(limit).feed(stream))
    except BadMessage:
        return -1


@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda noise: GOOD + noise + GOOD))
@many(500)
def test_any_stream_is_read_or_refused(stream: bytes) -> None:
    assert read_all(stream) >= -1


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
@many(500)
def test_a_frame_with_any_byte_changed_is_read_or_refused(place: int, value: int) -> None:
    changed = bytearray(GOOD)
    changed[place] = value
    assert read_all(bytes(changed)) in (-1, 0, 1)


@given(JSON, st.integers(0, 9))
@many(150)
def test_any_json_in_a_frame_is_read_or_refused(data: Any, extra: int) -> None:
    try:
        text = json.dumps(data).encode()
    except ValueError:  # numbers too long for JSON
        return
    assert read_all(HEADER.pack(len(text), extra) + text + bytes(extra)) in (-1, 0, 1)


@pytest.mark.parametrize("blobs", [None, 3, "abc", [1.0], [True], [-5, 10], ["5"], [[5]], [6]])
def test_lengths_that_do_not_fit_are_refused(blobs: object) -> None:
    text = json.dumps({"blobs": blobs}).encode()
    with pytest.raises(BadMessage):
        list(Unpacker().feed(HEADER.pack(len(text), 5) + text + b"12345"))


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 200_000, "9" * 5000, "[" * 900])
def test_deep_or_long_json_is_refused(text: str) -> None:
    assert read_all(HEADER.pack(len(text), 0) + text.encode()) == -1
    with pytest.raises(BadMessage):
        from_text(text)


@pytest.mark.parametrize("depth", [200, 100_000])
def test_a_deep_value_is_refused(depth: int) -> None:
    finished = {"type": "Finished", "step": 1, "stopped": True, "loss": 0.0, "accuracy": 0.0}
    with pytest.raises(BadMessage):
        decode({**finished, "confusion": nested(depth), "mistakes": []})
    inside: Any = {"type": "TrainConfig"}
    for _ in range(depth):
        inside = {"type": "TrainConfig", "model": inside}
    with pytest.raises(BadMessage):
        decode(inside)


def test_a_value_of_another_kind_is_refused_where_one_is_expected() -> None:
    with pytest.raises(BadMessage):
        decode({"type": "TrainConfig", "model": {"type": "Pause"}})


def test_a_frame_larger_than_allowed_is_refused_by_its_header_alone() -> None:
    with pytest.raises(BadMessage, match="a frame of"):
        list(Unpacker(1000).feed(HEADER.pack(500, 501)))
    with pytest.raises(BadMessage, match="a frame of"):
        list(Unpacker().feed(HEADER.pack(0, MAX_FRAME + 1)))
    with pytest.raises(BadMessage, match="a message of"):
        list(Unpacker().feed(HEADER.pack(FRAME_ROOM + 1, 0)))
    assert MAX_FRAME < 40e6


def test_the_largest_network_fits_into_a_frame() -> None:
    config = ImageConfig(
        train_size=10,
        val_size=10,
        epochs=1,
        model=ModelConfig(name="mlp", hidden_size=1024, num_layers=2),
    )
    saved = next(event for event in train(config) if isinstance(event, Checkpointed))
    parameters = sum(p.numel() for p in build_model(config.model, 0).parameters())
    blobs: list[bytes] = []
    frame = pack({"items": [encode(saved, blobs)]}, blobs)
    assert 0.9 * frame_limit(parameters) - FRAME_ROOM < len(frame) < frame_limit(parameters)


def test_a_reader_holds_no_more_than_twice_what_it_allows() -> None:
    limit = 2**20
    frame = pack({"items": []}, [bytes(limit - 1000)])
    tracemalloc.start()
    try:
        reader = Unpacker(limit)
        for place in range(0, len(frame), 4096):
            list(reader.feed(frame[place : place + 4096]))
        assert tracemalloc.get_traced_memory()[1] < 2.5 * limit
    finally:
        tracemalloc.stop()
