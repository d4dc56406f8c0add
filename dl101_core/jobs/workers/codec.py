"""Values ↔ JSON text, for stores, and messages ↔ frames. No pickle: data cannot become code.

A value is a ``Message`` or a config, as ``{"type": "Progress", "step": 1, …}``. A frame is a
big-endian uint32, the size of what follows, and the message in msgpack.

Whatever arrives, reading it raises nothing but ``BadMessage``. What is read is checked by its types
as it is read, so that nothing else than a message of ours ever takes up memory.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, Union, get_args

import msgspec

from dl101_core.jobs.slicer import Parked, SlicerCommand
from dl101_core.jobs.workers.older import modern
from dl101_core.limits import Limits
from dl101_core.tasks.catalogue import DETAILS, TASKS
from dl101_core.training.config_key import build, name_of
from dl101_core.training.events import Array, Event

CONFIGS = {name_of(cls): cls for cls in TASKS}
VALUES: dict[str, type] = {
    cls.__name__: cls for cls in (*get_args(Event), Array, *get_args(SlicerCommand), Parked)
}
HEADER = struct.Struct("!I")
# Float32 weights, and for each the two averages of Adam: the most that an optimizer here keeps.
BYTES_PER_PARAMETER = 3 * 4
# Besides the weights of one checkpoint: a batch of events, and names of tensors.
FRAME_ROOM = 4 * 2**20


class BadMessage(ValueError):  # noqa: N818
    """What was read is not one of our messages."""


def frame_limit(max_parameters: int) -> int:
    """Bytes of the largest frame: one checkpoint of the largest network, and a batch of events."""
    return BYTES_PER_PARAMETER * max_parameters + FRAME_ROOM


MAX_FRAME = frame_limit(Limits.max_parameters)


def to_text(value: object) -> str:
    """JSON text of a value; bytes in it are in base 64."""
    return json.dumps(msgspec.to_builtins(_tagged(value), enc_hook=_refuse), separators=(",", ":"))


def from_text(text: str) -> Any:
    """Undo ``to_text``. Raises ``BadMessage``."""
    try:
        return decode(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise BadMessage(str(error)[:200]) from None


def decode(data: Any) -> Any:
    """The value in ``data``, which was JSON. Raises ``BadMessage`` for anything else.

    A field that is missing takes its default, so an older version's runs can still be read.
    """
    try:
        kind = data["type"]
        if kind in CONFIGS:
            return build(CONFIGS[kind], _keyed(data))
        return read(modern(data), VALUES[kind])
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise BadMessage(f"no value can be read: {str(error)[:200]}") from None


def read(data: Any, kind: Any) -> Any:
    """``data`` as a value of that type. Raises ``BadMessage``."""
    try:
        return msgspec.convert(data, kind, dec_hook=_details)
    except (ValueError, RecursionError) as error:
        raise BadMessage(str(error)[:200]) from None


def pack(message: object) -> bytearray:
    """One frame."""
    frame = bytearray(HEADER.size)
    _ENCODER.encode_into(message, frame, HEADER.size)
    HEADER.pack_into(frame, 0, len(frame) - HEADER.size)
    return frame


class Unpacker:
    """Messages of type ``kind`` out of a stream that arrives in arbitrary pieces.

    ``limit``: bytes of the largest frame.
    """

    def __init__(self, kind: Any, limit: int = MAX_FRAME) -> None:
        self.limit = limit
        self._decoder = msgspec.msgpack.Decoder(kind, dec_hook=_details)
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Any]:
        """Every message that ``data`` completes. Raises ``BadMessage``."""
        self._buffer += data
        while len(self._buffer) >= (end := self._end()):
            try:
                with memoryview(self._buffer) as view, view[HEADER.size : end] as frame:
                    message = self._decoder.decode(frame)
            except (ValueError, RecursionError) as error:
                raise BadMessage(str(error)[:200]) from None
            del self._buffer[:end]
            yield message

    def _end(self) -> int:
        if len(self._buffer) < HEADER.size:
            return HEADER.size
        (size,) = HEADER.unpack_from(self._buffer)
        if size > self.limit:
            raise BadMessage(f"a frame of {size} bytes")
        return HEADER.size + int(size)


def _details(kind: type, data: Any) -> Any:
    """``Details`` is the one type that msgspec does not know: each task has its own kind."""
    return msgspec.convert(data, Union[DETAILS])  # noqa: UP007


def _refuse(value: object) -> Any:
    raise TypeError(f"{type(value).__name__} has no place in a message.")


def _tagged(value: Any) -> Any:
    """A config as data, with the names of the types; anything else as it is."""
    if not is_dataclass(value):
        return value
    content = {one.name: _tagged(getattr(value, one.name)) for one in fields(value)}
    return {"type": name_of(type(value)), **content}  # type: ignore[arg-type]


def _keyed(data: Any) -> Any:
    """What ``_tagged`` made, in the form of a config's key: ``{type: fields}``."""
    if not isinstance(data, dict):
        return data
    return {data.get("type"): {n: _keyed(item) for n, item in data.items() if n != "type"}}


_ENCODER = msgspec.msgpack.Encoder(enc_hook=_refuse)
