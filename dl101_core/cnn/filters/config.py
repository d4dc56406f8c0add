"""The settings of one filter."""

from __future__ import annotations

from dataclasses import dataclass

from dl101_core import pictures
from dl101_core.cnn.filters.kernels import KERNELS, OWN, Rows, check_rows, total, weight
from dl101_core.settings import Settings, choice, decimal, flag, whole

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")
"""``nn.Conv2d(padding_mode=…)``: the values outside the picture."""
VIEWS = ("automatic", "clipped", "absolute", "signed", "stretched")
VIEWS_OF_0_1 = {
    "Clipped to 0–255": "clipped",
    "Without sign": "absolute",
    "Signed, in colour": "signed",
    "Least to greatest": "stretched",
}
MAX_PADDING = 256
MAX_RESULT = pictures.MAX_SIDE + 2 * MAX_PADDING
"""Longest side of a result, in pixels."""


@dataclass(frozen=True, kw_only=True)
class FilterConfig(Settings):
    """Settings of one filter. Raises ``ValueError`` naming the field and its value."""

    kernel: str = choice(
        "edge",
        {name: kernel.title for name, kernel in KERNELS.items()} | {OWN: "Your own"},
        label="Kernel",
    )
    own_rows: Rows = ((0, 0, 0), (0, 1, 0), (0, 0, 0))
    """The kernel that ``"own"`` stands for."""
    bias: float = decimal(0.0, -1000.0, 1000.0, typed=True, label="Bias")
    normalise: bool = flag(
        False,
        label="Normalise",
        help="Divide by the sum of the kernel without its sign; when the sum is zero, by the sum "
        "of the positive numbers. Flat areas keep their brightness if the sum is positive.",
    )
    stride: int = whole(1, 1, 8, label="Stride")
    padding: int | str = choice(
        "same",
        {"same": "Keep the size", 0: "None", 1: "1 pixel"}
        | {pixels: f"{pixels} pixels" for pixels in (2, 8, 32, 64, 128, MAX_PADDING)},
        also=range(MAX_PADDING),
        label="Padding",
    )
    """Pixels on each side; ``"same"``: ``dilation · (k − 1) / 2``, which keeps the size at stride
    1."""
    padding_mode: str = choice(
        "zeros", {mode: mode.capitalize() for mode in PADDING_MODES}, label="Outside"
    )
    dilation: int = whole(1, 1, 8, label="Dilation")
    grey: bool = flag(False, label="Grey", help="Filter the brightness only.")
    """Filter the brightness rather than red, green and blue."""
    view: str = choice(
        "automatic",
        {view: view.capitalize() for view in VIEWS},
        earlier=VIEWS_OF_0_1,
        label="Show",
        help="The screen shows 0 to 255 only. Clipped: what lies outside becomes black or full. "
        "Absolute: the sign is dropped first. Signed: blue below zero, orange above. Stretched: "
        "from the least value to the greatest. Automatic chooses what suits the kernel.",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        check_rows(self.own_rows)

    @property
    def rows(self) -> Rows:
        return self.own_rows if self.kernel == OWN else KERNELS[self.kernel].rows

    @property
    def size(self) -> int:
        return len(self.rows)

    @property
    def divisor(self) -> float:
        """The divisor of the sum of products, before the bias is added."""
        if not self.normalise:
            return 1.0 if self.kernel == OWN else KERNELS[self.kernel].divisor
        return weight(self.rows)

    @property
    def pad(self) -> int:
        """Pixels added on each side."""
        if isinstance(self.padding, int):
            return self.padding
        return self.dilation * (self.size - 1) // 2

    @property
    def shown_as(self) -> str:
        """The view, with ``automatic`` resolved."""
        if self.view != "automatic":
            return self.view
        if self.kernel != OWN:
            return KERNELS[self.kernel].view
        return "clipped" if total(self.rows) > 0 else "signed"
