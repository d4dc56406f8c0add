"""The picture of a convolution: two grids for hovering, playing and editing in the browser."""

from __future__ import annotations

import zlib
from typing import Any

from dl101_core.cnn.convolution import compute as conv
from dl101_core.cnn.convolution import transposed
from dl101_core.cnn.convolution.compute import ConvConfig, ConvResult
from dl101_core.cnn.convolution.edits_view import answer, take_edit
from dl101_core.cnn.convolution.transposed import TransposedConfig, TransposedResult
from dl101_core.cnn.numbers import six_digits
from dl101_core.ui.component import component
from dl101_core.ui.palette import ACCENT, SIGNED, UNSIGNED


def conv_view(result: ConvResult | TransposedResult) -> None:
    """The client-side picture: hovering, touching and keys need no server."""
    data = view_data(result) if isinstance(result, ConvResult) else transposed_data(result)
    ack, problem = answer()
    component("cnn/conv_view")(
        key="conv_view",
        data=data | {"ack": ack, "problem": problem},
        on_edit_change=take_edit,
    )


def view_data(result: ConvResult) -> dict[str, Any]:
    """The data of the picture. All sums are PyTorch's; the browser only computes products."""
    config = result.config
    before, after = config.pads
    return _cells(result) | {
        "shown": shown(config),
        "transposed": False,
        "n": config.input_size,
        "k": config.kernel_size,
        "s": config.stride,
        "d": config.dilation,
        "m": result.output_size,
        "before": before,
        "after": after,
        "crop": 0,
        "flip": config.flip,
        "missed": [before + i for i in result.discarded + result.skipped + result.unused_padding],
        "note": missed_sentence(result),
        "formula": conv.size_formula(config),
    }


def transposed_data(result: TransposedResult) -> dict[str, Any]:
    """The same for a transposed convolution; ``crop`` rows of each side of the output are cut."""
    config = result.config
    return _cells(result) | {
        "shown": shown_transposed(config),
        "transposed": True,
        "n": config.input_size,
        "k": config.kernel_size,
        "s": config.stride,
        "d": config.dilation,
        "m": config.output_size,
        "before": 0,
        "after": 0,
        "crop": config.padding,
        "flip": False,
        "missed": [config.padding + i for i in result.empty],
        "note": empty_sentence(result),
        "formula": transposed.size_formula(config),
    }


def _cells(result: ConvResult | TransposedResult) -> dict[str, Any]:
    config = result.config
    return {
        "channels": config.in_channels,
        "outs": config.out_channels,
        "image": six_digits(result.image),
        "kernel": six_digits(result.kernel),
        "divisors": list(result.divisors),
        "output": six_digits(result.output),
        "weights": conv.weights_formula(
            config.in_channels, config.out_channels, config.kernel_size
        ),
        "edited": bool(config.image_edits or config.kernel_edits),
        "signed": SIGNED,
        "unsigned": UNSIGNED,
        "accent": ACCENT,
    }


def shown(config: ConvConfig) -> str:
    """Names the settings that the picture shows."""
    return (
        f"{config.image} {config.kernel} n{config.input_size} k{config.kernel_size} "
        f"s{config.stride} p{config.padding} d{config.dilation} f{int(config.flip)}"
    ) + _more(config)


def shown_transposed(config: TransposedConfig) -> str:
    return (
        f"{config.image} {config.kernel} t{config.input_size} k{config.kernel_size} "
        f"s{config.stride} p{config.padding} o{config.output_padding} "
        f"d{config.dilation}"
    ) + _more(config)


def _more(config: ConvConfig | TransposedConfig) -> str:
    words = ""
    if config.in_channels * config.out_channels > 1:
        words += f" c{config.in_channels}-{config.out_channels}"
    if config.image_edits or config.kernel_edits:
        text = f"{config.image_edits}|{config.kernel_edits}"
        words += f" e{zlib.crc32(text.encode()):08x}"
    return words


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


def empty_sentence(result: TransposedResult) -> str:
    """Names the hatched rows and columns of the output."""
    if not result.empty:
        return ""
    what, where = _lines(result.empty)
    return f"No stamp reaches {what} {where} of the output: 0 everywhere."


def _lines(missed: tuple[int, ...]) -> tuple[str, str]:
    """ "column and row", "7"; or "columns and rows", "7 and 8"; counted from one."""
    numbers = [str(i + 1) for i in missed]
    if len(numbers) == 1:
        return "column and row", numbers[0]
    return "columns and rows", f"{', '.join(numbers[:-1])} and {numbers[-1]}"
