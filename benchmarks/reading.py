"""How the shipped networks read what people draw: ``python -m benchmarks.reading``.

Accuracy on pen digits of six unseen writers, on digits drawn with a mouse and on MNIST's test
images; accuracy by probability; and how often the page says "unsure". MNIST and the pen digits are
read from ``DL101_DATA_DIR``; missing data show a dash.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from benchmarks.tables import print_table
from dl101_core.draw.digits import Drawing, from_strokes
from dl101_core.draw.doubt import why_unsure
from dl101_core.making import mouse
from dl101_core.making.calibration import calibration_error, reliability
from dl101_core.making.weights import (
    drawn_accuracy,
    held_back,
    held_back_images,
    mnist_accuracy,
    pen_accuracy,
    percent,
)
from dl101_core.weights import SHIPPED, Prediction, card, classify, load_shipped, logits

NON_DIGITS = 200


def main() -> None:
    torch.set_num_threads(1)
    print_table(
        "Read rightly",
        ("network", "pen, six writers", "drawn", "MNIST", "temperature"),
        [
            (
                name,
                percent(pen_accuracy(load_shipped(name))),
                percent(drawn_accuracy(load_shipped(name))),
                percent(mnist_accuracy(load_shipped(name))),
                card(name).temperature,
            )
            for name in SHIPPED
        ],
    )
    print_reliability()
    print_unsure()


def print_reliability() -> None:
    test = held_back_images()
    if test is None:
        print("\nNo pen digits here: no table of reliability.")
        return
    for name in SHIPPED:
        said = logits(load_shipped(name), test.images)
        rows = [
            (f"{row.low:.0%} to {row.high:.0%}", row.count, percent(row.said), percent(row.right))
            for row in reliability(said, test.labels)
        ]
        error = percent(calibration_error(said, test.labels))
        title = f"{name}: what it says of pen digits, mean difference {error}"
        print_table(title, ("it says", "digits", "mean", "right"), rows)


def print_unsure() -> None:
    rows = []
    digits = held_back()
    if digits is not None:
        flagged = [unsure(digit.drawing) for digit in digits]
        wrong = [answered(digit.drawing)["cnn"].predicted != digit.label for digit in digits]
        caught = sum(flag for flag, bad in zip(flagged, wrong, strict=True) if bad)
        rows.append(("pen digits, six writers", len(digits), percent(float(np.mean(flagged)))))
        rows.append(("those that the CNN reads wrongly", sum(wrong), f"{caught} of {sum(wrong)}"))
    for title, drawings in (
        ("two digits side by side", pairs()),
        ("letters", letters()),
        ("scribbles", scribbles()),
    ):
        share = percent(float(np.mean([unsure(drawing) for drawing in drawings])))
        rows.append((title, len(drawings), share))
    print_table('The page says "unsure"', ("drawing", "count", "unsure"), rows)


def answered(drawing: Drawing) -> dict[str, Prediction]:
    image = from_strokes(drawing).image
    return {name: classify(load_shipped(name), image) for name in SHIPPED}


def unsure(drawing: Drawing) -> bool:
    return bool(why_unsure(answered(drawing), from_strokes(drawing).image))


def pairs() -> list[Drawing]:
    """Two mouse digits side by side, each in its half of the pad."""
    rng = np.random.default_rng(0)
    made = []
    for _ in range(NON_DIGITS):
        strokes = []
        for left in (10.0, 150.0):
            one = mouse.draw(int(rng.integers(10)), rng).strokes
            strokes += placed(one, left, 75.0, 120.0, 130.0)
        made.append(Drawing(tuple(strokes)))
    return made


def placed(
    strokes: Sequence[Sequence[tuple[float, float]]],
    left: float,
    top: float,
    width: float,
    height: float,
) -> list[tuple[tuple[float, float], ...]]:
    """``strokes`` scaled into a box, their shape kept."""
    points = np.concatenate([np.asarray(stroke) for stroke in strokes])
    low = points.min(axis=0)
    wide, high = np.maximum(np.ptp(points, axis=0), 1.0)
    scale = min(width / wide, height / high)
    return [
        tuple(((x - low[0]) * scale + left, (y - low[1]) * scale + top) for x, y in stroke)
        for stroke in strokes
    ]


LETTERS = {
    "W": (((0, 0), (0.25, 1), (0.5, 0.3), (0.75, 1), (1, 0)),),
    "M": (((0, 1), (0.1, 0), (0.5, 0.6), (0.9, 0), (1, 1)),),
    "A": (((0, 1), (0.5, 0), (1, 1)), ((0.2, 0.6), (0.8, 0.6))),
    "E": (((1, 0), (0, 0), (0, 1), (1, 1)), ((0, 0.5), (0.8, 0.5))),
    "F": (((1, 0), (0, 0), (0, 1)), ((0, 0.5), (0.8, 0.5))),
    "H": (((0, 0), (0, 1)), ((1, 0), (1, 1)), ((0, 0.5), (1, 0.5))),
    "K": (((0, 0), (0, 1)), ((0.9, 0), (0, 0.5), (1, 1))),
    "N": (((0, 1), (0, 0), (1, 1), (1, 0)),),
    "R": (((0, 1), (0, 0), (0.9, 0.1), (0.9, 0.4), (0, 0.5), (1, 1)),),
    "X": (((0, 0), (1, 1)), ((1, 0), (0, 1))),
}


def letters() -> list[Drawing]:
    """Capital letters that are no digit's twin (as O, I, S and Z are), by an unsteady hand."""
    rng = np.random.default_rng(1)
    made = []
    for number in range(NON_DIGITS):
        letter = list(LETTERS.values())[number % len(LETTERS)]
        strokes = [np.asarray(s) + rng.normal(0, 0.04, (len(s), 2)) for s in letter]
        wide = 200 * float(np.exp(rng.normal(-0.2, 0.15)))
        boxed = [tuple((float(x) * wide + 40, float(y) * 200 + 40) for x, y in s) for s in strokes]
        made.append(Drawing(tuple(boxed)))
    return made


def scribbles() -> list[Drawing]:
    """A pen that turns about at random."""
    made = []
    for seed in range(NON_DIGITS):
        rng = np.random.default_rng((2, seed))
        corners = rng.uniform(30, 250, (int(rng.integers(8, 16)), 2))
        made.append(Drawing((tuple((float(x), float(y)) for x, y in corners),)))
    return made


if __name__ == "__main__":
    main()
