"""The moving picture on Home: a Sobel kernel slides over a digit."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional as F

from dl101_core.ui.palette import ACCENT, SIGNED, SIGNED_DARK, UNSIGNED, UNSIGNED_DARK

SOBEL_Y = torch.tensor([[-1.0, -2.0, -1.0], [0.0, 0.0, 0.0], [1.0, 2.0, 1.0]])


def edges(image: Tensor) -> Tensor:
    """Horizontal edges of a uint8 ``(28, 28)`` image by Sobel's kernel: ``(26, 26)``."""
    return F.conv2d(image.float()[None, None] / 255, SOBEL_Y[None, None])[0, 0]


@lru_cache(maxsize=4)
def hero_picture(name: str, pixels: bytes) -> dict[str, object]:
    """The data of the component ``hero`` for one digit, given as 784 bytes.

    Values are from 0 to 255; the scales of input and output are those of a light and a dark page.
    """
    image = torch.frombuffer(bytearray(pixels), dtype=torch.uint8).view(28, 28)
    response = edges(image)
    signed = (response / response.abs().max() + 1) * 127.5
    return {
        "input": image.flatten().tolist(),
        "output": signed.round().to(torch.int64).flatten().tolist(),
        "scales": ((UNSIGNED, SIGNED), (UNSIGNED_DARK, SIGNED_DARK)),
        "kernel_size": 3,
        "accent": ACCENT,
        "caption": "A 3×3 kernel finds the edges of a digit, one product after another.",
        "input_label": f"A handwritten {name}, 28 by 28 pixels",
        "output_label": "Its horizontal edges, 26 by 26 numbers",
    }
