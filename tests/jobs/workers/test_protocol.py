"""Messages between server and worker: any other message is refused, without side effects."""

from __future__ import annotations

import json
import tracemalloc
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dl101_core.jobs.slicer import EventReport
from dl101_core.jobs.workers.codec import (
    CONFIGS,
    FRAME_ROOM,
    HEADER,
    MAX_FRAME,
    VALUES,
    BadMessage,
    Unpacker,
    decode,
    frame_limit,
    from_text,
    pack,
    read,
    to_text,
)
from dl101_core.jobs.workers.protocol import (
    Bye,
    Close,
    FromServer,
    FromWorker,
    Hello,
    Ping,
    Pong,
    Settings,
    Steer,
    Submit,
    ToldBatch,
    Turn,
)
from dl101_core.models import ModelConfig, build_model
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.training.config_key import name_of
from dl101_core.training.events import Checkpointed, SetLearningRate
from dl101_core.training.loop import train
from tests.events import progress
from tests.fuzz.strategies import JSON, SCALARS, many, nested

PROGRESS = progress(1, 0.5, 0.25, 0.1)
KNOWN = {**CONFIGS, **VALUES}


def encode(value: object) -> Any:
    return json.loads(to_text(value))


def from_worker(message: Any) -> Any:
    return read(message, FromWorker)


def from_server(message: Any) -> Any:
    said = read(message, FromServer)
    assert not isinstance(said, Submit) or said.config
    return said


def test_what_a_worker_says_is_read() -> None:
    assert from_worker({"kind": "hello", "pid": 7, "threads": 1}) == Hello(7, 1)
    saved = Checkpointed(1, 2, b"state")
    items = [["a", 1, encode(PROGRESS)], ["b", 2, encode(saved)]]
    batch = from_worker({"kind": "told", "items": items, "spent": {"a": 1, "b": 0.5}})
    assert batch == ToldBatch(
        (EventReport("a", 1, PROGRESS), EventReport("b", 2, saved)), {"a": 1.0, "b": 0.5}
    )
    assert from_worker({"kind": "turn", "run": "a"}) == Turn("a")
    assert from_worker({"kind": "pong"}) == Pong()
    assert from_worker({"kind": "bye"}) == Bye()


def test_what_the_server_says_is_read() -> None:
    limits = {"kind": "limits", "checkpoint_every": 5, "memory_mb": 400, "max_frame": 1000}
    assert from_server(limits) == Settings(5.0, 400, 1000)
    text = to_text(ImageConfig())
    submit = {"kind": "submit", "run": "a", "text": text, "told": 3, "replay": 4}
    assert from_server({**submit, "state": None}) == Submit("a", text, None, 3, 4)
    assert from_server({**submit, "state": b"s"}) == Submit("a", text, b"s", 3, 4)
    assert from_server({**submit, "state": None}).config == ImageConfig()
    rate = SetLearningRate(0.5)
    command = {"kind": "command", "run": "a", "command": encode(rate)}
    assert from_server(command) == Steer("a", rate)
    assert from_server({"kind": "ping"}) == Ping()
    assert from_server({"kind": "close"}) == Close()


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
        from_worker(message)


SUBMIT = {"kind": "submit", "run": "a", "state": None, "told": 0, "replay": 0}


@pytest.mark.parametrize(
    "message",
    [
        {"kind": "hello", "pid": 7, "threads": 1},
        {"kind": "limits", "checkpoint_every": -1, "memory_mb": 1, "max_frame": 1},
        {"kind": "limits", "checkpoint_every": 1},
        {"kind": "command", "run": "a", "command": {"type": "Parked"}},
        {"kind": "command", "run": "a", "command": {"type": "SetLearningRate"}},
        {**SUBMIT, "text": '{"type": "Pause"}'},
        {**SUBMIT, "text": '{"type": "TrainConfig", "epochs": -1}'},
        {**SUBMIT, "text": {"type": "TrainConfig"}},
        {**SUBMIT, "text": "..."},
        {"kind": "submit", "run": "a", "text": '{"type": "TrainConfig"}'},
        {**SUBMIT, "text": '{"type": "TrainConfig"}', "state": [b"", b""]},
    ],
    ids=str,
)
def test_what_no_server_says_is_refused(message: dict[str, Any]) -> None:
    with pytest.raises(BadMessage):
        from_server(message)


NAMES = st.sampled_from([*KNOWN, "type", "kind", "step", "loss", "state", "model", "confusion"])
DATA = st.recursive(
    SCALARS | NAMES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(NAMES, inner, max_size=6)
        | st.builds(lambda kind, rest: {**rest, "type": kind}, NAMES, st.dictionaries(NAMES, inner))
    ),
    max_leaves=20,
)


@given(DATA | JSON)
@many(200)
def test_any_data_is_a_value_or_refused(data: Any) -> None:
    try:
        value = decode(data)
    except BadMessage as refusal:
        note = str(refusal)
        assert len(note) < 400
        return
    assert name_of(type(value)) in KNOWN


