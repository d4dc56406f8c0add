"""Reads the state in a ``Checkpointed``: whether it belongs to a config, and its weights."""

from __future__ import annotations

from torch import Tensor, nn

from dl101_core.tasks.task import TaskConfig
from dl101_core.training.config_key import UnreadableKey, differences, key_of, read_key
from dl101_core.training.states import DamagedState, OtherSettings, State, unpack_state


def resumes(config: TaskConfig, state: bytes) -> bool:
    """Whether ``state`` is undamaged and of ``config``, so that ``train`` can resume from it."""
    try:
        check_settings(config, unpack_state(state))
    except DamagedState:
        return False
    return True


def check_settings(config: TaskConfig, saved: State) -> None:
    """Raise ``OtherSettings``, which says what differs, unless ``saved`` is a state of ``config``.

    Versions up to 0.3.0 kept ``repr(config)``, in another place.
    """
    text = saved.numbers.get("settings", saved.numbers.get("config"))
    if text == key_of(config):
        return
    try:
        there = read_key(type(config), str(text))
    except UnreadableKey as error:
        raise OtherSettings(str(error)[:200]) from None
    if there != config:
        raise OtherSettings(", ".join(differences(there, config)))


def weights_of(state: bytes) -> dict[str, Tensor]:
    """The model's weights in the ``state`` of a ``Checkpointed``; may raise ``DamagedState``."""
    return unpack_state(state).part("model/")


def trained_model(config: TaskConfig, state: bytes) -> nn.Module:
    """The model of ``config`` with the weights in ``state``, in evaluation mode.

    Raises ``DamagedState`` if these are not weights of such a model.
    """
    model = config.make_model()
    load_weights(model, weights_of(state))
    return model.eval()


def load_weights(model: nn.Module, weights: dict[str, Tensor]) -> None:
    """Put ``weights`` into ``model``. Raises ``DamagedState`` where they do not fit."""
    try:
        model.load_state_dict(weights)
    except RuntimeError as error:
        raise DamagedState(str(error)) from None
