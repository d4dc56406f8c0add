"""An optimizer's state (momenta, averages, steps), saved and restored bit for bit."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, optim

from dl101_core.training.states import DamagedState

Scalars = dict[str, float | None]


def optimizer_state(optimizer: optim.Optimizer) -> tuple[dict[str, Tensor], Scalars]:
    """Tensors and plain numbers, both by ``"<number of the parameter>/<name>"``."""
    return split_slots(optimizer.state_dict()["state"])


def split_slots(state: dict[int, dict[str, Any]]) -> tuple[dict[str, Tensor], Scalars]:
    """The ``"state"`` of an optimizer's ``state_dict()``, in the form of ``optimizer_state``."""
    tensors: dict[str, Tensor] = {}
    scalars: Scalars = {}
    for number, slots in state.items():
        for name, value in slots.items():
            if isinstance(value, Tensor):
                tensors[f"{number}/{name}"] = value
            else:
                scalars[f"{number}/{name}"] = value
    return tensors, scalars


def load_optimizer_state(
    optimizer: optim.Optimizer, tensors: dict[str, Tensor], scalars: object
) -> None:
    """Restore the result of ``optimizer_state``; the settings of ``optimizer`` stay the same.

    Raises ``DamagedState`` where a tensor does not fit its parameter.
    """
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    state: dict[int, dict[str, Any]] = {}
    for key, tensor in tensors.items():
        number, name = _place(key, len(parameters))
        state.setdefault(number, {})[name] = _fit(key, tensor, parameters[number])
    if not isinstance(scalars, dict):
        raise DamagedState("the optimizer's numbers are missing")
    for key, value in scalars.items():
        if value is not None and type(value) not in (int, float):
            raise DamagedState(f"{key} is no number")
        number, name = _place(key, len(parameters))
        state.setdefault(number, {})[name] = value
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": state, "param_groups": groups})


def _place(key: str, parameters: int) -> tuple[int, str]:
    number, _, name = key.partition("/")
    known = {str(known): known for known in range(parameters)}
    if number not in known or not name:
        raise DamagedState(f"{key} belongs to no parameter")
    return known[number], name


def _fit(key: str, tensor: Tensor, parameter: Tensor) -> Tensor:
    """``tensor`` in the parameter's memory format: fused steps read both in memory order."""
    if tensor.shape == parameter.shape and tensor.dtype == parameter.dtype:
        return torch.empty_like(parameter, requires_grad=False).copy_(tensor)
    if tensor.numel() == 1 and key.endswith("/step"):
        return tensor
    raise DamagedState(f"{key} does not fit its parameter")
