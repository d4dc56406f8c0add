"""Numbers for the data of a picture."""

from __future__ import annotations

import torch


def six_digits(values: torch.Tensor) -> list[float]:
    """The numbers for a picture with six digits, more than the eye sees."""
    return [float(f"{value:.6g}") + 0.0 for value in values.flatten().tolist()]
