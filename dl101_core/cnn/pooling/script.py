"""The Pooling page as a plain PyTorch script."""

from __future__ import annotations

import torch
from torch import nn

from dl101_core.cnn.pooling.compute import SAME, PoolConfig, PoolResult, refusal
from dl101_core.export import Script
from dl101_core.settings import arguments

FILENAME = "pooling"


def pooling_script(result: PoolResult) -> Script:
    """Pools the picture before and after the shift; prints the page's counts of kept cells."""
    config, (y, x) = result.config, result.at
    size = result.output_size
    shifted = (
        f"torch.roll(image, ({config.down}, {config.right}), (0, 1))"
        if config.wrap
        else f"F.pad(image, ({config.right}, {-config.right}, {config.down}, {-config.down}))"
    )
    source = f"""\
import torch
import torch.nn.functional as F
from torch import nn

image = {_matrix(result.image)}

{_layer(config)}
# {config.right} to the right, {config.down} down; {_edge(config)}
shifted = {shifted}

{_calls(config)}  # (1, {size}, {size})


def change(now, was):
    return (now - was).abs().sum() / was.abs().sum()


same = torch.isclose(after, before, rtol=0, atol={SAME:g}).sum().item()
print("cells that stay the same:", same, "of", before.numel())
print(f"the picture changes by {{change(shifted, image):.4f}}")
print(f"the output changes by {{change(after, before):.4f}}")
print(before[0])
print(after[0])
"""
    picture = result.kept.others["none"]
    assert picture is not None
    prints = (
        f"cells that stay the same: {result.kept.same[y, x]} of {size * size}\n"
        f"the picture changes by {picture[y, x]:.4f}\n"
        f"the output changes by {result.kept.change[y, x]:.4f}\n"
        f"{result.before}\n{result.after}"
    )
    return Script(FILENAME, source, prints)


def refused_script(config: PoolConfig) -> Script:
    """Shows what PyTorch itself says about settings that have no output."""
    size = config.input_size + (2 * config.padding if config.kind == "l2" else 0)
    source = f"""\
import torch
from torch import nn

try:
    {_layer(config)}
    pool(torch.zeros(1, {size}, {size}))
except RuntimeError as error:
    print(error)
"""
    return Script(FILENAME, source, refusal(config))


def _layer(config: PoolConfig) -> str:
    """The layer, with the arguments that are not PyTorch's defaults."""
    layer = {"max": nn.MaxPool2d, "average": nn.AvgPool2d, "l2": nn.LPPool2d}[config.kind]
    own = ("count_include_pad",) if config.kind == "average" else ()
    padding = () if config.kind == "l2" else ("padding",)
    options = [
        "norm_type=2" if config.kind == "l2" else "",
        f"kernel_size={config.kernel_size}, stride={config.step}",
        arguments(config, *padding, "ceil_mode", *own, unlike=layer),
    ]
    return f"pool = nn.{layer.__name__}({', '.join(filter(None, options))})"


def _calls(config: PoolConfig) -> str:
    if config.kind == "l2" and config.padding:
        p = config.padding
        return (
            "# nn.LPPool2d has no padding: the zeros are put on by hand.\n"
            f"ring = ({p}, {p}, {p}, {p})\n"
            "before, after = pool(F.pad(image[None], ring)), pool(F.pad(shifted[None], ring))"
        )
    return "before, after = pool(image[None]), pool(shifted[None])"


def _edge(config: PoolConfig) -> str:
    if config.wrap:
        return "what leaves comes in on the other side"
    return "zeros come in"


def _matrix(values: torch.Tensor) -> str:
    """A float tensor, one row a line; values are short because pixels are whole quarters."""
    rows = ",\n".join(
        "    [" + ", ".join(f"{value:g}" for value in row) + "]" for row in values.tolist()
    )
    return f"torch.tensor([\n{rows},\n], dtype=torch.float32)"
