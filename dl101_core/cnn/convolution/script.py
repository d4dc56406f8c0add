"""The Convolution page as a plain PyTorch script."""

from __future__ import annotations

import torch

from dl101_core.cnn.convolution.channels import word
from dl101_core.cnn.convolution.compute import ConvConfig, ConvResult, refusal
from dl101_core.export import Script
from dl101_core.settings import arguments

FILENAME = "convolution"


def convolution_script(result: ConvResult) -> Script:
    """The layer with the page's picture and kernel; prints the output that the page shows."""
    config = result.config
    many = config.out_channels > 1
    source = f"""\
import torch
from torch import nn

image = {picture_literal(result.image)}

kernel = {kernels_literal(result.kernel, result.divisors)}

{_layer(config)}
with torch.no_grad():
    conv.weight.copy_(kernel)  # {_shape(result.kernel)}
    output = conv(image.view(1, {config.in_channels}, {config.input_size}, {config.input_size}))

print("output size:", tuple(output.shape[-2:]))
print("first cell:", round(output[0, 0, 0, 0].item(), 4))
print(output[0{"" if many else ", 0"}])
"""
    return Script(FILENAME, source, printed(result.output))


def printed(output: torch.Tensor) -> str:
    """The printed form of ``output``, ``(out, m, m)``, in both scripts of the page."""
    return (
        f"output size: {tuple(output.shape[-2:])}\n"
        f"first cell: {round(output[0, 0, 0].item(), 4)}\n"
        f"{output if len(output) > 1 else output[0]}"
    )


def refused_script(config: ConvConfig) -> Script:
    """Shows what PyTorch itself says about settings that have no output."""
    size = config.input_size
    source = f"""\
import torch
from torch import nn

try:
    {_layer(config)}
    conv(torch.zeros(1, {config.in_channels}, {size}, {size}))
except (ValueError, RuntimeError) as error:
    print(error)
"""
    return Script(FILENAME, source, refusal(config))


def _layer(config: ConvConfig) -> str:
    settings = arguments(config, "kernel_size", "stride", "padding", "dilation")
    return f"conv = nn.Conv2d({config.in_channels}, {config.out_channels}, {settings}, bias=False)"


def picture_literal(image: torch.Tensor) -> str:
    """``(in, n, n)`` as Python; one channel is one matrix. Values have at most three decimals."""
    channels = [[[_number(value) for value in row] for row in one] for one in image.tolist()]
    return _tensor(channels)


def kernels_literal(kernel: torch.Tensor, divisors: tuple[int, ...]) -> str:
    """``(out, in, k, k)`` as Python, exact; one kernel alone is one matrix."""
    size = kernel.shape[-1]
    flat = kernel.reshape(-1, size, size)
    if len(flat) == 1 and divisors[0] > 1:
        whole = flat[0] * divisors[0]
        if torch.equal(whole.round() / divisors[0], flat[0]):
            return _tensor([[[_number(v) for v in row] for row in whole.round().tolist()]]) + (
                f" / {divisors[0]}"
            )
    words = [
        [[word(value, divisor) for value in row] for row in one]
        for one, divisor in zip(flat.tolist(), divisors, strict=True)
    ]
    return _tensor(words, kernel.shape[0] if kernel.shape[0] > 1 else 0)


def _tensor(matrices: list[list[list[str]]], groups: int = 0) -> str:
    """One matrix, a list of matrices, or ``groups`` lists of them, one row a line."""
    if len(matrices) == 1:
        return f"torch.tensor([\n{_rows(matrices[0], 4)},\n], dtype=torch.float32)"
    if not groups:
        return f"torch.tensor([\n{_blocks(matrices, 4)}], dtype=torch.float32)"
    each = len(matrices) // groups
    parts = "".join(
        f"    [\n{_blocks(matrices[at : at + each], 8)}    ],\n"
        for at in range(0, len(matrices), each)
    )
    return f"torch.tensor([\n{parts}], dtype=torch.float32)"


def _blocks(matrices: list[list[list[str]]], indent: int) -> str:
    pad = " " * indent
    return "".join(f"{pad}[\n{_rows(one, indent + 4)},\n{pad}],\n" for one in matrices)


def _rows(matrix: list[list[str]], indent: int) -> str:
    return ",\n".join(" " * indent + f"[{', '.join(row)}]" for row in matrix)


def _shape(kernel: torch.Tensor) -> str:
    return f"({', '.join(map(str, kernel.shape))})"


def _number(value: float) -> str:
    return f"{round(value, 4) + 0.0:g}"
