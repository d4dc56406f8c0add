"""Filters that look at three colours at once: windows, products, partial sums and their bias.

Pixels are 0 to 255, weights and biases whole numbers. So every product and every sum is exact in
float32, and the picture, the code and PyTorch agree to the last digit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from dl101_core import pictures
from dl101_core.cnn.sizes import output_size
from dl101_core.settings import Settings, choice, titled, whole

CHANNELS = ("red", "green", "blue")
NOTES = "notes"
IMAGES = {NOTES: "Notes’ numbers"} | pictures.SAMPLES
WHOLE = 0
PATCHES = {
    WHOLE: "Whole picture",
    32: "32 × 32 part",
    16: "16 × 16 part",
    8: "8 × 8 part",
}
REDUCED = 32
LAST_PLACE = 224
"""Largest row and column of a patch's first pixel: every patch fits from there."""

NOTES_PATCH = (
    (
        (156, 155, 156, 158, 158),
        (153, 154, 157, 159, 159),
        (149, 151, 155, 158, 159),
        (146, 146, 149, 153, 158),
        (145, 143, 143, 148, 158),
    ),
    (
        (167, 166, 167, 169, 169),
        (164, 165, 168, 170, 170),
        (160, 162, 166, 169, 170),
        (156, 156, 159, 163, 168),
        (155, 153, 153, 158, 168),
    ),
    (
        (163, 162, 163, 165, 165),
        (160, 161, 164, 166, 166),
        (156, 158, 162, 165, 166),
        (155, 155, 158, 162, 167),
        (154, 152, 152, 157, 167),
    ),
)
"""Red, green and blue of the notes' picture (L3), as far as they print it, without the padding."""
NOTES_FILTER = (
    ((-1, -1, 1), (0, 1, -1), (0, 1, 1)),
    ((1, 0, 0), (1, -1, -1), (1, 0, -1)),
    ((0, 1, 1), (0, 1, 0), (1, -1, 1)),
)

FilterMaker = Callable[[int], torch.Tensor]


def _coloured(colour: tuple[int, int, int], shape: torch.Tensor) -> torch.Tensor:
    """One shape in space, weighted by colour: ``(3, k, k)``."""
    return torch.tensor(colour, dtype=torch.float32)[:, None, None] * shape


def _notes(size: int) -> torch.Tensor:
    """The notes' 3×3 filter; a larger one has zeros around it."""
    around = (size - 3) // 2
    return F.pad(torch.tensor(NOTES_FILTER, dtype=torch.float32), (around,) * 4)


