"""Frozen dataclasses ↔ JSON-able dicts, and messages ↔ frames. No pickle: data cannot become code.

A value is ``{"type": "Progress", "step": 1, …}``. Bytes do not fit into JSON: they travel beside
it, as blobs, and the dict holds their number. A frame is two big-endian uint32 (sizes of JSON and
of the blobs), the JSON, then the blobs; ``message["blobs"]`` lists their lengths.

Whatever arrives, reading it raises nothing but ``BadMessage``, and holds no more memory than twice
the largest frame that the reader allows.
"""

from __future__ import annotations

import base64
import binascii
import json
import struct
import types
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import accumulate
from typing import Any, get_args, get_origin, get_type_hints

from dl101_core.jobs.runner import Pause
from dl101_core.jobs.slicer import Drop, Parked
from dl101_core.jobs.workers.older import modern
from dl101_core.limits import Limits
from dl101_core.tasks.catalogue import PARTS, TASKS
from dl101_core.training.config_key import name_of
from dl101_core.training.events import (
    Array,
    Checkpointed,
    Evaluated,
    Failed,
    Finished,
    LearningRateChanged,
    Progress,
    SetLearningRate,
    Snapshot,
    Started,
    Stop,
)

KNOWN: dict[str, type] = {
    name_of(cls): cls
    for cls in (
        Started,
        Progress,
        Evaluated,
        Array,
        Snapshot,
        LearningRateChanged,
        Checkpointed,
        Finished,
        Failed,
        Parked,
        Drop,
        SetLearningRate,
        Stop,
        Pause,
        *TASKS,
        *PARTS,
    )
}
HEADER = struct.Struct("!II")
# Float32 weights, and for each the two averages of Adam: the most that an optimizer here keeps.
BYTES_PER_PARAMETER = 3 * 4
# Besides the weights of one checkpoint: the JSON of a batch of events, and names of tensors.
FRAME_ROOM = 4 * 2**20
Message = dict[str, Any]


class BadMessage(ValueError):  # noqa: N818
    """What was read is not one of our messages."""


def frame_limit(max_parameters: int) -> int:
    """Bytes of the largest frame: one checkpoint of the largest network, and a batch of events."""
    return BYTES_PER_PARAMETER * max_parameters + FRAME_ROOM


MAX_FRAME = frame_limit(Limits.max_parameters)


def encode(value: object, blobs: list[bytes]) -> Any:
    """``value`` as JSON-able data; bytes in it are appended to ``blobs``."""
    if isinstance(value, bytes):
        blobs.append(value)
        return len(blobs) - 1
    if isinstance(value, tuple):
        return [encode(item, blobs) for item in value]
    if is_dataclass(value) and KNOWN.get(name_of(type(value))) is type(value):
        content = {f.name: encode(getattr(value, f.name), blobs) for f in fields(value)}
        return {"type": name_of(type(value)), **content}
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"{type(value).__name__} has no place in a message.")


def decode(data: Any, blobs: list[bytes] | None = None) -> Any:
    """The dataclass in ``data``. Raises ``BadMessage`` for anything but what ``encode`` makes.

    A field that is missing takes its default, so an older version's runs can still be read.
    """
    kind = data.get("type") if isinstance(data, dict) else None
    if not isinstance(kind, str) or kind not in KNOWN:
        raise BadMessage("not one of our values")
    cls = KNOWN[kind]
    hints = _hints(cls)
    try:
        content = {
            name: _restore(item, hints[name], blobs or [])
            for name, item in modern(kind, data).items()
            if name != "type"
        }
        return cls(**content)
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise BadMessage(f"{kind} cannot be read: {str(error)[:200]}") from None


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _restore(data: Any, hint: Any, blobs: list[bytes]) -> Any:
    if hint is bytes and type(data) is int and 0 <= data < len(blobs):
        return blobs[data]
    if get_origin(hint) is tuple and isinstance(data, list):
        kinds = get_args(hint)
        if kinds[-1] is Ellipsis:
            kinds = (kinds[0],) * len(data)
        return tuple(_restore(item, kind, blobs) for item, kind in zip(data, kinds, strict=True))
    if hint is float and type(data) in (int, float):
        return float(data)
    if hint in (int, str, bool) and type(data) is hint:
        return data
    if data is None and type(None) in get_args(hint):
        return None
    if is_dataclass(hint) or isinstance(hint, types.UnionType):
        value = decode(data, blobs)
        if isinstance(value, hint):  # type: ignore[arg-type]
            return value
    raise BadMessage(f"{type(data).__name__} in the place of {hint}")


def to_text(value: object) -> str:
    """JSON text of a value; bytes in it stand beside it under ``blobs``, in base 64."""
    blobs: list[bytes] = []
    data = encode(value, blobs)
    if blobs:
        data["blobs"] = [base64.b64encode(blob).decode("ascii") for blob in blobs]
    return json.dumps(data, separators=(",", ":"))


def from_text(text: str) -> Any:
    """Undo ``to_text``. Raises ``BadMessage``."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadMessage("not JSON") from error
    try:
        blobs = data.pop("blobs", []) if isinstance(data, dict) else []
        return decode(data, [base64.b64decode(blob, validate=True) for blob in blobs])
    except (TypeError, binascii.Error, ValueError) as error:
        raise BadMessage(str(error)[:200]) from None


def pack(message: Message, blobs: list[bytes] | None = None) -> bytes:
    """One frame."""
    blobs = blobs or []
    text = json.dumps({**message, "blobs": [len(blob) for blob in blobs]}).encode()
    return b"".join([HEADER.pack(len(text), sum(map(len, blobs))), text, *blobs])


class Unpacker:
    """Frames out of a stream that arrives in arbitrary pieces. ``limit``: bytes of the largest."""

    def __init__(self, limit: int = MAX_FRAME) -> None:
        self.limit = limit
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
        if text_size + blob_size > self.limit:
            raise BadMessage(f"a frame of {text_size + blob_size} bytes")
        if text_size > FRAME_ROOM:
            raise BadMessage(f"a message of {text_size} bytes")
        end = HEADER.size + text_size + blob_size
        if len(self._buffer) < end:
            return None
        with memoryview(self._buffer) as view:
            message = _read_text(bytes(view[HEADER.size : HEADER.size + text_size]))
            blobs = _cut(view[HEADER.size + text_size : end], message.pop("blobs", None))
        del self._buffer[:end]
        return message, blobs


def _read_text(text: bytes) -> Message:
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise BadMessage("not JSON") from None
    if not isinstance(message, dict):
        raise BadMessage("not one of our messages")
    return message


def _cut(data: memoryview, sizes: object) -> list[bytes]:
    with data:
        if not isinstance(sizes, list) or any(type(s) is not int or s < 0 for s in sizes):
            raise BadMessage("blobs without lengths")
        if sum(sizes) != len(data):
            raise BadMessage("blobs of another length than announced")
        ends = list(accumulate(sizes))
        return [bytes(data[end - size : end]) for size, end in zip(sizes, ends, strict=True)]