KINDS = st.sampled_from(
    ["hello", "told", "turn", "pong", "bye", "limits", "submit", "command", "ping", "close"]
)
FIELDS = st.sampled_from(
    ["pid", "threads", "items", "spent", "run", "text", "state", "told", "replay"]
)


@given(st.dictionaries(FIELDS, DATA | JSON, max_size=8), KINDS | JSON)
@many(200)
def test_any_message_is_one_of_ours_or_refused(message: dict[str, Any], kind: Any) -> None:
    for understand in (from_worker, from_server):
        try:
            understand({**message, "kind": kind})
        except BadMessage:
            continue


GOOD = pack(
    ToldBatch(
        (EventReport("a", 1, PROGRESS), EventReport("a", 1, Checkpointed(1, 1, b"x" * 50))), {}
    )
)


def read_all(stream: bytes, kind: Any = FromWorker) -> int:
    """How many messages ``stream`` holds; a refusal ends it."""
    try:
        return sum(1 for _ in Unpacker(kind).feed(stream))
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


@given(JSON | DATA)
@many(150)
def test_any_data_in_a_frame_is_read_or_refused(data: Any) -> None:
    try:
        frame = pack(data)
    except (OverflowError, UnicodeEncodeError):  # numbers too long, lone surrogates
        return
    assert read_all(frame) in (-1, 1)
    assert read_all(frame, FromServer) in (-1, 1)


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 200_000, "9" * 5000, "[" * 900])
def test_deep_or_long_json_is_refused(text: str) -> None:
    assert read_all(HEADER.pack(len(text)) + text.encode()) == -1
    with pytest.raises(BadMessage):
        from_text(text)


@pytest.mark.parametrize(
    "data", [b"\x91" * 200_000, b"\x81\xa1a" * 200_000, b"\xdd\xff\xff\xff\xff"]
)
@pytest.mark.parametrize("start", [b"", pack({"kind": "told", "items": 0})[HEADER.size : -1]])
@pytest.mark.parametrize("kind", [FromWorker, Any])
def test_deep_or_endless_msgpack_is_refused(data: bytes, start: bytes, kind: Any) -> None:
    assert read_all(HEADER.pack(len(start + data)) + start + data, kind) == -1


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
        list(Unpacker(FromWorker, 1000).feed(HEADER.pack(1001)))
    with pytest.raises(BadMessage, match="a frame of"):
        list(Unpacker(FromWorker).feed(HEADER.pack(MAX_FRAME + 1)))
    assert MAX_FRAME < 40e6


def test_the_largest_network_fits_into_a_frame() -> None:
    config = ImageConfig(
        train_size=10,
        val_size=10,
        epochs=1,
        model=ModelConfig(name="mlp", hidden_size=512, num_layers=4),
    )
    saved = next(event for event in train(config) if isinstance(event, Checkpointed))
    parameters = sum(p.numel() for p in build_model(config.model, 0).parameters())
    frame = pack(ToldBatch((EventReport("a", 1, saved),), {}))
    assert 0.9 * frame_limit(parameters) - FRAME_ROOM < len(frame) < frame_limit(parameters)


def peak_of(frame: bytes, limit: int) -> int:
    """The bytes that a reader holds at most while it reads ``frame`` in pieces, or refuses it."""
    tracemalloc.start()
    try:
        reader = Unpacker(FromWorker, limit)
        with suppress(BadMessage):
            for place in range(0, len(frame), 4096):
                list(reader.feed(frame[place : place + 4096]))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_reader_holds_no_more_than_twice_what_it_allows() -> None:
    limit = 2**20
    saved = Checkpointed(1, 1, bytes(limit - 1000))
    assert peak_of(pack(ToldBatch((EventReport("a", 1, saved),), {})), limit) < 2.5 * limit


@pytest.mark.parametrize(
    "event",
    [
        {"type": "Progress", "step": 1, "lr": 0.1, "measures": [["", 0]] * 300_000},
        {"type": "Progress", "step": 1, "lr": 0.1, "measures": [{}] * 900_000},
        {"type": "Parked", "more": [[]] * 900_000},
    ],
    ids=["measures", "dicts", "more"],
)
def test_small_things_in_great_number_are_refused_before_they_take_memory(event: object) -> None:
    limit = 2**20
    frame = pack({"kind": "told", "items": [["a", 1, event]], "spent": {}})
    assert len(frame) < limit
    assert peak_of(frame, limit) < 2.5 * limit


@pytest.mark.parametrize("count", [50_001, 300_000])
def test_more_events_than_anybody_tells_are_refused(count: int) -> None:
    items = [["a", 1, {"type": "Parked"}]] * count
    assert read_all(pack({"kind": "told", "items": items, "spent": {}})) == -1
