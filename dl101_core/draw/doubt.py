"""When to doubt the networks' answer: the softmax has no class for "this is no digit".

Three signs, in this order: the picture holds two tall parts side by side; the CNN says less than
90 %; the CNN, the MLP and the GRU name different digits. Softmax regression has no vote, since it
errs too often.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from dl101_core.weights import Prediction

UInt8 = npt.NDArray[np.uint8]

SURE = 0.9
"""Least probability of the CNN's answer."""
VOTERS = {"cnn": "CNN", "mlp": "MLP", "gru": "GRU"}
"""Networks whose answers are compared, and their names in a sentence."""
ONE = "The networks read one digit at a time."

_INK = 40  # of 255: a pen's edge is paler
_TALL = 0.7  # of the height of the whole ink


def why_unsure(answers: Mapping[str, Prediction], image: UInt8) -> str:
    """Why to doubt ``answers`` (by the networks' names) to ``image``, uint8 ``(28, 28)``.

    One or two sentences; empty without a reason to doubt.
    """
    if holds_two(image):
        return f"Unsure: there are two parts side by side, perhaps two digits. {ONE}"
    voters = {VOTERS[name]: answer for name, answer in answers.items() if name in VOTERS}
    cnn = voters.get("CNN")
    if cnn and cnn.probabilities[cnn.predicted] < SURE:
        share = round(100 * cnn.probabilities[cnn.predicted])
        return f"Unsure: the CNN's best guess, {cnn.predicted}, has only {share} %. {ONE}"
    if len({answer.predicted for answer in voters.values()}) > 1:
        each = [f"the {title} reads {answer.predicted}" for title, answer in voters.items()]
        return f"Unsure: {', '.join(each[:-1])} and {each[-1]}. {ONE}"
    return ""


def holds_two(image: UInt8) -> bool:
    """Whether a gap of white columns divides the ink into two parts, both nearly full height."""
    inked = image > _INK
    columns = np.flatnonzero(inked.any(axis=0))
    rows = np.flatnonzero(inked.any(axis=1))
    if not len(columns):
        return False
    gaps = np.flatnonzero(np.diff(columns) > 1)
    whole = np.ptp(rows) + 1
    for gap in gaps:
        sides = inked[:, : columns[gap] + 1], inked[:, columns[gap + 1] :]
        if all(np.ptp(np.flatnonzero(side.any(axis=1))) + 1 >= _TALL * whole for side in sides):
            return True
    return False
