"""The controls of the Convolution page, for both directions, bound to the URL."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dl101_core.cnn.convolution import compute as conv
from dl101_core.cnn.convolution import transposed
from dl101_core.cnn.convolution.channels import CHANNELS_IN, CHANNELS_OUT
from dl101_core.cnn.convolution.compute import ConvConfig
from dl101_core.cnn.convolution.edits_view import KERNEL, PICTURE, forget, linked_edits
from dl101_core.cnn.convolution.transposed import TransposedConfig
from dl101_core.cnn.patterns import KERNELS, PICTURES
from dl101_core.ui import controls
from dl101_core.ui.address import set_fields, value_of

MODES = {"convolution": "Convolution", "transposed": "Transposed"}


def conv_controls() -> ConvConfig | TransposedConfig:
    """The widgets of the left column."""
    pixels, entries = linked_edits()
    mode = controls.segments(
        "Operation", "mode", list(MODES), "convolution", MODES.__getitem__, _changed_mode
    )
    with _pair():
        image = controls.select(
            "Picture",
            "image",
            list(PICTURES),
            "notes",
            lambda name: PICTURES[name][0],
            on_change=partial(forget, PICTURE),
        )
        kernel = controls.select(
            "Kernel",
            "kernel",
            list(KERNELS),
            "cross",
            lambda name: KERNELS[name][0],
            on_change=partial(forget, KERNEL),
        )
    rest = _transposed if mode == "transposed" else _convolution
    return rest(image, kernel, pixels, entries)


def _convolution(image: str, kernel: str, pixels: str, entries: str) -> ConvConfig:
    with _pair():
        size = controls.slider("Input size", "input_size", *conv.INPUT_SIZES, 7)
        kernel_size = controls.slider("Kernel size", "kernel_size", *conv.KERNEL_SIZES, 3)
    stride, dilation = _steps()
    with _pair():
        channels, out = _channels()
    with _pair():
        padding = controls.select("Padding on each side", "padding", conv.PADDINGS, 0)
        flip = controls.toggle(
            "Flip the kernel",
            "flip",
            False,
            "A convolution in mathematics turns the kernel by 180° first. Deep learning does not.",
        )
    return ConvConfig(
        size,
        kernel_size,
        stride,
        padding,
        dilation,
        image,
        kernel,
        flip,
        channels,
        out,
        pixels,
        entries,
    )


def _transposed(image: str, kernel: str, pixels: str, entries: str) -> TransposedConfig:
    with _pair():
        size = controls.slider("Input size", "transposed_input", *transposed.INPUT_SIZES, 3)
        kernel_size = controls.slider("Kernel size", "kernel_size", *conv.KERNEL_SIZES, 3)
    stride, dilation = _steps()
    with _pair():
        padding = controls.slider(
            "Padding",
            "transposed_padding",
            *transposed.PADDINGS,
            0,
            "Rows cut off each side of the output: what padding has added to a convolution.",
        )
        added = controls.slider(
            "Output padding",
            "output_padding",
            *transposed.OUTPUT_PADDINGS,
            0,
            "Rows added at the bottom and the right. It must be smaller than stride or dilation.",
        )
    with _pair():
        channels, out = _channels()
    return TransposedConfig(
        size,
        kernel_size,
        stride,
        padding,
        added,
        dilation,
        image,
        kernel,
        channels,
        out,
        pixels,
        entries,
    )


def _changed_mode() -> None:
    """Stamps a stride of 1 apart hardly differ from a convolution: lend a stride of 2."""
    stride = value_of("stride")
    if value_of("mode") == "transposed" and stride == 1:
        set_fields({"stride": 2})
        st.session_state["stride_lent"] = True
    elif st.session_state.pop("stride_lent", False) and stride == 2:
        set_fields({"stride": 1})


def _steps() -> tuple[int, int]:
    with _pair():
        return (
            controls.slider("Stride", "stride", *conv.STRIDES, 1),
            controls.slider("Dilation", "dilation", *conv.DILATIONS, 1),
        )


def _channels() -> tuple[int, int]:
    return (
        controls.slider("Channels in", "in_channels", *CHANNELS_IN, 1),
        controls.slider("Channels out", "out_channels", *CHANNELS_OUT, 1),
    )


def _pair() -> st.delta_generator.DeltaGenerator:
    """Two controls side by side, on a phone too, where columns would stack."""
    return st.container(horizontal=True, gap="small", vertical_alignment="bottom")
