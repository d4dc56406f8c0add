"""The size of a convolution's output."""

from __future__ import annotations


def output_size(size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> int:
    """``floor((n + P − d(k − 1) − 1) / s + 1)`` with ``padding`` P the *total* of both sides.

    PyTorch's ``padding`` p is per side, so P = 2p. At most 0 when no window fits.
    Source: documentation of ``torch.nn.Conv2d``.
    """
    return (size + padding - dilation * (kernel_size - 1) - 1) // stride + 1
