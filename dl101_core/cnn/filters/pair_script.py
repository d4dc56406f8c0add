"""The code tab of "Filters on pictures" for two filters in turn: both ways, in plain PyTorch."""

from __future__ import annotations

import numpy as np

from dl101_core.cnn.filters import KERNELS, PairResult
from dl101_core.cnn.filters.script import kernel_source
from dl101_core.export import Script


def pair_script(result: PairResult, file: str) -> Script:
    """Reads ``file``, filters it both ways and prints how far the results are apart."""
    config = result.config
    channels = result.source.shape[2]
    mode = "constant" if config.padding_mode == "zeros" else config.padding_mode
    rows, columns = result.inner
    to_batch = "x[None, None]" if config.grey else "x.permute(2, 0, 1)[None]"
    source = f"""import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

picture = Image.open("{file}").convert("{"L" if config.grey else "RGB"}")
x = torch.from_numpy(np.array(picture)).float()
x = {to_batch}  # (1, {channels}, H, W)

first = torch.tensor({kernel_source(config.rows)})
second = torch.tensor({kernel_source(KERNELS[result.second].rows)})
# Full convolution: conv2d does not flip its kernel, so it is flipped here.
wide = F.pad(first.double(), ({len(KERNELS[result.second].rows) - 1},) * 4)[None, None]
one = F.conv2d(wide, second.double().flip(0, 1)[None, None])[0, 0]
one = one.round(decimals=6).float()


def apply(x, kernel, pad, stride, divisor, bias):
    x = F.pad(x, (pad,) * 4, mode="{mode}")
    weight = kernel.expand({channels}, 1, *kernel.shape)
    y = F.conv2d(x, weight, stride=stride, dilation={config.dilation}, groups={channels})
    return y / divisor + bias


y = apply(x, first, {result.pads[0]}, 1, {config.divisor:.12g}, {config.bias:.12g})
in_turn = apply(y, second, {result.pads[1]}, {config.stride}, {result.second_divisor:.12g}, 0)
divisor, bias = {result.divisor:.17g}, {result.bias:.17g}
at_once = apply(x, one, {sum(result.pads)}, {config.stride}, divisor, bias)

print("one kernel of", tuple(one.shape), "from", one.min().item(), "to", one.max().item())
print("shape", tuple(in_turn.shape[1:]))
print(f"in turn {{in_turn.min():.2f}} to {{in_turn.max():.2f}}")
print(f"at once {{at_once.min():.2f}} to {{at_once.max():.2f}}")
apart = (in_turn - at_once).abs()
print(f"largest difference {{apart.max():.2f}}")
inside = apart[:, :, {rows.start}:{rows.stop}, {columns.start}:{columns.stop}]
print(f"inside, where no padding of the first result is read: {{inside.max():.2f}}")
"""
    if result.inside is None:
        source = source[: source.index("inside = ")]
    return Script("filter_twice", source, _prints(result))


def _prints(result: PairResult) -> str:
    height, width, channels = result.two.shape
    entries = [entry for row in result.rows for entry in row]
    size = len(result.rows)
    lines = [
        f"one kernel of {(size, size)} from {_single(min(entries))} to {_single(max(entries))}",
        f"shape {(channels, height, width)}",
        f"in turn {result.two.min():.2f} to {result.two.max():.2f}",
        f"at once {result.one.min():.2f} to {result.one.max():.2f}",
        f"largest difference {max(result.inside or 0.0, result.border or 0.0):.2f}",
    ]
    if result.inside is not None:
        lines.append(f"inside, where no padding of the first result is read: {result.inside:.2f}")
    return "\n".join(lines)


def _single(value: float) -> float:
    """``value`` rounded to float32, as ``item()`` gives it."""
    return float(np.float32(value))
