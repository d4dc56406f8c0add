"""The controls of the Convolution page, for both directions, bound to the URL."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dl101_core.cnn.convolution.compute import ConvConfig
from dl101_core.cnn.convolution.edits_view import KERNEL, PICTURE, forget, linked_edits
from dl101_core.cnn.convolution.transposed import TransposedConfig
from dl101_core.ui import controls
from dl101_core.ui.address import set_fields, value_of
from dl101_core.ui.settings import widget_rows

MODES = {"convolution": "Convolution", "transposed": "Transposed"}
STEPS, CHANNELS = ("stride", "dilation"), ("in_channels", "out_channels")


def conv_controls() -> ConvConfig | TransposedConfig:
    """The widgets of the left column."""
    pixels, entries = linked_edits()
    mode = controls.segments(
        "Operation", "mode", list(MODES), "convolution", MODES.__getitem__, _changed_mode
    )
    own = widget_rows(
        ConvConfig,
        ("image", "kernel"),
        on_change={"image": partial(forget, PICTURE), "kernel": partial(forget, KERNEL)},
    )
    own |= {"image_edits": pixels, "kernel_edits": entries}
    sizes = ("input_size", "kernel_size")
    if mode == "convolution":
        values = widget_rows(ConvConfig, sizes, STEPS, CHANNELS, ("padding", "flip"))
        return ConvConfig(**own, **values)
    values = widget_rows(TransposedConfig, sizes, STEPS, ("padding", "output_padding"), CHANNELS)
    return TransposedConfig(**own, **values)


def _changed_mode() -> None:
    """Lend a stride of 2: with a stride of 1, stamps hardly differ from a convolution."""
    stride = value_of("stride")
    if value_of("mode") == "transposed" and stride == 1:
        set_fields({"stride": 2})
        st.session_state["stride_lent"] = True
    elif st.session_state.pop("stride_lent", False) and stride == 2:
        set_fields({"stride": 1})
