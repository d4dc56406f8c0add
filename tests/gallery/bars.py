"""Samples of bars: shares of a softmax, and signed logits."""

from __future__ import annotations

import torch

from dl101_core.views.bars import Bar, Bars

LOGITS = torch.tensor([1.2, -0.4, 3.1, 0.0, -2.2])


def shares() -> Bars:
    values = torch.softmax(LOGITS, 0)
    rows = (
        Bar(name=f"class {k}", words=f"{v:.3f}", length=float(v), own=k == 2)
        for k, v in enumerate(values)
    )
    return Bars(caption="Shares of five classes", rows=tuple(rows))


def signed() -> Bars:
    most = float(LOGITS.abs().max())
    rows = (
        Bar(name=f"class {k}", words=f"{v:.1f}".replace("-", "−"), length=float(v) / most)
        for k, v in enumerate(LOGITS)
    )
    return Bars(caption="Logits of five classes", rows=tuple(rows))


def inside() -> Bars:
    shown = shares()
    return Bars(caption="Values in the bars", rows=shown.rows, inside=True)


SAMPLES = {"shares": shares, "signed": signed, "inside": inside}
