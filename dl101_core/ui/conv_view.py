"""The controls and the picture of a convolution."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dl101_core import conv
from dl101_core.conv import ConvConfig, ConvResult
from dl101_core.figures.palette import ACCENT, SIGNED, UNSIGNED
from dl101_core.patterns import KERNELS, PICTURES
from dl101_core.ui import controls
from dl101_core.ui.component import component


def conv_controls() -> ConvConfig:
    """The widgets of the left column, bound to the URL."""
    defaults = ConvConfig()
    with st.container(horizontal=True):
        image = controls.select("Picture", "image", list(PICTURES), defaults.image, _picture)
        kernel_name = controls.select("Kernel", "kernel", list(KERNELS), defaults.kernel, _kernel)
    input_size = controls.slider("Input size", "input_size", *conv.INPUT_SIZES, defaults.input_size)
    kernel_size = controls.slider(
        "Kernel size", "kernel_size", *conv.KERNEL_SIZES, defaults.kernel_size
    )
    with st.container(horizontal=True):
        stride = controls.slider("Stride", "stride", *conv.STRIDES, defaults.stride)
        dilation = controls.slider("Dilation", "dilation", *conv.DILATIONS, defaults.dilation)
    padding = controls.select("Padding on each side", "padding", conv.PADDINGS, defaults.padding)
    flip = controls.toggle(
        "Flip the kernel",
        "flip",
        defaults.flip,
        "A convolution in mathematics turns the kernel by 180° first. Deep learning does not.",
    )
    return ConvConfig(input_size, kernel_size, stride, padding, dilation, image, kernel_name, flip)


def conv_view(result: ConvResult) -> None:
    """The client-side picture: hovering, touching and keys need no server."""
    component("conv_view")(key="conv_view", data=view_data(result))


def view_data(result: ConvResult) -> dict[str, Any]:
    """What the picture needs. Its numbers are PyTorch's; nothing is computed again but products."""
    config = result.config
    before, after = config.pads
    return {
        "shown": shown(config),
        "n": config.input_size,
        "k": config.kernel_size,
        "s": config.stride,
        "d": config.dilation,
        "m": result.output_size,
        "before": before,
        "after": after,
        "image": result.image.flatten().tolist(),
        "kernel": _short(result.kernel.flatten().tolist()),
        "divisor": result.divisor,
        "output": _short(result.output.flatten().tolist()),
        "missed": [before + i for i in result.discarded + result.skipped + result.unused_padding],
        "note": missed_sentence(result),
        "formula": conv.size_formula(config),
        "signed": SIGNED,
        "unsigned": UNSIGNED,
        "accent": ACCENT,
    }


def shown(config: ConvConfig) -> str:
    """Names the settings that the picture shows."""
    return (
        f"{config.image} {config.kernel} n{config.input_size} k{config.kernel_size} "
        f"s{config.stride} p{config.padding} d{config.dilation} f{int(config.flip)}"
    )


def missed_sentence(result: ConvResult) -> str:
    """Names the hatched rows and columns; empty when every pixel is used."""
    sentences = []
    if result.discarded:
        what, where = _lines(result.discarded)
        sentences.append(
            f"Discarded at the right and bottom: {what} {where}, where no whole window fits."
        )
    if result.skipped:
        what, where = _lines(result.skipped)
        sentences.append(f"Jumped over: {what} {where}, between the taps.")
    if result.unused_padding and not sentences:
        sentences.append("Every pixel is used; the hatched padding is not.")
    return " ".join(sentences)


def _lines(missed: tuple[int, ...]) -> tuple[str, str]:
    """ "column and row", "7"; or "columns and rows", "7 and 8"; counted from one."""
    numbers = [str(i + 1) for i in missed]
    if len(numbers) == 1:
        return "column and row", numbers[0]
    return "columns and rows", f"{', '.join(numbers[:-1])} and {numbers[-1]}"


def _short(values: list[float]) -> list[float]:
    """Six digits: what the eye cannot see need not travel."""
    return [float(f"{value:.6g}") + 0.0 for value in values]


def _picture(name: str) -> str:
    return PICTURES[name][0]


def _kernel(name: str) -> str:
    return KERNELS[name][0]
