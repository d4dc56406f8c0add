"""The controls of the dropout page; those of both views are on top."""

from __future__ import annotations

from dataclasses import fields, replace

from dl101_core.cnn.dropout.compute import DATA, PairConfig
from dl101_core.data import is_available
from dl101_core.ui import controls
from dl101_core.ui.address import set_fields
from dl101_core.ui.settings import widget_rows

VIEWS = {"runs": "Two trainings", "masks": "The masks"}
NOTES = PairConfig()
STROKES = PairConfig(data="strokes", net="cnn", epochs=80, dropout=0.5)
"""On the strokes, dropout narrows the gap of the notes' net in loss only; of this net, in both."""


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


def shared_controls() -> PairConfig:
    """The settings of both views: data, network, dropout and seed."""
    return PairConfig(
        **widget_rows(PairConfig, ("data", "net"), ("dropout", "seed"), defaults=first_pair())
    )


def pair_controls(shared: PairConfig) -> PairConfig:
    """Further settings of the two trainings."""
    rows = ("train_size", "val_size"), ("epochs", "lr")
    return replace(shared, **widget_rows(PairConfig, *rows, defaults=first_pair()))


def use_pair(pair: PairConfig) -> None:
    """Set every control to ``pair``, before the widgets are drawn."""
    names = [item.name for item in fields(pair)]
    set_fields({name: getattr(pair, name) for name in names})
