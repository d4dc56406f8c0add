"""The test result of a finished run: the confusion matrix and the worst mistakes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from dl101_core.data import Dataset
from dl101_core.tasks.images.task import Mistake
from dl101_core.ui.palette import UNSIGNED

UInt8 = npt.NDArray[np.uint8]

ZOOM = 3


def confusion_figure(
    confusion: Sequence[Sequence[int]], classes: Sequence[str], height: int = 430
) -> go.Figure:
    """Row: true class, column: predicted class. The shade is the square root of the count.

    A linear shade would show the diagonal only; each cell shows its count.
    """
    counts = np.asarray(confusion)
    text = np.where(counts > 0, counts.astype(str), "")
    names = list(classes)
    figure = go.Figure(
        go.Heatmap(
            z=np.sqrt(counts),
            x=names,
            y=names,
            text=text,
            customdata=counts,
            texttemplate="%{text}",
            hovertemplate="true %{y}, read as %{x}: %{customdata}<extra></extra>",
            colorscale=[list(stop) for stop in UNSIGNED],
            zmin=0,
            showscale=False,
            xgap=1,
            ygap=1,
        )
    )
    figure.update_layout(height=height, margin={"l": 10, "r": 10, "t": 10, "b": 10})
    # Class names are categories, even names that look like numbers.
    figure.update_xaxes(title="read as", type="category", showgrid=False, automargin=True)
    figure.update_yaxes(
        title="true", type="category", showgrid=False, autorange="reversed", automargin=True
    )
    return figure


def mistake_tiles(
    mistakes: Sequence[Mistake], data: Dataset, limit: int = 24
) -> tuple[list[UInt8], list[str]]:
    """Images, dark ink on white and enlarged, and captions such as ``4 read as 9, 97.4 %``."""
    classes = data.info.classes
    tiles, captions = [], []
    for mistake in mistakes[:limit]:
        ink = data.test.images[mistake.index].numpy()
        tiles.append((255 - ink).repeat(ZOOM, axis=0).repeat(ZOOM, axis=1))
        captions.append(
            f"{classes[mistake.label]} read as {classes[mistake.predicted]}, "
            f"{percent(mistake.probability)}"
        )
    return tiles, captions


def percent(probability: float) -> str:
    """``97.4 %``; never a rounded 100, which would claim certainty."""
    return "> 99.9 %" if probability > 0.9994 else f"{100 * probability:.1f} %"
