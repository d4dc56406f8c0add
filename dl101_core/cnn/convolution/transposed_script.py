"""The transposed convolution of the Convolution page as a plain PyTorch script."""

from __future__ import annotations

from dl101_core.cnn.convolution.script import kernels_literal, picture_literal, printed
from dl101_core.cnn.convolution.transposed import TransposedConfig, TransposedResult, refusal
from dl101_core.export import Script
from dl101_core.settings import arguments

FILENAME = "transposed_convolution"
SETTINGS = ("kernel_size", "stride", "padding", "output_padding", "dilation")


def transposed_script(result: TransposedResult) -> Script:
    """The layer with the page's picture and kernel; prints the output that the page shows."""
    config = result.config
    size, k = config.input_size, config.kernel_size
    channels, out = config.in_channels, config.out_channels
    weight = f"kernel.view({out}, {channels}, {k}, {k}).transpose(0, 1)"
    source = f"""\
import torch
from torch import nn

image = {picture_literal(result.image)}

kernel = {kernels_literal(result.kernel, result.divisors)}

{_layer(config)}
with torch.no_grad():
    conv.weight.copy_({weight})  # ({channels}, {out}, {k}, {k})
    output = conv(image.view(1, {channels}, {size}, {size}))

print("output size:", tuple(output.shape[-2:]))
print("first cell:", round(output[0, 0, 0, 0].item(), 4))
print(output[0{"" if out > 1 else ", 0"}])
"""
    return Script(FILENAME, source, printed(result.output))


def refused_script(config: TransposedConfig) -> Script:
    """Shows what PyTorch itself says about settings that have no output."""
    size = config.input_size
    source = f"""\
import torch
from torch import nn

try:
    {_layer(config)}
    output = conv(torch.zeros(1, {config.in_channels}, {size}, {size}))
    print("output size:", tuple(output.shape[-2:]))
except (ValueError, RuntimeError) as error:
    print(error)
"""
    return Script(FILENAME, source, refusal(config))


def _layer(config: TransposedConfig) -> str:
    channels = f"{config.in_channels}, {config.out_channels}"
    settings = arguments(config, *SETTINGS)
    return f"conv = nn.ConvTranspose2d({channels}, {settings}, bias=False)"
