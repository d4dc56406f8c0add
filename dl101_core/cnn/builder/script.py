"""The code tab of the CNN builder: the network as plain PyTorch, and its table of layers."""

from __future__ import annotations

import torch

from dl101_core.export import Script
from dl101_core.models.network import LayerRow, Network, make_module
from dl101_core.tasks.images.script import layer_source

SCRIPT = """\
import torch
from torch import nn

{model}

x = torch.zeros(1, 1, 28, 28)  # one grey picture
model.eval()
with torch.no_grad():
    for layer in model:
        x = layer(x)
        parameters = sum(p.numel() for p in layer.parameters())
        print(f"{{type(layer).__name__:12}}{{str(tuple(x.shape[1:])):>16}}{{parameters:12,}}")
print("parameters", f"{{sum(p.numel() for p in model.parameters()):,}}")
"""


def builder_script(network: Network) -> Script:
    """The layers up to the first that does not fit. ``prints`` is taken from ``network``."""
    good = [row for row in network.rows if row.shape]
    with torch.device("meta"):
        modules = [
            make_module(row.layer, shape) for row, shape in zip(good, network.shapes, strict=False)
        ]
    lines = [f"    {layer_source(module)}," for module in modules]
    lines += [
        f"    # {type(row.layer).__name__} is left out: see the page"
        for row in network.rows[len(good) :]
    ]
    model = "\n".join(["model = nn.Sequential(", *lines, ")"])
    printed = [_line(type(module).__name__, row) for module, row in zip(modules, good, strict=True)]
    total = f"parameters {network.parameters:,}"
    return Script("network", SCRIPT.format(model=model), "\n".join([*printed, total]))


def _line(name: str, row: LayerRow) -> str:
    return f"{name:12}{row.shape!s:>16}{row.parameters:12,}"
