"""The Convolution page as a plain PyTorch script."""

from __future__ import annotations

import torch

from dl101_core.conv import ConvConfig, ConvResult, refusal
from dl101_core.export import Script

FILENAME = "convolution"


def convolution_script(result: ConvResult) -> Script:
    """The layer with the page's picture and kernel; prints the output that the page shows."""
    config = result.config
    kernel = _matrix(result.kernel * result.divisor)
    if result.divisor > 1:
        kernel += f" / {result.divisor}"
    source = f"""\
import torch
from torch import nn

image = {_matrix(result.image)}

kernel = {kernel}

{_layer(config)}
with torch.no_grad():
    conv.weight.copy_(kernel)  # (1, 1, {config.kernel_size}, {config.kernel_size})
    output = conv(image[None, None])  # (1, 1, {result.output_size}, {result.output_size})

print("output size:", tuple(output.shape[-2:]))
print("first cell:", round(output[0, 0, 0, 0].item(), 4))
print(output[0, 0])
"""
    size = result.output_size
    prints = (
        f"output size: ({size}, {size})\n"
        f"first cell: {round(result.output[0, 0].item(), 4)}\n{result.output}"
    )
    return Script(FILENAME, source, prints)


def refused_script(config: ConvConfig) -> Script:
    """Shows what PyTorch itself says about settings that have no output."""
    size = config.input_size
    source = f"""\
import torch
from torch import nn

try:
    {_layer(config)}
    conv(torch.zeros(1, 1, {size}, {size}))
except (ValueError, RuntimeError) as error:
    print(error)
"""
    return Script(FILENAME, source, refusal(config))


def _layer(config: ConvConfig) -> str:
    padding = f'"{config.padding}"' if isinstance(config.padding, str) else config.padding
    return (
        f"conv = nn.Conv2d(1, 1, kernel_size={config.kernel_size}, stride={config.stride}, "
        f"padding={padding}, dilation={config.dilation}, bias=False)"
    )


def _matrix(values: torch.Tensor) -> str:
    """A float tensor, one row a line; values are short because pictures are whole quarters."""
    rows = ",\n".join(
        "    [" + ", ".join(_number(value) for value in row) + "]" for row in values.tolist()
    )
    return f"torch.tensor([\n{rows},\n], dtype=torch.float32)"


def _number(value: float) -> str:
    return f"{round(value, 4) + 0.0:g}"
