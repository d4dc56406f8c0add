"""The controls of the dropout page; what both of its views need stands on top."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import streamlit as st

from dl101_core.cnn.dropout.compute import NETS, PairConfig
from dl101_core.data import DATASETS, is_available
from dl101_core.ui import controls
from dl101_core.ui.address import set_fields

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

VIEWS = {"runs": "Two trainings", "masks": "The masks"}
NOTES = PairConfig()
STROKES = PairConfig("strokes", net="cnn", epochs=80, dropout=0.5)
"""On the strokes, the notes' net shows a smaller gap in loss only; this one in accuracy, too."""
AS_TYPED, LR_STEP = "%g", 0.0005
ELSE = ("fashion_mnist", "mnist", "strokes")
"""The notes' data; and what is taken as long as they are not on this machine."""


NET_HELP = (
    "The notes' net has 32, 64 and 128 filters and four dropout layers; the small one 8 and 16 "
    "filters, and one."
)
P_HELP = (
    "The share that the layer with the most drops. At 0.4 the notes' four layers drop 0.25, 0.25, "
    "0.4 and 0.3."
)


def view_switch() -> str:
    """``runs`` or ``masks``, kept in the URL."""
    return controls.segments("Show", "view", list(VIEWS), "runs", VIEWS.__getitem__, stretch=True)


def first_data() -> str:
    """Fashion-MNIST if it is on this machine, else MNIST, else the built-in strokes."""
    return next(name for name in ELSE if is_available(name))


def first_pair() -> PairConfig:
    """What the page opens with."""
    data = first_data()
    return STROKES if data == "strokes" else replace(NOTES, data=data)


def shared_controls() -> PairConfig:
    """What both views ask for: data, network, dropout and seed."""
    d = first_pair()
    with row():
        data = controls.select(
            "Data", "data", list(ELSE), d.data, lambda name: DATASETS[name].title
        )
        net = controls.select("Network", "net", list(NETS), d.net, NETS.__getitem__, NET_HELP)
    with row():
        dropout = controls.decimal_slider(
            "Dropout p", "dropout", 0.05, 0.9, d.dropout, 0.05, P_HELP
        )
        seed = controls.whole_number("Seed", "seed", 0, 2**31 - 1, d.seed)
    return PairConfig(data, net=net, dropout=dropout, seed=seed)


def pair_controls(shared: PairConfig) -> PairConfig:
    """What two trainings need besides."""
    d = first_pair()
    with row():
        train_size = controls.whole_number(
            "Training images",
            "train_size",
            10,
            59_000,
            d.train_size,
            100,
            "Few, so that a net without dropout can learn them by heart.",
        )
        val_size = controls.whole_number(
            "Validation", "val_size", 10, 10_000, d.val_size, 50, "Images never trained on."
        )
    with row():
        epochs = controls.whole_number("Epochs", "epochs", 1, 100, d.epochs)
        lr = controls.number("Learning rate", "lr", 1e-6, 100.0, d.lr, AS_TYPED, step=LR_STEP)
    return replace(shared, train_size=train_size, val_size=val_size, epochs=epochs, lr=lr)


def use_pair(pair: PairConfig) -> None:
    """Set every control to ``pair``, before the widgets are drawn."""
    names = [item.name for item in fields(pair)]
    set_fields({name: getattr(pair, name) for name in names})


def row() -> DeltaGenerator:
    """Controls side by side, on a phone too (``st.columns`` would stack them there)."""
    return st.container(horizontal=True, vertical_alignment="bottom")
