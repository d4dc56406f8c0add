"""The saved state of a run as bytes: safetensors, with numbers as JSON in its header.

Nothing is unpickled, so data cannot become code. Readers trust nothing in a state: all bytes that
``pack_state`` did not make, even with one flipped bit, are a ``DamagedState``.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

LAYOUT = 1
"""The version of a state's content; it changes with the meaning of the content."""

_HEADER = struct.Struct("<Q")
Numbers = dict[str, Any]


class DamagedState(ValueError):  # noqa: N818
    """The bytes are no saved state, or not one of this network. The message says why."""

    def __init__(self, reason: str) -> None:
        short = " ".join(reason.split())[:120]
        super().__init__(f"The saved state of this training is damaged ({short}): start it again.")


class OtherSettings(DamagedState):
    """The state is undamaged, but of a run with other settings. The message names them."""

    def __init__(self, reason: str) -> None:
        ValueError.__init__(
            self, f"The saved state belongs to other settings ({reason}): start the training again."
        )


@dataclass(frozen=True)
class State:
    """``tensors`` by name; ``numbers``: all other values, as JSON. Nothing is checked yet."""

    tensors: dict[str, Tensor]
    numbers: Numbers

    def part(self, prefix: str) -> dict[str, Tensor]:
        """The tensors whose names begin with ``prefix``, without it."""
        found = self.tensors.items()
        return {name.removeprefix(prefix): t for name, t in found if name.startswith(prefix)}


def pack_state(tensors: Mapping[str, Tensor], numbers: Numbers) -> bytes:
    """One safetensors file; floats among ``numbers`` keep every bit."""
    # Safetensors knows no memory format, so channels last becomes plain here.
    plain = {name: tensor.detach().contiguous() for name, tensor in tensors.items()}
    text = json.dumps({"layout": LAYOUT, **numbers})
    # One entry only: safetensors orders several at random, but equal states need equal bytes.
    return save(plain, {"numbers": f"{_checksum(plain, text)} {text}"})


def unpack_state(state: bytes) -> State:
    """The inverse of ``pack_state``. Raises ``DamagedState`` for any other bytes."""
    try:
        tensors = load(state)
        (size,) = _HEADER.unpack_from(state)
        header = json.loads(state[_HEADER.size : _HEADER.size + size])
        crc, _, text = header["__metadata__"]["numbers"].partition(" ")
        numbers = json.loads(text)
    except (SafetensorError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise DamagedState(str(error) or type(error).__name__) from None
    if crc != str(_checksum(tensors, text)):
        raise DamagedState("its checksum is another")
    if not isinstance(numbers, dict) or numbers.pop("layout", None) != LAYOUT:
        raise DamagedState("its layout is another")
    return State(tensors, numbers)


def is_sound(state: bytes) -> bool:
    """Whether ``unpack_state`` can read it."""
    try:
        unpack_state(state)
    except DamagedState:
        return False
    return True


def _checksum(tensors: Mapping[str, Tensor], text: str) -> int:
    crc = zlib.crc32(text.encode())
    for name, tensor in sorted(tensors.items()):
        crc = zlib.crc32(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode(), crc)
        crc = zlib.crc32(tensor.reshape(-1).view(torch.uint8).numpy(), crc)  # type: ignore[arg-type]
    return crc
