"""The code tab of the page "Filters on pictures": plain PyTorch for the current settings."""

from __future__ import annotations

from dl101_core.cnn.filters import FilterResult, Rows
from dl101_core.export import Script


def filter_script(result: FilterResult, file: str, row: int, column: int) -> Script:
    """The script that reads ``file``, filters it and prints what the page shows.

    ``prints`` is taken from ``result``; ``(row, column)`` is the pixel that it prints.
    """
    config = result.config
    mode = "L" if config.grey else "RGB"
    shape = "(H, W)" if config.grey else "(H, W, 3)"
    to_batch = "x[None, None]" if config.grey else "x.permute(2, 0, 1)[None]"
    pad_mode = "constant" if config.padding_mode == "zeros" else config.padding_mode
    lines = [
        "import numpy as np",
        "import torch",
        "import torch.nn.functional as F",
        "from PIL import Image",
        "",
        f'picture = Image.open("{file}").convert("{mode}")',
        f"x = torch.from_numpy(np.array(picture)).float()  # {shape}, 0 to 255",
        f"x = {to_batch}  # (1, {result.channels}, H, W)",
        "",
        f"kernel = torch.tensor({kernel_source(config.rows)})",
        f"weight = kernel.expand({result.channels}, 1, {config.size}, {config.size})"
        f"{'  # the same for each colour' if result.channels > 1 else ''}",
    ]
    if config.pad:
        lines.append(f'x = F.pad(x, ({config.pad},) * 4, mode="{pad_mode}")')
    extra = "".join(
        f", {name}={value}"
        for name, value, usual in (
            ("stride", config.stride, 1),
            ("dilation", config.dilation, 1),
            ("groups", result.channels, 1),
        )
        if value != usual
    )
    lines.append(f"y = F.conv2d(x, weight{extra})")
    if config.divisor != 1:
        lines.append(f"y = y / {config.divisor:g}")
    if config.bias:
        lines.append(f"y = y + {config.bias:g}")
    lines += [
        "",
        'print("shape", tuple(y.shape[1:]))',
        'print(f"least {y.min():.2f}, greatest {y.max():.2f}, mean {y.double().mean():.2f}")',
        'print("outside 0 to 255:", int(((y < 0) | (y > 255)).sum()))',
        f"row, column = {row + 1}, {column + 1}  # counted from 1",
        "values = y[0, :, row - 1, column - 1].tolist()",
        'print(f"row {row}, column {column}:", ", ".join(f"{v:.2f}" for v in values))',
        "",
    ]
    return Script("filter_picture", "\n".join(lines), _prints(result, row, column))


def kernel_source(rows: Rows) -> str:
    """The rows inside ``torch.tensor(…)``."""
    inner = ",\n".join(
        "    [" + ", ".join(f"{float(entry):.10g}" for entry in row) + "]" for row in rows
    )
    return "[\n" + inner + ",\n], dtype=torch.float32"


def _prints(result: FilterResult, row: int, column: int) -> str:
    values = ", ".join(f"{value:.2f}" for value in result.values[row, column].tolist())
    return (
        f"shape {(result.channels, result.height, result.width)}\n"
        f"least {result.low:.2f}, greatest {result.high:.2f}, mean {result.mean:.2f}\n"
        f"outside 0 to 255: {result.outside}\n"
        f"row {row + 1}, column {column + 1}: {values}"
    )
