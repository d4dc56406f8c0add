"""Numbers on their way to a picture."""

from __future__ import annotations

import torch


def six_digits(values: torch.Tensor) -> list[float]:
    """The numbers as they travel to a picture: what the eye cannot see stays here."""
    return [float(f"{value:.6g}") + 0.0 for value in values.flatten().tolist()]