def _spot(size: int) -> torch.Tensor:
    """The middle against its neighbours; the entries sum to zero."""
    shape = -torch.ones(size, size)
    shape[size // 2, size // 2] = size * size - 1
    return shape


def _sides(size: int) -> torch.Tensor:
    """−1 left of the middle, 1 right of it."""
    return (torch.arange(size) - size // 2).sign().float().expand(size, size)


def _upright(size: int) -> torch.Tensor:
    """Sobel x; for 5×5 its simpler cousin, whole steps from −2 to 2 in each row."""
    steps = torch.arange(size, dtype=torch.float32) - size // 2
    middle_twice = torch.ones(size)
    if size == 3:
        middle_twice[1] = 2
    return middle_twice[:, None] * steps[None, :]


FILTERS: dict[str, tuple[str, str, FilterMaker]] = {
    NOTES: ("Notes’ filter", "the three kernels that the notes print", _notes),
    "red_green": (
        "Red against green",
        "adds red, subtracts green: above zero where it is redder than green",
        lambda size: _coloured((1, -1, 0), torch.ones(size, size)),
    ),
    "blue_yellow": (
        "Blue against yellow",
        "twice blue minus red and green: above zero where it is bluish",
        lambda size: _coloured((-1, -1, 2), torch.ones(size, size)),
    ),
    "upright": (
        "Upright edges of brightness",
        "right minus left, weighted as the eye sees brightness: 3 red, 6 green, 1 blue",
        lambda size: _coloured((3, 6, 1), _upright(size)),
    ),
    "grey_spot": (
        "Grey spots and edges",
        "the middle against its neighbours, the same in all three colours",
        lambda size: _coloured((1, 1, 1), _spot(size)),
    ),
    "warm_cold": (
        "Blue left, red right",
        "an edge between two colours: red grows and blue fades from left to right",
        lambda size: _coloured((1, 0, -1), _sides(size)),
    ),
}
"""Name → title, what it looks for, and its whole-number weights ``(3, k, k)``."""


@dataclass(frozen=True, kw_only=True)
class ColourConfig(Settings):
    """The settings of the page. Raises ``ValueError``, which names the field and its value."""

    image: str = choice(NOTES, IMAGES, label="Picture")
    patch: int = choice(
        WHOLE,
        PATCHES,
        label="Part",
        help="The whole picture is reduced to 32 × 32; a part is cut out as it is.",
    )
    """Rows and columns of the patch, or the whole picture reduced."""
    patch_row: int = whole(112, 0, LAST_PLACE, label="Rows left out above")
    patch_column: int = whole(172, 0, LAST_PLACE, label="Columns left out before")
    kernel_size: int = choice(3, {size: f"{size} × {size}" for size in (3, 5)}, label="Kernel size")
    """Rows and columns of each kernel."""
    stride: int = whole(1, 1, 3, label="Stride")
    """Cells from one window to the next."""
    padding: int = whole(1, 0, 2, label="Padding")
    """Zeros on each side."""
    out_channels: int = whole(1, 1, 6, label="Filters")
    """Filters, and so output maps."""
    first: str = choice(
        NOTES,
        titled(FILTERS),
        label="First filter",
        help="The other filters follow in the order of this list.",
    )
    """The others follow in the order of the table."""
    bias: int = whole(1, -500, 500, typed=True, label="Bias of each filter")
    """Added to every sum of every filter."""

    @property
    def cut(self) -> bool:
        """Whether the input is a part of a picture."""
        return self.image != NOTES and self.patch != WHOLE

    @property
    def size(self) -> int:
        """Rows and columns of the input."""
        return len(NOTES_PATCH[0]) if self.image == NOTES else self.patch or REDUCED

    @property
    def outputs(self) -> int:
        """Rows and columns of each output map, ``floor((n + 2p − k) / s + 1)``."""
        return output_size(self.size, self.kernel_size, self.stride, 2 * self.padding, 1)

    @property
    def filters(self) -> tuple[str, ...]:
        """The keys of the filters in use, in order."""
        names = list(FILTERS)
        start = names.index(self.first)
        return tuple((names[start:] + names[:start])[: self.out_channels])

    @property
    def weights(self) -> int:
        """Weights of one filter, ``3 k²``."""
        return len(CHANNELS) * self.kernel_size**2

    @property
    def parameters(self) -> int:
        """``o (3 k² + 1)``: the weights and the bias of each filter."""
        return self.out_channels * (self.weights + 1)

    @property
    def multiply_adds(self) -> int:
        """``o m² · 3 k²``: every weight meets one pixel for every output number."""
        return self.out_channels * self.outputs**2 * self.weights


@dataclass(frozen=True, eq=False)
class ColourResult:
    """Everything that the page shows."""

    config: ColourConfig
    image: torch.Tensor  # (3, n, n), 0 to 255
    weight: torch.Tensor  # (o, 3, k, k)
    bias: torch.Tensor  # (o,)
    output: torch.Tensor  # (o, m, m)


@dataclass(frozen=True, eq=False)
class Cell:
    """One number of the output, and its terms."""

    filter: int
    row: int
    column: int
    window: torch.Tensor  # (3, k, k), zeros where it lies in the padding
    kernel: torch.Tensor  # (3, k, k)
    partial: tuple[int, int, int]
    """Sum of the products of the red, the green and the blue plane."""
    bias: int
    value: int
    """The output that PyTorch computed: the partial sums and the bias together."""


def describe(config: ColourConfig) -> ColourResult:
    """``y[o] = b[o] + Σ_ch w[o, ch] ⋆ x[ch]`` for every filter; ⋆ is cross-correlation.

    Source: documentation of ``torch.nn.Conv2d``.
    """
    image = patch(config)
    weight = torch.stack([FILTERS[name][2](config.kernel_size) for name in config.filters])
    bias = torch.full((config.out_channels,), float(config.bias))
    output = F.conv2d(image[None], weight, bias, config.stride, config.padding)[0]
    return ColourResult(config, image, weight, bias, output)


def patch(config: ColourConfig) -> torch.Tensor:
    """The three planes that the filters see, ``(3, n, n)``, 0 to 255."""
    if config.image == NOTES:
        return torch.tensor(NOTES_PATCH, dtype=torch.float32)
    if config.patch == WHOLE:
        pixels = _reduced(config.image)
    else:
        top, left = config.patch_row, config.patch_column
        picture = pictures.sample(config.image)
        pixels = picture[top : top + config.patch, left : left + config.patch]
    return torch.from_numpy(pixels.astype(np.float32)).permute(2, 0, 1).contiguous()


@lru_cache(maxsize=len(pictures.SAMPLES))
def _reduced(name: str) -> pictures.Picture:
    """The whole picture as 32 × 32: each pixel the mean of a box."""
    whole = Image.fromarray(pictures.sample(name))
    return np.asarray(whole.resize((REDUCED, REDUCED), Image.Resampling.BOX))


def explain(result: ColourResult, filter: int, row: int, column: int) -> Cell:
    """One output number. Raises ``ValueError`` outside the output."""
    config = result.config
    outputs = config.outputs
    if not (0 <= filter < config.out_channels and 0 <= row < outputs and 0 <= column < outputs):
        raise ValueError(
            f"cell (={filter}, {row}, {column}) must lie in the output of "
            f"{config.out_channels} × {outputs} × {outputs}."
        )
    size, stride = config.kernel_size, config.stride
    padded = F.pad(result.image, (config.padding,) * 4)
    top, left = row * stride, column * stride
    window = padded[:, top : top + size, left : left + size]
    kernel = result.weight[filter]
    red, green, blue = (window * kernel).sum((1, 2)).int().tolist()
    return Cell(
        filter,
        row,
        column,
        window,
        kernel,
        (red, green, blue),
        int(result.bias[filter]),
        int(result.output[filter, row, column]),
    )


def unused(config: ColourConfig) -> tuple[int, ...]:
    """Rows (and columns) of the padded input that no window covers, counted from zero."""
    starts = range(0, config.outputs * config.stride, config.stride)
    covered = {start + i for start in starts for i in range(config.kernel_size)}
    return tuple(i for i in range(config.size + 2 * config.padding) if i not in covered)
