"""The Colour page as a plain PyTorch script."""

from __future__ import annotations

import torch

from dl101_core.cnn.colour.compute import (
    FILTERS,
    NOTES,
    REDUCED,
    WHOLE,
    Cell,
    ColourConfig,
    ColourResult,
)
from dl101_core.export import Script

FILENAME = "colour"


def colour_script(result: ColourResult, cell: Cell) -> Script:
    """The layer with the page's picture and filters; prints shapes and the explained number."""
    config = result.config
    o, k, m = config.out_channels, config.kernel_size, config.outputs
    filters = ",\n".join(
        f"    [  # {FILTERS[name][0]}\n{_planes(weight, 8)},\n    ]"
        for name, weight in zip(config.filters, result.weight, strict=True)
    )
    reads = config.image != NOTES
    source = f"""\
{"import numpy as np" + chr(10) if reads else ""}import torch
{"from PIL import Image" + chr(10) if reads else ""}from torch import nn

{_image(result)}

# One filter per output map, one kernel per colour: ({o}, 3, {k}, {k})
weight = torch.tensor([
{filters},
], dtype=torch.float32)

conv = nn.Conv2d(3, {o}, kernel_size={k}, stride={config.stride}, padding={config.padding})
with torch.no_grad():
    conv.weight.copy_(weight)
    conv.bias.fill_({config.bias})
    y = conv(x[None])[0]  # ({o}, {m}, {m})

print(tuple(x.shape), "*", tuple(conv.weight.shape), "->", tuple(y.shape))
print("parameters:", sum(p.numel() for p in conv.parameters()))

filter, row, column = {cell.filter + 1}, {cell.row + 1}, {cell.column + 1}  # counted from 1
padded = nn.functional.pad(x, ({config.padding},) * 4)
top, left = (row - 1) * {config.stride}, (column - 1) * {config.stride}
window = padded[:, top : top + {k}, left : left + {k}]
for name, part in zip(("red", "green", "blue"), (window * weight[filter - 1]).sum((1, 2))):
    print(name, int(part))
print("bias", int(conv.bias[filter - 1]))
print("output", int(y[filter - 1, row - 1, column - 1]))
"""
    red, green, blue = cell.partial
    prints = (
        f"{(3, config.size, config.size)} * {(o, 3, k, k)} -> {(o, m, m)}\n"
        f"parameters: {config.parameters}\n"
        f"red {red}\ngreen {green}\nblue {blue}\nbias {cell.bias}\noutput {cell.value}"
    )
    return Script(FILENAME, source, prints)


def _image(result: ColourResult) -> str:
    config = result.config
    if config.image == NOTES:
        return (
            f"x = torch.tensor([  # red, green, blue\n{_planes(result.image, 4)},\n"
            "], dtype=torch.float32)"
        )
    return (
        f'picture = Image.open("assets/images/{config.image}.png").convert("RGB")\n'
        f"picture = {_cut(config)}\n"
        "x = torch.from_numpy(np.array(picture)).float().permute(2, 0, 1)  "
        f"# (3, {config.size}, {config.size})"
    )


def _cut(config: ColourConfig) -> str:
    if config.patch == WHOLE:
        return f"picture.resize(({REDUCED}, {REDUCED}), Image.Resampling.BOX)"
    left, top = config.patch_column, config.patch_row
    return f"picture.crop(({left}, {top}, {left + config.patch}, {top + config.patch}))"


def _planes(planes: torch.Tensor, indent: int) -> str:
    """One plane a line."""
    return ",\n".join(" " * indent + str(plane.int().tolist()) for plane in planes)
