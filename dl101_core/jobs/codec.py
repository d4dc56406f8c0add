"""Frozen dataclasses ↔ JSON-able dicts, and messages ↔ frames. No pickle: data cannot become code.

A value is ``{"type": "Progress", "step": 1, …}``. Bytes do not fit into JSON: they travel beside
it, as blobs, and the dict holds their number. A frame is two big-endian uint32 (sizes of JSON and
of the blobs), the JSON, then the blobs; ``message["blobs"]`` lists their lengths.
"""

from __future__ import annotations

import json
import struct
import types
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from dl101_core.events import (
    Checkpointed,
    Evaluated,
    Failed,
    Finished,
    LearningRateChanged,
    Mistake,
    Progress,
    SetLearningRate,
    Started,
    Stop,
)
from dl101_core.jobs.runner import Pause
from dl101_core.jobs.slicer import Drop, Parked
from dl101_core.models import ModelConfig
from dl101_core.optim import OptimizerConfig
from dl101_core.training import TrainConfig

KNOWN: dict[str, type] = {
    cls.__name__: cls
    for cls in (
        Started,
        Progress,
        Evaluated,
        LearningRateChanged,
        Checkpointed,
        Mistake,
        Finished,
        Failed,
        Parked,
        Drop,
        SetLearningRate,
        Stop,
        Pause,
        TrainConfig,
        ModelConfig,
        OptimizerConfig,
    )
}
HEADER = struct.Struct("!II")
MAX_FRAME = 2**29
Message = dict[str, Any]


class BadMessage(ValueError):  # noqa: N818
    """What was read is not one of our messages."""


def encode(value: object, blobs: list[bytes]) -> Any:
    """``value`` as JSON-able data; bytes in it are appended to ``blobs``."""
    if isinstance(value, bytes):
        blobs.append(value)
        return len(blobs) - 1
    if isinstance(value, tuple):
        return [encode(item, blobs) for item in value]
    if is_dataclass(value) and type(value).__name__ in KNOWN:
        content = {f.name: encode(getattr(value, f.name), blobs) for f in fields(value)}
        return {"type": type(value).__name__, **content}
    if isinstance(value, str | int | float):
        return value
    raise TypeError(f"{type(value).__name__} has no place in a message.")


def decode(data: Any, blobs: list[bytes] | None = None) -> Any:
    """The dataclass in ``data``. Raises ``BadMessage`` for anything but what ``encode`` makes.

    A field that is missing takes its default, so an older version's runs can still be read.
    """
    if not isinstance(data, dict) or data.get("type") not in KNOWN:
        raise BadMessage("not one of our values")
    cls = KNOWN[data["type"]]
    hints = _hints(cls)
    try:
        content = {
            name: _restore(item, hints[name], blobs or [])
            for name, item in data.items()
            if name != "type"
        }
        return cls(**content)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise BadMessage(f"{data['type']} cannot be read: {error}") from error


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _restore(data: Any, hint: Any, blobs: list[bytes]) -> Any:
    if hint is bytes:
        return blobs[data]
    if get_origin(hint) is tuple:
        kinds = get_args(hint)
        if kinds[-1] is Ellipsis:
            kinds = (kinds[0],) * len(data)
        return tuple(_restore(item, kind, blobs) for item, kind in zip(data, kinds, strict=True))
    if hint is float and type(data) in (int, float):
        return float(data)
    if hint in (int, str, bool) and type(data) is hint:
        return data
    if is_dataclass(hint) or isinstance(hint, types.UnionType):
        return decode(data, blobs)
    raise BadMessage(f"{data!r} is not of type {hint}")


def to_text(value: object) -> str:
    """JSON text of a value that holds no bytes."""
    blobs: list[bytes] = []
    text = json.dumps(encode(value, blobs), separators=(",", ":"))
    if blobs:
        raise TypeError(f"{type(value).__name__} holds bytes and does not fit into text.")
    return text


def from_text(text: str) -> Any:
    """Undo ``to_text``. Raises ``BadMessage``."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadMessage("not JSON") from error
    return decode(data)


def pack(message: Message, blobs: list[bytes] | None = None) -> bytes:
    """One frame."""
    blobs = blobs or []
    text = json.dumps({**message, "blobs": [len(blob) for blob in blobs]}).encode()
    return b"".join([HEADER.pack(len(text), sum(map(len, blobs))), text, *blobs])


class Unpacker:
    """Frames out of a stream that arrives in arbitrary pieces."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[Message, list[bytes]]]:
        """Every message that ``data`` completes, with its blobs. Raises ``BadMessage``."""
        self._buffer += data
        while (frame := self._frame()) is not None:
            yield frame

    def _frame(self) -> tuple[Message, list[bytes]] | None:
        if len(self._buffer) < HEADER.size:
            return None
        text_size, blob_size = HEADER.unpack_from(self._buffer)
        if text_size + blob_size > MAX_FRAME:
            raise BadMessage(f"a frame of {text_size + blob_size} bytes")
        end = HEADER.size + text_size + blob_size
        if len(self._buffer) < end:
            return None
        text = bytes(self._buffer[HEADER.size : HEADER.size + text_size])
        rest = bytes(self._buffer[HEADER.size + text_size : end])
        del self._buffer[:end]
        return _read_frame(text, rest)


def _read_frame(text: bytes, rest: bytes) -> tuple[Message, list[bytes]]:
    try:
        message = json.loads(text)
        sizes = message.pop("blobs")
        blobs, start = [], 0
        for size in sizes:
            blobs.append(rest[start : start + size])
            start += size
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadMessage("not one of our frames") from error
    if start != len(rest):
        raise BadMessage("blobs of another length than announced")
    return message, blobs
