"""Sentences of the dropout page: the gap in words and numbers; and its formulas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dl101_core.cnn.dropout.compute import NETS, PairConfig
from dl101_core.cnn.dropout.masks import Masks
from dl101_core.data import DATASETS
from dl101_core.lab.gap import Gap
from dl101_core.tasks.images.config import ImageConfig

HALF = 0.5
"""Percentage points below which a difference is not called a gap."""


def name_of(config: ImageConfig) -> str:
    """``Without dropout`` or ``Dropout 0.4``."""
    p = config.model.dropout
    return f"Dropout {p:g}" if p else "Without dropout"


def gap_sentence(done: Sequence[tuple[str, Gap]]) -> str:
    """The gap between training and validation of each net; ``done``: by name, both or one."""
    first, *rest = [(name, told.points) for name, told in done]
    text = f"{_with(first[0])} the net {_knows(first[1])}"
    for name, points in rest:
        same = points > HALF and first[1] > HALF
        text += f"; {_with(name).lower()}{_only(points) if same else ' it ' + _knows(points)}"
    return text + "."


def _with(name: str) -> str:
    return name if name.startswith("Without") else f"With {name.lower()}"


def _knows(points: float) -> str:
    if abs(points) < HALF:
        return "knows new images as well as its training images"
    better, worse = (
        ("its training images", "new ones")
        if points > 0
        else (
            "new images",
            "its training images",
        )
    )
    return f"knows {better} {abs(points):.1f} points better than {worse}"


def _only(points: float) -> str:
    return f", {points:.1f} points"


def gap_rows(done: Sequence[tuple[str, Gap]], tests: Mapping[str, float]) -> list[dict[str, str]]:
    """One row a net: accuracy and loss on training and validation images, the gap, the test."""
    return [
        {
            "Nothing dropped": name,
            f"Training ({told.train.images:,} images)": _part(told.train.accuracy, told.train.loss),
            f"Validation ({told.val.images:,} images)": _part(told.val.accuracy, told.val.loss),
            "Gap": f"**{told.points:.1f} points** (loss {told.loss:.2f})".replace("-", "−"),
            "Test": f"{100 * tests[name]:.1f} %" if name in tests else "",
        }
        for name, told in done
    ]


def stop_note(ends: Mapping[str, tuple[int, int]]) -> str:
    """A note if a run was stopped; ``ends``: by name, the last step and the number of steps.

    Empty if both went to their end.
    """
    if all(step == total for step, total in ends.values()):
        return ""
    where = ", ".join(f"{name} at step {step:,} of {of:,}" for name, (step, of) in ends.items())
    return f"Stopped early: {where}. Fewer steps often make a smaller gap, too."


_TITLES = {
    "data": "data",
    "net": "network",
    "train_size": "training images",
    "val_size": "validation images",
    "epochs": "epochs",
    "dropout": "dropout",
    "lr": "lr",
    "seed": "seed",
}


def other_settings(shown: PairConfig, asked: PairConfig) -> str:
    """The settings in which the curves on show differ from the controls."""
    named = {"data": {n: info.title for n, info in DATASETS.items()}, "net": NETS}
    found = []
    for name, title in _TITLES.items():
        value = getattr(shown, name)
        if value != getattr(asked, name):
            text = named[name][value] if name in named else f"{value:,g}"
            found.append(f"{title} {text}")
    return ", ".join(found)


def _part(accuracy: float, loss: float) -> str:
    return f"{100 * accuracy:.1f} % (loss {loss:.3f})"


def pair_latex(pair: PairConfig, done: Sequence[tuple[str, Gap]]) -> str:
    """Steps of both runs, and the gaps with their numbers once they are known."""
    plain, dropped = pair.runs
    lines = [
        rf"\text{{steps of each}} &= \lceil {pair.train_size} / {plain.batch_size} \rceil"
        rf" \cdot {pair.epochs} = {plain.total_steps}",
        rf"\text{{dropout}} &= {plain.model.dropout:g} \text{{ and }} {dropped.model.dropout:g}",
    ]
    for name, told in done:
        train, val = 100 * told.train.accuracy, 100 * told.val.accuracy
        lines.append(
            rf"\text{{gap, {name.lower()}}} &= {train:.1f}\,\% - {val:.1f}\,\% = {told.points:.1f}"
            r"\text{ points}"
        )
    return aligned(lines)


def masks_latex(masks: Masks) -> str:
    """The layer's formula with its numbers, and the error of a mean of N passes."""
    p = masks.place.p
    if not masks.training:
        return aligned([r"y &= x \quad \text{(evaluation mode)}", r"y - x &= 0"])
    return aligned(
        [
            rf"y &= x \cdot \frac{{m}}{{1 - {p:g}}} = {masks.scale:.4f}\, x\, m",
            rf"P(m = 0) &= {p:g}",
            rf"\mathbb E[y] &= {1 - p:g} \cdot {masks.scale:.4f}\, x = x",
            rf"\text{{expected to drop}} &= {p:g} \cdot {masks.units} = {p * masks.units:g}",
            rf"\text{{dropped in pass 1}} &= {masks.dropped[0]} / {masks.units}"
            rf" = {masks.dropped[0] / masks.units:.4f}",
            rf"\text{{error of {masks.averaged}}} &\approx \text{{rms}}(x)"
            rf"\sqrt{{\frac{{{p:g}}}{{{1 - p:g} \cdot {masks.averaged}}}}} = {masks.expected:.4f}",
            rf"\text{{measured}} &= {masks.errors[1]:.4f}",
        ]
    )


def aligned(lines: Sequence[str]) -> str:
    body = " \\\\\n".join(lines)
    return rf"\begin{{aligned}} {body} \end{{aligned}}"
