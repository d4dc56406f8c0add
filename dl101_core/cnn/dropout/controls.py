"""The controls of the dropout page; those of both views are on top."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, cast

from dl101_core.cnn.dropout.compute import DATA, PairConfig
from dl101_core.cnn.dropout.example import STROKES
from dl101_core.data import is_available
from dl101_core.ui import controls
from dl101_core.ui.address import set_fields
from dl101_core.ui.settings import widget_rows

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

VIEWS = {"runs": "Two trainings", "masks": "The masks"}
NOTES = PairConfig()


def view_switch() -> str:
    """``runs`` or ``masks``, kept in the URL."""
    return controls.segments("Show", "view", list(VIEWS), "runs", VIEWS.__getitem__, stretch=True)


def first_data() -> str:
    """Fashion-MNIST if it is on this machine, else MNIST, else the built-in strokes."""
    return next(name for name in DATA if is_available(name))


def first_pair() -> PairConfig:
    """The settings of the page at its opening."""
    data = first_data()
    return STROKES if data == "strokes" else replace(NOTES, data=data)


def dropout_control() -> float:
    """The setting that matters most, in both views."""
    return cast(float, pair_rows(("dropout",))["dropout"])


def pair_controls(place: DeltaGenerator) -> PairConfig:
    """The settings of the two trainings; ``place``: of those that matter less."""
    found = {"dropout": dropout_control()} | pair_rows(("train_size",))
    with place:
        return PairConfig(**found, **shared_rows(), **pair_rows(("epochs", "val_size"), ("lr",)))


def shared_rows() -> dict[str, Any]:
    """Data, network and seed, which both views have."""
    return pair_rows(("data", "net"), ("seed",))


def pair_rows(*rows: tuple[str, ...]) -> dict[str, Any]:
    return widget_rows(PairConfig, *rows, defaults=first_pair())


def use_pair(pair: PairConfig) -> None:
    """Set every control to ``pair``, before the widgets are drawn."""
    names = [item.name for item in fields(pair)]
    set_fields({name: getattr(pair, name) for name in names})
