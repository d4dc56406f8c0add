"""Saved states as version 0.1 wrote them (``torch.save``), read without unpickling anything.

Such a file is a zip of raw numbers and of a small program for pickle that says which numbers are
which. ``pickletools`` takes that program apart without running it. The few instructions that plain
tables of tensors need are followed here; any other, and any name of Python's but the ones in
``NAMES``, is refused.
"""

from __future__ import annotations

import io
import pickletools
import zipfile
from typing import Any

import torch
from torch import Tensor

from dl101_core.tasks.task import TaskConfig
from dl101_core.training.config_key import key_of
from dl101_core.training.optim_state import split_slots
from dl101_core.training.states import DamagedState, pack_state

MAGIC = b"PK\x03\x04"
REBUILD, TABLE = "torch._utils _rebuild_tensor_v2", "collections OrderedDict"
DTYPES = {
    "torch FloatStorage": torch.float32,
    "torch DoubleStorage": torch.float64,
    "torch LongStorage": torch.int64,
    "torch ByteStorage": torch.uint8,
}
NAMES = {REBUILD, TABLE, *DTYPES}
PLAIN = {
    *("BINUNICODE", "SHORT_BINUNICODE", "BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT"),
}
CONSTANTS: dict[str, Any] = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}
SHORT_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_MARK = object()


class _Name(str):
    """A name of Python's as the program tells it; nothing is imported."""


def modernise(config: TaskConfig, state: bytes) -> bytes:
    """The state of a run of ``config`` as today's trainer keeps it. Raises ``DamagedState``."""
    try:
        saved = _read(state)
        slots, scalars = split_slots(saved["optimizer"]["state"])
        tensors = {
            **{f"model/{name}": tensor for name, tensor in saved["model"].items()},
            **{f"optimizer/{name}": tensor for name, tensor in slots.items()},
            "random/shuffle": saved["epoch_state"],
            "random/noise": saved["noise"],
        }
        numbers = {
            "settings": key_of(config),
            "lr": saved["optimizer"]["param_groups"][0]["lr"],
            "optimizer": scalars,
            **{name: saved[name] for name in ("step", "told", "losses", "hits", "sizes")},
        }
        return pack_state(tensors, numbers)
    except (
        *(ValueError, TypeError, LookupError, AttributeError, RuntimeError, OverflowError),
        *(zipfile.BadZipFile, NotImplementedError, RecursionError, EOFError),
    ) as error:
        raise DamagedState(str(error) or type(error).__name__) from None


def _read(state: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(state)) as archive:
        parts = {}
        for info in archive.infolist():
            # Torch never compresses: what unpacks to more than it is, is none of ours.
            if info.compress_type != zipfile.ZIP_STORED or info.file_size > len(state):
                raise ValueError(f"{info.filename[:40]} is packed")
            parts[info.filename.partition("/")[2]] = archive.read(info)
    found = _Reader(parts).follow(parts["data.pkl"])
    if not isinstance(found, dict):
        raise ValueError("no table")
    return found


class _Reader:
    """Follows one program; ``parts``: the files of the zip."""

    def __init__(self, parts: dict[str, bytes]) -> None:
        self._parts = parts
        self._stack: list[Any] = []
        self._memo: dict[int, Any] = {}

    def follow(self, program: bytes) -> Any:
        for code, argument, _ in pickletools.genops(program):
            if code.name == "STOP":
                return self._stack.pop()
            self._step(code.name, argument)
        raise ValueError("it has no end")

    def _step(self, name: str, argument: Any) -> None:
        stack = self._stack
        if name in PLAIN:
            stack.append(argument)
        elif name in CONSTANTS:
            stack.append(CONSTANTS[name])
        elif name in SHORT_TUPLES:
            items = [stack.pop() for _ in range(SHORT_TUPLES[name])]
            stack.append(tuple(reversed(items)))
        else:
            self._build(name, argument)

    def _build(self, name: str, argument: Any) -> None:
        stack = self._stack
        match name:
            case "PROTO":
                pass
            case "MARK":
                stack.append(_MARK)
            case "EMPTY_DICT":
                stack.append({})
            case "EMPTY_LIST":
                stack.append([])
            case "TUPLE":
                stack.append(tuple(self._since_mark()))
            case "APPEND" | "APPENDS":
                items = self._since_mark() if name == "APPENDS" else [stack.pop()]
                self._top(list).extend(items)
            case "SETITEM" | "SETITEMS":
                flat = self._since_mark() if name == "SETITEMS" else [stack.pop(-2), stack.pop()]
                self._top(dict).update(zip(flat[::2], flat[1::2], strict=True))
            case "BINPUT" | "LONG_BINPUT":
                self._memo[argument] = stack[-1]
            case "BINGET" | "LONG_BINGET":
                stack.append(self._memo[argument])
            case "GLOBAL" if argument in NAMES:
                stack.append(_Name(argument))
            case "BINPERSID":
                stack.append(self._storage(*stack.pop()))
            case "REDUCE":
                arguments = stack.pop()
                stack.append(self._made(stack.pop(), arguments))
            case "BUILD":  # what a table of weights says of its modules
                stack.pop()
                self._top(dict)
            case _:
                raise ValueError(f"{name} {str(argument)[:60]} has no place in a saved state")

    def _since_mark(self) -> list[Any]:
        items: list[Any] = []
        while (item := self._stack.pop()) is not _MARK:
            items.append(item)
        return items[::-1]

    def _top(self, kind: type) -> Any:
        if type(self._stack[-1]) is not kind:
            raise ValueError(f"no {kind.__name__} where one must be")
        return self._stack[-1]

    def _storage(self, word: str, kind: str, key: str, place: str, size: int) -> Tensor:
        numbers = torch.frombuffer(bytearray(self._parts[f"data/{key}"]), dtype=DTYPES[kind])
        if (word, place, size) != ("storage", "cpu", len(numbers)):
            raise ValueError(f"the numbers of {str(key)[:20]} are not whole")
        return numbers

    def _made(self, name: Any, arguments: tuple[Any, ...]) -> Any:
        if not isinstance(name, _Name):
            raise ValueError("a call of no name")
        if name == TABLE and arguments == ():
            return {}
        if name != REBUILD:
            raise ValueError(f"{name} cannot be called")
        numbers, start, sizes, strides = arguments[:4]
        # Raises RuntimeError where this would reach beyond the numbers.
        return numbers.as_strided(sizes, strides, start).clone()
