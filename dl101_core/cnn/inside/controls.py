"""The controls beside the picture of "What the network sees": view, layer, filter, class."""

from __future__ import annotations

from collections.abc import Sequence

from dl101_core.cnn.inside.choice_controls import keep_possible
from dl101_core.explain import AscentConfig, LayerLook, OcclusionConfig
from dl101_core.explain.layers import input_channels
from dl101_core.ui import controls
from dl101_core.ui.address import value_of
from dl101_core.ui.settings import widget_rows

VIEWS = {
    "maps": "Feature maps",
    "kernels": "Kernels",
    "gradients": "Gradients",
    "saliency": "Saliency",
    "occlusion": "Occlusion",
    "excite": "Excite a filter",
    "softmax": "Softmax",
}
INPUT = -1
"""In place of a layer: the pixels themselves."""
SAYS, TRUE = "says", "true"


def view_switch() -> str:
    """One of ``VIEWS``, kept in the URL."""
    return controls.select("View", "view", list(VIEWS), "maps", VIEWS.__getitem__)


def layer_choice(looks: Sequence[LayerLook], with_input: bool = False) -> LayerLook | None:
    """One of the layers, or ``None`` for the input; a missing layer gives the nearest before."""
    titles = ({INPUT: "0: input"} if with_input else {}) | {look.index: look.name for look in looks}
    chosen = value_of("layer", INPUT)
    earlier = [index for index in titles if isinstance(chosen, int) and index <= chosen]
    keep_possible("layer", list(titles), earlier[-1] if earlier else next(iter(titles)))
    default = looks[0].index if looks else INPUT
    index = controls.select("Layer", "layer", list(titles), default, titles.__getitem__)
    return next((look for look in looks if look.index == index), None)


def unit_choice(count: int, word: str) -> int:
    """A filter, counted from zero; the learner counts from one."""
    return controls.whole_number(word, "unit", 1, count, 1) - 1


def channel_choice(look: LayerLook) -> int:
    """Which input map the kernels belong to, counted from zero."""
    count = input_channels(look)
    if count == 1:
        return 0
    return controls.whole_number("For input map", "channel", 1, count, 1) - 1


def class_choice(classes: tuple[str, ...], says: int, label: int | None) -> int:
    """The class in question: the network's answer, the true class, or any other."""
    titles: dict[str | int, str] = {SAYS: f"What it says: {classes[says]}"}
    if label is not None:
        titles[TRUE] = f"What it is: {classes[label]}"
    titles |= dict(enumerate(classes))
    keep_possible("target", list(titles), SAYS)
    # The link must not hold this network's answer for this image: another network has another.
    short = titles | {SAYS: "What it says", TRUE: "What it is"}
    target = controls.select("Class", "target", list(titles), SAYS, short.__getitem__)
    if target == SAYS:
        return says
    return label if target == TRUE and label is not None else int(target)


def occlusion_controls() -> OcclusionConfig:
    return OcclusionConfig(**widget_rows(OcclusionConfig, ("fill",), ("patch", "stride")))


def ascent_controls(look: LayerLook, unit: int) -> AscentConfig:
    return AscentConfig(layer=look.index, unit=unit, **widget_rows(AscentConfig, ("steps", "seed")))
